/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What RFC 5280 section 6.1 asks of each certificate of a path, one rule at
 * a time. Part of path building: see trust/anchors.h for the whole.
 */
#ifndef ATT_TRUST_RULES_H
#define ATT_TRUST_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/err.h"
#include "trust/certificate.h"

enum {
	ATT_NAME_SHOWN = 160
}; /* of a subject in a refusal */

/*
 * Rules for every certificate: valid at that time, no critical extension
 * that is not understood. ATT_ERR_CERTIFICATE_DATE, ATT_ERR_CERTIFICATE_PATH.
 */
enum att_err att_rules_check_any(const struct att_certificate *cert, time_t at,
    struct att_reason *why) ATT_MUST_USE;

/* issuer is about to stand above path[len - 1]; path[0] is the leaf. */
struct att_issuing {
	struct att_certificate *const *path;
	size_t len;
	const struct att_certificate *issuer;
	bool is_anchor;
	time_t at;
};

/*
 * Rules for an issuer, those for every certificate included; the signature
 * has been verified already. ATT_ERR_CERTIFICATE_NOT_CA, _DATE, _PATH,
 * _MALFORMED.
 */
enum att_err att_rules_check_issuing(
    const struct att_issuing *issuing, struct att_reason *why) ATT_MUST_USE;

/*
 * The same rules, one by one, for who looks at a certificate without a path:
 * what keeps it from being an issuer (NULL: nothing; static), whether its key
 * and the hash under its own signature are strong enough, and whether each
 * critical extension is understood (ATT_ERR_CERTIFICATE_PATH).
 */
const char *att_rules_get_ca_defect(
    const struct att_certificate *cert, bool is_anchor);
bool att_rules_is_key_strong(const struct att_certificate *cert);
bool att_rules_is_hash_strong(const struct att_certificate *cert);
enum att_err att_rules_check_critical(
    const struct att_certificate *cert, struct att_reason *why) ATT_MUST_USE;

#endif
