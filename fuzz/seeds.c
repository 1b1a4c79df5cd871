/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the inputs that the fuzz targets start from: fuzz/seeds FOLDER makes
 * FOLDER/cose_key/... and so on anew.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include "attestation/object.h"
#include "codec/cose.h"
#include "codec/digest.h"
#include "forge.h"
#include "trust/metadata_index.h"
#include "seeds.h"
#include "trust/certificate.h"

static const char *folder;

void
write_seed(const char *target, const char *name, struct att_bytes bytes)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	if ((file = fopen(path, "wb")) == NULL ||
	    fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
}

void
write_seed_of(const char *target, const char *name, struct att_buf *content)
{
	write_seed(target, name, att_buf_get(content));
	att_buf_reset(content);
}

static void
write_registrations(void)
{
	static const enum forge_defect some[] = { FORGE_FINE, FORGE_FINE_SELF,
		FORGE_FINE_NONE, FORGE_FINE_CHAIN, FORGE_FINE_EXTENSIONS,
		FORGE_OBJECT_UNORDERED, FORGE_STATEMENT_DEEP, FORGE_FORMAT_TPM,
		FORGE_CERT_V1, FORGE_X5C_GARBAGE };
	struct att_buf buf;
	struct forged f;

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		const char *name = forge_rows[some[i]].name;

		forge_row(&forge_rows[some[i]], &f);
		att_buf_init(&buf, 1 << 20);
		forge_put_raw(&buf, f.client_data_hash, 32);
		forge_put_raw(&buf, f.object.ptr, f.object.len);
		write_seed("attestation_object", name, att_buf_get(&buf));
		if (i < 3)
			write_seed("cbor", name, att_buf_get(&f.object));
		if (i < 5)
			write_seed("authdata", name, att_buf_get(&f.auth_data));
		att_buf_reset(&buf);
		forged_reset(&f);
	}
}

/* What the target of one statement format starts from. */
static void
write_format(const char *target, const enum forge_defect *rows, size_t count)
{
	struct att_buf buf;
	struct forged f;

	for (size_t i = 0; i < count; i++) {
		forge_row(&forge_rows[rows[i]], &f);
		att_buf_init(&buf, 1 << 20);
		forge_put_raw(&buf, f.client_data_hash, 32);
		forge_put_raw(&buf, f.object.ptr, f.object.len);
		write_seed_of(target, forge_rows[rows[i]].name, &buf);
		forged_reset(&f);
	}
}

static void
write_key_descriptions(void)
{
	static const enum forge_defect some[] = { FORGE_ANDROID_FINE,
		FORGE_ANDROID_APPLICATIONS_SOFTWARE,
		FORGE_ANDROID_DESCRIPTION_ONE_LIST };
	struct att_certificate_extension extension;
	struct att_certificate *leaf;
	struct forged f;

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		forge_row(&forge_rows[some[i]], &f);
		leaf = forge_decode(f.certs[0]);
		if (!att_certificate_find_extension(leaf,
			att_bytes("\x2b\x06\x01\x04\x01\xd6\x79\x02\x01"
				  "\x11",
			    10),
			&extension))
			abort();
		write_seed("key_description", forge_rows[some[i]].name,
		    extension.value);
		att_certificate_free(&leaf);
		forged_reset(&f);
	}
}

/* The response is the last value of the statement's map. */
static void
write_jws(void)
{
	static const enum forge_defect some[] = { FORGE_SAFETYNET_FINE,
		FORGE_SAFETYNET_JWS_HEADER_TWICE };
	static const char key[] = "response";
	struct forged f;

	for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		const uint8_t *end, *p;

		forge_row(&forge_rows[some[i]], &f);
		end = f.statement.ptr + f.statement.len;
		p = memmem(
		    f.statement.ptr, f.statement.len, key, sizeof(key) - 1);
		if (p == NULL || p[sizeof(key) - 1] != 0x59)
			abort();
		p += sizeof(key) - 1 + 3;
		write_seed("jws", forge_rows[some[i]].name,
		    att_bytes(p, (size_t)(end - p)));
		forged_reset(&f);
	}
}

static void
write_formats(void)
{
	static const enum forge_defect fido_u2f[] = { FORGE_U2F_FINE,
		FORGE_U2F_FINE_MODEL, FORGE_U2F_AAGUID, FORGE_U2F_CERT_CA,
		FORGE_U2F_CREDENTIAL_RSA, FORGE_U2F_X5C_TWO };

	static const enum forge_defect packed[] = { FORGE_FINE_EXTENSIONS,
		FORGE_FINE_CHAIN, FORGE_SIG_NOT_MINIMAL, FORGE_CERT_V1,
		FORGE_CERT_AAGUID_OTHER, FORGE_X5C_NULL };
	static const enum forge_defect none[] = { FORGE_FINE_NONE,
		FORGE_NONE_NOT_EMPTY };
	static const enum forge_defect safetynet[] = { FORGE_SAFETYNET_FINE,
		FORGE_SAFETYNET_TIME_EARLY, FORGE_SAFETYNET_JWS_X5C_EMPTY,
		FORGE_SAFETYNET_PROFILE_TEXT };
	static const enum forge_defect compound[] = { FORGE_COMPOUND_FINE,
		FORGE_COMPOUND_FINE_SELF, FORGE_COMPOUND_NONE,
		FORGE_COMPOUND_NESTED, FORGE_COMPOUND_TWICE };
	static const enum forge_defect android_key[] = { FORGE_ANDROID_FINE,
		FORGE_ANDROID_FINE_TWICE, FORGE_ANDROID_LISTS_SOFTWARE,
		FORGE_ANDROID_LISTS_EMPTY, FORGE_ANDROID_CHAIN_DESCRIBED,
		FORGE_ANDROID_KEY_OTHER };

	write_format("packed", packed, sizeof(packed) / sizeof(packed[0]));
	write_format("none", none, sizeof(none) / sizeof(none[0]));
	write_format("android_key", android_key,
	    sizeof(android_key) / sizeof(android_key[0]));
	write_format("android_safetynet", safetynet,
	    sizeof(safetynet) / sizeof(safetynet[0]));
	write_jws();
	write_tokens();
	write_format(
	    "compound", compound, sizeof(compound) / sizeof(compound[0]));
	write_key_descriptions();
	static const enum forge_defect apple[] = { FORGE_APPLE_FINE,
		FORGE_APPLE_FINE_ALG, FORGE_APPLE_NONCE_UNWRAPPED,
		FORGE_APPLE_NONCE_TRAILING, FORGE_APPLE_KEY_OTHER,
		FORGE_APPLE_CERT_CA };

	write_format("apple", apple, sizeof(apple) / sizeof(apple[0]));
	write_format(
	    "fido_u2f", fido_u2f, sizeof(fido_u2f) / sizeof(fido_u2f[0]));
}

/* The byte string under a key of a statement. */
static void
write_field(const char *target, enum forge_defect row, const char *key)
{
	const struct att_cbor_item *item;
	struct att_object object;
	struct forged f;
	char name[80];

	forge_row(&forge_rows[row], &f);
	if (att_object_parse(att_buf_get(&f.object), ATT_CBOR_CANONICAL_ORDER,
		&object, NULL) != ATT_OK)
		abort();
	item = att_cbor_get_first(object.statement);
	while (!att_cbor_is_text(item, key))
		item = att_cbor_get_next(&object.doc, item);
	item = att_cbor_get_next(&object.doc, item);
	snprintf(name, sizeof(name), "%s-%s", forge_rows[row].name, key);
	write_seed(target, name, item->value);
	forged_reset(&f);
}

static void
write_tpm(void)
{
	static const enum forge_defect some[] = { FORGE_TPM_FINE,
		FORGE_TPM_FINE_RSA, FORGE_TPM_FINE_ECDSA, FORGE_TPM_ALG_SHA1,
		FORGE_TPM_KEY_OKP, FORGE_TPM_NOT_SIGNING,
		FORGE_TPM_CERT_SAN_TWO };
	static const char structures[] = "tpm_structures";

	write_format("tpm", some, sizeof(some) / sizeof(some[0]));
	write_field(structures, FORGE_TPM_FINE, "pubArea");
	write_field(structures, FORGE_TPM_FINE_RSASSA, "pubArea");
	write_field(structures, FORGE_TPM_FINE_KDF, "pubArea");
	write_field(structures, FORGE_TPM_FINE, "certInfo");
	write_field(structures, FORGE_TPM_TYPE_QUOTE, "certInfo");
}

static void
write_cose_keys(void)
{
	static const int32_t algs[] = { -7, -35, -36, -47, -8, -53, -257 };
	struct att_buf buf;

	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		EVP_PKEY *key = forge_key(algs[i]);

		att_buf_init(&buf, 4096);
		forge_cose_key(key, algs[i], FORGE_FINE, &buf);
		write_seed("cose_key", att_cose_algorithm_find(algs[i])->name,
		    att_buf_get(&buf));
		att_buf_reset(&buf);
		EVP_PKEY_free(key);
	}
}

/* The key whose private half is 1: its public half is the base point. */
static EVP_PKEY *
make_key_of_one(void)
{
	static const uint8_t point[65] = { 4, 0x6b, 0x17, 0xd1, 0xf2, 0xe1,
		0x2c, 0x42, 0x47, 0xf8, 0xbc, 0xe6, 0xe5, 0x63, 0xa4, 0x40,
		0xf2, 0x77, 0x03, 0x7d, 0x81, 0x2d, 0xeb, 0x33, 0xa0, 0xf4,
		0xa1, 0x39, 0x45, 0xd8, 0x98, 0xc2, 0x96, 0x4f, 0xe3, 0x42,
		0xe2, 0xfe, 0x1a, 0x7f, 0x9b, 0x8e, 0xe7, 0xeb, 0x4a, 0x7c,
		0x0f, 0x9e, 0x16, 0x2b, 0xce, 0x33, 0x57, 0x6b, 0x31, 0x5e,
		0xce, 0xcb, 0xb6, 0x40, 0x68, 0x37, 0xbf, 0x51, 0xf5 };
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *one = BN_new();
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	if (ctx == NULL || bld == NULL || one == NULL || BN_one(one) != 1 ||
	    OSSL_PARAM_BLD_push_utf8_string(
		bld, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
	    OSSL_PARAM_BLD_push_octet_string(
		bld, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)) != 1 ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_PRIV_KEY, one) != 1 ||
	    (params = OSSL_PARAM_BLD_to_param(bld)) == NULL ||
	    EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) != 1)
		abort();
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(one);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void
write_assertion(void)
{
	uint8_t signed_data[37 + 32] = { 0 };
	EVP_PKEY *key = make_key_of_one();
	struct att_buf buf, sig;

	if (att_sha256(att_bytes_text("forge.example"), signed_data) != ATT_OK)
		abort();
	signed_data[32] = 0x05;
	signed_data[36] = 1;
	att_buf_init(&sig, 255);
	att_buf_init(&buf, 1024);
	forge_sign(key, ATT_COSE_ES256,
	    att_bytes(signed_data, sizeof(signed_data)), &sig);
	forge_put_byte(&buf, (uint8_t)sig.len);
	forge_put_raw(&buf, sig.ptr, sig.len);
	forge_put_raw(&buf, signed_data, 37);
	write_seed_of("assertion", "signed", &buf);
	att_buf_reset(&sig);
	EVP_PKEY_free(key);
}

static void
write_texts(void)
{
	write_seed("base64url", "text", att_bytes_text("Zm9vYmFyLV8-_w"));
	write_seed("clientdata", "create",
	    att_bytes_text("{\"type\":\"webauthn.create\",\"challenge\":\""
			   "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\","
			   "\"origin\":\"pam-attest://example\","
			   "\"crossOrigin\":false}"));
	write_seed("clientdata", "rp_id", att_bytes("a \"name\"", 9));
	write_seed("blob", "model",
	    att_bytes_text("{\"legalHeader\":\"x\",\"no\":7,\"nextUpdate\":"
			   "\"2026-12-01\",\"entries\":[{\"aaguid\":"
			   "\"01020304-0506-0708-090a-0b0c0d0e0f10\","
			   "\"statusReports\":[{\"status\":\"REVOKED\","
			   "\"effectiveDate\":\"2024-01-01\"}],"
			   "\"metadataStatement\":{\"description\":\"A\","
			   "\"attestationTypes\":[\"basic_full\"],"
			   "\"attestationRootCertificates\":[\"AA==\"]}}]}"));
	write_seed("blob", "u2f",
	    att_bytes_text("{\"legalHeader\":\"x\",\"no\":7,\"nextUpdate\":"
			   "\"2026-12-01\",\"entries\":[{\"aaid\":\"1#2\"},"
			   "{\"attestationCertificateKeyIdentifiers\":"
			   "[\"000102030405060708090a0b0c0d0e0f10111213\"],"
			   "\"statusReports\":[]}]}"));
	write_seed("cbor", "kinds",
	    att_bytes("\xa3\x01\x82\x20\xf9\x3c\x00\x20\x42\xaa\xbb\x61"
		      "a\xf6",
		14));
}

/* An index of one model and one attestation key. */
static void
write_index(void)
{
	static uint8_t ids[2][ATT_METADATA_ID_LEN] = { { 9, 1 }, { 1, 1 } };
	static char name[] = "A", terms[] = "x";
	struct att_metadata_report report = { .status = ATT_STATUS_REVOKED,
		.name = "REVOKED",
		.effective = 86400 };
	struct att_metadata_entry entries[2] = {
		{ .ids = &ids[0],
		    .id_count = 1,
		    .description = name,
		    .reports = &report,
		    .report_count = 1 },
		{ .ids = &ids[1],
		    .id_count = 1,
		    .is_u2f = true,
		    .description = name },
	};
	const struct att_metadata metadata = { .number = 7,
		.next_update = 1796083200,
		.legal_header = terms,
		.entries = entries,
		.count = 2 };
	const struct att_index_source source = { .metadata = &metadata };
	struct att_buf index;

	att_buf_init(&index, ATT_INDEX_MAX);
	if (att_index_encode(&source, &index) != ATT_OK)
		abort();
	write_seed_of("metadata_index", "two", &index);
}

int
main(int argc, char **argv)
{
	if (argc != 2) {
		fprintf(stderr, "usage: fuzz/seeds FOLDER\n");
		return 2;
	}
	folder = argv[1];
	write_registrations();
	write_formats();
	write_tpm();
	write_resigned();
	write_cose_keys();
	write_assertion();
	write_texts();
	write_index();
	write_trust();
	write_maa();
	write_agent();
	return 0;
}
