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

#include "scratch.h"
#include "store/store.h"
#include "stored.h"

static void
lists_with_the_verdict_of_today(void **state)
{
	static const char *const words[] = { "list", "--json", NULL };
	struct captured captured;
	const json_t *one;
	json_t *root;

	stored_add_unusable(*state, "bob", "k", 2);
	stored_add_usable(*state, "alice", "blue key");
	stored_run(*state, STORED_NONE, att_cmd_list, words, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_int_equal(json_array_size(root), 2);
	one = json_array_get(root, 0);
	assert_string_equal(stored_text_of(one, "user"), "alice");
	assert_string_equal(stored_text_of(one, "label"), "blue key");
	assert_string_equal(stored_text_of(one, "verdict"), "accepted");
	assert_true(json_is_null(json_object_get(one, "reason")));
	assert_string_equal(stored_text_of(one, "format"), "none");
	assert_string_equal(stored_text_of(one, "attestation_type"), "none");
	assert_string_equal(stored_text_of(one, "rp_id"), "forge.example");
	assert_string_equal(
	    stored_text_of(one, "time"), "2026-01-01T00:00:00Z");
	assert_string_equal(stored_text_of(one, "enrolled_by"), "root");
	assert_true(json_is_null(json_object_get(one, "ssh_options")));
	one = json_array_get(root, 1);
	assert_string_equal(stored_text_of(one, "user"), "bob");
	assert_string_equal(stored_text_of(one, "verdict"), "refused");
	assert_string_equal(
	    stored_text_of(json_object_get(one, "reason"), "code"),
	    "cose-malformed");
	assert_string_equal(stored_text_of(one, "credential_id"),
	    "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI");
	assert_string_equal(stored_text_of(one, "aaguid"),
	    "11223344-0000-0000-0000-000000000000");
	json_decref(root);
	captured_reset(&captured);
}

static void
lists_one_user_as_a_table(void **state)
{
	static const char *const words[] = { "list", "bob", NULL };
	struct captured captured;

	stored_add_unusable(*state, "bob", "k", 2);
	stored_add_unusable(*state, "eve", "k", 3);
	stored_run(*state, STORED_NONE, att_cmd_list, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_int_equal(strncmp(captured.out, "USER  LABEL  VERDICT", 20), 0);
	assert_non_null(strstr(captured.out,
	    "\nbob   k      refused: cose-malformed  "
	    "11223344-0000-0000-0000-000000000000  none    pam_attest  "
	    "2026-01-01T00:00:00Z  root  AgICAgICAgIC  -\n"));
	assert_null(strstr(captured.out, "eve"));
	captured_reset(&captured);
}

static void
lists_what_an_ssh_key_may_do(void **state)
{
	static const char *const words[] = { "list", "bob", NULL };
	static const char *const json[] = { "list", "--json", "bob", NULL };
	char *store = scratch_path(*state, "store");
	struct att_record record;
	struct captured captured;
	json_t *root;

	scratch_record(&record, "bob", "k", 2);
	free(record.rp_id);
	record.rp_id = strdup("ssh:");
	record.ssh_options = strdup("from=\"10.0.0.1\"");
	assert_int_equal(
	    att_store_add(store, "bob", &record, NULL, NULL), ATT_OK);
	stored_run(*state, STORED_NONE, att_cmd_list, words, &captured);
	assert_non_null(strstr(captured.out, "  OPTIONS\n"));
	assert_non_null(strstr(captured.out, "  from=\"10.0.0.1\"\n"));
	captured_reset(&captured);
	stored_run(*state, STORED_NONE, att_cmd_list, json, &captured);
	root = captured_json(&captured);
	assert_string_equal(
	    stored_text_of(json_array_get(root, 0), "ssh_options"),
	    "from=\"10.0.0.1\"");
	json_decref(root);
	captured_reset(&captured);
	att_record_reset(&record);
	free(store);
}

static void
a_moved_record_is_refused(void **state)
{
	static const char *const words[] = { "list", "--json", "eve", NULL };
	char *from = scratch_path(*state, "store/bob");
	char *to = scratch_path(*state, "store/eve");
	struct captured captured;
	json_t *root;

	stored_add_unusable(*state, "bob", "k", 2);
	assert_int_equal(rename(from, to), 0);
	stored_run(*state, STORED_NONE, att_cmd_list, words, &captured);
	root = captured_json(&captured);
	assert_string_equal(
	    stored_text_of(
		json_object_get(json_array_get(root, 0), "reason"), "code"),
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

	stored_run(*state, STORED_NONE, att_cmd_list, all, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.out, "");
	captured_reset(&captured);
	stored_run(*state, STORED_NONE, att_cmd_list, json, &captured);
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

	stored_add_unusable(*state, "bob", "k", 2);
	scratch_write_text(path, "bad\n");
	stored_run(*state, STORED_NONE, att_cmd_list, words, &captured);
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

	stored_add_unusable(*state, "bob", "k", 2);
	scratch_write_text(path, "");
	stored_run(*state, STORED_NONE, att_cmd_list, words, &captured);
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

	stored_add_unusable(*state, "bob", "blue key", 2);
	stored_add_unusable(*state, "bob", "k", 3);
	stored_run(*state, STORED_NONE, att_cmd_remove, by_id, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.out,
	    "removed k of bob (credential AwMDAwMDAwMD); 1 left\n");
	captured_reset(&captured);
	stored_run(*state, STORED_NONE, att_cmd_remove, by_label, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	removed = json_object_get(root, "removed");
	assert_string_equal(stored_text_of(removed, "label"), "blue key");
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

	stored_add_unusable(*state, "bob", "k", 3);
	counter = count_once(*state);
	stored_run(*state, STORED_NONE, att_cmd_remove, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(captured.err, "");
	assert_int_equal(access(counter, F_OK), -1);
	captured_reset(&captured);
	/* Where it cannot be, the credential is gone all the same. */
	stored_add_unusable(*state, "bob", "k", 3);
	assert_int_equal(mkdir(counter, 0755), 0);
	stored_run(*state, STORED_NONE, att_cmd_remove, words, &captured);
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

	stored_run(*state, STORED_NONE, att_cmd_remove, nobody, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.err, "\"bob\" has no credential"));
	captured_reset(&captured);
	stored_add_unusable(*state, "bob", "k", 2);
	stored_run(*state, STORED_NONE, att_cmd_remove, other, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	root = captured_json(&captured);
	assert_true(json_is_null(json_object_get(root, "removed")));
	assert_string_equal(
	    stored_text_of(json_object_get(root, "reason"), "code"),
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

	stored_add_unusable(*state, "bob", "k", 2);
	scratch_write_text(path, "bad\n");
	stored_run(*state, STORED_NONE, att_cmd_remove, words, &captured);
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
		TEST(lists_what_an_ssh_key_may_do),
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
