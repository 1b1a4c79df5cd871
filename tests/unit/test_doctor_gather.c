/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl/doctor_gather.c: what cannot be read, or told, is a finding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "doctored.h"
#include "scratch.h"

/* --- Blocks of Match, and what cannot be seen ------------------------------
 */

static void
says_whom_a_block_may_mean(void **state)
{
	static const struct doctored nothing = { .settings = NULL };
	const struct host *host = *state;
	struct captured captured;
	const json_t *found;
	json_t *root;

	doctored_write(host->folder, &nothing);
	doctored_write_file(host->folder, "sshd_config",
	    "X11Forwarding no\nMatch Group sftp\nChrootDirectory /x\n"
	    "PasswordAuthentication yes\n",
	    "");
	doctored_run(host, "--json", NULL, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	root = captured_json(&captured);
	found = doctored_get(root, "match",
	    "sshd_config:4: PasswordAuthentication under Match Group sftp");
	assert_non_null(found);
	assert_string_equal(host_text_of(found, "severity"), "unknown");
	json_decref(root);
	captured_reset(&captured);
	doctored_run(host, "--json", "--user=alice", &captured);
	root = captured_json(&captured);
	found = doctored_get(root, "match", "sshd_config:4: ");
	assert_string_equal(host_text_of(found, "severity"), "advice");
	json_decref(root);
	captured_reset(&captured);
}

static void
what_cannot_be_read_is_said(void **state)
{
	static const struct doctored nothing = { .settings = NULL };
	static const char *const files[] = { "settings", "sshd_config",
		"pam.d/sshd" };
	static const char *const checks[] = { "sshd", "match", "pam" };
	const struct host *host = *state;
	struct captured captured;
	json_t *root;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path = scratch_path(host->folder, files[i]);

		doctored_write(host->folder, &nothing);
		assert_int_equal(remove(path), 0);
		assert_int_equal(mkdir(path, 0755), 0);
		doctored_run(host, "--json", NULL, &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		root = captured_json(&captured);
		assert_non_null(doctored_get(root, checks[i], ""));
		/* And which checks were not made for it. */
		if (i != 1)
			assert_non_null(doctored_get(root, "omitted", ""));
		json_decref(root);
		captured_reset(&captured);
		assert_int_equal(remove(path), 0);
		free(path);
	}
}

static void
a_keyword_that_is_not_told_is_unknown(void **state)
{
	static const struct doctored nothing = { .settings = NULL };
	const struct host *host = *state;
	struct captured captured;
	json_t *root;

	doctored_write(host->folder, &nothing);
	doctored_write_file(host->folder, "settings", "usepam yes\n", "");
	doctored_run(host, "--json", NULL, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	root = captured_json(&captured);
	assert_non_null(doctored_get(root, "keywords", "permitrootlogin"));
	assert_null(doctored_get(root, "keywords", "usepam"));
	json_decref(root);
	captured_reset(&captured);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, doctored_setup, doctored_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_whom_a_block_may_mean),
		TEST(what_cannot_be_read_is_said),
		TEST(a_keyword_that_is_not_told_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
