/* SPDX-License-Identifier: BSD-2-Clause */
/* The error list and the text of refusals. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <security/_pam_types.h>

#include "base/err.h"

static void
codes_are_unique_and_plain(void **state)
{
	(void)state;
	for (int i = 0; i < ATT_ERR_COUNT; i++) {
		const char *code = att_err_code((enum att_err)i);

		assert_int_equal(
		    strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-"),
		    strlen(code));
		assert_true(strlen(att_err_text((enum att_err)i)) > 0);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(
			    code, att_err_code((enum att_err)j));
	}
}

static void
no_error_is_success_or_ignore(void **state)
{
	(void)state;
	for (int i = 0; i <= ATT_ERR_COUNT; i++) {
		assert_int_not_equal(att_err_pam((enum att_err)i), PAM_SUCCESS);
		assert_int_not_equal(att_err_pam((enum att_err)i), PAM_IGNORE);
	}
}

static void
unknown_value_is_internal(void **state)
{
	(void)state;
	assert_string_equal(att_err_code((enum att_err)9999), "internal");
	assert_int_equal(
	    att_err_category((enum att_err) - 1), ATT_CATEGORY_bug);
}

/* What tells "refused" from "cannot tell". */
static void
only_the_judged_is_refused(void **state)
{
	(void)state;
	assert_true(att_err_is_refusal(ATT_ERR_CBOR_MALFORMED));
	assert_true(att_err_is_refusal(ATT_ERR_FORMAT_REFUSED));
	assert_true(att_err_is_refusal(ATT_ERR_RP_ID_HASH));
	assert_false(att_err_is_refusal(ATT_OK));
	assert_false(att_err_is_refusal(ATT_ERR_STORE_NO_USER));
	assert_false(att_err_is_refusal(ATT_ERR_TIMEOUT));
	assert_false(att_err_is_refusal(ATT_ERR_CONF_VALUE));
	assert_false(att_err_is_refusal(ATT_ERR_NO_MEMORY));
	assert_false(att_err_is_refusal(ATT_ERR_INTERNAL));
	assert_false(att_err_is_refusal((enum att_err)9999));
}

static void
table_of_return_codes_holds(void **state)
{
	static const struct {
		enum att_err err;
		int pam;
	} rows[] = {
		{ ATT_ERR_STORE_NO_USER, PAM_USER_UNKNOWN },
		{ ATT_ERR_TIMEOUT, PAM_AUTH_ERR },
		{ ATT_ERR_WRONG_AUTHENTICATOR, PAM_AUTH_ERR },
		{ ATT_ERR_PIN_INVALID, PAM_AUTH_ERR },
		{ ATT_ERR_CANCELLED, PAM_AUTH_ERR },
		{ ATT_ERR_NO_AUTHENTICATOR, PAM_AUTHINFO_UNAVAIL },
		{ ATT_ERR_ATTESTATION_WITHDRAWN, PAM_CRED_EXPIRED },
		{ ATT_ERR_TOKEN_CLAIM, PAM_PERM_DENIED },
		{ ATT_ERR_CONF_UNKNOWN_OPTION, PAM_SERVICE_ERR },
		{ ATT_ERR_SYSTEM, PAM_SYSTEM_ERR },
		{ ATT_ERR_NO_MEMORY, PAM_BUF_ERR },
		{ ATT_ERR_CONVERSATION, PAM_CONV_ERR },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(att_err_pam(rows[i].err), rows[i].pam);
}

static void
control_characters_are_escaped(void **state)
{
	struct att_reason why;

	(void)state;
	assert_int_equal(att_refuse(&why, ATT_ERR_USAGE, "a%sb", "\n\x1b[2J"),
	    ATT_ERR_USAGE);
	assert_int_equal(why.code, ATT_ERR_USAGE);
	assert_string_equal(why.text, "a\\x0a\\x1b[2Jb");
	att_reason_set(&why, ATT_ERR_USAGE, "%s", "\xc2\x9b\xe2\x80\xae\xff");
	assert_string_equal(why.text, "\\xc2\\x9b\\xe2\\x80\\xae\\xff");
}

static void
overlong_text_ends_in_dots(void **state)
{
	struct att_reason why;
	char text[2000];

	(void)state;
	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	att_reason_set(&why, ATT_ERR_USAGE, "%s", text);
	assert_true(strlen(why.text) < sizeof(why.text));
	assert_string_equal(why.text + strlen(why.text) - 3, "...");
	/* Cut where no byte is escaped as well. */
	memset(text, 'a', sizeof(text) - 1);
	att_reason_set(&why, ATT_ERR_USAGE, "%s", text);
	assert_int_equal(strlen(why.text), sizeof(why.text) - 1);
	assert_string_equal(why.text + strlen(why.text) - 3, "...");
}

static void
plain_keeps_a_reason_that_fits(void **state)
{
	struct att_reason why;

	(void)state;
	att_reason_set(&why, ATT_ERR_USAGE, "detail");
	assert_int_equal(att_refuse_plain(&why, ATT_ERR_USAGE), ATT_ERR_USAGE);
	assert_string_equal(why.text, "detail");
	assert_int_equal(
	    att_refuse_plain(&why, ATT_ERR_SYSTEM), ATT_ERR_SYSTEM);
	assert_string_equal(why.text, att_err_text(ATT_ERR_SYSTEM));
	assert_int_equal(
	    att_refuse_plain(NULL, ATT_ERR_SYSTEM), ATT_ERR_SYSTEM);
}

static void
within_adds_the_object(void **state)
{
	struct att_reason why;

	(void)state;
	att_reason_set(&why, ATT_ERR_USAGE, "detail");
	assert_int_equal(att_refuse_within(&why, ATT_ERR_USAGE, "file %d", 7),
	    ATT_ERR_USAGE);
	assert_string_equal(why.text, "file 7: detail");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_unique_and_plain),
		cmocka_unit_test(no_error_is_success_or_ignore),
		cmocka_unit_test(unknown_value_is_internal),
		cmocka_unit_test(only_the_judged_is_refused),
		cmocka_unit_test(table_of_return_codes_holds),
		cmocka_unit_test(control_characters_are_escaped),
		cmocka_unit_test(overlong_text_ends_in_dots),
		cmocka_unit_test(plain_keeps_a_reason_that_fits),
		cmocka_unit_test(within_adds_the_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
