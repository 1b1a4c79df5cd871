/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes registrations for tests: a throw-away attestation CA, a credential
 * and an attestation object over it, with at most one thing wrong.
 *
 * Keys are fresh each time; of RSA, the sixth is the first again. Anything
 * that fails in here aborts the test.
 */
#ifndef TESTS_UNIT_FORGE_H
#define TESTS_UNIT_FORGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "attestation/verify.h"
#include "base/buf.h"
#include "conf/options.h"
#include "trust/anchors.h"

/* How a registration is attested. */
enum forge_kind {
	FORGE_KIND_BASIC,	/* packed, x5c of a leaf that the root issued */
	FORGE_KIND_CHAIN,	/* packed, x5c of a leaf and an intermediate */
	FORGE_KIND_SELF,	/* packed, by the credential itself */
	FORGE_KIND_NONE,	/* "none" */
	FORGE_KIND_ANDROID_KEY, /* android-key, likewise */
	FORGE_KIND_SAFETYNET,	/* android-safetynet, likewise */
	FORGE_KIND_COMPOUND,	/* of packed and android-key, likewise */
	FORGE_KIND_U2F,		/* fido-u2f, a leaf that the root issued */
	FORGE_KIND_APPLE,	/* apple, x5c of a leaf and an intermediate */
	FORGE_KIND_TPM,		/* tpm, of a P-256 key, by a P-256 key */
	FORGE_KIND_TPM_RSA,	/* tpm, of an RSA key, by an RSA key */
};

enum forge_defect {
#define FORGE(symbol, kind, error) FORGE_##symbol,
#include "forge.def"
#undef FORGE
	FORGE_COUNT
};

/* One row of forge.def. */
struct forge_row {
	const char *name;
	enum forge_defect defect;
	enum forge_kind kind;
	enum att_err error;
};
extern const struct forge_row forge_rows[FORGE_COUNT];

/* A root and its key. */
struct forge_authority {
	EVP_PKEY *key;
	X509 *cert;
};

/* A registration that somebody asks for. */
struct forge_request {
	uint8_t rp_id_hash[32];
	uint8_t client_data_hash[32];
	uint32_t sign_count;
	bool is_verified;
	int64_t time; /* now */
	struct forge_authority authority;
};

struct forge_spec {
	enum forge_kind kind;
	enum forge_defect defect;
	int32_t credential_alg;	 /* COSE; 0 is ES256 */
	int32_t attestation_alg; /* likewise; not for SELF and NONE */
	const struct forge_request *request; /* NULL: one is made up */
};

/*
 * 2026-01-01: when registrations happen that nobody asks for. Certificates
 * last 2024 to 2123.
 */
enum {
	FORGE_TIME = 1767225600
};

extern const uint8_t forge_aaguid[16];

struct forged {
	struct forge_spec spec;
	uint8_t rp_id_hash[32];
	uint8_t client_data_hash[32];
	int64_t time;
	struct att_buf auth_data;
	struct att_buf statement; /* attStmt as CBOR */
	struct att_buf object;
	EVP_PKEY *credential;
	EVP_PKEY *attestation; /* NULL for SELF and NONE */
	X509 *certs[2];	       /* leaf and intermediate; NULL where none */
	X509 *root;	       /* NULL for SELF and NONE */
};

/* Makes one; the caller resets it. */
void forge(const struct forge_spec *spec, struct forged *out);
void forge_row(const struct forge_row *row, struct forged *out);
void forged_reset(struct forged *forged);

/*
 * Makes another registration of the same batch: by the attestation key and
 * the certificates of forged, the rest of which is replaced. For the kinds
 * packed, U2F and TPM, whose certificates say nothing of a credential.
 */
void forge_again(const struct forge_request *request, struct forged *forged);

/*
 * The evidence of a registration; lent by it. UV is required, except of U2F,
 * which has none.
 */
struct att_evidence forged_get_evidence(const struct forged *forged);

/* The root as a set of anchors, empty for SELF and NONE. Owned by caller. */
struct att_anchors *forged_make_anchors(const struct forged *forged);

/* The defaults of options.def as far as attestation goes; owns nothing. */
struct att_options forge_make_options(void);
/* The same, accepting what the kind is. */
struct att_options forge_make_options_for(enum forge_kind kind);

/*
 * The judgement of a registration under the options above; the error, with
 * the reason in *why. verdict may be NULL.
 */
enum att_err forged_judge(const struct forged *forged,
    struct att_verdict *verdict, struct att_reason *why);

/* The same under options of the caller's, and of a row of forge.def. */
enum att_err forged_judge_under(
    const struct forged *forged, const struct att_options *opts);
enum att_err forge_judge_row(
    enum forge_defect defect, const struct att_options *opts);

/* Parts, for tests of their own. */
EVP_PKEY *forge_key(int32_t alg);
void forge_sign(
    EVP_PKEY *key, int32_t alg, struct att_bytes data, struct att_buf *out);
void forge_cose_key(
    EVP_PKEY *key, int32_t alg, enum forge_defect defect, struct att_buf *out);
X509 *forge_root(EVP_PKEY *key, const char *name);
X509 *forge_root_like(EVP_PKEY *key, const X509 *other);
X509 *forge_intermediate(EVP_PKEY *key, EVP_PKEY *issuer_key,
    const X509 *issuer, enum forge_defect defect);
X509 *forge_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect);

/* Root, intermediate and leaf as the kind and the defect want them. */
void forge_certificates(struct forged *forged);

/* Parts of certificates; what any of them cannot do aborts. */
#define FORGE_OID_AAGUID "1.3.6.1.4.1.45724.1.1.4"
X509 *forge_cert_start(EVP_PKEY *key, const X509_NAME *issuer);
void forge_cert_add_name(
    X509_NAME *name, const char *field, int type, const char *text);
void forge_cert_add_extension(X509 *cert, int nid, const char *value);
void forge_cert_add_raw(
    X509 *cert, const char *oid, bool is_critical, struct att_bytes value);
/* What makes it a certificate for something else. */
void forge_cert_add_other_use(X509 *cert, enum forge_defect defect);
void forge_cert_sign(X509 *cert, EVP_PKEY *key);

/* The format of the statement as a CBOR item: text, if nothing is wrong. */
void forge_put_format(const struct forged *forged, struct att_buf *out);

/* A certificate for the code under test, which the caller frees. */
struct att_certificate *forge_decode(const X509 *cert);
/* The same certificate, byte for byte? */
bool forge_is_same(const struct att_certificate *a, const X509 *b);

/* Parts of statements: a certificate as a byte string. */
void forge_put_cert(struct forged *forged, const X509 *cert);
/* The key "x5c" and its value. */
void forge_put_x5c(struct forged *forged);
/* The signature in another form: one that is not minimal DER. */
void forge_make_not_minimal(struct att_buf *sig);

/* The format fido-u2f. */
uint8_t forge_u2f_flags(enum forge_defect defect);
const uint8_t *forge_u2f_aaguid(enum forge_defect defect);
int32_t forge_u2f_credential_alg(enum forge_defect defect);
int32_t forge_u2f_attestation_alg(enum forge_defect defect);
X509 *forge_u2f_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect);
void forge_u2f_statement(struct forged *forged);

/* The format android-key: the credential is its own attestation key. */
void forge_android_key_certificates(
    struct forged *forged, EVP_PKEY *middle_key, EVP_PKEY *root_key);
void forge_android_key_statement(struct forged *forged);
X509 *forge_android_key_leaf(
    const struct forged *forged, EVP_PKEY *issuer_key, const X509 *issuer);

/* The format android-safetynet, by ES256 if not told otherwise. */
X509 *forge_safetynet_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key,
    const X509 *issuer, enum forge_defect defect);
void forge_safetynet_statement(struct forged *forged);
/* A signature by P-256 as r || s. */
void forge_unwrap_ecdsa(struct att_bytes der, uint8_t raw[64]);

/* The format compound: a packed and an android-key leaf, both of the root. */
void forge_compound_certificates(struct forged *forged, EVP_PKEY *root_key);
void forge_compound_statement(struct forged *forged);
void forge_packed_statement(struct forged *forged);

/* The format apple; the leaf needs authenticator data. */
X509 *forge_apple_leaf(
    struct forged *forged, EVP_PKEY *issuer_key, const X509 *issuer);
void forge_apple_statement(struct forged *forged);

/* The format tpm. */
bool forge_is_tpm(enum forge_kind kind);
int32_t forge_tpm_credential_alg(const struct forge_spec *spec);
int32_t forge_tpm_attestation_alg(const struct forge_spec *spec);
X509 *forge_tpm_leaf(EVP_PKEY *key, EVP_PKEY *issuer_key, const X509 *issuer,
    enum forge_defect defect);
void forge_tpm_statement(struct forged *forged);

/* CBOR by libcbor's encoders. */
void forge_put_int(struct att_buf *out, int64_t v);
void forge_put_bytes(struct att_buf *out, struct att_bytes v);
void forge_put_text(struct att_buf *out, const char *v);
void forge_put_array(struct att_buf *out, size_t count);
void forge_put_map(struct att_buf *out, size_t count);
void forge_put_raw(struct att_buf *out, const void *ptr, size_t len);
void forge_put_byte(struct att_buf *out, uint8_t v);

/* Big endian, and bytes with such a length before them (a TPM2B). */
void forge_put_u16(struct att_buf *out, unsigned int v);
void forge_put_u32(struct att_buf *out, uint32_t v);
void forge_put_sized(struct att_buf *out, const void *ptr, size_t len);

#endif
