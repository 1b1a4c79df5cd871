/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading vectors: see the README beside the shared ones. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "attestation/object.h"
#include "attestctl/moment.h"
#include "codec/digest.h"
#include "codec/jws.h"
#include "vector.h"

enum {
	OBJECT_MAX = 1 << 20,
	CHAINS = 8 /* remembered */
};

/* The text under a key, NULL where there is none. */
static const char *
get_text(const struct vector *v, const char *key)
{
	return json_string_value(json_object_get(v->json, key));
}

static void
decode_hex(const struct vector *v, const char *key, struct att_buf *out)
{
	const char *text = get_text(v, key);
	unsigned int byte;

	att_buf_init(out, OBJECT_MAX);
	if (text == NULL || strlen(text) % 2 != 0)
		errx(2, "%s: '%s' is not there, or is no hex", v->name, key);
	for (; *text != '\0'; text += 2) {
		if (sscanf(text, "%2x", &byte) != 1 ||
		    att_buf_put_u8(out, (uint8_t)byte) != ATT_OK)
			errx(2, "%s: '%s' is not hex", v->name, key);
	}
}

static void
decode_hash(const struct vector *v, const char *key, uint8_t hash[32])
{
	struct att_buf buf;

	decode_hex(v, key, &buf);
	if (buf.len != 32)
		errx(2, "%s: '%s' has %zu bytes", v->name, key, buf.len);
	memcpy(hash, buf.ptr, 32);
	att_buf_reset(&buf);
}

/* A vector that does not say for which RP it was made is taken at its word. */
static void
find_rp_id_hash(struct vector *v)
{
	uint8_t *hash = v->evidence.rp_id_hash;
	const char *rp_id = get_text(v, "rp_id");
	struct att_reason why = { 0 };
	struct att_object object;

	if (rp_id != NULL && rp_id[0] != '\0') {
		if (att_sha256(att_bytes_text(rp_id), hash) != ATT_OK)
			errx(2, "%s: SHA-256 failed", v->name);
	} else if (get_text(v, "rp_id_hash") != NULL) {
		decode_hash(v, "rp_id_hash", hash);
	} else if (att_object_parse(att_buf_get(&v->object), ATT_CBOR_ANY_ORDER,
		       &object, &why) == ATT_OK &&
		   object.auth_data.len >= 32) {
		memcpy(hash, object.auth_data.ptr, 32);
	} else {
		errx(2, "%s: no RP ID: %s", v->name, why.text);
	}
}

static void
find_client_data_hash(struct vector *v)
{
	struct att_buf data;

	if (get_text(v, "client_data_hash") != NULL) {
		decode_hash(
		    v, "client_data_hash", v->evidence.client_data_hash);
		return;
	}
	decode_hex(v, "client_data_json", &data);
	if (att_sha256(att_buf_get(&data), v->evidence.client_data_hash) !=
	    ATT_OK)
		errx(2, "%s: SHA-256 failed", v->name);
	att_buf_reset(&data);
}

static void
add_pem(struct vector *v, enum att_anchor_role role, struct att_bytes pem)
{
	struct att_reason why = { 0 };

	if (att_anchors_add_pem(v->anchors, role, pem, "PEM", &why) != ATT_OK ||
	    att_anchors_add_pem(v->remembering, role, pem, "PEM", &why) !=
		ATT_OK)
		errx(2, "%s: %s", v->name, why.text);
}

static void
add_certificates(struct vector *v, const char *key, enum att_anchor_role role)
{
	const json_t *list = json_object_get(v->json, key);
	const json_t *pem;
	size_t i;

	json_array_foreach(list, i, pem)
	    add_pem(v, role, att_bytes_text(json_string_value(pem)));
}

/* What x5c ends with; the one of SafetyNet is in the header of a JWS. */
static struct att_bytes
find_last_certificate(const struct vector *v, struct att_jws **jws)
{
	struct att_object object;
	const struct att_cbor_item *item;
	struct att_bytes last = { 0 };
	struct att_reason why;

	if (att_object_parse(att_buf_get(&v->object), ATT_CBOR_ANY_ORDER,
		&object, &why) != ATT_OK)
		errx(2, "%s: %s", v->name, why.text);
	for (size_t i = 0; i + 1 < object.doc.count; i++) {
		item = &object.doc.items[i];
		if (att_cbor_is_text(item, "x5c"))
			last = item[item[1].number + 1].value;
		if (att_cbor_is_text(item, "response") &&
		    att_jws_parse(item[1].value, jws, &why) == ATT_OK)
			last = att_jws_get_certificate(
			    *jws, att_jws_get_count(*jws) - 1);
	}
	return last;
}

/* Of a vector whose root nobody has. */
static void
pin_last_certificate(struct vector *v)
{
	struct att_jws *jws = NULL;
	struct att_bytes der = find_last_certificate(v, &jws);
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (bio == NULL ||
	    PEM_write_bio(bio, "CERTIFICATE", "", der.ptr, (long)der.len) <= 0)
		errx(2, "%s: no certificate to pin", v->name);
	len = BIO_get_mem_data(bio, &text);
	add_pem(v, ATT_ROLE_ANCHOR, att_bytes(text, (size_t)len));
	BIO_free(bio);
	att_jws_free(&jws);
}

static void
apply_settings(struct vector *v, const json_t *settings)
{
	struct att_reason why = { 0 };
	const json_t *setting;
	size_t i;

	json_array_foreach(settings, i, setting)
	{
		const char *text = json_string_value(setting);
		const char *equals = strchr(text, '=');
		char name[64];

		snprintf(
		    name, sizeof(name), "%.*s", (int)(equals - text), text);
		if (att_options_set(v->opts, name, equals + 1, "set", &why) !=
		    ATT_OK)
			errx(2, "%s: %s", v->name, why.text);
	}
	v->evidence.require_uv =
	    v->opts->user_verification == ATT_USER_VERIFICATION_REQUIRED;
}

static void
find_time(struct vector *v)
{
	const char *at = get_text(v, "validate_at");

	if (!att_moment_parse(
		at != NULL ? at : "2026-01-01T00:00:00Z", &v->evidence.time))
		errx(2, "%s: '%s' is no time", v->name, at);
}

void
vector_load(
    struct vector *out, const char *folder, const char *name, const json_t *row)
{
	const char *anchor = json_string_value(json_object_get(row, "anchor"));
	json_error_t error;
	char path[4096];

	*out = (struct vector){ .name = name };
	snprintf(path, sizeof(path), "%s/%s.json", folder, name);
	if ((out->json = json_load_file(path, 0, &error)) == NULL)
		errx(2, "%s: %s", path, error.text);
	if ((out->format = get_text(out, "fmt")) == NULL)
		errx(2, "%s: no format", path);
	if (att_options_new(&out->opts) != ATT_OK ||
	    att_anchors_new(&out->anchors) != ATT_OK ||
	    att_anchors_new(&out->remembering) != ATT_OK ||
	    att_anchors_remember(out->remembering, CHAINS) != ATT_OK)
		errx(2, "out of memory");
	decode_hex(out, "attestation_object", &out->object);
	out->evidence.attestation_object = att_buf_get(&out->object);
	find_rp_id_hash(out);
	find_client_data_hash(out);
	find_time(out);
	apply_settings(out, json_object_get(row, "set"));
	if (anchor != NULL && strcmp(anchor, "x5c") == 0)
		pin_last_certificate(out);
	else
		add_certificates(out, "trust_roots_pem", ATT_ROLE_ANCHOR);
	add_certificates(
	    out, "untrusted_intermediates_pem", ATT_ROLE_INTERMEDIATE);
}

void
vector_reset(struct vector *vector)
{
	att_anchors_free(&vector->anchors);
	att_anchors_free(&vector->remembering);
	att_options_free(&vector->opts);
	att_buf_reset(&vector->object);
	json_decref(vector->json);
	*vector = (struct vector){ 0 };
}
