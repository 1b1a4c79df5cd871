/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl audit: cmd_audit.c and its parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attestctl/cmd_audit.h"
#include "base/hex.h"
#include "base/lockdown.h"
#include "scratch.h"
#include "stored.h"
#include "trust/metadata_index.h"

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
	    "ANCHOR         STATUS  VERDICT   REASON\n"
	    "alice  blue key  " MODEL
	    "  packed  CN=Forge root  -       accepted  -\n"
	    "bob    k         " MODEL
	    "  packed  CN=Forge root  -       accepted  -\n"
	    "bob    old       11223344-0000-0000-0000-000000000000  none    "
	    "-              -       refused   cose-malformed: credential "
	    "public key: "
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

enum {
	YEAR_2020 = 1577836800,
	YEAR_2099 = 2147483647 /* or nearly */
};

/* Metadata that reports the model as revoked; and settings with its folder. */
static char *
import(const char *folder, time_t next_update, const char *more)
{
	static char terms[] = "terms", name[] = "Softkey\x1b[2J 2";
	uint8_t ids[1][ATT_METADATA_ID_LEN] = { { 0 } };
	struct att_metadata_report report = { .status = ATT_STATUS_REVOKED,
		.name = "REVOKED",
		.effective = YEAR_2020 };
	struct att_metadata_entry entry = { .ids = ids,
		.id_count = 1,
		.description = name,
		.attestations = UINT32_MAX,
		.reports = &report,
		.report_count = 1 };
	const struct att_metadata metadata = { .number = 7,
		.next_update = next_update,
		.legal_header = terms,
		.entries = &entry,
		.count = 1 };
	const struct att_index_source source = { .metadata = &metadata,
		.imported = YEAR_2020 };
	char *dir = scratch_path(folder, "mds"), *settings = NULL;
	struct att_reason why = { 0 };
	bool is_new;

	memcpy(ids[0], forge_aaguid, ATT_AAGUID_LEN);
	if (att_index_replace(dir, &source, &is_new, &why) != ATT_OK)
		fail_msg("%s", why.text);
	assert_true(asprintf(&settings, "mds_dir = %s\n%s", dir, more) > 0);
	free(dir);
	return settings;
}

static void
metadata_names_the_model_and_its_status(void **state)
{
	static const char *const words[] = { "audit", "alice", NULL };
	static const char *const json[] = { "audit", "-j", "alice", NULL };
	char *settings = import(*state, YEAR_2099, "");
	char *lenient =
	    import(*state, YEAR_2099, "mds_status_deny = RETIRED\n");
	struct captured captured;
	const json_t *model, *one;
	json_t *root;

	add_batch(*state);
	audit(*state, settings, words, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.out,
	    "\nalice  blue key  Softkey\\x1b[2J 2  packed  -       REVOKED  "
	    "refused  metadata-status: "));
	assert_non_null(strstr(captured.out, "REVOKED since 2020-01-01"));
	captured_reset(&captured);
	audit(*state, lenient, json, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	one = json_array_get(json_object_get(root, "credentials"), 0);
	model = json_object_get(one, "model");
	assert_string_equal(
	    stored_text_of(model, "description"), "Softkey\x1b[2J 2");
	model = json_object_get(model, "status");
	assert_string_equal(stored_text_of(model, "name"), "REVOKED");
	assert_string_equal(stored_text_of(model, "since"), "2020-01-01");
	json_decref(root);
	captured_reset(&captured);
	free(settings);
	free(lenient);
}

static void
metadata_that_is_overdue_is_warned_of_once(void **state)
{
	static const char *const words[] = { "audit", "--jobs", "2", NULL };
	char *settings = import(
	    *state, YEAR_2020, "mds_max_age = 1\nmds_status_deny = RETIRED\n");
	struct captured captured;
	const char *warning;

	add_batch(*state);
	audit(*state, settings, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	warning = strstr(captured.err, "attestctl: warning: ");
	assert_non_null(warning);
	assert_null(strstr(warning + 1, "attestctl: warning: "));
	captured_reset(&captured);
	free(settings);
}

static void
a_u2f_model_is_named_by_its_key(void **state)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_U2F };
	static const char *const words[] = { "audit", NULL };
	struct att_certificate *leaf;
	uint8_t id[ATT_KEY_ID_LEN];
	char text[ATT_HEX_TEXT_SIZE(ATT_KEY_ID_LEN)];
	struct captured captured;
	struct forged forged;

	forge(&spec, &forged);
	stored_add_forged(*state, "alice", "old", &forged);
	leaf = forge_decode(forged.certs[0]);
	att_certificate_get_key_id(leaf, id);
	att_hex_print(att_bytes(id, sizeof(id)), text);
	audit(*state, strict, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, text));
	captured_reset(&captured);
	att_certificate_free(&leaf);
	forged_reset(&forged);
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

/* --- The lock-down ------------------------------------------------------ */

static enum att_err
try_to_read(const char *path, struct att_outlet *outlet)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	enum att_err r;

	r = att_outlet_put(outlet, att_bytes_text(fd < 0 ? "no" : "yes"));
	if (fd >= 0)
		close(fd);
	return r;
}

/* What a process could try after it has judged something hostile. */
static enum att_err
misbehave(
    void *arg, size_t item, struct att_outlet *outlet, struct att_reason *why)
{
	const struct att_audit *audit = arg;
	char *const argv[] = { NULL };

	switch (item) {
	case 0:
		return try_to_read(audit->judge.opts->roots_dir, outlet);
	case 1:
		return try_to_read("/etc/passwd", outlet);
	case 2:
		execv("/bin/true", argv);
		break;
	case 3:
		(void)!socket(AF_INET, SOCK_STREAM, 0);
		break;
	case 4:
		(void)!fork();
		break;
	default:
		kill(getppid(), SIGTERM);
	}
	return att_refuse(
	    why, ATT_ERR_INTERNAL, "nothing stops number %zu", item);
}

static enum att_err
note(void *arg, size_t item, struct att_bytes result, struct att_reason *why)
{
	struct att_audit *audit = arg;

	(void)item;
	(void)why;
	/* As a name, which is as good a place as any. */
	return att_users_add(
	    &audit->users, result.len == 2 ? "refused" : "worked");
}

static enum att_err
note_death(void *arg, size_t item, struct att_reason *why)
{
	struct att_audit *audit = arg;

	(void)item;
	return att_users_add(&audit->users,
	    strstr(why->text, "Bad system call") != NULL ? "killed"
							 : why->text);
}

static enum att_err
go_on(void *arg, size_t item, struct att_reason *why)
{
	(void)arg;
	(void)item;
	(void)why;
	return ATT_OK;
}

/* Does this kernel have Landlock? Asked in a process of its own. */
static bool
has_landlock(void)
{
	bool is_enforced;
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(
		    att_lockdown_paths(NULL, 0, &is_enforced, NULL) == ATT_OK &&
			    is_enforced
			? 0
			: 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status == 0;
}

static void
processes_that_judge_cannot_get_out(void **state)
{
	struct att_audit audit = { 0 };
	const struct att_work work = {
		.count = 6,
		.processes = 1,
		.turn_ms = 60000,
		.arg = &audit,
		.begin = att_audit_begin,
		.run = misbehave,
		.take = note,
		.lost = note_death,
		.done = go_on,
	};
	struct att_reason why = { 0 };

	if (att_lockdown_is_relaxed()) {
		print_message("without a lock-down in this build\n");
		return;
	}
	audit.judge.opts = stored_options(*state);
	if (att_work_run(&work, &why) != ATT_OK)
		fail_msg("%s", why.text);
	assert_int_equal(audit.users.count, 6);
	assert_string_equal(att_users_get(&audit.users, 0), "worked");
	assert_string_equal(att_users_get(&audit.users, 1),
	    has_landlock() ? "refused" : "worked");
	for (size_t i = 2; i < 6; i++)
		assert_string_equal(att_users_get(&audit.users, i), "killed");
	att_users_reset(&audit.users);
	att_options_free(&audit.judge.opts);
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
		TEST(metadata_names_the_model_and_its_status),
		TEST(metadata_that_is_overdue_is_warned_of_once),
		TEST(a_u2f_model_is_named_by_its_key),
		TEST(judges_who_is_named_once),
		TEST(who_has_no_credential_cannot_be_judged),
		TEST(nobody_has_credentials),
		TEST(a_malformed_file_does_not_hide_the_others),
		TEST(certificates_that_are_malformed_end_it),
		TEST(control_characters_are_escaped),
		TEST(says_the_same_in_any_number_of_processes),
		TEST(processes_that_judge_cannot_get_out),
		TEST(wrong_use_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
