/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two operations, on an authenticator that is open and taken.
 *
 * Both answer with a result of libfido2. On FIDO_OK the answer message is in
 * *out. libfido2's own verification is not used: the verifier judges the
 * bytes, which go to it as the authenticator gave them.
 */
#ifndef ATT_AUTHENTICATOR_OPERATION_H
#define ATT_AUTHENTICATOR_OPERATION_H

#include <stdbool.h>
#include <stddef.h>

#include <fido.h>

#include "base/buf.h"
#include "wire/device.h"
#include "reply.h"

/* What one request to the authenticator may hold: CTAP 2.1, 6.4. */
struct att_limits {
	size_t list;	      /* maxCredentialCountInList */
	size_t message;	      /* maxMsgSize */
	size_t credential_id; /* maxCredentialIdLength */
};

struct att_authenticator {
	fido_dev_t *dev;
	const struct att_reply *reply; /* to the last request; lent */
	bool is_fido2;
	struct att_limits limits;
};

/* A part of an allow list that fits into one request. */
struct att_chunk {
	size_t first;
	size_t end;   /* one past the last */
	size_t count; /* IDs in it that this authenticator can have made */
};

/*
 * The next chunk of ids from *next on, which is moved; false when none is
 * left. IDs that are too long for the authenticator are left out.
 */
bool att_chunk_get_next(const struct att_authenticator *authenticator,
    const struct att_allow_batch *batch, size_t *next, struct att_chunk *chunk);

bool att_chunk_has(
    const struct att_authenticator *authenticator, struct att_bytes id);

/* GET_ASSERTION to ASSERTION: CTAP 2.1, 6.2; for U2F keys 7.3. */
int att_operation_get_assertion(const struct att_authenticator *authenticator,
    const struct att_get_assertion *request, struct att_buf *out);

/*
 * Whether the authenticator has one of the credentials of a batch, found out
 * without touch: FIDO_OK or FIDO_ERR_NO_CREDENTIALS.
 */
int att_operation_look(const struct att_authenticator *authenticator,
    const uint8_t client_data_hash[32], const struct att_allow_batch *batch);

/* MAKE_CREDENTIAL to CREDENTIAL: CTAP 2.1, 6.1; for U2F keys 7.2. */
int att_operation_make_credential(const struct att_authenticator *authenticator,
    const struct att_make_credential *request, struct att_buf *out);

#endif
