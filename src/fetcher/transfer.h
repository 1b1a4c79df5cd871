/* SPDX-License-Identifier: BSD-2-Clause */
/* One exchange with a server, by libcurl. */
#ifndef FETCHER_TRANSFER_H
#define FETCHER_TRANSFER_H

#include "wire/fetch.h"

/* The port that a URL names, or that of its scheme. 0 when it is malformed. */
uint16_t transfer_port(const char *url);

/*
 * Makes libcurl ready for transfer_run(): whatever it reads or loads for
 * itself, before the lock-down. Its memory is wiped when it is freed. 0 on
 * success. The caller ends it with transfer_end().
 */
int transfer_begin(void);
void transfer_end(void);

/*
 * Sends the request and the answer, as BODY messages, over the channel; TLS is
 * 1.2 or later and the certificate of the server verified. What became of it
 * is in *fetched. Redirects are an answer like others, but for a download,
 * where REDIRECTS_MAX of them are followed.
 */
void transfer_run(
    const struct att_fetch *fetch, int channel, struct att_fetched *fetched);

#endif
