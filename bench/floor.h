/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What verifying cannot do without, the signatures, by bare calls of OpenSSL;
 * and files, for others to verify the same. Whatever fails ends the program.
 */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include <stdio.h>

#include <openssl/x509.h>

#include "base/buf.h"

/* A signature that is verified by itself, with SHA-256. */
struct bare {
	EVP_PKEY *key; /* lent */
	struct att_buf data;
	struct att_buf sig;
};

/* Without data and signature, which the caller puts there. */
void bare_init(struct bare *bare, EVP_PKEY *key);

/* The signature of a certificate, by the one above it. */
void bare_init_leaf(struct bare *bare, X509 *leaf, X509 *authority);

void bare_verify(const struct bare *bare);

/* Opens FOLDER/NAMESUFFIX for writing. */
FILE *floor_create(const char *folder, const char *name, const char *suffix);

#endif
