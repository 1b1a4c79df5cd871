/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing one part of an attestation object. */
#include <stdlib.h>
#include <string.h>

#include "attestation/object.h"
#include "base/buf.h"
#include "mutate_object.h"

enum {
	LIMIT = 1 << 16,
	HASH_LEN = 32,
	BEFORE_ID = 37 + 16, /* in authenticator data */
};

/* One mutation under way. */
struct draft {
	uint8_t *data; /* the input, room for max_size bytes */
	size_t size;
	size_t max_size;
	unsigned int seed;
	struct att_object object;
};

static void
put(struct att_buf *out, const void *ptr, size_t len)
{
	if (att_buf_put(out, ptr, len) != ATT_OK)
		abort();
}

static unsigned int
choose(struct draft *d, size_t count)
{
	d->seed = d->seed * 1103515245u + 12345u;
	return (d->seed >> 16) % (unsigned int)count;
}

/* The head of a string of a type as long as that. */
static void
put_head(struct att_buf *out, uint8_t major, size_t len)
{
	uint8_t head[3] = { (uint8_t)(major | 25), (uint8_t)(len >> 8),
		(uint8_t)len };

	if (len < 24)
		put(out, (uint8_t[]){ (uint8_t)(major | len) }, 1);
	else if (len < 256)
		put(out, (uint8_t[]){ (uint8_t)(major | 24), (uint8_t)len }, 2);
	else
		put(out, head, 3);
}

/* The input with an item of the object encoded anew. */
static size_t
replace(struct draft *d, struct att_bytes old, const struct att_buf *new)
{
	size_t at = (size_t)(old.ptr - d->data);
	size_t rest = d->size - at - old.len;

	if (d->size - old.len + new->len > d->max_size)
		return d->size;
	memmove(d->data + at + new->len, d->data + at + old.len, rest);
	memcpy(d->data + at, new->ptr, new->len);
	return at + new->len + rest;
}

/* A copy of bytes, changed by the fuzzer, at the end of out. */
static void
put_changed(struct att_buf *out, struct att_bytes bytes)
{
	uint8_t copy[LIMIT];
	size_t len = bytes.len < LIMIT / 2 ? bytes.len : LIMIT / 2;

	memcpy(copy, bytes.ptr, len);
	len = LLVMFuzzerMutate(copy, len, len + 64);
	put(out, copy, len);
}

/* --- Authenticator data ------------------------------------------------- */

/* Extension outputs that authenticators send, right and wrong. */
static const struct {
	const char *cbor;
	size_t len;
} extensions[] = {
	{ "\xa0", 1 },
	{ "\xa1\x6bhmac-secret\xf5", 14 },
	{ "\xa1\x6bhmac-secret\xf4", 14 },
	{ "\xa1\x6b"
	  "credProtect\x02",
	    14 },
	{ "\xa1\x6b"
	  "credProtect\x62"
	  "no",
	    16 },
	{ "\xa1\x68"
	  "credBlob\xf5",
	    11 },
	{ "\xa1\x6cminPinLength\x04", 15 },
	{ "\xa2\x63uvm\x80\x6bhmac-secret\xf5", 19 },
	{ "\xa1\x63uvm\x81\x83\x02\x04\x02", 10 },
};

static void
put_extended(struct draft *d, struct att_bytes data, struct att_buf *out)
{
	size_t i = choose(d, sizeof(extensions) / sizeof(extensions[0]));
	size_t start = out->len;

	put(out, data.ptr, data.len);
	out->ptr[start + 32] |= 0x80;
	put(out, extensions[i].cbor, extensions[i].len);
}

/* Another credential ID, with its length before it. */
static void
put_other_id(struct draft *d, struct att_bytes data, struct att_buf *out)
{
	size_t id = (size_t)data.ptr[BEFORE_ID] << 8 | data.ptr[BEFORE_ID + 1];
	size_t after = BEFORE_ID + 2 + id, len = choose(d, 1100);

	if (after > data.len) {
		put(out, data.ptr, data.len);
		return;
	}
	put(out, data.ptr, BEFORE_ID);
	put(out, (uint8_t[]){ (uint8_t)(len >> 8), (uint8_t)len }, 2);
	for (size_t i = 0; i < len; i++)
		put(out, (uint8_t[]){ (uint8_t)choose(d, 256) }, 1);
	put(out, data.ptr + after, data.len - after);
}

static size_t
change_auth_data(struct draft *d)
{
	struct att_bytes data = d->object.auth_data;
	size_t head = data.len < 24 ? 1 : data.len < 256 ? 2 : 3;
	struct att_buf value, item;
	size_t size, fixed;

	att_buf_init(&value, 2 * LIMIT);
	att_buf_init(&item, 2 * LIMIT);
	if (data.len < BEFORE_ID + 2) {
		put_changed(&value, data);
	} else {
		switch (choose(d, 6)) {
		case 0:
			put_extended(d, data, &value);
			break;
		case 1:
			put_other_id(d, data, &value);
			break;
		case 2: /* flags */
			put(&value, data.ptr, data.len);
			value.ptr[32] ^= (uint8_t)(1U << choose(d, 8));
			break;
		case 3: /* counter and AAGUID */
			put(&value, data.ptr, data.len);
			for (size_t i = 33; i < BEFORE_ID; i++)
				value.ptr[i] = (uint8_t)choose(d, 256);
			break;
		default: /* from somewhere behind the RP ID on */
			fixed = 32 + choose(d, data.len - 32);
			put(&value, data.ptr, fixed);
			put_changed(&value,
			    att_bytes(data.ptr + fixed, data.len - fixed));
			break;
		}
	}
	put_head(&item, 0x40, value.len);
	put(&item, value.ptr, value.len);
	size = replace(d, att_bytes(data.ptr - head, data.len + head), &item);
	att_buf_reset(&value);
	att_buf_reset(&item);
	return size;
}

/* --- The rest ----------------------------------------------------------- */

static size_t
change_algorithm(struct draft *d, const struct att_cbor_item *item)
{
	/* As CBOR, from ES256 to RS1, and some that nobody has. */
	static const char *const algorithms[] = { "\x26", "\x27", "\x38\x22",
		"\x38\x23", "\x38\x2e", "\x39\x01", "\x38\x24", "\x28", "\x32",
		"\x38\x34", "\x07" };
	const char *code =
	    algorithms[choose(d, sizeof(algorithms) / sizeof(algorithms[0]))];
	struct att_buf out;
	size_t size;

	att_buf_init(&out, 16);
	put(&out, code, strlen(code));
	if (code[0] == 0x39) /* RS256 */
		put(&out, "\0", 1);
	size = replace(d, item->encoded, &out);
	att_buf_reset(&out);
	return size;
}

/* Some string or number of the statement or the format. */
static size_t
change_item(struct draft *d)
{
	const struct att_cbor_item *item =
	    &d->object.doc.items[choose(d, d->object.doc.count)];
	struct att_buf value, out;
	size_t size = d->size;

	if (item->type == ATT_CBOR_UINT || item->type == ATT_CBOR_NEGINT)
		return change_algorithm(d, item);
	if (item->type != ATT_CBOR_BYTES && item->type != ATT_CBOR_TEXT)
		return LLVMFuzzerMutate(d->data, d->size, d->max_size);
	att_buf_init(&value, 2 * LIMIT);
	att_buf_init(&out, 2 * LIMIT);
	put_changed(&value, item->value);
	put_head(&out, item->encoded.ptr[0] & 0xe0, value.len);
	put(&out, value.ptr, value.len);
	size = replace(d, item->encoded, &out);
	att_buf_reset(&value);
	att_buf_reset(&out);
	return size;
}

size_t
LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	struct draft *d = calloc(1, sizeof(*d));
	struct att_reason why;

	if (d == NULL)
		abort();
	*d = (struct draft){
		.data = data, .size = size, .max_size = max_size, .seed = seed
	};
	if (size <= HASH_LEN || size > LIMIT / 2 || choose(d, 8) == 0 ||
	    att_object_parse(att_bytes(data + HASH_LEN, size - HASH_LEN),
		ATT_CBOR_ANY_ORDER, &d->object, &why) != ATT_OK)
		size = LLVMFuzzerMutate(data, size, max_size);
	else if (choose(d, 2) == 0)
		size = change_auth_data(d);
	else
		size = change_item(d);
	free(d);
	return size;
}
