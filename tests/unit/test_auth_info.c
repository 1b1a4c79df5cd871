/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd says of its methods, as OpenSSH 9.2 wrote it, and broken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ssh/auth_info.h"

static bool
is(struct att_bytes bytes, const char *text)
{
	return att_bytes_is_equal(bytes, att_bytes_text(text));
}

static struct att_ssh_method
next(struct att_bytes *rest)
{
	struct att_ssh_method method;

	assert_int_equal(att_ssh_auth_info_next(rest, &method, NULL), ATT_OK);
	return method;
}

static void
keys_are_those_of_publickey(void **state)
{
	struct att_bytes rest =
	    att_bytes_text("publickey ssh-ed25519 AAAAC3Nz\n"
			   "keyboard-interactive/pam\n"
			   "hostbased ssh-rsa AAAAB3 client host\n"
			   "publickey/x sk-a AAAAG signature count = 7\n"
			   "password\n");
	struct att_ssh_method method;

	(void)state;
	method = next(&rest);
	assert_true(method.is_publickey);
	assert_true(is(method.key_type, "ssh-ed25519"));
	assert_true(is(method.key, "AAAAC3Nz"));
	method = next(&rest);
	assert_false(method.is_publickey);
	assert_int_equal(method.key.len, 0);
	assert_false(next(&rest).is_publickey);
	method = next(&rest);
	assert_true(method.is_publickey);
	assert_true(is(method.key_type, "sk-a"));
	assert_true(is(method.key, "AAAAG"));
	assert_false(next(&rest).is_publickey);
	assert_int_equal(rest.len, 0);
}

static void
a_line_that_is_none_is_refused(void **state)
{
	static const char *const broken[] = { "password", "\n", "publickey\n",
		"publickey \n", "publickey a\n", "publickey a \n",
		"publickey  b\n", "publickey a b", "pass\tword\n",
		"publickey a b\r\n", "publickey a \x7f\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct att_bytes rest = att_bytes_text(broken[i]);
		struct att_reason why = { .code = ATT_OK };
		struct att_ssh_method method;

		assert_int_equal(att_ssh_auth_info_next(&rest, &method, &why),
		    ATT_ERR_SSH_AUTH_INFO);
		assert_int_equal(why.code, ATT_ERR_SSH_AUTH_INFO);
		assert_int_equal(rest.len, strlen(broken[i]));
	}
}

/* What pam_env makes of it for a user who wants to hide a key. */
static void
a_key_is_not_hidden_behind_another_word(void **state)
{
	static const char *const hidden[] = { "password publickey a b\n",
		"keyboard-interactive/pam publickey a b\n",
		"gssapi-with-mic publickey a b\n",
		"hostbased x publickey a b\n", "none publickey a b\n",
		"x publickey a b\n", "publickeys a b\n", "PASSWORD\n",
		"gssapi-with-mic ann publickey/x a b\n", " publickey a b\n" };

	(void)state;
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++) {
		struct att_bytes rest = att_bytes_text(hidden[i]);
		struct att_ssh_method method;

		assert_int_equal(att_ssh_auth_info_next(&rest, &method, NULL),
		    ATT_ERR_SSH_AUTH_INFO);
		assert_false(method.is_publickey);
	}
}

/* The first line that is broken ends it, whatever comes after it. */
static void
a_broken_line_is_not_passed_over(void **state)
{
	struct att_bytes rest = att_bytes_text("password\n\npublickey a b\n");
	struct att_ssh_method method;

	(void)state;
	assert_false(next(&rest).is_publickey);
	for (int i = 0; i < 2; i++)
		assert_int_equal(att_ssh_auth_info_next(&rest, &method, NULL),
		    ATT_ERR_SSH_AUTH_INFO);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_those_of_publickey),
		cmocka_unit_test(a_line_that_is_none_is_refused),
		cmocka_unit_test(a_key_is_not_hidden_behind_another_word),
		cmocka_unit_test(a_broken_line_is_not_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
