/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl ssh challenge and attestctl ssh verify.
 * tests/module/case_ssh_import.sh runs attestctl ssh enroll, which starts the
 * installed verifier.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "attestctl/command.h"
#include "codec/base64url.h"
#include "scratch.h"
#include "ssh_files.h"
#include "store/challenges.h"
#include "stored.h"

/* --- challenge ----------------------------------------------------------- */

/* The last challenge of a user, as it was stored, and how many there are. */
static size_t
last_challenge(const char *folder, const char *user, uint8_t bytes[32])
{
	char *state_dir = scratch_path(folder, "state");
	struct att_challenges_file file;
	size_t count;

	assert_int_equal(
	    att_challenges_open(state_dir, user, &file, NULL), ATT_OK);
	count = file.challenges.count;
	assert_int_not_equal(count, 0);
	assert_int_equal(att_challenge_get_bytes(
			     &file.challenges.list[count - 1], user, bytes),
	    ATT_OK);
	att_challenges_close(&file);
	free(state_dir);
	return count;
}

static void
writes_a_challenge_and_says_how_to_use_it(void **state)
{
	char *path = scratch_path(*state, "a.challenge");
	const char *const words[] = { "ssh", "challenge", "--out", path,
		"--application", "ssh:work", "alice", NULL };
	struct captured captured;
	uint8_t stored[32];
	struct stat st;
	char *content;
	size_t len;

	stored_run(*state, "user_verification = required\n", att_cmd_ssh, words,
	    &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, path));
	assert_non_null(strstr(captured.out, "-O application=ssh:work"));
	assert_non_null(strstr(captured.out, "-O verify-required"));
	assert_non_null(strstr(captured.out, "attestctl ssh enroll"));
	captured_reset(&captured);
	assert_non_null(content = scratch_read(path, &len));
	assert_int_equal(len, 32);
	assert_int_equal(last_challenge(*state, "alice", stored), 1);
	assert_memory_equal(content, stored, 32);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	/* Never over a file that is there, and then none is issued. */
	stored_run(*state, "", att_cmd_ssh, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "give the name of a new file"));
	captured_reset(&captured);
	assert_int_equal(last_challenge(*state, "alice", stored), 1);
	assert_memory_equal(content, stored, 32);
	free(content);
	free(path);
}

static void
gives_a_challenge_as_json(void **state)
{
	static const char *const words[] = { "ssh", "challenge", "--json",
		"alice", NULL };
	struct captured captured;
	uint8_t stored[32], *bytes;
	const char *text;
	json_t *root;
	size_t len;

	stored_run(
	    *state, "challenge_lifetime = 5m\n", att_cmd_ssh, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_string_equal(stored_text_of(root, "user"), "alice");
	assert_string_equal(stored_text_of(root, "application"), "ssh:");
	assert_true(json_is_null(json_object_get(root, "file")));
	text = stored_text_of(root, "challenge");
	assert_int_equal(
	    att_base64_decode(att_bytes_text(text), 32, &bytes, &len), ATT_OK);
	assert_int_equal(len, 32);
	assert_int_equal(last_challenge(*state, "alice", stored), 1);
	assert_memory_equal(bytes, stored, 32);
	free(bytes);
	json_decref(root);
	captured_reset(&captured);
}

/* Not to a terminal: as the bytes themselves, for a pipe or a file. */
static void
gives_a_challenge_as_bytes(void **state)
{
	static const char *const words[] = { "ssh", "challenge", "alice",
		NULL };
	struct captured captured;
	uint8_t stored[32];

	stored_run(*state, "", att_cmd_ssh, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_int_equal(last_challenge(*state, "alice", stored), 1);
	assert_memory_equal(captured.out, stored, 32);
	assert_non_null(strstr(captured.err, "ssh-keygen -t ed25519-sk"));
	captured_reset(&captured);
}

static void
refuses_what_ssh_keygen_would(void **state)
{
	static const char *const rows[][5] = {
		{ "ssh", "challenge", NULL },
		{ "ssh", "challenge", "a", "b", NULL },
		{ "ssh", "challenge", "--application=pam", "a", NULL },
		{ "ssh", "challenge", "--application=ssh:a b", "a", NULL },
		{ "ssh", "challenge", "", NULL },
		{ "ssh", NULL },
		{ "ssh", "other", NULL },
	};
	struct captured captured;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stored_run(*state, "", att_cmd_ssh, rows[i], &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		assert_int_not_equal(strlen(captured.err), 0);
		captured_reset(&captured);
	}
}

static void
says_that_too_many_are_pending(void **state)
{
	static const char *const words[] = { "ssh", "challenge", "--json",
		"alice", NULL };
	struct captured captured;

	for (int i = 0; i <= ATT_CHALLENGES_PENDING_MAX; i++) {
		stored_run(*state, "", att_cmd_ssh, words, &captured);
		assert_int_equal(captured.status, i < ATT_CHALLENGES_PENDING_MAX
						      ? ATT_EXIT_DONE
						      : ATT_EXIT_UNKNOWN);
		if (i == ATT_CHALLENGES_PENDING_MAX)
			assert_non_null(
			    strstr(captured.err, "challenges are pending"));
		captured_reset(&captured);
	}
}

/* --- verify -------------------------------------------------------------- */

/* The three files of a registration over "fresh", and its anchor. */
struct paths {
	char *public_key, *attestation, *challenge;
};

static void
write_files(const char *folder, struct paths *paths)
{
	const struct ssh_files_request request = { .challenge = att_bytes_text(
						       "fresh") };
	struct forged forged = { 0 };
	struct ssh_files files;

	ssh_files_make(&request, &forged, &files);
	stored_add_root(folder, forged.root);
	paths->public_key = scratch_path(folder, "id_sk.pub");
	paths->attestation = scratch_path(folder, "attestation");
	paths->challenge = scratch_path(folder, "challenge");
	scratch_write(paths->public_key, (char *)files.public_key.ptr,
	    files.public_key.len, 0644);
	scratch_write(paths->attestation, (char *)files.attestation.ptr,
	    files.attestation.len, 0644);
	scratch_write_text(paths->challenge, "fresh");
	ssh_files_reset(&files);
	forged_reset(&forged);
}

static void
free_paths(struct paths *paths)
{
	free(paths->public_key);
	free(paths->attestation);
	free(paths->challenge);
}

static void
run_verify(const char *folder, const struct paths *paths, const char *setting,
    struct captured *captured)
{
	const char *const words[] = { "ssh", "verify", "--public-key",
		paths->public_key, "--attestation", paths->attestation,
		"--challenge", paths->challenge, "--json", "--set", setting,
		NULL };

	stored_run(folder, "", att_cmd_ssh, words, captured);
}

static void
judges_a_key_and_stores_nothing(void **state)
{
	struct captured captured;
	struct paths paths;
	json_t *root;

	write_files(*state, &paths);
	run_verify(*state, &paths, "attestation=required", &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_string_equal(stored_text_of(root, "verdict"), "accepted");
	assert_string_equal(stored_text_of(root, "format"), "packed");
	json_decref(root);
	captured_reset(&captured);
	scratch_write_text(paths.challenge, "stale");
	run_verify(*state, &paths, "attestation=required", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	root = captured_json(&captured);
	assert_string_equal(
	    stored_text_of(json_object_get(root, "reason"), "code"),
	    "statement-signature");
	json_decref(root);
	captured_reset(&captured);
	free_paths(&paths);
}

static void
names_what_is_no_attestation(void **state)
{
	struct captured captured;
	struct paths paths;
	json_t *root;

	write_files(*state, &paths);
	scratch_write_text(paths.attestation, "nonsense");
	run_verify(*state, &paths, "attestation=required", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	root = captured_json(&captured);
	assert_string_equal(
	    stored_text_of(json_object_get(root, "reason"), "code"),
	    "ssh-attestation-version");
	json_decref(root);
	captured_reset(&captured);
	free(paths.attestation);
	paths.attestation = scratch_path(*state, "nowhere");
	run_verify(*state, &paths, "attestation=required", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, paths.attestation));
	captured_reset(&captured);
	run_verify(*state, &paths, "no-such-option=1", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	captured_reset(&captured);
	free_paths(&paths);
}

static void
wants_all_three_files(void **state)
{
	static const char *const words[] = { "ssh", "verify", "--public-key",
		"x", "--attestation", "y", NULL };
	static const char *const help[] = { "ssh", "verify", "--help", NULL };
	struct captured captured;

	stored_run(*state, "", att_cmd_ssh, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "--challenge are needed"));
	captured_reset(&captured);
	stored_run(*state, "", att_cmd_ssh, help, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, "usage: attestctl"));
	captured_reset(&captured);
}

/* --- enroll -------------------------------------------------------------- */

/* What is wrong with the command line is said before anything is started. */
static void
enroll_wants_its_files_and_options_that_can_be(void **state)
{
	static const char *const rows[][10] = {
		{ "ssh", "enroll", "alice", NULL },
		{ "ssh", "enroll", "--public-key", "x", "alice", NULL },
		{ "ssh", "enroll", "--public-key", "/nowhere", "--attestation",
		    "/nowhere", "alice", NULL },
		{ "ssh", "enroll", "--public-key", "/nowhere", "--attestation",
		    "/nowhere", "--from", "a\"b", "alice", NULL },
	};
	static const char *const parts[] = { "--attestation are needed",
		"--attestation are needed", "/nowhere", "from" };
	struct captured captured;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		stored_run(*state, "", att_cmd_ssh, rows[i], &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		if (strstr(captured.err, parts[i]) == NULL)
			fail_msg("%s", captured.err);
		captured_reset(&captured);
	}
}

int
main(void)
{
#define IN_SCRATCH(test)                                                       \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(writes_a_challenge_and_says_how_to_use_it),
		IN_SCRATCH(gives_a_challenge_as_json),
		IN_SCRATCH(gives_a_challenge_as_bytes),
		IN_SCRATCH(refuses_what_ssh_keygen_would),
		IN_SCRATCH(says_that_too_many_are_pending),
		IN_SCRATCH(judges_a_key_and_stores_nothing),
		IN_SCRATCH(names_what_is_no_attestation),
		IN_SCRATCH(wants_all_three_files),
		IN_SCRATCH(enroll_wants_its_files_and_options_that_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
