/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a JSON web signature, and whether its own leaf made it. */
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/jws.h"
#include "trust/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_signature(const struct att_jws *jws)
{
	struct att_reason why = { 0 };
	enum att_err err;
	struct att_certificate *leaf;

	if (att_certificate_decode(
		att_jws_get_certificate(jws, 0), NULL, &leaf, &why) != ATT_OK)
		return;
	err = att_jws_verify(jws, att_certificate_get_key(leaf), &why);
	if (err != ATT_OK && err != why.code)
		abort();
	att_certificate_free(&leaf);
}

/* A token is held to more than any other: what it may be, they may. */
static void
check_token(struct att_bytes text)
{
	struct att_reason why = { 0 };
	struct att_jws *jws, *other;
	enum att_err err = att_jws_parse_token(text, &jws, &why);
	const char *alg, *typ;

	if (err != ATT_OK) {
		if (jws != NULL || why.code != err || why.text[0] == '\0')
			abort();
		return;
	}
	alg = att_jws_get_header_text(jws, "alg");
	typ = att_jws_get_header_text(jws, "typ");
	if (alg == NULL || strcmp(alg, "RS256") != 0 ||
	    (typ != NULL && strcmp(typ, "JWT") != 0) ||
	    att_json_get(att_jws_get_header(jws), "crit") != NULL ||
	    att_json_get(att_jws_get_header(jws), "b64") != NULL)
		abort();
	err = att_jws_parse_large(text, ATT_JWS_TOKEN_MAX, &other, &why);
	if ((err == ATT_OK) != (att_jws_get_count(jws) > 0))
		abort();
	att_jws_free(&other);
	att_jws_free(&jws);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "nonce", "timestampMs",
		"ctsProfileMatch" };
	struct att_reason why = { 0 };
	struct att_jws *jws;
	enum att_err err;
	int64_t number;

	check_token(att_bytes(data, size));
	err = att_jws_parse(att_bytes(data, size), &jws, &why);
	if (err != ATT_OK) {
		if (jws != NULL || why.code != err || why.text[0] == '\0')
			abort();
		return 0;
	}
	if (att_jws_get_count(jws) < 1 ||
	    att_jws_get_count(jws) > ATT_JWS_X5C_MAX)
		abort();
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		bool is_text = att_jws_get_text(jws, names[i]) != NULL;
		bool is_number = att_jws_get_integer(jws, names[i], &number);

		if (is_text + is_number + att_jws_is_true(jws, names[i]) > 1)
			abort();
	}
	check_signature(jws);
	att_jws_free(&jws);
	return 0;
}
