/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging what ssh-keygen wrote: login/ssh_attestation.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "login/ssh_attestation.h"
#include "ssh_files.h"
#include "ssh_keys.h"

#define CHALLENGE att_bytes_text("a challenge of any length")

/* Accepting what the kind is; U2F knows no user verification. */
static struct att_options
options_for(enum forge_kind kind)
{
	struct att_options opts = forge_make_options_for(kind);

	opts.user_verification = ATT_USER_VERIFICATION_PREFERRED;
	return opts;
}

/* What comes of files over CHALLENGE, by options of the caller's. */
struct judged {
	enum att_err err;
	enum att_attestation_type type;
	enum att_format format;
	struct att_reason why;
};

static struct judged
judge_files(const struct ssh_files *files, const struct forged *forged,
    const struct att_options *opts, struct att_bytes challenge)
{
	struct judged judged = { .why = { .code = ATT_OK } };
	struct att_trust trust = { .anchors = forged_make_anchors(forged),
		.now = FORGE_TIME };
	struct att_ssh_presented presented;
	const struct att_ssh_judgement judgement = { &presented, opts, &trust,
		FORGE_TIME };
	struct att_verdict verdict = { 0 };
	struct att_buf object;

	att_buf_init(&object, 65536);
	judged.err = att_ssh_presented_read(att_buf_get(&files->public_key),
	    att_buf_get(&files->attestation), &presented, &judged.why);
	if (judged.err == ATT_OK)
		judged.err = att_ssh_attestation_judge(
		    &judgement, challenge, &object, &verdict, &judged.why);
	judged.type = verdict.type;
	judged.format = verdict.format;
	att_verdict_reset(&verdict);
	att_buf_reset(&object);
	att_ssh_presented_reset(&presented);
	att_anchors_free(&trust.anchors);
	return judged;
}

static struct judged
judge(const struct ssh_files_request *asked, const struct att_options *opts)
{
	struct ssh_files_request request = *asked;
	struct forged forged = { 0 };
	struct ssh_files files;
	struct judged judged;

	if (request.challenge.len == 0)
		request.challenge = CHALLENGE;
	ssh_files_make(&request, &forged, &files);
	judged = judge_files(&files, &forged, opts, CHALLENGE);
	ssh_files_reset(&files);
	forged_reset(&forged);
	return judged;
}

static void
finds_the_format(void **state)
{
	static const struct {
		struct ssh_files_request request;
		enum att_attestation_type type;
		enum att_format format;
	} rows[] = {
		{ { .kind = FORGE_KIND_BASIC }, ATT_TYPE_BASIC,
		    ATT_FORMAT_PACKED },
		{ { .kind = FORGE_KIND_BASIC, .alg = ATT_COSE_EDDSA },
		    ATT_TYPE_BASIC, ATT_FORMAT_PACKED },
		{ { .kind = FORGE_KIND_BASIC, .application = "ssh:work" },
		    ATT_TYPE_BASIC, ATT_FORMAT_PACKED },
		{ { .kind = FORGE_KIND_U2F, .defect = FORGE_U2F_FINE },
		    ATT_TYPE_BASIC, ATT_FORMAT_FIDO_U2F },
		{ { .kind = FORGE_KIND_SELF, .defect = FORGE_FINE_SELF },
		    ATT_TYPE_SELF, ATT_FORMAT_PACKED },
		{ { .kind = FORGE_KIND_SELF,
		      .defect = FORGE_FINE_SELF,
		      .alg = ATT_COSE_EDDSA },
		    ATT_TYPE_SELF, ATT_FORMAT_PACKED },
		{ { .kind = FORGE_KIND_NONE, .defect = FORGE_FINE_NONE },
		    ATT_TYPE_NONE, ATT_FORMAT_NONE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct att_options opts =
		    options_for(rows[i].request.kind);
		struct judged judged = judge(&rows[i].request, &opts);

		if (judged.err != ATT_OK)
			fail_msg("row %zu: %s", i, judged.why.text);
		assert_int_equal(judged.type, rows[i].type);
		assert_int_equal(judged.format, rows[i].format);
	}
}

static void
another_challenge_is_another_signature(void **state)
{
	static const struct ssh_files_request rows[] = {
		{ .kind = FORGE_KIND_BASIC },
		{ .kind = FORGE_KIND_U2F, .defect = FORGE_U2F_FINE },
		{ .kind = FORGE_KIND_SELF, .defect = FORGE_FINE_SELF },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct att_options opts = options_for(rows[i].kind);
		struct ssh_files_request request = rows[i];

		request.challenge = att_bytes_text("another one");
		assert_int_equal(
		    judge(&request, &opts).err, ATT_ERR_STATEMENT_SIGNATURE);
	}
}

/* By default nothing but an attestation by others will do. */
static void
policy_decides_what_is_good_enough(void **state)
{
	static const struct {
		struct ssh_files_request request;
		enum att_err err;
	} rows[] = {
		{ { .kind = FORGE_KIND_SELF, .defect = FORGE_FINE_SELF },
		    ATT_ERR_ATTESTATION_SELF },
		{ { .kind = FORGE_KIND_NONE, .defect = FORGE_FINE_NONE },
		    ATT_ERR_ATTESTATION_NONE },
		{ { .kind = FORGE_KIND_BASIC, .is_unverified = true },
		    ATT_ERR_UV_MISSING },
	};
	struct att_options opts = forge_make_options();

	(void)state;
	opts.user_verification = ATT_USER_VERIFICATION_REQUIRED;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    judge(&rows[i].request, &opts).err, rows[i].err);
	opts.user_verification = ATT_USER_VERIFICATION_PREFERRED;
	assert_int_equal(judge(&rows[2].request, &opts).err, ATT_OK);
}

/* Files of two keys: the public key of one, the attestation of the other. */
static struct judged
judge_mixed(
    const struct ssh_files_request *a, const struct ssh_files_request *b)
{
	const struct att_options opts = options_for(a->kind);
	struct forged forged = { 0 }, other = { 0 };
	struct ssh_files files, others, mixed;
	struct judged judged;

	ssh_files_make(a, &forged, &files);
	ssh_files_make(b, &other, &others);
	mixed.public_key = others.public_key;
	mixed.attestation = files.attestation;
	judged = judge_files(&mixed, &forged, &opts, a->challenge);
	ssh_files_reset(&files);
	ssh_files_reset(&others);
	forged_reset(&forged);
	forged_reset(&other);
	return judged;
}

static void
refuses_the_attestation_of_another_key(void **state)
{
	const struct ssh_files_request ecdsa = { .challenge = CHALLENGE },
				       ed25519 = { .challenge = CHALLENGE,
					       .alg = ATT_COSE_EDDSA };
	struct judged judged;

	(void)state;
	judged = judge_mixed(&ecdsa, &ecdsa);
	assert_int_equal(judged.err, ATT_ERR_SSH_KEY_MISMATCH);
	assert_non_null(strstr(judged.why.text, "about the key SHA256:"));
	assert_int_equal(
	    judge_mixed(&ecdsa, &ed25519).err, ATT_ERR_SSH_KEY_MISMATCH);
	assert_int_equal(
	    judge_mixed(&ed25519, &ecdsa).err, ATT_ERR_SSH_KEY_MISMATCH);
	assert_int_equal(
	    judge_mixed(&ed25519, &ed25519).err, ATT_ERR_SSH_KEY_MISMATCH);
}

/* The key that is presented, in the place of the one that was signed. */
static void
refuses_an_attestation_with_another_key_in_it(void **state)
{
	const struct ssh_files_request request = { .challenge = CHALLENGE };
	const struct att_options opts = options_for(FORGE_KIND_BASIC);
	struct forged forged = { 0 }, other = { 0 };
	struct ssh_files files, others;
	uint8_t *at, *x, *y;

	(void)state;
	ssh_files_make(&request, &forged, &files);
	ssh_files_make(&request, &other, &others);
	/* The end of authenticator data is -2: x, -3: y. */
	at = files.attestation.ptr + files.attestation.len - 8;
	x = at - 32 - 3 - 32;
	y = at - 32;
	memcpy(x, other.auth_data.ptr + other.auth_data.len - 67, 32);
	memcpy(y, other.auth_data.ptr + other.auth_data.len - 32, 32);
	att_buf_reset(&files.public_key);
	files.public_key = others.public_key;
	att_buf_init(&others.public_key, 1);
	assert_int_equal(judge_files(&files, &forged, &opts, CHALLENGE).err,
	    ATT_ERR_STATEMENT_SIGNATURE);
	ssh_files_reset(&files);
	ssh_files_reset(&others);
	forged_reset(&forged);
	forged_reset(&other);
}

/* What a key is for is said twice, and has to be an application of SSH. */
static void
refuses_another_application(void **state)
{
	static const char *const rows[] = { "ssh:work", "pam_attest" };
	const struct ssh_files_request request = { .challenge = CHALLENGE };
	const struct att_options opts = options_for(FORGE_KIND_BASIC);
	struct ssh_files_request web = request;
	struct forged forged = { 0 };
	struct ssh_files files, said;

	(void)state;
	ssh_files_make(&request, &forged, &files);
	for (size_t i = 0; i < 2; i++) {
		ssh_files_write(&forged, rows[i], &said);
		assert_int_equal(
		    judge_files(&said, &forged, &opts, CHALLENGE).err,
		    ATT_ERR_SSH_APPLICATION);
		ssh_files_reset(&said);
	}
	ssh_files_reset(&files);
	forged_reset(&forged);
	web.application = "pam_attest";
	assert_int_equal(judge(&web, &opts).err, ATT_ERR_SSH_APPLICATION);
}

static void
refuses_an_ordinary_key(void **state)
{
	const struct ssh_files_request request = { .challenge = CHALLENGE };
	const struct att_options opts = options_for(FORGE_KIND_BASIC);
	struct forged forged = { 0 };
	struct ssh_files files;

	(void)state;
	ssh_files_make(&request, &forged, &files);
	att_buf_reset(&files.public_key);
	assert_int_equal(
	    att_buf_printf(&files.public_key, "%s\n", SSH_PLAIN_LINE), ATT_OK);
	assert_int_equal(judge_files(&files, &forged, &opts, CHALLENGE).err,
	    ATT_ERR_SSH_KEY_TYPE);
	ssh_files_reset(&files);
	forged_reset(&forged);
}

/* The reason is that of the format that fits. */
static void
says_what_is_wrong_with_a_u2f_key(void **state)
{
	const struct ssh_files_request request = { .kind = FORGE_KIND_U2F,
		.defect = FORGE_U2F_FINE };
	struct att_options opts = forge_make_options();
	struct judged judged;

	(void)state;
	opts.user_verification = ATT_USER_VERIFICATION_PREFERRED;
	opts.formats = 1U << ATT_FORMAT_PACKED;
	judged = judge(&request, &opts);
	assert_int_equal(judged.err, ATT_ERR_FORMAT_REFUSED);
	assert_int_equal(judged.format, ATT_FORMAT_FIDO_U2F);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_format),
		cmocka_unit_test(another_challenge_is_another_signature),
		cmocka_unit_test(policy_decides_what_is_good_enough),
		cmocka_unit_test(refuses_the_attestation_of_another_key),
		cmocka_unit_test(refuses_an_attestation_with_another_key_in_it),
		cmocka_unit_test(refuses_another_application),
		cmocka_unit_test(refuses_an_ordinary_key),
		cmocka_unit_test(says_what_is_wrong_with_a_u2f_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
