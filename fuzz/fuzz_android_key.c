/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: the android-key statement, see statement.h. */
#include <stdint.h>

#include "statement.h"
#include "trust/key_description.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct att_statement *statement,
    const struct att_statement_result *result)
{
	struct att_key_description description;

	if (result->type != ATT_TYPE_BASIC || result->count == 0 ||
	    result->covers_auth_data ||
	    !att_statement_is_credential_key(
		statement, att_certificate_get_key(result->x5c[0])) ||
	    att_certificate_get_key_description(
		result->x5c[0], &description, NULL) != ATT_OK ||
	    description.tee.has_all_applications ||
	    description.software.has_all_applications)
		abort();
	if (statement->opts->android_key_lists == ATT_ANDROID_KEY_LISTS_TEE &&
	    !(description.tee.has_origin && description.tee.may_sign))
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct att_options opts[] = {
		{ .android_key_lists = ATT_ANDROID_KEY_LISTS_TEE },
		{ .android_key_lists = ATT_ANDROID_KEY_LISTS_ANY },
		{ .android_key_lists = ATT_ANDROID_KEY_LISTS_ABSENT },
	};

	fuzz_statement(att_bytes(data, size), opts, 3,
	    att_format_android_key_verify, check);
	return 0;
}
