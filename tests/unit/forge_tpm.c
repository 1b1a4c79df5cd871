/* SPDX-License-Identifier: BSD-2-Clause */
/* Making tpm statements for tests: TPM 2.0 Library, Part 2. */
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "codec/digest.h"
#include "codec/tpm.h"
#include "forge.h"

enum {
	LIMIT = 1 << 16
};

static bool
is(const struct forged *f, enum forge_defect defect)
{
	return f->spec.defect == defect;
}

bool
forge_is_tpm(enum forge_kind kind)
{
	return kind == FORGE_KIND_TPM || kind == FORGE_KIND_TPM_RSA;
}

int32_t
forge_tpm_credential_alg(const struct forge_spec *spec)
{
	if (spec->defect == FORGE_TPM_KEY_OKP)
		return ATT_COSE_EDDSA;
	return spec->kind == FORGE_KIND_TPM_RSA ? ATT_COSE_RS256
						: ATT_COSE_ES256;
}

int32_t
forge_tpm_attestation_alg(const struct forge_spec *spec)
{
	if (spec->defect == FORGE_TPM_ALG_SHA1)
		return ATT_COSE_RS1;
	return spec->kind == FORGE_KIND_TPM_RSA ? ATT_COSE_RS256
						: ATT_COSE_ES256;
}

void
forge_put_u16(struct att_buf *out, unsigned int v)
{
	if (att_buf_put_u16(out, (uint16_t)v) != ATT_OK)
		abort();
}

void
forge_put_u32(struct att_buf *out, uint32_t v)
{
	if (att_buf_put_u32(out, v) != ATT_OK)
		abort();
}

void
forge_put_sized(struct att_buf *out, const void *ptr, size_t len)
{
	forge_put_u16(out, (unsigned int)len);
	forge_put_raw(out, ptr, len);
}

static void
put_number(
    struct att_buf *out, const EVP_PKEY *key, const char *name, size_t size)
{
	uint8_t bytes[512];
	BIGNUM *v = NULL;

	if (size > sizeof(bytes) || EVP_PKEY_get_bn_param(key, name, &v) != 1 ||
	    BN_bn2binpad(v, bytes, (int)size) != (int)size)
		abort();
	forge_put_sized(out, bytes, size);
	BN_free(v);
}

static struct att_digest
digest(const char *name, const struct att_bytes *parts, size_t count)
{
	struct att_digest d;

	if (att_digest(NULL, name, parts, count, &d) != ATT_OK)
		abort();
	return d;
}

/* --- pubArea ------------------------------------------------------------ */

static uint32_t
choose_attributes(const struct forged *f)
{
	uint32_t attributes = 0x00060472; /* of a key of Windows Hello */

	if (is(f, FORGE_TPM_PUBAREA_RESERVED))
		attributes |= 1;
	if (is(f, FORGE_TPM_NOT_FIXED_TPM))
		attributes &= ~(uint32_t)ATT_TPM_FIXED_TPM;
	if (is(f, FORGE_TPM_NOT_FIXED_PARENT))
		attributes &= ~(uint32_t)ATT_TPM_FIXED_PARENT;
	if (is(f, FORGE_TPM_NOT_MADE_THERE))
		attributes &= ~(uint32_t)ATT_TPM_SENSITIVE_DATA_ORIGIN;
	if (is(f, FORGE_TPM_NOT_SIGNING))
		attributes &= ~(uint32_t)ATT_TPM_SIGN;
	return attributes;
}

static void
put_symmetric(const struct forged *f, struct att_buf *out)
{
	if (!is(f, FORGE_TPM_PUBAREA_SYMMETRIC)) {
		forge_put_u16(out, ATT_TPM_ALG_NULL);
		return;
	}
	forge_put_u16(out, 0x0006); /* AES, 128 bits, CFB */
	forge_put_u16(out, 128);
	forge_put_u16(out, 0x0043);
}

static void
put_scheme(const struct forged *f, struct att_buf *out)
{
	switch (f->spec.defect) {
	case FORGE_TPM_FINE_ECDSA:
		forge_put_u16(out, ATT_TPM_ALG_ECDSA);
		forge_put_u16(out, ATT_TPM_ALG_SHA256);
		break;
	case FORGE_TPM_KEY_SCHEME:
		forge_put_u16(out, ATT_TPM_ALG_ECDSA);
		forge_put_u16(out, ATT_TPM_ALG_SHA384);
		break;
	case FORGE_TPM_FINE_RSASSA:
		forge_put_u16(out, ATT_TPM_ALG_RSASSA);
		forge_put_u16(out, ATT_TPM_ALG_SHA256);
		break;
	case FORGE_TPM_KEY_SCHEME_HASH:
		forge_put_u16(out, ATT_TPM_ALG_RSAPSS);
		forge_put_u16(out, ATT_TPM_ALG_SHA256);
		break;
	case FORGE_TPM_PUBAREA_SCHEME_BARE:
		forge_put_u16(out, ATT_TPM_ALG_RSASSA);
		break;
	case FORGE_TPM_PUBAREA_SCHEME_RSA:
		forge_put_u16(out, 0x0015); /* RSAES: does not sign */
		break;
	case FORGE_TPM_PUBAREA_SCHEME:
		forge_put_u16(out, 0x001a); /* ECDAA, with a counter */
		forge_put_u16(out, ATT_TPM_ALG_SHA256);
		forge_put_u16(out, 1);
		break;
	default:
		forge_put_u16(out, ATT_TPM_ALG_NULL);
	}
}

static void
put_rsa(const struct forged *f, const EVP_PKEY *key, struct att_buf *out)
{
	uint32_t exponent = 0;
	size_t size = 256;

	if (is(f, FORGE_TPM_FINE_ZERO_PADDED)) {
		exponent = 65537;
		size = 258;
	}
	if (is(f, FORGE_TPM_KEY_EXPONENT))
		exponent = 3;
	if (is(f, FORGE_TPM_KEY_EXPONENT_SWAPPED))
		exponent = 0x01000100;
	put_symmetric(f, out);
	put_scheme(f, out);
	forge_put_u16(out, is(f, FORGE_TPM_PUBAREA_KEY_BITS) ? 1024 : 2048);
	forge_put_u32(out, exponent);
	put_number(out, key, OSSL_PKEY_PARAM_RSA_N, size);
	if (is(f, FORGE_TPM_KEY_MODULUS))
		out->ptr[out->len - 1] ^= 2;
}

static void
put_point(const struct forged *f, const EVP_PKEY *key, struct att_buf *out)
{
	put_number(out, key, OSSL_PKEY_PARAM_EC_PUB_X,
	    is(f, FORGE_TPM_PUBAREA_LONG_X) ? 33 : 32);
	if (is(f, FORGE_TPM_KEY_X))
		out->ptr[out->len - 1] ^= 1;
	put_number(out, key, OSSL_PKEY_PARAM_EC_PUB_Y, 32);
	if (is(f, FORGE_TPM_KEY_Y))
		out->ptr[out->len - 1] ^= 1;
}

static void
put_ecc(const struct forged *f, const EVP_PKEY *key, struct att_buf *out)
{
	unsigned int curve = ATT_TPM_ECC_NIST_P256;

	if (is(f, FORGE_TPM_KEY_CURVE))
		curve = ATT_TPM_ECC_NIST_P384;
	if (is(f, FORGE_TPM_PUBAREA_CURVE))
		curve = 0x0020; /* SM2_P256 */
	put_symmetric(f, out);
	put_scheme(f, out);
	forge_put_u16(out, curve);
	if (is(f, FORGE_TPM_FINE_KDF)) {
		forge_put_u16(out, ATT_TPM_ALG_KDF1_SP800_56A);
		forge_put_u16(out, ATT_TPM_ALG_SHA256);
	} else {
		forge_put_u16(out, is(f, FORGE_TPM_PUBAREA_KDF)
				       ? ATT_TPM_ALG_ECDSA
				       : ATT_TPM_ALG_NULL);
	}
	put_point(f, key, out);
}

static unsigned int
choose_name_alg(const struct forged *f)
{
	if (is(f, FORGE_TPM_PUBAREA_NAME_ALG))
		return 0x0012; /* SM3_256 */
	return is(f, FORGE_TPM_NAME_SHA1) ? ATT_TPM_ALG_SHA1
					  : ATT_TPM_ALG_SHA256;
}

/* Where the credential is not of the type of pubArea another key is there. */
static void
make_pub_area(const struct forged *f, struct att_buf *out)
{
	uint8_t policy[65] = { 0x9d, 0xff };
	bool is_rsa = f->spec.kind == FORGE_KIND_TPM_RSA ||
		      is(f, FORGE_TPM_KEY_OTHER_TYPE);
	EVP_PKEY *other = forge_key(is_rsa ? -257 : -7);
	EVP_PKEY *key = f->credential;

	if (is(f, FORGE_TPM_KEY_OTHER_TYPE) || is(f, FORGE_TPM_KEY_OKP))
		key = other;
	forge_put_u16(out, is_rsa ? ATT_TPM_ALG_RSA : ATT_TPM_ALG_ECC);
	if (is(f, FORGE_TPM_PUBAREA_TYPE))
		out->ptr[out->len - 1] = 0x08; /* KEYEDHASH */
	forge_put_u16(out, choose_name_alg(f));
	forge_put_u32(out, choose_attributes(f));
	forge_put_sized(out, policy, is(f, FORGE_TPM_PUBAREA_POLICY) ? 65 : 32);
	if (is_rsa)
		put_rsa(f, key, out);
	else
		put_ecc(f, key, out);
	EVP_PKEY_free(other);
	if (is(f, FORGE_TPM_PUBAREA_EMPTY))
		out->len = 0;
	if (is(f, FORGE_TPM_PUBAREA_TRUNCATED))
		out->len--;
	if (is(f, FORGE_TPM_PUBAREA_TRAILING))
		forge_put_byte(out, 0);
}

/* --- certInfo ----------------------------------------------------------- */

/* The hash of the statement's algorithm. */
static const char *
choose_hash(const struct forged *f)
{
	const struct att_cose_algorithm *row = &att_cose_rs1;

	if (is(f, FORGE_TPM_EXTRA_DATA_OTHER_HASH))
		return "SHA384";
	if (is(f, FORGE_TPM_ALG_OTHER_CURVE))
		return "SHA384";
	if (f->spec.attestation_alg != ATT_COSE_RS1)
		row = att_cose_algorithm_find(f->spec.attestation_alg);
	return row->digest;
}

static void
put_extra_data(const struct forged *f, struct att_buf *out)
{
	const struct att_bytes parts[] = {
		att_buf_get(&f->auth_data),
		att_bytes(f->client_data_hash, 32),
	};
	size_t count = is(f, FORGE_TPM_EXTRA_DATA_CLIENT_DATA) ? 1 : 2;
	struct att_digest d = digest(choose_hash(f), parts, count);

	if (is(f, FORGE_TPM_EXTRA_DATA_OTHER))
		d.bytes[d.len - 1] ^= 1;
	if (is(f, FORGE_TPM_EXTRA_DATA_EMPTY))
		d.len = 0;
	forge_put_sized(out, d.bytes, d.len);
}

/* The Name of the object, or what somebody might take for it. */
static void
put_name(const struct forged *f, struct att_bytes pub_area, struct att_buf *out)
{
	const char *hash =
	    choose_name_alg(f) == ATT_TPM_ALG_SHA1 ? "SHA1" : "SHA256";
	struct att_digest d = digest(hash, &pub_area, 1);
	uint8_t name[2 + ATT_DIGEST_MAX + 1] = { 0,
		(uint8_t)choose_name_alg(f) };
	size_t len = 2 + d.len;

	memcpy(name + 2, d.bytes, d.len);
	if (is(f, FORGE_TPM_NAME_OTHER))
		name[len - 1] ^= 1;
	if (is(f, FORGE_TPM_NAME_ALG))
		name[1] = ATT_TPM_ALG_SHA384;
	if (is(f, FORGE_TPM_NAME_EMPTY))
		len = 0;
	if (is(f, FORGE_TPM_CERTINFO_LONG_NAME))
		len = 2 + ATT_DIGEST_MAX + 1;
	if (is(f, FORGE_TPM_NAME_HANDLE))
		forge_put_sized(out, "\x81\x01\x00\x01", 4);
	else if (is(f, FORGE_TPM_NAME_BARE))
		forge_put_sized(out, d.bytes, d.len);
	else
		forge_put_sized(out, name, len);
}

static unsigned int
choose_type(const struct forged *f)
{
	if (is(f, FORGE_TPM_TYPE_CREATION))
		return 0x801a;
	return is(f, FORGE_TPM_TYPE_QUOTE) ? 0x8018 : ATT_TPM_ST_ATTEST_CERTIFY;
}

static void
make_cert_info(
    const struct forged *f, struct att_bytes pub_area, struct att_buf *out)
{
	static const uint8_t name[34] = { 0x00, 0x0b, 0x5a };
	static const uint8_t clock[8 + 4 + 4] = { 0, 0, 0, 1 };
	static const uint8_t firmware[8] = { 0, 1, 0, 2 };

	forge_put_u32(
	    out, is(f, FORGE_TPM_MAGIC_OTHER) ? 0xff544348 : ATT_TPM_GENERATED);
	forge_put_u16(out, choose_type(f));
	forge_put_sized(out, name, sizeof(name)); /* qualifiedSigner */
	put_extra_data(f, out);
	forge_put_raw(out, clock, sizeof(clock));
	forge_put_byte(out, 1);
	forge_put_raw(out, firmware, sizeof(firmware));
	put_name(f, pub_area, out);
	forge_put_sized(out, name, sizeof(name)); /* qualifiedName */
	if (is(f, FORGE_TPM_CERTINFO_EMPTY))
		out->len = 0;
	if (is(f, FORGE_TPM_CERTINFO_TRUNCATED))
		out->len--;
	if (is(f, FORGE_TPM_CERTINFO_TRAILING))
		forge_put_byte(out, 0);
}

/* --- sig and the whole -------------------------------------------------- */

/* TPMT_SIGNATURE, as the specification has it and no authenticator does. */
static void
wrap_signature(struct att_buf *sig)
{
	struct att_buf out;

	att_buf_init(&out, LIMIT);
	forge_put_u16(&out, ATT_TPM_ALG_ECDSA);
	forge_put_u16(&out, ATT_TPM_ALG_SHA256);
	forge_put_sized(&out, sig->ptr, sig->len);
	att_buf_reset(sig);
	*sig = out;
}

static void
make_signature(
    const struct forged *f, struct att_bytes cert_info, struct att_buf *sig)
{
	int32_t alg = f->spec.attestation_alg;
	EVP_PKEY *other = forge_key(alg), *key = f->attestation;
	struct att_buf data;

	att_buf_init(&data, LIMIT);
	if (is(f, FORGE_TPM_SIG_AS_PACKED)) {
		forge_put_raw(&data, f->auth_data.ptr, f->auth_data.len);
		forge_put_raw(&data, f->client_data_hash, 32);
	} else {
		forge_put_raw(&data, cert_info.ptr, cert_info.len);
	}
	if (is(f, FORGE_TPM_SIG_CREDENTIAL_KEY))
		key = f->credential;
	if (is(f, FORGE_TPM_SIG_OTHER_KEY) ||
	    is(f, FORGE_TPM_SIG_OTHER_KEY_RSA))
		key = other;
	forge_sign(key, alg, att_buf_get(&data), sig);
	if (is(f, FORGE_TPM_SIG_STRUCTURE))
		wrap_signature(sig);
	if (is(f, FORGE_TPM_SIG_EMPTY))
		sig->len = 0;
	att_buf_reset(&data);
	EVP_PKEY_free(other);
}

static int32_t
choose_alg(const struct forged *f)
{
	switch (f->spec.defect) {
	case FORGE_TPM_ALG_UNKNOWN:
		return -48;
	case FORGE_TPM_ALG_EDDSA:
		return -8;
	case FORGE_TPM_ALG_OTHER_TYPE:
		return -257;
	case FORGE_TPM_ALG_OTHER_CURVE:
		return -35;
	default:
		return f->spec.attestation_alg;
	}
}

static void
put_ver(const struct forged *f, struct att_buf *out)
{
	if (is(f, FORGE_TPM_VER_MISSING))
		return;
	forge_put_text(out, "ver");
	if (is(f, FORGE_TPM_VER_BYTES))
		forge_put_bytes(out, att_bytes_text("2.0"));
	else
		forge_put_text(out, is(f, FORGE_TPM_VER_OTHER) ? "1.2" : "2.0");
}

static size_t
count_members(const struct forged *f)
{
	switch (f->spec.defect) {
	case FORGE_TPM_VER_MISSING:
	case FORGE_TPM_X5C_MISSING:
	case FORGE_TPM_SIG_MISSING:
	case FORGE_TPM_CERTINFO_MISSING:
	case FORGE_TPM_PUBAREA_MISSING:
		return 5;
	case FORGE_TPM_STATEMENT_EXTRA:
		return 7;
	default:
		return 6;
	}
}

/* In the canonical order of their keys. */
static void
put_members(struct forged *f, struct att_bytes sig, struct att_bytes cert_info,
    struct att_bytes pub_area)
{
	struct att_buf *out = &f->statement;

	forge_put_map(out, count_members(f));
	forge_put_text(out, "alg");
	forge_put_int(out, choose_alg(f));
	if (!is(f, FORGE_TPM_SIG_MISSING)) {
		forge_put_text(out, "sig");
		forge_put_bytes(out, sig);
	}
	put_ver(f, out);
	if (!is(f, FORGE_TPM_X5C_MISSING))
		forge_put_x5c(f);
	if (!is(f, FORGE_TPM_PUBAREA_MISSING)) {
		forge_put_text(out, "pubArea");
		forge_put_bytes(out, pub_area);
	}
	if (!is(f, FORGE_TPM_CERTINFO_MISSING)) {
		forge_put_text(out, "certInfo");
		forge_put_bytes(out, cert_info);
	}
	if (is(f, FORGE_TPM_STATEMENT_EXTRA)) {
		forge_put_text(out, "ecdaaKeyId");
		forge_put_bytes(out, att_bytes_text("id"));
	}
}

/* TPM2B_PUBLIC: the size before the structure. */
static void
put_size_before(struct att_buf *buf)
{
	struct att_buf out;

	att_buf_init(&out, LIMIT);
	forge_put_sized(&out, buf->ptr, buf->len);
	att_buf_reset(buf);
	*buf = out;
}

void
forge_tpm_statement(struct forged *f)
{
	struct att_buf pub_area, cert_info, sig;

	att_buf_init(&pub_area, LIMIT);
	att_buf_init(&cert_info, LIMIT);
	att_buf_init(&sig, LIMIT);
	make_pub_area(f, &pub_area);
	if (is(f, FORGE_TPM_PUBAREA_SIZED))
		put_size_before(&pub_area);
	make_cert_info(f, att_buf_get(&pub_area), &cert_info);
	make_signature(f, att_buf_get(&cert_info), &sig);
	put_members(f, att_buf_get(&sig), att_buf_get(&cert_info),
	    att_buf_get(&pub_area));
	att_buf_reset(&pub_area);
	att_buf_reset(&cert_info);
	att_buf_reset(&sig);
}
