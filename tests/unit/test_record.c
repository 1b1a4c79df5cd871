/* SPDX-License-Identifier: BSD-2-Clause */
/* A stored registration as a line: store/record.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scratch.h"
#include "ssh/key_options.h"

/* A line with short fields; base64url of "{}" and of one byte. */
#define NONCE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define TAIL                                                                   \
	"enrolled_by=root nonce=" NONCE " client_data=e30 "                    \
	"attestation_object=oA"
#define HEAD "record=1 label=key-1 rp_id=pam_attest "
#define TIME "time=2026-08-22T10:00:00Z "

static enum att_err
parse(const char *line, struct att_record *record, struct att_reason *why)
{
	return att_record_parse(att_bytes_text(line), record, why);
}

static void
reads_and_writes_the_same_line(void **state)
{
	struct att_record record;
	struct att_reason why = { 0 };
	struct att_buf out;

	(void)state;
	assert_int_equal(parse(HEAD TIME TAIL, &record, &why), ATT_OK);
	assert_string_equal(record.label, "key-1");
	assert_string_equal(record.rp_id, "pam_attest");
	assert_string_equal(record.enrolled_by, "root");
	assert_int_equal(record.time, 1787392800);
	for (int i = 0; i < ATT_NONCE_LEN; i++)
		assert_int_equal(record.nonce[i], i);
	assert_int_equal(record.client_data_len, 2);
	assert_memory_equal(record.client_data, "{}", 2);
	assert_int_equal(record.attestation_object_len, 1);
	att_buf_init(&out, 4096);
	assert_int_equal(att_record_print(&record, &out, &why), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&out), att_bytes_text(HEAD TIME TAIL)));
	att_buf_reset(&out);
	att_record_reset(&record);
	assert_null(record.label);
}

static void
labels_of_any_script_come_back(void **state)
{
	static const char *const labels[] = { "a", "two words", "100 % = x",
		"schl\xc3\xbcssel", "\xe9\x8d\xb5", ".", "#", "\"'" };
	struct att_record record, again;
	struct att_buf out;

	(void)state;
	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		scratch_record(&record, "alice", labels[i], 1);
		att_buf_init(&out, ATT_RECORD_LINE_MAX);
		assert_int_equal(att_record_print(&record, &out, NULL), ATT_OK);
		assert_int_equal(
		    att_record_parse(att_buf_get(&out), &again, NULL), ATT_OK);
		assert_string_equal(again.label, labels[i]);
		att_buf_reset(&out);
		att_record_reset(&record);
		att_record_reset(&again);
	}
}

static void
assert_malformed(const char *line, const char *message)
{
	struct att_record record;
	struct att_reason why = { 0 };

	if (parse(line, &record, &why) != ATT_ERR_STORE_MALFORMED)
		fail_msg("accepted: %s", line);
	if (strstr(why.text, message) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", message, why.text);
	assert_null(record.label);
	assert_null(record.client_data);
}

static void
rejects_another_order_or_number_of_fields(void **state)
{
	(void)state;
	assert_malformed("", "empty");
	assert_malformed("record=1", "field 2");
	assert_malformed("label=key-1 record=1", "field 1");
	assert_malformed("record=1 rp_id=x label=y", "field 2");
	assert_malformed(HEAD TAIL, "field 4");
	assert_malformed(HEAD "x=1 " TIME TAIL, "field 4");
	assert_malformed(HEAD TIME TIME TAIL, "field 5");
	assert_malformed(HEAD TIME TAIL " x=1", "follows the last");
	assert_malformed(HEAD TIME TAIL " ", "follows the last");
	assert_malformed(" " HEAD TIME TAIL, "field 1");
	assert_malformed(HEAD " " TIME TAIL, "field 4");
	assert_malformed("record=1\tlabel=key-1", "version");
	assert_malformed("record=1 label= rp_id=x", "field 2");
	assert_malformed("record=1 Label=x rp_id=x", "field 2");
}

static void
rejects_another_version(void **state)
{
	(void)state;
	assert_malformed("record=3 label=key-1", "version is \"3\"");
	assert_malformed("record=01 label=key-1", "version");
	assert_malformed("record=10 label=key-1", "version");
}

#define HEAD_SSH "record=2 label=key-1 rp_id=ssh%3A "
#define OPTIONS "restrict%2Cfrom%3D%2210.0.0.0%2F8%22%2Ccommand%3D%22a%20b%22"

static void
reads_and_writes_options_of_ssh(void **state)
{
	static const char line[] = HEAD_SSH TIME TAIL " ssh_options=" OPTIONS;
	struct att_record record;
	struct att_reason why = { 0 };
	struct att_buf out;

	(void)state;
	assert_int_equal(parse(line, &record, &why), ATT_OK);
	assert_string_equal(
	    record.ssh_options, "restrict,from=\"10.0.0.0/8\",command=\"a b\"");
	att_buf_init(&out, 4096);
	assert_int_equal(att_record_print(&record, &out, &why), ATT_OK);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&out), att_bytes_text(line)));
	/* One without them is of version 1, whatever its RP ID. */
	free(record.ssh_options);
	record.ssh_options = NULL;
	out.len = 0;
	assert_int_equal(att_record_print(&record, &out, &why), ATT_OK);
	assert_true(att_bytes_is_equal(att_buf_get(&out),
	    att_bytes_text("record=1 label=key-1 rp_id=ssh%3A " TIME TAIL)));
	att_buf_reset(&out);
	att_record_reset(&record);
	assert_null(record.ssh_options);
}

static void
rejects_options_in_the_wrong_record(void **state)
{
	static const char of_one[] = HEAD TIME TAIL " ssh_options=restrict";
	static const char of_web[] =
	    "record=2 label=key-1 rp_id=pam_attest " TIME TAIL
	    " ssh_options=restrict";

	(void)state;
	assert_malformed(of_one, "follows the last");
	assert_malformed(of_web, "only a credential of SSH");
	assert_malformed(HEAD_SSH TIME TAIL, "field 9");
	assert_malformed(HEAD_SSH TIME TAIL " ssh_options=", "field 9");
	assert_malformed(
	    HEAD_SSH TIME TAIL " ssh_options=restrict x=1", "follows the last");
}

static void
rejects_options_that_are_not_strict(void **state)
{
	static const char *const wrong[][2] = {
		{ "no-touch-required", "expected restrict" },
		{ "from%3D%22%22", "a pattern is empty" },
		{ "command%3D%22a%0Ab%22", "control characters" },
		{ "restrict%2Crestrict", "there twice" },
		{ "from%3D%22a%22%2Crestrict", "in the order" },
		{ "%72estrict", "percent-encoding" },
		{ "restrict%2C", "expected restrict" },
	};
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), "%s%s",
		    HEAD_SSH TIME TAIL " ssh_options=", wrong[i][0]);
		assert_malformed(line, "field \"ssh_options\"");
		assert_malformed(line, wrong[i][1]);
	}
}

static void
rejects_texts_that_are_not_strict(void **state)
{
	(void)state;
	assert_malformed("record=1 label=a%41", "field \"label\"");
	assert_malformed("record=1 label=%0A", "control");
	assert_malformed("record=1 label=%FF", "UTF-8");
	assert_malformed("record=1 label=%C2%85", "control");
	assert_malformed("record=1 label=%E2%80%AE", "control");
	assert_malformed("record=1 label=x rp_id=a%20b", "\"rp_id\"");
	assert_malformed("record=1 label=x rp_id=%C3%A9", "\"rp_id\"");
	assert_malformed("record=1 label=%00", "\"label\"");
	assert_malformed(
	    "record=1 label=0123456789012345678901234567890123456789"
	    "0123456789012345678901234",
	    "too long");
}

static void
rejects_times_that_do_not_exist(void **state)
{
	static const char *const wrong[] = { "2026-02-30T10:00:00Z",
		"2026-13-01T10:00:00Z", "2026-08-22T24:00:00Z",
		"2026-08-22T10:00:60Z", "2026-08-22 10:00:00Z",
		"2026-08-22T10:00:00", "2026-08-22T10:00:00+00:00",
		"2026-08-22T10:00:00z", "1969-12-31T23:59:59Z", "1787392800",
		"2026-8-22T10:00:000Z", "ABCD-EF-GHTIJ:KL:MNZ",
		"+026-08-22T10:00:00Z" };
	char line[256];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), HEAD "time=%s " TAIL, wrong[i]);
		/* A blank inside ends the field. */
		assert_malformed(line, "field \"time\"");
	}
}

static void
rejects_bytes_that_are_not_strict(void **state)
{
	static const char start[] = HEAD TIME "enrolled_by=root nonce=";
	static const char *const wrong[][2] = {
		{ "AAEC client_data=e30", "\"nonce\"" },
		{ NONCE "A client_data=e30", "\"nonce\"" },
		{ NONCE "= client_data=e30", "\"nonce\"" },
		{ NONCE " client_data=e31", "\"client_data\"" },
		{ NONCE " client_data=e3+", "\"client_data\"" },
		{ NONCE " client_data=e30= attestation_object=oA",
		    "\"client_data\"" },
		{ NONCE " client_data=e30 attestation_object=oB",
		    "\"attestation_object\"" },
		{ NONCE " client_data=e30 attestation_object=", "field 8" },
	};
	char line[512];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		snprintf(line, sizeof(line), "%s%s", start, wrong[i][0]);
		assert_malformed(line, wrong[i][1]);
	}
}

static void
rejects_every_truncation(void **state)
{
	static const char whole[] = HEAD TIME TAIL;
	struct att_record record;
	size_t refused = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(whole) - 1; len++) {
		char *exact = malloc(len + 1);

		memcpy(exact, whole, len);
		if (att_record_parse(att_bytes(exact, len), &record, NULL) ==
		    ATT_ERR_STORE_MALFORMED)
			refused++;
		att_record_reset(&record);
		free(exact);
	}
	assert_int_equal(refused, sizeof(whole) - 1);
}

static void
rejects_an_overlong_line(void **state)
{
	char *line = malloc(ATT_RECORD_LINE_MAX + 2);
	struct att_record record;
	struct att_reason why = { 0 };

	(void)state;
	memset(line, 'A', ATT_RECORD_LINE_MAX + 1);
	line[ATT_RECORD_LINE_MAX + 1] = '\0';
	assert_int_equal(parse(line, &record, &why), ATT_ERR_STORE_MALFORMED);
	assert_non_null(strstr(why.text, "longer than"));
	free(line);
}

/* The largest of everything fits a line; one byte more does not. */
static void
takes_the_largest_object(void **state)
{
	struct att_record record;
	struct att_buf out;

	(void)state;
	scratch_record(&record, "alice", "x", 1);
	free(record.attestation_object);
	free(record.client_data);
	record.client_data = calloc(1, 4096);
	record.client_data_len = 4096;
	record.attestation_object = calloc(1, ATT_RECORD_OBJECT_MAX + 1);
	record.attestation_object_len = ATT_RECORD_OBJECT_MAX;
	free(record.rp_id);
	record.rp_id = strdup("ssh:");
	record.ssh_options = malloc(ATT_SSH_OPTIONS_MAX + 1);
	memset(record.ssh_options, '/', ATT_SSH_OPTIONS_MAX);
	memcpy(record.ssh_options, "command=\"", 9);
	record.ssh_options[ATT_SSH_OPTIONS_MAX - 1] = '"';
	record.ssh_options[ATT_SSH_OPTIONS_MAX] = '\0';
	att_buf_init(&out, ATT_RECORD_LINE_MAX);
	assert_int_equal(att_record_print(&record, &out, NULL), ATT_OK);
	att_buf_reset(&out);
	record.attestation_object_len++;
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	assert_int_equal(out.len, 0);
	att_buf_reset(&out);
	att_record_reset(&record);
}

static void
refuses_to_write_what_cannot_be_read(void **state)
{
	struct att_record record;
	struct att_buf out;

	(void)state;
	att_buf_init(&out, ATT_RECORD_LINE_MAX);
	scratch_record(&record, "alice", "", 1);
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	att_record_reset(&record);
	scratch_record(&record, "alice", "a\nrecord=1", 1);
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	att_record_reset(&record);
	scratch_record(&record, "alice", "x", 1);
	record.time = -1;
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	record.time = 253402300800; /* year 10000 */
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	record.time--;
	assert_int_equal(att_record_print(&record, &out, NULL), ATT_OK);
	record.ssh_options = strdup("restrict");
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	free(record.rp_id);
	record.rp_id = strdup("ssh:");
	assert_int_equal(att_record_print(&record, &out, NULL), ATT_OK);
	record.ssh_options[0] = 'R';
	assert_int_equal(
	    att_record_print(&record, &out, NULL), ATT_ERR_STORE_MALFORMED);
	att_record_reset(&record);
	att_buf_reset(&out);
}

static void
checks_labels(void **state)
{
	static const char *const wrong[] = { "", "a\n", "\x1b[0m", "\x7f",
		"\xc2\x9b", "\xff", "\xc3", "\xed\xa0\x80",
		("0123456789012345678901234567890123456789"
		 "0123456789012345678901234") };
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    att_label_check(wrong[i], &why), ATT_ERR_USAGE);
	assert_int_equal(att_label_check("blue key", &why), ATT_OK);
	assert_int_equal(att_label_check("\xc2\xa0", &why), ATT_OK);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_the_same_line),
		cmocka_unit_test(labels_of_any_script_come_back),
		cmocka_unit_test(rejects_another_order_or_number_of_fields),
		cmocka_unit_test(rejects_another_version),
		cmocka_unit_test(reads_and_writes_options_of_ssh),
		cmocka_unit_test(rejects_options_in_the_wrong_record),
		cmocka_unit_test(rejects_options_that_are_not_strict),
		cmocka_unit_test(rejects_texts_that_are_not_strict),
		cmocka_unit_test(rejects_times_that_do_not_exist),
		cmocka_unit_test(rejects_bytes_that_are_not_strict),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(rejects_an_overlong_line),
		cmocka_unit_test(takes_the_largest_object),
		cmocka_unit_test(refuses_to_write_what_cannot_be_read),
		cmocka_unit_test(checks_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
