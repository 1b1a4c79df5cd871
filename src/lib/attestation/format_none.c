/* SPDX-License-Identifier: BSD-2-Clause */
/* The "none" attestation statement: WebAuthn Level 3 section 8.7. */
#include "attestation/format.h"

enum att_err
att_format_none_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	if (statement->map->number != 0)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "none statement: it is not empty");
	result->type = ATT_TYPE_NONE;
	return ATT_OK;
}
