/* SPDX-License-Identifier: BSD-2-Clause */
/* One line from standard input, whatever that is. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "attestctl/prompt.h"
#include "base/buf.h"

/* They end or stop a program, which would leave the terminal as it is. */
static const int signals[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGTSTP };
enum {
	SIGNALS = sizeof(signals) / sizeof(signals[0])
};

static volatile sig_atomic_t caught;

static void
on_signal(int signo)
{
	caught = signo;
}

/* A terminal while a line is read. */
struct terminal {
	bool is_one;
	bool is_shown;
	struct termios before;
	struct sigaction actions[SIGNALS];
	sigset_t mask;
};

/* What is ignored (nohup) stays so; all others wait for ppoll(). */
static void
catch_signals(struct terminal *terminal)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	caught = 0;
	sigemptyset(&action.sa_mask);
	sigemptyset(&blocked);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&blocked, signals[i]);
	sigprocmask(SIG_BLOCK, &blocked, &terminal->mask);
	for (int i = 0; i < SIGNALS; i++) {
		sigaction(signals[i], NULL, &terminal->actions[i]);
		if (terminal->actions[i].sa_handler != SIG_IGN)
			sigaction(signals[i], &action, NULL);
	}
}

/*
 * Characters one by one, for the terminal drops the end of a longer line. A
 * secret is short, and what was typed before it was asked for is none.
 */
static void
open_terminal(struct terminal *terminal)
{
	struct termios now;

	catch_signals(terminal);
	terminal->is_one = tcgetattr(STDIN_FILENO, &terminal->before) == 0;
	if (!terminal->is_one)
		return;
	now = terminal->before;
	if (terminal->is_shown) {
		now.c_lflag &= ~(tcflag_t)ICANON;
		now.c_cc[VMIN] = 1;
		now.c_cc[VTIME] = 0;
	} else {
		now.c_lflag &= ~(tcflag_t)ECHO;
	}
	tcsetattr(
	    STDIN_FILENO, terminal->is_shown ? TCSADRAIN : TCSAFLUSH, &now);
}

static void
close_terminal(struct terminal *terminal)
{
	if (terminal->is_one)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &terminal->actions[i], NULL);
	sigprocmask(SIG_SETMASK, &terminal->mask, NULL);
}

/* The signal as if nobody had held it back; this may be the end. */
static void
pass_on(struct terminal *terminal)
{
	int signo = caught;

	close_terminal(terminal);
	raise(signo);
}

/* The next byte: 1, 0 at the end of the input, -1 on a signal or error. */
static int
next_byte(const struct terminal *terminal, char *c)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t n;

	if (ppoll(&input, 1, NULL, &terminal->mask) < 0)
		return -1;
	n = read(STDIN_FILENO, c, 1);
	return n < 0 ? -1 : (int)n;
}

/* What a terminal does by itself as long as it keeps whole lines. */
static bool
edit(const struct terminal *terminal, char c, struct att_buf *line)
{
	const cc_t *keys = terminal->before.c_cc;

	if (!terminal->is_one || !terminal->is_shown)
		return false;
	if ((cc_t)c == keys[VERASE] || c == '\b' || c == '\177') {
		if (line->len > 0)
			line->len--;
		return true;
	}
	if ((cc_t)c == keys[VKILL]) {
		line->len = 0;
		return true;
	}
	return false;
}

static bool
is_blank(const struct att_buf *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (strchr(" \t\r", line->ptr[i]) == NULL)
			return false;
	return true;
}

static bool
is_end(const struct terminal *terminal, char c, const struct att_buf *line)
{
	return terminal->is_one && terminal->is_shown &&
	       (cc_t)c == terminal->before.c_cc[VEOF] && line->len == 0;
}

/* Until a newline; ATT_ERR_CANCELLED where a signal has come. */
static enum att_err
read_line(const struct terminal *terminal, struct att_buf *line)
{
	enum att_err r = ATT_OK;
	int n;
	char c;

	for (;;) {
		if ((n = next_byte(terminal, &c)) < 0 && errno != EINTR)
			return ATT_ERR_SYSTEM;
		if (caught != 0)
			return ATT_ERR_CANCELLED;
		if (n < 0)
			continue;
		if (n == 0 || is_end(terminal, c, line))
			return ATT_ERR_CONVERSATION;
		if (c == '\n') {
			if (r != ATT_OK || !terminal->is_shown ||
			    !is_blank(line))
				return r;
			line->len = 0;
		} else if (!edit(terminal, c, line) && r == ATT_OK) {
			r = att_buf_put_u8(line, (uint8_t)c);
		}
	}
}

/* A program that was stopped goes on with what had been typed. */
static enum att_err
read_on(struct terminal *terminal, struct att_buf *line)
{
	enum att_err r;

	for (;;) {
		open_terminal(terminal);
		r = read_line(terminal, line);
		if (r != ATT_ERR_CANCELLED) {
			close_terminal(terminal);
			return r;
		}
		r = caught == SIGTSTP ? ATT_OK : ATT_ERR_CANCELLED;
		pass_on(terminal);
		if (r != ATT_OK)
			return r;
	}
}

enum att_err
att_prompt_read(const char *text, bool is_shown, size_t max, char **linep)
{
	struct terminal terminal = { .is_shown = is_shown };
	struct att_buf line;
	enum att_err r;
	size_t len;

	*linep = NULL;
	fputs(text, stderr);
	fflush(stderr);
	att_buf_init(&line, max + 1);
	r = read_on(&terminal, &line);
	if (terminal.is_one && !is_shown)
		fputc('\n', stderr);
	if (r == ATT_OK && line.len > max)
		r = ATT_ERR_TOO_LARGE;
	if (r == ATT_OK && line.len > 0 &&
	    memchr(line.ptr, '\0', line.len) != NULL)
		r = ATT_ERR_CONVERSATION;
	if (r == ATT_OK && (r = att_buf_put_u8(&line, '\0')) == ATT_OK)
		r = att_buf_take(&line, (uint8_t **)linep, &len);
	att_buf_reset(&line);
	return r;
}
