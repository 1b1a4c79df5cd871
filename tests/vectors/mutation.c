/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing registrations by one small step. */
#include <stdlib.h>
#include <string.h>

#include "attestation/object.h"
#include "base/buf.h"
#include "mutation.h"

enum {
	LIMIT = 1 << 20,
	COSE_KEY_AFTER_ID = 37 + 16 + 2,
	BREAK = 0xff
};

struct engine {
	const struct att_evidence *original;
	struct att_object object;
	const struct att_cbor_item *auth_data; /* its item in the object */
	size_t stride;
	mutation_fn *apply;
	void *context;
};

const char *
mutation_kind_name(enum mutation_kind kind)
{
	static const char *const names[] = { "flip", "truncate", "append",
		"duplicate", "remove", "swap", "long head", "indefinite" };

	return names[kind];
}

/* --- CBOR by hand: what no encoder of ours would write ------------------ */

static void
put(struct att_buf *out, const void *ptr, size_t len)
{
	if (att_buf_put(out, ptr, len) != ATT_OK)
		abort();
}

/* How many bytes of a head follow its first: the shortest form. */
static size_t
shortest_width(uint64_t number)
{
	if (number < 24)
		return 0;
	if (number <= UINT8_MAX)
		return 1;
	if (number <= UINT16_MAX)
		return 2;
	return number <= UINT32_MAX ? 4 : 8;
}

/* width is 0, 1, 2, 4 or 8; major as it stands in a head. */
static void
put_head(struct att_buf *out, uint8_t major, uint64_t number, size_t width)
{
	static const uint8_t codes[] = {
		[1] = 24, [2] = 25, [4] = 26, [8] = 27
	};
	uint8_t head[9];

	head[0] = (uint8_t)(major | (width == 0 ? number : codes[width]));
	for (size_t i = 0; i < width; i++)
		head[1 + i] = (uint8_t)(number >> 8 * (width - 1 - i));
	put(out, head, 1 + width);
}

static uint8_t
major_of(const struct att_cbor_item *item)
{
	return item->encoded.ptr[0] & 0xe0;
}

static bool
is_string(const struct att_cbor_item *item)
{
	return item->type == ATT_CBOR_BYTES || item->type == ATT_CBOR_TEXT;
}

static bool
is_container(const struct att_cbor_item *item)
{
	return item->type == ATT_CBOR_ARRAY || item->type == ATT_CBOR_MAP;
}

/* As the option cbor_key_order = any takes it. */
static bool
is_open(const struct att_cbor_item *item)
{
	return (item->encoded.ptr[0] & 0x1f) == 0x1f;
}

static uint64_t
number_of(const struct att_cbor_item *item)
{
	return is_string(item) ? item->value.len : item->number;
}

/* --- Handing out -------------------------------------------------------- */

static void
hand_out(const struct engine *e, struct mutation *m, struct att_buf *object)
{
	m->evidence.attestation_object = att_buf_get(object);
	e->apply(m, e->context);
}

static void
put_replaced(struct att_buf *out, struct att_bytes whole, struct att_bytes old,
    struct att_bytes new)
{
	const uint8_t *end = whole.ptr + whole.len;

	put(out, whole.ptr, (size_t)(old.ptr - whole.ptr));
	put(out, new.ptr, new.len);
	put(out, old.ptr + old.len, (size_t)(end - old.ptr) - old.len);
}

static bool
is_within(struct att_bytes part, struct att_bytes whole)
{
	return part.ptr >= whole.ptr &&
	       part.ptr + part.len <= whole.ptr + whole.len;
}

/* A part of the object, what is to stand there, and what that is about. */
struct change {
	enum mutation_kind kind;
	struct att_bytes old;
	struct att_bytes new;
	const uint8_t *at; /* in the object */
};

/* What is replaced in authenticator data changes the length of that, too. */
static void
replace(const struct engine *e, const struct change *change)
{
	struct att_bytes whole = e->original->attestation_object;
	struct att_bytes old = change->old, new = change->new;
	struct mutation m = { .kind = change->kind,
		.evidence = *e->original,
		.at = (size_t)(change->at - whole.ptr) };
	struct att_buf object, data, item;

	att_buf_init(&object, LIMIT);
	att_buf_init(&data, LIMIT);
	att_buf_init(&item, LIMIT);
	if (is_within(old, e->auth_data->value)) {
		put_replaced(&data, e->auth_data->value, old, new);
		put_head(
		    &item, 0x40, data.len, shortest_width((uint64_t)data.len));
		put(&item, data.ptr, data.len);
		put_replaced(
		    &object, whole, e->auth_data->encoded, att_buf_get(&item));
	} else {
		put_replaced(&object, whole, old, new);
	}
	hand_out(e, &m, &object);
	att_buf_reset(&object);
	att_buf_reset(&data);
	att_buf_reset(&item);
}

/* --- One item ----------------------------------------------------------- */

static void
write_string(const struct engine *e, enum mutation_kind kind,
    const struct att_cbor_item *item, struct att_bytes value)
{
	struct att_buf out;

	att_buf_init(&out, LIMIT);
	put_head(&out, major_of(item), value.len, shortest_width(value.len));
	put(&out, value.ptr, value.len);
	replace(e, &(struct change){ kind, item->encoded, att_buf_get(&out),
		       item->encoded.ptr });
	att_buf_reset(&out);
}

static void
change_string(const struct engine *e, const struct att_cbor_item *item)
{
	static const uint8_t more[] = { 0x00, '=', 0xff };
	struct att_buf longer;

	for (size_t len = 0; len < item->value.len; len += e->stride)
		write_string(e, MUTATION_TRUNCATE, item,
		    att_bytes(item->value.ptr, len));
	for (size_t i = 0; i < sizeof(more); i++) {
		att_buf_init(&longer, LIMIT);
		put(&longer, item->value.ptr, item->value.len);
		put(&longer, &more[i], 1);
		write_string(e, MUTATION_APPEND, item, att_buf_get(&longer));
		att_buf_reset(&longer);
	}
}

static void
lengthen_head(const struct engine *e, const struct att_cbor_item *item)
{
	uint64_t number = number_of(item);
	size_t shortest = shortest_width(number);
	struct att_buf out;

	for (size_t width = 1; width <= 8; width *= 2) {
		if (width <= shortest)
			continue;
		att_buf_init(&out, 16);
		put_head(&out, major_of(item), number, width);
		replace(e, &(struct change){ MUTATION_LONG_HEAD,
			       att_bytes(item->encoded.ptr, 1 + shortest),
			       att_buf_get(&out), item->encoded.ptr });
		att_buf_reset(&out);
	}
}

static void
leave_length_open(const struct engine *e, const struct att_cbor_item *item)
{
	size_t head = 1 + shortest_width(number_of(item));
	uint8_t open = major_of(item) | 0x1f, stop = BREAK;
	struct att_buf out;

	att_buf_init(&out, LIMIT);
	put(&out, &open, 1);
	if (is_string(item)) /* in one chunk */
		put(&out, item->encoded.ptr, item->encoded.len);
	else
		put(&out, item->encoded.ptr + head, item->encoded.len - head);
	put(&out, &stop, 1);
	replace(e, &(struct change){ MUTATION_INDEFINITE, item->encoded,
		       att_buf_get(&out), item->encoded.ptr });
	att_buf_reset(&out);
}

/* --- The entries of a container ----------------------------------------- */

struct entries {
	size_t count;
	struct att_bytes list[ATT_CBOR_ITEMS_MAX];
};

static void
find_entries(const struct att_cbor *doc, const struct att_cbor_item *container,
    struct entries *out)
{
	const struct att_cbor_item *item = NULL;

	*out = (struct entries){ .count = container->number };
	for (size_t i = 0; i < out->count; i++) {
		item = i == 0 ? att_cbor_get_first(container)
			      : att_cbor_get_next(doc, item);
		out->list[i] = item->encoded;
		if (container->type == ATT_CBOR_MAP) {
			item = att_cbor_get_next(doc, item);
			out->list[i].len += item->encoded.len;
		}
	}
}

/* The container with other entries; the change is about old. */
static void
write_entries(const struct engine *e, enum mutation_kind kind,
    const struct att_cbor_item *container, const struct entries *entries,
    struct att_bytes old)
{
	struct att_buf out;

	att_buf_init(&out, LIMIT);
	put_head(&out, major_of(container), entries->count,
	    shortest_width(entries->count));
	for (size_t i = 0; i < entries->count; i++)
		put(&out, entries->list[i].ptr, entries->list[i].len);
	replace(e, &(struct change){
		       kind, container->encoded, att_buf_get(&out), old.ptr });
	att_buf_reset(&out);
}

static void
change_entries(const struct engine *e, const struct att_cbor *doc,
    const struct att_cbor_item *container)
{
	struct entries all, changed;

	find_entries(doc, container, &all);
	for (size_t i = 0; i < all.count; i++) {
		size_t rest = (all.count - i - 1) * sizeof(all.list[0]);

		changed = all;
		changed.count++;
		memcpy(&changed.list[i + 1], &all.list[i],
		    rest + sizeof(all.list[0]));
		write_entries(
		    e, MUTATION_DUPLICATE, container, &changed, all.list[i]);
		changed = all;
		changed.count--;
		memcpy(&changed.list[i], &all.list[i + 1], rest);
		write_entries(
		    e, MUTATION_REMOVE, container, &changed, all.list[i]);
		if (i + 1 == all.count)
			break;
		changed = all;
		changed.list[i] = all.list[i + 1];
		changed.list[i + 1] = all.list[i];
		if (!att_bytes_is_equal(all.list[i], all.list[i + 1]))
			write_entries(
			    e, MUTATION_SWAP, container, &changed, all.list[i]);
	}
}

static void
change_items(const struct engine *e, const struct att_cbor *doc)
{
	for (size_t i = 0; i < doc->count; i++) {
		const struct att_cbor_item *item = &doc->items[i];

		if (item->type == ATT_CBOR_SIMPLE ||
		    item->type == ATT_CBOR_FLOAT)
			continue;
		lengthen_head(e, item);
		if (is_string(item))
			change_string(e, item);
		if (is_container(item))
			change_entries(e, doc, item);
		if ((is_string(item) || is_container(item)) && !is_open(item))
			leave_length_open(e, item);
	}
}

/* --- Authenticator data ------------------------------------------------- */

/* What follows the credential ID: the key, and extensions if there are any. */
static void
change_auth_data(const struct engine *e)
{
	struct att_bytes data = e->auth_data->value;
	struct att_cbor doc;
	size_t at;

	if (data.len < COSE_KEY_AFTER_ID)
		abort();
	at = COSE_KEY_AFTER_ID + ((size_t)data.ptr[53] << 8 | data.ptr[54]);
	while (at < data.len) {
		if (att_cbor_read_first(att_bytes(data.ptr + at, data.len - at),
			&doc, NULL) != ATT_OK)
			abort();
		change_items(e, &doc);
		at += doc.items[0].encoded.len;
	}
}

/* --- Bits, and the object as a whole ------------------------------------ */

static void
flip_object(const struct engine *e)
{
	struct att_bytes whole = e->original->attestation_object;
	struct mutation m = { .kind = MUTATION_FLIP, .evidence = *e->original };
	struct att_buf object;

	att_buf_init(&object, LIMIT);
	put(&object, whole.ptr, whole.len);
	for (size_t bit = 0; bit < 8 * whole.len; bit += e->stride) {
		m.at = bit / 8;
		object.ptr[m.at] ^= (uint8_t)(1U << bit % 8);
		hand_out(e, &m, &object);
		object.ptr[m.at] ^= (uint8_t)(1U << bit % 8);
	}
	att_buf_reset(&object);
}

static void
flip_hashes(const struct engine *e)
{
	struct mutation m = { .kind = MUTATION_FLIP };

	for (size_t bit = 0; bit < 256; bit += e->stride) {
		m.at = bit / 8;
		m.evidence = *e->original;
		m.beside = "clientDataHash";
		m.evidence.client_data_hash[m.at] ^= (uint8_t)(1U << bit % 8);
		e->apply(&m, e->context);
		m.evidence = *e->original;
		m.beside = "rpIdHash";
		m.evidence.rp_id_hash[m.at] ^= (uint8_t)(1U << bit % 8);
		e->apply(&m, e->context);
	}
}

static void
change_whole(const struct engine *e)
{
	struct att_bytes whole = e->original->attestation_object;
	struct mutation m = { .kind = MUTATION_TRUNCATE,
		.evidence = *e->original };
	struct att_buf object;

	for (size_t len = 0; len < whole.len; len += e->stride) {
		m.at = len;
		m.evidence.attestation_object = att_bytes(whole.ptr, len);
		e->apply(&m, e->context);
		m.at = 0;
		m.evidence.attestation_object =
		    att_bytes(whole.ptr + whole.len - len, len);
		e->apply(&m, e->context);
	}
	m.kind = MUTATION_APPEND;
	m.at = whole.len;
	for (unsigned int byte = 0; byte <= UINT8_MAX; byte++) {
		att_buf_init(&object, LIMIT);
		put(&object, whole.ptr, whole.len);
		put(&object, &(uint8_t){ (uint8_t)byte }, 1);
		hand_out(e, &m, &object);
		att_buf_reset(&object);
	}
}

static const struct att_cbor_item *
find_auth_data(const struct att_object *object)
{
	for (size_t i = 0; i < object->doc.count; i++) {
		if (object->doc.items[i].value.ptr == object->auth_data.ptr)
			return &object->doc.items[i];
	}
	abort();
}

void
mutation_for_each(const struct att_evidence *evidence, size_t stride,
    mutation_fn *apply, void *context)
{
	struct engine *e = calloc(1, sizeof(*e));

	if (e == NULL || att_object_parse(evidence->attestation_object,
			     ATT_CBOR_ANY_ORDER, &e->object, NULL) != ATT_OK)
		abort();
	e->original = evidence;
	e->stride = stride;
	e->apply = apply;
	e->context = context;
	e->auth_data = find_auth_data(&e->object);
	flip_hashes(e);
	flip_object(e);
	change_whole(e);
	change_items(e, &e->object.doc);
	change_auth_data(e);
	free(e);
}
