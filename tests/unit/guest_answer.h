/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes answers of /attest/AzureGuest, as the service does. Anything that
 * fails aborts the test.
 */
#ifndef TESTS_UNIT_GUEST_ANSWER_H
#define TESTS_UNIT_GUEST_ANSWER_H

#include "base/buf.h"
#include "base/bytes.h"

struct guest_answer {
	struct att_bytes key;	  /* 16, 24 or 32 bytes */
	struct att_bytes wrapped; /* what stands for it */
	const char *token;
	const char *additional; /* NULL: what it has to be */
};

/* The envelope, appended. */
void guest_answer_put(struct att_buf *out, const struct guest_answer *answer);

/* Puts to in the place of the first from, which has to be there. */
void guest_answer_replace(
    struct att_buf *text, const char *from, const char *to);

#endif
