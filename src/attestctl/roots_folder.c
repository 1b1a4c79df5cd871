/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of anchors or intermediates that is about to be changed. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "attestctl/roots_folder.h"

enum {
	FOLDER_MODE = 0755,
	WAIT_MS = 5000
};

/* One for the whole folder: who adds looks at all that is there. */
static const char lock_name[] = "anchors";

static const char *
get_path(const struct att_options *opts, enum att_anchor_role role)
{
	return role == ATT_ROLE_ANCHOR ? opts->roots_dir
				       : opts->intermediates_dir;
}

static enum att_err
take_lock(struct att_roots_folder *folder, struct att_reason *why)
{
	const struct att_lock_wait wait = { WAIT_MS, ATT_ERR_ROOTS_LOCKED };
	struct att_file file = { .dirfd = folder->fd, .name = lock_name };
	enum att_err r;
	char *shown;

	if (asprintf(&shown, "%s/%s", folder->path, lock_name) < 0)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	file.shown = shown;
	r = att_file_lock(&file, &wait, &folder->lock, why);
	free(shown);
	return r;
}

static enum att_err
load(struct att_trust *trust, const struct att_options *opts,
    struct att_reason *why)
{
	enum att_err r;

	if ((r = att_anchors_new(&trust->anchors)) != ATT_OK)
		return att_refuse_plain(why, r);
	r = att_trust_load_role(trust, opts, ATT_ROLE_ANCHOR, why);
	if (r != ATT_OK)
		return r;
	return att_trust_load_role(trust, opts, ATT_ROLE_INTERMEDIATE, why);
}

enum att_err
att_roots_folder_open(struct att_roots_folder *folder,
    const struct att_options *opts, enum att_anchor_role role, bool make,
    struct att_reason *why)
{
	enum att_err r;

	*folder = (struct att_roots_folder){ .fd = -1, .lock = -1 };
	folder->path = get_path(opts, role);
	r = make ? att_folder_make(folder->path, FOLDER_MODE, &folder->fd, why)
		 : att_folder_open(folder->path, &folder->fd, why);
	if (r != ATT_OK || (r = take_lock(folder, why)) != ATT_OK)
		return r;
	return load(&folder->trust, opts, why);
}

void
att_roots_folder_close(struct att_roots_folder *folder)
{
	const struct att_file file = {
		.dirfd = folder->fd, .name = lock_name, .shown = lock_name
	};

	att_trust_close(&folder->trust);
	if (folder->lock >= 0) {
		att_file_lock_remove(&file);
		close(folder->lock);
	}
	if (folder->fd >= 0)
		close(folder->fd);
	folder->lock = folder->fd = -1;
}

enum att_err
att_roots_folder_check(const struct att_options *opts, struct att_reason *why)
{
	struct att_trust trust = { 0 };
	enum att_err r;

	r = load(&trust, opts, why);
	att_trust_close(&trust);
	return r;
}
