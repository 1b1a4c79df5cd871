/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Work on hostile bytes, spread over locked-down processes, with the results
 * in order.
 *
 * Processes and not threads. What an authenticator signed is parsed where it
 * can do no harm, as in a login, and a lock-down is of a whole process. One
 * that dies of what it reads takes one item with it, not the command. And a
 * set of anchors, with what it remembers, is for one thread anyway, so that
 * threads would share nothing.
 *
 * There are count items; of n processes, number k works on the items k, k + n,
 * k + 2n, ... So nobody has to hand work out, results need no number, and the
 * order is that of the items however many processes there are: whoever takes
 * them takes turns. A process that is ahead waits with a full channel.
 */
#ifndef ATT_ATTESTCTL_WORKERS_H
#define ATT_ATTESTCTL_WORKERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_WORKERS_MAX = 64,
	ATT_WORK_RESULT_MAX = 32768 /* bytes */
};

/* Where a process leaves its results. */
struct att_outlet;

/*
 * Hands one result over, of up to ATT_WORK_RESULT_MAX bytes; it is copied.
 * ATT_ERR_TOO_LARGE, ATT_ERR_NO_MEMORY, ATT_ERR_PEER_GONE, ATT_ERR_SYSTEM.
 */
enum att_err att_outlet_put(
    struct att_outlet *outlet, struct att_bytes result) ATT_MUST_USE;

struct att_work {
	size_t count;		/* of items */
	unsigned int processes; /* at once, 1 to ATT_WORKERS_MAX */
	/*
	 * Milliseconds of processor time after which a process hands over to a
	 * fresh one: the lock-down allows each 60 seconds, and one that was
	 * taken over should not last.
	 */
	unsigned int turn_ms;
	void *arg;

	/*
	 * In each process. It has what att_lockdown_begin() leaves it, and the
	 * memory as it was when the work began; begin() opens what it needs and
	 * finishes the lock-down. An error of either ends the whole work.
	 */
	enum att_err (*begin)(void *arg, struct att_reason *why);
	enum att_err (*run)(void *arg, size_t item, struct att_outlet *outlet,
	    struct att_reason *why);

	/*
	 * Here, in the order of the items. result is lent; it comes from a
	 * process that has read hostile bytes. lost() is told of an item that
	 * its process did not finish; results of it may have been taken.
	 * done() comes after each item. An error of them ends the whole work.
	 */
	enum att_err (*take)(void *arg, size_t item, struct att_bytes result,
	    struct att_reason *why);
	enum att_err (*lost)(void *arg, size_t item, struct att_reason *why);
	enum att_err (*done)(void *arg, size_t item, struct att_reason *why);
};

/*
 * Does the work; no process is left when it returns, and none outlives this
 * one. Errors of the functions above; ATT_ERR_PEER_GONE when a process ended
 * before it began; ATT_ERR_SPAWN, ATT_ERR_SANDBOX, ATT_ERR_SYSTEM,
 * ATT_ERR_NO_MEMORY.
 */
enum att_err att_work_run(
    const struct att_work *work, struct att_reason *why) ATT_MUST_USE;

/* As many as there are processors for this process, within the limits. */
unsigned int att_workers_default(void);

#endif
