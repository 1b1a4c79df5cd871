/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Certificates in PEM text, RFC 7468 section 5, read strictly: besides
 * CERTIFICATE blocks a file may have empty lines and lines that begin with
 * "#". Anything else, a private key included, makes it a refused file.
 */
#ifndef ATT_TRUST_PEM_H
#define ATT_TRUST_PEM_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

struct att_pem {
	struct att_bytes left;	/* lent by the text */
	size_t line;		/* lines taken so far, for messages */
	struct att_bytes block; /* the lines of the last certificate, ends of
				   lines included; lent by the text */
	size_t block_line;	/* where they begin, from 1 */
};

struct att_pem att_pem(struct att_bytes text);

/*
 * Reads the next certificate's DER, not looked into; the caller frees *derp
 * with free(). At the end of the text *derp is NULL.
 * ATT_ERR_ROOTS_INVALID with the line, ATT_ERR_NO_MEMORY.
 */
enum att_err att_pem_next(struct att_pem *pem, uint8_t **derp, size_t *lenp,
    struct att_reason *why) ATT_MUST_USE;

#endif
