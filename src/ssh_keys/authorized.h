/* SPDX-License-Identifier: BSD-2-Clause */
/* Which keys may log a user in now, as lines for sshd. */
#ifndef ATT_SSH_KEYS_AUTHORIZED_H
#define ATT_SSH_KEYS_AUTHORIZED_H

#include "base/buf.h"
#include "base/err.h"
#include "conf/options.h"
#include "ssh_keys/system_log.h"

enum {
	ATT_AUTHORIZED_MAX = 262144 /* bytes of all lines */
};

struct att_authorized {
	const struct att_options *opts;
	const struct att_system_log *log;
	const char *user;
	/* Of the key that was offered, as sshd gives them; NULL: all keys. */
	const char *key_type;
	const char *key;
};

/*
 * Appends "[OPTION,]...TYPE KEY LABEL\n" for the offered key, if it is a stored
 * credential of the user that is accepted now, or for each such credential.
 * Everything that is refused is logged with its reason: a key that is none of a
 * security key, or a certificate, as LOG_INFO, because clients offer whatever
 * they have, and the rest as LOG_NOTICE. ATT_OK in all these cases, with
 * nothing appended. An error is about the configuration, the files or this
 * machine; it is not logged, and what was appended must not be used.
 */
enum att_err att_authorized_put(const struct att_authorized *authorized,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;

#endif
