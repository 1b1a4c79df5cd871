/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-agent, taken over by what it reads: the main() of the product with
 * another reader of lists, which tries one thing, named as the first key that
 * is looked for, and finds that key if it worked.
 *
 *	sandbox_agent list     the names of what can be tried
 *	sandbox_agent relaxed  0 in a build without lock-down
 *
 * and else as pam_attest-agent.
 */
#include <stdio.h>
#include <string.h>

#include "agent/protocol.h"
#include "agent/serve.h"
#include "base/lockdown.h"
#include "sandbox_attempts.h"

enum att_err __wrap_agent_read_list(struct att_bytes answer,
    const struct att_agent_find *wanted, struct att_agent_found *found,
    struct att_reason *why);

enum att_err
__wrap_agent_read_list(struct att_bytes answer,
    const struct att_agent_find *wanted, struct att_agent_found *found,
    struct att_reason *why)
{
	const struct attempt *attempt;
	char name[64];

	(void)answer;
	snprintf(name, sizeof(name), "%.*s", (int)wanted->keys[0].len,
	    (const char *)wanted->keys[0].ptr);
	*found = (struct att_agent_found){ 0 };
	if ((attempt = attempt_find(name)) == NULL)
		return att_refuse(why, ATT_ERR_INTERNAL, "no such attempt");
	if (attempt->run() == 0)
		found->count = 1;
	return ATT_OK;
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "relaxed") == 0)
		return att_lockdown_is_relaxed() ? 0 : 1;
	if (argc == 2 && strcmp(argv[1], "list") == 0) {
		for (size_t i = 0; i < attempt_count; i++)
			printf("%s %s\n", attempts[i].name,
			    attempts[i].is_sure ? "sure" : "unsure");
		return 0;
	}
	return agent_run();
}
