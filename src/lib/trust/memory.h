/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a set of anchors remembers of the certificates that it has judged, for
 * whoever judges many registrations: the keys of one batch share a leaf.
 *
 * Nothing is remembered that a fresh look could see otherwise. Certificates
 * are what the same bytes always decode to, and so is that one of them has the
 * profile of a TPM's. A path is remembered with everything that finding it went
 * by: the anchors as they were, those of a model instead of them, whether x5c
 * may hold more, and the time around the one it was found for in which no date
 * that was looked at changes its answer. Only paths that were found are
 * remembered, no signature of a statement, no option and no refusal.
 */
#ifndef ATT_TRUST_MEMORY_H
#define ATT_TRUST_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/digest.h"
#include "codec/public_key.h"
#include "trust/anchors.h"
#include "trust/certificate.h"

/* The certificates of one x5c. */
struct att_chain;

/* One holder less. */
void att_chain_free(struct att_chain **chainp);

/* The certificates, leaf first; lent. */
struct att_certificate *const *att_chain_get(
    const struct att_chain *chain, size_t *count);

/*
 * The chain that was kept for these bytes, all of x5c as it is encoded; NULL
 * if there is none. The caller frees it.
 */
struct att_chain *att_memory_find(
    struct att_memory *memory, struct att_bytes encoded);

/*
 * Keeps the certificates that these bytes decode to, in the place of others
 * when the memory is full. NULL, with nothing kept, when it has no room at all
 * or there is no memory. The caller frees it.
 */
struct att_chain *att_memory_keep(struct att_memory *memory,
    struct att_bytes encoded, struct att_certificate *const *certs,
    size_t count);

/* The curves and the hashes that were used; NULL for NULL. */
struct att_curves *att_memory_get_curves(struct att_memory *memory);
struct att_hashes *att_memory_get_hashes(struct att_memory *memory);

/* --- For anchors.c and path.c ------------------------------------------- */

/* How a path was looked for. */
struct att_path_question {
	const struct att_path_input *input;
	uint64_t generation; /* of the anchors */
};

/* An answer, and the seconds in which no date makes it another. */
struct att_path_answer {
	struct att_anchor anchor;
	int64_t from;
	int64_t until;
};

/* False when the question has not been answered. */
bool att_chain_find_path(const struct att_chain *chain,
    const struct att_path_question *question, struct att_anchor *anchor);
void att_chain_keep_path(struct att_chain *chain,
    const struct att_path_question *question,
    const struct att_path_answer *answer);

/* Room for count chains, which may be 0. */
enum att_err att_memory_new(
    size_t count, struct att_memory **memoryp) ATT_MUST_USE;
void att_memory_free(struct att_memory **memoryp);

#endif
