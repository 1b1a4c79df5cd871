/* SPDX-License-Identifier: BSD-2-Clause */
/* Taking an attestation object apart: WebAuthn Level 3 section 6.5.4. */
#include "attestation/object.h"
#include "codec/attobj.h"

static const char what[] = "attestation object";

enum {
	FMT,
	ATT_STMT,
	AUTH_DATA,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[FMT] = { "fmt", 0, ATT_CBOR_TEXT, false },
	[ATT_STMT] = { "attStmt", 0, ATT_CBOR_ANY, false },
	[AUTH_DATA] = { "authData", 0, ATT_CBOR_BYTES, false },
};
static const struct att_cbor_schema schema = {
	what,
	ATT_ERR_ATTOBJ_MALFORMED,
	FIELD_COUNT,
	fields,
};

/* Identifiers are compared letter by letter: section 8.1. */
enum att_err
att_object_find_format(const struct att_cbor_item *fmt, const char *of,
    enum att_format *format, struct att_reason *why)
{
	for (int i = 0; i < ATT_FORMAT_COUNT; i++) {
		*format = (enum att_format)i;
		if (att_cbor_is_text(fmt, att_format_name(*format)))
			return ATT_OK;
	}
	return att_refuse(why, ATT_ERR_FORMAT_UNKNOWN,
	    "%s: the statement format \"%.*s\" is not known", of,
	    (int)(fmt->value.len < 32 ? fmt->value.len : 32),
	    (const char *)fmt->value.ptr);
}

enum att_err
att_object_parse(struct att_bytes in, enum att_cbor_order order,
    struct att_object *object, struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	enum att_cbor_type expected;
	enum att_err err;

	object->statement = NULL;
	object->auth_data = att_bytes(NULL, 0);
	if (in.len > ATT_ATTESTATION_OBJECT_MAX)
		return att_refuse(why, ATT_ERR_TOO_LARGE,
		    "%s has %zu bytes, more than %d", what, in.len,
		    ATT_ATTESTATION_OBJECT_MAX);
	err = att_cbor_read(in, order, &object->doc, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s", what);
	if ((err = att_cbor_get_fields(&object->doc, object->doc.items, &schema,
		 values, why)) != ATT_OK ||
	    (err = att_object_find_format(
		 values[FMT], what, &object->format, why)) != ATT_OK)
		return err;
	expected = object->format == ATT_FORMAT_COMPOUND ? ATT_CBOR_ARRAY
							 : ATT_CBOR_MAP;
	if (values[ATT_STMT]->type != expected)
		return att_refuse(why, ATT_ERR_ATTOBJ_MALFORMED,
		    "%s: \"attStmt\" has a value of the wrong type", what);
	object->statement = values[ATT_STMT];
	object->auth_data = values[AUTH_DATA]->value;
	return ATT_OK;
}
