/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the description of an Android key, and the DER it is of. */
#include <stdlib.h>

#include "trust/der.h"
#include "trust/key_description.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_inside(struct att_bytes part, const uint8_t *data, size_t size)
{
	return part.ptr >= data && part.len <= size &&
	       (size_t)(part.ptr - data) <= size - part.len;
}

static void
walk(struct att_bytes left)
{
	const uint8_t *data = left.ptr;
	const size_t size = left.len;
	struct att_der_explicit element;

	while (att_der_take_explicit(&left, &element)) {
		if (element.number >= 1 << 21 ||
		    !is_inside(element.inner.content, data, size) ||
		    !is_inside(left, data, size))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_key_description d;
	struct att_reason why = { 0 };
	enum att_err err;

	walk(att_bytes(data, size));
	err = att_key_description_parse(att_bytes(data, size), &d, &why);
	if (err == ATT_OK) {
		if (!is_inside(d.challenge, data, size) ||
		    (d.tee.may_sign && !d.tee.has_purpose))
			abort();
	} else if (err != ATT_ERR_KEY_DESCRIPTION_MALFORMED ||
		   why.code != err) {
		abort();
	}
	return 0;
}
