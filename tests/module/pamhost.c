/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A PAM application for tests: runs phases of a service with the items and
 * answers it is told, and prints every message, every line logged, every
 * return code by name, and whatever the module changed in this process.
 *
 * Output, one event a line (a newline inside a text is shown as <0x0a>):
 *	info|error|prompt|prompt-echo TEXT
 *	log PRIORITY TEXT
 *	result PHASE CODE
 *	changed WHEN PART: ...
 *	mapped FILE             (--maps: came with the service's modules)
 *	allocations PHASE N     (--fail-malloc: made, not counting the failed)
 */
#include <sys/time.h>

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <security/pam_appl.h>

#include "asking.h"
#include "snapshot.h"

/* With _FORTIFY_SOURCE clang's are macros; ours are defined below. */
#undef syslog
#undef vsyslog

enum {
	ANSWERS_MAX = 16
};

struct host {
	const char *rhost, *ruser, *tty;
	const char *answers[ANSWERS_MAX];
	int answer_count, answer_next;
	const char *asked;    /* a program that answers instead */
	bool refuse;	      /* the conversation fails at every prompt */
	bool refuse_all;      /* ... at every message */
	bool stop_at_message; /* end at the first message, without cleaning */
	bool maps;
	bool plain;	  /* no snapshots: for measuring */
	int flags;	  /* PAM flags of every phase */
	int interrupt_ms; /* -1: no SIGINT */
	int hold_ms;	  /* wait so long in every prompt */
	int changes;
	int failures;
	FILE *out;
};

/* The log goes to the same place as everything else; see syslog() below. */
static FILE *log_out;

/* During the transaction that is not the test. */
static bool is_quiet;

/* --- Allocations that fail on demand ----------------------------------- */
#ifndef __SANITIZE_ADDRESS__
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);

static bool is_counting;
static long allocation_count;
static long allocation_to_fail; /* 0: none */

static bool
has_to_fail(void)
{
	if (!is_counting || allocation_to_fail == 0)
		return false;
	if (++allocation_count != allocation_to_fail)
		return false;
	errno = ENOMEM;
	return true;
}

void *
malloc(size_t n)
{
	return has_to_fail() ? NULL : __libc_malloc(n);
}

void *
calloc(size_t n, size_t size)
{
	return has_to_fail() ? NULL : __libc_calloc(n, size);
}

void *
realloc(void *ptr, size_t n)
{
	return has_to_fail() ? NULL : __libc_realloc(ptr, n);
}

static void
count_allocations(bool on)
{
	if (on)
		allocation_count = 0;
	is_counting = on;
}
#else
static long allocation_count;
static long allocation_to_fail;

static void
count_allocations(bool on)
{
	(void)on;
}
#endif

/* --- Output ------------------------------------------------------------ */
/* One event, without stdio buffers or allocations of our own. */
static void
put_event(FILE *out, const char *kind, const char *text)
{
	if (is_quiet)
		return;
	fputs(kind, out);
	fputc(' ', out);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			fprintf(out, "<0x%02x>", c);
		else
			fputc(c, out);
	}
	fputc('\n', out);
	fflush(out);
}

/*
 * libpam's pam_syslog() and a module's syslog() end here: this program's
 * symbols come before those of the C library.
 */
__attribute__((format(printf, 2, 0))) static void
put_log(int priority, const char *fmt, va_list ap)
{
	static const char *const names[] = { "emerg", "alert", "crit", "err",
		"warning", "notice", "info", "debug" };
	char text[8192], kind[64];

	vsnprintf(text, sizeof(text), fmt, ap);
	snprintf(kind, sizeof(kind), "log %s%s",
	    (priority & LOG_FACMASK) == LOG_AUTHPRIV ? "" : "not-authpriv:",
	    names[LOG_PRI(priority)]);
	put_event(log_out == NULL ? stderr : log_out, kind, text);
}

void __vsyslog_chk(int priority, int flag, const char *fmt, va_list ap);
void __syslog_chk(int priority, int flag, const char *fmt, ...);

void
vsyslog(int priority, const char *fmt, va_list ap)
{
	put_log(priority, fmt, ap);
}

void
__vsyslog_chk(int priority, int flag, const char *fmt, va_list ap)
{
	(void)flag;
	put_log(priority, fmt, ap);
}

void
syslog(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_log(priority, fmt, ap);
	va_end(ap);
}

void
__syslog_chk(int priority, int flag, const char *fmt, ...)
{
	va_list ap;

	(void)flag;
	va_start(ap, fmt);
	put_log(priority, fmt, ap);
	va_end(ap);
}

/* The host program's connection to the log is not a module's to change. */
void
openlog(const char *ident, int option, int facility)
{
	(void)ident;
	(void)option;
	(void)facility;
	put_event(log_out == NULL ? stderr : log_out, "changed",
	    "log connection: openlog was called");
}

void
closelog(void)
{
	put_event(log_out == NULL ? stderr : log_out, "changed",
	    "log connection: closelog was called");
}

static const char *
code_name(int code)
{
	static const char *const names[] = { "SUCCESS", "OPEN_ERR",
		"SYMBOL_ERR", "SERVICE_ERR", "SYSTEM_ERR", "BUF_ERR",
		"PERM_DENIED", "AUTH_ERR", "CRED_INSUFFICIENT",
		"AUTHINFO_UNAVAIL", "USER_UNKNOWN", "MAXTRIES",
		"NEW_AUTHTOK_REQD", "ACCT_EXPIRED", "SESSION_ERR",
		"CRED_UNAVAIL", "CRED_EXPIRED", "CRED_ERR", "NO_MODULE_DATA",
		"CONV_ERR", "AUTHTOK_ERR", "AUTHTOK_RECOVERY_ERR",
		"AUTHTOK_LOCK_BUSY", "AUTHTOK_DISABLE_AGING", "TRY_AGAIN",
		"IGNORE", "ABORT", "AUTHTOK_EXPIRED", "MODULE_UNKNOWN",
		"BAD_ITEM", "CONV_AGAIN", "INCOMPLETE" };

	if (code < 0 || (size_t)code >= sizeof(names) / sizeof(names[0]))
		return "(not a code)";
	return names[code];
}

/* --- The conversation -------------------------------------------------- */
static void
sleep_ms(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) == -1 && errno == EINTR)
		;
}

static int
answer_prompt(struct host *host, const struct pam_message *msg,
    struct pam_response *response)
{
	bool echo = msg->msg_style == PAM_PROMPT_ECHO_ON;

	put_event(host->out, echo ? "prompt-echo" : "prompt", msg->msg);
	sleep_ms(host->hold_ms);
	if (host->asked != NULL)
		response->resp = asking_run(host->asked, msg->msg);
	else if (!host->refuse && host->answer_next < host->answer_count)
		response->resp = strdup(host->answers[host->answer_next++]);
	return response->resp == NULL ? PAM_CONV_ERR : PAM_SUCCESS;
}

static int
converse_one(struct host *host, const struct pam_message *msg,
    struct pam_response *response)
{
	if (host->stop_at_message)
		_exit(0);
	if (host->refuse_all)
		return PAM_CONV_ERR;
	switch (msg->msg_style) {
	case PAM_PROMPT_ECHO_ON:
	case PAM_PROMPT_ECHO_OFF:
		return answer_prompt(host, msg, response);
	case PAM_TEXT_INFO:
		put_event(host->out, "info", msg->msg);
		return PAM_SUCCESS;
	case PAM_ERROR_MSG:
		put_event(host->out, "error", msg->msg);
		return PAM_SUCCESS;
	default:
		put_event(host->out, "unknown-message", msg->msg);
		return PAM_CONV_ERR;
	}
}

static int
converse(int count, const struct pam_message **messages,
    struct pam_response **responsesp, void *arg)
{
	struct pam_response *responses;
	int code = PAM_SUCCESS;

	if (count <= 0 || count > PAM_MAX_NUM_MSG)
		return PAM_CONV_ERR;
	if ((responses = calloc((size_t)count, sizeof(*responses))) == NULL)
		return PAM_BUF_ERR;
	for (int i = 0; i < count && code == PAM_SUCCESS; i++)
		code = converse_one(arg, messages[i], &responses[i]);
	if (code == PAM_SUCCESS) {
		*responsesp = responses;
		return PAM_SUCCESS;
	}
	for (int i = 0; i < count; i++)
		free(responses[i].resp);
	free(responses);
	return code;
}

/* --- Phases ------------------------------------------------------------ */
static int
do_setcred(pam_handle_t *pamh, int flags)
{
	return pam_setcred(pamh, flags | PAM_ESTABLISH_CRED);
}

static int
do_reinitialize(pam_handle_t *pamh, int flags)
{
	return pam_setcred(pamh, flags | PAM_REINITIALIZE_CRED);
}

static int
do_delete(pam_handle_t *pamh, int flags)
{
	return pam_setcred(pamh, flags | PAM_DELETE_CRED);
}

static const struct phase {
	const char *name;
	int (*run)(pam_handle_t *pamh, int flags);
} phases[] = {
	{ "auth", pam_authenticate },
	{ "acct", pam_acct_mgmt },
	{ "setcred", do_setcred },
	{ "reinitialize", do_reinitialize },
	{ "delete", do_delete },
	{ "open", pam_open_session },
	{ "close", pam_close_session },
	{ "chauthtok", pam_chauthtok },
};

static const struct phase *
find_phase(const char *name)
{
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		if (strcmp(phases[i].name, name) == 0)
			return &phases[i];
	return NULL;
}

/* As sudo does: SIGINT is blocked, and becomes pending after a while. */
static void
arm_interrupt(const struct host *host, timer_t *timer)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
		.sigev_signo = SIGINT };
	struct itimerspec when = { .it_value = { host->interrupt_ms / 1000,
				       host->interrupt_ms % 1000 * 1000000L +
					   1 } };

	if (timer_create(CLOCK_MONOTONIC, &event, timer) == -1 ||
	    timer_settime(*timer, 0, &when, NULL) == -1)
		abort();
}

static void
block_interrupt(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGQUIT);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static int
run_phase(struct host *host, pam_handle_t *pamh, const struct phase *phase)
{
	struct snapshot before = { { NULL } }, after = { { NULL } };
	timer_t timer;
	int code;

	if (host->interrupt_ms >= 0)
		arm_interrupt(host, &timer);
	if (!host->plain)
		snapshot_take(&before);
	count_allocations(true);
	code = phase->run(pamh, host->flags);
	count_allocations(false);
	if (!host->plain)
		snapshot_take(&after);
	host->changes +=
	    snapshot_compare(&before, &after, phase->name, host->out);
	snapshot_reset(&before);
	snapshot_reset(&after);
	if (host->interrupt_ms >= 0)
		timer_delete(timer);
	fprintf(host->out, "result %s %s\n", phase->name, code_name(code));
	if (allocation_to_fail != 0)
		fprintf(host->out, "allocations %s %ld\n", phase->name,
		    allocation_count);
	fflush(host->out);
	return code;
}

static int
set_item(pam_handle_t *pamh, int item, const char *value)
{
	if (value == NULL)
		return PAM_SUCCESS;
	return pam_set_item(pamh, item, value);
}

static void
put_new_maps(const struct host *host, const char *before)
{
	char *now = snapshot_mapped_files(), *rest = now, *line;

	while ((line = strsep(&rest, "\n")) != NULL)
		if (*line != '\0' && strstr(before, line) == NULL)
			put_event(host->out, "mapped", line);
	free(now);
}

static int
run_phases(struct host *host, pam_handle_t *pamh, char **names)
{
	for (; *names != NULL; names++) {
		const struct phase *phase = find_phase(*names);

		if (phase == NULL) {
			fprintf(stderr, "pamhost: no phase %s\n", *names);
			return 2;
		}
		if (run_phase(host, pamh, phase) != PAM_SUCCESS)
			host->failures++;
	}
	return 0;
}

static int
run_transaction(struct host *host, char **argv)
{
	struct pam_conv conv = { converse, host };
	char *maps = snapshot_mapped_files();
	pam_handle_t *pamh = NULL;
	int code, status;

	code = pam_start_confdir(argv[1],
	    strcmp(argv[2], "-") == 0 ? NULL : argv[2], &conv, argv[0], &pamh);
	if (code == PAM_SUCCESS)
		code = set_item(pamh, PAM_RHOST, host->rhost);
	if (code == PAM_SUCCESS)
		code = set_item(pamh, PAM_RUSER, host->ruser);
	if (code == PAM_SUCCESS)
		code = set_item(pamh, PAM_TTY, host->tty);
	if (code != PAM_SUCCESS) {
		put_event(host->out, "result start", code_name(code));
		free(maps);
		return 1;
	}
	status = run_phases(host, pamh, argv + 3);
	if (host->maps)
		put_new_maps(host, maps);
	free(maps);
	if (pam_end(pamh, PAM_SUCCESS) != PAM_SUCCESS)
		status = 2;
	return status;
}

/*
 * The whole transaction, and what is left of it after pam_end(). libpam
 * itself maps libraries and may keep descriptors at its first use: so a
 * transaction without any phase comes first.
 */
static int
run_host(struct host *host, char **argv)
{
	struct snapshot before = { { NULL } }, after = { { NULL } };
	char *nothing[] = { argv[0], argv[1], argv[2], NULL };
	bool maps = host->maps;
	int status;

	if (host->plain)
		return run_transaction(host, argv);
	host->maps = false;
	is_quiet = true;
	(void)run_transaction(host, nothing);
	is_quiet = false;
	host->maps = maps;
	snapshot_take(&before);
	status = run_transaction(host, argv);
	snapshot_take(&after);
	host->changes += snapshot_compare(&before, &after, "end", host->out);
	snapshot_reset(&before);
	snapshot_reset(&after);
	if (status != 0)
		return status;
	return host->changes > 0 ? 3 : host->failures > 0;
}

/* --- The command line -------------------------------------------------- */
static void
on_child(int signo)
{
	(void)signo;
}

static void
handle_children(const char *how)
{
	struct sigaction sa = { .sa_handler = SIG_DFL };

	if (strcmp(how, "ignore") == 0)
		sa.sa_handler = SIG_IGN;
	else if (strcmp(how, "handler") == 0)
		sa.sa_handler = on_child;
	sigaction(SIGCHLD, &sa, NULL);
}

/* A host without standard descriptors; our output moves out of the way. */
static void
close_standard(struct host *host)
{
	int fd = dup(STDOUT_FILENO);

	while (fd >= 0 && fd < 10)
		fd = dup(fd);
	if (fd == -1 || (host->out = fdopen(fd, "w")) == NULL)
		abort();
	log_out = host->out;
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close(STDERR_FILENO);
	for (int i = 3; i < fd; i++)
		close(i);
}

static void
usage(int status)
{
	fputs(
	    "usage: pamhost [options] CONFDIR SERVICE USER PHASE...\n"
	    "USER -: not known, the module has to ask\n"
	    "phases: auth acct setcred reinitialize delete open close "
	    "chauthtok\n"
	    "  --rhost, --ruser, --tty TEXT  PAM items\n"
	    "  --answer TEXT      answer to the next prompt; repeatable\n"
	    "  --ask COMMAND      ask it instead, with the prompt as argument\n"
	    "  --refuse           the conversation fails at prompts\n"
	    "  --refuse-all       ... at every message\n"
	    "  --hold MS          think so long before an answer\n"
	    "  --silent           PAM_SILENT in every phase\n"
	    "  --interrupt MS     SIGINT, blocked as under sudo, so late\n"
	    "  --sigchld ignore|handler|default\n"
	    "  --close-stdio      no descriptors 0, 1, 2\n"
	    "  --fail-malloc N    the Nth allocation of a phase fails\n"
	    "  --maps             list files mapped for the service\n"
	    "  --plain            no comparison of states\n"
	    "  --stop-at-message  end at the first message\n",
	    status == 0 ? stdout : stderr);
	exit(status);
}

static const struct option long_options[] = {
	{ "rhost", required_argument, NULL, 'h' },
	{ "ruser", required_argument, NULL, 'r' },
	{ "tty", required_argument, NULL, 't' },
	{ "answer", required_argument, NULL, 'a' },
	{ "ask", required_argument, NULL, 'k' },
	{ "refuse", no_argument, NULL, 'R' },
	{ "refuse-all", no_argument, NULL, 'A' },
	{ "hold", required_argument, NULL, 'H' },
	{ "silent", no_argument, NULL, 's' },
	{ "interrupt", required_argument, NULL, 'i' },
	{ "sigchld", required_argument, NULL, 'c' },
	{ "close-stdio", no_argument, NULL, 'C' },
	{ "fail-malloc", required_argument, NULL, 'f' },
	{ "maps", no_argument, NULL, 'm' },
	{ "plain", no_argument, NULL, 'p' },
	{ "stop-at-message", no_argument, NULL, 'S' },
	{ "help", no_argument, NULL, '?' },
	{ NULL, 0, NULL, 0 },
};

static void
add_answer(struct host *host, const char *text)
{
	if (host->answer_count == ANSWERS_MAX)
		usage(2);
	host->answers[host->answer_count++] = text;
}

static void
set_text(struct host *host, int c)
{
	switch (c) {
	case 'h':
		host->rhost = optarg;
		break;
	case 'r':
		host->ruser = optarg;
		break;
	case 't':
		host->tty = optarg;
		break;
	case 'a':
		add_answer(host, optarg);
		break;
	case 'k':
		host->asked = optarg;
		break;
	case 'H':
		host->hold_ms = atoi(optarg);
		break;
	case 'i':
		host->interrupt_ms = atoi(optarg);
		block_interrupt();
		break;
	case 'c':
		handle_children(optarg);
		break;
	case 'f':
		allocation_to_fail = atol(optarg);
		break;
	default:
		usage(2);
	}
}

static void
set_switch(struct host *host, int c)
{
	switch (c) {
	case 'R':
		host->refuse = true;
		break;
	case 'A':
		host->refuse_all = true;
		break;
	case 's':
		host->flags |= PAM_SILENT;
		break;
	case 'C':
		close_standard(host);
		break;
	case 'm':
		host->maps = true;
		break;
	case 'p':
		host->plain = true;
		break;
	case 'S':
		host->stop_at_message = true;
		break;
	default:
		set_text(host, c);
	}
}

int
main(int argc, char **argv)
{
	struct host host = { .interrupt_ms = -1, .out = stdout };
	int c;

	log_out = stdout;
	while ((c = getopt_long(argc, argv, "+", long_options, NULL)) != -1)
		set_switch(&host, c);
	if (argc - optind < 4)
		usage(2);
	return run_host(&host, argv + optind);
}
