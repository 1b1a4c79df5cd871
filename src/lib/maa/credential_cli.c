/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The login that somebody made with the Azure CLI, for the user that runs us.
 * What it says of errors is not repeated: it may have secrets in it.
 */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "maa/credential_kind.h"
#include "maa/oauth_error.h"
#include "maa/program.h"

enum {
	ERRORS_MAX = 16384,
	PASSWD_MAX = 16384,
	HOME_MAX = 4096,
};

/* The Azure CLI finds what it knows in ".azure" below that. */
static enum att_err
put_home(char home[HOME_MAX], struct att_reason *why)
{
	char space[PASSWD_MAX];
	struct passwd entry, *found = NULL;
	int len;

	if (getpwuid_r(geteuid(), &entry, space, sizeof(space), &found) != 0 ||
	    found == NULL)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "user %ld has no home folder, where the Azure CLI would "
		    "keep its login",
		    (long)geteuid());
	len = snprintf(home, HOME_MAX, "HOME=%s", entry.pw_dir);
	if (len < 0 || len >= HOME_MAX)
		return att_refuse_plain(why, ATT_ERR_TOO_LARGE);
	return ATT_OK;
}

static enum att_err
refuse_status(const char *path, int status, const struct att_buf *errors,
    struct att_reason *why)
{
	const struct att_bytes said = att_buf_get(errors);
	int64_t number = att_oauth_find_number(said);
	const char *remedy = att_oauth_get_remedy(number);
	char what[64];

	if (WIFEXITED(status))
		snprintf(
		    what, sizeof(what), "exit status %d", WEXITSTATUS(status));
	else
		snprintf(what, sizeof(what), "signal %d", WTERMSIG(status));
	if (number != 0)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s gives no token: %s (%s, AADSTS%" PRId64 ")", path,
		    remedy == NULL ? "log in anew, as the user of this command"
				   : remedy,
		    what, number);
	return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
	    "%s gives no token (%s); is user %ld logged in? See: %s account "
	    "show",
	    path, what, (long)geteuid(), path);
}

/* maa_tenant is left out where it is not set: then it is that of the login. */
static enum att_err
run(const struct att_credential *credential, struct att_buf *output,
    struct att_buf *errors, int *status, struct att_reason *why)
{
	const struct att_options *opts = credential->opts;
	const char *argv[] = { opts->maa_az, "account", "get-access-token",
		"--output", "json", "--resource", opts->maa_audience, NULL,
		NULL, NULL };
	char home[HOME_MAX];
	const char *envp[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
		"LC_ALL=C.UTF-8", home, NULL };
	const struct att_program program = {
		.path = opts->maa_az,
		.argv = argv,
		.envp = envp,
		.seconds = opts->maa_timeout,
	};
	enum att_err err;

	if (opts->maa_tenant[0] != '\0') {
		argv[7] = "--tenant";
		argv[8] = opts->maa_tenant;
	}
	if ((err = put_home(home, why)) != ATT_OK)
		return err;
	err = att_program_run(&program, output, errors, status, why);
	if (err == ATT_ERR_PEER_SILENT)
		return att_refuse(why, ATT_ERR_MAA_UNREACHABLE,
		    "%s did not end within %u seconds (maa_timeout) and was "
		    "killed",
		    opts->maa_az, opts->maa_timeout);
	return err;
}

static enum att_err
read_output(const struct att_credential *credential, struct att_bytes output,
    struct att_access_token *token, struct att_reason *why)
{
	const struct att_maa_time *time = credential->time;
	enum att_err err;

	err = att_access_token_parse(
	    &att_access_form_cli, output, time->now(time->arg), token, why);
	if (err == ATT_OK)
		return ATT_OK;
	return att_refuse_within(why, err,
	    "what %s printed (expected Azure CLI 2.54 or newer)",
	    credential->opts->maa_az);
}

enum att_err
att_credential_obtain_from_cli(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why)
{
	const char *path = credential->opts->maa_az;
	struct att_buf output, errors;
	enum att_err err;
	int status;

	att_buf_init(&output, ATT_ACCESS_ANSWER_MAX);
	att_buf_init(&errors, ERRORS_MAX);
	err = run(credential, &output, &errors, &status, why);
	if (err == ATT_OK && status != 0)
		err = refuse_status(path, status, &errors, why);
	else if (err == ATT_OK)
		err = read_output(credential, att_buf_get(&output), token, why);
	att_buf_reset(&output);
	att_buf_reset(&errors);
	return err;
}
