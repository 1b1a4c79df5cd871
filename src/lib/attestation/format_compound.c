/* SPDX-License-Identifier: BSD-2-Clause */
/* The compound attestation statement: WebAuthn Level 3 section 8.9. */
#include <stdlib.h>

#include "attestation/format.h"
#include "attestation/object.h"

static const char what[] = "compound statement";

enum {
	PARTS_MIN = 2 /* section 8.9, syntax */
};

enum {
	FMT,
	ATT_STMT,
	FIELD_COUNT
};

static const struct att_cbor_field fields[FIELD_COUNT] = {
	[FMT] = { "fmt", 0, ATT_CBOR_TEXT, false },
	[ATT_STMT] = { "attStmt", 0, ATT_CBOR_ANY, false },
};
static const struct att_cbor_schema schema = {
	what,
	ATT_ERR_STATEMENT_MALFORMED,
	FIELD_COUNT,
	fields,
};

/* Which formats may be inside is the same policy as for whole objects. */
static enum att_err
check_format(const struct att_options *opts, enum att_format format,
    struct att_reason *why)
{
	if (format == ATT_FORMAT_COMPOUND)
		return att_refuse(why, ATT_ERR_COMPOUND_NESTED,
		    "%s: another one is inside", what);
	if ((opts->formats & (1U << format)) == 0)
		return att_refuse(why, ATT_ERR_FORMAT_REFUSED,
		    "%s: %s statements are not among the formats accepted",
		    what, att_format_name(format));
	return ATT_OK;
}

/* The procedure of its own format, over the same data. */
static enum att_err
verify_part(const struct att_statement *statement,
    const struct att_cbor_item *element, struct att_statement_result *part,
    struct att_reason *why)
{
	const struct att_cbor_item *values[FIELD_COUNT];
	struct att_statement inner = *statement;
	enum att_err err;

	err =
	    att_cbor_get_fields(statement->doc, element, &schema, values, why);
	if (err != ATT_OK)
		return err;
	err = att_object_find_format(values[FMT], what, &inner.format, why);
	if (err != ATT_OK)
		return err;
	if ((err = check_format(statement->opts, inner.format, why)) != ATT_OK)
		return err;
	inner.map = values[ATT_STMT];
	if (inner.map->type != ATT_CBOR_MAP)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s: \"attStmt\" of a %s statement is not a map", what,
		    att_format_name(inner.format));
	part->format = inner.format;
	return att_statement_verify(&inner, part, why);
}

/* Two statements of one attestation key are one attestation. */
static bool
is_repeated(const struct att_statement_result *result,
    const struct att_statement_result *part)
{
	for (size_t i = 0; i < result->part_count; i++) {
		const struct att_statement_result *other = &result->parts[i];

		if (other->format == part->format &&
		    att_certificate_is_equal(other->x5c[0], part->x5c[0]))
			return true;
	}
	return false;
}

/* Keeps what an attestation key stands behind; the rest adds nothing. */
static void
add_part(struct att_statement_result *result, struct att_statement_result *part)
{
	if (part->count > 0 && !is_repeated(result, part)) {
		result->parts[result->part_count++] = *part;
		*part = (struct att_statement_result){ 0 };
	}
	att_statement_result_reset(part);
}

static enum att_err
verify_parts(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cbor_item *element =
	    att_cbor_get_first(statement->map);
	enum att_err err;

	for (size_t i = 0; i < statement->map->number; i++) {
		struct att_statement_result part = { 0 };

		err = verify_part(statement, element, &part, why);
		if (err != ATT_OK) {
			att_statement_result_reset(&part);
			return att_refuse_within(why, err, "attStmt[%zu]", i);
		}
		add_part(result, &part);
		element = att_cbor_get_next(statement->doc, element);
	}
	return ATT_OK;
}

/*
 * How many have to verify is left to the relying party: here all of them. At
 * least two have to be there that count, or it is no compound.
 */
enum att_err
att_format_compound_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	const struct att_cbor_item *list = statement->map;
	enum att_err err;

	if (list->type != ATT_CBOR_ARRAY || list->number > ATT_COMPOUND_MAX)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s: not an array of %d to %d statements", what, PARTS_MIN,
		    ATT_COMPOUND_MAX);
	if (list->number < PARTS_MIN)
		return att_refuse(why, ATT_ERR_COMPOUND_COUNT,
		    "%s: it has %ju statements, expected at least %d", what,
		    (uintmax_t)list->number, PARTS_MIN);
	result->parts = calloc(list->number, sizeof(*result->parts));
	if (result->parts == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((err = verify_parts(statement, result, why)) != ATT_OK)
		return err;
	if (result->part_count < PARTS_MIN)
		return att_refuse(why, ATT_ERR_COMPOUND_COUNT,
		    "%s: %zu of its statements count, expected at least %d; "
		    "none, self attestation and repetitions do not",
		    what, result->part_count, PARTS_MIN);
	result->type = ATT_TYPE_COMPOUND;
	return ATT_OK;
}
