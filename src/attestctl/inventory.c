/* SPDX-License-Identifier: BSD-2-Clause */
/* The configured anchors and intermediates, one by one. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/inventory.h"
#include "codec/digest.h"

enum {
	PREFIX_MIN = 8, /* hexadecimal digits */
};

const char *
att_inventory_role_name(enum att_anchor_role role)
{
	return role == ATT_ROLE_ANCHOR ? "anchor" : "intermediate";
}

/* --- Making ------------------------------------------------------------- */

void
att_inventory_reset(struct att_inventory *inventory)
{
	for (size_t i = 0; i < inventory->count; i++)
		att_certificate_free(&inventory->items[i].cert);
	free(inventory->items);
	*inventory = (struct att_inventory){ 0 };
}

static struct att_fitness_question
get_question(
    const struct att_inventory *inventory, const struct att_inventory_item *i)
{
	return (struct att_fitness_question){
		.cert = i->cert, .role = i->role, .at = inventory->now
	};
}

static void
note_doubts(
    const struct att_inventory *inventory, struct att_inventory_item *item)
{
	const struct att_fitness_question question =
	    get_question(inventory, item);

	for (unsigned int i = 0; i < ATT_FITNESS_COUNT; i++)
		item->has_doubt[i] = att_fitness_check(&question,
					 (enum att_fitness)i, NULL) != ATT_OK;
}

/* That one is malformed is for people to see, and no failure. */
static enum att_err
fill_item(const struct att_inventory *inventory,
    struct att_inventory_item *item, struct att_reason *why)
{
	const char *slash = strrchr(item->file, '/');
	enum att_err r;

	item->name = slash == NULL ? item->file : slash + 1;
	if ((r = att_sha256(item->der, item->sha256)) != ATT_OK)
		return att_refuse_plain(why, r);
	r = att_certificate_decode(item->der, NULL, &item->cert, &item->why);
	if (r == ATT_ERR_CERTIFICATE_MALFORMED)
		return ATT_OK;
	if (r != ATT_OK || (r = att_certificate_hash_key(
				item->cert, item->key_sha256)) != ATT_OK)
		return att_refuse_plain(why, r);
	att_certificate_get_key_id(item->cert, item->key_id);
	note_doubts(inventory, item);
	return ATT_OK;
}

enum att_err
att_inventory_make(const struct att_anchors *anchors,
    struct att_inventory *inventory, struct att_reason *why)
{
	struct att_anchor_item found;
	enum att_err r = ATT_OK;
	size_t count = 0;

	*inventory = (struct att_inventory){ .now = time(NULL) };
	while (att_anchors_get_item(anchors, count, &found))
		count++;
	inventory->items = calloc(count + 1, sizeof(*inventory->items));
	if (inventory->items == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	inventory->count = count;
	for (size_t i = 0; i < count && r == ATT_OK; i++) {
		struct att_inventory_item *item = &inventory->items[i];

		(void)att_anchors_get_item(anchors, i, &found);
		item->role = found.role;
		item->file = found.shown;
		item->line = found.line;
		item->der = found.der;
		r = fill_item(inventory, item, why);
	}
	return r;
}

void
att_inventory_explain(const struct att_inventory *inventory, size_t index,
    enum att_fitness doubt, struct att_reason *why)
{
	const struct att_fitness_question question =
	    get_question(inventory, &inventory->items[index]);

	*why = (struct att_reason){ 0 };
	if (att_fitness_check(&question, doubt, why) == ATT_OK)
		why->text[0] = '\0';
}

/* --- What rests on them ------------------------------------------------- */

/*
 * The index of the item that a path found: where a certificate is there twice,
 * the one that comes first, as paths do. count: there is none.
 */
static size_t
find_item(const struct att_inventory *inventory, enum att_anchor_role role,
    const uint8_t sha256[ATT_SHA256_LEN])
{
	size_t i = 0;

	while (i < inventory->count && (inventory->items[i].role != role ||
					   memcmp(inventory->items[i].sha256,
					       sha256, ATT_SHA256_LEN) != 0))
		i++;
	return i;
}

void
att_inventory_follow(struct att_inventory *inventory,
    const struct att_anchor *anchor,
    void (*fn)(void *arg, struct att_inventory_item *item), void *arg)
{
	size_t at = find_item(inventory, ATT_ROLE_ANCHOR, anchor->sha256);

	if (!anchor->is_of_model && at < inventory->count)
		fn(arg, &inventory->items[at]);
	for (size_t i = 0; i < anchor->helper_count; i++) {
		at = find_item(
		    inventory, ATT_ROLE_INTERMEDIATE, anchor->helpers[i]);
		if (at < inventory->count)
			fn(arg, &inventory->items[at]);
	}
}

/* --- Selecting ---------------------------------------------------------- */

/* FILE, or FILE:LINE. */
static bool
is_place(const struct att_inventory_item *item, const char *path,
    const char *word, bool *is_line)
{
	size_t len = strlen(path);
	char line[24];

	if (strncmp(word, path, len) != 0)
		return false;
	snprintf(line, sizeof(line), ":%zu", item->line);
	*is_line = word[len] != '\0';
	return !*is_line || strcmp(word + len, line) == 0;
}

/* What is found by a path is not looked for by name. */
static size_t
select_by_file(struct att_inventory *inventory, const char *word,
    const char **file, bool *is_several)
{
	bool has_slash = strchr(word, '/') != NULL, is_line;
	size_t found = 0;

	*is_several = false;
	for (size_t i = 0; i < inventory->count; i++) {
		struct att_inventory_item *item = &inventory->items[i];

		item->is_selected = is_place(
		    item, has_slash ? item->file : item->name, word, &is_line);
		if (!item->is_selected)
			continue;
		*is_several |= found > 0 && strcmp(*file, item->file) != 0;
		*file = item->file;
		found++;
	}
	return found;
}

/* The hexadecimal digits of a word without colons; false if it has others. */
static bool
read_prefix(const char *word, char prefix[ATT_ID_TEXT_SIZE])
{
	size_t len = 0;

	for (; *word != '\0'; word++) {
		if (*word == ':')
			continue;
		if (!isxdigit((unsigned char)*word) ||
		    len + 1 == ATT_ID_TEXT_SIZE)
			return false;
		prefix[len++] = (char)tolower((unsigned char)*word);
	}
	prefix[len] = '\0';
	return len >= PREFIX_MIN;
}

static bool
has_prefix(const uint8_t *bytes, size_t len, const char *prefix)
{
	char text[ATT_ID_TEXT_SIZE];

	att_hex_print(att_bytes(bytes, len), text);
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static size_t
select_by_id(struct att_inventory *inventory, const char *prefix)
{
	size_t found = 0;

	for (size_t i = 0; i < inventory->count; i++) {
		struct att_inventory_item *item = &inventory->items[i];

		item->is_selected =
		    has_prefix(item->sha256, sizeof(item->sha256), prefix) ||
		    (item->cert != NULL &&
			has_prefix(item->key_id, sizeof(item->key_id), prefix));
		found += item->is_selected;
	}
	return found;
}

/* The first two of several, for the message. */
static enum att_err
refuse_several(const struct att_inventory *inventory, const char *word,
    struct att_reason *why)
{
	const struct att_inventory_item *two[2] = { NULL, NULL };

	for (size_t i = 0; i < inventory->count && two[1] == NULL; i++) {
		const struct att_inventory_item *item = &inventory->items[i];

		if (item->is_selected &&
		    (two[0] == NULL || two[0]->line != item->line ||
			strcmp(two[0]->file, item->file) != 0))
			two[two[0] != NULL] = item;
	}
	if (two[1] == NULL)
		return att_refuse_plain(why, ATT_ERR_INTERNAL);
	return att_refuse(why, ATT_ERR_ROOTS_NOT_FOUND,
	    "'%s' is several certificates, those in %s:%zu and %s:%zu among "
	    "them; name one of them like that",
	    word, two[0]->file, two[0]->line, two[1]->file, two[1]->line);
}

enum att_err
att_inventory_select(
    struct att_inventory *inventory, const char *word, struct att_reason *why)
{
	char prefix[ATT_ID_TEXT_SIZE];
	const char *file = NULL;
	bool is_several;
	size_t found;

	if (select_by_file(inventory, word, &file, &is_several) > 0)
		return is_several ? refuse_several(inventory, word, why)
				  : ATT_OK;
	found = read_prefix(word, prefix) ? select_by_id(inventory, prefix) : 0;
	if (found > 1)
		return refuse_several(inventory, word, why);
	if (found == 1)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_ROOTS_NOT_FOUND,
	    "'%s' is no configured certificate: expected the name of its file, "
	    "FILE:LINE, or at least %d hexadecimal digits of its SHA-256 or "
	    "key identifier; see \"attestctl roots list\"",
	    word, PREFIX_MIN);
}

/* --- JSON --------------------------------------------------------------- */

static json_t *
json_of_hex(const uint8_t *bytes, size_t len)
{
	char text[ATT_ID_TEXT_SIZE];

	att_hex_print(att_bytes(bytes, len), text);
	return json_string(text);
}

static json_t *
json_of_doubts(const struct att_inventory *inventory, size_t index)
{
	const struct att_inventory_item *item = &inventory->items[index];
	json_t *list = json_array();

	for (unsigned int i = 0; i < ATT_FITNESS_COUNT; i++) {
		struct att_reason why;

		if (!item->has_doubt[i])
			continue;
		att_inventory_explain(
		    inventory, index, (enum att_fitness)i, &why);
		list = att_json_append(
		    list, json_pack("{s:s, s:s}", "name",
			      att_fitness_name((enum att_fitness)i), "text",
			      why.text));
	}
	return list;
}

static json_t *
json_of_key(const struct att_certificate *cert)
{
	EVP_PKEY *key = att_certificate_get_key(cert);

	return json_pack("{s:s, s:i}", "type", EVP_PKEY_get0_type_name(key),
	    "bits", EVP_PKEY_get_bits(key));
}

/* What the certificate may do as an issuer. */
static json_t *
json_of_issuing(const struct att_certificate *cert)
{
	struct att_certificate_rules rules;

	att_certificate_get_rules(cert, &rules);
	return json_pack("{s:b, s:o, s:b}", "is_ca", (int)rules.is_ca,
	    "path_length",
	    rules.path_len >= 0 ? json_integer(rules.path_len) : json_null(),
	    "may_sign_certificates", (int)rules.may_sign_certificates);
}

/* A serial number has 20 bytes at most: RFC 5280 section 4.1.2.2. */
static json_t *
json_of_serial(const struct att_certificate *cert)
{
	struct att_bytes serial = att_certificate_get_serial(cert);

	return json_of_hex(serial.ptr,
	    serial.len > ATT_SHA256_LEN ? ATT_SHA256_LEN : serial.len);
}

static json_t *
json_of_certificate(const struct att_inventory *inventory, size_t index)
{
	const struct att_inventory_item *item = &inventory->items[index];
	struct att_certificate_dates dates;
	char subject[ATT_SUBJECT_MAX], issuer[ATT_SUBJECT_MAX];

	if (item->cert == NULL)
		return json_null();
	dates = att_certificate_get_dates(item->cert);
	att_certificate_print_subject(item->cert, subject, sizeof(subject));
	att_certificate_print_issuer(item->cert, issuer, sizeof(issuer));
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "subject", subject, "issuer", issuer, "serial",
	    json_of_serial(item->cert), "key_id",
	    json_of_hex(item->key_id, sizeof(item->key_id)), "key_sha256",
	    json_of_hex(item->key_sha256, sizeof(item->key_sha256)), "key",
	    json_of_key(item->cert), "not_before", att_json_time(dates.begin),
	    "not_after", att_json_time(dates.end), "issuing",
	    json_of_issuing(item->cert), "doubts",
	    json_of_doubts(inventory, index));
}

json_t *
att_inventory_json(const struct att_inventory *inventory, size_t index)
{
	const struct att_inventory_item *item = &inventory->items[index];

	return json_pack("{s:s, s:o, s:I, s:o, s:o, s:I, s:o}", "role",
	    att_inventory_role_name(item->role), "file",
	    att_json_text(item->file), "line", (json_int_t)item->line, "sha256",
	    json_of_hex(item->sha256, sizeof(item->sha256)), "certificate",
	    json_of_certificate(inventory, index), "credentials",
	    (json_int_t)item->credentials, "reason",
	    item->cert != NULL ? json_null()
			       : att_json_reason(item->why.code, &item->why));
}
