/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading trust anchors and intermediates. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>

#include "base/file.h"
#include "codec/status_list.h"
#include "trust/anchor_set.h"
#include "trust/certificate_parts.h"
#include "trust/memory.h"
#include "trust/pem.h"

enum {
	FILE_BYTES_MAX = 4 << 20,
	FILES_MAX = 1024
};

enum att_err
att_anchors_new(struct att_anchors **anchorsp)
{
	struct att_anchors *anchors = calloc(1, sizeof(*anchors));
	enum att_err r;

	*anchorsp = NULL;
	if (anchors == NULL)
		return ATT_ERR_NO_MEMORY;
	if ((r = att_memory_new(0, &anchors->memory)) != ATT_OK) {
		free(anchors);
		return r;
	}
	*anchorsp = anchors;
	return ATT_OK;
}

enum att_err
att_anchors_remember(struct att_anchors *anchors, size_t chains)
{
	struct att_memory *memory;
	enum att_err r;

	if ((r = att_memory_new(chains, &memory)) != ATT_OK)
		return r;
	att_memory_free(&anchors->memory);
	anchors->memory = memory;
	return ATT_OK;
}

struct att_memory *
att_anchors_get_memory(const struct att_anchors *anchors)
{
	return anchors == NULL ? NULL : anchors->memory;
}

static void
entry_reset(struct att_anchor_entry *entry)
{
	att_certificate_free(&entry->cert);
	X509_NAME_free(entry->name);
	free(entry->ptr);
	free(entry->shown);
	*entry = (struct att_anchor_entry){ 0 };
}

void
att_anchors_free(struct att_anchors **anchorsp)
{
	struct att_anchors *anchors = *anchorsp;

	if (anchors == NULL)
		return;
	for (size_t i = 0; i < anchors->count; i++)
		entry_reset(&anchors->entries[i]);
	att_status_list_free(&anchors->statuses);
	free(anchors->entries);
	att_memory_free(&anchors->memory);
	free(anchors);
	*anchorsp = NULL;
}

size_t
att_anchors_get_count(const struct att_anchors *anchors)
{
	size_t count = 0;

	for (size_t i = 0; i < anchors->count; i++)
		count += anchors->entries[i].role == ATT_ROLE_ANCHOR;
	return count;
}

/* --- What path.c asks of an entry -------------------------------------------
 */

static enum att_err
refuse_entry(const struct att_anchor_entry *entry, const char *what,
    struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_ROOTS_INVALID,
	    "%s: the certificate that ends in line %zu %s; remove or replace "
	    "it",
	    entry->shown, entry->end_line, what);
}

enum att_err
att_anchor_entry_get_cert(struct att_anchor_entry *entry,
    struct att_certificate **certp, struct att_reason *why)
{
	struct att_reason inner = { 0 };
	enum att_err r;

	*certp = NULL;
	if (entry->cert == NULL) {
		r = att_certificate_decode(att_bytes(entry->ptr, entry->len),
		    NULL, &entry->cert, &inner);
		if (r != ATT_OK)
			return refuse_entry(entry, "is malformed", why);
	}
	*certp = entry->cert;
	return ATT_OK;
}

enum att_err
att_anchor_entry_is_named(struct att_anchor_entry *entry, const X509_NAME *name,
    bool exact, bool *is_named, struct att_reason *why)
{
	const unsigned char *p = entry->parts.subject.ptr;
	const unsigned char *ptr;
	size_t len;

	*is_named = false;
	if (X509_NAME_get0_der(name, &ptr, &len) != 1)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (att_bytes_is_equal(att_bytes(ptr, len), entry->parts.subject)) {
		*is_named = exact;
		return ATT_OK;
	}
	if (exact)
		return ATT_OK;
	if (entry->name == NULL)
		entry->name =
		    d2i_X509_NAME(NULL, &p, (long)entry->parts.subject.len);
	if (entry->name == NULL) {
		ERR_clear_error();
		return refuse_entry(entry, "has a malformed subject", why);
	}
	*is_named = X509_NAME_cmp(entry->name, name) == 0;
	return ATT_OK;
}

bool
att_anchor_entry_is_holder(
    struct att_anchor_entry *entry, const struct att_certificate *cert)
{
	struct att_reason ignored;
	bool is_named = false;

	if (!att_bytes_is_equal(cert->subject_key, entry->parts.key))
		return false;
	if (att_anchor_entry_is_named(
		entry, cert->subject, true, &is_named, &ignored) == ATT_OK &&
	    !is_named &&
	    att_anchor_entry_is_named(
		entry, cert->subject, false, &is_named, &ignored) != ATT_OK)
		is_named = false;
	return is_named;
}

/* --- Filling
 * ------------------------------------------------------------------ */

static enum att_err
reserve(struct att_anchors *anchors, struct att_reason *why)
{
	struct att_anchor_entry *entries;
	size_t size;

	if (anchors->count < anchors->size)
		return ATT_OK;
	if (anchors->count >= ATT_ANCHORS_MAX)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "more than %d certificates", ATT_ANCHORS_MAX);
	size = anchors->size == 0 ? 64 : anchors->size * 2;
	entries = reallocarray(anchors->entries, size, sizeof(*entries));
	if (entries == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	anchors->entries = entries;
	anchors->size = size;
	return ATT_OK;
}

/* Takes the entry's memory over, whatever it returns. */
static enum att_err
take_entry(struct att_anchors *anchors, struct att_anchor_entry *entry,
    struct att_reason *why)
{
	enum att_err r = ATT_ERR_INTERNAL;

	if (entry->shown == NULL) {
		r = att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		goto out;
	}
	if (entry->len > ATT_CERTIFICATE_MAX ||
	    !att_der_is_strict(att_bytes(entry->ptr, entry->len)) ||
	    !att_der_find_subject(
		att_bytes(entry->ptr, entry->len), &entry->parts)) {
		r = att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "line %zu: the block that ends here is not a certificate",
		    entry->end_line);
		goto out;
	}
	if ((r = reserve(anchors, why)) != ATT_OK)
		goto out;
	anchors->entries[anchors->count++] = *entry;
	anchors->generation++;
	*entry = (struct att_anchor_entry){ 0 };
	r = ATT_OK;
out:
	entry_reset(entry);
	return r;
}

enum att_err
att_anchors_add_pem(struct att_anchors *anchors, enum att_anchor_role role,
    struct att_bytes text, const char *shown, struct att_reason *why)
{
	struct att_pem pem = att_pem(text);
	size_t before = anchors->count;
	enum att_err r;

	for (;;) {
		struct att_anchor_entry entry = { .role = role };

		r = att_pem_next(&pem, &entry.ptr, &entry.len, why);
		if (r != ATT_OK)
			return att_refuse_within(why, r, "%s", shown);
		if (entry.ptr == NULL)
			break;
		entry.line = pem.block_line;
		entry.end_line = pem.line;
		entry.shown = strdup(shown);
		if ((r = take_entry(anchors, &entry, why)) != ATT_OK)
			return att_refuse_within(why, r, "%s", shown);
	}
	if (anchors->count == before)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "%s has no certificate; put one there or remove the file",
		    shown);
	return ATT_OK;
}

enum att_err
att_anchors_add_statuses(struct att_anchors *anchors, struct att_bytes text,
    const char *shown, struct att_reason *why)
{
	enum att_err r;

	if (anchors->statuses != NULL)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "%s is a second status list; keep one", shown);
	r = att_status_list_parse(text, &anchors->statuses, why);
	return att_refuse_within(why, r, "%s", shown);
}

const char *
att_anchors_get_status(
    const struct att_anchors *anchors, const struct att_certificate *cert)
{
	if (anchors->statuses == NULL)
		return NULL;
	return att_status_list_find(
	    anchors->statuses, att_certificate_get_serial(cert));
}

enum att_err
att_anchors_add_der(struct att_anchors *anchors, enum att_anchor_role role,
    struct att_bytes der, const char *shown, struct att_reason *why)
{
	struct att_anchor_entry entry = { .role = role, .len = der.len };
	enum att_err r;

	if (der.len == 0 || der.len > ATT_CERTIFICATE_MAX)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "%s: a certificate of %zu bytes", shown, der.len);
	if ((entry.ptr = malloc(der.len)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	memcpy(entry.ptr, der.ptr, der.len);
	entry.shown = strdup(shown);
	if ((r = take_entry(anchors, &entry, why)) != ATT_OK)
		return att_refuse_within(why, r, "%s", shown);
	return ATT_OK;
}

bool
att_anchors_get_item(const struct att_anchors *anchors, size_t index,
    struct att_anchor_item *item)
{
	const struct att_anchor_entry *entry;

	*item = (struct att_anchor_item){ 0 };
	if (index >= anchors->count)
		return false;
	entry = &anchors->entries[index];
	item->role = entry->role;
	item->shown = entry->shown;
	item->line = entry->line;
	item->der = att_bytes(entry->ptr, entry->len);
	return true;
}

void
att_anchors_drop(struct att_anchors *anchors, size_t index)
{
	struct att_anchor_entry *entries = anchors->entries;

	if (index >= anchors->count)
		return;
	entry_reset(&entries[index]);
	anchors->count--;
	memmove(&entries[index], &entries[index + 1],
	    (anchors->count - index) * sizeof(entries[0]));
	anchors->generation++;
}

enum att_err
att_anchors_describe(const struct att_anchors *anchors, size_t index,
    struct att_anchor *anchor, struct att_reason *why)
{
	struct att_certificate *cert;
	enum att_err r;

	*anchor = (struct att_anchor){ 0 };
	if (index >= anchors->count)
		return att_refuse_plain(why, ATT_ERR_ROOTS_INVALID);
	r = att_anchor_entry_get_cert(&anchors->entries[index], &cert, why);
	if (r != ATT_OK)
		return r;
	att_certificate_print_subject(
	    cert, anchor->subject, sizeof(anchor->subject));
	att_certificate_get_key_id(cert, anchor->key_ids[0]);
	if ((r = att_certificate_hash(cert, anchor->sha256)) != ATT_OK ||
	    (r = att_certificate_hash_key(cert, anchor->keys[0])) != ATT_OK)
		return att_refuse_plain(why, r);
	return ATT_OK;
}

/* --- Files and folders
 * -------------------------------------------------------- */

static const char statuses_name[] = "android-status.json";

/* A file to read: name in the folder dirfd if strict, else by shown. */
struct source {
	enum att_anchor_role role;
	bool strict;
	int dirfd;
	const char *name;
	const char *shown;
};

static enum att_err
load_file(struct att_anchors *anchors, const struct source *source,
    struct att_reason *why)
{
	struct att_file file = { .dirfd = source->dirfd,
		.name = source->name,
		.shown = source->shown,
		.max = FILE_BYTES_MAX };
	uint8_t *ptr = NULL;
	size_t len;
	enum att_err r;

	if (source->strict)
		r = att_file_read(&file, &ptr, &len, why);
	else
		r = att_file_read_any(
		    source->shown, FILE_BYTES_MAX, &ptr, &len, why);
	if (r == ATT_OK && strcmp(source->name, statuses_name) == 0)
		r = att_anchors_add_statuses(
		    anchors, att_bytes(ptr, len), source->shown, why);
	else if (r == ATT_OK)
		r = att_anchors_add_pem(anchors, source->role,
		    att_bytes(ptr, len), source->shown, why);
	free(ptr);
	return r;
}

static bool
is_our_name(const char *name)
{
	size_t len = strlen(name);

	if (strcmp(name, statuses_name) == 0)
		return true;
	return name[0] != '.' && len > 4 && strcmp(name + len - 4, ".pem") == 0;
}

struct names {
	char *names[FILES_MAX];
	size_t count;
};

static void
names_free(struct names **namesp)
{
	if (*namesp == NULL)
		return;
	for (size_t i = 0; i < (*namesp)->count; i++)
		free((*namesp)->names[i]);
	free(*namesp);
	*namesp = NULL;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum att_err
list_names(
    DIR *dir, const char *shown, struct names *names, struct att_reason *why)
{
	const struct dirent *entry;

	while ((errno = 0, entry = readdir(dir)) != NULL) {
		if (!is_our_name(entry->d_name))
			continue;
		if (names->count == FILES_MAX)
			return att_refuse(why, ATT_ERR_ROOTS_INVALID,
			    "%s has more than %d files", shown, FILES_MAX);
		names->names[names->count] = strdup(entry->d_name);
		if (names->names[names->count] == NULL)
			return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		names->count++;
	}
	if (errno != 0)
		return att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s cannot be listed: %s", shown, strerror(errno));
	qsort(names->names, names->count, sizeof(char *), compare_names);
	return ATT_OK;
}

/* folder->shown is the folder's own path. */
static enum att_err
load_names(struct att_anchors *anchors, const struct source *folder,
    const struct names *names, struct att_reason *why)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < names->count && r == ATT_OK; i++) {
		struct source source = *folder;
		char *shown;

		if (asprintf(&shown, "%s/%s", folder->shown, names->names[i]) <
		    0)
			return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		source.name = names->names[i];
		source.shown = shown;
		r = load_file(anchors, &source, why);
		free(shown);
	}
	return r;
}

/* Closes fd. */
static enum att_err
load_folder(struct att_anchors *anchors, const struct source *folder, int fd,
    struct att_reason *why)
{
	struct source source = *folder;
	struct names *names = NULL;
	DIR *dir = NULL;
	enum att_err r = ATT_ERR_INTERNAL;

	names = calloc(1, sizeof(*names));
	dir = fdopendir(fd);
	if (names == NULL || dir == NULL) {
		r = att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		goto out;
	}
	source.dirfd = dirfd(dir);
	if ((r = list_names(dir, folder->shown, names, why)) != ATT_OK)
		goto out;
	r = load_names(anchors, &source, names, why);
out:
	names_free(&names);
	if (dir != NULL)
		closedir(dir);
	else
		close(fd);
	return r;
}

static enum att_err
load_ours(struct att_anchors *anchors, const struct source *source,
    struct att_reason *why)
{
	struct stat st;
	enum att_err r;
	int fd;

	if (lstat(source->shown, &st) == 0 && S_ISREG(st.st_mode))
		return load_file(anchors, source, why);
	r = att_folder_open(source->shown, &fd, why);
	if (r == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (r != ATT_OK)
		return r;
	return load_folder(anchors, source, fd, why);
}

static enum att_err
load_any(struct att_anchors *anchors, const struct source *source,
    struct att_reason *why)
{
	int fd = open(source->shown, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) /* the file reader says what is wrong with it */
		return load_file(anchors, source, why);
	return load_folder(anchors, source, fd, why);
}

enum att_err
att_anchors_load(struct att_anchors *anchors, enum att_anchor_role role,
    const char *path, bool strict, struct att_reason *why)
{
	struct source source = { .role = role,
		.strict = strict,
		.dirfd = AT_FDCWD,
		.name = path,
		.shown = path };

	if (strict)
		return load_ours(anchors, &source, why);
	return load_any(anchors, &source, why);
}
