/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Web Signatures, by jansson and OpenSSL. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "codec/base64url.h"
#include "codec/ecdsa.h"
#include "codec/json.h"
#include "codec/jws.h"
#include "codec/signature.h"

enum {
	ECDSA_MAX = 512 /* bytes of DER */
};

struct part {
	uint8_t *ptr;
	size_t len;
};

/* What is wanted of a text beside its form. */
struct rules {
	size_t max;	 /* bytes of text, and so of every part */
	bool is_a_token; /* RS256 only; x5c may be missing; no other type */
};

struct att_jws {
	struct rules rules;
	struct att_bytes signed_text; /* header and payload with the dot */
	const struct att_cose_algorithm *algorithm;
	json_t *header;
	json_t *payload;
	struct part signature;
	struct part x5c[ATT_JWS_X5C_MAX];
	size_t count;
};

/* RFC 7518 section 3.1; neither "none" nor a shared secret is ever right. */
static const struct {
	const char *name;
	int32_t id;
} algorithms[] = {
	{ "RS256", ATT_COSE_RS256 },
	{ "ES256", ATT_COSE_ES256 },
};

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_JWS_MALFORMED, "JWS: %s", what);
}

/* What decoding says of a part, as the code of the whole. */
static enum att_err
decode_part(struct att_bytes text, const char *name, struct part *part,
    struct att_reason *why)
{
	enum att_err err;

	/* Never longer than its text, the length of which has been checked. */
	err = att_base64url_decode(text, text.len, &part->ptr, &part->len);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err == ATT_OK && part->len > 0)
		return ATT_OK;
	free(part->ptr);
	part->ptr = NULL;
	return att_refuse(why, ATT_ERR_JWS_MALFORMED,
	    "JWS: the %s is empty or not base64url", name);
}

static enum att_err
decode_object(struct att_bytes text, const char *name, json_t **objectp,
    struct att_reason *why)
{
	struct part part = { 0 };
	enum att_err err;

	if ((err = decode_part(text, name, &part, why)) != ATT_OK)
		return err;
	err =
	    att_json_parse_object(att_bytes(part.ptr, part.len), objectp, why);
	free(part.ptr);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "JWS: the %s", name);
	return ATT_OK;
}

/* --- The header --------------------------------------------------------- */

static enum att_err
read_algorithm(struct att_jws *jws, struct att_reason *why)
{
	const char *alg =
	    json_string_value(json_object_get(jws->header, "alg"));
	/* The first one is that of tokens. */
	const size_t count = jws->rules.is_a_token
				 ? 1
				 : sizeof(algorithms) / sizeof(algorithms[0]);

	for (size_t i = 0; i < count; i++) {
		if (alg != NULL && strcmp(alg, algorithms[i].name) == 0) {
			jws->algorithm =
			    att_cose_algorithm_find(algorithms[i].id);
			return ATT_OK;
		}
	}
	return att_refuse(why, ATT_ERR_JWS_ALGORITHM,
	    "JWS: \"alg\" is %.80s, expected RS256%s",
	    alg == NULL ? "not a string" : alg, count > 1 ? " or ES256" : "");
}

static enum att_err
read_x5c(struct att_jws *jws, struct att_reason *why)
{
	const json_t *x5c = json_object_get(jws->header, "x5c");
	size_t count = json_array_size(x5c);
	enum att_err err;

	if (count < 1 || count > ATT_JWS_X5C_MAX)
		return malformed(why, "\"x5c\" is not an array of 1 to 8");
	for (size_t i = 0; i < count; i++) {
		const json_t *element = json_array_get(x5c, i);

		err = att_base64_decode(att_bytes(json_string_value(element),
					    json_string_length(element)),
		    jws->rules.max, &jws->x5c[i].ptr, &jws->x5c[i].len);
		if (err == ATT_ERR_NO_MEMORY)
			return att_refuse_plain(why, err);
		if (err != ATT_OK)
			return malformed(
			    why, "an element of \"x5c\" is not base64");
		jws->count = i + 1;
	}
	return ATT_OK;
}

/*
 * A token of another type is none (RFC 7519 section 5.1), and one whose
 * payload is signed as it is, "b64" false, is not a compact one (RFC 7797
 * section 5.2).
 */
static enum att_err
check_type(const struct att_jws *jws, struct att_reason *why)
{
	const json_t *typ = json_object_get(jws->header, "typ");

	if (json_object_get(jws->header, "b64") != NULL)
		return malformed(why, "its header has \"b64\"");
	if (typ == NULL)
		return ATT_OK;
	if (!json_is_string(typ) || strcmp(json_string_value(typ), "JWT") != 0)
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "JWS: \"typ\" is %.80s, expected JWT",
		    json_is_string(typ) ? json_string_value(typ)
					: "not a string");
	return ATT_OK;
}

static enum att_err
read_header(struct att_jws *jws, struct att_reason *why)
{
	enum att_err err;

	if (json_object_get(jws->header, "crit") != NULL)
		return malformed(why, "its header has critical members");
	if ((err = read_algorithm(jws, why)) != ATT_OK)
		return err;
	if (jws->rules.is_a_token) {
		if ((err = check_type(jws, why)) != ATT_OK)
			return err;
		if (json_object_get(jws->header, "x5c") == NULL)
			return ATT_OK;
	}
	return read_x5c(jws, why);
}

/* --- The three parts ---------------------------------------------------- */

static bool
take_part(struct att_bytes *left, struct att_bytes *part)
{
	const uint8_t *dot = memchr(left->ptr, '.', left->len);

	if (dot == NULL)
		return false;
	*part = att_bytes(left->ptr, (size_t)(dot - left->ptr));
	*left = att_bytes(dot + 1, left->len - part->len - 1);
	return true;
}

static enum att_err
read_parts(struct att_jws *jws, struct att_bytes text, struct att_reason *why)
{
	struct att_bytes header, payload, signature = text;
	enum att_err err;

	if (text.len == 0 || text.len > jws->rules.max)
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "JWS: %zu bytes of text, expected 1 to %zu", text.len,
		    jws->rules.max);
	/* A fourth part would show as a dot in base64url. */
	if (!take_part(&signature, &header) || !take_part(&signature, &payload))
		return malformed(why, "it has fewer than three parts");
	jws->signed_text = att_bytes(text.ptr, header.len + 1 + payload.len);
	err = decode_object(header, "header", &jws->header, why);
	if (err != ATT_OK)
		return err;
	if ((err = read_header(jws, why)) != ATT_OK)
		return err;
	err = decode_object(payload, "payload", &jws->payload, why);
	if (err != ATT_OK)
		return err;
	return decode_part(signature, "signature", &jws->signature, why);
}

static enum att_err
parse(struct att_bytes text, struct rules rules, struct att_jws **jwsp,
    struct att_reason *why)
{
	struct att_jws *jws = calloc(1, sizeof(*jws));
	enum att_err err;

	*jwsp = NULL;
	if (jws == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	jws->rules = rules;
	if ((err = read_parts(jws, text, why)) != ATT_OK)
		goto out;
	*jwsp = jws;
	jws = NULL;
out:
	att_jws_free(&jws);
	return err;
}

enum att_err
att_jws_parse(
    struct att_bytes text, struct att_jws **jwsp, struct att_reason *why)
{
	return att_jws_parse_large(text, ATT_JWS_MAX, jwsp, why);
}

enum att_err
att_jws_parse_large(struct att_bytes text, size_t max, struct att_jws **jwsp,
    struct att_reason *why)
{
	return parse(text, (struct rules){ .max = max }, jwsp, why);
}

enum att_err
att_jws_parse_token(
    struct att_bytes text, struct att_jws **jwsp, struct att_reason *why)
{
	const struct rules rules = { .max = ATT_JWS_TOKEN_MAX,
		.is_a_token = true };

	return parse(text, rules, jwsp, why);
}

void
att_jws_free(struct att_jws **jwsp)
{
	struct att_jws *jws = *jwsp;

	if (jws == NULL)
		return;
	json_decref(jws->header);
	json_decref(jws->payload);
	free(jws->signature.ptr);
	for (size_t i = 0; i < ATT_JWS_X5C_MAX; i++)
		free(jws->x5c[i].ptr);
	free(jws);
	*jwsp = NULL;
}

size_t
att_jws_get_count(const struct att_jws *jws)
{
	return jws->count;
}

struct att_bytes
att_jws_get_certificate(const struct att_jws *jws, size_t index)
{
	return att_bytes(jws->x5c[index].ptr, jws->x5c[index].len);
}

/* --- The signature ------------------------------------------------------ */

/* ECDSA in a JWS is r || s (RFC 7518 section 3.4), elsewhere it is DER. */
static enum att_err
verify_ecdsa(const struct att_jws *jws, EVP_PKEY *key,
    const struct att_signed_data *data, struct att_reason *why)
{
	const size_t half = jws->algorithm->size;
	struct att_buf der;
	enum att_err err;

	if (jws->signature.len != 2 * half)
		return att_refuse(why, ATT_ERR_SIGNATURE_ENCODING,
		    "JWS: an %s signature of %zu bytes, expected %zu",
		    jws->algorithm->name, jws->signature.len, 2 * half);
	att_buf_init(&der, ECDSA_MAX);
	err = att_ecdsa_encode(att_bytes(jws->signature.ptr, half),
	    att_bytes(jws->signature.ptr + half, half), &der);
	if (err == ATT_OK)
		err = att_signature_verify(
		    jws->algorithm, key, data, att_buf_get(&der), why);
	else
		err = att_refuse_plain(why, err);
	att_buf_reset(&der);
	return err;
}

enum att_err
att_jws_verify(const struct att_jws *jws, EVP_PKEY *key, struct att_reason *why)
{
	const struct att_signed_data data = { &jws->signed_text, 1 };
	const struct att_bytes signature =
	    att_bytes(jws->signature.ptr, jws->signature.len);

	if (jws->algorithm->kty == ATT_COSE_EC2)
		return verify_ecdsa(jws, key, &data, why);
	return att_signature_verify(jws->algorithm, key, &data, signature, why);
}

const json_t *
att_jws_get_header(const struct att_jws *jws)
{
	return jws->header;
}

const char *
att_jws_get_header_text(const struct att_jws *jws, const char *name)
{
	return att_json_get_text(jws->header, name);
}

/* --- The payload -------------------------------------------------------- */

const struct json_t *
att_jws_get_payload(const struct att_jws *jws)
{
	return jws->payload;
}

const char *
att_jws_get_text(const struct att_jws *jws, const char *name)
{
	return json_string_value(json_object_get(jws->payload, name));
}

bool
att_jws_is_true(const struct att_jws *jws, const char *name)
{
	return json_is_true(json_object_get(jws->payload, name));
}

bool
att_jws_get_integer(const struct att_jws *jws, const char *name, int64_t *value)
{
	const json_t *member = json_object_get(jws->payload, name);

	*value = json_integer_value(member);
	return json_is_integer(member);
}
