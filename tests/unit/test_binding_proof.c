/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of judging what a TPM says: an RSA key of OpenSSL says what a TPM
 * would, with whatever a test wants wrong in it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "codec/tpm.h"
#include "forge.h"
#include "pki.h"
#include "token/binding.h"

enum {
	SIGNS = ATT_TPM_BOUND | ATT_TPM_USER_WITH_AUTH | ATT_TPM_SIGN,
	QUOTES = SIGNS | ATT_TPM_RESTRICTED,
	DECRYPTS = ATT_TPM_BOUND | ATT_TPM_DECRYPT
};

static EVP_PKEY *keys[2]; /* that of the TPM, and another one */
static struct att_binding binding;
static struct att_binding_challenge challenge;

/* What is said for the TPM; a good quote at first. */
static struct said {
	EVP_PKEY *key; /* that is shown */
	uint32_t attributes;
	uint16_t scheme, scheme_hash; /* of the key */
	/* the attested structure */
	uint32_t magic;
	uint16_t type;
	const uint8_t *nonce;
	size_t nonce_len;
	size_t left_over;
	/* the signature */
	EVP_PKEY *signer;
	uint16_t sig_scheme, sig_hash;
	int salt;
	bool is_over_nonce; /* not over the text of ours and the nonce */
	enum att_proof proof;
} said;

static size_t
get_number(EVP_PKEY *key, const char *name, uint8_t *out, size_t max)
{
	BIGNUM *number = NULL;
	int len;

	assert_int_equal(EVP_PKEY_get_bn_param(key, name, &number), 1);
	len = BN_num_bytes(number);
	assert_in_range(len, 1, max);
	BN_bn2bin(number, out);
	BN_free(number);
	return (size_t)len;
}

static int
make_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		keys[i] = pki_rsa_key(2048);
	return 0;
}

static int
drop_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++)
		EVP_PKEY_free(keys[i]);
	return 0;
}

static void
bind(enum att_binding_kind kind)
{
	binding = (struct att_binding){ .kind = kind, .where = "/cnf/jwk" };
	binding.modulus_len = get_number(keys[0], OSSL_PKEY_PARAM_RSA_N,
	    binding.modulus, sizeof(binding.modulus));
	binding.exponent_len = get_number(keys[0], OSSL_PKEY_PARAM_RSA_E,
	    binding.exponent, sizeof(binding.exponent));
	assert_int_equal(
	    att_binding_challenge_new(&binding, &challenge, NULL), ATT_OK);
}

static int
begin(void **state)
{
	(void)state;
	bind(ATT_BINDING_REQUEST_KEY);
	said = (struct said){ .key = keys[0],
		.attributes = QUOTES,
		.scheme = ATT_TPM_ALG_RSASSA,
		.scheme_hash = ATT_TPM_ALG_SHA256,
		.magic = ATT_TPM_GENERATED,
		.type = ATT_TPM_ST_ATTEST_QUOTE,
		.nonce = challenge.nonce,
		.nonce_len = sizeof(challenge.nonce),
		.signer = keys[0],
		.sig_scheme = ATT_TPM_ALG_RSASSA,
		.sig_hash = ATT_TPM_ALG_SHA256,
		.salt = RSA_PSS_SALTLEN_DIGEST,
		.proof = ATT_PROOF_QUOTE };
	return 0;
}

/* A key that signs anything, by a scheme of its own. */
static void
be_unrestricted(uint16_t scheme, uint16_t hash)
{
	said.attributes = SIGNS;
	said.scheme = scheme;
	said.scheme_hash = hash;
	said.proof = ATT_PROOF_SIGNATURE;
	said.sig_scheme = scheme;
	said.sig_hash = hash;
}

/* --- Structures of a TPM -------------------------------------------------- */

static void
put_public(struct att_buf *out)
{
	uint8_t modulus[512];
	size_t len = get_number(
	    said.key, OSSL_PKEY_PARAM_RSA_N, modulus, sizeof(modulus));

	forge_put_u16(out, ATT_TPM_ALG_RSA);
	forge_put_u16(out, ATT_TPM_ALG_SHA256);
	forge_put_u32(out, said.attributes);
	forge_put_u16(out, 0);
	forge_put_u16(out, ATT_TPM_ALG_NULL);
	forge_put_u16(out, said.scheme);
	if (said.scheme != ATT_TPM_ALG_NULL)
		forge_put_u16(out, said.scheme_hash);
	forge_put_u16(out, 2048);
	forge_put_u32(out, 0);
	forge_put_sized(out, modulus, len);
}

static void
put_attested(struct att_buf *out)
{
	static const uint8_t zeros[34];

	forge_put_u32(out, said.magic);
	forge_put_u16(out, said.type);
	forge_put_sized(out, zeros, 34);
	forge_put_sized(out, said.nonce, said.nonce_len);
	forge_put_raw(out, zeros, 17 + 8);
	if (said.type == ATT_TPM_ST_ATTEST_CERTIFY) {
		forge_put_sized(out, zeros, 34);
	} else {
		forge_put_u32(out, 1);
		forge_put_u16(out, ATT_TPM_ALG_SHA256);
		forge_put_raw(out, "\3\1\0\0", 4);
	}
	forge_put_sized(out, zeros, 32);
	forge_put_raw(out, zeros, said.left_over);
}

static void
put_signature(struct att_bytes message, struct att_buf *out)
{
	uint8_t bytes[512];
	size_t len = sizeof(bytes);
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;

	assert_non_null(md);
	assert_int_equal(
	    EVP_DigestSignInit_ex(md, &ctx, att_tpm_hash_find(said.sig_hash),
		NULL, NULL, said.signer, NULL),
	    1);
	if (said.sig_scheme == ATT_TPM_ALG_RSAPSS) {
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING),
		    1);
		assert_int_equal(
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, said.salt), 1);
	}
	assert_int_equal(
	    EVP_DigestSign(md, bytes, &len, message.ptr, message.len), 1);
	EVP_MD_CTX_free(md);
	forge_put_u16(out, said.sig_scheme);
	forge_put_u16(out, said.sig_hash);
	forge_put_sized(out, bytes, len);
}

/* What of an answer may be turned over before it is judged. */
struct answer {
	struct att_buf parts[3]; /* public area, attested, signature */
	uint8_t text[32];
	size_t text_len;
};

static void
sign(struct answer *answer)
{
	uint8_t text[ATT_BINDING_SIGNED_LEN];

	att_binding_put_signed(challenge.nonce, text);
	if (said.proof == ATT_PROOF_QUOTE)
		put_signature(
		    att_buf_get(&answer->parts[1]), &answer->parts[2]);
	else if (said.is_over_nonce)
		put_signature(
		    att_bytes(challenge.nonce, sizeof(challenge.nonce)),
		    &answer->parts[2]);
	else
		put_signature(att_bytes(text, sizeof(text)), &answer->parts[2]);
}

static void
make_answer(struct answer *answer)
{
	*answer = (struct answer){ .text_len = 0 };
	for (size_t i = 0; i < 3; i++)
		att_buf_init(&answer->parts[i], 4096);
	put_public(&answer->parts[0]);
	if (said.proof == ATT_PROOF_QUOTE)
		put_attested(&answer->parts[1]);
	if (said.proof == ATT_PROOF_QUOTE || said.proof == ATT_PROOF_SIGNATURE)
		sign(answer);
}

static void
drop_answer(struct answer *answer)
{
	for (size_t i = 0; i < 3; i++)
		att_buf_reset(&answer->parts[i]);
}

static enum att_err
judge_answer(const struct answer *answer, struct att_reason *why)
{
	const struct att_proven proven = { .proof = said.proof,
		.public_area = att_buf_get(&answer->parts[0]),
		.attested = att_buf_get(&answer->parts[1]),
		.signature = att_buf_get(&answer->parts[2]),
		.plaintext = att_bytes(answer->text, answer->text_len) };
	enum att_err err;

	*why = (struct att_reason){ 0 };
	err = att_binding_check_proof(&binding, &challenge, &proven, why);
	assert_int_equal(why->code, err);
	return err;
}

static struct att_reason why;

static enum att_err
judge(void)
{
	struct answer answer;
	enum att_err err;

	make_answer(&answer);
	err = judge_answer(&answer, &why);
	drop_answer(&answer);
	return err;
}

static void
refuses(enum att_err err, const char *text)
{
	assert_int_equal(judge(), err);
	if (strstr(why.text, text) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, text);
}

/* --- Good ones ------------------------------------------------------------ */

static void
quotes_and_signatures_are_proofs(void **state)
{
	static const uint16_t hashes[] = { ATT_TPM_ALG_SHA256,
		ATT_TPM_ALG_SHA384, ATT_TPM_ALG_SHA512 };

	(void)state;
	assert_int_equal(judge(), ATT_OK);
	for (size_t i = 0; i < 3; i++) {
		be_unrestricted(ATT_TPM_ALG_RSASSA, hashes[i]);
		assert_int_equal(judge(), ATT_OK);
		be_unrestricted(ATT_TPM_ALG_RSAPSS, hashes[i]);
		assert_int_equal(judge(), ATT_OK);
		/* the caller of the TPM chooses */
		said.scheme = ATT_TPM_ALG_NULL;
		assert_int_equal(judge(), ATT_OK);
	}
}

/* TPMs differ in it. */
static void
the_salt_may_have_any_length(void **state)
{
	static const int salts[] = { RSA_PSS_SALTLEN_DIGEST,
		RSA_PSS_SALTLEN_MAX, 0, 20 };

	(void)state;
	be_unrestricted(ATT_TPM_ALG_RSAPSS, ATT_TPM_ALG_SHA256);
	for (size_t i = 0; i < sizeof(salts) / sizeof(salts[0]); i++) {
		said.salt = salts[i];
		assert_int_equal(judge(), ATT_OK);
	}
}

/* Only that the key is the right one is asked. */
static void
a_key_that_is_shown_is_compared(void **state)
{
	struct att_proven proven = { .proof = ATT_PROOF_NONE };
	struct answer answer;

	(void)state;
	said.proof = ATT_PROOF_NONE;
	make_answer(&answer);
	proven.public_area = att_buf_get(&answer.parts[0]);
	assert_int_equal(
	    att_binding_check_key(&binding, &proven, &why), ATT_OK);
	refuses(ATT_ERR_BINDING_PROOF, "proves nothing");
	binding.modulus[5] ^= 1;
	assert_int_equal(att_binding_check_key(&binding, &proven, &why),
	    ATT_ERR_BINDING_KEY);
	binding.modulus[5] ^= 1;
	binding.exponent[0] ^= 2;
	assert_int_equal(att_binding_check_key(&binding, &proven, &why),
	    ATT_ERR_BINDING_KEY);
	drop_answer(&answer);
}

/* --- Bad ones ------------------------------------------------------------- */

static void
another_key_proves_nothing(void **state)
{
	(void)state;
	said.key = keys[1];
	said.signer = keys[1];
	refuses(ATT_ERR_BINDING_KEY, "another key than /cnf/jwk");
	said.key = keys[0];
	refuses(ATT_ERR_BINDING_PROOF, "not by the key");
	be_unrestricted(ATT_TPM_ALG_RSAPSS, ATT_TPM_ALG_SHA256);
	refuses(ATT_ERR_BINDING_PROOF, "not by the key");
}

static void
a_key_that_may_leave_is_software(void **state)
{
	static const uint32_t bits[] = { ATT_TPM_FIXED_TPM,
		ATT_TPM_FIXED_PARENT, ATT_TPM_SENSITIVE_DATA_ORIGIN };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		said.attributes = QUOTES & ~bits[i];
		refuses(ATT_ERR_BINDING_SOFTWARE, "may leave the TPM");
	}
}

static void
the_attributes_are_those_of_the_token(void **state)
{
	(void)state;
	binding.attributes = ATT_TPM_BOUND;
	assert_int_equal(judge(), ATT_OK);
	binding.attributes = QUOTES;
	assert_int_equal(judge(), ATT_OK);
	binding.attributes = SIGNS;
	refuses(ATT_ERR_BINDING_KEY, "the token says");
}

static void
the_quote_is_over_this_challenge(void **state)
{
	uint8_t other[33];

	(void)state;
	memcpy(other, challenge.nonce, 32);
	other[32] = 0;
	said.nonce = other;
	assert_int_equal(judge(), ATT_OK);
	for (size_t i = 0; i < 32; i++) {
		other[i] ^= 0x10;
		refuses(ATT_ERR_BINDING_PROOF, "another challenge");
		other[i] ^= 0x10;
	}
	said.nonce_len = 33;
	refuses(ATT_ERR_BINDING_PROOF, "another challenge");
	said.nonce_len = 31;
	refuses(ATT_ERR_BINDING_PROOF, "another challenge");
	said.nonce_len = 0;
	refuses(ATT_ERR_BINDING_PROOF, "another challenge");
}

static void
a_quote_is_what_only_a_tpm_makes(void **state)
{
	(void)state;
	said.magic = 0xff544346;
	refuses(ATT_ERR_BINDING_PROOF, "magic is 0xff544346");
	said.magic = ATT_TPM_GENERATED;
	said.type = ATT_TPM_ST_ATTEST_CERTIFY;
	refuses(ATT_ERR_BINDING_PROOF, "type is 0x8017");
	said.type = 0x8014;
	refuses(ATT_ERR_BINDING_PROOF, "type is 0x8014");
	said.type = ATT_TPM_ST_ATTEST_QUOTE;
	said.left_over = 1;
	refuses(ATT_ERR_BINDING_PROOF, "left over");
}

/* Whoever may use such a key writes a quote and has the TPM sign it. */
static void
a_key_that_signs_anything_does_not_quote(void **state)
{
	(void)state;
	said.attributes = SIGNS;
	refuses(ATT_ERR_BINDING_PROOF, "not for quotes alone");
	said.attributes = (QUOTES | ATT_TPM_DECRYPT) & ~ATT_TPM_SIGN;
	refuses(ATT_ERR_BINDING_PROOF, "not for quotes alone");
}

static void
a_restricted_key_does_not_sign(void **state)
{
	(void)state;
	be_unrestricted(ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA256);
	said.attributes = QUOTES;
	refuses(ATT_ERR_BINDING_PROOF, "not one to sign with");
	said.attributes = DECRYPTS;
	refuses(ATT_ERR_BINDING_PROOF, "not one to sign with");
}

/* A service that has the key sign nonces of its own does not help anybody. */
static void
the_nonce_alone_is_not_what_is_signed(void **state)
{
	(void)state;
	be_unrestricted(ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA256);
	said.is_over_nonce = true;
	refuses(ATT_ERR_BINDING_PROOF, "not by the key");
}

static void
the_scheme_is_that_of_the_key(void **state)
{
	(void)state;
	be_unrestricted(ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA256);
	said.sig_scheme = ATT_TPM_ALG_RSAPSS;
	refuses(ATT_ERR_BINDING_PROOF, "another scheme");
	be_unrestricted(ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA256);
	said.sig_hash = ATT_TPM_ALG_SHA512;
	refuses(ATT_ERR_BINDING_PROOF, "another scheme");
	be_unrestricted(ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA1);
	refuses(ATT_ERR_BINDING_PROOF, "SHA-1");
	said.scheme = ATT_TPM_ALG_NULL;
	refuses(ATT_ERR_BINDING_PROOF, "SHA-1");
}

/* Whichever bit is turned over, it is refused, and nothing is read beyond. */
static void
every_bit_of_an_answer_counts(void **state)
{
	struct answer answer;

	(void)state;
	make_answer(&answer);
	assert_int_equal(judge_answer(&answer, &why), ATT_OK);
	for (size_t part = 0; part < 3; part++) {
		struct att_buf *buf = &answer.parts[part];

		for (size_t bit = 0; bit < 8 * buf->len; bit++) {
			buf->ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (judge_answer(&answer, &why) == ATT_OK)
				/* of the attributes, those of no concern */
				assert_true(
				    part == 0 && bit / 8 >= 4 && bit / 8 < 8);
			buf->ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (size_t len = 0; len < buf->len; len++) {
			size_t whole = buf->len;

			buf->len = len;
			assert_int_not_equal(
			    judge_answer(&answer, &why), ATT_OK);
			buf->len = whole;
		}
	}
	assert_int_equal(judge_answer(&answer, &why), ATT_OK);
	drop_answer(&answer);
}

/* --- The ephemeral key ---------------------------------------------------- */

static void
decrypt(struct answer *answer)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(keys[0], NULL);
	uint8_t out[512];
	size_t len = sizeof(out);

	assert_non_null(ctx);
	assert_int_equal(EVP_PKEY_decrypt_init(ctx), 1);
	assert_int_equal(
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING), 1);
	assert_int_equal(EVP_PKEY_decrypt(ctx, out, &len, challenge.sent,
			     challenge.sent_len),
	    1);
	assert_int_equal(len, sizeof(answer->text));
	memcpy(answer->text, out, len);
	answer->text_len = len;
	EVP_PKEY_CTX_free(ctx);
}

static void
the_ephemeral_key_decrypts(void **state)
{
	struct answer answer;

	(void)state;
	bind(ATT_BINDING_EPHEMERAL_KEY);
	assert_int_equal(challenge.sent_len, 256);
	said.attributes = DECRYPTS;
	said.scheme = ATT_TPM_ALG_NULL;
	said.proof = ATT_PROOF_DECRYPTED;
	make_answer(&answer);
	assert_int_equal(judge_answer(&answer, &why), ATT_ERR_BINDING_PROOF);
	decrypt(&answer);
	assert_int_equal(judge_answer(&answer, &why), ATT_OK);
	for (size_t i = 0; i < sizeof(answer.text); i++) {
		answer.text[i] ^= 1;
		assert_int_equal(
		    judge_answer(&answer, &why), ATT_ERR_BINDING_PROOF);
		answer.text[i] ^= 1;
	}
	answer.text_len = 31;
	assert_int_equal(judge_answer(&answer, &why), ATT_ERR_BINDING_PROOF);
	drop_answer(&answer);
}

/* What proves one kind of key proves no other. */
static void
proofs_are_of_the_kind_of_the_key(void **state)
{
	struct answer answer;

	(void)state;
	bind(ATT_BINDING_EPHEMERAL_KEY);
	refuses(ATT_ERR_BINDING_PROOF, "proves nothing");
	be_unrestricted(ATT_TPM_ALG_RSASSA, ATT_TPM_ALG_SHA256);
	refuses(ATT_ERR_BINDING_PROOF, "proves nothing");
	bind(ATT_BINDING_ATTESTATION_KEY);
	said.proof = ATT_PROOF_DECRYPTED;
	make_answer(&answer);
	memcpy(answer.text, challenge.nonce, sizeof(answer.text));
	answer.text_len = sizeof(answer.text);
	assert_int_equal(judge_answer(&answer, &why), ATT_ERR_BINDING_PROOF);
	drop_answer(&answer);
}

static void
challenges_are_never_the_same(void **state)
{
	struct att_binding_challenge again;

	(void)state;
	assert_int_equal(
	    att_binding_challenge_new(&binding, &again, &why), ATT_OK);
	assert_memory_not_equal(again.nonce, challenge.nonce, 32);
	assert_int_equal(again.sent_len, 32);
	assert_memory_equal(again.sent, again.nonce, 32);
	att_binding_challenge_reset(&again);
	assert_int_equal(again.sent_len, 0);
}

/* --- The start ------------------------------------------------------------ */

static void
a_tpm_that_was_started_later_is_noticed(void **state)
{
	static const struct {
		uint64_t up_s;
		int64_t age_s;
		unsigned int leeway;
		enum att_err err;
	} rows[] = {
		{ 1000, 500, 60, ATT_OK },
		{ 1000, 1000, 0, ATT_OK },
		{ 10, 3600, 60, ATT_ERR_TOKEN_BOOT },
		{ 0, 61, 60, ATT_ERR_TOKEN_BOOT },
		{ 0, 60, 60, ATT_OK },
		{ 0, -100, 60, ATT_OK },
		/* its clock may lose a sixth */
		{ 1000, 1200, 0, ATT_OK },
		{ 1000, 1201, 0, ATT_ERR_TOKEN_BOOT },
		{ 1000, 1261, 60, ATT_ERR_TOKEN_BOOT },
		{ UINT64_MAX / 1000, 1000000, 0, ATT_OK },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct att_binding_times times = { .now = PKI_NOW,
			.issued = PKI_NOW - rows[i].age_s,
			.leeway = rows[i].leeway };

		assert_int_equal(
		    att_binding_check_start(rows[i].up_s * 1000, &times, &why),
		    rows[i].err);
	}
}

int
main(void)
{
#define PROOF(test) cmocka_unit_test_setup(test, begin)
	const struct CMUnitTest tests[] = {
		PROOF(quotes_and_signatures_are_proofs),
		PROOF(the_salt_may_have_any_length),
		PROOF(a_key_that_is_shown_is_compared),
		PROOF(another_key_proves_nothing),
		PROOF(a_key_that_may_leave_is_software),
		PROOF(the_attributes_are_those_of_the_token),
		PROOF(the_quote_is_over_this_challenge),
		PROOF(a_quote_is_what_only_a_tpm_makes),
		PROOF(a_key_that_signs_anything_does_not_quote),
		PROOF(a_restricted_key_does_not_sign),
		PROOF(the_nonce_alone_is_not_what_is_signed),
		PROOF(the_scheme_is_that_of_the_key),
		PROOF(every_bit_of_an_answer_counts),
		PROOF(the_ephemeral_key_decrypts),
		PROOF(proofs_are_of_the_kind_of_the_key),
		PROOF(challenges_are_never_the_same),
		PROOF(a_tpm_that_was_started_later_is_noticed),
	};

	return cmocka_run_group_tests(tests, make_keys, drop_keys);
}
