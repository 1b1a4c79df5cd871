/* SPDX-License-Identifier: BSD-2-Clause */
/* Saying what a TPM would say of itself. */
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "codec/tpm_verify.h"
#include "forge.h"
#include "pki.h"
#include "tpm_double.h"

enum {
	BITS = 2048,
	PART_MAX = 4096,
	AIK_PUBLIC = 0,
	KEY_PUBLIC,
	QUOTE,
	QUOTE_SIGNATURE,
	CERTIFICATION,
	CERTIFICATION_SIGNATURE,
	VALUES,
	SCRATCH,
	SIGNS = ATT_TPM_BOUND | ATT_TPM_USER_WITH_AUTH | ATT_TPM_SIGN,
};

static EVP_PKEY *keys[TPM_DOUBLE_KEYS];

#define MUST(condition)                                                        \
	do {                                                                   \
		if (!(condition))                                              \
			abort();                                               \
	} while (0)

EVP_PKEY *
tpm_double_get_key(enum tpm_double_key key)
{
	if (keys[key] == NULL)
		keys[key] = pki_rsa_key(BITS);
	return keys[key];
}

int
tpm_double_drop_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < TPM_DOUBLE_KEYS; i++) {
		EVP_PKEY_free(keys[i]);
		keys[i] = NULL;
	}
	return 0;
}

/* --- Structures ----------------------------------------------------------- */

static void
put_u16(struct att_buf *out, unsigned int value)
{
	MUST(att_buf_put_u16(out, (uint16_t)value) == ATT_OK);
}

static void
put_u32(struct att_buf *out, uint32_t value)
{
	MUST(att_buf_put_u32(out, value) == ATT_OK);
}

static void
put_sized(struct att_buf *out, struct att_bytes bytes)
{
	put_u16(out, (unsigned int)bytes.len);
	forge_put_raw(out, bytes.ptr, bytes.len);
}

static void
put_rsa(struct att_buf *out, const struct tpm_double_public *area)
{
	uint8_t modulus[BITS / 8];
	BIGNUM *n = NULL;

	MUST(EVP_PKEY_get_bn_param(tpm_double_get_key(area->key),
		 OSSL_PKEY_PARAM_RSA_N, &n) == 1);
	MUST(BN_bn2binpad(n, modulus, sizeof(modulus)) == sizeof(modulus));
	BN_free(n);
	put_u16(out, BITS);
	put_u32(out, 0);
	put_sized(out, att_bytes(modulus, sizeof(modulus)));
}

static void
put_public(struct att_buf *out, const struct tpm_double_public *area)
{
	static const uint8_t coordinate[32] = { 1 };

	put_u16(out, area->is_ecc ? ATT_TPM_ALG_ECC : ATT_TPM_ALG_RSA);
	put_u16(out, ATT_TPM_ALG_SHA256);
	put_u32(out, area->attributes);
	put_u16(out, 0);
	put_u16(out, ATT_TPM_ALG_NULL);
	put_u16(out, area->is_ecc ? ATT_TPM_ALG_NULL : area->scheme);
	if (!area->is_ecc && area->scheme != ATT_TPM_ALG_NULL)
		put_u16(out, area->hash);
	if (!area->is_ecc) {
		put_rsa(out, area);
		return;
	}
	put_u16(out, ATT_TPM_ECC_NIST_P256);
	put_u16(out, ATT_TPM_ALG_NULL);
	put_sized(out, att_bytes(coordinate, sizeof(coordinate)));
	put_sized(out, att_bytes(coordinate, sizeof(coordinate)));
}

static void
put_head(struct att_buf *out, const struct tpm_double_attest *attest)
{
	static const uint8_t zeros[34];

	put_u32(out, attest->magic);
	put_u16(out, attest->type);
	put_sized(out, att_bytes(zeros, 34));
	put_sized(out, attest->extra);
	forge_put_raw(out, zeros, 17 + 8);
}

/* --- Signatures ----------------------------------------------------------- */

static void
put_signature(struct att_buf *out, const struct tpm_double_attest *attest,
    struct att_bytes text, bool is_raw)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;
	uint8_t bytes[BITS / 8];
	size_t len = sizeof(bytes);

	MUST(md != NULL &&
	     EVP_DigestSignInit_ex(md, &ctx, att_tpm_hash_find(attest->hash),
		 NULL, NULL, tpm_double_get_key(attest->signer), NULL) == 1);
	if (attest->scheme == ATT_TPM_ALG_RSAPSS)
		MUST(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) ==
		     1);
	MUST(EVP_DigestSign(md, bytes, &len, text.ptr, text.len) == 1);
	EVP_MD_CTX_free(md);
	if (is_raw) {
		forge_put_raw(out, bytes, len);
		return;
	}
	put_u16(out, attest->scheme);
	put_u16(out, attest->hash);
	put_sized(out, att_bytes(bytes, len));
}

void
tpm_double_sign(enum tpm_double_key key, const uint8_t digest[32], int salt_len,
    struct att_buf *out)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_pkey(NULL, tpm_double_get_key(key), NULL);
	uint8_t bytes[BITS / 8];
	size_t len = sizeof(bytes);

	MUST(ctx != NULL && EVP_PKEY_sign_init(ctx) == 1 &&
	     EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	     EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) == 1 &&
	     EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt_len) == 1 &&
	     EVP_PKEY_sign(ctx, bytes, &len, digest, 32) == 1);
	EVP_PKEY_CTX_free(ctx);
	forge_put_raw(out, bytes, len);
}

void
tpm_double_encrypt(
    enum tpm_double_key key, struct att_bytes text, struct att_buf *out)
{
	EVP_PKEY_CTX *ctx =
	    EVP_PKEY_CTX_new_from_pkey(NULL, tpm_double_get_key(key), NULL);
	uint8_t bytes[BITS / 8];
	size_t len = sizeof(bytes);

	MUST(ctx != NULL && EVP_PKEY_encrypt_init(ctx) == 1 &&
	     EVP_PKEY_encrypt(ctx, bytes, &len, text.ptr, text.len) == 1);
	EVP_PKEY_CTX_free(ctx);
	forge_put_raw(out, bytes, len);
}

/* --- What is said --------------------------------------------------------- */

static size_t
put_values(struct att_buf *out, const struct tpm_double *tpm, uint32_t pcrs)
{
	for (size_t i = 0; i < 24; i++) {
		if ((pcrs >> i & 1) != 0)
			forge_put_raw(out, tpm->pcrs.values[i], 32);
	}
	return out->len;
}

static void
put_quote(struct att_buf *out, struct tpm_double *tpm)
{
	struct att_buf *scratch = &tpm->parts[SCRATCH];
	struct att_bytes values;
	struct att_digest digest;

	put_head(out, &tpm->quote);
	put_u32(out, 1);
	put_u16(out, tpm->quoted_bank);
	MUST(att_buf_put_u8(out, 3) == ATT_OK);
	for (unsigned int i = 0; i < 3; i++)
		MUST(att_buf_put_u8(out, (uint8_t)(tpm->quoted >> 8 * i)) ==
		     ATT_OK);
	put_values(scratch, tpm, tpm->quoted);
	values = att_buf_get(scratch);
	MUST(att_digest(NULL, att_tpm_hash_find(tpm->quote.hash), &values, 1,
		 &digest) == ATT_OK);
	put_sized(out, att_bytes(digest.bytes, digest.len));
	out->len -= tpm->quote.cut;
}

static void
put_certification(struct att_buf *out, struct tpm_double *tpm)
{
	struct tpm_double_public area = tpm->key;
	struct att_buf *scratch = &tpm->parts[SCRATCH];
	struct att_tpm_name name;

	area.key = tpm->certified;
	att_buf_reset(scratch);
	put_public(scratch, &area);
	MUST(att_tpm_name_make(NULL, ATT_TPM_ALG_SHA256, att_buf_get(scratch),
		 &name) == ATT_OK);
	put_head(out, &tpm->certification);
	put_sized(out, att_bytes(name.bytes, name.len));
	put_sized(out, att_bytes(name.bytes, name.len));
	out->len -= tpm->certification.cut;
}

static void
put_certificate(struct tpm_double *tpm)
{
	X509 *cert;

	if (!tpm->has_certificate)
		return;
	cert = pki_make(&(struct pki_spec){ .name = "an AIK",
	    .key = tpm_double_get_key(tpm->certificate_of),
	    .constraints = "CA:FALSE" });
	pki_put_der(cert, &tpm->certificate);
	X509_free(cert);
}

static void
begin_saying(struct tpm_double *tpm)
{
	for (size_t i = 0; i < sizeof(tpm->parts) / sizeof(tpm->parts[0]); i++)
		att_buf_reset(&tpm->parts[i]);
	att_buf_reset(&tpm->certificate);
	put_certificate(tpm);
	put_quote(&tpm->parts[QUOTE], tpm);
	put_certification(&tpm->parts[CERTIFICATION], tpm);
	put_values(&tpm->parts[VALUES], tpm, tpm->told);
	if (tpm->has_other_values)
		tpm->parts[VALUES].ptr[0] ^= 1;
}

static struct att_bytes
part(const struct tpm_double *tpm, size_t index)
{
	return att_buf_get(&tpm->parts[index]);
}

static struct att_tpm_pcr_bank
bank(const struct tpm_double *tpm)
{
	return (struct att_tpm_pcr_bank){ ATT_TPM_ALG_SHA256, tpm->told,
		part(tpm, VALUES) };
}

void
tpm_double_say(struct tpm_double *tpm, struct att_tpm_evidence *evidence)
{
	begin_saying(tpm);
	put_public(&tpm->parts[AIK_PUBLIC], &tpm->aik);
	put_public(&tpm->parts[KEY_PUBLIC], &tpm->key);
	put_signature(
	    &tpm->parts[QUOTE_SIGNATURE], &tpm->quote, part(tpm, QUOTE), false);
	put_signature(&tpm->parts[CERTIFICATION_SIGNATURE], &tpm->certification,
	    part(tpm, CERTIFICATION), false);
	*evidence = (struct att_tpm_evidence){ part(tpm, AIK_PUBLIC),
		att_buf_get(&tpm->certificate), part(tpm, QUOTE),
		part(tpm, QUOTE_SIGNATURE), { bank(tpm) }, 1,
		part(tpm, KEY_PUBLIC), part(tpm, CERTIFICATION),
		part(tpm, CERTIFICATION_SIGNATURE) };
}

static void
put_public_sized(
    struct tpm_double *tpm, size_t index, const struct tpm_double_public *area)
{
	struct att_buf *scratch = &tpm->parts[SCRATCH];

	att_buf_reset(scratch);
	put_public(scratch, area);
	put_sized(&tpm->parts[index], att_buf_get(scratch));
}

void
tpm_double_say_guest(
    struct tpm_double *tpm, struct att_tpm_guest_evidence *evidence)
{
	begin_saying(tpm);
	put_public_sized(tpm, AIK_PUBLIC, &tpm->aik);
	put_public_sized(tpm, KEY_PUBLIC, &tpm->key);
	put_signature(
	    &tpm->parts[QUOTE_SIGNATURE], &tpm->quote, part(tpm, QUOTE), true);
	put_signature(&tpm->parts[CERTIFICATION_SIGNATURE], &tpm->certification,
	    part(tpm, CERTIFICATION), true);
	*evidence = (struct att_tpm_guest_evidence){ part(tpm, AIK_PUBLIC),
		att_buf_get(&tpm->certificate), part(tpm, QUOTE),
		part(tpm, QUOTE_SIGNATURE), bank(tpm), part(tpm, KEY_PUBLIC),
		part(tpm, CERTIFICATION), part(tpm, CERTIFICATION_SIGNATURE) };
}

/* --- Begin and end -------------------------------------------------------- */

void
tpm_double_begin(struct tpm_double *tpm, struct att_bytes challenge)
{
	*tpm = (struct tpm_double){
		.aik = { TPM_DOUBLE_AIK, SIGNS | ATT_TPM_RESTRICTED,
		    ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA256, false },
		.key = { TPM_DOUBLE_KEY, SIGNS, ATT_TPM_ALG_RSAPSS,
		    ATT_TPM_ALG_SHA256, false },
		.quote = { ATT_TPM_GENERATED, ATT_TPM_ST_ATTEST_QUOTE,
		    challenge, TPM_DOUBLE_AIK, ATT_TPM_ALG_RSASSA,
		    ATT_TPM_ALG_SHA256, 0 },
		.certification = { ATT_TPM_GENERATED, ATT_TPM_ST_ATTEST_CERTIFY,
		    challenge, TPM_DOUBLE_AIK, ATT_TPM_ALG_RSASSA,
		    ATT_TPM_ALG_SHA256, 0 },
		.certified = TPM_DOUBLE_KEY,
		.quoted = 0xffffff,
		.told = 0xffffff,
		.quoted_bank = ATT_TPM_ALG_SHA256,
		.certificate_of = TPM_DOUBLE_AIK,
	};
	for (size_t i = 0; i < sizeof(tpm->parts) / sizeof(tpm->parts[0]); i++)
		att_buf_init(&tpm->parts[i], PART_MAX);
	att_buf_init(&tpm->certificate, PART_MAX);
}

void
tpm_double_begin_guest(struct tpm_double *tpm)
{
	tpm_double_begin(tpm, att_bytes("", 0));
	tpm->key.attributes = ATT_TPM_BOUND | ATT_TPM_DECRYPT | ATT_TPM_NO_DA;
	tpm->key.scheme = ATT_TPM_ALG_NULL;
	tpm->quoted = tpm->told = 0xff;
}

void
tpm_double_end(struct tpm_double *tpm)
{
	for (size_t i = 0; i < sizeof(tpm->parts) / sizeof(tpm->parts[0]); i++)
		att_buf_reset(&tpm->parts[i]);
	att_buf_reset(&tpm->certificate);
}
