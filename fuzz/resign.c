/* SPDX-License-Identifier: BSD-2-Clause */
/* Signing again what a fuzzer has changed. */
#define OPENSSL_SUPPRESS_DEPRECATED /* RAND_set_rand_method() */
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "attestation/authdata.h"
#include "attestation/object.h"
#include "codec/attobj.h"
#include "codec/cose.h"
#include "codec/digest.h"
#include "resign.h"
#include "trust/der.h"

/* --- Keys --------------------------------------------------------------- */

static uint32_t random_state;

static int
make_random(unsigned char *out, int len)
{
	for (int i = 0; i < len; i++) {
		random_state = random_state * 1103515245u + 12345u;
		out[i] = (unsigned char)(random_state >> 16);
	}
	return 1;
}

static int
is_random(void)
{
	return 1;
}

static EVP_PKEY *
make_p256(unsigned int scalar)
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EC_POINT *point = EC_POINT_new(group);
	BIGNUM *secret = BN_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;
	uint8_t public[65];

	if (BN_set_word(secret, scalar) != 1 ||
	    EC_POINT_mul(group, point, secret, NULL, NULL, NULL) != 1 ||
	    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED,
		public, sizeof(public), NULL) != sizeof(public) ||
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(
		bld, OSSL_PKEY_PARAM_PUB_KEY, public, sizeof(public)) != 1 ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, secret) !=
		1 ||
	    (params = OSSL_PARAM_BLD_to_param(bld)) == NULL ||
	    EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		abort();
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(secret);
	EC_POINT_free(point);
	EC_GROUP_free(group);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY *
make_ed25519(uint8_t byte)
{
	uint8_t seed[32];
	EVP_PKEY *key;

	memset(seed, byte, sizeof(seed));
	key = EVP_PKEY_new_raw_private_key(
	    EVP_PKEY_ED25519, NULL, seed, sizeof(seed));
	if (key == NULL)
		abort();
	return key;
}

static void
add_constraints(X509 *cert, const char *value)
{
	X509_EXTENSION *extension =
	    X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, value);

	if (extension == NULL || X509_add_ext(cert, extension, -1) != 1)
		abort();
	X509_EXTENSION_free(extension);
}

static void
add_name(X509_NAME *name, const char *field, const char *text)
{
	if (X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
		(const unsigned char *)text, -1, -1, 0) != 1)
		abort();
}

static X509 *
make_certificate(EVP_PKEY *key)
{
	X509 *cert = X509_new();

	if (cert == NULL || X509_set_version(cert, X509_VERSION_3) != 1 ||
	    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) != 1 ||
	    ASN1_TIME_set_string_X509(
		X509_getm_notBefore(cert), "20240101000000Z") != 1 ||
	    ASN1_TIME_set_string_X509(
		X509_getm_notAfter(cert), "21230101000000Z") != 1 ||
	    X509_set_pubkey(cert, key) != 1)
		abort();
	return cert;
}

static X509 *
make_root(EVP_PKEY *key)
{
	X509 *cert = make_certificate(key);
	X509_NAME *name = X509_get_subject_name(cert);

	add_name(name, "CN", "Fuzz root");
	if (X509_set_issuer_name(cert, name) != 1)
		abort();
	add_constraints(cert, "critical,CA:TRUE");
	if (X509_sign(cert, key, EVP_sha256()) == 0)
		abort();
	return cert;
}

/* One that packed accepts, too: WebAuthn section 8.2.1. */
static X509 *
make_leaf(EVP_PKEY *key, const struct resign_keys *keys)
{
	X509 *cert = make_certificate(key);
	X509_NAME *name = X509_get_subject_name(cert);

	add_name(name, "C", "SE");
	add_name(name, "O", "Fuzz");
	add_name(name, "OU", "Authenticator Attestation");
	add_name(name, "CN", "Fuzz leaf");
	if (X509_set_issuer_name(
		cert, X509_get_subject_name(keys->root_cert)) != 1)
		abort();
	add_constraints(cert, "critical,CA:FALSE");
	if (X509_sign(cert, keys->root, EVP_sha256()) == 0)
		abort();
	return cert;
}

const struct resign_keys *
resign_get_keys(void)
{
	static const RAND_METHOD method = { .bytes = make_random,
		.pseudorand = make_random,
		.status = is_random };
	static struct resign_keys keys;

	if (keys.root_cert == NULL) {
		if (RAND_set_rand_method(&method) != 1)
			abort();
		keys.credential = make_p256(1);
		keys.credential_eddsa = make_ed25519(1);
		keys.attestation = make_p256(2);
		keys.attestation_eddsa = make_ed25519(2);
		keys.root = make_p256(3);
		keys.root_cert = make_root(keys.root);
		keys.leaf = make_leaf(keys.attestation, &keys);
		keys.leaf_eddsa = make_leaf(keys.attestation_eddsa, &keys);
	}
	return &keys;
}

/* --- Signatures --------------------------------------------------------- */

static void
put(struct att_buf *out, const void *ptr, size_t len)
{
	if (att_buf_put(out, ptr, len) != ATT_OK)
		abort();
}

static void
sign(EVP_PKEY *key, struct att_bytes data, struct att_buf *out)
{
	bool is_eddsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	uint8_t sig[128];
	size_t len = sizeof(sig);

	if (md == NULL ||
	    EVP_DigestSignInit(
		md, NULL, is_eddsa ? NULL : EVP_sha256(), NULL, key) != 1 ||
	    EVP_DigestSign(md, sig, &len, data.ptr, data.len) != 1)
		abort();
	EVP_MD_CTX_free(md);
	put(out, sig, len);
}

/* What is signed by a statement; see WebAuthn sections 8.2 and 8.6. */
static void
put_signed(const struct att_object *object, const uint8_t *client_data_hash,
    struct att_buf *out)
{
	struct att_cose_key key;
	struct att_auth_data data;
	struct att_reason why;
	uint8_t point[65] = { 0 };

	if (object->format != ATT_FORMAT_FIDO_U2F) {
		put(out, object->auth_data.ptr, object->auth_data.len);
		put(out, client_data_hash, 32);
		return;
	}
	if (att_auth_data_parse(object->auth_data, ATT_CEREMONY_REGISTRATION,
		&data, &why) != ATT_OK)
		return;
	if (att_cose_key_parse(data.cose_key, NULL, &key, &why) == ATT_OK &&
	    key.algorithm->id == ATT_COSE_ES256) {
		point[0] = POINT_CONVERSION_UNCOMPRESSED;
		memcpy(point + 1, key.numbers[0].ptr, 32);
		memcpy(point + 33, key.numbers[1].ptr, 32);
	}
	put(out, "\0", 1);
	put(out, data.rp_id_hash, 32);
	put(out, client_data_hash, 32);
	put(out, data.credential_id.ptr, data.credential_id.len);
	put(out, point, sizeof(point));
}

/* --- Certificates ------------------------------------------------------- */

static void
put_der_head(struct att_buf *out, uint8_t tag, size_t len)
{
	uint8_t head[4] = { tag, 0x82, (uint8_t)(len >> 8), (uint8_t)len };

	if (len >= 256)
		put(out, head, 4);
	else if (len >= 128)
		put(out, (uint8_t[]){ tag, 0x81, (uint8_t)len }, 3);
	else
		put(out, (uint8_t[]){ tag, (uint8_t)len }, 2);
}

/* The certificate with the root's signature; as it is if it is none. */
static void
put_certificate(struct att_bytes der, struct att_buf *out)
{
	static const uint8_t ecdsa_with_sha256[] = { 0x30, 0x0a, 0x06, 0x08,
		0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02 };
	struct att_der outer, tbs;
	struct att_bytes left = der;
	struct att_buf sig, body;

	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &outer) ||
	    left.len != 0 || outer.content.len > UINT16_MAX / 2 ||
	    !att_der_take_tag(&outer.content, ATT_DER_SEQUENCE, &tbs)) {
		put(out, der.ptr, der.len);
		return;
	}
	att_buf_init(&sig, RESIGN_LIMIT);
	att_buf_init(&body, RESIGN_LIMIT);
	sign(resign_get_keys()->root, tbs.whole, &sig);
	put(&body, tbs.whole.ptr, tbs.whole.len);
	put(&body, ecdsa_with_sha256, sizeof(ecdsa_with_sha256));
	put_der_head(&body, ATT_DER_BIT_STRING, sig.len + 1);
	put(&body, "\0", 1);
	put(&body, sig.ptr, sig.len);
	put_der_head(out, ATT_DER_SEQUENCE, body.len);
	put(out, body.ptr, body.len);
	att_buf_reset(&sig);
	att_buf_reset(&body);
}

/* --- The object --------------------------------------------------------- */

static void
put_byte_string(struct att_buf *out, struct att_bytes value)
{
	if (value.len >= 256)
		put(out,
		    (uint8_t[]){
			0x59, (uint8_t)(value.len >> 8), (uint8_t)value.len },
		    3);
	else if (value.len >= 24)
		put(out, (uint8_t[]){ 0x58, (uint8_t)value.len }, 2);
	else
		put(out, (uint8_t[]){ (uint8_t)(0x40 | value.len) }, 1);
	put(out, value.ptr, value.len);
}

/* The members of a statement that are looked for. */
struct members {
	const struct att_cbor_item *sig;
	const struct att_cbor_item *leaf;
	bool has_x5c;
	int64_t alg;
};

static void
find_members(const struct att_object *object, struct members *out)
{
	const struct att_cbor_item *map = object->statement;
	const struct att_cbor_item *key = NULL, *value;

	*out = (struct members){ .alg = ATT_COSE_ES256 };
	for (uint64_t i = 0; map->type == ATT_CBOR_MAP && i < map->number;
	     i++) {
		key = i == 0 ? att_cbor_get_first(map)
			     : att_cbor_get_next(&object->doc, key);
		value = att_cbor_get_next(&object->doc, key);
		if (att_cbor_is_text(key, "sig") &&
		    value->type == ATT_CBOR_BYTES)
			out->sig = value;
		if (att_cbor_is_text(key, "alg"))
			(void)att_cbor_get_int(value, &out->alg);
		if (att_cbor_is_text(key, "x5c")) {
			out->has_x5c = true;
			if (value->type == ATT_CBOR_ARRAY &&
			    value->number > 0 &&
			    value[1].type == ATT_CBOR_BYTES)
				out->leaf = &value[1];
		}
		key = value;
	}
}

static EVP_PKEY *
choose_key(const struct members *m)
{
	const struct resign_keys *keys = resign_get_keys();

	if (m->alg == ATT_COSE_EDDSA)
		return m->has_x5c ? keys->attestation_eddsa
				  : keys->credential_eddsa;
	return m->has_x5c ? keys->attestation : keys->credential;
}

/* Copies up to old, puts new in its place, returns what follows. */
static const uint8_t *
put_replaced(struct att_buf *out, const uint8_t *from, struct att_bytes old,
    const struct att_buf *new)
{
	put(out, from, (size_t)(old.ptr - from));
	put_byte_string(out, att_buf_get(new));
	return old.ptr + old.len;
}

static void
put_signed_again(const struct att_object *object, struct att_bytes input,
    struct att_buf *out)
{
	const uint8_t *at = input.ptr + 32, *end = input.ptr + input.len;
	struct att_buf data, sig, leaf;
	struct members m;
	bool is_leaf_first;

	find_members(object, &m);
	is_leaf_first = m.leaf != NULL && (m.sig == NULL || m.leaf < m.sig);
	att_buf_init(&data, RESIGN_LIMIT);
	att_buf_init(&sig, RESIGN_LIMIT);
	att_buf_init(&leaf, RESIGN_LIMIT);
	put_signed(object, input.ptr, &data);
	if (m.sig != NULL)
		sign(choose_key(&m), att_buf_get(&data), &sig);
	if (m.leaf != NULL)
		put_certificate(m.leaf->value, &leaf);
	if (is_leaf_first)
		at = put_replaced(out, at, m.leaf->encoded, &leaf);
	if (m.sig != NULL)
		at = put_replaced(out, at, m.sig->encoded, &sig);
	if (m.leaf != NULL && !is_leaf_first)
		at = put_replaced(out, at, m.leaf->encoded, &leaf);
	put(out, at, (size_t)(end - at));
	att_buf_reset(&data);
	att_buf_reset(&sig);
	att_buf_reset(&leaf);
}

void
resign_object(struct att_bytes input, struct att_buf *out)
{
	struct att_object *object = calloc(1, sizeof(*object));
	struct att_reason why;

	(void)resign_get_keys();
	random_state = 1;
	if (object == NULL || input.len < 32)
		abort();
	if (att_object_parse(att_bytes(input.ptr + 32, input.len - 32),
		ATT_CBOR_ANY_ORDER, object, &why) == ATT_OK)
		put_signed_again(object, input, out);
	else
		put(out, input.ptr + 32, input.len - 32);
	free(object);
}

/* --- Authenticator data alone ------------------------------------------- */

static void
put_text(struct att_buf *out, const char *text)
{
	size_t len = strlen(text);

	put(out, (uint8_t[]){ (uint8_t)(0x60 | len) }, 1);
	put(out, text, len);
}

static void
put_leaf(const X509 *leaf, struct att_buf *out)
{
	uint8_t *der = NULL;
	int len = i2d_X509(leaf, &der);

	if (len <= 0)
		abort();
	put_text(out, "x5c");
	put(out, "\x81", 1);
	put_byte_string(out, att_bytes(der, (size_t)len));
	OPENSSL_free(der);
}

/* What a fuzzer rarely gets right. */
static void
put_auth_data(struct att_bytes from, bool is_u2f, struct att_buf *out)
{
	uint8_t *flags, hash[32];

	put(out, from.ptr, from.len);
	if (from.len < 37)
		return;
	if (att_sha256(att_bytes_text("forge.example"), hash) != ATT_OK)
		abort();
	memcpy(out->ptr, hash, sizeof(hash));
	flags = &out->ptr[32];
	*flags = (*flags & 0xdd) | 0x41; /* none that is reserved; UP, AT */
	if ((*flags & 0x08) == 0)
		*flags &= 0xef;
	if (is_u2f)
		*flags = 0x41;
}

static void
put_statement(const struct members *m, bool is_u2f, struct att_buf *out)
{
	const struct resign_keys *keys = resign_get_keys();
	bool is_eddsa = m->alg == ATT_COSE_EDDSA;
	uint8_t count = 1;

	count = (uint8_t)(count + !is_u2f + (m->has_x5c || is_u2f));
	put(out, (uint8_t[]){ (uint8_t)(0xa0 | count) }, 1);
	if (!is_u2f) {
		put_text(out, "alg");
		put(out, is_eddsa ? "\x27" : "\x26", 1);
	}
	put_text(out, "sig");
	put_byte_string(out, att_bytes("sig", 3));
	if (is_u2f || m->has_x5c)
		put_leaf(
		    is_eddsa && !is_u2f ? keys->leaf_eddsa : keys->leaf, out);
}

void
resign_auth_data(struct att_bytes input, struct att_buf *out)
{
	struct att_object *object = calloc(1, sizeof(*object));
	struct members m = { .has_x5c = true, .alg = ATT_COSE_ES256 };
	struct att_bytes from = att_bytes(input.ptr + 32, input.len - 32);
	struct att_buf data, statement, again;
	struct att_reason why;
	bool is_u2f = false;

	if (object == NULL)
		abort();
	if (att_object_parse(from, ATT_CBOR_ANY_ORDER, object, &why) ==
	    ATT_OK) {
		find_members(object, &m);
		is_u2f = object->format == ATT_FORMAT_FIDO_U2F;
		from = object->auth_data;
	}
	att_buf_init(&data, RESIGN_LIMIT);
	att_buf_init(&statement, RESIGN_LIMIT);
	att_buf_init(&again, RESIGN_LIMIT);
	put_auth_data(from, is_u2f, &data);
	put_statement(&m, is_u2f, &statement);
	put(&again, input.ptr, 32);
	if (att_attestation_object_encode(
		att_bytes_text(is_u2f ? "fido-u2f" : "packed"),
		att_buf_get(&statement), att_buf_get(&data), &again) != ATT_OK)
		abort();
	resign_object(att_buf_get(&again), out);
	att_buf_reset(&data);
	att_buf_reset(&statement);
	att_buf_reset(&again);
	free(object);
}

void
resign_input(struct att_bytes input, struct att_buf *out)
{
	put(out, input.ptr, 32);
	resign_object(input, out);
}
