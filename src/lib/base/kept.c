/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder, a lock, and a file between them. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/kept.h"

enum {
	FOLDER_MODE = 0755
};

void
att_kept_init(struct att_kept *kept)
{
	memset(kept, 0, sizeof(*kept));
	kept->file.dirfd = -1;
	kept->lock = -1;
}

static enum att_err
refuse_path(const char *path, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_CONF_VALUE,
	    "\"%s\" names no file by its whole path, such as "
	    "/var/lib/pam_attest/host.jwt",
	    path);
}

/* The folder of the path; *namep is the rest of it, lent. */
static enum att_err
open_folder(
    const char *path, int *fdp, const char **namep, struct att_reason *why)
{
	const char *slash = strrchr(path, '/');
	enum att_err err;
	char *folder;

	if (path[0] != '/' || slash[1] == '\0' ||
	    strlen(slash + 1) > ATT_FILE_NAME_MAX)
		return refuse_path(path, why);
	folder = strndup(path, slash == path ? 1 : (size_t)(slash - path));
	if (folder == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	err = att_folder_make(folder, FOLDER_MODE, fdp, why);
	free(folder);
	*namep = slash + 1;
	return err;
}

enum att_err
att_kept_open(
    struct att_kept *kept, const struct att_keep *keep, struct att_reason *why)
{
	const struct att_lock_wait wait = { keep->wait_ms,
		ATT_ERR_FILE_LOCKED };
	enum att_err err;

	att_kept_init(kept);
	if ((kept->path = strdup(keep->path)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	kept->file.shown = kept->path;
	kept->file.max = keep->max;
	err = open_folder(kept->path, &kept->file.dirfd, &kept->file.name, why);
	if (err != ATT_OK)
		return err;
	err = att_file_lock(&kept->file, &wait, &kept->lock, why);
	if (err == ATT_ERR_FILE_LOCKED)
		return att_refuse(why, err,
		    "%s is being renewed by another process; try again when "
		    "that is done",
		    kept->path);
	return err;
}

void
att_kept_close(struct att_kept *kept)
{
	if (kept->lock >= 0)
		close(kept->lock);
	if (kept->file.dirfd >= 0)
		close(kept->file.dirfd);
	free(kept->path);
	att_kept_init(kept);
}

enum att_err
att_kept_replace(struct att_kept *kept, struct att_bytes content, mode_t mode,
    struct att_reason *why)
{
	if (kept->lock < 0)
		return att_refuse_plain(why, ATT_ERR_INTERNAL);
	return att_file_replace(&kept->file, content, mode, why);
}
