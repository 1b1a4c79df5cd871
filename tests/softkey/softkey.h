/* SPDX-License-Identifier: BSD-2-Clause */
/* One authenticator: its parts, and what the commands share. */
#ifndef SOFTKEY_SOFTKEY_H
#define SOFTKEY_SOFTKEY_H

#include <sys/types.h>

#include "attest.h"
#include "buf.h"
#include "ctap.h"
#include "forgery.h"
#include "hid.h"
#include "options.h"
#include "pin.h"
#include "state.h"

#define NEXT_MAX 64

/* What GetNextAssertion goes on with, CTAP 2.1 section 6.3 */
struct next_assertion {
	uint8_t ids[NEXT_MAX][CREDENTIAL_ID_MAX];
	size_t id_lens[NEXT_MAX];
	size_t count;
	size_t position;
	uint8_t rp_id_hash[SHA256_LEN];
	uint8_t client_data_hash[SHA256_LEN];
	uint8_t flags;
};

enum listing_kind {
	LISTING_NONE,
	LISTING_RPS,
	LISTING_CREDENTIALS,
};

/* Where a listing of resident credentials goes on, section 6.8 */
struct listing {
	enum listing_kind kind;
	size_t position; /* in state->credentials */
	uint8_t rp_id_hash[SHA256_LEN];
};

struct softkey {
	const struct options *opt;
	struct hid hid;
	struct state *state;
	struct attester *attester;
	struct attester *enterprise; /* NULL: the key is not capable of it */
	struct forgery *forgery;     /* NULL: registrations are our own */
	const struct attest_format *format;
	uint8_t aaguid[AAGUID_LEN];
	struct pin_session pin;
	struct next_assertion next;
	struct listing listing;
	long u2f_asked_ms; /* when a U2F client began to ask, 0: none does */
	long u2f_seen_ms;  /* when it last asked */
};

bool has_fault(const struct softkey *sk, enum fault fault);

/* Waits for the touch that the options promise, with keepalives: OK,
 * KEEPALIVE_CANCEL, USER_ACTION_TIMEOUT, or ABORTED (send no answer). */
enum ctap_status presence_ask(struct softkey *sk);

/* Keepalives by another process while this one is at work; then its end. */
pid_t work_begin(struct softkey *sk);
void work_end(pid_t pid);

/* The counter for one signature; saves the next one. */
uint32_t counter_take(struct softkey *sk);

/* Signs, or does what the fault under way says instead. */
void sign_answer(
    struct softkey *sk, struct buf *out, EVP_PKEY *key, struct buf *message);

/* Answers one U2F message (CTAPHID_MSG): appends data and status word. */
void u2f_handle(
    struct softkey *sk, const uint8_t *apdu, size_t len, struct buf *out);

#endif
