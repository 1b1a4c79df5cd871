/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl host endorse, activate: the host's side of an enrolment with a
 * registry of attestation keys.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_host.h"
#include "attestctl/enrolment.h"
#include "attestctl/out.h"
#include "host/host_keys.h"
#include "wire/tpm_session.h"

static const char endorse_usage[] =
    "usage: attestctl [--config FILE] host endorse [--out FILE]\n"
    "\n"
    "Says which TPM this host has, and which attestation key is in it, for a\n"
    "registry of such keys: an object with the certificate of the endorsement\n"
    "key, where the TPM has one, and both keys. An attestation key is made\n"
    "first if there is none. See attestctl-host(8).\n"
    "\n"
    "  -o, --out FILE  write the object to FILE instead of showing it\n"
    "  -h, --help      show this\n"
    "\n"
    "Exit status: 0 done, 1 the TPM refused, 2 cannot tell.\n";

static const struct option endorse_options[] = {
	{ "out", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char activate_usage[] =
    "usage: attestctl [--config FILE] host activate CHALLENGE|-\n"
    "\n"
    "Opens a challenge that a registry made for this host, as only its TPM "
    "can\n"
    "and only if it has the attestation key of the host, and prints the "
    "secret\n"
    "in it, for the registry. See attestctl-host(8).\n"
    "\n"
    "  -h, --help  show this\n"
    "\n"
    "Exit status: 0 done, 1 the TPM refused, 2 cannot tell.\n";

static const struct option activate_options[] = {
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What both commands work with. */
struct work {
	struct att_options *opts;
	struct att_host_keys keys;
	struct att_tpm_session *session;
};

static enum att_err
begin(struct work *work, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_host_aik_load(work->opts, &work->keys, why)) != ATT_OK)
		return err;
	return att_tpm_session_open(work->opts->host_tcti,
	    ATT_TPM_SESSION_SECONDS, &work->session, why);
}

static void
end(struct work *work)
{
	att_tpm_session_close(&work->session);
	att_host_keys_reset(&work->keys);
	att_options_free(&work->opts);
}

/* What the TPM does not do is a refusal; all else leaves it open. */
static enum att_exit
report(const char *name, enum att_err err, struct att_reason *why)
{
	if (err == ATT_OK)
		return ATT_EXIT_DONE;
	att_out_reason(name, att_refuse_plain(why, err), why);
	switch (err) {
	case ATT_ERR_TPM_EVIDENCE:
	case ATT_ERR_HOST_AIK_LOST:
		return ATT_EXIT_REFUSED;
	default:
		return ATT_EXIT_UNKNOWN;
	}
}

typedef enum att_err command_fn(
    struct work *work, const char *file, struct att_reason *why);

static enum att_exit
run(const struct att_invocation *invocation, const struct att_arguments *args,
    command_fn *command, const char *file)
{
	struct att_reason why = { 0 };
	struct work work = { 0 };
	enum att_exit status;

	if (att_invocation_options(invocation, &work.opts) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	status = report(args->name, command(&work, file, &why), &why);
	end(&work);
	return status;
}

/* --- endorse -------------------------------------------------------------- */

static bool
take_out(void *arg, int letter, const char *value)
{
	const char **out = arg;

	(void)letter;
	*out = value;
	return true;
}

/* A handle that is free is one where a key is to be. */
static enum att_err
ask(struct work *work, struct att_tpm_endorsement *endorsement,
    struct att_tpm_made *made, struct att_reason *why)
{
	struct att_tpm_key *aik = &work->keys.aik;
	enum att_err err;

	if (aik->is_new && isatty(STDERR_FILENO) == 1)
		fprintf(stderr, "attestctl: the TPM makes an attestation key, "
				"which may take a minute\n");
	err =
	    att_tpm_session_endorse(work->session, aik, endorsement, made, why);
	if (err != ATT_ERR_HOST_AIK_LOST || aik->handle == 0 || aik->is_new)
		return err;
	aik->is_new = true;
	return ask(work, endorsement, made, why);
}

static enum att_err
endorse(struct work *work, const char *out, struct att_reason *why)
{
	struct att_tpm_endorsement endorsement;
	struct att_tpm_made made;
	enum att_err err;

	if ((err = begin(work, why)) != ATT_OK ||
	    (err = ask(work, &endorsement, &made, why)) != ATT_OK ||
	    (err = att_host_aik_save(work->opts, &made.aik, why)) != ATT_OK)
		return err;
	return att_enrolment_write(
	    att_enrolment_make_request(&endorsement), out, why);
}

enum att_exit
att_cmd_host_endorse(
    const struct att_invocation *invocation, int argc, char **argv)
{
	const char *out = NULL;
	struct att_arguments args = { .name = "host endorse",
		.usage = endorse_usage,
		.options = endorse_options,
		.letters = "o:",
		.take = take_out,
		.arg = &out };
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	return run(invocation, &args, endorse, out);
}

/* --- activate ------------------------------------------------------------- */

static enum att_err
print_secret(struct att_bytes secret, struct att_reason *why)
{
	char *text = att_text_base64url(secret);
	int r;

	if (text == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	r = puts(text);
	explicit_bzero(text, strlen(text));
	free(text);
	if (r < 0 || fflush(stdout) != 0)
		return att_refuse(
		    why, ATT_ERR_SYSTEM, "standard output cannot be written");
	return ATT_OK;
}

static enum att_err
activate(struct work *work, const char *path, struct att_reason *why)
{
	struct att_enrolment challenge;
	struct att_tpm_activate request;
	struct att_bytes secret;
	enum att_err err;

	err = att_enrolment_read_challenge(path, &challenge, why);
	if (err == ATT_OK && (err = begin(work, why)) == ATT_OK &&
	    work->keys.aik.is_new)
		err = att_refuse(why, ATT_ERR_HOST_AIK_LOST,
		    "%s (host_aik): there is no attestation key yet, so the "
		    "challenge is not for this host; begin with \"attestctl "
		    "host endorse\"",
		    work->opts->host_aik);
	if (err == ATT_OK) {
		request = (struct att_tpm_activate){ .aik = work->keys.aik,
			.credential = challenge.credential,
			.secret = challenge.secret };
		err = att_tpm_session_activate(
		    work->session, &request, &secret, why);
	}
	if (err == ATT_OK)
		err = print_secret(secret, why);
	att_enrolment_reset(&challenge);
	return err;
}

enum att_exit
att_cmd_host_activate(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "host activate",
		.usage = activate_usage,
		.options = activate_options,
		.least = 1,
		.most = 1 };
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	return run(invocation, &args, activate, args.operands[0]);
}
