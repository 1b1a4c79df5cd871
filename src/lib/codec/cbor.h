/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict CBOR: the canonical form of CTAP2 (CTAP 2.1 section 8, WebAuthn
 * Level 3 section 2.4) and nothing else.
 *
 * Refused are: integers and lengths not in their shortest form, indefinite
 * lengths, tags, map keys that are neither integers nor text or stand out of
 * order or twice, text that is not UTF-8, more than ATT_CBOR_DEPTH_MAX nested
 * containers and more than ATT_CBOR_ITEMS_MAX items. libcbor decodes each
 * head; nothing is allocated, and every slice is lent by the input.
 */
#ifndef ATT_CODEC_CBOR_H
#define ATT_CODEC_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_CBOR_DEPTH_MAX = 8,
	ATT_CBOR_ITEMS_MAX = 256
};

enum att_cbor_type {
	ATT_CBOR_UINT,
	ATT_CBOR_NEGINT,
	ATT_CBOR_BYTES,
	ATT_CBOR_TEXT,
	ATT_CBOR_ARRAY,
	ATT_CBOR_MAP,
	ATT_CBOR_SIMPLE, /* false, true, null, undefined */
	ATT_CBOR_FLOAT,
	/* Only in schemas: either sign of integer, or whatever stands there. */
	ATT_CBOR_INT,
	ATT_CBOR_ANY,
};

/*
 * One data item. number is the value of a UINT, n of a NEGINT (which is
 * -1 - n), the elements of an ARRAY or the pairs of a MAP. The children of a
 * container follow it; next is the index of what follows all of them.
 */
struct att_cbor_item {
	enum att_cbor_type type;
	unsigned int next;
	uint64_t number;
	struct att_bytes encoded; /* head, content and children */
	struct att_bytes value;	  /* content of BYTES and TEXT */
};

/* A document: items[0] is the outermost one. Too large to copy about. */
struct att_cbor {
	size_t count;
	struct att_cbor_item items[ATT_CBOR_ITEMS_MAX];
};

/*
 * In any order: the keys of maps may stand in any, and maps and arrays may
 * have an indefinite length. Duplicates and all the rest are refused still.
 */
enum att_cbor_order {
	ATT_CBOR_CANONICAL_ORDER,
	ATT_CBOR_ANY_ORDER
};

/*
 * Reads one item that has to fill the whole input.
 * ATT_ERR_CBOR_MALFORMED, _NOT_CANONICAL, _KEY_ORDER, _DUPLICATE_KEY, _DEPTH,
 * _TRAILING; *why says at which byte. doc is unusable on an error.
 */
enum att_err att_cbor_read(struct att_bytes in, enum att_cbor_order order,
    struct att_cbor *doc, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads the item at the start of the input, always in canonical order;
 * doc->items[0].encoded.len says where it ends. Errors as above.
 */
enum att_err att_cbor_read_first(struct att_bytes in, struct att_cbor *doc,
    struct att_reason *why) ATT_MUST_USE;

/* The first child of a container that has one (number > 0). Lent by doc. */
const struct att_cbor_item *att_cbor_get_first(
    const struct att_cbor_item *container);

/*
 * The sibling after item; only while the container has one left. Lent by doc.
 */
const struct att_cbor_item *att_cbor_get_next(
    const struct att_cbor *doc, const struct att_cbor_item *item);

/* The value of a UINT or NEGINT; false when it is neither or out of range. */
bool att_cbor_get_int(const struct att_cbor_item *item, int64_t *out);

bool att_cbor_is_text(const struct att_cbor_item *item, const char *text);

/* One key that a map may have: text, or number where text is NULL. */
struct att_cbor_field {
	const char *text;
	int64_t number;
	enum att_cbor_type type; /* of the value */
	bool is_optional;
};

/* All keys that a map may have; err and what are for the refusal. */
struct att_cbor_schema {
	const char *what; /* "attestation object" */
	enum att_err err;
	size_t count;
	const struct att_cbor_field *fields;
};

/*
 * Finds the values of a map: values[i] is that of schema->fields[i], NULL
 * for an optional one that is absent. schema->err when map is no map, lacks
 * a field, has a value of another type, or any other key.
 */
enum att_err att_cbor_get_fields(const struct att_cbor *doc,
    const struct att_cbor_item *map, const struct att_cbor_schema *schema,
    const struct att_cbor_item **values, struct att_reason *why) ATT_MUST_USE;

/* The value under an integer key; NULL if map is no map or has none. */
const struct att_cbor_item *att_cbor_find_number(const struct att_cbor *doc,
    const struct att_cbor_item *map, int64_t number);

#endif
