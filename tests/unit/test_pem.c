/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading PEM text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trust/pem.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END "-----END CERTIFICATE-----\n"

/* The content of the only block, as text; NULL when it is refused. */
static char *
read_one(const char *text, struct att_reason *why)
{
	struct att_pem pem = att_pem(att_bytes_text(text));
	char *copy = NULL;
	uint8_t *der;
	size_t len;
	enum att_err r;

	if ((r = att_pem_next(&pem, &der, &len, why)) != ATT_OK) {
		assert_int_equal(r, ATT_ERR_ROOTS_INVALID);
		assert_null(der);
		return NULL;
	}
	assert_non_null(der);
	copy = strndup((char *)der, len);
	free(der);
	if (att_pem_next(&pem, &der, &len, why) != ATT_OK || der != NULL) {
		free(der);
		free(copy);
		return NULL;
	}
	return copy;
}

static void
assert_reads(const char *text, const char *content)
{
	struct att_reason why = { 0 };
	char *got = read_one(text, &why);

	if (got == NULL)
		fail_msg("refused: %s", why.text);
	assert_string_equal(got, content);
	free(got);
}

static void
reads_each_padding(void **state)
{
	(void)state;
	assert_reads(BEGIN "YWJj\n" END, "abc");
	assert_reads(BEGIN "YWI=\n" END, "ab");
	assert_reads(BEGIN "YQ==\n" END, "a");
	assert_reads(BEGIN "Pz4/Pj8+\n" END, "?>?>?>");
	assert_reads(BEGIN "YW\nJj\nYQ\n==\n" END, "abca");
}

static void
passes_over_comments_and_empty_lines(void **state)
{
	(void)state;
	assert_reads("# the root\n\n#\n" BEGIN "YWJj\n" END "\n# end", "abc");
	assert_reads("# x\r\n-----BEGIN CERTIFICATE-----\r\nYWJj\r\n"
		     "-----END CERTIFICATE-----\r\n",
	    "abc");
	assert_reads(BEGIN "YWJj\n-----END CERTIFICATE-----", "abc");
}

static void
reads_nothing_from_nothing(void **state)
{
	static const char *const texts[] = { "", "\n\n", "# only\n", "#" };
	uint8_t *der;
	size_t len;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct att_pem pem = att_pem(att_bytes_text(texts[i]));

		assert_int_equal(att_pem_next(&pem, &der, &len, NULL), ATT_OK);
		assert_null(der);
	}
}

/* Together with what lies between them, the blocks are the text. */
static void
says_where_blocks_are(void **state)
{
	static const char first[] = BEGIN "YWJj\n" END;
	static const char second[] = "-----BEGIN CERTIFICATE-----\r\nYQ\r\n"
				     "==\r\n-----END CERTIFICATE-----";
	struct att_pem pem;
	char text[200];
	uint8_t *der;
	size_t len;

	(void)state;
	snprintf(text, sizeof(text), "# one\n\n%s#\n%s", first, second);
	pem = att_pem(att_bytes_text(text));
	assert_int_equal(att_pem_next(&pem, &der, &len, NULL), ATT_OK);
	free(der);
	assert_true(att_bytes_is_equal(pem.block, att_bytes_text(first)));
	assert_ptr_equal(pem.block.ptr, text + strlen("# one\n\n"));
	assert_int_equal(pem.block_line, 3);
	assert_int_equal(att_pem_next(&pem, &der, &len, NULL), ATT_OK);
	free(der);
	assert_true(att_bytes_is_equal(pem.block, att_bytes_text(second)));
	assert_int_equal(pem.block_line, 7);
	assert_int_equal(pem.line, 10);
}

static void
refuses_everything_else(void **state)
{
	static const struct {
		const char *text;
		const char *reason;
	} cases[] = {
		{ "hello\n", "line 1: neither" },
		{ " \n", "line 1: neither" },
		{ "\n" BEGIN "YWJj\n" END "x\n", "line 5: neither" },
		{ "-----BEGIN PRIVATE KEY-----\n", "line 1: a PEM block" },
		{ "-----BEGIN TRUSTED CERTIFICATE-----\n", "a PEM block" },
		{ "-----BEGIN CERTIFICATE----- \n", "a PEM block" },
		{ BEGIN "YWJj\n", "no end line" },
		{ BEGIN "YWJj\n" BEGIN "YWJj\n" END, "line 3: not base64" },
		{ BEGIN END, "line 2: the certificate is empty" },
		{ BEGIN "\nYWJj\n" END, "line 2: not base64" },
		{ BEGIN "YWJj \n" END, "line 2: not base64" },
		{ BEGIN "YWJ-\n" END, "not base64" },
		{ BEGIN "YWJ\n" END, "is cut" },
		{ BEGIN "Y\n" END, "is cut" },
		{ BEGIN "YQ=\n" END, "is cut" },
		{ BEGIN "Y===\n" END, "not base64" },
		{ BEGIN "====\n" END, "not base64" },
		{ BEGIN "YQ===\n" END, "not base64" },
		{ BEGIN "YQ==YQ==\n" END, "not base64" },
		{ BEGIN "YQ=a\n" END, "not base64" },
		{ BEGIN "YR==\n" END, "not base64" },
		{ BEGIN "YWJ=\n" END, "not base64" },
		{ BEGIN "YWJj\n-----END CERTIFICATE----- \n", "no" },
		{ BEGIN "Proc-Type: 4,ENCRYPTED\n" END, "not base64" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };
		char *got = read_one(cases[i].text, &why);

		if (got != NULL)
			fail_msg("read: %s", cases[i].text);
		if (strstr(why.text, cases[i].reason) == NULL)
			fail_msg("'%s' lacks '%s'", why.text, cases[i].reason);
	}
}

static void
refuses_bytes_of_no_text(void **state)
{
	static const char text[] = BEGIN "YW\0j\n" END;
	struct att_pem pem = att_pem(att_bytes(text, sizeof(text) - 1));
	uint8_t *der;
	size_t len;

	(void)state;
	assert_int_equal(
	    att_pem_next(&pem, &der, &len, NULL), ATT_ERR_ROOTS_INVALID);
	pem = att_pem(att_bytes("\0", 1));
	assert_int_equal(
	    att_pem_next(&pem, &der, &len, NULL), ATT_ERR_ROOTS_INVALID);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_each_padding),
		cmocka_unit_test(passes_over_comments_and_empty_lines),
		cmocka_unit_test(reads_nothing_from_nothing),
		cmocka_unit_test(says_where_blocks_are),
		cmocka_unit_test(refuses_everything_else),
		cmocka_unit_test(refuses_bytes_of_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
