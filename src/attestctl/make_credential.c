/* SPDX-License-Identifier: BSD-2-Clause */
/* A seed for the endorsement key, and two keys of it for the secret. */
#include <sys/random.h>

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rsa.h>

#include "attestctl/make_credential.h"
#include "codec/public_key.h"

enum {
	HASH_LEN = 32, /* SHA-256: of the seed, the HMAC and its key */
	CIPHER_KEY_LEN = 16,
	SIZE_LEN = 2, /* of a TPM2B */
	IDENTITY_LEN = SIZE_LEN + ATT_CREDENTIAL_SECRET_LEN,
	ENCRYPTED_MAX = 512,
};

static const uint8_t exponent[] = { 1, 0, 1 };

/* --- Part 1, clause 11.4.10.2: KDFa, which is SP 800-108 in counter mode ---
 */

struct derivation {
	const uint8_t *seed; /* HASH_LEN bytes */
	const char *label;
	struct att_bytes context; /* none, or the Name */
};

static enum att_err
derive(const struct derivation *derivation, uint8_t *out, size_t len)
{
	char mode[] = "counter", mac[] = "HMAC", hash[] = "SHA256";
	char *label = (char *)(uintptr_t)derivation->label;
	uint8_t *seed = (uint8_t *)(uintptr_t)derivation->seed;
	uint8_t *context = (uint8_t *)(uintptr_t)derivation->context.ptr;
	const OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_MODE, mode, 0),
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_MAC, mac, 0),
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, hash, 0),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, seed, HASH_LEN),
		OSSL_PARAM_octet_string(
		    OSSL_KDF_PARAM_SALT, label, strlen(derivation->label)),
		OSSL_PARAM_octet_string(
		    OSSL_KDF_PARAM_INFO, context, derivation->context.len),
		OSSL_PARAM_END,
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, "KBKDF", NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	enum att_err err = ATT_ERR_CRYPTO;

	if (ctx != NULL && EVP_KDF_derive(ctx, out, len, params) == 1)
		err = ATT_OK;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	return err;
}

/* --- Part 1, clause 24.4: how the secret is protected ----------------------
 */

static enum att_err
encrypt_identity(const struct att_credential_order *order, const uint8_t *seed,
    uint8_t out[IDENTITY_LEN])
{
	static const uint8_t vector[CIPHER_KEY_LEN];
	const struct derivation derivation = { seed, "STORAGE",
		order->aik_name };
	uint8_t key[CIPHER_KEY_LEN],
	    identity[IDENTITY_LEN] = { 0, ATT_CREDENTIAL_SECRET_LEN };
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	enum att_err err;
	int len = 0;

	memcpy(identity + SIZE_LEN, order->secret, ATT_CREDENTIAL_SECRET_LEN);
	err = derive(&derivation, key, sizeof(key));
	if (err == ATT_OK && (ctx == NULL ||
				 EVP_EncryptInit_ex2(ctx, EVP_aes_128_cfb128(),
				     key, vector, NULL) != 1 ||
				 EVP_EncryptUpdate(ctx, out, &len, identity,
				     IDENTITY_LEN) != 1 ||
				 len != IDENTITY_LEN))
		err = ATT_ERR_CRYPTO;
	EVP_CIPHER_CTX_free(ctx);
	explicit_bzero(key, sizeof(key));
	explicit_bzero(identity, sizeof(identity));
	return err;
}

static enum att_err
authenticate(const struct att_credential_order *order, const uint8_t *seed,
    const uint8_t identity[IDENTITY_LEN], uint8_t mac[HASH_LEN])
{
	const struct derivation derivation = { seed, "INTEGRITY",
		att_bytes(NULL, 0) };
	uint8_t key[HASH_LEN];
	struct att_buf text;
	enum att_err err;

	att_buf_init(&text, ENCRYPTED_MAX);
	if ((err = derive(&derivation, key, sizeof(key))) == ATT_OK &&
	    (err = att_buf_put(&text, identity, IDENTITY_LEN)) == ATT_OK &&
	    (err = att_buf_put(
		 &text, order->aik_name.ptr, order->aik_name.len)) == ATT_OK &&
	    HMAC(EVP_sha256(), key, sizeof(key), text.ptr, text.len, mac,
		NULL) == NULL)
		err = ATT_ERR_CRYPTO;
	att_buf_reset(&text);
	explicit_bzero(key, sizeof(key));
	return err;
}

/* --- Part 1, clause B.10.3: how the seed is --------------------------------
 */

static enum att_err
set_label(EVP_PKEY_CTX *ctx)
{
	static const char identity[] = "IDENTITY"; /* with its NUL */
	char *label = OPENSSL_memdup(identity, sizeof(identity));

	if (label == NULL)
		return ATT_ERR_NO_MEMORY;
	if (EVP_PKEY_CTX_set0_rsa_oaep_label(ctx, label, sizeof(identity)) <=
	    0) {
		OPENSSL_free(label);
		return ATT_ERR_CRYPTO;
	}
	return ATT_OK;
}

static enum att_err
encrypt_seed(EVP_PKEY_CTX *ctx, const uint8_t *seed, struct att_buf *out)
{
	uint8_t text[ENCRYPTED_MAX];
	size_t len = sizeof(text);
	enum att_err err;

	if (EVP_PKEY_encrypt_init(ctx) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_OAEP_PADDING) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_oaep_md(ctx, EVP_sha256()) <= 0 ||
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) <= 0)
		return ATT_ERR_CRYPTO;
	if ((err = set_label(ctx)) != ATT_OK)
		return err;
	if (EVP_PKEY_encrypt(ctx, text, &len, seed, HASH_LEN) <= 0)
		return ATT_ERR_CRYPTO;
	if ((err = att_buf_put_u16(out, (uint16_t)len)) != ATT_OK)
		return err;
	return att_buf_put(out, text, len);
}

static enum att_err
put_seed(struct att_bytes modulus, const uint8_t *seed, struct att_buf *out)
{
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *key = NULL;
	enum att_err err;

	err = att_public_key_make_rsa(
	    modulus, att_bytes(exponent, sizeof(exponent)), &key);
	if (err != ATT_OK)
		return err;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	err = ctx == NULL ? ATT_ERR_CRYPTO : encrypt_seed(ctx, seed, out);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	return err;
}

/* TPM2B_ID_OBJECT of TPMS_ID_OBJECT: Part 2, clause 12.4.3. */
static enum att_err
put_credential(const uint8_t mac[HASH_LEN],
    const uint8_t identity[IDENTITY_LEN], struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_u16(out, SIZE_LEN + HASH_LEN + IDENTITY_LEN)) !=
		ATT_OK ||
	    (err = att_buf_put_u16(out, HASH_LEN)) != ATT_OK ||
	    (err = att_buf_put(out, mac, HASH_LEN)) != ATT_OK)
		return err;
	return att_buf_put(out, identity, IDENTITY_LEN);
}

enum att_err
att_credential_make(const struct att_credential_order *order,
    struct att_buf *credential, struct att_buf *encrypted)
{
	uint8_t seed[HASH_LEN], identity[IDENTITY_LEN], mac[HASH_LEN];
	enum att_err err;

	if (getrandom(seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
		return ATT_ERR_SYSTEM;
	if ((err = encrypt_identity(order, seed, identity)) == ATT_OK &&
	    (err = authenticate(order, seed, identity, mac)) == ATT_OK &&
	    (err = put_credential(mac, identity, credential)) == ATT_OK)
		err = put_seed(order->ek_modulus, seed, encrypted);
	explicit_bzero(seed, sizeof(seed));
	return err;
}
