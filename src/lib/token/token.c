/* SPDX-License-Identifier: BSD-2-Clause */
/* Host tokens: reading one, and the order in which it is judged. */
#include <stdlib.h>
#include <string.h>

#include "token/token_parts.h"

enum att_err
att_token_parse(
    struct att_bytes text, struct att_token **tokenp, struct att_reason *why)
{
	struct att_token *token = calloc(1, sizeof(*token));
	enum att_err err = ATT_ERR_NO_MEMORY;

	*tokenp = NULL;
	if (token == NULL)
		return att_refuse_plain(why, err);
	/* What is too long is refused before it is copied. */
	if (text.len <= ATT_JWS_TOKEN_MAX) {
		token->text = malloc(text.len + 1);
		if (token->text == NULL) {
			err = att_refuse_plain(why, err);
			goto out;
		}
		if (text.len > 0)
			memcpy(token->text, text.ptr, text.len);
		text.ptr = token->text;
	}
	err = att_jws_parse_token(text, &token->jws, why);
	if (err != ATT_OK)
		goto out;
	*tokenp = token;
	token = NULL;
out:
	att_token_free(&token);
	return err;
}

void
att_token_free(struct att_token **tokenp)
{
	struct att_token *token = *tokenp;

	if (token == NULL)
		return;
	att_jws_free(&token->jws);
	free(token->text);
	free(token);
	*tokenp = NULL;
}

struct att_bytes
att_token_trim(struct att_bytes file)
{
	if (file.len > 0 && file.ptr[file.len - 1] == '\n')
		file.len--;
	return file;
}

const struct json_t *
att_token_get_header(const struct att_token *token)
{
	return att_jws_get_header(token->jws);
}

const struct json_t *
att_token_get_claims(const struct att_token *token)
{
	return att_jws_get_payload(token->jws);
}

enum att_err
att_token_verify(const struct att_token *token, const struct att_options *opts,
    const struct att_token_trust *trust, struct att_token_verdict *verdict,
    struct att_reason *why)
{
	struct att_token_case c = { .jws = token->jws,
		.claims = att_jws_get_payload(token->jws),
		.opts = opts,
		.trust = trust,
		.verdict = verdict };
	enum att_err err;

	*verdict = (struct att_token_verdict){ .type = ATT_TOKEN_TYPE_COUNT };
	if ((err = att_token_read_claims(&c, why)) != ATT_OK ||
	    (err = att_token_check_signature(&c, why)) != ATT_OK)
		return err;
	return att_token_check_claims(&c, why);
}
