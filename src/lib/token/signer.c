/* SPDX-License-Identifier: BSD-2-Clause */
/* The key that signed a token, and who vouches for it. */
#include <stdio.h>
#include <string.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "codec/jwk.h"
#include "trust/anchors.h"
#include "trust/x5c.h"
#include "token/token_parts.h"

/* A key that is believed. */
struct signer {
	EVP_PKEY *key; /* lent */
	char kid[ATT_TOKEN_KID_MAX];
	uint8_t sha256[32];
	char anchor[256];
	const char *shown; /* where it stands, for messages */
};

/* x5c of the header. */
struct chain {
	struct att_x5c x5c;
	char kid[ATT_TOKEN_KID_MAX]; /* that of the leaf */
};

/* What is wrong with the certificates is wrong with who signed. */
static enum att_err
refuse_signer(struct att_reason *why, enum att_err err)
{
	switch (err) {
	case ATT_ERR_CERTIFICATE_MALFORMED:
	case ATT_ERR_CERTIFICATE_PROFILE:
	case ATT_ERR_CERTIFICATE_DATE:
	case ATT_ERR_CERTIFICATE_NOT_CA:
	case ATT_ERR_CERTIFICATE_EXTRA:
		break;
	default:
		return err;
	}
	if (why == NULL)
		return ATT_ERR_TOKEN_SIGNER;
	return att_refuse(why, ATT_ERR_TOKEN_SIGNER, "%s", why->text);
}

/* --- The certificates of the header ------------------------------------- */

/* RFC 7515 section 4.1.8, which is how the service names these keys. */
static enum att_err
name_leaf(struct chain *chain, struct att_reason *why)
{
	const struct att_bytes der =
	    att_certificate_get_der(chain->x5c.list[0]);
	struct att_digest sha1;
	struct att_buf kid;
	enum att_err err;

	att_buf_init(&kid, sizeof(chain->kid) - 1);
	if ((err = att_digest(NULL, "SHA1", &der, 1, &sha1)) == ATT_OK)
		err =
		    att_base64url_encode(att_bytes(sha1.bytes, sha1.len), &kid);
	if (err == ATT_OK)
		memcpy(chain->kid, kid.ptr, kid.len);
	att_buf_reset(&kid);
	return err == ATT_OK ? ATT_OK : att_refuse_plain(why, err);
}

static enum att_err
decode_chain(
    const struct att_jws *jws, struct chain *chain, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_x5c_decode(jws, &chain->x5c, why)) != ATT_OK)
		return err;
	return name_leaf(chain, why);
}

/*
 * RFC 7515 section 4.1.6: each one is of the issuer of the one before it. By
 * name: who issued the leaf is found out from what is configured, and what is
 * behind it decides nothing. Nobody else could have put it there, either.
 */
static enum att_err
check_order(const struct chain *chain, struct att_reason *why)
{
	char subject[ATT_SUBJECT_MAX];

	for (size_t i = 1; i < chain->x5c.count; i++) {
		if (att_certificate_names_issuer(
			chain->x5c.list[i - 1], chain->x5c.list[i]))
			continue;
		att_certificate_print_subject(
		    chain->x5c.list[i], subject, sizeof(subject));
		return att_refuse(why, ATT_ERR_CERTIFICATE_EXTRA,
		    "x5c[%zu], '%s', is not of the issuer of the one before it",
		    i, subject);
	}
	return ATT_OK;
}

static enum att_err
check_leaf(const struct att_token_case *c, const struct chain *chain,
    struct att_reason *why)
{
	const char *kid = att_jws_get_header_text(c->jws, "kid");
	enum att_err err;

	err = att_certificate_check_report(chain->x5c.list[0], why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	err =
	    att_jwk_check_key(att_certificate_get_key(chain->x5c.list[0]), why);
	if (err != ATT_OK)
		return err;
	if (att_json_get(att_jws_get_header(c->jws), "kid") != NULL &&
	    (kid == NULL || strcmp(kid, chain->kid) != 0))
		return att_refuse(why, ATT_ERR_TOKEN_SIGNER,
		    "\"kid\" of the token is %.64s, and the hash of its "
		    "certificate %s",
		    kid == NULL ? "no text" : kid, chain->kid);
	return check_order(chain, why);
}

/* --- Who vouches for a report ------------------------------------------- */

/*
 * One who vouches for whoever issued the issuer does not count: the root of
 * the service has many others below it. Says so, if that is what is missing.
 */
static enum att_err
refuse_unknown(const struct att_token_case *c, const struct chain *chain,
    struct att_reason *why)
{
	const struct att_path_input input = { .x5c = chain->x5c.list,
		.count = chain->x5c.count,
		.at = (time_t)c->iat,
		.allow_extra = true };
	char issuer[ATT_SUBJECT_MAX];
	struct att_anchor anchor;

	att_certificate_print_issuer(
	    chain->x5c.list[0], issuer, sizeof(issuer));
	if (att_path_verify(c->trust->authorities, &input, &anchor, NULL) ==
	    ATT_OK)
		return att_refuse(why, ATT_ERR_TOKEN_KEY,
		    "the certificate of the TPM report was issued by '%.120s'; "
		    "host_ca has '%.120s' above it, which vouches for others, "
		    "too: put the certificate of the issuer itself there",
		    issuer, anchor.subject);
	return att_refuse(why, ATT_ERR_TOKEN_KEY,
	    "the certificate of the TPM report says that '%s' issued it, and "
	    "no certificate of host_ca did (nor is its key %s in host_jwks)",
	    issuer, chain->kid);
}

static enum att_err
vouch_by_authority(const struct att_token_case *c, const struct chain *chain,
    struct signer *signer, struct att_reason *why)
{
	/* Without the rest of x5c: a certificate of host_ca is the issuer. */
	const struct att_path_input input = {
		.x5c = chain->x5c.list, .count = 1, .at = (time_t)c->iat
	};
	struct att_anchor anchor;
	enum att_err err;

	if (c->trust->authorities == NULL)
		return att_refuse(why, ATT_ERR_TOKEN_KEY,
		    "the TPM report comes with a certificate, and there is no "
		    "host_ca to judge it by (nor is its key %s in host_jwks)",
		    chain->kid);
	err = att_path_verify(c->trust->authorities, &input, &anchor, why);
	if (err == ATT_ERR_ANCHOR_UNKNOWN || err == ATT_ERR_CERTIFICATE_PATH)
		return refuse_unknown(c, chain, why);
	if (err != ATT_OK)
		return err;
	signer->key = att_certificate_get_key(chain->x5c.list[0]);
	signer->shown = "its certificate";
	snprintf(signer->anchor, sizeof(signer->anchor), "%s", anchor.subject);
	err = att_certificate_hash_key(chain->x5c.list[0], signer->sha256);
	return err == ATT_OK ? ATT_OK : att_refuse_plain(why, err);
}

/* --- Keys that are pinned ------------------------------------------------ */

/* As of the time of the token, like those that an authority vouches for. */
static enum att_err
check_dates(const struct att_token_case *c, const struct att_certificate *leaf,
    struct att_reason *why)
{
	const struct att_certificate_dates dates =
	    att_certificate_get_dates(leaf);

	if (dates.begin <= c->iat && c->iat <= dates.end)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_SIGNER,
	    "the pinned certificate of the TPM report is valid from %lld to "
	    "%lld, and the token was issued at %lld (seconds since 1970)",
	    (long long)dates.begin, (long long)dates.end, (long long)c->iat);
}

static enum att_err
vouch_by_pin(struct att_token_case *c, const struct att_jwks_key *key,
    struct signer *signer, struct att_reason *why)
{
	enum att_err err;

	if (key->report_leaf != NULL &&
	    (err = check_dates(c, key->report_leaf, why)) != ATT_OK)
		return err;
	c->is_report = key->report_leaf != NULL;
	signer->key = key->key;
	signer->shown = key->shown;
	memcpy(signer->sha256, key->sha256, sizeof(signer->sha256));
	return ATT_OK;
}

static enum att_err
find_pinned(
    struct att_token_case *c, struct signer *signer, struct att_reason *why)
{
	const char *kid = att_jws_get_header_text(c->jws, "kid");
	const struct att_jwks_key *key;
	enum att_err err;

	if (kid == NULL)
		return att_refuse(why, ATT_ERR_TOKEN_KEY,
		    "the token names no key: it has neither \"kid\" nor "
		    "\"x5c\"");
	err = att_jwks_find(c->trust->jwks, kid, &key, why);
	if (err == ATT_ERR_TOKEN_KEY && why != NULL)
		return att_refuse(why, err,
		    "%s; if the provider has a new one, add it to host_jwks "
		    "from its /certs",
		    why->text);
	if (err != ATT_OK)
		return err;
	snprintf(signer->kid, sizeof(signer->kid), "%s", kid);
	return vouch_by_pin(c, key, signer, why);
}

/* --- Either -------------------------------------------------------------- */

static enum att_err
find_for_report(struct att_token_case *c, const struct chain *chain,
    struct signer *signer, struct att_reason *why)
{
	const struct att_jwks_key *key;
	enum att_err err;

	if ((err = check_leaf(c, chain, why)) != ATT_OK)
		return err;
	c->is_report = true;
	snprintf(signer->kid, sizeof(signer->kid), "%s", chain->kid);
	if (att_jwks_find(c->trust->jwks, chain->kid, &key, NULL) == ATT_OK)
		return vouch_by_pin(c, key, signer, why);
	return vouch_by_authority(c, chain, signer, why);
}

static enum att_err
verify_by(struct att_token_case *c, const struct signer *signer,
    struct att_reason *why)
{
	struct att_token_verdict *verdict = c->verdict;
	enum att_err err;

	err = att_jws_verify(c->jws, signer->key, why);
	if (err == ATT_ERR_STATEMENT_SIGNATURE)
		return att_refuse(why, ATT_ERR_TOKEN_SIGNATURE,
		    "the signature of the token does not verify by the key %s "
		    "of %s: it was changed, or is not of that key",
		    signer->kid, signer->shown);
	if (err != ATT_OK)
		return err;
	verdict->is_signed = true;
	snprintf(verdict->issuer, sizeof(verdict->issuer), "%s", c->iss);
	verdict->iat = c->iat;
	verdict->nbf = c->nbf;
	verdict->exp = c->exp;
	memcpy(verdict->kid, signer->kid, sizeof(verdict->kid));
	memcpy(verdict->anchor, signer->anchor, sizeof(verdict->anchor));
	memcpy(verdict->key_sha256, signer->sha256, sizeof(signer->sha256));
	return ATT_OK;
}

enum att_err
att_token_check_signature(struct att_token_case *c, struct att_reason *why)
{
	struct signer signer = { 0 };
	struct chain chain = { 0 };
	enum att_err err;

	if (att_jws_get_count(c->jws) == 0) {
		err = find_pinned(c, &signer, why);
	} else {
		if ((err = decode_chain(c->jws, &chain, why)) == ATT_OK)
			err = find_for_report(c, &chain, &signer, why);
		err = refuse_signer(why, err);
	}
	if (err == ATT_OK)
		err = verify_by(c, &signer, why);
	att_x5c_reset(&chain.x5c);
	return err;
}
