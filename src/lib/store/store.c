/* SPDX-License-Identifier: BSD-2-Clause */
/* The file store: one file per user, replaced atomically under a lock. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "store/percent.h"
#include "store/place.h"
#include "store/store.h"

enum {
	/* Public data, read by screen lockers that run as the user. */
	FOLDER_MODE = 0755,
	FILE_MODE = 0644,
};

/* Who removes a key that was stolen waits until others are done, or killed. */
static const struct att_lock_wait wait_to_add = { 5000, ATT_ERR_STORE_LOCKED };
static const struct att_lock_wait wait_to_remove = { 30000,
	ATT_ERR_STORE_LOCKED };

enum att_err
att_store_file_name(const char *user, char **namep)
{
	struct att_bytes bytes = att_bytes_text(user);
	struct att_buf name;
	enum att_err r;
	size_t len;

	*namep = NULL;
	if (bytes.len == 0 || bytes.len > ATT_USER_MAX)
		return ATT_ERR_STORE_BAD_USER;
	att_buf_init(&name, ATT_FILE_NAME_MAX + 1);
	if ((r = att_percent_encode(bytes, &name)) == ATT_OK &&
	    (r = att_buf_put_u8(&name, '\0')) == ATT_OK)
		r = att_buf_take(&name, (uint8_t **)namep, &len);
	att_buf_reset(&name);
	return r == ATT_ERR_TOO_LARGE ? ATT_ERR_STORE_BAD_USER : r;
}

enum att_err
att_store_user_name(const char *file_name, char **userp)
{
	enum att_err r;

	*userp = NULL;
	if (strlen(file_name) > ATT_FILE_NAME_MAX)
		return ATT_ERR_STORE_BAD_USER;
	r = att_percent_decode(att_bytes_text(file_name), ATT_USER_MAX, userp);
	return r == ATT_ERR_STORE_MALFORMED ? ATT_ERR_STORE_BAD_USER : r;
}

/* The file of a user. */
static enum att_err
place_name(struct att_place *place, const char *dir, const char *user,
    struct att_reason *why)
{
	char *name = NULL;
	enum att_err r;

	*place = (struct att_place){ .folder = -1, .lock = -1 };
	r = att_store_file_name(user, &name);
	if (r == ATT_ERR_STORE_BAD_USER)
		return att_refuse(why, r,
		    "the user name \"%.80s\" cannot have credentials: it is "
		    "empty or too long",
		    user);
	if (r == ATT_OK)
		r = att_place_set(
		    place, strdup(dir), name, ATT_CREDENTIALS_FILE_MAX);
	return att_refuse_plain(why, r);
}

static enum att_err
refuse_no_user(const char *user, const char *dir, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_STORE_NO_USER,
	    "user \"%s\" has no credential in %s; register one: "
	    "attestctl enroll '%s'",
	    user, dir, user);
}

static enum att_err
place_open(struct att_place *place, const char *dir, const char *user,
    struct att_reason *why)
{
	enum att_err r;

	if ((r = place_name(place, dir, user, why)) != ATT_OK)
		return r;
	r = att_folder_open(dir, &place->folder, why);
	if (r == ATT_ERR_FILE_NOT_FOUND)
		return refuse_no_user(user, dir, why);
	return r;
}

enum att_err
att_store_probe(const char *dir, const char *user, struct att_reason *why)
{
	struct att_place place;
	enum att_err r;
	struct stat st;

	if ((r = place_open(&place, dir, user, why)) != ATT_OK)
		goto out;
	if (fstatat(place.folder, place.name, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		if (!S_ISREG(st.st_mode))
			r = att_refuse(why, ATT_ERR_FILE_TYPE,
			    "%s is not a regular file", place.shown);
	} else if (errno == ENOENT) {
		r = refuse_no_user(user, dir, why);
	} else {
		r = att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be examined: %s", place.shown, strerror(errno));
	}
out:
	att_place_reset(&place);
	return r;
}

/* Reads and parses; a missing file is ATT_ERR_FILE_NOT_FOUND. */
static enum att_err
read_place(struct att_place *place, struct att_credentials *creds,
    uint8_t **content, size_t *len, struct att_reason *why)
{
	enum att_err r;

	if ((r = att_file_read(att_place_get_file(place), content, len, why)) !=
	    ATT_OK)
		return r;
	return att_credentials_parse(
	    att_bytes(*content, *len), place->shown, creds, why);
}

enum att_err
att_store_load(const char *dir, const char *user, struct att_credentials *creds,
    struct att_reason *why)
{
	uint8_t *content = NULL;
	struct att_place place;
	enum att_err r;
	size_t len;

	*creds = (struct att_credentials){ 0 };
	if ((r = place_open(&place, dir, user, why)) == ATT_OK)
		r = read_place(&place, creds, &content, &len, why);
	if (r == ATT_ERR_FILE_NOT_FOUND || (r == ATT_OK && creds->count == 0))
		r = refuse_no_user(user, dir, why);
	free(content);
	att_place_reset(&place);
	return r;
}

/* What a writer holds between reading the file and replacing it. */
struct edit {
	struct att_place place;
	struct att_credentials creds;
	uint8_t *content;
	size_t len;
};

static void
edit_end(struct edit *edit)
{
	att_credentials_reset(&edit->creds);
	free(edit->content);
	att_place_reset(&edit->place);
}

/* Reads under the lock, so that nothing another writer added is lost. */
static enum att_err
edit_read(
    struct edit *edit, const struct att_lock_wait *wait, struct att_reason *why)
{
	enum att_err r;

	r = att_file_lock(
	    att_place_get_file(&edit->place), wait, &edit->place.lock, why);
	if (r != ATT_OK)
		return r;
	return read_place(
	    &edit->place, &edit->creds, &edit->content, &edit->len, why);
}

static enum att_err
check_record_is_new(const struct att_credentials *creds,
    const struct att_record *record, struct att_reason *why)
{
	struct att_bytes id, other;
	enum att_err r;

	if ((r = att_record_get_credential_id(record, &id, why)) != ATT_OK)
		return r;
	for (size_t i = 0; i < creds->count; i++) {
		if (strcmp(creds->records[i].label, record->label) == 0)
			return att_refuse(why, ATT_ERR_STORE_DUPLICATE,
			    "the label \"%s\" is taken; choose another one, "
			    "or remove that credential first",
			    record->label);
		if (att_record_get_credential_id(
			&creds->records[i], &other, NULL) == ATT_OK &&
		    att_bytes_is_equal(id, other))
			return att_refuse(why, ATT_ERR_STORE_DUPLICATE,
			    "this credential is stored already, under the "
			    "label \"%s\"",
			    creds->records[i].label);
	}
	if ((r = att_credentials_check_room(creds, record, why)) != ATT_OK)
		return att_refuse_within(
		    why, r, "no room for another credential; remove one first");
	return ATT_OK;
}

static bool
has_credential_id(const struct att_credentials *creds, struct att_bytes id)
{
	struct att_bytes other;

	for (size_t i = 0; i < creds->count; i++)
		if (att_record_get_credential_id(
			&creds->records[i], &other, NULL) == ATT_OK &&
		    att_bytes_is_equal(id, other))
			return true;
	return false;
}

static enum att_err
check_expectation(const struct att_credentials *creds,
    const struct att_store_expectation *expected, struct att_reason *why)
{
	if (expected == NULL)
		return ATT_OK;
	if (expected->is_first && creds->count > 0)
		return att_refuse(why, ATT_ERR_SELF_ENROLL_REFUSED,
		    "the user had no credential when this registration began "
		    "and has %zu now; begin again and prove one of them",
		    creds->count);
	if (expected->proven_id.len > 0 &&
	    !has_credential_id(creds, expected->proven_id))
		return att_refuse(why, ATT_ERR_SELF_ENROLL_REFUSED,
		    "the credential that was proven for this registration has "
		    "been removed since; begin again with another one");
	return ATT_OK;
}

static enum att_err
write_added(
    struct edit *edit, const struct att_record *record, struct att_reason *why)
{
	struct att_buf out;
	enum att_err r;

	att_buf_init(&out, ATT_CREDENTIALS_FILE_MAX);
	if ((r = att_buf_put(&out, edit->content, edit->len)) == ATT_OK &&
	    (r = att_record_print(record, &out, why)) == ATT_OK &&
	    (r = att_buf_put_u8(&out, '\n')) == ATT_OK)
		r = att_file_replace(att_place_get_file(&edit->place),
		    att_buf_get(&out), FILE_MODE, why);
	att_buf_reset(&out);
	return att_refuse_plain(why, r);
}

enum att_err
att_store_add(const char *dir, const char *user,
    const struct att_record *record,
    const struct att_store_expectation *expected, struct att_reason *why)
{
	struct edit edit = { 0 };
	enum att_err r;

	if ((r = place_name(&edit.place, dir, user, why)) != ATT_OK ||
	    (r = att_folder_make(dir, FOLDER_MODE, &edit.place.folder, why)) !=
		ATT_OK)
		goto out;
	r = edit_read(&edit, &wait_to_add, why);
	if (r != ATT_OK && r != ATT_ERR_FILE_NOT_FOUND)
		goto out;
	if ((r = check_expectation(&edit.creds, expected, why)) == ATT_OK &&
	    (r = check_record_is_new(&edit.creds, record, why)) == ATT_OK)
		r = write_added(&edit, record, why);
out:
	edit_end(&edit);
	return r;
}

static enum att_err
write_removed(
    struct edit *edit, const struct att_span *span, struct att_reason *why)
{
	struct att_buf out;
	size_t after = span->start + span->len;
	enum att_err r;

	if (edit->creds.count == 1) {
		r = att_file_remove(att_place_get_file(&edit->place), why);
		if (r == ATT_OK)
			att_file_lock_remove(att_place_get_file(&edit->place));
		return r;
	}
	att_buf_init(&out, edit->len);
	if ((r = att_buf_put(&out, edit->content, span->start)) == ATT_OK &&
	    (r = att_buf_put(&out, edit->content + after, edit->len - after)) ==
		ATT_OK)
		r = att_file_replace(att_place_get_file(&edit->place),
		    att_buf_get(&out), FILE_MODE, why);
	att_buf_reset(&out);
	return att_refuse_plain(why, r);
}

enum att_err
att_store_remove(const char *dir, const char *user, const char *label_or_id,
    struct att_record *removed, struct att_reason *why)
{
	struct edit edit = { 0 };
	enum att_err r;
	size_t index;

	if (removed != NULL)
		*removed = (struct att_record){ 0 };
	if ((r = place_open(&edit.place, dir, user, why)) != ATT_OK)
		goto out;
	r = edit_read(&edit, &wait_to_remove, why);
	if (r == ATT_ERR_FILE_NOT_FOUND ||
	    (r == ATT_OK && edit.creds.count == 0))
		r = refuse_no_user(user, dir, why);
	if (r == ATT_OK && (r = att_credentials_find(&edit.creds, label_or_id,
				&index, why)) == ATT_OK)
		r = write_removed(&edit, &edit.creds.spans[index], why);
	if (r == ATT_OK && removed != NULL) {
		*removed = edit.creds.records[index];
		edit.creds.records[index] = (struct att_record){ 0 };
	}
out:
	edit_end(&edit);
	return r;
}

struct visitor {
	enum att_err (*fn)(const char *user, void *arg);
	void *arg;
};

/* *is_stray: the name is none of a user. */
static enum att_err
visit(const char *name, const struct visitor *visitor, bool *is_stray)
{
	enum att_err r;
	char *user;

	*is_stray = false;
	if (name[0] == '.')
		return ATT_OK;
	r = att_store_user_name(name, &user);
	*is_stray = r == ATT_ERR_STORE_BAD_USER;
	if (r != ATT_OK)
		return *is_stray ? ATT_OK : r;
	r = visitor->fn(user, visitor->arg);
	free(user);
	return r;
}

/* A file that has no business here hides nobody; the first one is named. */
static enum att_err
visit_all(DIR *stream, const char *dir, const struct visitor *visitor,
    struct att_reason *why)
{
	enum att_err r = ATT_OK, stray = ATT_OK;
	struct dirent *entry;
	bool is_stray;

	for (;;) {
		errno = 0;
		if ((entry = readdir(stream)) == NULL)
			break;
		if ((r = visit(entry->d_name, visitor, &is_stray)) != ATT_OK)
			return att_refuse_plain(why, r);
		if (is_stray && stray == ATT_OK)
			stray = att_refuse(why, ATT_ERR_STORE_MALFORMED,
			    "%s/%s does not have the name of a user; move it "
			    "elsewhere",
			    dir, entry->d_name);
	}
	if (errno != 0)
		return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be listed: %s", dir, strerror(errno));
	return stray;
}

enum att_err
att_store_each_user(const char *dir,
    enum att_err (*fn)(const char *user, void *arg), void *arg,
    struct att_reason *why)
{
	const struct visitor visitor = { fn, arg };
	enum att_err r;
	DIR *stream;
	int fd;

	r = att_folder_open(dir, &fd, why);
	if (r == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (r != ATT_OK)
		return r;
	if ((stream = fdopendir(fd)) == NULL) {
		close(fd);
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	r = visit_all(stream, dir, &visitor, why);
	closedir(stream);
	return r;
}
