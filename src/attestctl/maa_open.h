/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of the attestation service as the configuration has it. */
#ifndef ATT_ATTESTCTL_MAA_OPEN_H
#define ATT_ATTESTCTL_MAA_OPEN_H

#include "attestctl/maa_trace.h"
#include "attestctl/progress.h"
#include "conf/options.h"
#include "maa/client.h"
#include "wire/fetch.h"
#include "wire/http_fetcher.h"

struct att_maa_connection {
	struct att_maa maa; /* what operations take */
	struct att_credential *credential;
	uint8_t *ca;
	struct att_http_fetcher fetcher;
	struct att_http carrier; /* by the fetcher */
	/* What takes long is told on a terminal. */
	struct att_progress progress;
	struct att_fetch_progress drawn;
	struct att_maa_time time;
	struct att_http patient;
	struct att_maa_trace trace;
	struct att_http http; /* the same, shown */
};

/*
 * Checks the options (att_options_check_maa()), reads maa_ca, makes the
 * credential. Nothing is sent yet; from here on no dump of the process is made.
 * is_verbose: each request and answer goes to standard error, without secrets.
 * opts has to last as long, and *connection must not be moved. The caller
 * closes it, also after a failure. ATT_ERR_CONF_VALUE, ATT_ERR_FILE_*,
 * ATT_ERR_ROOTS_INVALID for a maa_ca that is empty, and those of
 * att_credential_open().
 */
enum att_err att_maa_open(struct att_maa_connection *connection,
    const struct att_options *opts, bool is_verbose,
    struct att_reason *why) ATT_MUST_USE;
void att_maa_close(struct att_maa_connection *connection);

#endif
