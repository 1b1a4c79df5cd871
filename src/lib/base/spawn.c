/* SPDX-License-Identifier: BSD-2-Clause */
/* posix_spawn with every attribute that keeps the caller's world outside. */
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <unistd.h>

#include "base/spawn.h"

static int
set_attributes(posix_spawnattr_t *attr)
{
	sigset_t all, none;
	int r;

	sigfillset(&all);
	sigemptyset(&none);
	if ((r = posix_spawnattr_setflags(
		 attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
			   POSIX_SPAWN_SETSIGMASK)) != 0 ||
	    (r = posix_spawnattr_setsigdefault(attr, &all)) != 0)
		return r;
	return posix_spawnattr_setsigmask(attr, &none);
}

int
att_spawn_alone(const char *program, posix_spawn_file_actions_t *actions,
    char *const *argv, char *const *envp, pid_t *pidp)
{
	posix_spawnattr_t attr;
	int r;

	if ((r = posix_spawnattr_init(&attr)) != 0)
		return r;
	if ((r = set_attributes(&attr)) == 0 &&
	    (r = posix_spawn_file_actions_addclosefrom_np(actions, 3)) == 0 &&
	    (r = posix_spawn_file_actions_addchdir_np(actions, "/")) == 0)
		r = posix_spawn(pidp, program, actions, &attr, argv, envp);
	posix_spawnattr_destroy(&attr);
	return r;
}

static int
add_actions(posix_spawn_file_actions_t *actions, int channel)
{
	int r;

	if ((r = posix_spawn_file_actions_adddup2(actions, channel, 0)) != 0 ||
	    (r = posix_spawn_file_actions_addopen(
		 actions, 1, "/dev/null", O_RDWR, 0)) != 0)
		return r;
	return posix_spawn_file_actions_adddup2(actions, 1, 2);
}

enum att_err
att_spawn(const char *program, int channel, pid_t *pidp, struct att_reason *why)
{
	char *argv[] = { NULL, NULL }, *envp[] = { NULL };
	posix_spawn_file_actions_t actions;
	char path[4096];
	int r;

	*pidp = -1;
	if (strlen(program) >= sizeof(path))
		return att_refuse(why, ATT_ERR_SPAWN, "path too long");
	memcpy(path, program, strlen(program) + 1);
	argv[0] = path;
	if ((r = posix_spawn_file_actions_init(&actions)) != 0)
		return att_refuse(why, ATT_ERR_SPAWN, "%s", strerror(r));
	if ((r = add_actions(&actions, channel)) == 0)
		r = att_spawn_alone(program, &actions, argv, envp, pidp);
	posix_spawn_file_actions_destroy(&actions);
	if (r != 0)
		return att_refuse(why, ATT_ERR_SPAWN,
		    "%s cannot be started: %s; is pam_attest installed "
		    "completely?",
		    program, strerror(r));
	return ATT_OK;
}
