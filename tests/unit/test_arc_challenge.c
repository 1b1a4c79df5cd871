/* SPDX-License-Identifier: BSD-2-Clause */
/* What Azure Arc wants to be told: maa/arc_challenge.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maa/arc_challenge.h"
#include "maa/secret.h"
#include "scratch.h"

#define FOLDER "/var/opt/azcmagent/tokens"

static struct att_reason why;

static enum att_err
parse(const char *challenge, char name[NAME_MAX + 1])
{
	return att_arc_challenge_parse(challenge, FOLDER, name, &why);
}

static void
reads_the_name_of_a_file(void **state)
{
	static const char *const rows[] = {
		"Basic realm=" FOLDER "/a-1_b.c.key",
		"basic REALM=" FOLDER "/a-1_b.c.key",
		"Basic   realm=" FOLDER "/a-1_b.c.key",
		"Basic realm=\"" FOLDER "/a-1_b.c.key\"",
	};
	char name[NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i], name), ATT_OK);
		assert_string_equal(name, "a-1_b.c.key");
	}
	assert_int_equal(att_arc_challenge_parse("Basic realm=" FOLDER "/a.key",
			     FOLDER "//", name, &why),
	    ATT_OK);
	assert_string_equal(name, "a.key");
}

static void
rejects_files_of_elsewhere(void **state)
{
	static const char *const rows[] = {
		"",
		"Basic",
		"Basic realm",
		"Basic realm=",
		"Basic realm=\"",
		"Basic realm=\"\"",
		"Bearer realm=" FOLDER "/a.key",
		"Basic charset=\"UTF-8\", realm=" FOLDER "/a.key",
		"Basic realm=" FOLDER "/a.key, charset=x",
		"Basic realm=\"" FOLDER "/a.key",
		"Basic realm=" FOLDER "/a.key\"",
		"Basic realm=/etc/shadow",
		"Basic realm=/etc/shadow.key",
		"Basic realm=" FOLDER,
		"Basic realm=" FOLDER "/",
		"Basic realm=" FOLDER "/.key",
		"Basic realm=" FOLDER "/a",
		"Basic realm=" FOLDER "/a.key ",
		"Basic realm=" FOLDER "/a.keys",
		"Basic realm=" FOLDER "/a.KEY",
		"Basic realm=" FOLDER "/a b.key",
		"Basic realm=" FOLDER "/..key",
		"Basic realm=" FOLDER "/../tokens/a.key",
		"Basic realm=" FOLDER "/../a.key",
		"Basic realm=" FOLDER "//a.key",
		"Basic realm=" FOLDER "/b/a.key",
		"Basic realm=" FOLDER "x/a.key",
		"Basic realm=" FOLDER ".key",
		"Basic realm=a.key",
		"Basic realm=../../" FOLDER "/a.key",
		"Basic realm=file://" FOLDER "/a.key",
		"Basic realm=" FOLDER "/%2e%2e.key",
	};
	char name[NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i], name), ATT_ERR_MAA_CREDENTIAL);
		assert_string_equal(name, "");
	}
}

static void
rejects_a_name_that_no_file_can_have(void **state)
{
	char challenge[NAME_MAX + 100], name[NAME_MAX + 1];
	int head =
	    snprintf(challenge, sizeof(challenge), "Basic realm=" FOLDER "/");

	(void)state;
	memset(challenge + head, 'x', NAME_MAX + 1);
	memcpy(challenge + head + NAME_MAX - 4, ".key", 5);
	assert_int_equal(parse(challenge, name), ATT_OK);
	assert_int_equal(strlen(name), NAME_MAX);
	memcpy(challenge + head + NAME_MAX - 4, "x.key", 6);
	assert_int_equal(parse(challenge, name), ATT_ERR_MAA_CREDENTIAL);
}

/* --- The file ----------------------------------------------------------- */

static const char hidden[] = "hidden-secret";

static enum att_err
read_name(const char *folder, const char *name)
{
	enum att_err err;
	char *secret;

	why = (struct att_reason){ 0 };
	err = att_arc_challenge_read(folder, name, &secret, &why);
	if (err == ATT_OK)
		assert_string_equal(secret, hidden);
	else {
		assert_null(secret);
		assert_int_equal(why.code, err);
		assert_null(strstr(why.text, "hidden"));
	}
	att_secret_free(&secret);
	return err;
}

static void
reads_a_file_as_arc_makes_them(void **state)
{
	char *path = scratch_path(*state, "a.key");

	scratch_write(path, hidden, strlen(hidden), 0440);
	assert_int_equal(read_name(*state, "a.key"), ATT_OK);
	if (geteuid() == 0) {
		/* The agent has a user and a group of its own. */
		assert_int_equal(chown(*state, 4711, 4711), 0);
		assert_int_equal(chmod(*state, 0770), 0);
		assert_int_equal(chown(path, 4711, 4711), 0);
		assert_int_equal(read_name(*state, "a.key"), ATT_OK);
		assert_int_equal(chown(path, 4712, 4711), 0);
		assert_int_equal(
		    read_name(*state, "a.key"), ATT_ERR_MAA_CREDENTIAL);
		assert_int_equal(chown(path, 0, 0), 0);
		assert_int_equal(read_name(*state, "a.key"), ATT_OK);
	}
	free(path);
}

static void
rejects_links_to_files_and_folders(void **state)
{
	char *folder = scratch_path(*state, "tokens");
	char *elsewhere = scratch_path(*state, "shadow");
	char *soft = scratch_path(folder, "soft.key");
	char *hard = scratch_path(folder, "hard.key");
	char *link_path = scratch_path(*state, "link");

	assert_int_equal(mkdir(folder, 0755), 0);
	scratch_write(elsewhere, hidden, strlen(hidden), 0600);
	assert_int_equal(symlink(elsewhere, soft), 0);
	assert_int_equal(link(elsewhere, hard), 0);
	assert_int_equal(symlink(folder, link_path), 0);
	assert_int_equal(read_name(folder, "soft.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "link"));
	assert_int_equal(read_name(folder, "hard.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "another name"));
	assert_int_equal(unlink(elsewhere), 0);
	assert_int_equal(read_name(folder, "hard.key"), ATT_OK);
	assert_int_equal(
	    read_name(link_path, "hard.key"), ATT_ERR_MAA_CREDENTIAL);
	free(folder);
	free(elsewhere);
	free(soft);
	free(hard);
	free(link_path);
}

static void
rejects_what_others_can_write(void **state)
{
	char *path = scratch_path(*state, "a.key");

	scratch_write(path, hidden, strlen(hidden), 0602);
	assert_int_equal(read_name(*state, "a.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(read_name(*state, "a.key"), ATT_OK);
	assert_int_equal(chmod(*state, 0757), 0);
	assert_int_equal(read_name(*state, "a.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(chmod(*state, 0755), 0);
	free(path);
}

static void
rejects_what_is_no_file_of_one_line(void **state)
{
	char *path = scratch_path(*state, "a.key");
	char *pipe_path = scratch_path(*state, "pipe.key");
	char *folder = scratch_path(*state, "folder.key");
	char *large = malloc(ATT_ARC_FILE_MAX + 1);

	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(read_name(*state, "pipe.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(
	    read_name(*state, "folder.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(
	    read_name(*state, "absent.key"), ATT_ERR_MAA_CREDENTIAL);
	scratch_write(path, "", 0, 0600);
	assert_int_equal(read_name(*state, "a.key"), ATT_ERR_MAA_CREDENTIAL);
	scratch_write(path, "hidden\r\nX: y", 12, 0600);
	assert_int_equal(read_name(*state, "a.key"), ATT_ERR_MAA_CREDENTIAL);
	memset(large, 'x', ATT_ARC_FILE_MAX + 1);
	scratch_write(path, large, ATT_ARC_FILE_MAX + 1, 0600);
	assert_int_equal(read_name(*state, "a.key"), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "4096"));
	free(path);
	free(pipe_path);
	free(folder);
	free(large);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_name_of_a_file),
		cmocka_unit_test(rejects_files_of_elsewhere),
		cmocka_unit_test(rejects_a_name_that_no_file_can_have),
		TEST(reads_a_file_as_arc_makes_them),
		TEST(rejects_links_to_files_and_folders),
		TEST(rejects_what_others_can_write),
		TEST(rejects_what_is_no_file_of_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
