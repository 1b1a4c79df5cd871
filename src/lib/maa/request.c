/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests to the attestation service: URLs, bodies, and their names. */
#include <sys/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/hex.h"
#include "base/utf8.h"
#include "codec/base64url.h"
#include "maa/form.h"
#include "maa/request.h"

enum att_err
att_maa_request_make_url(const char *url, const char *path, const char *version,
    char out[ATT_MAA_URL_MAX + 1])
{
	struct att_buf buf;
	enum att_err err;

	out[0] = '\0';
	att_buf_init(&buf, ATT_MAA_URL_MAX);
	err = att_buf_printf(&buf, "%s%s", url, path);
	if (err == ATT_OK && version != NULL &&
	    (err = att_buf_put_u8(&buf, '?')) == ATT_OK)
		err = att_form_put(&buf, "api-version", version);
	if (err == ATT_OK) {
		memcpy(out, buf.ptr, buf.len);
		out[buf.len] = '\0';
	}
	att_buf_reset(&buf);
	return err;
}

enum att_err
att_maa_request_put_bytes(
    const char *name, struct att_bytes bytes, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_printf(out, "{\"%s\":\"", name)) != ATT_OK ||
	    (err = att_base64url_encode(bytes, out)) != ATT_OK)
		return err;
	return att_buf_printf(out, "\"}");
}

/* --- Enclaves --------------------------------------------------------------
 */

/* A string of JSON, with what has to be escaped there. */
static enum att_err
put_string(struct att_buf *out, const char *text)
{
	json_t *string;
	enum att_err err;
	char *dumped;

	if (!att_utf8_is_valid(att_bytes_text(text)))
		return ATT_ERR_USAGE;
	string = json_string(text);
	dumped = string == NULL ? NULL : json_dumps(string, JSON_ENCODE_ANY);
	err = dumped == NULL ? ATT_ERR_NO_MEMORY
			     : att_buf_put(out, dumped, strlen(dumped));
	free(dumped);
	json_decref(string);
	return err;
}

static enum att_err
put_text_member(struct att_buf *out, const char *name, const char *text)
{
	enum att_err err;

	if (text == NULL)
		return ATT_OK;
	if ((err = att_buf_printf(out, ",\"%s\":", name)) != ATT_OK)
		return err;
	return put_string(out, text);
}

static enum att_err
put_held(struct att_buf *out, const char *name, const struct att_maa_held *held)
{
	enum att_err err;

	if (!held->is_set)
		return ATT_OK;
	if ((err = att_buf_printf(out, ",\"%s\":{\"data\":\"", name)) !=
		ATT_OK ||
	    (err = att_base64url_encode(held->data, out)) != ATT_OK)
		return err;
	return att_buf_printf(
	    out, "\",\"dataType\":\"%s\"}", held->is_json ? "JSON" : "Binary");
}

enum att_err
att_maa_request_put_enclave(const char *name,
    const struct att_maa_enclave *enclave, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_printf(out, "{\"%s\":\"", name)) != ATT_OK ||
	    (err = att_base64url_encode(enclave->evidence, out)) != ATT_OK ||
	    (err = att_buf_printf(out, "\"")) != ATT_OK ||
	    (err = put_held(out, "runtimeData", &enclave->runtime)) != ATT_OK ||
	    (err = put_held(out, "initTimeData", &enclave->init_time)) !=
		ATT_OK ||
	    (err = put_text_member(out, "draftPolicyForAttestation",
		 enclave->draft_policy)) != ATT_OK ||
	    (err = put_text_member(out, "nonce", enclave->nonce)) != ATT_OK)
		return err;
	return att_buf_printf(out, "}");
}

enum att_err
att_maa_request_make_id(char text[37])
{
	uint8_t uuid[ATT_UUID_LEN];

	_Static_assert(ATT_UUID_TEXT_SIZE == 37, "the size of a UUID");
	text[0] = '\0';
	if (getrandom(uuid, sizeof(uuid), 0) != (ssize_t)sizeof(uuid))
		return ATT_ERR_SYSTEM;
	uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
	uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
	att_uuid_print(uuid, text);
	return ATT_OK;
}
