/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl ssh verify: judges what ssh-keygen wrote as a registration would,
 * over a challenge that the caller knows to be fresh. It stores nothing, and
 * prints as attestctl verify does.
 */
#include <stdio.h>
#include <stdlib.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_ssh.h"
#include "attestctl/cmd_verify.h"
#include "attestctl/out.h"
#include "attestctl/terms.h"
#include "login/ssh_attestation.h"
#include "store/record.h"
#include "wire/ssh_enrolment.h"

/* The command line. */
struct request {
	bool is_json;
	const char *public_key;
	const char *attestation;
	const char *challenge;
	struct att_terms terms;
};

/* What it names, and what came of it; owned. */
struct verification {
	struct request request;
	uint8_t *public_key, *attestation, *challenge;
	struct att_bytes challenge_bytes; /* lent */
	struct att_ssh_presented presented;
	struct att_buf object;
	struct att_verdict verdict;
};

enum option_code {
	OPT_JSON = 256,
	OPT_PUBLIC_KEY,
	OPT_ATTESTATION,
	OPT_CHALLENGE,
};

static const struct option options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "public-key", required_argument, NULL, OPT_PUBLIC_KEY },
	{ "attestation", required_argument, NULL, OPT_ATTESTATION },
	{ "challenge", required_argument, NULL, OPT_CHALLENGE },
	{ "roots", required_argument, NULL, ATT_TERMS_ROOTS },
	{ "intermediates", required_argument, NULL, ATT_TERMS_INTERMEDIATES },
	{ "at", required_argument, NULL, ATT_TERMS_AT },
	{ "set", required_argument, NULL, ATT_TERMS_SET },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: attestctl [--config FILE] ssh verify [--json] --public-key FILE\n"
    "           --attestation FILE --challenge FILE [--roots PATH]...\n"
    "           [--intermediates PATH]... [--at TIME] [--set "
    "OPTION=VALUE]...\n"
    "\n"
    "Judges an SSH key by what ssh-keygen wrote, and stores nothing. That the\n"
    "challenge is fresh is for you to know.\n";

/* --- The command line ---------------------------------------------------- */

static enum att_err
take_option(void *arg, int code, const char *value, struct att_reason *why)
{
	struct request *request = arg;

	switch (code) {
	case OPT_JSON:
		request->is_json = true;
		return ATT_OK;
	case OPT_PUBLIC_KEY:
		request->public_key = value;
		return ATT_OK;
	case OPT_ATTESTATION:
		request->attestation = value;
		return ATT_OK;
	case OPT_CHALLENGE:
		request->challenge = value;
		return ATT_OK;
	default:
		return att_terms_take(&request->terms, code, value, why);
	}
}

/* *help: usage was asked for, nothing else was looked at. */
static enum att_err
parse(struct request *request, int argc, char **argv, bool *help,
    struct att_reason *why)
{
	struct att_question question = { .name = "ssh verify",
		.options = options,
		.has_no_file = true,
		.take = take_option,
		.arg = request };
	enum att_err r;

	if (att_terms_init(&request->terms, argc) != ATT_OK)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	r = att_question_parse(argc, argv, &question, why);
	*help = question.is_help;
	if (r != ATT_OK || *help)
		return r;
	if (request->public_key == NULL || request->attestation == NULL ||
	    request->challenge == NULL)
		return att_refuse(why, ATT_ERR_USAGE,
		    "--public-key, --attestation and --challenge are needed; "
		    "see \"attestctl ssh verify --help\"");
	return ATT_OK;
}

/* --- The judgement ------------------------------------------------------- */

static enum att_err
gather(struct verification *v, struct att_options *opts, struct att_reason *why)
{
	const struct request *request = &v->request;
	struct att_bytes public_key, attestation;
	enum att_err r;

	if ((r = att_terms_load(&v->request.terms, opts, why)) != ATT_OK ||
	    (r = att_ssh_read_file(request->challenge, ATT_SSH_CHALLENGE_MAX,
		 &v->challenge, &v->challenge_bytes, why)) != ATT_OK ||
	    (r = att_ssh_read_file(request->public_key, ATT_SSH_PUBLIC_KEY_MAX,
		 &v->public_key, &public_key, why)) != ATT_OK ||
	    (r = att_ssh_read_file(request->attestation,
		 ATT_SSH_ATTESTATION_MAX, &v->attestation, &attestation,
		 why)) != ATT_OK)
		return r;
	return att_ssh_presented_read(
	    public_key, attestation, &v->presented, why);
}

static enum att_exit
fail(const struct att_reason *why)
{
	att_out_error("ssh verify", "%s", why->text);
	return ATT_EXIT_UNKNOWN;
}

static enum att_exit
verify(struct verification *v, struct att_options *opts)
{
	const struct att_ssh_judgement judgement = {
		.presented = &v->presented,
		.opts = opts,
		.trust = &v->request.terms.trust,
		.time = v->request.terms.at,
	};
	struct att_reason why = { .code = ATT_OK };
	enum att_err r;

	if ((r = gather(v, opts, &why)) == ATT_OK)
		r = att_ssh_attestation_judge(&judgement, v->challenge_bytes,
		    &v->object, &v->verdict, &why);
	if (att_refuse_plain(&why, r) != ATT_OK && !att_err_is_refusal(r))
		return fail(&why);
	if (v->request.is_json)
		return att_verdict_print_json(&v->verdict, r, &why);
	return att_verdict_print_text(&v->verdict, r, &why);
}

static void
verification_reset(struct verification *v)
{
	att_verdict_reset(&v->verdict);
	att_buf_reset(&v->object);
	att_ssh_presented_reset(&v->presented);
	att_terms_reset(&v->request.terms);
	free(v->public_key);
	free(v->attestation);
	free(v->challenge);
}

enum att_exit
att_ssh_verify(const struct att_invocation *invocation, int argc, char **argv)
{
	struct verification v = { .public_key = NULL };
	struct att_reason why = { .code = ATT_OK };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	struct att_options *opts;
	bool help = false;

	att_buf_init(&v.object, ATT_RECORD_OBJECT_MAX);
	if (parse(&v.request, argc, argv, &help, &why) != ATT_OK) {
		status = fail(&why);
	} else if (help) {
		fputs(usage, stdout);
		status = ATT_EXIT_DONE;
	} else if (att_invocation_options(invocation, &opts) == ATT_OK) {
		status = verify(&v, opts);
	}
	verification_reset(&v);
	return status;
}
