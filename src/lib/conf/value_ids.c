/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that are lists of identifiers: AAGUIDs, key identifiers, digests. */
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "codec/base64url.h"
#include "conf/value.h"

enum {
	IDS_MAX = 1024,
	ID_LEN_MAX = ATT_POLICY_HASH_LEN,
};

/* One kind of identifier, and what the messages say of it. */
struct kind {
	size_t len;
	bool (*read)(struct att_bytes text, uint8_t *id);
	enum att_err (*print)(const uint8_t *id, struct att_buf *out);
	const char *expected;
	const char *once;
	const char *limit;
};

/* A UUID may be written with hyphens, and is printed so. */
static bool
read_aaguid(struct att_bytes text, uint8_t *id)
{
	return att_hex_read(text, id, ATT_AAGUID_LEN) ||
	       att_uuid_read(text, id);
}

static enum att_err
print_aaguid(const uint8_t *id, struct att_buf *out)
{
	char text[ATT_HEX_TEXT_SIZE(ID_LEN_MAX)];

	att_uuid_print(id, text);
	return att_buf_printf(out, "%s", text);
}

static bool
read_key_id(struct att_bytes text, uint8_t *id)
{
	return att_hex_read(text, id, ATT_KEY_ID_LEN);
}

static enum att_err
print_key_id(const uint8_t *id, struct att_buf *out)
{
	char text[ATT_HEX_TEXT_SIZE(ATT_KEY_ID_LEN)];

	att_hex_print(att_bytes(id, ATT_KEY_ID_LEN), text);
	return att_buf_printf(out, "%s", text);
}

static bool
read_sha256(struct att_bytes text, uint8_t *id)
{
	uint8_t *bytes = NULL;
	size_t len = 0;
	bool is_digest = false;

	if (att_base64url_decode(text, ATT_POLICY_HASH_LEN, &bytes, &len) ==
		ATT_OK &&
	    len == ATT_POLICY_HASH_LEN) {
		memcpy(id, bytes, len);
		is_digest = true;
	}
	free(bytes);
	return is_digest;
}

static enum att_err
print_sha256(const uint8_t *id, struct att_buf *out)
{
	return att_base64url_encode(att_bytes(id, ATT_POLICY_HASH_LEN), out);
}

static const struct kind aaguid_kind = { ATT_AAGUID_LEN, read_aaguid,
	print_aaguid,
	"AAGUIDs with blanks between them, each as a UUID or 32 hexadecimal "
	"digits",
	"each AAGUID only once", "no more than 1024 AAGUIDs" };
static const struct kind key_id_kind = { ATT_KEY_ID_LEN, read_key_id,
	print_key_id,
	"key identifiers with blanks between them, each of 40 hexadecimal "
	"digits",
	"each key identifier only once", "no more than 1024 key identifiers" };
static const struct kind sha256_kind = { ATT_POLICY_HASH_LEN, read_sha256,
	print_sha256,
	"SHA-256 digests with blanks between them, each as 43 characters of "
	"base64url, as in x-ms-policy-hash",
	"each digest only once", "no more than 1024 digests" };

/* A list of one kind: count times kind->len bytes. */
struct list {
	uint8_t *bytes;
	size_t count;
};

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
		r = kind->read(att_bytes(p, len), id)
			? add_id(value, kind, id, list, why)
			: att_value_refuse(value, kind->expected, why);
	if (r == ATT_OK)
		return ATT_OK;
	free(list->bytes);
	*list = (struct list){ 0 };
	return r;
}

static enum att_err
print_list(
    const struct kind *kind, const struct list *list, struct att_buf *out)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < list->count && r == ATT_OK; i++)
		if (i == 0 || (r = att_buf_put_u8(out, ' ')) == ATT_OK)
			r = kind->print(list->bytes + i * kind->len, out);
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

enum att_err
att_value_parse_sha256s(const struct att_value *value, struct att_digests *out,
    struct att_reason *why)
{
	struct list list;
	enum att_err r;

	if ((r = read_list(value, &sha256_kind, &list, why)) != ATT_OK)
		return r;
	att_value_free_sha256s(out);
	out->list = (uint8_t(*)[ATT_POLICY_HASH_LEN])list.bytes;
	out->count = list.count;
	return ATT_OK;
}

enum att_err
att_value_print_sha256s(const struct att_digests *v, struct att_buf *out)
{
	const struct list list = { (uint8_t *)v->list, v->count };

	return print_list(&sha256_kind, &list, out);
}

void
att_value_free_sha256s(struct att_digests *v)
{
	free(v->list);
	*v = (struct att_digests){ 0 };
}
