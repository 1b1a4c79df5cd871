/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of --state: one CBOR map, replaced as a whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cbor_io.h"
#include "fatal.h"
#include "keys.h"
#include "state.h"

#define VERSION 1

enum state_key {
	STATE_VERSION = 1,
	STATE_COUNTER,
	STATE_PIN_RETRIES,
	STATE_PIN_HASH, /* empty: no PIN */
	STATE_CREDENTIALS,
};

enum credential_key {
	CRED_ID = 1,
	CRED_RP_ID_HASH,
	CRED_KEY, /* PKCS #8 */
	CRED_RESIDENT,
	CRED_RP_ID,
	CRED_USER_ID,
	CRED_USER_NAME,
	CRED_USER_DISPLAY_NAME,
	CRED_PROTECTION,
};

static void
put_blob(struct buf *b, int key, const struct blob *blob)
{
	cbor_put_int(b, key);
	cbor_put_bytes(b, blob->data, blob->len);
}

static void
put_credential(struct buf *b, const struct credential *cred)
{
	struct buf der = { 0 };

	cbor_put_map(b, 9);
	cbor_put_int(b, CRED_ID);
	cbor_put_bytes(b, cred->id, cred->id_len);
	cbor_put_int(b, CRED_RP_ID_HASH);
	cbor_put_bytes(b, cred->rp_id_hash, SHA256_LEN);
	key_put_der(&der, cred->key);
	cbor_put_int(b, CRED_KEY);
	cbor_put_bytes(b, der.data, der.len);
	buf_free(&der);
	cbor_put_int(b, CRED_RESIDENT);
	cbor_put_bool(b, cred->resident);
	put_blob(b, CRED_RP_ID, &cred->rp_id);
	put_blob(b, CRED_USER_ID, &cred->user_id);
	put_blob(b, CRED_USER_NAME, &cred->user_name);
	put_blob(b, CRED_USER_DISPLAY_NAME, &cred->user_display_name);
	cbor_put_int(b, CRED_PROTECTION);
	cbor_put_int(b, cred->protection);
}

static void
put_state(struct buf *b, const struct state *state)
{
	cbor_put_map(b, 5);
	cbor_put_int(b, STATE_VERSION);
	cbor_put_int(b, VERSION);
	cbor_put_int(b, STATE_COUNTER);
	cbor_put_int(b, state->counter);
	cbor_put_int(b, STATE_PIN_RETRIES);
	cbor_put_int(b, state->pin_retries);
	cbor_put_int(b, STATE_PIN_HASH);
	cbor_put_bytes(b, state->pin_hash, state->has_pin ? PIN_HASH_LEN : 0);
	cbor_put_int(b, STATE_CREDENTIALS);
	cbor_put_array(b, state->count);
	for (size_t i = 0; i < state->count; i++)
		put_credential(b, state->credentials[i]);
}

static void
write_file(const char *path, const struct buf *b)
{
	size_t done = 0;
	ssize_t n = 0;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0)
		fatal("%s: cannot write the state: %m", path);
	while (
	    done < b->len && (n = write(fd, b->data + done, b->len - done)) > 0)
		done += (size_t)n;
	if (done != b->len || close(fd) != 0)
		fatal("%s: cannot write the state: %m", path);
}

void
state_save(const struct state *state)
{
	struct buf b = { 0 };
	struct buf temp = { 0 };

	if (state->path == NULL)
		return;
	put_state(&b, state);
	buf_put(&temp, state->path, strlen(state->path));
	buf_put(&temp, ".new", sizeof(".new"));
	write_file((const char *)temp.data, &b);
	if (rename((const char *)temp.data, state->path) != 0)
		fatal("%s: cannot replace the state: %m", state->path);
	buf_free(&temp);
	buf_free(&b);
}

static bool
read_blob(const cbor_item_t *map, int key, struct blob *blob)
{
	struct view v;

	if (!cbor_read_bytes(cbor_find_int(map, key), &v))
		return false;
	blob_set(blob, v.data, v.len);
	return true;
}

static bool
read_identity(const cbor_item_t *map, struct credential *cred)
{
	struct view id;
	struct view hash;

	if (!cbor_read_bytes(cbor_find_int(map, CRED_ID), &id) ||
	    id.len > sizeof(cred->id) ||
	    !cbor_read_bytes(cbor_find_int(map, CRED_RP_ID_HASH), &hash) ||
	    hash.len != SHA256_LEN)
		return false;
	memcpy(cred->id, id.data, id.len);
	cred->id_len = id.len;
	memcpy(cred->rp_id_hash, hash.data, hash.len);
	return true;
}

static bool
read_number(const cbor_item_t *map, int key, int64_t max, int64_t *v)
{
	return cbor_read_int(cbor_find_int(map, key), v) && *v >= 0 &&
	       *v <= max;
}

static struct credential *
read_credential(const cbor_item_t *map)
{
	struct credential *cred = must_alloc(1, sizeof(*cred));
	struct view der;
	int64_t protection = 0;

	if (!read_identity(map, cred) ||
	    !cbor_read_bytes(cbor_find_int(map, CRED_KEY), &der) ||
	    (cred->key = key_from_der(der.data, der.len)) == NULL ||
	    !cbor_read_bool(
		cbor_find_int(map, CRED_RESIDENT), &cred->resident) ||
	    !read_blob(map, CRED_RP_ID, &cred->rp_id) ||
	    !read_blob(map, CRED_USER_ID, &cred->user_id) ||
	    !read_blob(map, CRED_USER_NAME, &cred->user_name) ||
	    !read_blob(map, CRED_USER_DISPLAY_NAME, &cred->user_display_name) ||
	    !read_number(map, CRED_PROTECTION, PROTECT_UV, &protection)) {
		credential_free(&cred);
		return NULL;
	}
	cred->protection = (uint8_t)protection;
	return cred;
}

static bool
read_pin(const cbor_item_t *map, struct state *state)
{
	int64_t retries;
	struct view hash;

	if (!read_number(map, STATE_PIN_RETRIES, PIN_RETRIES_MAX, &retries) ||
	    !cbor_read_bytes(cbor_find_int(map, STATE_PIN_HASH), &hash) ||
	    (hash.len != 0 && hash.len != PIN_HASH_LEN))
		return false;
	state->has_pin = hash.len != 0;
	if (state->has_pin)
		memcpy(state->pin_hash, hash.data, hash.len);
	state->pin_retries = (unsigned int)retries;
	return true;
}

static bool
read_state(const cbor_item_t *map, struct state *state)
{
	const cbor_item_t *list = cbor_find_int(map, STATE_CREDENTIALS);
	struct credential *cred;
	int64_t version;
	int64_t counter;

	if (!read_number(map, STATE_VERSION, VERSION, &version) ||
	    version != VERSION ||
	    !read_number(map, STATE_COUNTER, UINT32_MAX, &counter) ||
	    !read_pin(map, state) || list == NULL || !cbor_isa_array(list))
		return false;
	state->counter = (uint32_t)counter;
	for (size_t i = 0; i < cbor_count(list); i++) {
		if ((cred = read_credential(cbor_at(list, i))) == NULL)
			return false;
		state_add(state, cred);
	}
	return true;
}

static void
load(struct state *state)
{
	struct buf b = { 0 };
	cbor_item_t *map;

	if (buf_read_file(&b, state->path) != 0) {
		if (errno != ENOENT)
			fatal("%s: cannot read the state: %m", state->path);
		return;
	}
	map = cbor_parse_all(b.data, b.len);
	if (map == NULL || !read_state(map, state))
		fatal("%s: not a state file of softkey", state->path);
	cbor_decref(&map);
	buf_free(&b);
}

struct state *
state_open(const char *path)
{
	struct state *state = must_alloc(1, sizeof(*state));

	state->path = path;
	state->counter = 1;
	state->pin_retries = PIN_RETRIES_MAX;
	state->uv_retries = UV_RETRIES_MAX;
	if (path != NULL)
		load(state);
	return state;
}
