/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzz targets of tokens ask, and what has to be so of each token
 * that is accepted, whatever it says.
 */
#ifndef FUZZ_TOKEN_QUESTION_H
#define FUZZ_TOKEN_QUESTION_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known_key.h"
#include "resign.h"
#include "token/token.h"
#include "trust/anchors.h"

#define QUESTION_ISSUER "https://fuzz.attest.example"

enum {
	QUESTION_NOW = 1767225600 /* 2026-01-01 */
};

struct question {
	struct att_options opts;
	struct att_token_trust trust;
};

/* Made at the first call. Lent. */
static inline const struct question *
question_get(void)
{
	static char issuer[] = QUESTION_ISSUER;
	static char *issuers[] = { issuer };
	static struct question question;
	unsigned char *der = NULL;
	int len;

	if (question.trust.jwks != NULL)
		return &question;
	question.opts = (struct att_options){
		.host_issuer = { issuers, 1 },
		.host_type = (1U << ATT_TOKEN_TYPE_COUNT) - 1,
		.host_max_age = 28800,
		.host_leeway = 60,
		.host_grace = 600,
		.host_profile = ATT_HOST_PROFILE_NONE,
	};
	question.trust.now = QUESTION_NOW;
	question.trust.boot = QUESTION_NOW - 36000;
	len = i2d_X509(resign_get_keys()->root_cert, &der);
	if (len <= 0 ||
	    att_anchors_new(&question.trust.authorities) != ATT_OK ||
	    att_anchors_add_der(question.trust.authorities, ATT_ROLE_ANCHOR,
		att_bytes(der, (size_t)len), "fuzz", NULL) != ATT_OK ||
	    att_jwks_parse(att_bytes_text(known_key_get_jwks()),
		&question.trust.jwks, NULL) != ATT_OK)
		abort();
	OPENSSL_free(der);
	return &question;
}

/* Of a verdict that came with err. */
static inline void
question_check(const struct question *question, enum att_err err,
    const struct att_token_verdict *verdict, const struct att_reason *why)
{
	const int64_t now = question->trust.now;
	const int64_t leeway = question->opts.host_leeway;
	int64_t end = verdict->exp + leeway;

	if (err != ATT_OK) {
		if (why->code != err || why->text[0] == '\0')
			abort();
		return;
	}
	if (verdict->in_grace)
		end += question->opts.host_grace;
	if (!verdict->is_signed || verdict->type >= ATT_TOKEN_TYPE_COUNT ||
	    strcmp(verdict->issuer, QUESTION_ISSUER) != 0 ||
	    verdict->iat > now + leeway || verdict->nbf > now + leeway ||
	    now >= end || verdict->exp <= verdict->iat ||
	    verdict->iat + leeway < question->trust.boot)
		abort();
}

#endif
