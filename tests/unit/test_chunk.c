/* SPDX-License-Identifier: BSD-2-Clause */
/* Allow lists in parts: everything once, nothing that cannot fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "authenticator/operation.h"

static const uint8_t bytes[ATT_CREDENTIAL_ID_MAX];

static void
fill(struct att_allow_batch *batch, size_t count, size_t len)
{
	memset(batch, 0, sizeof(*batch));
	batch->rp_id = "pam_attest";
	for (size_t i = 0; i < count; i++)
		batch->ids[batch->count++] = att_bytes(bytes, len);
}

/* The number of chunks; *ids is how many IDs they hold. */
static size_t
count_chunks(const struct att_authenticator *authenticator,
    const struct att_allow_batch *batch, size_t *ids)
{
	struct att_chunk chunk;
	size_t next = 0, chunks = 0;

	*ids = 0;
	while (att_chunk_get_next(authenticator, batch, &next, &chunk)) {
		assert_true(chunk.end <= batch->count);
		assert_int_equal(chunk.end, next);
		*ids += chunk.count;
		chunks++;
	}
	return chunks;
}

static void
keeps_a_list_whole(void **state)
{
	const struct att_authenticator authenticator = { .is_fido2 = true,
		.limits = { .message = 8192 } };
	struct att_allow_batch batch;
	size_t ids;

	(void)state;
	fill(&batch, ATT_ALLOW_MAX, 64);
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 1);
	assert_int_equal(ids, ATT_ALLOW_MAX);
	fill(&batch, 0, 64);
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 0);
}

static void
keeps_to_the_length_of_lists(void **state)
{
	const struct att_authenticator authenticator = { .is_fido2 = true,
		.limits = { .message = 8192, .list = 8 } };
	struct att_allow_batch batch;
	size_t ids;

	(void)state;
	fill(&batch, 17, 64);
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 3);
	assert_int_equal(ids, 17);
}

static void
keeps_to_the_size_of_messages(void **state)
{
	const struct att_authenticator authenticator = { .is_fido2 = true,
		.limits = { .message = 1024 } };
	struct att_allow_batch batch;
	size_t ids;

	(void)state;
	fill(&batch, 10, 128);
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 2);
	assert_int_equal(ids, 10);
	fill(&batch, 3, ATT_CREDENTIAL_ID_MAX);
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 3);
	assert_int_equal(ids, 3);
}

static void
leaves_out_ids_of_others(void **state)
{
	const struct att_authenticator authenticator = { .is_fido2 = true,
		.limits = { .message = 8192, .list = 2, .credential_id = 64 } };
	struct att_allow_batch batch;
	size_t ids;

	(void)state;
	fill(&batch, 5, 64);
	batch.ids[0].len = batch.ids[2].len = batch.ids[4].len = 65;
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 1);
	assert_int_equal(ids, 2);
	for (size_t i = 0; i < batch.count; i++)
		batch.ids[i].len = 65;
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 0);
}

static void
asks_u2f_keys_one_by_one(void **state)
{
	const struct att_authenticator authenticator = { .is_fido2 = false };
	struct att_allow_batch batch;
	size_t ids;

	(void)state;
	fill(&batch, 5, 64);
	batch.ids[1].len = 256; /* its length would not fit into a byte */
	assert_int_equal(count_chunks(&authenticator, &batch, &ids), 4);
	assert_int_equal(ids, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_a_list_whole),
		cmocka_unit_test(keeps_to_the_length_of_lists),
		cmocka_unit_test(keeps_to_the_size_of_messages),
		cmocka_unit_test(leaves_out_ids_of_others),
		cmocka_unit_test(asks_u2f_keys_one_by_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
