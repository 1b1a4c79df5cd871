/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What Android's Keystore says of a key: the KeyDescription extension of
 * attestation certificates (1.3.6.1.4.1.11129.2.1.17), as far as WebAuthn
 * Level 3 sections 8.4 and 8.4.1 ask for it.
 */
#ifndef ATT_TRUST_KEY_DESCRIPTION_H
#define ATT_TRUST_KEY_DESCRIPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"
#include "trust/certificate.h"

/* Who enforces a property of a key. */
enum att_security_level {
	ATT_SECURITY_SOFTWARE,
	ATT_SECURITY_TRUSTED_ENVIRONMENT,
	ATT_SECURITY_STRONG_BOX,
};

enum {
	ATT_KEY_ORIGIN_GENERATED = 0 /* inside, and never left */
};

/* One AuthorizationList: its tags [1], [600] and [702]. */
struct att_key_authorizations {
	bool has_purpose;
	bool may_sign;		   /* KM_PURPOSE_SIGN is among the purposes */
	bool has_all_applications; /* not bound to the application's RP IDs */
	bool has_origin;
	uint32_t origin;
};

struct att_key_description {
	uint32_t version;
	enum att_security_level attestation_level;
	enum att_security_level key_level;
	struct att_bytes challenge; /* lent */
	struct att_key_authorizations software;
	struct att_key_authorizations tee;
};

/*
 * Decodes the value of the extension: DER throughout, all eight fields and
 * nothing after them, no tag twice in a list. Tags that are not asked for
 * are skipped. ATT_ERR_KEY_DESCRIPTION_MALFORMED.
 */
enum att_err att_key_description_parse(struct att_bytes der,
    struct att_key_description *description,
    struct att_reason *why) ATT_MUST_USE;

/* Does the certificate have the extension? */
bool att_certificate_has_key_description(const struct att_certificate *cert);

/*
 * Decodes the extension of a certificate, which lends what is found. Also
 * ATT_ERR_KEY_DESCRIPTION_MISSING.
 */
enum att_err att_certificate_get_key_description(
    const struct att_certificate *cert, struct att_key_description *description,
    struct att_reason *why) ATT_MUST_USE;

#endif
