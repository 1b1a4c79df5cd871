/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl/pam_stack.c and attestctl/pam_line.c: reading files of PAM. That
 * libpam reads them likewise is seen in test_pam_walk.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <security/_pam_types.h>

#include "attestctl/pam_stack.h"
#include "scratch.h"

static void
write_file(const char *folder, const char *name, const char *content)
{
	char *path = scratch_path(folder, name);

	scratch_write_text(path, content);
	free(path);
}

static enum att_err
read_service(
    const char *folder, struct att_pam_service *service, struct att_reason *why)
{
	const char *const folders[] = { folder, NULL };
	const struct att_pam_source source = { folders, "sshd" };

	return att_pam_service_read(&source, service, why);
}

/* The service "sshd" of these lines; the caller resets it. */
static void
read_lines(
    const char *folder, const char *lines, struct att_pam_service *service)
{
	struct att_reason why = { 0 };

	write_file(folder, "sshd", lines);
	if (read_service(folder, service, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static const struct att_pam_entry *
entry(const struct att_pam_service *service, enum att_pam_phase phase,
    size_t index)
{
	assert_true(index < service->stacks[phase].count);
	return &service->stacks[phase].entries[index];
}

static void
takes_lines_apart(void **state)
{
	struct att_pam_service service;
	const struct att_pam_entry *first, *second;

	read_lines(*state,
	    "# a comment\n\n"
	    "auth\trequired  pam_attest.so conf=/a [rp id=\\]b c] d#e\n"
	    "-Session [success=ok default=1] \\\n /x/pam_attest.so \\\n"
	    "\t# not the end\n  debug\n"
	    "password required pam_unix.so\n",
	    &service);
	first = entry(&service, ATT_PAM_AUTH, 0);
	assert_int_equal(service.stacks[ATT_PAM_AUTH].count, 1);
	assert_string_equal(first->control, "required");
	assert_string_equal(first->module, "pam_attest.so");
	assert_int_equal(first->arg_count, 3);
	assert_string_equal(first->args[0], "conf=/a");
	assert_string_equal(first->args[1], "rp id=]b c");
	assert_string_equal(first->args[2], "d");
	assert_null(first->args[3]);
	assert_int_equal(first->line, 3);
	assert_false(first->is_silent);
	assert_true(att_pam_entry_is_ours(first));
	second = entry(&service, ATT_PAM_SESSION, 0);
	assert_true(second->is_silent);
	assert_string_equal(second->control, "success=ok default=1");
	assert_int_equal(second->actions[PAM_SUCCESS], ATT_PAM_OK);
	assert_int_equal(second->actions[PAM_AUTH_ERR], 1);
	assert_true(att_pam_entry_is_ours(second));
	assert_int_equal(second->arg_count, 1);
	assert_string_equal(second->args[0], "debug");
	assert_int_equal(service.stacks[ATT_PAM_ACCOUNT].count, 0);
	att_pam_service_reset(&service);
}

static void
knows_our_module_by_its_name_alone(void **state)
{
	struct att_pam_service service;

	read_lines(*state,
	    "auth required pam_attest.so.bak\nauth required xpam_attest.so\n"
	    "auth required pam_attest.so/x\nauth required pam_attest\n",
	    &service);
	for (size_t i = 0; i < 4; i++)
		assert_false(
		    att_pam_entry_is_ours(entry(&service, ATT_PAM_AUTH, i)));
	att_pam_service_reset(&service);
}

static void
follows_files_and_says_where_lines_stand(void **state)
{
	struct att_pam_service service;
	const struct att_pam_entry *found;

	write_file(*state, "common",
	    "auth required a.so\naccount required b\n"
	    "session required c\n");
	write_file(*state, "deep", "account optional d\nauth include common\n");
	read_lines(*state,
	    "auth substack deep\naccount include deep\n@include common\n",
	    &service);
	assert_int_equal(service.stacks[ATT_PAM_AUTH].count, 3);
	assert_int_equal(
	    entry(&service, ATT_PAM_AUTH, 0)->kind, ATT_PAM_SUBSTACK);
	found = entry(&service, ATT_PAM_AUTH, 1);
	assert_string_equal(found->module, "a.so");
	assert_int_equal(found->level, 1);
	assert_int_equal(found->line, 1);
	assert_string_equal(strrchr(found->file, '/'), "/common");
	assert_int_equal(entry(&service, ATT_PAM_AUTH, 2)->level, 0);
	assert_int_equal(service.stacks[ATT_PAM_ACCOUNT].count, 2);
	assert_string_equal(entry(&service, ATT_PAM_ACCOUNT, 0)->module, "d");
	assert_int_equal(service.stacks[ATT_PAM_SESSION].count, 1);
	assert_int_equal(service.file_count, 3);
	att_pam_service_reset(&service);
}

static void
asks_other_where_the_service_says_nothing(void **state)
{
	struct att_pam_service service;
	struct att_reason why = { 0 };

	write_file(*state, "other", "auth required o\naccount required p\n");
	read_lines(*state, "auth required a\n", &service);
	assert_false(service.is_missing);
	assert_false(service.stacks[ATT_PAM_AUTH].is_other);
	assert_string_equal(entry(&service, ATT_PAM_AUTH, 0)->module, "a");
	assert_true(service.stacks[ATT_PAM_ACCOUNT].is_other);
	assert_string_equal(entry(&service, ATT_PAM_ACCOUNT, 0)->module, "p");
	assert_int_equal(service.stacks[ATT_PAM_SESSION].count, 0);
	att_pam_service_reset(&service);

	char *path = scratch_path(*state, "sshd");
	assert_int_equal(remove(path), 0);
	free(path);
	assert_int_equal(read_service(*state, &service, &why), ATT_OK);
	assert_true(service.is_missing);
	assert_string_equal(entry(&service, ATT_PAM_AUTH, 0)->module, "o");
	att_pam_service_reset(&service);
}

static void
what_libpam_does_not_understand_fails(void **state)
{
	static const char *const lines[] = {
		"auth\n",
		"auth required\n",
		"auht required pam_permit.so\n",
		"auth include no-such-file\n",
		"auth substack no-such-file\n",
		"@include no-such-file\n",
		"auth include\n",
		"auth include sshd\n",
	};
	struct att_pam_service service;
	const struct att_pam_stack *stack = &service.stacks[ATT_PAM_AUTH];

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		read_lines(*state, lines[i], &service);
		assert_true(stack->count > 0);
		assert_int_equal(
		    stack->entries[stack->count - 1].kind, ATT_PAM_MUST_FAIL);
		assert_non_null(stack->entries[stack->count - 1].defect);
		att_pam_service_reset(&service);
	}
}

static void
refuses_what_cannot_be_read(void **state)
{
	struct att_pam_service service;
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "sshd");

	write_file(*state, "sshd", "auth required a \\\n");
	assert_int_equal(
	    read_service(*state, &service, &why), ATT_ERR_FILE_TYPE);
	assert_non_null(strstr(why.text, "sshd:1: "));
	att_pam_service_reset(&service);
	scratch_write(path, "auth required a\0auth required b\n", 32, 0600);
	assert_int_equal(
	    read_service(*state, &service, &why), ATT_ERR_FILE_TYPE);
	assert_non_null(strstr(why.text, "NUL"));
	att_pam_service_reset(&service);
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_not_equal(read_service(*state, &service, &why), ATT_OK);
	att_pam_service_reset(&service);
	free(path);
}

static void
refuses_more_lines_than_there_is_room_for(void **state)
{
	char *lines = calloc(ATT_PAM_ENTRIES + 2, sizeof("auth required x\n"));
	struct att_pam_service service;
	struct att_reason why = { 0 };

	assert_non_null(lines);
	for (int i = 0; i <= ATT_PAM_ENTRIES; i++)
		strcat(lines, "auth required x\n");
	write_file(*state, "sshd", lines);
	assert_int_equal(
	    read_service(*state, &service, &why), ATT_ERR_TOO_LARGE);
	att_pam_service_reset(&service);
	free(lines);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_lines_apart),
		TEST(knows_our_module_by_its_name_alone),
		TEST(follows_files_and_says_where_lines_stand),
		TEST(asks_other_where_the_service_says_nothing),
		TEST(what_libpam_does_not_understand_fails),
		TEST(refuses_what_cannot_be_read),
		TEST(refuses_more_lines_than_there_is_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
