/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl/sshd_text.c: files of sshd_config, and blocks of Match in them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/sshd_text.h"
#include "scratch.h"

static void
write_file(const char *folder, const char *name, const char *content)
{
	char *path = scratch_path(folder, name);

	scratch_write_text(path, content);
	free(path);
}

static enum att_err
read_text(
    const char *folder, struct att_sshd_text *text, struct att_reason *why)
{
	char *path = scratch_path(folder, "sshd_config");
	enum att_err r = att_sshd_text_read(path, folder, text, why);

	free(path);
	return r;
}

static void
assert_match(const struct att_sshd_text *text, size_t index, const char *place,
    const char *keyword, const char *condition)
{
	const struct att_sshd_match *match = &text->matches[index];
	char *found;

	assert_true(index < text->match_count);
	assert_true(asprintf(&found, "%s:%zu", strrchr(match->file, '/') + 1,
			match->line) > 0);
	assert_string_equal(found, place);
	assert_string_equal(match->keyword, keyword);
	assert_string_equal(match->condition, condition);
	free(found);
}

static void
finds_what_blocks_decide(void **state)
{
	struct att_sshd_text text;
	struct att_reason why = { 0 };

	write_file(*state, "sshd_config",
	    "PasswordAuthentication no\n"
	    "# Match all\n"
	    "\tmatch  User \"alice\"  # she\n"
	    "  passwordauthentication=yes\n"
	    "  X11Forwarding yes # PermitRootLogin\n"
	    "  \"PermitRootLogin\" yes\r\n"
	    "Match all\n"
	    "AuthorizedKeysFile .ssh/keys\n");
	assert_int_equal(read_text(*state, &text, &why), ATT_OK);
	assert_int_equal(text.match_count, 3);
	assert_match(&text, 0, "sshd_config:4", "PasswordAuthentication",
	    "User \"alice\"");
	assert_match(
	    &text, 1, "sshd_config:6", "PermitRootLogin", "User \"alice\"");
	assert_match(&text, 2, "sshd_config:8", "AuthorizedKeysFile", "all");
	assert_int_equal(text.file_count, 1);
	att_sshd_text_reset(&text);
}

/* A block ends with its file, but one around an Include holds in there. */
static void
follows_what_is_included(void **state)
{
	struct att_sshd_text text;
	struct att_reason why = { 0 };

	write_file(*state, "1.conf", "Match User a\nUsePAM no\n");
	write_file(*state, "2.conf", "PermitRootLogin yes\n");
	write_file(*state, "sshd_config",
	    "Include *.conf none/*\nPasswordAuthentication yes\n"
	    "Match Group g\nInclude \"2.conf\"\nPubkeyAuthOptions none\n");
	assert_int_equal(read_text(*state, &text, &why), ATT_OK);
	assert_int_equal(text.match_count, 2);
	assert_match(&text, 0, "2.conf:1", "PermitRootLogin", "Group g");
	assert_match(&text, 1, "sshd_config:5", "PubkeyAuthOptions", "Group g");
	assert_int_equal(text.file_count, 3);
	att_sshd_text_reset(&text);
}

static void
refuses_what_cannot_be_read(void **state)
{
	struct att_sshd_text text;
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "sshd_config");

	assert_int_equal(
	    read_text(*state, &text, &why), ATT_ERR_FILE_NOT_FOUND);
	att_sshd_text_reset(&text);
	scratch_write(path, "Match User a\0PermitRootLogin yes\n", 33, 0600);
	assert_int_equal(read_text(*state, &text, &why), ATT_ERR_FILE_TYPE);
	att_sshd_text_reset(&text);
	write_file(
	    *state, "sshd_config", "Match User a\nInclude sshd_config\n");
	assert_int_equal(read_text(*state, &text, &why), ATT_ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "sshd_config:2: "));
	att_sshd_text_reset(&text);
	free(path);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_what_blocks_decide),
		TEST(follows_what_is_included),
		TEST(refuses_what_cannot_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
