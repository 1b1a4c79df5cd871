/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One attestation of this host: evidence of its TPM is sent to the service,
 * and the token that comes back is judged as the gate of a login would, before
 * it takes the place of the one that is there. Nothing that fails changes it.
 */
#ifndef ATT_ATTESTCTL_REFRESH_H
#define ATT_ATTESTCTL_REFRESH_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/kept.h"
#include "conf/options.h"
#include "host/host.h"
#include "maa/client.h"
#include "maa/measured.h"

struct att_refresh {
	const struct att_options *opts;
	const struct att_maa *maa;
	struct att_kept *file; /* of host_token, open */
	bool is_verbose;       /* says each step on standard error */
	/* What came of it. */
	struct att_maa_error error; /* what the service said to a refusal */
	struct att_host_verdict verdict;
	struct att_buf token;
	struct att_buf key; /* for host_key; empty: the key that is there */
};

void att_refresh_init(struct att_refresh *refresh);
void att_refresh_reset(struct att_refresh *refresh);

/*
 * Does it, once. Errors: those of src/lib/maa, of the TPM
 * (wire/tpm_session.h), of judging a host (host/host.h), and of writing files.
 */
enum att_err att_refresh_run(
    struct att_refresh *refresh, struct att_reason *why) ATT_MUST_USE;

/* May another attempt end differently, soon and by itself? */
bool att_refresh_is_worth_another(
    const struct att_refresh *refresh, enum att_err err);

/* --- For the sources of one attestation -----------------------------------
 */

/* Sets refresh->token, and ->key where one was made. */
enum att_err att_refresh_obtain_tpm(
    struct att_refresh *refresh, struct att_reason *why) ATT_MUST_USE;
enum att_err att_refresh_obtain_guest(
    struct att_refresh *refresh, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads what host_tcg_log or host_ima_log names. One that is not there is told
 * to whoever wants each step, and left out. Errors of att_measured_read().
 */
enum att_err att_refresh_read_log(const struct att_refresh *refresh,
    enum att_measured kind, struct att_buf *log,
    struct att_reason *why) ATT_MUST_USE;

/* Adds to an error of the AIK what to do. Returns err. */
enum att_err att_refresh_explain(const struct att_refresh *refresh,
    enum att_err err, struct att_reason *why) ATT_MUST_USE;

/* One line for --verbose. */
void att_refresh_tell(const struct att_refresh *refresh, const char *fmt, ...)
    ATT_PRINTF(2, 3);

#endif
