/* SPDX-License-Identifier: BSD-2-Clause */
/* The content of one user's file: store/credentials.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "scratch.h"
#include "store/credentials.h"
#include "wire/channel.h"
#include "wire/device.h"

/* Appends the line of a record of alice. */
static void
put_record(struct att_buf *out, const char *label, unsigned char seed)
{
	struct att_record record;

	scratch_record(&record, "alice", label, seed);
	assert_int_equal(att_record_print(&record, out, NULL), ATT_OK);
	assert_int_equal(att_buf_put_u8(out, '\n'), ATT_OK);
	att_record_reset(&record);
}

static void
put_text(struct att_buf *out, const char *text)
{
	assert_int_equal(att_buf_put(out, text, strlen(text)), ATT_OK);
}

static enum att_err
parse(const struct att_buf *content, struct att_credentials *creds,
    struct att_reason *why)
{
	return att_credentials_parse(att_buf_get(content), "F", creds, why);
}

static void
reads_records_among_comments(void **state)
{
	struct att_credentials creds;
	struct att_buf content;
	struct att_reason why = { 0 };

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_text(&content, "# alice's keys\t\xc3\xa9\n\n");
	put_record(&content, "one", 1);
	put_text(&content, "#record=1\n");
	put_record(&content, "two", 2);
	assert_int_equal(parse(&content, &creds, &why), ATT_OK);
	assert_int_equal(creds.count, 2);
	assert_string_equal(creds.records[0].label, "one");
	assert_string_equal(creds.records[1].label, "two");
	for (size_t i = 0; i < 2; i++) {
		const uint8_t *line = content.ptr + creds.spans[i].start;

		assert_memory_equal(line, "record=1 ", 9);
		assert_int_equal(line[creds.spans[i].len - 1], '\n');
	}
	att_credentials_reset(&creds);
	assert_null(creds.records);
	att_buf_reset(&content);
}

static void
an_empty_file_has_no_records(void **state)
{
	struct att_credentials creds;

	(void)state;
	assert_int_equal(
	    att_credentials_parse(att_bytes(NULL, 0), "F", &creds, NULL),
	    ATT_OK);
	assert_int_equal(creds.count, 0);
	assert_int_equal(
	    att_credentials_parse(att_bytes_text("# x\n"), "F", &creds, NULL),
	    ATT_OK);
	assert_int_equal(creds.count, 0);
}

static void
assert_malformed(const struct att_buf *content, const char *message)
{
	struct att_credentials creds;
	struct att_reason why = { 0 };

	assert_int_equal(parse(content, &creds, &why), ATT_ERR_STORE_MALFORMED);
	if (strstr(why.text, message) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", message, why.text);
	assert_int_equal(creds.count, 0);
	assert_null(creds.records);
}

static void
rejects_a_file_that_was_cut_off(void **state)
{
	struct att_credentials creds;
	struct att_buf content;
	size_t whole, accepted = 0;

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_record(&content, "one", 1);
	whole = content.len;
	put_record(&content, "two", 2);
	while (--content.len > 0) {
		if (parse(&content, &creds, NULL) == ATT_OK) {
			assert_int_equal(content.len, whole);
			accepted++;
		}
		att_credentials_reset(&creds);
	}
	assert_int_equal(accepted, 1);
	content.len = whole - 1;
	assert_malformed(&content, "F:1: the last line has no end");
	att_buf_reset(&content);
}

static void
names_the_line(void **state)
{
	struct att_buf content;

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_text(&content, "#\n\n");
	put_record(&content, "one", 1);
	put_text(&content, "alice:abc,def,es256,+presence\n");
	assert_malformed(&content, "F:4: field 1");
	att_buf_reset(&content);
}

static void
rejects_control_characters(void **state)
{
	struct att_buf content;

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_record(&content, "one", 1);
	content.len--;
	put_text(&content, "\r\n");
	assert_malformed(&content, "0x0d");
	att_buf_reset(&content);
	put_text(&content, "# \x1b[0m\n");
	assert_malformed(&content, "F:1: column 3");
	att_buf_reset(&content);
	assert_int_equal(att_buf_put(&content, "#\0\n", 3), ATT_OK);
	assert_malformed(&content, "0x00");
	att_buf_reset(&content);
	put_text(&content, "\t\n");
	assert_malformed(&content, "field 1");
	att_buf_reset(&content);
}

static void
rejects_a_label_twice(void **state)
{
	struct att_buf content;

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_record(&content, "one", 1);
	put_record(&content, "one", 2);
	assert_malformed(&content, "F:2: the label \"one\" is there twice");
	att_buf_reset(&content);
}

static void
rejects_too_many_records(void **state)
{
	struct att_credentials creds;
	struct att_buf content;
	char label[8];

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	for (int i = 0; i < ATT_RECORDS_MAX; i++) {
		snprintf(label, sizeof(label), "k%d", i);
		put_record(&content, label, (unsigned char)i);
	}
	assert_int_equal(parse(&content, &creds, NULL), ATT_OK);
	assert_int_equal(creds.count, ATT_RECORDS_MAX);
	att_credentials_reset(&creds);
	put_record(&content, "more", 77);
	assert_malformed(&content, "F:65: more than 64");
	att_buf_reset(&content);
}

/* As many RP IDs and bytes of credential IDs as the three arguments say. */
static void
put_records(struct att_buf *out, size_t count, size_t rp_ids, size_t id_len)
{
	struct att_record record;
	uint8_t id[1023] = { 0 };
	char text[16];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "k%zu", i);
		id[0] = (uint8_t)i;
		scratch_record_of(
		    &record, "alice", text, att_bytes(id, id_len));
		free(record.rp_id);
		snprintf(text, sizeof(text), "rp%zu", i % rp_ids);
		record.rp_id = strdup(text);
		assert_int_equal(att_record_print(&record, out, NULL), ATT_OK);
		assert_int_equal(att_buf_put_u8(out, '\n'), ATT_OK);
		att_record_reset(&record);
	}
}

static void
rejects_more_rp_ids_than_a_request_holds(void **state)
{
	struct att_credentials creds;
	struct att_reason why = { 0 };
	struct att_buf content;

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_records(&content, 2 * ATT_RP_IDS_MAX, ATT_RP_IDS_MAX, 32);
	assert_int_equal(parse(&content, &creds, &why), ATT_OK);
	assert_int_equal(creds.count, 2 * ATT_RP_IDS_MAX);
	att_credentials_reset(&creds);
	content.len = 0;
	put_records(&content, ATT_RP_IDS_MAX + 1, ATT_RP_IDS_MAX + 1, 32);
	assert_malformed(&content, "F:17: credentials of one user for more "
				   "than 16 RP IDs");
	att_buf_reset(&content);
}

static void
rejects_longer_ids_than_a_request_holds(void **state)
{
	const size_t id_len = ATT_ID_BYTES_MAX / ATT_RECORDS_MAX;
	struct att_credentials creds;
	struct att_reason why = { 0 };
	struct att_buf content;

	(void)state;
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_records(&content, ATT_RECORDS_MAX, 1, id_len);
	assert_int_equal(parse(&content, &creds, &why), ATT_OK);
	assert_int_equal(creds.id_bytes, ATT_ID_BYTES_MAX);
	att_credentials_reset(&creds);
	content.len = 0;
	put_records(&content, ATT_RECORDS_MAX, 1, id_len + 1);
	assert_malformed(&content, "F:64: credential IDs of one user with "
				   "more than 49152 bytes");
	att_buf_reset(&content);
}

/* What a file may hold, a login can ask for: limits of wire/device.h. */
static void
a_full_file_fits_into_one_request(void **state)
{
	static struct att_allow_batch batches[ATT_RP_IDS_MAX];
	struct att_get_assertion request = { .up = true,
		.uv = ATT_UV_PIN,
		.batches = batches,
		.batch_count = ATT_RP_IDS_MAX };
	static uint8_t id[ATT_ID_BYTES_MAX / ATT_RECORDS_MAX];
	char rp_id[ATT_RP_ID_MAX + 1];
	struct att_buf message;

	(void)state;
	memset(rp_id, 'r', ATT_RP_ID_MAX);
	rp_id[ATT_RP_ID_MAX] = '\0';
	memset(request.pin, '1', ATT_PIN_MAX);
	for (size_t i = 0; i < ATT_RECORDS_MAX; i++) {
		struct att_allow_batch *batch = &batches[i % ATT_RP_IDS_MAX];

		batch->rp_id = rp_id;
		batch->ids[batch->count++] = att_bytes(id, sizeof(id));
	}
	att_buf_init(&message, ATT_MESSAGE_MAX);
	assert_int_equal(att_get_assertion_encode(&request, &message), ATT_OK);
	att_buf_reset(&message);
}

static void
rejects_an_overlong_comment(void **state)
{
	struct att_buf content;
	char *line = malloc(ATT_RECORD_LINE_MAX + 2);

	(void)state;
	memset(line, '#', ATT_RECORD_LINE_MAX + 1);
	line[ATT_RECORD_LINE_MAX + 1] = '\n';
	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	assert_int_equal(
	    att_buf_put(&content, line, ATT_RECORD_LINE_MAX + 2), ATT_OK);
	assert_malformed(&content, "longer than");
	att_buf_reset(&content);
	free(line);
}

/* alice has "one" (ID of 0x01), "two" (0x02) and a label like an ID. */
static void
find_in(const char *wanted, enum att_err expected, size_t at)
{
	struct att_credentials creds;
	struct att_reason why = { 0 };
	struct att_buf content;
	size_t index;

	att_buf_init(&content, ATT_CREDENTIALS_FILE_MAX);
	put_record(&content, "one", 1);
	put_record(&content, "two", 2);
	put_record(&content, "AQEBAQEB", 3);
	put_record(&content, "twin", 2);
	assert_int_equal(parse(&content, &creds, NULL), ATT_OK);
	assert_int_equal(
	    att_credentials_find(&creds, wanted, &index, &why), expected);
	assert_int_equal(index, expected == ATT_OK ? at : index);
	if (expected != ATT_OK)
		assert_non_null(strstr(why.text, wanted));
	att_credentials_reset(&creds);
	att_buf_reset(&content);
}

static void
finds_by_label_and_by_id(void **state)
{
	(void)state;
	find_in("one", ATT_OK, 0);
	find_in("two", ATT_OK, 1);
	find_in("AQEBAQEB", ATT_OK, 2); /* the label wins */
	find_in("AQEBAQEBA", ATT_OK, 0);
	find_in("AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM", ATT_OK, 2);
	find_in("AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMD",
	    ATT_ERR_STORE_NOT_FOUND, 0);
	find_in("AwMDAwM", ATT_ERR_STORE_NOT_FOUND, 0); /* too short */
	find_in("AwMDAwMD", ATT_OK, 2);
	find_in("AgICAgIC", ATT_ERR_STORE_NOT_FOUND, 0); /* two of them */
	find_in("One", ATT_ERR_STORE_NOT_FOUND, 0);
	find_in("on", ATT_ERR_STORE_NOT_FOUND, 0);
	find_in("", ATT_ERR_STORE_NOT_FOUND, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rejects_more_rp_ids_than_a_request_holds),
		cmocka_unit_test(rejects_longer_ids_than_a_request_holds),
		cmocka_unit_test(a_full_file_fits_into_one_request),
		cmocka_unit_test(reads_records_among_comments),
		cmocka_unit_test(an_empty_file_has_no_records),
		cmocka_unit_test(rejects_a_file_that_was_cut_off),
		cmocka_unit_test(names_the_line),
		cmocka_unit_test(rejects_control_characters),
		cmocka_unit_test(rejects_a_label_twice),
		cmocka_unit_test(rejects_too_many_records),
		cmocka_unit_test(rejects_an_overlong_comment),
		cmocka_unit_test(finds_by_label_and_by_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
