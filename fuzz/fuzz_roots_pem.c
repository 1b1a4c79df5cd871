/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a file of trust anchors, and paths to what is in it. */
#include <stdlib.h>

#include "trust/anchor_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_entry(struct att_anchors *anchors, size_t index)
{
	struct att_anchor_entry *entry = &anchors->entries[index];
	struct att_reason why = { 0 };
	struct att_path_input input = { .count = 1, .at = 1767225600 };
	struct att_anchor anchor;
	enum att_err r;
	struct att_certificate *cert;

	if (!att_der_is_strict(att_bytes(entry->ptr, entry->len)))
		abort();
	if (att_anchor_entry_get_cert(entry, &cert, &why) != ATT_OK) {
		if (why.code != ATT_ERR_ROOTS_INVALID)
			abort();
		return;
	}
	if (!att_anchor_entry_is_holder(entry, cert))
		abort();
	/* Each is an anchor itself: only dates and extensions can be wrong. */
	input.x5c = &cert;
	r = att_path_verify(anchors, &input, &anchor, &why);
	if (r != ATT_OK && r != ATT_ERR_CERTIFICATE_DATE &&
	    r != ATT_ERR_CERTIFICATE_PATH)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_anchors *anchors;
	struct att_reason why = { 0 };
	enum att_err r;

	if (att_anchors_new(&anchors) != ATT_OK)
		abort();
	r = att_anchors_add_pem(
	    anchors, ATT_ROLE_ANCHOR, att_bytes(data, size), "input", &why);
	if (r != ATT_OK && (r != ATT_ERR_ROOTS_INVALID || why.code != r))
		abort();
	if (r == ATT_OK && anchors->count == 0)
		abort();
	for (size_t i = 0; i < anchors->count && i < 16; i++)
		check_entry(anchors, i);
	att_anchors_free(&anchors);
	return 0;
}
