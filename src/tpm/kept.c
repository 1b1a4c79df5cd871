/* SPDX-License-Identifier: BSD-2-Clause */
/* Templates of the kept keys; making, loading and checking them. */
#include <stdio.h>

#include "tpm/failure.h"
#include "tpm/kept.h"
#include "tpm/parent.h"

#define BOUND                                                                  \
	(TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT |                      \
	    TPMA_OBJECT_SENSITIVEDATAORIGIN)
/* noDA: wrong passwords for other keys lock none of these. */
#define SIGNS (TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_USERWITHAUTH)
#define HAS_TO_BE                                                              \
	(BOUND | TPMA_OBJECT_SIGN_ENCRYPT | TPMA_OBJECT_RESTRICTED |           \
	    TPMA_OBJECT_DECRYPT)

enum {
	KEY_BITS = 2048,
	WHAT_MAX = 64,
	TEXT_MAX = 160
};

static const struct kind {
	const char *name;
	const char *option;
	enum att_err lost;
	TPMI_ALG_RSA_SCHEME scheme;
	bool may_lack_scheme; /* whoever asks it to sign then says one */
	TPMA_OBJECT restricted;
} kinds[TPM_KEPT_COUNT] = {
	[TPM_KEPT_AIK] = { "the AIK", "host_aik", ATT_ERR_HOST_AIK_LOST,
	    TPM2_ALG_RSASSA, false, TPMA_OBJECT_RESTRICTED },
	[TPM_KEPT_REQUEST] = { "the request key", "host_key",
	    ATT_ERR_HOST_KEY_LOST, TPM2_ALG_RSAPSS, true, 0 },
};

static const char *
name_of(const struct tpm_kept *kept)
{
	return kinds[kept->kind].name;
}

static const char *
option_of(const struct tpm_kept *kept)
{
	return kinds[kept->kind].option;
}

enum att_err
tpm_kept_take(enum tpm_kept_kind kind, const struct att_tpm_key *asked,
    struct tpm_kept *kept, struct att_reason *why)
{
	*kept = (struct tpm_kept){
		.kind = kind,
		.is_new = asked->is_new,
		.handle = asked->handle,
		.parent = asked->wrapped.parent,
		.is_rsa_parent = asked->wrapped.is_rsa_parent,
	};
	if (asked->is_new)
		kept->parent = TPM2_RH_OWNER;
	if (asked->is_new || asked->handle != 0 ||
	    tpm_parts_read(&asked->wrapped, &kept->parts))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
	    "%s (%s) is malformed: its parts are no TPM2B_PUBLIC and "
	    "TPM2B_PRIVATE",
	    name_of(kept), option_of(kept));
}

/* "WHAT the AIK (host_aik)" */
static enum att_err
refuse(const struct tpm_kept *kept, const char *what, TSS2_RC rc,
    struct att_reason *why)
{
	char text[TEXT_MAX];

	snprintf(text, sizeof(text), "%.*s %s (%s)", WHAT_MAX, what,
	    name_of(kept), option_of(kept));
	return tpm_refuse(why, ATT_ERR_TPM_EVIDENCE, text, rc);
}

/* --- The parent ----------------------------------------------------------- */

static enum att_err
open_parent(ESYS_CONTEXT *esys, const struct tpm_kept *kept,
    struct tpm_parent *parent, struct att_reason *why)
{
	bool is_hierarchy = tpm_parent_is_hierarchy(kept->parent);
	TSS2_RC code, rc;

	rc = tpm_parent_open(esys, kept->parent, kept->is_rsa_parent, parent);
	code = tpm_response_code(rc);
	if (rc == TSS2_RC_SUCCESS)
		return ATT_OK;
	if (is_hierarchy &&
	    (code == TPM2_RC_BAD_AUTH || code == TPM2_RC_AUTH_FAIL))
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "the owner hierarchy of the TPM has a password, and the "
		    "storage key above %s (%s) is used without; take it away "
		    "with tpm2_changeauth(1)",
		    name_of(kept), option_of(kept));
	if (!is_hierarchy && code == TPM2_RC_HANDLE)
		return att_refuse(why, kinds[kept->kind].lost,
		    "0x%08x, the parent of %s (%s), is not in this TPM, which "
		    "was cleared since or is another one",
		    kept->parent, name_of(kept), option_of(kept));
	return refuse(kept, "opening the storage key above", rc, why);
}

/* --- Making --------------------------------------------------------------- */

static TPM2B_PUBLIC
get_template(const struct kind *kind)
{
	return (TPM2B_PUBLIC){
		.publicArea = {
			.type = TPM2_ALG_RSA,
			.nameAlg = TPM2_ALG_SHA256,
			.objectAttributes = BOUND | SIGNS | TPMA_OBJECT_NODA |
			    kind->restricted,
			.parameters.rsaDetail = {
				.symmetric.algorithm = TPM2_ALG_NULL,
				.scheme.scheme = kind->scheme,
				.scheme.details.anySig.hashAlg =
				    TPM2_ALG_SHA256,
				.keyBits = KEY_BITS,
			},
		},
	};
}

static enum att_err
create(ESYS_CONTEXT *esys, ESYS_TR parent, struct tpm_kept *kept,
    struct att_reason *why)
{
	static const TPM2B_SENSITIVE_CREATE sensitive;
	static const TPML_PCR_SELECTION no_pcrs;
	static const TPM2B_DATA no_data;
	const TPM2B_PUBLIC template = get_template(&kinds[kept->kind]);
	TPM2B_PRIVATE *private_part = NULL;
	TPM2B_PUBLIC *public_part = NULL;
	TSS2_RC rc;

	rc = Esys_Create(esys, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &sensitive, &template, &no_data, &no_pcrs,
	    &private_part, &public_part, NULL, NULL, NULL);
	if (rc == TSS2_RC_SUCCESS) {
		kept->parts.public_part = *public_part;
		kept->parts.private_part = *private_part;
	}
	Esys_Free(public_part);
	Esys_Free(private_part);
	return rc == TSS2_RC_SUCCESS ? ATT_OK : refuse(kept, "making", rc, why);
}

static enum att_err
load_parts(ESYS_CONTEXT *esys, ESYS_TR parent, const struct tpm_kept *kept,
    struct tpm_key *key, struct att_reason *why)
{
	TSS2_RC rc;

	rc = Esys_Load(esys, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE,
	    ESYS_TR_NONE, &kept->parts.private_part, &kept->parts.public_part,
	    &key->handle);
	key->is_transient = rc == TSS2_RC_SUCCESS;
	if (rc == TSS2_RC_SUCCESS)
		return ATT_OK;
	if (tpm_response_code(rc) == TPM2_RC_INTEGRITY)
		return att_refuse(why, kinds[kept->kind].lost,
		    "%s (%s) was not made by this TPM, which was cleared since "
		    "or is another one",
		    name_of(kept), option_of(kept));
	return refuse(kept, "loading", rc, why);
}

/* The key moves to its handle; what was loaded goes. */
static enum att_err
persist(ESYS_CONTEXT *esys, const struct tpm_kept *kept, struct tpm_key *key,
    struct att_reason *why)
{
	ESYS_TR object = ESYS_TR_NONE;
	char what[WHAT_MAX];
	TSS2_RC rc;

	rc = Esys_EvictControl(esys, ESYS_TR_RH_OWNER, key->handle,
	    ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, kept->handle,
	    &object);
	if (rc == TSS2_RC_SUCCESS) {
		Esys_FlushContext(esys, key->handle);
		key->handle = object;
		key->is_transient = false;
		return ATT_OK;
	}
	if (tpm_response_code(rc) == TPM2_RC_NV_DEFINED)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "another key is at 0x%08x (%s) already", kept->handle,
		    option_of(kept));
	snprintf(what, sizeof(what), "at 0x%08x, keeping", kept->handle);
	return refuse(kept, what, rc, why);
}

/* --- Loading -------------------------------------------------------------- */

static enum att_err
load_below(ESYS_CONTEXT *esys, struct tpm_kept *kept, struct tpm_key *key,
    struct att_reason *why)
{
	struct tpm_parent parent;
	enum att_err err;

	err = open_parent(esys, kept, &parent, why);
	if (err == ATT_OK && kept->is_new)
		err = create(esys, parent.handle, kept, why);
	if (err == ATT_OK)
		err = load_parts(esys, parent.handle, kept, key, why);
	tpm_parent_close(esys, &parent);
	if (err == ATT_OK && kept->handle != 0)
		err = persist(esys, kept, key, why);
	return err;
}

static enum att_err
find_persistent(ESYS_CONTEXT *esys, const struct tpm_kept *kept,
    struct tpm_key *key, struct att_reason *why)
{
	TSS2_RC rc;

	rc = Esys_TR_FromTPMPublic(esys, kept->handle, ESYS_TR_NONE,
	    ESYS_TR_NONE, ESYS_TR_NONE, &key->handle);
	if (rc == TSS2_RC_SUCCESS)
		return ATT_OK;
	if (tpm_response_code(rc) == TPM2_RC_HANDLE)
		return att_refuse(why, kinds[kept->kind].lost,
		    "no key is at 0x%08x (%s) in this TPM", kept->handle,
		    option_of(kept));
	return refuse(kept, "opening", rc, why);
}

/* A key that was not made here may be any. */
static enum att_err
check(const struct tpm_kept *kept, const TPMT_PUBLIC *area,
    struct att_reason *why)
{
	const TPMS_RSA_PARMS *rsa = &area->parameters.rsaDetail;
	const struct kind *kind = &kinds[kept->kind];
	const TPMA_OBJECT wanted =
	    BOUND | TPMA_OBJECT_SIGN_ENCRYPT | kind->restricted;

	if (area->type != TPM2_ALG_RSA || rsa->keyBits < KEY_BITS)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "%s (%s) is no RSA key of 2048 bits or more", kind->name,
		    kind->option);
	if ((area->objectAttributes & HAS_TO_BE) != wanted)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "%s (%s) has attributes 0x%08x, expected a key that was "
		    "made in this TPM, stays there, %s",
		    kind->name, kind->option, area->objectAttributes,
		    kind->restricted != 0 ? "and signs only what the TPM says"
					  : "and signs, without being "
					    "restricted");
	if (kind->may_lack_scheme && rsa->scheme.scheme == TPM2_ALG_NULL)
		return ATT_OK;
	if (rsa->scheme.scheme != kind->scheme ||
	    rsa->scheme.details.anySig.hashAlg != TPM2_ALG_SHA256)
		return att_refuse(why, ATT_ERR_TPM_EVIDENCE,
		    "%s (%s) signs by scheme 0x%04x, expected %s with SHA-256",
		    kind->name, kind->option, rsa->scheme.scheme,
		    kind->scheme == TPM2_ALG_RSASSA ? "RSASSA" : "RSAPSS");
	return ATT_OK;
}

enum att_err
tpm_kept_load(ESYS_CONTEXT *esys, struct tpm_kept *kept, struct tpm_key *key,
    struct att_reason *why)
{
	enum att_err err;
	TSS2_RC rc;

	*key =
	    (struct tpm_key){ .handle = ESYS_TR_NONE, .session = ESYS_TR_NONE };
	if (kept->handle != 0 && !kept->is_new)
		err = find_persistent(esys, kept, key, why);
	else
		err = load_below(esys, kept, key, why);
	if (err != ATT_OK)
		return err;
	kept->is_made |= kept->is_new;
	kept->is_new = false;
	rc = Esys_ReadPublic(esys, key->handle, ESYS_TR_NONE, ESYS_TR_NONE,
	    ESYS_TR_NONE, &key->public_part, NULL, NULL);
	if (rc != TSS2_RC_SUCCESS)
		return refuse(kept, "reading", rc, why);
	return check(kept, &key->public_part->publicArea, why);
}

/* --- For files ------------------------------------------------------------ */

enum att_err
tpm_kept_write(const struct tpm_kept *kept, struct tpm_kept_blobs *blobs,
    struct att_tpm_wrapped *wrapped, struct att_reason *why)
{
	enum att_err err;

	*wrapped = (struct att_tpm_wrapped){ 0 };
	if (kept->handle != 0 || !kept->is_made)
		return ATT_OK;
	if ((err = tpm_blob_put_public(&blobs->public_part,
		 &kept->parts.public_part, why)) != ATT_OK ||
	    (err = tpm_blob_put_private(&blobs->private_part,
		 &kept->parts.private_part, why)) != ATT_OK)
		return err;
	*wrapped = (struct att_tpm_wrapped){
		.parent = kept->parent,
		.is_rsa_parent = kept->is_rsa_parent,
		.public_part = tpm_blob_get(&blobs->public_part),
		.private_part = tpm_blob_get(&blobs->private_part),
	};
	return ATT_OK;
}
