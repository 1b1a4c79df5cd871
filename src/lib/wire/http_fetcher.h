/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP (base/http.h) by pam_attest-fetcher: a process for each exchange. */
#ifndef ATT_WIRE_HTTP_FETCHER_H
#define ATT_WIRE_HTTP_FETCHER_H

#include "base/http.h"

struct att_fetch_progress;

/* All lent. */
struct att_http_fetcher {
	const char *proxy;    /* "": none; never used for the platform */
	struct att_bytes ca;  /* PEM; none: the CAs of the system */
	unsigned int seconds; /* for requests that do not say it */
	unsigned int connect_seconds;
	const struct att_fetch_progress *progress; /* NULL: nobody looks */
};

/* Errors as base/http.h has them; fetcher has to last as long. */
struct att_http att_http_fetcher_get(struct att_http_fetcher *fetcher);

#endif
