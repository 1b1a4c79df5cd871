/* SPDX-License-Identifier: BSD-2-Clause */
/* Names, keys and signatures of a TPM. */
#include <string.h>

#include <openssl/err.h>
#include <openssl/rsa.h>

#include "codec/public_key.h"
#include "codec/tpm_verify.h"

enum att_err
att_tpm_name_make(struct att_hashes *hashes, uint16_t name_alg,
    struct att_bytes area, struct att_tpm_name *name)
{
	struct att_digest digest;
	enum att_err err;

	*name = (struct att_tpm_name){ 0 };
	err =
	    att_digest(hashes, att_tpm_hash_find(name_alg), &area, 1, &digest);
	if (err != ATT_OK)
		return err;
	name->bytes[0] = (uint8_t)(name_alg >> 8);
	name->bytes[1] = (uint8_t)name_alg;
	memcpy(name->bytes + 2, digest.bytes, digest.len);
	name->len = 2 + digest.len;
	return ATT_OK;
}

enum att_err
att_tpm_key_make(const struct att_tpm_public *area, EVP_PKEY **keyp)
{
	const uint8_t exponent[4] = { (uint8_t)(area->exponent >> 24),
		(uint8_t)(area->exponent >> 16), (uint8_t)(area->exponent >> 8),
		(uint8_t)area->exponent };

	*keyp = NULL;
	if (area->type != ATT_TPM_ALG_RSA)
		return ATT_ERR_TPM_PUBAREA;
	return att_public_key_make_rsa(
	    area->modulus, att_bytes(exponent, sizeof(exponent)), keyp);
}

static bool
set_padding(EVP_PKEY_CTX *ctx, bool is_pss)
{
	if (!is_pss)
		return true;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_AUTO) == 1;
}

enum att_err
att_tpm_signature_verify(const struct att_tpm_signature *signature,
    EVP_PKEY *key, struct att_bytes message)
{
	const char *hash = att_tpm_hash_find(signature->hash);
	enum att_err err = ATT_ERR_CRYPTO;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx; /* owned by md */

	/* OpenSSL would choose a hash where none is named. */
	if (md == NULL || hash == NULL ||
	    EVP_DigestVerifyInit_ex(md, &ctx, hash, NULL, NULL, key, NULL) !=
		1 ||
	    !set_padding(ctx, signature->scheme == ATT_TPM_ALG_RSAPSS))
		goto out;
	err = ATT_ERR_STATEMENT_SIGNATURE;
	if (EVP_DigestVerify(md, signature->bytes.ptr, signature->bytes.len,
		message.ptr, message.len) != 1)
		goto out;
	err = ATT_OK;
out:
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	return err;
}
