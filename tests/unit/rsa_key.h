/* SPDX-License-Identifier: BSD-2-Clause */
/* RSA keys for tests, which would spend most of their time in making them. */
#ifndef TESTS_UNIT_RSA_KEY_H
#define TESTS_UNIT_RSA_KEY_H

#include <openssl/evp.h>

/*
 * A key of 2048 bits and the exponent 65537, another one at each call. The
 * first 16 of a process are the same in every process, since where their primes
 * are is known. Aborts on a failure.
 */
EVP_PKEY *rsa_key_new(void);

#endif
