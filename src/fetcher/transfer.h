/* SPDX-License-Identifier: BSD-2-Clause */
/* One file from a server, by libcurl. */
#ifndef FETCHER_TRANSFER_H
#define FETCHER_TRANSFER_H

#include "wire/fetch.h"

/* The port that a URL of ours names, 443 for none. 0 when it is malformed. */
uint16_t transfer_port(const char *url);

/*
 * Makes libcurl ready for transfer_run(): whatever it reads or loads for
 * itself, before the lock-down. 0 on success. The caller ends it with
 * transfer_end().
 */
int transfer_begin(void);
void transfer_end(void);

/*
 * Fetches over TLS, with the certificate of the server verified, over at most
 * REDIRECTS_MAX redirects, and sends BODY messages over the channel. What
 * became of it is in *fetched; with a server that sends too much or nothing
 * for a while that is no file.
 */
void transfer_run(
    const struct att_fetch *fetch, int channel, struct att_fetched *fetched);

#endif
