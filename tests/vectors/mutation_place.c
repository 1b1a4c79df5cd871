/* SPDX-License-Identifier: BSD-2-Clause */
/* Naming the place of a mutation. */
#include <stdio.h>
#include <stdlib.h>

#include "attestation/object.h"
#include "base/buf.h"
#include "mutation.h"

enum {
	LIMIT = 256
};

static void
put_name(struct att_buf *out, const char *separator, struct att_bytes name)
{
	if (att_buf_printf(out, "%s%.*s", out->len > 0 ? separator : "",
		(int)name.len, (const char *)name.ptr) != ATT_OK)
		abort();
}

static bool
holds(struct att_bytes part, const uint8_t *at)
{
	return at >= part.ptr && at < part.ptr + part.len;
}

/* Puts the offset within part. */
static void
put_offset(struct att_buf *out, struct att_bytes part, const uint8_t *at)
{
	if (att_buf_printf(out, "+%zu", (size_t)(at - part.ptr)) != ATT_OK)
		abort();
}

static size_t
find_key_length(struct att_bytes data, size_t begin)
{
	struct att_cbor doc;

	if (att_cbor_read_first(att_bytes(data.ptr + begin, data.len - begin),
		&doc, NULL) != ATT_OK)
		abort();
	return doc.items[0].encoded.len;
}

static void
put_auth_data(struct att_buf *out, struct att_bytes data, const uint8_t *at)
{
	static const struct {
		const char *name;
		size_t end;
	} fields[] = {
		{ "rpIdHash", 32 },
		{ "flags", 33 },
		{ "signCount", 37 },
		{ "aaguid", 53 },
		{ "credentialIdLength", 55 },
	};
	size_t begin = 0, id = (size_t)data.ptr[53] << 8 | data.ptr[54];
	size_t offset = (size_t)(at - data.ptr), key = 0;
	const char *name = "credentialId";

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (offset < fields[i].end) {
			put_name(out, ".", att_bytes_text(fields[i].name));
			put_offset(out, att_bytes(data.ptr + begin, 1), at);
			return;
		}
		begin = fields[i].end;
	}
	if (offset >= begin + id) {
		begin += id;
		name = "credentialPublicKey";
		key = find_key_length(data, begin);
	}
	if (key > 0 && offset >= begin + key) {
		begin += key;
		name = "extensions";
	}
	put_name(out, ".", att_bytes_text(name));
	put_offset(out, att_bytes(data.ptr + begin, 1), at);
}

/* The entry of container that holds the byte; its name goes to out. */
static const struct att_cbor_item *
descend(const struct att_cbor *doc, const struct att_cbor_item *container,
    const uint8_t *at, struct att_buf *out)
{
	const struct att_cbor_item *item = NULL, *key = NULL;
	bool is_map = container->type == ATT_CBOR_MAP;

	for (uint64_t i = 0; i < container->number; i++) {
		item = i == 0 ? att_cbor_get_first(container)
			      : att_cbor_get_next(doc, item);
		if (is_map) {
			key = item;
			item = att_cbor_get_next(doc, item);
		}
		if (is_map &&
		    (holds(key->encoded, at) || holds(item->encoded, at)))
			put_name(out, ".", key->value);
		if (is_map && holds(key->encoded, at))
			return NULL;
		if (!holds(item->encoded, at))
			continue;
		if (!is_map &&
		    att_buf_printf(out, "[%u]", (unsigned int)i) != ATT_OK)
			abort();
		return item;
	}
	return NULL;
}

static void
put_place(
    struct att_buf *out, const struct att_object *object, const uint8_t *at)
{
	const struct att_cbor_item *item = &object->doc.items[0], *next;

	while (item->type == ATT_CBOR_MAP || item->type == ATT_CBOR_ARRAY) {
		if ((next = descend(&object->doc, item, at, out)) == NULL)
			return;
		item = next;
	}
	if (item->value.ptr == object->auth_data.ptr && holds(item->value, at))
		put_auth_data(out, item->value, at);
	else
		put_offset(out, item->encoded, at);
}

void
mutation_print_place(const struct att_evidence *original,
    const struct mutation *mutation, char *out, size_t size)
{
	struct att_bytes whole = original->attestation_object;
	struct att_object *object = calloc(1, sizeof(*object));
	struct att_buf place;

	if (object == NULL ||
	    att_object_parse(whole, ATT_CBOR_ANY_ORDER, object, NULL) != ATT_OK)
		abort();
	att_buf_init(&place, LIMIT);
	if (mutation->beside != NULL)
		put_name(&place, "", att_bytes_text(mutation->beside));
	else if (mutation->at >= whole.len)
		put_name(&place, "", att_bytes_text("the end"));
	else
		put_place(&place, object, whole.ptr + mutation->at);
	snprintf(out, size, "%.*s", (int)place.len, (const char *)place.ptr);
	att_buf_reset(&place);
	free(object);
}
