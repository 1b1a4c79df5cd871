/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PAM module must leave as it was: the state of the process. */
#ifndef TESTS_MODULE_SNAPSHOT_H
#define TESTS_MODULE_SNAPSHOT_H

#include <stdio.h>

enum {
	SNAPSHOT_PARTS = 12
};

/* One text for each part, as it is right now; NULL parts compare equal. */
struct snapshot {
	char *parts[SNAPSHOT_PARTS];
};

/* Ends the process (70) when a part cannot be read. */
void snapshot_take(struct snapshot *snap);
void snapshot_reset(struct snapshot *snap);

/*
 * Prints "changed WHEN PART: BEFORE -> AFTER" for each part that differs
 * and returns how many there were.
 */
int snapshot_compare(const struct snapshot *before,
    const struct snapshot *after, const char *when, FILE *out);

/* The names of the files that are mapped, one a line; owned by the caller. */
char *snapshot_mapped_files(void);

#endif
