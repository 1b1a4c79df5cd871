/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a credential public key: what WebAuthn Level 3 section 6.5.1 wants of
 * it, and nothing beside; and making one for OpenSSL of what was read.
 */
#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>

#include "codec/cbor.h"
#include "codec/cose.h"
#include "codec/edwards.h"
#include "codec/public_key.h"

/* Labels of RFC 9052 section 7.1 and RFC 9053 section 7. */
enum {
	KTY = 1,
	ALG = 3,
	CRV = -1,
	X = -2,
	Y = -3,
	N = -1,
	E = -2
};

static const char what[] = "credential public key";

static const struct att_cbor_field okp_fields[] = {
	{ NULL, KTY, ATT_CBOR_INT, false },
	{ NULL, ALG, ATT_CBOR_INT, false },
	{ NULL, CRV, ATT_CBOR_INT, false },
	{ NULL, X, ATT_CBOR_BYTES, false },
};
static const struct att_cbor_field ec2_fields[] = {
	{ NULL, KTY, ATT_CBOR_INT, false },
	{ NULL, ALG, ATT_CBOR_INT, false },
	{ NULL, CRV, ATT_CBOR_INT, false },
	{ NULL, X, ATT_CBOR_BYTES, false },
	{ NULL, Y, ATT_CBOR_BYTES, false },
};
static const struct att_cbor_field rsa_fields[] = {
	{ NULL, KTY, ATT_CBOR_INT, false },
	{ NULL, ALG, ATT_CBOR_INT, false },
	{ NULL, N, ATT_CBOR_BYTES, false },
	{ NULL, E, ATT_CBOR_BYTES, false },
};
enum {
	FIELD_KTY,
	FIELD_ALG,
	FIELD_2,
	FIELD_3,
	FIELD_4,
	FIELD_COUNT
};

/* What a key is made of. */
struct numbers {
	const struct att_cose_algorithm *algorithm;
	const struct att_cbor_item *values[FIELD_COUNT];
	struct att_curves *curves;
};

typedef enum att_err check_fn(
    const struct numbers *numbers, struct att_reason *why);
static check_fn check_okp, check_ec2, check_rsa;

typedef enum att_err make_fn(
    const struct att_cose_key *key, struct att_curves *curves, EVP_PKEY **keyp);
static make_fn make_okp, make_ec2, make_rsa;

/* By COSE key type. */
static const struct {
	struct att_cbor_schema schema;
	check_fn *check;
	make_fn *make;
} key_types[] = {
	[ATT_COSE_OKP] = { { what, ATT_ERR_COSE_MALFORMED, 4, okp_fields },
	    check_okp, make_okp },
	[ATT_COSE_EC2] = { { what, ATT_ERR_COSE_MALFORMED, 5, ec2_fields },
	    check_ec2, make_ec2 },
	[ATT_COSE_RSA] = { { what, ATT_ERR_COSE_MALFORMED, 4, rsa_fields },
	    check_rsa, make_rsa },
};

/* Section 5.8.5: an algorithm stands for one curve. */
static enum att_err
check_curve(const struct att_cose_algorithm *algorithm,
    const struct att_cbor_item *crv, struct att_reason *why)
{
	int64_t v;

	if (att_cbor_get_int(crv, &v) && v == algorithm->crv)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_COSE_MALFORMED,
	    "%s: its curve is not that of %s", what, algorithm->name);
}

/* RFC 9053 section 7: coordinates have the size of the field. */
static enum att_err
check_size(const struct att_cose_algorithm *algorithm,
    const struct att_cbor_item *value, const char *name, struct att_reason *why)
{
	if (value->value.len == algorithm->size)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_COSE_MALFORMED,
	    "%s: %s has %zu bytes, %s needs %zu", what, name, value->value.len,
	    algorithm->name, algorithm->size);
}

static enum att_err
check_edwards(const struct att_cose_algorithm *algorithm, struct att_bytes x,
    struct att_reason *why)
{
	enum att_err err = att_edwards_check(algorithm->pkey_id, x);

	if (err == ATT_ERR_COSE_NOT_ON_CURVE)
		return att_refuse(why, err,
		    "%s: x is no point of the curve of %s", what,
		    algorithm->name);
	if (err == ATT_ERR_COSE_WEAK)
		return att_refuse(why, err,
		    "%s: x is a point of small order: anybody can sign for it",
		    what);
	return att_refuse_plain(why, err);
}

static enum att_err
check_okp(const struct numbers *numbers, struct att_reason *why)
{
	const struct att_cose_algorithm *algorithm = numbers->algorithm;
	const struct att_cbor_item *const *values = numbers->values;
	const struct att_cbor_item *x = values[FIELD_3];
	enum att_err err;

	if ((err = check_curve(algorithm, values[FIELD_2], why)) != ATT_OK ||
	    (err = check_size(algorithm, x, "x", why)) != ATT_OK)
		return err;
	return check_edwards(algorithm, x->value, why);
}

/* A point of a curve: uncompressed, since infinity has no such form. */
struct point {
	uint8_t bytes[1 + 2 * 66];
	size_t len;
};

/* The size of both coordinates is known to be that of the field. */
static struct point
join_point(struct att_bytes x, struct att_bytes y)
{
	struct point point = { { POINT_CONVERSION_UNCOMPRESSED },
		1 + x.len + y.len };

	memcpy(point.bytes + 1, x.ptr, x.len);
	memcpy(point.bytes + 1 + x.len, y.ptr, y.len);
	return point;
}

/* All these curves have cofactor 1, so a point on the curve is a valid key. */
static enum att_err
check_ec2(const struct numbers *numbers, struct att_reason *why)
{
	const struct att_cose_algorithm *algorithm = numbers->algorithm;
	const struct att_cbor_item *const *values = numbers->values;
	struct point point;
	enum att_err err;

	if ((err = check_curve(algorithm, values[FIELD_2], why)) != ATT_OK ||
	    (err = check_size(algorithm, values[FIELD_3], "x", why)) !=
		ATT_OK ||
	    (err = check_size(algorithm, values[FIELD_4], "y", why)) != ATT_OK)
		return err;
	point = join_point(values[FIELD_3]->value, values[FIELD_4]->value);
	err = att_public_key_check_ec(numbers->curves, algorithm->group,
	    att_bytes(point.bytes, point.len));
	if (err == ATT_ERR_COSE_NOT_ON_CURVE)
		return att_refuse(why, err,
		    "%s: x and y are no point of the curve of %s", what,
		    algorithm->name);
	return att_refuse_plain(why, err);
}

/* RFC 8230 section 4: numbers without leading zeros. */
static enum att_err
check_exponent(struct att_bytes e, struct att_reason *why)
{
	if (e.len == 0 || e.len > 8 || e.ptr[0] == 0)
		return att_refuse(why, ATT_ERR_COSE_MALFORMED,
		    "%s: the exponent is empty, too long or has leading zeros",
		    what);
	if (e.ptr[e.len - 1] % 2 == 0 || (e.len == 1 && e.ptr[0] == 1))
		return att_refuse(why, ATT_ERR_COSE_MALFORMED,
		    "%s: the exponent is even or 1", what);
	return ATT_OK;
}

/* From its highest bit that is set. */
static size_t
count_bits(struct att_bytes n)
{
	size_t bits = n.len * 8;

	for (uint8_t top = n.ptr[0]; top < 0x80; top = (uint8_t)(top << 1))
		bits--;
	return bits;
}

static enum att_err
check_modulus(struct att_bytes n, struct att_reason *why)
{
	size_t bits;

	if (n.len == 0 || n.ptr[0] == 0 || n.ptr[n.len - 1] % 2 == 0)
		return att_refuse(why, ATT_ERR_COSE_MALFORMED,
		    "%s: the modulus is empty, even or has leading zeros",
		    what);
	bits = count_bits(n);
	if (bits < ATT_RSA_BITS_MIN || bits > ATT_RSA_BITS_MAX)
		return att_refuse(why, ATT_ERR_RSA_SIZE,
		    "%s: RSA with %zu bits, expected %d to %d", what, bits,
		    ATT_RSA_BITS_MIN, ATT_RSA_BITS_MAX);
	return ATT_OK;
}

static enum att_err
check_rsa(const struct numbers *numbers, struct att_reason *why)
{
	enum att_err err;

	err = check_modulus(numbers->values[FIELD_2]->value, why);
	if (err != ATT_OK)
		return err;
	return check_exponent(numbers->values[FIELD_3]->value, why);
}

/* The algorithm, once the key type fits it. */
static enum att_err
read_algorithm(const struct att_cbor *doc,
    const struct att_cose_algorithm **algorithmp, struct att_reason *why)
{
	const struct att_cbor_item *kty, *alg;
	int64_t v;

	kty = att_cbor_find_number(doc, doc->items, KTY);
	alg = att_cbor_find_number(doc, doc->items, ALG);
	if (doc->items[0].type != ATT_CBOR_MAP)
		return att_refuse(
		    why, ATT_ERR_COSE_MALFORMED, "%s: not a CBOR map", what);
	if (kty == NULL || alg == NULL)
		return att_refuse(why, ATT_ERR_COSE_MALFORMED,
		    "%s: parameter %d is missing", what,
		    kty == NULL ? KTY : ALG);
	if (!att_cbor_get_int(alg, &v))
		return att_refuse(why, ATT_ERR_COSE_MALFORMED,
		    "%s: its algorithm is not an integer", what);
	if ((*algorithmp = att_cose_algorithm_find(v)) == NULL)
		return att_refuse(why, ATT_ERR_COSE_ALGORITHM,
		    "%s: COSE algorithm %jd is not supported", what,
		    (intmax_t)v);
	if (!att_cbor_get_int(kty, &v) || v != (*algorithmp)->kty)
		return att_refuse(why, ATT_ERR_COSE_MALFORMED,
		    "%s: its key type is not that of %s", what,
		    (*algorithmp)->name);
	return ATT_OK;
}

/* An RSA key has no curve before its numbers, and one on Edwards' no y. */
static void
lend_numbers(const struct numbers *numbers, struct att_cose_key *key)
{
	bool is_rsa = numbers->algorithm->kty == ATT_COSE_RSA;
	size_t first = is_rsa ? FIELD_2 : FIELD_3;

	key->numbers[0] = numbers->values[first]->value;
	if (numbers->algorithm->kty != ATT_COSE_OKP)
		key->numbers[1] = numbers->values[first + 1]->value;
}

enum att_err
att_cose_key_parse(struct att_bytes in, struct att_curves *curves,
    struct att_cose_key *key, struct att_reason *why)
{
	struct numbers numbers = { .curves = curves };
	const struct att_cose_algorithm *algorithm = NULL;
	struct att_cbor doc;
	enum att_err err;

	*key = (struct att_cose_key){ 0 };
	err = att_cbor_read(in, ATT_CBOR_CANONICAL_ORDER, &doc, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s", what);
	if ((err = read_algorithm(&doc, &algorithm, why)) != ATT_OK ||
	    (err = att_cbor_get_fields(&doc, doc.items,
		 &key_types[algorithm->kty].schema, numbers.values, why)) !=
		ATT_OK)
		return err;
	numbers.algorithm = algorithm;
	if ((err = key_types[algorithm->kty].check(&numbers, why)) != ATT_OK) {
		ERR_clear_error();
		return err;
	}
	key->algorithm = algorithm;
	lend_numbers(&numbers, key);
	return ATT_OK;
}

/* --- For OpenSSL -------------------------------------------------------- */

static enum att_err
make_okp(
    const struct att_cose_key *key, struct att_curves *curves, EVP_PKEY **keyp)
{
	const struct att_bytes x = key->numbers[0];

	(void)curves;
	*keyp = EVP_PKEY_new_raw_public_key(
	    key->algorithm->pkey_id, NULL, x.ptr, x.len);
	return *keyp == NULL ? ATT_ERR_CRYPTO : ATT_OK;
}

static enum att_err
make_ec2(
    const struct att_cose_key *key, struct att_curves *curves, EVP_PKEY **keyp)
{
	struct point point = join_point(key->numbers[0], key->numbers[1]);

	return att_public_key_make_ec(curves, key->algorithm->group,
	    att_bytes(point.bytes, point.len), keyp);
}

static enum att_err
make_rsa(
    const struct att_cose_key *key, struct att_curves *curves, EVP_PKEY **keyp)
{
	(void)curves;
	return att_public_key_make_rsa(key->numbers[0], key->numbers[1], keyp);
}

enum att_err
att_cose_key_make(
    const struct att_cose_key *key, struct att_curves *curves, EVP_PKEY **keyp)
{
	enum att_err err;

	*keyp = NULL;
	if (key->algorithm == NULL)
		return ATT_ERR_INTERNAL;
	err = key_types[key->algorithm->kty].make(key, curves, keyp);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}

size_t
att_cose_key_get_rsa_bits(const struct att_cose_key *key)
{
	return key->algorithm->kty == ATT_COSE_RSA ? count_bits(key->numbers[0])
						   : 0;
}
