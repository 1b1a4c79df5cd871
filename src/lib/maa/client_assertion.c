/* SPDX-License-Identifier: BSD-2-Clause */
/* A client's assertion about itself. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <jansson.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/file.h"
#include "base/hex.h"
#include "codec/base64url.h"
#include "codec/digest.h"
#include "codec/jwk.h"
#include "maa/client_assertion.h"
#include "maa/secret.h"
#include "trust/certificate.h"
#include "trust/pem.h"

enum {
	PEM_MAX = 65536,
	ID_LEN = 16,
	TEXT_MAX = 1 << 18, /* more than ATT_CLIENT_CHAIN_MAX need */
};

/* What signs, and as whom. */
struct signer {
	EVP_PKEY *key;
	json_t *x5c;
	uint8_t thumbprint[ATT_SHA256_LEN]; /* of the first certificate */
	struct att_certificate *leaf;
};

static void
signer_reset(struct signer *signer)
{
	EVP_PKEY_free(signer->key);
	json_decref(signer->x5c);
	att_certificate_free(&signer->leaf);
	*signer = (struct signer){ 0 };
}

/* --- The certificates --------------------------------------------------- */

/* RFC 7515 section 4.1.6: base64, not base64url. */
static enum att_err
put_certificate(struct att_bytes der, json_t *x5c)
{
	size_t size = (der.len + 2) / 3 * 4;
	unsigned char *text = malloc(size + 1);
	enum att_err err = ATT_ERR_NO_MEMORY;

	if (text == NULL)
		return err;
	EVP_EncodeBlock(text, der.ptr, (int)der.len);
	if (json_array_append_new(x5c, json_string((char *)text)) == 0)
		err = ATT_OK;
	free(text);
	return err;
}

static enum att_err
take_certificate(
    struct att_bytes der, struct signer *signer, struct att_reason *why)
{
	struct att_certificate *cert = NULL;
	enum att_err err;

	if (json_array_size(signer->x5c) == ATT_CLIENT_CHAIN_MAX)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "more than %d certificates", ATT_CLIENT_CHAIN_MAX);
	err = att_certificate_decode(der, NULL, &cert, why);
	if (err != ATT_OK)
		return err;
	if (signer->leaf == NULL) {
		signer->leaf = cert;
		cert = NULL;
		err = att_sha256(der, signer->thumbprint);
	}
	if (err == ATT_OK)
		err = put_certificate(der, signer->x5c);
	att_certificate_free(&cert);
	return att_refuse_plain(why, err);
}

static enum att_err
take_certificates(
    struct att_bytes text, struct signer *signer, struct att_reason *why)
{
	struct att_pem pem = att_pem(text);
	uint8_t *der = NULL;
	enum att_err err;
	size_t len;

	for (;;) {
		if ((err = att_pem_next(&pem, &der, &len, why)) != ATT_OK)
			return err;
		if (der == NULL)
			break;
		err = take_certificate(att_bytes(der, len), signer, why);
		free(der);
		if (err != ATT_OK)
			return err;
	}
	if (signer->leaf == NULL)
		return att_refuse(
		    why, ATT_ERR_MAA_CREDENTIAL, "no certificate is in it");
	return ATT_OK;
}

static enum att_err
read_certificates(
    const char *path, struct signer *signer, struct att_reason *why)
{
	const struct att_file file = { AT_FDCWD, path, path, PEM_MAX };
	uint8_t *text = NULL;
	enum att_err err;
	size_t len;

	if ((signer->x5c = json_array()) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((err = att_file_read(&file, &text, &len, why)) != ATT_OK)
		return err;
	err = take_certificates(att_bytes(text, len), signer, why);
	free(text);
	return err == ATT_OK ? err : att_refuse_within(why, err, "%s", path);
}

/* --- The key ------------------------------------------------------------ */

/* Asked for a passphrase, OpenSSL would turn to the terminal. */
static int
give_no_passphrase(char *text, int size, int is_writing, void *arg)
{
	(void)text;
	(void)size;
	(void)is_writing;
	*(bool *)arg = true;
	return -1;
}

static EVP_PKEY *
decode_key(struct att_bytes text, bool *is_encrypted)
{
	BIO *bio = BIO_new_mem_buf(text.ptr, (int)text.len);
	EVP_PKEY *key = NULL;

	*is_encrypted = false;
	if (bio != NULL)
		key = PEM_read_bio_PrivateKey(
		    bio, NULL, give_no_passphrase, is_encrypted);
	BIO_free(bio);
	ERR_clear_error();
	return key;
}

static enum att_err
check_key(const struct att_client_assertion *assertion,
    const struct signer *signer, bool is_encrypted, struct att_reason *why)
{
	const char *path = assertion->private_key;

	if (is_encrypted)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s is encrypted, and nobody is there to say the "
		    "passphrase; decrypt it: openssl pkey -in FILE -out '%s'",
		    path, path);
	if (signer->key == NULL)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s is not a private key: expected PEM", path);
	if (EVP_PKEY_get_base_id(signer->key) != EVP_PKEY_RSA ||
	    EVP_PKEY_get_bits(signer->key) < ATT_JWK_BITS_MIN)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s: expected an RSA key of at least %d bits, which AAD "
		    "wants",
		    path, ATT_JWK_BITS_MIN);
	if (EVP_PKEY_eq(signer->key, att_certificate_get_key(signer->leaf)) !=
	    1)
		return att_refuse(why, ATT_ERR_MAA_CREDENTIAL,
		    "%s is not the key of the first certificate in %s", path,
		    assertion->certificate);
	return ATT_OK;
}

static enum att_err
read_key(const struct att_client_assertion *assertion, struct signer *signer,
    struct att_reason *why)
{
	const char *path = assertion->private_key;
	const struct att_file file = { AT_FDCWD, path, path, PEM_MAX };
	uint8_t *text = NULL;
	enum att_err err;
	bool is_encrypted;
	size_t len;

	err = att_file_read_secret(&file, &text, &len, why);
	if (err != ATT_OK)
		return err;
	signer->key = decode_key(att_bytes(text, len), &is_encrypted);
	att_secret_free_bytes(&text, len);
	return check_key(assertion, signer, is_encrypted, why);
}

/* --- The text ----------------------------------------------------------- */

static enum att_err
put_json(json_t *object, struct att_buf *out)
{
	char *text = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
	enum att_err err = ATT_ERR_NO_MEMORY;

	if (text != NULL)
		err = att_base64url_encode(att_bytes_text(text), out);
	free(text);
	json_decref(object);
	return err;
}

static enum att_err
put_header(const struct signer *signer, struct att_buf *out)
{
	struct att_buf thumbprint;
	enum att_err err;

	att_buf_init(&thumbprint, 64);
	if ((err = att_base64url_encode(
		 att_bytes(signer->thumbprint, sizeof(signer->thumbprint)),
		 &thumbprint)) == ATT_OK &&
	    (err = att_buf_put_u8(&thumbprint, 0)) == ATT_OK)
		err = put_json(
		    json_pack("{s:s, s:s, s:s, s:O}", "alg", "PS256", "typ",
			"JWT", "x5t#S256", thumbprint.ptr, "x5c", signer->x5c),
		    out);
	att_buf_reset(&thumbprint);
	return err;
}

static enum att_err
put_claims(const struct att_client_assertion *assertion, struct att_buf *out)
{
	char jti[2 * ID_LEN + 1];
	uint8_t id[ID_LEN];

	if (getrandom(id, sizeof(id), 0) != (ssize_t)sizeof(id))
		return ATT_ERR_SYSTEM;
	att_hex_print(att_bytes(id, sizeof(id)), jti);
	return put_json(
	    json_pack("{s:s, s:I, s:s, s:s, s:I, s:s}", "aud",
		assertion->audience, "exp",
		(json_int_t)(assertion->now + ATT_CLIENT_ASSERTION_SECONDS),
		"iss", assertion->client_id, "jti", jti, "nbf",
		(json_int_t)assertion->now, "sub", assertion->client_id),
	    out);
}

/* RFC 7518 section 3.5: the salt is as long as the hash. */
static bool
is_signed(EVP_MD_CTX *md, EVP_PKEY *key, struct att_bytes message,
    struct att_buf *signature)
{
	EVP_PKEY_CTX *ctx; /* owned by md */
	size_t len = signature->limit;

	if (EVP_DigestSignInit(md, &ctx, EVP_sha256(), NULL, key) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) !=
		1 ||
	    EVP_DigestSign(
		md, signature->ptr, &len, message.ptr, message.len) != 1)
		return false;
	signature->len = len;
	return true;
}

static enum att_err
put_signature(EVP_PKEY *key, struct att_buf *text)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	int size = EVP_PKEY_get_size(key);
	uint8_t *bytes = size > 0 ? malloc((size_t)size) : NULL;
	struct att_buf signature = { .ptr = bytes, .limit = (size_t)size };
	enum att_err err = ATT_ERR_NO_MEMORY;

	if (md == NULL || bytes == NULL)
		goto out;
	err = ATT_ERR_CRYPTO;
	if (!is_signed(md, key, att_buf_get(text), &signature))
		goto out;
	if ((err = att_buf_put_u8(text, '.')) == ATT_OK)
		err =
		    att_base64url_encode(att_bytes(bytes, signature.len), text);
out:
	free(bytes);
	EVP_MD_CTX_free(md);
	ERR_clear_error();
	return err;
}

static enum att_err
put_text(const struct att_client_assertion *assertion,
    const struct signer *signer, struct att_buf *text)
{
	enum att_err err;

	if ((err = put_header(signer, text)) != ATT_OK ||
	    (err = att_buf_put_u8(text, '.')) != ATT_OK ||
	    (err = put_claims(assertion, text)) != ATT_OK ||
	    (err = put_signature(signer->key, text)) != ATT_OK)
		return err;
	return att_buf_put_u8(text, 0);
}

enum att_err
att_client_assertion_make(const struct att_client_assertion *assertion,
    char **textp, struct att_reason *why)
{
	struct signer signer = { 0 };
	struct att_buf text;
	uint8_t *ptr;
	enum att_err err;
	size_t len;

	*textp = NULL;
	att_buf_init(&text, TEXT_MAX);
	if ((err = read_certificates(assertion->certificate, &signer, why)) !=
		ATT_OK ||
	    (err = read_key(assertion, &signer, why)) != ATT_OK)
		goto out;
	if ((err = put_text(assertion, &signer, &text)) == ATT_OK &&
	    (err = att_buf_take(&text, &ptr, &len)) == ATT_OK)
		*textp = (char *)ptr;
	err = att_refuse_plain(why, err);
out:
	att_buf_reset(&text);
	signer_reset(&signer);
	return err;
}
