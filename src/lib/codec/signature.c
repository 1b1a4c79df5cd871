/* SPDX-License-Identifier: BSD-2-Clause */
/* Verifying signatures with OpenSSL. */
#include <stdlib.h>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "base/buf.h"
#include "codec/ecdsa.h"
#include "codec/signature.h"

/* Authenticator data and a hash; the limit only bounds a mistake. */
enum {
	SIGNED_MAX = 1 << 20,
	ECDSA_MAX = 512
};

/* WebAuthn section 6.5.5: key and signature are of one algorithm. */
static enum att_err
check_key(const struct att_cose_algorithm *algorithm, const EVP_PKEY *key,
    struct att_reason *why)
{
	if (!att_cose_algorithm_fits(algorithm, key))
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "the key that signed is not one for %s", algorithm->name);
	if (algorithm->pkey_id == EVP_PKEY_RSA &&
	    EVP_PKEY_get_bits(key) < ATT_RSA_BITS_MIN)
		return att_refuse(why, ATT_ERR_RSA_SIZE,
		    "the key that signed is RSA with %d bits, expected at "
		    "least %d",
		    EVP_PKEY_get_bits(key), ATT_RSA_BITS_MIN);
	return ATT_OK;
}

static enum att_err
refuse_encoding(
    const struct att_cose_algorithm *algorithm, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_SIGNATURE_ENCODING,
	    "the %s signature is not in minimal DER", algorithm->name);
}

static enum att_err
join(const struct att_signed_data *data, struct att_buf *out)
{
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < data->count && err == ATT_OK; i++)
		err = att_buf_put(out, data->parts[i].ptr, data->parts[i].len);
	return err;
}

/*
 * RFC 8230: the salt is as long as the hash, MGF1 uses the same one. PKCS #1
 * v1.5 is what OpenSSL begins with, and saying so takes a microsecond.
 */
static bool
set_padding(const struct att_cose_algorithm *algorithm, EVP_PKEY_CTX *ctx)
{
	if (algorithm->pkey_id != EVP_PKEY_RSA || !algorithm->is_pss)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) ==
		   1;
}

/*
 * Anything but a clear yes is a no. Where SHA-1 is against the policy of the
 * system, OpenSSL refuses to start.
 */
static enum att_err
verify(const struct att_cose_algorithm *algorithm, EVP_PKEY *key,
    struct att_bytes message, struct att_bytes signature)
{
	enum att_err err = ATT_ERR_CRYPTO;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx; /* owned by md */

	if (md == NULL)
		goto out;
	if (algorithm == &att_cose_rs1)
		err = ATT_ERR_SHA1_REFUSED;
	if (EVP_DigestVerifyInit_ex(
		md, &ctx, algorithm->digest, NULL, NULL, key, NULL) != 1 ||
	    !set_padding(algorithm, ctx))
		goto out;
	err = ATT_ERR_STATEMENT_SIGNATURE;
	if (EVP_DigestVerify(md, signature.ptr, signature.len, message.ptr,
		message.len) != 1)
		goto out;
	err = ATT_OK;
out:
	EVP_MD_CTX_free(md);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}

/* One part, which may be large, is taken as it is. */
static enum att_err
verify_joined(const struct att_cose_algorithm *algorithm, EVP_PKEY *key,
    const struct att_signed_data *data, struct att_bytes signature)
{
	struct att_buf message;
	enum att_err err;

	if (data->count == 1)
		return verify(algorithm, key, data->parts[0], signature);
	att_buf_init(&message, SIGNED_MAX);
	if ((err = join(data, &message)) == ATT_OK)
		err = verify(algorithm, key, att_buf_get(&message), signature);
	att_buf_reset(&message);
	return err;
}

enum att_err
att_signature_verify(const struct att_cose_algorithm *algorithm, EVP_PKEY *key,
    const struct att_signed_data *data, struct att_bytes signature,
    struct att_reason *why)
{
	enum att_err err;

	if ((err = check_key(algorithm, key, why)) != ATT_OK)
		return err;
	if (signature.len == 0 || signature.len > SIGNED_MAX)
		return att_refuse(why, ATT_ERR_STATEMENT_SIGNATURE,
		    "a signature of %zu bytes", signature.len);
	/* Section 6.5.5: DER, so that one signature has one form. */
	if (algorithm->pkey_id == EVP_PKEY_EC && !att_ecdsa_is_der(signature))
		return refuse_encoding(algorithm, why);
	err = verify_joined(algorithm, key, data, signature);
	if (err == ATT_ERR_STATEMENT_SIGNATURE)
		return att_refuse(why, err, "the %s signature does not verify",
		    algorithm->name);
	if (err == ATT_ERR_SHA1_REFUSED)
		return att_refuse(why, err,
		    "OpenSSL refuses to verify %s, a signature with SHA-1; the "
		    "crypto policy of the system would have to allow it",
		    algorithm->name);
	return att_refuse_plain(why, err);
}

enum att_err
att_signature_verify_any(const struct att_cose_algorithm *algorithm,
    EVP_PKEY *key, const struct att_signed_data *data,
    struct att_bytes signature, struct att_reason *why)
{
	struct att_buf der;
	enum att_err err;

	if (algorithm->pkey_id != EVP_PKEY_EC)
		return att_signature_verify(
		    algorithm, key, data, signature, why);
	att_buf_init(&der, ECDSA_MAX);
	err = att_ecdsa_encode_anew(signature, &der);
	if (err == ATT_OK)
		err = att_signature_verify(
		    algorithm, key, data, att_buf_get(&der), why);
	else if (err == ATT_ERR_SIGNATURE_ENCODING)
		err = att_refuse(why, err,
		    "the %s signature is not an Ecdsa-Sig-Value in BER",
		    algorithm->name);
	else
		err = att_refuse_plain(why, err);
	att_buf_reset(&der);
	return err;
}
