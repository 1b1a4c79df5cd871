/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the fido-u2f statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

static bool
is_mine(const struct forge_row *row)
{
	return row->kind == FORGE_KIND_U2F;
}

static void
judges_as_forged(void **state)
{
	(void)state;
	judge_rows(is_mine);
}

/* Basic, of one certificate, and authenticator data stays a claim. */
static void
gives_type_and_path(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_U2F_FINE);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_BASIC);
	assert_int_equal(o.result.count, 1);
	assert_true(forge_is_same(o.result.x5c[0], o.forged.certs[0]));
	assert_false(o.result.covers_auth_data);
	close_opened(&o);
}

/* There is no such extension in U2F, so none can be required. */
static void
wants_no_model_in_the_certificate(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_U2F_FINE);
	o.opts.require_aaguid_extension = true;
	assert_int_equal(verify_opened(&o), ATT_OK);
	close_opened(&o);
}

/* Every flag but UP and AT, alone and with all others, whatever is set. */
static void
believes_no_flag(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_U2F_FINE);
	for (int flags = 0; flags <= 0xff; flags++) {
		o.auth_data.flags = (uint8_t)flags;
		att_statement_result_reset(&o.result);
		assert_int_equal(verify_opened(&o),
		    flags == 0x41 ? ATT_OK : ATT_ERR_U2F_FLAGS);
		o.opts.u2f_zero_aaguid = !o.opts.u2f_zero_aaguid;
	}
	close_opened(&o);
}

/* The certificate of U2F_FINE_MODEL names forge_aaguid, authData nothing. */
static enum att_err
claim(enum forge_defect defect, const uint8_t *aaguid, bool is_strict)
{
	struct opened o;
	enum att_err err;

	open_row(&o, defect);
	o.auth_data.aaguid = aaguid;
	o.opts.u2f_zero_aaguid = is_strict;
	err = verify_opened(&o);
	close_opened(&o);
	return err;
}

static void
a_model_claimed_has_to_fit(void **state)
{
	static const uint8_t other[16] = { 1 }, zero[16];

	(void)state;
	assert_int_equal(
	    claim(FORGE_U2F_FINE, other, true), ATT_ERR_U2F_AAGUID);
	assert_int_equal(claim(FORGE_U2F_FINE, other, false), ATT_OK);
	assert_int_equal(claim(FORGE_U2F_FINE_MODEL, forge_aaguid, true),
	    ATT_ERR_U2F_AAGUID);
	assert_int_equal(
	    claim(FORGE_U2F_FINE_MODEL, forge_aaguid, false), ATT_OK);
	assert_int_equal(
	    claim(FORGE_U2F_FINE_MODEL, other, false), ATT_ERR_AAGUID_MISMATCH);
	assert_int_equal(claim(FORGE_U2F_FINE_MODEL, zero, false), ATT_OK);
}

/* Each byte that is signed is. */
static void
covers_what_it_says(void **state)
{
	struct opened o;
	uint8_t hash[32], rp[32], id[64];

	(void)state;
	open_row(&o, FORGE_U2F_FINE);
	memcpy(hash, o.statement.client_data_hash, 32);
	memcpy(rp, o.auth_data.rp_id_hash, 32);
	memcpy(
	    id, o.auth_data.credential_id.ptr, o.auth_data.credential_id.len);
	o.statement.client_data_hash = hash;
	o.auth_data.rp_id_hash = rp;
	o.auth_data.credential_id.ptr = id;
	for (size_t i = 0; i < 96; i++) {
		uint8_t *part = i < 32 ? hash : i < 64 ? rp : id;

		part[i % 32] ^= 0x80;
		att_statement_result_reset(&o.result);
		assert_int_equal(
		    verify_opened(&o), ATT_ERR_STATEMENT_SIGNATURE);
		part[i % 32] ^= 0x80;
	}
	/* Where the ID ends is part of it. */
	o.auth_data.credential_id.len--;
	att_statement_result_reset(&o.result);
	assert_int_equal(verify_opened(&o), ATT_ERR_STATEMENT_SIGNATURE);
	o.auth_data.credential_id.len++;
	att_statement_result_reset(&o.result);
	assert_int_equal(verify_opened(&o), ATT_OK);
	close_opened(&o);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(gives_type_and_path),
		cmocka_unit_test(wants_no_model_in_the_certificate),
		cmocka_unit_test(believes_no_flag),
		cmocka_unit_test(a_model_claimed_has_to_fit),
		cmocka_unit_test(covers_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
