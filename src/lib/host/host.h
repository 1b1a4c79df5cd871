/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Is this a host whose boot is proven? One judgement by the options host_*,
 * for the gate of a login, and for whoever wants to know what it would say.
 *
 *	att_host_init(&host);
 *	att_host_open(&host, opts, NULL, why)	before a lock-down
 *	att_host_judge(&host, opts, &verdict, why)	after it, once
 *	att_host_close(&host);			on every path
 */
#ifndef ATT_HOST_HOST_H
#define ATT_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"
#include "host/host_tpm.h"
#include "token/binding.h"
#include "token/token.h"

struct att_host {
	struct att_token_trust trust;
	uint8_t *text; /* the token as it came, of nobody's trust yet */
	size_t len;
	struct att_host_tpm tpm;
};

/* Nothing open. */
void att_host_init(struct att_host *host);

/* What is judged before it is in the files that the options name. */
struct att_host_given {
	struct att_bytes token;
	struct att_bytes key; /* of host_key; none: the file, if it is there */
};

/*
 * Reads the files that the options name, parses none that is not the
 * administrator's, and starts the process that talks to the TPM. given may be
 * NULL, and is copied. ATT_ERR_TOKEN_MISSING where there is no token,
 * ATT_ERR_CONF_VALUE, ATT_ERR_FILE_*, ATT_ERR_JWKS_INVALID,
 * ATT_ERR_ROOTS_INVALID, ATT_ERR_SPAWN, NO_MEMORY, SYSTEM.
 */
enum att_err att_host_open(struct att_host *host,
    const struct att_options *opts, const struct att_host_given *given,
    struct att_reason *why) ATT_MUST_USE;
void att_host_close(struct att_host *host);

/* What is known of the host: all that could be told before a refusal. */
struct att_host_verdict {
	struct att_token_verdict token;
	bool is_token_accepted;	    /* what is left is the TPM */
	struct att_binding binding; /* kind NONE: not asked, or not read */
};

/*
 * Judges the token, and has the TPM show or prove what host_binding wants,
 * which takes host_tpm_timeout seconds at most. Errors: those of
 * att_token_parse(), att_token_verify(), att_binding_read() and
 * att_host_tpm_prove().
 */
enum att_err att_host_judge(struct att_host *host,
    const struct att_options *opts, struct att_host_verdict *verdict,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Until when a token that is accepted now would be, seconds since 1970: to its
 * end and host_grace, or for host_max_age, whichever is first; without
 * host_leeway, which is not to be counted on.
 */
int64_t att_host_accepted_until(
    const struct att_options *opts, const struct att_token_verdict *token);

#endif
