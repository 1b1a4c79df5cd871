/* SPDX-License-Identifier: BSD-2-Clause */
/* Signature counters of this host: store/counter.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "base/file.h"
#include "scratch.h"
#include "store/store.h"

/* The example of FORMAT.md: alice's credential of seed 1. */
#define NAME "56494fb38f95fa5f16c34371047bb1c6348b0ab2524b56733d2f19fdda02a8ec"

struct owner {
	const char *user;
	unsigned char seed;
	unsigned char key; /* the last byte of the credential public key */
};
static const struct owner alice = { "alice", 1, 0x26 };

static enum att_err
advance_of(const struct owner *owner, struct att_counter *counter,
    uint32_t *seen, struct att_reason *why)
{
	struct att_record record;
	enum att_err r;

	scratch_record(&record, owner->user, "k", owner->seed);
	/* Authenticator data comes last, and its key at its end. */
	record.attestation_object[record.attestation_object_len - 1] =
	    owner->key;
	counter->user = owner->user;
	counter->record = &record;
	r = att_counter_advance(counter, seen, why);
	att_record_reset(&record);
	return r;
}

static enum att_err
advance(const char *state_dir, uint32_t floor, uint32_t now, uint32_t *seen,
    struct att_reason *why)
{
	struct att_counter counter = {
		.state_dir = state_dir,
		.floor = floor,
		.now = now,
	};

	return advance_of(&alice, &counter, seen, why);
}

static void
assert_stored(const char *state_dir, const char *expected)
{
	char *path = scratch_path(state_dir, "counters/" NAME);
	size_t len;
	char *content = scratch_read(path, &len);

	if (expected == NULL) {
		assert_null(content);
	} else {
		assert_non_null(content);
		assert_string_equal(content, expected);
	}
	free(content);
	free(path);
}

static void
keeps_what_it_saw(void **state)
{
	struct att_reason why = { 0 };
	uint32_t seen;

	assert_int_equal(advance(*state, 3, 4, &seen, &why), ATT_OK);
	assert_int_equal(seen, 0);
	assert_stored(*state, "counter=4\n");
	assert_int_equal(advance(*state, 3, 9, &seen, &why), ATT_OK);
	assert_int_equal(seen, 4);
	assert_int_equal(advance(*state, 3, UINT32_MAX, &seen, &why), ATT_OK);
	assert_int_equal(seen, 9);
	assert_stored(*state, "counter=4294967295\n");
	assert_int_equal(
	    advance(*state, 3, UINT32_MAX, &seen, &why), ATT_ERR_COUNTER);
	assert_int_equal(seen, UINT32_MAX);
}

/* Somebody who registers a key with alice's credential ID changes nothing. */
static void
nobody_else_moves_a_counter(void **state)
{
	static const struct owner others[] = {
		{ "bob", 1, 0x26 },
		{ "alice", 1, 0x25 },
		{ "alice", 2, 0x26 },
	};
	struct att_counter high = { .state_dir = *state, .now = 900 };
	struct att_reason why = { 0 };
	uint32_t seen;

	assert_int_equal(advance(*state, 0, 5, &seen, &why), ATT_OK);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		assert_int_equal(
		    advance_of(&others[i], &high, &seen, &why), ATT_OK);
		assert_int_equal(seen, 0);
	}
	assert_stored(*state, "counter=5\n");
	assert_int_equal(advance(*state, 0, 6, &seen, &why), ATT_OK);
}

static void
rejects_a_counter_that_does_not_grow(void **state)
{
	struct att_reason why = { 0 };
	uint32_t seen;

	assert_int_equal(advance(*state, 0, 10, &seen, &why), ATT_OK);
	assert_int_equal(advance(*state, 0, 10, &seen, &why), ATT_ERR_COUNTER);
	assert_int_equal(seen, 10);
	assert_non_null(strstr(why.text, "is 10 and was 10"));
	assert_int_equal(advance(*state, 0, 9, &seen, &why), ATT_ERR_COUNTER);
	assert_int_equal(advance(*state, 0, 0, &seen, &why), ATT_ERR_COUNTER);
	assert_stored(*state, "counter=10\n");
	assert_int_equal(advance(*state, 0, 11, &seen, &why), ATT_OK);
}

static void
the_registration_sets_the_floor(void **state)
{
	struct att_reason why = { 0 };
	uint32_t seen;

	assert_int_equal(advance(*state, 7, 7, &seen, &why), ATT_ERR_COUNTER);
	assert_int_equal(advance(*state, 7, 0, &seen, &why), ATT_ERR_COUNTER);
	assert_stored(*state, NULL);
	assert_int_equal(advance(*state, 7, 8, &seen, &why), ATT_OK);
	assert_stored(*state, "counter=8\n");
}

static void
authenticators_without_a_counter_store_nothing(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "counters");
	uint32_t seen;

	assert_int_equal(advance(*state, 0, 0, &seen, &why), ATT_OK);
	assert_int_equal(seen, 0);
	assert_int_equal(access(path, F_OK), -1);
	assert_int_equal(att_counter_prepare(*state, &why), ATT_OK);
	assert_int_equal(advance(*state, 0, 0, &seen, &why), ATT_OK);
	assert_stored(*state, NULL);
	free(path);
}

static void
prepare_makes_both_folders(void **state)
{
	char *state_dir = scratch_path(*state, "new");
	char *counters = scratch_path(state_dir, "counters");
	mode_t saved = umask(077);
	struct stat st;

	assert_int_equal(att_counter_prepare(state_dir, NULL), ATT_OK);
	assert_int_equal(att_counter_prepare(state_dir, NULL), ATT_OK);
	umask(saved);
	assert_int_equal(stat(counters, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	free(counters);
	free(state_dir);
}

static void
rejects_malformed_files(void **state)
{
	static const char *const wrong[] = { "", "counter=", "counter=\n",
		"counter=5", "counter=05\n", "counter=+5\n", "counter=-5\n",
		"counter= 5\n", "counter=5 \n", "counter=5\n\n",
		"counter=5\r\n", "counter=4294967296\n",
		"counter=99999999999999999999\n", "Counter=5\n", "5\n",
		"counter=5\ncounter=6\n" };
	char *path = scratch_path(*state, "counters/" NAME);
	struct att_reason why = { 0 };
	uint32_t seen;

	assert_int_equal(att_counter_prepare(*state, NULL), ATT_OK);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		scratch_write_text(path, wrong[i]);
		if (advance(*state, 0, 100, &seen, &why) !=
		    ATT_ERR_STATE_MALFORMED)
			fail_msg("accepted: %s", wrong[i]);
		assert_int_equal(seen, 0);
		assert_non_null(strstr(why.text, NAME));
		assert_int_equal(advance(*state, 0, 0, &seen, &why),
		    ATT_ERR_STATE_MALFORMED);
		assert_stored(*state, wrong[i]);
	}
	scratch_write_text(path, "counter=0\n");
	assert_int_equal(advance(*state, 0, 0, &seen, &why), ATT_OK);
	free(path);
}

static void
rejects_files_others_can_write(void **state)
{
	char *path = scratch_path(*state, "counters/" NAME);
	struct att_reason why = { 0 };
	uint32_t seen;

	assert_int_equal(att_counter_prepare(*state, NULL), ATT_OK);
	scratch_write(path, "counter=5\n", 10, 0666);
	assert_int_equal(
	    advance(*state, 0, 100, &seen, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(
	    advance(*state, 0, 100, &seen, &why), ATT_ERR_FILE_TYPE);
	free(path);
}

static void
a_counter_that_is_locked_is_no_answer(void **state)
{
	const struct att_lock_wait wait = { 0, ATT_ERR_INTERNAL };
	char *folder = scratch_path(*state, "counters");
	struct att_file file = { .name = NAME, .shown = NAME };
	struct att_file other = { .name = "other", .shown = "other" };
	struct att_reason why = { 0 };
	uint32_t seen;
	int fd;

	assert_int_equal(att_counter_prepare(*state, NULL), ATT_OK);
	assert_int_equal(att_folder_open(folder, &file.dirfd, NULL), ATT_OK);
	other.dirfd = file.dirfd;
	assert_int_equal(att_file_lock(&other, &wait, &fd, NULL), ATT_OK);
	assert_int_equal(advance(*state, 0, 1, &seen, &why), ATT_OK);
	close(fd);
	assert_int_equal(att_file_lock(&file, &wait, &fd, NULL), ATT_OK);
	assert_int_equal(
	    advance(*state, 0, 2, &seen, &why), ATT_ERR_STATE_LOCKED);
	/* A code of the table of pam_sm_authenticate(3). */
	assert_int_equal(att_err_pam(why.code), PAM_SYSTEM_ERR);
	close(fd);
	assert_stored(*state, "counter=1\n");
	close(file.dirfd);
	free(folder);
}

/* In a process that is not root and may not write: the reason it gets. */
static void
advance_unprivileged(
    const char *state_dir, uint32_t now, struct att_reason *why)
{
	const uid_t nobody = 65534;
	int ends[2], status;
	uint32_t seen;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		memset(why, 0, sizeof(*why));
		if (geteuid() == 0 && setuid(nobody) != 0)
			_exit(1);
		if (advance(state_dir, 0, now, &seen, why) == ATT_OK)
			why->code = ATT_OK;
		_exit(write(ends[1], why, sizeof(*why)) != sizeof(*why));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(read(ends[0], why, sizeof(*why)), sizeof(*why));
	close(ends[0]);
	close(ends[1]);
}

/* A screen locker that runs as the user. */
static void
who_may_not_count_is_told_what_to_do(void **state)
{
	char *state_dir = scratch_path(*state, "state");
	char *folder = scratch_path(state_dir, "counters");
	struct att_reason why;

	assert_int_equal(att_counter_prepare(state_dir, NULL), ATT_OK);
	assert_int_equal(chmod(folder, 0555), 0);
	advance_unprivileged(state_dir, 7, &why);
	assert_int_equal(why.code, ATT_ERR_STATE_READ_ONLY);
	assert_non_null(strstr(why.text, "counter = ignore"));
	/* An authenticator that does not count needs no right to write. */
	advance_unprivileged(state_dir, 0, &why);
	assert_int_equal(why.code, ATT_OK);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(chmod(state_dir, 0555), 0);
	advance_unprivileged(state_dir, 7, &why);
	assert_int_equal(why.code, ATT_ERR_STATE_READ_ONLY);
	assert_int_equal(chmod(state_dir, 0755), 0);
	free(folder);
	free(state_dir);
}

static enum att_err
forget(const char *state_dir, const struct owner *owner)
{
	struct att_counter counter = { .state_dir = state_dir,
		.user = owner->user };
	struct att_record record;
	enum att_err r;

	scratch_record(&record, owner->user, "k", owner->seed);
	counter.record = &record;
	r = att_counter_remove(&counter, NULL);
	att_record_reset(&record);
	return r;
}

static void
forgets_one_counter(void **state)
{
	static const struct owner bob = { "bob", 1, 0x26 };
	struct att_counter of_bob = { .state_dir = *state, .now = 3 };
	char *folder = scratch_path(*state, "counters");
	uint32_t seen;

	/* Neither a folder nor a lock is made for nothing. */
	assert_int_equal(forget(*state, &alice), ATT_OK);
	assert_int_equal(access(folder, F_OK), -1);
	assert_int_equal(advance(*state, 0, 5, &seen, NULL), ATT_OK);
	assert_int_equal(advance_of(&bob, &of_bob, &seen, NULL), ATT_OK);
	assert_int_equal(forget(*state, &alice), ATT_OK);
	assert_stored(*state, NULL);
	assert_int_equal(scratch_count(folder, NULL), 1);
	assert_int_equal(scratch_count(folder, ".lock-"), 1);
	assert_int_equal(forget(*state, &alice), ATT_OK);
	assert_int_equal(scratch_count(folder, ".lock-"), 1);
	assert_int_equal(advance(*state, 0, 1, &seen, NULL), ATT_OK);
	assert_int_equal(seen, 0);
	free(folder);
}

/* Of many processes that answer with the same counter one gets in. */
static void
one_of_many_gets_in(void **state)
{
	enum {
		PROCESSES = 8
	};
	int accepted = 0, status;
	uint32_t seen;

	for (int i = 0; i < PROCESSES; i++) {
		if (fork() == 0) {
			enum att_err r = advance(*state, 0, 42, &seen, NULL);

			_exit(r == ATT_OK	     ? 10
			      : r == ATT_ERR_COUNTER ? 11
						     : 12);
		}
	}
	for (int i = 0; i < PROCESSES; i++) {
		assert_true(wait(&status) > 0);
		assert_true(WIFEXITED(status));
		assert_in_range(WEXITSTATUS(status), 10, 11);
		accepted += WEXITSTATUS(status) == 10;
	}
	assert_int_equal(accepted, 1);
	assert_stored(*state, "counter=42\n");
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_what_it_saw),
		TEST(nobody_else_moves_a_counter),
		TEST(rejects_a_counter_that_does_not_grow),
		TEST(the_registration_sets_the_floor),
		TEST(authenticators_without_a_counter_store_nothing),
		TEST(prepare_makes_both_folders),
		TEST(rejects_malformed_files),
		TEST(rejects_files_others_can_write),
		TEST(a_counter_that_is_locked_is_no_answer),
		TEST(who_may_not_count_is_told_what_to_do),
		TEST(forgets_one_counter),
		TEST(one_of_many_gets_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
