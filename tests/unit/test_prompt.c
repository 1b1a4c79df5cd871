/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line from a terminal, or from something else: attestctl/prompt.c. Who
 * reads is a process of its own on a terminal of its own; this one types.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <utmp.h>

#include "attestctl/prompt.h"
#include "base/clock.h"

enum {
	MAX = 20000,
	WAIT_MS = 20000,
	/* Of the reader, by what att_prompt_read() returned. */
	EXIT_READ = 0,
	EXIT_ENDED = 3,
	EXIT_CANCELLED = 4,
	EXIT_TOO_LARGE = 5,
	EXIT_OTHER = 6,
	EXIT_NOT_STOPPED = 7,
	EXIT_CHANGED = 8, /* the terminal, while the reader was stopped */
};

/* The reader: where we type, where the line comes out, the terminal. */
static struct {
	pid_t pid;
	int keyboard;
	int result;
	int slave;
	struct termios before;
	char shown[200000]; /* on the terminal until now */
	size_t shown_len;
} reader;

static int
status_of(enum att_err r)
{
	switch (r) {
	case ATT_OK:
		return EXIT_READ;
	case ATT_ERR_CONVERSATION:
		return EXIT_ENDED;
	case ATT_ERR_CANCELLED:
		return EXIT_CANCELLED;
	case ATT_ERR_TOO_LARGE:
		return EXIT_TOO_LARGE;
	default:
		return EXIT_OTHER;
	}
}

static void
stay(int signo)
{
	(void)signo;
}

/* In the reader; a signal that it survives is one that it has a handler for. */
_Noreturn static void
read_and_end(int out, bool is_shown, bool survives)
{
	struct sigaction action = { .sa_handler = stay };
	char *line;
	enum att_err r;

	if (survives)
		sigaction(SIGINT, &action, NULL);
	r = att_prompt_read("Line: ", is_shown, MAX, &line);
	if (r == ATT_OK && write(out, line, strlen(line)) < 0)
		r = ATT_ERR_SYSTEM;
	if ((r == ATT_OK) != (line != NULL))
		r = ATT_ERR_INTERNAL;
	free(line);
	_exit(status_of(r));
}

/*
 * In the place of a shell with job control: the reader is stopped by a key, is
 * looked at, and goes on.
 */
_Noreturn static void
stop_and_continue(int out)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct termios now;
	pid_t pid = fork();
	int status;

	sigaction(SIGTTOU, &ignore, NULL);
	if (pid == 0) {
		setpgid(0, 0);
		tcsetpgrp(STDIN_FILENO, getpid());
		ignore.sa_handler = SIG_DFL;
		sigaction(SIGTTOU, &ignore, NULL);
		read_and_end(out, true, false);
	}
	if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status) ||
	    WSTOPSIG(status) != SIGTSTP)
		_exit(EXIT_NOT_STOPPED);
	if (tcgetattr(STDIN_FILENO, &now) != 0 || (now.c_lflag & ICANON) == 0)
		_exit(EXIT_CHANGED);
	kill(pid, SIGCONT);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		_exit(EXIT_OTHER);
	_exit(WEXITSTATUS(status));
}

static void
start_it(bool is_shown, bool survives, bool is_job)
{
	int out[2];

	memset(&reader, 0, sizeof(reader));
	assert_int_equal(
	    openpty(&reader.keyboard, &reader.slave, NULL, NULL, NULL), 0);
	assert_int_equal(pipe(out), 0);
	assert_int_equal(tcgetattr(reader.slave, &reader.before), 0);
	assert_true((reader.pid = fork()) >= 0);
	if (reader.pid == 0) {
		close(out[0]);
		close(reader.keyboard);
		if (login_tty(reader.slave) != 0)
			_exit(EXIT_OTHER);
		if (is_job)
			stop_and_continue(out[1]);
		read_and_end(out[1], is_shown, survives);
	}
	close(out[1]);
	reader.result = out[0];
	assert_int_equal(fcntl(reader.keyboard, F_SETFL, O_NONBLOCK), 0);
}

static void
start(bool is_shown, bool survives)
{
	start_it(is_shown, survives, false);
}

/* What the terminal shows goes on being taken: else it would stop. */
static void
watch(int ms)
{
	struct pollfd screen = { .fd = reader.keyboard, .events = POLLIN };
	ssize_t n;

	if (poll(&screen, 1, ms) <= 0)
		return;
	n = read(reader.keyboard, reader.shown + reader.shown_len,
	    sizeof(reader.shown) - 1 - reader.shown_len);
	if (n > 0)
		reader.shown_len += (size_t)n;
	reader.shown[reader.shown_len] = '\0';
}

static void
wait_until_shown(const char *text)
{
	int64_t end = att_clock_ms() + WAIT_MS;

	while (strstr(reader.shown, text) == NULL) {
		assert_true(att_clock_ms() < end);
		watch(20);
	}
}

/* The flags that are changed while a line is read are these. */
static void
wait_for_flags(tcflag_t flags, bool are_set)
{
	int64_t end = att_clock_ms() + WAIT_MS;
	struct termios now;

	do {
		assert_true(att_clock_ms() < end);
		watch(5);
		assert_int_equal(tcgetattr(reader.slave, &now), 0);
	} while (((now.c_lflag & flags) != 0) != are_set);
}

static void
wait_until_read(void)
{
	int64_t end = att_clock_ms() + WAIT_MS;
	int left;

	do {
		assert_true(att_clock_ms() < end);
		assert_int_equal(ioctl(reader.slave, FIONREAD, &left), 0);
		watch(1);
	} while (left > 0);
}

static void
type_bytes(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(reader.keyboard, bytes, len);

		if (n < 0) {
			assert_int_equal(errno, EAGAIN);
			watch(5);
			continue;
		}
		bytes += n;
		len -= (size_t)n;
		watch(0);
	}
}

static void
type(const char *text)
{
	type_bytes(text, strlen(text));
}

/* Ends the play: what came out, how it ended, and the terminal is as before. */
static void
check_end(const char *line, int status)
{
	struct termios now;
	char got[MAX + 2];
	size_t len = 0;
	ssize_t n;
	int found;

	while (waitpid(reader.pid, &found, WNOHANG) == 0)
		watch(5);
	while ((n = read(reader.result, got + len, sizeof(got) - 1 - len)) > 0)
		len += (size_t)n;
	got[len] = '\0';
	assert_string_equal(got, line);
	/* Whether there is a core file is not looked at. */
	assert_int_equal(found & ~0x80, status);
	assert_int_equal(tcgetattr(reader.slave, &now), 0);
	assert_int_equal(now.c_lflag, reader.before.c_lflag);
	assert_memory_equal(now.c_cc, reader.before.c_cc, sizeof(now.c_cc));
	close(reader.result);
	close(reader.keyboard);
	close(reader.slave);
}

static int
exited(int status)
{
	return status << 8;
}

static void
reads_a_line(void **state)
{
	(void)state;
	start(true, false);
	wait_until_shown("Line: ");
	type("hello there\n");
	check_end("hello there", exited(EXIT_READ));
	assert_non_null(strstr(reader.shown, "hello there"));
}

/* 4,095 bytes are what a terminal keeps of a line by itself. */
static void
reads_more_than_a_terminal_keeps(void **state)
{
	char *text = malloc(MAX + 2);

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < MAX; i++)
		text[i] = (char)('a' + i % 26);
	text[MAX] = '\n';
	text[MAX + 1] = '\0';
	start(true, false);
	wait_for_flags(ICANON, false);
	type(text);
	text[MAX] = '\0';
	check_end(text, exited(EXIT_READ));
	free(text);
}

/* The rest of it is not left for the shell to run. */
static void
a_longer_line_is_read_to_its_end(void **state)
{
	char *text = malloc(MAX + 100);

	(void)state;
	assert_non_null(text);
	memset(text, 'a', MAX + 98);
	text[MAX + 98] = '\n';
	start(true, false);
	wait_for_flags(ICANON, false);
	type_bytes(text, MAX + 99);
	check_end("", exited(EXIT_TOO_LARGE));
	free(text);
}

static void
passes_over_blank_lines_before_it(void **state)
{
	(void)state;
	start(true, false);
	wait_for_flags(ICANON, false);
	type("\n \t\n\r\n  line \nmore\n");
	check_end("  line ", exited(EXIT_READ));
}

static void
typing_can_be_corrected(void **state)
{
	char text[] = "wrong?hellp?o\n";

	(void)state;
	start(true, false);
	wait_for_flags(ICANON, false);
	text[5] = (char)reader.before.c_cc[VKILL];
	text[11] = (char)reader.before.c_cc[VERASE];
	type(text);
	check_end("hello", exited(EXIT_READ));
}

static void
a_secret_is_not_shown(void **state)
{
	(void)state;
	start(false, false);
	wait_for_flags(ECHO, false);
	type("1234\n");
	check_end("1234", exited(EXIT_READ));
	assert_null(strstr(reader.shown, "1234"));
}

static void
a_secret_may_be_nothing(void **state)
{
	(void)state;
	start(false, false);
	wait_for_flags(ECHO, false);
	type("\n");
	check_end("", exited(EXIT_READ));
}

static void
the_end_of_the_input_is_no_line(void **state)
{
	char end[2] = "";

	(void)state;
	for (int is_shown = 0; is_shown < 2; is_shown++) {
		start(is_shown == 1, false);
		wait_for_flags(is_shown == 1 ? ICANON : ECHO, false);
		end[0] = (char)reader.before.c_cc[VEOF];
		type(end);
		check_end("", exited(EXIT_ENDED));
	}
}

/* By the key, and as the system sends it. */
static void
a_signal_leaves_the_terminal_as_it_was(void **state)
{
	static const int deadly[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	char interrupt[2] = "";

	(void)state;
	for (int is_shown = 0; is_shown < 2; is_shown++) {
		for (size_t i = 0; i < sizeof(deadly) / sizeof(*deadly); i++) {
			start(is_shown == 1, false);
			wait_for_flags(is_shown == 1 ? ICANON : ECHO, false);
			assert_int_equal(kill(reader.pid, deadly[i]), 0);
			check_end("", deadly[i]);
		}
		start(is_shown == 1, true);
		wait_for_flags(is_shown == 1 ? ICANON : ECHO, false);
		interrupt[0] = (char)reader.before.c_cc[VINTR];
		type(interrupt);
		check_end("", exited(EXIT_CANCELLED));
	}
}

static void
can_be_stopped_and_goes_on(void **state)
{
	char stop[2] = "";

	(void)state;
	start_it(true, false, true);
	wait_for_flags(ICANON, false);
	type("be");
	wait_until_shown("be");
	/* The key takes away what was typed and not read. */
	wait_until_read();
	stop[0] = (char)reader.before.c_cc[VSUSP];
	type(stop);
	type("fore\n");
	check_end("before", exited(EXIT_READ));
}

/* Of what is no terminal, the first line and no byte more. */
static void
reads_a_line_of_a_pipe(void **state)
{
	int in[2], saved;
	char *line, rest[16];

	(void)state;
	saved = dup(STDIN_FILENO);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(dup2(in[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(write(in[1], "\nfirst\b\nsecond\nx", 16), 16);
	close(in[1]);
	assert_int_equal(att_prompt_read("", true, 10, &line), ATT_OK);
	assert_string_equal(line, "first\b");
	free(line);
	assert_int_equal(
	    att_prompt_read("", true, 5, &line), ATT_ERR_TOO_LARGE);
	assert_null(line);
	assert_int_equal(
	    att_prompt_read("", false, 10, &line), ATT_ERR_CONVERSATION);
	assert_int_equal(read(in[0], rest, sizeof(rest)), 0);
	close(in[0]);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_line),
		cmocka_unit_test(reads_more_than_a_terminal_keeps),
		cmocka_unit_test(a_longer_line_is_read_to_its_end),
		cmocka_unit_test(passes_over_blank_lines_before_it),
		cmocka_unit_test(typing_can_be_corrected),
		cmocka_unit_test(a_secret_is_not_shown),
		cmocka_unit_test(a_secret_may_be_nothing),
		cmocka_unit_test(the_end_of_the_input_is_no_line),
		cmocka_unit_test(a_signal_leaves_the_terminal_as_it_was),
		cmocka_unit_test(can_be_stopped_and_goes_on),
		cmocka_unit_test(reads_a_line_of_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
