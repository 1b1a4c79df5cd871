/* SPDX-License-Identifier: BSD-2-Clause */
/* Throw-away certification authorities for attestation. */
#ifndef SOFTKEY_CA_H
#define SOFTKEY_CA_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

enum certificate_kind {
	CERT_ROOT,
	CERT_INTERMEDIATE,
	CERT_PACKED_LEAF, /* WebAuthn section 8.2.1 */
	CERT_U2F_LEAF,	  /* only a common name */
};

struct certificate_request {
	enum certificate_kind kind;
	const char *name;      /* common name */
	const uint8_t *aaguid; /* 16 bytes for the extension, or NULL */
	bool has_serial;       /* the device's, WebAuthn 8.2.2 */
};

struct issued {
	EVP_PKEY *key;
	X509 *cert;
};

/* Makes a P-256 key and a certificate for it. Without an issuer it signs
 * itself. Free with issued_free. */
void ca_issue(struct issued *out, const struct certificate_request *request,
    const struct issued *issuer);
void issued_free(struct issued *issued);

/* Reads ca.pem and ca.key of a folder that ca_write_folder has written;
 * false when it has neither. */
bool ca_read_root(const char *dir, struct issued *root);

struct ca_folder {
	const char *dir;
	const char *ca_name;
	const char *leaf_name;
	bool intermediate;
	enum certificate_kind leaf;
	const uint8_t *aaguid;
};

/* Writes ca.pem, ca.key, leaf.pem, attestation.pem (leaf first, then the
 * intermediate if there is one), attestation.key and intermediate.pem into
 * dir, which is made when it is missing. A folder that has a ca.pem and a
 * ca.key keeps them: another leaf of the same authority is issued. */
void ca_write_folder(const struct ca_folder *folder);

#endif
