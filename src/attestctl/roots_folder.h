/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A folder of anchors or intermediates that is about to be changed: opened,
 * locked against others who change it, and what is configured at that moment.
 */
#ifndef ATT_ATTESTCTL_ROOTS_FOLDER_H
#define ATT_ATTESTCTL_ROOTS_FOLDER_H

#include <stdbool.h>

#include "base/file.h"
#include "conf/options.h"
#include "trust/trust.h"

enum {
	ATT_ROOTS_FILE_MAX = 4 << 20 /* bytes, as anchors.c reads them */
};

struct att_roots_folder {
	const char *path; /* lent by the options */
	int fd;
	int lock;
	struct att_trust trust; /* anchors and intermediates, no metadata */
};

/*
 * Opens the folder of a role and waits up to 5 seconds for its lock, then
 * loads both folders. make: a folder that is missing is made. The caller
 * closes it, also after a failure, which lets the lock go.
 * ATT_ERR_ROOTS_LOCKED, ATT_ERR_FILE_*, ATT_ERR_ROOTS_INVALID, ATT_ERR_SYSTEM.
 */
enum att_err att_roots_folder_open(struct att_roots_folder *folder,
    const struct att_options *opts, enum att_anchor_role role, bool make,
    struct att_reason *why) ATT_MUST_USE;
void att_roots_folder_close(struct att_roots_folder *folder);

/*
 * Loads both folders again, to see that what was written can be read:
 * otherwise nobody could log in. Errors likewise.
 */
enum att_err att_roots_folder_check(
    const struct att_options *opts, struct att_reason *why) ATT_MUST_USE;

#endif
