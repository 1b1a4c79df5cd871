/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key remembers: credentials, PIN, signature counter. */
#include <stdlib.h>
#include <string.h>

#include "fatal.h"
#include "keys.h"
#include "state.h"

void
blob_set(struct blob *blob, const void *data, size_t len)
{
	free(blob->data);
	blob->data = (uint8_t *)must_copy_text(data, len);
	blob->len = len;
}

struct credential *
credential_new_of(EVP_PKEY *key, const uint8_t *id, size_t id_len)
{
	struct credential *cred = must_alloc(1, sizeof(*cred));

	if (id_len > sizeof(cred->id))
		fatal("a credential ID of %zu bytes is too long", id_len);
	cred->key = key;
	cred->id_len = id_len;
	cred->protection = PROTECT_UV_OPTIONAL;
	memcpy(cred->id, id, id_len);
	return cred;
}

struct credential *
credential_new(enum cose_alg alg, size_t id_len)
{
	uint8_t id[CREDENTIAL_ID_MAX];

	random_bytes(id, sizeof(id));
	return credential_new_of(key_generate(alg), id, id_len);
}

void
credential_free(struct credential **credp)
{
	struct credential *cred = *credp;

	if (cred == NULL)
		return;
	EVP_PKEY_free(cred->key);
	free(cred->rp_id.data);
	free(cred->user_id.data);
	free(cred->user_name.data);
	free(cred->user_display_name.data);
	free(cred);
	*credp = NULL;
}

static bool
is_same_account(const struct credential *a, const struct credential *b)
{
	return a->resident && b->resident &&
	       memcmp(a->rp_id_hash, b->rp_id_hash, SHA256_LEN) == 0 &&
	       a->user_id.len == b->user_id.len && a->user_id.len != 0 &&
	       memcmp(a->user_id.data, b->user_id.data, a->user_id.len) == 0;
}

void
state_add(struct state *state, struct credential *cred)
{
	struct credential **grown;

	for (size_t i = state->count; i-- > 0;)
		if (is_same_account(state->credentials[i], cred))
			state_remove(state, i);
	grown =
	    realloc(state->credentials, (state->count + 1) * sizeof(grown[0]));
	if (grown == NULL)
		fatal("out of memory");
	grown[state->count] = cred;
	state->credentials = grown;
	state->count++;
}

void
state_remove(struct state *state, size_t i)
{
	credential_free(&state->credentials[i]);
	state->count--;
	memmove(state->credentials + i, state->credentials + i + 1,
	    (state->count - i) * sizeof(state->credentials[0]));
}

static void
drop_credentials(struct state *state)
{
	for (size_t i = 0; i < state->count; i++)
		credential_free(&state->credentials[i]);
	free(state->credentials);
	state->credentials = NULL;
	state->count = 0;
}

void
state_reset(struct state *state)
{
	drop_credentials(state);
	explicit_bzero(state->pin_hash, sizeof(state->pin_hash));
	state->has_pin = false;
	state->pin_retries = PIN_RETRIES_MAX;
	state->pin_failures = 0;
	state->uv_retries = UV_RETRIES_MAX;
}

void
state_free(struct state **statep)
{
	struct state *state = *statep;

	if (state == NULL)
		return;
	state_reset(state);
	free(state);
	*statep = NULL;
}

struct credential *
state_find(const struct state *state, const uint8_t *id, size_t id_len,
    const uint8_t rp_id_hash[SHA256_LEN])
{
	for (size_t i = 0; i < state->count; i++) {
		struct credential *cred = state->credentials[i];

		if (cred->id_len == id_len &&
		    memcmp(cred->id, id, id_len) == 0 &&
		    memcmp(cred->rp_id_hash, rp_id_hash, SHA256_LEN) == 0)
			return cred;
	}
	return NULL;
}

void
state_set_pin(struct state *state, const void *pin, size_t len)
{
	uint8_t digest[SHA256_LEN];

	sha256(pin, len, digest);
	memcpy(state->pin_hash, digest, PIN_HASH_LEN);
	explicit_bzero(digest, sizeof(digest));
	state->has_pin = true;
	state->pin_retries = PIN_RETRIES_MAX;
	state->pin_failures = 0;
}
