/* SPDX-License-Identifier: BSD-2-Clause */
/* The signatures that verifying cannot do without. */
#include <err.h>

#include "floor.h"

void
bare_init(struct bare *bare, EVP_PKEY *key)
{
	bare->key = key;
	att_buf_init(&bare->data, 1 << 20);
	att_buf_init(&bare->sig, 1 << 16);
}

void
bare_init_leaf(struct bare *bare, X509 *leaf, X509 *authority)
{
	const ASN1_BIT_STRING *sig;
	unsigned char *tbs = NULL;
	int len = i2d_re_X509_tbs(leaf, &tbs);

	bare_init(bare, X509_get0_pubkey(authority));
	X509_get0_signature(&sig, NULL, leaf);
	if (bare->key == NULL || len <= 0 ||
	    att_buf_put(&bare->data, tbs, (size_t)len) != ATT_OK ||
	    att_buf_put(&bare->sig, ASN1_STRING_get0_data(sig),
		(size_t)ASN1_STRING_length(sig)) != ATT_OK)
		errx(1, "OpenSSL refuses a certificate");
	OPENSSL_free(tbs);
}

void
bare_verify(const struct bare *bare)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL ||
	    EVP_DigestVerifyInit_ex(
		ctx, NULL, "SHA256", NULL, NULL, bare->key, NULL) != 1 ||
	    EVP_DigestVerify(ctx, bare->sig.ptr, bare->sig.len, bare->data.ptr,
		bare->data.len) != 1)
		errx(1, "OpenSSL refuses a signature");
	EVP_MD_CTX_free(ctx);
}

FILE *
floor_create(const char *folder, const char *name, const char *suffix)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s%s", folder, name, suffix);
	if ((file = fopen(path, "we")) == NULL)
		err(1, "%s", path);
	return file;
}
