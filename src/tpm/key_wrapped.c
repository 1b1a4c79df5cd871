/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A key out of a file "TSS2 PRIVATE KEY" (draft-bottomley-tpm2-keys), loaded
 * below the parent that the file names.
 */
#include <stddef.h>
#include <stdio.h>

#include <tss2/tss2_mu.h>

#include "tpm/failure.h"
#include "tpm/key.h"
#include "tpm/parent.h"

static enum att_err
open_parent(ESYS_CONTEXT *esys, const struct att_tpm_wrapped *wrapped,
    struct tpm_parent *parent, struct att_reason *why)
{
	char what[96];
	TSS2_RC rc;

	rc = tpm_parent_open(
	    esys, wrapped->parent, wrapped->is_rsa_parent, parent);
	if (rc == TSS2_RC_SUCCESS)
		return ATT_OK;
	if (tpm_parent_is_hierarchy(wrapped->parent))
		return tpm_refuse(why, ATT_ERR_BINDING_KEY,
		    "making the storage key that is the parent of the key of "
		    "option host_key",
		    rc);
	snprintf(what, sizeof(what),
	    "opening 0x%08x, the parent of the key of option host_key",
	    wrapped->parent);
	return tpm_refuse(why, ATT_ERR_BINDING_KEY, what, rc);
}

/* The two structures, which have to fill what the file has for them. */
bool
tpm_parts_read(const struct att_tpm_wrapped *wrapped, struct tpm_parts *parts)
{
	const struct att_bytes *pub = &wrapped->public_part;
	const struct att_bytes *priv = &wrapped->private_part;
	size_t pub_len = 0, priv_len = 0;

	return Tss2_MU_TPM2B_PUBLIC_Unmarshal(pub->ptr, pub->len, &pub_len,
		   &parts->public_part) == TSS2_RC_SUCCESS &&
	       pub_len == pub->len &&
	       Tss2_MU_TPM2B_PRIVATE_Unmarshal(priv->ptr, priv->len, &priv_len,
		   &parts->private_part) == TSS2_RC_SUCCESS &&
	       priv_len == priv->len;
}

static enum att_err
load(ESYS_CONTEXT *esys, ESYS_TR parent, const struct tpm_parts *parts,
    struct tpm_key *key, struct att_reason *why)
{
	TSS2_RC rc;

	rc = Esys_Load(esys, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &parts->private_part, &parts->public_part,
	    &key->handle);
	key->is_transient = rc == TSS2_RC_SUCCESS;
	if (rc == TSS2_RC_SUCCESS)
		rc = Esys_ReadPublic(esys, key->handle, ESYS_TR_NONE,
		    ESYS_TR_NONE, ESYS_TR_NONE, &key->public_part, NULL, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return tpm_refuse(why, ATT_ERR_BINDING_KEY,
		    "loading the key of option host_key", rc);
	return ATT_OK;
}

enum att_err
tpm_key_load_wrapped(ESYS_CONTEXT *esys, const struct att_tpm_request *request,
    struct tpm_key *key, struct att_reason *why)
{
	struct tpm_parent parent;
	struct tpm_parts parts = { 0 };
	enum att_err err;

	if (!tpm_parts_read(&request->wrapped, &parts))
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "the key of option host_key is malformed: its parts are no "
		    "TPM2B_PUBLIC and TPM2B_PRIVATE");
	if (!tpm_key_is_it(&parts.public_part.publicArea, request))
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "neither a persistent key of the TPM nor the one of option "
		    "host_key is the one that the token names");
	err = open_parent(esys, &request->wrapped, &parent, why);
	if (err == ATT_OK)
		err = load(esys, parent.handle, &parts, key, why);
	tpm_parent_close(esys, &parent);
	return err;
}
