/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One exchange of HTTP (RFC 9110), whoever carries it: types only. In the
 * product that is pam_attest-fetcher, a process of its own; in a test it may
 * be a table of answers.
 */
#ifndef ATT_BASE_HTTP_H
#define ATT_BASE_HTTP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_HTTP_TEXT_MAX = 127,       /* of a short header of an answer */
	ATT_HTTP_VALIDATOR_MAX = 256,  /* ETag, Last-Modified */
	ATT_HTTP_CHALLENGE_MAX = 1023, /* WWW-Authenticate */
};

struct att_http_header {
	const char *name;
	const char *value; /* may be a secret */
};

/* All lent. */
struct att_http_request {
	const char *method; /* "GET", "POST" */
	const char *url;
	const struct att_http_header *headers;
	size_t header_count;
	struct att_bytes body; /* may be a secret */
	size_t max;	       /* bytes of the answer's body; not 0 */
	/*
	 * An identity endpoint of this machine. Plain HTTP is allowed, but
	 * only to a loopback or link-local address, and no proxy is used.
	 */
	bool is_platform;
	/* What is sent and answered is shown nowhere, by no trace or error. */
	bool is_secret;
	unsigned int seconds;	      /* for all of it; 0: as configured */
	unsigned int connect_seconds; /* 0: as configured */
};

/*
 * Headers are printable ASCII; what is longer or something else is "", as is
 * what was not sent.
 */
struct att_http_response {
	unsigned int status;
	struct att_buf body; /* may be a secret */
	char content_type[ATT_HTTP_TEXT_MAX + 1];
	char retry_after[ATT_HTTP_TEXT_MAX + 1];
	char request_id[ATT_HTTP_TEXT_MAX + 1];	     /* x-ms-request-id */
	char service_version[ATT_HTTP_TEXT_MAX + 1]; /* x-ms-maa-... */
	char challenge[ATT_HTTP_CHALLENGE_MAX + 1];  /* WWW-Authenticate */
	char etag[ATT_HTTP_VALIDATOR_MAX + 1];
	char modified[ATT_HTTP_VALIDATOR_MAX + 1]; /* Last-Modified */
};

/* Wipes everything, frees the body; the response is all zero. */
void att_http_response_reset(struct att_http_response *response);

/*
 * Carries requests. exchange() clears *response first, which the caller has
 * initialised to zero before the first call and resets after the last one:
 * ATT_OK for an answer that came whole, of any status; redirects are not
 * followed. ATT_ERR_MAA_UNREACHABLE when none came, with the URL and what went
 * wrong; ATT_ERR_TOO_LARGE for one of more than max bytes; those of starting a
 * process.
 */
struct att_http {
	enum att_err (*exchange)(void *arg,
	    const struct att_http_request *request,
	    struct att_http_response *response, struct att_reason *why);
	void *arg;
};

#endif
