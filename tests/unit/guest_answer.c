/* SPDX-License-Identifier: BSD-2-Clause */
/* Making envelopes around tokens. */
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "codec/base64url.h"
#include "forge.h"
#include "guest_answer.h"

enum {
	TOKEN_MAX = 4096,
	TAG_LEN = 16
};

static const uint8_t iv[12] = "an IV";

static void
put_base64(struct att_buf *out, const char *before, struct att_bytes bytes)
{
	forge_put_raw(out, before, strlen(before));
	if (att_base64_encode(bytes, out) != ATT_OK)
		abort();
}

static void
seal(const struct guest_answer *answer, uint8_t *sealed, uint8_t *tag)
{
	const char *additional =
	    answer->additional != NULL ? answer->additional : "Transport Key";
	EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL,
	    answer->key.len == 16   ? "AES-128-GCM"
	    : answer->key.len == 24 ? "AES-192-GCM"
				    : "AES-256-GCM",
	    NULL);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len;

	if (ctx == NULL || cipher == NULL ||
	    EVP_EncryptInit_ex2(ctx, cipher, answer->key.ptr, iv, NULL) != 1 ||
	    EVP_EncryptUpdate(ctx, NULL, &len, (const uint8_t *)additional,
		(int)strlen(additional)) != 1 ||
	    EVP_EncryptUpdate(ctx, sealed, &len, (const uint8_t *)answer->token,
		(int)strlen(answer->token)) != 1 ||
	    EVP_EncryptFinal_ex(ctx, sealed + len, &len) != 1 ||
	    EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG_LEN, tag) != 1)
		abort();
	EVP_CIPHER_CTX_free(ctx);
	EVP_CIPHER_free(cipher);
}

void
guest_answer_put(struct att_buf *out, const struct guest_answer *answer)
{
	uint8_t sealed[TOKEN_MAX], tag[TAG_LEN];
	size_t len = strlen(answer->token);

	if (len > sizeof(sealed))
		abort();
	seal(answer, sealed, tag);
	put_base64(out, "{\"AuthenticationData\":\"", att_bytes(tag, TAG_LEN));
	put_base64(out, "\",\"EncryptedInnerKey\":\"", answer->wrapped);
	if (att_buf_printf(out,
		"\",\"EncryptionParams\":{\"BlockMode\":\"ChainingModeGCM\","
		"\"BlockPadding\":\"PKCS7\",\"Cipher\":\"AES\","
		"\"KeySizeInBits\":%zu,",
		8 * answer->key.len) != ATT_OK)
		abort();
	put_base64(out, "\"Iv\":\"", att_bytes(iv, sizeof(iv)));
	put_base64(out, "\"},\"Jwt\":\"", att_bytes(sealed, len));
	forge_put_raw(out, "\"}", 2);
}

void
guest_answer_replace(struct att_buf *text, const char *from, const char *to)
{
	struct att_buf changed;
	char *at;
	size_t before;

	att_buf_init(&changed, text->limit);
	at = memmem(text->ptr, text->len, from, strlen(from));
	if (at == NULL)
		abort();
	before = (size_t)(at - (char *)text->ptr);
	forge_put_raw(&changed, text->ptr, before);
	forge_put_raw(&changed, to, strlen(to));
	forge_put_raw(
	    &changed, at + strlen(from), text->len - before - strlen(from));
	att_buf_reset(text);
	*text = changed;
}
