/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which credentials may answer a login. Loading and judging them is
 * tests/module/case_evidence.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "verifier/candidates.h"

enum {
	COUNT = 3,
};

/* A plain one, an SSH key, an SSH key that may only run one command. */
struct three {
	char rp_ids[COUNT][16];
	char options[16];
	struct att_record records[COUNT];
	struct att_candidate list[COUNT];
	struct att_candidates candidates;
};

static void
set(struct three *three, bool plain, bool ssh, bool tied)
{
	const bool accepted[COUNT] = { plain, ssh, tied };

	*three = (struct three){
		.rp_ids = { "pam_attest", "ssh:", "ssh:" },
		.options = "restrict",
		.candidates = { .list = three->list, .count = COUNT },
	};
	for (size_t i = 0; i < COUNT; i++) {
		three->records[i].rp_id = three->rp_ids[i];
		three->list[i].record = &three->records[i];
		three->list[i].is_accepted = accepted[i];
	}
	three->records[2].ssh_options = three->options;
	att_reason_set(&three->candidates.refusal, ATT_ERR_ANCHOR_UNKNOWN, "x");
}

static enum att_err
choose(struct three *three, bool is_remote)
{
	struct att_reason why = { .code = ATT_OK };
	enum att_err r;

	r = att_candidates_choose(&three->candidates, is_remote, &why);
	assert_int_equal(why.code, r);
	return r;
}

static void
a_key_with_options_is_for_sshd_alone(void **state)
{
	struct three three;

	(void)state;
	set(&three, true, true, true);
	assert_int_equal(choose(&three, false), ATT_OK);
	assert_true(three.list[0].is_accepted);
	assert_true(three.list[1].is_accepted);
	assert_false(three.list[2].is_accepted);
	set(&three, false, false, true);
	assert_int_equal(choose(&three, false), ATT_ERR_SSH_KEY_ONLY);
}

static void
an_ssh_key_answers_for_no_other_machine(void **state)
{
	struct three three;

	(void)state;
	set(&three, true, true, true);
	assert_int_equal(choose(&three, true), ATT_OK);
	assert_true(three.list[0].is_accepted);
	assert_false(three.list[1].is_accepted);
	assert_false(three.list[2].is_accepted);
	set(&three, false, true, true);
	assert_int_equal(choose(&three, true), ATT_ERR_SSH_KEY_ONLY);
	set(&three, false, true, false);
	assert_int_equal(choose(&three, false), ATT_OK);
}

static void
none_is_left_of_none(void **state)
{
	struct three three;

	(void)state;
	set(&three, false, false, false);
	assert_int_equal(choose(&three, false), ATT_ERR_ATTESTATION_WITHDRAWN);
	assert_int_equal(choose(&three, true), ATT_ERR_ATTESTATION_WITHDRAWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_with_options_is_for_sshd_alone),
		cmocka_unit_test(an_ssh_key_answers_for_no_other_machine),
		cmocka_unit_test(none_is_left_of_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
