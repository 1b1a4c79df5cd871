/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the android-safetynet statement, see statement.h. */
#include <stdint.h>

#include "statement.h"
#include "trust/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	(void)statement;
	if (result->type != ATT_TYPE_BASIC || result->count == 0 ||
	    result->covers_auth_data ||
	    !att_certificate_is_for_host(result->x5c[0], "attest.android.com"))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts = { 0 };

	fuzz_statement(att_bytes(data, size), &opts, 1,
	    att_format_android_safetynet_verify, check);
	return 0;
}
