/* SPDX-License-Identifier: BSD-2-Clause */
/* One vector, ours or a shared one, ready to be judged. */
#ifndef TESTS_VECTORS_VECTOR_H
#define TESTS_VECTORS_VECTOR_H

#include <jansson.h>

#include "attestation/verify.h"
#include "base/buf.h"
#include "conf/options.h"
#include "trust/anchors.h"

struct vector {
	const char *name;   /* FOLDER/NAME, lent */
	const char *format; /* lent by json */
	json_t *json;
	struct att_buf object;
	struct att_evidence evidence; /* lends the object */
	struct att_options *opts;
	struct att_anchors *anchors;
	struct att_anchors *remembering; /* the same, with a memory */
};

/*
 * Loads FOLDER/NAME.json; row is that of expected.json, see run.py. What is
 * not a vector ends the program.
 */
void vector_load(struct vector *out, const char *folder, const char *name,
    const json_t *row);
void vector_reset(struct vector *vector);

#endif
