/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl host status: what the host gate would say now. */
#include "attestctl/arguments.h"
#include "attestctl/cmd_host.h"
#include "attestctl/out.h"

static const char usage[] =
    "usage: attestctl [--config FILE] host status [--json]\n"
    "\n"
    "Says what the host gate would say to a login now, whether or not the\n"
    "option host asks it: whether the token of this host is accepted and "
    "until\n"
    "when, and which key of its TPM it is bound to, which has to answer as it\n"
    "does at a login. See attestctl-host(8).\n"
    "\n"
    "  -j, --json  print an object\n"
    "  -h, --help  show this\n"
    "\n"
    "Exit status: 0 accepted, 1 refused, 2 cannot tell; the configuration is\n"
    "wrong, for example.\n";

enum att_exit
att_cmd_host_status(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "host status",
		.usage = usage,
		.options = att_arguments_plain };
	struct att_host_verdict verdict = { .is_token_accepted = false };
	struct att_host_answer answer = { .verdict = &verdict };
	struct att_options *opts = NULL;
	struct att_reason why = { 0 };
	enum att_exit status;
	struct att_host host;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_invocation_options(invocation, &opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	answer.opts = opts;
	answer.why = &why;
	att_host_init(&host);
	if ((answer.err = att_host_open(&host, opts, NULL, &why)) == ATT_OK)
		answer.err = att_host_judge(&host, opts, &verdict, &why);
	att_host_close(&host);
	if (att_host_is_unknown(att_refuse_plain(&why, answer.err))) {
		att_out_reason(args.name, answer.err, &why);
		status = ATT_EXIT_UNKNOWN;
	} else {
		status = att_host_answer_print(&answer, args.is_json);
	}
	att_options_free(&opts);
	return status;
}
