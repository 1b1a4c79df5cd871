/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a TPM says of the state of a host, in its own structures (TPM 2.0
 * Library, Part 2), and the keys it says it by. Shapes only: pam_attest-tpm
 * fills them (wire/tpm_session.h), the requests of a service are made of them.
 * Nothing in here has been checked; all bytes are lent.
 */
#ifndef ATT_BASE_TPM_EVIDENCE_H
#define ATT_BASE_TPM_EVIDENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
	ATT_TPM_ALG_SHA1 = 0x0004,
	ATT_TPM_ALG_SHA256 = 0x000b,
	ATT_TPM_SHA1_LEN = 20,
	ATT_TPM_SHA256_LEN = 32,
	ATT_TPM_PCR_COUNT = 24,
	ATT_TPM_BANKS_MAX = 2,
	ATT_TPM_CHALLENGE_MAX = 64, /* bytes of qualifyingData */
};

/* A key that is not in the TPM but wrapped by it; none without both parts. */
struct att_tpm_wrapped {
	uint32_t parent;	      /* handle, persistent or of a hierarchy */
	bool is_rsa_parent;	      /* of a hierarchy: which storage key */
	struct att_bytes public_part; /* TPM2B_PUBLIC */
	struct att_bytes private_part; /* TPM2B_PRIVATE */
};

/*
 * Where a key is: at a persistent handle, else wrapped. With is_new it is made
 * instead, and stays at the handle, if one is named, which has to be free;
 * else its wrapped parts come back, for the caller to keep.
 */
struct att_tpm_key {
	bool is_new;
	uint32_t handle; /* 0x81......; 0: it is wrapped */
	struct att_tpm_wrapped wrapped;
};

/* The PCRs of one bank, as they were when they were quoted. */
struct att_tpm_pcr_bank {
	uint16_t algorithm;	  /* ATT_TPM_ALG_... */
	uint32_t pcrs;		  /* 1 << index */
	struct att_bytes digests; /* one after the other, by index */
};

/*
 * For a report of TPMs (type tpm): a quote by the AIK, and a key that the same
 * AIK has certified, both with the challenge as qualifyingData.
 */
struct att_tpm_evidence {
	struct att_bytes aik_public;	  /* TPMT_PUBLIC */
	struct att_bytes aik_certificate; /* DER; none where there is none */
	struct att_bytes quote;		  /* TPMS_ATTEST */
	struct att_bytes quote_signature; /* TPMT_SIGNATURE */
	struct att_tpm_pcr_bank banks[ATT_TPM_BANKS_MAX]; /* as quoted */
	size_t bank_count;
	struct att_bytes key_public;		  /* TPMT_PUBLIC */
	struct att_bytes certification;		  /* TPMS_ATTEST */
	struct att_bytes certification_signature; /* TPMT_SIGNATURE */
};

/*
 * For a machine of Azure (type azurevm): a quote by the AK, and the ephemeral
 * key of the NULL hierarchy that it has certified; qualifyingData is empty in
 * both. Signatures are those of RSA, without what a TPM says around them.
 */
struct att_tpm_guest_evidence {
	struct att_bytes aik_public;	  /* TPM2B_PUBLIC */
	struct att_bytes aik_certificate; /* DER; none where there is none */
	struct att_bytes quote;		  /* TPMS_ATTEST */
	struct att_bytes quote_signature; /* RSASSA, raw */
	struct att_tpm_pcr_bank bank;	  /* SHA-256 */
	struct att_bytes key_public;	  /* TPM2B_PUBLIC */
	struct att_bytes certification;	  /* TPMS_ATTEST */
	struct att_bytes certification_signature; /* RSASSA, raw */
};

/* For a registry of AIKs: whose TPM it is, and which AIK is in it. */
struct att_tpm_endorsement {
	struct att_bytes ek_certificate; /* DER; none where there is none */
	struct att_bytes ek_public;	 /* TPMT_PUBLIC */
	struct att_bytes aik_public;	 /* TPMT_PUBLIC */
	struct att_bytes aik_name;	 /* algorithm and hash of aik_public */
};

#endif
