/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer of who gives out access tokens: maa/access_token.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maa/access_token.h"

enum {
	NOW = 1767225600,
};

/* Parses; the end is 0 after an error, and the reason repeats nothing. */
static enum att_err
parse_form(const struct att_access_form *form, const char *answer, int64_t *end)
{
	struct att_access_token token;
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_access_token_parse(
	    form, att_bytes_text(answer), NOW, &token, &why);
	*end = token.end;
	if (err == ATT_OK)
		assert_string_equal(token.text, "hidden.token-1");
	else {
		assert_null(token.text);
		assert_int_equal(token.end, 0);
		assert_int_equal(why.code, err);
		assert_null(strstr(why.text, "hidden"));
	}
	att_access_token_reset(&token);
	assert_null(token.text);
	return err;
}

static enum att_err
parse(const char *answer, int64_t *end)
{
	return parse_form(&att_access_form_oauth, answer, end);
}

static void
reads_numbers_and_texts_of_them(void **state)
{
	static const struct {
		const char *answer;
		int64_t end;
	} rows[] = {
		{ "{\"token_type\":\"Bearer\",\"expires_in\":3599,"
		  "\"access_token\":\"hidden.token-1\"}",
		    NOW + 3599 },
		{ "{\"token_type\":\"bearer\",\"expires_in\":\"3599\","
		  "\"expires_on\":\"1\",\"access_token\":\"hidden.token-1\"}",
		    NOW + 3599 },
		{ "{\"expires_on\":\"1767229199\","
		  "\"access_token\":\"hidden.token-1\"}",
		    1767229199 },
		{ "{\"expires_on\":1767229199,"
		  "\"access_token\":\"hidden.token-1\"}",
		    1767229199 },
		{ "{\"expires_in\":1,\"access_token\":\"hidden.token-1\"}",
		    NOW + 1 },
		{ "{\"expires_in\":2678400,"
		  "\"access_token\":\"hidden.token-1\"}",
		    NOW + 2678400 },
	};
	int64_t end;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(parse(rows[i].answer, &end), ATT_OK);
		assert_int_equal(end, rows[i].end);
	}
}

static void
rejects_times_that_cannot_be(void **state)
{
	static const char *const times[] = {
		"",
		"\"expires_in\":0,",
		"\"expires_in\":\"0\",",
		"\"expires_in\":-1,",
		"\"expires_in\":\"-1\",",
		"\"expires_in\":\"\",",
		"\"expires_in\":\" 1\",",
		"\"expires_in\":\"1s\",",
		"\"expires_in\":3599.0,",
		"\"expires_in\":true,",
		"\"expires_in\":null,",
		"\"expires_in\":2678401,",
		"\"expires_in\":9223372036854775807,",
		"\"expires_in\":\"9999999999999999\",",
		"\"expires_in\":\"x\",\"expires_on\":\"1767229199\",",
		"\"expires_on\":\"1767225600\",",
		"\"expires_on\":\"0\",",
		"\"expires_on\":\"1769904001\",",
		"\"expires_on\":\"2026-01-01 01:00:00\",",
		"\"expires_in\":3599,\"expires_in\":3599,",
	};
	char answer[200];
	int64_t end;

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		snprintf(answer, sizeof(answer),
		    "{%s\"access_token\":\"hidden.token-1\"}", times[i]);
		assert_int_equal(parse(answer, &end), ATT_ERR_MAA_ANSWER);
	}
}

static void
rejects_tokens_that_could_do_more_in_a_header(void **state)
{
	static const char *const tokens[] = {
		"\"\"",
		"null",
		"7",
		"[\"hidden\"]",
		"\"hidden\\r\\nX-Other: y\"",
		"\"hidden\\n\"",
		"\"hidden token\"",
		"\"hidden\\u0000\"",
		"\"hidden\\u00fc\"",
		"\"hidden,other\"",
		"\"hidden=x\"",
		"\"hidden\\t\"",
	};
	char answer[200];
	int64_t end;

	(void)state;
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		snprintf(answer, sizeof(answer),
		    "{\"expires_in\":3599,\"access_token\":%s}", tokens[i]);
		assert_int_equal(parse(answer, &end), ATT_ERR_MAA_ANSWER);
	}
	assert_int_equal(
	    parse("{\"expires_in\":3599}", &end), ATT_ERR_MAA_ANSWER);
}

static void
rejects_a_token_of_another_type(void **state)
{
	static const char *const types[] = { "\"pop\"", "\"Bearer \"", "7",
		"null", "\"mac\"" };
	char answer[200];
	int64_t end;

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		snprintf(answer, sizeof(answer),
		    "{\"token_type\":%s,\"expires_in\":3599,"
		    "\"access_token\":\"hidden.token-1\"}",
		    types[i]);
		assert_int_equal(parse(answer, &end), ATT_ERR_MAA_ANSWER);
	}
}

static void
rejects_what_is_no_object(void **state)
{
	static const char *const texts[] = { "", "<html>hidden</html>",
		"\"hidden\"", "[]", "null",
		"{\"expires_in\":3599,\"access_token\":\"hidden.token-1",
		"{\"expires_in\":3599,\"access_token\":\"hidden.token-1\"}}",
		"{\"access_token\":\"hidden.token-1\",\"expires_in\":hidden}" };
	int64_t end;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_int_equal(parse(texts[i], &end), ATT_ERR_MAA_ANSWER);
}

static void
rejects_a_long_token(void **state)
{
	char *answer = malloc(ATT_ACCESS_TOKEN_MAX + 200);
	struct att_access_token token;
	int head;

	(void)state;
	head = sprintf(answer, "{\"expires_in\":3599,\"access_token\":\"");
	memset(answer + head, 'h', ATT_ACCESS_TOKEN_MAX + 1);
	memcpy(answer + head + ATT_ACCESS_TOKEN_MAX, "\"}", 3);
	assert_int_equal(att_access_token_parse(&att_access_form_oauth,
			     att_bytes_text(answer), NOW, &token, NULL),
	    ATT_OK);
	assert_int_equal(strlen(token.text), ATT_ACCESS_TOKEN_MAX);
	att_access_token_reset(&token);
	memcpy(answer + head + ATT_ACCESS_TOKEN_MAX, "h\"}", 4);
	assert_int_equal(att_access_token_parse(&att_access_form_oauth,
			     att_bytes_text(answer), NOW, &token, NULL),
	    ATT_ERR_MAA_ANSWER);
	free(answer);
}

static void
reads_what_the_cli_prints(void **state)
{
	int64_t end;

	(void)state;
	assert_int_equal(
	    parse_form(&att_access_form_cli,
		"{\n  \"accessToken\": \"hidden.token-1\",\n"
		"  \"expiresOn\": \"2026-01-01 01:00:00.000000\",\n"
		"  \"expires_on\": 1767229200,\n  \"subscription\": \"s\",\n"
		"  \"tenant\": \"t\",\n  \"tokenType\": \"Bearer\"\n}\n",
		&end),
	    ATT_OK);
	assert_int_equal(end, NOW + 3600);
	assert_int_equal(
	    parse_form(&att_access_form_cli,
		"{\"expires_in\":3599,\"access_token\":\"hidden.token-1\"}",
		&end),
	    ATT_ERR_MAA_ANSWER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers_and_texts_of_them),
		cmocka_unit_test(rejects_times_that_cannot_be),
		cmocka_unit_test(rejects_tokens_that_could_do_more_in_a_header),
		cmocka_unit_test(rejects_a_token_of_another_type),
		cmocka_unit_test(rejects_what_is_no_object),
		cmocka_unit_test(rejects_a_long_token),
		cmocka_unit_test(reads_what_the_cli_prints),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
