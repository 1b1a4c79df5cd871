/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keys of this host, as the options host_aik and host_key have them: from
 * their files to what a talk with the TPM wants (wire/tpm_session.h), and back
 * to files.
 */
#ifndef ATT_HOST_HOST_KEYS_H
#define ATT_HOST_HOST_KEYS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/tpm_evidence.h"
#include "conf/options.h"
#include "token/wrapped_key.h"

struct att_host_keys {
	struct att_tpm_key aik; /* what is wrapped is lent by the files */
	struct att_tpm_key key;
	struct att_wrapped_key *aik_file; /* owned; NULL for none */
	struct att_wrapped_key *key_file;
};

/*
 * Reads both. A key whose file is not there is new; an AIK at a handle is not.
 * att_host_keys_reset() on every path. For a file that is there and not ours,
 * or cannot be read, the errors of att_file_read(); ATT_ERR_CONF_VALUE for one
 * that is no key file; NO_MEMORY.
 */
enum att_err att_host_keys_load(const struct att_options *opts,
    struct att_host_keys *keys, struct att_reason *why) ATT_MUST_USE;
void att_host_keys_reset(struct att_host_keys *keys);

/* The AIK alone; keys->key is not looked at. Errors as above. */
enum att_err att_host_aik_load(const struct att_options *opts,
    struct att_host_keys *keys, struct att_reason *why) ATT_MUST_USE;

/*
 * Writes an AIK that was made to the file host_aik (mode 0600, atomically);
 * nothing for one that was not. A file that is there stays: somebody else has
 * made one. ATT_ERR_FILE_*, CRYPTO, SYSTEM, NO_MEMORY.
 */
enum att_err att_host_aik_save(const struct att_options *opts,
    const struct att_tpm_wrapped *made, struct att_reason *why) ATT_MUST_USE;

/*
 * Sets *pem, which has to be initialised with limit ATT_WRAPPED_KEY_MAX, to
 * what the file of a key that was made has to hold; to nothing for one that
 * was not. ATT_ERR_CRYPTO, NO_MEMORY.
 */
enum att_err att_host_key_print(const struct att_tpm_wrapped *made,
    struct att_buf *pem, struct att_reason *why) ATT_MUST_USE;

#endif
