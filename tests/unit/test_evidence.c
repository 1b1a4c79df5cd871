/* SPDX-License-Identifier: BSD-2-Clause */
/* What a stored registration proves: store/evidence.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/clientdata.h"
#include "codec/digest.h"
#include "scratch.h"

/*
 * By another program: printf 'pam_attest registration v1\0pam_attest\0alice\0'
 * and 32 bytes of 0x07, through sha256sum.
 */
static const uint8_t expected_challenge[32] = { 0x2a, 0xa4, 0x23, 0xb6, 0x8d,
	0xa0, 0x69, 0xd1, 0xfc, 0xae, 0x48, 0xd6, 0x0b, 0x22, 0xad, 0x18, 0x86,
	0x26, 0xf5, 0xd5, 0x01, 0x7e, 0xb5, 0xef, 0x63, 0xf9, 0x47, 0x80, 0x35,
	0x76, 0x77, 0xfa };

static void
the_challenge_is_the_one_of_the_format(void **state)
{
	uint8_t nonce[32], challenge[32];

	(void)state;
	memset(nonce, 7, sizeof(nonce));
	assert_int_equal(
	    att_registration_challenge("pam_attest", "alice", nonce, challenge),
	    ATT_OK);
	assert_memory_equal(challenge, expected_challenge, 32);
}

static void
the_challenge_tells_fields_apart(void **state)
{
	uint8_t nonce[32] = { 0 }, a[32], b[32];

	(void)state;
	assert_int_equal(
	    att_registration_challenge("ab", "c", nonce, a), ATT_OK);
	assert_int_equal(
	    att_registration_challenge("a", "bc", nonce, b), ATT_OK);
	assert_memory_not_equal(a, b, 32);
	assert_int_equal(
	    att_registration_challenge("abc", "", nonce, b), ATT_OK);
	assert_memory_not_equal(a, b, 32);
	nonce[31] = 1;
	assert_int_equal(
	    att_registration_challenge("ab", "c", nonce, b), ATT_OK);
	assert_memory_not_equal(a, b, 32);
}

static void
evidence_lends_from_the_record(void **state)
{
	struct att_evidence evidence;
	struct att_record record;
	uint8_t hash[32];

	(void)state;
	scratch_record(&record, "alice", "key", 3);
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL), ATT_OK);
	assert_ptr_equal(
	    evidence.attestation_object.ptr, record.attestation_object);
	assert_int_equal(evidence.time, record.time);
	assert_false(evidence.require_uv);
	assert_int_equal(
	    att_sha256(att_bytes_text("pam_attest"), hash), ATT_OK);
	assert_memory_equal(evidence.rp_id_hash, hash, 32);
	assert_int_equal(
	    att_sha256(
		att_bytes(record.client_data, record.client_data_len), hash),
	    ATT_OK);
	assert_memory_equal(evidence.client_data_hash, hash, 32);
	att_record_reset(&record);
}

static void
rejects_a_record_of_another_user_or_nonce(void **state)
{
	struct att_evidence evidence;
	struct att_reason why = { 0 };
	struct att_record record;

	(void)state;
	scratch_record(&record, "alice", "key", 3);
	assert_int_equal(
	    att_record_get_evidence(&record, "mallory", &evidence, &why),
	    ATT_ERR_RECORD_CHALLENGE);
	assert_int_equal(why.code, ATT_ERR_RECORD_CHALLENGE);
	assert_null(evidence.attestation_object.ptr);
	record.nonce[0] ^= 1;
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, &why),
	    ATT_ERR_RECORD_CHALLENGE);
	att_record_reset(&record);
}

static void
rejects_another_rp_id_or_other_client_data(void **state)
{
	struct att_evidence evidence;
	struct att_record record;

	(void)state;
	scratch_record(&record, "alice", "key", 3);
	record.rp_id[0] = 'x';
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_CLIENT_DATA);
	record.rp_id[0] = 'p';
	record.client_data[0] = '[';
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_CLIENT_DATA);
	att_record_reset(&record);
}

/* The record of an SSH key: what ssh-keygen hashed is the challenge itself. */
static void
make_ssh(struct att_record *record, const char *user, const char *rp_id)
{
	scratch_record(record, user, "key", 3);
	free(record->rp_id);
	free(record->client_data);
	assert_non_null(record->rp_id = strdup(rp_id));
	assert_non_null(record->client_data = malloc(32));
	record->client_data_len = 32;
	assert_int_equal(att_registration_challenge(
			     rp_id, user, record->nonce, record->client_data),
	    ATT_OK);
}

static void
the_client_data_of_an_ssh_key_is_its_challenge(void **state)
{
	struct att_evidence evidence;
	struct att_record record;
	uint8_t hash[32];

	(void)state;
	make_ssh(&record, "alice", "ssh:work");
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL), ATT_OK);
	assert_int_equal(
	    att_sha256(att_bytes(record.client_data, 32), hash), ATT_OK);
	assert_memory_equal(evidence.client_data_hash, hash, 32);
	assert_int_equal(att_sha256(att_bytes_text("ssh:work"), hash), ATT_OK);
	assert_memory_equal(evidence.rp_id_hash, hash, 32);
	assert_int_equal(
	    att_record_get_evidence(&record, "mallory", &evidence, NULL),
	    ATT_ERR_RECORD_CHALLENGE);
	assert_null(evidence.attestation_object.ptr);
	record.client_data_len = 31;
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_RECORD_CHALLENGE);
	record.client_data_len = 32;
	record.client_data[0] ^= 1;
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_RECORD_CHALLENGE);
	record.client_data[0] ^= 1;
	record.rp_id[4] = 'W';
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_RECORD_CHALLENGE);
	att_record_reset(&record);
}

/* One form for each: neither passes for the other. */
static void
the_two_forms_of_client_data_do_not_mix(void **state)
{
	struct att_evidence evidence;
	struct att_record record;
	uint8_t challenge[32];

	(void)state;
	make_ssh(&record, "alice", "pam_attest");
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_CLIENT_DATA);
	att_record_reset(&record);
	make_ssh(&record, "alice", "ssh:");
	memcpy(challenge, record.client_data, sizeof(challenge));
	free(record.client_data);
	assert_int_equal(att_client_data_make("webauthn.create", challenge,
			     "ssh:", (char **)&record.client_data),
	    ATT_OK);
	record.client_data_len = strlen((char *)record.client_data);
	assert_int_equal(
	    att_record_get_evidence(&record, "alice", &evidence, NULL),
	    ATT_ERR_RECORD_CHALLENGE);
	att_record_reset(&record);
}

static void
finds_the_credential_id(void **state)
{
	struct att_record record;
	struct att_bytes id;

	(void)state;
	scratch_record(&record, "alice", "key", 3);
	assert_int_equal(
	    att_record_get_credential_id(&record, &id, NULL), ATT_OK);
	assert_int_equal(id.len, 32);
	assert_int_equal(id.ptr[0], 3);
	assert_int_equal(id.ptr[31], 3);
	assert_true(
	    id.ptr > record.attestation_object &&
	    id.ptr < record.attestation_object + record.attestation_object_len);
	att_record_reset(&record);
}

static void
finds_no_id_in_a_broken_object(void **state)
{
	struct att_reason why = { 0 };
	struct att_record record;
	struct att_bytes id;
	enum att_err r;

	(void)state;
	scratch_record(&record, "alice", "key", 3);
	while (record.attestation_object_len > 0) {
		record.attestation_object_len--;
		r = att_record_get_credential_id(&record, &id, &why);
		assert_int_not_equal(r, ATT_OK);
		assert_int_equal(why.code, r);
		assert_null(id.ptr);
	}
	att_record_reset(&record);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_challenge_is_the_one_of_the_format),
		cmocka_unit_test(the_challenge_tells_fields_apart),
		cmocka_unit_test(evidence_lends_from_the_record),
		cmocka_unit_test(rejects_a_record_of_another_user_or_nonce),
		cmocka_unit_test(rejects_another_rp_id_or_other_client_data),
		cmocka_unit_test(
		    the_client_data_of_an_ssh_key_is_its_challenge),
		cmocka_unit_test(the_two_forms_of_client_data_do_not_mix),
		cmocka_unit_test(finds_the_credential_id),
		cmocka_unit_test(finds_no_id_in_a_broken_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
