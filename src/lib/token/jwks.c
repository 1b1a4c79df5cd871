/* SPDX-License-Identifier: BSD-2-Clause */
/* The keys that sign host tokens. */
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "codec/json.h"
#include "codec/jwk.h"
#include "token/jwks.h"

enum {
	ENCLAVE_KID_LEN = 44, /* base64 of a SHA-256 */
	REPORT_KID_LEN = 27,  /* base64url of a SHA-1 */
	SHA1_LEN = 20,
	SHA256_LEN = 32,
	PEM_MAX = 4096, /* of a key of ATT_JWK_BITS_MAX */
};

/* One element of "keys" that has a name. */
struct item {
	char *kid;
	char *shown;
	EVP_PKEY *key;
	struct att_certificate *certificate; /* of x5c; NULL: none */
	struct att_jwks_key public;	     /* lent by the above */
	struct att_reason unfit;	     /* code ATT_OK: it is fit */
};

struct att_jwks {
	struct item *items;
	size_t count;
	size_t fit;
	size_t offered; /* fit keys of the text that is being read */
};

static enum att_err
invalid(struct att_reason *why, const char *shown, const char *what)
{
	return att_refuse(why, ATT_ERR_JWKS_INVALID,
	    "%s: %s, expected the JSON that the provider has under /certs",
	    shown, what);
}

static enum att_err
unfit(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT, "%s", what);
}

static void
item_reset(struct item *item)
{
	free(item->kid);
	free(item->shown);
	EVP_PKEY_free(item->key);
	att_certificate_free(&item->certificate);
	*item = (struct item){ 0 };
}

/* --- The key ------------------------------------------------------------ */

/* RFC 7517 sections 4.1, 4.2 and 4.4; the last two may be missing. */
static enum att_err
check_purpose(const struct json_t *object, struct att_reason *why)
{
	static const struct {
		const char *name;
		const char *value;
		bool is_needed;
	} wanted[] = {
		{ "kty", "RSA", true },
		{ "use", "sig", false },
		{ "alg", "RS256", false },
	};

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		const char *name = wanted[i].name;
		const char *found = att_json_get_text(object, name);

		if (!wanted[i].is_needed && att_json_get(object, name) == NULL)
			continue;
		if (found == NULL || strcmp(found, wanted[i].value) != 0)
			return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
			    "\"%s\" of the key is %.40s, expected %s", name,
			    found == NULL ? "no text" : found, wanted[i].value);
	}
	return ATT_OK;
}

static enum att_err
read_numbers(
    const struct json_t *object, struct item *item, struct att_reason *why)
{
	struct att_jwk jwk;
	enum att_err err;

	if ((err = att_jwk_read(object, &jwk, why)) != ATT_OK)
		return err;
	if ((err = att_jwk_make_key(&jwk, &item->key)) != ATT_OK)
		return att_refuse_plain(why, err);
	return ATT_OK;
}

/* What is wrong with it, as what is wrong with the key. */
static enum att_err
decode_certificate(
    struct att_bytes text, struct item *item, struct att_reason *why)
{
	uint8_t *der = NULL;
	size_t len;
	enum att_err err;

	err = att_base64_decode(text, ATT_CERTIFICATE_MAX, &der, &len);
	if (err == ATT_OK)
		err = att_certificate_decode(
		    att_bytes(der, len), NULL, &item->certificate, why);
	free(der);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err == ATT_ERR_CERTIFICATE_MALFORMED)
		return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
		    "the first certificate of \"x5c\": %s", why->text);
	if (err != ATT_OK)
		return unfit(why,
		    "the first element of \"x5c\" is not a certificate in "
		    "base64");
	return ATT_OK;
}

/* RFC 7517 section 4.7: of several certificates, the key is in the first. */
static enum att_err
read_x5c(const struct json_t *x5c, struct item *item, struct att_reason *why)
{
	const char *text = att_json_get_string(att_json_get_element(x5c, 0));
	EVP_PKEY *key;
	enum att_err err;

	if (text == NULL)
		return unfit(why, "\"x5c\" of the key is not a list of texts");
	err = decode_certificate(att_bytes_text(text), item, why);
	if (err != ATT_OK)
		return err;
	key = att_certificate_get_key(item->certificate);
	if ((err = att_jwk_check_key(key, why)) != ATT_OK)
		return err;
	if (item->key != NULL && EVP_PKEY_eq(item->key, key) != 1)
		return unfit(why,
		    "\"n\" and \"e\" are not the key of the certificate in "
		    "\"x5c\"");
	EVP_PKEY_free(item->key);
	item->key = NULL;
	if (EVP_PKEY_up_ref(key) != 1)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	item->key = key;
	return ATT_OK;
}

static enum att_err
read_key(const struct json_t *object, struct item *item, struct att_reason *why)
{
	const struct json_t *x5c = att_json_get(object, "x5c");
	enum att_err err;

	if ((err = check_purpose(object, why)) != ATT_OK)
		return err;
	if (att_json_get(object, "n") != NULL ||
	    att_json_get(object, "e") != NULL || x5c == NULL) {
		if ((err = read_numbers(object, item, why)) != ATT_OK)
			return err;
	}
	return x5c == NULL ? ATT_OK : read_x5c(x5c, item, why);
}

/* --- Its name ----------------------------------------------------------- */

static enum att_err
hash_key(struct item *item, struct att_reason *why)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(item->key, &der);
	enum att_err err = ATT_ERR_CRYPTO;

	if (len > 0)
		err = att_sha256(
		    att_bytes(der, (size_t)len), item->public.sha256);
	OPENSSL_free(der);
	if (err != ATT_OK)
		ERR_clear_error();
	return err == ATT_OK ? ATT_OK : att_refuse_plain(why, err);
}

/* The text of PEM with its last line break and the zero that ends it in C. */
static enum att_err
hash_pem(EVP_PKEY *key, uint8_t sha256[SHA256_LEN])
{
	BIO *bio = BIO_new(BIO_s_mem());
	enum att_err err = ATT_ERR_CRYPTO;
	char *text;
	long len;

	if (bio == NULL || PEM_write_bio_PUBKEY(bio, key) != 1 ||
	    BIO_write(bio, "", 1) != 1)
		goto out;
	len = BIO_get_mem_data(bio, &text);
	if (len > 0)
		err = att_sha256(att_bytes(text, (size_t)len), sha256);
out:
	BIO_free(bio);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}

static enum att_err
check_enclave_kid(
    const struct item *item, struct att_bytes claimed, struct att_reason *why)
{
	char wanted[ENCLAVE_KID_LEN + 1];
	uint8_t sha256[SHA256_LEN];
	enum att_err err;

	if ((err = hash_pem(item->key, sha256)) != ATT_OK)
		return att_refuse_plain(why, err);
	if (att_bytes_is_equal(claimed, att_bytes(sha256, sizeof(sha256))))
		return ATT_OK;
	EVP_EncodeBlock((unsigned char *)wanted, sha256, sizeof(sha256));
	return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
	    "its name is not the hash of the key, which is %s", wanted);
}

/* It names a certificate, which has to be one for reports of TPMs. */
static enum att_err
check_report_kid(
    struct item *item, struct att_bytes claimed, struct att_reason *why)
{
	struct att_digest sha1;
	struct att_bytes der;
	enum att_err err;

	if (item->certificate == NULL)
		return unfit(why,
		    "it has the name of a certificate, and no certificate "
		    "(\"x5c\")");
	der = att_certificate_get_der(item->certificate);
	if ((err = att_digest(NULL, "SHA1", &der, 1, &sha1)) != ATT_OK)
		return att_refuse_plain(why, err);
	if (!att_bytes_is_equal(claimed, att_bytes(sha1.bytes, sha1.len)))
		return unfit(why,
		    "its name is not the hash of the first certificate of "
		    "\"x5c\"");
	err = att_certificate_check_report(item->certificate, why);
	if (err == ATT_ERR_CERTIFICATE_PROFILE)
		return att_refuse(
		    why, ATT_ERR_TOKEN_KEY_UNFIT, "%s", why->text);
	item->public.report_leaf = item->certificate;
	return err;
}

static enum att_err
check_kid(struct item *item, struct att_reason *why)
{
	const struct att_bytes kid = att_bytes_text(item->kid);
	uint8_t *claimed = NULL;
	size_t len = 0;
	enum att_err err = ATT_ERR_BASE64URL;

	if (kid.len == ENCLAVE_KID_LEN)
		err = att_base64_decode(kid, SHA256_LEN, &claimed, &len);
	else if (kid.len == REPORT_KID_LEN)
		err = att_base64url_decode(kid, SHA1_LEN, &claimed, &len);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err == ATT_OK && len == SHA256_LEN)
		err = check_enclave_kid(item, att_bytes(claimed, len), why);
	else if (err == ATT_OK && len == SHA1_LEN)
		err = check_report_kid(item, att_bytes(claimed, len), why);
	else
		err = unfit(why,
		    "its name is of a form that cannot be checked: neither "
		    "base64 of a SHA-256 nor base64url of a SHA-1");
	free(claimed);
	return err;
}

/* --- The set ------------------------------------------------------------ */

/* TOKEN_KEY_UNFIT is said of the key alone. */
static enum att_err
judge(const struct json_t *object, struct item *item, struct att_reason *why)
{
	enum att_err err;

	if ((err = read_key(object, item, &item->unfit)) == ATT_OK)
		err = check_kid(item, &item->unfit);
	if (err == ATT_OK)
		err = hash_key(item, &item->unfit);
	item->public.kid = item->kid;
	item->public.shown = item->shown;
	item->public.key = item->key;
	if (err == ATT_OK)
		item->unfit = (struct att_reason){ 0 };
	if (err == ATT_OK || err == ATT_ERR_TOKEN_KEY_UNFIT)
		return ATT_OK;
	return att_refuse_plain(why, err);
}

static struct item *
find(const struct att_jwks *jwks, const char *kid)
{
	for (size_t i = 0; i < jwks->count; i++) {
		if (strcmp(jwks->items[i].kid, kid) == 0)
			return &jwks->items[i];
	}
	return NULL;
}

/* Takes *item when it is of a name that was not there. */
static enum att_err
keep(struct att_jwks *jwks, struct item *item, struct att_reason *why)
{
	const struct item *other = find(jwks, item->kid);
	const bool is_fit = item->unfit.code == ATT_OK;
	struct item *items;

	jwks->offered += is_fit;
	if (other != NULL) {
		if (is_fit != (other->unfit.code == ATT_OK) ||
		    (is_fit && EVP_PKEY_eq(item->key, other->key) != 1))
			return att_refuse(why, ATT_ERR_JWKS_INVALID,
			    "%s: two keys have the \"kid\" %s (another one is "
			    "in %s); remove what was not published",
			    item->shown, item->kid, other->shown);
		return ATT_OK;
	}
	/* Each name is compared with all the others. */
	if (jwks->count == ATT_JWKS_KEYS_MAX)
		return att_refuse(why, ATT_ERR_JWKS_INVALID,
		    "%s: more than %d names of keys; keep those that the "
		    "provider has under /certs",
		    item->shown, ATT_JWKS_KEYS_MAX);
	items =
	    reallocarray(jwks->items, jwks->count + 1, sizeof(*jwks->items));
	if (items == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	jwks->items = items;
	jwks->items[jwks->count++] = *item;
	*item = (struct item){ 0 };
	jwks->fit += is_fit;
	return ATT_OK;
}

/* A key without a name is no key of a token. */
static enum att_err
add_key(struct att_jwks *jwks, const struct json_t *object, const char *shown,
    struct att_reason *why)
{
	const char *kid = att_json_get_text(object, "kid");
	struct item item = { 0 };
	enum att_err err = ATT_ERR_NO_MEMORY;

	if (kid == NULL)
		return ATT_OK;
	item.kid = strdup(kid);
	item.shown = strdup(shown);
	if (item.kid == NULL || item.shown == NULL) {
		err = att_refuse_plain(why, err);
		goto out;
	}
	if ((err = judge(object, &item, why)) == ATT_OK)
		err = keep(jwks, &item, why);
out:
	item_reset(&item);
	return err;
}

/* Why the first key that was set aside was, to say that none is left. */
static enum att_err
refuse_all(
    const struct att_jwks *jwks, const char *shown, struct att_reason *why)
{
	for (size_t i = 0; i < jwks->count; i++) {
		const struct item *item = &jwks->items[i];

		if (item->unfit.code != ATT_OK &&
		    strcmp(item->shown, shown) == 0)
			return att_refuse(why, ATT_ERR_JWKS_INVALID,
			    "%s: no key that is fit for tokens; %.64s: %s",
			    shown, item->kid, item->unfit.text);
	}
	return invalid(why, shown, "no key with a name (\"kid\")");
}

static enum att_err
add_keys(struct att_jwks *jwks, const struct json_t *object, const char *shown,
    struct att_reason *why)
{
	const struct json_t *keys = att_json_get(object, "keys");
	enum att_err err;

	jwks->offered = 0;
	if (!att_json_is_array(keys))
		return invalid(why, shown, "no array \"keys\"");
	for (size_t i = 0; i < att_json_get_size(keys); i++) {
		err = add_key(jwks, att_json_get_element(keys, i), shown, why);
		if (err != ATT_OK)
			return err;
	}
	if (jwks->offered == 0)
		return refuse_all(jwks, shown, why);
	return ATT_OK;
}

enum att_err
att_jwks_add(struct att_jwks *jwks, struct att_bytes text, const char *shown,
    struct att_reason *why)
{
	struct json_t *object = NULL;
	enum att_err err;

	if (text.len > ATT_JWKS_MAX)
		return att_refuse(why, ATT_ERR_JWKS_INVALID,
		    "%s: %zu bytes, expected at most %d", shown, text.len,
		    ATT_JWKS_MAX);
	err = att_json_parse_object(text, &object, why);
	if (err == ATT_ERR_JWS_MALFORMED && why != NULL)
		return invalid(why, shown, why->text);
	if (err != ATT_OK)
		return err;
	err = add_keys(jwks, object, shown, why);
	att_json_free(&object);
	return err;
}

enum att_err
att_jwks_new(struct att_jwks **jwksp)
{
	*jwksp = calloc(1, sizeof(**jwksp));
	return *jwksp == NULL ? ATT_ERR_NO_MEMORY : ATT_OK;
}

void
att_jwks_free(struct att_jwks **jwksp)
{
	struct att_jwks *jwks = *jwksp;

	if (jwks == NULL)
		return;
	for (size_t i = 0; i < jwks->count; i++)
		item_reset(&jwks->items[i]);
	free(jwks->items);
	free(jwks);
	*jwksp = NULL;
}

enum att_err
att_jwks_parse(
    struct att_bytes text, struct att_jwks **jwksp, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_jwks_new(jwksp)) != ATT_OK)
		return att_refuse_plain(why, err);
	err = att_jwks_add(*jwksp, text, "JWKS", why);
	if (err != ATT_OK)
		att_jwks_free(jwksp);
	return err;
}

size_t
att_jwks_get_count(const struct att_jwks *jwks)
{
	return jwks == NULL ? 0 : jwks->fit;
}

enum att_err
att_jwks_find(const struct att_jwks *jwks, const char *kid,
    const struct att_jwks_key **keyp, struct att_reason *why)
{
	const struct item *item = jwks == NULL ? NULL : find(jwks, kid);

	*keyp = NULL;
	if (item == NULL)
		return att_refuse(why, ATT_ERR_TOKEN_KEY,
		    "none of the %zu pinned keys has the \"kid\" %.64s",
		    att_jwks_get_count(jwks), kid);
	if (item->unfit.code != ATT_OK)
		return att_refuse(why, ATT_ERR_TOKEN_KEY_UNFIT,
		    "the key %.64s in %s was set aside: %s", kid, item->shown,
		    item->unfit.text);
	*keyp = &item->public;
	return ATT_OK;
}
