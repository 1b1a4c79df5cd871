/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing CTAP2 canonical CBOR and looking things up in a request. */
#include <string.h>

#include "cbor_io.h"

/* The longest item head: one byte and a 64-bit argument. */
#define HEAD_MAX 9
/* Four levels of maps and arrays (CTAP 2.1 section 8), and what they hold */
#define DEPTH_MAX 5

void
cbor_put_map(struct buf *b, size_t pairs)
{
	uint8_t head[HEAD_MAX];

	buf_put(b, head, cbor_encode_map_start(pairs, head, sizeof(head)));
}

void
cbor_put_array(struct buf *b, size_t items)
{
	uint8_t head[HEAD_MAX];

	buf_put(b, head, cbor_encode_array_start(items, head, sizeof(head)));
}

void
cbor_put_int(struct buf *b, int64_t v)
{
	uint8_t head[HEAD_MAX];
	size_t n;

	if (v >= 0)
		n = cbor_encode_uint((uint64_t)v, head, sizeof(head));
	else
		n = cbor_encode_negint((uint64_t)(-1 - v), head, sizeof(head));
	buf_put(b, head, n);
}

void
cbor_put_bool(struct buf *b, bool v)
{
	uint8_t head[HEAD_MAX];

	buf_put(b, head, cbor_encode_bool(v, head, sizeof(head)));
}

void
cbor_put_bytes(struct buf *b, const void *data, size_t len)
{
	uint8_t head[HEAD_MAX];

	buf_put(b, head, cbor_encode_bytestring_start(len, head, sizeof(head)));
	buf_put(b, data, len);
}

void
cbor_put_text(struct buf *b, const char *text)
{
	uint8_t head[HEAD_MAX];
	size_t len = strlen(text);

	buf_put(b, head, cbor_encode_string_start(len, head, sizeof(head)));
	buf_put(b, text, len);
}

/* Reads an item head; false when it is cut off or of indefinite length. */
static bool
read_head(struct view *in, uint8_t *major, uint64_t *argument)
{
	uint8_t first;
	size_t size;

	if (in->len == 0)
		return false;
	first = in->data[0];
	*major = first >> 5;
	*argument = first & 0x1f;
	in->data++;
	in->len--;
	if (*argument < 24)
		return true;
	size = (size_t)1 << (*argument - 24);
	if (*argument > 27 || in->len < size)
		return false;
	for (*argument = 0; size > 0; size--) {
		*argument = *argument << 8 | in->data[0];
		in->data++;
		in->len--;
	}
	return true;
}

/* Whether one item is there with all that it announces. Libcbor allocates
 * what a length claims before it looks for the content. */
static bool
skip_item(struct view *in, unsigned int depth)
{
	uint64_t n;
	uint8_t major;

	if (depth > DEPTH_MAX || !read_head(in, &major, &n))
		return false;
	if (major == 2 || major == 3) {
		if (n > in->len)
			return false;
		in->data += n;
		in->len -= n;
		return true;
	}
	if (major != 4 && major != 5 && major != 6)
		return true;
	if (major == 6)
		n = 1;
	if (n > in->len)
		return false;
	for (n = major == 5 ? 2 * n : n; n > 0; n--)
		if (!skip_item(in, depth + 1))
			return false;
	return true;
}

cbor_item_t *
cbor_parse_all(const uint8_t *data, size_t len)
{
	struct cbor_load_result result;
	struct view rest = { data, len };
	cbor_item_t *item;

	if (!skip_item(&rest, 1) || rest.len != 0)
		return NULL;
	item = cbor_load(data, len, &result);
	if (item != NULL && result.read != len)
		cbor_decref(&item);
	return item;
}

static cbor_item_t *
find(const cbor_item_t *map, bool (*is_key)(const cbor_item_t *, const void *),
    const void *key)
{
	struct cbor_pair *pairs;

	if (map == NULL || !cbor_isa_map(map))
		return NULL;
	pairs = cbor_map_handle(map);
	for (size_t i = 0; i < cbor_map_size(map); i++)
		if (is_key(pairs[i].key, key))
			return pairs[i].value;
	return NULL;
}

static bool
is_int_key(const cbor_item_t *item, const void *key)
{
	const int64_t *want = key;
	int64_t v;

	return cbor_read_int(item, &v) && v == *want;
}

static bool
is_text_key(const cbor_item_t *item, const void *key)
{
	return cbor_text_is(item, key);
}

cbor_item_t *
cbor_find_int(const cbor_item_t *map, int64_t key)
{
	return find(map, is_int_key, &key);
}

cbor_item_t *
cbor_find_text(const cbor_item_t *map, const char *key)
{
	return find(map, is_text_key, key);
}

bool
cbor_read_int(const cbor_item_t *item, int64_t *v)
{
	uint64_t u;

	if (item == NULL || !cbor_is_int(item))
		return false;
	u = cbor_get_int(item);
	if (u > INT64_MAX)
		return false;
	*v = cbor_isa_uint(item) ? (int64_t)u : -1 - (int64_t)u;
	return true;
}

bool
cbor_read_bool(const cbor_item_t *item, bool *v)
{
	if (item == NULL || !cbor_isa_float_ctrl(item) ||
	    cbor_float_get_width(item) != CBOR_FLOAT_0 || !cbor_is_bool(item))
		return false;
	*v = cbor_get_bool(item);
	return true;
}

bool
cbor_read_bytes(const cbor_item_t *item, struct view *v)
{
	if (item == NULL || !cbor_isa_bytestring(item) ||
	    !cbor_bytestring_is_definite(item))
		return false;
	v->data = cbor_bytestring_handle(item);
	v->len = cbor_bytestring_length(item);
	return true;
}

bool
cbor_read_text(const cbor_item_t *item, struct view *v)
{
	if (item == NULL || !cbor_isa_string(item) ||
	    !cbor_string_is_definite(item))
		return false;
	v->data = cbor_string_handle(item);
	v->len = cbor_string_length(item);
	return true;
}

bool
cbor_text_is(const cbor_item_t *item, const char *text)
{
	struct view v;

	return cbor_read_text(item, &v) && v.len == strlen(text) &&
	       memcmp(v.data, text, v.len) == 0;
}

size_t
cbor_count(const cbor_item_t *array)
{
	if (array == NULL || !cbor_isa_array(array))
		return 0;
	return cbor_array_size(array);
}

cbor_item_t *
cbor_at(const cbor_item_t *array, size_t i)
{
	return cbor_array_handle(array)[i];
}
