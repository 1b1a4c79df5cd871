/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ways round that were found in other verifiers of attestation, each a
 * test that is named after it, and those that were looked for in this one.
 * found_in is the project and its issue, pull request or advisory. CHECKS.md
 * has the same list.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <openssl/pem.h>

#include "codec/signature.h"
#include "forge.h"

enum {
	ROWS_MAX = 12
};

/* Each of the rows of forge.def is refused for what is wrong with it. */
struct bypass {
	const char *name;
	const char *found_in;
	enum forge_defect rows[ROWS_MAX]; /* FORGE_FINE ends the list */
};

#define ROW(row) FORGE_##row
static const struct bypass bypasses[] = {
	{ "none_although_attestation_is_required",
	    "Keycloak CVE-2025-12150 (#43723), java-webauthn-server #100",
	    { ROW(COMPOUND_NONE), ROW(COMPOUND_SELF) } },
	{ "tpm_check_skipped_for_okp_credentials", "fido2-net-lib #671",
	    { ROW(TPM_KEY_OKP), ROW(TPM_KEY_OTHER_TYPE) } },
	{ "tpm_exponent_read_little_endian", "fido2-net-lib #671",
	    { ROW(TPM_KEY_EXPONENT), ROW(TPM_KEY_EXPONENT_SWAPPED) } },
	{ "android_key_lists_fail_open", "fido2-net-lib #671",
	    { ROW(ANDROID_LISTS_EMPTY), ROW(ANDROID_DESCRIPTION_SHORT),
		ROW(ANDROID_DESCRIPTION_ONE_LIST),
		ROW(ANDROID_DESCRIPTION_INDEFINITE),
		ROW(ANDROID_DESCRIPTION_TRAILING),
		ROW(ANDROID_DESCRIPTION_MISSING) } },
	{ "platform_roots_not_pinned", "fido2-net-lib #671",
	    { ROW(APPLE_ROOT_UNKNOWN), ROW(APPLE_CERT_SELF_SIGNED),
		ROW(TPM_SELF_SIGNED) } },
	{ "malformed_input_denies_service", "fido2-net-lib #671",
	    { ROW(STATEMENT_HUGE), ROW(STATEMENT_DEEP), ROW(AUTHDATA_SHORT),
		ROW(CREDENTIAL_ID_TRUNCATED), ROW(TPM_PUBAREA_EMPTY),
		ROW(TPM_CERTINFO_EMPTY), ROW(SAFETYNET_JWS_EMPTY) } },
	{ "root_not_compared_at_all", "fido2-net-lib #158",
	    { ROW(ROOT_UNKNOWN), ROW(ROOT_OTHER_KEY),
		ROW(U2F_ROOT_OTHER_KEY) } },
	{ "tpm_certificate_not_checked", "go-webauthn #725",
	    { ROW(TPM_CERT_AAGUID_OTHER), ROW(TPM_CERT_NO_CONSTRAINTS),
		ROW(TPM_CERT_CA), ROW(TPM_CERT_NO_MANUFACTURER),
		ROW(TPM_VENDOR_FIDO), ROW(TPM_VENDOR_ZERO) } },
	{ "android_key_origin_and_or_confusion", "go-webauthn #729, #493",
	    { ROW(ANDROID_ORIGIN_SPLIT), ROW(ANDROID_ORIGIN_SPLIT_OTHER),
		ROW(ANDROID_ORIGIN_SOFTWARE), ROW(ANDROID_PURPOSE_SOFTWARE) } },
	{ "android_key_origin_and_purpose_never_checked",
	    "web-auth/webauthn-framework #928",
	    { ROW(ANDROID_ORIGIN_IMPORTED), ROW(ANDROID_ORIGIN_MISSING),
		ROW(ANDROID_PURPOSE_ENCRYPT), ROW(ANDROID_PURPOSE_MISSING),
		ROW(ANDROID_PURPOSE_EMPTY) } },
	{ "curve_not_bound_to_algorithm", "go-webauthn #752, libfido2",
	    { ROW(COSE_CURVE), ROW(COSE_KEY_TYPE), ROW(COSE_EDDSA_ED448),
		ROW(ALG_OTHER_CURVE), ROW(ALG_OTHER_TYPE), ROW(U2F_KEY_P384),
		ROW(U2F_KEY_K256), ROW(TPM_ALG_OTHER_CURVE),
		ROW(APPLE_KEY_P384) } },
	{ "trailing_cbor_accepted", "go-webauthn #762",
	    { ROW(OBJECT_TRAILING), ROW(AUTHDATA_TRAILING),
		ROW(EXTENSIONS_TRAILING) } },
	{ "non_canonical_der_accepted",
	    "go-webauthn #744, web-auth/cose-lib #167",
	    { ROW(SIG_NOT_MINIMAL), ROW(SIG_TRAILING), ROW(SIG_RAW),
		ROW(U2F_SIG_NOT_MINIMAL), ROW(ANDROID_SIG_NOT_MINIMAL),
		ROW(X5C_ELEMENT_TRAILING) } },
	{ "packed_certificate_profile_not_checked", "Janssen #14365, #14371",
	    { ROW(CERT_V1), ROW(CERT_CA), ROW(CERT_NO_CONSTRAINTS),
		ROW(CERT_NO_C), ROW(CERT_NO_O), ROW(CERT_NO_OU),
		ROW(CERT_OTHER_OU), ROW(CERT_NO_CN) } },
	{ "aaguid_extension_not_checked",
	    "Janssen #14371, webauthn-rs #117, #118",
	    { ROW(CERT_AAGUID_OTHER), ROW(CERT_AAGUID_MISSING),
		ROW(CERT_AAGUID_CRITICAL), ROW(CERT_AAGUID_UNWRAPPED),
		ROW(CERT_AAGUID_TRAILING) } },
	{ "self_attestation_alg_never_compared", "vouch-sh #1102, libfido2",
	    { ROW(SELF_OTHER_ALG), ROW(SELF_OTHER_KEY) } },
	{ "trust_anchor_of_the_chain_unused",
	    "privacyidea #2097, #3262, SimpleWebAuthn #647, #650",
	    { ROW(CERT_SELF_SIGNED), ROW(ROOT_UNKNOWN),
		ROW(INTERMEDIATE_MISSING), ROW(U2F_CERT_SELF_SIGNED) } },
	{ "intermediate_that_is_no_ca", "SimpleWebAuthn 14.0.3",
	    { ROW(INTERMEDIATE_NOT_CA), ROW(INTERMEDIATE_NO_CERT_SIGN) } },
	{ "attested_key_not_compared", "Secretive #603, python-fido2 (apple)",
	    { ROW(APPLE_KEY_OTHER), ROW(ANDROID_KEY_OTHER), ROW(TPM_KEY_X),
		ROW(TPM_KEY_Y), ROW(TPM_KEY_MODULUS), ROW(TPM_NAME_OTHER),
		ROW(SIG_CREDENTIAL_KEY) } },
	{ "u2f_reads_an_rsa_key_as_a_point", "libfido2 1.12.0",
	    { ROW(U2F_CREDENTIAL_RSA), ROW(U2F_CREDENTIAL_ED25519),
		ROW(U2F_CREDENTIAL_ES384) } },
	{ "credential_key_off_the_curve", "libfido2 1.12.0, SimpleWebAuthn 14",
	    { ROW(COSE_OFF_CURVE), ROW(COSE_X_OVER_P), ROW(COSE_ZERO_POINT),
		ROW(COSE_ED25519_OFF_CURVE) } },
	{ "credential_key_with_more_in_it", "libfido2 1.12.0, python-fido2",
	    { ROW(COSE_PRIVATE), ROW(COSE_EXTRA), ROW(COSE_LONG_NUMBER),
		ROW(COSE_DUPLICATE) } },
	{ "safetynet_true_as_text", "SimpleWebAuthn 14.0.3",
	    { ROW(SAFETYNET_PROFILE_TEXT), ROW(SAFETYNET_TIME_TEXT) } },
	{ "safetynet_host_by_its_beginning", "derived here",
	    { ROW(SAFETYNET_HOST_SUFFIX), ROW(SAFETYNET_HOST_PREFIX),
		ROW(SAFETYNET_HOST_WILDCARD) } },
	{ "jws_of_algorithm_none", "RFC 8725 section 2.1",
	    { ROW(SAFETYNET_ALG_NONE), ROW(SAFETYNET_ALG_HMAC) } },
	{ "android_key_signs_for_another_format", "looked for here",
	    { ROW(U2F_CERT_ANDROID), ROW(CERT_ANDROID),
		ROW(ANDROID_CHAIN_DESCRIBED) } },
	{ "web_certificate_signs_for_another_format", "looked for here",
	    { ROW(U2F_CERT_USAGE), ROW(CERT_USAGE), ROW(APPLE_CERT_USAGE),
		ROW(ANDROID_CERT_USAGE) } },
	{ "software_calls_itself_a_trusted_environment", "looked for here",
	    { ROW(ANDROID_LEVEL_ATTESTATION), ROW(ANDROID_LEVEL_KEY) } },
	{ "anybody_signs_for_a_key_of_small_order", "looked for here",
	    { ROW(COSE_ED25519_WEAK) } },
	{ "u2f_flags_that_nothing_signed", "looked for here",
	    { ROW(U2F_FLAGS_UV), ROW(U2F_FLAGS_BE), ROW(U2F_FLAGS_ED),
		ROW(U2F_AAGUID) } },
	{ "copied_from_another_registration", "looked for here",
	    { ROW(APPLE_NONCE_OTHER), ROW(ANDROID_CHALLENGE_OTHER),
		ROW(TPM_EXTRA_DATA_OTHER), ROW(SAFETYNET_NONCE_OTHER),
		ROW(SIG_OTHER_CLIENT_DATA), ROW(U2F_SIG_OTHER_RP_ID) } },
	{ "u2f_and_packed_signatures_confused", "looked for here",
	    { ROW(U2F_SIG_AS_PACKED), ROW(TPM_SIG_AS_PACKED) } },
};
#undef ROW
enum {
	BYPASS_COUNT = sizeof(bypasses) / sizeof(bypasses[0])
};

static void
is_closed(void **state)
{
	const struct bypass *bypass = *state;

	for (size_t i = 0; i < ROWS_MAX && bypass->rows[i] != FORGE_FINE; i++) {
		const struct forge_row *row = &forge_rows[bypass->rows[i]];
		struct att_reason why = { 0 };
		struct forged f;
		enum att_err err;

		assert_int_not_equal(row->error, ATT_OK);
		forge_row(row, &f);
		if ((err = forged_judge(&f, NULL, &why)) != row->error)
			fail_msg("%s, found in %s: %s gives %s: %s",
			    bypass->name, bypass->found_in, row->name,
			    att_err_code(err), why.text);
		forged_reset(&f);
	}
}

/* Keycloak CVE-2025-12150 */
static void
none_or_self_where_attestation_is_required(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	opts.formats = (1U << ATT_FORMAT_COUNT) - 1;
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_NONE, &opts), ATT_ERR_ATTESTATION_NONE);
	assert_int_equal(
	    forge_judge_row(FORGE_FINE_SELF, &opts), ATT_ERR_ATTESTATION_SELF);
}

/* Keycloak CVE-2026-6856 (#48388) */
static void
aaguid_allow_list_passed_by_self_attestation(void **state)
{
	static const enum forge_defect claims[] = { FORGE_FINE_SELF,
		FORGE_FINE_NONE, FORGE_U2F_FINE, FORGE_U2F_FINE_MODEL,
		FORGE_U2F_AAGUID, FORGE_ANDROID_FINE, FORGE_TPM_FINE,
		FORGE_SAFETYNET_FINE };
	struct att_options opts = forge_make_options();
	uint8_t ids[2][ATT_AAGUID_LEN] = { { 0 } };

	(void)state;
	memcpy(ids[1], forge_aaguid, ATT_AAGUID_LEN);
	opts.attestation = ATT_ATTESTATION_NONE;
	opts.formats = (1U << ATT_FORMAT_COUNT) - 1;
	opts.u2f_zero_aaguid = false;
	opts.aaguid_allow = (struct att_aaguids){ ids, 2 };
	assert_int_equal(forge_judge_row(FORGE_FINE, &opts), ATT_OK);
	for (size_t i = 0; i < sizeof(claims) / sizeof(claims[0]); i++)
		assert_int_equal(
		    forge_judge_row(claims[i], &opts), ATT_ERR_AAGUID_REFUSED);
}

/*
 * Keycloak CVE-2026-8830 (#49133): who asks compares; here the verdict tells,
 * and what no request of ours may ever have asked for is refused. That the
 * verifier compares is tests/module/case_misbehave.sh, wrong-algorithm.
 */
static void
algorithm_that_was_not_requested(void **state)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
		.credential_alg = -35 };
	struct att_options opts = forge_make_options();
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct forged f;

	(void)state;
	forge(&spec, &f);
	assert_int_equal(forged_judge(&f, &verdict, &why), ATT_OK);
	assert_int_equal(verdict.algorithm, -35);
	att_verdict_reset(&verdict);
	forged_reset(&f);
	opts.tpm_sha1 = true;
	assert_int_equal(forge_judge_row(FORGE_COSE_ALG_SHA1, &opts),
	    ATT_ERR_COSE_ALGORITHM);
}

/* Keycloak #48439: what OpenSSL would trust for TLS vouches for nothing. */
static void
tls_trust_store_as_attestation_trust_store(void **state)
{
	struct att_options opts = forge_make_options();
	char path[] = "roots-of-tls-XXXXXX";
	struct att_anchors *anchors = NULL;
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct att_evidence evidence;
	struct forged f;
	FILE *file;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE], &f);
	assert_non_null(file = fdopen(mkstemp(path), "w"));
	assert_int_equal(PEM_write_X509(file, f.root), 1);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(setenv("SSL_CERT_FILE", path, 1), 0);
	evidence = forged_get_evidence(&f);
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(
	    att_attestation_verify(&evidence, &opts,
		&(struct att_trust){ .anchors = anchors }, &verdict, &why),
	    ATT_ERR_ANCHOR_UNKNOWN);
	assert_int_equal(att_attestation_verify(&evidence, &opts,
			     &(struct att_trust){ 0 }, &verdict, &why),
	    ATT_ERR_ANCHOR_UNKNOWN);
	att_anchors_free(&anchors);
	unsetenv("SSL_CERT_FILE");
	assert_int_equal(unlink(path), 0);
	att_verdict_reset(&verdict);
	forged_reset(&f);
}

/*
 * Good statements that others refused: go-webauthn #342, #345 (intermediates
 * in x5c) and #728 (the key usage of TPM keys).
 */
static void
intermediates_of_x5c_and_usage_of_tpm_keys_are_known(void **state)
{
	const struct att_options opts = forge_make_options();

	(void)state;
	assert_int_equal(forge_judge_row(FORGE_FINE_CHAIN, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_TPM_FINE, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_TPM_FINE_RSA, &opts), ATT_OK);
}

/* A number of DER that is shorter, and one that a zero keeps from being
 * negative: fido2-lib #118. */
static void
der_numbers_with_zeros_mishandled(void **state)
{
	static const char text[] = "signed";
	const struct att_bytes part = att_bytes(text, sizeof(text));
	const struct att_signed_data data = { &part, 1 };
	EVP_PKEY *key = forge_key(-7);
	bool is_short = false, is_padded = false;

	(void)state;
	for (int i = 0; i < 20000 && !(is_short && is_padded); i++) {
		struct att_reason why = { 0 };
		struct att_buf sig;

		att_buf_init(&sig, 256);
		forge_sign(key, -7, part, &sig);
		if (sig.ptr[3] < 32 || sig.ptr[3] == 33) {
			is_short |= sig.ptr[3] < 32;
			is_padded |= sig.ptr[3] == 33;
			assert_int_equal(
			    att_signature_verify(att_cose_algorithm_find(-7),
				key, &data, att_buf_get(&sig), &why),
			    ATT_OK);
		}
		att_buf_reset(&sig);
	}
	assert_true(is_short && is_padded);
	EVP_PKEY_free(key);
}

int
main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(none_or_self_where_attestation_is_required),
		cmocka_unit_test(aaguid_allow_list_passed_by_self_attestation),
		cmocka_unit_test(algorithm_that_was_not_requested),
		cmocka_unit_test(tls_trust_store_as_attestation_trust_store),
		cmocka_unit_test(
		    intermediates_of_x5c_and_usage_of_tpm_keys_are_known),
		cmocka_unit_test(der_numbers_with_zeros_mishandled),
	};
	struct CMUnitTest rows[BYPASS_COUNT];
	int failed;

	for (size_t i = 0; i < BYPASS_COUNT; i++) {
		rows[i] = (struct CMUnitTest)cmocka_unit_test(is_closed);
		rows[i].name = bypasses[i].name;
		rows[i].initial_state = (void *)(uintptr_t)&bypasses[i];
	}
	failed = cmocka_run_group_tests_name("bypasses", rows, NULL, NULL);
	failed += cmocka_run_group_tests_name("others", others, NULL, NULL);
	return failed != 0;
}
