/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading and writing the files of the host's keys. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/kept.h"
#include "host/host_keys.h"

enum {
	HEX = 16,
	FILE_MODE = 0600,
	LOCK_WAIT_MS = 5000
};

/* What is wrapped in it; *filep stays NULL where there is no such file. */
static enum att_err
read_key(const char *path, const char *option, struct att_wrapped_key **filep,
    struct att_reason *why)
{
	const struct att_file file = { .dirfd = AT_FDCWD,
		.name = path,
		.shown = path,
		.max = ATT_WRAPPED_KEY_MAX };
	uint8_t *ptr = NULL;
	enum att_err err;
	size_t len = 0;

	*filep = NULL;
	err = att_file_read(&file, &ptr, &len, why);
	if (err == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (err == ATT_OK && (err = att_wrapped_key_parse(
				  att_bytes(ptr, len), filep, why)) != ATT_OK)
		err = att_refuse_within(why, err, "%s (%s)", path, option);
	if (ptr != NULL)
		explicit_bzero(ptr, len);
	free(ptr);
	return err;
}

static void
set_key(struct att_tpm_key *key, const struct att_wrapped_key *file)
{
	*key = (struct att_tpm_key){ .is_new = file == NULL };
	if (file != NULL)
		key->wrapped = att_wrapped_key_get(file);
}

/* A path begins with a slash: conf/value.h has looked. */
static bool
is_handle(const char *text)
{
	return text[0] != '/';
}

enum att_err
att_host_aik_load(const struct att_options *opts, struct att_host_keys *keys,
    struct att_reason *why)
{
	enum att_err err;

	*keys = (struct att_host_keys){ 0 };
	if (is_handle(opts->host_aik)) {
		keys->aik.handle = (uint32_t)strtoul(opts->host_aik, NULL, HEX);
		return ATT_OK;
	}
	err = read_key(opts->host_aik, "host_aik", &keys->aik_file, why);
	set_key(&keys->aik, keys->aik_file);
	return err;
}

enum att_err
att_host_keys_load(const struct att_options *opts, struct att_host_keys *keys,
    struct att_reason *why)
{
	enum att_err err;

	if ((err = att_host_aik_load(opts, keys, why)) != ATT_OK)
		return err;
	err = read_key(opts->host_key, "host_key", &keys->key_file, why);
	set_key(&keys->key, keys->key_file);
	return err;
}

void
att_host_keys_reset(struct att_host_keys *keys)
{
	att_wrapped_key_free(&keys->aik_file);
	att_wrapped_key_free(&keys->key_file);
	*keys = (struct att_host_keys){ 0 };
}

/* --- Writing -------------------------------------------------------------- */

enum att_err
att_host_key_print(const struct att_tpm_wrapped *made, struct att_buf *pem,
    struct att_reason *why)
{
	att_buf_reset(pem);
	if (made->public_part.len == 0)
		return ATT_OK;
	return att_wrapped_key_write(made, pem, why);
}

static enum att_err
write_new(
    struct att_kept *kept, const struct att_buf *pem, struct att_reason *why)
{
	struct stat there;

	if (fstatat(kept->file.dirfd, kept->file.name, &there,
		AT_SYMLINK_NOFOLLOW) == 0)
		return att_refuse(why, ATT_ERR_FILE_LOCKED,
		    "%s (host_aik): another process has made one in the "
		    "meantime; try again, to use that one",
		    kept->path);
	return att_kept_replace(kept, att_buf_get(pem), FILE_MODE, why);
}

enum att_err
att_host_aik_save(const struct att_options *opts,
    const struct att_tpm_wrapped *made, struct att_reason *why)
{
	const struct att_keep keep = { .path = opts->host_aik,
		.max = ATT_WRAPPED_KEY_MAX,
		.wait_ms = LOCK_WAIT_MS };
	struct att_kept kept;
	struct att_buf pem;
	enum att_err err;

	if (made->public_part.len == 0 || is_handle(opts->host_aik))
		return ATT_OK;
	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	err = att_host_key_print(made, &pem, why);
	if (err == ATT_OK) {
		err = att_kept_open(&kept, &keep, why);
		if (err == ATT_OK)
			err = write_new(&kept, &pem, why);
		att_kept_close(&kept);
	}
	att_buf_reset(&pem);
	return err;
}
