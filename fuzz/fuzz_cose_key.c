/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the reading of credential public keys. */
#include <stdint.h>
#include <stdlib.h>

#include "codec/cose.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_cose_key key;
	EVP_PKEY *made = NULL;
	enum att_err err;

	err = att_cose_key_parse(att_bytes(data, size), NULL, &key, &why);
	if (err != why.code)
		abort();
	if ((err == ATT_OK) != (key.algorithm != NULL))
		abort();
	/* What was read is a key for OpenSSL, too. */
	if (err == ATT_OK && (att_cose_key_make(&key, NULL, &made) != ATT_OK ||
				 !att_cose_algorithm_fits(key.algorithm, made)))
		abort();
	EVP_PKEY_free(made);
	return 0;
}
