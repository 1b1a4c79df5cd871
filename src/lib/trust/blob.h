/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FIDO metadata BLOBs: FIDO Metadata Service 3.1 section 3.1.7 and its
 * processing rules, section 3.2, without the download.
 */
#ifndef ATT_TRUST_BLOB_H
#define ATT_TRUST_BLOB_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"
#include "base/err.h"
#include "codec/metadata.h"
#include "trust/anchors.h"

enum {
	ATT_BLOB_MAX = 64 << 20 /* bytes of text */
};

/*
 * How a BLOB is judged. The signer has to be ATT_BLOB_SIGNER: a certificate
 * for TLS servers that names this host in its subjectAltName. Any other
 * certificate below the same root could belong to anybody, since the service
 * uses a root of the Web.
 *
 * The root of a PKI of one's own, which is_private says of roots, may also
 * have issued a certificate that has neither subjectAltName nor extKeyUsage:
 * no CA of the Web issues such.
 */
#define ATT_BLOB_SIGNER "mds.fidoalliance.org"
struct att_blob_input {
	struct att_bytes text; /* a JWS in compact form; line ends may follow */
	const struct att_anchors *roots;
	bool is_private;
	time_t at; /* certificates are judged at that time */
};

/*
 * Verifies and reads a BLOB: the form of the JWS (codec/jws.h), with "x5c" in
 * its header; the path of the certificates to a root; the signer; the
 * signature; the payload (codec/metadata.h). The caller frees *metadatap with
 * att_metadata_free().
 * ATT_ERR_JWS_MALFORMED, _ALGORITHM, ATT_ERR_CERTIFICATE_*,
 * ATT_ERR_ANCHOR_UNKNOWN, ATT_ERR_METADATA_SIGNER, ATT_ERR_METADATA_SIGNATURE,
 * ATT_ERR_METADATA_MALFORMED, ATT_ERR_RSA_SIZE, NO_MEMORY, CRYPTO.
 */
enum att_err att_blob_verify(const struct att_blob_input *input,
    struct att_metadata **metadatap, struct att_reason *why) ATT_MUST_USE;

#endif
