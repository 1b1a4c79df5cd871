/* SPDX-License-Identifier: BSD-2-Clause */
/* authenticatorMakeCredential, CTAP 2.1 section 6.1 */
#include <string.h>

#include "ctap2.h"
#include "fatal.h"
#include "keys.h"

enum {
	KEY_CLIENT_DATA_HASH = 1,
	KEY_RP,
	KEY_USER,
	KEY_PARAMS,
	KEY_EXCLUDE_LIST,
	KEY_EXTENSIONS,
	KEY_OPTIONS,
	KEY_PIN_UV_AUTH_PARAM,
	KEY_PIN_UV_AUTH_PROTOCOL,
	KEY_ENTERPRISE_ATTESTATION,
};

struct request {
	const cbor_item_t *map;
	struct view rp_id;
	struct view user_id;
	enum cose_alg alg;
	bool rk;
	bool verified;
	bool is_enterprise; /* the attestation is to name this very key */
	int64_t protection; /* credProtect, 0: not asked for */
	struct verification v;
};

/* 0 where the format leaves the choice. */
static int
get_only_algorithm(const struct softkey *sk)
{
	if (sk->forgery != NULL)
		return forgery_get_algorithm(sk->forgery);
	return strcmp(sk->format->fmt, "fido-u2f") == 0 ? COSE_ES256 : 0;
}

/* The first algorithm of the list that we have. */
static enum ctap_status
choose_algorithm(
    const struct softkey *sk, const cbor_item_t *params, enum cose_alg *chosen)
{
	int only = get_only_algorithm(sk);
	int64_t alg;

	if (params == NULL)
		return CTAP_MISSING_PARAMETER;
	for (size_t i = 0; i < cbor_count(params); i++) {
		const cbor_item_t *param = cbor_at(params, i);

		if (!cbor_read_int(cbor_find_text(param, "alg"), &alg))
			return CTAP_MISSING_PARAMETER;
		if (!cbor_text_is(cbor_find_text(param, "type"), "public-key"))
			continue;
		if (!key_is_supported(alg) || (only != 0 && alg != only))
			continue;
		*chosen = (enum cose_alg)alg;
		return CTAP_OK;
	}
	return CTAP_UNSUPPORTED_ALGORITHM;
}

static enum ctap_status
read_entities(struct request *r)
{
	const cbor_item_t *rp = cbor_find_int(r->map, KEY_RP);
	const cbor_item_t *user = cbor_find_int(r->map, KEY_USER);

	if (!cbor_read_bytes(cbor_find_int(r->map, KEY_CLIENT_DATA_HASH),
		&r->v.client_data_hash) ||
	    !cbor_read_text(cbor_find_text(rp, "id"), &r->rp_id) ||
	    !cbor_read_bytes(cbor_find_text(user, "id"), &r->user_id))
		return CTAP_MISSING_PARAMETER;
	if (r->v.client_data_hash.len != SHA256_LEN || r->user_id.len > 64)
		return CTAP_INVALID_LENGTH;
	sha256(r->rp_id.data, r->rp_id.len, r->v.rp_id_hash);
	return CTAP_OK;
}

/* Section 7.1: vendor-facilitated (1) for the RP ID that the vendor has put
 * in, else a usual attestation; platform-managed (2) for all. */
static enum ctap_status
read_enterprise(const struct softkey *sk, struct request *r)
{
	const cbor_item_t *item =
	    cbor_find_int(r->map, KEY_ENTERPRISE_ATTESTATION);
	int64_t kind;

	r->is_enterprise =
	    sk->enterprise != NULL && has_fault(sk, FAULT_ENTERPRISE_UNASKED);
	if (item == NULL)
		return CTAP_OK;
	if (sk->enterprise == NULL)
		return CTAP_INVALID_PARAMETER;
	if (!cbor_read_int(item, &kind) || kind < 1 || kind > 2)
		return CTAP_INVALID_OPTION;
	if (kind == 2 ||
	    (r->rp_id.len == strlen(sk->opt->enterprise) &&
		memcmp(r->rp_id.data, sk->opt->enterprise, r->rp_id.len) == 0))
		r->is_enterprise = true;
	return CTAP_OK;
}

static enum ctap_status
read_options(struct softkey *sk, struct request *r)
{
	const cbor_item_t *options = cbor_find_int(r->map, KEY_OPTIONS);
	enum ctap_status status;

	if (!read_option(options, "up", true, NULL))
		return CTAP_INVALID_OPTION;
	r->rk = read_option(options, "rk", false, NULL);
	r->v.uv = read_option(options, "uv", false, NULL);
	r->v.param = cbor_find_int(r->map, KEY_PIN_UV_AUTH_PARAM);
	r->v.protocol = cbor_find_int(r->map, KEY_PIN_UV_AUTH_PROTOCOL);
	r->v.permission = PERMIT_MAKE;
	if ((status = read_enterprise(sk, r)) != CTAP_OK)
		return status;
	if (cbor_read_int(cbor_find_text(cbor_find_int(r->map, KEY_EXTENSIONS),
			      "credProtect"),
		&r->protection) &&
	    (r->protection < PROTECT_UV_OPTIONAL || r->protection > PROTECT_UV))
		return CTAP_INVALID_OPTION;
	return choose_algorithm(sk, cbor_find_int(r->map, KEY_PARAMS), &r->alg);
}

/* Steps 7 to 10: whether a request without verification may go on. */
static enum ctap_status
check_protection(const struct softkey *sk, const struct request *r)
{
	bool has_uv = sk->opt->uv != UV_NONE;
	bool not_required = (sk->opt->uv_not_required || has_uv) && !r->rk;

	if (r->v.param != NULL || r->v.uv)
		return CTAP_OK;
	if (sk->opt->always_uv)
		return CTAP_PUAT_REQUIRED;
	if ((!sk->state->has_pin && !has_uv) || not_required)
		return CTAP_OK;
	return sk->state->has_pin ? CTAP_PUAT_REQUIRED : CTAP_OPERATION_DENIED;
}

static bool
is_excluded(const struct softkey *sk, const struct request *r)
{
	const cbor_item_t *list = cbor_find_int(r->map, KEY_EXCLUDE_LIST);
	struct view id;

	if (has_fault(sk, FAULT_REPEAT_CREDENTIAL))
		return false;
	for (size_t i = 0; i < cbor_count(list); i++)
		if (cbor_read_bytes(
			cbor_find_text(cbor_at(list, i), "id"), &id) &&
		    state_find(sk->state, id.data, id.len, r->v.rp_id_hash) !=
			NULL)
			return true;
	return false;
}

static void
copy_text(struct blob *blob, const cbor_item_t *entity, const char *name)
{
	struct view v = { NULL, 0 };

	(void)cbor_read_text(cbor_find_text(entity, name), &v);
	blob_set(blob, v.data, v.len);
}

/* What the request says about it. */
static void
describe_credential(const struct request *r, struct credential *cred)
{
	const cbor_item_t *user = cbor_find_int(r->map, KEY_USER);

	memcpy(cred->rp_id_hash, r->v.rp_id_hash, SHA256_LEN);
	cred->resident = r->rk;
	if (r->protection != 0)
		cred->protection = (uint8_t)r->protection;
	blob_set(&cred->rp_id, r->rp_id.data, r->rp_id.len);
	blob_set(&cred->user_id, r->user_id.data, r->user_id.len);
	copy_text(&cred->user_name, user, "name");
	copy_text(&cred->user_display_name, user, "displayName");
}

static void
keep_credential(struct softkey *sk, struct credential *cred)
{
	state_add(sk->state, cred);
	state_save(sk->state);
}

static void
put_extensions(struct buf *out, const struct request *r)
{
	cbor_put_map(out, 1);
	cbor_put_text(out, "credProtect");
	cbor_put_int(out, r->protection);
}

static void
put_answer(struct softkey *sk, const struct request *r,
    const struct credential *cred, struct buf *out)
{
	static const uint8_t no_model[AAGUID_LEN];
	struct buf bytes = { 0 };
	struct buf extensions = { 0 };
	struct auth_data data = {
		.rp_id_hash = r->v.rp_id_hash,
		.flags = FLAG_UP | FLAG_AT | (r->verified ? FLAG_UV : 0),
		.counter = counter_take(sk),
		.aaguid = sk->format->zero_aaguid ? no_model : sk->aaguid,
		.cred = cred,
	};
	struct attest_input in = {
		.sk = sk,
		.attester = r->is_enterprise ? sk->enterprise : sk->attester,
		.cred = cred,
		.auth_data = &bytes,
		.client_data_hash = r->v.client_data_hash.data,
	};

	if (r->protection != 0) {
		put_extensions(&extensions, r);
		data.flags |= FLAG_ED;
		data.extensions = &extensions;
	}
	auth_data_put(sk, &bytes, &data);
	cbor_put_map(out, 3 + (size_t)r->is_enterprise);
	cbor_put_int(out, 1);
	cbor_put_text(out, has_fault(sk, FAULT_UNKNOWN_FORMAT)
			       ? "no-such-format"
			       : sk->format->fmt);
	cbor_put_int(out, 2);
	cbor_put_bytes(out, bytes.data, bytes.len);
	cbor_put_int(out, 3);
	sk->format->put_statement(out, &in);
	if (r->is_enterprise) {
		cbor_put_int(out, 4); /* epAtt */
		cbor_put_bool(out, true);
	}
	buf_free(&extensions);
	buf_free(&bytes);
}

static enum ctap_status
ask_user(struct softkey *sk, struct request *r)
{
	enum ctap_status status;

	status = verification_run(sk, &r->v, &r->verified);
	if (status != CTAP_OK)
		return status;
	if ((status = check_protection(sk, r)) != CTAP_OK)
		return status;
	if (r->v.uv && r->v.param == NULL)
		status = CTAP_OK; /* built-in verification was the touch */
	else
		status = presence_ask(sk);
	if (status != CTAP_OK)
		return status;
	verification_spend_token(sk);
	return is_excluded(sk, r) ? CTAP_CREDENTIAL_EXCLUDED : CTAP_OK;
}

static struct credential *
make_credential(struct softkey *sk, const struct request *r)
{
	const struct state *state = sk->state;
	const struct credential *last;

	if (has_fault(sk, FAULT_HUGE_CREDENTIAL_ID))
		return credential_new(r->alg, CREDENTIAL_ID_MAX);
	if (!has_fault(sk, FAULT_REPEAT_CREDENTIAL) || state->count == 0)
		return credential_new(
		    r->alg, (size_t)sk->opt->credential_id_len);
	last = state->credentials[state->count - 1];
	if (EVP_PKEY_up_ref(last->key) != 1)
		fatal("cannot keep a key");
	return credential_new_of(last->key, last->id, last->id_len);
}

static void
answer(struct softkey *sk, const struct request *r, struct buf *out)
{
	struct credential *cred = make_credential(sk, r);

	describe_credential(r, cred);
	put_answer(sk, r, cred, out);
	keep_credential(sk, cred);
}

static void
answer_forged(struct softkey *sk, const struct request *r, struct buf *out)
{
	const struct forgery_request request = {
		.rp_id_hash = r->v.rp_id_hash,
		.client_data_hash = r->v.client_data_hash.data,
		.counter = counter_take(sk),
		.is_verified = r->verified,
	};
	struct forgery_credential made;
	struct credential *cred;

	forgery_put_answer(sk->forgery, &request, out, &made);
	if (made.key == NULL)
		return;
	cred = credential_new_of(made.key, made.id, made.id_len);
	describe_credential(r, cred);
	keep_credential(sk, cred);
}

enum ctap_status
ctap2_make_credential(
    struct softkey *sk, const cbor_item_t *map, struct buf *out)
{
	struct request r = { .map = map };
	enum ctap_status status;
	pid_t worker = 0;

	if ((status = read_entities(&r)) != CTAP_OK ||
	    (status = read_options(sk, &r)) != CTAP_OK ||
	    (status = ask_user(sk, &r)) != CTAP_OK)
		return status;
	/* An RSA key takes seconds, and a forgery may need one. */
	if (r.alg == COSE_RS256 || sk->forgery != NULL)
		worker = work_begin(sk);
	if (sk->forgery != NULL)
		answer_forged(sk, &r, out);
	else
		answer(sk, &r, out);
	if (worker != 0)
		work_end(worker);
	return CTAP_OK;
}
