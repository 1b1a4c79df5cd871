/* SPDX-License-Identifier: BSD-2-Clause */
/* Judging the registrations that tests make. */
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "forge.h"

struct att_evidence
forged_get_evidence(const struct forged *forged)
{
	struct att_evidence evidence = {
		.attestation_object = att_buf_get(&forged->object),
		.time = FORGE_TIME,
		.require_uv = forged->spec.kind != FORGE_KIND_U2F,
	};

	memcpy(evidence.rp_id_hash, forged->rp_id_hash, 32);
	memcpy(evidence.client_data_hash, forged->client_data_hash, 32);
	return evidence;
}

struct att_anchors *
forged_make_anchors(const struct forged *forged)
{
	struct att_anchors *anchors = NULL;
	struct att_reason why = { 0 };
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (bio == NULL || att_anchors_new(&anchors) != ATT_OK)
		abort();
	if (forged->root != NULL) {
		if (PEM_write_bio_X509(bio, forged->root) != 1)
			abort();
		len = BIO_get_mem_data(bio, &text);
		if (att_anchors_add_pem(anchors, ATT_ROLE_ANCHOR,
			att_bytes(text, (size_t)len), "forge", &why) != ATT_OK)
			abort();
	}
	BIO_free(bio);
	return anchors;
}

struct att_options
forge_make_options(void)
{
	return (struct att_options){
		.attestation = ATT_ATTESTATION_REQUIRED,
		.formats = 1U << ATT_FORMAT_PACKED | 1U << ATT_FORMAT_TPM |
			   1U << ATT_FORMAT_FIDO_U2F |
			   1U << ATT_FORMAT_ANDROID_KEY |
			   1U << ATT_FORMAT_APPLE,
		.require_aaguid_extension = true,
		.u2f_zero_aaguid = true,
		.min_rsa_bits = 2048,
		.cbor_key_order = ATT_KEY_ORDER_STRICT,
		.tpm_vendor_check = true,
		.tpm_attributes_check = true,
		.mds = ATT_MDS_USE,
		.min_certification = ATT_CERTIFICATION_NONE,
	};
}

struct att_options
forge_make_options_for(enum forge_kind kind)
{
	struct att_options opts = forge_make_options();

	if (kind == FORGE_KIND_SELF)
		opts.attestation = ATT_ATTESTATION_SELF;
	if (kind == FORGE_KIND_SAFETYNET)
		opts.formats |= 1U << ATT_FORMAT_ANDROID_SAFETYNET;
	if (kind == FORGE_KIND_COMPOUND)
		opts.formats |= 1U << ATT_FORMAT_COMPOUND;
	if (kind == FORGE_KIND_NONE)
		opts.attestation = ATT_ATTESTATION_NONE;
	return opts;
}

enum att_err
forged_judge(const struct forged *forged, struct att_verdict *verdict,
    struct att_reason *why)
{
	struct att_options opts = forge_make_options_for(forged->spec.kind);
	struct att_evidence evidence = forged_get_evidence(forged);
	struct att_anchors *anchors = forged_make_anchors(forged);
	struct att_verdict own = { 0 };
	enum att_err err;

	err = att_attestation_verify(&evidence, &opts,
	    &(struct att_trust){ .anchors = anchors },
	    verdict != NULL ? verdict : &own, why);
	att_verdict_reset(&own);
	att_anchors_free(&anchors);
	return err;
}

enum att_err
forged_judge_under(const struct forged *forged, const struct att_options *opts)
{
	struct att_evidence evidence = forged_get_evidence(forged);
	struct att_anchors *anchors = forged_make_anchors(forged);
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_attestation_verify(&evidence, opts,
	    &(struct att_trust){ .anchors = anchors }, &verdict, &why);
	att_verdict_reset(&verdict);
	att_anchors_free(&anchors);
	return err;
}

enum att_err
forge_judge_row(enum forge_defect defect, const struct att_options *opts)
{
	struct forged f;
	enum att_err err;

	forge_row(&forge_rows[defect], &f);
	err = forged_judge_under(&f, opts);
	forged_reset(&f);
	return err;
}

struct att_certificate *
forge_decode(const X509 *cert)
{
	struct att_certificate *decoded;
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len <= 0 || att_certificate_decode(att_bytes(der, (size_t)len),
			    NULL, &decoded, NULL) != ATT_OK)
		abort();
	OPENSSL_free(der);
	return decoded;
}

bool
forge_is_same(const struct att_certificate *a, const X509 *b)
{
	struct att_certificate *other = forge_decode(b);
	bool is_same = att_certificate_is_equal(a, other);

	att_certificate_free(&other);
	return is_same;
}
