/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configured anchors and intermediates, one by one, and how many stored
 * credentials rest on each: what "attestctl roots" shows and changes.
 */
#ifndef ATT_ATTESTCTL_INVENTORY_H
#define ATT_ATTESTCTL_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "attestctl/out.h"
#include "base/hex.h"
#include "conf/options.h"
#include "trust/anchors.h"
#include "trust/certificate.h"
#include "trust/fitness.h"

/* Room for every identifier. */
#define ATT_ID_TEXT_SIZE ATT_HEX_TEXT_SIZE(ATT_SHA256_LEN)

struct att_inventory_item {
	enum att_anchor_role role;
	const char *file; /* its path; lent by the set, as is name */
	const char *name; /* the last component of that */
	size_t line;	  /* where it begins there */
	struct att_bytes der;
	uint8_t sha256[ATT_SHA256_LEN];

	struct att_certificate *cert; /* NULL: malformed, as why says */
	struct att_reason why;
	uint8_t key_sha256[ATT_SHA256_LEN]; /* of SubjectPublicKeyInfo */
	uint8_t key_id[ATT_KEY_ID_LEN];	    /* as in FIDO metadata */
	bool has_doubt[ATT_FITNESS_COUNT];

	bool is_selected;
	size_t credentials; /* accepted now, with this on their path */
};

struct att_inventory {
	struct att_inventory_item *items; /* in the order of the set */
	size_t count;
	time_t now;
};

/*
 * Looks at each certificate of a set, which has to outlive the inventory and
 * not to change. The caller resets it. ATT_ERR_NO_MEMORY, ATT_ERR_CRYPTO.
 */
enum att_err att_inventory_make(const struct att_anchors *anchors,
    struct att_inventory *inventory, struct att_reason *why) ATT_MUST_USE;
void att_inventory_reset(struct att_inventory *inventory);

/* What is wrong with an item whose has_doubt is set, in words. */
void att_inventory_explain(const struct att_inventory *inventory, size_t index,
    enum att_fitness doubt, struct att_reason *why);

/* "anchor", "intermediate". Static. */
const char *att_inventory_role_name(enum att_anchor_role role);

/* Calls fn for each item on the path of an accepted credential. */
void att_inventory_follow(struct att_inventory *inventory,
    const struct att_anchor *anchor,
    void (*fn)(void *arg, struct att_inventory_item *item), void *arg);

/*
 * Selects what a person means: every certificate of FILE (a path, or the name
 * of a file), the one at FILE:LINE, or the one whose SHA-256 or key identifier
 * begins with at least 8 hexadecimal digits (colons may stand between them).
 * ATT_ERR_ROOTS_NOT_FOUND, also when several are meant; ATT_ERR_NO_MEMORY.
 */
enum att_err att_inventory_select(struct att_inventory *inventory,
    const char *word, struct att_reason *why) ATT_MUST_USE;

/* A fresh JSON object of all that is known of an item, or NULL. */
json_t *att_inventory_json(const struct att_inventory *inventory, size_t index);

#endif
