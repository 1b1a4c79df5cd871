/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registration of an SSH key by what ssh-keygen wrote: who is believed,
 * and which reason everybody else gets. The challenge is looked for in
 * verifier/ssh_challenge.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "scratch.h"
#include "ssh_files.h"
#include "store/challenges.h"
#include "store/store.h"
#include "stored.h"
#include "verifier/ssh_challenge.h"
#include "verifier/ssh_registration.h"
#include "wire/ssh_enrolment.h"

static struct att_options *opts;
static struct forged forged; /* a batch; its root is the anchor */
static struct att_reason why;

static int
set_up(void **state)
{
	assert_int_equal(scratch_setup(state), 0);
	opts = stored_options(*state);
	forged = (struct forged){ 0 };
	return 0;
}

static int
tear_down(void **state)
{
	forged_reset(&forged);
	att_options_free(&opts);
	return scratch_teardown(state);
}

static void
set_option(const char *name, const char *value)
{
	assert_int_equal(
	    att_options_set(opts, name, value, "test", NULL), ATT_OK);
}

/* Issued that many seconds ago. */
struct issued {
	uint8_t bytes[32];
};

static struct issued
issue(const char *user, const char *application, time_t ago)
{
	struct att_challenges_file file;
	struct issued issued;

	assert_int_equal(att_challenges_prepare(opts->state_dir, NULL), ATT_OK);
	assert_int_equal(
	    att_challenges_open(opts->state_dir, user, &file, NULL), ATT_OK);
	assert_int_equal(att_challenges_issue(
			     &file, application, time(NULL) - ago, 3600, NULL),
	    ATT_OK);
	assert_int_equal(att_challenge_get_bytes(
			     &file.challenges.list[file.challenges.count - 1],
			     user, issued.bytes),
	    ATT_OK);
	att_challenges_close(&file);
	return issued;
}

static struct att_bytes
bytes_of(const struct issued *issued)
{
	return att_bytes(issued->bytes, sizeof(issued->bytes));
}

/* What the verifier is asked; given and options may be NULL. */
struct question {
	const char *user;
	const char *label;
	const struct ssh_files *files;
	const struct att_bytes *given;
	const char *options;
};

static enum att_err
ask(const struct question *question)
{
	struct att_session session = { .fd = -1,
		.opts = opts,
		.start = { .phase = ATT_PHASE_SSH_ENROLL } };
	struct att_ssh_enrolment enrolment = {
		.public_key = att_buf_get(&question->files->public_key),
		.attestation = att_buf_get(&question->files->attestation),
		.has_challenge = question->given != NULL,
	};
	struct att_buf payload;
	enum att_err r;

	if (question->given != NULL)
		enrolment.challenge = *question->given;
	if (question->options != NULL)
		enrolment.options = att_bytes_text(question->options);
	att_buf_init(&payload, 65536);
	assert_int_equal(
	    att_ssh_enrolment_encode(&enrolment, &payload), ATT_OK);
	session.start.payload = payload.ptr;
	session.start.payload_len = payload.len;
	session.start.user = strdup(question->user);
	session.start.label =
	    question->label == NULL ? NULL : strdup(question->label);
	why = (struct att_reason){ .code = ATT_OK };
	if ((r = att_ssh_registration_precheck(&session, &why)) == ATT_OK)
		r = att_ssh_registration_run(&session, NULL, &why);
	if (r != ATT_OK)
		assert_int_equal(why.code, r);
	free(session.start.user);
	free(session.start.label);
	att_buf_reset(&payload);
	return r;
}

/* A key of alice made over that challenge; the anchor is there afterwards. */
static void
make_files(
    const void *folder, struct att_bytes challenge, struct ssh_files *files)
{
	const struct ssh_files_request request = { .challenge = challenge };

	ssh_files_make(&request, &forged, files);
	stored_add_root(folder, forged.root);
}

static enum att_err
enroll(const char *user, const struct ssh_files *files)
{
	const struct question question = { .user = user, .files = files };

	return ask(&question);
}

static size_t
count_records(const char *user)
{
	struct att_credentials creds = { 0 };
	size_t count = 0;

	if (att_store_load(opts->credentials_dir, user, &creds, NULL) == ATT_OK)
		count = creds.count;
	att_credentials_reset(&creds);
	return count;
}

static void
a_key_over_a_pending_challenge_is_stored(void **state)
{
	struct issued first, second;
	struct att_credentials creds;
	struct att_evidence evidence;
	struct ssh_files files;
	struct question question = { .user = "alice",
		.label = "yubi",
		.files = &files,
		.options = "from=\"10.0.0.0/8\",restrict" };

	first = issue("alice", "ssh:", 0);
	second = issue("alice", "ssh:", 0);
	(void)first;
	make_files(*state, bytes_of(&second), &files);
	if (ask(&question) != ATT_OK)
		fail_msg("%s", why.text);
	assert_int_equal(
	    att_store_load(opts->credentials_dir, "alice", &creds, NULL),
	    ATT_OK);
	assert_int_equal(creds.count, 1);
	assert_string_equal(creds.records[0].label, "yubi");
	assert_string_equal(creds.records[0].rp_id, "ssh:");
	assert_string_equal(creds.records[0].enrolled_by, "root");
	assert_string_equal(
	    creds.records[0].ssh_options, "restrict,from=\"10.0.0.0/8\"");
	assert_memory_equal(creds.records[0].client_data, second.bytes, 32);
	assert_int_equal(att_record_get_evidence(
			     &creds.records[0], "alice", &evidence, NULL),
	    ATT_OK);
	att_credentials_reset(&creds);
	/* It is used up; the other one still waits. */
	assert_int_equal(ask(&question), ATT_ERR_STORE_DUPLICATE);
	question.label = "other";
	assert_int_equal(ask(&question), ATT_ERR_SSH_CHALLENGE_USED);
	ssh_files_reset(&files);
	make_files(*state, bytes_of(&first), &files);
	assert_int_equal(enroll("alice", &files), ATT_OK);
	assert_int_equal(count_records("alice"), 2);
	ssh_files_reset(&files);
}

static void
the_challenge_may_be_said(void **state)
{
	struct issued first, second;
	struct att_bytes given;
	struct ssh_files files;
	struct question question = {
		.user = "alice", .files = &files, .given = &given
	};

	first = issue("alice", "ssh:", 0);
	second = issue("alice", "ssh:", 0);
	make_files(*state, bytes_of(&second), &files);
	given = bytes_of(&first);
	assert_int_equal(ask(&question), ATT_ERR_STATEMENT_SIGNATURE);
	given = att_bytes(second.bytes, 31);
	assert_int_equal(ask(&question), ATT_ERR_SSH_CHALLENGE_UNKNOWN);
	given = bytes_of(&second);
	assert_int_equal(ask(&question), ATT_OK);
	assert_int_equal(ask(&question), ATT_ERR_SSH_CHALLENGE_USED);
	ssh_files_reset(&files);
}

static void
an_attestation_over_another_challenge_is_refused(void **state)
{
	struct att_bytes given = att_bytes_text("0123456789abcdef");
	struct ssh_files files;
	const struct question question = {
		.user = "alice", .files = &files, .given = &given
	};

	make_files(*state, given, &files);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_UNKNOWN);
	assert_non_null(strstr(why.text, "no challenge is pending"));
	(void)issue("alice", "ssh:", 0);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_UNKNOWN);
	assert_non_null(strstr(why.text, "none of the 1 "));
	assert_int_equal(ask(&question), ATT_ERR_SSH_CHALLENGE_UNKNOWN);
	assert_non_null(strstr(why.text, "not issued here"));
	assert_int_equal(count_records("alice"), 0);
	ssh_files_reset(&files);
}

/* Both ways to find out: by the signature, and by the bytes. */
static void
a_challenge_of_another_user_is_recognised(void **state)
{
	struct issued issued = issue("bob", "ssh:", 0);
	struct att_bytes given = bytes_of(&issued);
	struct ssh_files files;
	const struct question question = {
		.user = "alice", .files = &files, .given = &given
	};

	make_files(*state, given, &files);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_OTHER_USER);
	assert_non_null(strstr(why.text, "issued for bob, not for alice"));
	assert_int_equal(ask(&question), ATT_ERR_SSH_CHALLENGE_OTHER_USER);
	/* Also once bob has used it. */
	assert_int_equal(enroll("bob", &files), ATT_OK);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_OTHER_USER);
	assert_int_equal(count_records("alice"), 0);
	ssh_files_reset(&files);
}

static void
a_challenge_expires(void **state)
{
	struct issued issued = issue("alice", "ssh:", 3601);
	struct att_bytes given = bytes_of(&issued);
	struct ssh_files files;
	const struct question question = {
		.user = "alice", .files = &files, .given = &given
	};

	make_files(*state, given, &files);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_EXPIRED);
	assert_int_equal(ask(&question), ATT_ERR_SSH_CHALLENGE_EXPIRED);
	assert_int_equal(count_records("alice"), 0);
	ssh_files_reset(&files);
}

static void
a_challenge_is_for_one_application(void **state)
{
	struct issued issued = issue("alice", "ssh:work", 0);
	struct ssh_files files;

	make_files(*state, bytes_of(&issued), &files);
	assert_int_equal(enroll("alice", &files), ATT_ERR_SSH_APPLICATION);
	assert_non_null(strstr(why.text, "\"ssh:work\""));
	ssh_files_reset(&files);
}

/* What is wrong over any challenge is said first, and uses none up. */
static void
what_is_wrong_anyway_is_said(void **state)
{
	struct issued issued = issue("alice", "ssh:", 0);
	struct ssh_files_request request = { .kind = FORGE_KIND_NONE,
		.defect = FORGE_FINE_NONE,
		.challenge = bytes_of(&issued) };
	struct forged none = { 0 };
	struct ssh_files files;

	ssh_files_make(&request, &none, &files);
	assert_int_equal(enroll("alice", &files), ATT_ERR_ATTESTATION_NONE);
	ssh_files_reset(&files);
	forged_reset(&none);
	request.kind = FORGE_KIND_SELF;
	request.defect = FORGE_FINE_SELF;
	ssh_files_make(&request, &none, &files);
	assert_int_equal(enroll("alice", &files), ATT_ERR_ATTESTATION_SELF);
	/* Also where it would be found to be somebody else's, or nobody's. */
	set_option("formats", "fido-u2f");
	assert_int_equal(enroll("bob", &files), ATT_ERR_FORMAT_REFUSED);
	set_option("formats", "packed");
	set_option("attestation", "self");
	assert_int_equal(enroll("alice", &files), ATT_OK);
	ssh_files_reset(&files);
	forged_reset(&none);
	(void)state;
}

/* Without a signature no challenge is proven; policy may want none. */
static void
none_takes_a_pending_challenge_all_the_same(void **state)
{
	const struct ssh_files_request request = { .kind = FORGE_KIND_NONE,
		.defect = FORGE_FINE_NONE,
		.challenge = att_bytes_text("any") };
	struct ssh_files files;

	(void)state;
	set_option("attestation", "none");
	ssh_files_make(&request, &forged, &files);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_UNKNOWN);
	(void)issue("bob", "ssh:", 0);
	(void)issue("alice", "ssh:", 3601);
	assert_int_equal(
	    enroll("alice", &files), ATT_ERR_SSH_CHALLENGE_UNKNOWN);
	(void)issue("alice", "ssh:", 0);
	assert_int_equal(enroll("alice", &files), ATT_OK);
	ssh_files_reset(&files);
}

static void
a_foreign_anchor_or_no_verification_is_refused(void **state)
{
	struct issued issued = issue("alice", "ssh:", 0);
	struct ssh_files_request request = { .challenge = bytes_of(&issued),
		.root = "Other root",
		.is_unverified = true };
	struct forged other = { 0 };
	struct ssh_files files;

	make_files(*state, bytes_of(&issued), &files);
	ssh_files_reset(&files);
	ssh_files_make(&request, &other, &files);
	assert_int_equal(enroll("alice", &files), ATT_ERR_ANCHOR_UNKNOWN);
	stored_add_root(*state, other.root);
	set_option("user_verification", "required");
	assert_int_equal(enroll("alice", &files), ATT_ERR_UV_MISSING);
	set_option("user_verification", "preferred");
	/* Nothing of this has used the challenge up. */
	assert_int_equal(enroll("alice", &files), ATT_OK);
	ssh_files_reset(&files);
	forged_reset(&other);
}

static void
labels_and_options_are_checked(void **state)
{
	struct issued issued = issue("alice", "ssh:", 0);
	struct ssh_files files;
	struct question question = {
		.user = "alice", .label = "\n", .files = &files
	};

	make_files(*state, bytes_of(&issued), &files);
	assert_int_equal(ask(&question), ATT_ERR_USAGE);
	question.label = NULL;
	question.options = "no-touch-required";
	assert_int_equal(ask(&question), ATT_ERR_USAGE);
	question.options = NULL;
	stored_add_unusable(*state, "alice", "key-1", 9);
	assert_int_equal(ask(&question), ATT_OK);
	assert_int_equal(count_records("alice"), 2);
	ssh_files_reset(&files);
}

static void
a_payload_that_is_none_is_refused(void **state)
{
	struct att_session session = { .fd = -1,
		.opts = opts,
		.start = { .phase = ATT_PHASE_SSH_ENROLL } };
	char user[] = "alice";

	(void)state;
	session.start.user = user;
	assert_int_equal(att_ssh_registration_precheck(&session, &why), ATT_OK);
	assert_int_equal(att_ssh_registration_run(&session, NULL, &why),
	    ATT_ERR_MESSAGE_MALFORMED);
}

int
main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_key_over_a_pending_challenge_is_stored),
		TEST(the_challenge_may_be_said),
		TEST(an_attestation_over_another_challenge_is_refused),
		TEST(a_challenge_of_another_user_is_recognised),
		TEST(a_challenge_expires),
		TEST(a_challenge_is_for_one_application),
		TEST(what_is_wrong_anyway_is_said),
		TEST(none_takes_a_pending_challenge_all_the_same),
		TEST(a_foreign_anchor_or_no_verification_is_refused),
		TEST(labels_and_options_are_checked),
		TEST(a_payload_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
