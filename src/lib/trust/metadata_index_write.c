/* SPDX-License-Identifier: BSD-2-Clause */
/* Making the index of a metadata BLOB. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "codec/digest.h"
#include "trust/certificate.h"
#include "trust/metadata_index.h"
#include "trust/metadata_index_form.h"

/* --- An entry ----------------------------------------------------------- */

/* False: not a certificate, so it cannot be told whose it is. */
static bool
hash_key(const struct att_metadata_report *report, uint8_t sha256[32])
{
	struct att_reason ignored;
	struct att_certificate *cert = NULL;
	bool ok;

	if (report->certificate == NULL ||
	    att_certificate_decode(
		att_bytes(report->certificate, report->certificate_len), NULL,
		&cert, &ignored) != ATT_OK)
		return false;
	ok = att_certificate_hash_key(cert, sha256) == ATT_OK;
	att_certificate_free(&cert);
	return ok;
}

static enum att_err
put_report(const struct att_metadata_report *report, struct att_buf *out)
{
	bool is_of_one_key;
	uint8_t sha256[32];
	enum att_err err;

	is_of_one_key =
	    report->status == ATT_STATUS_ATTESTATION_KEY_COMPROMISE &&
	    hash_key(report, sha256);
	if ((err = att_buf_put_cstring(out, report->name)) != ATT_OK ||
	    (err = att_buf_put_u64(out, (uint64_t)report->effective)) !=
		ATT_OK ||
	    (err = att_buf_put_u64(out, (uint64_t)report->sunset)) != ATT_OK ||
	    (err = att_buf_put_u8(out, is_of_one_key)) != ATT_OK)
		return err;
	return is_of_one_key ? att_buf_put(out, sha256, sizeof(sha256))
			     : ATT_OK;
}

static bool
is_certificate(const struct att_metadata_root *root)
{
	struct att_reason ignored;
	struct att_certificate *cert = NULL;
	bool ok;

	ok = att_certificate_decode(att_bytes(root->ptr, root->len), NULL,
		 &cert, &ignored) == ATT_OK;
	att_certificate_free(&cert);
	return ok;
}

/* What makes the entry none that can be used; NULL: nothing does. */
static const char *
find_fault(const struct att_metadata_entry *entry)
{
	static const char bad_anchor[] =
	    "has an anchor that is not a certificate";

	if (entry->is_outdated)
		return "has a statement older than the update that it reports";
	if (entry->bad_root_count > 0)
		return bad_anchor;
	for (size_t i = 0; i < entry->root_count; i++) {
		if (!is_certificate(&entry->roots[i]))
			return bad_anchor;
	}
	return NULL;
}

static enum att_err
put_anchors(
    const struct att_metadata_entry *entry, bool usable, struct att_buf *out)
{
	size_t count = usable ? entry->root_count : 0;
	enum att_err err;

	if ((err = att_buf_put_u32(out, (uint32_t)count)) != ATT_OK)
		return err;
	for (size_t i = 0; i < count; i++) {
		err = att_buf_put_string(
		    out, att_bytes(entry->roots[i].ptr, entry->roots[i].len));
		if (err != ATT_OK)
			return err;
	}
	return ATT_OK;
}

static enum att_err
put_entry(const struct att_index_source *source,
    const struct att_metadata_entry *entry, struct att_buf *out)
{
	const char *fault = find_fault(entry);
	bool usable = fault == NULL;
	enum att_err err;

	if (!usable && source->warn != NULL)
		source->warn(source->warn_arg, entry, fault);
	if ((err = att_buf_put_cstring(out, entry->description)) != ATT_OK ||
	    (err = att_buf_put_u32(out, entry->attestations)) != ATT_OK ||
	    (err = att_buf_put_u8(out, usable)) != ATT_OK ||
	    (err = att_buf_put_u32(out, (uint32_t)entry->report_count)) !=
		ATT_OK)
		return err;
	for (size_t i = 0; i < entry->report_count; i++) {
		if ((err = put_report(&entry->reports[i], out)) != ATT_OK)
			return err;
	}
	return put_anchors(entry, usable, out);
}

/* --- The file ----------------------------------------------------------- */

static enum att_err
put_row(const struct att_metadata_entry *entry, size_t id,
    struct att_bytes body, size_t offset, struct att_buf *rows)
{
	uint8_t sha256[32];
	enum att_err err;

	if ((err = att_sha256(body, sha256)) != ATT_OK ||
	    (err = att_buf_put_u8(rows, entry->is_u2f)) != ATT_OK ||
	    (err = att_buf_put(rows, entry->ids[id], ATT_METADATA_ID_LEN)) !=
		ATT_OK ||
	    (err = att_buf_put_u32(rows, (uint32_t)offset)) != ATT_OK ||
	    (err = att_buf_put_u32(rows, (uint32_t)body.len)) != ATT_OK)
		return err;
	return att_buf_put(rows, sha256, sizeof(sha256));
}

/* The entries one after another, and a row for each identity of each. */
static enum att_err
put_entries(const struct att_index_source *source, struct att_buf *rows,
    struct att_buf *bodies)
{
	enum att_err err;

	for (size_t i = 0; i < source->metadata->count; i++) {
		const struct att_metadata_entry *entry =
		    &source->metadata->entries[i];
		size_t offset = bodies->len;

		if ((err = put_entry(source, entry, bodies)) != ATT_OK)
			return err;
		for (size_t id = 0; id < entry->id_count; id++) {
			struct att_bytes body = att_bytes(
			    bodies->ptr + offset, bodies->len - offset);

			err = put_row(entry, id, body, offset, rows);
			if (err != ATT_OK)
				return err;
		}
	}
	if (rows->len > 0)
		qsort(rows->ptr, rows->len / ATT_INDEX_ROW_LEN,
		    ATT_INDEX_ROW_LEN, att_index_compare_rows);
	return ATT_OK;
}

static enum att_err
put_head(
    const struct att_index_source *source, size_t rows, struct att_buf *out)
{
	const struct att_metadata *metadata = source->metadata;
	enum att_err err;

	if ((err = att_buf_put_u64(out, metadata->number)) != ATT_OK ||
	    (err = att_buf_put_u64(out, (uint64_t)metadata->next_update)) !=
		ATT_OK ||
	    (err = att_buf_put_u64(out, (uint64_t)source->imported)) !=
		ATT_OK ||
	    (err = att_buf_put(out, source->blob_sha256,
		 sizeof(source->blob_sha256))) != ATT_OK ||
	    (err = att_buf_put_cstring(out, metadata->legal_header)) != ATT_OK)
		return err;
	return att_buf_put_u32(out, (uint32_t)(rows / ATT_INDEX_ROW_LEN));
}

static enum att_err
put_front(const struct att_index_source *source, struct att_bytes rows,
    struct att_buf *out)
{
	struct att_buf head;
	uint8_t sha256[32];
	enum att_err err;
	size_t len;

	att_buf_init(&head, ATT_INDEX_TABLE_MAX);
	if ((err = put_head(source, rows.len, &head)) != ATT_OK)
		goto out;
	len = ATT_INDEX_MAGIC_LEN + 4 + head.len + rows.len + sizeof(sha256);
	err = ATT_ERR_TOO_LARGE;
	if (len > ATT_INDEX_TABLE_MAX)
		goto out;
	if ((err = att_buf_put(out, ATT_INDEX_MAGIC, ATT_INDEX_MAGIC_LEN)) !=
		ATT_OK ||
	    (err = att_buf_put_u32(out, (uint32_t)len)) != ATT_OK ||
	    (err = att_buf_put(out, head.ptr, head.len)) != ATT_OK ||
	    (err = att_buf_put(out, rows.ptr, rows.len)) != ATT_OK ||
	    (err = att_sha256(att_buf_get(out), sha256)) != ATT_OK)
		goto out;
	err = att_buf_put(out, sha256, sizeof(sha256));
out:
	att_buf_reset(&head);
	return err;
}

enum att_err
att_index_encode(const struct att_index_source *source, struct att_buf *out)
{
	struct att_buf rows, bodies;
	enum att_err err;

	att_buf_init(&rows, ATT_INDEX_TABLE_MAX);
	att_buf_init(&bodies, ATT_INDEX_MAX);
	if ((err = put_entries(source, &rows, &bodies)) != ATT_OK ||
	    (err = put_front(source, att_buf_get(&rows), out)) != ATT_OK)
		goto out;
	err = att_buf_put(out, bodies.ptr, bodies.len);
out:
	att_buf_reset(&rows);
	att_buf_reset(&bodies);
	return err;
}

/* --- In its folder ------------------------------------------------------ */

static const struct att_lock_wait wait_for_import = { 10000,
	ATT_ERR_STATE_LOCKED };

/*
 * FIDO Metadata Service 3.1 section 3.2: metadata never goes back. An old BLOB
 * is silent about what came later.
 */
static enum att_err
check_number(const char *dir, const struct att_index_source *source,
    bool *is_new, struct att_reason *why)
{
	uint64_t number = source->metadata->number, have;
	struct att_index *index;
	enum att_err err;

	*is_new = true;
	err = att_index_open(dir, &index, why);
	if (err == ATT_ERR_METADATA_MISSING || err == ATT_ERR_METADATA_DAMAGED)
		return ATT_OK;
	if (err != ATT_OK)
		return err;
	have = att_index_get_head(index)->number;
	att_index_free(&index);
	*is_new = number != have;
	if (number >= have)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_METADATA_OLD,
	    "the BLOB is no %llu, and no %llu has been imported already (if "
	    "that was none of the service's, remove %s/" ATT_INDEX_NAME ")",
	    (unsigned long long)number, (unsigned long long)have, dir);
}

static enum att_err
replace_locked(const struct att_file *file, const char *dir,
    const struct att_index_source *source, bool *is_new, struct att_reason *why)
{
	struct att_buf content;
	enum att_err err;

	if ((err = check_number(dir, source, is_new, why)) != ATT_OK ||
	    !*is_new)
		return err;
	att_buf_init(&content, ATT_INDEX_MAX);
	err = att_index_encode(source, &content);
	if (err == ATT_OK)
		err = att_file_replace(file, att_buf_get(&content), 0644, why);
	else
		err = att_refuse_plain(why, err);
	att_buf_reset(&content);
	return err;
}

enum att_err
att_index_replace(const char *dir, const struct att_index_source *source,
    bool *is_new, struct att_reason *why)
{
	struct att_file file = { .name = ATT_INDEX_NAME, .max = ATT_INDEX_MAX };
	int folder = -1, lock = -1;
	char *shown = NULL;
	enum att_err err;

	*is_new = false;
	if (asprintf(&shown, "%s/" ATT_INDEX_NAME, dir) < 0) {
		shown = NULL;
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	if ((err = att_folder_make(dir, 0755, &folder, why)) != ATT_OK)
		goto out;
	file.dirfd = folder;
	file.shown = shown;
	if ((err = att_file_lock(&file, &wait_for_import, &lock, why)) !=
	    ATT_OK)
		goto out;
	err = replace_locked(&file, dir, source, is_new, why);
	close(lock);
out:
	if (folder >= 0)
		close(folder);
	free(shown);
	return err;
}
