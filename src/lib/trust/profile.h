/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the profiles of attestation certificates share. Part of trust: see
 * trust/certificate.h for the profiles.
 */
#ifndef ATT_TRUST_PROFILE_H
#define ATT_TRUST_PROFILE_H

#include "base/err.h"
#include "trust/certificate.h"

/* ATT_ERR_CERTIFICATE_PROFILE: "... has FIELD FOUND, wanted WANTED". */
enum att_err att_profile_refuse(struct att_reason *why, const char *field,
    const char *found, const char *wanted) ATT_MUST_USE;

/*
 * What the profile of TPM attestation keys has in common with others: version
 * 3, basicConstraints with CA false, the form of the extensions of the FIDO
 * Alliance. ATT_ERR_CERTIFICATE_PROFILE.
 */
enum att_err att_profile_check_tpm_basics(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

#endif
