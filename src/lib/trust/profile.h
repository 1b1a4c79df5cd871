/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the profiles of attestation certificates share. Part of trust: see
 * trust/certificate.h for the profiles.
 */
#ifndef ATT_TRUST_PROFILE_H
#define ATT_TRUST_PROFILE_H

#include "base/bytes.h"
#include "base/err.h"
#include "trust/certificate.h"

/* ATT_ERR_CERTIFICATE_PROFILE: "... has FIELD FOUND, wanted WANTED". */
enum att_err att_profile_refuse(struct att_reason *why, const char *field,
    const char *found, const char *wanted) ATT_MUST_USE;

/*
 * The value of a standard extension as X509V3_get_d2i() gives it; *critical
 * is -1 if it is not there. NULL when it is not DER, too.
 */
void *att_profile_decode_extension(
    const struct att_certificate *cert, int nid, int *critical);

/* What a certificate may be for: the content octets of the identifier. */
struct att_usage {
	struct att_bytes oid;
	const char *shown; /* dotted */
};

/*
 * It has an extended key usage, and that is one of those it lists.
 * ATT_ERR_CERTIFICATE_PROFILE.
 */
enum att_err att_profile_check_usage(const struct att_certificate *cert,
    const struct att_usage *usage, struct att_reason *why) ATT_MUST_USE;

/* Version 3, and basicConstraints with CA false. Likewise. */
enum att_err att_profile_check_leaf(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

/*
 * What the profile of TPM attestation keys has in common with others: version
 * 3, basicConstraints with CA false, the form of the extensions of the FIDO
 * Alliance. ATT_ERR_CERTIFICATE_PROFILE.
 */
enum att_err att_profile_check_tpm_basics(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

#endif
