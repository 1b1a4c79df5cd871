/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict CBOR on libcbor's streaming decoder: the canonical form of CTAP2 (CTAP
 * 2.1 section 8), as WebAuthn Level 3 section 2.4 asks of who decodes.
 */
#include <string.h>

#include <cbor.h>

#include "base/utf8.h"
#include "codec/cbor.h"

struct reader {
	struct att_bytes in;
	size_t pos;
	enum att_cbor_order order;
	struct att_cbor *doc;
	struct att_reason *why;
};

/* What libcbor reported about one head. */
struct head {
	enum att_cbor_type type;
	uint64_t number; /* or the length of a string */
	const uint8_t *value;
	const char *forbidden; /* NULL, or what it is */
	bool is_open;	       /* a container that ends at a break */
};

/* The number of a container until its break is found. */
#define OPEN UINT64_MAX
enum {
	BREAK = 0xff
};

static enum att_err read_item(struct reader *r, unsigned int depth);

static void
set_number(void *head, enum att_cbor_type type, uint64_t number)
{
	struct head *h = head;

	h->type = type;
	h->number = number;
}

static void
set_forbidden(void *head, const char *what)
{
	struct head *h = head;

	h->forbidden = what;
}

static void
on_uint8(void *head, uint8_t v)
{
	set_number(head, ATT_CBOR_UINT, v);
}

static void
on_uint16(void *head, uint16_t v)
{
	set_number(head, ATT_CBOR_UINT, v);
}

static void
on_uint32(void *head, uint32_t v)
{
	set_number(head, ATT_CBOR_UINT, v);
}

static void
on_uint64(void *head, uint64_t v)
{
	set_number(head, ATT_CBOR_UINT, v);
}

static void
on_negint8(void *head, uint8_t v)
{
	set_number(head, ATT_CBOR_NEGINT, v);
}

static void
on_negint16(void *head, uint16_t v)
{
	set_number(head, ATT_CBOR_NEGINT, v);
}

static void
on_negint32(void *head, uint32_t v)
{
	set_number(head, ATT_CBOR_NEGINT, v);
}

static void
on_negint64(void *head, uint64_t v)
{
	set_number(head, ATT_CBOR_NEGINT, v);
}

static void
on_bytes(void *head, cbor_data ptr, size_t len)
{
	struct head *h = head;

	set_number(h, ATT_CBOR_BYTES, len);
	h->value = ptr;
}

static void
on_text(void *head, cbor_data ptr, size_t len)
{
	struct head *h = head;

	set_number(h, ATT_CBOR_TEXT, len);
	h->value = ptr;
}

static void
on_array(void *head, size_t count)
{
	set_number(head, ATT_CBOR_ARRAY, count);
}

static void
on_map(void *head, size_t count)
{
	set_number(head, ATT_CBOR_MAP, count);
}

static void
on_simple(void *head)
{
	set_number(head, ATT_CBOR_SIMPLE, 0);
}

static void
on_bool(void *head, bool v)
{
	(void)v;
	on_simple(head);
}

static void
on_float(void *head, float v)
{
	(void)v;
	set_number(head, ATT_CBOR_FLOAT, 0);
}

static void
on_double(void *head, double v)
{
	(void)v;
	set_number(head, ATT_CBOR_FLOAT, 0);
}

static void
on_indefinite(void *head)
{
	set_forbidden(head, "an indefinite length");
}

static void
on_open_array(void *head)
{
	struct head *h = head;

	set_number(h, ATT_CBOR_ARRAY, OPEN);
	h->is_open = true;
}

static void
on_open_map(void *head)
{
	struct head *h = head;

	set_number(h, ATT_CBOR_MAP, OPEN);
	h->is_open = true;
}

static void
on_break(void *head)
{
	set_forbidden(head, "a break");
}

static void
on_tag(void *head, uint64_t v)
{
	(void)v;
	set_forbidden(head, "a tag");
}

static const struct cbor_callbacks callbacks = {
	.uint8 = on_uint8,
	.uint16 = on_uint16,
	.uint32 = on_uint32,
	.uint64 = on_uint64,
	.negint64 = on_negint64,
	.negint32 = on_negint32,
	.negint16 = on_negint16,
	.negint8 = on_negint8,
	.byte_string_start = on_indefinite,
	.byte_string = on_bytes,
	.string = on_text,
	.string_start = on_indefinite,
	.indef_array_start = on_open_array,
	.array_start = on_array,
	.indef_map_start = on_open_map,
	.map_start = on_map,
	.tag = on_tag,
	.float2 = on_float,
	.float4 = on_float,
	.float8 = on_double,
	.undefined = on_simple,
	.null = on_simple,
	.boolean = on_bool,
	.indef_break = on_break,
};

static size_t
shortest_head(uint64_t number)
{
	if (number < 24)
		return 1;
	if (number <= UINT8_MAX)
		return 2;
	if (number <= UINT16_MAX)
		return 3;
	return number <= UINT32_MAX ? 5 : 9;
}

static enum att_err
read_head(struct reader *r, struct head *h)
{
	struct cbor_decoder_result res;
	size_t len;

	*h = (struct head){ 0 };
	res = cbor_stream_decode(
	    r->in.ptr + r->pos, r->in.len - r->pos, &callbacks, h);
	if (res.status == CBOR_DECODER_NEDATA)
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "CBOR ends in the middle of an item, at byte %zu", r->pos);
	if (res.status != CBOR_DECODER_FINISHED)
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "no CBOR item at byte %zu", r->pos);
	if (h->is_open && r->order == ATT_CBOR_CANONICAL_ORDER)
		on_indefinite(h);
	if (h->forbidden != NULL)
		return att_refuse(r->why, ATT_ERR_CBOR_NOT_CANONICAL,
		    "CBOR has %s at byte %zu", h->forbidden, r->pos);
	len = res.read;
	if (h->value != NULL)
		len -= (size_t)h->number;
	if (h->type < ATT_CBOR_SIMPLE && !h->is_open &&
	    len != shortest_head(h->number))
		return att_refuse(r->why, ATT_ERR_CBOR_NOT_CANONICAL,
		    "CBOR number not in its shortest form at byte %zu", r->pos);
	r->pos += res.read;
	return ATT_OK;
}

/* CTAP2: by major type, then by length, then by bytes. */
static int
compare_keys(struct att_bytes a, struct att_bytes b)
{
	if (a.ptr[0] >> 5 != b.ptr[0] >> 5)
		return a.ptr[0] >> 5 < b.ptr[0] >> 5 ? -1 : 1;
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return memcmp(a.ptr, b.ptr, a.len);
}

static bool
is_key_seen(const struct reader *r, size_t map, size_t key)
{
	const struct att_cbor_item *items = r->doc->items;

	for (size_t i = map + 1; i < key; i = items[items[i].next].next) {
		if (compare_keys(items[i].encoded, items[key].encoded) == 0)
			return true;
	}
	return false;
}

static enum att_err
check_key(struct reader *r, size_t map, size_t previous, size_t key)
{
	const struct att_cbor_item *items = r->doc->items;
	size_t at = (size_t)(items[key].encoded.ptr - r->in.ptr);

	if (items[key].type != ATT_CBOR_UINT &&
	    items[key].type != ATT_CBOR_NEGINT &&
	    items[key].type != ATT_CBOR_TEXT)
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "CBOR map key at byte %zu is neither a number nor text",
		    at);
	if (previous == map)
		return ATT_OK;
	if (is_key_seen(r, map, key))
		return att_refuse(r->why, ATT_ERR_CBOR_DUPLICATE_KEY,
		    "CBOR map has the key at byte %zu twice", at);
	if (r->order == ATT_CBOR_CANONICAL_ORDER &&
	    compare_keys(items[previous].encoded, items[key].encoded) > 0)
		return att_refuse(r->why, ATT_ERR_CBOR_KEY_ORDER,
		    "CBOR map key at byte %zu is not in canonical order", at);
	return ATT_OK;
}

/* Is there another child after the first count? Sets the number at a break. */
static bool
has_child(struct reader *r, size_t container, uint64_t count)
{
	struct att_cbor_item *item = &r->doc->items[container];

	if (item->number != OPEN)
		return count < item->number;
	if (r->pos == r->in.len || r->in.ptr[r->pos] != BREAK)
		return true;
	r->pos++;
	item->number = count;
	return false;
}

static enum att_err
read_map(struct reader *r, size_t map, unsigned int depth)
{
	size_t previous = map, key;
	enum att_err err;

	for (uint64_t i = 0; has_child(r, map, i); i++) {
		key = r->doc->count;
		if ((err = read_item(r, depth)) != ATT_OK ||
		    (err = check_key(r, map, previous, key)) != ATT_OK ||
		    (err = read_item(r, depth)) != ATT_OK)
			return err;
		previous = key;
	}
	return ATT_OK;
}

static enum att_err
read_array(struct reader *r, size_t array, unsigned int depth)
{
	enum att_err err;

	for (uint64_t i = 0; has_child(r, array, i); i++) {
		if ((err = read_item(r, depth)) != ATT_OK)
			return err;
	}
	return ATT_OK;
}

static enum att_err
read_children(
    struct reader *r, size_t container, bool is_open, unsigned int depth)
{
	const struct att_cbor_item *item = &r->doc->items[container];

	if (item->type != ATT_CBOR_ARRAY && item->type != ATT_CBOR_MAP)
		return ATT_OK;
	if (depth == ATT_CBOR_DEPTH_MAX)
		return att_refuse(r->why, ATT_ERR_CBOR_DEPTH,
		    "CBOR is nested more than %d deep", ATT_CBOR_DEPTH_MAX);
	/* Each child takes a byte: a claim that cannot be met ends here. */
	if (!is_open && item->number > r->in.len - r->pos)
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "CBOR claims %ju elements in %zu bytes",
		    (uintmax_t)item->number, r->in.len - r->pos);
	if (item->type == ATT_CBOR_ARRAY)
		return read_array(r, container, depth + 1);
	return read_map(r, container, depth + 1);
}

static enum att_err
read_item(struct reader *r, unsigned int depth)
{
	size_t index = r->doc->count, start = r->pos;
	struct att_cbor_item *item;
	enum att_err err;
	struct head h;

	if (index == ATT_CBOR_ITEMS_MAX)
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "CBOR has more than %d items", ATT_CBOR_ITEMS_MAX);
	if ((err = read_head(r, &h)) != ATT_OK)
		return err;
	item = &r->doc->items[r->doc->count++];
	item->type = h.type;
	item->number = h.number;
	item->value = att_bytes(NULL, 0);
	if (h.type == ATT_CBOR_BYTES || h.type == ATT_CBOR_TEXT)
		item->value = att_bytes(h.value, (size_t)h.number);
	if (h.type == ATT_CBOR_TEXT && !att_utf8_is_valid(item->value))
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "CBOR text at byte %zu is not UTF-8", start);
	if ((err = read_children(r, index, h.is_open, depth)) != ATT_OK)
		return err;
	item->encoded = att_bytes(r->in.ptr + start, r->pos - start);
	item->next = (unsigned int)r->doc->count;
	return ATT_OK;
}

static enum att_err
read_document(struct reader *r)
{
	r->doc->count = 0;
	if (r->in.len == 0)
		return att_refuse(r->why, ATT_ERR_CBOR_MALFORMED,
		    "no bytes where CBOR should be");
	return read_item(r, 0);
}

enum att_err
att_cbor_read(struct att_bytes in, enum att_cbor_order order,
    struct att_cbor *doc, struct att_reason *why)
{
	struct reader r = { .in = in, .order = order, .doc = doc, .why = why };
	enum att_err err;

	if ((err = read_document(&r)) != ATT_OK)
		return err;
	if (r.pos != in.len)
		return att_refuse(why, ATT_ERR_CBOR_TRAILING,
		    "%zu bytes are left over after the CBOR item",
		    in.len - r.pos);
	return ATT_OK;
}

enum att_err
att_cbor_read_first(
    struct att_bytes in, struct att_cbor *doc, struct att_reason *why)
{
	struct reader r = {
		.in = in,
		.order = ATT_CBOR_CANONICAL_ORDER,
		.doc = doc,
		.why = why,
	};

	return read_document(&r);
}
