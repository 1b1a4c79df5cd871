/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When the host gate is asked, and what PAM is told of its refusals. What it
 * refuses is tests/module/case_host.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <security/_pam_types.h>

#include "verifier/gate.h"

static struct att_session
session_of(struct att_options *opts, enum att_phase phase)
{
	return (struct att_session){
		.fd = -1,
		.opts = opts,
		.start = { .phase = phase },
	};
}

static bool
is_asked(struct att_options *opts, enum att_phase phase)
{
	struct att_session session = session_of(opts, phase);
	struct att_gate gate;
	bool asked;

	att_gate_init(&gate);
	att_gate_open(&gate, &session);
	asked = gate.is_asked;
	/* Nothing is configured, so whatever is asked is not ready. */
	assert_int_equal(gate.unready != ATT_OK, asked);
	att_gate_close(&gate);
	return asked;
}

static void
test_phases(void **state)
{
	static const struct {
		const char *value;
		bool in_auth;
		bool in_account;
	} rows[] = {
		{ "account", false, true },
		{ "auth", true, false },
		{ "both", true, true },
	};
	static const char *const gates[] = { "require", "report" };
	struct att_options *opts;

	(void)state;
	assert_int_equal(att_options_new(&opts), ATT_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(att_options_set(opts, "host_phase",
				     rows[i].value, "test", NULL),
		    ATT_OK);
		for (size_t j = 0; j < 2; j++) {
			assert_int_equal(att_options_set(opts, "host", gates[j],
					     "test", NULL),
			    ATT_OK);
			assert_int_equal(
			    is_asked(opts, ATT_PHASE_AUTH), rows[i].in_auth);
			assert_int_equal(is_asked(opts, ATT_PHASE_ACCOUNT),
			    rows[i].in_account);
			assert_false(is_asked(opts, ATT_PHASE_PRELIM));
			assert_false(is_asked(opts, ATT_PHASE_PASSWORD));
			assert_false(is_asked(opts, ATT_PHASE_ENROLL));
		}
		assert_int_equal(
		    att_options_set(opts, "host", "off", "test", NULL), ATT_OK);
		assert_false(is_asked(opts, ATT_PHASE_AUTH));
		assert_false(is_asked(opts, ATT_PHASE_ACCOUNT));
	}
	att_options_free(&opts);
}

/* Refused is refused; the two that let a stack go on are never said. */
static void
test_codes(void **state)
{
	(void)state;
	for (int err = ATT_OK + 1; err < ATT_ERR_COUNT; err++) {
		uint32_t code = att_gate_pam_code((enum att_err)err);

		assert_int_not_equal(code, PAM_SUCCESS);
		assert_int_not_equal(code, PAM_IGNORE);
		assert_int_not_equal(code, PAM_AUTH_ERR);
		assert_int_not_equal(code, PAM_USER_UNKNOWN);
		assert_int_not_equal(code, PAM_AUTHINFO_UNAVAIL);
	}
	assert_int_equal(
	    att_gate_pam_code(ATT_ERR_JWS_MALFORMED), PAM_PERM_DENIED);
	assert_int_equal(
	    att_gate_pam_code(ATT_ERR_TOKEN_EXPIRED), PAM_PERM_DENIED);
	assert_int_equal(
	    att_gate_pam_code(ATT_ERR_TPM_TIMEOUT), PAM_PERM_DENIED);
	assert_int_equal(
	    att_gate_pam_code(ATT_ERR_JWKS_INVALID), PAM_SERVICE_ERR);
	assert_int_equal(
	    att_gate_pam_code(ATT_ERR_FILE_PERMISSIONS), PAM_SERVICE_ERR);
}

/* A gate that nobody asked says yes; one that is not ready never does. */
static void
test_not_ready(void **state)
{
	struct att_reason why = { .code = ATT_OK };
	struct att_session session;
	struct att_options *opts;
	struct att_gate gate;

	(void)state;
	assert_int_equal(att_options_new(&opts), ATT_OK);
	session = session_of(opts, ATT_PHASE_ACCOUNT);
	att_gate_init(&gate);
	att_gate_open(&gate, &session);
	assert_int_equal(att_gate_judge(&gate, &session, &why), ATT_OK);
	assert_false(session.is_host_refused);
	att_gate_close(&gate);

	assert_int_equal(
	    att_options_set(opts, "host", "require", "test", NULL), ATT_OK);
	att_gate_open(&gate, &session);
	assert_int_not_equal(att_gate_judge(&gate, &session, &why), ATT_OK);
	assert_true(session.is_host_refused);
	assert_string_not_equal(why.text, "");
	att_gate_close(&gate);
	att_options_free(&opts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_phases),
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_not_ready),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
