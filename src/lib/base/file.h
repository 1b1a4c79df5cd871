/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files that decide who gets in: opened without following links, read whole,
 * replaced atomically, refused when anybody else could have written them.
 *
 * "Ours" means: owned by root or by the effective user of this process, and
 * not writable by group or others.
 */
#ifndef ATT_BASE_FILE_H
#define ATT_BASE_FILE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/bytes.h"
#include "base/err.h"

/* The longest name of a file that has a lock: ".lock-NAME" is a name, too. */
enum {
	ATT_FILE_NAME_MAX = NAME_MAX - (int)(sizeof(".lock-") - 1),
};

/*
 * Opens a folder (O_DIRECTORY, O_CLOEXEC) that is ours. The caller closes
 * *fdp. ATT_ERR_FILE_NOT_FOUND only for ENOENT of the folder itself;
 * ATT_ERR_FILE_UNREADABLE for EACCES and the rest; _TYPE, _PERMISSIONS.
 */
enum att_err att_folder_open(
    const char *path, int *fdp, struct att_reason *why) ATT_MUST_USE;

/*
 * As att_folder_open(), but makes the folder (not its parents) with exactly
 * this mode, whatever the umask, when it does not exist. Also ATT_ERR_SYSTEM.
 */
enum att_err att_folder_make(const char *path, mode_t mode, int *fdp,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Reads the whole of a regular file that is ours, without following a link
 * in the last component; dirfd may be AT_FDCWD. shown is the path that
 * messages name. The caller frees *ptrp with free(); a NUL byte follows the
 * content and is not counted in *lenp. At most max bytes.
 * ATT_ERR_FILE_NOT_FOUND only for ENOENT, _UNREADABLE, _TYPE, _PERMISSIONS,
 * _TOO_LARGE, ATT_ERR_NO_MEMORY.
 */
struct att_file {
	int dirfd;
	const char *name;
	const char *shown;
	size_t max;
};
enum att_err att_file_read(const struct att_file *file, uint8_t **ptrp,
    size_t *lenp, struct att_reason *why) ATT_MUST_USE;

/*
 * The same for a file that holds a secret: nobody may read it but its owner,
 * its group if that is root's or ours, and root. The caller wipes what it got.
 * Errors likewise.
 */
enum att_err att_file_read_secret(const struct att_file *file, uint8_t **ptrp,
    size_t *lenp, struct att_reason *why) ATT_MUST_USE;

/*
 * As att_file_read(), but follows links: for a file that another program
 * publishes by changing one, as Kubernetes does with what it projects.
 */
enum att_err att_file_read_linked(const struct att_file *file, uint8_t **ptrp,
    size_t *lenp, struct att_reason *why) ATT_MUST_USE;

/*
 * Opens such a file for reading parts of it. The caller closes *fdp. Errors
 * likewise, but for the size.
 */
enum att_err att_file_open(
    const struct att_file *file, int *fdp, struct att_reason *why) ATT_MUST_USE;

/*
 * As att_file_read() for a file that a person names on a command line or that
 * is standard input (path "-"): any owner, links followed, any readable kind.
 */
enum att_err att_file_read_any(const char *path, size_t max, uint8_t **ptrp,
    size_t *lenp, struct att_reason *why) ATT_MUST_USE;

/*
 * Replaces (or creates) name in the folder atomically: a temporary file in
 * the same folder, write, fsync, rename, fsync of the folder. After a crash
 * at any point the old or the new content is there, never a torn one. The
 * temporary file is ".tmp-NAME", which readers ignore; one that a writer left
 * when it died is replaced, so the caller holds the lock of the file. dirfd
 * has to be a descriptor; the file gets exactly this mode, whatever the umask.
 * ATT_ERR_FILE_TOO_LARGE past max; ATT_ERR_SYSTEM, with the temporary file
 * removed and the old content in place.
 */
enum att_err att_file_replace(const struct att_file *file,
    struct att_bytes content, mode_t mode, struct att_reason *why) ATT_MUST_USE;

/*
 * Removes name from the folder and makes that last (fsync of the folder).
 * ATT_ERR_FILE_NOT_FOUND, ATT_ERR_SYSTEM.
 */
enum att_err att_file_remove(
    const struct att_file *file, struct att_reason *why) ATT_MUST_USE;

/*
 * Takes the exclusive lock (flock) of a file, which need not exist: the lock
 * of ".lock-NAME" beside it, so one slow process holds up those alone that
 * want the same file. It is made with mode 0600, so that nobody else can hold
 * it. Closing *fdp lets it go, and so does the death of the process. Waits up
 * to wait->ms milliseconds, then gives wait->busy. Also ATT_ERR_FILE_*,
 * ATT_ERR_SYSTEM, ATT_ERR_NO_MEMORY.
 */
struct att_lock_wait {
	unsigned int ms;
	enum att_err busy;
};
enum att_err att_file_lock(const struct att_file *file,
    const struct att_lock_wait *wait, int *fdp,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Removes the lock file of a file: only for who holds the lock, as the last
 * thing done under it. Whoever waits for it notices, and takes a new one. A
 * lock file that stays does no harm, so nothing is said of a failure.
 */
void att_file_lock_remove(const struct att_file *file);

#endif
