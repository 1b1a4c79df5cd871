/* SPDX-License-Identifier: BSD-2-Clause */
/* GET_ASSERTION through libfido2. */
#include <string.h>

#include "operation.h"

enum {
	CBOR_BYTES = 0x40, /* RFC 8949, 3.1: major type 2 */
	CBOR_LENGTH_8 = 24,
	CBOR_LENGTH_16 = 25,
	AUTH_DATA_MIN = 37,
};

/* One request to the authenticator. */
struct query {
	const uint8_t *client_data_hash;
	const struct att_allow_batch *batch;
	struct att_chunk chunk;
	bool is_silent;
	bool wants_uv;
	const char *pin; /* NULL for none */
};

static int
fill(const struct att_authenticator *authenticator, const struct query *query,
    fido_assert_t *assert)
{
	const struct att_allow_batch *batch = query->batch;
	int r;

	if ((r = fido_assert_set_rp(assert, batch->rp_id)) != FIDO_OK ||
	    (r = fido_assert_set_clientdata_hash(
		 assert, query->client_data_hash, 32)) != FIDO_OK)
		return r;
	for (size_t i = query->chunk.first; i < query->chunk.end; i++) {
		if (!att_chunk_has(authenticator, batch->ids[i]))
			continue;
		r = fido_assert_allow_cred(
		    assert, batch->ids[i].ptr, batch->ids[i].len);
		if (r != FIDO_OK)
			return r;
	}
	if (query->is_silent &&
	    (r = fido_assert_set_up(assert, FIDO_OPT_FALSE)) != FIDO_OK)
		return r;
	if (query->wants_uv)
		return fido_assert_set_uv(assert, FIDO_OPT_TRUE);
	return FIDO_OK;
}

/* On FIDO_OK the caller frees *assertp. */
static int
ask(const struct att_authenticator *authenticator, const struct query *query,
    fido_assert_t **assertp)
{
	fido_assert_t *assert = fido_assert_new();
	int r = FIDO_ERR_INTERNAL;

	*assertp = NULL;
	if (assert == NULL)
		return r;
	if ((r = fill(authenticator, query, assert)) == FIDO_OK)
		r = fido_dev_get_assert(authenticator->dev, assert, query->pin);
	/* 7.3: a U2F key that has the credential asks for the touch. */
	if (query->is_silent && !authenticator->is_fido2 &&
	    r == FIDO_ERR_USER_PRESENCE_REQUIRED)
		r = FIDO_OK;
	if (r == FIDO_OK) {
		*assertp = assert;
		assert = NULL;
	}
	fido_assert_free(&assert);
	return r;
}

/* libfido2 gives authenticator data as the byte string it came in. */
static bool
unwrap(struct att_bytes in, struct att_bytes *out)
{
	size_t head;

	*out = att_bytes(NULL, 0);
	if (in.len < 1)
		return false;
	if (in.ptr[0] >= CBOR_BYTES && in.ptr[0] < CBOR_BYTES + CBOR_LENGTH_8) {
		head = 1;
		out->len = in.ptr[0] - CBOR_BYTES;
	} else if (in.ptr[0] == CBOR_BYTES + CBOR_LENGTH_8 && in.len >= 2) {
		head = 2;
		out->len = in.ptr[1];
	} else if (in.ptr[0] == CBOR_BYTES + CBOR_LENGTH_16 && in.len >= 3) {
		head = 3;
		out->len = (size_t)in.ptr[1] << 8 | in.ptr[2];
	} else {
		return false;
	}
	out->ptr = in.ptr + head;
	return out->len == in.len - head && out->len >= AUTH_DATA_MIN;
}

/* 6.2.2: with one credential asked for, the answer need not name it. */
static struct att_bytes
get_credential_id(const struct att_authenticator *authenticator,
    const struct query *query, const fido_assert_t *assert)
{
	if (fido_assert_id_len(assert, 0) > 0)
		return att_bytes(fido_assert_id_ptr(assert, 0),
		    fido_assert_id_len(assert, 0));
	if (query->chunk.count == 1)
		for (size_t i = query->chunk.first; i < query->chunk.end; i++)
			if (att_chunk_has(authenticator, query->batch->ids[i]))
				return query->batch->ids[i];
	return att_bytes(NULL, 0);
}

/*
 * A U2F key says "it is here" and nothing else. The message has no form for
 * that; this one cannot be mistaken for a proof: no flag, no signature.
 */
static void
fill_found(struct att_assertion_answer *answer)
{
	static const uint8_t nothing[AUTH_DATA_MIN];

	answer->auth_data = att_bytes(nothing, sizeof(nothing));
	answer->signature = att_bytes(nothing, 1);
}

static int
answer(const struct att_authenticator *authenticator, const struct query *query,
    size_t batch, fido_assert_t *assert, struct att_buf *out)
{
	struct att_assertion_answer answer = { .batch = (uint32_t)batch };

	answer.credential_id = get_credential_id(authenticator, query, assert);
	answer.signature = att_bytes(
	    fido_assert_sig_ptr(assert, 0), fido_assert_sig_len(assert, 0));
	if (query->is_silent && !authenticator->is_fido2)
		fill_found(&answer);
	else if (!unwrap(att_bytes(fido_assert_authdata_ptr(assert, 0),
			     fido_assert_authdata_len(assert, 0)),
		     &answer.auth_data))
		return FIDO_ERR_RX_INVALID_CBOR;
	if (att_assertion_encode(&answer, out) != ATT_OK)
		return FIDO_ERR_RX_INVALID_CBOR;
	return FIDO_OK;
}

/* Where the chunks of all batches are. */
struct cursor {
	size_t batch;
	size_t next;
};

static bool
get_next(const struct att_authenticator *authenticator,
    const struct att_get_assertion *request, struct cursor *cursor,
    struct query *query)
{
	for (; cursor->batch < request->batch_count; cursor->batch++) {
		query->batch = &request->batches[cursor->batch];
		if (att_chunk_get_next(authenticator, query->batch,
			&cursor->next, &query->chunk))
			return true;
		cursor->next = 0;
	}
	return false;
}

static bool
has_several_chunks(const struct att_authenticator *authenticator,
    const struct att_get_assertion *request)
{
	struct cursor cursor = { 0 };
	struct query query = { 0 };

	return get_next(authenticator, request, &cursor, &query) &&
	       get_next(authenticator, request, &cursor, &query);
}

/* Asks silently chunk by chunk; *query is of the one that has it. */
static int
search(const struct att_authenticator *authenticator,
    const struct att_get_assertion *request, struct cursor *cursor,
    struct query *query, fido_assert_t **assertp)
{
	int r = FIDO_ERR_NO_CREDENTIALS;

	*query = (struct query){
		.client_data_hash = request->client_data_hash,
		.is_silent = true,
	};
	*assertp = NULL;
	while (r == FIDO_ERR_NO_CREDENTIALS &&
	       get_next(authenticator, request, cursor, query))
		r = ask(authenticator, query, assertp);
	return r;
}

int
att_operation_get_assertion(const struct att_authenticator *authenticator,
    const struct att_get_assertion *request, struct att_buf *out)
{
	struct cursor cursor = { 0 };
	struct query query = { .client_data_hash = request->client_data_hash };
	fido_assert_t *assert = NULL;
	int r;

	if (!request->up || has_several_chunks(authenticator, request))
		r = search(authenticator, request, &cursor, &query, &assert);
	else
		r = get_next(authenticator, request, &cursor, &query)
			? FIDO_OK
			: FIDO_ERR_NO_CREDENTIALS;
	if (r == FIDO_OK && request->up) {
		fido_assert_free(&assert);
		query.is_silent = false;
		query.wants_uv = request->uv == ATT_UV_BUILT_IN;
		query.pin = request->uv == ATT_UV_PIN ? request->pin : NULL;
		r = ask(authenticator, &query, &assert);
	}
	if (r == FIDO_OK)
		r = answer(authenticator, &query, cursor.batch, assert, out);
	fido_assert_free(&assert);
	return r;
}

int
att_operation_look(const struct att_authenticator *authenticator,
    const uint8_t client_data_hash[32], const struct att_allow_batch *batch)
{
	struct query query = {
		.client_data_hash = client_data_hash,
		.batch = batch,
		.is_silent = true,
	};
	fido_assert_t *assert = NULL;
	size_t next = 0;
	int r = FIDO_ERR_NO_CREDENTIALS;

	while (r == FIDO_ERR_NO_CREDENTIALS &&
	       att_chunk_get_next(authenticator, batch, &next, &query.chunk))
		r = ask(authenticator, &query, &assert);
	fido_assert_free(&assert);
	return r;
}
