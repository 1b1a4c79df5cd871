/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between attestctl and pam_attest-fetcher, which fetches one file
 * from a server and is gone. Errors as in login.h.
 */
#ifndef ATT_WIRE_FETCH_H
#define ATT_WIRE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	ATT_FETCH_VERSION = 1,
	ATT_FETCH_URL_MAX = 2048,
	ATT_FETCH_CA_MAX = 49152, /* bytes of PEM */
	ATT_FETCH_VALIDATOR_MAX = 256,
	ATT_FETCH_TEXT_MAX = 400,
	ATT_FETCH_BODY_MAX = 60000, /* bytes in one BODY */
	ATT_FETCH_SECONDS = 300,    /* that a fetch may last */
};

/*
 * What the server said a file is recognized by (RFC 9110 section 8.8), as it
 * said it; "" for nothing. Printable ASCII.
 */
struct att_validators {
	char etag[ATT_FETCH_VALIDATOR_MAX + 1];
	char modified[ATT_FETCH_VALIDATOR_MAX + 1]; /* Last-Modified */
};

/* True for what may stand in such a text. */
bool att_validator_is_valid(const char *text);

/* FETCH: to the fetcher, once. */
struct att_fetch {
	const char *url;     /* https */
	struct att_bytes ca; /* PEM; none: the CAs of the system */
	struct att_validators have;
	uint32_t max; /* bytes; more is not received */
};

enum att_err att_fetch_encode(
    const struct att_fetch *fetch, struct att_buf *out) ATT_MUST_USE;
/*
 * Checks url: https, printable, without blanks. *urlp, which is fetch->url, is
 * for the caller to free; fetch->ca is lent by the message.
 */
enum att_err att_fetch_decode(struct att_bytes message, char **urlp,
    struct att_fetch *fetch) ATT_MUST_USE;

/* BODY: a part of the file, and how long the whole is; 0 where not known. */
enum att_err att_body_encode(
    struct att_bytes part, uint32_t expected, struct att_buf *out) ATT_MUST_USE;
/* *part is lent by the message. */
enum att_err att_body_decode(struct att_bytes message, struct att_bytes *part,
    uint32_t *expected) ATT_MUST_USE;

/* FETCHED: how it ended; nothing follows. */
enum att_fetched_result {
	ATT_FETCHED_WHOLE = 1,	   /* the file came, in BODY messages */
	ATT_FETCHED_SAME = 2,	   /* it is what the validators are of */
	ATT_FETCHED_TOO_LARGE = 3, /* more than max */
	ATT_FETCHED_FAILED = 4,
};
struct att_fetched {
	enum att_fetched_result result;
	struct att_validators validators;  /* of WHOLE */
	char text[ATT_FETCH_TEXT_MAX + 1]; /* of FAILED: what went wrong */
};

enum att_err att_fetched_encode(
    const struct att_fetched *fetched, struct att_buf *out) ATT_MUST_USE;
enum att_err att_fetched_decode(
    struct att_bytes message, struct att_fetched *fetched) ATT_MUST_USE;

/*
 * Starts ATT_PROGRAMSDIR/pam_attest-fetcher, has it fetch, and ends it. The
 * bytes of ATT_FETCHED_WHOLE are in *body, which has to be initialised with
 * limit fetch->max. progress may be NULL. ATT_ERR_FETCH with what went wrong
 * when the server, or the way to it, did not give the file; ATT_ERR_SPAWN,
 * PEER_GONE, PEER_SILENT, MESSAGE_MALFORMED, NO_MEMORY, SYSTEM.
 */
struct att_fetch_progress {
	void (*step)(void *arg, size_t have, size_t expected);
	void *arg;
};
enum att_err att_fetch_run(const struct att_fetch *fetch,
    const struct att_fetch_progress *progress, struct att_buf *body,
    struct att_fetched *fetched, struct att_reason *why) ATT_MUST_USE;

#endif
