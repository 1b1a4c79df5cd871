/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-agent: becomes the caller, connects to the caller's SSH agent,
 * and has it sign with security keys. Decides nothing; it is the only program
 * that reads what such an agent says.
 */
#include "agent/serve.h"

int
main(void)
{
	return agent_run();
}
