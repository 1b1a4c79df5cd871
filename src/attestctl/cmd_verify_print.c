/* SPDX-License-Identifier: BSD-2-Clause */
/* What "attestctl verify" prints. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "attestctl/cmd_verify.h"
#include "attestctl/out.h"
#include "base/hex.h"
#include "codec/cose.h"

/* WebAuthn Level 3 section 6.1, in the order of the bits. */
static const struct {
	uint8_t bit;
	const char *name;
} flag_names[] = {
	{ 0x01, "UP" },
	{ 0x04, "UV" },
	{ 0x08, "BE" },
	{ 0x10, "BS" },
	{ 0x40, "AT" },
	{ 0x80, "ED" },
};
enum {
	FLAG_COUNT = sizeof(flag_names) / sizeof(flag_names[0])
};

static const char *
algorithm_name(const struct att_verdict *verdict)
{
	const struct att_cose_algorithm *algorithm =
	    att_cose_algorithm_find(verdict->algorithm);

	return algorithm == NULL ? NULL : algorithm->name;
}

/* --- JSON ---------------------------------------------------------------- */

static json_t *
json_of_flags(const struct att_verdict *verdict)
{
	json_t *list;

	if (!verdict->has_auth_data)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if ((verdict->flags & flag_names[i].bit) != 0)
			list = att_json_append(
			    list, json_string(flag_names[i].name));
	}
	return list;
}

static json_t *
json_of_key(const struct att_verdict *verdict)
{
	char text[ATT_HEX_TEXT_SIZE(ATT_KEY_ID_LEN)];

	if (!verdict->has_attestation_key)
		return json_null();
	att_hex_print(
	    att_bytes(verdict->attestation_key, ATT_KEY_ID_LEN), text);
	return json_string(text);
}

static json_t *
json_of_verdict(
    const struct att_verdict *v, enum att_err err, const struct att_reason *why)
{
	const char *format = v->has_format ? att_format_name(v->format) : NULL;
	const char *type =
	    v->has_type ? att_attestation_type_name(v->type) : NULL;

	return json_pack(
	    "{s:s, s:s?, s:s?, s:o, s:o, s:s?, s:o, s:o, s:o, s:o, s:o}",
	    "verdict", err == ATT_OK ? "accepted" : "refused", "format", format,
	    "attestation_type", type, "aaguid",
	    v->has_auth_data ? att_json_aaguid(v->aaguid) : json_null(),
	    "credential_id",
	    v->credential_id.len > 0 ? att_json_base64url(v->credential_id)
				     : json_null(),
	    "algorithm", algorithm_name(v), "flags", json_of_flags(v),
	    "sign_count",
	    v->has_auth_data ? json_integer((json_int_t)v->sign_count)
			     : json_null(),
	    "attestation_key", json_of_key(v), "anchor",
	    v->has_anchor ? att_json_anchor(&v->anchor) : json_null(), "reason",
	    att_json_reason(err, why));
}

static enum att_exit
exit_of(enum att_err err)
{
	return err == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_REFUSED;
}

enum att_exit
att_verdict_print_json(const struct att_verdict *verdict, enum att_err err,
    const struct att_reason *why)
{
	return att_out_json(json_of_verdict(verdict, err, why), exit_of(err));
}

/* --- Text ---------------------------------------------------------------- */

static void
print_row(const char *name, const char *value)
{
	printf("%-11s %s\n", name, value == NULL ? "unknown" : value);
}

static void
print_flags(const struct att_verdict *verdict)
{
	printf("%-11s", "flags:");
	for (size_t i = 0; i < FLAG_COUNT; i++) {
		if ((verdict->flags & flag_names[i].bit) != 0)
			printf(" %s", flag_names[i].name);
	}
	printf("\n");
}

static void
print_auth_data(const struct att_verdict *verdict)
{
	char aaguid[ATT_UUID_TEXT_SIZE];

	att_uuid_print(verdict->aaguid, aaguid);
	print_row("model:", aaguid);
	print_row("algorithm:", algorithm_name(verdict));
	print_flags(verdict);
	printf("%-11s %lu\n", "counter:", (unsigned long)verdict->sign_count);
}

static void
print_key(const struct att_verdict *verdict)
{
	char text[ATT_HEX_TEXT_SIZE(ATT_KEY_ID_LEN)];

	att_hex_print(
	    att_bytes(verdict->attestation_key, ATT_KEY_ID_LEN), text);
	print_row("key id:", text);
}

static void
print_anchor(const struct att_anchor *anchor)
{
	char sha256[ATT_HEX_TEXT_SIZE(sizeof(anchor->sha256))];

	att_hex_print(
	    att_bytes(anchor->sha256, sizeof(anchor->sha256)), sha256);
	print_row("anchor:", anchor->subject);
	printf("%-11s sha256 %s\n", "", sha256);
}

enum att_exit
att_verdict_print_text(
    const struct att_verdict *v, enum att_err err, const struct att_reason *why)
{
	print_row("verdict:", err == ATT_OK ? "accepted" : "refused");
	if (err != ATT_OK)
		printf(
		    "%-11s %s: %s\n", "reason:", att_err_code(err), why->text);
	print_row("format:", v->has_format ? att_format_name(v->format) : NULL);
	print_row(
	    "type:", v->has_type ? att_attestation_type_name(v->type) : NULL);
	if (v->has_auth_data)
		print_auth_data(v);
	if (v->has_attestation_key)
		print_key(v);
	if (v->has_anchor)
		print_anchor(&v->anchor);
	return exit_of(err);
}
