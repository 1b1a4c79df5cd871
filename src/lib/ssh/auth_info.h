/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SSH_AUTH_INFO_0, the variable in which sshd says by which methods somebody
 * authenticated: a line for each method that succeeded (sshd(8), PAM).
 */
#ifndef ATT_SSH_AUTH_INFO_H
#define ATT_SSH_AUTH_INFO_H

#include <stdbool.h>

#include "base/bytes.h"
#include "base/err.h"

/* One line: METHOD[/SUBMETHOD] [KEY-TYPE KEY [MORE]]. All lent by the text. */
struct att_ssh_method {
	bool is_publickey;
	/* Of publickey: its words as they stand, not looked into. */
	struct att_bytes key_type;
	struct att_bytes key; /* base64 */
};

/*
 * Other modules, and through some of them the user (user_readenv of
 * pam_env(8)), can change the variable. Nothing but methods of OpenSSH is
 * taken, and a word "publickey" only where it is the method: who put something
 * before it to hide a key is refused.
 *
 * The method of the first line of *rest, which is left with what follows it.
 * Not to be called with nothing left. ATT_ERR_SSH_AUTH_INFO for a line that is
 * empty, does not end, has a control character, or says what sshd does not say,
 * and for a publickey without a key: then *rest is what it was.
 */
enum att_err att_ssh_auth_info_next(struct att_bytes *rest,
    struct att_ssh_method *method, struct att_reason *why) ATT_MUST_USE;

#endif
