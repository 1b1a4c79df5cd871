/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stands in for the verifier and answers the module as the PAM user's name
 * says: what was inherited is examined, or the protocol is broken.
 */
#include <sys/socket.h>

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <security/_pam_types.h>

#include "base/buf.h"
#include "wire/channel.h"
#include "wire/login.h"

enum {
	CHANNEL = 0,
	LOG_INFO_PRIORITY = 6
};

extern char **environ;

static void
send_bytes(const void *ptr, size_t len)
{
	if (send(CHANNEL, ptr, len, MSG_NOSIGNAL) < 0)
		_exit(1);
}

static void
send_buf(struct att_buf *message)
{
	send_bytes(message->ptr, message->len);
	att_buf_reset(message);
}

static struct att_buf
new_message(void)
{
	struct att_buf message;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	return message;
}

static void
must(enum att_err r)
{
	if (r != ATT_OK)
		_exit(70);
}

static void
send_result(uint32_t code)
{
	struct att_buf message = new_message();

	must(att_code_encode(ATT_MESSAGE_RESULT, code, &message));
	send_buf(&message);
}

static void
send_text(uint8_t type, const char *text)
{
	struct att_buf message = new_message();

	must(att_text_encode(type, text, &message));
	send_buf(&message);
}

static void
send_log(const char *text)
{
	struct att_buf message = new_message();

	must(att_log_encode(LOG_INFO_PRIORITY, text, &message));
	send_buf(&message);
}

/* --- What was inherited -------------------------------------------------- */
static int mistakes;

static void
expect(int is_right, const char *what)
{
	if (is_right)
		return;
	mistakes++;
	send_log(what);
}

static void
examine_descriptors(void)
{
	char path[64], target[PATH_MAX];
	struct dirent *e;
	DIR *d = opendir("/proc/self/fd");
	ssize_t n;

	if (d == NULL)
		_exit(70);
	while ((e = readdir(d)) != NULL)
		expect(atoi(e->d_name) <= 2 || atoi(e->d_name) == dirfd(d),
		    "inherited: a descriptor above 2");
	closedir(d);
	for (int fd = 1; fd <= 2; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		n = readlink(path, target, sizeof(target) - 1);
		target[n < 0 ? 0 : n] = '\0';
		expect(strcmp(target, "/dev/null") == 0,
		    "inherited: an output that is not /dev/null");
	}
}

static void
examine_signals(void)
{
	struct sigaction sa;
	sigset_t mask;

	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int i = 1; i < NSIG; i++) {
		if (sigaction(i, NULL, &sa) == 0)
			expect(sa.sa_handler != SIG_IGN,
			    "inherited: a signal that is ignored");
		expect(sigismember(&mask, i) != 1,
		    "inherited: a signal that is blocked");
	}
}

static void
examine(int argc, char **argv)
{
	char cwd[PATH_MAX] = "";

	expect(argc == 1 && argv[0][0] == '/', "inherited: arguments");
	expect(
	    environ == NULL || environ[0] == NULL, "inherited: an environment");
	expect(getcwd(cwd, sizeof(cwd)) != NULL && strcmp(cwd, "/") == 0,
	    "inherited: a working folder");
	expect(getsid(0) == getpid(), "inherited: a session");
	expect(open("/dev/tty", O_RDWR | O_CLOEXEC) == -1,
	    "inherited: a controlling terminal");
	examine_descriptors();
	examine_signals();
	send_result(mistakes == 0 ? PAM_SUCCESS : PAM_AUTH_ERR);
}

/* --- Broken messages ------------------------------------------------------ */
static void
send_garbage(void)
{
	send_bytes("\xff\xfe\xfd\xfc\0\0\0\0\0\0\0\0", 12);
}

static void
send_empty(void)
{
	send_bytes("", 0);
}

static void
send_own_type(void)
{
	uint8_t bytes[] = { ATT_MESSAGE_START, 0, 0, 0, 1 };

	send_bytes(bytes, sizeof(bytes));
}

/* A correct RESULT of SUCCESS, and one byte more or less. */
static void
send_misfit(int by)
{
	struct att_buf message = new_message();

	must(att_code_encode(ATT_MESSAGE_RESULT, PAM_SUCCESS, &message));
	if (by > 0)
		must(att_buf_put_u8(&message, 0));
	else
		message.len--;
	send_buf(&message);
}

static void
send_result_long(void)
{
	send_misfit(1);
}

static void
send_result_short(void)
{
	send_misfit(-1);
}

static void
send_result_unknown(void)
{
	send_result(9999);
}

static void
send_result_negative(void)
{
	send_result(UINT32_MAX);
}

/* A text with its length one past the end. */
static void
send_info_short(void)
{
	struct att_buf message = new_message();

	must(att_text_encode(ATT_MESSAGE_INFO, "hello", &message));
	message.len--;
	send_buf(&message);
}

static void
send_info_nul(void)
{
	struct att_buf message = new_message();

	must(att_text_encode(ATT_MESSAGE_INFO, "hello", &message));
	message.ptr[message.len - 2] = '\0';
	send_buf(&message);
}

/* The longest message there is, of a text longer than allowed. */
static void
send_info_huge(void)
{
	static char text[60000];
	struct att_buf message = new_message();

	memset(text, 'x', sizeof(text) - 1);
	must(att_buf_put_u8(&message, ATT_MESSAGE_INFO));
	must(att_buf_put_cstring(&message, text));
	send_buf(&message);
}

static void
send_too_large(void)
{
	static char bytes[ATT_MESSAGE_MAX + 1000];

	bytes[0] = ATT_MESSAGE_INFO;
	send_bytes(bytes, sizeof(bytes));
}

static void
send_log_priority(void)
{
	struct att_buf message = new_message();

	must(att_log_encode(LOG_INFO_PRIORITY, "hello", &message));
	message.ptr[1] = 255;
	send_buf(&message);
}

/* A descriptor that nobody asked for comes with the message. */
static void
send_descriptor(void)
{
	struct att_buf message = new_message();

	must(att_text_encode(ATT_MESSAGE_INFO, "hello", &message));
	must(att_channel_send(CHANNEL, &message, STDERR_FILENO));
	att_buf_reset(&message);
	send_result(PAM_AUTH_ERR);
}

static void
do_silent(void)
{
	for (;;)
		pause();
}

static void
do_stop(void)
{
	raise(SIGSTOP);
	send_result(PAM_SUCCESS);
}

static void
do_die(void)
{
	send_text(ATT_MESSAGE_INFO, "about to die");
	raise(SIGKILL);
}

/* As under a broken verifier that goes on after its decision. */
static void
do_denial_first(void)
{
	send_result(PAM_AUTH_ERR);
	send_result(PAM_SUCCESS);
}

static void
do_nothing(void)
{
}

static const struct mode {
	const char *name;
	void (*run)(void);
} modes[] = {
	{ "exit", do_nothing },
	{ "silent", do_silent },
	{ "stop", do_stop },
	{ "die", do_die },
	{ "denial-first", do_denial_first },
	{ "garbage", send_garbage },
	{ "empty", send_empty },
	{ "own-type", send_own_type },
	{ "result-long", send_result_long },
	{ "result-short", send_result_short },
	{ "result-unknown", send_result_unknown },
	{ "result-negative", send_result_negative },
	{ "info-short", send_info_short },
	{ "info-nul", send_info_nul },
	{ "info-huge", send_info_huge },
	{ "too-large", send_too_large },
	{ "log-priority", send_log_priority },
	{ "descriptor", send_descriptor },
};

static void
list_modes(void)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		puts(modes[i].name);
}

static void
run_mode(const char *name, int argc, char **argv)
{
	if (strcmp(name, "examine") == 0) {
		examine(argc, argv);
		return;
	}
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(name, modes[i].name) == 0)
			modes[i].run();
}

int
main(int argc, char **argv)
{
	struct att_buf message = new_message();
	struct att_start start;

	if (argc > 1) {
		list_modes();
		return 0;
	}
	must(att_channel_receive(CHANNEL, -1, &message, NULL));
	must(att_start_decode(att_buf_get(&message), &start));
	run_mode(start.user, argc, argv);
	att_start_reset(&start);
	att_buf_reset(&message);
	/* A reset, not an end, would lose what was sent. */
	shutdown(CHANNEL, SHUT_WR);
	return 0;
}
