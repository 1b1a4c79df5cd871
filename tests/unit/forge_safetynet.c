/* SPDX-License-Identifier: BSD-2-Clause */
/* Making SafetyNet attestations for tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#include "codec/base64url.h"
#include "codec/cose.h"
#include "codec/digest.h"
#include "forge.h"

enum {
	LIMIT = 1 << 18
};

#define HOST "attest.android.com"

static void
put(struct att_buf *out, const char *text)
{
	forge_put_raw(out, text, strlen(text));
}

static bool
is(const struct forged *f, enum forge_defect defect)
{
	return f->spec.defect == defect;
}

/* --- The certificate ---------------------------------------------------- */

static const char *
choose_host(enum forge_defect defect)
{
	switch (defect) {
	case FORGE_SAFETYNET_HOST_SUFFIX:
		return "DNS:" HOST ".example";
	case FORGE_SAFETYNET_HOST_PREFIX:
		return "DNS:not-" HOST;
	case FORGE_SAFETYNET_HOST_WILDCARD:
		return "DNS:*.android.com";
	case FORGE_SAFETYNET_HOST_COMMON_NAME:
		return "email:attest@android.com";
	case FORGE_SAFETYNET_FINE_COMMON_NAME:
		return NULL;
	default:
		return "DNS:" HOST;
	}
}

X509 *
forge_safetynet_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect)
{
	X509 *cert = forge_cert_start(key, X509_get_subject_name(issuer));
	const char *host = choose_host(defect);

	forge_cert_add_name(
	    X509_get_subject_name(cert), "CN", MBSTRING_UTF8, HOST);
	forge_cert_add_extension(cert, NID_basic_constraints,
	    defect == FORGE_SAFETYNET_CERT_CA ? "critical,CA:TRUE"
					      : "critical,CA:FALSE");
	if (host != NULL)
		forge_cert_add_extension(cert, NID_subject_alt_name, host);
	forge_cert_sign(cert, issuer_key);
	return cert;
}

/* --- Header ------------------------------------------------------------- */

static void
put_base64(struct att_buf *out, struct att_bytes bytes)
{
	uint8_t text[8192];
	int len;

	if (bytes.len > 4096)
		abort();
	len = EVP_EncodeBlock(text, bytes.ptr, (int)bytes.len);
	forge_put_raw(out, text, (size_t)len);
}

static void
put_certificate(const struct forged *f, struct att_buf *out)
{
	uint8_t *der = NULL;
	int len = i2d_X509(f->certs[0], &der);

	if (len <= 0)
		abort();
	put(out, "\"");
	if (is(f, FORGE_SAFETYNET_JWS_X5C_GARBAGE)) {
		put_base64(out, att_bytes_text("certificate"));
	} else if (is(f, FORGE_SAFETYNET_JWS_X5C_URL)) {
		if (att_base64url_encode(att_bytes(der, (size_t)len), out) !=
		    ATT_OK)
			abort();
		put(out, "-_");
	} else {
		put_base64(out, att_bytes(der, (size_t)len));
	}
	put(out, "\"");
	OPENSSL_free(der);
}

static void
put_x5c(const struct forged *f, struct att_buf *out)
{
	if (is(f, FORGE_SAFETYNET_JWS_X5C_MISSING))
		return;
	put(out, ",\"x5c\":");
	if (!is(f, FORGE_SAFETYNET_JWS_X5C_TEXT))
		put(out, "[");
	if (!is(f, FORGE_SAFETYNET_JWS_X5C_EMPTY))
		put_certificate(f, out);
	if (!is(f, FORGE_SAFETYNET_JWS_X5C_TEXT))
		put(out, "]");
}

static const char *
choose_alg(const struct forged *f)
{
	switch (f->spec.defect) {
	case FORGE_SAFETYNET_ALG_NONE:
		return "\"alg\":\"none\"";
	case FORGE_SAFETYNET_ALG_HMAC:
		return "\"alg\":\"HS256\"";
	case FORGE_SAFETYNET_ALG_MISSING:
		return "\"typ\":\"JWT\"";
	case FORGE_SAFETYNET_ALG_OTHER:
		return "\"alg\":\"RS256\"";
	case FORGE_SAFETYNET_JWS_HEADER_TWICE:
		return "\"alg\":\"none\",\"alg\":\"ES256\"";
	case FORGE_SAFETYNET_JWS_CRITICAL:
		return "\"alg\":\"ES256\",\"crit\":[\"b64\"],\"b64\":true";
	default:
		return f->spec.attestation_alg == ATT_COSE_RS256
			   ? "\"alg\":\"RS256\""
			   : "\"alg\":\"ES256\"";
	}
}

static void
make_header(const struct forged *f, struct att_buf *out)
{
	if (is(f, FORGE_SAFETYNET_JWS_HEADER_ARRAY)) {
		put(out, "[]");
		return;
	}
	put(out, "{");
	put(out, choose_alg(f));
	put_x5c(f, out);
	put(out, "}");
	if (is(f, FORGE_SAFETYNET_JWS_HEADER_TRAILING))
		put(out, "{}");
}

/* --- Payload ------------------------------------------------------------ */

static void
put_nonce(const struct forged *f, struct att_buf *out)
{
	struct att_buf data;
	uint8_t digest[32];

	if (is(f, FORGE_SAFETYNET_NONCE_MISSING))
		return;
	att_buf_init(&data, LIMIT);
	forge_put_raw(&data, f->auth_data.ptr, f->auth_data.len);
	forge_put_raw(&data, f->client_data_hash, 32);
	if (is(f, FORGE_SAFETYNET_NONCE_OTHER))
		data.ptr[data.len - 1] ^= 1;
	if (att_sha256(att_buf_get(&data), digest) != ATT_OK)
		abort();
	att_buf_reset(&data);
	put(out, "\"nonce\":\"");
	put_base64(out, att_bytes(digest, 32));
	if (is(f, FORGE_SAFETYNET_NONCE_UNPADDED))
		out->len--;
	put(out, "\",");
}

static void
put_time(const struct forged *f, struct att_buf *out)
{
	long long offset = -1500;
	char text[64];

	if (is(f, FORGE_SAFETYNET_TIME_MISSING))
		return;
	if (is(f, FORGE_SAFETYNET_TIME_EARLY))
		offset = -60001;
	if (is(f, FORGE_SAFETYNET_TIME_LATE))
		offset = 60001;
	snprintf(text, sizeof(text),
	    is(f, FORGE_SAFETYNET_TIME_TEXT) ? "\"timestampMs\":\"%lld\","
					     : "\"timestampMs\":%lld,",
	    (long long)f->time * 1000 + offset);
	put(out, text);
}

static const char *
choose_verdicts(const struct forged *f)
{
	switch (f->spec.defect) {
	case FORGE_SAFETYNET_PROFILE_FALSE:
		return "\"ctsProfileMatch\":false,\"basicIntegrity\":true";
	case FORGE_SAFETYNET_PROFILE_TEXT:
		return "\"ctsProfileMatch\":\"true\",\"basicIntegrity\":true";
	case FORGE_SAFETYNET_PROFILE_MISSING:
		return "\"basicIntegrity\":true";
	case FORGE_SAFETYNET_INTEGRITY_FALSE:
		return "\"ctsProfileMatch\":true,\"basicIntegrity\":false";
	case FORGE_SAFETYNET_INTEGRITY_MISSING:
		return "\"ctsProfileMatch\":true";
	case FORGE_SAFETYNET_JWS_PAYLOAD_TWICE:
		return "\"ctsProfileMatch\":true,\"basicIntegrity\":true,"
		       "\"ctsProfileMatch\":true";
	default:
		return "\"ctsProfileMatch\":true,\"basicIntegrity\":true";
	}
}

static void
make_payload(const struct forged *f, struct att_buf *out)
{
	if (is(f, FORGE_SAFETYNET_JWS_PAYLOAD_TEXT)) {
		put(out, "\"payload\"");
		return;
	}
	put(out, "{");
	put_nonce(f, out);
	put_time(f, out);
	put(out, choose_verdicts(f));
	put(out, "}");
}

/* --- Signature ---------------------------------------------------------- */

void
forge_unwrap_ecdsa(struct att_bytes der, uint8_t raw[64])
{
	const uint8_t *p = der.ptr;
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &p, (long)der.len);

	if (parsed == NULL ||
	    BN_bn2binpad(ECDSA_SIG_get0_r(parsed), raw, 32) != 32 ||
	    BN_bn2binpad(ECDSA_SIG_get0_s(parsed), raw + 32, 32) != 32)
		abort();
	ECDSA_SIG_free(parsed);
}

static void
make_signature(
    const struct forged *f, struct att_bytes data, struct att_buf *sig)
{
	const int32_t alg = f->spec.attestation_alg;
	EVP_PKEY *other = forge_key(ATT_COSE_ES256);
	uint8_t raw[64];

	if (is(f, FORGE_SAFETYNET_SIG_EMPTY)) {
		EVP_PKEY_free(other);
		return;
	}
	forge_sign(
	    is(f, FORGE_SAFETYNET_SIG_OTHER_KEY) ? other : f->attestation, alg,
	    data, sig);
	if (alg == ATT_COSE_ES256 && !is(f, FORGE_SAFETYNET_SIG_DER)) {
		forge_unwrap_ecdsa(att_buf_get(sig), raw);
		att_buf_reset(sig);
		forge_put_raw(sig, raw, sizeof(raw));
	}
	EVP_PKEY_free(other);
}

static void
put_part(const struct att_buf *part, struct att_buf *out)
{
	if (att_base64url_encode(att_buf_get(part), out) != ATT_OK)
		abort();
}

static void
make_response(const struct forged *f, struct att_buf *out)
{
	struct att_buf header, payload, sig;

	att_buf_init(&header, LIMIT);
	att_buf_init(&payload, LIMIT);
	att_buf_init(&sig, LIMIT);
	make_header(f, &header);
	make_payload(f, &payload);
	put_part(&header, out);
	put(out, ".");
	put_part(&payload, out);
	if (is(f, FORGE_SAFETYNET_JWS_PADDED))
		put(out, "=");
	make_signature(f, att_buf_get(out), &sig);
	if (is(f, FORGE_SAFETYNET_SIG_OTHER_PAYLOAD)) {
		out->len = 0;
		put_part(&header, out);
		put(out, ".");
		payload.ptr[payload.len - 1] = ' ';
		put(&payload, "}");
		put_part(&payload, out);
	}
	if (!is(f, FORGE_SAFETYNET_JWS_TWO_PARTS)) {
		put(out, ".");
		put_part(&sig, out);
	}
	if (is(f, FORGE_SAFETYNET_JWS_FOUR_PARTS))
		put(out, ".AAAA");
	if (is(f, FORGE_SAFETYNET_JWS_EMPTY))
		out->len = 0;
	att_buf_reset(&header);
	att_buf_reset(&payload);
	att_buf_reset(&sig);
}

/* --- The statement ------------------------------------------------------ */

static void
put_ver(struct forged *f)
{
	if (is(f, FORGE_SAFETYNET_VER_MISSING))
		return;
	forge_put_text(&f->statement, "ver");
	if (is(f, FORGE_SAFETYNET_VER_EMPTY))
		forge_put_text(&f->statement, "");
	else if (is(f, FORGE_SAFETYNET_VER_NUMBER))
		forge_put_int(&f->statement, 14574037);
	else
		forge_put_text(&f->statement, "14574037");
}

static void
put_response(struct forged *f)
{
	struct att_buf response;

	if (is(f, FORGE_SAFETYNET_RESPONSE_MISSING))
		return;
	att_buf_init(&response, LIMIT);
	make_response(f, &response);
	forge_put_text(&f->statement, "response");
	if (is(f, FORGE_SAFETYNET_RESPONSE_TEXT))
		forge_put_text(&f->statement, "response");
	else
		forge_put_bytes(&f->statement, att_buf_get(&response));
	att_buf_reset(&response);
}

void
forge_safetynet_statement(struct forged *f)
{
	size_t count = 2;

	if (is(f, FORGE_SAFETYNET_VER_MISSING) ||
	    is(f, FORGE_SAFETYNET_RESPONSE_MISSING))
		count--;
	if (is(f, FORGE_SAFETYNET_STATEMENT_EXTRA))
		count++;
	forge_put_map(&f->statement, count);
	put_ver(f);
	put_response(f);
	if (is(f, FORGE_SAFETYNET_STATEMENT_EXTRA)) {
		forge_put_text(&f->statement, "zzzzzzzzz");
		forge_put_int(&f->statement, 1);
	}
}
