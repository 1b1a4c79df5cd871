/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an SSH agent is asked to sign: PROTOCOL.sshsig of OpenSSH. Its namespace
 * keeps a signature for one purpose from being one for another, and its first
 * bytes from being one for a login of SSH.
 */
#ifndef ATT_SSH_SSHSIG_H
#define ATT_SSH_SSHSIG_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define ATT_SSHSIG_NAMESPACE "pam_attest"

enum {
	ATT_SSHSIG_NONCE_LEN = 32,
};

/* Who is asked for, where, and the randomness of this one attempt. */
struct att_sshsig_challenge {
	const char *host;
	const char *service;
	const char *user;
	uint8_t nonce[ATT_SSHSIG_NONCE_LEN];
};

/*
 * Appends the bytes that are signed: an SSHSIG over
 *
 *	"pam_attest agent v1" 0 host 0 service 0 user 0 nonce
 *
 * with SHA-512. ATT_ERR_CRYPTO, NO_MEMORY, TOO_LARGE.
 */
enum att_err att_sshsig_put_challenge(
    const struct att_sshsig_challenge *challenge,
    struct att_buf *out) ATT_MUST_USE;

#endif
