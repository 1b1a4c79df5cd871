/* SPDX-License-Identifier: BSD-2-Clause */
/* What a new credential is called. */
#ifndef ATT_VERIFIER_LABEL_H
#define ATT_VERIFIER_LABEL_H

#include "base/err.h"
#include "store/credentials.h"
#include "verifier/session.h"

/*
 * The label that the session asks for, or the first free of key-1, key-2, ...
 * beside the credentials that the user has. The caller frees *labelp.
 * ATT_ERR_STORE_DUPLICATE for one that is taken; NO_MEMORY.
 */
enum att_err att_label_choose(const struct att_session *session,
    const struct att_credentials *existing, char **labelp,
    struct att_reason *why) ATT_MUST_USE;

#endif
