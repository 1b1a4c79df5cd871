/* SPDX-License-Identifier: BSD-2-Clause */
/* What the commands share: touch, counter, signature. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fatal.h"
#include "keys.h"
#include "softkey.h"

#define KEEPALIVE_MS 50

bool
has_fault(const struct softkey *sk, enum fault fault)
{
	return sk->hid.fault == fault;
}

static enum ctap_status
wait_with_keepalives(struct hid *hid, long ms, enum ctap_status at_end)
{
	long step;

	for (; ms > 0; ms -= step) {
		step = ms < KEEPALIVE_MS ? ms : KEEPALIVE_MS;
		hid_keepalive(hid, KEEPALIVE_UPNEEDED);
		switch (hid_wait(hid, (int)step)) {
		case HID_CANCELLED:
			return CTAP_KEEPALIVE_CANCEL;
		case HID_RESTARTED:
		case HID_STOP:
			return CTAP_ABORTED;
		case HID_NOTHING:
		case HID_MESSAGE:
			break;
		}
	}
	return at_end;
}

enum ctap_status
presence_ask(struct softkey *sk)
{
	const struct options *opt = sk->opt;
	enum ctap_status status = CTAP_OK;

	sk->hid.busy = true;
	if (opt->touch == TOUCH_DELAY && opt->touch_ms < opt->touch_timeout_ms)
		status = wait_with_keepalives(&sk->hid, opt->touch_ms, CTAP_OK);
	else if (opt->touch != TOUCH_AUTO)
		status = wait_with_keepalives(
		    &sk->hid, opt->touch_timeout_ms, CTAP_USER_ACTION_TIMEOUT);
	sk->hid.busy = false;
	return status;
}

pid_t
work_begin(struct softkey *sk)
{
	pid_t pid = fork();

	if (pid < 0)
		fatal("cannot fork: %m");
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		usleep(KEEPALIVE_MS * 1000);
		hid_keepalive(&sk->hid, KEEPALIVE_PROCESSING);
	}
}

void
work_end(pid_t pid)
{
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

uint32_t
counter_take(struct softkey *sk)
{
	uint32_t now = sk->state->counter;
	int64_t next = (int64_t)now + sk->opt->counter_step;

	if (has_fault(sk, FAULT_COUNTER_BACK))
		return now > 2 ? now - 2 : 0;
	if (next < 0)
		next = 0;
	sk->state->counter = (uint32_t)next;
	state_save(sk->state);
	return now;
}

void
sign_answer(
    struct softkey *sk, struct buf *out, EVP_PKEY *key, struct buf *message)
{
	if (has_fault(sk, FAULT_EMPTY_SIGNATURE))
		return;
	if (has_fault(sk, FAULT_BAD_SIGNATURE))
		buf_put(message, "other data", 10);
	key_sign(out, key, message);
}
