/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Says what a TPM would, by keys of OpenSSL, with whatever a test wants wrong
 * in it. Anything that fails aborts the test.
 */
#ifndef TESTS_UNIT_TPM_DOUBLE_H
#define TESTS_UNIT_TPM_DOUBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "base/buf.h"
#include "base/tpm_evidence.h"
#include "event_logs.h"

enum tpm_double_key {
	TPM_DOUBLE_AIK,
	TPM_DOUBLE_KEY, /* the request key, or the ephemeral one */
	TPM_DOUBLE_OTHER,
	TPM_DOUBLE_KEYS
};

/* TPMT_PUBLIC of a key. */
struct tpm_double_public {
	enum tpm_double_key key;
	uint32_t attributes;
	uint16_t scheme, hash;
	bool is_ecc;
};

/* TPMS_ATTEST, and who signed it how. */
struct tpm_double_attest {
	uint32_t magic;
	uint16_t type;
	struct att_bytes extra;
	enum tpm_double_key signer;
	uint16_t scheme, hash;
	size_t cut; /* bytes that its end lacks */
};

struct tpm_double {
	struct tpm_double_public aik, key;
	struct tpm_double_attest quote, certification;
	/* what is certified, in place of key */
	enum tpm_double_key certified;
	struct event_pcrs pcrs;
	uint32_t quoted, told; /* 1 << index */
	uint16_t quoted_bank;
	bool has_other_values; /* than those that were quoted */
	bool has_certificate;
	enum tpm_double_key certificate_of;
	struct att_buf parts[8]; /* what the evidence lends */
	struct att_buf certificate;
};

/* Keys are made once for a program, and dropped as a group's teardown. */
EVP_PKEY *tpm_double_get_key(enum tpm_double_key key);
int tpm_double_drop_keys(void **state);

/* One that says what is right, for a challenge that is lent. */
void tpm_double_begin(struct tpm_double *tpm, struct att_bytes challenge);
/* The same for AzureGuest: an ephemeral key, and no challenge. */
void tpm_double_begin_guest(struct tpm_double *tpm);
void tpm_double_end(struct tpm_double *tpm);

/* Lent by tpm until its next call. */
void tpm_double_say(struct tpm_double *tpm, struct att_tpm_evidence *evidence);
void tpm_double_say_guest(
    struct tpm_double *tpm, struct att_tpm_guest_evidence *evidence);

/* RSAPSS over a digest of SHA-256; appended. */
void tpm_double_sign(enum tpm_double_key key, const uint8_t digest[32],
    int salt_len, struct att_buf *out);
/* RSAES to a key; appended. */
void tpm_double_encrypt(
    enum tpm_double_key key, struct att_bytes text, struct att_buf *out);

#endif
