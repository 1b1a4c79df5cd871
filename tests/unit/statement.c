/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking forged registrations apart. */
#include <stdlib.h>

#include "statement.h"

void
open_spec(struct opened *o, const struct forge_spec *spec)
{
	*o = (struct opened){ .opts = forge_make_options_for(spec->kind) };
	forge(spec, &o->forged);
	if (att_object_parse(att_buf_get(&o->forged.object),
		ATT_CBOR_CANONICAL_ORDER, &o->object, NULL) != ATT_OK ||
	    att_auth_data_parse(o->object.auth_data, ATT_CEREMONY_REGISTRATION,
		&o->auth_data, NULL) != ATT_OK ||
	    att_cose_key_parse(o->auth_data.cose_key, NULL, &o->key, NULL) !=
		ATT_OK)
		abort();
	o->statement = (struct att_statement){
		.format = o->object.format,
		.doc = &o->object.doc,
		.map = o->object.statement,
		.auth_data_raw = o->object.auth_data,
		.auth_data = &o->auth_data,
		.key = &o->key,
		.client_data_hash = o->forged.client_data_hash,
		.time = FORGE_TIME,
		.opts = &o->opts,
	};
}

void
open_row(struct opened *o, enum forge_defect defect)
{
	const struct forge_spec spec = {
		.kind = forge_rows[defect].kind,
		.defect = defect,
	};

	open_spec(o, &spec);
}

void
close_opened(struct opened *o)
{
	att_statement_result_reset(&o->result);
	forged_reset(&o->forged);
}
