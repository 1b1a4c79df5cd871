/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzzes the judgement of assertions: the length of the signature in one
 * byte, the signature, then authenticator data. The key is the one whose
 * private half is 1, so that seeds can be made.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "attestation/assertion.h"
#include "attestation/authdata.h"
#include "codec/cose.h"
#include "codec/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The base point of P-256. */
static const uint8_t cose[] = { 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21,
	0x58, 0x20, 0x6b, 0x17, 0xd1, 0xf2, 0xe1, 0x2c, 0x42, 0x47, 0xf8, 0xbc,
	0xe6, 0xe5, 0x63, 0xa4, 0x40, 0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb,
	0x33, 0xa0, 0xf4, 0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x22, 0x58,
	0x20, 0x4f, 0xe3, 0x42, 0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb,
	0x4a, 0x7c, 0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e,
	0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_cose_key key;
	struct att_assertion assertion = { .key = &key };
	struct att_assertion_facts facts;
	struct att_reason why = { 0 };
	enum att_err err;

	if (size == 0 || size - 1 < data[0])
		return 0;
	if (att_cose_key_parse(
		att_bytes(cose, sizeof(cose)), NULL, &key, NULL) != ATT_OK ||
	    att_sha256(att_bytes_text("forge.example"), assertion.rp_id_hash) !=
		ATT_OK)
		abort();
	assertion.signature = att_bytes(data + 1, data[0]);
	assertion.auth_data = att_bytes(data + 1 + data[0], size - 1 - data[0]);
	err = att_assertion_verify(&assertion, &facts, &why);
	if (err != why.code)
		abort();
	if (err == ATT_OK && (facts.flags & ATT_FLAG_UP) == 0)
		abort();
	if (err != ATT_OK && (facts.flags != 0 || facts.sign_count != 0))
		abort();
	return 0;
}
