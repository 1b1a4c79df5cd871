/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and opening envelopes. */
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/jws.h"
#include "maa/guest_envelope.h"

/* The additional data of every envelope, without a NUL. */
#define TRANSPORT "Transport Key"

static enum att_err
refuse(struct att_reason *why, const char *what, const char *problem)
{
	return att_refuse(why, ATT_ERR_MAA_ANSWER,
	    "the envelope of the token: %s %s", what, problem);
}

/* --- Reading -------------------------------------------------------------- */

/* A member of base64: at least one byte, at most max. */
static enum att_err
get_bytes(const struct json_t *object, const char *name, size_t max,
    struct att_buf *out, struct att_reason *why)
{
	const char *text = att_json_get_text(object, name);
	uint8_t *ptr = NULL;
	size_t len;
	enum att_err err;

	att_buf_init(out, max);
	if (text == NULL)
		return refuse(why, name, "is not there, or not a string");
	err = att_base64_decode(att_bytes_text(text), max, &ptr, &len);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err != ATT_OK)
		return refuse(why, name, "is not base64, or too long");
	err = att_buf_put(out, ptr, len);
	free(ptr);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

/* The same of a length that is known. */
static enum att_err
get_exactly(const struct json_t *object, const char *name, size_t len,
    uint8_t *out, struct att_reason *why)
{
	struct att_buf buf;
	enum att_err err;

	if ((err = get_bytes(object, name, len, &buf, why)) == ATT_OK &&
	    buf.len != len)
		err = refuse(why, name, "is too short");
	if (err == ATT_OK)
		memcpy(out, buf.ptr, len);
	att_buf_reset(&buf);
	return err;
}

static bool
is_text(const struct json_t *object, const char *name, const char *wanted)
{
	const char *text = att_json_get_text(object, name);

	return text != NULL && strcmp(text, wanted) == 0;
}

/* "BlockPadding" is there, too, and says nothing: GCM has none. */
static enum att_err
read_params(const struct json_t *params, struct att_guest_envelope *envelope,
    struct att_reason *why)
{
	int64_t bits;

	if (!is_text(params, "Cipher", "AES") ||
	    !is_text(params, "BlockMode", "ChainingModeGCM"))
		return refuse(why, "EncryptionParams", "is not AES in GCM");
	if (!att_json_get_count(params, "KeySizeInBits", &bits) ||
	    (bits != 128 && bits != 192 && bits != 256))
		return refuse(why, "KeySizeInBits", "is not 128, 192 or 256");
	envelope->key_len = (size_t)bits / 8;
	return get_exactly(
	    params, "Iv", ATT_ENVELOPE_IV_LEN, envelope->iv, why);
}

static enum att_err
read_envelope(const struct json_t *object, struct att_guest_envelope *envelope,
    struct att_reason *why)
{
	enum att_err err;

	err = read_params(
	    att_json_get(object, "EncryptionParams"), envelope, why);
	if (err == ATT_OK)
		err = get_exactly(object, "AuthenticationData",
		    ATT_ENVELOPE_TAG_LEN, envelope->tag, why);
	if (err == ATT_OK)
		err = get_bytes(object, "EncryptedInnerKey",
		    ATT_ENVELOPE_KEY_MAX, &envelope->wrapped_key, why);
	if (err == ATT_OK)
		err = get_bytes(
		    object, "Jwt", ATT_JWS_TOKEN_MAX, &envelope->sealed, why);
	return err;
}

enum att_err
att_guest_envelope_parse(struct att_bytes text,
    struct att_guest_envelope *envelope, struct att_reason *why)
{
	struct att_reason found = { 0 };
	struct json_t *object;
	enum att_err err;

	*envelope = (struct att_guest_envelope){ 0 };
	if (att_json_parse_object(text, &object, &found) != ATT_OK)
		return refuse(why, "it is", found.text);
	err = read_envelope(object, envelope, why);
	att_json_free(&object);
	if (err != ATT_OK)
		att_guest_envelope_reset(envelope);
	return err;
}

void
att_guest_envelope_reset(struct att_guest_envelope *envelope)
{
	att_buf_reset(&envelope->wrapped_key);
	att_buf_reset(&envelope->sealed);
	*envelope = (struct att_guest_envelope){ 0 };
}

/* --- Opening -------------------------------------------------------------- */

static const EVP_CIPHER *
find_cipher(size_t key_len)
{
	if (key_len == 16)
		return EVP_aes_128_gcm();
	return key_len == 24 ? EVP_aes_192_gcm() : EVP_aes_256_gcm();
}

/* Nothing is believed, or left, of a text whose tag is not good. */
static enum att_err
decrypt(const struct att_guest_envelope *envelope, struct att_bytes key,
    uint8_t *plain)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t tag[ATT_ENVELOPE_TAG_LEN];
	enum att_err err = ATT_ERR_CRYPTO;
	int len, rest;

	memcpy(tag, envelope->tag, sizeof(tag));
	if (ctx == NULL ||
	    EVP_DecryptInit_ex(ctx, find_cipher(envelope->key_len), NULL,
		key.ptr, envelope->iv) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, sizeof(tag), tag) !=
		1 ||
	    EVP_DecryptUpdate(ctx, NULL, &len, (const uint8_t *)TRANSPORT,
		sizeof(TRANSPORT) - 1) != 1 ||
	    EVP_DecryptUpdate(ctx, plain, &len, envelope->sealed.ptr,
		(int)envelope->sealed.len) != 1)
		goto out;
	err = ATT_ERR_MAA_ANSWER;
	if (EVP_DecryptFinal_ex(ctx, plain + len, &rest) != 1 || rest != 0)
		goto out;
	err = ATT_OK;
out:
	EVP_CIPHER_CTX_free(ctx);
	ERR_clear_error();
	return err;
}

enum att_err
att_guest_envelope_open(const struct att_guest_envelope *envelope,
    struct att_bytes key, struct att_buf *out, struct att_reason *why)
{
	uint8_t *plain;
	enum att_err err;

	if (key.len != envelope->key_len)
		return att_refuse(why, ATT_ERR_MAA_ANSWER,
		    "the envelope of the token: its key has %zu bytes, the "
		    "TPM decrypted %zu",
		    envelope->key_len, key.len);
	if ((plain = malloc(envelope->sealed.len)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	err = decrypt(envelope, key, plain);
	if (err == ATT_ERR_MAA_ANSWER)
		err = refuse(why, "it was changed,", "or is for another key");
	else if (err != ATT_OK || (err = att_buf_put(out, plain,
				       envelope->sealed.len)) != ATT_OK)
		err = att_refuse_plain(why, err);
	explicit_bzero(plain, envelope->sealed.len);
	free(plain);
	return err;
}
