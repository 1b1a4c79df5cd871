/* SPDX-License-Identifier: BSD-2-Clause */
/* The status list of Android key attestation, by jansson. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/hex.h"
#include "codec/status_list.h"

enum {
	SERIAL_MAX = 64 /* octets; RFC 5280 section 4.1.2.2 allows 20 */
};

struct att_status_list {
	json_t *root;
	json_t *entries; /* lent by root */
};

static enum att_err
refuse(struct att_reason *why, const char *what, const char *name)
{
	return att_refuse(why, ATT_ERR_ROOTS_INVALID,
	    "not a status list of Android key attestation: %s%.80s", what,
	    name);
}

static bool
is_serial(const char *name)
{
	size_t len = strlen(name);

	return len > 0 && len <= 2 * SERIAL_MAX && name[0] != '0' &&
	       strspn(name, "0123456789abcdef") == len;
}

static enum att_err
check_entries(json_t *entries, struct att_reason *why)
{
	const char *name, *status;
	json_t *entry;

	if (!json_is_object(entries))
		return refuse(why, "it has no object \"entries\"", "");
	json_object_foreach(entries, name, entry)
	{
		if (!is_serial(name))
			return refuse(why, "no serial number: ", name);
		status = json_string_value(json_object_get(entry, "status"));
		if (status == NULL || (strcmp(status, "REVOKED") != 0 &&
					  strcmp(status, "SUSPENDED") != 0))
			return refuse(why,
			    "neither REVOKED nor SUSPENDED is the status of ",
			    name);
	}
	return ATT_OK;
}

enum att_err
att_status_list_parse(struct att_bytes text, struct att_status_list **listp,
    struct att_reason *why)
{
	struct att_status_list *list = calloc(1, sizeof(*list));
	json_error_t at;
	enum att_err err;

	*listp = NULL;
	if (list == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	list->root = json_loadb(
	    (const char *)text.ptr, text.len, JSON_REJECT_DUPLICATES, &at);
	if (list->root == NULL) {
		err = refuse(why, "not JSON: ", at.text);
		goto out;
	}
	list->entries = json_object_get(list->root, "entries");
	if ((err = check_entries(list->entries, why)) != ATT_OK)
		goto out;
	*listp = list;
	list = NULL;
out:
	att_status_list_free(&list);
	return err;
}

void
att_status_list_free(struct att_status_list **listp)
{
	if (*listp == NULL)
		return;
	json_decref((*listp)->root);
	free(*listp);
	*listp = NULL;
}

const char *
att_status_list_find(
    const struct att_status_list *list, struct att_bytes serial)
{
	char name[ATT_HEX_TEXT_SIZE(SERIAL_MAX)];
	const char *start = name;

	while (serial.len > 0 && serial.ptr[0] == 0)
		serial = att_bytes(serial.ptr + 1, serial.len - 1);
	if (serial.len > SERIAL_MAX)
		return NULL;
	att_hex_print(serial, name);
	if (*start == '0')
		start++;
	return json_string_value(
	    json_object_get(json_object_get(list->entries, start), "status"));
}
