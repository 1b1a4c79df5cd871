/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PAM module: carries what PAM knows to the verifier and its answer back.
 *
 * It decides nothing and parses nothing but messages, so that sshd and sudo
 * map no more than libc and libpam; see pam_attest(8) and PROTOCOL.md.
 */
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "module/relay.h"
#include "wire/client.h"

#define EXPORTED __attribute__((visibility("default")))

/* The module arguments as PAM hands them over. */
struct arguments {
	int count;
	const char **words;
};

static enum att_err
copy_text(const char *text, char **outp)
{
	*outp = NULL;
	if (text != NULL && (*outp = strdup(text)) == NULL)
		return ATT_ERR_NO_MEMORY;
	return ATT_OK;
}

/* An item that libpam does not give is one that is not set. */
static enum att_err
copy_item(pam_handle_t *pamh, int type, char **outp)
{
	const void *item = NULL;

	*outp = NULL;
	if (pam_get_item(pamh, type, &item) != PAM_SUCCESS)
		return ATT_ERR_SYSTEM;
	return copy_text(item, outp);
}

/*
 * What sshd and other modules say through the PAM environment, and which agent
 * the application lets through from its own: an administrator has to choose
 * the latter.
 */
static enum att_err
copy_environment(pam_handle_t *pamh, struct att_start *start)
{
	enum att_err r;

	if ((r = copy_text(pam_getenv(pamh, "SSH_AUTH_INFO_0"),
		 &start->ssh_auth_info)) != ATT_OK ||
	    (r = copy_text(pam_getenv(pamh, "SSH_AUTH_SOCK"),
		 &start->agent_socket)) != ATT_OK)
		return r;
	return copy_text(getenv("SSH_AUTH_SOCK"), &start->agent_socket_shown);
}

static enum att_err
copy_arguments(const struct arguments *args, struct att_start *start)
{
	enum att_err r;

	if (args->count <= 0)
		return ATT_OK;
	start->arguments =
	    calloc((size_t)args->count, sizeof(*start->arguments));
	if (start->arguments == NULL)
		return ATT_ERR_NO_MEMORY;
	for (int i = 0; i < args->count; i++) {
		if ((r = copy_text(args->words[i], &start->arguments[i])) !=
		    ATT_OK)
			return r;
		start->argument_count++;
	}
	return ATT_OK;
}

static enum att_err
collect(
    pam_handle_t *pamh, const struct arguments *args, struct att_start *start)
{
	enum att_err r;

	start->uid = getuid();
	start->gid = getgid();
	if ((r = copy_item(pamh, PAM_SERVICE, &start->service)) != ATT_OK ||
	    (r = copy_item(pamh, PAM_USER, &start->user)) != ATT_OK ||
	    (r = copy_item(pamh, PAM_RUSER, &start->ruser)) != ATT_OK ||
	    (r = copy_item(pamh, PAM_RHOST, &start->rhost)) != ATT_OK ||
	    (r = copy_item(pamh, PAM_TTY, &start->tty)) != ATT_OK ||
	    (r = copy_environment(pamh, start)) != ATT_OK)
		return r;
	return copy_arguments(args, start);
}

/* The code of an error: whatever the list of errors says, it denies. */
static int
denial(enum att_err r)
{
	int code = att_err_pam(r);

	return code == PAM_SUCCESS || code == PAM_IGNORE ? PAM_SYSTEM_ERR
							 : code;
}

/* Asks the verifier; its code is the answer, anything else a denial. */
static int
decide(pam_handle_t *pamh, enum att_phase phase, int flags,
    const struct arguments *args)
{
	struct att_start start = { .phase = phase, .flags = (uint32_t)flags };
	const char *user = NULL;
	uint32_t code;
	enum att_err r;
	int result;

	/* Asks for the name where the application has not done so. */
	if ((result = pam_get_user(pamh, &user, NULL)) != PAM_SUCCESS)
		return result == PAM_IGNORE ? PAM_SYSTEM_ERR : result;
	if ((r = collect(pamh, args, &start)) != ATT_OK)
		pam_syslog(pamh, LOG_ERR, "cannot read the PAM items: %s",
		    att_err_text(r));
	else
		r = att_client_run(
		    &start, &relay_ops, pamh, ATT_CLIENT_DEADLINE_S, &code);
	result = r == ATT_OK ? (int)code : denial(r);
	att_start_reset(&start);
	return result;
}

EXPORTED int
pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct arguments args = { argc, argv };

	return decide(pamh, ATT_PHASE_AUTH, flags, &args);
}

EXPORTED int
pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct arguments args = { argc, argv };

	return decide(pamh, ATT_PHASE_ACCOUNT, flags, &args);
}

EXPORTED int
pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct arguments args = { argc, argv };

	if ((flags & PAM_PRELIM_CHECK) != 0)
		return decide(pamh, ATT_PHASE_PRELIM, flags, &args);
	if ((flags & PAM_UPDATE_AUTHTOK) != 0)
		return decide(pamh, ATT_PHASE_PASSWORD, flags, &args);
	return PAM_SERVICE_ERR;
}

/*
 * sshd tells only here which key it let in by a public key alone. An
 * application may change the user between authentication and session; the
 * verifier judges nothing but what sshd said.
 */
EXPORTED int
pam_sm_open_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	const struct arguments args = { argc, argv };

	return decide(pamh, ATT_PHASE_SESSION, flags, &args);
}

/*
 * There is no credential to set and nothing to do at the end of a session.
 * These run several times, in several processes, and also when nobody was
 * asked anything: they say yes and touch nothing.
 */
EXPORTED int
pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}

EXPORTED int
pam_sm_close_session(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	(void)argc;
	(void)argv;
	return PAM_SUCCESS;
}
