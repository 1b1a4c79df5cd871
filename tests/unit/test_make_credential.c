/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a key is asked for a credential and how its answer is wrapped; the
 * linker puts the functions below in the place of libfido2's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authenticator/operation.h"
#include "codec/cbor.h"

enum {
	ASKED_MAX = 8
};

static struct {
	int results[ASKED_MAX];
	int types[ASKED_MAX];
	size_t count;
	size_t looks;
	int look_result;
} asked;

/* What the key answers. */
static uint8_t auth_data[37];
static const uint8_t signature[300] = { 0x30 };
static const uint8_t certificate[10] = { 0x30, 0x08 };

int __wrap_fido_dev_make_cred(
    fido_dev_t *dev, fido_cred_t *cred, const char *pin);
int __wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin);
const char *__wrap_fido_cred_fmt(const fido_cred_t *cred);
const unsigned char *__wrap_fido_cred_authdata_raw_ptr(const fido_cred_t *cred);
size_t __wrap_fido_cred_authdata_raw_len(const fido_cred_t *cred);
const unsigned char *__wrap_fido_cred_x5c_ptr(const fido_cred_t *cred);
size_t __wrap_fido_cred_x5c_len(const fido_cred_t *cred);

int
__wrap_fido_dev_make_cred(fido_dev_t *dev, fido_cred_t *cred, const char *pin)
{
	(void)dev;
	(void)pin;
	assert_true(asked.count < ASKED_MAX);
	asked.types[asked.count] = fido_cred_type(cred);
	assert_int_equal(fido_cred_user_id_len(cred), 32);
	assert_string_equal(fido_cred_rp_id(cred), "pam_attest");
	assert_int_equal(
	    fido_cred_set_sig(cred, signature, sizeof(signature)), FIDO_OK);
	return asked.results[asked.count++];
}

int
__wrap_fido_dev_get_assert(
    fido_dev_t *dev, fido_assert_t *assert, const char *pin)
{
	(void)dev;
	(void)assert;
	assert_null(pin);
	asked.looks++;
	return asked.look_result;
}

const char *
__wrap_fido_cred_fmt(const fido_cred_t *cred)
{
	(void)cred;
	return "fido-u2f";
}

const unsigned char *
__wrap_fido_cred_authdata_raw_ptr(const fido_cred_t *cred)
{
	(void)cred;
	return auth_data;
}

size_t
__wrap_fido_cred_authdata_raw_len(const fido_cred_t *cred)
{
	(void)cred;
	return sizeof(auth_data);
}

const unsigned char *
__wrap_fido_cred_x5c_ptr(const fido_cred_t *cred)
{
	(void)cred;
	return certificate;
}

size_t
__wrap_fido_cred_x5c_len(const fido_cred_t *cred)
{
	(void)cred;
	return sizeof(certificate);
}

static struct att_make_credential request;
static struct att_buf out;
static struct att_reply reply;

static int
set_up(void **state)
{
	(void)state;
	memset(&asked, 0, sizeof(asked));
	memset(&request, 0, sizeof(request));
	memset(&reply, 0, sizeof(reply));
	request.rp_id = "pam_attest";
	request.user_name = "alice";
	att_buf_init(&out, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	att_buf_reset(&out);
	return 0;
}

static const struct att_authenticator fido2 = { .is_fido2 = true,
	.reply = &reply,
	.limits = { .message = 1024, .list = 2 } };
static const struct att_authenticator u2f = { .is_fido2 = false,
	.reply = &reply };

static int
run(const struct att_authenticator *authenticator)
{
	return att_operation_make_credential(authenticator, &request, &out);
}

static void
exclude(size_t count)
{
	static const uint8_t id[4];

	for (size_t i = 0; i < count; i++)
		request.exclude[request.exclude_count++] =
		    att_bytes(id, sizeof(id));
}

static void
tries_the_algorithms_in_turn(void **state)
{
	static const int types[] = { COSE_ES256, COSE_EDDSA, COSE_RS256 };

	(void)state;
	for (size_t i = 0; i < 3; i++)
		asked.results[i] = FIDO_ERR_UNSUPPORTED_ALGORITHM;
	assert_int_equal(run(&fido2), FIDO_ERR_UNSUPPORTED_ALGORITHM);
	assert_int_equal(asked.count, 3);
	assert_memory_equal(asked.types, types, sizeof(types));
}

static void
stops_at_any_other_error(void **state)
{
	(void)state;
	asked.results[0] = FIDO_ERR_UNSUPPORTED_ALGORITHM;
	asked.results[1] = FIDO_ERR_PIN_INVALID;
	assert_int_equal(run(&fido2), FIDO_ERR_PIN_INVALID);
	assert_int_equal(asked.count, 2);
	assert_int_equal(out.len, 0);
}

/* WebAuthn 8.6: "sig" and "x5c" and nothing else, in canonical CBOR. */
static void
builds_the_statement_of_a_u2f_key(void **state)
{
	struct att_bytes object;
	struct att_cbor doc;

	(void)state;
	assert_int_equal(run(&u2f), FIDO_OK);
	assert_int_equal(
	    att_credential_decode(att_buf_get(&out), &object), ATT_OK);
	assert_int_equal(
	    att_cbor_read(object, ATT_CBOR_CANONICAL_ORDER, &doc, NULL),
	    ATT_OK);
	/* map, "fmt", "fido-u2f", "attStmt", map, "sig", bytes, "x5c", ... */
	assert_int_equal(doc.count, 12);
	assert_int_equal(doc.items[4].number, 2);
	assert_true(att_cbor_is_text(&doc.items[5], "sig"));
	assert_true(att_bytes_is_equal(
	    doc.items[6].value, att_bytes(signature, sizeof(signature))));
	assert_true(att_cbor_is_text(&doc.items[7], "x5c"));
	assert_int_equal(doc.items[8].number, 1);
	assert_true(att_bytes_is_equal(
	    doc.items[9].value, att_bytes(certificate, sizeof(certificate))));
}

/* {1: "apple", 2: h'07', 3: [1, 2]}, after the status */
static const char other_reply[] = "\0\xa3\x01\x65"
				  "apple\x02\x41\x07\x03\x82\x01\x02";
static const char other_object[] = "\xa3\x63"
				   "fmt\x65"
				   "apple\x67"
				   "attStmt\x82\x01\x02\x68"
				   "authData\x41\x07";

static void
reply_with_other_format(void)
{
	reply.has_credential = true;
	reply.have = sizeof(other_reply) - 1;
	memcpy(reply.bytes, other_reply, reply.have);
}

static void
check_other_object(void)
{
	struct att_bytes object;

	assert_int_equal(
	    att_credential_decode(att_buf_get(&out), &object), ATT_OK);
	assert_true(att_bytes_is_equal(
	    object, att_bytes(other_object, sizeof(other_object) - 1)));
}

/* What libfido2 does not know, or does not like, is for the verifier. */
static void
passes_on_what_libfido2_takes_for_malformed(void **state)
{
	static const int results[] = { FIDO_ERR_RX_INVALID_CBOR,
		FIDO_ERR_INVALID_CBOR };

	for (size_t i = 0; i < 2; i++) {
		set_up(state);
		reply_with_other_format();
		asked.results[0] = results[i];
		assert_int_equal(run(&fido2), FIDO_OK);
		assert_int_equal(asked.count, 1);
		check_other_object();
		att_buf_reset(&out);
	}
}

/* libfido2 says fido-u2f here; what the key sent is what counts. */
static void
passes_on_the_reply_and_not_what_libfido2_made_of_it(void **state)
{
	(void)state;
	reply_with_other_format();
	assert_int_equal(run(&fido2), FIDO_OK);
	check_other_object();
}

/* A reply that looks whole is none if CTAPHID was broken, or it came late. */
static void
passes_on_nothing_when_the_transport_failed(void **state)
{
	static const int results[] = { FIDO_ERR_RX, FIDO_ERR_TX,
		FIDO_ERR_TIMEOUT, FIDO_ERR_RX_NOT_CBOR, FIDO_ERR_INTERNAL,
		FIDO_ERR_PIN_INVALID, FIDO_ERR_CREDENTIAL_EXCLUDED };

	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		set_up(state);
		reply_with_other_format();
		asked.results[0] = results[i];
		assert_int_equal(run(&fido2), results[i]);
		assert_int_equal(out.len, 0);
	}
}

static void
passes_on_nothing_without_a_reply(void **state)
{
	(void)state;
	asked.results[0] = FIDO_ERR_RX_INVALID_CBOR;
	assert_int_equal(run(&fido2), FIDO_ERR_RX_INVALID_CBOR);
	assert_int_equal(run(&fido2), FIDO_ERR_RX_INVALID_CBOR);
	assert_int_equal(out.len, 0);
}

static void
passes_on_no_ctap2_reply_of_a_u2f_key(void **state)
{
	(void)state;
	reply_with_other_format();
	asked.results[0] = FIDO_ERR_RX_INVALID_CBOR;
	assert_int_equal(run(&u2f), FIDO_ERR_RX_INVALID_CBOR);
	assert_int_equal(out.len, 0);
}

static void
sends_a_short_exclude_list(void **state)
{
	(void)state;
	exclude(2);
	asked.results[0] = FIDO_ERR_CREDENTIAL_EXCLUDED;
	assert_int_equal(run(&fido2), FIDO_ERR_CREDENTIAL_EXCLUDED);
	assert_int_equal(asked.looks, 0);
	assert_int_equal(asked.count, 1);
}

static void
looks_through_a_long_exclude_list(void **state)
{
	(void)state;
	exclude(5);
	asked.look_result = FIDO_OK;
	assert_int_equal(run(&fido2), FIDO_ERR_CREDENTIAL_EXCLUDED);
	assert_int_equal(asked.looks, 1);
	assert_int_equal(asked.count, 0);
	asked.looks = 0;
	asked.look_result = FIDO_ERR_NO_CREDENTIALS;
	asked.results[0] = FIDO_ERR_ACTION_TIMEOUT;
	assert_int_equal(run(&fido2), FIDO_ERR_ACTION_TIMEOUT);
	assert_int_equal(asked.looks, 3);
	assert_int_equal(asked.count, 1);
	asked.looks = asked.count = 0;
	asked.look_result = FIDO_ERR_RX;
	assert_int_equal(run(&fido2), FIDO_ERR_RX);
	assert_int_equal(asked.count, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tries_the_algorithms_in_turn),
		TEST(stops_at_any_other_error),
		TEST(builds_the_statement_of_a_u2f_key),
		TEST(passes_on_what_libfido2_takes_for_malformed),
		TEST(passes_on_the_reply_and_not_what_libfido2_made_of_it),
		TEST(passes_on_nothing_when_the_transport_failed),
		TEST(passes_on_nothing_without_a_reply),
		TEST(passes_on_no_ctap2_reply_of_a_u2f_key),
		TEST(sends_a_short_exclude_list),
		TEST(looks_through_a_long_exclude_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
