/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl/sshd_settings.c: what sshd -T prints, and asking it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/sshd_settings.h"
#include "base/buf.h"
#include "scratch.h"

static enum att_err
parse(const char *text, size_t len, struct att_sshd_settings *settings,
    struct att_reason *why)
{
	return att_sshd_settings_parse(att_bytes(text, len), settings, why);
}

static void
reads_keywords_and_values(void **state)
{
	static const char text[] = "port 22\nUsePAM Yes\nacceptenv LANG\n"
				   "acceptenv LC_*\nbanner\nversion a  b ";
	struct att_sshd_settings settings;
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(parse(text, strlen(text), &settings, &why), ATT_OK);
	assert_int_equal(settings.count, 6);
	assert_string_equal(att_sshd_get(&settings, "port"), "22");
	assert_true(att_sshd_is(&settings, "usepam", "yes"));
	assert_false(att_sshd_is(&settings, "usepam", "ye"));
	assert_string_equal(att_sshd_get(&settings, "acceptenv"), "LANG");
	assert_string_equal(att_sshd_get(&settings, "banner"), "");
	assert_string_equal(att_sshd_get(&settings, "version"), "a  b ");
	assert_null(att_sshd_get(&settings, "por"));
	assert_false(att_sshd_is(&settings, "nothing", "yes"));
	att_sshd_settings_reset(&settings);
}

static void
refuses_what_is_something_else(void **state)
{
	static const char *const texts[] = { "", "\n", "port 22\n\nx y\n",
		"# comment\n", " port 22\n", "{\"port\": 22}\n" };
	struct att_sshd_settings settings;
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_int_equal(
		    parse(texts[i], strlen(texts[i]), &settings, &why),
		    ATT_ERR_FILE_TYPE);
		att_sshd_settings_reset(&settings);
	}
	assert_int_equal(
	    parse("port\0 22\n", 9, &settings, &why), ATT_ERR_FILE_TYPE);
	att_sshd_settings_reset(&settings);
}

/* --- A program in the place of sshd; it has to be root's -------------------
 */

/* Asks a script; question NULL: about nobody. The caller resets *text. */
static enum att_err
ask_script(const char *folder, const char *script,
    const struct att_sshd_question *question, struct att_buf *text,
    struct att_reason *why)
{
	struct att_sshd_question asked = { .program = NULL };
	char *path = scratch_path(folder, "sshd");
	enum att_err r;

	scratch_write(path, script, strlen(script), 0700);
	if (question != NULL)
		asked = *question;
	asked.program = path;
	att_buf_init(text, ATT_SSHD_TEXT_MAX);
	r = att_sshd_ask(&asked, text, why);
	free(path);
	return r;
}

static void
tells_sshd_whom_it_is_about(void **state)
{
	const struct att_sshd_question about = { .config = "/some/file",
		.user = "alice",
		.address = "192.0.2.7",
		.host = "seven" };
	struct att_reason why = { 0 };
	struct att_buf text;

	if (getuid() != 0)
		skip();
	assert_int_equal(ask_script(*state,
			     "#!/bin/sh\nset >/dev/null\n"
			     "echo \"args $*\"; echo \"home $HOME.\"\n",
			     NULL, &text, &why),
	    ATT_OK);
	assert_memory_equal(text.ptr, "args -T\nhome .\n", 15);
	att_buf_reset(&text);
	assert_int_equal(
	    ask_script(*state, "#!/bin/sh\necho \"$*\"\n", &about, &text, &why),
	    ATT_OK);
	assert_memory_equal(text.ptr,
	    "-T -f /some/file -C user=alice,host=seven,addr=192.0.2.7\n", 56);
	att_buf_reset(&text);
}

static void
hands_on_what_sshd_says_against_it(void **state)
{
	struct att_reason why = { 0 };
	struct att_buf text;

	if (getuid() != 0)
		skip();
	assert_int_equal(ask_script(*state,
			     "#!/bin/sh\necho warning >&2\necho 'no host keys' "
			     ">&2\nexit 1\n",
			     NULL, &text, &why),
	    ATT_ERR_SPAWN);
	assert_non_null(strstr(why.text, "sshd -T says: no host keys"));
	assert_null(strstr(why.text, "warning"));
	att_buf_reset(&text);
	assert_int_equal(
	    ask_script(*state, "#!/bin/sh\nexit 3\n", NULL, &text, &why),
	    ATT_ERR_SPAWN);
	att_buf_reset(&text);
}

static void
refuses_users_that_sshd_would_misread(void **state)
{
	static const char *const users[] = { "", "a,addr=127.0.0.1", "a b",
		"a=b", "a\nb" };
	struct att_reason why = { 0 };
	struct att_buf text;

	for (size_t i = 0; i < sizeof(users) / sizeof(users[0]); i++) {
		const struct att_sshd_question about = { .user = users[i],
			.address = "192.0.2.7",
			.host = "seven" };

		assert_int_equal(
		    ask_script(*state, "#!/bin/sh\n", &about, &text, &why),
		    ATT_ERR_USAGE);
		att_buf_reset(&text);
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_keywords_and_values),
		cmocka_unit_test(refuses_what_is_something_else),
		TEST(tells_sshd_whom_it_is_about),
		TEST(hands_on_what_sshd_says_against_it),
		TEST(refuses_users_that_sshd_would_misread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
