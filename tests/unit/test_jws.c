/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of JSON Web Signatures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"
#include "codec/jws.h"
#include "forge.h"

#define HEADER "{\"alg\":\"ES256\",\"x5c\":[\"AQID\"]}"

static void
put_part(struct att_buf *out, const char *text)
{
	if (att_base64url_encode(att_bytes_text(text), out) != ATT_OK)
		abort();
}

typedef enum att_err parse_fn(
    struct att_bytes text, struct att_jws **jwsp, struct att_reason *why);

/* A JWS of that header and payload, whose signature is three zeros. */
static enum att_err
parse_by(parse_fn *read, const char *header, const char *payload,
    struct att_jws **jws)
{
	struct att_reason why = { 0 };
	struct att_buf text;
	enum att_err err;

	att_buf_init(&text, 1 << 20);
	put_part(&text, header);
	forge_put_byte(&text, '.');
	put_part(&text, payload);
	forge_put_raw(&text, ".AAAA", 5);
	err = read(att_buf_get(&text), jws, &why);
	if (err != ATT_OK) {
		assert_null(*jws);
		assert_int_equal(why.code, err);
	}
	att_buf_reset(&text);
	return err;
}

static enum att_err
parse(const char *header, const char *payload, struct att_jws **jws)
{
	return parse_by(att_jws_parse, header, payload, jws);
}

static void
reads_the_parts(void **state)
{
	struct att_jws *jws;
	int64_t number;

	(void)state;
	assert_int_equal(
	    parse("{\"alg\":\"RS256\",\"kid\":\"1\",\"x5c\":[\"AQID\",\"+/8=\","
		  "\"/w==\"]}",
		"{\"a\":\"text\",\"b\":true,\"c\":\"true\",\"d\":-5,\"e\":1.0}",
		&jws),
	    ATT_OK);
	assert_int_equal(att_jws_get_count(jws), 3);
	assert_true(att_bytes_is_equal(
	    att_jws_get_certificate(jws, 0), att_bytes("\1\2\3", 3)));
	assert_true(att_bytes_is_equal(
	    att_jws_get_certificate(jws, 1), att_bytes("\xfb\xff", 2)));
	assert_true(att_bytes_is_equal(
	    att_jws_get_certificate(jws, 2), att_bytes("\xff", 1)));
	assert_string_equal(att_jws_get_text(jws, "a"), "text");
	assert_null(att_jws_get_text(jws, "b"));
	assert_null(att_jws_get_text(jws, "z"));
	assert_true(att_jws_is_true(jws, "b"));
	assert_false(att_jws_is_true(jws, "c"));
	assert_false(att_jws_is_true(jws, "z"));
	assert_true(att_jws_get_integer(jws, "d", &number));
	assert_int_equal(number, -5);
	assert_false(att_jws_get_integer(jws, "a", &number));
	assert_false(att_jws_get_integer(jws, "e", &number));
	assert_false(att_jws_get_integer(jws, "z", &number));
	att_jws_free(&jws);
	assert_null(jws);
	att_jws_free(&jws);
}

static void
refuses_other_headers(void **state)
{
	static const struct {
		const char *header;
		enum att_err err;
	} cases[] = {
		{ HEADER, ATT_OK },
		{ "", ATT_ERR_JWS_MALFORMED },
		{ "{", ATT_ERR_JWS_MALFORMED },
		{ "[]", ATT_ERR_JWS_MALFORMED },
		{ HEADER "x", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"alg\":\"ES256\",\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"crit\":[],\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"es256\",\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"none\",\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"HS256\",\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"RS1\",\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":[\"ES256\"],\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"ES256\\u0000\",\"x5c\":[\"AQID\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"x5c\":[\"AQID\"]}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"ES256\"}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":\"AQID\"}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[]}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[1]}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"\"]}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AQI\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AQJ=\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"A===\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AQ-_\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AQ D\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AQ==AQID\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"ES256\",\"x5c\":[\"AQID\",\"AQID\",\"AQID\","
		  "\"AQID\",\"AQID\",\"AQID\",\"AQID\",\"AQID\",\"AQID\"]}",
		    ATT_ERR_JWS_MALFORMED },
	};
	struct att_jws *jws;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (parse(cases[i].header, "{}", &jws) != cases[i].err)
			fail_msg("%s", cases[i].header);
		att_jws_free(&jws);
	}
}

static void
refuses_other_payloads(void **state)
{
	struct att_jws *jws;

	(void)state;
	assert_int_equal(parse(HEADER, "{}", &jws), ATT_OK);
	att_jws_free(&jws);
	assert_int_equal(parse(HEADER, "", &jws), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(parse(HEADER, "[]", &jws), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(parse(HEADER, "{}{}", &jws), ATT_ERR_JWS_MALFORMED);
	assert_int_equal(
	    parse(HEADER, "{\"a\":1,\"a\":1}", &jws), ATT_ERR_JWS_MALFORMED);
}

/* HEADER in base64url. */
#define GOOD "eyJhbGciOiJFUzI1NiIsIng1YyI6WyJBUUlEIl19"

static void
refuses_other_texts(void **state)
{
	static const char *const texts[] = { "", ".", "..", "...", GOOD,
		GOOD ".e30", GOOD ".e30.", ".e30.AAAA", GOOD "..AAAA",
		GOOD ".e30.AAAA.", GOOD ".e30.AAAA.AAAA", GOOD "=.e30.AAAA",
		" " GOOD ".e30.AAAA", GOOD ".e30.AAAA\n", GOOD ".e30=.AAAA",
		GOOD ".e30.A+AA", GOOD ".e31.AAAA", GOOD ".e30.AAB" };
	char *huge = malloc(ATT_JWS_MAX + 1);
	struct att_jws *jws;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (att_jws_parse(att_bytes_text(texts[i]), &jws, NULL) !=
		    ATT_ERR_JWS_MALFORMED)
			fail_msg("%s", texts[i]);
		assert_null(jws);
	}
	assert_int_equal(
	    att_jws_parse(att_bytes_text(GOOD ".e30.AAAA"), &jws, NULL),
	    ATT_OK);
	att_jws_free(&jws);
	assert_non_null(huge);
	memset(huge, 'A', ATT_JWS_MAX + 1);
	assert_int_equal(
	    att_jws_parse(att_bytes(huge, ATT_JWS_MAX + 1), &jws, NULL),
	    ATT_ERR_JWS_MALFORMED);
	assert_int_equal(
	    att_jws_parse_large(att_bytes_text("e30.e30.AAAA"), 11, &jws, NULL),
	    ATT_ERR_JWS_MALFORMED);
	free(huge);
}

static void
holds_tokens_to_more(void **state)
{
	static const struct {
		const char *header;
		enum att_err err;
	} cases[] = {
		{ "{\"alg\":\"RS256\"}", ATT_OK },
		{ "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"1\"}", ATT_OK },
		{ "{\"alg\":\"RS256\",\"x5c\":[\"AQID\"]}", ATT_OK },
		{ "{\"alg\":\"none\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"None\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"rs256\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"RS1\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"RS512\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"PS256\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"ES256\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"HS256\"}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":null}", ATT_ERR_JWS_ALGORITHM },
		{ "{}", ATT_ERR_JWS_ALGORITHM },
		{ "{\"alg\":\"RS256\",\"crit\":[\"exp\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"b64\":false}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"b64\":true}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"typ\":\"jwt\"}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"typ\":[\"JWT\"]}",
		    ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"x5c\":null}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"x5c\":[]}", ATT_ERR_JWS_MALFORMED },
		{ "{\"alg\":\"RS256\",\"kid\":\"1\",\"kid\":\"1\"}",
		    ATT_ERR_JWS_MALFORMED },
	};
	struct att_jws *jws;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (parse_by(att_jws_parse_token, cases[i].header, "{}",
			&jws) != cases[i].err)
			fail_msg("%s", cases[i].header);
		att_jws_free(&jws);
	}
	assert_int_equal(
	    parse_by(att_jws_parse_token, cases[1].header, "{}", &jws), ATT_OK);
	assert_int_equal(att_jws_get_count(jws), 0);
	assert_string_equal(att_jws_get_header_text(jws, "kid"), "1");
	assert_null(att_jws_get_header_text(jws, "jku"));
	att_jws_free(&jws);
}

/* One byte more than a mebibyte is too much, whatever it says. */
static void
a_token_is_not_longer_than_a_mebibyte(void **state)
{
	struct att_reason why = { 0 };
	struct att_jws *jws;
	struct att_buf text;

	(void)state;
	att_buf_init(&text, ATT_JWS_TOKEN_MAX + 1);
	put_part(&text, "{\"alg\":\"RS256\"}");
	forge_put_raw(&text, ".e30.", 5);
	while (text.len < ATT_JWS_TOKEN_MAX)
		forge_put_byte(&text, 'A');
	assert_int_equal(
	    att_jws_parse_token(att_buf_get(&text), &jws, &why), ATT_OK);
	att_jws_free(&jws);
	forge_put_byte(&text, 'A');
	assert_int_equal(att_jws_parse_token(att_buf_get(&text), &jws, &why),
	    ATT_ERR_JWS_MALFORMED);
	assert_non_null(strstr(why.text, "1048577 bytes"));
	att_buf_reset(&text);
}

/* Signed in the form of a JWS, or with ECDSA in DER. */
static void
make_signed(EVP_PKEY *key, int32_t alg, bool is_der, struct att_buf *out)
{
	struct att_buf sig;
	uint8_t raw[64];

	att_buf_init(out, 1 << 16);
	att_buf_init(&sig, 1 << 16);
	put_part(
	    out, alg == -7 ? HEADER : "{\"alg\":\"RS256\",\"x5c\":[\"AQID\"]}");
	forge_put_byte(out, '.');
	put_part(out, "{\"a\":true}");
	forge_sign(key, alg, att_buf_get(out), &sig);
	if (alg == -7 && !is_der) {
		forge_unwrap_ecdsa(att_buf_get(&sig), raw);
		att_buf_reset(&sig);
		forge_put_raw(&sig, raw, sizeof(raw));
	}
	forge_put_byte(out, '.');
	if (att_base64url_encode(att_buf_get(&sig), out) != ATT_OK)
		abort();
	att_buf_reset(&sig);
}

static enum att_err
judge(struct att_bytes text, EVP_PKEY *key)
{
	struct att_reason why = { 0 };
	struct att_jws *jws;
	enum att_err err;

	if ((err = att_jws_parse(text, &jws, &why)) != ATT_OK)
		return err;
	err = att_jws_verify(jws, key, &why);
	if (err != ATT_OK)
		assert_int_equal(why.code, err);
	att_jws_free(&jws);
	return err;
}

static void
verifies(void **state)
{
	EVP_PKEY *ec = forge_key(-7), *rsa = forge_key(-257);
	EVP_PKEY *other = forge_key(-7), *p384 = forge_key(-35);
	struct att_buf text;

	(void)state;
	make_signed(ec, -7, false, &text);
	assert_int_equal(judge(att_buf_get(&text), ec), ATT_OK);
	assert_int_equal(
	    judge(att_buf_get(&text), other), ATT_ERR_STATEMENT_SIGNATURE);
	assert_int_equal(
	    judge(att_buf_get(&text), rsa), ATT_ERR_STATEMENT_ALGORITHM);
	assert_int_equal(
	    judge(att_buf_get(&text), p384), ATT_ERR_STATEMENT_ALGORITHM);
	att_buf_reset(&text);
	make_signed(ec, -7, true, &text);
	assert_int_equal(
	    judge(att_buf_get(&text), ec), ATT_ERR_SIGNATURE_ENCODING);
	att_buf_reset(&text);
	make_signed(rsa, -257, false, &text);
	assert_int_equal(judge(att_buf_get(&text), rsa), ATT_OK);
	assert_int_equal(
	    judge(att_buf_get(&text), ec), ATT_ERR_STATEMENT_ALGORITHM);
	att_buf_reset(&text);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(other);
	EVP_PKEY_free(p384);
}

/* One text per value: no bit of it can be another. */
static void
no_bit_can_be_turned_over(void **state)
{
	EVP_PKEY *key = forge_key(-7);
	struct att_buf text;

	(void)state;
	make_signed(key, -7, false, &text);
	for (size_t bit = 0; bit < 8 * text.len; bit++) {
		text.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(judge(att_buf_get(&text), key), ATT_OK);
		text.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t len = 0; len < text.len; len++)
		assert_int_not_equal(
		    judge(att_bytes(text.ptr, len), key), ATT_OK);
	assert_int_equal(judge(att_buf_get(&text), key), ATT_OK);
	att_buf_reset(&text);
	EVP_PKEY_free(key);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_the_parts),
		cmocka_unit_test(refuses_other_headers),
		cmocka_unit_test(refuses_other_payloads),
		cmocka_unit_test(refuses_other_texts),
		cmocka_unit_test(holds_tokens_to_more),
		cmocka_unit_test(a_token_is_not_longer_than_a_mebibyte),
		cmocka_unit_test(verifies),
		cmocka_unit_test(no_bit_can_be_turned_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
