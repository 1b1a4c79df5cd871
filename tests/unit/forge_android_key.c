/* SPDX-License-Identifier: BSD-2-Clause */
/* Making Android key attestations for tests. */
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#include "codec/cose.h"
#include "forge.h"

#define OID_KEY_DESCRIPTION "1.3.6.1.4.1.11129.2.1.17"
enum {
	LIMIT = 1 << 16
};

/* Entries of an AuthorizationList, in DER. */
#define PURPOSE_NONE "\xa1\x02\x31\0"
#define PURPOSE_ENCRYPT "\xa1\x05\x31\x03\x02\x01\0"
#define PURPOSE_SIGN "\xa1\x05\x31\x03\x02\x01\x02"
#define PURPOSE_BOTH "\xa1\x08\x31\x06\x02\x01\x02\x02\x01\x03"
#define ALGORITHM_EC "\xa2\x03\x02\x01\x03"
#define ALL_APPLICATIONS "\xbf\x84\x58\x02\x05\0"
#define CREATED "\xbf\x85\x3d\x08\x02\x06\x01\x5e\xd3\xe3\xcf\xa0"
#define GENERATED "\xbf\x85\x3e\x03\x02\x01\0"
#define IMPORTED "\xbf\x85\x3e\x03\x02\x01\x02"
#define GENERATED_LONG "\xbf\x80\x85\x3e\x03\x02\x01\0"
#define GENERATED_NOT_MINIMAL "\xbf\x85\x3e\x04\x02\x02\0\0"
#define GENERATED_TWO "\xbf\x85\x3e\x06\x02\x01\0\x02\x01\0"

/* What stands in the two lists. */
struct lists {
	enum forge_defect defect;
	struct att_bytes software;
	struct att_bytes tee;
};
#define BYTES(text)                                                            \
	{                                                                      \
		(const uint8_t *)(text), sizeof(text) - 1                      \
	}
#define LISTS(defect, software, tee)                                           \
	{                                                                      \
		FORGE_ANDROID_##defect, BYTES(software), BYTES(tee)            \
	}

static const struct lists lists[] = {
	LISTS(FINE, CREATED, PURPOSE_SIGN ALGORITHM_EC GENERATED),
	LISTS(FINE_VERIFY, "", PURPOSE_BOTH GENERATED),
	LISTS(FINE_TWICE, PURPOSE_SIGN GENERATED, PURPOSE_SIGN GENERATED),
	LISTS(LISTS_SOFTWARE, PURPOSE_SIGN GENERATED, ""),
	LISTS(LISTS_EMPTY, "", ""),
	LISTS(APPLICATIONS_TEE, "", PURPOSE_SIGN ALL_APPLICATIONS GENERATED),
	LISTS(APPLICATIONS_SOFTWARE, ALL_APPLICATIONS, PURPOSE_SIGN GENERATED),
	LISTS(ORIGIN_IMPORTED, "", PURPOSE_SIGN IMPORTED),
	LISTS(ORIGIN_MISSING, "", PURPOSE_SIGN),
	LISTS(ORIGIN_SOFTWARE, GENERATED, PURPOSE_SIGN),
	LISTS(ORIGIN_SPLIT, GENERATED, PURPOSE_SIGN IMPORTED),
	LISTS(ORIGIN_SPLIT_OTHER, IMPORTED, PURPOSE_SIGN GENERATED),
	LISTS(ORIGIN_TWICE, "", PURPOSE_SIGN GENERATED IMPORTED),
	LISTS(ORIGIN_LONG_TAG, "", PURPOSE_SIGN GENERATED_LONG),
	LISTS(ORIGIN_NOT_MINIMAL, "", PURPOSE_SIGN GENERATED_NOT_MINIMAL),
	LISTS(ORIGIN_TWO_VALUES, "", PURPOSE_SIGN GENERATED_TWO),
	LISTS(PURPOSE_MISSING, "", GENERATED),
	LISTS(PURPOSE_EMPTY, "", PURPOSE_NONE GENERATED),
	LISTS(PURPOSE_ENCRYPT, "", PURPOSE_ENCRYPT GENERATED),
	LISTS(PURPOSE_SOFTWARE, PURPOSE_SIGN, GENERATED),
};

static const struct lists *
find_lists(enum forge_defect defect)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		if (lists[i].defect == defect)
			return &lists[i];
	}
	return &lists[0];
}

/* Tag, length below 256 and content. */
static void
put_der(struct att_buf *out, uint8_t tag, struct att_bytes content)
{
	forge_put_byte(out, tag);
	if (content.len > 255)
		abort();
	if (content.len > 127)
		forge_put_byte(out, 0x81);
	forge_put_byte(out, (uint8_t)content.len);
	forge_put_raw(out, content.ptr, content.len);
}

static void
put_challenge(const struct forged *f, struct att_buf *out)
{
	uint8_t challenge[32];
	size_t len = sizeof(challenge);

	memcpy(challenge, f->client_data_hash, sizeof(challenge));
	if (f->spec.defect == FORGE_ANDROID_CHALLENGE_OTHER)
		challenge[31] ^= 1;
	if (f->spec.defect == FORGE_ANDROID_CHALLENGE_SHORT)
		len = 31;
	if (f->spec.defect == FORGE_ANDROID_CHALLENGE_EMPTY)
		len = 0;
	put_der(out, 0x04, att_bytes(challenge, len));
}

/* SecurityLevel; there is none above StrongBox. */
enum {
	SOFTWARE,
	TEE,
	STRONG_BOX
};

static uint8_t
attestation_level(enum forge_defect defect)
{
	switch (defect) {
	case FORGE_ANDROID_LEVEL_ATTESTATION:
		return SOFTWARE;
	case FORGE_ANDROID_FINE_STRONG_BOX:
		return STRONG_BOX;
	case FORGE_ANDROID_DESCRIPTION_LEVEL:
		return STRONG_BOX + 1;
	default:
		return TEE;
	}
}

/* KeyDescription without its head. */
static void
put_fields(const struct forged *f, struct att_buf *out)
{
	const enum forge_defect defect = f->spec.defect;
	const struct lists *both = find_lists(defect);

	forge_put_raw(out, "\x02\x01\x04\x0a\x01", 5);
	forge_put_byte(out, attestation_level(defect));
	forge_put_raw(out, "\x02\x01\x29\x0a\x01", 5);
	forge_put_byte(out, defect == FORGE_ANDROID_LEVEL_KEY ? SOFTWARE : TEE);
	put_challenge(f, out);
	put_der(out, 0x04, att_bytes(NULL, 0));
	if (defect == FORGE_ANDROID_DESCRIPTION_SHORT)
		return;
	put_der(out, 0x30, both->software);
	if (defect == FORGE_ANDROID_DESCRIPTION_ONE_LIST)
		return;
	put_der(out, 0x30, both->tee);
	if (defect == FORGE_ANDROID_DESCRIPTION_MORE)
		put_der(out, 0x30, att_bytes(NULL, 0));
}

static void
add_description(const struct forged *f, X509 *cert)
{
	struct att_buf fields, whole;

	att_buf_init(&fields, LIMIT);
	att_buf_init(&whole, LIMIT);
	put_fields(f, &fields);
	if (f->spec.defect == FORGE_ANDROID_DESCRIPTION_INDEFINITE) {
		forge_put_raw(&whole, "\x30\x80", 2);
		forge_put_raw(&whole, fields.ptr, fields.len);
		forge_put_raw(&whole, "\0", 2);
	} else {
		put_der(&whole, 0x30, att_buf_get(&fields));
	}
	if (f->spec.defect == FORGE_ANDROID_DESCRIPTION_TRAILING)
		forge_put_byte(&whole, 0);
	forge_cert_add_raw(
	    cert, OID_KEY_DESCRIPTION, false, att_buf_get(&whole));
	att_buf_reset(&fields);
	att_buf_reset(&whole);
}

X509 *
forge_android_key_leaf(
    const struct forged *f, EVP_PKEY *issuer_key, const X509 *issuer)
{
	X509 *cert =
	    forge_cert_start(f->attestation, X509_get_subject_name(issuer));

	forge_cert_add_name(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
	    "Android Keystore Key");
	if (f->spec.defect == FORGE_ANDROID_CERT_CA)
		forge_cert_add_extension(
		    cert, NID_basic_constraints, "critical,CA:TRUE");
	forge_cert_add_extension(
	    cert, NID_key_usage, "critical,digitalSignature");
	if (f->spec.defect != FORGE_ANDROID_DESCRIPTION_MISSING)
		add_description(f, cert);
	forge_cert_add_other_use(cert, f->spec.defect);
	forge_cert_sign(cert, issuer_key);
	return cert;
}

/* A CA that is itself a key of a device. */
static X509 *
make_described_ca(const struct forged *f, EVP_PKEY *key, EVP_PKEY *issuer_key)
{
	X509 *cert = forge_cert_start(key, X509_get_subject_name(f->root));

	forge_cert_add_name(X509_get_subject_name(cert), "CN", MBSTRING_UTF8,
	    "Android Keystore Key");
	forge_cert_add_extension(
	    cert, NID_basic_constraints, "critical,CA:TRUE");
	add_description(f, cert);
	forge_cert_sign(cert, issuer_key);
	return cert;
}

void
forge_android_key_certificates(
    struct forged *f, EVP_PKEY *middle_key, EVP_PKEY *root_key)
{
	if (f->spec.defect != FORGE_ANDROID_KEY_OTHER) {
		EVP_PKEY_free(f->attestation);
		f->attestation = f->credential;
		if (EVP_PKEY_up_ref(f->attestation) != 1)
			abort();
	}
	if (f->spec.defect == FORGE_ANDROID_CHAIN_DESCRIBED) {
		f->certs[1] = make_described_ca(f, middle_key, root_key);
		f->certs[0] =
		    forge_android_key_leaf(f, middle_key, f->certs[1]);
	} else {
		f->certs[0] = forge_android_key_leaf(f, root_key, f->root);
	}
}

/* --- The statement ------------------------------------------------------ */

static void
put_alg(struct forged *f)
{
	struct att_buf *out = &f->statement;

	if (f->spec.defect == FORGE_ANDROID_ALG_MISSING)
		return;
	forge_put_text(out, "alg");
	if (f->spec.defect == FORGE_ANDROID_ALG_TEXT)
		forge_put_text(out, "ES256");
	else if (f->spec.defect == FORGE_ANDROID_ALG_UNKNOWN)
		forge_put_int(out, -65535);
	else if (f->spec.defect == FORGE_ANDROID_ALG_OTHER)
		forge_put_int(out, -257);
	else
		forge_put_int(out, f->spec.credential_alg);
}

static void
make_signature(const struct forged *f, struct att_buf *sig)
{
	EVP_PKEY *other = forge_key(f->spec.credential_alg);
	EVP_PKEY *key = f->attestation;
	struct att_buf data;

	att_buf_init(&data, LIMIT);
	forge_put_raw(&data, f->auth_data.ptr, f->auth_data.len);
	forge_put_raw(&data, f->client_data_hash, 32);
	if (f->spec.defect == FORGE_ANDROID_SIG_OTHER_CLIENT_DATA)
		data.ptr[data.len - 1] ^= 1;
	if (f->spec.defect == FORGE_ANDROID_SIG_OTHER_KEY)
		key = other;
	forge_sign(key, f->spec.credential_alg, att_buf_get(&data), sig);
	if (f->spec.defect == FORGE_ANDROID_SIG_NOT_MINIMAL)
		forge_make_not_minimal(sig);
	att_buf_reset(&data);
	EVP_PKEY_free(other);
}

static void
put_sig(struct forged *f)
{
	struct att_buf *out = &f->statement, sig;

	if (f->spec.defect == FORGE_ANDROID_SIG_MISSING)
		return;
	att_buf_init(&sig, LIMIT);
	make_signature(f, &sig);
	forge_put_text(out, "sig");
	if (f->spec.defect == FORGE_ANDROID_SIG_EMPTY)
		forge_put_bytes(out, att_bytes(NULL, 0));
	else if (f->spec.defect == FORGE_ANDROID_SIG_TEXT)
		forge_put_text(out, "signature");
	else
		forge_put_bytes(out, att_buf_get(&sig));
	att_buf_reset(&sig);
}

static void
put_x5c(struct forged *f)
{
	size_t count = f->certs[1] != NULL ? 2 : 1;

	if (f->spec.defect == FORGE_ANDROID_X5C_MISSING)
		return;
	forge_put_text(&f->statement, "x5c");
	if (f->spec.defect == FORGE_ANDROID_X5C_EMPTY)
		count = 0;
	forge_put_array(&f->statement, count);
	for (size_t i = 0; i < count; i++)
		forge_put_cert(f, f->certs[i]);
}

void
forge_android_key_statement(struct forged *f)
{
	const enum forge_defect defect = f->spec.defect;
	size_t count = 3;

	if (defect == FORGE_ANDROID_ALG_MISSING ||
	    defect == FORGE_ANDROID_SIG_MISSING ||
	    defect == FORGE_ANDROID_X5C_MISSING)
		count--;
	if (defect == FORGE_ANDROID_STATEMENT_EXTRA)
		count++;
	forge_put_map(&f->statement, count);
	put_alg(f);
	put_sig(f);
	put_x5c(f);
	if (defect == FORGE_ANDROID_STATEMENT_EXTRA) {
		forge_put_text(&f->statement, "zzzz");
		forge_put_int(&f->statement, 1);
	}
}
