/* SPDX-License-Identifier: BSD-2-Clause */
/* MAKE_CREDENTIAL through libfido2, and its answer past it. */
#include <string.h>

#include "codec/attobj.h"
#include "operation.h"

/* libfido2 asks for one algorithm at a time: the best first. */
static const int algorithms[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };

static int
fill(const struct att_authenticator *authenticator,
    const struct att_make_credential *request,
    const struct att_allow_batch *exclude, fido_cred_t *cred)
{
	int r;

	if ((r = fido_cred_set_rp(cred, request->rp_id, NULL)) != FIDO_OK ||
	    (r = fido_cred_set_user(cred, request->user_id,
		 sizeof(request->user_id), request->user_name, NULL, NULL)) !=
		FIDO_OK ||
	    (r = fido_cred_set_clientdata_hash(cred, request->client_data_hash,
		 sizeof(request->client_data_hash))) != FIDO_OK)
		return r;
	for (size_t i = 0; i < exclude->count; i++) {
		if (!att_chunk_has(authenticator, exclude->ids[i]))
			continue;
		r = fido_cred_exclude(
		    cred, exclude->ids[i].ptr, exclude->ids[i].len);
		if (r != FIDO_OK)
			return r;
	}
	if (request->uv == ATT_UV_BUILT_IN)
		return fido_cred_set_uv(cred, FIDO_OPT_TRUE);
	return FIDO_OK;
}

/*
 * libfido2 takes statements that it does not know for malformed, and looks
 * into some of those it knows. Here a reply only has to have come whole; what
 * is in it is for the verifier to judge, which was told to expect anything.
 */
static bool
is_for_the_verifier(const struct att_authenticator *authenticator, int r)
{
	struct att_reply_credential credential;

	return authenticator->is_fido2 &&
	       (r == FIDO_ERR_RX_INVALID_CBOR || r == FIDO_ERR_INVALID_CBOR) &&
	       att_reply_get_credential(authenticator->reply, &credential);
}

/* On FIDO_OK the caller frees *credp. */
static int
ask(const struct att_authenticator *authenticator,
    const struct att_make_credential *request,
    const struct att_allow_batch *exclude, int algorithm, fido_cred_t **credp)
{
	fido_cred_t *cred = fido_cred_new();
	int r = FIDO_ERR_INTERNAL;

	*credp = NULL;
	if (cred == NULL)
		return r;
	if ((r = fido_cred_set_type(cred, algorithm)) == FIDO_OK &&
	    (r = fill(authenticator, request, exclude, cred)) == FIDO_OK)
		r = fido_dev_make_cred(authenticator->dev, cred,
		    request->uv == ATT_UV_PIN ? request->pin : NULL);
	if (is_for_the_verifier(authenticator, r))
		r = FIDO_OK;
	if (r == FIDO_OK) {
		*credp = cred;
		cred = NULL;
	}
	fido_cred_free(&cred);
	return r;
}

/* A U2F key sends no CBOR: the platform builds it (CTAP 2.1, 7.2.3). */
static enum att_err
put_u2f_object(const fido_cred_t *cred, struct att_buf *out)
{
	const struct att_statement_parts parts = {
		.sig =
		    att_bytes(fido_cred_sig_ptr(cred), fido_cred_sig_len(cred)),
		.certificate =
		    att_bytes(fido_cred_x5c_ptr(cred), fido_cred_x5c_len(cred)),
	};
	struct att_buf statement;
	enum att_err err;

	att_buf_init(&statement, ATT_ATTESTATION_OBJECT_MAX);
	err = att_statement_encode(&parts, &statement);
	if (err == ATT_OK)
		err = att_attestation_object_encode(
		    att_bytes_text(fido_cred_fmt(cred)),
		    att_buf_get(&statement),
		    att_bytes(fido_cred_authdata_raw_ptr(cred),
			fido_cred_authdata_raw_len(cred)),
		    out);
	att_buf_reset(&statement);
	return err;
}

/* What a FIDO2 key sent is passed on, byte for byte. */
static enum att_err
put_object(const struct att_authenticator *authenticator,
    const fido_cred_t *cred, struct att_buf *out)
{
	struct att_reply_credential credential;

	if (!authenticator->is_fido2)
		return put_u2f_object(cred, out);
	if (!att_reply_get_credential(authenticator->reply, &credential))
		return ATT_ERR_CBOR_MALFORMED;
	return att_attestation_object_encode(
	    credential.fmt, credential.att_stmt, credential.auth_data, out);
}

static int
answer(const struct att_authenticator *authenticator, const fido_cred_t *cred,
    struct att_buf *out)
{
	struct att_buf object;
	enum att_err err;

	att_buf_init(&object, ATT_ATTESTATION_OBJECT_MAX);
	err = put_object(authenticator, cred, &object);
	if (err == ATT_OK)
		err = att_credential_encode(att_buf_get(&object), out);
	att_buf_reset(&object);
	return err == ATT_OK ? FIDO_OK : FIDO_ERR_RX_INVALID_CBOR;
}

/*
 * An exclude list that does not fit into one request is looked through
 * beforehand, as CTAP 2.1 section 6.1.1 lets the platform do.
 */
static int
look_for_excluded(const struct att_authenticator *authenticator,
    const struct att_make_credential *request, struct att_allow_batch *exclude)
{
	struct att_chunk chunk;
	size_t next = 0;
	int r;

	att_chunk_get_next(authenticator, exclude, &next, &chunk);
	if (next == exclude->count || !authenticator->is_fido2)
		return FIDO_OK;
	r = att_operation_look(
	    authenticator, request->client_data_hash, exclude);
	if (r == FIDO_OK)
		return FIDO_ERR_CREDENTIAL_EXCLUDED;
	exclude->count = 0;
	return r == FIDO_ERR_NO_CREDENTIALS ? FIDO_OK : r;
}

int
att_operation_make_credential(const struct att_authenticator *authenticator,
    const struct att_make_credential *request, struct att_buf *out)
{
	struct att_allow_batch exclude = { .rp_id = request->rp_id,
		.count = request->exclude_count };
	fido_cred_t *cred = NULL;
	int r;

	memcpy(exclude.ids, request->exclude, sizeof(exclude.ids));
	if ((r = look_for_excluded(authenticator, request, &exclude)) !=
	    FIDO_OK)
		return r;
	r = FIDO_ERR_UNSUPPORTED_ALGORITHM;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]) &&
			   r == FIDO_ERR_UNSUPPORTED_ALGORITHM;
	     i++)
		r = ask(authenticator, request, &exclude, algorithms[i], &cred);
	if (r == FIDO_OK)
		r = answer(authenticator, cred, out);
	fido_cred_free(&cred);
	return r;
}
