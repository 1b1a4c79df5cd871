/* SPDX-License-Identifier: BSD-2-Clause */
/* What a set of anchors remembers of the certificates that it has judged. */
#include <stdlib.h>
#include <string.h>

#include "trust/memory.h"

enum {
	HASH_LEN = 32
};

struct att_chain {
	unsigned int holders;
	uint8_t *encoded; /* x5c as it was, owned */
	size_t len;
	struct att_certificate *certs[ATT_X5C_MAX];
	size_t count;

	bool has_path;
	bool allow_extra;
	uint64_t generation;
	bool has_own;
	uint8_t own_sha256[HASH_LEN];
	struct att_path_answer path;
};

/* A chain has one place, by its bytes; who comes later has it. */
struct att_memory {
	struct att_curves curves;
	struct att_hashes hashes;
	size_t count;
	struct att_chain **chains;
};

/* --- Chains ------------------------------------------------------------- */

/* Another holder. */
static struct att_chain *
share(struct att_chain *chain)
{
	chain->holders++;
	return chain;
}

void
att_chain_free(struct att_chain **chainp)
{
	struct att_chain *chain = *chainp;

	*chainp = NULL;
	if (chain == NULL || --chain->holders > 0)
		return;
	for (size_t i = 0; i < chain->count; i++)
		att_certificate_free(&chain->certs[i]);
	free(chain->encoded);
	free(chain);
}

struct att_certificate *const *
att_chain_get(const struct att_chain *chain, size_t *count)
{
	*count = chain->count;
	return chain->certs;
}

/* --- Paths -------------------------------------------------------------- */

static bool
is_about(const struct att_chain *chain, const struct att_path_input *input)
{
	return input->count == chain->count &&
	       memcmp(input->x5c, chain->certs,
		   chain->count * sizeof(chain->certs[0])) == 0;
}

/* The same anchors instead of those of the set? */
static bool
has_same_own(const struct att_chain *chain, const struct att_path_input *input)
{
	if (input->own == NULL)
		return !chain->has_own;
	return chain->has_own &&
	       memcmp(chain->own_sha256, input->own_sha256, HASH_LEN) == 0;
}

bool
att_chain_find_path(const struct att_chain *chain,
    const struct att_path_question *question, struct att_anchor *anchor)
{
	const struct att_path_input *input = question->input;

	if (!chain->has_path || !is_about(chain, input) ||
	    chain->allow_extra != input->allow_extra ||
	    chain->generation != question->generation ||
	    !has_same_own(chain, input) || input->at < chain->path.from ||
	    input->at > chain->path.until)
		return false;
	*anchor = chain->path.anchor;
	return true;
}

void
att_chain_keep_path(struct att_chain *chain,
    const struct att_path_question *question,
    const struct att_path_answer *answer)
{
	if (!is_about(chain, question->input))
		return;
	chain->has_path = true;
	chain->allow_extra = question->input->allow_extra;
	chain->generation = question->generation;
	chain->has_own = question->input->own != NULL;
	if (chain->has_own)
		memcpy(
		    chain->own_sha256, question->input->own_sha256, HASH_LEN);
	chain->path = *answer;
}

/* --- Memories ----------------------------------------------------------- */

enum att_err
att_memory_new(size_t count, struct att_memory **memoryp)
{
	struct att_memory *memory = calloc(1, sizeof(*memory));

	*memoryp = NULL;
	if (memory == NULL)
		return ATT_ERR_NO_MEMORY;
	if (count > 0) {
		memory->chains = calloc(count, sizeof(struct att_chain *));
		if (memory->chains == NULL) {
			free(memory);
			return ATT_ERR_NO_MEMORY;
		}
	}
	memory->count = count;
	*memoryp = memory;
	return ATT_OK;
}

void
att_memory_free(struct att_memory **memoryp)
{
	struct att_memory *memory = *memoryp;

	*memoryp = NULL;
	if (memory == NULL)
		return;
	for (size_t i = 0; i < memory->count; i++)
		att_chain_free(&memory->chains[i]);
	free(memory->chains);
	att_curves_reset(&memory->curves);
	att_hashes_reset(&memory->hashes);
	free(memory);
}

struct att_curves *
att_memory_get_curves(struct att_memory *memory)
{
	return memory == NULL ? NULL : &memory->curves;
}

struct att_hashes *
att_memory_get_hashes(struct att_memory *memory)
{
	return memory == NULL ? NULL : &memory->hashes;
}

/*
 * The place of these bytes. Who chooses them can have the place of others, at
 * the cost of the time that it takes to judge those anew; so could he by any
 * hash, the places being few. What is there is compared in full.
 */
static struct att_chain **
find_place(struct att_memory *memory, struct att_bytes encoded)
{
	const uint64_t odd = 0x9e3779b97f4a7c15; /* 2^64 by the golden ratio */
	uint64_t v = encoded.len, word = 0;

	for (; encoded.len >= sizeof(word); encoded.len -= sizeof(word)) {
		memcpy(&word, encoded.ptr, sizeof(word));
		encoded.ptr += sizeof(word);
		v = (v ^ word) * odd;
		v ^= v >> 32;
	}
	return &memory->chains[v % memory->count];
}

struct att_chain *
att_memory_find(struct att_memory *memory, struct att_bytes encoded)
{
	struct att_chain *chain;

	if (memory->count == 0)
		return NULL;
	chain = *find_place(memory, encoded);
	if (chain == NULL ||
	    !att_bytes_is_equal(encoded, att_bytes(chain->encoded, chain->len)))
		return NULL;
	return share(chain);
}

struct att_chain *
att_memory_keep(struct att_memory *memory, struct att_bytes encoded,
    struct att_certificate *const *certs, size_t count)
{
	struct att_chain *chain, **place;

	if (memory->count == 0 || count > ATT_X5C_MAX ||
	    (chain = calloc(1, sizeof(*chain))) == NULL)
		return NULL;
	if ((chain->encoded = malloc(encoded.len)) == NULL) {
		free(chain);
		return NULL;
	}
	memcpy(chain->encoded, encoded.ptr, encoded.len);
	chain->len = encoded.len;
	for (; chain->count < count; chain->count++)
		chain->certs[chain->count] =
		    att_certificate_share(certs[chain->count]);
	place = find_place(memory, encoded);
	att_chain_free(place);
	*place = chain;
	chain->holders = 1;
	return share(chain);
}
