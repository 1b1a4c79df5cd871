/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of which key of a TPM a token names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"
#include "forge.h"
#include "token/binding.h"
#include "token/token.h"

#define N_SIZE 256

/* Base64url of an odd number of 2048 bits that begins with c5 and this byte. */
static const char *
number(uint8_t second)
{
	static char texts[4][N_SIZE * 2];
	static unsigned int next;
	char *text = texts[next++ % 4];
	uint8_t bytes[N_SIZE] = { 0xc5, second };
	struct att_buf out;

	bytes[N_SIZE - 1] = 1;
	att_buf_init(&out, N_SIZE * 2);
	if (att_base64url_encode(att_bytes(bytes, N_SIZE), &out) != ATT_OK)
		abort();
	memcpy(text, out.ptr, out.len);
	text[out.len] = '\0';
	att_buf_reset(&out);
	return text;
}

static void
put_part(struct att_buf *out, struct att_bytes bytes)
{
	if (att_base64url_encode(bytes, out) != ATT_OK)
		abort();
}

/* Reads the binding of a token with these claims, which nobody signed. */
static enum att_err
read_claims(struct att_bytes claims, struct att_binding *binding,
    struct att_reason *why)
{
	struct att_token *token;
	struct att_buf text;
	enum att_err err;

	*why = (struct att_reason){ 0 };
	att_buf_init(&text, 1 << 20);
	put_part(&text, att_bytes_text("{\"alg\":\"RS256\",\"typ\":\"JWT\"}"));
	forge_put_byte(&text, '.');
	put_part(&text, claims);
	forge_put_raw(&text, ".AAAA", 5);
	if (att_token_parse(att_buf_get(&text), &token, why) != ATT_OK)
		fail_msg("%s", why->text);
	err = att_binding_read(token, binding, why);
	assert_int_equal(why->code, err);
	assert_int_equal(binding->kind == ATT_BINDING_NONE, err != ATT_OK);
	att_token_free(&token);
	att_buf_reset(&text);
	return err;
}

/* The same for claims written as for printf. */
static enum att_err ATT_PRINTF(3, 4) read_text(struct att_binding *binding,
    struct att_reason *why, const char *format, ...)
{
	char claims[8192];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(claims, sizeof(claims), format, args);
	va_end(args);
	assert_in_range(len, 2, sizeof(claims) - 1);
	return read_claims(att_bytes(claims, (size_t)len), binding, why);
}

#define JWK "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"AQAB\"}"
#define NAMED(kid)                                                             \
	"{\"kty\":\"RSA\",\"kid\":\"" kid "\",\"n\":\"%s\",\"e\":\"AQAB\"}"
#define REPORT(cnf, asked, info)                                               \
	"{\"cnf\":{\"jwk\":" cnf "},\"x-ms-tpm-request-key\":{\"jwk\":" asked  \
	",\"info\":" info "}}"
#define CERTIFIED(attributes) "{\"tpm_certify\":{\"obj_attr\":" attributes "}}"

static void
is_number(const struct att_binding *binding, uint8_t second)
{
	assert_int_equal(binding->modulus_len, N_SIZE);
	assert_int_equal(binding->modulus[0], 0xc5);
	assert_int_equal(binding->modulus[1], second);
	assert_int_equal(binding->exponent_len, 3);
	assert_memory_equal(binding->exponent, "\1\0\1", 3);
}

static void
a_report_names_the_key_that_asked(void **state)
{
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(
	    read_text(&binding, &why, REPORT(JWK, JWK, CERTIFIED("262258")),
		number(1), number(1)),
	    ATT_OK);
	assert_int_equal(binding.kind, ATT_BINDING_REQUEST_KEY);
	assert_string_equal(binding.where, "/cnf/jwk");
	assert_int_equal(binding.attributes, 0x40072);
	assert_int_equal(binding.pcrs, 0);
	is_number(&binding, 1);
}

/* Anybody may ask with a key of his own and have another one in "cnf". */
static void
both_places_name_the_same_key(void **state)
{
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(
	    read_text(&binding, &why, REPORT(JWK, JWK, CERTIFIED("50")),
		number(1), number(2)),
	    ATT_ERR_BINDING_MISSING);
	assert_non_null(strstr(why.text, "another key"));
	assert_int_equal(
	    read_text(&binding, &why,
		REPORT(JWK, "{\"kty\":\"RSA\",\"n\":\"%s\",\"e\":\"Aw\"}",
		    CERTIFIED("50")),
		number(1), number(1)),
	    ATT_ERR_BINDING_MISSING);
	assert_non_null(strstr(why.text, "another key"));
}

static void
the_key_has_to_stay_in_the_tpm(void **state)
{
	static const struct {
		const char *info;
		enum att_err err;
	} rows[] = {
		{ "{\"tpm_certify\":{\"obj_attr\":50}}", ATT_OK },
		{ "{\"tpm_certify\":{\"obj_attr\":4294967295}}", ATT_OK },
		{ "{\"tpm_quote\":{\"hash_alg\":\"sha-256\"}}",
		    ATT_ERR_BINDING_SOFTWARE },
		{ "{}", ATT_ERR_BINDING_SOFTWARE },
		{ "[50]", ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":true}", ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{}}", ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{\"obj_attr\":\"50\"}}",
		    ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{\"obj_attr\":50.0}}",
		    ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{\"obj_attr\":-1}}",
		    ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{\"obj_attr\":4294967346}}",
		    ATT_ERR_BINDING_SOFTWARE },
		/* fixedTPM, fixedParent, sensitiveDataOrigin: one is not there
		 */
		{ "{\"tpm_certify\":{\"obj_attr\":48}}",
		    ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{\"obj_attr\":34}}",
		    ATT_ERR_BINDING_SOFTWARE },
		{ "{\"tpm_certify\":{\"obj_attr\":262226}}",
		    ATT_ERR_BINDING_SOFTWARE },
	};
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum att_err err = read_text(&binding, &why,
		    REPORT(JWK, JWK, "%s"), number(1), number(1), rows[i].info);

		if (err != rows[i].err)
			fail_msg("%s: %s", rows[i].info, att_err_code(err));
	}
}

static void
what_is_not_there_binds_to_nothing(void **state)
{
	static const char *const rows[] = {
		"{}",
		"{\"cnf\":{}}",
		"{\"cnf\":{\"jwk\":{}},\"x-ms-tpm-request-key\":{\"jwk\":{}}}",
		"{\"cnf\":5,\"x-ms-tpm-request-key\":[]}",
		"{\"x-ms-attestation-type\":\"azurevm\"}",
		/* types that name no TPM in a way that is known */
		"{\"x-ms-attestation-type\":\"sgx\"}",
		"{\"x-ms-attestation-type\":\"sevsnpvm\"}",
		"{\"x-ms-attestation-type\":\"AzureVM\"}",
		"{\"x-ms-attestation-type\":[\"azurevm\"]}",
	};
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    read_claims(att_bytes_text(rows[i]), &binding, &why),
		    ATT_ERR_BINDING_MISSING);
}

/* What another kind of token calls "cnf" was never seen by a TPM. */
static void
only_reports_name_the_key_that_asked(void **state)
{
	static const struct {
		const char *type;
		enum att_err err;
	} rows[] = {
		{ "\"tpm\"", ATT_OK },
		{ "\"sgx\"", ATT_ERR_BINDING_MISSING },
		{ "\"sevsnpvm\"", ATT_ERR_BINDING_MISSING },
		{ "\"TPM\"", ATT_ERR_BINDING_MISSING },
		{ "\"\"", ATT_ERR_BINDING_MISSING },
		{ "null", ATT_ERR_BINDING_MISSING },
		{ "[\"tpm\"]", ATT_ERR_BINDING_MISSING },
	};
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum att_err err = read_text(&binding, &why,
		    "{\"x-ms-attestation-type\":%s,\"cnf\":{\"jwk\":" JWK
		    "},\"x-ms-tpm-request-key\":{\"jwk\":" JWK
		    ",\"info\":" CERTIFIED("262258") "}}",
		    rows[i].type, number(1), number(1));

		if (err != rows[i].err)
			fail_msg("%s: %s", rows[i].type, att_err_code(err));
	}
}

static void
keys_that_no_tpm_has_are_refused(void **state)
{
	static const char small[] =
	    "{\"kty\":\"RSA\",\"n\":\"xQE\",\"e\":\"AQAB\"}";
	char large[5600 / 8 * 4 / 3 + 3];
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(read_text(&binding, &why,
			     REPORT("%s", "%s", CERTIFIED("50")), small, small),
	    ATT_ERR_BINDING_MISSING);
	/* 5592 bits: an RSA key, but none that a TPM could have */
	memset(large, 'x', sizeof(large));
	large[699 / 3 * 4] = '\0';
	assert_int_equal(read_text(&binding, &why,
			     REPORT(JWK, JWK, CERTIFIED("50")), large, large),
	    ATT_ERR_BINDING_MISSING);
	assert_non_null(strstr(why.text, "at most 4096"));
	assert_int_equal(
	    read_text(&binding, &why,
		REPORT("{\"kty\":\"EC\",\"n\":\"%s\",\"e\":\"AQAB\"}", JWK,
		    CERTIFIED("50")),
		number(1), number(1)),
	    ATT_ERR_BINDING_MISSING);
}

#define AZUREVM(tee_keys, keys, pcrs)                                          \
	"{\"x-ms-attestation-type\":\"azurevm\","                              \
	"\"x-ms-azurevm-attested-pcrs\":" pcrs ",\"x-ms-isolation-tee\":"      \
	"{\"x-ms-runtime\":{\"keys\":[" tee_keys "]}},"                        \
	"\"x-ms-runtime\":{\"keys\":[" keys "]}}"
#define PCRS "[0,1,2,3,4,5,6,7]"

static void
the_attestation_key_goes_before_the_ephemeral_one(void **state)
{
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(read_text(&binding, &why,
			     AZUREVM(NAMED("HCLEkPub") "," NAMED("HCLAkPub"),
				 NAMED("TpmEphemeralEncryptionKey"), PCRS),
			     number(1), number(2), number(3)),
	    ATT_OK);
	assert_int_equal(binding.kind, ATT_BINDING_ATTESTATION_KEY);
	assert_string_equal(
	    binding.where, "/x-ms-isolation-tee/x-ms-runtime/keys");
	assert_int_equal(binding.pcrs, 0);
	assert_int_equal(binding.attributes, 0);
	is_number(&binding, 2);
	assert_int_equal(
	    read_text(&binding, &why,
		AZUREVM(NAMED("HCLEkPub"), NAMED("TpmEphemeralEncryptionKey"),
		    "[0,7,23]"),
		number(1), number(3)),
	    ATT_OK);
	assert_int_equal(binding.kind, ATT_BINDING_EPHEMERAL_KEY);
	assert_string_equal(binding.where, "/x-ms-runtime/keys");
	assert_int_equal(binding.pcrs, 0x800081);
	is_number(&binding, 3);
}

/* Elsewhere they are what the client of the service wrote. */
static void
keys_count_in_their_place_only(void **state)
{
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(read_text(&binding, &why,
			     AZUREVM(NAMED("TpmEphemeralEncryptionKey"),
				 NAMED("HCLAkPub"), PCRS),
			     number(1), number(2)),
	    ATT_ERR_BINDING_MISSING);
	assert_int_equal(
	    read_text(&binding, &why,
		AZUREVM(NAMED("hclakpub"), NAMED("HCLAkPub2"), PCRS), number(1),
		number(2)),
	    ATT_ERR_BINDING_MISSING);
}

static void
two_keys_of_a_name_are_none(void **state)
{
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(read_text(&binding, &why,
			     AZUREVM(NAMED("HCLAkPub") "," NAMED("HCLAkPub"),
				 NAMED("TpmEphemeralEncryptionKey"), PCRS),
			     number(1), number(1), number(3)),
	    ATT_ERR_BINDING_MISSING);
	assert_non_null(strstr(why.text, "two keys HCLAkPub"));
}

/* A bad attestation key is no reason to take the other one. */
static void
nothing_is_fallen_back_to(void **state)
{
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	assert_int_equal(read_text(&binding, &why,
			     AZUREVM("{\"kid\":\"HCLAkPub\"}",
				 NAMED("TpmEphemeralEncryptionKey"), PCRS),
			     number(3)),
	    ATT_ERR_BINDING_MISSING);
}

static void
the_pcrs_of_an_ephemeral_key_are_a_set(void **state)
{
	static const char *const rows[] = { "[]", "{}", "null", "5", "[24]",
		"[-1]", "[0,0]", "[\"0\"]", "[0.0]", "[0,null]",
		"[4294967296]" };
	struct att_binding binding;
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (read_text(&binding, &why,
			AZUREVM("", NAMED("TpmEphemeralEncryptionKey"), "%s"),
			rows[i], number(3)) != ATT_ERR_BINDING_MISSING)
			fail_msg("%s", rows[i]);
}

static void
kinds_have_names(void **state)
{
	(void)state;
	for (int i = 0; i < ATT_BINDING_KIND_COUNT; i++)
		assert_non_null(
		    att_binding_kind_name((enum att_binding_kind)i));
	assert_string_equal(
	    att_binding_kind_name(ATT_BINDING_REQUEST_KEY), "request-key");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_report_names_the_key_that_asked),
		cmocka_unit_test(both_places_name_the_same_key),
		cmocka_unit_test(the_key_has_to_stay_in_the_tpm),
		cmocka_unit_test(what_is_not_there_binds_to_nothing),
		cmocka_unit_test(keys_that_no_tpm_has_are_refused),
		cmocka_unit_test(
		    the_attestation_key_goes_before_the_ephemeral_one),
		cmocka_unit_test(only_reports_name_the_key_that_asked),
		cmocka_unit_test(keys_count_in_their_place_only),
		cmocka_unit_test(two_keys_of_a_name_are_none),
		cmocka_unit_test(nothing_is_fallen_back_to),
		cmocka_unit_test(the_pcrs_of_an_ephemeral_key_are_a_set),
		cmocka_unit_test(kinds_have_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
