/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of COSE algorithms. */
#include <string.h>

#include "codec/cose.h"

#define EC_ROW(id, name, crv, group, size, digest)                             \
	{                                                                      \
		id, name, ATT_COSE_EC2, crv, group, size, EVP_PKEY_EC, digest, \
		    false                                                      \
	}
#define OKP_ROW(id, name, crv, size, pkey_id)                                  \
	{                                                                      \
		id, name, ATT_COSE_OKP, crv, NULL, size, pkey_id, NULL, false  \
	}
#define RSA_ROW(id, name, digest, is_pss)                                      \
	{                                                                      \
		id, name, ATT_COSE_RSA, 0, NULL, 0, EVP_PKEY_RSA, digest,      \
		    is_pss                                                     \
	}

/*
 * EdDSA stands for Ed25519 alone and ES256 for P-256 alone, as WebAuthn
 * section 5.8.5 has it. SHA-1 is not here: the tpm format decides about it.
 */
static const struct att_cose_algorithm algorithms[] = {
	EC_ROW(ATT_COSE_ES256, "ES256", 1, "prime256v1", 32, "SHA256"),
	OKP_ROW(ATT_COSE_EDDSA, "EdDSA", 6, 32, EVP_PKEY_ED25519),
	RSA_ROW(ATT_COSE_RS256, "RS256", "SHA256", false),
	EC_ROW(-9, "ESP256", 1, "prime256v1", 32, "SHA256"),
	EC_ROW(-35, "ES384", 2, "secp384r1", 48, "SHA384"),
	EC_ROW(-51, "ESP384", 2, "secp384r1", 48, "SHA384"),
	EC_ROW(-36, "ES512", 3, "secp521r1", 66, "SHA512"),
	EC_ROW(-52, "ESP512", 3, "secp521r1", 66, "SHA512"),
	EC_ROW(-47, "ES256K", 8, "secp256k1", 32, "SHA256"),
	OKP_ROW(-19, "Ed25519", 6, 32, EVP_PKEY_ED25519),
	OKP_ROW(-53, "Ed448", 7, 57, EVP_PKEY_ED448),
	RSA_ROW(-258, "RS384", "SHA384", false),
	RSA_ROW(-259, "RS512", "SHA512", false),
	RSA_ROW(-37, "PS256", "SHA256", true),
	RSA_ROW(-38, "PS384", "SHA384", true),
	RSA_ROW(-39, "PS512", "SHA512", true),
};

const struct att_cose_algorithm att_cose_rs1 =
    RSA_ROW(ATT_COSE_RS1, "RS1", "SHA1", false);

const struct att_cose_algorithm *
att_cose_algorithm_find(int64_t id)
{
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		if (algorithms[i].id == id)
			return &algorithms[i];
	}
	return NULL;
}

bool
att_cose_algorithm_fits(
    const struct att_cose_algorithm *algorithm, const EVP_PKEY *key)
{
	char group[32];
	size_t len;

	if (EVP_PKEY_get_base_id(key) != algorithm->pkey_id)
		return false;
	if (algorithm->group == NULL)
		return true;
	if (EVP_PKEY_get_group_name(key, group, sizeof(group), &len) != 1)
		return false;
	return strcmp(group, algorithm->group) == 0;
}
