/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the apple statement. */
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
	return row->kind == FORGE_KIND_APPLE;
}

static void
judges_as_forged(void **state)
{
	(void)state;
	judge_rows(is_mine);
}

static void
gives_type_and_path(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_APPLE_FINE);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_ANONCA);
	assert_int_equal(o.result.count, 2);
	assert_true(forge_is_same(o.result.x5c[0], o.forged.certs[0]));
	assert_true(forge_is_same(o.result.x5c[1], o.forged.certs[1]));
	assert_true(o.result.covers_auth_data);
	close_opened(&o);
}

/* Such certificates never name the model, so none can be required to. */
static void
wants_no_model_in_the_certificate(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_APPLE_FINE);
	o.opts.require_aaguid_extension = true;
	assert_int_equal(verify_opened(&o), ATT_OK);
	close_opened(&o);
}

/* Whatever algorithm the credential is for: nobody signs with it here. */
static void
takes_credentials_of_every_kind(void **state)
{
	static const int32_t algs[] = { -7, -35, -36, -8, -257 };

	(void)state;
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++) {
		const struct forge_spec spec = {
			.kind = FORGE_KIND_APPLE,
			.defect = FORGE_APPLE_FINE_ALG,
			.credential_alg = algs[i],
		};
		struct opened o;

		open_spec(&o, &spec);
		assert_int_equal(verify_opened(&o), ATT_OK);
		close_opened(&o);
	}
}

/* The nonce covers every bit of authenticator data and of the hash. */
static void
covers_what_it_says(void **state)
{
	struct opened o;
	uint8_t hash[32], data[1024];
	size_t len;

	(void)state;
	open_row(&o, FORGE_APPLE_FINE);
	len = o.statement.auth_data_raw.len;
	assert_true(len <= sizeof(data));
	memcpy(data, o.statement.auth_data_raw.ptr, len);
	memcpy(hash, o.statement.client_data_hash, 32);
	o.statement.auth_data_raw.ptr = data;
	o.statement.client_data_hash = hash;
	for (size_t i = 0; i < 8 * (len + 32); i++) {
		uint8_t *byte = i / 8 < len ? &data[i / 8] : &hash[i / 8 - len];

		*byte ^= (uint8_t)(1 << i % 8);
		att_statement_result_reset(&o.result);
		assert_int_equal(verify_opened(&o), ATT_ERR_STATEMENT_NONCE);
		*byte ^= (uint8_t)(1 << i % 8);
	}
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
		cmocka_unit_test(takes_credentials_of_every_kind),
		cmocka_unit_test(covers_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
