/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Linked in addition to sandbox_authenticator.c: the same program with the
 * lock-down left out (sandbox_unlocked), where what is tried has to work, or
 * its failure in the locked program would prove nothing; or with the filter
 * of system calls and the limits left out (sandbox_landlock), so that Landlock
 * is seen.
 */
#include "base/lockdown.h"

enum att_err __wrap_att_lockdown_paths(const struct att_lockdown_path *paths,
    size_t count, bool *is_enforced, struct att_reason *why);
enum att_err __wrap_att_lockdown_limits(
    const struct att_lockdown_limits *limits, struct att_reason *why);
enum att_err __wrap_att_lockdown_system_calls(
    enum att_lockdown_profile profile, struct att_reason *why);

enum att_err
__wrap_att_lockdown_paths(const struct att_lockdown_path *paths, size_t count,
    bool *is_enforced, struct att_reason *why)
{
	(void)paths;
	(void)count;
	(void)why;
	*is_enforced = false;
	return ATT_OK;
}

enum att_err
__wrap_att_lockdown_system_calls(
    enum att_lockdown_profile profile, struct att_reason *why)
{
	(void)profile;
	(void)why;
	return ATT_OK;
}

enum att_err
__wrap_att_lockdown_limits(
    const struct att_lockdown_limits *limits, struct att_reason *why)
{
	(void)limits;
	(void)why;
	return ATT_OK;
}
