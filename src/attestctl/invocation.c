/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration that a command works by. */
#include "attestctl/command.h"
#include "attestctl/out.h"

enum att_err
att_invocation_options(
    const struct att_invocation *invocation, struct att_options **optsp)
{
	struct att_reason why = { 0 };
	enum att_err r;

	if ((r = att_options_new(optsp)) == ATT_OK)
		r = att_options_read_file(*optsp, invocation->config, &why);
	if (r != ATT_OK) {
		att_out_reason("configuration", r, &why);
		att_options_free(optsp);
	}
	return r;
}
