/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the table of formats and of what the formats share. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

static void
runs_the_format_of_the_object(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_FINE);
	assert_int_equal(
	    att_statement_verify(&o.statement, &o.result, &o.why), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_BASIC);
	close_opened(&o);
	open_row(&o, FORGE_FINE_NONE);
	assert_int_equal(
	    att_statement_verify(&o.statement, &o.result, &o.why), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_NONE);
	close_opened(&o);
	open_row(&o, FORGE_TPM_FINE);
	assert_int_equal(
	    att_statement_verify(&o.statement, &o.result, &o.why), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_ATTCA);
	close_opened(&o);
}

static void
reads_a_chain(void **state)
{
	const struct att_cbor_item *x5c;
	struct opened o;

	(void)state;
	open_row(&o, FORGE_FINE_CHAIN);
	x5c = att_cbor_get_first(o.statement.map);
	for (int i = 0; i < 5; i++)
		x5c = att_cbor_get_next(o.statement.doc, x5c);
	assert_int_equal(
	    att_statement_read_x5c(&o.statement, x5c, &o.result, &o.why),
	    ATT_OK);
	assert_int_equal(o.result.count, 2);
	att_statement_result_reset(&o.result);
	assert_int_equal(o.result.count, 0);
	assert_null(o.result.x5c[0]);
	/* A value that is no array. */
	assert_int_equal(att_statement_read_x5c(
			     &o.statement, o.statement.map, &o.result, &o.why),
	    ATT_ERR_STATEMENT_MALFORMED);
	close_opened(&o);
}

static enum att_err
check_aaguid(enum forge_defect defect, bool is_required)
{
	struct att_certificate *leaf;
	struct opened o;
	enum att_err err;

	open_row(&o, defect);
	leaf = forge_decode(o.forged.certs[0]);
	o.opts.require_aaguid_extension = is_required;
	err = att_statement_check_aaguid(&o.statement, leaf, &o.why);
	assert_int_equal(o.why.code, err);
	att_certificate_free(&leaf);
	close_opened(&o);
	return err;
}

static void
compares_the_aaguid(void **state)
{
	(void)state;
	assert_int_equal(check_aaguid(FORGE_FINE, true), ATT_OK);
	assert_int_equal(check_aaguid(FORGE_CERT_AAGUID_MISSING, true),
	    ATT_ERR_AAGUID_MISSING);
	assert_int_equal(
	    check_aaguid(FORGE_CERT_AAGUID_MISSING, false), ATT_OK);
	/* The certificate of a TPM need not name the model. */
	assert_int_equal(check_aaguid(FORGE_TPM_FINE, true), ATT_OK);
	assert_int_equal(check_aaguid(FORGE_TPM_CERT_AAGUID_OTHER, true),
	    ATT_ERR_AAGUID_MISMATCH);
	assert_int_equal(check_aaguid(FORGE_CERT_AAGUID_OTHER, false),
	    ATT_ERR_AAGUID_MISMATCH);
	assert_int_equal(check_aaguid(FORGE_CERT_AAGUID_UNWRAPPED, false),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_int_equal(check_aaguid(FORGE_CERT_AAGUID_CRITICAL, false),
	    ATT_ERR_CERTIFICATE_PROFILE);
}

static void
holds_the_attestation_key_to_its_size(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_TPM_FINE_RSA);
	assert_int_equal(att_statement_check_rsa_size(
			     &o.statement, o.forged.attestation, &o.why),
	    ATT_OK);
	o.opts.min_rsa_bits = 3072;
	assert_int_equal(att_statement_check_rsa_size(
			     &o.statement, o.forged.attestation, &o.why),
	    ATT_ERR_RSA_SIZE);
	assert_non_null(strstr(o.why.text, "2048"));
	close_opened(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_the_format_of_the_object),
		cmocka_unit_test(reads_a_chain),
		cmocka_unit_test(compares_the_aaguid),
		cmocka_unit_test(holds_the_attestation_key_to_its_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
