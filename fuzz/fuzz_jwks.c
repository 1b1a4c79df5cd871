/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a set of the keys that sign host tokens. */
#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "codec/jwk.h"
#include "token/jwks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whoever has a name is there, fit or set aside, and says which. */
static void
look_up(const struct att_jwks *jwks, const char *kid)
{
	struct att_reason why = { 0 };
	const struct att_jwks_key *key;
	enum att_err err = att_jwks_find(jwks, kid, &key, &why);

	if (err != ATT_OK) {
		if (err != ATT_ERR_TOKEN_KEY_UNFIT || key != NULL ||
		    why.code != err || why.text[0] == '\0')
			abort();
		return;
	}
	if (strcmp(key->kid, kid) != 0 ||
	    att_jwk_check_key(key->key, &why) != ATT_OK ||
	    strlen(kid) != (key->report_leaf == NULL ? 44 : 27))
		abort();
}

static void
look_all_up(const struct att_jwks *jwks, struct att_bytes text)
{
	struct att_reason why = { 0 };
	const struct json_t *keys;
	struct json_t *object;

	if (att_json_parse_object(text, &object, &why) != ATT_OK)
		abort();
	keys = att_json_get(object, "keys");
	for (size_t i = 0; i < att_json_get_size(keys); i++) {
		const char *kid =
		    att_json_get_text(att_json_get_element(keys, i), "kid");

		if (kid != NULL)
			look_up(jwks, kid);
	}
	att_json_free(&object);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct att_bytes text = att_bytes(data, size);
	struct att_reason why = { 0 };
	struct att_jwks *jwks;
	enum att_err err;
	size_t count;

	err = att_jwks_parse(text, &jwks, &why);
	if (err != ATT_OK) {
		if (jwks != NULL || err != ATT_ERR_JWKS_INVALID ||
		    why.code != err || why.text[0] == '\0')
			abort();
		return 0;
	}
	if ((count = att_jwks_get_count(jwks)) < 1)
		abort();
	look_all_up(jwks, text);
	/* Once more, it is the same. */
	if (att_jwks_add(jwks, text, "again", &why) != ATT_OK ||
	    att_jwks_get_count(jwks) != count)
		abort();
	att_jwks_free(&jwks);
	return 0;
}
