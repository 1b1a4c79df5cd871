/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One attestation certificate: strict decoding, the profile its statement
 * format wants, the extensions of the FIDO Alliance, and names for people.
 */
#ifndef ATT_TRUST_CERTIFICATE_H
#define ATT_TRUST_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/public_key.h"

enum {
	ATT_CERTIFICATE_MAX = 16384, /* bytes of DER */
	ATT_SUBJECT_MAX = 256,	     /* bytes of text, NUL included */
	ATT_SHA256_LEN = 32,
};

struct att_certificate;

/*
 * Decodes one certificate: DER throughout, nothing left over, no extension
 * twice, basicConstraints and keyUsage well formed, plain dates, a public key
 * that is understood, no elliptic curve given by explicit parameters. Other
 * standard extensions may be malformed as long as they are not critical:
 * nothing is decided by them, and devices have such. curves may be NULL. The
 * caller frees *certp. ATT_ERR_CERTIFICATE_MALFORMED, ATT_ERR_NO_MEMORY.
 */
enum att_err att_certificate_decode(struct att_bytes der,
    struct att_curves *curves, struct att_certificate **certp,
    struct att_reason *why) ATT_MUST_USE;

/*
 * A certificate never changes, so it may have several holders, in one thread;
 * the last one that frees it ends it.
 */
struct att_certificate *att_certificate_share(struct att_certificate *cert);
void att_certificate_free(struct att_certificate **certp);

/* Its public key, never NULL, and its bytes; lent. */
EVP_PKEY *att_certificate_get_key(const struct att_certificate *cert);
struct att_bytes att_certificate_get_der(const struct att_certificate *cert);

/* Content octets of the serial number, RFC 5280 section 4.1.2.2; lent. */
struct att_bytes att_certificate_get_serial(const struct att_certificate *cert);

/* The same certificate, byte for byte? */
bool att_certificate_is_equal(
    const struct att_certificate *a, const struct att_certificate *b);

/* What a certificate may do: RFC 5280 sections 4.2.1.9 and 4.2.1.3. */
struct att_certificate_rules {
	bool has_basic_constraints;
	bool is_ca;
	long path_len;		    /* -1: no limit */
	bool may_sign_certificates; /* keyCertSign, or no keyUsage at all */
};
void att_certificate_get_rules(
    const struct att_certificate *cert, struct att_certificate_rules *rules);

/*
 * The profile of packed attestation certificates, WebAuthn Level 3 section
 * 8.2.1: version, subject, basicConstraints, no other use, and the form of
 * the extensions of section 8.2.1 and FIDO.
 * ATT_ERR_CERTIFICATE_PROFILE with the field, what it is and what was wanted.
 */
enum att_err att_certificate_check_packed(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

/*
 * The other formats want less of the certificate. For fido-u2f, section 8.6,
 * only that it is no CA: real ones have little more than a common name. Except
 * for android-safetynet, it may have no extended key usage (RFC 5280 section
 * 4.2.1.12), and only for android-key a description of an Android key. For
 * apple, section 8.8: version 3, and basicConstraints with CA false. For
 * android-key and android-safetynet, sections 8.4 and 8.5: version 3, and
 * that it is no CA.
 * ATT_ERR_CERTIFICATE_PROFILE, likewise.
 */
enum att_err att_certificate_check_fido_u2f(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;
enum att_err att_certificate_check_android_key(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;
enum att_err att_certificate_check_safetynet(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;
enum att_err att_certificate_check_apple(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

/*
 * The certificates under which Microsoft Azure Attestation signs its reports
 * of TPMs: version 3, basicConstraints with CA false, keyUsage with
 * digitalSignature, extended key usage 1.3.6.1.4.1.311.76.50.3.
 * ATT_ERR_CERTIFICATE_PROFILE, likewise.
 */
enum att_err att_certificate_check_report(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

/* Does cert name issuer as its issuer? That it is so, a path would say. */
bool att_certificate_names_issuer(
    const struct att_certificate *cert, const struct att_certificate *issuer);

/*
 * Whether a certificate of the Web is for host, in full and not by a wildcard:
 * by subjectAltName or, where it has none at all, by its common name (RFC 6125
 * section 6.4.4).
 */
bool att_certificate_is_for_host(
    const struct att_certificate *cert, const char *host);

/* One extension; the value inside its OCTET STRING is lent by cert. */
struct att_certificate_extension {
	bool is_critical;
	struct att_bytes value;
};

/*
 * Finds an extension by the content octets of its object identifier. False
 * when there is none; decoding has refused a second one.
 */
bool att_certificate_find_extension(const struct att_certificate *cert,
    struct att_bytes oid, struct att_certificate_extension *extension);

/*
 * The key identifier as FIDO metadata gives it (attestationCertificateKey-
 * Identifiers): SHA-1 of the content of the subjectPublicKey BIT STRING, RFC
 * 5280 section 4.2.1.2 method 1. Always computed, whatever the certificate
 * says of itself.
 */
void att_certificate_get_key_id(
    const struct att_certificate *cert, uint8_t id[20]);

/*
 * The identifier that the certificate gives of its issuer's key (RFC 5280
 * section 4.2.1.1). False, with id zero, when there is none of 20 bytes.
 */
bool att_certificate_get_issuer_key_id(
    const struct att_certificate *cert, uint8_t id[20]);

/*
 * The profile of the certificates of TPM attestation keys, WebAuthn Level 3
 * section 8.3.1 and TCG EK Credential Profile 2.0 section 3.2.9: version, an
 * empty subject, a critical subjectAltName with one directoryName that gives
 * manufacturer, model and version of the TPM once each, the extended key usage
 * 2.23.133.8.3, basicConstraints. *manufacturer is the vendor ID that it names
 * (0x53544d20 for "id:53544D20"), 0 on a refusal; whether there is such a
 * vendor is not judged. That a certificate has passed is remembered with it,
 * since nothing but its bytes decides. ATT_ERR_CERTIFICATE_PROFILE as above.
 */
enum att_err att_certificate_check_tpm(struct att_certificate *cert,
    uint32_t *manufacturer, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads id-fido-gen-ce-aaguid (1.3.6.1.4.1.45724.1.1.4): at most one, not
 * critical, an OCTET STRING of 16 bytes inside the extension's OCTET STRING
 * and nothing else. Without it *present is false and aaguid is zero.
 * ATT_ERR_CERTIFICATE_PROFILE when it is there and not of that form.
 */
enum att_err att_certificate_get_aaguid(const struct att_certificate *cert,
    bool *present, uint8_t aaguid[16], struct att_reason *why) ATT_MUST_USE;

/*
 * The subject for people and logs: RFC 2253, everything outside printable
 * ASCII escaped, cut with "..." to size bytes; "(empty subject)" if there is
 * none.
 */
void att_certificate_print_subject(
    const struct att_certificate *cert, char *text, size_t size);
void att_certificate_print_issuer(
    const struct att_certificate *cert, char *text, size_t size);
void att_certificate_print_name(const X509_NAME *name, char *text, size_t size);

/* From when until when it is valid, both included: seconds since 1970. */
struct att_certificate_dates {
	int64_t begin;
	int64_t end;
};
struct att_certificate_dates att_certificate_get_dates(
    const struct att_certificate *cert);

/* The same holder: subject, as RFC 5280 section 7.1 compares, and key. */
bool att_certificate_has_holder_of(
    const struct att_certificate *a, const struct att_certificate *b);

/* SHA-256 of the DER, and of its SubjectPublicKeyInfo. ATT_ERR_CRYPTO. */
enum att_err att_certificate_hash(const struct att_certificate *cert,
    uint8_t sha256[ATT_SHA256_LEN]) ATT_MUST_USE;
enum att_err att_certificate_hash_key(const struct att_certificate *cert,
    uint8_t sha256[ATT_SHA256_LEN]) ATT_MUST_USE;

#endif
