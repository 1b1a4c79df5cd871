/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a token names a key of its host. */
#include <string.h>

#include "codec/json.h"
#include "codec/jwk.h"
#include "codec/tpm.h"
#include "token/binding.h"
#include "token/token.h"

enum {
	PCR_COUNT = 24
};

#define REQUEST_KEY "/x-ms-tpm-request-key"
#define TEE "x-ms-isolation-tee"
#define RUNTIME "x-ms-runtime"
#define TYPE "x-ms-attestation-type"

static const char *const kind_names[ATT_BINDING_KIND_COUNT] = {
	[ATT_BINDING_NONE] = "none",
	[ATT_BINDING_REQUEST_KEY] = "request-key",
	[ATT_BINDING_ATTESTATION_KEY] = "attestation-key",
	[ATT_BINDING_EPHEMERAL_KEY] = "ephemeral-key",
};

const char *
att_binding_kind_name(enum att_binding_kind kind)
{
	return kind_names[kind];
}

static enum att_err
set_key(struct att_binding *binding, const struct json_t *object,
    const char *where, struct att_reason *why)
{
	struct att_reason found = { 0 };
	struct att_jwk jwk;
	enum att_err err;

	if ((err = att_jwk_read(object, &jwk, &found)) != ATT_OK)
		return err != ATT_ERR_TOKEN_KEY_UNFIT
			   ? att_refuse_plain(why, err)
			   : att_refuse(why, ATT_ERR_BINDING_MISSING,
				 "%s holds no key of a TPM: %s", where,
				 found.text);
	if (jwk.n_len > sizeof(binding->modulus))
		return att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "%s holds a key of %zu bits, a TPM has at most %zu", where,
		    jwk.n_len * 8, sizeof(binding->modulus) * 8);
	memcpy(binding->modulus, jwk.n, jwk.n_len);
	binding->modulus_len = jwk.n_len;
	memcpy(binding->exponent, jwk.e, jwk.e_len);
	binding->exponent_len = jwk.e_len;
	binding->where = where;
	return ATT_OK;
}

/* --- cnf ------------------------------------------------------------------ */

/* The key that asked is the one that the token is about, RFC 7800. */
static enum att_err
read_request_key(const struct json_t *cnf, const struct json_t *request,
    struct att_binding *binding, struct att_reason *why)
{
	const struct json_t *jwk = att_json_get(cnf, "jwk");
	const struct json_t *asked = att_json_get(request, "jwk");
	struct att_binding other = { 0 };
	enum att_err err;

	if (jwk == NULL || asked == NULL)
		return att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "/cnf/jwk or " REQUEST_KEY "/jwk is missing");
	if ((err = set_key(&other, asked, REQUEST_KEY "/jwk", why)) != ATT_OK ||
	    (err = set_key(binding, jwk, "/cnf/jwk", why)) != ATT_OK)
		return err;
	if (!att_bytes_is_equal(att_binding_get_modulus(&other),
		att_binding_get_modulus(binding)) ||
	    !att_bytes_is_equal(att_binding_get_exponent(&other),
		att_binding_get_exponent(binding)))
		return att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "/cnf/jwk is another key than " REQUEST_KEY "/jwk");
	return ATT_OK;
}

/* "tpm_quote" is of a key in software, which goes wherever it is copied to. */
static enum att_err
read_certified(const struct json_t *request, struct att_binding *binding,
    struct att_reason *why)
{
	const struct json_t *certify =
	    att_json_get(att_json_get(request, "info"), "tpm_certify");
	int64_t attributes;

	if (certify == NULL)
		return att_refuse(why, ATT_ERR_BINDING_SOFTWARE,
		    REQUEST_KEY "/info/tpm_certify is missing: the TPM did not "
				"certify the key, which may be in software");
	if (!att_json_get_count(certify, "obj_attr", &attributes) ||
	    attributes > UINT32_MAX)
		return att_refuse(why, ATT_ERR_BINDING_SOFTWARE,
		    REQUEST_KEY "/info/tpm_certify/obj_attr is missing, or no "
				"TPMA_OBJECT");
	if ((attributes & ATT_TPM_BOUND) != ATT_TPM_BOUND)
		return att_refuse(why, ATT_ERR_BINDING_SOFTWARE,
		    REQUEST_KEY "/info/tpm_certify/obj_attr is 0x%08x, which "
				"lacks 0x%08x: the key may leave the TPM, or "
				"came from outside",
		    (unsigned int)attributes,
		    ATT_TPM_BOUND & ~(unsigned int)attributes);
	binding->attributes = (uint32_t)attributes;
	return ATT_OK;
}

static enum att_err
read_report(const struct json_t *claims, struct att_binding *binding,
    struct att_reason *why)
{
	const struct json_t *cnf = att_json_get(claims, "cnf");
	const struct json_t *request = att_json_get(claims, &REQUEST_KEY[1]);
	enum att_err err;

	if (cnf == NULL || request == NULL)
		return att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "/cnf or " REQUEST_KEY " is missing: the token is not "
		    "bound to a key; host_binding = none would accept that");
	if ((err = read_request_key(cnf, request, binding, why)) != ATT_OK)
		return err;
	return read_certified(request, binding, why);
}

/* --- azurevm -------------------------------------------------------------- */

/* *keyp is NULL when no key of the array has the name. */
static enum att_err
find_key(const struct json_t *runtime, const char *kid,
    const struct json_t **keyp, struct att_reason *why)
{
	const struct json_t *keys = att_json_get(runtime, "keys");

	*keyp = NULL;
	for (size_t i = 0; i < att_json_get_size(keys); i++) {
		const struct json_t *key = att_json_get_element(keys, i);
		const char *name = att_json_get_text(key, "kid");

		if (name == NULL || strcmp(name, kid) != 0)
			continue;
		if (*keyp != NULL)
			return att_refuse(why, ATT_ERR_BINDING_MISSING,
			    "the token names two keys %s", kid);
		*keyp = key;
	}
	return ATT_OK;
}

static enum att_err
read_pcrs(const struct json_t *claims, uint32_t *pcrs, struct att_reason *why)
{
	static const char name[] = "x-ms-azurevm-attested-pcrs";
	const struct json_t *list = att_json_get(claims, name);
	size_t count = att_json_get_size(list);

	*pcrs = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t pcr;

		if (!att_json_is_count(att_json_get_element(list, i), &pcr) ||
		    pcr >= PCR_COUNT || (*pcrs >> pcr & 1) != 0)
			return att_refuse(why, ATT_ERR_BINDING_MISSING,
			    "/%s is no list of PCRs, each once, of 0 to %d",
			    name, PCR_COUNT - 1);
		*pcrs |= UINT32_C(1) << pcr;
	}
	if (*pcrs == 0)
		return att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "/%s is missing or empty: the key of the token cannot be "
		    "made again without it",
		    name);
	return ATT_OK;
}

/* The attestation key lasts; the other one is of this boot and these PCRs. */
static enum att_err
read_azurevm(const struct json_t *claims, struct att_binding *binding,
    struct att_reason *why)
{
	const struct json_t *key;
	enum att_err err;

	err = find_key(att_json_get(att_json_get(claims, TEE), RUNTIME),
	    "HCLAkPub", &key, why);
	if (err != ATT_OK)
		return err;
	binding->kind = ATT_BINDING_ATTESTATION_KEY;
	if (key != NULL)
		return set_key(binding, key, "/" TEE "/" RUNTIME "/keys", why);
	err = find_key(att_json_get(claims, RUNTIME),
	    "TpmEphemeralEncryptionKey", &key, why);
	if (err != ATT_OK)
		return err;
	if (key == NULL)
		return att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "neither HCLAkPub in /" TEE "/" RUNTIME "/keys nor "
		    "TpmEphemeralEncryptionKey in /" RUNTIME "/keys is there");
	binding->kind = ATT_BINDING_EPHEMERAL_KEY;
	if ((err = set_key(binding, key, "/" RUNTIME "/keys", why)) != ATT_OK)
		return err;
	return read_pcrs(claims, &binding->pcrs, why);
}

/* -------------------------------------------------------------------------- */

enum att_err
att_binding_read(const struct att_token *token, struct att_binding *binding,
    struct att_reason *why)
{
	const struct json_t *claims = att_token_get_claims(token);
	const struct json_t *member = att_json_get(claims, TYPE);
	const char *type = att_json_get_string(member);
	enum att_err err;

	*binding = (struct att_binding){ .kind = ATT_BINDING_REQUEST_KEY };
	if (type != NULL && strcmp(type, "azurevm") == 0)
		err = read_azurevm(claims, binding, why);
	else if (member == NULL || (type != NULL && strcmp(type, "tpm") == 0))
		err = read_report(claims, binding, why);
	else
		err = att_refuse(why, ATT_ERR_BINDING_MISSING,
		    "a token of type %.80s names no TPM; host_binding = none "
		    "would accept that",
		    type == NULL ? "unknown" : type);
	if (err != ATT_OK)
		*binding = (struct att_binding){ .kind = ATT_BINDING_NONE };
	return err;
}
