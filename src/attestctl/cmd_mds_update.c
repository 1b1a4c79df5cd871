/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl mds update: a metadata BLOB from a server. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/cmd_mds.h"
#include "attestctl/cmd_mds_blob.h"
#include "attestctl/mds_source.h"
#include "attestctl/out.h"
#include "attestctl/progress.h"
#include "base/file.h"
#include "wire/fetch.h"

static const char usage[] =
    "usage: attestctl [--config FILE] mds update [--json] [--root PATH]...\n"
    "           [--at TIME] [URL]\n"
    "\n"
    "Fetches the metadata BLOB of the FIDO Alliance, or what URL is instead "
    "of\n"
    "mds_url, if it has changed; then verifies and keeps it as \"attestctl\n"
    "mds import\" does.\n"
    "\n"
    "  -r, --root PATH  a PEM file, or a folder of them, with the root of\n"
    "                   the signer instead of mds_roots; may be repeated\n"
    "  -a, --at TIME    judge certificates of the signer at TIME, Unix\n"
    "                   seconds or as in 2026-01-31T12:00:00Z, and not now\n"
    "  -j, --json       print an object\n"
    "  -h, --help       show this\n"
    "\n"
    "Exit status: 0 imported or already there, 1 refused, 2 cannot tell; the\n"
    "server cannot be reached, for example.\n";

/* One update. */
struct update {
	const char *url;
	struct att_fetched fetched;
	struct att_validators have; /* what the request says is there */
};

enum {
	SECONDS = 300, /* that an update may last */
	CONNECT_SECONDS = 30,
	NOT_MODIFIED = 304,
};

static enum att_err
check_url(const char *url, const char *what, struct att_reason *why)
{
	static const char scheme[] = "https://";

	if (strncmp(url, scheme, sizeof(scheme) - 1) == 0 &&
	    strlen(url) > sizeof(scheme) - 1 &&
	    strlen(url) <= ATT_FETCH_URL_MAX)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_USAGE,
	    "%s: '%s' does not begin with https:// or is no URL; for a file "
	    "there is \"attestctl mds import\"",
	    what, url);
}

/* The CAs for TLS: none, which are those of the system, without the file. */
static enum att_err
read_ca(const struct att_options *opts, uint8_t **ptrp, size_t *lenp,
    struct att_reason *why)
{
	const struct att_file file = { .dirfd = AT_FDCWD,
		.name = opts->mds_ca,
		.shown = opts->mds_ca,
		.max = ATT_FETCH_CA_MAX };
	enum att_err err;

	*ptrp = NULL;
	*lenp = 0;
	err = att_options_check_folder(opts, "mds_ca", why);
	if (err != ATT_OK)
		return err;
	err = att_file_read(&file, ptrp, lenp, why);
	if (err == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (err == ATT_OK && *lenp == 0)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "%s is empty, expected certificates as PEM", opts->mds_ca);
	return err;
}

static void
draw(void *arg, size_t have, size_t expected)
{
	struct att_progress *progress = arg;

	if (expected != 0)
		progress->total = expected;
	att_progress_step(progress, have);
}

/* RFC 9110 section 13.1. */
static size_t
put_conditions(
    const struct att_validators *have, struct att_http_header headers[2])
{
	size_t count = 0;

	if (have->etag[0] != '\0')
		headers[count++] =
		    (struct att_http_header){ "If-None-Match", have->etag };
	if (have->modified[0] != '\0')
		headers[count++] =
		    (struct att_http_header){ "If-Modified-Since",
			    have->modified };
	return count;
}

static enum att_err
take_file(struct att_mds_blob *blob, const struct update *update,
    struct att_buf *body, struct att_reason *why)
{
	blob->is_same = update->fetched.head.status == NOT_MODIFIED;
	if (blob->is_same && update->have.etag[0] == '\0' &&
	    update->have.modified[0] == '\0')
		return att_refuse(why, ATT_ERR_FETCH,
		    "%s cannot be fetched: the server says that nothing has "
		    "changed, which nobody asked",
		    update->url);
	if (blob->is_same)
		return ATT_OK;
	if (body->len == 0)
		return att_refuse(why, ATT_ERR_FETCH,
		    "%s cannot be fetched: the server sent nothing",
		    update->url);
	return att_refuse_plain(
	    why, att_buf_take(body, &blob->ptr, &blob->len));
}

static enum att_err
run_fetch(struct att_mds_blob *blob, struct update *update,
    const struct att_fetch *fetch, struct att_reason *why)
{
	struct att_progress progress;
	const struct att_fetch_progress drawn = { draw, &progress };
	struct att_buf body;
	enum att_err err;

	att_buf_init(&body, ATT_BLOB_MAX);
	att_progress_begin(&progress, "mds update", 0);
	err = att_fetch_run(fetch, &drawn, &body, &update->fetched, why);
	att_progress_clear(&progress);
	if (err == ATT_ERR_TOO_LARGE)
		err = att_mds_blob_refuse_size(update->url, why);
	else if (err == ATT_OK)
		err = take_file(blob, update, &body, why);
	att_buf_reset(&body);
	return err;
}

static enum att_err
get(struct att_mds_blob *blob, void *arg, const char **shown,
    struct att_reason *why)
{
	struct update *update = arg;
	const char *url =
	    blob->operand != NULL ? blob->operand : blob->opts->mds_url;
	struct att_http_header headers[2];
	struct att_fetch fetch = {
		.request = { .method = "GET",
		    .url = url,
		    .headers = headers,
		    .max = ATT_BLOB_MAX,
		    .seconds = SECONDS,
		    .connect_seconds = CONNECT_SECONDS },
		.proxy = "",
		.is_download = true,
	};
	uint8_t *ca = NULL;
	size_t ca_len;
	enum att_err err;

	*shown = update->url = url;
	if ((err = check_url(url, blob->operand != NULL ? "URL" : "mds_url",
		 why)) != ATT_OK ||
	    (err = read_ca(blob->opts, &ca, &ca_len, why)) != ATT_OK)
		return err;
	fetch.ca = att_bytes(ca, ca_len);
	att_mds_source_recall(blob->opts->mds_dir, url, &update->have);
	fetch.request.header_count = put_conditions(&update->have, headers);
	err = run_fetch(blob, update, &fetch, why);
	free(ca);
	return err;
}

/* Of the BLOB that is kept; what is not remembered is fetched again. */
static void
remember(struct att_mds_blob *blob, void *arg)
{
	const struct update *update = arg;
	struct att_mds_source source = { .url = update->url };
	struct att_reason why = { 0 };
	enum att_err err;

	memcpy(source.validators.etag, update->fetched.head.etag,
	    sizeof(source.validators.etag));
	memcpy(source.validators.modified, update->fetched.head.modified,
	    sizeof(source.validators.modified));
	memcpy(source.sha256, blob->sha256, sizeof(source.sha256));
	err = att_mds_source_remember(blob->opts->mds_dir, &source, &why);
	if (err != ATT_OK)
		att_out_error(blob->command,
		    "warning: %s; the next update fetches all of it again",
		    why.text);
}

enum att_exit
att_mds_update(const struct att_invocation *invocation, int argc, char **argv)
{
	struct update update = { 0 };
	const struct att_mds_blob_command command = {
		.name = "mds update",
		.usage = usage,
		.get = get,
		.kept = remember,
		.arg = &update,
	};

	return att_mds_blob_run(&command, invocation, argc, argv);
}
