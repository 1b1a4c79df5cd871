/* SPDX-License-Identifier: BSD-2-Clause */
/* A forged registration taken apart, for tests of one statement format. */
#ifndef TESTS_UNIT_STATEMENT_H
#define TESTS_UNIT_STATEMENT_H

#include "attestation/format.h"
#include "attestation/object.h"
#include "forge.h"

struct opened {
	struct forged forged;
	struct att_options opts;
	struct att_object object;
	struct att_auth_data auth_data;
	struct att_cose_key key;
	struct att_statement statement;
	struct att_statement_result result;
	struct att_reason why;
};

/* Forges and opens; aborts if that cannot be done. The caller closes. */
void open_spec(struct opened *o, const struct forge_spec *spec);
void open_row(struct opened *o, enum forge_defect defect);
void close_opened(struct opened *o);

/* In a test: the procedure of its format; reason and error have to agree. */
enum att_err verify_opened(struct opened *o);

/*
 * In a test: runs the rows of forge.def that takes() says, of which there are
 * at least ROWS_MIN, through their procedures. What only the path decides is
 * none of the statement's business, and fine there.
 */
enum {
	ROWS_MIN = 20
};
void judge_rows(bool (*takes)(const struct forge_row *row));

#endif
