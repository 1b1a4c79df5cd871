/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the strict CBOR reader, and walks over what it accepted. */
#include <stdint.h>
#include <stdlib.h>

#include "codec/cbor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every slice lies inside the input, and no container overlaps the next. */
static void
check_items(const struct att_cbor *doc, struct att_bytes in)
{
	for (size_t i = 0; i < doc->count; i++) {
		const struct att_cbor_item *item = &doc->items[i];

		if (item->next <= i || item->next > doc->count)
			abort();
		if (item->encoded.ptr < in.ptr || item->encoded.len == 0 ||
		    item->encoded.len >
			(size_t)(in.ptr + in.len - item->encoded.ptr))
			abort();
		if (item->next < doc->count &&
		    doc->items[item->next].encoded.ptr <
			item->encoded.ptr + item->encoded.len)
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_bytes in = att_bytes(data, size);
	struct att_reason why = { 0 };
	struct att_cbor doc;
	enum att_err strict, any;

	strict = att_cbor_read(in, ATT_CBOR_CANONICAL_ORDER, &doc, &why);
	if (strict != why.code)
		abort();
	if (strict == ATT_OK)
		check_items(&doc, in);
	any = att_cbor_read(in, ATT_CBOR_ANY_ORDER, &doc, NULL);
	if (any == ATT_OK)
		check_items(&doc, in);
	/* They differ in the order of keys and in indefinite lengths alone. */
	if (strict == ATT_OK && any != ATT_OK)
		abort();
	if (strict == ATT_ERR_CBOR_KEY_ORDER && any == ATT_ERR_CBOR_KEY_ORDER)
		abort();
	if (att_cbor_read_first(in, &doc, NULL) == ATT_OK)
		check_items(&doc, in);
	return 0;
}
