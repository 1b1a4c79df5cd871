/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of who gives out access tokens. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "codec/json.h"
#include "maa/access_token.h"
#include "maa/secret.h"

const struct att_access_form att_access_form_oauth = { "access_token",
	"token_type" };
const struct att_access_form att_access_form_cli = { "accessToken",
	"tokenType" };

enum {
	DIGITS_MAX = 15 /* of what still is an integer of JSON */
};

static enum att_err
refuse(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_MAA_ANSWER, "%s", what);
}

/* A number, or a text of digits, as identities have it. */
static bool
read_number(const struct json_t *answer, const char *name, int64_t *number)
{
	const char *text = att_json_get_text(answer, name);
	size_t len;

	if (text == NULL)
		return att_json_get_count(answer, name, number);
	*number = 0;
	len = strspn(text, "0123456789");
	if (len == 0 || len > DIGITS_MAX || text[len] != '\0')
		return false;
	for (size_t i = 0; i < len; i++)
		*number = *number * 10 + (text[i] - '0');
	return true;
}

/* The clock of the one who answers is not asked where both are there. */
static enum att_err
read_end(const struct json_t *answer, int64_t now, int64_t *end,
    struct att_reason *why)
{
	int64_t left;

	if (att_json_get(answer, "expires_in") != NULL) {
		if (!read_number(answer, "expires_in", &left))
			return refuse(why, "\"expires_in\" is no number");
	} else if (att_json_get(answer, "expires_on") != NULL) {
		if (!read_number(answer, "expires_on", &left))
			return refuse(why, "\"expires_on\" is no number");
		left -= now;
	} else
		return refuse(
		    why, "it says neither \"expires_in\" nor \"expires_on\"");
	if (left <= 0)
		return refuse(why,
		    "the access token has ended already; is the clock of this "
		    "host right?");
	if (left > ATT_ACCESS_SECONDS_MAX)
		return refuse(why, "the access token would last for longer "
				   "than a month; is the clock of this host "
				   "right?");
	*end = now + left;
	return ATT_OK;
}

static enum att_err
read_text(const struct att_access_form *form, const struct json_t *answer,
    char **textp, struct att_reason *why)
{
	const char *type = att_json_get_text(answer, form->type);
	const char *text = att_json_get_text(answer, form->token);

	if (text == NULL)
		return refuse(why, "it has no access token");
	if (att_json_get(answer, form->type) != NULL &&
	    (type == NULL || strcasecmp(type, "Bearer") != 0))
		return refuse(why, "the access token is not a bearer token");
	if (strlen(text) > ATT_ACCESS_TOKEN_MAX)
		return refuse(why, "the access token is too long");
	if (!att_secret_is_token68(text))
		return refuse(
		    why, "the access token has characters that none may have");
	if ((*textp = strdup(text)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	return ATT_OK;
}

enum att_err
att_access_token_parse(const struct att_access_form *form,
    struct att_bytes answer, int64_t now, struct att_access_token *token,
    struct att_reason *why)
{
	struct json_t *object = NULL;
	enum att_err err;

	*token = (struct att_access_token){ 0 };
	/* What the parser says of it quotes it. */
	err = att_json_parse_object(answer, &object, NULL);
	if (err != ATT_OK) {
		err = refuse(why, "it is not a JSON object");
		goto out;
	}
	if ((err = read_end(object, now, &token->end, why)) != ATT_OK)
		goto out;
	err = read_text(form, object, &token->text, why);
out:
	att_json_free(&object);
	if (err != ATT_OK)
		att_access_token_reset(token);
	return err;
}

void
att_access_token_reset(struct att_access_token *token)
{
	att_secret_free(&token->text);
	*token = (struct att_access_token){ 0 };
}
