/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the targets of one statement format: 32 bytes of client data hash, then
 * an attestation object, whose statement goes to the procedure of that format
 * whatever the object says of its own.
 */
#ifndef FUZZ_STATEMENT_H
#define FUZZ_STATEMENT_H

#include <stdlib.h>

#include "attestation/format.h"
#include "attestation/object.h"
#include "mutate_object.h"

/* When what the seeds hold was made: 2026-01-01. */
enum {
	FUZZ_TIME = 1767225600
};

/* What has to be true of a statement that is accepted; aborts if not. */
typedef void fuzz_check_fn(const struct att_statement *statement,
    const struct att_statement_result *result);

static inline void
fuzz_verify(const struct att_statement *statement, att_format_verify_fn *verify,
    fuzz_check_fn *check)
{
	struct att_statement_result result = { 0 };
	struct att_reason why = { 0 };
	enum att_err err;

	err = verify(statement, &result, &why);
	if (err == ATT_OK)
		check(statement, &result);
	else if (err != why.code || why.text[0] == '\0')
		abort();
	att_statement_result_reset(&result);
}

/* Under every one of count sets of options. */
static inline void
fuzz_statement(struct att_bytes in, const struct att_options *opts,
    size_t count, att_format_verify_fn *verify, fuzz_check_fn *check)
{
	struct att_cose_key key;
	struct att_auth_data data;
	struct att_object object;
	struct att_reason why;

	if (in.len < 32 ||
	    att_object_parse(att_bytes(in.ptr + 32, in.len - 32),
		ATT_CBOR_ANY_ORDER, &object, &why) != ATT_OK ||
	    att_auth_data_parse(object.auth_data, ATT_CEREMONY_REGISTRATION,
		&data, &why) != ATT_OK)
		return;
	if (att_cose_key_parse(data.cose_key, NULL, &key, &why) == ATT_OK) {
		const struct att_statement statement = {
			.format = object.format,
			.doc = &object.doc,
			.map = object.statement,
			.auth_data_raw = object.auth_data,
			.auth_data = &data,
			.key = &key,
			.client_data_hash = in.ptr,
			.time = FUZZ_TIME,
		};

		for (size_t i = 0; i < count; i++) {
			struct att_statement judged = statement;

			judged.opts = &opts[i];
			fuzz_verify(&judged, verify, check);
		}
	}
}

#endif
