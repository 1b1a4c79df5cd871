/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The messages of an enrolment, as files: one JSON object each, bytes in
 * base64url, a Name in hexadecimal digits.
 *
 *	host -> registry  {"ek_certificate", "ek_public", "aik_public",
 *			   "aik_name"}
 *	registry -> host  {"credential", "secret", "aik_name"}
 */
#ifndef ATT_ATTESTCTL_ENROLMENT_H
#define ATT_ATTESTCTL_ENROLMENT_H

#include <sys/stat.h>

#include <jansson.h>

#include "base/bytes.h"
#include "base/err.h"
#include "base/tpm_evidence.h"

enum {
	ATT_ENROLMENT_MAX = 65536, /* bytes of such a file */
	ATT_ENROLMENT_FIELDS = 4,
};

/* What was read: bytes are lent by it. Zeroed at first. */
struct att_enrolment {
	struct att_tpm_endorsement endorsement; /* of a host */
	struct att_bytes credential;		/* of a registry */
	struct att_bytes secret;
	struct att_bytes aik_name;
	uint8_t *owned[ATT_ENROLMENT_FIELDS];
	size_t count;
};

/*
 * Reads such a file; path may be "-". att_enrolment_reset() on every path. The
 * errors of att_file_read_any(); ATT_ERR_JWS_MALFORMED for what is no JSON or
 * lacks something; NO_MEMORY.
 */
enum att_err att_enrolment_read_request(const char *path,
    struct att_enrolment *enrolment, struct att_reason *why) ATT_MUST_USE;
enum att_err att_enrolment_read_challenge(const char *path,
    struct att_enrolment *enrolment, struct att_reason *why) ATT_MUST_USE;
void att_enrolment_reset(struct att_enrolment *enrolment);

/* Fresh objects; NULL without memory. */
json_t *att_enrolment_make_request(
    const struct att_tpm_endorsement *endorsement);
json_t *att_enrolment_make_challenge(struct att_bytes credential,
    struct att_bytes secret, struct att_bytes aik_name);

/*
 * Replaces the file path, atomically; it gets that mode. ATT_ERR_FILE_*,
 * SYSTEM, NO_MEMORY.
 */
enum att_err att_enrolment_save(const char *path, struct att_bytes content,
    mode_t mode, struct att_reason *why) ATT_MUST_USE;

/* The same of root, which is let go; to standard output for path NULL. */
enum att_err att_enrolment_write(
    json_t *root, const char *path, struct att_reason *why) ATT_MUST_USE;

#endif
