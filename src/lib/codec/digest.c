/* SPDX-License-Identifier: BSD-2-Clause */
/* SHA-256 by OpenSSL. */
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
