/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file store when writers die or meet: a crash at each step and at any
 * time leaves the old file or the new one; nothing that was confirmed is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "scratch.h"
#include "store/store.h"

static enum att_err
add(const char *dir, const char *user, unsigned int n)
{
	struct att_record record;
	char label[16];
	enum att_err r;

	snprintf(label, sizeof(label), "k%u", n);
	scratch_record(&record, user, label, (unsigned char)n);
	r = att_store_add(dir, user, &record, NULL, NULL);
	att_record_reset(&record);
	return r;
}

/* How many credentials; whether label k0 .. k(count - 1) are all there. */
static size_t
load_whole(const char *dir, const char *user)
{
	struct att_credentials creds;
	struct att_reason why = { 0 };
	char label[16];
	size_t count;
	enum att_err r;

	r = att_store_load(dir, user, &creds, &why);
	if (r != ATT_OK && r != ATT_ERR_STORE_NO_USER)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < creds.count; i++) {
		snprintf(label, sizeof(label), "k%u", (unsigned int)i);
		assert_string_equal(creds.records[i].label, label);
	}
	count = creds.count;
	att_credentials_reset(&creds);
	return count;
}

/* From now on this system call is the death of the process. */
static void
die_at(int number)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)number, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { 4, code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		_exit(90);
}

/* Every step of an addition, in order, that a process can die at. */
static const struct {
	const char *name;
	int number;
} steps[] = {
	{ "flock", SYS_flock },
	{ "unlinkat", SYS_unlinkat },
	{ "write", SYS_write },
	{ "fchmod", SYS_fchmod },
	{ "fsync", SYS_fsync },
#ifdef SYS_renameat
	{ "renameat", SYS_renameat },
#else
	{ "renameat2", SYS_renameat2 },
#endif
};

static void
a_crash_before_the_rename_leaves_the_old_file(void **state)
{
	const struct rlimit none = { 0, 0 };
	int status;
	pid_t pid;

	assert_int_equal(add(*state, "alice", 0), ATT_OK);
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if ((pid = fork()) == 0) {
			setrlimit(RLIMIT_CORE, &none);
			die_at(steps[i].number);
			_exit(add(*state, "alice", 1) == ATT_OK ? 91 : 92);
		}
		assert_int_equal(waitpid(pid, &status, 0), pid);
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
			fail_msg("%s was not a step", steps[i].name);
		assert_int_equal(load_whole(*state, "alice"), 1);
	}
	/* The dead hold no lock, and what they left goes with the next file. */
	assert_int_equal(scratch_count(*state, ".tmp-"), 1);
	assert_int_equal(add(*state, "alice", 1), ATT_OK);
	assert_int_equal(load_whole(*state, "alice"), 2);
	assert_int_equal(scratch_count(*state, ".tmp-"), 0);
}

/* Adds until somebody ends it, confirming each addition by a byte. */
static void
add_for_ever(const char *dir, unsigned int n, int confirm)
{
	for (;; n++)
		if (add(dir, "alice", n) != ATT_OK ||
		    write(confirm, "+", 1) != 1)
			_exit(1);
}

static void
sleep_us(long us)
{
	const struct timespec ts = { 0, us * 1000 };

	nanosleep(&ts, NULL);
}

/* One writer killed after us microseconds; how many additions it said. */
static size_t
kill_a_writer(const char *dir, size_t from, long us)
{
	int ends[2], status;
	char confirmed[64];
	size_t count = 0;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	if ((pid = fork()) == 0) {
		close(ends[0]);
		add_for_ever(dir, (unsigned int)from, ends[1]);
	}
	close(ends[1]);
	sleep_us(us);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	while ((n = read(ends[0], confirmed, sizeof(confirmed))) > 0)
		count += (size_t)n;
	close(ends[0]);
	return count;
}

static void
a_crash_at_any_time_leaves_a_whole_file(void **state)
{
	enum {
		ROUNDS = 300,
		FULL = ATT_RECORDS_MAX - 24
	};
	char *path = scratch_path(*state, "alice");
	size_t have = 0, killed_within = 0;
	unsigned int seed = 4711;

	for (int i = 0; i < ROUNDS; i++) {
		long us = (long)(rand_r(&seed) % 6000);
		size_t confirmed = kill_a_writer(*state, have, us);
		size_t now = load_whole(*state, "alice");

		/* All that was confirmed, and at most one that was not. */
		assert_in_range(now, have + confirmed, have + confirmed + 1);
		killed_within += now - (have + confirmed);
		have = now;
		if (have >= FULL) {
			assert_int_equal(unlink(path), 0);
			have = 0;
		}
	}
	print_message(
	    "%d writers killed, %zu after the rename\n", ROUNDS, killed_within);
	assert_in_range(scratch_count(*state, ".tmp-"), 0, 1);
	free(path);
}

enum {
	WRITERS = 8,
	ADDITIONS = 20,
	USERS = 4
};

static void
write_many(const char *dir, unsigned int writer)
{
	char user[8], label[16];
	struct att_record record;

	for (unsigned int i = 0; i < ADDITIONS; i++) {
		unsigned int n = writer * ADDITIONS + i;

		snprintf(user, sizeof(user), "u%u", n % USERS);
		snprintf(label, sizeof(label), "k%u", n);
		scratch_record(&record, user, label, (unsigned char)n);
		if (att_store_add(dir, user, &record, NULL, NULL) != ATT_OK)
			_exit(1);
		att_record_reset(&record);
	}
	_exit(0);
}

static void
writers_that_meet_lose_nothing(void **state)
{
	struct att_credentials creds;
	char user[8];
	int status;

	for (unsigned int w = 0; w < WRITERS; w++)
		if (fork() == 0)
			write_many(*state, w);
	for (unsigned int w = 0; w < WRITERS; w++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	for (unsigned int u = 0; u < USERS; u++) {
		snprintf(user, sizeof(user), "u%u", u);
		assert_int_equal(
		    att_store_load(*state, user, &creds, NULL), ATT_OK);
		/* Labels are unique in a file: so all of them are there. */
		assert_int_equal(creds.count, WRITERS * ADDITIONS / USERS);
		att_credentials_reset(&creds);
	}
	assert_int_equal(scratch_count(*state, ".tmp-"), 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_crash_before_the_rename_leaves_the_old_file),
		TEST(a_crash_at_any_time_leaves_a_whole_file),
		TEST(writers_that_meet_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
