/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking a verifier that behaves and many that do not: what comes of it, how
 * long it takes, and that the calling process is as it was afterwards.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <security/_pam_types.h>

#include "wire/channel.h"
#include "wire/client_program.h"

/* Where the links to fake_verifier lie, and that program. */
static char folder[] = "client-test-XXXXXX";
static char folder_path[PATH_MAX], fake_path[PATH_MAX];

/* What the operations have seen, and how they are to behave. */
static struct {
	char info[64], error[256], log[512], prompt[64], response[64];
	int log_priority;
	bool echo;
	size_t infos, prompts;
	const char *answer;
	int prompt_code;
	int prompt_ms;
	bool is_cancelled;
} seen;

static void
see_info(void *arg, const char *text)
{
	assert_ptr_equal(arg, &seen);
	seen.infos++;
	snprintf(seen.info, sizeof(seen.info), "%s", text);
}

static void
see_error(void *arg, const char *text)
{
	assert_ptr_equal(arg, &seen);
	snprintf(seen.error, sizeof(seen.error), "%s", text);
}

static void
see_log(void *arg, int priority, const char *text)
{
	assert_ptr_equal(arg, &seen);
	seen.log_priority = priority;
	snprintf(seen.log, sizeof(seen.log), "%s", text);
}

static int
answer_prompt(void *arg, bool echo, const char *text, char **answerp)
{
	struct timespec pause = { seen.prompt_ms / 1000,
		seen.prompt_ms % 1000 * 1000000L };

	assert_ptr_equal(arg, &seen);
	nanosleep(&pause, NULL);
	seen.prompts++;
	seen.echo = echo;
	snprintf(seen.prompt, sizeof(seen.prompt), "%s", text);
	*answerp = seen.answer != NULL ? strdup(seen.answer) : NULL;
	return seen.prompt_code;
}

static void
see_response(void *arg, const char *text)
{
	assert_ptr_equal(arg, &seen);
	snprintf(seen.response, sizeof(seen.response), "%s", text);
}

static bool
is_cancelled(void *arg)
{
	assert_ptr_equal(arg, &seen);
	return seen.is_cancelled;
}

static const struct att_client_ops ops = {
	.info = see_info,
	.error = see_error,
	.prompt = answer_prompt,
	.log = see_log,
	.is_cancelled = is_cancelled,
};

/* Those of "attestctl respond". */
static const struct att_client_ops responding_ops = {
	.info = see_info,
	.error = see_error,
	.prompt = answer_prompt,
	.log = see_log,
	.response = see_response,
	.is_cancelled = is_cancelled,
};
static const struct att_client_ops *used_ops;

static int
make_folder(void **state)
{
	char self[PATH_MAX] = "";

	(void)state;
	if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0 ||
	    mkdtemp(folder) == NULL || realpath(folder, folder_path) == NULL)
		return -1;
	snprintf(fake_path, sizeof(fake_path), "%.4000s/fake_verifier",
	    dirname(self));
	return access(fake_path, X_OK);
}

static int
remove_folder(void **state)
{
	DIR *dir = opendir(folder_path);
	const struct dirent *entry;

	(void)state;
	if (dir == NULL)
		return -1;
	while ((entry = readdir(dir)) != NULL)
		unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	return rmdir(folder_path);
}

/* What must be the same before and after. */
struct snapshot {
	int descriptors;
	struct sigaction sigchld;
	sigset_t mask;
};

static void
take_snapshot(struct snapshot *snapshot)
{
	DIR *dir = opendir("/proc/self/fd");

	memset(snapshot, 0, sizeof(*snapshot));
	assert_non_null(dir);
	while (readdir(dir) != NULL)
		snapshot->descriptors++;
	closedir(dir);
	sigaction(SIGCHLD, NULL, &snapshot->sigchld);
	/* SA_RESTORER: the C library's own, and it sets it always. */
	snapshot->sigchld.sa_flags &= ~0x04000000;
	sigprocmask(SIG_SETMASK, NULL, &snapshot->mask);
}

static void
check_unchanged(const struct snapshot *before)
{
	struct snapshot after;

	take_snapshot(&after);
	assert_int_equal(after.descriptors, before->descriptors);
	assert_int_equal(after.sigchld.sa_flags, before->sigchld.sa_flags);
	assert_ptr_equal(after.sigchld.sa_handler, before->sigchld.sa_handler);
	for (int number = 1; number < 65; number++) {
		assert_int_equal(sigismember(&after.sigchld.sa_mask, number),
		    sigismember(&before->sigchld.sa_mask, number));
		assert_int_equal(sigismember(&after.mask, number),
		    sigismember(&before->mask, number));
	}
	/* Not even a zombie. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

static int64_t took_ms;
static uint32_t code;

static enum att_err
ask_path(const char *path, enum att_phase phase, unsigned int deadline_s)
{
	const struct att_client_call call = { path, used_ops, &seen,
		deadline_s };
	char user[] = "ann", argument[] = "debug";
	char *arguments[] = { argument };
	const struct att_start start = { .phase = phase,
		.user = user,
		.arguments = arguments,
		.argument_count = 1 };
	struct snapshot before;
	enum att_err r;

	take_snapshot(&before);
	took_ms = -att_clock_ms();
	r = att_client_run_program(&call, &start, &code);
	took_ms += att_clock_ms();
	check_unchanged(&before);
	return r;
}

static enum att_err
ask_in_phase(const char *kind, enum att_phase phase, unsigned int deadline_s)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.4000s/%s", folder_path, kind);
	if (symlink(fake_path, path) != 0)
		assert_int_equal(errno, EEXIST);
	return ask_path(path, phase, deadline_s);
}

static enum att_err
ask(const char *kind, unsigned int deadline_s)
{
	return ask_in_phase(kind, ATT_PHASE_AUTH, deadline_s);
}

static int
set_up(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	seen.answer = "1234";
	used_ops = &ops;
	return 0;
}

/* A denial, with a line for the log and a sentence for the person. */
static void
check_failed(const char *kind, enum att_err r, enum att_err expected)
{
	assert_int_equal(r, expected);
	assert_int_not_equal(code, PAM_SUCCESS);
	assert_int_not_equal(code, PAM_IGNORE);
	assert_int_equal(seen.log_priority, 3);
	assert_non_null(strstr(seen.log, kind));
	assert_non_null(strstr(seen.error, "administrator"));
}

static void
relays_everything_and_returns_the_result(void **state)
{
	(void)state;
	assert_int_equal(ask("polite", 10), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
	assert_string_equal(seen.info, "touch it");
	assert_string_equal(seen.error, "not that");
	assert_string_equal(seen.log, "a log line");
	assert_int_equal(seen.log_priority, 6);
	assert_string_equal(seen.prompt, "PIN: ");
	assert_false(seen.echo);
	seen.answer = "4321";
	assert_int_equal(ask("polite", 10), ATT_OK);
	assert_int_equal(code, PAM_AUTH_ERR);
}

static void
says_why_there_is_no_answer(void **state)
{
	static const struct {
		int code;
		const char *answer;
		uint32_t result;
	} rows[] = {
		{ PAM_CONV_ERR, NULL, PAM_CONV_ERR },
		{ PAM_ABORT, NULL, PAM_ABORT },
		{ PAM_CONV_ERR, "1234", PAM_CONV_ERR },
		{ PAM_SUCCESS, NULL, PAM_CONV_ERR },
		{ 4711, NULL, PAM_CONV_ERR },
		{ -1, NULL, PAM_CONV_ERR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		seen.prompt_code = rows[i].code;
		seen.answer = rows[i].answer;
		assert_int_equal(ask("ask-in-vain", 10), ATT_OK);
		assert_int_equal(code, rows[i].result);
		assert_true(seen.echo);
	}
}

static void
an_answer_that_is_too_long_is_none(void **state)
{
	char *answer = malloc(ATT_ANSWER_MAX + 2);

	(void)state;
	assert_non_null(answer);
	memset(answer, '1', ATT_ANSWER_MAX + 1);
	answer[ATT_ANSWER_MAX + 1] = '\0';
	seen.answer = answer;
	assert_int_equal(ask("ask-in-vain", 10), ATT_OK);
	assert_int_equal(code, PAM_CONV_ERR);
	free(answer);
}

/* For the one who prints it, in the phase that is about it. */
static void
a_response_comes_in_one_phase_alone(void **state)
{
	(void)state;
	used_ops = &responding_ops;
	assert_int_equal(
	    ask_in_phase("respond", ATT_PHASE_RESPOND, 10), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
	assert_string_equal(seen.response, "a line");
	seen.response[0] = '\0';
	for (int phase = ATT_PHASE_AUTH; phase < ATT_PHASE_RESPOND; phase++)
		check_failed("/respond",
		    ask_in_phase("respond", (enum att_phase)phase, 10),
		    ATT_ERR_MESSAGE_MALFORMED);
	used_ops = &ops;
	check_failed("/respond", ask_in_phase("respond", ATT_PHASE_RESPOND, 10),
	    ATT_ERR_MESSAGE_MALFORMED);
	assert_string_equal(seen.response, "");
}

static void
denies_when_it_cannot_be_started(void **state)
{
	char path[PATH_MAX];
	int fd;

	(void)state;
	check_failed("/nowhere/verifier",
	    ask_path("/nowhere/verifier", ATT_PHASE_AUTH, 5), ATT_ERR_SPAWN);
	assert_non_null(strstr(seen.log, "No such file"));
	check_failed(folder_path, ask_path(folder_path, ATT_PHASE_AUTH, 5),
	    ATT_ERR_SPAWN);
	snprintf(path, sizeof(path), "%.4000s/plain", folder_path);
	assert_true((fd = open(path, O_CREAT | O_WRONLY, 0600)) >= 0);
	close(fd);
	check_failed(path, ask_path(path, ATT_PHASE_AUTH, 5), ATT_ERR_SPAWN);
	assert_non_null(strstr(seen.log, "Permission denied"));
}

static void
denies_when_it_ends_without_a_result(void **state)
{
	(void)state;
	check_failed("/exit", ask("exit", 10), ATT_ERR_PEER_GONE);
	assert_non_null(strstr(seen.log, "exit status 3"));
	check_failed("/killed", ask("killed", 10), ATT_ERR_PEER_GONE);
	assert_non_null(strstr(seen.log, "signal 9"));
	check_failed("/hang-up", ask("hang-up", 10), ATT_ERR_PEER_GONE);
	assert_in_range(took_ms, 0, 3000);
}

static void
denies_when_it_is_silent_past_the_deadline(void **state)
{
	static const char *const kinds[] = { "stopped", "silent",
		"break-word" };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		check_failed(kinds[i], ask(kinds[i], 1), ATT_ERR_PEER_SILENT);
		assert_in_range(took_ms, 990, 3000);
	}
}

static void
denies_when_it_never_stops_talking(void **state)
{
	enum att_err r;

	(void)state;
	r = ask("flood", 2);
	assert_true(r == ATT_ERR_MESSAGE_MALFORMED || r == ATT_ERR_PEER_SILENT);
	check_failed("/flood", r, r);
	assert_in_range(seen.infos, 1, ATT_CLIENT_MESSAGES_MAX);
	check_failed("/flood-deadlines", ask("flood-deadlines", 2),
	    ATT_ERR_MESSAGE_MALFORMED);
}

static void
denies_when_a_message_is_malformed(void **state)
{
	static const char *const kinds[] = { "garbage", "empty", "oversized",
		"trailing", "truncated", "start", "answer", "cancel",
		"long-deadline", "no-deadline" };

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		check_failed(
		    kinds[i], ask(kinds[i], 10), ATT_ERR_MESSAGE_MALFORMED);
		assert_in_range(took_ms, 0, 3000);
	}
}

static void
returns_only_codes_that_mean_what_they_say(void **state)
{
	char kind[32];

	(void)state;
	for (int phase = ATT_PHASE_AUTH; phase <= ATT_PHASE_ENROLL; phase++)
		for (int n = 0; n < 40; n++) {
			bool allowed =
			    n < _PAM_RETURN_VALUES &&
			    n != PAM_NEW_AUTHTOK_REQD && n != PAM_CONV_AGAIN &&
			    n != PAM_INCOMPLETE &&
			    (n != PAM_IGNORE || phase == ATT_PHASE_ACCOUNT);

			snprintf(kind, sizeof(kind), "result-%d", n);
			assert_int_equal(
			    ask_in_phase(kind, (enum att_phase)phase, 10),
			    allowed ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED);
			if (allowed)
				assert_int_equal(code, n);
			else
				assert_int_equal(code, PAM_SYSTEM_ERR);
		}
}

static void
a_result_counts_however_the_verifier_ends(void **state)
{
	(void)state;
	/* It never read the question: its end is a connection reset. */
	assert_int_equal(ask("unread", 10), ATT_OK);
	assert_int_equal(code, PAM_PERM_DENIED);
	assert_int_equal(ask("linger", 10), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
	assert_in_range(took_ms, 150, 3000);
	assert_int_equal(ask("descriptor", 10), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
}

static void
gives_it_the_time_it_announces(void **state)
{
	(void)state;
	assert_int_equal(ask("take-time", 2), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
	assert_in_range(took_ms, 2490, 8000);
}

static void
time_in_a_prompt_is_not_counted(void **state)
{
	(void)state;
	seen.prompt_ms = 2300;
	check_failed(
	    "/ask-and-stall", ask("ask-and-stall", 2), ATT_ERR_PEER_SILENT);
	assert_int_equal(seen.prompts, 1);
	assert_in_range(took_ms, 4200, 9000);
}

static void
tells_it_when_the_person_wants_to_stop(void **state)
{
	(void)state;
	seen.is_cancelled = true;
	assert_int_equal(ask("heed-cancel", 10), ATT_OK);
	assert_int_equal(code, PAM_AUTH_ERR);
	assert_in_range(took_ms, 0, 1900);
}

static void
does_not_wait_for_one_that_goes_on(void **state)
{
	(void)state;
	seen.is_cancelled = true;
	check_failed(
	    "/ignore-cancel", ask("ignore-cancel", 10), ATT_ERR_PEER_SILENT);
	assert_in_range(took_ms, 1900, 4000);
}

static void
does_not_ask_a_person_who_wants_to_stop(void **state)
{
	(void)state;
	seen.is_cancelled = true;
	assert_int_equal(ask("ask-after-cancel", 10), ATT_OK);
	assert_int_equal(code, PAM_CONV_ERR);
	assert_int_equal(seen.prompts, 0);
}

static void
refuses_a_question_that_is_too_large(void **state)
{
	const struct att_client_call call = { fake_path, &ops, &seen, 5 };
	struct att_start start = { .phase = ATT_PHASE_AUTH };
	struct snapshot before;

	(void)state;
	start.user = malloc(ATT_ITEM_MAX + 2);
	assert_non_null(start.user);
	memset(start.user, 'u', ATT_ITEM_MAX + 1);
	start.user[ATT_ITEM_MAX + 1] = '\0';
	take_snapshot(&before);
	assert_int_equal(
	    att_client_run_program(&call, &start, &code), ATT_ERR_TOO_LARGE);
	check_unchanged(&before);
	assert_non_null(strstr(seen.log, "4096"));
	free(start.user);
}

static volatile sig_atomic_t reaped;

/* What a host may do, and what would lose us our child. */
static void
reap_all(int number)
{
	int saved = errno;

	(void)number;
	while (waitpid(-1, NULL, WNOHANG) > 0)
		reaped++;
	errno = saved;
}

static void
a_host_that_reaps_everything_is_left_so(void **state)
{
	struct sigaction action = { .sa_handler = reap_all,
		.sa_flags = SA_RESTART | SA_NOCLDSTOP };
	struct sigaction old;

	(void)state;
	sigemptyset(&action.sa_mask);
	sigaddset(&action.sa_mask, SIGUSR2);
	sigaction(SIGCHLD, &action, &old);
	assert_int_equal(ask("polite", 10), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
	check_failed("/killed", ask("killed", 10), ATT_ERR_PEER_GONE);
	assert_non_null(strstr(seen.log, "signal 9"));
	sigaction(SIGCHLD, &old, NULL);
	assert_int_equal(reaped, 0);
}

static void
a_host_that_ignores_children_is_left_so(void **state)
{
	struct sigaction action = { .sa_handler = SIG_IGN }, old;

	(void)state;
	sigemptyset(&action.sa_mask);
	sigaction(SIGCHLD, &action, &old);
	assert_int_equal(ask("polite", 10), ATT_OK);
	check_failed("/exit", ask("exit", 10), ATT_ERR_PEER_GONE);
	assert_non_null(strstr(seen.log, "exit status 3"));
	action.sa_handler = SIG_DFL;
	action.sa_flags = SA_NOCLDWAIT;
	sigaction(SIGCHLD, &action, NULL);
	assert_int_equal(ask("polite", 10), ATT_OK);
	sigaction(SIGCHLD, &old, NULL);
}

static void
a_host_that_blocks_signals_is_left_so(void **state)
{
	sigset_t all, old;

	(void)state;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	assert_int_equal(ask("polite", 10), ATT_OK);
	assert_int_equal(code, PAM_SUCCESS);
	check_failed("/stopped", ask("stopped", 1), ATT_ERR_PEER_SILENT);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* As a daemon may start us: the channel gets the low numbers. */
static void
works_without_standard_descriptors(void **state)
{
	int saved[3];

	(void)state;
	for (int fd = 0; fd < 3; fd++)
		saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	for (int fd = 0; fd < 3; fd++)
		close(fd);
	/* Nothing may fail in between: it could not be said. */
	code = PAM_SYSTEM_ERR;
	seen.prompt_code = ask("polite", 10) == ATT_OK ? 1 : 2;
	for (int fd = 0; fd < 3; fd++) {
		if (saved[fd] < 0)
			continue;
		dup2(saved[fd], fd);
		close(saved[fd]);
	}
	assert_int_equal(seen.prompt_code, 1);
	assert_int_equal(code, PAM_SUCCESS);
}

static void
the_installed_verifier_is_the_one_that_is_asked(void **state)
{
	const struct att_start start = { .phase = ATT_PHASE_AUTH };
	enum att_err r;

	(void)state;
	r = att_client_run(&start, &ops, &seen, 5, &code);
	assert_int_not_equal(code, PAM_SUCCESS);
	/* Where one is installed, it refuses a question without a user. */
	if (access(ATT_PROGRAMSDIR "/pam_attest-verifier", F_OK) != 0)
		check_failed(
		    ATT_PROGRAMSDIR "/pam_attest-verifier", r, ATT_ERR_SPAWN);
}

#define TEST(f) cmocka_unit_test_setup(f, set_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(relays_everything_and_returns_the_result),
		TEST(says_why_there_is_no_answer),
		TEST(an_answer_that_is_too_long_is_none),
		TEST(a_response_comes_in_one_phase_alone),
		TEST(denies_when_it_cannot_be_started),
		TEST(denies_when_it_ends_without_a_result),
		TEST(denies_when_it_is_silent_past_the_deadline),
		TEST(denies_when_it_never_stops_talking),
		TEST(denies_when_a_message_is_malformed),
		TEST(returns_only_codes_that_mean_what_they_say),
		TEST(a_result_counts_however_the_verifier_ends),
		TEST(gives_it_the_time_it_announces),
		TEST(time_in_a_prompt_is_not_counted),
		TEST(tells_it_when_the_person_wants_to_stop),
		TEST(does_not_wait_for_one_that_goes_on),
		TEST(does_not_ask_a_person_who_wants_to_stop),
		TEST(refuses_a_question_that_is_too_large),
		TEST(a_host_that_reaps_everything_is_left_so),
		TEST(a_host_that_ignores_children_is_left_so),
		TEST(a_host_that_blocks_signals_is_left_so),
		TEST(works_without_standard_descriptors),
		TEST(the_installed_verifier_is_the_one_that_is_asked),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
