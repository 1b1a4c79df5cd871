/* SPDX-License-Identifier: BSD-2-Clause */
/* Allow lists: one batch for each RP ID. */
#include <string.h>

#include "verifier/allow_list.h"

/* Puts a credential into the batch of its RP ID. */
static enum att_err
allow(struct att_allow_list *list, const struct att_candidate *candidate)
{
	const char *rp_id = candidate->record->rp_id;
	struct att_allow_batch *batch;
	size_t i;

	for (i = 0; i < list->count; i++)
		if (strcmp(list->batches[i].rp_id, rp_id) == 0)
			break;
	if (i == ATT_BATCHES_MAX)
		return ATT_ERR_TOO_LARGE;
	batch = &list->batches[i];
	if (i == list->count) {
		batch->rp_id = rp_id;
		batch->count = 0;
		list->count++;
	}
	if (batch->count == ATT_ALLOW_MAX)
		return ATT_ERR_TOO_LARGE;
	batch->ids[batch->count++] = candidate->verdict.credential_id;
	return ATT_OK;
}

enum att_err
att_allow_list_make(
    const struct att_candidates *candidates, struct att_allow_list *list)
{
	enum att_err r;

	list->count = 0;
	for (size_t i = 0; i < candidates->count; i++)
		if (candidates->list[i].is_accepted &&
		    (r = allow(list, &candidates->list[i])) != ATT_OK)
			return r;
	return ATT_OK;
}

const struct att_candidate *
att_allow_list_find(const struct att_allow_list *list,
    const struct att_candidates *candidates, size_t batch,
    struct att_bytes credential_id)
{
	if (batch >= list->count)
		return NULL;
	for (size_t i = 0; i < candidates->count; i++) {
		const struct att_candidate *candidate = &candidates->list[i];

		if (candidate->is_accepted &&
		    strcmp(candidate->record->rp_id,
			list->batches[batch].rp_id) == 0 &&
		    att_bytes_is_equal(
			candidate->verdict.credential_id, credential_id))
			return candidate;
	}
	return NULL;
}

const struct att_candidate *
att_allow_list_find_at(const struct att_allow_list *list,
    const struct att_candidates *candidates, size_t batch, size_t index)
{
	if (batch >= list->count || index >= list->batches[batch].count)
		return NULL;
	return att_allow_list_find(
	    list, candidates, batch, list->batches[batch].ids[index]);
}
