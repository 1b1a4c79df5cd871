/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that are lists of identifiers: AAGUIDs and key identifiers. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "conf/value.h"

enum {
	IDS_MAX = 1024,
	ID_LEN_MAX = ATT_KEY_ID_LEN,
};

/* One kind of identifier, and what the messages say of it. */
struct kind {
	size_t len;
	bool is_uuid; /* may be written with hyphens, and is printed so */
	const char *expected;
	const char *once;
	const char *limit;
};

static const struct kind aaguid_kind = { ATT_AAGUID_LEN, true,
	"AAGUIDs with blanks between them, each as a UUID or 32 hexadecimal "
	"digits",
	"each AAGUID only once", "no more than 1024 AAGUIDs" };
static const struct kind key_id_kind = { ATT_KEY_ID_LEN, false,
	"key identifiers with blanks between them, each of 40 hexadecimal "
	"digits",
	"each key identifier only once", "no more than 1024 key identifiers" };

/* A list of either kind: count times kind->len bytes. */
struct list {
	uint8_t *bytes;
	size_t count;
};

/* Hexadecimal digits, or for an AAGUID the same as UUID text. */
static bool
read_id(struct att_bytes text, const struct kind *kind, uint8_t *id)
{
	return att_hex_read(text, id, kind->len) ||
	       (kind->is_uuid && att_uuid_read(text, id));
}

static bool
has_id(const struct list *list, const struct kind *kind, const uint8_t *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (memcmp(list->bytes + i * kind->len, id, kind->len) == 0)
			return true;
	return false;
}

static enum att_err
add_id(const struct att_value *value, const struct kind *kind,
    const uint8_t *id, struct list *list, struct att_reason *why)
{
	uint8_t *bytes;

	if (has_id(list, kind, id))
		return att_value_refuse(value, kind->once, why);
	if (list->count >= IDS_MAX)
		return att_value_refuse(value, kind->limit, why);
	bytes = reallocarray(list->bytes, list->count + 1, kind->len);
	if (bytes == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	memcpy(bytes + list->count++ * kind->len, id, kind->len);
	list->bytes = bytes;
	return ATT_OK;
}

/* The whole list, or on an error an empty one. */
static enum att_err
read_list(const struct att_value *value, const struct kind *kind,
    struct list *list, struct att_reason *why)
{
	const char *p = value->text;
	uint8_t id[ID_LEN_MAX];
	enum att_err r = ATT_OK;
	size_t len;

	*list = (struct list){ 0 };
	for (; r == ATT_OK && (len = att_value_next_word(&p)) > 0; p += len)
		r = read_id(att_bytes(p, len), kind, id)
			? add_id(value, kind, id, list, why)
			: att_value_refuse(value, kind->expected, why);
	if (r == ATT_OK)
		return ATT_OK;
	free(list->bytes);
	*list = (struct list){ 0 };
	return r;
}

static void
print_id(const struct kind *kind, const uint8_t *id, char *text)
{
	if (kind->is_uuid)
		att_uuid_print(id, text);
	else
		att_hex_print(att_bytes(id, kind->len), text);
}

static enum att_err
print_list(
    const struct kind *kind, const struct list *list, struct att_buf *out)
{
	char text[ATT_HEX_TEXT_SIZE(ID_LEN_MAX)];
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < list->count && r == ATT_OK; i++) {
		print_id(kind, list->bytes + i * kind->len, text);
		r = att_buf_printf(out, "%s%s", i > 0 ? " " : "", text);
	}
	return r;
}

enum att_err
att_value_parse_aaguids(const struct att_value *value, struct att_aaguids *out,
    struct att_reason *why)
{
	struct list list;
	enum att_err r;

	if ((r = read_list(value, &aaguid_kind, &list, why)) != ATT_OK)
		return r;
	att_value_free_aaguids(out);
	out->ids = (uint8_t(*)[ATT_AAGUID_LEN])list.bytes;
	out->count = list.count;
	return ATT_OK;
}

enum att_err
att_value_print_aaguids(const struct att_aaguids *v, struct att_buf *out)
{
	const struct list list = { (uint8_t *)v->ids, v->count };

	return print_list(&aaguid_kind, &list, out);
}

void
att_value_free_aaguids(struct att_aaguids *v)
{
	free(v->ids);
	*v = (struct att_aaguids){ 0 };
}

enum att_err
att_value_parse_key_ids(const struct att_value *value, struct att_key_ids *out,
    struct att_reason *why)
{
	struct list list;
	enum att_err r;

	if ((r = read_list(value, &key_id_kind, &list, why)) != ATT_OK)
		return r;
	att_value_free_key_ids(out);
	out->ids = (uint8_t(*)[ATT_KEY_ID_LEN])list.bytes;
	out->count = list.count;
	return ATT_OK;
}

enum att_err
att_value_print_key_ids(const struct att_key_ids *v, struct att_buf *out)
{
	const struct list list = { (uint8_t *)v->ids, v->count };

	return print_list(&key_id_kind, &list, out);
}

void
att_value_free_key_ids(struct att_key_ids *v)
{
	free(v->ids);
	*v = (struct att_key_ids){ 0 };
}
