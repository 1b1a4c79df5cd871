/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between the verifier and pam_attest-agent, which asks the SSH agent
 * of the caller. Encoders append to an empty buffer; what a decoder gives is
 * lent by the message, and empty when it refuses. Errors as in login.h.
 */
#ifndef ATT_WIRE_AGENT_H
#define ATT_WIRE_AGENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	ATT_AGENT_VERSION = 1,
	ATT_AGENT_PATH_MAX = 4096,
	ATT_AGENT_KEYS_MAX = 64,       /* as many as a user has credentials */
	ATT_AGENT_KEY_MAX = 512,       /* bytes of a key blob */
	ATT_AGENT_DATA_MAX = 1024,     /* of what is signed */
	ATT_AGENT_SIGNATURE_MAX = 512, /* of a signature blob */
	ATT_AGENT_TEXT_MAX = 400,
};

/* AGENT_OPEN: whose agent is meant, and where it listens. */
struct att_agent_open {
	uint32_t seconds; /* the process ends by itself soon after */
	uint32_t uid;
	uint32_t gid;
	const char *path;
};

enum att_err att_agent_open_encode(
    const struct att_agent_open *open, struct att_buf *out) ATT_MUST_USE;
/* *pathp, which is open->path, is for the caller to free. */
enum att_err att_agent_open_decode(struct att_bytes message, char **pathp,
    struct att_agent_open *open) ATT_MUST_USE;

/* AGENT_READY: connected, as the caller, and locked down. No content. */
enum att_err att_agent_ready_encode(struct att_buf *out) ATT_MUST_USE;
enum att_err att_agent_ready_decode(struct att_bytes message) ATT_MUST_USE;

/* AGENT_FIND: public keys, as SSH has them, that the agent is asked about. */
struct att_agent_find {
	struct att_bytes keys[ATT_AGENT_KEYS_MAX];
	size_t count; /* at least 1 */
};

enum att_err att_agent_find_encode(
    const struct att_agent_find *find, struct att_buf *out) ATT_MUST_USE;
enum att_err att_agent_find_decode(
    struct att_bytes message, struct att_agent_find *find) ATT_MUST_USE;

/* AGENT_FOUND: which of them it has; indices in rising order. */
struct att_agent_found {
	uint8_t keys[ATT_AGENT_KEYS_MAX];
	size_t count;
};

enum att_err att_agent_found_encode(
    const struct att_agent_found *found, struct att_buf *out) ATT_MUST_USE;
enum att_err att_agent_found_decode(
    struct att_bytes message, struct att_agent_found *found) ATT_MUST_USE;

/* AGENT_SIGN: what is to be signed, by which key of AGENT_FIND. */
enum att_err att_agent_sign_encode(
    size_t key, struct att_bytes data, struct att_buf *out) ATT_MUST_USE;
enum att_err att_agent_sign_decode(
    struct att_bytes message, size_t *key, struct att_bytes *data) ATT_MUST_USE;

/* AGENT_SIGNATURE: the signature blob, as it came. */
enum att_err att_agent_signature_encode(
    struct att_bytes signature, struct att_buf *out) ATT_MUST_USE;
enum att_err att_agent_signature_decode(
    struct att_bytes message, struct att_bytes *signature) ATT_MUST_USE;

/* AGENT_FAILED: why there is no answer. */
enum att_agent_failure {
	ATT_AGENT_UNREACHABLE = 1, /* nobody answers there */
	ATT_AGENT_NOT_OWNED = 2,   /* the socket, or who listens at it */
	ATT_AGENT_MALFORMED = 3,   /* it says what no agent says */
	ATT_AGENT_REFUSED = 4,	   /* it does not do that */
	ATT_AGENT_BROKEN = 5,	   /* the process cannot do its work */
};
struct att_agent_failed {
	enum att_agent_failure failure;
	char text[ATT_AGENT_TEXT_MAX + 1]; /* what went wrong, for people */
};

enum att_err att_agent_failed_encode(
    const struct att_agent_failed *failed, struct att_buf *out) ATT_MUST_USE;
enum att_err att_agent_failed_decode(
    struct att_bytes message, struct att_agent_failed *failed) ATT_MUST_USE;

#endif
