/* SPDX-License-Identifier: BSD-2-Clause */
/* The mutations that are rightly accepted, each with its reason. */
#ifndef TESTS_VECTORS_EXCEPTIONS_H
#define TESTS_VECTORS_EXCEPTIONS_H

#include "mutation.h"
#include "vector.h"

/* A mutation that was accepted. */
struct accepted {
	const struct vector *vector;
	const struct mutation *mutation;
	const struct att_verdict *verdict;
	const char *place; /* of mutation_print_place() */
};

struct exception {
	const char *format; /* this and place are shell patterns */
	unsigned int kinds; /* one bit for each enum mutation_kind */
	const char *place;
	bool (*holds)(const struct accepted *a); /* NULL: always */
	const char *reason;
};

enum {
	EXCEPTIONS = 13
};

extern const struct exception exceptions[EXCEPTIONS];

/* The first that fits; NULL if it should have been refused. */
const struct exception *exceptions_find(const struct accepted *a);

#endif
