/* SPDX-License-Identifier: BSD-2-Clause */
/* Work that is spread over locked-down processes: both sides of it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "attestctl/workers.h"
#include "base/lockdown.h"
#include "wire/channel.h"

/* What a process says; PROTOCOL.md. */
enum {
	SAYS_READY = ATT_MESSAGE_WORK_READY,
	SAYS_RESULTS = ATT_MESSAGE_WORK_RESULTS,
	SAYS_LEAVING = ATT_MESSAGE_WORK_LEAVING,
	SAYS_FAILED = ATT_MESSAGE_WORK_FAILED,

	HEAD_LEN = 2, /* of RESULTS: the type, and whether it is the last */
	LENGTH_LEN = 4,
	REASON_MAX = sizeof(((struct att_reason *)NULL)->text)
};

/* --- In a process of its own -------------------------------------------- */

struct att_outlet {
	struct att_buf message; /* RESULTS, under way */
};

/* Whoever takes results may be waiting, too: for a person's pager. */
static enum att_err
send_patiently(const struct att_buf *message)
{
	enum att_err r;

	do {
		r = att_channel_send(STDIN_FILENO, message, -1);
	} while (r == ATT_ERR_PEER_SILENT);
	return r;
}

static enum att_err
outlet_begin(struct att_outlet *outlet)
{
	outlet->message.len = 0;
	outlet->message.limit = ATT_MESSAGE_MAX;
	if (att_buf_put_u8(&outlet->message, SAYS_RESULTS) != ATT_OK)
		return ATT_ERR_NO_MEMORY;
	return att_buf_put_u8(&outlet->message, false);
}

static enum att_err
outlet_send(struct att_outlet *outlet, bool is_last)
{
	enum att_err r;

	outlet->message.ptr[1] = is_last;
	if ((r = send_patiently(&outlet->message)) != ATT_OK)
		return r;
	return outlet_begin(outlet);
}

enum att_err
att_outlet_put(struct att_outlet *outlet, struct att_bytes result)
{
	enum att_err r;

	if (result.len > ATT_WORK_RESULT_MAX)
		return ATT_ERR_TOO_LARGE;
	if (outlet->message.len + LENGTH_LEN + result.len > ATT_MESSAGE_MAX &&
	    (r = outlet_send(outlet, false)) != ATT_OK)
		return r;
	return att_buf_put_string(&outlet->message, result);
}

static enum att_err
say(uint8_t type)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((r = att_buf_put_u8(&message, type)) == ATT_OK)
		r = send_patiently(&message);
	att_buf_reset(&message);
	return r;
}

/* Best effort: silence is a failure, too. */
static void
say_failed(enum att_err err, struct att_reason *why)
{
	struct att_buf message;

	(void)!att_refuse_plain(why, err);
	att_buf_init(&message, ATT_MESSAGE_MAX);
	if (att_buf_put_u8(&message, SAYS_FAILED) == ATT_OK &&
	    att_buf_put_u16(&message, (uint16_t)err) == ATT_OK &&
	    att_buf_put_cstring(&message, why->text) == ATT_OK)
		(void)!send_patiently(&message);
	att_buf_reset(&message);
}

/* The channel becomes descriptor 0, where the lock-down wants it. */
static enum att_err
shed(int channel, pid_t parent, struct att_reason *why)
{
	enum att_err r;
	int null;

	if (dup2(channel, STDIN_FILENO) < 0 ||
	    (null = open("/dev/null", O_RDWR | O_CLOEXEC)) < 0 ||
	    dup2(null, STDOUT_FILENO) < 0 || dup2(null, STDERR_FILENO) < 0)
		return att_refuse(
		    why, ATT_ERR_SANDBOX, "descriptors: %s", strerror(errno));
	if ((r = att_lockdown_begin(why)) != ATT_OK)
		return r;
	/* Who died before now has sent no signal. */
	return getppid() == parent ? ATT_OK : ATT_ERR_PEER_GONE;
}

static bool
is_turn_over(const struct att_work *work)
{
	struct timespec used;

	return clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0 ||
	       (uint64_t)used.tv_sec * 1000 +
		       (uint64_t)used.tv_nsec / 1000000 >=
		   work->turn_ms;
}

static enum att_err
work_on(const struct att_work *work, size_t first, struct att_outlet *outlet,
    struct att_reason *why)
{
	enum att_err r;

	for (size_t item = first; item < work->count; item += work->processes) {
		if (item != first && is_turn_over(work))
			return say(SAYS_LEAVING);
		if ((r = work->run(work->arg, item, outlet, why)) != ATT_OK ||
		    (r = outlet_send(outlet, true)) != ATT_OK)
			return r;
	}
	return ATT_OK;
}

static _Noreturn void
be_a_process(
    const struct att_work *work, size_t first, int channel, pid_t parent)
{
	struct att_outlet outlet = { 0 };
	struct att_reason why = { 0 };
	enum att_err r;

	if ((r = shed(channel, parent, &why)) == ATT_OK &&
	    (r = work->begin(work->arg, &why)) == ATT_OK &&
	    (r = say(SAYS_READY)) == ATT_OK &&
	    (r = outlet_begin(&outlet)) == ATT_OK)
		r = work_on(work, first, &outlet, &why);
	if (r != ATT_OK)
		say_failed(r, &why);
	/* Not exit(3): what waits in streams is the parent's to print. */
	_exit(r == ATT_OK ? 0 : 1);
}

/* --- Here --------------------------------------------------------------- */

struct lane {
	pid_t pid; /* 0: none */
	int channel;
	bool is_ready;
	bool has_worked; /* finished an item */
};

struct pool {
	const struct att_work *work;
	struct lane lanes[ATT_WORKERS_MAX];
};

static enum att_err
start(struct pool *pool, size_t item, struct att_reason *why)
{
	struct lane *lane = &pool->lanes[item % pool->work->processes];
	pid_t parent = getpid(), pid;
	int fds[2];

	if (att_channel_pair(fds) != ATT_OK || (pid = fork()) < 0) {
		enum att_err r = att_refuse(why, ATT_ERR_SPAWN,
		    "no process can be started: %s", strerror(errno));

		close(fds[0]);
		close(fds[1]);
		return r;
	}
	if (pid == 0)
		be_a_process(pool->work, item, fds[1], parent);
	close(fds[1]);
	*lane = (struct lane){ .pid = pid, .channel = fds[0] };
	return ATT_OK;
}

/*
 * Ends a process and says in *why (may be NULL) how it ended: one that was
 * dying already keeps its own cause of death.
 */
static void
end(struct lane *lane, struct att_reason *why)
{
	int status = 0;
	pid_t pid;

	close(lane->channel);
	kill(lane->pid, SIGKILL);
	do {
		pid = waitpid(lane->pid, &status, 0);
	} while (pid < 0 && errno == EINTR);
	lane->pid = 0;
	if (WIFSIGNALED(status))
		att_reason_set(why, ATT_ERR_PEER_GONE,
		    "the process that judges was killed by signal %d (%s)",
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		att_reason_set(why, ATT_ERR_PEER_GONE,
		    "the process that judges ended without an answer");
}

static enum att_err
take_results(const struct att_work *work, size_t item, struct att_reader *from,
    struct att_reason *why)
{
	struct att_bytes result;
	enum att_err r = ATT_OK;

	while (from->left > 0 && r == ATT_OK) {
		if (att_reader_get_string(from, ATT_WORK_RESULT_MAX, &result) !=
		    ATT_OK)
			return ATT_ERR_MESSAGE_MALFORMED;
		r = work->take(work->arg, item, result, why);
	}
	return r;
}

static enum att_err
take_failure(struct att_reader *from, struct att_reason *why)
{
	char *text = NULL;
	enum att_err r;
	uint16_t code;

	if (att_reader_get_u16(from, &code) != ATT_OK || code == ATT_OK ||
	    code >= ATT_ERR_COUNT ||
	    att_reader_get_cstring(from, REASON_MAX, &text) != ATT_OK) {
		free(text);
		return ATT_ERR_MESSAGE_MALFORMED;
	}
	r = att_refuse(why, (enum att_err)code, "%s", text);
	free(text);
	return r;
}

/* One message; *is_over when it was the last one about this item. */
static enum att_err
take_message(struct pool *pool, size_t item, struct att_bytes message,
    bool *is_over, struct att_reason *why)
{
	struct lane *lane = &pool->lanes[item % pool->work->processes];
	struct att_reader from = att_reader(message);
	uint8_t type, is_last;

	*is_over = false;
	if (att_reader_get_u8(&from, &type) != ATT_OK)
		return ATT_ERR_MESSAGE_MALFORMED;
	if (type == SAYS_FAILED)
		return take_failure(&from, why);
	if (type == SAYS_READY && !lane->is_ready && from.left == 0) {
		lane->is_ready = true;
		return ATT_OK;
	}
	/* Who has done nothing does not leave: there would be no end to it. */
	if (type == SAYS_LEAVING && lane->has_worked && from.left == 0) {
		end(lane, why);
		return start(pool, item, why);
	}
	if (type != SAYS_RESULTS || !lane->is_ready ||
	    att_reader_get_u8(&from, &is_last) != ATT_OK || is_last > 1)
		return ATT_ERR_MESSAGE_MALFORMED;
	*is_over = is_last == 1;
	lane->has_worked |= *is_over;
	return take_results(pool->work, item, &from, why);
}

static enum att_err
take_item(struct pool *pool, size_t item, struct att_reason *why)
{
	struct lane *lane = &pool->lanes[item % pool->work->processes];
	struct att_buf message;
	bool is_over = false;
	enum att_err r = ATT_OK;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	while (r == ATT_OK && !is_over) {
		r = att_channel_receive(lane->channel, -1, &message, NULL);
		if (r == ATT_OK)
			r = take_message(
			    pool, item, att_buf_get(&message), &is_over, why);
	}
	att_buf_reset(&message);
	return r;
}

/* A process that died of its item, or makes no sense any more, loses it. */
static enum att_err
do_item(struct pool *pool, size_t item, struct att_reason *why)
{
	const struct att_work *work = pool->work;
	struct lane *lane = &pool->lanes[item % work->processes];
	enum att_err r = ATT_OK;

	if (lane->pid == 0)
		r = start(pool, item, why);
	if (r == ATT_OK)
		r = take_item(pool, item, why);
	if (r == ATT_ERR_PEER_GONE || r == ATT_ERR_MESSAGE_MALFORMED) {
		bool was_ready = lane->is_ready;

		end(lane, why);
		if (!was_ready)
			return ATT_ERR_PEER_GONE;
		if (r == ATT_ERR_MESSAGE_MALFORMED)
			att_reason_set(why, r,
			    "the process that judges said what makes no sense");
		r = work->lost(work->arg, item, why);
	}
	if (r == ATT_OK)
		r = work->done(work->arg, item, why);
	return r;
}

enum att_err
att_work_run(const struct att_work *work, struct att_reason *why)
{
	struct pool pool = { .work = work };
	enum att_err r = ATT_OK;

	/* All at once: each has its certificates to read first. */
	for (size_t i = 0;
	     i < work->processes && i < work->count && r == ATT_OK; i++)
		r = start(&pool, i, why);
	for (size_t item = 0; item < work->count && r == ATT_OK; item++)
		r = do_item(&pool, item, why);
	for (size_t i = 0; i < work->processes; i++)
		if (pool.lanes[i].pid != 0)
			end(&pool.lanes[i], NULL);
	return att_refuse_plain(why, r);
}

unsigned int
att_workers_default(void)
{
	cpu_set_t set;
	int count = 1;

	if (sched_getaffinity(0, sizeof(set), &set) == 0)
		count = CPU_COUNT(&set);
	return count > ATT_WORKERS_MAX ? ATT_WORKERS_MAX
				       : (unsigned int)(count < 1 ? 1 : count);
}
