/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a file lies. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "store/place.h"

enum att_err
att_place_set(struct att_place *place, char *dir, char *name, size_t max)
{
	*place = (struct att_place){
		.dir = dir,
		.name = name,
		.folder = -1,
		.lock = -1,
		.file = { .dirfd = -1, .name = name, .max = max },
	};
	if (dir == NULL || name == NULL)
		return ATT_ERR_NO_MEMORY;
	if (asprintf(&place->shown, "%s/%s", dir, name) < 0) {
		place->shown = NULL;
		return ATT_ERR_NO_MEMORY;
	}
	place->file.shown = place->shown;
	return ATT_OK;
}

const struct att_file *
att_place_get_file(struct att_place *place)
{
	place->file.dirfd = place->folder;
	return &place->file;
}

/* An unset place has neither a name nor descriptors. */
void
att_place_reset(struct att_place *place)
{
	if (place->name != NULL || place->dir != NULL) {
		if (place->lock >= 0)
			close(place->lock);
		if (place->folder >= 0)
			close(place->folder);
	}
	free(place->dir);
	free(place->name);
	free(place->shown);
	*place = (struct att_place){ .folder = -1, .lock = -1 };
}
