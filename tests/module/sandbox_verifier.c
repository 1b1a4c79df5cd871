/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process under the lock-down of the verifier that tries one thing.
 *
 *	sandbox_verifier list             the names of what can be tried
 *	sandbox_verifier relaxed          0 in a build without lock-down
 *	sandbox_verifier landlock         0 on a kernel that has it
 *	sandbox_verifier READ WRITE NAME  0 it worked, 1 it was refused,
 *	                                  2 misuse; or killed
 *
 * READ is a folder with a file "file" that may be read, WRITE a folder that
 * may be changed, next to READ. Every attempt of sandbox_attempts.c can be
 * named, and what stands below.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lockdown.h"
#include "sandbox_attempts.h"

static const char *read_dir;
static const char *write_dir;

static int
open_in(const char *dir, const char *name, int flags)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return open(path, flags | O_CLOEXEC, 0600);
}

static int
may_read(void)
{
	char byte;
	int fd = open_in(read_dir, "file", O_RDONLY);

	return fd < 0 || read(fd, &byte, 1) != 1 || pread(fd, &byte, 1, 0) != 1
		   ? -1
		   : 0;
}

/* As credential and counter files are replaced. */
static int
may_replace(void)
{
	int dir = open(write_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = openat(dir, ".tmp-x", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	return fd < 0 || flock(fd, LOCK_EX | LOCK_NB) != 0 ||
		       write(fd, "x", 1) != 1 || fchmod(fd, 0644) != 0 ||
		       fsync(fd) != 0 || fstat(fd, &st) != 0 ||
		       close(fd) != 0 ||
		       renameat(dir, ".tmp-x", dir, "x") != 0 ||
		       fsync(dir) != 0 || unlinkat(dir, "x", 0) != 0
		   ? -1
		   : 0;
}

static int
write_to_read(void)
{
	return open_in(read_dir, "file", O_WRONLY) < 0 ? -1 : 0;
}

static int
create_in_read(void)
{
	return open_in(read_dir, "new", O_WRONLY | O_CREAT) < 0 ? -1 : 0;
}

static int
remove_from_read(void)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/file", read_dir);
	return unlinkat(AT_FDCWD, path, 0);
}

static int
move_into_write(void)
{
	char from[4096], to[4096];

	snprintf(from, sizeof(from), "%s/file", read_dir);
	snprintf(to, sizeof(to), "%s/file", write_dir);
	return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

static int
create_beside(void)
{
	return open_in(write_dir, "../beside", O_WRONLY | O_CREAT) < 0 ? -1 : 0;
}

static int
make_device(void)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/null", write_dir);
	return mknodat(AT_FDCWD, path, S_IFIFO | 0600, 0);
}

/* Whatever the verifier really does has to work. */
static const struct attempt allowed[] = {
	{ "may-read", may_read, true, true },
	{ "may-replace", may_replace, true, true },
};

static const struct attempt forbidden[] = {
	{ "write-to-read", write_to_read, true, true },
	{ "create-in-read", create_in_read, true, true },
	{ "remove-from-read", remove_from_read, true, true },
	{ "move-into-write", move_into_write, true, true },
	{ "create-beside", create_beside, true, true },
	{ "make-node", make_device, true, true },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct attempt *
find(const struct attempt *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

static void
print(const struct attempt *list, size_t count, const char *kind)
{
	for (size_t i = 0; i < count; i++)
		printf("%s %s %s %s\n", kind, list[i].name,
		    list[i].is_sure ? "sure" : "unsure",
		    list[i].is_landlocked ? "landlock" : "filter");
}

static int
has_landlock(void)
{
	bool is_enforced;

	return att_lockdown_paths(NULL, 0, &is_enforced, NULL) == ATT_OK &&
	       is_enforced;
}

static int
lock_down(void)
{
	const struct att_lockdown_path paths[] = {
		{ read_dir, ATT_ACCESS_READ },
		{ write_dir, ATT_ACCESS_WRITE },
	};
	struct att_reason why = { 0 };
	bool is_enforced;

	if (att_lockdown_paths(paths, COUNT(paths), &is_enforced, &why) !=
		ATT_OK ||
	    att_lockdown_system_calls(ATT_LOCKDOWN_VERIFIER, &why) != ATT_OK) {
		fprintf(stderr, "sandbox_verifier: %s\n", why.text);
		return -1;
	}
	return 0;
}

int
main(int argc, char **argv)
{
	const struct attempt *attempt;

	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		print(allowed, COUNT(allowed), "allowed");
		print(forbidden, COUNT(forbidden), "path");
		print(attempts, attempt_count, "any");
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "relaxed") == 0)
		return att_lockdown_is_relaxed() ? 0 : 1;
	if (argc == 2 && strcmp(argv[1], "landlock") == 0)
		return has_landlock() ? 0 : 1;
	if (argc != 4)
		return 2;
	read_dir = argv[1];
	write_dir = argv[2];
	if ((attempt = find(allowed, COUNT(allowed), argv[3])) == NULL &&
	    (attempt = find(forbidden, COUNT(forbidden), argv[3])) == NULL &&
	    (attempt = attempt_find(argv[3])) == NULL)
		return 2;
	if (lock_down() != 0)
		return 2;
	return attempt->run() == 0 ? 0 : 1;
}
