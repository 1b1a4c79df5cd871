/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a host token, judged by keys that stay the same. */
#include "token_question.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct question *question = question_get();
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_token *token;
	enum att_err err;

	err = att_token_parse(att_bytes(data, size), &token, &why);
	if (err != ATT_OK) {
		if (token != NULL || why.code != err || why.text[0] == '\0')
			abort();
		return 0;
	}
	if (att_token_get_header(token) == NULL ||
	    att_token_get_claims(token) == NULL)
		abort();
	err = att_token_verify(
	    token, &question->opts, &question->trust, &verdict, &why);
	question_check(question, err, &verdict, &why);
	/* Without keys, nothing is ever known. */
	if (att_token_verify(token, &question->opts,
		&(struct att_token_trust){ .now = QUESTION_NOW }, &verdict,
		&why) == ATT_OK ||
	    verdict.is_signed)
		abort();
	att_token_free(&token);
	return 0;
}
