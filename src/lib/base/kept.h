/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that one program at a time keeps up to date: named by its whole path,
 * locked for as long as somebody has it open, replaced atomically.
 */
#ifndef ATT_BASE_KEPT_H
#define ATT_BASE_KEPT_H

#include <sys/types.h>

#include "base/bytes.h"
#include "base/file.h"

struct att_kept {
	struct att_file file; /* for att_file_read(); its dirfd is the folder */
	char *path;
	int lock;
};

/* Nothing open. */
void att_kept_init(struct att_kept *kept);

/*
 * Opens the folder of path, which has to be absolute, and takes the lock of
 * the file, which need not exist; waits up to wait_ms milliseconds for it. A
 * folder that does not exist is made, with mode 0755, but not its parents. At
 * most max bytes are read or written. The caller closes *kept.
 * ATT_ERR_FILE_LOCKED when another process has it; ATT_ERR_CONF_VALUE for a
 * path that names no file; ATT_ERR_FILE_*, SYSTEM, NO_MEMORY.
 */
struct att_keep {
	const char *path;
	size_t max;
	unsigned int wait_ms;
};
enum att_err att_kept_open(struct att_kept *kept, const struct att_keep *keep,
    struct att_reason *why) ATT_MUST_USE;
void att_kept_close(struct att_kept *kept);

/* As att_file_replace(). */
enum att_err att_kept_replace(struct att_kept *kept, struct att_bytes content,
    mode_t mode, struct att_reason *why) ATT_MUST_USE;

#endif
