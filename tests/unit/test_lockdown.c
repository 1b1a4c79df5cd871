/* SPDX-License-Identifier: BSD-2-Clause */
/* What a program has shed after its first step. Each test in a process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/lockdown.h"
#include "wire/channel.h"

enum {
	GOOD = 42,
	BAD = 43
};

/* The exit status, or minus the signal, of check in a process of its own. */
static int
run(int (*check)(void), int fd0)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		dup2(fd0, 0);
		_exit(check());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static int
run_on_channel(int (*check)(void))
{
	int fds[2], r;

	assert_int_equal(att_channel_pair(fds), ATT_OK);
	r = run(check, fds[0]);
	close(fds[0]);
	close(fds[1]);
	return r;
}

static int
begin_only(void)
{
	struct att_reason why = { 0 };

	if (att_lockdown_begin(&why) == ATT_OK)
		return GOOD;
	return why.code == ATT_ERR_SANDBOX && why.text[0] != '\0' ? BAD : 0;
}

static void
wants_a_channel(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(run_on_channel(begin_only), GOOD);
	assert_int_equal(run(begin_only, 99), BAD);
	assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
	assert_int_equal(run(begin_only, fds[0]), BAD);
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	assert_int_equal(run(begin_only, fds[0]), BAD);
	close(fds[0]);
	close(fds[1]);
}

static int
check_process(void)
{
	struct rlimit core;
	char cwd[4096];
	int signal = 0;

	umask(0);
	if (begin_only() != GOOD)
		return 1;
	if (umask(0) != 077 || getcwd(cwd, sizeof(cwd)) == NULL ||
	    strcmp(cwd, "/") != 0)
		return 2;
	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return 3;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 4;
	if (prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0) != 0 || signal != SIGKILL)
		return 5;
	return GOOD;
}

static int
check_descriptors(void)
{
	int high = fcntl(0, F_DUPFD, 700);

	close(1);
	if (high < 700 || begin_only() != GOOD)
		return 1;
	if (fcntl(high, F_GETFD) != -1 || fcntl(3, F_GETFD) != -1)
		return 2;
	if (fcntl(1, F_GETFD) < 0 || fcntl(2, F_GETFD) < 0)
		return 3;
	return fcntl(0, F_GETFD) == FD_CLOEXEC ? GOOD : 4;
}

static int
check_signals(void)
{
	struct sigaction action;
	sigset_t set;

	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGALRM, SIG_IGN);
	signal(SIGPIPE, SIG_DFL);
	if (begin_only() != GOOD)
		return 1;
	if (sigprocmask(SIG_SETMASK, NULL, &set) != 0 ||
	    sigismember(&set, SIGALRM) || sigismember(&set, SIGTERM))
		return 2;
	if (sigaction(SIGALRM, NULL, &action) != 0 ||
	    action.sa_handler != SIG_DFL)
		return 3;
	if (sigaction(SIGPIPE, NULL, &action) != 0 ||
	    action.sa_handler != SIG_IGN)
		return 4;
	return sigaction(SIGXFSZ, NULL, &action) == 0 &&
		       action.sa_handler == SIG_IGN
		   ? GOOD
		   : 5;
}

/* Root of a container may have less of it. */
static bool
may_raise_limits(void)
{
	return geteuid() == 0 &&
	       prctl(PR_CAPBSET_READ, CAP_SYS_RESOURCE, 0, 0, 0) == 1;
}

/* A caller that wants root to run into a limit; nobody else gets more. */
static int
check_limits(void)
{
	static const int resources[] = { RLIMIT_FSIZE, RLIMIT_CPU,
		RLIMIT_NOFILE };
	const struct rlimit low = { .rlim_cur = 5, .rlim_max = 6 };
	const bool may_raise = may_raise_limits();
	struct rlimit now;

	for (size_t i = 0; i < 3; i++)
		if (setrlimit(resources[i], &low) != 0)
			return 1;
	if (begin_only() != GOOD)
		return 2;
	for (size_t i = 0; i < 3; i++)
		if (getrlimit(resources[i], &now) != 0 ||
		    now.rlim_cur != now.rlim_max ||
		    (may_raise ? now.rlim_max < 60 : now.rlim_max != 6))
			return 3;
	if (att_lockdown_is_relaxed())
		return GOOD;
	return getrlimit(RLIMIT_AS, &now) == 0 && now.rlim_max == 1 << 30 ? GOOD
									  : 4;
}

/* The line of /proc/self/status is NAME, a tab, and this value. */
static bool
is_status(const char *name, unsigned long long value)
{
	char status[8192] = "", line[64];
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, status, sizeof(status) - 1);

	close(fd);
	snprintf(line, sizeof(line), "\n%s:\t%016llx\n", name, value);
	return n > 0 && strstr(status, line) != NULL;
}

static int
check_capabilities(void)
{
	struct att_reason why = { 0 };
	const bool is_root = geteuid() == 0;
	const unsigned long long dac_override = 1 << 1;

	if (begin_only() != GOOD)
		return 1;
	if (!is_status("CapPrm", is_root ? dac_override : 0) ||
	    !is_status("CapEff", is_root ? dac_override : 0) ||
	    !is_status("CapInh", 0) || !is_status("CapAmb", 0))
		return 2;
	if (is_root && !is_status("CapBnd", dac_override))
		return 3;
	if (att_lockdown_system_calls(ATT_LOCKDOWN_VERIFIER, &why) != ATT_OK)
		return 4;
	return is_status("CapPrm", 0) && is_status("CapEff", 0) ? GOOD : 5;
}

/* What may become somebody else, until it gives that up. */
static int
check_forgetting_ids(void)
{
	struct att_reason why = { 0 };
	const unsigned long long dac_override = 1 << 1, setgid = 1 << 6,
				 setuid = 1 << 7, setpcap = 1 << 8;

	if (att_lockdown_begin_with_ids(&why) != ATT_OK)
		return 1;
	if (geteuid() == 0 &&
	    !is_status("CapPrm", dac_override | setgid | setuid | setpcap))
		return 2;
	if (att_lockdown_forget_ids(&why) != ATT_OK)
		return 3;
	if (geteuid() != 0)
		return GOOD;
	if (!is_status("CapPrm", dac_override) ||
	    !is_status("CapEff", dac_override) ||
	    !is_status("CapBnd", dac_override))
		return 4;
	return setresuid(1, 1, 1) != 0 && setresgid(1, 1, 1) != 0 ? GOOD : 5;
}

/* Also what a change of ids takes away is there. */
static int
check_becoming(void)
{
	struct att_reason why = { 0 };
	const bool is_root = geteuid() == 0;
	uid_t uid = is_root ? 4321 : geteuid(), real, effective, saved;
	gid_t gid = is_root ? 1234 : getegid();
	int signal = 0;

	if (att_lockdown_begin_with_ids(&why) != ATT_OK ||
	    att_lockdown_become(uid, gid, &why) != ATT_OK)
		return 1;
	if (getresuid(&real, &effective, &saved) != 0 || real != uid ||
	    effective != uid || saved != uid)
		return 2;
	if (getresgid(&real, &effective, &saved) != 0 || real != gid ||
	    effective != gid || saved != gid ||
	    (is_root && getgroups(0, NULL) != 0))
		return 3;
	if (!is_status("CapPrm", 0) || !is_status("CapEff", 0) ||
	    (is_root && !is_status("CapBnd", 0)))
		return 4;
	if (prctl(PR_GET_PDEATHSIG, &signal, 0, 0, 0) != 0 ||
	    signal != SIGKILL || prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 5;
	return setresuid(0, 0, 0) != 0 ? GOOD : 6;
}

/* Root stays root, without the powers of one. */
static int
check_becoming_root(void)
{
	struct att_reason why = { 0 };

	if (att_lockdown_begin_with_ids(&why) != ATT_OK)
		return 1;
	if (geteuid() != 0)
		return att_lockdown_become(0, 0, &why) == ATT_ERR_SANDBOX ? GOOD
									  : 2;
	if (att_lockdown_become(0, 0, &why) != ATT_OK)
		return 3;
	return is_status("CapPrm", 0) && is_status("CapBnd", 0) ? GOOD : 4;
}

/* -1 would leave root what it is; so would having given the right up. */
static int
check_not_becoming(void)
{
	struct att_reason why = { 0 };

	if (att_lockdown_begin_with_ids(&why) != ATT_OK)
		return 1;
	if (att_lockdown_become((uid_t)-1, 1, &why) != ATT_ERR_SANDBOX ||
	    att_lockdown_become(1, (gid_t)-1, &why) != ATT_ERR_SANDBOX)
		return 2;
	if (att_lockdown_forget_ids(&why) != ATT_OK)
		return 3;
	return att_lockdown_become(4321, 4321, &why) == ATT_ERR_SANDBOX ? GOOD
									: 4;
}

static void
becomes_somebody_for_good(void **state)
{
	(void)state;
	assert_int_equal(run_on_channel(check_forgetting_ids), GOOD);
	assert_int_equal(run_on_channel(check_becoming), GOOD);
	assert_int_equal(run_on_channel(check_becoming_root), GOOD);
	assert_int_equal(run_on_channel(check_not_becoming), GOOD);
}

static void
sheds_what_it_inherits(void **state)
{
	(void)state;
	assert_int_equal(run_on_channel(check_process), GOOD);
	assert_int_equal(run_on_channel(check_descriptors), GOOD);
	assert_int_equal(run_on_channel(check_signals), GOOD);
	assert_int_equal(run_on_channel(check_limits), GOOD);
	assert_int_equal(run_on_channel(check_capabilities), GOOD);
}

static int
wait_for_deadline(void)
{
	if (begin_only() != GOOD)
		return 1;
	att_lockdown_deadline(1);
	sleep(20);
	return 2;
}

static void
has_a_deadline(void **state)
{
	(void)state;
	assert_int_equal(run_on_channel(wait_for_deadline), -SIGALRM);
}

/* Under sudo: real id the user's, effective id root. */
static int
check_ids(void)
{
	uid_t real, effective, saved;

	if (setresuid(65534, 0, 1) != 0 || begin_only() != GOOD)
		return 1;
	if (getresuid(&real, &effective, &saved) != 0)
		return 2;
	return real == 0 && effective == 0 && saved == 0 ? GOOD : 3;
}

static int
check_ids_of_user(void)
{
	uid_t real, effective, saved;

	if (begin_only() != GOOD || getresuid(&real, &effective, &saved) != 0)
		return 1;
	return real == effective && saved == effective ? GOOD : 2;
}

static void
settles_on_the_effective_id(void **state)
{
	(void)state;
	assert_int_equal(
	    run_on_channel(geteuid() == 0 ? check_ids : check_ids_of_user),
	    GOOD);
}

static int
check_unknown_profile(void)
{
	struct att_reason why = { 0 };

	return att_lockdown_system_calls(ATT_LOCKDOWN_PROFILE_COUNT, &why) ==
		       ATT_ERR_INTERNAL
		   ? GOOD
		   : BAD;
}

static void
refuses_unknown_profile(void **state)
{
	(void)state;
	assert_int_equal(run(check_unknown_profile, 0),
	    att_lockdown_is_relaxed() ? BAD : GOOD);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wants_a_channel),
		cmocka_unit_test(sheds_what_it_inherits),
		cmocka_unit_test(becomes_somebody_for_good),
		cmocka_unit_test(has_a_deadline),
		cmocka_unit_test(settles_on_the_effective_id),
		cmocka_unit_test(refuses_unknown_profile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
