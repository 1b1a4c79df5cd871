/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl token show: what a token says, whoever wrote it. Nothing is
 * verified, so it shows what no login would look at: any algorithm, and none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_token.h"
#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/jws.h"

static const char usage[] =
    "usage: attestctl token show [--json] FILE|-\n"
    "\n"
    "Shows the header and the claims of a token without verifying anything:\n"
    "whoever wrote it can have written what they liked. The names are JSON\n"
    "pointers, as in the option host_require.\n"
    "\n"
    "  -j, --json  print an object\n"
    "  -h, --help  show this\n";

static const char *const headings[] = { "UNVERIFIED", "PART", "POINTER",
	"VALUE" };

/* RFC 7515 section 7.1, decoded. */
struct shown {
	uint8_t *file;
	json_t *header;
	json_t *claims;
	size_t signature_len;
	struct att_table table;
};

/* The next part of text, which is moved past it and the dot behind it. */
static bool
take_part(struct att_bytes *text, struct att_bytes *part)
{
	const uint8_t *dot =
	    text->len == 0 ? NULL : memchr(text->ptr, '.', text->len);
	size_t len;

	if (dot == NULL)
		return false;
	len = (size_t)(dot - text->ptr);
	*part = att_bytes(text->ptr, len);
	*text = att_bytes(dot + 1, text->len - len - 1);
	return true;
}

static enum att_err
decode_bytes(struct att_bytes part, const char *name, struct att_bytes *bytes,
    struct att_reason *why)
{
	uint8_t *ptr;
	size_t len;
	enum att_err r;

	r = att_base64url_decode(part, ATT_JWS_TOKEN_MAX, &ptr, &len);
	if (r == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, r);
	if (r != ATT_OK)
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "the %s is not base64url without padding", name);
	*bytes = att_bytes(ptr, len);
	return ATT_OK;
}

static enum att_err
decode_object(struct att_bytes part, const char *name, json_t **objectp,
    struct att_reason *why)
{
	struct att_bytes text = { 0 };
	enum att_err r;

	if ((r = decode_bytes(part, name, &text, why)) != ATT_OK)
		return r;
	r = att_json_parse_object(text, objectp, why);
	if (r == ATT_ERR_JWS_MALFORMED)
		r = att_refuse_within(
		    why, ATT_ERR_JWS_MALFORMED, "the %s", name);
	free((void *)(uintptr_t)text.ptr);
	return r;
}

static enum att_err
decode(struct att_bytes text, struct shown *shown, struct att_reason *why)
{
	struct att_bytes header, payload, bytes = { 0 };
	enum att_err r;

	if (!take_part(&text, &header) || !take_part(&text, &payload))
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "this is no token: three parts with dots between them were "
		    "expected");
	r = decode_object(header, "header", &shown->header, why);
	if (r == ATT_OK)
		r = decode_object(payload, "payload", &shown->claims, why);
	if (r == ATT_OK)
		r = decode_bytes(text, "signature", &bytes, why);
	shown->signature_len = bytes.len;
	free((void *)(uintptr_t)bytes.ptr);
	return r;
}

static enum att_err
print_text(struct shown *shown)
{
	char text[40];
	const struct att_cell signature[] = {
		{ "unverified", ATT_STYLE_BAD },
		{ .text = "signature" },
		{ .text = "-" },
		{ .text = text },
	};
	enum att_err r;

	shown->table.headings = headings;
	shown->table.columns = sizeof(headings) / sizeof(headings[0]);
	snprintf(text, sizeof(text), "%zu bytes", shown->signature_len);
	r = att_token_rows_add(&shown->table, "header", shown->header);
	if (r == ATT_OK)
		r = att_token_rows_add(&shown->table, "claims", shown->claims);
	if (r == ATT_OK)
		r = att_table_add(&shown->table, signature);
	return r == ATT_OK ? att_table_print(&shown->table) : r;
}

static enum att_exit
print_json(const struct shown *shown)
{
	return att_out_json(
	    json_pack("{s:b, s:O, s:O, s:{s:I}}", "verified", 0, "header",
		shown->header, "unverified_claims", shown->claims, "signature",
		"bytes", (json_int_t)shown->signature_len),
	    ATT_EXIT_DONE);
}

static enum att_exit
fail(enum att_err err, const struct att_reason *why)
{
	att_out_reason("token show", err, why);
	return att_err_is_refusal(err) ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;
}

static enum att_exit
show(const char *path, bool is_json, struct shown *shown)
{
	struct att_reason why = { 0 };
	struct att_bytes text;
	enum att_err r;

	if ((r = att_token_file_read(path, &shown->file, &text, &why)) !=
		ATT_OK ||
	    (r = decode(text, shown, &why)) != ATT_OK)
		return fail(r, &why);
	if (is_json)
		return print_json(shown);
	if ((r = print_text(shown)) != ATT_OK)
		return fail(r, &shown->table.why);
	return ATT_EXIT_DONE;
}

enum att_exit
att_cmd_token_show(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "token show",
		.usage = usage,
		.options = att_arguments_plain,
		.least = 1,
		.most = 1 };
	struct shown shown = { 0 };
	enum att_exit status;

	(void)invocation; /* nothing is judged */
	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	status = show(args.operands[0], args.is_json, &shown);
	att_table_reset(&shown.table);
	att_json_free(&shown.header);
	att_json_free(&shown.claims);
	free(shown.file);
	return status;
}
