/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that is asked, and its answer. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "asking.h"

enum {
	ANSWER_MAX = 100000
};

static char *
read_answer(int fd)
{
	char *answer = malloc(ANSWER_MAX + 1);
	size_t len = 0;
	ssize_t n;

	if (answer == NULL)
		return NULL;
	while (len < ANSWER_MAX &&
	       (n = read(fd, answer + len, ANSWER_MAX - len)) > 0)
		len += (size_t)n;
	answer[len] = '\0';
	answer[strcspn(answer, "\n")] = '\0';
	return answer;
}

char *
asking_run(const char *command, const char *prompt)
{
	char *answer;
	int fds[2], status;
	pid_t pid;

	if (pipe(fds) != 0)
		return NULL;
	if ((pid = fork()) == 0) {
		dup2(fds[1], STDOUT_FILENO);
		close(fds[0]);
		close(fds[1]);
		execl(command, command, prompt, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	answer = pid > 0 ? read_answer(fds[0]) : NULL;
	close(fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0) {
		free(answer);
		return NULL;
	}
	return answer;
}
