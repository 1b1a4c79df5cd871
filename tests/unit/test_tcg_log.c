/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of walking through the log of the firmware. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_logs.h"
#include "forge.h"
#include "maa/tcg_log.h"

enum {
	LOG_MAX = 65536,
	SPEC_ID_AT = 32,     /* the event of the header */
	HASHES_AT = 24,	     /* in it */
	SECOND_AT = 32 + 33, /* where the second event begins */
};

static struct att_buf log_text;
static struct att_reason why;

static int
begin(void **state)
{
	(void)state;
	att_buf_init(&log_text, LOG_MAX);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	att_buf_reset(&log_text);
	return 0;
}

/* Walks through a copy, so that reading past the end is seen by ASan. */
static enum att_err
walk(const uint8_t *text, size_t len, size_t *count)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct att_tcg_event event;
	struct att_tcg_log log;
	enum att_err err;
	bool is_end;

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, text, len);
	*count = 0;
	att_tcg_log_begin(&log, att_bytes(copy, len), &why);
	while ((err = att_tcg_log_next(&log, &event, &is_end)) == ATT_OK &&
	       !is_end)
		++*count;
	free(copy);
	return err;
}

static void
expect(enum att_err err, size_t count, const char *text)
{
	size_t found;

	assert_int_equal(walk(log_text.ptr, log_text.len, &found), err);
	assert_int_equal(found, count);
	if (text != NULL)
		assert_non_null(strstr(why.text, text));
}

static void
reads_the_crypto_agile_form(void **state)
{
	uint8_t sha256[32];
	struct att_tcg_event event;
	struct att_tcg_log log;
	bool is_end;

	(void)state;
	event_put_spec_id(&log_text, true);
	event_put_both(
	    &log_text, NULL, 7, 0x80000001, att_bytes_text("Secure Boot"));
	att_tcg_log_begin(&log, att_buf_get(&log_text), &why);
	assert_int_equal(att_tcg_log_next(&log, &event, &is_end), ATT_OK);
	assert_false(event.is_extended);
	assert_int_equal(log.hash_count, 2);
	assert_int_equal(att_tcg_log_next(&log, &event, &is_end), ATT_OK);
	assert_false(is_end);
	assert_true(event.is_extended);
	assert_int_equal(event.pcr, 7);
	assert_int_equal(event.type, 0x80000001);
	assert_int_equal(event.data.len, 11);
	assert_memory_equal(event.data.ptr, "Secure Boot", 11);
	EVP_Q_digest(NULL, "SHA256", NULL, "Secure Boot", 11, sha256, NULL);
	assert_int_equal(event.sha256.len, 32);
	assert_memory_equal(event.sha256.ptr, sha256, 32);
	assert_int_equal(att_tcg_log_next(&log, &event, &is_end), ATT_OK);
	assert_true(is_end);
}

static void
reads_the_form_of_sha1(void **state)
{
	struct att_tcg_event event;
	struct att_tcg_log log;
	bool is_end;

	(void)state;
	event_put_sha1(&log_text, 0, 3, att_bytes("Spec ID Event00", 16));
	event_put_sha1(&log_text, 4, 5, att_bytes_text("a loader"));
	expect(ATT_OK, 2, NULL);
	att_tcg_log_begin(&log, att_buf_get(&log_text), &why);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
		    att_tcg_log_next(&log, &event, &is_end), ATT_OK);
	assert_int_equal(event.pcr, 4);
	assert_int_equal(event.sha256.len, 0);
	assert_int_equal(event.data.len, 8);
}

/* A log is whole where an event ends, and nowhere else. */
static void
refuses_a_log_that_is_cut(void **state)
{
	size_t ends[3], count;

	(void)state;
	event_put_spec_id(&log_text, true);
	ends[0] = log_text.len;
	event_put_both(&log_text, NULL, 7, 1, att_bytes_text("SecureBoot"));
	ends[1] = log_text.len;
	event_put_both(&log_text, NULL, 4, 5, att_bytes("", 0));
	ends[2] = log_text.len;
	for (size_t len = 1; len <= log_text.len; len++) {
		bool is_whole =
		    len == ends[0] || len == ends[1] || len == ends[2];

		assert_int_equal(walk(log_text.ptr, len, &count),
		    is_whole ? ATT_OK : ATT_ERR_EVENT_LOG);
	}
	assert_non_null(strstr(why.text, "the TCG log: event 3"));
}

static void
refuses_what_the_header_does_not_announce(void **state)
{
	(void)state;
	event_put_spec_id(&log_text, false);
	event_put_both(&log_text, NULL, 7, 1, att_bytes_text("x"));
	expect(ATT_ERR_EVENT_LOG, 1, "2 hashes, the header announces 1");
	att_buf_reset(&log_text);
	event_put_spec_id(&log_text, false);
	event_put_tcg(&log_text, NULL, 7, 1, "x");
	log_text.ptr[log_text.len - 1 - 4 - 32 - 2] = 0x0c;
	expect(ATT_ERR_EVENT_LOG, 1, "the hash 0x000c");
}

static void
refuses_headers_that_cannot_be(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *text;
	} rows[] = {
		{ HASHES_AT, 0, "announces 0 hashes" },
		{ HASHES_AT, 17, "announces 17 hashes" },
		{ HASHES_AT, 3, "ends within" },
		{ HASHES_AT + 4 + 2, 33, "gives the hash 0x000b 33 bytes" },
		{ HASHES_AT + 4 + 3, 1, "gives the hash" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		att_buf_reset(&log_text);
		event_put_spec_id(&log_text, false);
		log_text.ptr[SPEC_ID_AT + rows[i].at] = rows[i].value;
		expect(ATT_ERR_EVENT_LOG, 0, rows[i].text);
	}
}

/* Of hashes that are not known the header says the size; up to 64 bytes. */
static void
believes_the_header_within_limits(void **state)
{
	static const struct {
		uint8_t size;
		enum att_err err;
	} rows[] = { { 0, ATT_ERR_EVENT_LOG }, { 1, ATT_OK }, { 64, ATT_OK },
		{ 65, ATT_ERR_EVENT_LOG } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		att_buf_reset(&log_text);
		event_put_spec_id(&log_text, false);
		log_text.ptr[SPEC_ID_AT + HASHES_AT + 4] = 0x12; /* SM3 */
		log_text.ptr[SPEC_ID_AT + HASHES_AT + 6] = rows[i].size;
		expect(rows[i].err, rows[i].err == ATT_OK ? 1 : 0, NULL);
	}
}

static void
announces_up_to_sixteen_hashes(void **state)
{
	static const uint8_t known[] = { 0x0b, 0, 32, 0 };
	struct att_buf spec;

	(void)state;
	att_buf_init(&spec, 256);
	forge_put_raw(&spec, "Spec ID Event03\0\0\0\0\0\0\2\0\2", 24);
	forge_put_raw(&spec, "\x10\0\0", 4);
	for (int i = 0; i < 16; i++)
		forge_put_raw(&spec, known, sizeof(known));
	event_put_sha1(&log_text, 0, 3, att_buf_get(&spec));
	expect(ATT_OK, 1, NULL);
	/* A header that ends with its name is none. */
	att_buf_reset(&log_text);
	event_put_sha1(&log_text, 0, 3, att_bytes(spec.ptr, 16));
	expect(ATT_ERR_EVENT_LOG, 0, "the log ends within it");
	att_buf_reset(&spec);
}

static void
refuses_pcrs_that_no_tpm_has(void **state)
{
	(void)state;
	event_put_spec_id(&log_text, false);
	event_put_tcg(&log_text, NULL, 24, 1, "x");
	expect(ATT_ERR_EVENT_LOG, 1, "PCR 24");
	/* What is not extended needs none. */
	log_text.ptr[SECOND_AT + 4] = 3;
	expect(ATT_OK, 2, NULL);
}

static void
refuses_events_longer_than_the_log(void **state)
{
	(void)state;
	event_put_spec_id(&log_text, false);
	event_put_tcg(&log_text, NULL, 0, 1, "");
	memset(log_text.ptr + log_text.len - 4, 0xff, 4);
	expect(ATT_ERR_EVENT_LOG, 1, "the log ends within it");
}

static void
finds_the_locality_of_the_start(void **state)
{
	struct att_tcg_event event = { .type = ATT_TCG_NO_ACTION };
	uint8_t locality;

	(void)state;
	event.data = att_bytes("StartupLocality\0\3", 17);
	assert_true(att_tcg_event_is_locality(&event, &locality));
	assert_int_equal(locality, 3);
	event.data = att_bytes("StartupLocality\0\4", 17);
	assert_true(att_tcg_event_is_locality(&event, &locality));
	event.data = att_bytes("StartupLocality\0\5", 17);
	assert_false(att_tcg_event_is_locality(&event, &locality));
	event.data = att_bytes("StartupLocality\0\3", 16);
	assert_false(att_tcg_event_is_locality(&event, &locality));
	event.data = att_bytes("StartupLocality\0\3", 17);
	event.pcr = 1;
	assert_false(att_tcg_event_is_locality(&event, &locality));
	event.pcr = 0;
	event.type = 1;
	assert_false(att_tcg_event_is_locality(&event, &locality));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    reads_the_crypto_agile_form, begin, end),
		cmocka_unit_test_setup_teardown(
		    reads_the_form_of_sha1, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_a_log_that_is_cut, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_what_the_header_does_not_announce, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_headers_that_cannot_be, begin, end),
		cmocka_unit_test_setup_teardown(
		    believes_the_header_within_limits, begin, end),
		cmocka_unit_test_setup_teardown(
		    announces_up_to_sixteen_hashes, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_pcrs_that_no_tpm_has, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_events_longer_than_the_log, begin, end),
		cmocka_unit_test(finds_the_locality_of_the_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
