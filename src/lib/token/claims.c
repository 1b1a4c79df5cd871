/* SPDX-License-Identifier: BSD-2-Clause */
/* What a token that is signed says: of whom, of what kind, when, and what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "codec/base64url.h"
#include "codec/json.h"
#include "codec/requirement.h"
#include "conf/host_profile.h"
#include "conf/value.h"
#include "token/token_parts.h"

enum {
	HASH_LEN = 32,
};

/* --- What every token has ------------------------------------------------ */

static enum att_err
read_time(const struct json_t *claims, const char *name, int64_t *at,
    struct att_reason *why)
{
	if (att_json_get_count(claims, name, at))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_MALFORMED,
	    "\"%s\" of the token is %s, expected seconds since 1970", name,
	    att_json_get(claims, name) == NULL ? "missing"
					       : "no integer of 0 to 2^53");
}

/* RFC 7519 section 4.1; the service puts these into every token. */
enum att_err
att_token_read_claims(struct att_token_case *c, struct att_reason *why)
{
	enum att_err err;

	c->iss = att_json_get_text(c->claims, "iss");
	if (c->iss == NULL)
		return att_refuse(why, ATT_ERR_TOKEN_MALFORMED,
		    "\"iss\" of the token is %s, expected the URL of a "
		    "provider",
		    att_json_get(c->claims, "iss") == NULL ? "missing"
							   : "no text");
	if ((err = read_time(c->claims, "iat", &c->iat, why)) != ATT_OK ||
	    (err = read_time(c->claims, "exp", &c->exp, why)) != ATT_OK)
		return err;
	c->nbf = c->iat;
	if (att_json_get(c->claims, "nbf") != NULL &&
	    (err = read_time(c->claims, "nbf", &c->nbf, why)) != ATT_OK)
		return err;
	if (c->exp <= c->iat)
		return att_refuse(why, ATT_ERR_TOKEN_MALFORMED,
		    "\"exp\" of the token, %lld, is not after \"iat\", %lld",
		    (long long)c->exp, (long long)c->iat);
	return ATT_OK;
}

/* --- Of whom -------------------------------------------------------------- */

static bool
is_configured(const struct att_paths *issuers, const char *iss)
{
	for (size_t i = 0; i < issuers->count; i++) {
		if (strcmp(issuers->paths[i], iss) == 0)
			return true;
	}
	return false;
}

/* One key signs for all: who the token is of, this alone says. */
static enum att_err
check_issuer(const struct att_token_case *c, struct att_reason *why)
{
	const struct att_paths *issuers = &c->opts->host_issuer;

	if (is_configured(issuers, c->iss))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_ISSUER,
	    "the token is of the provider %.160s; host_issuer has %.160s%s "
	    "(they are compared letter by letter)",
	    c->iss, issuers->count == 0 ? "none" : issuers->paths[0],
	    issuers->count > 1 ? " and others" : "");
}

/* Never where a key comes from; but it is known what it has to say. */
static enum att_err
check_key_url(const struct att_token_case *c, struct att_reason *why)
{
	static const char path[] = "/certs";
	const char *jku = att_jws_get_header_text(c->jws, "jku");
	const size_t len = strlen(c->iss);

	if (att_json_get(att_jws_get_header(c->jws), "jku") == NULL)
		return ATT_OK;
	if (jku != NULL && strncmp(jku, c->iss, len) == 0 &&
	    strcmp(jku + len, path) == 0)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_ISSUER,
	    "\"jku\" of the token is %.160s, expected %.160s%s",
	    jku == NULL ? "no text" : jku, c->iss, path);
}

/* --- Of what kind --------------------------------------------------------- */

static enum att_token_type
find_type(const char *name)
{
	for (unsigned int i = 0; i < ATT_TOKEN_TYPE_COUNT; i++) {
		if (strcmp(att_token_type_name((enum att_token_type)i), name) ==
		    0)
			return (enum att_token_type)i;
	}
	return ATT_TOKEN_TYPE_COUNT;
}

/*
 * A type is bound to a kind of key: reports of TPMs say none, so anybody who
 * gets another token without one out of an enclave would have a report.
 */
static enum att_err
read_type(const struct att_token_case *c, struct att_reason *why)
{
	static const char name[] = "x-ms-attestation-type";
	const char *text = att_json_get_text(c->claims, name);
	enum att_token_type type =
	    c->is_report ? ATT_TOKEN_TPM : ATT_TOKEN_TYPE_COUNT;

	if (text != NULL)
		type = find_type(text);
	else if (att_json_get(c->claims, name) != NULL)
		return att_refuse(why, ATT_ERR_TOKEN_TYPE,
		    "\"%s\" of the token is no text", name);
	if (type != ATT_TOKEN_TYPE_COUNT &&
	    c->is_report != (type == ATT_TOKEN_TPM))
		return att_refuse(why, ATT_ERR_TOKEN_TYPE,
		    "the token is of type %s, which the key of %s does not "
		    "sign",
		    att_token_type_name(type),
		    c->is_report ? "TPM reports" : "an enclave");
	c->verdict->type = type;
	if (type != ATT_TOKEN_TYPE_COUNT || c->trust->is_any_type)
		return ATT_OK;
	if (text == NULL)
		return att_refuse(why, ATT_ERR_TOKEN_TYPE,
		    "the token attests to nothing: it has no \"%s\", and is "
		    "no TPM report",
		    name);
	return att_refuse(why, ATT_ERR_TOKEN_TYPE,
	    "the token is of type %.80s, expected one that host_type may have",
	    text);
}

static enum att_err
check_type(const struct att_token_case *c, struct att_reason *why)
{
	enum att_err err;

	if ((err = read_type(c, why)) != ATT_OK || c->trust->is_any_type)
		return err;
	if ((c->opts->host_type & 1U << c->verdict->type) != 0)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_TYPE,
	    "the token is of type %s, which host_type does not have",
	    att_token_type_name(c->verdict->type));
}

/* --- By which policy ------------------------------------------------------ */

static bool
is_listed(const struct att_digests *digests, const char *text)
{
	uint8_t *hash;
	size_t len;
	bool is_found = false;

	if (att_base64url_decode(att_bytes_text(text), HASH_LEN, &hash, &len) !=
	    ATT_OK)
		return false;
	for (size_t i = 0; i < digests->count && len == HASH_LEN; i++)
		is_found |= memcmp(digests->list[i], hash, HASH_LEN) == 0;
	free(hash);
	return is_found;
}

static enum att_err
check_policy(const struct att_token_case *c, struct att_reason *why)
{
	static const char name[] = "x-ms-policy-hash";
	const struct att_digests *digests = &c->opts->host_policy_hash;
	const char *text = att_json_get_text(c->claims, name);

	if (digests->count == 0)
		return ATT_OK;
	if (text != NULL && is_listed(digests, text))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_POLICY,
	    "\"%s\" of the token is %.80s, which is none of the %zu of "
	    "host_policy_hash",
	    name, text == NULL ? "missing" : text, digests->count);
}

/* --- When ------------------------------------------------------------------
 */

static enum att_err
check_begin(const struct att_token_case *c, struct att_reason *why)
{
	const int64_t latest = c->trust->now + c->opts->host_leeway;
	const bool is_issued = c->iat <= latest;
	const int64_t at = is_issued ? c->nbf : c->iat;
	char text[ATT_UTC_SHOWN];

	if (at <= latest)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_FUTURE,
	    "the token %s %s, in %lld s; host_leeway is %u s: the clock of "
	    "this host may be wrong",
	    is_issued ? "is valid from (\"nbf\")" : "was issued (\"iat\") at",
	    att_clock_show_utc(at, text), (long long)(at - c->trust->now),
	    c->opts->host_leeway);
}

/* RFC 7519 section 4.1.4: not on the second of "exp" either. */
static enum att_err
check_end(const struct att_token_case *c, struct att_reason *why)
{
	const int64_t end = c->exp + c->opts->host_leeway;
	const int64_t now = c->trust->now;
	char text[ATT_UTC_SHOWN];

	c->verdict->in_grace = now >= end && now < end + c->opts->host_grace;
	if (now < end || c->verdict->in_grace)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_EXPIRED,
	    "the token expired (\"exp\") at %s, %lld s ago; host_leeway is %u "
	    "s, host_grace %u s: get a new one",
	    att_clock_show_utc(c->exp, text), (long long)(now - c->exp),
	    c->opts->host_leeway, c->opts->host_grace);
}

/* In the grace, a token is as good as it was when it expired. */
static enum att_err
check_age(const struct att_token_case *c, struct att_reason *why)
{
	const int64_t at = c->verdict->in_grace ? c->exp : c->trust->now;
	char text[ATT_UTC_SHOWN];

	if (at - c->iat <=
	    (int64_t)c->opts->host_max_age + c->opts->host_leeway)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_OLD,
	    "the token was issued (\"iat\") at %s, %lld s ago; host_max_age is "
	    "%u s: get a new one",
	    att_clock_show_utc(c->iat, text),
	    (long long)(c->trust->now - c->iat), c->opts->host_max_age);
}

static enum att_err
check_boot(const struct att_token_case *c, struct att_reason *why)
{
	char issued[ATT_UTC_SHOWN], started[ATT_UTC_SHOWN];

	if (c->trust->boot == 0 ||
	    c->iat + c->opts->host_leeway >= c->trust->boot)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_BOOT,
	    "the token was issued (\"iat\") at %s, and this host was started "
	    "at "
	    "%s: get a new one (host_same_boot)",
	    att_clock_show_utc(c->iat, issued),
	    att_clock_show_utc(c->trust->boot, started));
}

static enum att_err
check_times(const struct att_token_case *c, struct att_reason *why)
{
	enum att_err err;

	if ((err = check_begin(c, why)) != ATT_OK ||
	    (err = check_end(c, why)) != ATT_OK ||
	    (err = check_age(c, why)) != ATT_OK)
		return err;
	return check_boot(c, why);
}

/* --- What ------------------------------------------------------------------
 */

static enum att_err
check_each(const struct att_token_case *c,
    const struct att_requirements *wanted, struct att_reason *why)
{
	enum att_err err;

	for (size_t i = 0; i < wanted->count; i++) {
		err = att_requirement_check(wanted->list[i], c->claims, why);
		if (err != ATT_OK)
			return err;
	}
	return ATT_OK;
}

static enum att_err
check_profile(const struct att_token_case *c, struct att_reason *why)
{
	const struct att_host_profile *profile =
	    att_host_profile_get(c->opts->host_profile);
	struct att_requirements wanted;
	enum att_err err;

	if (profile == NULL)
		return ATT_OK;
	if (c->verdict->type == ATT_TOKEN_TYPE_COUNT ||
	    (profile->types & 1U << c->verdict->type) == 0)
		return att_refuse(why, ATT_ERR_TOKEN_TYPE,
		    "the token is of type %s, which host_profile = %s is not "
		    "for",
		    att_token_type_name(c->verdict->type), profile->name);
	if (c->trust->profile == profile) {
		err = check_each(c, &c->trust->wanted, why);
	} else {
		err = att_host_profile_parse(profile, &wanted, why);
		if (err != ATT_OK)
			return err;
		err = check_each(c, &wanted, why);
		att_value_free_requirements(&wanted);
	}
	return att_refuse_within(why, err, "host_profile %s", profile->name);
}

static enum att_err
check_requirements(const struct att_token_case *c, struct att_reason *why)
{
	enum att_err err;

	if ((err = check_profile(c, why)) != ATT_OK)
		return err;
	err = check_each(c, &c->opts->host_require, why);
	return att_refuse_within(why, err, "host_require");
}

enum att_err
att_token_check_claims(struct att_token_case *c, struct att_reason *why)
{
	enum att_err err;

	if ((err = check_issuer(c, why)) != ATT_OK ||
	    (err = check_key_url(c, why)) != ATT_OK ||
	    (err = check_type(c, why)) != ATT_OK ||
	    (err = check_policy(c, why)) != ATT_OK ||
	    (err = check_times(c, why)) != ATT_OK)
		return err;
	return check_requirements(c, why);
}
