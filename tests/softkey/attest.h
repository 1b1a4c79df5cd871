/* SPDX-License-Identifier: BSD-2-Clause */
/* Attestation statements, one format each behind one table. */
#ifndef SOFTKEY_ATTEST_H
#define SOFTKEY_ATTEST_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "buf.h"
#include "ca.h"
#include "options.h"
#include "state.h"

#define CHAIN_MAX 8

struct softkey;

/* Who vouches: a key and its certificates, leaf first. */
struct attester {
	EVP_PKEY *key;
	X509 *chain[CHAIN_MAX];
	size_t chain_len;
};

/* What a statement is made over. */
struct attest_input {
	struct softkey *sk;
	const struct attester *attester;
	const struct credential *cred;
	const struct buf *auth_data;
	const uint8_t *client_data_hash; /* SHA256_LEN bytes */
};

struct attest_format {
	const char *name; /* of --format */
	const char *fmt;  /* in the attestation object */
	bool zero_aaguid; /* authData carries no model */
	const char *help;
	/* Appends attStmt, one CBOR map; NULL where it is forged. */
	void (*put_statement)(struct buf *out, const struct attest_input *in);
	const char *forged; /* the name of --defect that makes it */
};

/* The format called name, or NULL. */
const struct attest_format *attest_find_format(const char *name);

/* The table, ended by a row without a name. */
extern const struct attest_format attest_formats[];

/* Loads the key and chain of the options; without them an authority is
 * made that nobody can know. Ends the process on unusable files. */
struct attester *attester_new(
    const struct options *opt, const uint8_t aaguid[AAGUID_LEN]);
/* The same for enterprise attestation: its certificate has the number of
 * this one key. */
struct attester *attester_new_enterprise(
    const struct options *opt, const uint8_t aaguid[AAGUID_LEN]);
void attester_free(struct attester **attester);

/* The authority of the options, or one that nobody knows. Free with
 * issued_free. */
void attest_get_authority(struct issued *out, const struct options *opt);

/* The AAGUID of the leaf of a PEM file; false when it names none. */
bool attest_read_aaguid(const char *chain, uint8_t aaguid[AAGUID_LEN]);

/* Appends "x5c" and its value: the first max certificates of the chain. */
void attest_put_x5c(
    struct buf *out, const struct attester *attester, size_t max);

/* The bytes that a U2F registration signs, FIDO U2F raw messages 4.3 */
void attest_put_u2f_message(struct buf *out, const struct credential *cred,
    const uint8_t *client_data_hash);

void attest_put_packed(struct buf *out, const struct attest_input *in);
void attest_put_packed_self(struct buf *out, const struct attest_input *in);
void attest_put_fido_u2f(struct buf *out, const struct attest_input *in);
void attest_put_none(struct buf *out, const struct attest_input *in);

#endif
