/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificates that a JWS brings along: RFC 7515 section 4.1.6. */
#ifndef ATT_TRUST_X5C_H
#define ATT_TRUST_X5C_H

#include <stddef.h>

#include "base/err.h"
#include "codec/jws.h"
#include "trust/certificate.h"

/* That of the key which signed first. Zeroed at first; owns them. */
struct att_x5c {
	struct att_certificate *list[ATT_JWS_X5C_MAX];
	size_t count;
};

/*
 * Decodes all of them. Reset it in any case. What is wrong is told with
 * "x5c[0]" before it. ATT_ERR_CERTIFICATE_MALFORMED, ATT_ERR_NO_MEMORY.
 */
enum att_err att_x5c_decode(const struct att_jws *jws, struct att_x5c *x5c,
    struct att_reason *why) ATT_MUST_USE;

/* Frees them and zeroes it. */
void att_x5c_reset(struct att_x5c *x5c);

#endif
