/* SPDX-License-Identifier: BSD-2-Clause */
/* The user handle of a registration, wherever its key is. */
#ifndef ATT_VERIFIER_USER_ID_H
#define ATT_VERIFIER_USER_ID_H

#include <stdint.h>

#include "base/err.h"

/*
 * WebAuthn 5.4.3: opaque, the same at every registration of a user.
 * ATT_ERR_TOO_LARGE, NO_MEMORY, CRYPTO.
 */
enum att_err att_user_id_make(const char *user, uint8_t id[32]) ATT_MUST_USE;

#endif
