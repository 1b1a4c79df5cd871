/* SPDX-License-Identifier: BSD-2-Clause */
/* JSON Web Keys of type RSA. */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/jwk.h"
#include "codec/public_key.h"

static enum att_err
unfit(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT, "%s", what);
}

/* --- Numbers ------------------------------------------------------------ */

/* Into size bytes at ptr; a number of more is *lenp past it. */
static enum att_err
read_number(const struct json_t *object, const char *name, uint8_t *ptr,
    size_t *lenp, struct att_reason *why)
{
	const size_t size = *lenp;
	const char *text = att_json_get_text(object, name);
	uint8_t *number = NULL;
	enum att_err err;

	*lenp = 0;
	if (text == NULL)
		return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
		    "the key has no \"%s\", or not as a string", name);
	err = att_base64url_decode(att_bytes_text(text), size, &number, lenp);
	if (err == ATT_OK && (*lenp == 0 || number[0] == 0))
		err = ATT_ERR_BASE64URL;
	if (err == ATT_OK)
		memcpy(ptr, number, *lenp);
	else
		*lenp = 0;
	free(number);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err == ATT_ERR_TOO_LARGE)
		return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
		    "\"%s\" of the key has more than %zu bytes", name, size);
	if (err != ATT_OK)
		return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
		    "\"%s\" of the key is not base64url of a number without "
		    "leading zeros",
		    name);
	return ATT_OK;
}

static unsigned int
count_bits(const uint8_t *number, size_t len)
{
	unsigned int bits = 8 * (unsigned int)len;

	for (unsigned int mask = 0x80; mask != 0 && (number[0] & mask) == 0;
	     mask >>= 1)
		bits--;
	return bits;
}

static enum att_err
check_bits(unsigned int bits, struct att_reason *why)
{
	if (bits >= ATT_JWK_BITS_MIN && bits <= ATT_JWK_BITS_MAX)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
	    "the key is RSA with %u bits, expected %d to %d", bits,
	    ATT_JWK_BITS_MIN, ATT_JWK_BITS_MAX);
}

/* With 1 every text is its own signature; an even one is no exponent. */
static enum att_err
check_exponent(bool is_odd, bool is_one, struct att_reason *why)
{
	if (is_odd && !is_one)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
	    "the exponent of the RSA key is %s, expected an odd one of at "
	    "least 3",
	    is_odd ? "1" : "even");
}

static enum att_err
check_numbers(const struct att_jwk *jwk, struct att_reason *why)
{
	enum att_err err;

	err = check_bits(count_bits(jwk->n, jwk->n_len), why);
	if (err != ATT_OK)
		return err;
	if ((jwk->n[jwk->n_len - 1] & 1) == 0)
		return unfit(why, "the modulus of the RSA key is even");
	return check_exponent((jwk->e[jwk->e_len - 1] & 1) != 0,
	    jwk->e_len == 1 && jwk->e[0] == 1, why);
}

/* --- Keys --------------------------------------------------------------- */

/* RFC 7518 section 6.3.2. */
static enum att_err
check_members(const struct json_t *object, struct att_reason *why)
{
	static const char *const secrets[] = { "d", "p", "q", "dp", "dq", "qi",
		"oth" };
	const char *kty = att_json_get_text(object, "kty");

	if (kty == NULL || strcmp(kty, "RSA") != 0)
		return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
		    "the key is of type %.40s, expected RSA",
		    kty == NULL ? "unknown" : kty);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (att_json_get(object, secrets[i]) != NULL)
			return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
			    "the key has \"%s\", which nobody but its owner "
			    "may know",
			    secrets[i]);
	}
	return ATT_OK;
}

enum att_err
att_jwk_read(
    const struct json_t *object, struct att_jwk *jwk, struct att_reason *why)
{
	enum att_err err;

	*jwk = (struct att_jwk){ .n_len = sizeof(jwk->n),
		.e_len = sizeof(jwk->e) };
	if ((err = check_members(object, why)) != ATT_OK)
		goto out;
	err = read_number(object, "n", jwk->n, &jwk->n_len, why);
	if (err != ATT_OK)
		goto out;
	err = read_number(object, "e", jwk->e, &jwk->e_len, why);
	if (err != ATT_OK)
		goto out;
	err = check_numbers(jwk, why);
out:
	if (err != ATT_OK)
		*jwk = (struct att_jwk){ 0 };
	return err;
}

enum att_err
att_jwk_make_key(const struct att_jwk *jwk, EVP_PKEY **keyp)
{
	enum att_err err = att_public_key_make_rsa(
	    att_bytes(jwk->n, jwk->n_len), att_bytes(jwk->e, jwk->e_len), keyp);

	/* These numbers are none that OpenSSL refuses. */
	return err == ATT_ERR_COSE_MALFORMED ? ATT_ERR_CRYPTO : err;
}

enum att_err
att_jwk_check_key(const EVP_PKEY *key, struct att_reason *why)
{
	BIGNUM *e = NULL;
	enum att_err err;

	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA)
		return unfit(why, "the key is not of type RSA");
	err = check_bits((unsigned int)EVP_PKEY_get_bits(key), why);
	if (err != ATT_OK)
		return err;
	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e) != 1)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	if (BN_num_bytes(e) > ATT_JWK_EXPONENT_MAX)
		err = unfit(
		    why, "the exponent of the RSA key has more than 64 bits");
	else
		err = check_exponent(BN_is_odd(e), BN_is_one(e), why);
	BN_free(e);
	return err;
}
