/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a command of attestctl and keeps what it prints. */
#ifndef TESTS_UNIT_CAPTURE_H
#define TESTS_UNIT_CAPTURE_H

#include <jansson.h>

#include "attestctl/command.h"

enum {
	CAPTURE_WORDS = 16
};

struct captured {
	enum att_exit status;
	char *out; /* what went to standard output */
	char *err; /* and to standard error */
};

typedef enum att_exit command_fn(const struct att_invocation *, int, char **);

/*
 * Calls run as main() would: config may be NULL, words end with NULL and
 * begin with the command. The caller resets *captured.
 */
void capture(command_fn *run, const char *config, const char *const *words,
    struct captured *captured);
void captured_reset(struct captured *captured);

/* Standard output as JSON; fails the test when it is none. Caller decrefs. */
json_t *captured_json(const struct captured *captured);

#endif
