/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys from the provider, put into a file. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/signers.h"
#include "base/kept.h"
#include "token/jwks.h"

/* One update; what was fetched, and what was there. */
struct update {
	const struct att_maa *maa;
	const struct att_options *opts;
	const char *path;
	struct att_buf shown;
	uint8_t *file;
	size_t file_len;
};

static enum att_err
fetch(struct update *update, struct att_reason *why)
{
	att_buf_init(&update->shown, ATT_MAA_SIGNERS_MAX);
	return att_maa_get_signers(update->maa, &update->shown, NULL, why);
}

static enum att_err
read_file(
    struct update *update, const struct att_file *file, struct att_reason *why)
{
	enum att_err err =
	    att_file_read(file, &update->file, &update->file_len, why);

	return err == ATT_ERR_FILE_NOT_FOUND ? ATT_OK : err;
}

/* Keys of nobody are the provider's where there is no other. */
static bool
is_only_provider(const struct update *update)
{
	const struct att_paths *issuers = &update->opts->host_issuer;

	return issuers->count == 0 ||
	       (issuers->count == 1 &&
		   strcmp(issuers->paths[0], update->maa->url) == 0);
}

static enum att_err
merge(const struct update *update, struct att_buf *text,
    struct att_signers *signers, struct att_reason *why)
{
	const struct att_maa_time *time = update->maa->retry.time;
	const struct att_options *opts = update->opts;
	const struct att_signers_merge given = {
		.shown = att_buf_get(&update->shown),
		.file = att_bytes(update->file, update->file_len),
		.file_shown = update->path,
		.provider = update->maa->url,
		.is_only_provider = is_only_provider(update),
		.now = time->now(time->arg),
		.life = (int64_t)opts->host_max_age + opts->host_grace +
			opts->host_leeway,
	};

	return att_signers_merge(&given, text, signers, why);
}

static bool
is_same(const struct update *update, const struct att_buf *text)
{
	return update->file != NULL &&
	       att_bytes_is_equal(att_buf_get(text),
		   att_bytes(update->file, update->file_len));
}

static void
end_update(struct update *update)
{
	att_buf_reset(&update->shown);
	free(update->file);
}

enum att_err
att_signers_update(const struct att_maa *maa, const struct att_options *opts,
    const char *path, struct att_signers *signers, struct att_reason *why)
{
	struct update update = { .maa = maa,
		.opts = opts,
		.path = path == NULL ? opts->host_jwks : path };
	const struct att_keep keep = { .path = update.path,
		.max = ATT_JWKS_MAX,
		.wait_ms = ATT_SIGNERS_LOCK_MS };
	struct att_signers own = { 0 };
	struct att_kept kept;
	struct att_buf text;
	enum att_err err;

	att_kept_init(&kept);
	att_buf_init(&text, ATT_JWKS_MAX);
	/* The network first: nobody waits for it with the lock. */
	if ((err = fetch(&update, why)) == ATT_OK &&
	    (err = att_kept_open(&kept, &keep, why)) == ATT_OK &&
	    (err = read_file(&update, &kept.file, why)) == ATT_OK &&
	    (err = merge(&update, &text, &own, why)) == ATT_OK &&
	    !is_same(&update, &text))
		err = att_kept_replace(&kept, att_buf_get(&text), 0644, why);
	att_kept_close(&kept);
	att_buf_reset(&text);
	end_update(&update);
	if (err != ATT_OK || signers == NULL)
		att_signers_free(&own);
	if (signers != NULL)
		*signers = own;
	return err;
}

enum att_err
att_signers_compare(const struct att_maa *maa, const struct att_options *opts,
    const char *path, struct att_signers *signers, struct att_reason *why)
{
	struct update update = { .maa = maa,
		.opts = opts,
		.path = path == NULL ? opts->host_jwks : path };
	const struct att_file file = { .dirfd = AT_FDCWD,
		.name = update.path,
		.shown = update.path,
		.max = ATT_JWKS_MAX };
	struct att_buf text;
	enum att_err err;

	*signers = (struct att_signers){ 0 };
	att_buf_init(&text, ATT_JWKS_MAX);
	if ((err = fetch(&update, why)) == ATT_OK &&
	    (err = read_file(&update, &file, why)) == ATT_OK)
		err = merge(&update, &text, signers, why);
	att_buf_reset(&text);
	end_update(&update);
	return err;
}
