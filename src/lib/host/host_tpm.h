/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TPM of this host as a process that is asked once.
 * What it says is judged by token/binding.h. See wire/tpm.h for the protocol.
 *
 *	att_host_tpm_init(&tpm);
 *	att_host_tpm_start(&tpm, opts, why)		before the lock-down
 *	att_host_tpm_prove(&tpm, opts, &binding, ...)	after it, at most once
 *	att_host_tpm_stop(&tpm);			on every path
 */
#ifndef ATT_HOST_HOST_TPM_H
#define ATT_HOST_HOST_TPM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"
#include "token/binding.h"
#include "wire/child.h"

struct att_host_tpm {
	struct att_child child;
	bool is_silent;		 /* it did not answer in time */
	struct att_buf key_file; /* what host_key has; empty where there is
				    none */
};

/* Nothing started. */
void att_host_tpm_init(struct att_host_tpm *tpm);

/*
 * Starts pam_attest-tpm and takes what is to be the content of host_key, or
 * without that (no bytes) reads the file, if it is there; has to be called
 * before a lock-down. With host_binding = none it does nothing. ATT_ERR_SPAWN,
 * SYSTEM; for a file host_key that is there and not ours, or cannot be read,
 * those of att_file_read().
 */
enum att_err att_host_tpm_start(struct att_host_tpm *tpm,
    const struct att_options *opts, struct att_bytes key,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Has the TPM show the key of the binding (host_binding = key) or prove that
 * it has it (proof), within host_tpm_timeout seconds, and judges that; issued
 * is "iat" of the token, for host_same_boot. With host_binding = none it is
 * ATT_OK at once. Whatever happens, the process is of no more use afterwards.
 *
 * ATT_ERR_TPM_UNAVAILABLE (with what to do), ATT_ERR_TPM_TIMEOUT,
 * ATT_ERR_BINDING_KEY (the TPM does not have it), ATT_ERR_BINDING_SOFTWARE,
 * ATT_ERR_BINDING_PROOF, ATT_ERR_TOKEN_BOOT (the TPM was started after the
 * token was issued), ATT_ERR_CONF_VALUE (the file host_key is no key file),
 * ATT_ERR_CRYPTO, NO_MEMORY.
 */
enum att_err att_host_tpm_prove(struct att_host_tpm *tpm,
    const struct att_options *opts, const struct att_binding *binding,
    int64_t issued, struct att_reason *why) ATT_MUST_USE;

/*
 * Closes the channel and reaps the process if it has ended. One that hangs in
 * the TPM is not waited for: it is killed when this process ends, and by an
 * alarm of its own.
 */
void att_host_tpm_stop(struct att_host_tpm *tpm);

#endif
