/* SPDX-License-Identifier: BSD-2-Clause */
/* The file "source" of mds_dir, as JSON. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "attestctl/mds_source.h"
#include "base/file.h"
#include "base/hex.h"
#include "trust/metadata_index.h"
#include "wire/fetch.h"

#define SOURCE_NAME "source"

enum {
	SOURCE_MAX = 8192
};

static const struct att_lock_wait wait_for_other = { 10000,
	ATT_ERR_STATE_LOCKED };

/* --- Recalling ----------------------------------------------------------- */

/* Whatever is wrong with what is kept, it is as if nothing were there. */
static json_t *
load(const char *dir)
{
	struct att_file file = { .dirfd = -1,
		.name = SOURCE_NAME,
		.shown = SOURCE_NAME,
		.max = SOURCE_MAX };
	uint8_t *ptr = NULL;
	json_t *root = NULL;
	size_t len;

	if (att_folder_open(dir, &file.dirfd, NULL) != ATT_OK)
		return NULL;
	if (att_file_read(&file, &ptr, &len, NULL) == ATT_OK)
		root = json_loadb(
		    (const char *)ptr, len, JSON_REJECT_DUPLICATES, NULL);
	free(ptr);
	close(file.dirfd);
	return root;
}

static const char *
text_of(const json_t *root, const char *name)
{
	const char *text = json_string_value(json_object_get(root, name));

	return text == NULL ? "" : text;
}

/*
 * Of the index that is there, while that is not overdue: then a server that
 * says for ever that nothing has changed is asked for all of it.
 */
static bool
is_of_index(const char *dir, const char *sha256)
{
	const struct att_index_head *head;
	struct att_index *index = NULL;
	uint8_t bytes[32];
	bool is_same;

	if (!att_hex_read(att_bytes_text(sha256), bytes, sizeof(bytes)) ||
	    att_index_open(dir, &index, NULL) != ATT_OK)
		return false;
	head = att_index_get_head(index);
	is_same = head->next_update > time(NULL) &&
		  memcmp(head->blob_sha256, bytes, sizeof(bytes)) == 0;
	att_index_free(&index);
	return is_same;
}

static void
take_text(const json_t *root, const char *name, char *out)
{
	const char *text = text_of(root, name);

	if (att_header_is_valid(text, ATT_HTTP_VALIDATOR_MAX))
		memcpy(out, text, strlen(text) + 1);
}

void
att_mds_source_recall(
    const char *dir, const char *url, struct att_validators *validators)
{
	json_t *root = load(dir);

	*validators = (struct att_validators){ 0 };
	if (strcmp(text_of(root, "url"), url) == 0 &&
	    is_of_index(dir, text_of(root, "sha256"))) {
		take_text(root, "etag", validators->etag);
		take_text(root, "last_modified", validators->modified);
	}
	json_decref(root);
}

/* --- Remembering --------------------------------------------------------- */

static char *
make_text(const struct att_mds_source *source)
{
	char sha256[ATT_HEX_TEXT_SIZE(32)], *text;
	json_t *root;

	att_hex_print(
	    att_bytes(source->sha256, sizeof(source->sha256)), sha256);
	root = json_pack("{s:s, s:s, s:s, s:s}", "url", source->url, "sha256",
	    sha256, "etag", source->validators.etag, "last_modified",
	    source->validators.modified);
	text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	return text;
}

static enum att_err
replace(const struct att_file *file, struct att_bytes content,
    struct att_reason *why)
{
	enum att_err err;
	int lock;

	err = att_file_lock(file, &wait_for_other, &lock, why);
	if (err != ATT_OK)
		return err;
	err = att_file_replace(file, content, 0644, why);
	close(lock);
	return err;
}

enum att_err
att_mds_source_remember(const char *dir, const struct att_mds_source *source,
    struct att_reason *why)
{
	struct att_file file = {
		.dirfd = -1, .name = SOURCE_NAME, .max = SOURCE_MAX
	};
	char *text = make_text(source), *shown = NULL;
	enum att_err err;

	if (text == NULL || asprintf(&shown, "%s/" SOURCE_NAME, dir) < 0) {
		free(text);
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	file.shown = shown;
	err = att_folder_open(dir, &file.dirfd, why);
	if (err == ATT_OK) {
		err = replace(&file, att_bytes_text(text), why);
		close(file.dirfd);
	}
	free(shown);
	free(text);
	return err;
}
