/* SPDX-License-Identifier: BSD-2-Clause */
/* Which credentials a key is asked for: verifier/allow_list.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier/allow_list.h"

enum {
	MANY = ATT_BATCHES_MAX * ATT_ALLOW_MAX
};

static uint8_t ids[MANY + 1][2];
static char rp_ids[MANY + 1][16];
static struct att_record records[MANY + 1];
static struct att_candidate many[MANY + 1];
static struct att_allow_list list;

/* Credentials of so many RP IDs in turn, all of them accepted. */
static struct att_candidates
candidates_of(size_t count, size_t rp_id_count)
{
	memset(many, 0, sizeof(many));
	for (size_t i = 0; i < count; i++) {
		ids[i][0] = (uint8_t)(i / rp_id_count);
		ids[i][1] = (uint8_t)(i / rp_id_count >> 8);
		snprintf(
		    rp_ids[i], sizeof(rp_ids[i]), "rp%zu", i % rp_id_count);
		records[i].rp_id = rp_ids[i];
		many[i].record = &records[i];
		many[i].verdict.credential_id = att_bytes(ids[i], 2);
		many[i].is_accepted = true;
	}
	return (struct att_candidates){ .list = many, .count = count };
}

static void
has_a_batch_for_each_rp_id(void **state)
{
	struct att_candidates candidates = candidates_of(5, 2);

	(void)state;
	assert_int_equal(att_allow_list_make(&candidates, &list), ATT_OK);
	assert_int_equal(list.count, 2);
	assert_string_equal(list.batches[0].rp_id, "rp0");
	assert_int_equal(list.batches[0].count, 3);
	assert_string_equal(list.batches[1].rp_id, "rp1");
	assert_int_equal(list.batches[1].count, 2);
	/* The same ID below another RP ID is another credential. */
	for (size_t i = 0; i < 5; i++) {
		assert_ptr_equal(att_allow_list_find(&list, &candidates, i % 2,
				     att_bytes(ids[i], 2)),
		    &many[i]);
		assert_ptr_equal(
		    att_allow_list_find_at(&list, &candidates, i % 2, i / 2),
		    &many[i]);
	}
}

static void
leaves_out_what_is_not_accepted(void **state)
{
	struct att_candidates candidates = candidates_of(4, 2);

	(void)state;
	many[1].is_accepted = many[3].is_accepted = false;
	assert_int_equal(att_allow_list_make(&candidates, &list), ATT_OK);
	assert_int_equal(list.count, 1);
	assert_null(
	    att_allow_list_find(&list, &candidates, 1, att_bytes(ids[1], 2)));
	assert_null(att_allow_list_find_at(&list, &candidates, 1, 0));
	many[0].is_accepted = false;
	assert_int_equal(att_allow_list_make(&candidates, &list), ATT_OK);
	assert_int_equal(list.batches[0].count, 1);
	assert_null(
	    att_allow_list_find(&list, &candidates, 0, att_bytes(ids[0], 2)));
	assert_ptr_equal(
	    att_allow_list_find_at(&list, &candidates, 0, 0), &many[2]);
}

static void
finds_nothing_that_was_not_asked_for(void **state)
{
	struct att_candidates candidates = candidates_of(4, 2);
	static const uint8_t other[2] = { 9, 9 };

	(void)state;
	assert_int_equal(att_allow_list_make(&candidates, &list), ATT_OK);
	assert_null(
	    att_allow_list_find(&list, &candidates, 0, att_bytes(other, 2)));
	assert_null(
	    att_allow_list_find(&list, &candidates, 0, att_bytes(ids[0], 1)));
	assert_null(
	    att_allow_list_find(&list, &candidates, 2, att_bytes(ids[0], 2)));
	assert_null(att_allow_list_find(
	    &list, &candidates, SIZE_MAX, att_bytes(ids[0], 2)));
	assert_null(att_allow_list_find_at(&list, &candidates, 0, 2));
	assert_null(att_allow_list_find_at(&list, &candidates, 2, 0));
	assert_null(att_allow_list_find_at(&list, &candidates, 15, 63));
}

static void
has_limits(void **state)
{
	struct att_candidates candidates = candidates_of(MANY, ATT_BATCHES_MAX);

	(void)state;
	assert_int_equal(att_allow_list_make(&candidates, &list), ATT_OK);
	assert_int_equal(list.count, ATT_BATCHES_MAX);
	candidates = candidates_of(ATT_BATCHES_MAX + 1, ATT_BATCHES_MAX + 1);
	assert_int_equal(
	    att_allow_list_make(&candidates, &list), ATT_ERR_TOO_LARGE);
	candidates = candidates_of(ATT_ALLOW_MAX, 1);
	assert_int_equal(att_allow_list_make(&candidates, &list), ATT_OK);
	candidates = candidates_of(ATT_ALLOW_MAX + 1, 1);
	assert_int_equal(
	    att_allow_list_make(&candidates, &list), ATT_ERR_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_a_batch_for_each_rp_id),
		cmocka_unit_test(leaves_out_what_is_not_accepted),
		cmocka_unit_test(finds_nothing_that_was_not_asked_for),
		cmocka_unit_test(has_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
