/* SPDX-License-Identifier: BSD-2-Clause */
/* Making registrations with Apple anonymous attestation for tests. */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "codec/cose.h"
#include "codec/digest.h"
#include "forge.h"

#define NONCE_OID "1.2.840.113635.100.8.2"

static void
make_nonce(const struct forged *f, uint8_t nonce[32])
{
	const enum forge_defect defect = f->spec.defect;
	struct att_buf data;

	att_buf_init(&data, 1 << 20);
	forge_put_raw(&data, f->auth_data.ptr, f->auth_data.len);
	forge_put_raw(&data, f->client_data_hash, 32);
	if (defect == FORGE_APPLE_NONCE_OTHER_CLIENT_DATA)
		data.ptr[data.len - 1] ^= 1;
	if (att_sha256(att_buf_get(&data), nonce) != ATT_OK)
		abort();
	att_buf_reset(&data);
	if (defect == FORGE_APPLE_NONCE_OTHER)
		nonce[31] ^= 1;
	if (defect == FORGE_APPLE_NONCE_UNHASHED)
		memcpy(nonce, f->client_data_hash, 32);
}

/* SEQUENCE { [1] { OCTET STRING } }, or what is not quite that. */
static void
put_value(const struct forged *f, struct att_buf *out)
{
	const enum forge_defect defect = f->spec.defect;
	uint8_t nonce[32];

	make_nonce(f, nonce);
	if (defect == FORGE_APPLE_NONCE_UNWRAPPED)
		forge_put_raw(out, "\x30\x22\x04\x20", 4);
	else if (defect == FORGE_APPLE_NONCE_OTHER_TAG)
		forge_put_raw(out, "\x30\x24\xa0\x22\x04\x20", 6);
	else if (defect == FORGE_APPLE_NONCE_SHORT)
		forge_put_raw(out, "\x30\x23\xa1\x21\x04\x1f", 6);
	else if (defect == FORGE_APPLE_NONCE_WITHIN)
		forge_put_raw(out, "\x30\x26\xa1\x22\x04\x20", 6);
	else
		forge_put_raw(out, "\x30\x24\xa1\x22\x04\x20", 6);
	forge_put_raw(out, nonce, defect == FORGE_APPLE_NONCE_SHORT ? 31 : 32);
	if (defect == FORGE_APPLE_NONCE_TRAILING ||
	    defect == FORGE_APPLE_NONCE_WITHIN)
		forge_put_raw(out, "\x05\x00", 2);
}

static void
add_nonce(const struct forged *f, X509 *cert)
{
	struct att_buf value;

	att_buf_init(&value, 256);
	put_value(f, &value);
	forge_cert_add_raw(cert, NONCE_OID,
	    f->spec.defect == FORGE_APPLE_NONCE_CRITICAL, att_buf_get(&value));
	if (f->spec.defect == FORGE_APPLE_NONCE_TWICE)
		forge_cert_add_raw(cert, NONCE_OID, false, att_buf_get(&value));
	att_buf_reset(&value);
}

static EVP_PKEY *
make_key(struct forged *f)
{
	EVP_PKEY *key = f->credential;

	if (f->spec.defect == FORGE_APPLE_KEY_OTHER)
		return forge_key(ATT_COSE_ES256);
	if (f->spec.defect == FORGE_APPLE_KEY_P384)
		return forge_key(-35);
	if (EVP_PKEY_up_ref(key) != 1)
		abort();
	return key;
}

static void
add_extensions(const struct forged *f, X509 *cert)
{
	const enum forge_defect defect = f->spec.defect;

	if (defect == FORGE_APPLE_CERT_CA)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:TRUE");
	else if (defect != FORGE_APPLE_CERT_NO_CONSTRAINTS)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:FALSE");
	forge_cert_add_other_use(cert, defect);
	forge_cert_add_extension(
	    cert, NID_key_usage, "critical,digitalSignature");
	if (defect != FORGE_APPLE_NONCE_MISSING)
		add_nonce(f, cert);
}

X509 *
forge_apple_leaf(struct forged *f, EVP_PKEY *issuer_key, const X509 *issuer)
{
	EVP_PKEY *key = make_key(f);
	X509 *cert = forge_cert_start(key, X509_get_subject_name(issuer));
	X509_NAME *subject = X509_get_subject_name(cert);

	forge_cert_add_name(subject, "O", MBSTRING_UTF8, "Forge");
	forge_cert_add_name(subject, "CN", MBSTRING_UTF8, "Forge anonymous");
	if (f->spec.defect == FORGE_APPLE_CERT_EXPIRED)
		X509_time_adj_ex(X509_getm_notAfter(cert), 0, 0,
		    &(time_t){ FORGE_TIME - 1 });
	add_extensions(f, cert);
	if (f->spec.defect == FORGE_APPLE_CERT_SELF_SIGNED) {
		X509_set_issuer_name(cert, subject);
		issuer_key = key;
	}
	forge_cert_sign(cert, issuer_key);
	EVP_PKEY_free(key);
	return cert;
}

static void
put_x5c(struct forged *f)
{
	const bool is_reversed = f->spec.defect == FORGE_APPLE_X5C_REVERSED;
	struct att_buf *out = &f->statement;

	forge_put_text(out, "x5c");
	switch (f->spec.defect) {
	case FORGE_APPLE_X5C_BYTES:
		forge_put_cert(f, f->certs[0]);
		break;
	case FORGE_APPLE_X5C_EMPTY:
		forge_put_array(out, 0);
		break;
	case FORGE_APPLE_CERT_SELF_SIGNED:
		forge_put_array(out, 1);
		forge_put_cert(f, f->certs[0]);
		break;
	default:
		forge_put_array(out, 2);
		forge_put_cert(f, f->certs[is_reversed ? 1 : 0]);
		forge_put_cert(f, f->certs[is_reversed ? 0 : 1]);
		break;
	}
}

static void
put_alg(struct forged *f)
{
	struct att_buf *out = &f->statement;

	forge_put_text(out, "alg");
	if (f->spec.defect == FORGE_APPLE_ALG_TEXT)
		forge_put_text(out, "ES256");
	else if (f->spec.defect == FORGE_APPLE_ALG_OTHER)
		forge_put_int(out, -35);
	else
		forge_put_int(out, f->spec.credential_alg);
}

void
forge_apple_statement(struct forged *f)
{
	const enum forge_defect defect = f->spec.defect;
	const bool has_alg = defect == FORGE_APPLE_FINE_ALG ||
			     defect == FORGE_APPLE_ALG_TEXT ||
			     defect == FORGE_APPLE_ALG_OTHER;

	if (defect == FORGE_APPLE_STATEMENT_EMPTY) {
		forge_put_map(&f->statement, 0);
		return;
	}
	forge_put_map(&f->statement,
	    1 + has_alg + (defect == FORGE_APPLE_STATEMENT_EXTRA));
	if (has_alg)
		put_alg(f);
	if (defect == FORGE_APPLE_STATEMENT_EXTRA) {
		forge_put_text(&f->statement, "sig");
		forge_put_bytes(&f->statement, att_bytes_text("sig"));
	}
	put_x5c(f);
}
