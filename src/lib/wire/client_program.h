/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * att_client_run() with the program as a parameter: for client.c itself and
 * for tests of how it treats a program that misbehaves.
 */
#ifndef ATT_WIRE_CLIENT_PROGRAM_H
#define ATT_WIRE_CLIENT_PROGRAM_H

#include "wire/client.h"

struct att_client_call {
	const char *path; /* absolute */
	const struct att_client_ops *ops;
	void *arg;
	unsigned int deadline_s;
};

enum att_err att_client_run_program(const struct att_client_call *call,
    const struct att_start *start, uint32_t *codep) ATT_MUST_USE;

#endif
