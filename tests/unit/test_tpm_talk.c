/* SPDX-License-Identifier: BSD-2-Clause */
/* What attestctl and the process of the TPM say to each other. */
#include "message_checks.h"

#include "wire/tpm.h"
#include "wire/tpm_talk.h"

enum {
	PCRS = 0x000485, /* 0, 2, 7, 10 */
	PCR_COUNT = 4
};

static const uint8_t bytes[ATT_TPM_CERTIFICATE_MAX + 1] = { 7 };

static struct att_tpm_wrapped
wrapped_example(void)
{
	return (struct att_tpm_wrapped){ .parent = 0x40000001,
		.is_rsa_parent = true,
		.public_part = att_bytes(bytes, 282),
		.private_part = att_bytes(bytes, 224) };
}

static struct att_tpm_key
key_example(void)
{
	return (struct att_tpm_key){ .wrapped = wrapped_example() };
}

static struct att_tpm_attest
attest_example(void)
{
	return (struct att_tpm_attest){
		.aik = { .handle = 0x81000003 },
		.key = key_example(),
		.pcrs = PCRS,
		.has_sha1 = true,
		.challenge = att_bytes("sixteen octets!", 16),
	};
}

static struct att_tpm_evidence
evidence_example(void)
{
	return (struct att_tpm_evidence){
		.aik_public = att_bytes(bytes, 280),
		.aik_certificate = att_bytes(bytes, 1000),
		.quote = att_bytes(bytes, 145),
		.quote_signature = att_bytes(bytes, 262),
		.banks = { { ATT_TPM_ALG_SHA256, PCRS,
			       att_bytes(bytes, PCR_COUNT * 32) },
		    { ATT_TPM_ALG_SHA1, PCRS,
			att_bytes(bytes, PCR_COUNT * 20) } },
		.bank_count = 2,
		.key_public = att_bytes(bytes, 279),
		.certification = att_bytes(bytes, 146),
		.certification_signature = att_bytes(bytes, 261),
	};
}

static struct att_tpm_guest_evidence
guest_example(void)
{
	return (struct att_tpm_guest_evidence){
		.aik_public = att_bytes(bytes, 282),
		.quote = att_bytes(bytes, 113),
		.quote_signature = att_bytes(bytes, 256),
		.bank = { ATT_TPM_ALG_SHA256, PCRS,
		    att_bytes(bytes, PCR_COUNT * 32) },
		.key_public = att_bytes(bytes, 312),
		.certification = att_bytes(bytes, 141),
		.certification_signature = att_bytes(bytes, 255),
	};
}

static const struct att_tpm_made none_made;

/* --- Decoding, whatever comes out ----------------------------------------- */

static enum att_err
decode_open(struct att_bytes in)
{
	enum att_err err;
	char *tcti;

	err = att_tpm_open_decode(in, &tcti);
	assert_int_equal(err == ATT_OK, tcti != NULL);
	free(tcti);
	return err;
}

static enum att_err
decode_sign(struct att_bytes in)
{
	static const uint8_t zeros[ATT_TPM_DIGEST_LEN];
	uint8_t digest[ATT_TPM_DIGEST_LEN];
	enum att_err err;

	err = att_tpm_sign_decode(in, digest);
	if (err != ATT_OK)
		assert_memory_equal(digest, zeros, sizeof(zeros));
	return err;
}

static enum att_err
decode_decrypt(struct att_bytes in)
{
	struct att_bytes cipher;
	enum att_err err = att_tpm_decrypt_decode(in, &cipher);

	assert_int_equal(err == ATT_OK, cipher.len > 0);
	return err;
}

static enum att_err
decode_bytes(struct att_bytes in)
{
	struct att_bytes out;
	enum att_err err = att_tpm_bytes_decode(in, &out);

	if (err != ATT_OK)
		assert_int_equal(out.len, 0);
	return err;
}

static enum att_err
decode_attest(struct att_bytes in)
{
	struct att_tpm_attest attest;
	enum att_err err = att_tpm_attest_decode(in, &attest);

	assert_int_equal(err == ATT_OK, attest.pcrs != 0);
	assert_int_equal(err == ATT_OK, attest.challenge.len != 0);
	return err;
}

static enum att_err
decode_evidence(struct att_bytes in)
{
	struct att_tpm_evidence evidence;
	struct att_tpm_made made;
	enum att_err err = att_tpm_evidence_decode(in, &evidence, &made);

	assert_int_equal(err == ATT_OK, evidence.bank_count != 0);
	if (err != ATT_OK) {
		assert_int_equal(evidence.aik_public.len, 0);
		assert_memory_equal(&made, &none_made, sizeof(made));
	}
	return err;
}

static enum att_err
decode_guest(struct att_bytes in)
{
	struct att_tpm_guest guest;
	enum att_err err = att_tpm_guest_decode(in, &guest);

	assert_int_equal(err == ATT_OK, guest.pcrs != 0);
	return err;
}

static enum att_err
decode_guest_evidence(struct att_bytes in)
{
	struct att_tpm_guest_evidence evidence;
	struct att_tpm_made made;
	enum att_err err = att_tpm_guest_evidence_decode(in, &evidence, &made);

	assert_int_equal(err == ATT_OK, evidence.bank.pcrs != 0);
	return err;
}

static enum att_err
decode_endorse(struct att_bytes in)
{
	struct att_tpm_key aik;

	return att_tpm_endorse_decode(in, &aik);
}

static enum att_err
decode_endorsement(struct att_bytes in)
{
	struct att_tpm_endorsement endorsement;
	struct att_tpm_made made;
	enum att_err err = att_tpm_endorsement_decode(in, &endorsement, &made);

	assert_int_equal(err == ATT_OK, endorsement.aik_name.len != 0);
	return err;
}

static enum att_err
decode_activate(struct att_bytes in)
{
	struct att_tpm_activate activate;
	enum att_err err = att_tpm_activate_decode(in, &activate);

	assert_int_equal(err == ATT_OK, activate.secret.len != 0);
	return err;
}

/* --- Small ones ----------------------------------------------------------- */

static void
a_talk_begins_with_the_tpm_that_is_meant(void **state)
{
	char *tcti;

	(void)state;
	assert_int_equal(
	    att_tpm_open_encode("device:/dev/tpmrm0", &message), ATT_OK);
	assert_int_equal(
	    att_tpm_open_decode(att_buf_get(&message), &tcti), ATT_OK);
	assert_string_equal(tcti, "device:/dev/tpmrm0");
	free(tcti);
	check_message(&message, decode_open);
	assert_int_equal(att_tpm_open_encode("x", &message), ATT_OK);
	check_byte(&message, 1, "\2", 1, decode_open);
	assert_int_equal(
	    att_tpm_open_encode("", &message), ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(att_tpm_opened_encode(&message), ATT_OK);
	check_message(&message, att_tpm_opened_decode);
}

static void
bytes_come_whole(void **state)
{
	static const uint8_t digest[ATT_TPM_DIGEST_LEN] = { 1, 2, 3 };
	uint8_t again[ATT_TPM_DIGEST_LEN];
	struct att_bytes out;

	(void)state;
	assert_int_equal(att_tpm_sign_encode(digest, &message), ATT_OK);
	assert_int_equal(
	    att_tpm_sign_decode(att_buf_get(&message), again), ATT_OK);
	assert_memory_equal(digest, again, sizeof(digest));
	check_message(&message, decode_sign);
	assert_int_equal(
	    att_tpm_decrypt_encode(att_bytes(bytes, 256), &message), ATT_OK);
	check_message(&message, decode_decrypt);
	assert_int_equal(att_tpm_decrypt_encode(att_bytes(bytes, 0), &message),
	    ATT_ERR_MESSAGE_MALFORMED);
	att_buf_reset(&message);
	assert_int_equal(
	    att_tpm_bytes_encode(att_bytes("abc", 3), &message), ATT_OK);
	assert_int_equal(
	    att_tpm_bytes_decode(att_buf_get(&message), &out), ATT_OK);
	assert_int_equal(out.len, 3);
	assert_memory_equal(out.ptr, "abc", 3);
	check_message(&message, decode_bytes);
	assert_int_equal(att_tpm_bytes_encode(
			     att_bytes(bytes, ATT_TPM_BYTES_MAX + 1), &message),
	    ATT_ERR_TOO_LARGE);
}

/* --- Keys ----------------------------------------------------------------- */

static void
takes_key(const struct att_tpm_key *key, bool is_fit)
{
	enum att_err err = att_tpm_endorse_encode(key, &message);

	assert_int_equal(err == ATT_OK, is_fit);
	if (is_fit)
		check_message(&message, decode_endorse);
	att_buf_reset(&message);
}

static void
a_key_is_in_one_place(void **state)
{
	struct att_tpm_key key = { 0 };

	(void)state;
	takes_key(&key, false);
	key.is_new = true;
	takes_key(&key, true);
	key.handle = 0x81010020;
	takes_key(&key, true);
	key.is_new = false;
	takes_key(&key, true);
	key.wrapped = wrapped_example();
	takes_key(&key, false);
	key.handle = 0;
	takes_key(&key, true);
	key.is_new = true;
	takes_key(&key, false);
	key = (struct att_tpm_key){ .handle = 0x80000000 };
	takes_key(&key, false);
	key.handle = 0x01c00002;
	takes_key(&key, false);
	key = key_example();
	key.wrapped.parent = 0;
	takes_key(&key, false);
	key = key_example();
	key.wrapped.private_part.len = 0;
	takes_key(&key, false);
}

/* What an encoder would not write, a decoder does not read either. */
static void
nobody_reads_a_key_in_two_places(void **state)
{
	const struct att_tpm_key key = { .handle = 0x81010020 };
	uint8_t *text;

	(void)state;
	assert_int_equal(att_tpm_endorse_encode(&key, &message), ATT_OK);
	text = message.ptr;
	assert_int_equal(decode_endorse(att_buf_get(&message)), ATT_OK);
	text[1] = 1; /* new, at that handle */
	assert_int_equal(decode_endorse(att_buf_get(&message)), ATT_OK);
	text[1] = 2;
	assert_int_equal(
	    decode_endorse(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	text[1] = 0;
	text[2] = 0x80; /* not a persistent handle */
	assert_int_equal(
	    decode_endorse(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	memset(text + 2, 0, 4); /* none, and no parts */
	assert_int_equal(
	    decode_endorse(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	text[2 + 4 + 3] = 1; /* a parent of nothing */
	text[1] = 1;
	assert_int_equal(
	    decode_endorse(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

/* --- ATTEST, EVIDENCE ----------------------------------------------------- */

static void
takes_attest(const struct att_tpm_attest *attest, bool is_fit)
{
	assert_int_equal(
	    att_tpm_attest_encode(attest, &message) == ATT_OK, is_fit);
	att_buf_reset(&message);
}

static void
an_attestation_is_asked_for(void **state)
{
	struct att_tpm_attest attest = attest_example(), again;

	(void)state;
	assert_int_equal(att_tpm_attest_encode(&attest, &message), ATT_OK);
	assert_int_equal(
	    att_tpm_attest_decode(att_buf_get(&message), &again), ATT_OK);
	assert_int_equal(again.aik.handle, 0x81000003);
	assert_int_equal(again.key.wrapped.parent, 0x40000001);
	assert_true(again.key.wrapped.is_rsa_parent);
	assert_int_equal(again.key.wrapped.private_part.len, 224);
	assert_int_equal(again.pcrs, PCRS);
	assert_true(again.has_sha1);
	assert_memory_equal(again.challenge.ptr, "sixteen octets!", 16);
	check_message(&message, decode_attest);
	attest.pcrs = 0;
	takes_attest(&attest, false);
	attest.pcrs = ATT_TPM_PCRS_MAX + 1;
	takes_attest(&attest, false);
	attest.pcrs = ATT_TPM_PCRS_MAX;
	takes_attest(&attest, true);
	attest.challenge.len = 0;
	takes_attest(&attest, false);
	attest.challenge = att_bytes(bytes, ATT_TPM_CHALLENGE_MAX + 1);
	takes_attest(&attest, false);
	attest.challenge.len--;
	takes_attest(&attest, true);
}

static void
evidence_is_what_the_tpm_said(void **state)
{
	struct att_tpm_made made = { .aik = wrapped_example() }, made_again;
	struct att_tpm_evidence evidence = evidence_example(), again;

	(void)state;
	assert_int_equal(
	    att_tpm_evidence_encode(&evidence, &made, &message), ATT_OK);
	assert_int_equal(
	    att_tpm_evidence_decode(att_buf_get(&message), &again, &made_again),
	    ATT_OK);
	assert_int_equal(again.aik_public.len, 280);
	assert_int_equal(again.aik_certificate.len, 1000);
	assert_int_equal(again.quote.len, 145);
	assert_int_equal(again.quote_signature.len, 262);
	assert_int_equal(again.key_public.len, 279);
	assert_int_equal(again.certification.len, 146);
	assert_int_equal(again.certification_signature.len, 261);
	assert_int_equal(again.bank_count, 2);
	assert_int_equal(again.banks[0].algorithm, ATT_TPM_ALG_SHA256);
	assert_int_equal(again.banks[1].algorithm, ATT_TPM_ALG_SHA1);
	assert_int_equal(again.banks[1].pcrs, PCRS);
	assert_int_equal(again.banks[1].digests.len, PCR_COUNT * 20);
	assert_int_equal(made_again.aik.public_part.len, 282);
	assert_int_equal(made_again.key.public_part.len, 0);
	check_message(&message, decode_evidence);
}

static void
takes_evidence(const struct att_tpm_evidence *evidence, bool is_fit)
{
	assert_int_equal(
	    att_tpm_evidence_encode(evidence, &none_made, &message) == ATT_OK,
	    is_fit);
	att_buf_reset(&message);
}

static void
evidence_has_all_its_parts(void **state)
{
	struct att_tpm_evidence evidence = evidence_example();
	struct att_bytes *const parts[] = {
		&evidence.aik_public,
		&evidence.quote,
		&evidence.quote_signature,
		&evidence.key_public,
		&evidence.certification,
		&evidence.certification_signature,
	};

	(void)state;
	takes_evidence(&evidence, true);
	evidence.aik_certificate.len = 0;
	takes_evidence(&evidence, true);
	evidence.aik_certificate.len = ATT_TPM_CERTIFICATE_MAX + 1;
	takes_evidence(&evidence, false);
	evidence = evidence_example();
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		parts[i]->len = 0;
		takes_evidence(&evidence, false);
		parts[i]->len = ATT_TPM_BLOB_MAX + 1;
		takes_evidence(&evidence, false);
		evidence = evidence_example();
	}
}

static void
banks_have_a_digest_for_each_pcr(void **state)
{
	struct att_tpm_evidence evidence = evidence_example();
	struct att_tpm_pcr_bank *bank = &evidence.banks[0];

	(void)state;
	bank->digests.len -= 32;
	takes_evidence(&evidence, false);
	bank->digests.len += 64;
	takes_evidence(&evidence, false);
	evidence = evidence_example();
	bank->pcrs = 0;
	bank->digests.len = 0;
	takes_evidence(&evidence, false);
	evidence = evidence_example();
	bank->pcrs = 1 << 24;
	bank->digests.len = 32;
	takes_evidence(&evidence, false);
	bank->pcrs = 1 << 23;
	takes_evidence(&evidence, true);
	evidence = evidence_example();
	bank->algorithm = 0x000c;
	takes_evidence(&evidence, false);
	evidence = evidence_example();
	evidence.banks[1] = evidence.banks[0];
	takes_evidence(&evidence, false);
	evidence.bank_count = 1;
	takes_evidence(&evidence, true);
	evidence.bank_count = 0;
	takes_evidence(&evidence, false);
	evidence.bank_count = 3;
	takes_evidence(&evidence, false);
}

/* The same of what is read: two banks of one algorithm. */
static void
nobody_reads_a_bank_twice(void **state)
{
	struct att_tpm_evidence evidence = evidence_example();
	size_t at;

	(void)state;
	evidence.banks[0] = evidence.banks[1];
	evidence.banks[0].algorithm = ATT_TPM_ALG_SHA256;
	evidence.banks[0].digests.len = PCR_COUNT * 32;
	assert_int_equal(
	    att_tpm_evidence_encode(&evidence, &none_made, &message), ATT_OK);
	/* Behind the first parts and the number of banks. */
	at = 1 + 7 * 4 + 280 + 1000 + 145 + 262 + 279 + 146 + 261;
	assert_int_equal(message.ptr[at], 2);
	assert_int_equal(message.ptr[at + 2], ATT_TPM_ALG_SHA256);
	assert_int_equal(decode_evidence(att_buf_get(&message)), ATT_OK);
	message.ptr[at] = 3;
	assert_int_equal(
	    decode_evidence(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
	message.ptr[at] = 2;
	message.ptr[at + 2] = ATT_TPM_ALG_SHA1;
	assert_int_equal(
	    decode_evidence(att_buf_get(&message)), ATT_ERR_MESSAGE_MALFORMED);
}

/* --- The others ----------------------------------------------------------- */

static void
a_guest_has_evidence_of_its_own(void **state)
{
	struct att_tpm_guest guest = { .aik = { .handle = 0x81000003 },
		.pcrs = 0xff };
	struct att_tpm_guest_evidence evidence = guest_example(), again;
	struct att_tpm_made made;

	(void)state;
	assert_int_equal(att_tpm_guest_encode(&guest, &message), ATT_OK);
	check_message(&message, decode_guest);
	guest.pcrs = 0;
	assert_int_not_equal(att_tpm_guest_encode(&guest, &message), ATT_OK);
	att_buf_reset(&message);
	assert_int_equal(
	    att_tpm_guest_evidence_encode(&evidence, &none_made, &message),
	    ATT_OK);
	assert_int_equal(
	    att_tpm_guest_evidence_decode(att_buf_get(&message), &again, &made),
	    ATT_OK);
	assert_int_equal(again.aik_certificate.len, 0);
	assert_int_equal(again.key_public.len, 312);
	assert_int_equal(again.certification_signature.len, 255);
	assert_int_equal(again.bank.digests.len, PCR_COUNT * 32);
	check_message(&message, decode_guest_evidence);
	evidence.quote_signature.len = ATT_TPM_NUMBER_MAX + 1;
	assert_int_equal(
	    att_tpm_guest_evidence_encode(&evidence, &none_made, &message),
	    ATT_ERR_TOO_LARGE);
}

static void
an_enrolment_goes_both_ways(void **state)
{
	const struct att_tpm_endorsement endorsement = {
		.ek_certificate = att_bytes(bytes, 900),
		.ek_public = att_bytes(bytes, 314),
		.aik_public = att_bytes(bytes, 280),
		.aik_name = att_bytes(bytes, 34),
	};
	const struct att_tpm_made made = { .aik = wrapped_example() };
	const struct att_tpm_activate activate = {
		.aik = key_example(),
		.credential = att_bytes(bytes, 68),
		.secret = att_bytes(bytes, 258),
	};
	struct att_tpm_endorsement again;
	struct att_tpm_made made_again;

	(void)state;
	assert_int_equal(
	    att_tpm_endorsement_encode(&endorsement, &made, &message), ATT_OK);
	assert_int_equal(att_tpm_endorsement_decode(
			     att_buf_get(&message), &again, &made_again),
	    ATT_OK);
	assert_int_equal(again.ek_certificate.len, 900);
	assert_int_equal(again.ek_public.len, 314);
	assert_int_equal(again.aik_name.len, 34);
	assert_int_equal(made_again.aik.private_part.len, 224);
	check_message(&message, decode_endorsement);
	assert_int_equal(att_tpm_activate_encode(&activate, &message), ATT_OK);
	check_message(&message, decode_activate);
}

int
main(void)
{
#define MESSAGE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		MESSAGE(a_talk_begins_with_the_tpm_that_is_meant),
		MESSAGE(bytes_come_whole),
		MESSAGE(a_key_is_in_one_place),
		MESSAGE(nobody_reads_a_key_in_two_places),
		MESSAGE(an_attestation_is_asked_for),
		MESSAGE(evidence_is_what_the_tpm_said),
		MESSAGE(evidence_has_all_its_parts),
		MESSAGE(banks_have_a_digest_for_each_pcr),
		MESSAGE(nobody_reads_a_bank_twice),
		MESSAGE(a_guest_has_evidence_of_its_own),
		MESSAGE(an_enrolment_goes_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
