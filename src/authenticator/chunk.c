/* SPDX-License-Identifier: BSD-2-Clause */
/* Allow and exclude lists in parts that an authenticator can take. */
#include "operation.h"

enum {
	/*
	 * Upper bounds of the encoding: a credential descriptor without its
	 * ID, and a request without rpId and allow list but with a hash,
	 * options and a PIN/UV token (6.1, 6.2).
	 */
	DESCRIPTOR_SIZE = 24,
	REQUEST_SIZE = 160,
	U2F_KEY_HANDLE_MAX = 255,
};

bool
att_chunk_has(
    const struct att_authenticator *authenticator, struct att_bytes id)
{
	if (!authenticator->is_fido2)
		return id.len <= U2F_KEY_HANDLE_MAX;
	return authenticator->limits.credential_id == 0 ||
	       id.len <= authenticator->limits.credential_id;
}

/*
 * A U2F key is asked for one credential at a time: libfido2 would go on after
 * a touch and want another one for the next credential that is there.
 */
static size_t
get_list_limit(const struct att_authenticator *authenticator)
{
	if (!authenticator->is_fido2)
		return 1;
	if (authenticator->limits.list == 0)
		return ATT_ALLOW_MAX;
	return authenticator->limits.list;
}

bool
att_chunk_get_next(const struct att_authenticator *authenticator,
    const struct att_allow_batch *batch, size_t *next, struct att_chunk *chunk)
{
	size_t limit = get_list_limit(authenticator);
	size_t size = REQUEST_SIZE + att_bytes_text(batch->rp_id).len;
	size_t i;

	*chunk = (struct att_chunk){ .first = *next };
	for (i = *next; i < batch->count && chunk->count < limit; i++) {
		if (!att_chunk_has(authenticator, batch->ids[i]))
			continue;
		size += DESCRIPTOR_SIZE + batch->ids[i].len;
		/* One has to go, whatever the key says about its buffer. */
		if (chunk->count > 0 && size > authenticator->limits.message)
			break;
		chunk->count++;
	}
	*next = chunk->end = i;
	return chunk->count > 0;
}
