/* SPDX-License-Identifier: BSD-2-Clause */
/* Work in processes of its own: attestctl/workers.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attestctl/workers.h"
#include "base/buf.h"

enum {
	NONE = -1,
	ITEMS_MAX = 64,
	BIG = 20000
};

/* What goes wrong, and at which item; and what came of it. */
struct play {
	enum att_err begin, take;
	int dies_at, fails_at, babbles_at, lies_at;
	int big_at; /* has more results than one message holds */

	struct att_work work;
	struct att_buf seen; /* "0 1 2 (3 lost) " */
	pid_t pids[ITEMS_MAX];
	struct att_reason lost;
	volatile pid_t *shared;
};

static enum att_err
begin(void *arg, struct att_reason *why)
{
	const struct play *play = arg;

	if (play->begin == ATT_OK)
		return ATT_OK;
	return att_refuse(why, play->begin, "as the test wants");
}

static enum att_err
put_big(struct att_outlet *outlet)
{
	static const uint8_t zeros[BIG];
	enum att_err r = ATT_OK;

	for (int i = 0; i < 5 && r == ATT_OK; i++)
		r = att_outlet_put(outlet, att_bytes(zeros, sizeof(zeros)));
	return r;
}

static enum att_err
run(void *arg, size_t item, struct att_outlet *outlet, struct att_reason *why)
{
	static const char malformed[] = { 65, 1, 0, 0, 0, 9 };
	static const char leaving[] = { 66 };
	const struct play *play = arg;
	pid_t pid = getpid();

	if ((int)item == play->dies_at)
		raise(SIGKILL);
	if ((int)item == play->fails_at)
		return att_refuse(
		    why, ATT_ERR_CRYPTO, "item %zu is too hard", item);
	if ((int)item == play->babbles_at)
		(void)!write(STDIN_FILENO, malformed, sizeof(malformed));
	if ((int)item == play->lies_at)
		(void)!write(STDIN_FILENO, leaving, sizeof(leaving));
	if ((int)item == play->big_at)
		return put_big(outlet);
	return att_outlet_put(outlet, att_bytes(&pid, sizeof(pid)));
}

static enum att_err
take(void *arg, size_t item, struct att_bytes result, struct att_reason *why)
{
	struct play *play = arg;

	if (play->take != ATT_OK)
		return att_refuse(why, play->take, "no room");
	if (result.len != sizeof(pid_t))
		return att_buf_printf(&play->seen, "[%zu] ", result.len);
	memcpy(&play->pids[item], result.ptr, sizeof(pid_t));
	return att_buf_printf(&play->seen, "%zu ", item);
}

static enum att_err
lose(void *arg, size_t item, struct att_reason *why)
{
	struct play *play = arg;

	play->lost = *why;
	return att_buf_printf(&play->seen, "(%zu lost) ", item);
}

static enum att_err
finish(void *arg, size_t item, struct att_reason *why)
{
	(void)arg;
	(void)item;
	(void)why;
	return ATT_OK;
}

static void
set(struct play *play, size_t count, unsigned int processes)
{
	*play = (struct play){
		.dies_at = NONE,
		.fails_at = NONE,
		.babbles_at = NONE,
		.lies_at = NONE,
		.big_at = NONE,
		.work = {
			.count = count,
			.processes = processes,
			.turn_ms = 60000,
			.arg = play,
			.begin = begin,
			.run = run,
			.take = take,
			.lost = lose,
			.done = finish,
		},
	};
	att_buf_init(&play->seen, 1 << 16);
}

/* Whatever happens, no process is left. */
static enum att_err
perform(struct play *play, struct att_reason *why)
{
	enum att_err r;

	*why = (struct att_reason){ 0 };
	r = att_work_run(&play->work, why);
	if (r != ATT_OK)
		assert_int_equal(r, why->code);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(att_buf_put_u8(&play->seen, '\0'), ATT_OK);
	return r;
}

static const char *
seen(const struct play *play)
{
	return (const char *)play->seen.ptr;
}

static void
keeps_the_order_however_many_there_are(void **state)
{
	static const unsigned int processes[] = { 1, 2, 4, 64 };
	struct att_reason why;
	struct play play;

	(void)state;
	for (size_t i = 0; i < sizeof(processes) / sizeof(processes[0]); i++) {
		set(&play, 7, processes[i]);
		assert_int_equal(perform(&play, &why), ATT_OK);
		assert_string_equal(seen(&play), "0 1 2 3 4 5 6 ");
		assert_int_not_equal(play.pids[0], getpid());
		assert_int_equal(
		    play.pids[0] == play.pids[1], processes[i] == 1);
		assert_int_equal(
		    play.pids[0] == play.pids[2], processes[i] <= 2);
		att_buf_reset(&play.seen);
	}
	set(&play, 0, 4);
	assert_int_equal(perform(&play, &why), ATT_OK);
	assert_string_equal(seen(&play), "");
	att_buf_reset(&play.seen);
}

static void
one_item_may_have_more_than_a_message(void **state)
{
	struct att_reason why;
	struct play play;

	(void)state;
	set(&play, 3, 2);
	play.big_at = 1;
	assert_int_equal(perform(&play, &why), ATT_OK);
	assert_string_equal(
	    seen(&play), "0 [20000] [20000] [20000] [20000] [20000] 2 ");
	att_buf_reset(&play.seen);
}

static void
a_death_loses_one_item(void **state)
{
	struct att_reason why;
	struct play play;

	(void)state;
	set(&play, 8, 2);
	play.dies_at = 3;
	assert_int_equal(perform(&play, &why), ATT_OK);
	assert_string_equal(seen(&play), "0 1 2 (3 lost) 4 5 6 7 ");
	assert_non_null(strstr(play.lost.text, "killed by signal 9"));
	assert_int_not_equal(play.pids[1], play.pids[5]);
	assert_int_equal(play.pids[0], play.pids[4]);
	att_buf_reset(&play.seen);
}

static void
so_does_nonsense(void **state)
{
	struct att_reason why;
	struct play play;

	(void)state;
	set(&play, 6, 2);
	play.babbles_at = 2;
	/* Who leaves without having done anything would do so for ever. */
	play.lies_at = 1;
	assert_int_equal(perform(&play, &why), ATT_OK);
	assert_string_equal(seen(&play), "0 (1 lost) (2 lost) 3 4 5 ");
	assert_int_equal(play.lost.code, ATT_ERR_MESSAGE_MALFORMED);
	assert_non_null(strstr(play.lost.text, "makes no sense"));
	att_buf_reset(&play.seen);
}

static void
a_process_hands_over_in_time(void **state)
{
	struct att_reason why;
	struct play play;

	(void)state;
	set(&play, 6, 2);
	play.work.turn_ms = 0;
	assert_int_equal(perform(&play, &why), ATT_OK);
	assert_string_equal(seen(&play), "0 1 2 3 4 5 ");
	for (int i = 0; i < 4; i++)
		assert_int_not_equal(play.pids[i], play.pids[i + 2]);
	att_buf_reset(&play.seen);
}

/* Says who it is, and works until it is stopped. */
static enum att_err
run_for_ever(
    void *arg, size_t item, struct att_outlet *outlet, struct att_reason *why)
{
	struct play *play = arg;

	(void)outlet;
	(void)why;
	play->shared[item] = getpid();
	while (pause() < 0)
		continue;
	return ATT_OK;
}

/* Interrupted, or killed so that it can do nothing about it. */
static void
no_process_outlives_the_command(void **state)
{
	static const int signals[] = { SIGINT, SIGKILL };
	struct att_reason why;
	struct play play;
	void *shared;
	int status;

	(void)state;
	/* Orphans come to us. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		pid_t pid;

		set(&play, 2, 2);
		play.work.run = run_for_ever;
		shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		assert_true(shared != MAP_FAILED);
		play.shared = shared;
		assert_true((pid = fork()) >= 0);
		if (pid == 0)
			_exit(att_work_run(&play.work, &why) == ATT_OK);
		while (play.shared[0] == 0 || play.shared[1] == 0)
			usleep(1000);
		assert_int_equal(kill(pid, signals[i]), 0);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		for (int k = 0; k < 2; k++) {
			pid_t orphan = play.shared[k];

			assert_int_equal(waitpid(orphan, &status, 0), orphan);
			assert_true(WIFSIGNALED(status));
			assert_int_equal(WTERMSIG(status), SIGKILL);
		}
		munmap(shared, 4096);
	}
}

static void
failures_end_the_work(void **state)
{
	struct att_reason why;
	struct play play;

	(void)state;
	set(&play, 9, 2);
	play.begin = ATT_ERR_ROOTS_INVALID;
	assert_int_equal(perform(&play, &why), ATT_ERR_ROOTS_INVALID);
	assert_string_equal(why.text, "as the test wants");
	assert_string_equal(seen(&play), "");
	att_buf_reset(&play.seen);

	set(&play, 9, 2);
	play.fails_at = 4;
	assert_int_equal(perform(&play, &why), ATT_ERR_CRYPTO);
	assert_string_equal(why.text, "item 4 is too hard");
	assert_string_equal(seen(&play), "0 1 2 3 ");
	att_buf_reset(&play.seen);

	set(&play, 9, 2);
	play.take = ATT_ERR_SYSTEM;
	assert_int_equal(perform(&play, &why), ATT_ERR_SYSTEM);
	assert_string_equal(why.text, "no room");
	att_buf_reset(&play.seen);
}

static void
there_is_a_processor(void **state)
{
	(void)state;
	assert_in_range(att_workers_default(), 1, ATT_WORKERS_MAX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_the_order_however_many_there_are),
		cmocka_unit_test(one_item_may_have_more_than_a_message),
		cmocka_unit_test(a_death_loses_one_item),
		cmocka_unit_test(so_does_nonsense),
		cmocka_unit_test(a_process_hands_over_in_time),
		cmocka_unit_test(no_process_outlives_the_command),
		cmocka_unit_test(failures_end_the_work),
		cmocka_unit_test(there_is_a_processor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
