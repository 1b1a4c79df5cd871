/* SPDX-License-Identifier: BSD-2-Clause */
/* Signature counters of this host: WebAuthn Level 3 section 6.1.1. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/hex.h"
#include "codec/digest.h"
#include "store/place.h"
#include "store/store.h"

enum {
	FOLDER_MODE = 0755,
	FILE_MODE = 0644,
	FILE_MAX = 64,
};

static const struct att_lock_wait wait_to_count = { 5000,
	ATT_ERR_STATE_LOCKED };
static const char prefix[] = "counter=";

/* Each text goes in with its NUL and the ID with its length. */
static enum att_err
put_identity(const struct att_counter *counter, struct att_bytes id,
    struct att_bytes cose_key, struct att_buf *out)
{
	static const char domain[] = "pam_attest counter v1";
	const char *rp_id = counter->record->rp_id;
	enum att_err r;

	if ((r = att_buf_put(out, domain, sizeof(domain))) == ATT_OK &&
	    (r = att_buf_put(out, counter->user, strlen(counter->user) + 1)) ==
		ATT_OK &&
	    (r = att_buf_put(out, rp_id, strlen(rp_id) + 1)) == ATT_OK &&
	    (r = att_buf_put_u16(out, (uint16_t)id.len)) == ATT_OK &&
	    (r = att_buf_put(out, id.ptr, id.len)) == ATT_OK)
		r = att_buf_put(out, cose_key.ptr, cose_key.len);
	return r;
}

static enum att_err
hash_identity(const struct att_counter *counter, uint8_t digest[32],
    struct att_reason *why)
{
	struct att_bytes id, cose_key;
	struct att_buf identity;
	enum att_err r;

	if ((r = att_record_get_credential(
		 counter->record, &id, &cose_key, why)) != ATT_OK)
		return r;
	att_buf_init(&identity, ATT_RECORD_OBJECT_MAX);
	if ((r = put_identity(counter, id, cose_key, &identity)) == ATT_OK)
		r = att_sha256(att_buf_get(&identity), digest);
	att_buf_reset(&identity);
	return r;
}

/* A file in the folder of the counters, named by a hash. */
static enum att_err
place_name(struct att_place *place, const struct att_counter *counter,
    struct att_reason *why)
{
	uint8_t digest[32];
	char *dir, *name;
	enum att_err r;

	*place = (struct att_place){ .folder = -1, .lock = -1 };
	if ((r = hash_identity(counter, digest, why)) != ATT_OK)
		return r;
	if (asprintf(&dir, "%s/counters", counter->state_dir) < 0)
		dir = NULL;
	if ((name = malloc(ATT_HEX_TEXT_SIZE(sizeof(digest)))) != NULL)
		att_hex_print(att_bytes(digest, sizeof(digest)), name);
	return att_place_set(place, dir, name, FILE_MAX);
}

static enum att_err
make_folder(
    const char *state_dir, const char *dir, int *fdp, struct att_reason *why)
{
	enum att_err r;
	int parent;

	*fdp = -1;
	if ((r = att_folder_make(state_dir, FOLDER_MODE, &parent, why)) !=
	    ATT_OK)
		return r;
	close(parent);
	return att_folder_make(dir, FOLDER_MODE, fdp, why);
}

enum att_err
att_counter_prepare(const char *state_dir, struct att_reason *why)
{
	enum att_err r;
	char *dir;
	int fd;

	if (asprintf(&dir, "%s/counters", state_dir) < 0)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	r = make_folder(state_dir, dir, &fd, why);
	if (fd >= 0)
		close(fd);
	free(dir);
	return r;
}

/* "counter=" DIGITS LF: reads the digits, then compares with what they say. */
enum att_err
att_counter_parse(struct att_bytes content, uint32_t *value)
{
	char expected[FILE_MAX];
	size_t at = sizeof(prefix) - 1;
	uint64_t v = 0;
	int n;

	*value = 0;
	for (; at < content.len; at++) {
		if (content.ptr[at] < '0' || content.ptr[at] > '9')
			break;
		v = v * 10 + (uint64_t)(content.ptr[at] - '0');
		if (v > UINT32_MAX)
			return ATT_ERR_STATE_MALFORMED;
	}
	n = snprintf(
	    expected, sizeof(expected), "%s%u\n", prefix, (unsigned int)v);
	if (!att_bytes_is_equal(content, att_bytes(expected, (size_t)n)))
		return ATT_ERR_STATE_MALFORMED;
	*value = (uint32_t)v;
	return ATT_OK;
}

/* The stored value; 0 when there is no file. */
static enum att_err
read_value(struct att_place *place, uint32_t *value, struct att_reason *why)
{
	uint8_t *content = NULL;
	enum att_err r;
	size_t len;

	*value = 0;
	r = att_file_read(att_place_get_file(place), &content, &len, why);
	if (r == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (r == ATT_OK &&
	    (r = att_counter_parse(att_bytes(content, len), value)) != ATT_OK)
		r = att_refuse(why, r,
		    "%s is not \"%sNUMBER\" and a newline; if the "
		    "authenticator can be trusted, remove the file",
		    place->shown, prefix);
	free(content);
	return r;
}

static enum att_err
judge(const struct att_counter *counter, uint32_t seen, struct att_reason *why)
{
	uint32_t last = seen > counter->floor ? seen : counter->floor;

	if (counter->now > last || (counter->now == 0 && last == 0))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_COUNTER,
	    "the signature counter is %u and was %u before: the authenticator "
	    "may have been cloned",
	    counter->now, last);
}

static enum att_err
write_value(struct att_place *place, uint32_t value, struct att_reason *why)
{
	char text[FILE_MAX];

	snprintf(text, sizeof(text), "%s%u\n", prefix, value);
	return att_file_replace(
	    att_place_get_file(place), att_bytes_text(text), FILE_MODE, why);
}

/* An authenticator without a counter: there is nothing to store. */
static enum att_err
compare_zero(const struct att_counter *counter, struct att_place *place,
    uint32_t *seen, struct att_reason *why)
{
	enum att_err r;

	r = att_folder_open(place->dir, &place->folder, why);
	if (r == ATT_OK)
		r = read_value(place, seen, why);
	else if (r == ATT_ERR_FILE_NOT_FOUND)
		r = ATT_OK;
	return r == ATT_OK ? judge(counter, *seen, why) : r;
}

/* What is missing is a right, not a file: say how to come by it. */
static enum att_err
refuse_unprivileged(const struct att_place *place, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_STATE_READ_ONLY,
	    "this authenticator counts its signatures, and user %ld cannot "
	    "keep count in %s; let the program run its PAM stack as root, or "
	    "set counter = ignore for it",
	    (long)geteuid(), place->dir);
}

static enum att_err
lock_to_store(const struct att_counter *counter, struct att_place *place,
    struct att_reason *why)
{
	enum att_err r;

	r = make_folder(counter->state_dir, place->dir, &place->folder, why);
	if (r == ATT_OK)
		r = att_file_lock(att_place_get_file(place), &wait_to_count,
		    &place->lock, why);
	if ((r == ATT_ERR_SYSTEM || r == ATT_ERR_FILE_UNREADABLE) &&
	    geteuid() != 0)
		r = refuse_unprivileged(place, why);
	return r;
}

static enum att_err
compare_and_store(const struct att_counter *counter, struct att_place *place,
    uint32_t *seen, struct att_reason *why)
{
	enum att_err r;

	if ((r = lock_to_store(counter, place, why)) != ATT_OK ||
	    (r = read_value(place, seen, why)) != ATT_OK ||
	    (r = judge(counter, *seen, why)) != ATT_OK)
		return r;
	return write_value(place, counter->now, why);
}

enum att_err
att_counter_advance(
    const struct att_counter *counter, uint32_t *seen, struct att_reason *why)
{
	struct att_place place;
	enum att_err r;

	*seen = 0;
	if ((r = place_name(&place, counter, why)) != ATT_OK)
		r = att_refuse_plain(why, r);
	else if (counter->now == 0)
		r = compare_zero(counter, &place, seen, why);
	else
		r = compare_and_store(counter, &place, seen, why);
	att_place_reset(&place);
	return r;
}

static enum att_err
remove_file(struct att_place *place, struct att_reason *why)
{
	enum att_err r;

	r = att_file_lock(
	    att_place_get_file(place), &wait_to_count, &place->lock, why);
	if (r != ATT_OK)
		return r;
	if ((r = att_file_remove(att_place_get_file(place), why)) ==
	    ATT_ERR_FILE_NOT_FOUND)
		r = ATT_OK;
	att_file_lock_remove(att_place_get_file(place));
	return r;
}

enum att_err
att_counter_remove(const struct att_counter *counter, struct att_reason *why)
{
	struct att_place place;
	enum att_err r;

	if ((r = place_name(&place, counter, why)) == ATT_OK)
		r = att_folder_open(place.dir, &place.folder, why);
	if (r == ATT_ERR_FILE_NOT_FOUND) {
		r = ATT_OK;
	} else if (r == ATT_OK) {
		/* Most authenticators have none: no lock is made for those. */
		if (faccessat(place.folder, place.name, F_OK,
			AT_SYMLINK_NOFOLLOW) == 0)
			r = remove_file(&place, why);
	}
	att_place_reset(&place);
	return att_refuse_plain(why, r);
}
