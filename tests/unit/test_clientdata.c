/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of client data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/clientdata.h"
#include "codec/digest.h"

static const uint8_t challenge[ATT_CHALLENGE_LEN] = { 1, 2, 3 };

#define CHALLENGE "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define TYPE "\"type\":\"webauthn.create\""
#define REST                                                                   \
	"\"challenge\":\"" CHALLENGE "\","                                     \
	"\"origin\":\"pam-attest://example\",\"crossOrigin\":false"

static enum att_err
check(const char *json)
{
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_client_data_check(att_bytes_text(json), "webauthn.create",
	    challenge, "example", &why);
	assert_int_equal(why.code, err);
	assert_int_equal(why.text[0] != '\0', err != ATT_OK);
	return err;
}

static void
makes_what_it_accepts(void **state)
{
	char *json;

	(void)state;
	assert_int_equal(att_client_data_make(
			     "webauthn.create", challenge, "example", &json),
	    ATT_OK);
	assert_string_equal(json, "{" TYPE "," REST "}");
	assert_int_equal(check(json), ATT_OK);
	free(json);
}

static void
hashes_what_it_makes(void **state)
{
	uint8_t hash[32], expected[32];
	char *json;

	(void)state;
	assert_int_equal(
	    att_client_data_make("webauthn.get", challenge, "example", &json),
	    ATT_OK);
	assert_int_equal(att_sha256(att_bytes_text(json), expected), ATT_OK);
	free(json);
	assert_int_equal(
	    att_client_data_hash("webauthn.get", challenge, "example", hash),
	    ATT_OK);
	assert_memory_equal(hash, expected, sizeof(hash));
}

static void
quotes_the_rp_id(void **state)
{
	char *json;

	(void)state;
	assert_int_equal(
	    att_client_data_make("webauthn.get", challenge, "a\"b\\c", &json),
	    ATT_OK);
	assert_non_null(strstr(json, "pam-attest://a\\\"b\\\\c\""));
	assert_int_equal(att_client_data_check(att_bytes_text(json),
			     "webauthn.get", challenge, "a\"b\\c", NULL),
	    ATT_OK);
	free(json);
}

static void
rejects_what_is_not_strict_json(void **state)
{
	(void)state;
	assert_int_equal(check(""), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("["), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("[]"), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("\"text\""), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{" TYPE "," REST "}}"), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{" TYPE "," REST), ATT_ERR_CLIENT_DATA);
	assert_int_equal(
	    check("{" TYPE "," REST ",\"x\":\"\xff\"}"), ATT_ERR_CLIENT_DATA);
}

static void
rejects_duplicate_members(void **state)
{
	(void)state;
	assert_int_equal(
	    check("{" TYPE "," TYPE "," REST "}"), ATT_ERR_CLIENT_DATA);
}

static void
rejects_nul_bytes(void **state)
{
	static const char json[] = "{" TYPE "," REST ",\"x\":\"\0\"}";
	static const char tail[] = "{" TYPE "," REST "}\0";

	(void)state;
	assert_int_equal(
	    att_client_data_check(att_bytes(json, sizeof(json) - 1),
		"webauthn.create", challenge, "example", NULL),
	    ATT_ERR_CLIENT_DATA);
	assert_int_equal(
	    att_client_data_check(att_bytes(tail, sizeof(tail) - 1),
		"webauthn.create", challenge, "example", NULL),
	    ATT_ERR_CLIENT_DATA);
}

static void
rejects_other_members(void **state)
{
	(void)state;
	assert_int_equal(
	    check("{\"type\":\"webauthn.get\"," REST "}"), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{\"type\":1," REST "}"), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{" REST "}"), ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{" TYPE ",\"challenge\":\"" CHALLENGE
			       "\",\"origin\":\"pam-attest://other\"}"),
	    ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{" TYPE ",\"challenge\":\"" CHALLENGE
			       "\",\"origin\":\"https://example\"}"),
	    ATT_ERR_CLIENT_DATA);
	assert_int_equal(check("{" TYPE ",\"challenge\":\"" CHALLENGE
			       "\",\"origin\":\"pam-attest://example\","
			       "\"crossOrigin\":true}"),
	    ATT_ERR_CLIENT_DATA);
}

static void
tells_another_challenge_apart(void **state)
{
	(void)state;
	assert_int_equal(check("{" TYPE ",\"challenge\":\"AQID\","
			       "\"origin\":\"pam-attest://example\"}"),
	    ATT_ERR_RECORD_CHALLENGE);
	assert_int_equal(check("{" TYPE ",\"challenge\":\"" CHALLENGE "=\","
			       "\"origin\":\"pam-attest://example\"}"),
	    ATT_ERR_RECORD_CHALLENGE);
	assert_int_equal(
	    check("{" TYPE ",\"origin\":\"pam-attest://example\"}"),
	    ATT_ERR_RECORD_CHALLENGE);
}

static void
rejects_more_than_the_limit(void **state)
{
	char *json = malloc(ATT_CLIENT_DATA_MAX + 2);

	(void)state;
	assert_non_null(json);
	memset(json, ' ', ATT_CLIENT_DATA_MAX + 1);
	json[ATT_CLIENT_DATA_MAX + 1] = '\0';
	memcpy(json, "{" TYPE "," REST "}", strlen("{" TYPE "," REST "}"));
	assert_int_equal(check(json), ATT_ERR_CLIENT_DATA);
	json[ATT_CLIENT_DATA_MAX] = '\0';
	assert_int_equal(check(json), ATT_OK);
	free(json);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_what_it_accepts),
		cmocka_unit_test(hashes_what_it_makes),
		cmocka_unit_test(quotes_the_rp_id),
		cmocka_unit_test(rejects_what_is_not_strict_json),
		cmocka_unit_test(rejects_duplicate_members),
		cmocka_unit_test(rejects_nul_bytes),
		cmocka_unit_test(rejects_other_members),
		cmocka_unit_test(tells_another_challenge_apart),
		cmocka_unit_test(rejects_more_than_the_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
