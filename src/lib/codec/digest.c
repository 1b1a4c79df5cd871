/* SPDX-License-Identifier: BSD-2-Clause */
/* Hashes by OpenSSL. */
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "codec/digest.h"

enum att_err
att_sha256(struct att_bytes bytes, uint8_t digest[32])
{
	memset(digest, 0, 32);
	if (EVP_Digest(bytes.len > 0 ? (const void *)bytes.ptr : "", bytes.len,
		digest, NULL, EVP_sha256(), NULL) != 1) {
		ERR_clear_error();
		return ATT_ERR_CRYPTO;
	}
	return ATT_OK;
}

static bool
digest_parts(EVP_MD_CTX *ctx, const struct att_bytes *parts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (parts[i].len > 0 &&
		    EVP_DigestUpdate(ctx, parts[i].ptr, parts[i].len) != 1)
			return false;
	}
	return true;
}

void
att_hashes_reset(struct att_hashes *hashes)
{
	for (size_t i = 0; i < ATT_HASHES_MAX; i++)
		EVP_MD_free(hashes->known[i].md);
	*hashes = (struct att_hashes){ 0 };
}

/* For the caller to free. */
static EVP_MD *
find_hash(struct att_hashes *hashes, const char *name)
{
	EVP_MD *md;
	size_t i = 0;

	while (hashes != NULL && i < ATT_HASHES_MAX &&
	       hashes->known[i].md != NULL) {
		md = hashes->known[i].md;
		if (strcmp(hashes->known[i++].name, name) == 0)
			return EVP_MD_up_ref(md) == 1 ? md : NULL;
	}
	md = EVP_MD_fetch(NULL, name, NULL);
	if (md != NULL && hashes != NULL && i < ATT_HASHES_MAX &&
	    EVP_MD_up_ref(md) == 1) {
		hashes->known[i].name = name;
		hashes->known[i].md = md;
	}
	return md;
}

enum att_err
att_digest(struct att_hashes *hashes, const char *name,
    const struct att_bytes *parts, size_t count, struct att_digest *digest)
{
	EVP_MD *md = find_hash(hashes, name);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum att_err err = ATT_ERR_CRYPTO;
	unsigned int len = 0;

	*digest = (struct att_digest){ 0 };
	if (md == NULL || ctx == NULL || EVP_MD_get_size(md) > ATT_DIGEST_MAX ||
	    EVP_DigestInit_ex2(ctx, md, NULL) != 1 ||
	    !digest_parts(ctx, parts, count) ||
	    EVP_DigestFinal_ex(ctx, digest->bytes, &len) != 1)
		goto out;
	digest->len = len;
	err = ATT_OK;
out:
	EVP_MD_CTX_free(ctx);
	EVP_MD_free(md);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}
