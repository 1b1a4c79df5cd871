/* SPDX-License-Identifier: BSD-2-Clause */
/* The challenges that wait for an SSH key: store/challenges.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scratch.h"
#include "store/challenges.h"

/* 2026-08-22T10:00:00Z */
enum {
	NOW = 1787392800,
	HOUR = 3600,
	DAY = 24 * HOUR
};
#define NONCE "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define HEAD "challenge=1 application=ssh%3A nonce=" NONCE
#define TIMES " issued=2026-08-22T10:00:00Z expires=2026-08-22T11:00:00Z"
#define LINE HEAD TIMES " used=no\n"
#define USED_LINE HEAD TIMES " used=2026-08-22T10:30:00Z\n"

static void
open_file(
    const char *folder, const char *user, struct att_challenges_file *file)
{
	struct att_reason why = { 0 };

	if (att_challenges_prepare(folder, &why) != ATT_OK ||
	    att_challenges_open(folder, user, file, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static enum att_err
issue(struct att_challenges_file *file, time_t now)
{
	return att_challenges_issue(file, "ssh:", now, HOUR, NULL);
}

static void
reads_and_writes_the_same_lines(void **state)
{
	struct att_challenges challenges;
	struct att_buf out;

	(void)state;
	assert_int_equal(att_challenges_parse(
			     att_bytes_text(LINE USED_LINE), &challenges, NULL),
	    ATT_OK);
	assert_int_equal(challenges.count, 2);
	assert_string_equal(challenges.list[0].application, "ssh:");
	assert_int_equal(challenges.list[0].nonce[31], 31);
	assert_int_equal(challenges.list[0].issued, NOW);
	assert_int_equal(challenges.list[0].expires, NOW + HOUR);
	assert_int_equal(challenges.list[0].used, 0);
	assert_int_equal(challenges.list[1].used, NOW + HOUR / 2);
	att_buf_init(&out, 4096);
	assert_int_equal(att_challenges_print(&challenges, &out), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&out), att_bytes_text(LINE USED_LINE)));
	att_buf_reset(&out);
	assert_int_equal(
	    att_challenges_parse(att_bytes_text(""), &challenges, NULL),
	    ATT_OK);
	assert_int_equal(challenges.count, 0);
}

static void
refuses_lines_in_another_form(void **state)
{
	static const char *const rows[] = {
		"\n",
		HEAD TIMES " used=no",
		LINE "\n",
		" " LINE,
		HEAD TIMES "  used=no\n",
		HEAD TIMES " used=no \n",
		HEAD TIMES " used=no x=1\n",
		HEAD TIMES " used=\n",
		HEAD TIMES " used=1970-01-01T00:00:00Z\n",
		HEAD TIMES "\n",
		HEAD " expires=2026-08-22T11:00:00Z "
		     "issued=2026-08-22T10:00:00Z used=no\n",
		"challenge=2 application=ssh%3A nonce=" NONCE TIMES
		" used=no\n",
		"challenge=1 application=ssh: nonce=" NONCE TIMES " used=no\n",
		"challenge=1 application=pam nonce=" NONCE TIMES " used=no\n",
		"challenge=1 application=ssh%3A%20 nonce=" NONCE TIMES
		" used=no\n",
		"challenge=1 application=ssh%3A nonce=AAAA" TIMES " used=no\n",
		HEAD " issued=0 expires=2026-08-22T11:00:00Z used=no\n",
	};
	struct att_challenges challenges;
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (att_challenges_parse(att_bytes_text(rows[i]), &challenges,
			&why) != ATT_ERR_STATE_MALFORMED)
			fail_msg("accepted: %s", rows[i]);
	assert_int_equal(att_challenges_parse(att_bytes_text(LINE LINE "x\n"),
			     &challenges, &why),
	    ATT_ERR_STATE_MALFORMED);
	assert_non_null(strstr(why.text, "line 3 "));
}

static void
a_challenge_has_its_time(void **state)
{
	struct att_challenge c = { .issued = NOW, .expires = NOW + HOUR };

	(void)state;
	assert_int_equal(
	    att_challenge_get_state(&c, NOW), ATT_CHALLENGE_PENDING);
	assert_int_equal(
	    att_challenge_get_state(&c, NOW + HOUR - 1), ATT_CHALLENGE_PENDING);
	assert_int_equal(
	    att_challenge_get_state(&c, NOW + HOUR), ATT_CHALLENGE_EXPIRED);
	/* The clock went back: a little, and by more. */
	assert_int_equal(
	    att_challenge_get_state(&c, NOW - 60), ATT_CHALLENGE_PENDING);
	assert_int_equal(
	    att_challenge_get_state(&c, NOW - 61), ATT_CHALLENGE_EXPIRED);
	c.used = NOW + 1;
	assert_int_equal(
	    att_challenge_get_state(&c, NOW + 2), ATT_CHALLENGE_USED);
	assert_int_equal(
	    att_challenge_get_state(&c, NOW + HOUR), ATT_CHALLENGE_USED);
}

static void
what_is_issued_is_there_and_kept_from_others(void **state)
{
	struct att_challenges_file file;
	uint8_t first[32], second[32], expected[32];
	char *path = scratch_path(*state, "challenges/al%20ice");
	struct stat st;

	open_file(*state, "al ice", &file);
	assert_int_equal(issue(&file, NOW), ATT_OK);
	assert_int_equal(issue(&file, NOW), ATT_OK);
	att_challenges_close(&file);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	open_file(*state, "al ice", &file);
	assert_int_equal(file.challenges.count, 2);
	assert_int_equal(file.challenges.list[1].issued, NOW);
	assert_int_equal(file.challenges.list[1].expires, NOW + HOUR);
	assert_int_equal(
	    att_challenge_get_bytes(&file.challenges.list[0], "al ice", first),
	    ATT_OK);
	assert_int_equal(
	    att_challenge_get_bytes(&file.challenges.list[1], "al ice", second),
	    ATT_OK);
	assert_memory_not_equal(first, second, 32);
	assert_int_equal(att_registration_challenge("ssh:", "al ice",
			     file.challenges.list[0].nonce, expected),
	    ATT_OK);
	assert_memory_equal(first, expected, 32);
	att_challenges_close(&file);
	free(path);
}

static void
only_so_many_are_pending(void **state)
{
	struct att_challenges_file file;

	open_file(*state, "alice", &file);
	for (int i = 0; i < ATT_CHALLENGES_PENDING_MAX; i++)
		assert_int_equal(issue(&file, NOW), ATT_OK);
	assert_int_equal(issue(&file, NOW + HOUR - 1), ATT_ERR_USAGE);
	assert_int_equal(file.challenges.count, ATT_CHALLENGES_PENDING_MAX);
	/* One used is one less; and all have expired an hour later. */
	assert_int_equal(att_challenges_use(&file, 3, NOW + 1, NULL), ATT_OK);
	assert_int_equal(issue(&file, NOW + 2), ATT_OK);
	assert_int_equal(issue(&file, NOW + 2), ATT_ERR_USAGE);
	assert_int_equal(issue(&file, NOW + 2 + HOUR), ATT_OK);
	att_challenges_close(&file);
}

static void
what_was_used_stays_used_and_is_forgotten_at_last(void **state)
{
	struct att_challenges_file file;
	uint8_t nonce[ATT_NONCE_LEN];

	open_file(*state, "alice", &file);
	assert_int_equal(issue(&file, NOW), ATT_OK);
	assert_int_equal(issue(&file, NOW), ATT_OK);
	memcpy(nonce, file.challenges.list[1].nonce, sizeof(nonce));
	assert_int_equal(att_challenges_use(&file, 0, NOW + 5, NULL), ATT_OK);
	assert_int_equal(
	    att_challenges_use(&file, 2, NOW + 5, NULL), ATT_ERR_INTERNAL);
	att_challenges_close(&file);
	open_file(*state, "alice", &file);
	assert_int_equal(file.challenges.count, 2);
	assert_int_equal(
	    att_challenge_get_state(&file.challenges.list[0], NOW + 6),
	    ATT_CHALLENGE_USED);
	/* The second one expired later than the first one was used. */
	assert_int_equal(issue(&file, NOW + 7 * DAY + 6), ATT_OK);
	assert_int_equal(file.challenges.count, 2);
	assert_memory_equal(
	    file.challenges.list[0].nonce, nonce, sizeof(nonce));
	att_challenges_close(&file);
}

static void
no_more_than_so_many_are_remembered(void **state)
{
	struct att_challenges_file file;
	uint8_t last[ATT_NONCE_LEN] = { 0 };

	open_file(*state, "alice", &file);
	for (int i = 0; i < 100; i++) {
		assert_int_equal(issue(&file, NOW + i), ATT_OK);
		memcpy(last,
		    file.challenges.list[file.challenges.count - 1].nonce,
		    sizeof(last));
		assert_int_equal(att_challenges_use(&file,
				     file.challenges.count - 1, NOW + i, NULL),
		    ATT_OK);
	}
	assert_int_equal(file.challenges.count, ATT_CHALLENGES_SPENT_MAX);
	assert_memory_equal(
	    file.challenges.list[ATT_CHALLENGES_SPENT_MAX - 1].nonce, last,
	    sizeof(last));
	att_challenges_close(&file);
}

static void
a_file_that_others_could_read_or_that_is_broken_is_refused(void **state)
{
	char *path = scratch_path(*state, "challenges/alice");
	struct att_challenges_file file;
	struct att_reason why;

	assert_int_equal(att_challenges_prepare(*state, NULL), ATT_OK);
	scratch_write(path, LINE, strlen(LINE), 0644);
	assert_int_equal(att_challenges_open(*state, "alice", &file, &why),
	    ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(file.challenges.count, 0);
	att_challenges_close(&file);
	scratch_write(path, "x\n", 2, 0600);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(att_challenges_open(*state, "alice", &file, &why),
	    ATT_ERR_STATE_MALFORMED);
	assert_non_null(strstr(why.text, path));
	att_challenges_close(&file);
	assert_int_equal(att_challenges_open(*state, "", &file, &why),
	    ATT_ERR_STORE_BAD_USER);
	att_challenges_close(&file);
	free(path);
}

struct seen {
	size_t count;
	char user[16];
	enum att_err answer;
};

static enum att_err
see(void *arg, const char *user, const struct att_challenges *challenges)
{
	struct seen *seen = arg;

	assert_int_equal(challenges->count, 1);
	snprintf(seen->user, sizeof(seen->user), "%s", user);
	seen->count++;
	return seen->answer;
}

static void
others_are_looked_at(void **state)
{
	struct att_challenges_file file;
	struct seen seen = { .answer = ATT_OK };
	const struct att_challenges_walk walk = { *state, "alice", see, &seen };
	char *path;

	assert_int_equal(att_challenges_each_other(&walk), ATT_OK);
	open_file(*state, "alice", &file);
	assert_int_equal(issue(&file, NOW), ATT_OK);
	att_challenges_close(&file);
	open_file(*state, "bob", &file);
	assert_int_equal(issue(&file, NOW), ATT_OK);
	path = scratch_path(*state, "challenges/broken");
	scratch_write(path, "x\n", 2, 0600);
	free(path);
	/* bob's file is open here, and read all the same. */
	assert_int_equal(att_challenges_each_other(&walk), ATT_OK);
	att_challenges_close(&file);
	assert_int_equal(seen.count, 1);
	assert_string_equal(seen.user, "bob");
	seen.answer = ATT_ERR_SSH_CHALLENGE_OTHER_USER;
	assert_int_equal(att_challenges_each_other(&walk), seen.answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_the_same_lines),
		cmocka_unit_test(refuses_lines_in_another_form),
		cmocka_unit_test(a_challenge_has_its_time),
#define IN_SCRATCH(test)                                                       \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
		IN_SCRATCH(what_is_issued_is_there_and_kept_from_others),
		IN_SCRATCH(only_so_many_are_pending),
		IN_SCRATCH(what_was_used_stays_used_and_is_forgotten_at_last),
		IN_SCRATCH(no_more_than_so_many_are_remembered),
		IN_SCRATCH(
		    a_file_that_others_could_read_or_that_is_broken_is_refused),
		IN_SCRATCH(others_are_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
