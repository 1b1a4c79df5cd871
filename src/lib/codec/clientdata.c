/* SPDX-License-Identifier: BSD-2-Clause */
/* Client data of our own ceremonies, by jansson. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "codec/base64url.h"
#include "codec/clientdata.h"
#include "codec/digest.h"

static const char origin_scheme[] = "pam-attest://";

static enum att_err
make_challenge(const uint8_t challenge[ATT_CHALLENGE_LEN], char **textp)
{
	struct att_buf buf;
	enum att_err err;
	size_t len;

	*textp = NULL;
	att_buf_init(&buf, ATT_CLIENT_DATA_MAX);
	err =
	    att_base64url_encode(att_bytes(challenge, ATT_CHALLENGE_LEN), &buf);
	if (err == ATT_OK)
		err = att_buf_put_u8(&buf, '\0');
	if (err == ATT_OK)
		err = att_buf_take(&buf, (uint8_t **)textp, &len);
	att_buf_reset(&buf);
	return err;
}

static enum att_err
make_origin(const char *rp_id, char **textp)
{
	struct att_buf buf;
	enum att_err err;
	size_t len;

	*textp = NULL;
	att_buf_init(&buf, ATT_CLIENT_DATA_MAX);
	err = att_buf_printf(&buf, "%s%s", origin_scheme, rp_id);
	if (err == ATT_OK)
		err = att_buf_put_u8(&buf, '\0');
	if (err == ATT_OK)
		err = att_buf_take(&buf, (uint8_t **)textp, &len);
	att_buf_reset(&buf);
	return err;
}

enum att_err
att_client_data_make(const char *type,
    const uint8_t challenge[ATT_CHALLENGE_LEN], const char *rp_id, char **jsonp)
{
	char *challenge_text = NULL, *origin = NULL;
	json_t *object = NULL;
	enum att_err err;

	*jsonp = NULL;
	if ((err = make_challenge(challenge, &challenge_text)) != ATT_OK ||
	    (err = make_origin(rp_id, &origin)) != ATT_OK)
		goto out;
	err = ATT_ERR_NO_MEMORY;
	/* In the order of WebAuthn section 5.8.1.1. */
	object = json_pack("{s:s, s:s, s:s, s:b}", "type", type, "challenge",
	    challenge_text, "origin", origin, "crossOrigin", 0);
	if (object == NULL ||
	    (*jsonp = json_dumps(object, JSON_COMPACT)) == NULL)
		goto out;
	err = ATT_OK;
out:
	json_decref(object);
	free(challenge_text);
	free(origin);
	return err;
}

enum att_err
att_client_data_hash(const char *type,
    const uint8_t challenge[ATT_CHALLENGE_LEN], const char *rp_id,
    uint8_t hash[32])
{
	char *json = NULL;
	enum att_err err;

	memset(hash, 0, 32);
	if ((err = att_client_data_make(type, challenge, rp_id, &json)) ==
	    ATT_OK)
		err = att_sha256(att_bytes_text(json), hash);
	free(json);
	return err;
}

static bool
is_member(const json_t *object, const char *name, const char *expected)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL && strcmp(text, expected) == 0;
}

static enum att_err
check_members(const json_t *object, const char *type, const char *origin,
    struct att_reason *why)
{
	const json_t *cross = json_object_get(object, "crossOrigin");

	if (!json_is_object(object))
		return att_refuse(why, ATT_ERR_CLIENT_DATA,
		    "client data is not a JSON object");
	if (!is_member(object, "type", type))
		return att_refuse(why, ATT_ERR_CLIENT_DATA,
		    "client data is not of type \"%s\"", type);
	if (!is_member(object, "origin", origin))
		return att_refuse(why, ATT_ERR_CLIENT_DATA,
		    "client data is not of origin \"%s\"", origin);
	if (cross != NULL && !json_is_false(cross))
		return att_refuse(why, ATT_ERR_CLIENT_DATA,
		    "client data says it is of another origin");
	return ATT_OK;
}

enum att_err
att_client_data_check(struct att_bytes json, const char *type,
    const uint8_t challenge[ATT_CHALLENGE_LEN], const char *rp_id,
    struct att_reason *why)
{
	char *challenge_text = NULL, *origin = NULL;
	json_t *object = NULL;
	json_error_t at;
	enum att_err err;

	if (json.len > ATT_CLIENT_DATA_MAX)
		return att_refuse(why, ATT_ERR_CLIENT_DATA,
		    "client data has %zu bytes, more than %d", json.len,
		    ATT_CLIENT_DATA_MAX);
	if ((err = make_challenge(challenge, &challenge_text)) != ATT_OK ||
	    (err = make_origin(rp_id, &origin)) != ATT_OK)
		goto out;
	object = json_loadb(json.len > 0 ? (const char *)json.ptr : "",
	    json.len, JSON_REJECT_DUPLICATES, &at);
	if (object == NULL) {
		err = att_refuse(why, ATT_ERR_CLIENT_DATA,
		    "client data is not JSON: %s at byte %d", at.text,
		    at.position);
		goto out;
	}
	if ((err = check_members(object, type, origin, why)) != ATT_OK)
		goto out;
	if (!is_member(object, "challenge", challenge_text)) {
		err = att_refuse(why, ATT_ERR_RECORD_CHALLENGE,
		    "client data has another challenge than user, RP ID and "
		    "nonce give");
		goto out;
	}
	err = ATT_OK;
out:
	json_decref(object);
	free(challenge_text);
	free(origin);
	return att_refuse_plain(why, err);
}
