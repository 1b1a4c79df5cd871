/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl list and remove: cmd_list.c, cmd_remove.c and judged.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture.h"
#include "codec/clientdata.h"
#include "forge.h"
#include "scratch.h"
#include "store/store.h"

/* A configuration whose folders all lie in the scratch folder. */
static void
run(const char *folder, command_fn *command, const char *const *words,
    struct captured *captured)
{
	static const char *const folders[] = { "roots", "more", "store" };
	char *path = scratch_path(folder, "a.conf"), *text = NULL;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *made = scratch_path(folder, folders[i]);

		assert_true(mkdir(made, 0755) == 0 || errno == EEXIST);
		free(made);
	}
	assert_true(asprintf(&text,
			"attestation = none\nformats = none\n"
			"roots_dir = %s/roots\nintermediates_dir = %s/more\n"
			"credentials_dir = %s/store\nstate_dir = %s/state\n",
			folder, folder, folder, folder) > 0);
	scratch_write_text(path, text);
	capture(command, path, words, captured);
	free(path);
	free(text);
}

static void
add(const char *folder, const char *user, const struct att_record *record)
{
	char *dir = scratch_path(folder, "store");
	struct att_reason why = { 0 };

	if (att_store_add(dir, user, record, NULL, &why) != ATT_OK)
		fail_msg("%s", why.text);
	free(dir);
}

/* Refused at every login: its key is none. */
static void
add_unusable(
    const char *folder, const char *user, const char *label, unsigned char seed)
{
	struct att_record record;

	scratch_record(&record, user, label, seed);
	add(folder, user, &record);
	att_record_reset(&record);
}

/* A whole registration with format "none", which the options accept. */
static void
add_usable(const char *folder, const char *user, const char *label)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_NONE,
		.defect = FORGE_FINE_NONE };
	struct att_record record;
	uint8_t challenge[32];
	struct forged forged;

	scratch_record(&record, user, label, 1);
	free(record.rp_id);
	free(record.client_data);
	free(record.attestation_object);
	record.rp_id = strdup("forge.example");
	assert_int_equal(att_registration_challenge(
			     record.rp_id, user, record.nonce, challenge),
	    ATT_OK);
	assert_int_equal(att_client_data_make("webauthn.create", challenge,
			     record.rp_id, (char **)&record.client_data),
	    ATT_OK);
	record.client_data_len = strlen((char *)record.client_data);
	forge(&spec, &forged);
	assert_int_equal(
	    att_buf_take(&forged.object, &record.attestation_object,
		&record.attestation_object_len),
	    ATT_OK);
	forged_reset(&forged);
	add(folder, user, &record);
	att_record_reset(&record);
}

static const char *
text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "(none)" : text;
}

static void
lists_with_the_verdict_of_today(void **state)
{
	static const char *const words[] = { "list", "--json", NULL };
	struct captured captured;
	const json_t *one;
	json_t *root;

	add_unusable(*state, "bob", "k", 2);
	add_usable(*state, "alice", "blue key");
	run(*state, att_cmd_list, words, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_int_equal(json_array_size(root), 2);
	one = json_array_get(root, 0);
	assert_string_equal(text_of(one, "user"), "alice");
	assert_string_equal(text_of(one, "label"), "blue key");
	assert_string_equal(text_of(one, "verdict"), "accepted");
	assert_true(json_is_null(json_object_get(one, "reason")));
	assert_string_equal(text_of(one, "format"), "none");
	assert_string_equal(text_of(one, "attestation_type"), "none");
	assert_string_equal(text_of(one, "rp_id"), "forge.example");
	assert_string_equal(text_of(one, "time"), "2026-01-01T00:00:00Z");
	assert_string_equal(text_of(one, "enrolled_by"), "root");
	one = json_array_get(root, 1);
	assert_string_equal(text_of(one, "user"), "bob");
	assert_string_equal(text_of(one, "verdict"), "refused");
	assert_string_equal(
	    text_of(json_object_get(one, "reason"), "code"), "cose-malformed");
	assert_string_equal(text_of(one, "credential_id"),
	    "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI");
	assert_string_equal(
	    text_of(one, "aaguid"), "11223344-0000-0000-0000-000000000000");
	json_decref(root);
	captured_reset(&captured);
}

static void
lists_one_user_as_a_table(void **state)
{
	static const char *const words[] = { "list", "bob", NULL };
	struct captured captured;

	add_unusable(*state, "bob", "k", 2);
	add_unusable(*state, "eve", "k", 3);
	run(*state, att_cmd_list, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_int_equal(strncmp(captured.out, "USER  LABEL  VERDICT", 20), 0);
	assert_non_null(strstr(captured.out,
	    "\nbob   k      refused: cose-malformed  "
	    "11223344-0000-0000-0000-000000000000  none    pam_attest  "
	    "2026-01-01T00:00:00Z  root  AgICAgICAgIC\n"));
	assert_null(strstr(captured.out, "eve"));
	captured_reset(&captured);
}

static void
a_moved_record_is_refused(void **state)
{
	static const char *const words[] = { "list", "--json", "eve", NULL };
	char *from = scratch_path(*state, "store/bob");
	char *to = scratch_path(*state, "store/eve");
	struct captured captured;
	json_t *root;

	add_unusable(*state, "bob", "k", 2);
	assert_int_equal(rename(from, to), 0);
	run(*state, att_cmd_list, words, &captured);
	root = captured_json(&captured);
	assert_string_equal(
	    text_of(json_object_get(json_array_get(root, 0), "reason"), "code"),
	    "record-challenge");
	json_decref(root);
	captured_reset(&captured);
	free(from);
	free(to);
}

static void
nobody_has_credentials(void **state)
{
	static const char *const all[] = { "list", NULL };
	static const char *const json[] = { "list", "--json", "bob", NULL };
	struct captured captured;

	run(*state, att_cmd_list, all, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.out, "");
	captured_reset(&captured);
	run(*state, att_cmd_list, json, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.out, "[]\n");
	captured_reset(&captured);
}

static void
a_malformed_file_does_not_hide_the_others(void **state)
{
	static const char *const words[] = { "list", NULL };
	char *path = scratch_path(*state, "store/alice");
	struct captured captured;

	add_unusable(*state, "bob", "k", 2);
	scratch_write_text(path, "bad\n");
	run(*state, att_cmd_list, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "store/alice:1: "));
	assert_non_null(strstr(captured.out, "\nbob "));
	captured_reset(&captured);
	free(path);
}

static void
a_stray_file_does_not_hide_the_users(void **state)
{
	static const char *const words[] = { "list", NULL };
	char *path = scratch_path(*state, "store/alice~");
	struct captured captured;

	add_unusable(*state, "bob", "k", 2);
	scratch_write_text(path, "");
	run(*state, att_cmd_list, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "store/alice~ does not have"));
	assert_non_null(strstr(captured.out, "\nbob "));
	captured_reset(&captured);
	free(path);
}

static void
removes_and_says_what(void **state)
{
	static const char *const by_id[] = { "remove", "bob", "AwMDAwMD",
		NULL };
	static const char *const by_label[] = { "remove", "--json", "bob",
		"blue key", NULL };
	struct captured captured;
	const json_t *removed;
	json_t *root;

	add_unusable(*state, "bob", "blue key", 2);
	add_unusable(*state, "bob", "k", 3);
	run(*state, att_cmd_remove, by_id, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.out,
	    "removed k of bob (credential AwMDAwMDAwMD); 1 left\n");
	captured_reset(&captured);
	run(*state, att_cmd_remove, by_label, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	removed = json_object_get(root, "removed");
	assert_string_equal(text_of(removed, "label"), "blue key");
	assert_int_equal(
	    json_integer_value(json_object_get(removed, "left")), 0);
	json_decref(root);
	captured_reset(&captured);
}

/* The file name of the counter that bob's key of seed 3 left behind. */
static char *
count_once(const char *folder)
{
	char *state_dir = scratch_path(folder, "state"), *path, *only = NULL;
	struct att_counter counter = {
		.state_dir = state_dir, .user = "bob", .now = 8
	};
	struct att_record record;
	struct dirent *entry;
	uint32_t seen;
	DIR *stream;

	scratch_record(&record, "bob", "k", 3);
	counter.record = &record;
	assert_int_equal(att_counter_advance(&counter, &seen, NULL), ATT_OK);
	att_record_reset(&record);
	path = scratch_path(state_dir, "counters");
	assert_non_null(stream = opendir(path));
	while ((entry = readdir(stream)) != NULL)
		if (entry->d_name[0] != '.')
			only = scratch_path(path, entry->d_name);
	closedir(stream);
	assert_non_null(only);
	free(path);
	free(state_dir);
	return only;
}

static void
removes_the_counter_as_well(void **state)
{
	static const char *const words[] = { "remove", "bob", "k", NULL };
	struct captured captured;
	char *counter;

	add_unusable(*state, "bob", "k", 3);
	counter = count_once(*state);
	run(*state, att_cmd_remove, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.err, "");
	assert_int_equal(access(counter, F_OK), -1);
	captured_reset(&captured);
	/* Where it cannot be, the credential is gone all the same. */
	add_unusable(*state, "bob", "k", 3);
	assert_int_equal(mkdir(counter, 0755), 0);
	run(*state, att_cmd_remove, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, "0 left"));
	assert_non_null(strstr(captured.err, "its signature counter stays: "));
	captured_reset(&captured);
	free(counter);
}

static void
removing_what_is_not_there_is_refused(void **state)
{
	static const char *const nobody[] = { "remove", "bob", "k", NULL };
	static const char *const other[] = { "remove", "--json", "bob", "other",
		NULL };
	struct captured captured;
	json_t *root;

	run(*state, att_cmd_remove, nobody, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.err, "\"bob\" has no credential"));
	captured_reset(&captured);
	add_unusable(*state, "bob", "k", 2);
	run(*state, att_cmd_remove, other, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	root = captured_json(&captured);
	assert_true(json_is_null(json_object_get(root, "removed")));
	assert_string_equal(text_of(json_object_get(root, "reason"), "code"),
	    "store-not-found");
	json_decref(root);
	captured_reset(&captured);
}

static void
removing_from_a_malformed_file_changes_nothing(void **state)
{
	static const char *const words[] = { "remove", "bob", "k", NULL };
	char *path = scratch_path(*state, "store/bob");
	struct captured captured;
	char *content;
	size_t len;

	add_unusable(*state, "bob", "k", 2);
	scratch_write_text(path, "bad\n");
	run(*state, att_cmd_remove, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "store/bob:1: "));
	captured_reset(&captured);
	content = scratch_read(path, &len);
	assert_string_equal(content, "bad\n");
	free(content);
	free(path);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(lists_with_the_verdict_of_today),
		TEST(lists_one_user_as_a_table),
		TEST(a_moved_record_is_refused),
		TEST(nobody_has_credentials),
		TEST(a_malformed_file_does_not_hide_the_others),
		TEST(a_stray_file_does_not_hide_the_users),
		TEST(removes_and_says_what),
		TEST(removes_the_counter_as_well),
		TEST(removing_what_is_not_there_is_refused),
		TEST(removing_from_a_malformed_file_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
