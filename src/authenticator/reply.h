/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A second look at the replies that a login rests on.
 *
 * libfido2 ignores bytes after a reply and members that it does not know. An
 * authenticator that is asked for no extension has no reason to send any, so
 * here the reply to MakeCredential or GetAssertion has to be one map in the
 * canonical form of CTAP2, with members of CTAP 2.2 and nothing after it. The
 * reply is put together from the reports as they pass.
 *
 * libfido2 1.12 also hands out only four statement formats, and parts of those
 * (one certificate of a chain, say). So a credential is taken from the reply
 * itself, and what the authenticator signed is what is judged.
 */
#ifndef ATT_AUTHENTICATOR_REPLY_H
#define ATT_AUTHENTICATOR_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* libfido2 refuses longer ones itself (FIDO_MAXMSG_CRED). */
enum {
	ATT_REPLY_MAX = 4096
};

struct att_reply {
	uint8_t command;    /* of the request, 0 for none to look at */
	uint8_t channel[4]; /* CTAPHID channel of the request */
	bool has_credential;
	size_t want;
	size_t have;
	uint8_t bytes[ATT_REPLY_MAX];
};

/* A packet of 64 bytes that goes to the authenticator. */
void att_reply_note_request(struct att_reply *reply, const uint8_t *packet);

/*
 * A packet of 64 bytes that came from it; false when it completes a reply
 * that must not be believed.
 */
bool att_reply_note_answer(struct att_reply *reply, const uint8_t *packet);

/* What MakeCredential answers: CTAP 2.1, 6.1.2 step 17. Not judged yet. */
struct att_reply_credential {
	struct att_bytes fmt; /* UTF-8, may hold NUL */
	struct att_bytes auth_data;
	struct att_bytes att_stmt; /* one CBOR item of any type */
};

/*
 * The credential in the reply to the last request; false when that was not
 * MakeCredential, or the reply has not come whole, reports an error or is not
 * to be believed. Lent by reply until the next request.
 */
bool att_reply_get_credential(
    const struct att_reply *reply, struct att_reply_credential *out);

#endif
