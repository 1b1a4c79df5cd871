/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the administrator trusts to vouch for authenticators, and the path
 * from an attestation certificate to it (attestation.md 1.12, RFC 5280 6.1
 * without policies and names constraints).
 *
 * An anchor may be a root, an intermediate or a leaf. Intermediates help to
 * build a path and vouch for nothing. The system's TLS store is never used.
 */
#ifndef ATT_TRUST_ANCHORS_H
#define ATT_TRUST_ANCHORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/err.h"

struct att_anchors;

enum att_err att_anchors_new(struct att_anchors **anchorsp) ATT_MUST_USE;
void att_anchors_free(struct att_anchors **anchorsp);

/*
 * Adds every certificate of a PEM file, or of the *.pem files in a folder
 * (sorted by name), as anchors or as intermediates. strict: the folder and
 * the files have to be ours (base/file.h); not so for what a person names on
 * a command line. A missing folder is an empty one; a file with something
 * that is not a certificate is refused as a whole and named.
 * Certificates are only decoded when a path needs them.
 * ATT_ERR_FILE_*, ATT_ERR_ROOTS_INVALID, ATT_ERR_NO_MEMORY.
 */
enum att_anchor_role { ATT_ROLE_ANCHOR, ATT_ROLE_INTERMEDIATE };
enum att_err att_anchors_load(struct att_anchors *anchors,
    enum att_anchor_role role, const char *path, bool strict,
    struct att_reason *why) ATT_MUST_USE;

/* How many anchors there are. */
size_t att_anchors_get_count(const struct att_anchors *anchors);

/* The anchor a path ended at. */
struct att_anchor {
	char subject[256];  /* RFC 2253, escaped, printable */
	uint8_t sha256[32]; /* of the certificate's DER */
};

/*
 * Finds and verifies a path from x5c[0] to an anchor as of time at, using
 * only x5c[1..] and the intermediates. Every element of x5c has to lie on
 * the path unless allow_extra. The leaf itself may be an anchor. Checked for
 * every certificate above the leaf: basicConstraints CA TRUE, pathLen,
 * keyCertSign if keyUsage is there, no unknown critical extension, names
 * chain, signature, dates (not of the anchor when it is only a key holder:
 * anchors are judged by dates too). Matching an anchor is by subject and
 * public key, not by the hash of the certificate.
 * *anchor is filled on success only.
 * ATT_ERR_CERTIFICATE_DATE, _NOT_CA, _PATH, _EXTRA, ATT_ERR_ANCHOR_UNKNOWN.
 */
struct att_path_input {
	X509 *const *x5c; /* leaf first, decoded by att_certificate_decode */
	size_t count;
	time_t at;
	bool allow_extra;
};
enum att_err att_path_verify(const struct att_anchors *anchors,
    const struct att_path_input *input, struct att_anchor *anchor,
    struct att_reason *why) ATT_MUST_USE;

#endif
