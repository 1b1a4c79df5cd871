/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the compound statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"
#include "trust/certificate.h"

/* An attStmt of the wrong type is no object to open. */
static bool
is_mine(const struct forge_row *row)
{
	return row->kind == FORGE_KIND_COMPOUND &&
	       row->defect != FORGE_COMPOUND_MAP;
}

static void
judges_as_forged(void **state)
{
	(void)state;
	judge_rows(is_mine);
}

/* Each part with its own type and path; what adds nothing is not there. */
static void
gives_the_parts(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_COMPOUND_FINE_SELF);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_COMPOUND);
	assert_int_equal(o.result.count, 0);
	assert_int_equal(o.result.part_count, 2);
	assert_int_equal(o.result.parts[0].format, ATT_FORMAT_ANDROID_KEY);
	assert_int_equal(o.result.parts[0].type, ATT_TYPE_BASIC);
	assert_false(o.result.parts[0].covers_auth_data);
	assert_true(forge_is_same(o.result.parts[0].x5c[0], o.forged.certs[1]));
	assert_int_equal(o.result.parts[1].format, ATT_FORMAT_PACKED);
	assert_true(o.result.parts[1].covers_auth_data);
	assert_true(forge_is_same(o.result.parts[1].x5c[0], o.forged.certs[0]));
	close_opened(&o);
	assert_null(o.result.parts);
}

/* Each format inside is subject to the same list as alone. */
static void
wants_each_format_accepted(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_COMPOUND_FINE);
	o.opts.formats = 1U << ATT_FORMAT_COMPOUND | 1U << ATT_FORMAT_PACKED;
	assert_int_equal(verify_opened(&o), ATT_ERR_FORMAT_REFUSED);
	assert_non_null(strstr(o.why.text, "attStmt[1]"));
	assert_non_null(strstr(o.why.text, "android-key"));
	close_opened(&o);
	/* A none inside may be switched on; it does not count then. */
	open_row(&o, FORGE_COMPOUND_NONE);
	o.opts.formats |= 1U << ATT_FORMAT_NONE;
	assert_int_equal(verify_opened(&o), ATT_ERR_COMPOUND_COUNT);
	close_opened(&o);
}

/* All of the parts, or none of them. */
static void
covers_the_client_data(void **state)
{
	struct opened o;
	uint8_t hash[32];

	(void)state;
	open_row(&o, FORGE_COMPOUND_FINE);
	memcpy(hash, o.statement.client_data_hash, 32);
	hash[0] ^= 1;
	o.statement.client_data_hash = hash;
	assert_int_equal(verify_opened(&o), ATT_ERR_STATEMENT_SIGNATURE);
	close_opened(&o);
}

/* A compound is off unless it is asked for. */
static void
is_off_by_default(void **state)
{
	struct att_options opts = forge_make_options();

	(void)state;
	assert_int_equal(forge_judge_row(FORGE_COMPOUND_FINE, &opts),
	    ATT_ERR_FORMAT_REFUSED);
	opts.formats |= 1U << ATT_FORMAT_COMPOUND;
	assert_int_equal(forge_judge_row(FORGE_COMPOUND_FINE, &opts), ATT_OK);
}

/*
 * The model has to be proved by a part whose path ends at an anchor: not by
 * one of somebody's own beside an anchored part that says nothing of it.
 */
static void
the_part_that_proves_the_model_is_anchored(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t ids[1][ATT_AAGUID_LEN];

	(void)state;
	memcpy(ids[0], forge_aaguid, ATT_AAGUID_LEN);
	opts.formats |= 1U << ATT_FORMAT_COMPOUND;
	assert_int_equal(
	    forge_judge_row(FORGE_COMPOUND_FINE_HALF, &opts), ATT_OK);
	opts.aaguid_allow = (struct att_aaguids){ ids, 1 };
	assert_int_equal(forge_judge_row(FORGE_COMPOUND_FINE, &opts), ATT_OK);
	assert_int_equal(
	    forge_judge_row(FORGE_COMPOUND_FINE_OTHER_HALF, &opts), ATT_OK);
	assert_int_equal(forge_judge_row(FORGE_COMPOUND_FINE_HALF, &opts),
	    ATT_ERR_ANCHOR_UNKNOWN);
	ids[0][0] ^= 1;
	assert_int_equal(forge_judge_row(FORGE_COMPOUND_FINE, &opts),
	    ATT_ERR_AAGUID_REFUSED);
	opts.aaguid_allow.count = 0;
	ids[0][0] ^= 1;
	opts.aaguid_deny = (struct att_aaguids){ ids, 1 };
	assert_int_equal(forge_judge_row(FORGE_COMPOUND_FINE, &opts),
	    ATT_ERR_AAGUID_REFUSED);
}

/* Any part whose key is denied is one too many. */
static void
every_attestation_key_is_looked_at(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t ids[1][ATT_KEY_ID_LEN];
	struct forged f;

	(void)state;
	opts.formats |= 1U << ATT_FORMAT_COMPOUND;
	forge_row(&forge_rows[FORGE_COMPOUND_FINE], &f);
	for (size_t i = 0; i < 2; i++) {
		struct att_certificate *leaf = forge_decode(f.certs[i]);

		att_certificate_get_key_id(leaf, ids[0]);
		att_certificate_free(&leaf);
		opts.attestation_key_deny = (struct att_key_ids){ ids, 1 };
		assert_int_equal(forged_judge_under(&f, &opts),
		    ATT_ERR_ATTESTATION_KEY_REFUSED);
		opts.attestation_key_deny.count = 0;
		opts.attestation_key_allow = (struct att_key_ids){ ids, 1 };
		assert_int_equal(forged_judge_under(&f, &opts), ATT_OK);
		ids[0][0] ^= 1;
		assert_int_equal(forged_judge_under(&f, &opts),
		    ATT_ERR_ATTESTATION_KEY_REFUSED);
		opts.attestation_key_allow.count = 0;
	}
	forged_reset(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(gives_the_parts),
		cmocka_unit_test(wants_each_format_accepted),
		cmocka_unit_test(covers_the_client_data),
		cmocka_unit_test(is_off_by_default),
		cmocka_unit_test(the_part_that_proves_the_model_is_anchored),
		cmocka_unit_test(every_attestation_key_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
