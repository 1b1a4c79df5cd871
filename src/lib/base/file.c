/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that decide who gets in: opened, read, replaced, locked. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"

enum {
	CHUNK = 4096,
	LOCK_POLL_MS = 10,
};

static enum att_err
refuse_open(const char *shown, int error, struct att_reason *why)
{
	switch (error) {
	case ENOENT:
		return att_refuse(
		    why, ATT_ERR_FILE_NOT_FOUND, "%s does not exist", shown);
	case ELOOP:
		return att_refuse(why, ATT_ERR_FILE_TYPE,
		    "%s is a symbolic link; put the file itself there", shown);
	case ENOTDIR:
		return att_refuse(why, ATT_ERR_FILE_TYPE,
		    "%s is not a folder, or is a link to one, or lies below "
		    "something that is not a folder",
		    shown);
	case ENOMEM:
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	default:
		return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be opened: %s", shown, strerror(error));
	}
}

static enum att_err
refuse_system(const char *shown, const char *what, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_SYSTEM, "%s cannot be %s: %s", shown,
	    what, strerror(errno));
}

/* Judges the descriptor, not the path: nobody can swap it in between. */
static enum att_err
check_ours(int fd, mode_t type, const char *shown, struct att_reason *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be examined: %s", shown, strerror(errno));
	if ((st.st_mode & S_IFMT) != type)
		return att_refuse(why, ATT_ERR_FILE_TYPE, "%s is not a %s",
		    shown, type == S_IFDIR ? "folder" : "regular file");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return att_refuse(why, ATT_ERR_FILE_PERMISSIONS,
		    "%s belongs to user %ld and has to belong to root; "
		    "run: chown root '%s'",
		    shown, (long)st.st_uid, shown);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return att_refuse(why, ATT_ERR_FILE_PERMISSIONS,
		    "%s can be written by its group or by others (mode %04o); "
		    "run: chmod go-w '%s'",
		    shown, (unsigned int)(st.st_mode & 07777), shown);
	return ATT_OK;
}

enum att_err
att_folder_open(const char *path, int *fdp, struct att_reason *why)
{
	enum att_err r;
	int fd;

	*fdp = -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return refuse_open(path, errno, why);
	if ((r = check_ours(fd, S_IFDIR, path, why)) != ATT_OK) {
		close(fd);
		return r;
	}
	*fdp = fd;
	return ATT_OK;
}

enum att_err
att_folder_make(const char *path, mode_t mode, int *fdp, struct att_reason *why)
{
	enum att_err r;
	bool is_new;

	r = att_folder_open(path, fdp, why);
	if (r != ATT_ERR_FILE_NOT_FOUND)
		return r;
	is_new = mkdirat(AT_FDCWD, path, mode) == 0;
	if (!is_new && errno != EEXIST)
		return att_refuse(why, ATT_ERR_SYSTEM,
		    "the folder %s cannot be made: %s; make it by hand", path,
		    strerror(errno));
	if ((r = att_folder_open(path, fdp, why)) != ATT_OK)
		return r;
	if (is_new && fchmod(*fdp, mode) != 0) {
		r = refuse_system(path, "given its mode", why);
		close(*fdp);
		*fdp = -1;
	}
	return r;
}

static enum att_err
refuse_read(const char *shown, int error, struct att_reason *why)
{
	if (error == EISDIR)
		return att_refuse(why, ATT_ERR_FILE_TYPE,
		    "%s is a folder and has to be a file", shown);
	return att_refuse(why, ATT_ERR_FILE_UNREADABLE, "%s cannot be read: %s",
	    shown, strerror(error));
}

/* Reads to the end of fd; a NUL byte follows what was read. */
static enum att_err
read_whole(int fd, const struct att_file *file, struct att_buf *out,
    struct att_reason *why)
{
	uint8_t chunk[CHUNK];
	enum att_err r;
	ssize_t n;

	att_buf_init(out, file->max + 1);
	do {
		n = read(fd, chunk, sizeof(chunk));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			r = refuse_read(file->shown, errno, why);
			goto out;
		}
		if (out->len + (size_t)n > file->max) {
			r = att_refuse(why, ATT_ERR_FILE_TOO_LARGE,
			    "%s is larger than the %zu bytes allowed",
			    file->shown, file->max);
			goto out;
		}
		if ((r = att_buf_put(out, chunk, (size_t)n)) != ATT_OK)
			goto out;
	} while (n != 0);
	r = att_buf_put_u8(out, 0);
out:
	/* It may be a secret. */
	explicit_bzero(chunk, sizeof(chunk));
	return att_refuse_plain(why, r);
}

static enum att_err
read_out(int fd, const struct att_file *file, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	struct att_buf content = { 0 };
	enum att_err r;

	if ((r = read_whole(fd, file, &content, why)) == ATT_OK &&
	    (r = att_buf_take(&content, ptrp, lenp)) == ATT_OK)
		*lenp -= 1;
	att_buf_reset(&content);
	return r;
}

static enum att_err
open_ours(
    const struct att_file *file, int flags, int *fdp, struct att_reason *why)
{
	enum att_err r;
	int fd;

	*fdp = -1;
	/* O_NONBLOCK: a FIFO put in the way must not hold up a login. */
	fd = openat(file->dirfd, file->name,
	    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | flags);
	if (fd < 0)
		return refuse_open(file->shown, errno, why);
	if ((r = check_ours(fd, S_IFREG, file->shown, why)) != ATT_OK) {
		close(fd);
		return r;
	}
	*fdp = fd;
	return ATT_OK;
}

enum att_err
att_file_open(const struct att_file *file, int *fdp, struct att_reason *why)
{
	return open_ours(file, O_NOFOLLOW, fdp, why);
}

/* Who may read it, beside root and us? */
static enum att_err
check_secret(int fd, const char *shown, struct att_reason *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be examined: %s", shown, strerror(errno));
	if ((st.st_mode & S_IROTH) != 0 ||
	    ((st.st_mode & S_IRGRP) != 0 && st.st_gid != 0 &&
		st.st_gid != getegid()))
		return att_refuse(why, ATT_ERR_FILE_PERMISSIONS,
		    "%s holds a secret and can be read by its group or by "
		    "others (mode %04o); run: chmod go-rwx '%s'",
		    shown, (unsigned int)(st.st_mode & 07777), shown);
	return ATT_OK;
}

enum manner {
	PLAIN,
	SECRET,
	LINKED,
};

static enum att_err
read_ours(const struct att_file *file, enum manner manner, uint8_t **ptrp,
    size_t *lenp, struct att_reason *why)
{
	enum att_err r;
	int fd;

	*ptrp = NULL;
	*lenp = 0;
	r = open_ours(file, manner == LINKED ? 0 : O_NOFOLLOW, &fd, why);
	if (r != ATT_OK)
		return r;
	if (manner == SECRET)
		r = check_secret(fd, file->shown, why);
	if (r == ATT_OK)
		r = read_out(fd, file, ptrp, lenp, why);
	close(fd);
	return r;
}

enum att_err
att_file_read(const struct att_file *file, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	return read_ours(file, PLAIN, ptrp, lenp, why);
}

enum att_err
att_file_read_secret(const struct att_file *file, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	return read_ours(file, SECRET, ptrp, lenp, why);
}

enum att_err
att_file_read_linked(const struct att_file *file, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	return read_ours(file, LINKED, ptrp, lenp, why);
}

enum att_err
att_file_read_any(const char *path, size_t max, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	struct att_file file = { AT_FDCWD, path, path, max };
	bool is_stdin = strcmp(path, "-") == 0;
	enum att_err r;
	int fd = STDIN_FILENO;

	*ptrp = NULL;
	*lenp = 0;
	if (is_stdin)
		file.shown = "standard input";
	else if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return refuse_open(path, errno, why);
	r = read_out(fd, &file, ptrp, lenp, why);
	if (!is_stdin)
		close(fd);
	return r;
}

/*
 * One name for each file, which only the holder of its lock writes: what is
 * there was left by a writer that died, and goes.
 */
static int
open_temporary(const struct att_file *file, char **namep)
{
	if (asprintf(namep, ".tmp-%s", file->name) < 0) {
		*namep = NULL;
		return -1;
	}
	if (unlinkat(file->dirfd, *namep, 0) != 0 && errno != ENOENT)
		return -1;
	return openat(file->dirfd, *namep,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    S_IRUSR | S_IWUSR);
}

static bool
is_written(int fd, struct att_bytes content)
{
	while (content.len > 0) {
		ssize_t n = write(fd, content.ptr, content.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		content.ptr += n;
		content.len -= (size_t)n;
	}
	return true;
}

static enum att_err
write_temporary(int fd, const struct att_file *file, struct att_bytes content,
    mode_t mode, struct att_reason *why)
{
	if (!is_written(fd, content) || fchmod(fd, mode) != 0 || fsync(fd) != 0)
		return refuse_system(file->shown, "written", why);
	return ATT_OK;
}

enum att_err
att_file_replace(const struct att_file *file, struct att_bytes content,
    mode_t mode, struct att_reason *why)
{
	char *name = NULL;
	enum att_err r;
	int fd;

	if (content.len > file->max)
		return att_refuse(why, ATT_ERR_FILE_TOO_LARGE,
		    "%s would be larger than the %zu bytes allowed",
		    file->shown, file->max);
	if ((fd = open_temporary(file, &name)) < 0) {
		r = refuse_system(file->shown, "written", why);
		goto out;
	}
	r = write_temporary(fd, file, content, mode, why);
	if (r == ATT_OK &&
	    renameat(file->dirfd, name, file->dirfd, file->name) != 0)
		r = refuse_system(file->shown, "replaced", why);
	close(fd);
	if (r != ATT_OK)
		unlinkat(file->dirfd, name, 0);
	else if (fsync(file->dirfd) != 0)
		r = refuse_system(file->shown, "made durable", why);
out:
	free(name);
	return r;
}

enum att_err
att_file_remove(const struct att_file *file, struct att_reason *why)
{
	if (unlinkat(file->dirfd, file->name, 0) != 0) {
		if (errno == ENOENT)
			return refuse_open(file->shown, errno, why);
		return refuse_system(file->shown, "removed", why);
	}
	if (fsync(file->dirfd) != 0)
		return refuse_system(file->shown, "removed for good", why);
	return ATT_OK;
}

/* The lock of a file, next to it; both texts are owned. */
struct lock {
	int dirfd;
	char *name;
	char *shown;
};

static void
lock_reset(struct lock *lock)
{
	free(lock->name);
	free(lock->shown);
}

static enum att_err
lock_name(struct lock *lock, const struct att_file *file)
{
	const char *slash = strrchr(file->shown, '/');
	int folder = slash == NULL ? 0 : (int)(slash + 1 - file->shown);

	*lock = (struct lock){ .dirfd = file->dirfd };
	if (asprintf(&lock->name, ".lock-%s", file->name) < 0) {
		lock->name = NULL;
		return ATT_ERR_NO_MEMORY;
	}
	if (asprintf(&lock->shown, "%.*s%s", folder, file->shown, lock->name) <
	    0) {
		lock->shown = NULL;
		return ATT_ERR_NO_MEMORY;
	}
	return ATT_OK;
}

static enum att_err
lock_open(const struct lock *lock, int *fdp, struct att_reason *why)
{
	enum att_err r;
	int fd;

	*fdp = -1;
	fd = openat(lock->dirfd, lock->name,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY,
	    S_IRUSR | S_IWUSR);
	if (fd < 0)
		return refuse_open(lock->shown, errno, why);
	if ((r = check_ours(fd, S_IFREG, lock->shown, why)) != ATT_OK) {
		close(fd);
		return r;
	}
	*fdp = fd;
	return ATT_OK;
}

/* False: the holder before has removed it, and others lock another file. */
static bool
is_in_place(const struct lock *lock, int fd)
{
	struct stat held, named;

	return fstat(fd, &held) == 0 &&
	       fstatat(lock->dirfd, lock->name, &named, AT_SYMLINK_NOFOLLOW) ==
		   0 &&
	       held.st_dev == named.st_dev && held.st_ino == named.st_ino;
}

static enum att_err
lock_wait(const struct lock *lock, int fd, const struct att_lock_wait *wait,
    int64_t deadline, struct att_reason *why)
{
	const struct timespec pause = { 0, LOCK_POLL_MS * 1000000L };

	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return refuse_system(lock->shown, "locked", why);
		if (att_clock_ms() >= deadline)
			return att_refuse(why, wait->busy,
			    "%s is locked by another process for more than "
			    "%u ms; try again, or see who holds it: "
			    "fuser -v '%s'",
			    lock->shown, wait->ms, lock->shown);
		nanosleep(&pause, NULL);
	}
	return ATT_OK;
}

static enum att_err
lock_take(const struct lock *lock, const struct att_lock_wait *wait, int *fdp,
    struct att_reason *why)
{
	int64_t deadline = att_clock_ms() + wait->ms;
	enum att_err r;

	for (;;) {
		if ((r = lock_open(lock, fdp, why)) != ATT_OK)
			return r;
		r = lock_wait(lock, *fdp, wait, deadline, why);
		if (r == ATT_OK && is_in_place(lock, *fdp))
			return ATT_OK;
		close(*fdp);
		*fdp = -1;
		if (r != ATT_OK)
			return r;
	}
}

enum att_err
att_file_lock(const struct att_file *file, const struct att_lock_wait *wait,
    int *fdp, struct att_reason *why)
{
	struct lock lock;
	enum att_err r;

	*fdp = -1;
	if ((r = lock_name(&lock, file)) == ATT_OK)
		r = lock_take(&lock, wait, fdp, why);
	lock_reset(&lock);
	return att_refuse_plain(why, r);
}

void
att_file_lock_remove(const struct att_file *file)
{
	struct lock lock;

	if (lock_name(&lock, file) == ATT_OK)
		unlinkat(lock.dirfd, lock.name, 0);
	lock_reset(&lock);
}
