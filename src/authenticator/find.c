/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices to ask: the configured ones, or what udev knows. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "find.h"
#include "finder.h"

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
	if (name[0] == '\0')
		name = "security key";
	att_text_print(found->name, sizeof(found->name), name);
	list->count++;
	return ATT_OK;
}

static enum att_err
add_sighted(struct att_found_list *list, struct att_reason *why)
{
	struct att_sightings sightings;
	enum att_err err = att_finder_run(&sightings, why);

	for (size_t i = 0; i < sightings.count && err == ATT_OK; i++)
		err = add(list, sightings.seen[i].path, sightings.seen[i].name);
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
att_found_list_fill(const struct att_paths *given, struct att_found_list *list,
    struct att_reason *why)
{
	enum att_err err = ATT_OK;

	memset(list, 0, sizeof(*list));
	if (given->count == 0)
		return add_sighted(list, why);
	for (size_t i = 0; i < given->count && err == ATT_OK; i++)
		if (is_connected(given->paths[i]))
			err = add(list, given->paths[i], "");
	return att_refuse_plain(why, err);
}

void
att_found_list_reset(struct att_found_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->devices[i].path);
	memset(list, 0, sizeof(*list));
}
