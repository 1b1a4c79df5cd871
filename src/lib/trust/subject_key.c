/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The public key of a certificate. What nearly all of them have, P-256, P-384,
 * P-521 or RSA in its usual form, is imported by its numbers; OpenSSL decodes
 * whatever else there is, which takes six times as long.
 */
#include <openssl/err.h>
#include <openssl/x509.h>

#include "trust/der.h"
#include "trust/subject_key.h"

enum {
	POINT_UNCOMPRESSED = 4
};

/* 1.2.840.10045.2.1, id-ecPublicKey, and 1.2.840.113549.1.1.1. */
static const uint8_t ec_oid[] = { 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01 };
static const uint8_t rsa_oid[] = { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01,
	0x01, 0x01 };

/* Curves by their OBJECT IDENTIFIER, identifier and length octets included. */
static const struct {
	uint8_t len;
	uint8_t oid[10];
	const char *group;
	size_t size; /* of a coordinate */
} curves[] = {
	{ 10, { 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07 },
	    "prime256v1", 32 },
	{ 7, { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22 }, "secp384r1", 48 },
	{ 7, { 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23 }, "secp521r1", 66 },
};

static const uint8_t null_element[] = { ATT_DER_NULL, 0 };

static bool
read_algorithm(struct att_bytes der, struct att_subject_key *key)
{
	struct att_der element;

	if (!att_der_take_tag(&der, ATT_DER_OBJECT_IDENTIFIER, &element))
		return false;
	key->oid = element.content;
	key->parameters = der;
	return der.len == 0 || (att_der_take(&der, &element) && der.len == 0);
}

bool
att_subject_key_read(struct att_bytes der, struct att_subject_key *key)
{
	struct att_der whole, algorithm, bits;
	struct att_bytes left;

	*key = (struct att_subject_key){ 0 };
	if (!att_der_take_tag(&der, ATT_DER_SEQUENCE, &whole) || der.len != 0)
		return false;
	left = whole.content;
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &algorithm) ||
	    !att_der_take_tag(&left, ATT_DER_BIT_STRING, &bits) ||
	    left.len != 0 || bits.content.len == 0 ||
	    !read_algorithm(algorithm.content, key))
		return false;
	key->whole = whole.whole;
	key->unused_bits = bits.content.ptr[0];
	key->bits = att_bytes(bits.content.ptr + 1, bits.content.len - 1);
	return true;
}

static bool
is_ec(const struct att_subject_key *key)
{
	return att_bytes_is_equal(key->oid, att_bytes(ec_oid, sizeof(ec_oid)));
}

bool
att_subject_key_is_explicit(const struct att_subject_key *key)
{
	return is_ec(key) &&
	       (key->parameters.len == 0 ||
		   key->parameters.ptr[0] != ATT_DER_OBJECT_IDENTIFIER);
}

static EVP_PKEY *
make_ec(struct att_curves *known, const struct att_subject_key *key)
{
	EVP_PKEY *made = NULL;

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (!att_bytes_is_equal(key->parameters,
			att_bytes(curves[i].oid, curves[i].len)))
			continue;
		if (key->bits.len == 1 + 2 * curves[i].size &&
		    key->bits.ptr[0] == POINT_UNCOMPRESSED &&
		    att_public_key_make_ec(
			known, curves[i].group, key->bits, &made) != ATT_OK)
			return NULL;
	}
	return made;
}

/* A positive INTEGER in its shortest form, without the octet for the sign. */
static bool
take_positive(struct att_bytes *left, struct att_bytes *number)
{
	struct att_der element;

	if (!att_der_take_tag(left, ATT_DER_INTEGER, &element) ||
	    element.content.len == 0)
		return false;
	*number = element.content;
	if (number->ptr[0] >= 0x80)
		return false;
	if (number->ptr[0] != 0)
		return true;
	*number = att_bytes(number->ptr + 1, number->len - 1);
	return number->len > 0 && number->ptr[0] >= 0x80;
}

/* RSAPublicKey: RFC 8017 section A.1.1. */
static EVP_PKEY *
make_rsa(const struct att_subject_key *key)
{
	struct att_bytes left = key->bits, n, e;
	EVP_PKEY *made = NULL;
	struct att_der list;

	if (!att_bytes_is_equal(key->parameters,
		att_bytes(null_element, sizeof(null_element))) ||
	    !att_der_take_tag(&left, ATT_DER_SEQUENCE, &list) || left.len != 0)
		return NULL;
	left = list.content;
	if (!take_positive(&left, &n) || !take_positive(&left, &e) ||
	    left.len != 0 || att_public_key_make_rsa(n, e, &made) != ATT_OK)
		return NULL;
	return made;
}

static EVP_PKEY *
decode(const struct att_subject_key *key)
{
	const unsigned char *p = key->whole.ptr;
	EVP_PKEY *made = d2i_PUBKEY(NULL, &p, (long)key->whole.len);

	if (made != NULL && p != key->whole.ptr + key->whole.len) {
		EVP_PKEY_free(made);
		made = NULL;
	}
	ERR_clear_error();
	return made;
}

/* The point at infinity is one octet; OpenSSL takes it. */
static bool
is_infinity(const struct att_subject_key *key)
{
	return is_ec(key) && key->bits.len <= 1;
}

EVP_PKEY *
att_subject_key_make(
    struct att_curves *known, const struct att_subject_key *key)
{
	EVP_PKEY *made = NULL;

	if (is_infinity(key))
		return NULL;
	if (key->unused_bits == 0 && is_ec(key))
		made = make_ec(known, key);
	else if (key->unused_bits == 0 &&
		 att_bytes_is_equal(
		     key->oid, att_bytes(rsa_oid, sizeof(rsa_oid))))
		made = make_rsa(key);
	return made != NULL ? made : decode(key);
}
