/* SPDX-License-Identifier: BSD-2-Clause */
/* What attestctl ssh enroll gives the verifier: one encoding for each. */
#include <stdint.h>

#include "one_encoding.h"
#include "wire/ssh_enrolment.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum att_err
again(struct att_bytes in, struct att_buf *out)
{
	struct att_ssh_enrolment enrolment;
	enum att_err r;

	if ((r = att_ssh_enrolment_decode(in, &enrolment)) != ATT_OK) {
		if (enrolment.public_key.len != 0 || enrolment.options.len != 0)
			abort();
		return r;
	}
	if (att_ssh_enrolment_encode(&enrolment, out) != ATT_OK)
		abort();
	return ATT_OK;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_check_encoding(att_bytes(data, size), again);
	return 0;
}
