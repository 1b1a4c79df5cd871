/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talk with a process of the TPM that was taken over: wire/tpm_session.c.
 * There is no process: the linker puts __wrap_att_process_start() in its place,
 * and answers are on the channel before anything is asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>

#include "wire/channel.h"
#include "wire/process.h"
#include "wire/tpm.h"
#include "wire/tpm_session.h"

enum att_err __wrap_att_process_start(
    struct att_process *process, const char *path, struct att_reason *why);
void __wrap_att_process_end(struct att_process *process, int grace_ms);

static int theirs = -1;

enum att_err
__wrap_att_process_start(
    struct att_process *process, const char *path, struct att_reason *why)
{
	(void)path;
	(void)why;
	*process = (struct att_process){ .pid = -1, .pidfd = -1 };
	process->channel = dup(theirs);
	return process->channel < 0 ? ATT_ERR_SYSTEM : ATT_OK;
}

void
__wrap_att_process_end(struct att_process *process, int grace_ms)
{
	(void)grace_ms;
	close(process->channel);
}

#define AREA "the public area of a key"
#define CHALLENGE "sixteen octets!!"

/* TPMS_ATTEST up to the challenge: magic, type, no signer, extraData. */
static const uint8_t quote[] =
    "\xff\x54\x43\x47\x80\x18\x00\x00\x00\x10" CHALLENGE;
static const uint8_t certification[] =
    "\xff\x54\x43\x47\x80\x17\x00\x00\x00\x10" CHALLENGE;
/* TPM2B_PUBLIC */
static const uint8_t area[] = "\x00\x18" AREA;
static const uint8_t other_area[] = "\x00\x18"
				    "the public area of a kex";
static const uint8_t digests[32] = { 1 };

static int ours = -1;
static struct att_tpm_session *session;
static struct att_tpm_attest asked;
static struct att_tpm_evidence evidence;
static struct att_tpm_made made;

#define BYTES(array) att_bytes(array, sizeof(array) - 1)

static struct att_tpm_wrapped
wrapped(struct att_bytes public_part)
{
	return (struct att_tpm_wrapped){ .parent = 0x81000001,
		.public_part = public_part,
		.private_part = att_bytes("private", 7) };
}

static void
put(struct att_buf *message, enum att_err err)
{
	assert_int_equal(err, ATT_OK);
	assert_int_equal(att_channel_send(ours, message, -1), ATT_OK);
	att_buf_reset(message);
}

static void
open_session(void)
{
	struct att_reason why;
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	put(&message, att_tpm_opened_encode(&message));
	assert_int_equal(
	    att_tpm_session_open("device", 5, &session, &why), ATT_OK);
}

static int
setup(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(att_channel_pair(fds), ATT_OK);
	ours = fds[0];
	theirs = fds[1];
	asked = (struct att_tpm_attest){ .aik = { .is_new = true },
		.key = { .is_new = true },
		.pcrs = 1,
		.challenge = BYTES(CHALLENGE) };
	evidence = (struct att_tpm_evidence){
		.aik_public = BYTES(AREA),
		.quote = BYTES(quote),
		.quote_signature = BYTES("s"),
		.banks = { { ATT_TPM_ALG_SHA256, 1, att_bytes(digests, 32) } },
		.bank_count = 1,
		.key_public = BYTES(AREA),
		.certification = BYTES(certification),
		.certification_signature = BYTES("s"),
	};
	made =
	    (struct att_tpm_made){ wrapped(BYTES(area)), wrapped(BYTES(area)) };
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	close(ours);
	close(theirs);
	return 0;
}

static enum att_err
attest(void)
{
	struct att_tpm_evidence said;
	struct att_tpm_made kept;
	struct att_reason why = { 0 };
	struct att_buf message;
	enum att_err err;

	open_session();
	att_buf_init(&message, ATT_MESSAGE_MAX);
	put(&message, att_tpm_evidence_encode(&evidence, &made, &message));
	err = att_tpm_session_attest(session, &asked, &said, &kept, &why);
	if (err != ATT_OK) {
		assert_int_equal(why.code, err);
		assert_int_equal(kept.aik.public_part.len, 0);
		assert_int_equal(kept.key.public_part.len, 0);
	}
	att_tpm_session_close(&session);
	return err;
}

static void
keys_that_were_to_be_made_come_back(void **state)
{
	(void)state;
	assert_int_equal(attest(), ATT_OK);
}

static void
keys_that_are_there_do_not_come_back(void **state)
{
	(void)state;
	asked.aik.is_new = false;
	asked.aik.handle = 0x81000003;
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
	made.aik = (struct att_tpm_wrapped){ 0 };
	assert_int_equal(attest(), ATT_OK);
	asked.key.is_new = false;
	asked.key.wrapped = wrapped(BYTES(area));
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
	made.key = (struct att_tpm_wrapped){ 0 };
	assert_int_equal(attest(), ATT_OK);
}

static void
a_key_that_is_made_at_a_handle_stays_there(void **state)
{
	(void)state;
	asked.aik.handle = 0x81000003;
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
	made.aik = (struct att_tpm_wrapped){ 0 };
	assert_int_equal(attest(), ATT_OK);
}

static void
a_key_that_was_to_be_made_is_there(void **state)
{
	(void)state;
	made.aik = (struct att_tpm_wrapped){ 0 };
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
	made.aik = wrapped(BYTES(area));
	made.key = (struct att_tpm_wrapped){ 0 };
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
}

/* What is put into files is what was attested. */
static void
no_other_key_comes_back(void **state)
{
	static const uint8_t no_area[] = "\x00\x17" AREA;

	(void)state;
	made.aik = wrapped(BYTES(other_area));
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
	made.aik = wrapped(BYTES(no_area));
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
	made.aik = wrapped(BYTES(area));
	made.key = wrapped(BYTES(other_area));
	assert_int_equal(attest(), ATT_ERR_MESSAGE_MALFORMED);
}

static void
evidence_is_for_the_challenge(void **state)
{
	(void)state;
	asked.challenge = BYTES("sixteen octets!?");
	assert_int_equal(attest(), ATT_ERR_TPM_EVIDENCE);
	asked.challenge = BYTES(CHALLENGE);
	evidence.quote = BYTES(certification);
	assert_int_equal(attest(), ATT_ERR_TPM_EVIDENCE);
	evidence.quote = BYTES(quote);
	evidence.certification = BYTES(quote);
	assert_int_equal(attest(), ATT_ERR_TPM_EVIDENCE);
}

/* Whoever has lost the thread is not believed from there on. */
static void
an_answer_of_another_kind_ends_the_talk(void **state)
{
	const uint8_t digest[ATT_TPM_DIGEST_LEN] = { 0 };
	struct att_bytes signature;
	struct att_reason why;
	struct att_buf message;

	(void)state;
	open_session();
	att_buf_init(&message, ATT_MESSAGE_MAX);
	put(&message, att_tpm_opened_encode(&message));
	put(&message, att_tpm_bytes_encode(BYTES("late"), &message));
	assert_int_equal(
	    att_tpm_session_sign(session, digest, &signature, &why),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_int_not_equal(
	    att_tpm_session_sign(session, digest, &signature, &why), ATT_OK);
	assert_int_equal(signature.len, 0);
	att_tpm_session_close(&session);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_that_were_to_be_made_come_back),
		TEST(keys_that_are_there_do_not_come_back),
		TEST(a_key_that_is_made_at_a_handle_stays_there),
		TEST(a_key_that_was_to_be_made_is_there),
		TEST(no_other_key_comes_back),
		TEST(evidence_is_for_the_challenge),
		TEST(an_answer_of_another_kind_ends_the_talk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
