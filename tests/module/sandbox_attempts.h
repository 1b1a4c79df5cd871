/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process that was taken over would try first. */
#ifndef ATT_TESTS_SANDBOX_ATTEMPTS_H
#define ATT_TESTS_SANDBOX_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>

struct attempt {
	const char *name;
	/* 0 when it worked, -1 when it was refused; it may not come back. */
	int (*run)(void);
	/* Works for anybody without a sandbox, so that a refusal says much. */
	bool is_sure;
	/* Landlock alone refuses it, without the system call filter. */
	bool is_landlocked;
};

extern const struct attempt attempts[];
extern const size_t attempt_count;

/* Also "stay", which never ends. NULL when there is none of that name. */
const struct attempt *attempt_find(const char *name);

#endif
