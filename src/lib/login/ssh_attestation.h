/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two files that ssh-keygen writes when it makes a key in a security key,
 * the public key and the attestation, judged together: as a registration whose
 * statement format nobody wrote down.
 */
#ifndef ATT_LOGIN_SSH_ATTESTATION_H
#define ATT_LOGIN_SSH_ATTESTATION_H

#include <stdint.h>
#include <time.h>

#include "attestation/authdata.h"
#include "attestation/verify.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"
#include "ssh/sk_attest.h"
#include "ssh/sk_key.h"
#include "trust/trust.h"

/* What is presented. attest and auth_data are lent by the attestation file. */
struct att_ssh_presented {
	struct att_sk_line line; /* the public key; owned */
	char *application;	 /* of it; owned */
	struct att_sk_attest attest;
	struct att_auth_data auth_data;
};

/*
 * Reads both files completely, and looks whether they are about one key: the
 * key and the application in authenticator data are those of the public key.
 * Nothing is verified yet. The caller resets *presented, which is zeroed first.
 * ATT_ERR_SSH_KEY_TYPE, SSH_KEY_MALFORMED, SSH_ATTESTATION_*, AUTHDATA_*,
 * CREDENTIAL_ID, COSE_*, CBOR_*; SSH_APPLICATION, also for one that does not
 * begin with "ssh:"; SSH_KEY_MISMATCH; NO_MEMORY, CRYPTO.
 */
enum att_err att_ssh_presented_read(struct att_bytes public_key,
    struct att_bytes attestation, struct att_ssh_presented *presented,
    struct att_reason *why) ATT_MUST_USE;
void att_ssh_presented_reset(struct att_ssh_presented *presented);

/* What it is judged by; everything is lent. */
struct att_ssh_judgement {
	const struct att_ssh_presented *presented;
	const struct att_options *opts;
	const struct att_trust *trust;
	time_t time; /* of the registration */
};

/*
 * Judges what is presented as made over challenge, of any length: ssh-keygen
 * has its SHA-256 signed. It is tried as packed; as fido-u2f, if that signature
 * does not verify and the key is on P-256 and of a model of zeroes, as those of
 * U2F are; and as none where there is no signature. The refusal is that of
 * fido-u2f where that was tried.
 *
 * *object becomes the attestation object that was judged last; the caller
 * initialises and resets it, and *verdict lends from it. Errors and verdict as
 * in att_attestation_verify(): STATEMENT_SIGNATURE means that it was made over
 * another challenge, or changed.
 */
enum att_err att_ssh_attestation_judge(
    const struct att_ssh_judgement *judgement, struct att_bytes challenge,
    struct att_buf *object, struct att_verdict *verdict,
    struct att_reason *why) ATT_MUST_USE;

#endif
