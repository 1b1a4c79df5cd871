/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of walking through the log of IMA. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event_logs.h"
#include "forge.h"
#include "maa/ima_log.h"

enum {
	LOG_MAX = 65536,
	NAME_AT = 4 + 20 /* its length */
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

static enum att_err
walk(size_t len, size_t *count)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	struct att_ima_event event;
	struct att_ima_log log;
	enum att_err err;
	bool is_end;

	assert_non_null(copy);
	if (len > 0)
		memcpy(copy, log_text.ptr, len);
	*count = 0;
	att_ima_log_begin(&log, att_bytes(copy, len), &why);
	while ((err = att_ima_log_next(&log, &event, &is_end)) == ATT_OK &&
	       !is_end)
		++*count;
	free(copy);
	return err;
}

static void
expect_refusal(const char *text)
{
	size_t count;

	assert_int_equal(walk(log_text.len, &count), ATT_ERR_EVENT_LOG);
	assert_int_equal(count, 0);
	assert_non_null(strstr(why.text, text));
}

static void
reads_every_template(void **state)
{
	static const char *const names[] = { "ima", "ima-ng", "ima-sig",
		"ima-buf", "d-ng|n-ng" };
	const size_t total = sizeof(names) / sizeof(names[0]);
	struct att_ima_event event;
	struct att_ima_log log;
	bool is_end;

	(void)state;
	for (size_t i = 0; i < total; i++)
		event_put_ima(&log_text, NULL, names[i], "/bin/sh");
	att_ima_log_begin(&log, att_buf_get(&log_text), &why);
	for (size_t i = 0; i < total; i++) {
		assert_int_equal(
		    att_ima_log_next(&log, &event, &is_end), ATT_OK);
		assert_false(is_end);
		assert_int_equal(event.pcr, 10);
		assert_false(event.is_violation);
		assert_int_equal(event.part_count, i == 0 ? 3 : 1);
		assert_true(
		    att_bytes_is_equal(event.name, att_bytes_text(names[i])));
	}
	assert_int_equal(att_ima_log_next(&log, &event, &is_end), ATT_OK);
	assert_true(is_end);
}

static void
tells_violations(void **state)
{
	struct att_ima_event event;
	struct att_ima_log log;
	bool is_end;

	(void)state;
	event_put_violation(&log_text, NULL, "/bin/sh");
	att_ima_log_begin(&log, att_buf_get(&log_text), &why);
	assert_int_equal(att_ima_log_next(&log, &event, &is_end), ATT_OK);
	assert_true(event.is_violation);
}

static void
refuses_a_log_that_is_cut(void **state)
{
	size_t ends[3], count;

	(void)state;
	event_put_ima(&log_text, NULL, "ima-ng", "boot_aggregate");
	ends[0] = log_text.len;
	event_put_ima(&log_text, NULL, "ima", "/bin/sh");
	ends[1] = log_text.len;
	event_put_ima(&log_text, NULL, "ima-sig", "/bin/login");
	ends[2] = log_text.len;
	for (size_t len = 1; len <= log_text.len; len++) {
		bool is_whole =
		    len == ends[0] || len == ends[1] || len == ends[2];

		assert_int_equal(
		    walk(len, &count), is_whole ? ATT_OK : ATT_ERR_EVENT_LOG);
	}
	assert_non_null(strstr(why.text, "the IMA log: event 3"));
}

static void
refuses_fields_that_are_not_those_of_the_template(void **state)
{
	(void)state;
	event_put_ima(&log_text, NULL, "ima-sig", "/bin/sh");
	memcpy(log_text.ptr + NAME_AT + 4, "ima-buf", 7);
	assert_int_equal(log_text.ptr[NAME_AT], 7);
	log_text.ptr[log_text.len - 4] = 1; /* the last field is empty */
	expect_refusal("the log ends within it");
	att_buf_reset(&log_text);
	event_put_ima(&log_text, NULL, "ima-none", "/bin/sh");
	log_text.ptr[NAME_AT] = 8;
	memcpy(log_text.ptr + NAME_AT + 4, "ima-ngv2", 8);
	assert_int_equal(walk(log_text.len, &(size_t){ 0 }), ATT_OK);
	att_buf_reset(&log_text);
	event_put_ima(&log_text, NULL, "ima-non", "/bin/sh");
	memcpy(log_text.ptr + NAME_AT + 4, "ima-sig", 7);
	expect_refusal("it has 2 fields, ima-sig has 3");
}

static void
refuses_names_and_pcrs_that_cannot_be(void **state)
{
	char name[300];

	(void)state;
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	event_put_ima(&log_text, NULL, name, "/bin/sh");
	expect_refusal("a name of 256 bytes");
	att_buf_reset(&log_text);
	event_put_ima(&log_text, NULL, name + 1, "/bin/sh");
	assert_int_equal(walk(log_text.len, &(size_t){ 0 }), ATT_OK);
	att_buf_reset(&log_text);
	event_put_ima(&log_text, NULL, "ima-ng", "/bin/sh");
	log_text.ptr[0] = 24;
	expect_refusal("PCR 24");
	att_buf_reset(&log_text);
	event_put_ima(&log_text, NULL, "", "/bin/sh");
	expect_refusal("a name of 0 bytes");
	att_buf_reset(&log_text);
	name[255] = '\0';
	event_put_ima(&log_text, NULL, "ima", name);
	assert_int_equal(walk(log_text.len, &(size_t){ 0 }), ATT_OK);
	log_text.ptr[NAME_AT + 4 + 3 + 20] = 0;
	log_text.ptr[NAME_AT + 4 + 3 + 20 + 1] = 1;
	att_buf_put(&log_text, "x", 1) == ATT_OK ? (void)0 : abort();
	expect_refusal("at most 255 are possible");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    reads_every_template, begin, end),
		cmocka_unit_test_setup_teardown(tells_violations, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_a_log_that_is_cut, begin, end),
		cmocka_unit_test_setup_teardown(
		    refuses_fields_that_are_not_those_of_the_template, begin,
		    end),
		cmocka_unit_test_setup_teardown(
		    refuses_names_and_pcrs_that_cannot_be, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
