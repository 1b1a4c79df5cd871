/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of its own for each test, files in it, and records for the store.
 * Anything that fails in here fails the test.
 */
#ifndef TESTS_UNIT_SCRATCH_H
#define TESTS_UNIT_SCRATCH_H

#include <stddef.h>
#include <sys/types.h>

#include "store/record.h"

/* cmocka fixtures: *state is the path of a fresh folder of mode 0755. */
int scratch_setup(void **state);
int scratch_teardown(void **state);

/* FOLDER/NAME; the caller frees it. */
char *scratch_path(const char *folder, const char *name);
/* Writes a file with exactly this content and mode. */
void scratch_write(
    const char *path, const char *content, size_t len, mode_t mode);
void scratch_write_text(const char *path, const char *text);
/* The content with a NUL after it; NULL without a file. free() it. */
char *scratch_read(const char *path, size_t *len);
/* How many entries a folder has that do not begin with "."; with, else. */
size_t scratch_count(const char *folder, const char *prefix);

/*
 * A record of user with a credential ID of 32 bytes of seed and statement
 * format "none": whole in form, no proof of anything. The caller resets it.
 */
void scratch_record(struct att_record *record, const char *user,
    const char *label, unsigned char seed);
/* The same with this credential ID. */
void scratch_record_of(struct att_record *record, const char *user,
    const char *label, struct att_bytes id);

#endif
