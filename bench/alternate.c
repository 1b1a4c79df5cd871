/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs commands in turn and measures them:
 *	alternate ROUNDS COMMAND [ARG]... [-- COMMAND [ARG]...]...
 * prints one line for each command: the median and the least wall time and
 * the median processor time (of the command and everything it started), in
 * milliseconds. Any failure ends it.
 *
 *	alternate --populate FILE FOLDER COUNT
 * makes COUNT names for FILE in the folder, user-1 and so on.
 */
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "times.h"

enum {
	COMMANDS_MAX = 8,
	LINKS_MAX = 30000, /* names of one file; some systems stop at 32000 */
};

struct command {
	char **argv;
	double *wall, *cpu; /* of each round */
};

static pid_t
start(char **argv)
{
	pid_t pid = fork();
	int fd;

	if (pid == -1)
		err(1, "fork");
	if (pid != 0)
		return pid;
	if ((fd = open("/dev/null", O_RDWR)) == -1)
		err(1, "/dev/null");
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	execvp(argv[0], argv);
	err(127, "%s", argv[0]);
}

/*
 * What the command left running becomes a child of ours: it is waited for,
 * and its time counts, but not to the wall time of the command.
 */
static double
wait_for_rest(void)
{
	struct rusage usage;
	double cpu = 0;
	int status;

	while (wait4(-1, &status, 0, &usage) > 0 || errno == EINTR)
		cpu += times_usage_ms(&usage);
	return cpu;
}

static void
run(struct command *command, int round)
{
	double begin = times_now_us(CLOCK_MONOTONIC);
	struct rusage usage;
	pid_t pid = start(command->argv), done;
	int status;

	do {
		done = wait4(pid, &status, 0, &usage);
	} while (done == -1 && errno == EINTR);
	if (done == -1 || status != 0)
		errx(1, "%s failed (status %x)", command->argv[0],
		    (unsigned)status);
	command->wall[round] = (times_now_us(CLOCK_MONOTONIC) - begin) / 1e3;
	command->cpu[round] = times_usage_ms(&usage) + wait_for_rest();
}

static void
report(struct command *command, int rounds)
{
	size_t n = (size_t)rounds;

	times_sort(command->wall, n);
	times_sort(command->cpu, n);
	printf("%.2f %.2f %.2f\n", command->wall[n / 2], command->wall[0],
	    command->cpu[n / 2]);
}

static void
copy(const char *from, const char *to)
{
	pid_t pid = fork();
	int status;

	if (pid == -1)
		err(1, "fork");
	if (pid == 0) {
		execlp("cp", "cp", "-p", "--", from, to, (char *)NULL);
		err(127, "cp");
	}
	if (waitpid(pid, &status, 0) == -1 || status != 0)
		errx(1, "%s cannot be copied", from);
}

static int
populate(const char *file, const char *folder, int count)
{
	char path[4096], first[4096] = "";

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/user-%d", folder, i + 1);
		if (i % LINKS_MAX == 0) {
			copy(file, path);
			strcpy(first, path);
		} else if (link(first, path) == -1) {
			err(1, "%s", path);
		}
	}
	return 0;
}

static int
split(char **argv, struct command *commands, int rounds)
{
	int count = 0;

	while (*argv != NULL && count < COMMANDS_MAX) {
		struct command *command = &commands[count++];

		command->argv = argv;
		command->wall = calloc((size_t)rounds, sizeof(double));
		command->cpu = calloc((size_t)rounds, sizeof(double));
		if (command->wall == NULL || command->cpu == NULL)
			err(1, "calloc");
		while (*argv != NULL && strcmp(*argv, "--") != 0)
			argv++;
		if (*argv != NULL)
			*argv++ = NULL;
	}
	return count;
}

int
main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX];
	int rounds, count;

	if (argc == 5 && strcmp(argv[1], "--populate") == 0)
		return populate(argv[2], argv[3], atoi(argv[4]));
	if (argc < 3 || (rounds = atoi(argv[1])) < 1)
		errx(2, "usage: alternate ROUNDS COMMAND [ARG]... "
			"[-- COMMAND [ARG]...]...");
	if (prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == -1)
		err(1, "prctl");
	count = split(argv + 2, commands, rounds);
	for (int i = 0; i < rounds; i++)
		for (int j = 0; j < count; j++)
			run(&commands[j], i);
	for (int j = 0; j < count; j++)
		report(&commands[j], rounds);
	return 0;
}
