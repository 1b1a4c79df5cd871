/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Landlock by direct system calls. The structures and bits are defined here
 * because the headers of a build machine may be older than the kernel that
 * runs the program (landlock(7), include/uapi/linux/landlock.h).
 */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/lockdown.h"

/* The same numbers on every architecture but alpha, which has no Debian. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

enum {
	CREATE_RULESET_VERSION = 1,
	RULE_PATH_BENEATH = 1,
	RULE_NET_PORT = 2
};

#define FS_EXECUTE (UINT64_C(1) << 0)
#define FS_WRITE_FILE (UINT64_C(1) << 1)
#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define FS_REMOVE_DIR (UINT64_C(1) << 4)
#define FS_REMOVE_FILE (UINT64_C(1) << 5)
#define FS_MAKE_DIR (UINT64_C(1) << 7)
#define FS_MAKE_REG (UINT64_C(1) << 8)
#define FS_REFER (UINT64_C(1) << 13)
#define FS_TRUNCATE (UINT64_C(1) << 14)
#define FS_IOCTL_DEV (UINT64_C(1) << 15)

#define NET_BIND_TCP (UINT64_C(1) << 0)
#define NET_CONNECT_TCP (UINT64_C(1) << 1)

#define SCOPE_ABSTRACT_UNIX_SOCKET (UINT64_C(1) << 0)
#define SCOPE_SIGNAL (UINT64_C(1) << 1)

#define FS_READ (FS_READ_FILE | FS_READ_DIR)
#define FS_WRITE                                                               \
	(FS_READ | FS_WRITE_FILE | FS_REMOVE_FILE | FS_REMOVE_DIR |            \
	    FS_MAKE_DIR | FS_MAKE_REG | FS_REFER | FS_TRUNCATE)
#define FS_DEVICE (FS_READ | FS_WRITE_FILE | FS_IOCTL_DEV)
/* The rights that a rule on something else than a folder may name. */
#define FS_OF_FILES                                                            \
	(FS_EXECUTE | FS_WRITE_FILE | FS_READ_FILE | FS_TRUNCATE | FS_IOCTL_DEV)

struct ruleset_attr {
	uint64_t handled_access_fs;
	uint64_t handled_access_net;
	uint64_t scoped;
};

struct path_beneath_attr {
	uint64_t allowed_access;
	int32_t parent_fd;
} __attribute__((packed));

struct net_port_attr {
	uint64_t allowed_access;
	uint64_t port;
};

/* What each version of the interface can restrict; later ones add to it. */
static const struct {
	int abi;
	struct ruleset_attr handled;
	size_t size; /* of the structure that version knows */
} versions[] = {
	{ 6,
	    { .handled_access_fs = (FS_IOCTL_DEV << 1) - 1,
		.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP,
		.scoped = SCOPE_ABSTRACT_UNIX_SOCKET | SCOPE_SIGNAL },
	    24 },
	{ 5,
	    { .handled_access_fs = (FS_IOCTL_DEV << 1) - 1,
		.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP },
	    16 },
	{ 4,
	    { .handled_access_fs = (FS_TRUNCATE << 1) - 1,
		.handled_access_net = NET_BIND_TCP | NET_CONNECT_TCP },
	    16 },
	{ 3, { .handled_access_fs = (FS_TRUNCATE << 1) - 1 }, 8 },
	{ 2, { .handled_access_fs = (FS_REFER << 1) - 1 }, 8 },
	{ 1, { .handled_access_fs = FS_REFER - 1 }, 8 },
};

static const uint64_t rights[] = {
	[ATT_ACCESS_READ] = FS_READ,
	[ATT_ACCESS_WRITE] = FS_WRITE,
	[ATT_ACCESS_DEVICE] = FS_DEVICE,
};

static enum att_err
refuse_errno(struct att_reason *why, const char *what)
{
	return att_refuse(
	    why, ATT_ERR_SANDBOX, "Landlock, %s: %s", what, strerror(errno));
}

/* The row of the kernel's version, NULL without Landlock. */
static enum att_err
find_version(size_t *indexp, bool *is_there, struct att_reason *why)
{
	long abi = syscall(
	    SYS_landlock_create_ruleset, NULL, 0, CREATE_RULESET_VERSION);

	*is_there = false;
	*indexp = 0;
	if (abi < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
		return ATT_OK;
	if (abi < 1)
		return refuse_errno(why, "version");
	while (versions[*indexp].abi > abi)
		(*indexp)++;
	*is_there = true;
	return ATT_OK;
}

static enum att_err
add_path(int ruleset, const struct att_lockdown_path *path, uint64_t handled,
    struct att_reason *why)
{
	struct path_beneath_attr rule = {
		.allowed_access = rights[path->access] & handled,
	};
	int fd = open(path->path, O_PATH | O_CLOEXEC);
	long r;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
		return ATT_OK;
	if (fd < 0)
		return refuse_errno(why, path->path);
	rule.parent_fd = fd;
	r = syscall(
	    SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH, &rule, 0);
	if (r != 0 && errno == EINVAL) {
		rule.allowed_access &= FS_OF_FILES;
		r = syscall(SYS_landlock_add_rule, ruleset, RULE_PATH_BENEATH,
		    &rule, 0);
	}
	close(fd);
	return r == 0 ? ATT_OK : refuse_errno(why, path->path);
}

static enum att_err
add_port(int ruleset, uint16_t port, uint64_t handled, struct att_reason *why)
{
	const struct net_port_attr rule = {
		.allowed_access = NET_CONNECT_TCP & handled,
		.port = port,
	};

	if (rule.allowed_access == 0 || syscall(SYS_landlock_add_rule, ruleset,
					    RULE_NET_PORT, &rule, 0) == 0)
		return ATT_OK;
	return refuse_errno(why, "port");
}

static enum att_err
add_rules(int ruleset, const struct att_lockdown_reach *reach,
    const struct ruleset_attr *handled, struct att_reason *why)
{
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < reach->path_count && err == ATT_OK; i++)
		err = add_path(
		    ruleset, &reach->paths[i], handled->handled_access_fs, why);
	for (size_t i = 0; i < reach->port_count && err == ATT_OK; i++)
		err = add_port(
		    ruleset, reach->ports[i], handled->handled_access_net, why);
	return err;
}

enum att_err
att_lockdown_reach(const struct att_lockdown_reach *reach, bool *is_enforced,
    struct att_reason *why)
{
	enum att_err err;
	size_t version;
	bool is_there;
	int ruleset = -1;

	*is_enforced = false;
	if (att_lockdown_is_relaxed())
		return ATT_OK;
	err = find_version(&version, &is_there, why);
	if (err != ATT_OK || !is_there)
		return err;
	ruleset = (int)syscall(SYS_landlock_create_ruleset,
	    &versions[version].handled, versions[version].size, 0);
	if (ruleset < 0)
		return refuse_errno(why, "rules");
	err = add_rules(ruleset, reach, &versions[version].handled, why);
	if (err == ATT_OK && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		err = refuse_errno(why, "PR_SET_NO_NEW_PRIVS");
	if (err == ATT_OK &&
	    syscall(SYS_landlock_restrict_self, ruleset, 0) != 0)
		err = refuse_errno(why, "enforcement");
	*is_enforced = err == ATT_OK;
	close(ruleset);
	return err;
}

enum att_err
att_lockdown_paths(const struct att_lockdown_path *paths, size_t count,
    bool *is_enforced, struct att_reason *why)
{
	const struct att_lockdown_reach reach = { .paths = paths,
		.path_count = count };

	return att_lockdown_reach(&reach, is_enforced, why);
}
