/* SPDX-License-Identifier: BSD-2-Clause */
/* The CTAP2 commands, and the user verification they share. */
#ifndef SOFTKEY_CTAP2_H
#define SOFTKEY_CTAP2_H

#include "softkey.h"

/* Answers one CTAPHID_CBOR message: status byte and map. ABORTED means
 * that no answer is to be sent. */
enum ctap_status ctap2_handle(
    struct softkey *sk, const uint8_t *data, size_t len, struct buf *out);

/* One command each: request map (NULL when there is none) to answer map. */
enum ctap_status ctap2_make_credential(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_get_assertion(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_get_next_assertion(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_get_info(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_client_pin(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_reset(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_credential_management(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);
enum ctap_status ctap2_selection(
    struct softkey *sk, const cbor_item_t *request, struct buf *out);

/* What a request says about user verification. */
struct verification {
	struct view client_data_hash; /* what pinUvAuthParam is over */
	const cbor_item_t *param;     /* pinUvAuthParam or NULL */
	const cbor_item_t *protocol;
	bool uv; /* option "uv" */
	unsigned int permission;
	uint8_t rp_id_hash[SHA256_LEN];
};

/* Verifies the user by token or built-in means, if the request has either. */
enum ctap_status verification_run(
    struct softkey *sk, const struct verification *v, bool *verified);

/* After a touch a token is good for nothing more (section 6.1.2 step 15). */
void verification_spend_token(struct softkey *sk);

/* Built-in verification with its retries; the caller checks opt->uv. */
enum ctap_status verification_built_in(struct softkey *sk);

/* The boolean option of a request's options map, or fallback. */
bool read_option(
    const cbor_item_t *options, const char *name, bool fallback, bool *found);

/* What authData is made of, WebAuthn section 6.1 */
struct auth_data {
	const uint8_t *rp_id_hash;
	uint8_t flags;
	uint32_t counter;
	const uint8_t *aaguid;	       /* NULL: no attested data */
	const struct credential *cred; /* when there is an AAGUID */
	const struct buf *extensions;  /* one CBOR map, or NULL */
};

/* Appends authData, spoilt as the fault under way says. */
void auth_data_put(
    struct softkey *sk, struct buf *out, const struct auth_data *data);

/* Appends a PublicKeyCredentialUserEntity, with or without the names. */
void user_put(struct buf *out, const struct credential *cred, bool with_names);

/* Appends a PublicKeyCredentialDescriptor. */
void descriptor_put(struct buf *out, const uint8_t *id, size_t len);

#endif
