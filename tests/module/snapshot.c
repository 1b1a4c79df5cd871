/* SPDX-License-Identifier: BSD-2-Clause */
/* What a PAM module must leave as it was: the state of the process. */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <locale.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "snapshot.h"

extern char **environ;

static void
give_up(const char *what)
{
	fprintf(stderr, "snapshot: %s: %s\n", what, strerror(errno));
	_exit(70);
}

/* A text that is being written. */
static FILE *
text_open(char **textp, size_t *lenp)
{
	FILE *f = open_memstream(textp, lenp);

	if (f == NULL)
		give_up("open_memstream");
	return f;
}

static void
put_descriptor(FILE *f, const char *name)
{
	char path[64], target[PATH_MAX];
	int fd = atoi(name);
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if ((n = readlink(path, target, sizeof(target) - 1)) == -1)
		return;
	target[n] = '\0';
	fprintf(f, "%d=%s,%x,%x\n", fd, target, (unsigned)fcntl(fd, F_GETFL),
	    (unsigned)fcntl(fd, F_GETFD));
}

/* Descriptors, where they lead, and their flags. */
static void
put_descriptors(FILE *f)
{
	struct dirent **entries;
	int n = scandir("/proc/self/fd", &entries, NULL, versionsort);

	if (n == -1)
		give_up("/proc/self/fd");
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			put_descriptor(f, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

static void
put_mask(FILE *f)
{
	sigset_t set;

	if (sigprocmask(SIG_SETMASK, NULL, &set) == -1)
		give_up("sigprocmask");
	for (int i = 1; i < NSIG; i++)
		if (sigismember(&set, i) == 1)
			fprintf(f, "%d\n", i);
}

/* The C library sets this one whenever it sets anything. */
#define RESTORER 0x04000000

static void
put_handlers(FILE *f)
{
	struct sigaction sa;
	unsigned int flags;

	for (int i = 1; i < NSIG; i++) {
		if (sigaction(i, NULL, &sa) == -1)
			continue;
		flags = (unsigned int)sa.sa_flags & ~RESTORER;
		if (sa.sa_handler != SIG_DFL || flags != 0)
			fprintf(f, "%d=%lx,%x\n", i,
			    (unsigned long)sa.sa_handler, flags);
	}
}

static void
put_environment(FILE *f)
{
	fprintf(f, "at %p\n", (void *)environ);
	for (char **e = environ; e != NULL && *e != NULL; e++)
		fprintf(f, "%s\n", *e);
}

static void
put_umask(FILE *f)
{
	mode_t m = umask(077);

	umask(m);
	fprintf(f, "%o\n", (unsigned)m);
}

static void
put_cwd(FILE *f)
{
	char path[PATH_MAX];

	if (getcwd(path, sizeof(path)) == NULL)
		give_up("getcwd");
	fprintf(f, "%s\n", path);
}

/* Each mapped file once, in the order of the addresses. */
static void
put_mapped(FILE *f)
{
	char line[PATH_MAX + 128], last[PATH_MAX + 128] = "";
	FILE *maps = fopen("/proc/self/maps", "re");
	char *path;

	if (maps == NULL)
		give_up("/proc/self/maps");
	while (fgets(line, sizeof(line), maps) != NULL) {
		if ((path = strchr(line, '/')) == NULL ||
		    strcmp(path, last) == 0)
			continue;
		fputs(path, f);
		strcpy(last, path);
	}
	fclose(maps);
}

static void
put_children_of(const char *tid, FILE *f)
{
	char path[64], text[4096];
	FILE *children;

	snprintf(path, sizeof(path), "/proc/self/task/%.20s/children", tid);
	if ((children = fopen(path, "re")) == NULL)
		give_up(path);
	while (fgets(text, sizeof(text), children) != NULL)
		fputs(text, f);
	fclose(children);
}

/*
 * Those that nobody has waited for, running or dead: which of the two may
 * change at any time, sshd's session has children of its own.
 */
static void
put_children(FILE *f)
{
	struct dirent *e;
	DIR *d = opendir("/proc/self/task");

	if (d == NULL)
		give_up("/proc/self/task");
	while ((e = readdir(d)) != NULL) {
		if (e->d_name[0] != '.')
			put_children_of(e->d_name, f);
	}
	closedir(d);
	fputc('\n', f);
}

static void
put_threads(FILE *f)
{
	struct dirent *e;
	DIR *d = opendir("/proc/self/task");
	int n = 0;

	if (d == NULL)
		give_up("/proc/self/task");
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	fprintf(f, "%d\n", n);
}

static void
put_ids(FILE *f)
{
	uid_t r, e, s;
	gid_t gr, ge, gs, groups[NGROUPS_MAX];
	int n = getgroups(NGROUPS_MAX, groups);

	getresuid(&r, &e, &s);
	getresgid(&gr, &ge, &gs);
	fprintf(f, "%d %d %d %d %d %d", (int)r, (int)e, (int)s, (int)gr,
	    (int)ge, (int)gs);
	for (int i = 0; i < n; i++)
		fprintf(f, " %d", (int)groups[i]);
	fprintf(f, " pgid=%d sid=%d\n", (int)getpgid(0), (int)getsid(0));
}

static void
put_limits(FILE *f)
{
	struct rlimit limit;

	for (int i = 0; i < RLIM_NLIMITS; i++)
		if (getrlimit((__rlimit_resource_t)i, &limit) == 0)
			fprintf(f, "%d=%llu,%llu\n", i,
			    (unsigned long long)limit.rlim_cur,
			    (unsigned long long)limit.rlim_max);
}

static void
put_timers_and_locale(FILE *f)
{
	struct itimerval value;

	for (int i = 0; i <= ITIMER_PROF; i++)
		if (getitimer((__itimer_which_t)i, &value) == 0)
			fprintf(f, "%d=%ld\n", i,
			    (long)(value.it_value.tv_sec != 0 ||
				   value.it_value.tv_usec != 0));
	fprintf(f, "%s\n", setlocale(LC_ALL, NULL));
}

static const struct part {
	const char *name;
	void (*put)(FILE *f);
} parts[SNAPSHOT_PARTS] = {
	{ "descriptors", put_descriptors },
	{ "signal-mask", put_mask },
	{ "signal-handlers", put_handlers },
	{ "environment", put_environment },
	{ "umask", put_umask },
	{ "cwd", put_cwd },
	{ "mapped-files", put_mapped },
	{ "children", put_children },
	{ "threads", put_threads },
	{ "ids", put_ids },
	{ "limits", put_limits },
	{ "timers-and-locale", put_timers_and_locale },
};

void
snapshot_take(struct snapshot *snap)
{
	for (int i = 0; i < SNAPSHOT_PARTS; i++) {
		size_t len;
		FILE *f = text_open(&snap->parts[i], &len);

		parts[i].put(f);
		if (fclose(f) == EOF)
			give_up(parts[i].name);
	}
}

void
snapshot_reset(struct snapshot *snap)
{
	for (int i = 0; i < SNAPSHOT_PARTS; i++) {
		free(snap->parts[i]);
		snap->parts[i] = NULL;
	}
}

/* The lines of text that other does not have, on one line. */
static void
put_difference(FILE *out, const char *text, const char *other)
{
	char *copy = strdup(text), *rest = copy, *line;

	if (copy == NULL)
		give_up("strdup");
	while ((line = strsep(&rest, "\n")) != NULL) {
		if (*line != '\0' && strstr(other, line) == NULL)
			fprintf(out, " %s", line);
	}
	free(copy);
}

int
snapshot_compare(const struct snapshot *before, const struct snapshot *after,
    const char *when, FILE *out)
{
	int changes = 0;

	for (int i = 0; i < SNAPSHOT_PARTS; i++) {
		const char *was = before->parts[i], *is = after->parts[i];

		if (was == NULL || is == NULL || strcmp(was, is) == 0)
			continue;
		changes++;
		fprintf(out, "changed %s %s:", when, parts[i].name);
		put_difference(out, was, is);
		fputs(" ->", out);
		put_difference(out, is, was);
		fputc('\n', out);
	}
	return changes;
}

char *
snapshot_mapped_files(void)
{
	char *text;
	size_t len;
	FILE *f = text_open(&text, &len);

	put_mapped(f);
	if (fclose(f) == EOF)
		give_up("mapped files");
	return text;
}
