/* SPDX-License-Identifier: BSD-2-Clause */
/* Making registrations for tests. */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/rand.h>

#include "codec/attobj.h"
#include "codec/digest.h"
#include "forge.h"

enum {
	LIMIT = 1 << 20,
	ES256 = -7,
	SIGN_COUNT = 7
};

const uint8_t forge_aaguid[16] = { 0x70, 0x61, 0x6d, 0x5f, 0x61, 0x74, 0x74,
	0x65, 0x73, 0x74, 0x20, 0x66, 0x6f, 0x72, 0x67, 0x65 };

const struct forge_row forge_rows[FORGE_COUNT] = {
#define FORGE(symbol, kind, error)                                             \
	{ #symbol, FORGE_##symbol, FORGE_KIND_##kind, ATT_##error },
#include "forge.def"
#undef FORGE
};

static bool
is(const struct forged *f, enum forge_defect defect)
{
	return f->spec.defect == defect;
}

/* --- Authenticator data ------------------------------------------------- */

static bool
is_verified(const struct forged *f)
{
	return f->spec.request == NULL || f->spec.request->is_verified;
}

static uint8_t
choose_flags(const struct forged *f)
{
	if (f->spec.kind == FORGE_KIND_U2F)
		return forge_u2f_flags(f->spec.defect);
	switch (f->spec.defect) {
	case FORGE_FLAGS_RESERVED_1:
		return 0x47;
	case FORGE_FLAGS_RESERVED_5:
		return 0x65;
	case FORGE_FLAGS_BS_ALONE:
		return 0x55;
	case FORGE_FLAGS_AT_CLEAR:
		return 0x05;
	case FORGE_FLAGS_UP_CLEAR:
		return 0x44;
	case FORGE_FLAGS_UV_CLEAR:
		return 0x41;
	case FORGE_FLAGS_BE:
		return 0x4d;
	case FORGE_FLAGS_ED_ALONE:
	case FORGE_FINE_EXTENSIONS:
	case FORGE_EXTENSIONS_ARRAY:
	case FORGE_EXTENSIONS_UNNAMED:
	case FORGE_EXTENSIONS_TRAILING:
		return 0xc5;
	default:
		return is_verified(f) ? 0x45 : 0x41;
	}
}

static const uint8_t *
choose_aaguid(const struct forged *f)
{
	if (f->spec.kind == FORGE_KIND_U2F)
		return forge_u2f_aaguid(f->spec.defect);
	return forge_aaguid;
}

static uint32_t
choose_sign_count(const struct forged *f)
{
	return f->spec.request != NULL ? f->spec.request->sign_count
				       : SIGN_COUNT;
}

static void
put_credential_id(struct forged *f)
{
	uint8_t id[1024];
	uint16_t len = 32;

	if (RAND_bytes(id, sizeof(id)) != 1)
		abort();
	if (is(f, FORGE_CREDENTIAL_ID_EMPTY))
		len = 0;
	if (is(f, FORGE_CREDENTIAL_ID_LONG))
		len = 1024;
	if (is(f, FORGE_CREDENTIAL_ID_TRUNCATED))
		forge_put_raw(&f->auth_data, "\x03\x00", 2);
	else
		forge_put_u16(&f->auth_data, len);
	forge_put_raw(&f->auth_data, id, len);
}

static void
put_extensions(struct forged *f)
{
	struct att_buf *out = &f->auth_data;

	if (is(f, FORGE_FLAGS_ED_ALONE))
		return;
	if (is(f, FORGE_EXTENSIONS_ARRAY)) {
		forge_put_array(out, 1);
	} else {
		forge_put_map(out, 1);
		if (is(f, FORGE_EXTENSIONS_UNNAMED))
			forge_put_int(out, 1);
		else
			forge_put_text(out, "credProtect");
	}
	forge_put_int(out, 2);
	if (is(f, FORGE_EXTENSIONS_TRAILING))
		forge_put_byte(out, 0xa0);
}

static void
make_auth_data(struct forged *f)
{
	struct att_buf *out = &f->auth_data;
	uint8_t flags = choose_flags(f);
	uint8_t hash[32];

	memcpy(hash, f->rp_id_hash, sizeof(hash));
	if (is(f, FORGE_AUTHDATA_OTHER_RP_ID))
		hash[31] ^= 1;
	forge_put_raw(out, hash, is(f, FORGE_AUTHDATA_SHORT) ? 31 : 32);
	forge_put_byte(out, flags);
	forge_put_u32(out, choose_sign_count(f));
	if (is(f, FORGE_AUTHDATA_SHORT) || is(f, FORGE_AUTHDATA_NO_CREDENTIAL))
		return;
	forge_put_raw(out, choose_aaguid(f), sizeof(forge_aaguid));
	put_credential_id(f);
	forge_cose_key(
	    f->credential, f->spec.credential_alg, f->spec.defect, out);
	if ((flags & 0x80) != 0)
		put_extensions(f);
	if (is(f, FORGE_AUTHDATA_TRAILING))
		forge_put_byte(out, 0);
}

/* --- Statements --------------------------------------------------------- */

/* r and s with a leading zero that DER does not want. */
void
forge_make_not_minimal(struct att_buf *sig)
{
	struct att_buf out;

	att_buf_init(&out, LIMIT);
	forge_put_byte(&out, 0x30);
	forge_put_byte(&out, (uint8_t)(sig->ptr[1] + 1));
	forge_put_byte(&out, 0x02);
	forge_put_byte(&out, (uint8_t)(sig->ptr[3] + 1));
	forge_put_byte(&out, 0x00);
	forge_put_raw(&out, sig->ptr + 4, sig->len - 4);
	att_buf_reset(sig);
	*sig = out;
}

static void
make_raw(struct att_buf *sig)
{
	att_buf_reset(sig);
	for (int i = 0; i < 64; i++)
		forge_put_byte(sig, (uint8_t)(i + 1));
}

static void
make_signature(struct forged *f, int32_t alg, struct att_buf *sig)
{
	struct att_buf data;
	EVP_PKEY *key = f->attestation, *other = forge_key(alg);

	att_buf_init(&data, LIMIT);
	forge_put_raw(&data, f->auth_data.ptr, f->auth_data.len);
	forge_put_raw(&data, f->client_data_hash, 32);
	if (is(f, FORGE_SIG_OTHER_CLIENT_DATA))
		data.ptr[data.len - 1] ^= 1;
	if (f->spec.kind == FORGE_KIND_SELF || is(f, FORGE_SIG_CREDENTIAL_KEY))
		key = f->credential;
	if (is(f, FORGE_SIG_OTHER_KEY) || is(f, FORGE_SELF_OTHER_KEY))
		key = other;
	forge_sign(key, alg, att_buf_get(&data), sig);
	att_buf_reset(&data);
	EVP_PKEY_free(other);
	if (is(f, FORGE_SIG_NOT_MINIMAL))
		forge_make_not_minimal(sig);
	if (is(f, FORGE_SIG_RAW))
		make_raw(sig);
	if (is(f, FORGE_SIG_TRAILING))
		forge_put_byte(sig, 0);
}

static void
put_alg(struct forged *f, int32_t alg)
{
	struct att_buf *out = &f->statement;

	forge_put_text(out, "alg");
	if (is(f, FORGE_ALG_TEXT))
		forge_put_text(out, "ES256");
	else if (is(f, FORGE_ALG_UNKNOWN))
		forge_put_int(out, -48);
	else if (is(f, FORGE_ALG_OTHER_TYPE))
		forge_put_int(out, -257);
	else if (is(f, FORGE_ALG_SHA1))
		forge_put_int(out, -65535);
	else if (is(f, FORGE_ALG_OTHER_CURVE) || is(f, FORGE_SELF_OTHER_ALG))
		forge_put_int(out, -35);
	else
		forge_put_int(out, alg);
}

static void
put_sig(struct forged *f, struct att_bytes sig)
{
	struct att_buf *out = &f->statement;

	if (is(f, FORGE_SIG_MISSING))
		return;
	forge_put_text(out, "sig");
	if (is(f, FORGE_SIG_EMPTY))
		forge_put_bytes(out, att_bytes(NULL, 0));
	else if (is(f, FORGE_SIG_TEXT))
		forge_put_text(out, "signed");
	else
		forge_put_bytes(out, sig);
}

void
forge_put_cert(struct forged *f, const X509 *cert)
{
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);
	struct att_buf buf;

	if (len <= 0)
		abort();
	att_buf_init(&buf, LIMIT);
	forge_put_raw(&buf, der, (size_t)len);
	if (is(f, FORGE_X5C_ELEMENT_TRAILING))
		forge_put_byte(&buf, 0);
	forge_put_bytes(&f->statement, att_buf_get(&buf));
	att_buf_reset(&buf);
	OPENSSL_free(der);
}

static void
put_unrelated(struct forged *f)
{
	EVP_PKEY *key = forge_key(ES256);
	X509 *cert = forge_root(key, "Somebody else");

	forge_put_cert(f, cert);
	X509_free(cert);
	EVP_PKEY_free(key);
}

/* x5c where it is not simply the leaf and what is above it. */
static bool
put_odd_x5c(struct forged *f)
{
	struct att_buf *out = &f->statement;

	switch (f->spec.defect) {
	case FORGE_X5C_EMPTY:
	case FORGE_TPM_X5C_EMPTY:
		forge_put_array(out, 0);
		return true;
	case FORGE_X5C_NULL:
		forge_put_byte(out, 0xf6);
		return true;
	case FORGE_X5C_BYTES:
		forge_put_cert(f, f->certs[0]);
		return true;
	case FORGE_X5C_ELEMENT_EMPTY:
		forge_put_array(out, 1);
		forge_put_bytes(out, att_bytes(NULL, 0));
		return true;
	case FORGE_X5C_ELEMENT_TEXT:
		forge_put_array(out, 1);
		forge_put_text(out, "certificate");
		return true;
	case FORGE_X5C_GARBAGE:
		forge_put_array(out, 1);
		forge_put_bytes(out, att_bytes_text("certificate"));
		return true;
	case FORGE_STATEMENT_HUGE:
		forge_put_raw(out, "\x9b\0\0\0\1\0\0\0\0", 9);
		return true;
	default:
		return false;
	}
}

void
forge_put_x5c(struct forged *f)
{
	struct att_buf *out = &f->statement;

	forge_put_text(out, "x5c");
	if (put_odd_x5c(f))
		return;
	if (is(f, FORGE_X5C_LONG)) {
		forge_put_array(out, 9);
		for (int i = 0; i < 9; i++)
			forge_put_cert(f, f->certs[0]);
		return;
	}
	if (is(f, FORGE_X5C_UNRELATED)) {
		forge_put_array(out, 2);
		forge_put_cert(f, f->certs[0]);
		put_unrelated(f);
		return;
	}
	if (f->certs[1] == NULL || is(f, FORGE_INTERMEDIATE_MISSING)) {
		forge_put_array(out, 1);
		forge_put_cert(f, f->certs[0]);
		return;
	}
	forge_put_array(out, 2);
	forge_put_cert(f, f->certs[is(f, FORGE_X5C_REVERSED) ? 1 : 0]);
	forge_put_cert(f, f->certs[is(f, FORGE_X5C_REVERSED) ? 0 : 1]);
}

void
forge_packed_statement(struct forged *f)
{
	bool is_self = f->spec.kind == FORGE_KIND_SELF;
	bool has_x5c = !is_self || is(f, FORGE_X5C_NULL);
	int32_t alg =
	    is_self ? f->spec.credential_alg : f->spec.attestation_alg;
	size_t count = 2 + has_x5c;
	struct att_buf sig;

	att_buf_init(&sig, LIMIT);
	make_signature(f, alg, &sig);
	if (is(f, FORGE_SIG_MISSING))
		count--;
	if (is(f, FORGE_STATEMENT_EXTRA) || is(f, FORGE_STATEMENT_ECDAA))
		count++;
	forge_put_map(&f->statement, count);
	put_alg(f, alg);
	put_sig(f, att_buf_get(&sig));
	if (has_x5c)
		forge_put_x5c(f);
	if (is(f, FORGE_STATEMENT_EXTRA)) {
		forge_put_text(&f->statement, "zzzz");
		forge_put_int(&f->statement, 1);
	}
	if (is(f, FORGE_STATEMENT_ECDAA)) {
		forge_put_text(&f->statement, "ecdaaKeyId");
		forge_put_bytes(&f->statement, att_bytes_text("id"));
	}
	att_buf_reset(&sig);
}

static void
make_statement(struct forged *f)
{
	if (is(f, FORGE_STATEMENT_ARRAY)) {
		forge_put_array(&f->statement, 0);
	} else if (is(f, FORGE_STATEMENT_DEEP)) {
		for (int i = 0; i < 200; i++)
			forge_put_array(&f->statement, 1);
		forge_put_int(&f->statement, 1);
	} else if (is(f, FORGE_NONE_NOT_EMPTY)) {
		forge_put_map(&f->statement, 1);
		forge_put_text(&f->statement, "alg");
		forge_put_int(&f->statement, ES256);
	} else if (f->spec.kind == FORGE_KIND_NONE) {
		forge_put_map(&f->statement, 0);
	} else if (f->spec.kind == FORGE_KIND_ANDROID_KEY) {
		forge_android_key_statement(f);
	} else if (f->spec.kind == FORGE_KIND_COMPOUND) {
		forge_compound_statement(f);
	} else if (f->spec.kind == FORGE_KIND_SAFETYNET) {
		forge_safetynet_statement(f);
	} else if (f->spec.kind == FORGE_KIND_U2F) {
		forge_u2f_statement(f);
	} else if (f->spec.kind == FORGE_KIND_APPLE) {
		forge_apple_statement(f);
	} else if (forge_is_tpm(f->spec.kind)) {
		forge_tpm_statement(f);
	} else {
		forge_packed_statement(f);
	}
}

/* --- The envelope ------------------------------------------------------- */

static const char *
choose_format(const struct forged *f)
{
	switch (f->spec.defect) {
	case FORGE_FORMAT_UNKNOWN:
		return "apple-appattest";
	case FORGE_FORMAT_CASE:
		return "Packed";
	case FORGE_FORMAT_NOT_UTF8:
		return "pack\xc0\xaf";
	case FORGE_FORMAT_TPM:
		return "tpm";
	case FORGE_FORMAT_SAFETYNET:
		return "android-safetynet";
	default:
		break;
	}
	switch (f->spec.kind) {
	case FORGE_KIND_NONE:
		return "none";
	case FORGE_KIND_ANDROID_KEY:
		return "android-key";
	case FORGE_KIND_COMPOUND:
		return "compound";
	case FORGE_KIND_SAFETYNET:
		return "android-safetynet";
	case FORGE_KIND_U2F:
		return "fido-u2f";
	case FORGE_KIND_APPLE:
		return "apple";
	case FORGE_KIND_TPM:
	case FORGE_KIND_TPM_RSA:
		return "tpm";
	default:
		return "packed";
	}
}

void
forge_put_format(const struct forged *f, struct att_buf *out)
{
	if (is(f, FORGE_FORMAT_BYTES))
		forge_put_bytes(out, att_bytes_text(choose_format(f)));
	else
		forge_put_text(out, choose_format(f));
}

static void
put_member(struct forged *f, const char *name)
{
	struct att_buf *out = &f->object;

	forge_put_text(out, name);
	if (strcmp(name, "authData") == 0)
		forge_put_bytes(out, att_buf_get(&f->auth_data));
	else if (strcmp(name, "attStmt") == 0)
		forge_put_raw(out, f->statement.ptr, f->statement.len);
	else if (strcmp(name, "fmt") == 0)
		forge_put_format(f, out);
	else
		forge_put_int(out, 0);
}

static void
put_members(struct forged *f, size_t count, const char *const *names)
{
	forge_put_map(&f->object, count);
	for (size_t i = 0; i < count; i++)
		put_member(f, names[i]);
}

static void
make_object(struct forged *f)
{
	static const char *const unordered[] = { "fmt", "authData", "attStmt" };
	static const char *const extra[] = { "fmt", "attStmt", "authData",
		"zzzzzzzz" };
	static const char *const twice[] = { "fmt", "fmt", "attStmt",
		"authData" };
	static const char *const missing[] = { "fmt", "attStmt" };

	if (is(f, FORGE_OBJECT_TAGGED))
		forge_put_raw(&f->object, "\xd9\xd9\xf7", 3);
	if (is(f, FORGE_OBJECT_UNORDERED))
		put_members(f, 3, unordered);
	else if (is(f, FORGE_OBJECT_EXTRA))
		put_members(f, 4, extra);
	else if (is(f, FORGE_OBJECT_DUPLICATE))
		put_members(f, 4, twice);
	else if (is(f, FORGE_OBJECT_NO_AUTHDATA))
		put_members(f, 2, missing);
	else if (is(f, FORGE_OBJECT_ARRAY))
		forge_put_array(&f->object, 0);
	else if (is(f, FORGE_FORMAT_BYTES))
		put_members(f, 3, extra);
	else if (att_attestation_object_encode(att_bytes_text(choose_format(f)),
		     att_buf_get(&f->statement), att_buf_get(&f->auth_data),
		     &f->object) != ATT_OK)
		abort();
	if (is(f, FORGE_OBJECT_TRAILING))
		forge_put_byte(&f->object, 0);
}

/* --- A whole registration ----------------------------------------------- */

/* Some defects are about a credential of another algorithm. */
static int32_t
choose_credential_alg(const struct forge_spec *spec)
{
	if (spec->kind == FORGE_KIND_U2F && spec->credential_alg == 0)
		return forge_u2f_credential_alg(spec->defect);
	if (forge_is_tpm(spec->kind) && spec->credential_alg == 0)
		return forge_tpm_credential_alg(spec);
	switch (spec->defect) {
	case FORGE_COSE_ED25519_SHORT:
	case FORGE_COSE_ED25519_WEAK:
	case FORGE_COSE_ED25519_OFF_CURVE:
	case FORGE_COSE_EDDSA_ED448:
		return -8;
	case FORGE_COSE_RSA_1024:
	case FORGE_COSE_RSA_E1:
	case FORGE_COSE_RSA_EVEN:
	case FORGE_COSE_RSA_LEADING_ZERO:
		return -257;
	default:
		return spec->credential_alg != 0 ? spec->credential_alg : ES256;
	}
}

static int32_t
choose_attestation_alg(const struct forge_spec *spec)
{
	if (spec->attestation_alg != 0)
		return spec->attestation_alg;
	if (spec->kind == FORGE_KIND_U2F)
		return forge_u2f_attestation_alg(spec->defect);
	if (forge_is_tpm(spec->kind))
		return forge_tpm_attestation_alg(spec);
	return ES256;
}

static void
start(struct forged *f)
{
	const struct forge_request *request = f->spec.request;

	f->time = FORGE_TIME;
	if (request != NULL) {
		memcpy(f->rp_id_hash, request->rp_id_hash, 32);
		memcpy(f->client_data_hash, request->client_data_hash, 32);
		f->time = request->time;
	} else if (att_sha256(att_bytes_text("forge.example"), f->rp_id_hash) !=
		       ATT_OK ||
		   RAND_bytes(f->client_data_hash, 32) != 1) {
		abort();
	}
}

void
forge(const struct forge_spec *spec, struct forged *out)
{
	*out = (struct forged){ .spec = *spec };
	out->spec.credential_alg = choose_credential_alg(spec);
	out->spec.attestation_alg = choose_attestation_alg(spec);
	att_buf_init(&out->auth_data, LIMIT);
	att_buf_init(&out->statement, LIMIT);
	att_buf_init(&out->object, LIMIT);
	start(out);
	out->credential = forge_key(out->spec.credential_alg);
	make_auth_data(out);
	if (spec->kind != FORGE_KIND_SELF && spec->kind != FORGE_KIND_NONE) {
		out->attestation = forge_key(out->spec.attestation_alg);
		forge_certificates(out);
	}
	make_statement(out);
	if (is(out, FORGE_AUTHDATA_CHANGED))
		out->auth_data.ptr[36] ^= 1;
	make_object(out);
}

void
forge_again(const struct forge_request *request, struct forged *forged)
{
	forged->spec.request = request;
	att_buf_reset(&forged->auth_data);
	att_buf_reset(&forged->statement);
	att_buf_reset(&forged->object);
	start(forged);
	EVP_PKEY_free(forged->credential);
	forged->credential = forge_key(forged->spec.credential_alg);
	make_auth_data(forged);
	make_statement(forged);
	make_object(forged);
}

void
forge_row(const struct forge_row *row, struct forged *out)
{
	const struct forge_spec spec = {
		.kind = row->kind,
		.defect = row->defect,
	};

	forge(&spec, out);
}

void
forged_reset(struct forged *forged)
{
	att_buf_reset(&forged->auth_data);
	att_buf_reset(&forged->statement);
	att_buf_reset(&forged->object);
	EVP_PKEY_free(forged->credential);
	EVP_PKEY_free(forged->attestation);
	X509_free(forged->certs[0]);
	X509_free(forged->certs[1]);
	X509_free(forged->root);
	*forged = (struct forged){ 0 };
}
