/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the parsing of authenticator data. */
#include <stdint.h>
#include <stdlib.h>

#include "attestation/authdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All bytes are accounted for. */
static void
check_sum(const struct att_auth_data *parsed, size_t size)
{
	size_t sum = 37 + parsed->extensions.len;

	if ((parsed->flags & ATT_FLAG_AT) != 0)
		sum +=
		    16 + 2 + parsed->credential_id.len + parsed->cose_key.len;
	if (sum != size)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum att_ceremony ceremonies[] = {
		ATT_CEREMONY_REGISTRATION,
		ATT_CEREMONY_ASSERTION,
	};
	struct att_auth_data parsed;
	int accepted = 0;

	for (int i = 0; i < 2; i++) {
		struct att_reason why = { 0 };
		enum att_err err;

		err = att_auth_data_parse(
		    att_bytes(data, size), ceremonies[i], &parsed, &why);
		if (err != why.code)
			abort();
		if (err != ATT_OK)
			continue;
		check_sum(&parsed, size);
		accepted++;
	}
	/* What is good for one ceremony is not for the other. */
	if (accepted == 2)
		abort();
	return 0;
}
