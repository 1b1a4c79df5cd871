/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the tpm statement, see statement.h. */
#include <stdint.h>
#include <string.h>

#include "codec/tpm.h"
#include "statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	int kty = statement->key->algorithm->kty;
	char subject[ATT_SUBJECT_MAX];

	if (result->type != ATT_TYPE_ATTCA || result->count == 0 ||
	    (kty != ATT_COSE_RSA && kty != ATT_COSE_EC2))
		abort();
	att_certificate_print_subject(result->x5c[0], subject, sizeof(subject));
	if (strcmp(subject, "(empty subject)") != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts[] = {
		{ .min_rsa_bits = 2048,
		    .require_aaguid_extension = true,
		    .tpm_vendor_check = true,
		    .tpm_attributes_check = true },
		{ .min_rsa_bits = 2048, .tpm_sha1 = true },
	};

	fuzz_statement(
	    att_bytes(data, size), opts, 2, att_format_tpm_verify, check);
	return 0;
}
