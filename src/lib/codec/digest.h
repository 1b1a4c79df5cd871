/* SPDX-License-Identifier: BSD-2-Clause */
/* Hashes: FIPS 180-4. */
#ifndef ATT_CODEC_DIGEST_H
#define ATT_CODEC_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/bytes.h"
#include "base/err.h"

/* The digest of bytes; zeroes on an error. ATT_ERR_CRYPTO. */
enum att_err att_sha256(
    struct att_bytes bytes, uint8_t digest[32]) ATT_MUST_USE;

enum {
	ATT_DIGEST_MAX = 64
};

struct att_digest {
	size_t len;
	uint8_t bytes[ATT_DIGEST_MAX];
};

/*
 * Hashes that were used: OpenSSL takes as long to find one by its name as to
 * hash a registration. Zeroed at first.
 */
enum {
	ATT_HASHES_MAX = 4
};
struct att_hashes {
	struct {
		const char *name; /* static */
		EVP_MD *md;	  /* owned */
	} known[ATT_HASHES_MAX];
};

/* Frees what it owns and zeroes it. */
void att_hashes_reset(struct att_hashes *hashes);

/*
 * The digest of count parts joined, by OpenSSL's name of the hash ("SHA256",
 * static); zeroes on an error. hashes may be NULL. ATT_ERR_CRYPTO, also for a
 * hash that is not there.
 */
enum att_err att_digest(struct att_hashes *hashes, const char *name,
    const struct att_bytes *parts, size_t count,
    struct att_digest *digest) ATT_MUST_USE;

#endif
