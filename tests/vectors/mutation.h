/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that can be changed in a registration by one small step, in a
 * fixed order and without chance: bits turned over, bytes cut off and put on,
 * entries of maps and arrays doubled, dropped and exchanged, CBOR heads
 * written longer than they need to be.
 */
#ifndef TESTS_VECTORS_MUTATION_H
#define TESTS_VECTORS_MUTATION_H

#include <stddef.h>

#include "attestation/verify.h"

enum mutation_kind {
	MUTATION_FLIP,	     /* a bit turned over */
	MUTATION_TRUNCATE,   /* cut at an end, all lengths set right */
	MUTATION_APPEND,     /* a byte more, likewise */
	MUTATION_DUPLICATE,  /* an entry twice, the count set right */
	MUTATION_REMOVE,     /* an entry less, likewise */
	MUTATION_SWAP,	     /* an entry exchanged with the next one */
	MUTATION_LONG_HEAD,  /* a number or length in more bytes than needed */
	MUTATION_INDEFINITE, /* a length that is not said */
	MUTATION_COUNT
};

/* Static: "flip" and so on. */
const char *mutation_kind_name(enum mutation_kind kind);

/* Lent until the function it is handed to returns. */
struct mutation {
	enum mutation_kind kind;
	struct att_evidence evidence;
	size_t at; /* the first byte of the original that differs */
	/* Where that is, if it is not in the object: rpIdHash or so. */
	const char *beside;
};

typedef void mutation_fn(const struct mutation *mutation, void *context);

/*
 * Hands every mutation of the evidence, whose object has to parse, to apply.
 * Of bits and of lengths to cut at it takes only every stride-th.
 */
void mutation_for_each(const struct att_evidence *evidence, size_t stride,
    mutation_fn *apply, void *context);

/*
 * Names the place of a mutation within the object it was made from, such as
 * "attStmt.x5c[1]+12" or "authData.signCount+3".
 */
void mutation_print_place(const struct att_evidence *original,
    const struct mutation *mutation, char *out, size_t size);

#endif
