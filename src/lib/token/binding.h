/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What in a host token names the host: a key of its TPM; and whether what the
 * TPM says proves that it has this key. Nothing here talks to a TPM, and
 * nothing that is said for one is trusted: host/host_tpm.h asks it.
 *
 * Clauses are of TPM 2.0 Library, Part 2, revision 01.38.
 */
#ifndef ATT_TOKEN_BINDING_H
#define ATT_TOKEN_BINDING_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/err.h"

struct att_token;

enum {
	ATT_BINDING_MODULUS_MAX = 512, /* RSA of 4096 bits, what a TPM may do */
	ATT_BINDING_EXPONENT_MAX = 8,
	ATT_BINDING_CHALLENGE_LEN = 32,
};

enum att_binding_kind {
	ATT_BINDING_NONE,
	/* "cnf", which the service saw certified by the TPM ("tpm_certify") */
	ATT_BINDING_REQUEST_KEY,
	/* HCLAkPub: the attestation key of a confidential virtual machine */
	ATT_BINDING_ATTESTATION_KEY,
	/* the key of the NULL hierarchy that the guest library makes: it is
	 * another one after a start, and with other PCRs */
	ATT_BINDING_EPHEMERAL_KEY,
	ATT_BINDING_KIND_COUNT
};

struct att_binding {
	enum att_binding_kind kind;
	const char *where; /* JSON pointer to the key, static */
	uint8_t
	    modulus[ATT_BINDING_MODULUS_MAX]; /* big endian, no zero first */
	size_t modulus_len;
	uint8_t exponent[ATT_BINDING_EXPONENT_MAX]; /* likewise */
	size_t exponent_len;
	/* TPMA_OBJECT that the token vouches for; 0 where it names none */
	uint32_t attributes;
	uint32_t pcrs; /* EPHEMERAL_KEY: those it is bound to, 1 << index */
};

/* "request-key", "attestation-key", "ephemeral-key", "none". Static. */
const char *att_binding_kind_name(enum att_binding_kind kind);

/* Both lent by the binding. */
static inline struct att_bytes
att_binding_get_modulus(const struct att_binding *binding)
{
	return att_bytes(binding->modulus, binding->modulus_len);
}

static inline struct att_bytes
att_binding_get_exponent(const struct att_binding *binding)
{
	return att_bytes(binding->exponent, binding->exponent_len);
}

/*
 * Finds the key that names the host. A token of type azurevm names the
 * attestation key, else the ephemeral one; a report of a TPM has to have "cnf"
 * with the same key as "x-ms-tpm-request-key", and say that it was certified
 * as one that was made in the TPM and does not leave it (fixedTPM,
 * fixedParent, sensitiveDataOrigin, clause 8.3); others name no TPM. Believes
 * what it reads: call it after att_token_verify(). *binding is of kind NONE on
 * an error. ATT_ERR_BINDING_MISSING, ATT_ERR_BINDING_SOFTWARE.
 */
enum att_err att_binding_read(const struct att_token *token,
    struct att_binding *binding, struct att_reason *why) ATT_MUST_USE;

/*
 * A challenge for one proof. What is to be sent to the TPM is in sent, of
 * sent_len bytes: the nonce itself, or, for EPHEMERAL_KEY, the nonce encrypted
 * to the key (RSAES-PKCS1-v1_5, as the service does), so that the nonce is a
 * secret then.
 */
struct att_binding_challenge {
	uint8_t nonce[ATT_BINDING_CHALLENGE_LEN];
	uint8_t sent[ATT_BINDING_MODULUS_MAX];
	size_t sent_len;
};

/* Random, from the kernel. ATT_ERR_CRYPTO, NO_MEMORY, SYSTEM. */
enum att_err att_binding_challenge_new(const struct att_binding *binding,
    struct att_binding_challenge *challenge,
    struct att_reason *why) ATT_MUST_USE;
/* Wipes it. */
void att_binding_challenge_reset(struct att_binding_challenge *challenge);

/*
 * What an unrestricted key signs instead of the nonce alone: text of ours, a
 * zero byte, the nonce; so that no other use of the key, and no other use of
 * a signature of ours, can be confused with it.
 */
#define ATT_BINDING_DOMAIN "pam_attest host proof"
enum {
	ATT_BINDING_SIGNED_LEN =
	    sizeof(ATT_BINDING_DOMAIN) + ATT_BINDING_CHALLENGE_LEN
};
void att_binding_put_signed(const uint8_t nonce[ATT_BINDING_CHALLENGE_LEN],
    uint8_t out[ATT_BINDING_SIGNED_LEN]);

/* How a TPM may prove that it has a key. */
enum att_proof {
	ATT_PROOF_NONE,	     /* only the public key is shown */
	ATT_PROOF_QUOTE,     /* a restricted key: TPM2_Quote() */
	ATT_PROOF_SIGNATURE, /* any other that signs: TPM2_Sign() */
	ATT_PROOF_DECRYPTED, /* the ephemeral key: TPM2_RSA_Decrypt() */
	ATT_PROOF_COUNT
};

/* What is said for the TPM. Everything is lent, and foreign. */
struct att_proven {
	enum att_proof proof;
	struct att_bytes public_area; /* TPMT_PUBLIC, clause 12.2.4 */
	struct att_bytes attested;    /* QUOTE: TPMS_ATTEST, clause 10.12.8 */
	struct att_bytes signature;   /* QUOTE, SIGNATURE: TPMT_SIGNATURE */
	struct att_bytes plaintext;   /* DECRYPTED */
};

/*
 * Is the key that was shown the one of the token, one that does not leave its
 * TPM, with the attributes that the token vouches for?
 * ATT_ERR_BINDING_KEY, ATT_ERR_BINDING_SOFTWARE.
 */
enum att_err att_binding_check_key(const struct att_binding *binding,
    const struct att_proven *proven, struct att_reason *why) ATT_MUST_USE;

/*
 * The same, and: was the challenge answered by that key? A restricted key has
 * to quote with the nonce as qualifying data, an unrestricted one to sign
 * (RSASSA or RSAPSS, SHA-256 and longer), the ephemeral key to decrypt.
 * ATT_ERR_BINDING_PROOF; ATT_ERR_CRYPTO, NO_MEMORY.
 */
enum att_err att_binding_check_proof(const struct att_binding *binding,
    const struct att_binding_challenge *challenge,
    const struct att_proven *proven, struct att_reason *why) ATT_MUST_USE;

/*
 * Was the TPM started (up_ms milliseconds ago, as of now) before the token was
 * issued, leeway seconds more or less? ATT_ERR_TOKEN_BOOT.
 */
struct att_binding_times {
	time_t now;
	int64_t issued; /* "iat" of the token */
	unsigned int leeway;
};
enum att_err att_binding_check_start(uint64_t up_ms,
    const struct att_binding_times *times, struct att_reason *why) ATT_MUST_USE;

#endif
