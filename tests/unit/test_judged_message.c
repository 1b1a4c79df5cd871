/* SPDX-License-Identifier: BSD-2-Clause */
/* Judged credentials between processes: attestctl/judged_message.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "attestctl/judged_message.h"

static char label[] = "blue", rp_id[] = "ssh:", enrolled_by[] = "root";
static char ssh_options[] = "restrict";
static const struct att_record record = {
	.label = label,
	.rp_id = rp_id,
	.enrolled_by = enrolled_by,
	.time = 1767225600,
	.ssh_options = ssh_options,
};

static struct att_judged
make(void)
{
	return (struct att_judged){
		.user = "alice",
		.record = &record,
		.credential_id = att_bytes("0123456789", 10),
		.verdict = {
			.has_format = true,
			.format = ATT_FORMAT_FIDO_U2F,
			.has_auth_data = true,
			.aaguid = { 1, 2, 3 },
			.has_type = true,
			.type = ATT_TYPE_BASIC,
			.has_attestation_key = true,
			.attestation_key = { 4, 5, 6 },
			.has_anchor = true,
			.anchor = { .subject = "CN=Root", .sha256 = { 7 } },
		},
		.has_model = true,
		.model = { "A key", "REVOKED", 86400 },
		.err = ATT_ERR_AAGUID_REFUSED,
		.why = { ATT_ERR_AAGUID_REFUSED, "the model is denied" },
	};
}

static void
is_same_verdict(const struct att_verdict *a, const struct att_verdict *b)
{
	assert_true(a->has_format && a->has_auth_data && a->has_type &&
		    a->has_attestation_key && a->has_anchor);
	assert_int_equal(a->format, b->format);
	assert_int_equal(a->type, b->type);
	assert_memory_equal(a->aaguid, b->aaguid, sizeof(a->aaguid));
	assert_memory_equal(
	    a->attestation_key, b->attestation_key, sizeof(a->attestation_key));
	assert_string_equal(a->anchor.subject, b->anchor.subject);
	assert_memory_equal(
	    a->anchor.sha256, b->anchor.sha256, sizeof(a->anchor.sha256));
}

static void
says_what_was_judged(void **state)
{
	struct att_judged before = make();
	struct att_judged_message after;
	struct att_buf message;

	(void)state;
	att_buf_init(&message, 4096);
	assert_int_equal(att_judged_encode(&before, &message), ATT_OK);
	assert_int_equal(
	    att_judged_decode(att_buf_get(&message), "alice", &after), ATT_OK);
	assert_int_equal(after.kind, ATT_JUDGED_CREDENTIAL);
	assert_string_equal(after.judged.user, "alice");
	assert_int_equal(after.judged.err, before.err);
	assert_int_equal(after.judged.why.code, before.err);
	assert_string_equal(after.judged.why.text, before.why.text);
	assert_true(att_bytes_is_equal(
	    after.judged.credential_id, before.credential_id));
	assert_string_equal(after.judged.record->label, label);
	assert_string_equal(after.judged.record->rp_id, rp_id);
	assert_string_equal(after.judged.record->enrolled_by, enrolled_by);
	assert_int_equal(after.judged.record->time, record.time);
	assert_string_equal(after.judged.record->ssh_options, ssh_options);
	assert_true(after.judged.has_model);
	assert_string_equal(after.judged.model.description, "A key");
	assert_string_equal(after.judged.model.status, "REVOKED");
	assert_int_equal(after.judged.model.since, 86400);
	is_same_verdict(&after.judged.verdict, &before.verdict);
	att_judged_message_reset(&after);
	att_buf_reset(&message);
}

static void
says_that_there_are_no_options(void **state)
{
	struct att_judged before = make();
	struct att_record plain = record;
	struct att_judged_message after;
	struct att_buf message;

	(void)state;
	plain.ssh_options = NULL;
	before.record = &plain;
	att_buf_init(&message, 4096);
	assert_int_equal(att_judged_encode(&before, &message), ATT_OK);
	assert_int_equal(
	    att_judged_decode(att_buf_get(&message), "alice", &after), ATT_OK);
	assert_null(after.judged.record->ssh_options);
	att_judged_message_reset(&after);
	att_buf_reset(&message);
}

static void
says_what_was_not(void **state)
{
	const struct att_reason why = { ATT_ERR_FILE_UNREADABLE, "no" };
	struct att_judged_message after;
	struct att_buf message;

	(void)state;
	att_buf_init(&message, 4096);
	assert_int_equal(att_judged_encode_failure(&why, &message), ATT_OK);
	assert_int_equal(
	    att_judged_decode(att_buf_get(&message), "bob", &after), ATT_OK);
	assert_int_equal(after.kind, ATT_JUDGED_FAILURE);
	assert_int_equal(after.judged.err, ATT_ERR_FILE_UNREADABLE);
	assert_string_equal(after.judged.why.text, "no");
	att_judged_message_reset(&after);
	att_buf_reset(&message);
}

static void
says_that_metadata_is_overdue(void **state)
{
	struct att_judged_message after;
	struct att_buf message;

	(void)state;
	att_buf_init(&message, 4096);
	assert_int_equal(att_judged_encode_stale(&message), ATT_OK);
	assert_int_equal(
	    att_judged_decode(att_buf_get(&message), "bob", &after), ATT_OK);
	assert_int_equal(after.kind, ATT_JUDGED_STALE);
	att_judged_message_reset(&after);
	att_buf_reset(&message);
}

static enum att_err
decode(const struct att_buf *message, size_t len)
{
	struct att_judged_message after;
	enum att_err r;

	r = att_judged_decode(att_bytes(message->ptr, len), "eve", &after);
	att_judged_message_reset(&after);
	return r;
}

/* One byte of a message is another one; it is put back. */
static enum att_err
decode_with(struct att_buf *message, size_t at, uint8_t v)
{
	uint8_t old = message->ptr[at];
	enum att_err r;

	message->ptr[at] = v;
	r = decode(message, message->len);
	message->ptr[at] = old;
	return r;
}

static void
rejects_what_no_process_of_ours_says(void **state)
{
	struct att_judged before = make();
	struct att_buf message;
	size_t numbers;

	(void)state;
	att_buf_init(&message, 4096);
	assert_int_equal(att_judged_encode(&before, &message), ATT_OK);
	for (size_t len = 0; len < message.len; len++)
		assert_int_equal(
		    decode(&message, len), ATT_ERR_MESSAGE_MALFORMED);
	numbers = message.len - (3 + 16 + 20 + 32 + 4 + strlen("CN=Root") + 4 +
				    strlen("A key") + 4 + strlen("REVOKED") +
				    8 + 4 + strlen(ssh_options));
	assert_int_equal(
	    decode_with(&message, 0, 4), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    decode_with(&message, 1, 0x7f), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    decode_with(&message, 2, ATT_OK), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    decode_with(&message, 8, '\0'), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    decode_with(&message, numbers, 64), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(decode_with(&message, numbers + 1, ATT_FORMAT_COUNT),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    decode_with(&message, numbers + 2, ATT_TYPE_COMPOUND + 1),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(decode(&message, message.len), ATT_OK);
	assert_int_equal(att_buf_put_u8(&message, 0), ATT_OK);
	assert_int_equal(
	    decode(&message, message.len), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
}

static void
rejects_a_failure_that_is_none(void **state)
{
	const struct att_reason why = { ATT_OK, "" };
	struct att_buf message;

	(void)state;
	att_buf_init(&message, 4096);
	assert_int_equal(att_judged_encode_failure(&why, &message), ATT_OK);
	assert_int_equal(
	    decode(&message, message.len), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_was_judged),
		cmocka_unit_test(says_that_there_are_no_options),
		cmocka_unit_test(says_what_was_not),
		cmocka_unit_test(says_that_metadata_is_overdue),
		cmocka_unit_test(rejects_what_no_process_of_ours_says),
		cmocka_unit_test(rejects_a_failure_that_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
