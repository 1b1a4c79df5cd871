/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of judging assertions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/assertion.h"
#include "attestation/authdata.h"
#include "forge.h"

struct login {
	struct att_assertion assertion;
	EVP_PKEY *signer;
	struct att_buf cose;
	struct att_cose_key key;
	uint8_t auth_data[37 + 1];
	struct att_buf sig;
};

static void
sign(struct login *l, int32_t alg)
{
	struct att_buf data;

	att_buf_init(&data, 1000);
	forge_put_raw(
	    &data, l->assertion.auth_data.ptr, l->assertion.auth_data.len);
	forge_put_raw(&data, l->assertion.client_data_hash, 32);
	att_buf_reset(&l->sig);
	forge_sign(l->signer, alg, att_buf_get(&data), &l->sig);
	l->assertion.signature = att_buf_get(&l->sig);
	att_buf_reset(&data);
}

static void
make_key(struct login *l, int32_t alg)
{
	EVP_PKEY_free(l->signer);
	att_buf_reset(&l->cose);
	l->signer = forge_key(alg);
	forge_cose_key(l->signer, alg, FORGE_FINE, &l->cose);
	assert_int_equal(
	    att_cose_key_parse(att_buf_get(&l->cose), NULL, &l->key, NULL),
	    ATT_OK);
	l->assertion.key = &l->key;
}

static void
start(struct login *l, int32_t alg, uint8_t flags, size_t len)
{
	*l = (struct login){ 0 };
	att_buf_init(&l->sig, 4096);
	att_buf_init(&l->cose, 4096);
	memset(l->assertion.rp_id_hash, 1, 32);
	memset(l->assertion.client_data_hash, 2, 32);
	memset(l->auth_data, 1, 32);
	l->auth_data[32] = flags;
	l->auth_data[36] = 42;
	l->auth_data[37] = 0xa0;
	make_key(l, alg);
	l->assertion.require_uv = true;
	l->assertion.auth_data = att_bytes(l->auth_data, len);
	sign(l, alg);
}

static enum att_err
judge(const struct login *l)
{
	struct att_assertion_facts facts;
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_assertion_verify(&l->assertion, &facts, &why);
	assert_int_equal(why.code, err);
	assert_int_equal(why.text[0] != '\0', err != ATT_OK);
	assert_int_equal(facts.sign_count, err == ATT_OK ? 42 : 0);
	assert_int_equal(facts.flags, err == ATT_OK ? l->auth_data[32] : 0);
	return err;
}

static void
finish(struct login *l)
{
	EVP_PKEY_free(l->signer);
	att_buf_reset(&l->cose);
	att_buf_reset(&l->sig);
}

static enum att_err
judge_flags(uint8_t flags, size_t len)
{
	struct login l;
	enum att_err err;

	start(&l, -7, flags, len);
	err = judge(&l);
	finish(&l);
	return err;
}

static void
accepts_every_algorithm_we_ask_for(void **state)
{
	static const int32_t algs[] = { -7, -8, -257 };
	struct login l;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		start(&l, algs[i], 0x05, 37);
		assert_int_equal(judge(&l), ATT_OK);
		finish(&l);
	}
}

/* What the option ecdsa_encoding says holds at logins, too. */
static void
takes_other_encodings_where_that_is_allowed(void **state)
{
	struct att_buf ber;
	struct login l;

	(void)state;
	start(&l, -7, 0x05, 37);
	att_buf_init(&ber, 4096);
	forge_put_raw(&ber, "\x30\x81", 2);
	forge_put_raw(&ber, l.sig.ptr + 1, l.sig.len - 1);
	l.assertion.signature = att_buf_get(&ber);
	assert_int_equal(judge(&l), ATT_ERR_ASSERTION_SIGNATURE);
	l.assertion.ecdsa_encoding = ATT_ECDSA_ENCODING_ANY;
	assert_int_equal(judge(&l), ATT_OK);
	ber.ptr[ber.len - 1] ^= 1;
	assert_int_equal(judge(&l), ATT_ERR_ASSERTION_SIGNATURE);
	att_buf_reset(&ber);
	finish(&l);
}

static void
reads_the_flags(void **state)
{
	(void)state;
	assert_int_equal(judge_flags(0x05, 37), ATT_OK);
	assert_int_equal(judge_flags(0x1d, 37), ATT_OK);
	assert_int_equal(judge_flags(0x85, 38), ATT_OK);
	assert_int_equal(judge_flags(0x04, 37), ATT_ERR_UP_MISSING);
	assert_int_equal(judge_flags(0x01, 37), ATT_ERR_UV_MISSING);
	assert_int_equal(judge_flags(0x15, 37), ATT_ERR_AUTHDATA_FLAGS);
	assert_int_equal(judge_flags(0x07, 37), ATT_ERR_AUTHDATA_FLAGS);
	assert_int_equal(judge_flags(0x25, 37), ATT_ERR_AUTHDATA_FLAGS);
	assert_int_equal(judge_flags(0x45, 37), ATT_ERR_AUTHDATA_FLAGS);
	assert_int_equal(judge_flags(0x05, 36), ATT_ERR_AUTHDATA_MALFORMED);
	assert_int_equal(judge_flags(0x05, 38), ATT_ERR_AUTHDATA_TRAILING);
	assert_int_equal(judge_flags(0x85, 37), ATT_ERR_CBOR_MALFORMED);
}

static void
uv_counts_only_if_required(void **state)
{
	struct login l;

	(void)state;
	start(&l, -7, 0x01, 37);
	l.assertion.require_uv = false;
	assert_int_equal(judge(&l), ATT_OK);
	finish(&l);
}

static void
rejects_another_rp_id(void **state)
{
	struct login l;

	(void)state;
	start(&l, -7, 0x05, 37);
	l.assertion.rp_id_hash[0] ^= 1;
	assert_int_equal(judge(&l), ATT_ERR_RP_ID_HASH);
	finish(&l);
}

static void
rejects_another_challenge(void **state)
{
	struct login l;

	(void)state;
	start(&l, -7, 0x05, 37);
	l.assertion.client_data_hash[31] ^= 1;
	assert_int_equal(judge(&l), ATT_ERR_ASSERTION_SIGNATURE);
	finish(&l);
}

static void
rejects_another_key(void **state)
{
	struct login l;

	(void)state;
	start(&l, -7, 0x05, 37);
	make_key(&l, -7);
	assert_int_equal(judge(&l), ATT_ERR_ASSERTION_SIGNATURE);
	make_key(&l, -8);
	assert_int_equal(judge(&l), ATT_ERR_ASSERTION_SIGNATURE);
	finish(&l);
}

static void
rejects_an_empty_signature(void **state)
{
	struct login l;

	(void)state;
	start(&l, -7, 0x05, 37);
	l.assertion.signature = att_bytes(NULL, 0);
	assert_int_equal(judge(&l), ATT_ERR_ASSERTION_MALFORMED);
	finish(&l);
}

static void
needs_a_key_and_its_algorithm(void **state)
{
	struct login l;

	(void)state;
	start(&l, -7, 0x05, 37);
	l.key.algorithm = NULL;
	assert_int_equal(judge(&l), ATT_ERR_INTERNAL);
	l.assertion.key = NULL;
	assert_int_equal(judge(&l), ATT_ERR_INTERNAL);
	finish(&l);
}

static void
every_signed_bit_counts(void **state)
{
	size_t count = 0;
	struct login l;

	(void)state;
	start(&l, -7, 0x85, 38);
	for (size_t bit = 0; bit < 8 * 38; bit++, count++) {
		l.auth_data[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_int_not_equal(judge(&l), ATT_OK);
		l.auth_data[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	for (size_t bit = 0; bit < 8 * l.sig.len; bit++, count++) {
		l.sig.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
		assert_int_not_equal(judge(&l), ATT_OK);
		l.sig.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
	}
	assert_int_equal(judge(&l), ATT_OK);
	print_message("refused %zu assertions with one bit flipped\n", count);
	finish(&l);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_every_algorithm_we_ask_for),
		cmocka_unit_test(takes_other_encodings_where_that_is_allowed),
		cmocka_unit_test(reads_the_flags),
		cmocka_unit_test(uv_counts_only_if_required),
		cmocka_unit_test(rejects_another_rp_id),
		cmocka_unit_test(rejects_another_challenge),
		cmocka_unit_test(rejects_another_key),
		cmocka_unit_test(rejects_an_empty_signature),
		cmocka_unit_test(needs_a_key_and_its_algorithm),
		cmocka_unit_test(every_signed_bit_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
