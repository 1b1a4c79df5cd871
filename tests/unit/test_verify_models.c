/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of which models and attestation keys a judgement accepts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/verify.h"
#include "forge.h"

static void
the_allow_list_wants_a_proven_model(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t id[1][ATT_AAGUID_LEN];

	(void)state;
	memcpy(id[0], forge_aaguid, ATT_AAGUID_LEN);
	opts.attestation = ATT_ATTESTATION_NONE;
	opts.aaguid_allow = (struct att_aaguids){ id, 1 };
	assert_int_equal(forge_judge_row(FORGE_FINE, &opts), ATT_OK);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_SELF, &opts), ATT_ERR_AAGUID_REFUSED);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_NONE, &opts), ATT_ERR_AAGUID_REFUSED);
	id[0][15] ^= 1;
	assert_int_equal(
	    forge_judge_row(FORGE_FINE, &opts), ATT_ERR_AAGUID_REFUSED);
}

static void
the_deny_list_takes_claims_too(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t id[2][ATT_AAGUID_LEN] = { { 0 } };

	(void)state;
	memcpy(id[1], forge_aaguid, ATT_AAGUID_LEN);
	opts.attestation = ATT_ATTESTATION_NONE;
	opts.aaguid_deny = (struct att_aaguids){ id, 2 };
	assert_int_equal(
	    forge_judge_row(FORGE_FINE, &opts), ATT_ERR_AAGUID_REFUSED);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_SELF, &opts), ATT_ERR_AAGUID_REFUSED);
	opts.aaguid_allow = opts.aaguid_deny;
	assert_int_equal(
	    forge_judge_row(FORGE_FINE, &opts), ATT_ERR_AAGUID_REFUSED);
}

/* Whether the rows that are fine get past a list of their own AAGUIDs. */
static void
an_aaguid_allows_where_it_is_vouched_for(void **state)
{
	(void)state;
	for (size_t i = 0; i < FORGE_COUNT; i++) {
		const struct forge_row *row = &forge_rows[i];
		struct att_options opts = forge_make_options_for(row->kind);
		uint8_t id[2][ATT_AAGUID_LEN] = { { 0 } };
		bool is_claim = row->kind == FORGE_KIND_SELF ||
				row->kind == FORGE_KIND_NONE ||
				row->kind == FORGE_KIND_U2F ||
				row->kind == FORGE_KIND_SAFETYNET ||
				row->kind == FORGE_KIND_ANDROID_KEY ||
				(forge_is_tpm(row->kind) &&
				    row->defect != FORGE_TPM_FINE_AAGUID);

		/* Of the last, only the half that claims has an anchor. */
		if (row->error != ATT_OK ||
		    row->defect == FORGE_COMPOUND_FINE_HALF)
			continue;
		memcpy(id[1], forge_aaguid, ATT_AAGUID_LEN);
		opts.aaguid_allow = (struct att_aaguids){ id, 2 };
		assert_int_equal(forge_judge_row(row->defect, &opts),
		    is_claim ? ATT_ERR_AAGUID_REFUSED : ATT_OK);
	}
}

/* The key identifier of a leaf: SHA-1 of the point as it is encoded. */
static void
hash_point(const struct forged *f, uint8_t id[ATT_KEY_ID_LEN])
{
	EVP_PKEY *key = X509_get0_pubkey(f->certs[0]);
	uint8_t *point = NULL;
	size_t len;

	len = EVP_PKEY_get1_encoded_public_key(key, &point);
	assert_int_equal(len, 65);
	assert_int_equal(EVP_Digest(point, len, id, NULL, EVP_sha1(), NULL), 1);
	OPENSSL_free(point);
}

static void
a_key_identifier_allows_in_every_format(void **state)
{
	static const enum forge_defect rows[] = { FORGE_FINE, FORGE_FINE_CHAIN,
		FORGE_U2F_FINE, FORGE_U2F_FINE_MODEL, FORGE_APPLE_FINE };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct att_options opts = forge_make_options();
		uint8_t id[1][ATT_KEY_ID_LEN],
		    model[1][ATT_AAGUID_LEN] = { { 1 } };
		struct forged f;

		forge_row(&forge_rows[rows[i]], &f);
		hash_point(&f, id[0]);
		opts.attestation_key_allow = (struct att_key_ids){ id, 1 };
		assert_int_equal(forged_judge_under(&f, &opts), ATT_OK);
		/* Beside a list of models, of which it is none. */
		opts.aaguid_allow = (struct att_aaguids){ model, 1 };
		assert_int_equal(forged_judge_under(&f, &opts), ATT_OK);
		id[0][19] ^= 1;
		assert_int_equal(
		    forged_judge_under(&f, &opts), ATT_ERR_AAGUID_REFUSED);
		opts.aaguid_allow.count = 0;
		assert_int_equal(forged_judge_under(&f, &opts),
		    ATT_ERR_ATTESTATION_KEY_REFUSED);
		forged_reset(&f);
	}
}

static void
without_a_certificate_no_key_is_allowed(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t id[1][ATT_KEY_ID_LEN] = { { 0 } };

	(void)state;
	opts.attestation = ATT_ATTESTATION_NONE;
	opts.attestation_key_allow = (struct att_key_ids){ id, 1 };
	assert_int_equal(forge_judge_row(FORGE_FINE_SELF, &opts),
	    ATT_ERR_ATTESTATION_KEY_REFUSED);
	assert_int_equal(forge_judge_row(FORGE_FINE_NONE, &opts),
	    ATT_ERR_ATTESTATION_KEY_REFUSED);
}

static void
a_key_identifier_denies_whatever_is_allowed(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t id[1][ATT_KEY_ID_LEN], model[1][ATT_AAGUID_LEN];
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE], &f);
	hash_point(&f, id[0]);
	memcpy(model[0], forge_aaguid, ATT_AAGUID_LEN);
	opts.attestation_key_deny = (struct att_key_ids){ id, 1 };
	opts.attestation_key_allow = opts.attestation_key_deny;
	opts.aaguid_allow = (struct att_aaguids){ model, 1 };
	assert_int_equal(
	    forged_judge_under(&f, &opts), ATT_ERR_ATTESTATION_KEY_REFUSED);
	id[0][0] ^= 1;
	assert_int_equal(forged_judge_under(&f, &opts), ATT_OK);
	forged_reset(&f);
}

/* The issuers in the statement count as well, and whatever is allowed. */
static void
an_issuer_that_is_denied_denies_what_it_issued(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t ids[1][ATT_KEY_ID_LEN];
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE_CHAIN], &f);
	assert_int_equal(
	    X509_pubkey_digest(f.certs[1], EVP_sha1(), ids[0], NULL), 1);
	opts.attestation_key_deny = (struct att_key_ids){ ids, 1 };
	assert_int_equal(
	    forged_judge_under(&f, &opts), ATT_ERR_ATTESTATION_KEY_REFUSED);
	ids[0][0] ^= 1;
	assert_int_equal(forged_judge_under(&f, &opts), ATT_OK);
	forged_reset(&f);
}

/* A model that is refused does not come back by speaking U2F. */
static void
a_denied_model_is_denied_as_u2f_too(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t id[1][ATT_AAGUID_LEN];

	(void)state;
	memcpy(id[0], forge_aaguid, ATT_AAGUID_LEN);
	opts.aaguid_deny = (struct att_aaguids){ id, 1 };
	assert_int_equal(forge_judge_row(FORGE_U2F_FINE_MODEL, &opts),
	    ATT_ERR_AAGUID_REFUSED);
	assert_int_equal(forge_judge_row(FORGE_U2F_FINE, &opts), ATT_OK);
	id[0][0] ^= 1;
	assert_int_equal(forge_judge_row(FORGE_U2F_FINE_MODEL, &opts), ATT_OK);
}

/* The list goes by serial numbers, of certificates of Android alone. */
static void
a_revoked_android_key_is_refused(void **state)
{
	struct att_options opts = forge_make_options();
	static const enum forge_defect rows[] = { FORGE_ANDROID_FINE,
		FORGE_FINE };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct att_anchors *anchors;
		struct att_verdict verdict = { 0 };
		struct att_reason why = { 0 };
		struct att_evidence evidence;
		struct forged f;
		char text[100];

		forge_row(&forge_rows[rows[i]], &f);
		anchors = forged_make_anchors(&f);
		evidence = forged_get_evidence(&f);
		snprintf(text, sizeof(text),
		    "{\"entries\": {\"%lx\": {\"status\": \"REVOKED\"}}}",
		    (unsigned long)ASN1_INTEGER_get(
			X509_get0_serialNumber(f.certs[0])));
		assert_int_equal(att_anchors_add_statuses(anchors,
				     att_bytes_text(text), "list", &why),
		    ATT_OK);
		assert_int_equal(att_attestation_verify(&evidence, &opts,
				     &(struct att_trust){ .anchors = anchors },
				     &verdict, &why),
		    i == 0 ? ATT_ERR_CERTIFICATE_REVOKED : ATT_OK);
		assert_int_equal(att_anchors_add_statuses(anchors,
				     att_bytes_text(text), "list", &why),
		    ATT_ERR_ROOTS_INVALID);
		att_verdict_reset(&verdict);
		att_anchors_free(&anchors);
		forged_reset(&f);
	}
}

static void
the_verdict_has_the_attestation_key(void **state)
{
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	uint8_t id[ATT_KEY_ID_LEN];
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_U2F_FINE], &f);
	assert_int_equal(forged_judge(&f, &verdict, &why), ATT_OK);
	hash_point(&f, id);
	assert_true(verdict.has_attestation_key);
	assert_memory_equal(verdict.attestation_key, id, ATT_KEY_ID_LEN);
	forged_reset(&f);
	forge_row(&forge_rows[FORGE_FINE_SELF], &f);
	assert_int_equal(forged_judge(&f, &verdict, &why), ATT_OK);
	assert_false(verdict.has_attestation_key);
	att_verdict_reset(&verdict);
	forged_reset(&f);
}

/* Nothing signs UV, so U2F never satisfies it, whatever the flags say. */
static void
u2f_never_verifies_the_user(void **state)
{
	static const enum forge_defect rows[] = { FORGE_U2F_FINE,
		FORGE_U2F_FLAGS_UV };
	static const enum att_err expected[] = { ATT_ERR_UV_MISSING,
		ATT_ERR_U2F_FLAGS };
	struct att_options opts = forge_make_options();

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct att_verdict verdict = { 0 };
		struct att_reason why = { 0 };
		struct att_evidence evidence;
		struct att_anchors *anchors;
		struct forged f;

		forge_row(&forge_rows[rows[i]], &f);
		evidence = forged_get_evidence(&f);
		evidence.require_uv = true;
		anchors = forged_make_anchors(&f);
		assert_int_equal(att_attestation_verify(&evidence, &opts,
				     &(struct att_trust){ .anchors = anchors },
				     &verdict, &why),
		    expected[i]);
		att_verdict_reset(&verdict);
		att_anchors_free(&anchors);
		forged_reset(&f);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_allow_list_wants_a_proven_model),
		cmocka_unit_test(the_deny_list_takes_claims_too),
		cmocka_unit_test(an_aaguid_allows_where_it_is_vouched_for),
		cmocka_unit_test(a_key_identifier_allows_in_every_format),
		cmocka_unit_test(without_a_certificate_no_key_is_allowed),
		cmocka_unit_test(a_key_identifier_denies_whatever_is_allowed),
		cmocka_unit_test(
		    an_issuer_that_is_denied_denies_what_it_issued),
		cmocka_unit_test(a_denied_model_is_denied_as_u2f_too),
		cmocka_unit_test(a_revoked_android_key_is_refused),
		cmocka_unit_test(the_verdict_has_the_attestation_key),
		cmocka_unit_test(u2f_never_verifies_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
