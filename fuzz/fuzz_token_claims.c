/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the claims of a host token as if its signature were good, so
 * that the verdict depends on what they say; for each kind of key.
 */
#include "codec/base64url.h"
#include "token/token_parts.h"
#include "token_question.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A token of these claims that nobody signed. */
static enum att_err
parse_claims(
    struct att_bytes claims, struct att_token **token, struct att_reason *why)
{
	static const char header[] = "{\"alg\":\"RS256\"}";
	struct att_buf text;
	enum att_err err;

	att_buf_init(&text, KNOWN_KEY_LIMIT);
	if (att_base64url_encode(att_bytes_text(header), &text) != ATT_OK ||
	    att_buf_put(&text, ".", 1) != ATT_OK ||
	    att_base64url_encode(claims, &text) != ATT_OK ||
	    att_buf_put(&text, ".AAAA", 5) != ATT_OK)
		abort();
	err = att_token_parse(att_buf_get(&text), token, why);
	att_buf_reset(&text);
	return err;
}

/* What att_token_verify() does behind the signature. */
static enum att_err
judge(struct att_token_case *c, struct att_reason *why)
{
	struct att_token_verdict *verdict = c->verdict;

	if (strlen(c->iss) < sizeof(verdict->issuer))
		memcpy(verdict->issuer, c->iss, strlen(c->iss) + 1);
	verdict->is_signed = true;
	verdict->iat = c->iat;
	verdict->nbf = c->nbf;
	verdict->exp = c->exp;
	return att_token_check_claims(c, why);
}

static void
judge_as(const struct att_token *token, bool is_report)
{
	const struct question *question = question_get();
	struct att_token_verdict verdict = { .type = ATT_TOKEN_TYPE_COUNT };
	struct att_token_case c = { .jws = token->jws,
		.claims = att_token_get_claims(token),
		.opts = &question->opts,
		.trust = &question->trust,
		.verdict = &verdict,
		.is_report = is_report };
	struct att_reason why = { 0 };
	enum att_err err;

	if ((err = att_token_read_claims(&c, &why)) != ATT_OK) {
		if (err != ATT_ERR_TOKEN_MALFORMED || why.code != err)
			abort();
		return;
	}
	err = judge(&c, &why);
	question_check(question, err, &verdict, &why);
	if (verdict.type != ATT_TOKEN_TYPE_COUNT &&
	    is_report != (verdict.type == ATT_TOKEN_TPM))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_token *token;
	enum att_err err;

	if (size > ATT_JWKS_MAX)
		return 0;
	err = parse_claims(att_bytes(data, size), &token, &why);
	if (err != ATT_OK) {
		if (token != NULL || err != ATT_ERR_JWS_MALFORMED ||
		    why.code != err)
			abort();
		return 0;
	}
	judge_as(token, false);
	judge_as(token, true);
	att_token_free(&token);
	return 0;
}
