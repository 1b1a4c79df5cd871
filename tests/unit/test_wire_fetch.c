/* SPDX-License-Identifier: BSD-2-Clause */
/* What attestctl and the fetcher say to each other (wire/fetch.h). */
#include "message_checks.h"

#include "wire/channel.h"
#include "wire/fetch.h"

static const char pem[] = "-----BEGIN CERTIFICATE-----";

static struct att_fetch
fetch_example(void)
{
	return (struct att_fetch){
		.url = "https://mds.example.org/",
		.ca = att_bytes_text(pem),
		.have = { .etag = "\"7\"",
		    .modified = "Sun, 22 Nov 2026 00:00:00 GMT" },
		.max = 1 << 26,
	};
}

static enum att_err
decode_fetch(struct att_bytes bytes)
{
	struct att_fetch fetch;
	enum att_err err;
	char *url;

	err = att_fetch_decode(bytes, &url, &fetch);
	assert_int_equal(err == ATT_OK, url != NULL);
	assert_ptr_equal(fetch.url, url);
	free(url);
	return err;
}

static enum att_err
decode_body(struct att_bytes bytes)
{
	struct att_bytes part;
	enum att_err err;
	uint32_t expected;

	err = att_body_decode(bytes, &part, &expected);
	if (err != ATT_OK) {
		assert_int_equal(part.len, 0);
		assert_int_equal(expected, 0);
	}
	return err;
}

static enum att_err
decode_fetched(struct att_bytes bytes)
{
	static const struct att_fetched none;
	struct att_fetched fetched;
	enum att_err err;

	err = att_fetched_decode(bytes, &fetched);
	if (err != ATT_OK)
		assert_memory_equal(&fetched, &none, sizeof(none));
	return err;
}

static void
a_fetch_says_what_where_and_how_much(void **state)
{
	const struct att_fetch fetch = fetch_example();
	struct att_fetch again;
	char *url;

	(void)state;
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	assert_int_equal(
	    att_fetch_decode(att_buf_get(&message), &url, &again), ATT_OK);
	assert_string_equal(url, fetch.url);
	assert_int_equal(again.ca.len, sizeof(pem) - 1);
	assert_string_equal(again.have.etag, "\"7\"");
	assert_string_equal(again.have.modified, fetch.have.modified);
	assert_int_equal(again.max, 1 << 26);
	free(url);
	check_message(&message, decode_fetch);
}

/* Not by attestctl, and not by the process that is to fetch. */
static void
nothing_is_fetched_but_by_https(void **state)
{
	static const char *const wrong[] = { "", "http://mds.example.org/",
		"file:///etc/shadow", "HTTPS://mds.example.org/",
		"ftp://mds.example.org/", "https://mds.example.org/a b",
		"https://mds.example.org/\r\nX: y",
		"https://mds.example.org/\xc3\xa4" };
	struct att_fetch fetch = fetch_example();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fetch.url = wrong[i];
		assert_int_equal(att_fetch_encode(&fetch, &message),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
	}
	fetch = fetch_example();
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	/* type, version, the length of the URL, "https" */
	message.ptr[1 + 1 + 4 + 4] = 'z';
	assert_int_equal(
	    decode_fetch(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	message.ptr[1 + 1 + 4 + 4] = 's';
	check_byte(&message, 1, "\1", 1, decode_fetch);
}

static void
validators_are_one_line(void **state)
{
	struct att_fetched fetched = { .result = ATT_FETCHED_WHOLE };
	char longest[ATT_FETCH_VALIDATOR_MAX + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_false(att_validator_is_valid(longest));
	longest[sizeof(longest) - 2] = '\0';
	assert_true(att_validator_is_valid(longest));
	assert_true(att_validator_is_valid(""));
	assert_false(att_validator_is_valid("a\r\nHost: b"));
	assert_false(att_validator_is_valid("\x7f"));
	assert_false(att_validator_is_valid("\xc3\xa4"));
	memcpy(fetched.validators.etag, "a\nb", 4);
	assert_int_equal(
	    att_fetched_encode(&fetched, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	memcpy(fetched.validators.etag, "a b", 4);
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	/* type, result, the length of the ETag, "a" */
	message.ptr[1 + 1 + 4 + 1] = '\n';
	assert_int_equal(
	    decode_fetched(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

static void
a_body_has_bytes_and_their_number(void **state)
{
	static const uint8_t bytes[ATT_FETCH_BODY_MAX + 1];
	struct att_bytes part;
	uint32_t expected;

	(void)state;
	assert_int_equal(att_body_encode(att_bytes(bytes, 0), 9, &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(
	    att_body_encode(att_bytes(bytes, sizeof(bytes)), 9, &message),
	    ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	assert_int_equal(
	    att_body_encode(att_bytes(bytes, ATT_FETCH_BODY_MAX), 9, &message),
	    ATT_OK);
	assert_true(message.len <= ATT_MESSAGE_MAX);
	att_buf_reset(&message);
	assert_int_equal(
	    att_body_encode(att_bytes(pem, 5), 9, &message), ATT_OK);
	assert_int_equal(
	    att_body_decode(att_buf_get(&message), &part, &expected), ATT_OK);
	assert_int_equal(part.len, 5);
	assert_int_equal(expected, 9);
	check_message(&message, decode_body);
}

static void
the_end_says_how(void **state)
{
	struct att_fetched fetched = { .result = ATT_FETCHED_FAILED,
		.validators = { .etag = "\"7\"" },
		.text = "no such host" };
	struct att_fetched again;

	(void)state;
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	assert_int_equal(
	    att_fetched_decode(att_buf_get(&message), &again), ATT_OK);
	assert_int_equal(again.result, ATT_FETCHED_FAILED);
	assert_string_equal(again.text, "no such host");
	assert_string_equal(again.validators.etag, "\"7\"");
	check_message(&message, decode_fetched);
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	check_byte(&message, 1, "\1\2\3\4", 4, decode_fetched);
}

int
main(void)
{
#define MESSAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		MESSAGE(a_fetch_says_what_where_and_how_much),
		MESSAGE(nothing_is_fetched_but_by_https),
		MESSAGE(validators_are_one_line),
		MESSAGE(a_body_has_bytes_and_their_number),
		MESSAGE(the_end_says_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
