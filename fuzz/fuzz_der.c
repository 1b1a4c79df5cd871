/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: walking DER, and finding the subject of a certificate. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "trust/der.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_inside(struct att_bytes part, struct att_bytes whole)
{
	return part.len == 0 ||
	       (part.ptr >= whole.ptr && part.len <= whole.len &&
		   part.ptr - whole.ptr <= (ptrdiff_t)(whole.len - part.len));
}

/* What is taken off and what is left has to be all there was. */
static void
take(struct att_bytes all)
{
	struct att_der_explicit tagged;
	struct att_bytes left = all;
	struct att_der element;

	if (att_der_take_explicit(&left, &tagged) &&
	    (!is_inside(tagged.inner.whole, all) || left.len >= all.len))
		abort();
	left = all;
	while (left.len > 0) {
		size_t before = left.len;

		if (!att_der_take(&left, &element)) {
			if (left.len != before)
				abort();
			break;
		}
		if (element.whole.len + left.len != before ||
		    !is_inside(element.whole, all) ||
		    !is_inside(element.content, element.whole) ||
		    element.whole.ptr[0] != element.tag)
			abort();
	}
}

static void
read_number(struct att_bytes content)
{
	uint32_t value, again = 0;

	if (!att_der_get_uint(content, &value)) {
		if (value != 0)
			abort();
		return;
	}
	if (content.len == 0 || content.len > 5)
		abort();
	for (size_t i = 0; i < content.len; i++)
		again = again << 8 | content.ptr[i];
	if (again != value)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_bytes in = att_bytes(data, size);
	struct att_der_certificate parts;
	struct att_bytes left = in;
	struct att_der element;

	take(in);
	read_number(in);
	/* Strict means one element and nothing else, at the very least. */
	if (att_der_is_strict(in) &&
	    (!att_der_take(&left, &element) || left.len != 0))
		abort();
	if (att_der_find_subject(in, &parts) &&
	    (!is_inside(parts.subject, in) || !is_inside(parts.key, in) ||
		parts.subject.len == 0 || parts.key.len == 0))
		abort();
	return 0;
}
