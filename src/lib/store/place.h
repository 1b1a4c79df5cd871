/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a file of the store or of the counters lies: its folder and its name.
 */
#ifndef ATT_STORE_PLACE_H
#define ATT_STORE_PLACE_H

#include <stddef.h>

#include "base/err.h"
#include "base/file.h"

struct att_place {
	char *dir;
	char *name;
	char *shown; /* both, for messages */
	int folder;  /* -1 until somebody opens it */
	int lock;    /* -1 until somebody holds it */
	struct att_file file;
};

/*
 * Sets a place to a file of at most max bytes; dir and name are taken, also on
 * a failure, and may be NULL for want of memory. Nothing is opened. The caller
 * resets it. ATT_ERR_NO_MEMORY.
 */
enum att_err att_place_set(
    struct att_place *place, char *dir, char *name, size_t max) ATT_MUST_USE;

/* The file, once place->folder is open. Lent by place. */
const struct att_file *att_place_get_file(struct att_place *place);

/* Closes and frees what the place has; unset places are left alone. */
void att_place_reset(struct att_place *place);

#endif
