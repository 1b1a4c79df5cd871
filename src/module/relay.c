/* SPDX-License-Identifier: BSD-2-Clause */
/* The PAM conversation, one message at a time. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <security/pam_ext.h>

#include "module/relay.h"

/*
 * Says or asks one thing. *answerp, which may be NULL, is what the person
 * typed or NULL; an answer nobody wants is wiped.
 */
static int
converse(pam_handle_t *pamh, int style, const char *text, char **answerp)
{
	const struct pam_message message = { .msg_style = style, .msg = text };
	const struct pam_message *messages[] = { &message };
	struct pam_response *response = NULL;
	const struct pam_conv *conv;
	const void *item = NULL;
	char *answer;
	int r;

	if (pam_get_item(pamh, PAM_CONV, &item) != PAM_SUCCESS || item == NULL)
		return PAM_CONV_ERR;
	conv = item;
	if (conv->conv == NULL)
		return PAM_CONV_ERR;
	/* On an error pam_conv(3) owns, and has freed, its response. */
	r = conv->conv(1, messages, &response, conv->appdata_ptr);
	if (r != PAM_SUCCESS || response == NULL)
		return r;
	answer = response->resp;
	free(response);
	if (answerp != NULL) {
		*answerp = answer;
		return PAM_SUCCESS;
	}
	if (answer != NULL)
		explicit_bzero(answer, strlen(answer));
	free(answer);
	return PAM_SUCCESS;
}

static void
relay_info(void *pamh, const char *text)
{
	(void)converse(pamh, PAM_TEXT_INFO, text, NULL);
}

static void
relay_error(void *pamh, const char *text)
{
	(void)converse(pamh, PAM_ERROR_MSG, text, NULL);
}

static int
relay_prompt(void *pamh, bool echo, const char *text, char **answerp)
{
	int r;

	*answerp = NULL;
	r = converse(pamh, echo ? PAM_PROMPT_ECHO_ON : PAM_PROMPT_ECHO_OFF,
	    text, answerp);
	if (r == PAM_SUCCESS && *answerp == NULL)
		return PAM_CONV_ERR;
	return r;
}

static void
relay_log(void *pamh, int priority, const char *text)
{
	pam_syslog(pamh, priority, "%s", text);
}

/* A pending signal is a blocked one: any other would have acted by now. */
static bool
relay_is_cancelled(void *pamh)
{
	sigset_t pending;

	(void)pamh;
	if (sigpending(&pending) != 0)
		return false;
	return sigismember(&pending, SIGINT) == 1 ||
	       sigismember(&pending, SIGQUIT) == 1 ||
	       sigismember(&pending, SIGTERM) == 1;
}

const struct att_client_ops relay_ops = {
	.info = relay_info,
	.error = relay_error,
	.prompt = relay_prompt,
	.log = relay_log,
	.is_cancelled = relay_is_cancelled,
};
