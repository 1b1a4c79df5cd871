/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the answer of who gives out access tokens, or gives none. The
 * first byte says whose form it has.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "maa/access_token.h"
#include "maa/oauth_error.h"
#include "maa/secret.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	NOW = 1767225600
};

/* What is accepted may stand in a header, and ends within a month. */
static void
check_token(const struct att_access_token *token)
{
	if (!att_secret_is_token68(token->text) ||
	    strpbrk(token->text, "\r\n \t,;\"") != NULL ||
	    strlen(token->text) > ATT_ACCESS_TOKEN_MAX || token->end <= NOW ||
	    token->end > NOW + ATT_ACCESS_SECONDS_MAX)
		abort();
}

/* What is said of an error repeats no words. */
static void
check_error(struct att_bytes body)
{
	struct att_http_response response = { .status = 400 };
	struct att_oauth_error error;
	struct att_reason why = { 0 };

	att_oauth_error_read(body, &error);
	if (error.number < 0 || error.number > 999999999 ||
	    error.error[strspn(error.error, "abcdefghijklmnopqrstuvwxyz_")] !=
		'\0' ||
	    error.correlation[strspn(
		error.correlation, "0123456789abcdefABCDEF-")] != '\0')
		abort();
	att_buf_init(&response.body, body.len);
	if (att_buf_put(&response.body, body.ptr, body.len) != ATT_OK)
		abort();
	if (att_oauth_refuse_aad(&response, &why) != ATT_ERR_MAA_CREDENTIAL ||
	    strlen(why.text) > sizeof(why.text) - sizeof("..."))
		abort();
	att_http_response_reset(&response);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct att_access_form *form;
	struct att_access_token token;
	struct att_reason why = { 0 };
	enum att_err err;

	if (size == 0)
		return 0;
	form =
	    (data[0] & 1) != 0 ? &att_access_form_cli : &att_access_form_oauth;
	err = att_access_token_parse(
	    form, att_bytes(data + 1, size - 1), NOW, &token, &why);
	if (err == ATT_OK)
		check_token(&token);
	else if (err != ATT_ERR_MAA_ANSWER || why.code != err ||
		 token.text != NULL || token.end != 0)
		abort();
	att_access_token_reset(&token);
	check_error(att_bytes(data + 1, size - 1));
	return 0;
}
