/* SPDX-License-Identifier: BSD-2-Clause */
/* Refusals of the attestation service, put in one line. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "codec/json.h"
#include "maa/error.h"

enum {
	UNAUTHORIZED = 401,
	FORBIDDEN = 403,
	NOT_FOUND = 404,
	TOO_MANY_REQUESTS = 429,
	RAW_MAX = 1024, /* of a message, before it is escaped and cut */
};

/* White space, of which messages of the service have lines, is one blank. */
static void
take_text(char *out, size_t size, const char *text)
{
	char raw[RAW_MAX];
	size_t len = 0;

	for (; text != NULL && *text != '\0' && len < sizeof(raw) - 1; text++) {
		bool is_blank = strchr(" \t\r\n", *text) != NULL;

		if (is_blank && (len == 0 || raw[len - 1] == ' '))
			continue;
		raw[len++] = is_blank ? ' ' : *text;
	}
	while (len > 0 && raw[len - 1] == ' ')
		len--;
	raw[len] = '\0';
	att_text_escape(out, size, raw);
}

void
att_maa_error_read(
    const struct att_http_response *response, struct att_maa_error *error)
{
	const struct json_t *said;
	struct json_t *root = NULL;

	*error = (struct att_maa_error){ .status = response->status };
	take_text(
	    error->request_id, sizeof(error->request_id), response->request_id);
	if (att_json_parse_object(att_buf_get(&response->body), &root, NULL) !=
	    ATT_OK)
		return;
	said = att_json_get(root, "error");
	take_text(
	    error->code, sizeof(error->code), att_json_get_text(said, "code"));
	take_text(error->message, sizeof(error->message),
	    att_json_get_text(said, "message"));
	att_json_free(&root);
}

/* "" where nothing is known. */
static const char *
remedy_of(const struct att_maa_error *error)
{
	if (strstr(error->message, "policy has not been set") != NULL)
		return "; set an attestation policy for Tpm at the provider";
	switch (error->status) {
	case UNAUTHORIZED:
		return "; look at maa_credential";
	case FORBIDDEN:
		return "; give this identity the role Attestation Reader";
	case NOT_FOUND:
		return "; look at maa_url and maa_api_version";
	case TOO_MANY_REQUESTS:
		return "; ask less often";
	default:
		return error->status >= 500 ? "; try again later" : "";
	}
}

enum att_err
att_maa_error_refuse(const struct att_maa_error *error, const char *asked,
    struct att_reason *why)
{
	const char *gap = error->message[0] == '\0' ? "" : ": ";

	return att_refuse(why, ATT_ERR_MAA_REFUSED,
	    "%.120s: HTTP status %u%s%s%s%.180s%s%s%s%s", asked, error->status,
	    error->code[0] == '\0' ? "" : ", ", error->code, gap,
	    error->message, remedy_of(error),
	    error->request_id[0] == '\0' ? "" : " (request ", error->request_id,
	    error->request_id[0] == '\0' ? "" : ")");
}
