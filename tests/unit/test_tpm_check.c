/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of judging what a TPM says before it is sent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "maa/tpm_check.h"
#include "tpm_double.h"

static const uint8_t challenge[16] = "a challenge";
static struct tpm_double tpm;
static struct att_reason why;

static struct att_bytes
asked(void)
{
	return att_bytes(challenge, sizeof(challenge));
}

static int
begin(void **state)
{
	(void)state;
	tpm_double_begin(&tpm, asked());
	return 0;
}

static int
begin_guest(void **state)
{
	(void)state;
	tpm_double_begin_guest(&tpm);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	tpm_double_end(&tpm);
	return 0;
}

static void
expect_refusal(enum att_err err, const char *text)
{
	assert_int_equal(err, ATT_ERR_TPM_EVIDENCE);
	if (strstr(why.text, text) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", why.text, text);
}

static enum att_err
check(void)
{
	struct att_tpm_evidence evidence;
	struct att_tpm_checked checked;

	tpm_double_say(&tpm, &evidence);
	return att_tpm_evidence_check(&evidence, asked(), &checked, &why);
}

static enum att_err
check_guest(void)
{
	struct att_tpm_guest_evidence evidence;
	struct att_tpm_checked checked;

	tpm_double_say_guest(&tpm, &evidence);
	return att_tpm_guest_check(&evidence, &checked, &why);
}

static void
believes_what_is_right(void **state)
{
	struct att_tpm_evidence evidence;
	struct att_tpm_checked checked;

	(void)state;
	tpm_double_say(&tpm, &evidence);
	assert_int_equal(
	    att_tpm_evidence_check(&evidence, asked(), &checked, &why), ATT_OK);
	assert_int_equal(checked.aik.modulus.len, 256);
	assert_int_equal(checked.key.scheme, ATT_TPM_ALG_RSAPSS);
	tpm.has_certificate = true;
	assert_int_equal(check(), ATT_OK);
	tpm.aik.scheme = ATT_TPM_ALG_RSAPSS;
	tpm.aik.hash = ATT_TPM_ALG_SHA384;
	tpm.quote.scheme = tpm.certification.scheme = ATT_TPM_ALG_RSAPSS;
	tpm.quote.hash = tpm.certification.hash = ATT_TPM_ALG_SHA384;
	assert_int_equal(check(), ATT_OK);
	tpm.key.scheme = ATT_TPM_ALG_NULL;
	assert_int_equal(check(), ATT_OK);
	tpm.quoted = tpm.told = 1 << 7;
	assert_int_equal(check(), ATT_OK);
}

/* --- What may be wrong ---------------------------------------------------- */

#define DEFECT(name, change)                                                   \
	static void name(void)                                                 \
	{                                                                      \
		change;                                                        \
	}

/* Of both kinds of evidence. */
DEFECT(old_quote, tpm.quote.extra = att_bytes("an old one", 10))
DEFECT(old_certification, tpm.certification.extra = att_bytes("an old one", 10))
DEFECT(quote_is_not_made_by_a_tpm, tpm.quote.magic = 0xff544348)
DEFECT(quote_is_a_certification, tpm.quote.type = ATT_TPM_ST_ATTEST_CERTIFY)
DEFECT(quote_is_cut, tpm.quote.cut = 1)
DEFECT(quote_by_another, tpm.quote.signer = TPM_DOUBLE_OTHER)
DEFECT(certified_by_another, tpm.certification.signer = TPM_DOUBLE_OTHER)
DEFECT(certification_is_not_made_by_a_tpm, tpm.certification.magic = 0)
DEFECT(
    certification_is_a_quote, tpm.certification.type = ATT_TPM_ST_ATTEST_QUOTE)
DEFECT(certification_is_cut, tpm.certification.cut = 1)
DEFECT(certifies_another, tpm.certified = TPM_DOUBLE_OTHER)
DEFECT(shows_another, tpm.key.key = TPM_DOUBLE_OTHER)
DEFECT(other_values, tpm.has_other_values = true)
DEFECT(fewer_values, tpm.told = 0xfe)
DEFECT(fewer_quoted, tpm.quoted = 0xfe)
DEFECT(other_bank, tpm.quoted_bank = ATT_TPM_ALG_SHA384)
DEFECT(nothing_quoted, tpm.quoted = tpm.told = 0)
DEFECT(another_certificate, tpm.has_certificate = true;
       tpm.certificate_of = TPM_DOUBLE_OTHER)
DEFECT(aik_signs_anything, tpm.aik.attributes &= ~ATT_TPM_RESTRICTED)
DEFECT(aik_does_not_sign, tpm.aik.attributes &= ~ATT_TPM_SIGN)
DEFECT(aik_decrypts, tpm.aik.attributes |= ATT_TPM_DECRYPT)
DEFECT(aik_is_ecc, tpm.aik.is_ecc = true)
DEFECT(key_is_ecc, tpm.key.is_ecc = true)
DEFECT(key_may_leave, tpm.key.attributes &= ~ATT_TPM_FIXED_TPM)
DEFECT(key_was_imported, tpm.key.attributes &= ~ATT_TPM_SENSITIVE_DATA_ORIGIN)
DEFECT(key_may_move, tpm.key.attributes &= ~ATT_TPM_FIXED_PARENT)
DEFECT(key_is_restricted, tpm.key.attributes |= ATT_TPM_RESTRICTED)

/* Of a report of TPMs alone. */
DEFECT(aik_was_imported, tpm.aik.attributes &= ~ATT_TPM_SENSITIVE_DATA_ORIGIN)
DEFECT(aik_may_leave, tpm.aik.attributes &= ~ATT_TPM_FIXED_TPM)
DEFECT(quoted_by_another_scheme, tpm.quote.scheme = ATT_TPM_ALG_RSAPSS)
DEFECT(
    certified_by_another_scheme, tpm.certification.scheme = ATT_TPM_ALG_RSAPSS)
DEFECT(quoted_by_sha1, tpm.aik.hash = tpm.quote.hash = ATT_TPM_ALG_SHA1)
DEFECT(key_does_not_sign, tpm.key.attributes &= ~ATT_TPM_SIGN)
DEFECT(key_signs_by_rsassa, tpm.key.scheme = ATT_TPM_ALG_RSASSA)
DEFECT(key_signs_by_sha384, tpm.key.hash = ATT_TPM_ALG_SHA384)

/* Of a machine of Azure alone. */
DEFECT(ephemeral_key_signs, tpm.key.attributes |= ATT_TPM_SIGN)
DEFECT(ephemeral_key_does_not_decrypt, tpm.key.attributes &= ~ATT_TPM_DECRYPT)

struct row {
	void (*change)(void);
	const char *text;
};

static const struct row of_both[] = {
	{ old_quote, "the quote is for another challenge" },
	{ old_certification, "the certification is for another challenge" },
	{ quote_is_not_made_by_a_tpm,
	    "the quote cannot be read: quoted: magic" },
	{ quote_is_a_certification, "the quote cannot be read: quoted: type" },
	{ quote_is_cut, "the quote cannot be read" },
	{ quote_by_another, "the quote is not signed by the AIK" },
	{ certified_by_another, "the certification is not signed by the AIK" },
	{ certification_is_not_made_by_a_tpm, "the certification cannot be" },
	{ certification_is_a_quote, "the certification cannot be read" },
	{ certification_is_cut, "the certification cannot be read" },
	{ certifies_another, "the certification is of another key" },
	{ shows_another, "the certification is of another key" },
	{ other_values, "is not of the PCR values that came with it" },
	{ fewer_values, "values came of 0x0000fe" },
	{ fewer_quoted, "the quote is of PCRs 0x0000fe" },
	{ other_bank, "of bank 0x000c, values came" },
	{ nothing_quoted, "the quote is of PCRs 0x000000" },
	{ another_certificate, "the certificate of the AIK is of another key" },
	{ aik_signs_anything, "have to be set" },
	{ aik_does_not_sign, "have to be set" },
	{ aik_decrypts, "have to be set" },
	{ aik_is_ecc, "is not an RSA key" },
	{ key_is_ecc, "key is not an RSA key" },
	{ key_may_leave, "key has attributes" },
	{ key_was_imported, "key has attributes" },
	{ key_may_move, "key has attributes" },
	{ key_is_restricted, "key " },
};

static void
says_what_is_wrong(void **state)
{
	static const struct row rows[] = {
		{ aik_was_imported, "the AIK has attributes" },
		{ aik_may_leave, "the AIK has attributes" },
		{ quoted_by_another_scheme,
		    "the quote is signed by another scheme" },
		{ certified_by_another_scheme,
		    "the certification is signed by another scheme" },
		{ quoted_by_sha1, "the quote is signed over SHA-1" },
		{ key_does_not_sign, "the request key has attributes" },
		{ key_signs_by_rsassa,
		    "the request key signs by scheme 0x0014" },
		{ key_signs_by_sha384, "hash 0x000c, expected RSAPSS" },
	};
	const size_t both = sizeof(of_both) / sizeof(of_both[0]);

	(void)state;
	for (size_t i = 0; i < both + sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row =
		    i < both ? &of_both[i] : &rows[i - both];

		tpm_double_end(&tpm);
		tpm_double_begin(&tpm, asked());
		tpm.quoted = tpm.told = 0xff;
		row->change();
		expect_refusal(check(), row->text);
	}
}

static void
says_what_is_wrong_of_a_guest(void **state)
{
	static const struct row rows[] = {
		{ ephemeral_key_signs, "the ephemeral key has attributes" },
		{ ephemeral_key_does_not_decrypt,
		    "the ephemeral key has attributes" },
	};
	const size_t both = sizeof(of_both) / sizeof(of_both[0]);

	(void)state;
	for (size_t i = 0; i < both + sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row =
		    i < both ? &of_both[i] : &rows[i - both];

		tpm_double_end(&tpm);
		tpm_double_begin_guest(&tpm);
		row->change();
		expect_refusal(check_guest(), row->text);
	}
}

static void
believes_a_guest(void **state)
{
	(void)state;
	assert_int_equal(check_guest(), ATT_OK);
	/* The AK of a virtual machine is made by its host. */
	tpm.aik.attributes &= ~ATT_TPM_BOUND;
	tpm.has_certificate = true;
	assert_int_equal(check_guest(), ATT_OK);
}

static void
expects_whole_structures_of_a_guest(void **state)
{
	struct att_tpm_guest_evidence evidence, cut;
	struct att_tpm_checked checked;

	(void)state;
	tpm_double_say_guest(&tpm, &evidence);
	cut = evidence;
	cut.aik_public.len--;
	expect_refusal(att_tpm_guest_check(&cut, &checked, &why),
	    "the AK is not a TPM2B_PUBLIC");
	cut = evidence;
	cut.key_public.len = 1;
	expect_refusal(att_tpm_guest_check(&cut, &checked, &why),
	    "the ephemeral key is not a TPM2B_PUBLIC");
	cut = evidence;
	cut.quote_signature.len--;
	expect_refusal(att_tpm_guest_check(&cut, &checked, &why),
	    "the quote is not signed");
}

static void
expects_values_of_every_bank(void **state)
{
	struct att_tpm_evidence evidence, changed;
	struct att_tpm_checked checked;

	(void)state;
	tpm_double_say(&tpm, &evidence);
	changed = evidence;
	changed.bank_count = 0;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "no PCR was quoted");
	changed.bank_count = 3;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "no PCR was quoted");
	changed.bank_count = 2;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "the quote is of 1 banks of PCRs, values came of 2");
	changed = evidence;
	changed.banks[0].digests.len--;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "24 PCRs of bank 0x000b came with 767 bytes");
	changed = evidence;
	changed.quote_signature.len--;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "the signature of the quote cannot be read");
	changed = evidence;
	changed.certification_signature.len--;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "the signature of the certification cannot be read");
	changed = evidence;
	changed.aik_certificate = evidence.quote;
	expect_refusal(
	    att_tpm_evidence_check(&changed, asked(), &checked, &why),
	    "the certificate of the AIK:");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    believes_what_is_right, begin, end),
		cmocka_unit_test_setup_teardown(says_what_is_wrong, begin, end),
		cmocka_unit_test_setup_teardown(
		    says_what_is_wrong_of_a_guest, begin, end),
		cmocka_unit_test_setup_teardown(
		    believes_a_guest, begin_guest, end),
		cmocka_unit_test_setup_teardown(
		    expects_whole_structures_of_a_guest, begin_guest, end),
		cmocka_unit_test_setup_teardown(
		    expects_values_of_every_bank, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, tpm_double_drop_keys);
}
