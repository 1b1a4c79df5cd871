/* SPDX-License-Identifier: BSD-2-Clause */
/* The credentials that may sign a login, as a key is asked for them. */
#ifndef ATT_VERIFIER_ALLOW_LIST_H
#define ATT_VERIFIER_ALLOW_LIST_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"
#include "verifier/candidates.h"
#include "wire/device.h"

/* A batch for each RP ID; everything is lent by the candidates. */
struct att_allow_list {
	struct att_allow_batch batches[ATT_BATCHES_MAX];
	size_t count;
};

/*
 * Every credential that is accepted today. ATT_ERR_TOO_LARGE for more than a
 * request can name.
 */
enum att_err att_allow_list_make(const struct att_candidates *candidates,
    struct att_allow_list *list) ATT_MUST_USE;

/*
 * The accepted credential that an answer says it is by, lent by candidates;
 * NULL when it was not asked for.
 */
const struct att_candidate *att_allow_list_find(
    const struct att_allow_list *list, const struct att_candidates *candidates,
    size_t batch, struct att_bytes credential_id);

/* The same for who only names its place in the batch. */
const struct att_candidate *att_allow_list_find_at(
    const struct att_allow_list *list, const struct att_candidates *candidates,
    size_t batch, size_t index);

#endif
