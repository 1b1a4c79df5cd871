/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the judgement of registrations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/verify.h"
#include "forge.h"
#include "trust/certificate.h"

/* One row of forge.def: refused for its own reason, or accepted. */
static void
judges_as_forged(void **state)
{
	const struct forge_row *row = *state;
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct forged f;
	enum att_err err;

	forge_row(row, &f);
	err = forged_judge(&f, &verdict, &why);
	if (err != row->error)
		print_error("%s: %s (%s), expected %s\n", row->name,
		    att_err_code(err), why.text, att_err_code(row->error));
	assert_int_equal(err, row->error);
	if (err != ATT_OK) {
		assert_int_equal(why.code, err);
		assert_true(why.text[0] != '\0');
		assert_false(verdict.has_anchor);
	}
	att_verdict_reset(&verdict);
	forged_reset(&f);
}

static void
fills_the_verdict(void **state)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_CHAIN };
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct forged f;
	EVP_PKEY *key;

	(void)state;
	forge(&spec, &f);
	assert_int_equal(forged_judge(&f, &verdict, &why), ATT_OK);
	assert_true(verdict.has_format);
	assert_int_equal(verdict.format, ATT_FORMAT_PACKED);
	assert_true(verdict.has_auth_data);
	assert_memory_equal(verdict.aaguid, forge_aaguid, ATT_AAGUID_LEN);
	assert_int_equal(verdict.flags, 0x45);
	assert_int_equal(verdict.sign_count, 7);
	assert_int_equal(verdict.credential_id.len, 32);
	assert_int_equal(verdict.algorithm, -7);
	assert_int_equal(att_cose_key_make(&verdict.key, NULL, &key), ATT_OK);
	assert_int_equal(EVP_PKEY_eq(key, f.credential), 1);
	EVP_PKEY_free(key);
	assert_true(verdict.has_type);
	assert_int_equal(verdict.type, ATT_TYPE_BASIC);
	assert_true(verdict.has_anchor);
	assert_non_null(strstr(verdict.anchor.subject, "Forge root"));
	att_verdict_reset(&verdict);
	assert_null(verdict.key.algorithm);
	forged_reset(&f);
}

static void
a_refusal_names_the_model(void **state)
{
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_SIG_OTHER_KEY], &f);
	assert_int_equal(
	    forged_judge(&f, &verdict, &why), ATT_ERR_STATEMENT_SIGNATURE);
	assert_true(verdict.has_format);
	assert_true(verdict.has_auth_data);
	assert_memory_equal(verdict.aaguid, forge_aaguid, ATT_AAGUID_LEN);
	assert_false(verdict.has_type);
	att_verdict_reset(&verdict);
	forged_reset(&f);
}

/* As with keys that send their leaf alone, such as YubiKeys since 5.7.4. */
static void
a_missing_intermediate_is_named(void **state)
{
	struct att_reason why = { 0 };
	char issuer[256];
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_INTERMEDIATE_MISSING], &f);
	assert_int_equal(forged_judge(&f, NULL, &why), ATT_ERR_ANCHOR_UNKNOWN);
	assert_non_null(strstr(why.text, "an intermediate is missing"));
	att_certificate_print_name(
	    X509_get_issuer_name(f.certs[0]), issuer, sizeof(issuer));
	assert_non_null(strstr(why.text, issuer));
	forged_reset(&f);
}

static void
the_level_of_attestation_is_a_floor(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_SELF, &opts), ATT_ERR_ATTESTATION_SELF);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_NONE, &opts), ATT_ERR_ATTESTATION_NONE);
	opts.attestation = ATT_ATTESTATION_SELF;
	assert_int_equal(forge_judge_row(FORGE_FINE, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_FINE_SELF, &opts), ATT_OK);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_NONE, &opts), ATT_ERR_ATTESTATION_NONE);
	opts.attestation = ATT_ATTESTATION_NONE;
	assert_int_equal(forge_judge_row(FORGE_FINE, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_FINE_SELF, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_FINE_NONE, &opts), ATT_OK);
}

/* A statement that is there is checked, however little is asked for. */
static void
accepting_none_accepts_no_false_statement(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	opts.attestation = ATT_ATTESTATION_NONE;
	assert_int_equal(forge_judge_row(FORGE_SIG_OTHER_KEY, &opts),
	    ATT_ERR_STATEMENT_SIGNATURE);
	assert_int_equal(forge_judge_row(FORGE_SELF_OTHER_KEY, &opts),
	    ATT_ERR_STATEMENT_SIGNATURE);
	assert_int_equal(
	    forge_judge_row(FORGE_ROOT_UNKNOWN, &opts), ATT_ERR_ANCHOR_UNKNOWN);
}

static void
formats_switched_off_are_refused(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	opts.formats &= ~(1U << ATT_FORMAT_PACKED);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE, &opts), ATT_ERR_FORMAT_REFUSED);
}

static void
each_relaxation_is_one_option(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	opts.backup_eligible = true;
	assert_int_equal(forge_judge_row(FORGE_FLAGS_BE, &opts), ATT_OK);
	opts = forge_make_options();
	opts.require_aaguid_extension = false;
	assert_int_equal(
	    forge_judge_row(FORGE_CERT_AAGUID_MISSING, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_CERT_AAGUID_OTHER, &opts),
	    ATT_ERR_AAGUID_MISMATCH);
	opts = forge_make_options();
	opts.u2f_zero_aaguid = false;
	assert_int_equal(forge_judge_row(FORGE_U2F_AAGUID, &opts), ATT_OK);
	opts = forge_make_options();
	opts.x5c_extra = true;
	assert_int_equal(forge_judge_row(FORGE_X5C_UNRELATED, &opts), ATT_OK);
	opts = forge_make_options();
	opts.cbor_key_order = ATT_KEY_ORDER_ANY;
	assert_int_equal(
	    forge_judge_row(FORGE_OBJECT_UNORDERED, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_OBJECT_DUPLICATE, &opts),
	    ATT_ERR_CBOR_DUPLICATE_KEY);
	assert_int_equal(forge_judge_row(FORGE_COSE_UNORDERED, &opts),
	    ATT_ERR_CBOR_KEY_ORDER);
}

/* Encoded anew, and then it has to be the right signature all the same. */
static void
other_encodings_of_ecdsa_are_an_option(void **state)
{
	static const enum forge_defect others[] = { FORGE_SIG_NOT_MINIMAL,
		FORGE_U2F_SIG_NOT_MINIMAL, FORGE_ANDROID_SIG_NOT_MINIMAL };
	struct att_options opts = forge_make_options();

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(forge_judge_row(others[i], &opts),
		    ATT_ERR_SIGNATURE_ENCODING);
	opts.ecdsa_encoding = ATT_ECDSA_ENCODING_ANY;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(forge_judge_row(others[i], &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_FINE, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_TPM_FINE_RSA, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_SIG_OTHER_KEY, &opts),
	    ATT_ERR_STATEMENT_SIGNATURE);
	assert_int_equal(
	    forge_judge_row(FORGE_SIG_RAW, &opts), ATT_ERR_SIGNATURE_ENCODING);
	assert_int_equal(forge_judge_row(FORGE_SIG_TRAILING, &opts),
	    ATT_ERR_SIGNATURE_ENCODING);
}

static void
each_relaxation_for_tpms_is_one_option(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	opts.tpm_sha1 = true;
	assert_int_equal(forge_judge_row(FORGE_TPM_ALG_SHA1, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_TPM_NAME_SHA1, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_ALG_SHA1, &opts),
	    ATT_ERR_STATEMENT_ALGORITHM);
	assert_int_equal(forge_judge_row(FORGE_COSE_ALG_SHA1, &opts),
	    ATT_ERR_COSE_ALGORITHM);
	opts = forge_make_options();
	opts.tpm_vendor_check = false;
	assert_int_equal(forge_judge_row(FORGE_TPM_VENDOR_FIDO, &opts), ATT_OK);
	assert_int_equal(
	    forge_judge_row(FORGE_TPM_CERT_MANUFACTURER_NAME, &opts),
	    ATT_ERR_CERTIFICATE_PROFILE);
	opts = forge_make_options();
	opts.tpm_attributes_check = false;
	assert_int_equal(
	    forge_judge_row(FORGE_TPM_NOT_FIXED_TPM, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_TPM_PUBAREA_RESERVED, &opts),
	    ATT_ERR_TPM_PUBAREA);
}

/* The software that calls a TPM says which model it is. */
static void
the_model_of_a_tpm_is_a_claim(void **state)
{
	uint8_t ids[1][ATT_AAGUID_LEN];
	struct att_options opts = forge_make_options();

	(void)state;
	memcpy(ids[0], forge_aaguid, ATT_AAGUID_LEN);
	opts.aaguid_allow = (struct att_aaguids){ ids, 1 };
	assert_int_equal(
	    forge_judge_row(FORGE_TPM_FINE, &opts), ATT_ERR_AAGUID_REFUSED);
	assert_int_equal(forge_judge_row(FORGE_TPM_FINE_AAGUID, &opts), ATT_OK);
	opts.require_aaguid_extension = false;
	assert_int_equal(forge_judge_row(FORGE_TPM_FINE, &opts), ATT_OK);
	ids[0][0] ^= 1;
	assert_int_equal(
	    forge_judge_row(FORGE_TPM_FINE, &opts), ATT_ERR_AAGUID_REFUSED);
}

/* min_rsa_bits is about the credential and about who attests it. */
static void
small_rsa_keys_are_refused(void **state)
{
	const struct forge_spec specs[] = {
		{ .kind = FORGE_KIND_BASIC, .credential_alg = -257 },
		{ .kind = FORGE_KIND_BASIC, .attestation_alg = -257 },
	};
	struct att_options opts = forge_make_options();
	struct forged f;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		forge(&specs[i], &f);
		opts.min_rsa_bits = 2048;
		assert_int_equal(forged_judge_under(&f, &opts), ATT_OK);
		opts.min_rsa_bits = 2049;
		assert_int_equal(
		    forged_judge_under(&f, &opts), ATT_ERR_RSA_SIZE);
		forged_reset(&f);
	}
}

/* Every algorithm of the table, as credential and as attestation key. */
static void
accepts_every_algorithm(void **state)
{
	static const int32_t algs[] = { -7, -8, -257, -9, -35, -51, -36, -52,
		-47, -19, -53, -258, -259, -37, -38, -39 };
	struct att_reason why = { 0 };
	struct forged f;

	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		struct forge_spec spec = { .kind = FORGE_KIND_SELF,
			.credential_alg = algs[i] };

		forge(&spec, &f);
		assert_int_equal(forged_judge(&f, NULL, &why), ATT_OK);
		forged_reset(&f);
		if (algs[i] == -257 || algs[i] < -257)
			continue; /* RSA again only slows this down */
		spec = (struct forge_spec){ .kind = FORGE_KIND_BASIC,
			.attestation_alg = algs[i] };
		forge(&spec, &f);
		assert_int_equal(forged_judge(&f, NULL, &why), ATT_OK);
		forged_reset(&f);
	}
}

static void
without_anchors_only_self_and_none_pass(void **state)
{
	static const enum forge_kind kinds[] = { FORGE_KIND_BASIC,
		FORGE_KIND_SELF, FORGE_KIND_NONE };
	struct att_options opts = forge_make_options_for(FORGE_KIND_NONE);
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct forged f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const struct forge_spec spec = { .kind = kinds[i] };
		struct att_evidence evidence;

		forge(&spec, &f);
		evidence = forged_get_evidence(&f);
		assert_int_equal(att_attestation_verify(&evidence, &opts,
				     &(struct att_trust){ 0 }, &verdict, &why),
		    i == 0 ? ATT_ERR_ANCHOR_UNKNOWN : ATT_OK);
		forged_reset(&f);
	}
	att_verdict_reset(&verdict);
}

static void
names_every_attestation_type(void **state)
{
	(void)state;
	assert_string_equal(att_attestation_type_name(ATT_TYPE_NONE), "none");
	assert_string_equal(att_attestation_type_name(ATT_TYPE_SELF), "self");
	assert_string_equal(att_attestation_type_name(ATT_TYPE_BASIC), "basic");
	assert_string_equal(att_attestation_type_name(ATT_TYPE_ATTCA), "attca");
	assert_string_equal(
	    att_attestation_type_name(ATT_TYPE_ANONCA), "anonca");
	assert_string_equal(
	    att_attestation_type_name(ATT_TYPE_COMPOUND), "compound");
}

int
main(void)
{
	static const struct CMUnitTest whole[] = {
		cmocka_unit_test(fills_the_verdict),
		cmocka_unit_test(a_refusal_names_the_model),
		cmocka_unit_test(a_missing_intermediate_is_named),
		cmocka_unit_test(the_level_of_attestation_is_a_floor),
		cmocka_unit_test(accepting_none_accepts_no_false_statement),
		cmocka_unit_test(formats_switched_off_are_refused),
		cmocka_unit_test(each_relaxation_is_one_option),
		cmocka_unit_test(other_encodings_of_ecdsa_are_an_option),
		cmocka_unit_test(each_relaxation_for_tpms_is_one_option),
		cmocka_unit_test(the_model_of_a_tpm_is_a_claim),
		cmocka_unit_test(small_rsa_keys_are_refused),
		cmocka_unit_test(accepts_every_algorithm),
		cmocka_unit_test(without_anchors_only_self_and_none_pass),
		cmocka_unit_test(names_every_attestation_type),
	};
	struct CMUnitTest rows[FORGE_COUNT];
	int failed;

	for (size_t i = 0; i < FORGE_COUNT; i++) {
		rows[i] = (struct CMUnitTest)cmocka_unit_test(judges_as_forged);
		rows[i].name = forge_rows[i].name;
		rows[i].initial_state = (void *)(uintptr_t)&forge_rows[i];
	}
	failed = cmocka_run_group_tests_name("forged", rows, NULL, NULL);
	failed += cmocka_run_group_tests_name("verify", whole, NULL, NULL);
	return failed != 0;
}
