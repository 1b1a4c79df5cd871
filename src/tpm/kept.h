/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The keys that a host keeps from one attestation to the next: its AIK, and
 * the request key, which the token names and a login proves.
 *
 *	tpm_kept_take(kind, &asked, &kept, why)
 *	tpm_kept_load(esys, &kept, &key, why)	makes it first where it is new
 *	tpm_key_release(esys, &key)		on every path
 */
#ifndef TPM_KEPT_H
#define TPM_KEPT_H

#include "base/tpm_evidence.h"
#include "tpm/key.h"
#include "tpm/structure.h"

/* RSA 2048, SHA-256, without a password; bound to the TPM. */
enum tpm_kept_kind {
	TPM_KEPT_AIK,	  /* restricted, RSASSA */
	TPM_KEPT_REQUEST, /* unrestricted, RSAPSS */
	TPM_KEPT_COUNT
};

struct tpm_kept {
	enum tpm_kept_kind kind;
	bool is_new;  /* to be made; not any more, once it is */
	bool is_made; /* it was, here */
	TPM2_HANDLE handle;
	TPM2_HANDLE parent;
	bool is_rsa_parent;
	struct tpm_parts parts;
};

/* Copies what is asked for. ATT_ERR_TPM_EVIDENCE when it is malformed. */
enum att_err tpm_kept_take(enum tpm_kept_kind kind,
    const struct att_tpm_key *asked, struct tpm_kept *kept,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Has the TPM load the key, after making it where it is new, and checks that
 * it is what its kind says. ATT_ERR_HOST_AIK_LOST or ATT_ERR_HOST_KEY_LOST when
 * it is not one of this TPM; ATT_ERR_TPM_EVIDENCE, TPM_UNAVAILABLE.
 */
enum att_err tpm_kept_load(ESYS_CONTEXT *esys, struct tpm_kept *kept,
    struct tpm_key *key, struct att_reason *why) ATT_MUST_USE;

/*
 * The parts of a wrapped key that was made; nothing of another. They are lent
 * by the blobs.
 */
struct tpm_kept_blobs {
	struct tpm_blob public_part;
	struct tpm_blob private_part;
};
enum att_err tpm_kept_write(const struct tpm_kept *kept,
    struct tpm_kept_blobs *blobs, struct att_tpm_wrapped *wrapped,
    struct att_reason *why) ATT_MUST_USE;

#endif
