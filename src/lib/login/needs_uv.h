/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a login by a credential has to show that the user was verified. */
#ifndef ATT_LOGIN_NEEDS_UV_H
#define ATT_LOGIN_NEEDS_UV_H

#include <stdbool.h>

#include "attestation/verify.h"
#include "conf/options.h"

/*
 * By the option user_verification and by what the registration proved; the
 * verdict is that of an accepted one. WebAuthn section 7.2 leaves "preferred"
 * to the relying party: ours holds a credential to what it proved.
 *
 * A credential of SSH is held to credProtect, and not to UV as others are: an
 * authenticator with a PIN wants that for every registration, but a client
 * asks for it at a login only if the key was made to (ssh-keygen -O
 * verify-required), and that is what the authenticator enforces then.
 */
bool att_login_needs_uv(const struct att_options *opts, const char *rp_id,
    const struct att_verdict *verdict);

#endif
