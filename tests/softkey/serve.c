/* SPDX-License-Identifier: BSD-2-Clause */
/* The responder: one authenticator from start to signal. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "ctap2.h"
#include "fatal.h"
#include "keys.h"
#include "serve.h"
#include "spoil.h"

#define CAPABILITY_WINK 0x01
#define CAPABILITY_CBOR 0x04
#define CAPABILITY_NMSG 0x08
#define KEEPALIVE_MS 50

static void
answer_cbor(struct softkey *sk)
{
	struct buf out = { 0 };
	enum ctap_status status =
	    ctap2_handle(sk, sk->hid.in.data, sk->hid.in.len, &out);

	if (status != CTAP_ABORTED) {
		spoil_cbor(sk->hid.fault, &out);
		hid_send(&sk->hid, CTAPHID_CBOR, out.data, out.len);
	}
	buf_free(&out);
}

static void
answer_msg(struct softkey *sk)
{
	struct buf out = { 0 };

	u2f_handle(sk, sk->hid.in.data, sk->hid.in.len, &out);
	spoil_msg(sk->hid.fault, &out);
	hid_send(&sk->hid, CTAPHID_MSG, out.data, out.len);
	buf_free(&out);
}

static void
refuse_command(struct softkey *sk)
{
	static const uint8_t invalid = HIDERR_INVALID_CMD;

	hid_send(&sk->hid, CTAPHID_ERROR, &invalid, 1);
}

static void
never_answer(struct hid *hid)
{
	enum hid_event event = HID_NOTHING;

	hid->busy = true;
	while (event != HID_RESTARTED && event != HID_STOP) {
		hid_keepalive(hid, KEEPALIVE_PROCESSING);
		event = hid_wait(hid, KEEPALIVE_MS);
	}
	hid->busy = false;
}

static void
answer_message(struct softkey *sk)
{
	struct hid *hid = &sk->hid;

	hid->fault =
	    misbehave_for(sk->opt, hid->in.cmd, hid->in.data, hid->in.len);
	if (hid->fault == FAULT_SILENT)
		return;
	if (hid->fault == FAULT_ENDLESS_KEEPALIVE)
		never_answer(hid);
	else if (hid->in.cmd == CTAPHID_CBOR && !sk->opt->u2f_only)
		answer_cbor(sk);
	else if (hid->in.cmd == CTAPHID_MSG && !sk->opt->no_u2f)
		answer_msg(sk);
	else
		refuse_command(sk);
}

static int
open_signals(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if ((fd = signalfd(-1, &set, SFD_CLOEXEC)) < 0)
		fatal("cannot watch for signals: %m");
	return fd;
}

static void
start_state(struct softkey *sk)
{
	const struct options *opt = sk->opt;

	sk->state = state_open(opt->state);
	if (opt->has_counter)
		sk->state->counter = opt->counter;
	if (opt->pin != NULL && !sk->state->has_pin)
		state_set_pin(sk->state, opt->pin, strlen(opt->pin));
	state_save(sk->state);
}

static void
start_attestation(struct softkey *sk)
{
	const struct options *opt = sk->opt;
	const char *forged = opt->defects;
	struct issued authority;

	sk->format = attest_find_format(opt->format);
	if (forged == NULL)
		forged = sk->format->forged;
	memcpy(sk->aaguid, opt->aaguid, AAGUID_LEN);
	if (forged != NULL)
		memcpy(sk->aaguid, forgery_get_aaguid(), AAGUID_LEN);
	else if (!opt->has_aaguid && opt->attestation_chain != NULL)
		(void)attest_read_aaguid(opt->attestation_chain, sk->aaguid);
	sk->attester = attester_new(opt, sk->aaguid);
	if (opt->enterprise != NULL)
		sk->enterprise = attester_new_enterprise(opt, sk->aaguid);
	if (forged == NULL)
		return;
	attest_get_authority(&authority, opt);
	sk->forgery = forgery_new(forged, &authority);
}

static void
start_hid(struct softkey *sk)
{
	const struct options *opt = sk->opt;
	struct hid *hid = &sk->hid;

	hid->signals = open_signals();
	hid->trace = trace_open(opt->trace);
	hid->latency_ms = opt->latency_ms;
	hid->capabilities =
	    (uint8_t)(CAPABILITY_WINK | (opt->u2f_only ? 0 : CAPABILITY_CBOR) |
		      (opt->no_u2f ? CAPABILITY_NMSG : 0));
	hid->init_fault = opt->fault;
	hid_start(hid);
	port_open(&hid->port, opt->uhid ? &port_uhid : &port_pty, opt->link);
}

static void
tell_ready(int fd, const char *path)
{
	struct buf line = { 0 };
	ssize_t n;

	buf_put(&line, path, strlen(path));
	buf_put_u8(&line, '\n');
	n = write(fd, line.data, line.len);
	(void)n; /* nobody has to listen */
	buf_free(&line);
	close(fd);
}

static void
stop(struct softkey **skp)
{
	struct softkey *sk = *skp;

	port_close(&sk->hid.port);
	close(sk->hid.signals);
	if (sk->hid.trace != NULL)
		fclose(sk->hid.trace);
	pin_session_end(&sk->pin);
	attester_free(&sk->attester);
	attester_free(&sk->enterprise);
	forgery_free(&sk->forgery);
	state_free(&sk->state);
	free(sk);
	*skp = NULL;
}

void
serve(const struct options *opt, int ready_fd)
{
	struct softkey *sk = must_alloc(1, sizeof(*sk));
	enum hid_event event;

	sk->opt = opt;
	start_attestation(sk);
	start_state(sk);
	pin_session_start(&sk->pin);
	start_hid(sk);
	tell_ready(ready_fd, sk->hid.port.path);
	while ((event = hid_wait(&sk->hid, -1)) != HID_STOP)
		if (event == HID_MESSAGE)
			answer_message(sk);
	stop(&sk);
}
