/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl audit: cmd_audit.c and its parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "stored.h"

#define MODEL "70616d5f-6174-7465-7374-20666f726765"

/* Everything else is as strict as the defaults. */
static const char strict[] = "";

static void
audit(const char *folder, const char *settings, const char *const *words,
    struct captured *captured)
{
	stored_run(folder, settings, att_cmd_audit, words, captured);
}

/* Two users with a key each of one batch. */
static void
add_batch(const char *folder)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC };
	struct forged forged;

	forge(&spec, &forged);
	stored_add_forged(folder, "alice", "blue key", &forged);
	stored_add_forged(folder, "bob", "k", &forged);
	forged_reset(&forged);
}

static void
shows_everybody_in_a_table(void **state)
{
	static const char *const words[] = { "audit", NULL };
	struct captured captured;

	add_batch(*state);
	stored_add_unusable(*state, "bob", "old", 2);
	audit(*state, strict, words, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_string_equal(captured.out,
	    "USER   LABEL     MODEL                                 FORMAT  "
	    "ANCHOR         VERDICT   REASON\n"
	    "alice  blue key  " MODEL "  packed  CN=Forge root  accepted  -\n"
	    "bob    k         " MODEL "  packed  CN=Forge root  accepted  -\n"
	    "bob    old       11223344-0000-0000-0000-000000000000  none    "
	    "-              refused   cose-malformed: credential public key: "
	    "parameter -1 is missing\n"
	    "\n"
	    "2 users, 3 credentials: 2 accepted, 1 refused (cose-malformed "
	    "1)\n");
	captured_reset(&captured);
}

static void
knows_more_as_json(void **state)
{
	static const char *const words[] = { "audit", "--json", NULL };
	const json_t *list, *one;
	struct captured captured;
	json_t *root, *summary;

	add_batch(*state);
	stored_add_unusable(*state, "bob", "old", 2);
	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	root = captured_json(&captured);
	list = json_object_get(root, "credentials");
	assert_int_equal(json_array_size(list), 3);
	one = json_array_get(list, 0);
	assert_string_equal(stored_text_of(one, "user"), "alice");
	assert_string_equal(stored_text_of(one, "label"), "blue key");
	assert_string_equal(stored_text_of(one, "verdict"), "accepted");
	assert_string_equal(stored_text_of(one, "aaguid"), MODEL);
	assert_string_equal(stored_text_of(one, "attestation_type"), "basic");
	assert_string_equal(stored_text_of(one, "rp_id"), "forge.example");
	assert_string_equal(
	    stored_text_of(one, "time"), "2026-01-01T00:00:00Z");
	assert_string_equal(
	    stored_text_of(json_object_get(one, "anchor"), "subject"),
	    "CN=Forge root,O=Forge");
	one = json_array_get(list, 2);
	assert_string_equal(stored_text_of(one, "verdict"), "refused");
	assert_string_equal(
	    stored_text_of(json_object_get(one, "reason"), "code"),
	    "cose-malformed");
	assert_string_equal(stored_text_of(one, "credential_id"),
	    "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI");
	summary = json_pack("{s:i, s:i, s:i, s:i, s:i, s:{s:i}}", "users", 2,
	    "credentials", 3, "accepted", 2, "refused", 1, "unknown", 0,
	    "reasons", "cose-malformed", 1);
	assert_true(json_equal(json_object_get(root, "summary"), summary));
	json_decref(summary);
	json_decref(root);
	captured_reset(&captured);
}

static void
leaves_out_what_is_accepted(void **state)
{
	static const char *const words[] = { "audit", "--refused-only", NULL };
	static const char *const json[] = { "audit", "-rj", NULL };
	struct captured captured;
	json_t *root;

	add_batch(*state);
	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(
	    captured.out, "2 users, 2 credentials: 2 accepted, 0 refused\n");
	captured_reset(&captured);
	stored_add_unusable(*state, "bob", "old", 2);
	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_null(strstr(captured.out, "alice"));
	assert_non_null(strstr(captured.out, "\nbob   old "));
	assert_non_null(strstr(captured.out, "3 credentials: 2 accepted"));
	captured_reset(&captured);
	audit(*state, strict, json, &captured);
	root = captured_json(&captured);
	assert_int_equal(
	    json_array_size(json_object_get(root, "credentials")), 1);
	json_decref(root);
	captured_reset(&captured);
}

/* What an administrator changes shows, with its reason. */
static void
judges_by_the_policy_of_now(void **state)
{
	static const char *const words[] = { "audit", "alice", NULL };
	char *root = scratch_path(*state, "roots/forge.pem");
	struct captured captured;

	add_batch(*state);
	audit(*state, "aaguid_deny = " MODEL "\n", words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.out,
	    "  refused  aaguid-refused: the model is on the list "
	    "aaguid_deny\n"));
	assert_non_null(strstr(captured.out, "(aaguid-refused 1)\n"));
	captured_reset(&captured);
	audit(*state, "formats = tpm\n", words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.out, "(format-refused 1)\n"));
	captured_reset(&captured);
	assert_int_equal(unlink(root), 0);
	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.out, "(anchor-unknown 1)\n"));
	captured_reset(&captured);
	free(root);
}

static void
judges_who_is_named_once(void **state)
{
	static const char *const words[] = { "audit", "bob", "alice", "bob",
		NULL };
	const char *alice, *bob;
	struct captured captured;

	stored_add_usable(*state, "alice", "a");
	stored_add_usable(*state, "bob", "b");
	stored_add_usable(*state, "eve", "e");
	audit(*state, STORED_NONE, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(alice = strstr(captured.out, "\nalice "));
	assert_non_null(bob = strstr(captured.out, "\nbob "));
	assert_true(alice < bob);
	assert_null(strstr(bob + 1, "\nbob "));
	assert_null(strstr(captured.out, "eve"));
	assert_non_null(strstr(captured.out, "\n2 users, 2 credentials: 2 "));
	captured_reset(&captured);
}

static void
who_has_no_credential_cannot_be_judged(void **state)
{
	static const char *const words[] = { "audit", "alice", "bob", NULL };
	static const char *const all[] = { "audit", NULL };
	struct captured captured;

	stored_add_usable(*state, "alice", "a");
	audit(*state, STORED_NONE, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(
	    strstr(captured.err, "attestctl: bob: user \"bob\" has no"));
	assert_non_null(strstr(captured.out, "\nalice  a "));
	assert_non_null(strstr(captured.out, "unknown   no-credential: "));
	assert_non_null(strstr(captured.out,
	    "\n2 users, 1 credential: 1 accepted, 0 refused, 1 not judged "
	    "(no-credential 1)\n"));
	captured_reset(&captured);
	audit(*state, STORED_NONE, all, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	captured_reset(&captured);
}

static void
nobody_has_credentials(void **state)
{
	static const char *const words[] = { "audit", NULL };
	static const char *const json[] = { "audit", "--json", NULL };
	struct captured captured;
	json_t *root;

	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_string_equal(
	    captured.out, "0 users, 0 credentials: 0 accepted, 0 refused\n");
	captured_reset(&captured);
	audit(*state, strict, json, &captured);
	root = captured_json(&captured);
	assert_int_equal(
	    json_array_size(json_object_get(root, "credentials")), 0);
	json_decref(root);
	captured_reset(&captured);
}

static void
a_malformed_file_does_not_hide_the_others(void **state)
{
	static const char *const words[] = { "audit", NULL };
	static const char *const json[] = { "audit", "--json", NULL };
	char *path = scratch_path(*state, "store/alice");
	char *stray = scratch_path(*state, "store/zoe~");
	struct captured captured;
	const json_t *one;
	json_t *root;

	stored_add_usable(*state, "bob", "b");
	scratch_write_text(path, "bad\n");
	audit(*state, STORED_NONE, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "store/alice:1: "));
	assert_non_null(strstr(captured.out, "\nbob    b "));
	assert_non_null(strstr(captured.out, "unknown   store-malformed: "));
	captured_reset(&captured);
	scratch_write_text(stray, "");
	audit(*state, STORED_NONE, json, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "store/zoe~ does not have"));
	root = captured_json(&captured);
	one = json_array_get(json_object_get(root, "credentials"), 0);
	assert_string_equal(stored_text_of(one, "user"), "alice");
	assert_string_equal(stored_text_of(one, "verdict"), "unknown");
	assert_int_equal(json_integer_value(json_object_get(
			     json_object_get(root, "summary"), "unknown")),
	    2);
	json_decref(root);
	captured_reset(&captured);
	free(path);
	free(stray);
}

/* Not one that can be judged is judged without what judges it. */
static void
certificates_that_are_malformed_end_it(void **state)
{
	static const char *const words[] = { "audit", "--json", NULL };
	char *path = scratch_path(*state, "roots/bad.pem");
	struct captured captured;

	add_batch(*state);
	scratch_write_text(path, "bad\n");
	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "roots/bad.pem"));
	assert_string_equal(captured.out, "");
	captured_reset(&captured);
	free(path);
}

static void
control_characters_are_escaped(void **state)
{
	static const char *const words[] = { "audit", NULL };
	static const char *const json[] = { "audit", "--json", NULL };
	struct captured captured;
	json_t *root;

	stored_add_usable(*state, "e\x1b[2Jve", "e");
	audit(*state, STORED_NONE, words, &captured);
	assert_null(strchr(captured.out, '\x1b'));
	assert_non_null(strstr(captured.out, "\ne\\x1b[2Jve  e "));
	captured_reset(&captured);
	audit(*state, STORED_NONE, json, &captured);
	assert_null(strchr(captured.out, '\x1b'));
	root = captured_json(&captured);
	assert_string_equal(
	    stored_text_of(
		json_array_get(json_object_get(root, "credentials"), 0),
		"user"),
	    "e\x1b[2Jve");
	json_decref(root);
	captured_reset(&captured);
}

static void
says_the_same_in_any_number_of_processes(void **state)
{
	static const char *const jobs[] = { "1", "2", "4", "64" };
	struct captured first = { 0 }, captured;
	char name[16];

	for (unsigned char i = 1; i <= 23; i++) {
		snprintf(name, sizeof(name), "user%d", i * 7 % 23);
		if (i % 3 == 0)
			stored_add_usable(*state, name, "usable");
		stored_add_unusable(*state, name, "unusable", i);
	}
	for (size_t i = 0; i < sizeof(jobs) / sizeof(jobs[0]); i++) {
		const char *const words[] = { "audit", "--jobs", jobs[i],
			NULL };

		audit(*state, STORED_NONE, words, &captured);
		assert_int_equal(captured.status, ATT_EXIT_REFUSED);
		if (i == 0) {
			first = captured;
			continue;
		}
		assert_string_equal(captured.out, first.out);
		captured_reset(&captured);
	}
	assert_non_null(strstr(first.out, "\n23 users, 30 credentials: "));
	captured_reset(&first);
}

static void
wrong_use_is_refused(void **state)
{
	static const char *const wrong[][4] = {
		{ "audit", "--jobs", "0", NULL },
		{ "audit", "--jobs", "65", NULL },
		{ "audit", "--jobs", "2x", NULL },
		{ "audit", "--jobs", NULL },
		{ "audit", "--frobnicate", NULL },
	};
	struct captured captured;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		audit(*state, strict, wrong[i], &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		assert_int_equal(
		    strncmp(captured.err, "attestctl: audit: ", 18), 0);
		assert_string_equal(captured.out, "");
		captured_reset(&captured);
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shows_everybody_in_a_table),
		TEST(knows_more_as_json),
		TEST(leaves_out_what_is_accepted),
		TEST(judges_by_the_policy_of_now),
		TEST(judges_who_is_named_once),
		TEST(who_has_no_credential_cannot_be_judged),
		TEST(nobody_has_credentials),
		TEST(a_malformed_file_does_not_hide_the_others),
		TEST(certificates_that_are_malformed_end_it),
		TEST(control_characters_are_escaped),
		TEST(says_the_same_in_any_number_of_processes),
		TEST(wrong_use_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
