/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl/pam_walk.c: the real libpam judges what it makes of stacks that
 * are drawn by lot, and trying everything judges what it finds in them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_appl.h>

#include "attestctl/pam_walk.h"
#include "scratch.h"

enum {
	STACKS = 400,
	LINES_MAX = 7,
};

/* --- Drawing lots, the same ones each time ------------------------------- */

static uint32_t lot = 1;

static unsigned int
draw(unsigned int below)
{
	lot = lot * 1664525U + 1013904223U;
	return (lot >> 16) % below;
}

static const char *const results[] = { "success", "success", "auth_err",
	"user_unknown", "ignore", "new_authtok_reqd", "module_unknown" };

static const char *const controls[] = { "required", "requisite", "sufficient",
	"optional", "REQUIRED", "[success=1 default=ignore]",
	"[success=2 new_authtok_reqd=done default=bad]",
	"[ success = ok user_unknown=ignore default=die ]",
	"[success=done default=reset]", "[auth_err=reset default=ok]",
	"[default=3]", "[success=ok]", "[default=die success=ok]",
	"[succes=ok]", "[success=0]", "[auth_err=done default=ignore]" };

#define DRAW(list) (list)[draw(sizeof(list) / sizeof((list)[0]))]

/* Lines, and files with more of them. */
static void
put_lines(FILE *out, const char *folder, int depth, int *files)
{
	static const char *const words[] = { "include", "substack" };
	static const char *const blanks[] = { " ", "\t", " \\\n  ",
		" \\\n# in between\n\n " };
	unsigned int count = 1 + draw(LINES_MAX);
	char name[32];
	FILE *other;
	char *path;

	for (unsigned int i = 0; i < count; i++) {
		if (draw(5) != 0 || depth == 3) {
			fprintf(out, "auth%s%s%spam_debug.so%sauth=%s%s\n",
			    DRAW(blanks), DRAW(controls), DRAW(blanks),
			    DRAW(blanks), DRAW(results),
			    draw(4) == 0 ? " # so it is \\" : "");
			continue;
		}
		snprintf(name, sizeof(name), "part-%d", ++*files);
		path = scratch_path(folder, name);
		/* Of a name alone libpam 1.5 thinks of /etc/pam.d. */
		if (draw(3) == 0)
			fprintf(out, "@include %s\n", path);
		else
			fprintf(out, "auth %s %s\n", DRAW(words), path);
		assert_non_null(other = fopen(path, "w"));
		put_lines(other, folder, depth + 1, files);
		assert_int_equal(fclose(other), 0);
		free(path);
	}
	if (draw(4) == 0)
		fputs("account required pam_permit.so\n\n", out);
	if (draw(40) == 0)
		fprintf(out, "auth %s no-such-file\n", DRAW(words));
	if (draw(40) == 0)
		fprintf(out, "autth sufficient pam_debug.so\n");
}

static void
draw_service(const char *folder)
{
	char *path = scratch_path(folder, "drawn");
	int files = 0;
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	put_lines(out, folder, 0, &files);
	assert_int_equal(fclose(out), 0);
	free(path);
}

/* --- libpam ------------------------------------------------------------- */

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **responses, void *arg)
{
	(void)messages;
	(void)arg;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

static int
ask_libpam(const char *folder)
{
	static const struct pam_conv conv = { converse, NULL };
	pam_handle_t *handle;
	int result;

	assert_int_equal(
	    pam_start_confdir("drawn", "somebody", &conv, folder, &handle),
	    PAM_SUCCESS);
	result = pam_authenticate(handle, 0);
	assert_int_equal(pam_end(handle, result), PAM_SUCCESS);
	return result;
}

/* What pam_debug.so is told to return. */
static int
told(const struct att_pam_entry *entry)
{
	if (entry->kind != ATT_PAM_MODULE)
		return PAM_PERM_DENIED;
	assert_int_equal(entry->arg_count, 1);
	for (int i = 0; i < ATT_PAM_CODES; i++)
		if (strcmp(entry->args[0] + strlen("auth="),
			att_pam_code_name(i)) == 0)
			return i;
	fail_msg("%s", entry->args[0]);
	return -1;
}

static void
read_drawn(const char *folder, struct att_pam_service *service)
{
	const char *const folders[] = { folder, NULL };
	const struct att_pam_source source = { folders, "drawn" };
	struct att_reason why = { 0 };

	if (att_pam_service_read(&source, service, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
comes_to_what_libpam_comes_to(void **state)
{
	int told_results[ATT_PAM_ENTRIES];
	struct att_pam_service service;
	int successes = 0, expected, found;

	for (unsigned int n = 1; n <= STACKS; n++) {
		const struct att_pam_stack *stack;

		lot = n;
		draw_service(*state);
		read_drawn(*state, &service);
		stack = &service.stacks[ATT_PAM_AUTH];
		for (size_t i = 0; i < stack->count; i++)
			told_results[i] = told(&stack->entries[i]);
		expected = ask_libpam(*state);
		found = att_pam_walk(stack, told_results);
		if (expected != found)
			fail_msg("lot %u: libpam says %s, we say %s", n,
			    att_pam_code_name(expected),
			    att_pam_code_name(found));
		successes += expected == PAM_SUCCESS;
		att_pam_service_reset(&service);
	}
	/* It was not the same all the time. */
	assert_in_range(successes, STACKS / 20, STACKS - STACKS / 20);
}

/* --- The search --------------------------------------------------------- */

/* Does some combination of results let in without our consent? */
static bool
try_all(const struct att_pam_search *search)
{
	static const int codes[] = { PAM_SUCCESS, PAM_AUTH_ERR,
		PAM_USER_UNKNOWN, PAM_IGNORE, PAM_NEW_AUTHTOK_REQD };
	enum {
		COUNT = sizeof(codes) / sizeof(codes[0])
	};
	int chosen[ATT_PAM_ENTRIES];
	size_t combinations = 1;

	for (size_t i = 0; i < search->stack->count; i++)
		combinations *= COUNT;
	for (size_t n = 0; n < combinations; n++) {
		size_t rest = n;
		bool is_ours = true;

		for (size_t i = 0; i < search->stack->count; i++) {
			chosen[i] = codes[rest % COUNT];
			rest /= COUNT;
			is_ours = is_ours && (!search->checks[i] ||
						 chosen[i] == PAM_AUTH_ERR ||
						 chosen[i] == PAM_USER_UNKNOWN);
		}
		if (is_ours &&
		    att_pam_walk(search->stack, chosen) == PAM_SUCCESS)
			return true;
	}
	return false;
}

static void
finds_a_way_if_and_only_if_there_is_one(void **state)
{
	bool checks[ATT_PAM_ENTRIES];
	struct att_pam_service service;
	struct att_pam_gaps gaps;
	int open = 0, tried = 0;

	for (unsigned int n = 1; tried < STACKS; n++) {
		struct att_pam_search search = { .phase = ATT_PAM_AUTH,
			.checks = checks };

		lot = n;
		draw_service(*state);
		read_drawn(*state, &service);
		search.stack = &service.stacks[ATT_PAM_AUTH];
		for (size_t i = 0; i < search.stack->count; i++)
			checks[i] =
			    search.stack->entries[i].kind == ATT_PAM_MODULE &&
			    draw(3) == 0;
		if (search.stack->count <= 5) {
			assert_int_equal(
			    att_pam_gaps_find(&search, &gaps), ATT_OK);
			if (gaps.is_open != try_all(&search))
				fail_msg("lot %u: open is %d", n, gaps.is_open);
			assert_true(gaps.is_open || gaps.count == 0);
			open += gaps.is_open;
			tried++;
		}
		att_pam_service_reset(&service);
	}
	assert_in_range(open, STACKS / 10, STACKS - STACKS / 10);
}

/* The stack of these lines, with every line of pam_attest.so a check. */
static void
search_lines(const char *folder, enum att_pam_phase phase, const char *lines,
    struct att_pam_gaps *gaps)
{
	char *path = scratch_path(folder, "drawn");
	bool checks[ATT_PAM_ENTRIES];
	struct att_pam_service service;
	struct att_pam_search search = { .phase = phase, .checks = checks };

	scratch_write_text(path, lines);
	free(path);
	read_drawn(folder, &service);
	search.stack = &service.stacks[phase];
	for (size_t i = 0; i < search.stack->count; i++)
		checks[i] = att_pam_entry_is_ours(&search.stack->entries[i]);
	assert_int_equal(att_pam_gaps_find(&search, gaps), ATT_OK);
	att_pam_service_reset(&service);
}

/* The stack has one gap, at that line. */
#define assert_gap(lines, where, ours)                                         \
	do {                                                                   \
		struct att_pam_gaps gaps;                                      \
                                                                               \
		search_lines(*state, ATT_PAM_AUTH, lines, &gaps);              \
		assert_true(gaps.is_open);                                     \
		assert_int_equal(gaps.count, 1);                               \
		assert_int_equal(gaps.list[0].index, where);                   \
		assert_int_equal(gaps.list[0].is_ours, ours);                  \
		assert_int_equal(gaps.list[0].is_skipped, !(ours));            \
	} while (0)

#define OTHER "pam_other.so\n"
#define OURS "pam_attest.so\n"

static void
names_the_line_that_is_the_gap(void **state)
{
	assert_gap("auth sufficient " OTHER "auth required " OURS, 0, false);
	assert_gap(
	    "auth required " OTHER "auth [success=1 default=ignore] " OTHER
	    "auth required /lib/security/" OURS "auth required pam_permit.so\n",
	    1, false);
	assert_gap("auth required " OTHER "auth optional " OURS, 1, true);
	assert_gap("auth sufficient " OURS "auth required " OTHER, 0, true);
	assert_gap("auth required " OURS "auth [default=reset] " OTHER
		   "auth required " OTHER,
	    0, true);
}

static void
finds_no_gap_in_what_holds(void **state)
{
	static const char *const sound[] = {
		"auth required " OURS,
		"auth requisite " OURS "auth sufficient " OTHER
		"auth required pam_deny.so\n",
		"auth required " OTHER "auth required " OURS,
		/* The one that matters comes later. */
		"auth sufficient " OURS "auth required " OURS,
		/* As pam-auth-update writes it. */
		"auth required " OURS
		"auth [success=1 default=ignore] pam_unix.so nullok\n"
		"auth requisite pam_deny.so\nauth required pam_permit.so\n",
		"auth sufficient pam_deny.so\nauth required " OURS,
		"auth substack other-file\nauth required " OURS,
	};
	struct att_pam_gaps gaps;
	char *path = scratch_path(*state, "other-file");

	/* "sufficient" ends the substack alone. */
	scratch_write_text(path, "auth sufficient " OTHER);
	free(path);
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		search_lines(*state, ATT_PAM_AUTH, sound[i], &gaps);
		assert_int_equal(gaps.count, 0);
		assert_false(gaps.is_open);
	}
}

static void
tells_users_without_a_key_from_the_rest(void **state)
{
	struct att_pam_gaps gaps;

	search_lines(*state, ATT_PAM_AUTH,
	    "auth [success=ok user_unknown=ignore default=die] " OURS
	    "auth required " OTHER,
	    &gaps);
	assert_true(gaps.is_open);
	assert_int_equal(gaps.count, 1);
	assert_true(gaps.list[0].is_ours);
	assert_int_equal(gaps.list[0].codes, UINT32_C(1) << PAM_USER_UNKNOWN);
}

/* As Debian has it: whose password has expired need not go on to us. */
static void
an_expired_password_is_a_way_in_for_accounts_alone(void **state)
{
	static const char account[] =
	    "account [success=1 new_authtok_reqd=done default=ignore] " OTHER
	    "account requisite pam_deny.so\n"
	    "account required pam_permit.so\naccount required " OURS;
	static const char auth[] =
	    "auth [success=1 new_authtok_reqd=done default=ignore] " OTHER
	    "auth requisite pam_deny.so\n"
	    "auth required pam_permit.so\nauth required " OURS;
	struct att_pam_gaps gaps;

	search_lines(*state, ATT_PAM_ACCOUNT, account, &gaps);
	assert_true(gaps.is_open);
	assert_int_equal(gaps.count, 1);
	assert_int_equal(gaps.list[0].index, 0);
	assert_int_equal(
	    gaps.list[0].codes, UINT32_C(1) << PAM_NEW_AUTHTOK_REQD);
	search_lines(*state, ATT_PAM_AUTH, auth, &gaps);
	assert_false(gaps.is_open);
}

static void
without_a_check_there_is_a_way_and_no_gap(void **state)
{
	struct att_pam_gaps gaps;

	search_lines(*state, ATT_PAM_AUTH, "auth required " OTHER, &gaps);
	assert_true(gaps.is_open);
	assert_int_equal(gaps.count, 0);
	/* Nobody gets in here at all. */
	search_lines(
	    *state, ATT_PAM_AUTH, "auth required pam_deny.so\n", &gaps);
	assert_false(gaps.is_open);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(comes_to_what_libpam_comes_to),
		TEST(finds_a_way_if_and_only_if_there_is_one),
		TEST(names_the_line_that_is_the_gap),
		TEST(finds_no_gap_in_what_holds),
		TEST(tells_users_without_a_key_from_the_rest),
		TEST(an_expired_password_is_a_way_in_for_accounts_alone),
		TEST(without_a_check_there_is_a_way_and_no_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
