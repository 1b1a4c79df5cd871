/* SPDX-License-Identifier: BSD-2-Clause */
/* What "attestctl verify" prints. */
#include <stdio.h>
#include <string.h>

#include <jansson.h>

#include "attestctl/cmd_verify.h"
#include "codec/base64url.h"
#include "codec/cose.h"

enum {
	AAGUID_TEXT = 37,
	SHA256_TEXT = 65,
	ID_TEXT_MAX = 2048
};

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

static void
print_hex(const uint8_t *bytes, size_t len, char *text)
{
	for (size_t i = 0; i < len; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* RFC 9562 section 4. */
static void
print_aaguid(const uint8_t aaguid[ATT_AAGUID_LEN], char text[AAGUID_TEXT])
{
	static const size_t groups[] = { 4, 2, 2, 2, 6 };
	size_t at = 0;

	for (size_t i = 0; i < 5; i++) {
		if (i > 0)
			*text++ = '-';
		print_hex(aaguid + at, groups[i], text);
		text += 2 * groups[i];
		at += groups[i];
	}
}

static const char *
algorithm_name(const struct att_verdict *verdict)
{
	const struct att_cose_algorithm *algorithm =
	    att_cose_algorithm_find(verdict->algorithm);

	return algorithm == NULL ? NULL : algorithm->name;
}

/* --- JSON
 * --------------------------------------------------------------------- */

static json_t *
string_or_null(const char *text)
{
	return text == NULL ? json_null() : json_string(text);
}

/* Bytes that are not UTF-8 (of a path, say) become question marks. */
static json_t *
json_of_text(const char *text)
{
	char clean[sizeof(((struct att_reason *)0)->text)];
	json_t *value = json_string(text);

	if (value != NULL)
		return value;
	snprintf(clean, sizeof(clean), "%s", text);
	for (char *p = clean; *p != '\0'; p++) {
		if ((unsigned char)*p >= 0x80)
			*p = '?';
	}
	return json_string(clean);
}

static json_t *
json_of_aaguid(const struct att_verdict *verdict)
{
	char text[AAGUID_TEXT];

	if (!verdict->has_auth_data)
		return json_null();
	print_aaguid(verdict->aaguid, text);
	return json_string(text);
}

static json_t *
json_of_credential_id(const struct att_verdict *verdict)
{
	struct att_buf buf;
	json_t *value = NULL;

	if (verdict->credential_id.len == 0)
		return json_null();
	att_buf_init(&buf, ID_TEXT_MAX);
	if (att_base64url_encode(verdict->credential_id, &buf) == ATT_OK)
		value = json_stringn((const char *)buf.ptr, buf.len);
	att_buf_reset(&buf);
	return value;
}

static json_t *
json_of_flags(const struct att_verdict *verdict)
{
	json_t *list;

	if (!verdict->has_auth_data)
		return json_null();
	list = json_array();
	for (size_t i = 0; i < FLAG_COUNT && list != NULL; i++) {
		if ((verdict->flags & flag_names[i].bit) == 0)
			continue;
		if (json_array_append_new(
			list, json_string(flag_names[i].name)) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return list;
}

static json_t *
json_of_anchor(const struct att_verdict *verdict)
{
	char sha256[SHA256_TEXT];

	if (!verdict->has_anchor)
		return json_null();
	print_hex(verdict->anchor.sha256, 32, sha256);
	return json_pack(
	    "{s:s, s:s}", "subject", verdict->anchor.subject, "sha256", sha256);
}

static json_t *
json_of_reason(enum att_err err, const struct att_reason *why)
{
	json_t *text;

	if (err == ATT_OK)
		return json_null();
	if ((text = json_of_text(why->text)) == NULL)
		return NULL;
	return json_pack("{s:s, s:o}", "code", att_err_code(err), "text", text);
}

static json_t *
json_of_verdict(
    const struct att_verdict *v, enum att_err err, const struct att_reason *why)
{
	const char *format = v->has_format ? att_format_name(v->format) : NULL;
	const char *type =
	    v->has_type ? att_attestation_type_name(v->type) : NULL;
	json_t *count = v->has_auth_data
			    ? json_integer((json_int_t)v->sign_count)
			    : json_null();

	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
	    "verdict", err == ATT_OK ? "accepted" : "refused", "format",
	    string_or_null(format), "attestation_type", string_or_null(type),
	    "aaguid", json_of_aaguid(v), "credential_id",
	    json_of_credential_id(v), "algorithm",
	    string_or_null(algorithm_name(v)), "flags", json_of_flags(v),
	    "sign_count", count, "anchor", json_of_anchor(v), "reason",
	    json_of_reason(err, why));
}

enum att_err
att_verdict_print_json(const struct att_verdict *verdict, enum att_err err,
    const struct att_reason *why)
{
	json_t *object = json_of_verdict(verdict, err, why);
	bool is_written;

	if (object == NULL)
		return ATT_ERR_NO_MEMORY;
	is_written = json_dumpf(object, stdout, 0) == 0 &&
		     putchar('\n') != EOF && fflush(stdout) == 0;
	json_decref(object);
	return is_written ? ATT_OK : ATT_ERR_SYSTEM;
}

/* --- Text
 * --------------------------------------------------------------------- */

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
	char aaguid[AAGUID_TEXT];

	print_aaguid(verdict->aaguid, aaguid);
	print_row("model:", aaguid);
	print_row("algorithm:", algorithm_name(verdict));
	print_flags(verdict);
	printf("%-11s %lu\n", "counter:", (unsigned long)verdict->sign_count);
}

static void
print_anchor(const struct att_anchor *anchor)
{
	char sha256[SHA256_TEXT];

	print_hex(anchor->sha256, sizeof(anchor->sha256), sha256);
	print_row("anchor:", anchor->subject);
	printf("%-11s sha256 %s\n", "", sha256);
}

enum att_err
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
	if (v->has_anchor)
		print_anchor(&v->anchor);
	return fflush(stdout) == 0 && !ferror(stdout) ? ATT_OK : ATT_ERR_SYSTEM;
}
