/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the administrator trusts to vouch for authenticators, and the path
 * from an attestation certificate to it (RFC 5280 section 6.1 without
 * certificate policies and revocation).
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

#include "base/bytes.h"
#include "base/err.h"
#include "trust/certificate.h"

struct att_anchors;
struct att_memory;
struct att_chain;

enum att_err att_anchors_new(struct att_anchors **anchorsp) ATT_MUST_USE;
void att_anchors_free(struct att_anchors **anchorsp);

/*
 * Has the set remember the last x5c that it saw, that many at most, with the
 * paths that were found (trust/memory.h); what it remembered is forgotten. 0,
 * as at first: none. For whoever judges many registrations, in one thread.
 * ATT_ERR_NO_MEMORY.
 */
enum att_err att_anchors_remember(
    struct att_anchors *anchors, size_t chains) ATT_MUST_USE;

/* The memory, never NULL for a set; NULL for NULL. Lent. */
struct att_memory *att_anchors_get_memory(const struct att_anchors *anchors);

/*
 * Adds every certificate of a PEM file, or of the *.pem files in a folder
 * (sorted by name; hidden ones are left out), as anchors or as intermediates;
 * and the status list of the folder, see below.
 * Besides certificates a file may have empty lines and lines beginning with
 * "#"; a file with anything else, or with no certificate, is refused as a
 * whole and named.
 *
 * strict: the folder and the files have to be ours (base/file.h), and a
 * missing path is an empty folder: this is for what the configuration names.
 * Otherwise, for what a person names on a command line, any owner will do and
 * a missing path is ATT_ERR_FILE_NOT_FOUND.
 *
 * Certificates are looked through for subject and key, and decoded only when
 * a path may need them. After a failure the set is good for freeing only.
 * ATT_ERR_FILE_*, ATT_ERR_ROOTS_INVALID, ATT_ERR_NO_MEMORY.
 */
enum att_anchor_role {
	ATT_ROLE_ANCHOR,
	ATT_ROLE_INTERMEDIATE
};
enum att_err att_anchors_load(struct att_anchors *anchors,
    enum att_anchor_role role, const char *path, bool strict,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Adds the certificates of PEM text; shown is the name for messages.
 * ATT_ERR_ROOTS_INVALID, ATT_ERR_NO_MEMORY.
 */
enum att_err att_anchors_add_pem(struct att_anchors *anchors,
    enum att_anchor_role role, struct att_bytes text, const char *shown,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Adds Google's status list of Android key attestation, for which a folder
 * may have a file android-status.json, too. One at most.
 * ATT_ERR_ROOTS_INVALID, ATT_ERR_NO_MEMORY.
 */
enum att_err att_anchors_add_statuses(struct att_anchors *anchors,
    struct att_bytes text, const char *shown,
    struct att_reason *why) ATT_MUST_USE;

/*
 * What that list says of a certificate of Android: "REVOKED", "SUSPENDED", or
 * NULL. Lent.
 */
struct att_certificate;
const char *att_anchors_get_status(
    const struct att_anchors *anchors, const struct att_certificate *cert);

/*
 * Adds one certificate in DER; shown is the name for messages. Errors
 * likewise.
 */
enum att_err att_anchors_add_der(struct att_anchors *anchors,
    enum att_anchor_role role, struct att_bytes der, const char *shown,
    struct att_reason *why) ATT_MUST_USE;

/* How many anchors there are. */
size_t att_anchors_get_count(const struct att_anchors *anchors);

/*
 * One certificate of the set; what it points to is lent. Its bytes have the
 * shape of a certificate, and may be malformed all the same.
 */
struct att_anchor_item {
	enum att_anchor_role role;
	const char *shown; /* the file it came from */
	size_t line;	   /* where its block begins there; 0: it was DER */
	struct att_bytes der;
};

/* That of an index, in the order they were added; false past the end. */
bool att_anchors_get_item(const struct att_anchors *anchors, size_t index,
    struct att_anchor_item *item);

/*
 * Takes the certificate of an index out of the set; those behind it move up.
 * No path that was found with it is remembered.
 */
void att_anchors_drop(struct att_anchors *anchors, size_t index);

enum {
	ATT_HELPERS_MAX = 10
}; /* intermediates on a path */

/* The anchor a path ended at, and what it took to get there. */
struct att_anchor {
	char subject[256];  /* RFC 2253, escaped, printable */
	uint8_t sha256[32]; /* of the certificate's DER */
	bool is_of_model;   /* one of input->own */

	/* SHA-256 of the intermediates of the set that lie on the path, from
	 * the leaf up. Those that x5c brought along are not counted. */
	size_t helper_count;
	uint8_t helpers[ATT_HELPERS_MAX][32];

	/* SHA-256 of the SubjectPublicKeyInfo: of the anchor, then of each. */
	uint8_t keys[1 + ATT_HELPERS_MAX][32];

	/* Their key identifiers, likewise: att_certificate_get_key_id(). */
	uint8_t key_ids[1 + ATT_HELPERS_MAX][20];
};

/*
 * Describes the anchor or intermediate of that index, with no path to it.
 * ATT_ERR_ROOTS_INVALID, also past the end; ATT_ERR_NO_MEMORY.
 */
enum att_err att_anchors_describe(const struct att_anchors *anchors,
    size_t index, struct att_anchor *anchor,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Finds and verifies a path from x5c[0] to an anchor as of time at, using
 * only x5c[1..] and the intermediates. Every element of x5c has to lie on
 * the path, in its order, unless allow_extra; the last one may be the anchor
 * itself (same subject and key). The leaf may be an anchor, then bit by bit.
 *
 * Checked for every certificate: dates, no critical extension that is not
 * understood here (basicConstraints, keyUsage, extKeyUsage, subjectAltName,
 * nameConstraints, certificatePolicies are), names chain, signature (not by
 * MD5 or weaker). For every one above the leaf: basicConstraints CA TRUE,
 * pathLen, keyCertSign if keyUsage is there, nameConstraints, a key of at
 * least 112 bits of security. All of it holds for the anchor, too, except
 * that a version 1 anchor cannot have extensions: configuring it says that
 * it is a CA. An anchor is known by subject and public key, not by the hash
 * of the certificate, because vendors re-encode their roots.
 *
 * *anchor is filled on success only.
 * ATT_ERR_ANCHOR_UNKNOWN  no certificate has the issuer's name
 * ATT_ERR_CERTIFICATE_PATH  one has, but did not sign; or another rule above
 * ATT_ERR_CERTIFICATE_DATE, _NOT_CA, _EXTRA
 * ATT_ERR_CERTIFICATE_MALFORMED  a date or name constraint cannot be read
 * ATT_ERR_ROOTS_INVALID  a configured certificate on the way is malformed
 * ATT_ERR_CRYPTO, ATT_ERR_NO_MEMORY
 */
enum {
	ATT_X5C_MAX = 8
}; /* longer chains are ATT_ERR_CERTIFICATE_EXTRA */
struct att_path_input {
	struct att_certificate *const *x5c; /* leaf first */
	size_t count;
	time_t at;
	bool allow_extra;
	struct att_chain *chain; /* x5c in the memory of anchors, or NULL */
	/*
	 * Where the path has to end instead of at an anchor of the set, or
	 * NULL; and which anchors these are, by the SHA-256 of what they were
	 * read from. The intermediates are those of the set all the same.
	 */
	const struct att_anchors *own;
	const uint8_t *own_sha256;
};
enum att_err att_path_verify(const struct att_anchors *anchors,
    const struct att_path_input *input, struct att_anchor *anchor,
    struct att_reason *why) ATT_MUST_USE;

#endif
