/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the devices, starts a process for each, and waits for the end. */
#include <sys/prctl.h>
#include <sys/wait.h>

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <fido.h>
#include <openssl/crypto.h>

#include "base/buf.h"
#include "base/lockdown.h"
#include "wire/channel.h"
#include "wire/device.h"
#include "find.h"
#include "session.h"
#include "supervisor.h"

enum {
	CHANNEL_FD = 0,
	SUPERVISOR_SECONDS = ATT_CEREMONY_SECONDS + 10,
	OPEN_WAIT_MS = 70000, /* the host's TPM may be asked before */
	END_WAIT_MS = 1000,   /* for the processes to send CTAPHID_CANCEL */
	KILLED_WAIT_MS = 1000,
};

/* The processes of the devices that have not been reaped. */
struct sessions {
	pid_t pids[ATT_DEVICES_MAX];
	size_t count;
};

/*
 * libcrypto reads no configuration file, here or later; libfido2 prints
 * nothing, and a FIDO2 key that answers GetInfo with rubbish is not asked
 * again as a U2F key.
 */
static void
set_up_libraries(void)
{
	OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
	fido_init(FIDO_DISABLE_U2F_FALLBACK);
}

static enum att_err
receive_open(struct att_paths *paths)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_channel_receive(
	    CHANNEL_FD, att_clock_ms() + OPEN_WAIT_MS, &message, NULL);
	if (err == ATT_OK)
		err = att_open_decode(att_buf_get(&message), paths);
	att_buf_reset(&message);
	return err;
}

/*
 * From here on nothing in the file system but these nodes, and, where Landlock
 * knows of signals, no process but those that are started after.
 */
static enum att_err
narrow_to_devices(const struct att_found_list *list, struct att_reason *why)
{
	struct att_lockdown_path paths[ATT_DEVICES_MAX];
	bool is_enforced; /* the verifier logs a kernel without Landlock */

	for (size_t i = 0; i < list->count; i++) {
		paths[i].path = list->devices[i].path;
		paths[i].access = ATT_ACCESS_DEVICE;
	}
	return att_lockdown_paths(paths, list->count, &is_enforced, why);
}

/*
 * When everything dies at once the supervisor stays until it has seen its
 * processes end, for which they have some time: a key that waits for a touch
 * is to be told that it need not. The end of the channel is what tells them
 * all. SIGCHLD is blocked so that sigtimedwait(2) sees it.
 */
static enum att_err
take_charge(struct att_reason *why)
{
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &child, NULL) != 0 ||
	    prctl(PR_SET_PDEATHSIG, 0, 0, 0, 0) != 0)
		return att_refuse_plain(why, ATT_ERR_SYSTEM);
	return ATT_OK;
}

/* The process of one device; its channel takes the place of ours. */
static void
run_session(int channel, const struct att_found *found)
{
	if (dup2(channel, CHANNEL_FD) < 0)
		_exit(EXIT_FAILURE);
	close(channel);
	_exit(att_session_run(CHANNEL_FD, found));
}

static enum att_err
announce(const struct att_found *found, int verifier_end)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_device_encode(found->path, &message);
	if (err == ATT_OK)
		err = att_channel_send(CHANNEL_FD, &message, verifier_end);
	att_buf_reset(&message);
	return err;
}

static enum att_err
start_session(struct sessions *sessions, const struct att_found *found)
{
	enum att_err err;
	int ends[2];
	pid_t pid;

	if ((err = att_channel_pair(ends)) != ATT_OK)
		return err;
	pid = fork();
	if (pid == 0) {
		close(ends[0]);
		run_session(ends[1], found);
	}
	close(ends[1]);
	if (pid > 0)
		sessions->pids[sessions->count++] = pid;
	err = pid < 0 ? ATT_ERR_SYSTEM : announce(found, ends[0]);
	/* Nobody but the verifier holds this end, so closing it counts. */
	close(ends[0]);
	return err;
}

static enum att_err
start_sessions(struct sessions *sessions, const struct att_found_list *list)
{
	struct att_buf message;
	enum att_err err = ATT_OK;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	for (size_t i = 0; i < list->count && err == ATT_OK; i++)
		err = start_session(sessions, &list->devices[i]);
	if (err == ATT_OK)
		err = att_devices_end_encode((uint32_t)list->count, &message);
	if (err == ATT_OK)
		err = att_channel_send(CHANNEL_FD, &message, -1);
	att_buf_reset(&message);
	return err;
}

static void
reap(struct sessions *sessions)
{
	size_t left = 0;

	for (size_t i = 0; i < sessions->count; i++)
		if (waitpid(sessions->pids[i], NULL, WNOHANG) == 0)
			sessions->pids[left++] = sessions->pids[i];
	sessions->count = left;
}

/* Until all have ended, but not longer than so many milliseconds. */
static void
await_sessions(struct sessions *sessions, int ms)
{
	int64_t deadline = att_clock_ms() + ms, left = ms;
	sigset_t child;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		struct timespec time;

		reap(sessions);
		if (sessions->count == 0 || left <= 0)
			return;
		time.tv_sec = left / 1000;
		time.tv_nsec = left % 1000 * 1000000;
		sigtimedwait(&child, NULL, &time);
		left = deadline - att_clock_ms();
	}
}

/* Who has not ended by itself is stuck, or is not ours any more. */
static void
end_sessions(struct sessions *sessions)
{
	await_sessions(sessions, END_WAIT_MS);
	for (size_t i = 0; i < sessions->count; i++)
		kill(sessions->pids[i], SIGKILL);
	await_sessions(sessions, KILLED_WAIT_MS);
}

/* Until the verifier closes the channel, or says what it should not. */
static void
wait_for_end(void)
{
	struct pollfd channel = { .fd = CHANNEL_FD, .events = POLLIN };

	while (poll(&channel, 1, -1) <= 0)
		continue;
}

static enum att_err
supervise(struct sessions *sessions, struct att_reason *why)
{
	struct att_paths given = { 0 };
	struct att_found_list list = { .count = 0 };
	enum att_err err;

	if ((err = receive_open(&given)) != ATT_OK ||
	    (err = att_found_list_fill(&given, &list, why)) != ATT_OK ||
	    (err = narrow_to_devices(&list, why)) != ATT_OK ||
	    (err = take_charge(why)) != ATT_OK ||
	    (err = start_sessions(sessions, &list)) != ATT_OK ||
	    (err = att_lockdown_system_calls(ATT_LOCKDOWN_SUPERVISOR, why)) !=
		ATT_OK)
		goto out;
	wait_for_end();
out:
	att_found_list_reset(&list);
	att_paths_reset(&given);
	return att_refuse_plain(why, err);
}

enum att_err
att_supervisor_run(struct att_reason *why)
{
	struct sessions sessions = { .count = 0 };
	enum att_err err = att_lockdown_begin(why);

	if (err != ATT_OK)
		return err;
	att_lockdown_deadline(SUPERVISOR_SECONDS);
	set_up_libraries();
	err = supervise(&sessions, why);
	end_sessions(&sessions);
	return err;
}
