/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices to ask: the configured ones, or what udev knows. */
#include <sys/stat.h>

#include <errno.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <fido.h>

#include "find.h"

static const char dev_folder[] = "/dev/";

void
att_text_print(char *dst, size_t size, const char *text)
{
	size_t i;

	for (i = 0; i + 1 < size && text[i] != '\0'; i++)
		dst[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
	dst[i] = '\0';
}

static enum att_err
add(struct att_found_list *list, const char *path, const char *name)
{
	struct att_found *found = &list->devices[list->count];

	if (list->count == ATT_DEVICES_MAX)
		return ATT_OK;
	if ((found->path = strdup(path)) == NULL)
		return ATT_ERR_NO_MEMORY;
	if (name == NULL || name[0] == '\0')
		name = "security key";
	att_text_print(found->name, sizeof(found->name), name);
	list->count++;
	return ATT_OK;
}

/* Other transports than HID have no device node that we could open. */
static bool
is_device_node(const char *path)
{
	return path != NULL &&
	       strncmp(path, dev_folder, sizeof(dev_folder) - 1) == 0;
}

static enum att_err
add_known_to_udev(struct att_found_list *list)
{
	enum att_err err = ATT_OK;
	fido_dev_info_t *infos = fido_dev_info_new(ATT_DEVICES_MAX);
	size_t count = 0;

	if (infos == NULL)
		return ATT_ERR_NO_MEMORY;
	/* A machine without udev or without any HID device has none. */
	if (fido_dev_info_manifest(infos, ATT_DEVICES_MAX, &count) != FIDO_OK)
		count = 0;
	for (size_t i = 0; i < count && err == ATT_OK; i++) {
		const fido_dev_info_t *info = fido_dev_info_ptr(infos, i);

		if (is_device_node(fido_dev_info_path(info)))
			err = add(list, fido_dev_info_path(info),
			    fido_dev_info_product_string(info));
	}
	fido_dev_info_free(&infos, ATT_DEVICES_MAX);
	return err;
}

/*
 * A configured device that is not there is one that is not connected. What
 * is there and cannot be opened is announced, and fails with its reason.
 */
static bool
is_connected(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

enum att_err
att_found_list_fill(const struct att_paths *given, struct att_found_list *list)
{
	enum att_err err = ATT_OK;

	memset(list, 0, sizeof(*list));
	if (given->count == 0)
		return add_known_to_udev(list);
	for (size_t i = 0; i < given->count && err == ATT_OK; i++)
		if (is_connected(given->paths[i]))
			err = add(list, given->paths[i], NULL);
	return err;
}

void
att_found_list_reset(struct att_found_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->devices[i].path);
	memset(list, 0, sizeof(*list));
}
