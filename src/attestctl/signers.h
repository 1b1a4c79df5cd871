/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of keys that sign tokens, brought up to date from the provider. */
#ifndef ATT_ATTESTCTL_SIGNERS_H
#define ATT_ATTESTCTL_SIGNERS_H

#include "conf/options.h"
#include "maa/client.h"
#include "maa/signers.h"

enum {
	ATT_SIGNERS_LOCK_MS = 10000, /* waited for another who does the same */
};

/*
 * Fetches the keys of the provider, merges them with those in the file (path;
 * NULL: host_jwks) as maa/signers.h says, and replaces the file atomically,
 * under its lock, where anything has changed. Until then, and after any
 * failure, it is as it was. signers may be NULL; else the caller frees it with
 * att_signers_free(). Errors of att_maa_get_signers(), att_signers_merge(),
 * att_kept_open(), att_kept_replace().
 */
enum att_err att_signers_update(const struct att_maa *maa,
    const struct att_options *opts, const char *path,
    struct att_signers *signers, struct att_reason *why) ATT_MUST_USE;

/* The same without touching the file: what would be. */
enum att_err att_signers_compare(const struct att_maa *maa,
    const struct att_options *opts, const char *path,
    struct att_signers *signers, struct att_reason *why) ATT_MUST_USE;

#endif
