/* SPDX-License-Identifier: BSD-2-Clause */
/* What a small process sheds first: identity, capabilities, descriptors. */
#include "config.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <linux/capability.h>

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/lockdown.h"

enum {
	NOBODY = 65534, /* the overflow id of the kernel: no file is its own */
	CHANNEL_FD = 0,
	FIRST_FD_TO_CLOSE = 3,
	CAPABILITIES_MAX = 64
};

bool
att_lockdown_is_relaxed(void)
{
#ifdef ATT_SANITIZERS
	return true;
#else
	return false;
#endif
}

#define BIT(capability) (UINT64_C(1) << (capability))

/*
 * Root needs none for what belongs to root. To open the device node of
 * somebody else, which the configuration may name, it needs the first one; to
 * become somebody else the others, and one to give these up everywhere.
 */
static const uint64_t kept_always = BIT(CAP_DAC_OVERRIDE);
static const uint64_t kept_with_ids = BIT(CAP_DAC_OVERRIDE) | BIT(CAP_SETUID) |
				      BIT(CAP_SETGID) | BIT(CAP_SETPCAP);

static enum att_err
refuse_errno(struct att_reason *why, const char *what)
{
	return att_refuse(
	    why, ATT_ERR_SANDBOX, "%s: %s", what, strerror(errno));
}

static enum att_err
check_channel(struct att_reason *why)
{
	int type = 0;
	socklen_t len = sizeof(type);

	if (getsockopt(CHANNEL_FD, SOL_SOCKET, SO_TYPE, &type, &len) != 0 ||
	    type != SOCK_SEQPACKET)
		return att_refuse(why, ATT_ERR_SANDBOX,
		    "descriptor 0 is not a channel of pam_attest: this program "
		    "is started by the PAM module, not by hand");
	return ATT_OK;
}

/* Who may not change this set has nothing that it could give. */
static void
shrink_bounding_set(uint64_t kept)
{
	for (unsigned int i = 0; i < CAPABILITIES_MAX; i++)
		if ((kept >> i & 1) == 0)
			prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
}

enum att_err
att_lockdown_leave_root(struct att_reason *why)
{
	if (geteuid() != 0)
		return ATT_OK;
	shrink_bounding_set(0);
	if (setgroups(0, NULL) != 0)
		return refuse_errno(why, "setgroups");
	if (setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
	    setresuid(NOBODY, NOBODY, NOBODY) != 0)
		return refuse_errno(why, "becoming nobody");
	return ATT_OK;
}

/*
 * Under sudo the caller's real id is the user's. Whoever it is must not be
 * able to signal or trace us, and nothing may come back later.
 */
static enum att_err
settle_ids(struct att_reason *why)
{
	gid_t gid = getegid();
	uid_t uid = geteuid();

	if (setresgid(gid, gid, gid) != 0)
		return refuse_errno(why, "setresgid");
	if (setresuid(uid, uid, uid) != 0)
		return refuse_errno(why, "setresuid");
	return ATT_OK;
}

/*
 * A hard limit. Who may raise it does, so that nobody before us decides how
 * far root gets; anybody else takes what is left of it.
 */
static enum att_err
limit(int resource, rlim_t value, struct att_reason *why)
{
	struct rlimit limit = { .rlim_cur = value, .rlim_max = value };

	if (setrlimit(resource, &limit) == 0)
		return ATT_OK;
	if (errno != EPERM || getrlimit(resource, &limit) != 0)
		return refuse_errno(why, "limits");
	limit.rlim_cur = limit.rlim_max;
	return setrlimit(resource, &limit) == 0 ? ATT_OK
						: refuse_errno(why, "limits");
}

enum att_err
att_lockdown_limits(
    const struct att_lockdown_limits *limits, struct att_reason *why)
{
	enum att_err err;

	if ((err = limit(RLIMIT_CPU, limits->cpu_seconds, why)) != ATT_OK ||
	    (err = limit(RLIMIT_NOFILE, limits->descriptors, why)) != ATT_OK ||
	    att_lockdown_is_relaxed())
		return err;
	if ((err = limit(RLIMIT_DATA, limits->memory, why)) != ATT_OK)
		return err;
	return limit(RLIMIT_AS, limits->memory, why);
}

static enum att_err
settle_limits(struct att_reason *why)
{
	static const struct att_lockdown_limits limits = {
		.cpu_seconds = 60,
		.memory = 1 << 30,
		.descriptors = 64,
	};
	const rlim_t file_size = 64 << 20;
	enum att_err err;

	if ((err = limit(RLIMIT_CORE, 0, why)) != ATT_OK ||
	    (err = limit(RLIMIT_FSIZE, file_size, why)) != ATT_OK)
		return err;
	return att_lockdown_limits(&limits, why);
}

/* capset(2) for all that is in kept and that the process has. */
static enum att_err
keep_capabilities(uint64_t kept, struct att_reason *why)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, sets) != 0)
		return refuse_errno(why, "capget");
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
		sets[i].permitted &= (uint32_t)(kept >> (32 * i));
		sets[i].effective = sets[i].permitted;
		sets[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &header, sets) != 0)
		return refuse_errno(why, "capset");
	return ATT_OK;
}

static enum att_err
settle_capabilities(uint64_t kept, struct att_reason *why)
{
	shrink_bounding_set(kept);
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	return keep_capabilities(kept, why);
}

enum att_err
att_lockdown_capabilities(struct att_reason *why)
{
	return keep_capabilities(0, why);
}

static enum att_err
settle_process(struct att_reason *why)
{
	umask(077);
	if (chdir("/") != 0)
		return refuse_errno(why, "chdir /");
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return refuse_errno(why, "PR_SET_NO_NEW_PRIVS");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return refuse_errno(why, "PR_SET_DUMPABLE");
	if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0)
		return refuse_errno(why, "PR_SET_PDEATHSIG");
	return ATT_OK;
}

/* 0, 1 and 2 have to be taken, or the next open file becomes one of them. */
static enum att_err
settle_descriptors(struct att_reason *why)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (open("/dev/null", O_RDWR | O_NOCTTY) != fd)
			return refuse_errno(why, "/dev/null");
	}
	if (fcntl(CHANNEL_FD, F_SETFD, FD_CLOEXEC) != 0)
		return refuse_errno(why, "FD_CLOEXEC");
	if (close_range(FIRST_FD_TO_CLOSE, ~0U, 0) == 0)
		return ATT_OK;
	for (int fd = FIRST_FD_TO_CLOSE; fd < sysconf(_SC_OPEN_MAX); fd++)
		close(fd);
	return ATT_OK;
}

static enum att_err
settle_signals(struct att_reason *why)
{
	struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	/* Fails for SIGKILL, SIGSTOP and those of the C library: no matter. */
	for (int sig = 1; sig <= SIGRTMAX; sig++)
		sigaction(sig, &action, NULL);
	action.sa_handler = SIG_IGN;
	if (sigaction(SIGPIPE, &action, NULL) != 0 ||
	    sigaction(SIGXFSZ, &action, NULL) != 0)
		return refuse_errno(why, "SIGPIPE, SIGXFSZ");
	sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) != 0)
		return refuse_errno(why, "signal mask");
	return ATT_OK;
}

static enum att_err
begin(uint64_t kept, struct att_reason *why)
{
	enum att_err err;

	if ((err = settle_ids(why)) != ATT_OK ||
	    (err = settle_descriptors(why)) != ATT_OK ||
	    (err = settle_signals(why)) != ATT_OK ||
	    (err = settle_limits(why)) != ATT_OK ||
	    (err = settle_capabilities(kept, why)) != ATT_OK)
		return err;
	/*
	 * Last: a change of ids would forget the parent-death signal, one of
	 * capabilities may.
	 */
	return settle_process(why);
}

enum att_err
att_lockdown_begin(struct att_reason *why)
{
	enum att_err err = check_channel(why);

	return err == ATT_OK ? begin(kept_always, why) : err;
}

enum att_err
att_lockdown_begin_alone(struct att_reason *why)
{
	return begin(kept_always, why);
}

enum att_err
att_lockdown_begin_with_ids(struct att_reason *why)
{
	enum att_err err = check_channel(why);

	return err == ATT_OK ? begin(kept_with_ids, why) : err;
}

enum att_err
att_lockdown_forget_ids(struct att_reason *why)
{
	return settle_capabilities(kept_always, why);
}

/* For good: whatever is asked of the kernel afterwards, this is who it is. */
static enum att_err
change_ids(uid_t uid, gid_t gid, struct att_reason *why)
{
	shrink_bounding_set(0);
	if (setgroups(0, NULL) != 0)
		return refuse_errno(why, "setgroups");
	if (setresgid(gid, gid, gid) != 0)
		return refuse_errno(why, "setresgid");
	if (setresuid(uid, uid, uid) != 0)
		return refuse_errno(why, "setresuid");
	return keep_capabilities(0, why);
}

/* Is it the user alone, with no way back? */
static bool
is_only(uid_t uid)
{
	uid_t real, effective, saved;

	return getresuid(&real, &effective, &saved) == 0 && real == uid &&
	       effective == uid && saved == uid &&
	       (uid == 0 || setresuid(0, 0, 0) != 0);
}

enum att_err
att_lockdown_become(uid_t uid, gid_t gid, struct att_reason *why)
{
	enum att_err err;

	/* For setresuid(2) and its kin these mean "as it is". */
	if (uid == (uid_t)-1 || gid == (gid_t)-1)
		return att_refuse(why, ATT_ERR_SANDBOX,
		    "the caller's user or group is no number of one");
	if (geteuid() == 0 && (err = change_ids(uid, gid, why)) != ATT_OK)
		return err;
	if (!is_only(uid))
		return att_refuse(why, ATT_ERR_SANDBOX,
		    "this process cannot become the user with the uid %u, "
		    "and nobody else",
		    (unsigned int)uid);
	return settle_process(why);
}

void
att_lockdown_deadline(unsigned int seconds)
{
	alarm(seconds);
}
