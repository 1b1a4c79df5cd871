/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The certificates of a file that somebody wants to be trusted: PEM, with
 * whatever text stands around it, or DER.
 */
#ifndef ATT_ATTESTCTL_OFFERED_H
#define ATT_ATTESTCTL_OFFERED_H

#include "base/buf.h"
#include "base/bytes.h"
#include "trust/anchors.h"

/*
 * Adds them to an empty set. Text outside of PEM blocks is passed over, as RFC
 * 7468 section 2 says; a private key is not, and neither is any other block.
 * Whether each is a certificate in more than its outline is not judged. text
 * is overwritten where it is passed over. shown is the name for messages.
 * ATT_ERR_CERTIFICATE_MALFORMED, ATT_ERR_NO_MEMORY.
 */
struct att_offer {
	enum att_anchor_role role;
	uint8_t *text;
	size_t len;
	const char *shown;
};
enum att_err att_offered_read(const struct att_offer *offer,
    struct att_anchors *anchors, struct att_reason *why) ATT_MUST_USE;

/*
 * Appends a certificate as a file of anchors has it: its subject as a comment,
 * then PEM with 64 characters to a line. ATT_ERR_NO_MEMORY, _TOO_LARGE.
 */
enum att_err att_offered_write(struct att_bytes der, const char *subject,
    struct att_buf *out) ATT_MUST_USE;

/*
 * The beginning of a file name of a subject in RFC 2253: of its common name or,
 * without one, of all of it; lower-case letters, digits and single hyphens. May
 * be empty.
 */
enum {
	ATT_STEM_SIZE = 64
};
void att_offered_name(const char *subject, char stem[ATT_STEM_SIZE]);

#endif
