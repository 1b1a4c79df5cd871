/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing CTAP2 canonical CBOR and looking things up in a request. */
#ifndef SOFTKEY_CBOR_IO_H
#define SOFTKEY_CBOR_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cbor.h>

#include "buf.h"

/* Writers append one item head or item; the caller keeps the key order. */
void cbor_put_map(struct buf *b, size_t pairs);
void cbor_put_array(struct buf *b, size_t items);
void cbor_put_int(struct buf *b, int64_t v);
void cbor_put_bool(struct buf *b, bool v);
void cbor_put_bytes(struct buf *b, const void *data, size_t len);
void cbor_put_text(struct buf *b, const char *text);

/* A borrowed stretch of a request; lives as long as its item. */
struct view {
	const uint8_t *data;
	size_t len;
};

/* The whole of data as one item, or NULL. Free with cbor_decref. */
cbor_item_t *cbor_parse_all(const uint8_t *data, size_t len);

/* The value of a key, or NULL when the item is no map or has no such key. */
cbor_item_t *cbor_find_int(const cbor_item_t *map, int64_t key);
cbor_item_t *cbor_find_text(const cbor_item_t *map, const char *key);

/* Typed reads: false when the item is NULL or of another type. */
bool cbor_read_int(const cbor_item_t *item, int64_t *v);
bool cbor_read_bool(const cbor_item_t *item, bool *v);
bool cbor_read_bytes(const cbor_item_t *item, struct view *v);
bool cbor_read_text(const cbor_item_t *item, struct view *v);
bool cbor_text_is(const cbor_item_t *item, const char *text);

/* The items of a definite array; 0 when it is none. */
size_t cbor_count(const cbor_item_t *array);
cbor_item_t *cbor_at(const cbor_item_t *array, size_t i);

#endif
