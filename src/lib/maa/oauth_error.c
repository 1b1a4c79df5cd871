/* SPDX-License-Identifier: BSD-2-Clause */
/* Why there is no access token. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "codec/json.h"
#include "maa/oauth_error.h"

enum {
	BAD_REQUEST = 400,
	NOT_FOUND = 404,
	REQUEST_TIMEOUT = 408,
	GONE = 410,
	TOO_MANY_REQUESTS = 429,
	SERVER_ERROR = 500,
	DIGITS_MAX = 9,
};

/* https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
static const struct {
	int64_t number;
	const char *remedy;
} known[] = {
	{ 50013, "the assertion is not valid: is its issuer still the one "
		 "that the application trusts?" },
	{ 53003, "a rule of conditional access forbids it" },
	{ 70011, "the scope is not valid; set maa_audience" },
	{ 70021, "no federated credential of the application has the issuer, "
		 "subject and audience of the token in maa_assertion" },
	{ 90002, "there is no such tenant; set maa_tenant" },
	{ 90024, "too much is asked of it; try again later" },
	{ 90033, "it is not available; try again later" },
	{ 500011, "the tenant does not know the service that the token would "
		  "be for; set maa_audience" },
	{ 530003, "a rule of conditional access forbids it" },
	{ 700016, "there is no such application in the tenant; set "
		  "maa_client_id and maa_tenant" },
	{ 700021, "the assertion is about another application than "
		  "maa_client_id" },
	{ 700023, "the audience of the assertion is not this authority; set "
		  "maa_authority" },
	{ 700024, "it is not the time of the assertion; is the clock of this "
		  "host right, and maa_assertion up to date?" },
	{ 700027, "maa_certificate is not one of the application's, or "
		  "maa_private_key not its key; register the certificate" },
	{ 700030, "the subject of maa_certificate is not one that the "
		  "application accepts" },
	{ 700211, "no federated credential of the application has the issuer "
		  "of the token in maa_assertion" },
	{ 700212, "no federated credential of the application has the "
		  "audience of the token in maa_assertion" },
	{ 700213, "no federated credential of the application has the subject "
		  "of the token in maa_assertion" },
	{ 900023, "that is no name or ID of a tenant; set maa_tenant" },
	{ 7000112, "the application is disabled" },
	{ 7000215, "the secret is wrong; put the value of a client secret, "
		   "not its ID, into the file of maa_secret" },
	{ 7000216, "the application wants another kind of credential; set "
		   "maa_credential" },
	{ 7000218, "the application wants another kind of credential; set "
		   "maa_credential" },
	{ 7000222, "the secret has expired; make another one and put it into "
		   "the file of maa_secret" },
	{ 7000229, "the application has no enterprise application in the "
		   "tenant; make one" },
};

const char *
att_oauth_get_remedy(int64_t number)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].number == number)
			return known[i].remedy;
	return NULL;
}

int64_t
att_oauth_find_number(struct att_bytes text)
{
	static const char mark[] = "AADSTS";
	const uint8_t *at;
	int64_t number = 0;
	size_t left;

	if (text.len == 0)
		return 0;
	at = memmem(text.ptr, text.len, mark, sizeof(mark) - 1);
	if (at == NULL)
		return 0;
	at += sizeof(mark) - 1;
	left = text.len - (size_t)(at - text.ptr);
	for (size_t i = 0; i < left && at[i] >= '0' && at[i] <= '9'; i++) {
		if (i == DIGITS_MAX)
			return 0;
		number = number * 10 + (at[i] - '0');
	}
	return number;
}

/* --- Reading ------------------------------------------------------------ */

static void
read_error(const char *text, char error[41])
{
	size_t len =
	    text == NULL ? 0 : strspn(text, "abcdefghijklmnopqrstuvwxyz_");

	if (len > 0 && len <= 40 && text[len] == '\0')
		memcpy(error, text, len + 1);
}

static void
read_correlation(const char *text, char correlation[ATT_OAUTH_ID_LEN + 1])
{
	if (text != NULL && strlen(text) == ATT_OAUTH_ID_LEN &&
	    strspn(text, "0123456789abcdefABCDEF-") == ATT_OAUTH_ID_LEN)
		memcpy(correlation, text, ATT_OAUTH_ID_LEN + 1);
}

static int64_t
read_number(const struct json_t *object)
{
	const struct json_t *codes = att_json_get(object, "error_codes");
	const char *text = att_json_get_text(object, "error_description");
	int64_t number;

	if (att_json_is_count(att_json_get_element(codes, 0), &number) &&
	    number < 1000000000)
		return number;
	return text == NULL ? 0 : att_oauth_find_number(att_bytes_text(text));
}

void
att_oauth_error_read(struct att_bytes body, struct att_oauth_error *error)
{
	struct json_t *object = NULL;

	*error = (struct att_oauth_error){ 0 };
	if (att_json_parse_object(body, &object, NULL) != ATT_OK)
		return;
	read_error(att_json_get_text(object, "error"), error->error);
	error->number = read_number(object);
	read_correlation(
	    att_json_get_text(object, "correlation_id"), error->correlation);
	att_json_free(&object);
}

/* --- Refusing ----------------------------------------------------------- */

/* What kind of "no" a status is. */
static enum att_err
judge_status(unsigned int status)
{
	if (status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS ||
	    status >= SERVER_ERROR)
		return ATT_ERR_MAA_UNREACHABLE;
	return status >= BAD_REQUEST ? ATT_ERR_MAA_CREDENTIAL
				     : ATT_ERR_MAA_ANSWER;
}

/* "HTTP 401, invalid_client, AADSTS7000215"; what is not known is left out. */
static void
show(const struct att_http_response *response,
    const struct att_oauth_error *error, char *text, size_t size)
{
	int len = snprintf(text, size, "HTTP %u%s%s", response->status,
	    error->error[0] == '\0' ? "" : ", ", error->error);

	if (error->number != 0 && len > 0 && (size_t)len < size)
		len += snprintf(text + len, size - (size_t)len,
		    ", AADSTS%" PRId64, error->number);
	if (error->correlation[0] != '\0' && len > 0 && (size_t)len < size)
		snprintf(text + len, size - (size_t)len, ", correlation ID %s",
		    error->correlation);
}

enum att_err
att_oauth_refuse_aad(
    const struct att_http_response *response, struct att_reason *why)
{
	enum att_err err = judge_status(response->status);
	struct att_oauth_error error;
	const char *remedy;
	char shown[160];

	att_oauth_error_read(att_buf_get(&response->body), &error);
	show(response, &error, shown, sizeof(shown));
	remedy = att_oauth_get_remedy(error.number);
	if (remedy != NULL)
		return att_refuse(
		    why, err, "AAD gives no token: %s (%s)", remedy, shown);
	if (error.number != 0)
		return att_refuse(why, err,
		    "AAD gives no token (%s); see "
		    "https://login.microsoftonline.com/error?code=%" PRId64,
		    shown, error.number);
	return att_refuse(why, err, "AAD gives no token (%s); %s", shown,
	    err == ATT_ERR_MAA_UNREACHABLE
		? "try again later"
		: "is maa_authority the right one, and nothing else between?");
}

/* By status: identity endpoints have no numbers. */
static const char *
find_identity_remedy(unsigned int status, const char *error)
{
	if (strcmp(error, "invalid_resource") == 0)
		return "it does not know what the token would be for; set "
		       "maa_audience";
	if (status < BAD_REQUEST)
		return "that is no answer of it; is maa_identity_url the right "
		       "one?";
	switch (status) {
	case NOT_FOUND:
		return "is maa_identity_url the right one?";
	case GONE:
		return "it is being updated; try again later";
	case BAD_REQUEST:
		return "has this machine an identity, and that of "
		       "maa_client_id, maa_object_id or maa_resource_id if one "
		       "is set?";
	default:
		return judge_status(status) == ATT_ERR_MAA_UNREACHABLE
			   ? "try again later"
			   : "may this machine use its identity?";
	}
}

enum att_err
att_oauth_refuse_identity(const char *what,
    const struct att_http_response *response, struct att_reason *why)
{
	struct att_oauth_error error;
	char shown[160];

	att_oauth_error_read(att_buf_get(&response->body), &error);
	show(response, &error, shown, sizeof(shown));
	return att_refuse(why,
	    response->status == GONE ? ATT_ERR_MAA_UNREACHABLE
				     : judge_status(response->status),
	    "%s gives no token: %s (%s)", what,
	    find_identity_remedy(response->status, error.error), shown);
}
