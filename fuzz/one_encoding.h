/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the targets of messages: what a decoder accepts has one encoding.
 * Encoding it again gives the same bytes.
 */
#ifndef FUZZ_ONE_ENCODING_H
#define FUZZ_ONE_ENCODING_H

#include <stdlib.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "wire/channel.h"

/* Decodes in, and encodes to out what is accepted; an error for the rest. */
typedef enum att_err fuzz_again_fn(struct att_bytes in, struct att_buf *out);

/* Aborts if in is accepted and is not what it is encoded to. */
static inline void
fuzz_check_encoding(struct att_bytes in, fuzz_again_fn *again)
{
	struct att_buf out;

	att_buf_init(&out, ATT_MESSAGE_MAX);
	if (again(in, &out) == ATT_OK &&
	    !att_bytes_is_equal(in, att_buf_get(&out)))
		abort();
	att_buf_reset(&out);
}

#endif
