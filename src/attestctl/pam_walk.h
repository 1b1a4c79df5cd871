/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What libpam makes of a stack: the result for given results of its modules
 * (pam.conf(5)), and whether there is a way through to success on which no
 * module of ours has consented.
 */
#ifndef ATT_ATTESTCTL_PAM_WALK_H
#define ATT_ATTESTCTL_PAM_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "attestctl/pam_stack.h"

/*
 * The result of the stack when each module returns results[its index]; every
 * entry that is no module is passed over as libpam does. An empty stack is
 * PAM_PERM_DENIED.
 */
int att_pam_walk(const struct att_pam_stack *stack, const int *results);

/* One line because of which our check can be gone around. */
struct att_pam_gap {
	size_t index;	 /* of the entry */
	bool is_ours;	 /* its refusal is not heard: the results in codes */
	uint32_t codes;	 /* bits: 1 << what the module may return */
	bool is_skipped; /* it jumps over one of ours, or ends before it */
};

struct att_pam_gaps {
	struct att_pam_gap list[ATT_PAM_ENTRIES];
	size_t count;
	bool is_open; /* success without us is possible */
};

/*
 * Looks for every way through the stack on which no entry of those in checks
 * (a member for each entry) returns PAM_SUCCESS. Others may return anything,
 * but pam_deny.so only failures and pam_permit.so only PAM_SUCCESS. In the
 * account phase PAM_NEW_AUTHTOK_REQD is a success, too: sshd lets in whoever
 * then changes the password.
 *
 * gaps->is_open with no gap: no entry is in checks. ATT_ERR_NO_MEMORY.
 */
struct att_pam_search {
	const struct att_pam_stack *stack;
	enum att_pam_phase phase;
	const bool *checks;
};
enum att_err att_pam_gaps_find(const struct att_pam_search *search,
    struct att_pam_gaps *gaps) ATT_MUST_USE;

#endif
