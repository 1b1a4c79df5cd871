/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that one program at a time keeps: base/kept.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/kept.h"
#include "scratch.h"

static enum att_err
open_kept(struct att_kept *kept, const char *path, struct att_reason *why)
{
	const struct att_keep keep = { path, 100, 0 };

	*why = (struct att_reason){ 0 };
	return att_kept_open(kept, &keep, why);
}

static void
expect_content(struct att_kept *kept, const char *expected)
{
	struct att_reason why = { 0 };
	uint8_t *content;
	size_t len;

	assert_int_equal(
	    att_file_read(&kept->file, &content, &len, &why), ATT_OK);
	assert_string_equal((char *)content, expected);
	free(content);
}

static void
replaces_in_a_folder_that_it_makes(void **state)
{
	char *path = scratch_path(*state, "new/file");
	struct att_reason why;
	struct att_kept kept;
	struct stat st;

	assert_int_equal(open_kept(&kept, path, &why), ATT_OK);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(
	    att_kept_replace(&kept, att_bytes_text("one"), 0600, &why), ATT_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	expect_content(&kept, "one");
	att_kept_close(&kept);
	assert_int_equal(open_kept(&kept, path, &why), ATT_OK);
	assert_int_equal(
	    att_kept_replace(&kept, att_bytes_text("two"), 0644, &why), ATT_OK);
	expect_content(&kept, "two");
	att_kept_close(&kept);
	free(path);
}

static void
is_one_at_a_time(void **state)
{
	char *path = scratch_path(*state, "file");
	struct att_kept first, second;
	struct att_reason why;

	assert_int_equal(open_kept(&first, path, &why), ATT_OK);
	assert_int_equal(open_kept(&second, path, &why), ATT_ERR_FILE_LOCKED);
	assert_non_null(strstr(why.text, path));
	assert_int_equal(
	    att_kept_replace(&second, att_bytes_text("x"), 0600, &why),
	    ATT_ERR_INTERNAL);
	att_kept_close(&second);
	att_kept_close(&first);
	assert_int_equal(open_kept(&second, path, &why), ATT_OK);
	att_kept_close(&second);
	free(path);
}

static void
refuses_what_is_too_much(void **state)
{
	char *path = scratch_path(*state, "file");
	struct att_reason why;
	struct att_kept kept;
	char large[101];

	memset(large, 'x', sizeof(large));
	assert_int_equal(open_kept(&kept, path, &why), ATT_OK);
	assert_int_equal(
	    att_kept_replace(&kept, att_bytes_text("one"), 0600, &why), ATT_OK);
	assert_int_equal(att_kept_replace(&kept,
			     att_bytes(large, sizeof(large)), 0600, &why),
	    ATT_ERR_FILE_TOO_LARGE);
	expect_content(&kept, "one");
	att_kept_close(&kept);
	free(path);
}

static void
refuses_paths_of_no_file(void **state)
{
	static const char *const paths[] = { "", "file", "a/file", "/", "/tmp/",
		"./file" };
	struct att_reason why;
	struct att_kept kept;

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(
		    open_kept(&kept, paths[i], &why), ATT_ERR_CONF_VALUE);
		assert_non_null(strstr(why.text, "whole path"));
		att_kept_close(&kept);
	}
}

static void
refuses_folders_of_others(void **state)
{
	char *path = scratch_path(*state, "open/file");
	char *folder = scratch_path(*state, "open");
	struct att_reason why;
	struct att_kept kept;

	assert_int_equal(mkdir(folder, 0755), 0);
	assert_int_equal(chmod(folder, 0777), 0);
	assert_int_equal(
	    open_kept(&kept, path, &why), ATT_ERR_FILE_PERMISSIONS);
	att_kept_close(&kept);
	free(folder);
	free(path);
	path = scratch_path(*state, "no/where/file");
	assert_int_equal(open_kept(&kept, path, &why), ATT_ERR_SYSTEM);
	att_kept_close(&kept);
	free(path);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(replaces_in_a_folder_that_it_makes),
		TEST(is_one_at_a_time),
		TEST(refuses_what_is_too_much),
		TEST(refuses_paths_of_no_file),
		TEST(refuses_folders_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
