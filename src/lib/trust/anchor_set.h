/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The inside of struct att_anchors, shared by the code that fills it
 * (anchors.c) and the code that searches it (path.c), and by nobody else.
 */
#ifndef ATT_TRUST_ANCHOR_SET_H
#define ATT_TRUST_ANCHOR_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/bytes.h"
#include "base/err.h"
#include "trust/anchors.h"
#include "trust/der.h"

enum {
	ATT_ANCHORS_MAX = 4096
};

struct att_anchor_entry {
	enum att_anchor_role role;
	char *shown;	 /* file it came from */
	size_t line;	 /* where its block begins, from 1; 0: it was DER */
	size_t end_line; /* where its block ends */
	uint8_t *ptr;	 /* owned DER */
	size_t len;
	struct att_der_certificate parts; /* lent by ptr */
	struct att_certificate *cert;	  /* decoded at first need, or NULL */
	X509_NAME *name;		  /* likewise */
};

struct att_anchors {
	struct att_anchor_entry *entries;
	size_t count;
	size_t size;
	struct att_status_list *statuses; /* NULL: none */
	uint64_t generation; /* another one whenever the entries change */
	struct att_memory *memory;
};

/*
 * The certificate of an entry, lent by it. It is remembered, which changes
 * nothing that the const of the set promises. ATT_ERR_ROOTS_INVALID naming
 * the file, ATT_ERR_NO_MEMORY.
 */
enum att_err att_anchor_entry_get_cert(struct att_anchor_entry *entry,
    struct att_certificate **certp, struct att_reason *why) ATT_MUST_USE;

/*
 * Is name the subject of the entry? Byte for byte when exact, which is what
 * nearly every issuer writes and costs nothing; otherwise as RFC 5280 section
 * 7.1 compares names (letter case, blanks, string types), true only when the
 * bytes differ. ATT_ERR_ROOTS_INVALID when the entry's name is malformed.
 */
enum att_err att_anchor_entry_is_named(struct att_anchor_entry *entry,
    const X509_NAME *name, bool exact, bool *is_named,
    struct att_reason *why) ATT_MUST_USE;

/* Has the certificate the subject and the public key of the entry? */
bool att_anchor_entry_is_holder(
    struct att_anchor_entry *entry, const struct att_certificate *cert);

#endif
