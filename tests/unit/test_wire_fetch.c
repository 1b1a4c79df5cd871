/* SPDX-License-Identifier: BSD-2-Clause */
/* What attestctl and the fetcher say to each other (wire/fetch.h). */
#include "message_checks.h"

#include "wire/channel.h"
#include "wire/fetch.h"

static const char pem[] = "-----BEGIN CERTIFICATE-----";

static const struct att_http_header headers[] = {
	{ "If-None-Match", "\"7\"" },
	{ "Authorization", "Bearer secret" },
	{ "X-Empty", "" },
};

static struct att_fetch
fetch_example(void)
{
	return (struct att_fetch){
		.request = { .method = "POST",
		    .url = "https://mds.example.org/",
		    .headers = headers,
		    .header_count = 3,
		    .body = att_bytes_text("the body"),
		    .max = 1 << 26,
		    .seconds = 60,
		    .connect_seconds = 10 },
		.proxy = "http://proxy.example.org:3128",
		.ca = att_bytes_text(pem),
	};
}

static enum att_err
decode_fetch(struct att_bytes bytes)
{
	static const struct att_fetch_received none;
	struct att_fetch_received received;
	enum att_err err;

	err = att_fetch_decode(bytes, &received);
	if (err != ATT_OK)
		assert_memory_equal(&received, &none, sizeof(none));
	att_fetch_received_reset(&received);
	assert_memory_equal(&received, &none, sizeof(none));
	return err;
}

static enum att_err
decode_part(struct att_bytes bytes)
{
	struct att_bytes part;
	enum att_err err;

	err = att_part_decode(bytes, &part);
	if (err != ATT_OK)
		assert_int_equal(part.len, 0);
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
	struct att_fetch_received received;
	const struct att_http_request *again = &received.fetch.request;

	(void)state;
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	assert_int_equal(
	    att_fetch_decode(att_buf_get(&message), &received), ATT_OK);
	assert_string_equal(again->method, "POST");
	assert_string_equal(again->url, fetch.request.url);
	assert_int_equal(again->header_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(again->headers[i].name, headers[i].name);
		assert_string_equal(again->headers[i].value, headers[i].value);
	}
	assert_string_equal(received.fetch.proxy, fetch.proxy);
	assert_int_equal(again->max, 1 << 26);
	assert_int_equal(again->seconds, 60);
	assert_int_equal(again->connect_seconds, 10);
	assert_false(again->is_platform);
	assert_false(received.fetch.is_download);
	att_fetch_received_reset(&received);
	check_message(&message, decode_fetch);
}

/* The CAs, and then the body, however they are cut to pieces. */
static void
parts_follow_in_order(void **state)
{
	const struct att_fetch fetch = fetch_example();
	const char *all = "-----BEGIN CERTIFICATE-----the body";
	struct att_fetch_received received;
	size_t len = strlen(all);

	(void)state;
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	for (size_t cut = 1; cut <= len; cut++) {
		assert_int_equal(
		    att_fetch_decode(att_buf_get(&message), &received), ATT_OK);
		for (size_t i = 0; i < len; i += cut) {
			size_t part = len - i < cut ? len - i : cut;

			assert_false(att_fetch_received_is_whole(&received));
			assert_int_equal(received.fetch.ca.len, 0);
			assert_int_equal(received.fetch.request.body.len, 0);
			assert_int_equal(att_fetch_received_take(&received,
					     att_bytes(all + i, part)),
			    ATT_OK);
		}
		assert_true(att_fetch_received_is_whole(&received));
		assert_true(
		    att_bytes_is_equal(received.fetch.ca, att_bytes_text(pem)));
		assert_true(att_bytes_is_equal(
		    received.fetch.request.body, att_bytes_text("the body")));
		assert_int_equal(
		    att_fetch_received_take(&received, att_bytes("x", 1)),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_fetch_received_reset(&received);
	}
}

static void
assert_not_encoded(const struct att_fetch *fetch)
{
	assert_int_equal(
	    att_fetch_encode(fetch, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
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
		fetch.request.url = wrong[i];
		assert_not_encoded(&fetch);
	}
	fetch = fetch_example();
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	/* type, version, two flags, "POST", the length of the URL, "https" */
	message.ptr[4 + 8 + 4 + 4] = 'z';
	assert_int_equal(
	    decode_fetch(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	message.ptr[4 + 8 + 4 + 4] = 's';
	check_byte(&message, 1, "\2", 1, decode_fetch);
}

/* But what the platform gives out, and that by no proxy. */
static void
the_platform_is_asked_by_http(void **state)
{
	struct att_fetch fetch = fetch_example();

	(void)state;
	fetch.request.url = "http://169.254.169.254/metadata";
	assert_not_encoded(&fetch);
	fetch.request.is_platform = true;
	assert_not_encoded(&fetch);
	fetch.proxy = "";
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	check_message(&message, decode_fetch);
	assert_int_equal(att_fetch_encode(&fetch, &message), ATT_OK);
	message.ptr[2] = 0;
	assert_int_equal(
	    decode_fetch(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

static void
a_request_is_lines(void **state)
{
	static const struct att_http_header wrong[] = {
		{ "", "value" },
		{ "a b", "value" },
		{ "a:", "value" },
		{ "a\r\nb", "value" },
		{ "\xc3\xa4", "value" },
		{ "name", "value\r\nHost: other" },
		{ "name", "\x7f" },
		{ "name", "\xc3\xa4" },
	};
	static const char *const methods[] = { "", "post", "POST ",
		"POST / HTTP/1.1\r\n", "ABCDEFGHIJKLMNOPQ" };
	struct att_fetch fetch = fetch_example();

	(void)state;
	fetch.request.header_count = 1;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fetch.request.headers = &wrong[i];
		assert_not_encoded(&fetch);
	}
	fetch = fetch_example();
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		fetch.request.method = methods[i];
		assert_int_not_equal(
		    att_fetch_encode(&fetch, &message), ATT_OK);
		att_buf_reset(&message);
	}
	fetch = fetch_example();
	fetch.proxy = "socks5://proxy.example.org";
	assert_not_encoded(&fetch);
}

static void
what_is_not_bounded_is_not_asked(void **state)
{
	static const struct {
		unsigned int seconds, connect_seconds;
		size_t max, body, ca;
	} wrong[] = {
		{ 0, 1, 1, 0, 0 },
		{ ATT_FETCH_SECONDS_MAX + 1, 1, 1, 0, 0 },
		{ 1, 0, 1, 0, 0 },
		{ 1, ATT_FETCH_CONNECT_MAX + 1, 1, 0, 0 },
		{ 1, 1, 0, 0, 0 },
		{ 1, 1, 1, ATT_FETCH_SENT_MAX + 1, 0 },
		{ 1, 1, 1, 0, ATT_FETCH_CA_MAX + 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct att_fetch fetch = fetch_example();

		fetch.request.seconds = wrong[i].seconds;
		fetch.request.connect_seconds = wrong[i].connect_seconds;
		fetch.request.max = wrong[i].max;
		fetch.request.body.len = wrong[i].body;
		fetch.ca.len = wrong[i].ca;
		assert_int_not_equal(
		    att_fetch_encode(&fetch, &message), ATT_OK);
		att_buf_reset(&message);
	}
}

static void
headers_are_one_line(void **state)
{
	struct att_fetched fetched = { .result = ATT_FETCHED_WHOLE,
		.head = { .status = 200 } };
	char longest[ATT_HTTP_VALIDATOR_MAX + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_false(att_header_is_valid(longest, ATT_HTTP_VALIDATOR_MAX));
	longest[sizeof(longest) - 2] = '\0';
	assert_true(att_header_is_valid(longest, ATT_HTTP_VALIDATOR_MAX));
	assert_true(att_header_is_valid("", ATT_HTTP_VALIDATOR_MAX));
	assert_false(att_header_is_valid("a\r\nHost: b", 99));
	assert_false(att_header_is_valid("\x7f", 99));
	assert_false(att_header_is_valid("\xc3\xa4", 99));
	memcpy(fetched.head.content_type, "a\nb", 4);
	assert_int_equal(
	    att_fetched_encode(&fetched, &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	memcpy(fetched.head.content_type, "a b", 4);
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	/* type, result, status, the length of the type, "a" */
	message.ptr[1 + 1 + 4 + 4 + 1] = '\n';
	assert_int_equal(
	    decode_fetched(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

static void
headers_are_found_by_their_names(void **state)
{
	struct att_fetched fetched = { 0 };
	size_t max;

	(void)state;
	assert_ptr_equal(
	    att_fetched_find_header(&fetched, "retry-AFTER: 7", 11, &max),
	    fetched.head.retry_after);
	assert_int_equal(max, ATT_HTTP_TEXT_MAX);
	assert_ptr_equal(
	    att_fetched_find_header(&fetched, "www-authenticate", 16, &max),
	    fetched.head.challenge);
	assert_int_equal(max, ATT_HTTP_CHALLENGE_MAX);
	assert_null(att_fetched_find_header(&fetched, "Set-Cookie", 10, &max));
	assert_null(att_fetched_find_header(&fetched, "ETa", 3, &max));
	assert_null(att_fetched_find_header(&fetched, "", 0, &max));
}

static void
a_part_has_bytes(void **state)
{
	static const uint8_t bytes[ATT_FETCH_PART_MAX + 1];

	(void)state;
	assert_int_equal(att_part_encode(att_bytes(bytes, 0), &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(
	    att_part_encode(att_bytes(bytes, sizeof(bytes)), &message),
	    ATT_ERR_TOO_LARGE);
	att_buf_reset(&message);
	assert_int_equal(att_part_encode(att_bytes(pem, 5), &message), ATT_OK);
	check_message(&message, decode_part);
}

static void
a_body_has_bytes_and_their_number(void **state)
{
	static const uint8_t bytes[ATT_FETCH_PART_MAX + 1];
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
	    att_body_encode(att_bytes(bytes, ATT_FETCH_PART_MAX), 9, &message),
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
		.head = { .status = 503,
		    .content_type = "a/b",
		    .retry_after = "7",
		    .request_id = "id",
		    .service_version = "1",
		    .challenge = "Basic realm=x",
		    .etag = "\"7\"",
		    .modified = "today" },
		.text = "no such host" };
	struct att_fetched again;

	(void)state;
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	assert_int_equal(
	    att_fetched_decode(att_buf_get(&message), &again), ATT_OK);
	assert_memory_equal(&again, &fetched, sizeof(again));
	check_message(&message, decode_fetched);
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	check_byte(&message, 1, "\1\2\3", 3, decode_fetched);
}

static void
an_answer_has_a_status(void **state)
{
	static const unsigned int wrong[] = { 0, 99, 600, 65636 };
	struct att_fetched fetched = { .result = ATT_FETCHED_WHOLE };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		fetched.head.status = wrong[i];
		assert_int_equal(att_fetched_encode(&fetched, &message),
		    ATT_ERR_MESSAGE_MALFORMED);
		att_buf_reset(&message);
	}
	fetched.head.status = 200;
	assert_int_equal(att_fetched_encode(&fetched, &message), ATT_OK);
	/* type, result, status */
	message.ptr[1 + 1 + 3] = 0;
	assert_int_equal(
	    decode_fetched(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

int
main(void)
{
#define MESSAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		MESSAGE(a_fetch_says_what_where_and_how_much),
		MESSAGE(nothing_is_fetched_but_by_https),
		MESSAGE(parts_follow_in_order),
		MESSAGE(the_platform_is_asked_by_http),
		MESSAGE(a_request_is_lines),
		MESSAGE(what_is_not_bounded_is_not_asked),
		MESSAGE(headers_are_one_line),
		MESSAGE(headers_are_found_by_their_names),
		MESSAGE(a_part_has_bytes),
		MESSAGE(an_answer_has_a_status),
		MESSAGE(a_body_has_bytes_and_their_number),
		MESSAGE(the_end_says_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
