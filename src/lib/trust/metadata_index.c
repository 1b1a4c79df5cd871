/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the index of a metadata BLOB. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "codec/digest.h"
#include "trust/metadata_index.h"
#include "trust/metadata_index_form.h"

struct row {
	size_t index; /* in the table */
	uint32_t offset;
	uint32_t len;
	uint8_t sha256[32];
};

struct att_index {
	int fd;
	char *shown;
	struct att_index_head head;
	uint64_t entries; /* where they begin */
	struct att_bytes table;
	uint8_t *front;		   /* owned: everything before the entries */
	struct att_model **models; /* one for each row; NULL: not read yet */
};

static enum att_err
damaged(const char *shown, const char *what, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_METADATA_DAMAGED,
	    "%s %s; make it anew: attestctl mds import FILE", shown, what);
}

static enum att_err
read_at(const struct att_index *index, uint64_t offset, uint8_t *ptr,
    size_t len, struct att_reason *why)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = pread(
		    index->fd, ptr + have, len - have, (off_t)(offset + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
			    "%s cannot be read: %s", index->shown,
			    strerror(errno));
		if (n == 0)
			return damaged(index->shown, "ends too early", why);
		have += (size_t)n;
	}
	return ATT_OK;
}

/* --- The front: head, table, checksum ----------------------------------- */

static bool
read_time(struct att_reader *r, time_t *timep)
{
	uint64_t value;

	if (att_reader_get_u64(r, &value) != ATT_OK || value > INT64_MAX)
		return false;
	*timep = (time_t)value;
	return true;
}

static bool
read_head(struct att_reader *r, struct att_index_head *head)
{
	struct att_bytes sha256, legal;
	uint32_t count;

	if (att_reader_get_u64(r, &head->number) != ATT_OK ||
	    !read_time(r, &head->next_update) ||
	    !read_time(r, &head->imported) ||
	    att_reader_get(r, sizeof(head->blob_sha256), &sha256) != ATT_OK ||
	    att_reader_get_string(r, ATT_METADATA_LEGAL_MAX, &legal) !=
		ATT_OK ||
	    att_reader_get_u32(r, &count) != ATT_OK)
		return false;
	memcpy(head->blob_sha256, sha256.ptr, sha256.len);
	memcpy(head->legal_header, legal.ptr, legal.len);
	head->legal_header[legal.len] = '\0';
	head->identity_count = count;
	return true;
}

/* The magic, then how many bytes the front has, its checksum included. */
static enum att_err
read_front(struct att_index *index, struct att_reason *why)
{
	uint8_t begin[ATT_INDEX_MAGIC_LEN + 4], sha256[32];
	struct att_bytes magic;
	struct att_reader r;
	enum att_err err;
	uint32_t len;

	if ((err = read_at(index, 0, begin, sizeof(begin), why)) != ATT_OK)
		return err;
	r = att_reader(att_bytes(begin, sizeof(begin)));
	if (att_reader_get(&r, ATT_INDEX_MAGIC_LEN, &magic) != ATT_OK ||
	    memcmp(magic.ptr, ATT_INDEX_MAGIC, magic.len) != 0 ||
	    att_reader_get_u32(&r, &len) != ATT_OK ||
	    len > ATT_INDEX_TABLE_MAX || len < sizeof(begin) + sizeof(sha256))
		return damaged(
		    index->shown, "is not an index of this version", why);
	if ((index->front = malloc(len)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((err = read_at(index, 0, index->front, len, why)) != ATT_OK)
		return err;
	err = att_sha256(att_bytes(index->front, len - sizeof(sha256)), sha256);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (memcmp(index->front + len - sizeof(sha256), sha256,
		sizeof(sha256)) != 0)
		return damaged(index->shown, "has a wrong checksum", why);
	index->entries = len;
	r = att_reader(att_bytes(index->front + sizeof(begin),
	    len - sizeof(begin) - sizeof(sha256)));
	if (!read_head(&r, &index->head) ||
	    r.left != index->head.identity_count * ATT_INDEX_ROW_LEN)
		return damaged(index->shown, "has a malformed head", why);
	index->table = att_bytes(r.ptr, r.left);
	index->models =
	    calloc(index->head.identity_count + 1, sizeof(*index->models));
	return att_refuse_plain(
	    why, index->models == NULL ? ATT_ERR_NO_MEMORY : ATT_OK);
}

enum att_err
att_index_open(
    const char *dir, struct att_index **indexp, struct att_reason *why)
{
	struct att_index *index = calloc(1, sizeof(*index));
	struct att_file file = { .name = ATT_INDEX_NAME };
	enum att_err err;
	int folder = -1;

	*indexp = NULL;
	if (index == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	index->fd = -1;
	if (asprintf(&index->shown, "%s/" ATT_INDEX_NAME, dir) < 0) {
		index->shown = NULL;
		err = att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		goto out;
	}
	if ((err = att_folder_open(dir, &folder, why)) != ATT_OK)
		goto out;
	file.dirfd = folder;
	file.shown = index->shown;
	if ((err = att_file_open(&file, &index->fd, why)) != ATT_OK)
		goto out;
	if ((err = read_front(index, why)) != ATT_OK)
		goto out;
	*indexp = index;
	index = NULL;
out:
	if (err == ATT_ERR_FILE_NOT_FOUND)
		err = att_refuse(why, ATT_ERR_METADATA_MISSING,
		    "there is no metadata in %s; run: attestctl mds import "
		    "FILE",
		    dir);
	if (folder >= 0)
		close(folder);
	att_index_free(&index);
	return err;
}

static void
model_free(struct att_model *model)
{
	if (model == NULL)
		return;
	att_anchors_free(&model->anchors);
	free(model->reports);
	free(model);
}

void
att_index_free(struct att_index **indexp)
{
	struct att_index *index = *indexp;

	if (index == NULL)
		return;
	for (size_t i = 0;
	     index->models != NULL && i < index->head.identity_count; i++)
		model_free(index->models[i]);
	free(index->models);
	if (index->fd >= 0)
		close(index->fd);
	free(index->shown);
	free(index->front);
	free(index);
	*indexp = NULL;
}

const struct att_index_head *
att_index_get_head(const struct att_index *index)
{
	return &index->head;
}

/* --- One entry ---------------------------------------------------------- */

static bool
read_text(struct att_reader *r, char *text, size_t size)
{
	struct att_bytes bytes;

	if (att_reader_get_string(r, size - 1, &bytes) != ATT_OK ||
	    memchr(bytes.ptr, '\0', bytes.len) != NULL)
		return false;
	memcpy(text, bytes.ptr, bytes.len);
	text[bytes.len] = '\0';
	return true;
}

static bool
read_report(struct att_reader *r, struct att_model_report *report)
{
	struct att_bytes key;
	uint8_t is_of_one_key;

	if (!read_text(r, report->name, sizeof(report->name)) ||
	    !read_time(r, &report->effective) ||
	    !read_time(r, &report->sunset) ||
	    att_reader_get_u8(r, &is_of_one_key) != ATT_OK || is_of_one_key > 1)
		return false;
	report->status = att_metadata_status_find(report->name);
	report->is_of_one_key = is_of_one_key == 1;
	if (!report->is_of_one_key)
		return true;
	if (att_reader_get(r, sizeof(report->key_sha256), &key) != ATT_OK)
		return false;
	memcpy(report->key_sha256, key.ptr, key.len);
	return true;
}

static enum att_err
read_reports(struct att_reader *r, struct att_model *model)
{
	uint32_t count;

	if (att_reader_get_u32(r, &count) != ATT_OK ||
	    count > ATT_METADATA_LIST_MAX)
		return ATT_ERR_METADATA_DAMAGED;
	model->reports = calloc(count + 1, sizeof(*model->reports));
	if (model->reports == NULL)
		return ATT_ERR_NO_MEMORY;
	for (; model->report_count < count; model->report_count++) {
		if (!read_report(r, &model->reports[model->report_count]))
			return ATT_ERR_METADATA_DAMAGED;
	}
	return ATT_OK;
}

static enum att_err
read_anchors(struct att_reader *r, struct att_model *model)
{
	struct att_reason ignored;
	struct att_bytes der;
	enum att_err err;
	uint32_t count;

	if (att_reader_get_u32(r, &count) != ATT_OK ||
	    count > ATT_METADATA_LIST_MAX)
		return ATT_ERR_METADATA_DAMAGED;
	if ((err = att_anchors_new(&model->anchors)) != ATT_OK)
		return err;
	for (; model->anchor_count < count; model->anchor_count++) {
		if (att_reader_get_string(r, ATT_INDEX_MAX, &der) != ATT_OK)
			return ATT_ERR_METADATA_DAMAGED;
		err = att_anchors_add_der(
		    model->anchors, ATT_ROLE_ANCHOR, der, "metadata", &ignored);
		if (err != ATT_OK)
			return err == ATT_ERR_NO_MEMORY
				   ? err
				   : ATT_ERR_METADATA_DAMAGED;
	}
	return ATT_OK;
}

static enum att_err
read_model(struct att_bytes body, struct att_model *model)
{
	struct att_reader r = att_reader(body);
	uint8_t is_usable;
	enum att_err err;

	if (!read_text(&r, model->description, sizeof(model->description)) ||
	    att_reader_get_u32(&r, &model->attestations) != ATT_OK ||
	    att_reader_get_u8(&r, &is_usable) != ATT_OK || is_usable > 1)
		return ATT_ERR_METADATA_DAMAGED;
	model->is_usable = is_usable == 1;
	if ((err = read_reports(&r, model)) != ATT_OK ||
	    (err = read_anchors(&r, model)) != ATT_OK)
		return err;
	return att_reader_end(&r) == ATT_OK ? ATT_OK : ATT_ERR_METADATA_DAMAGED;
}

/* Rows are sorted: the kind, then the identity. */
static bool
find_row(const struct att_index *index, const struct att_model_id *id,
    struct row *row)
{
	uint8_t key[1 + ATT_METADATA_ID_LEN];
	struct att_bytes part;
	struct att_reader r;
	const uint8_t *found;

	key[0] = id->is_u2f;
	memcpy(key + 1, id->id, ATT_METADATA_ID_LEN);
	found = bsearch(key, index->table.ptr, index->head.identity_count,
	    ATT_INDEX_ROW_LEN, att_index_compare_rows);
	if (found == NULL)
		return false;
	row->index = (size_t)(found - index->table.ptr) / ATT_INDEX_ROW_LEN;
	r = att_reader(
	    att_bytes(found + sizeof(key), ATT_INDEX_ROW_LEN - sizeof(key)));
	if (att_reader_get_u32(&r, &row->offset) != ATT_OK ||
	    att_reader_get_u32(&r, &row->len) != ATT_OK ||
	    att_reader_get(&r, sizeof(row->sha256), &part) != ATT_OK)
		return false;
	memcpy(row->sha256, part.ptr, part.len);
	return true;
}

static enum att_err
read_entry(const struct att_index *index, const struct row *row,
    struct att_model *model, struct att_reason *why)
{
	uint8_t sha256[32], *body = NULL;
	enum att_err err;

	if (row->len > ATT_INDEX_MAX)
		return damaged(index->shown, "has an entry too large", why);
	if ((body = malloc(row->len + 1)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	err = read_at(index, index->entries + row->offset, body, row->len, why);
	if (err != ATT_OK)
		goto out;
	if ((err = att_sha256(att_bytes(body, row->len), sha256)) != ATT_OK) {
		err = att_refuse_plain(why, err);
		goto out;
	}
	if (memcmp(sha256, row->sha256, sizeof(sha256)) != 0) {
		err = damaged(
		    index->shown, "has an entry with a wrong checksum", why);
		goto out;
	}
	err = read_model(att_bytes(body, row->len), model);
	if (err == ATT_ERR_METADATA_DAMAGED)
		err = damaged(index->shown, "has a malformed entry", why);
	else if (err != ATT_OK)
		err = att_refuse_plain(why, err);
out:
	free(body);
	return err;
}

static enum att_err
new_model(const struct att_index *index, const struct row *row,
    struct att_model **modelp, struct att_reason *why)
{
	struct att_model *model = calloc(1, sizeof(*model));
	enum att_err err;

	*modelp = NULL;
	if (model == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	memcpy(model->sha256, row->sha256, sizeof(model->sha256));
	if ((err = read_entry(index, row, model, why)) != ATT_OK) {
		model_free(model);
		return err;
	}
	*modelp = model;
	return ATT_OK;
}

/* What is kept changes nothing that the const of the index promises. */
enum att_err
att_index_find(const struct att_index *index, const struct att_model_id *id,
    const struct att_model **modelp, struct att_reason *why)
{
	struct att_model *model;
	enum att_err err;
	struct row row;

	*modelp = NULL;
	if (!find_row(index, id, &row))
		return ATT_OK;
	if (index->models[row.index] == NULL) {
		if ((err = new_model(index, &row, &model, why)) != ATT_OK)
			return err;
		model->is_u2f = id->is_u2f;
		index->models[row.index] = model;
	}
	*modelp = index->models[row.index];
	return ATT_OK;
}
