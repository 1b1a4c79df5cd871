/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between attestctl and pam_attest-fetcher, which makes one exchange
 * of HTTP with a server and is gone. Errors as in login.h.
 */
#ifndef ATT_WIRE_FETCH_H
#define ATT_WIRE_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/http.h"

enum {
	ATT_FETCH_VERSION = 2,
	ATT_FETCH_METHOD_MAX = 16,
	ATT_FETCH_URL_MAX = 2048,
	ATT_FETCH_HEADERS_MAX = 16,
	ATT_FETCH_NAME_MAX = 64,
	ATT_FETCH_VALUE_MAX = 16384,
	ATT_FETCH_CA_MAX = 1 << 20,    /* bytes of PEM */
	ATT_FETCH_SENT_MAX = 64 << 20, /* bytes of a request's body */
	ATT_FETCH_TEXT_MAX = 400,
	ATT_FETCH_PART_MAX = 60000,   /* bytes in one PART or BODY */
	ATT_FETCH_SECONDS_MAX = 1800, /* that an exchange may last */
	ATT_FETCH_CONNECT_MAX = 300,
};

/*
 * FETCH: to the fetcher, once; what is longer than a message follows it in
 * PART messages: the CAs, then the body. seconds and connect_seconds are set;
 * is_secret does not travel.
 */
struct att_fetch {
	struct att_http_request request;
	const char *proxy;   /* http or https; "": none */
	struct att_bytes ca; /* PEM; none: the CAs of the system */
	/*
	 * A file, and no exchange: redirects are followed, as it carries no
	 * secret; 200 and 304 are the only answers; and a server may not be
	 * slow.
	 */
	bool is_download;
};

/*
 * Checks that the method is of capital letters; the URL of
 * https, or also http for who asks the platform; printable, without blanks.
 * Names of headers are tokens (RFC 9110 section 5.6.2), values printable.
 */
enum att_err att_fetch_encode(
    const struct att_fetch *fetch, struct att_buf *out) ATT_MUST_USE;

/* A FETCH that was received, which owns what fetch lends. */
struct att_fetch_received {
	struct att_fetch fetch;
	struct att_http_header headers[ATT_FETCH_HEADERS_MAX];
	char *method, *url, *proxy;
	struct att_buf ca, body;
	size_t ca_len, body_len; /* that PART messages will bring */
};
/*
 * The caller resets *received, whatever is returned. fetch.ca and
 * fetch.request.body are empty until att_fetch_received_take() said that all of
 * them is there.
 */
enum att_err att_fetch_decode(
    struct att_bytes message, struct att_fetch_received *received) ATT_MUST_USE;
/* One PART. */
enum att_err att_fetch_received_take(
    struct att_fetch_received *received, struct att_bytes part) ATT_MUST_USE;
/* True once everything is there. */
bool att_fetch_received_is_whole(const struct att_fetch_received *received);
/* Wipes and frees. */
void att_fetch_received_reset(struct att_fetch_received *received);

/* PART: to the fetcher, the next bytes of what FETCH announced. */
enum att_err att_part_encode(
    struct att_bytes part, struct att_buf *out) ATT_MUST_USE;
/* *part is lent by the message. */
enum att_err att_part_decode(
    struct att_bytes message, struct att_bytes *part) ATT_MUST_USE;

/* BODY: a part of the answer, and how long the whole is; 0 where not known. */
enum att_err att_body_encode(
    struct att_bytes part, uint32_t expected, struct att_buf *out) ATT_MUST_USE;
/* *part is lent by the message. */
enum att_err att_body_decode(struct att_bytes message, struct att_bytes *part,
    uint32_t *expected) ATT_MUST_USE;

/* FETCHED: how it ended; nothing follows. */
enum att_fetched_result {
	ATT_FETCHED_WHOLE = 1,	   /* the answer came, in BODY messages */
	ATT_FETCHED_TOO_LARGE = 2, /* more than max */
	ATT_FETCHED_FAILED = 3,
};
struct att_fetched {
	enum att_fetched_result result;
	/* Of WHOLE: the status and the headers; its body is not used. */
	struct att_http_response head;
	char text[ATT_FETCH_TEXT_MAX + 1]; /* of FAILED: what went wrong */
};

/* Headers are empty or printable ASCII. */
enum att_err att_fetched_encode(
    const struct att_fetched *fetched, struct att_buf *out) ATT_MUST_USE;
enum att_err att_fetched_decode(
    struct att_bytes message, struct att_fetched *fetched) ATT_MUST_USE;

/*
 * The headers of an answer that are kept: where one of that name goes, and how
 * long it may be; NULL for any other. The name need not end in a NUL.
 */
char *att_fetched_find_header(
    struct att_fetched *fetched, const char *name, size_t len, size_t *max);

/* True for what may stand there: printable ASCII. */
bool att_header_is_valid(const char *text, size_t max);

/*
 * Starts ATT_PROGRAMSDIR/pam_attest-fetcher, has it fetch, and ends it. The
 * bytes of ATT_FETCHED_WHOLE are in *body, which has to be initialised with
 * limit request.max. progress may be NULL. ATT_ERR_FETCH with what went wrong
 * when no answer came whole, ATT_ERR_TOO_LARGE; ATT_ERR_SPAWN, PEER_GONE,
 * PEER_SILENT, MESSAGE_MALFORMED, NO_MEMORY, SYSTEM.
 */
struct att_fetch_progress {
	/*
	 * With each part that comes, and twice in a second where none does;
	 * expected is 0 where nobody knows.
	 */
	void (*step)(void *arg, size_t have, size_t expected);
	void *arg;
};
enum att_err att_fetch_run(const struct att_fetch *fetch,
    const struct att_fetch_progress *progress, struct att_buf *body,
    struct att_fetched *fetched, struct att_reason *why) ATT_MUST_USE;

#endif
