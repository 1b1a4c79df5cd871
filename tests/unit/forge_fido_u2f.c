/* SPDX-License-Identifier: BSD-2-Clause */
/* Making U2F registrations for tests. */
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include "codec/cose.h"
#include "forge.h"

enum {
	POINT_MAX = 1 + 2 * 66
};

uint8_t
forge_u2f_flags(enum forge_defect defect)
{
	switch (defect) {
	case FORGE_U2F_FLAGS_UV:
		return 0x45;
	case FORGE_U2F_FLAGS_BE:
		return 0x49;
	case FORGE_U2F_FLAGS_BS:
		return 0x59;
	case FORGE_U2F_FLAGS_ED:
		return 0xc1;
	default:
		return 0x41;
	}
}

const uint8_t *
forge_u2f_aaguid(enum forge_defect defect)
{
	static const uint8_t zero[16];

	return defect == FORGE_U2F_AAGUID ? forge_aaguid : zero;
}

int32_t
forge_u2f_credential_alg(enum forge_defect defect)
{
	switch (defect) {
	case FORGE_U2F_CREDENTIAL_ES384:
		return -35;
	case FORGE_U2F_CREDENTIAL_ESP256:
		return -9;
	case FORGE_U2F_CREDENTIAL_ED25519:
		return -8;
	case FORGE_U2F_CREDENTIAL_RSA:
		return -257;
	default:
		return ATT_COSE_ES256;
	}
}

int32_t
forge_u2f_attestation_alg(enum forge_defect defect)
{
	switch (defect) {
	case FORGE_U2F_KEY_P384:
		return -35;
	case FORGE_U2F_KEY_K256:
		return -47;
	case FORGE_U2F_KEY_RSA:
		return -257;
	default:
		return ATT_COSE_ES256;
	}
}

static void
add_aaguid(X509 *cert, enum forge_defect defect)
{
	uint8_t der[2 + 16] = { V_ASN1_OCTET_STRING, 16 };
	struct att_bytes value = att_bytes(der, sizeof(der));

	memcpy(der + 2, forge_aaguid, 16);
	if (defect == FORGE_U2F_CERT_AAGUID_UNWRAPPED)
		value = att_bytes(forge_aaguid, 16);
	forge_cert_add_raw(cert, FORGE_OID_AAGUID,
	    defect == FORGE_U2F_CERT_AAGUID_CRITICAL, value);
}

/* Like the leaves of real U2F keys: a common name and hardly more. */
X509 *
forge_u2f_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect)
{
	X509 *cert = forge_cert_start(key, X509_get_subject_name(issuer));
	X509_NAME *subject = X509_get_subject_name(cert);

	forge_cert_add_name(subject, "CN", MBSTRING_UTF8, "Forge U2F 1");
	if (defect == FORGE_U2F_CERT_EXPIRED)
		X509_time_adj_ex(X509_getm_notAfter(cert), 0, 0,
		    &(time_t){ FORGE_TIME - 1 });
	if (defect == FORGE_U2F_CERT_CA)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:TRUE");
	if (defect == FORGE_U2F_FINE_MODEL ||
	    defect == FORGE_U2F_CERT_AAGUID_CRITICAL ||
	    defect == FORGE_U2F_CERT_AAGUID_UNWRAPPED)
		add_aaguid(cert, defect);
	forge_cert_add_other_use(cert, defect);
	if (defect == FORGE_U2F_CERT_SELF_SIGNED) {
		X509_set_issuer_name(cert, subject);
		issuer_key = key;
	}
	forge_cert_sign(cert, issuer_key);
	return cert;
}

/* An RSA modulus, whose first 64 bytes are taken for x and y. */
static size_t
read_modulus(EVP_PKEY *key, uint8_t point[POINT_MAX])
{
	uint8_t bytes[256];
	BIGNUM *n = NULL;

	if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n) != 1 ||
	    BN_bn2binpad(n, bytes, sizeof(bytes)) != sizeof(bytes))
		abort();
	BN_free(n);
	point[0] = 4;
	memcpy(point + 1, bytes, 64);
	return 65;
}

/* The credential key as U2F would have it in its signature. */
static size_t
read_point(EVP_PKEY *key, uint8_t point[POINT_MAX])
{
	uint8_t *encoded = NULL;
	size_t len;

	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA)
		return read_modulus(key, point);
	if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) {
		memset(point, 4, 65);
		return 65;
	}
	len = EVP_PKEY_get1_encoded_public_key(key, &encoded);
	if (len == 0 || len > POINT_MAX)
		abort();
	memcpy(point, encoded, len);
	OPENSSL_free(encoded);
	return len;
}

static struct att_bytes
get_credential_id(const struct forged *f)
{
	const uint8_t *data = f->auth_data.ptr + 37 + 16;

	return att_bytes(data + 2, (size_t)(data[0] << 8 | data[1]));
}

/* What U2F signs: section 8.6, step 5. */
static void
put_message(const struct forged *f, struct att_buf *out)
{
	const enum forge_defect defect = f->spec.defect;
	struct att_bytes id = get_credential_id(f);
	uint8_t point[POINT_MAX];
	size_t len = read_point(f->credential, point);

	if (defect == FORGE_U2F_SIG_OTHER_POINT)
		point[64] ^= 1;
	if (defect == FORGE_U2F_SIG_COMPRESSED) {
		point[0] = (uint8_t)(2 + (point[64] & 1));
		len = 33;
	}
	forge_put_byte(out, defect == FORGE_U2F_SIG_RESERVED ? 5 : 0);
	forge_put_raw(out, f->rp_id_hash, 32);
	if (defect == FORGE_U2F_SIG_OTHER_RP_ID)
		out->ptr[out->len - 1] ^= 1;
	forge_put_raw(out, f->client_data_hash, 32);
	if (defect == FORGE_U2F_SIG_OTHER_CLIENT_DATA)
		out->ptr[out->len - 1] ^= 1;
	forge_put_raw(out, id.ptr, id.len);
	if (defect == FORGE_U2F_SIG_OTHER_ID)
		out->ptr[out->len - 1] ^= 1;
	forge_put_raw(out, point, len);
}

static void
make_signature(const struct forged *f, struct att_buf *sig)
{
	const enum forge_defect defect = f->spec.defect;
	EVP_PKEY *other = forge_key(ATT_COSE_ES256), *key = f->attestation;
	struct att_buf data;

	att_buf_init(&data, 1 << 20);
	if (defect == FORGE_U2F_SIG_AS_PACKED) {
		forge_put_raw(&data, f->auth_data.ptr, f->auth_data.len);
		forge_put_raw(&data, f->client_data_hash, 32);
	} else {
		put_message(f, &data);
	}
	if (defect == FORGE_U2F_SIG_OTHER_KEY)
		key = other;
	if (defect == FORGE_U2F_SIG_CREDENTIAL_KEY)
		key = f->credential;
	forge_sign(key, f->spec.attestation_alg, att_buf_get(&data), sig);
	att_buf_reset(&data);
	EVP_PKEY_free(other);
	if (defect == FORGE_U2F_SIG_NOT_MINIMAL)
		forge_make_not_minimal(sig);
	if (defect == FORGE_U2F_SIG_TRAILING)
		forge_put_byte(sig, 0);
}

static void
put_sig(struct forged *f)
{
	struct att_buf *out = &f->statement, sig;

	att_buf_init(&sig, 1 << 20);
	make_signature(f, &sig);
	forge_put_text(out, "sig");
	if (f->spec.defect == FORGE_U2F_SIG_EMPTY)
		forge_put_bytes(out, att_bytes(NULL, 0));
	else if (f->spec.defect == FORGE_U2F_SIG_TEXT)
		forge_put_text(out, "signature");
	else
		forge_put_bytes(out, att_buf_get(&sig));
	att_buf_reset(&sig);
}

static void
put_x5c(struct forged *f)
{
	struct att_buf *out = &f->statement;

	forge_put_text(out, "x5c");
	switch (f->spec.defect) {
	case FORGE_U2F_X5C_BYTES:
		forge_put_cert(f, f->certs[0]);
		break;
	case FORGE_U2F_X5C_EMPTY:
		forge_put_array(out, 0);
		break;
	case FORGE_U2F_X5C_TWO:
		forge_put_array(out, 2);
		forge_put_cert(f, f->certs[0]);
		forge_put_cert(f, f->root);
		break;
	case FORGE_U2F_X5C_GARBAGE:
		forge_put_array(out, 1);
		forge_put_bytes(out, att_bytes_text("certificate"));
		break;
	default:
		forge_put_array(out, 1);
		forge_put_cert(f, f->certs[0]);
		break;
	}
}

void
forge_u2f_statement(struct forged *f)
{
	const enum forge_defect defect = f->spec.defect;
	size_t count = 2;

	if (defect == FORGE_U2F_SIG_MISSING || defect == FORGE_U2F_X5C_MISSING)
		count--;
	if (defect == FORGE_U2F_STATEMENT_EXTRA)
		count++;
	forge_put_map(&f->statement, count);
	if (defect == FORGE_U2F_STATEMENT_EXTRA) {
		forge_put_text(&f->statement, "alg");
		forge_put_int(&f->statement, ATT_COSE_ES256);
	}
	if (defect != FORGE_U2F_SIG_MISSING)
		put_sig(f);
	if (defect != FORGE_U2F_X5C_MISSING)
		put_x5c(f);
}
