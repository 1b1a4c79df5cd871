/* SPDX-License-Identifier: BSD-2-Clause */
/* Which stored credential an SSH key is: login/ssh_credential.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "login/ssh_credential.h"
#include "scratch.h"
#include "stored.h"

enum {
	FOUND_MAX = 4
};

/* What was found, and how often anchors were opened. */
struct found {
	size_t count;
	char labels[FOUND_MAX][ATT_LABEL_MAX + 1];
	enum att_err errors[FOUND_MAX];
	char lines[FOUND_MAX][512];
	bool require_uv;
	size_t opened;
	enum att_err stop; /* what take() answers */
	const struct att_options *opts;
};

static enum att_err
open_trust(void *arg, struct att_trust *trust, struct att_reason *why)
{
	struct found *found = arg;

	found->opened++;
	return att_trust_open(found->opts, trust, why);
}

static enum att_err
take(void *arg, const struct att_ssh_credential *credential,
    struct att_reason *why)
{
	struct found *found = arg;
	struct att_buf line;

	assert_true(found->count < FOUND_MAX);
	snprintf(found->labels[found->count], sizeof(found->labels[0]), "%s",
	    credential->record->label);
	found->errors[found->count] = credential->err;
	if (credential->err != ATT_OK) {
		assert_int_equal(credential->why.code, credential->err);
		assert_int_equal(credential->key.kind, 0);
	} else {
		att_buf_init(&line, 511);
		assert_int_equal(
		    att_sk_key_put_line(&credential->key, &line), ATT_OK);
		memcpy(found->lines[found->count], line.ptr, line.len);
		att_buf_reset(&line);
		found->require_uv = credential->require_uv;
	}
	found->count++;
	return att_refuse_plain(why, found->stop);
}

static enum att_err
ask(const char *folder, const char *user, const struct att_sk_key *wanted,
    struct found *found)
{
	struct att_options *opts = stored_options(folder);
	struct att_ssh_question question = { opts, user, wanted, open_trust,
		take, found };
	struct att_reason why = { 0 };
	enum att_err r;

	found->opts = opts;
	r = att_ssh_credential_ask(&question, &why);
	if (r != ATT_OK)
		assert_int_equal(why.code, r);
	att_options_free(&opts);
	return r;
}

struct keys {
	struct forged forged;
	uint8_t points[2][ATT_SK_POINT_LEN];
	struct att_sk_key keys[2];
};

/* Alice has two keys of SSH, and something else. */
static void
enrol(const char *folder, struct keys *keys)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
		.defect = FORGE_FINE };

	forge(&spec, &keys->forged);
	stored_add_ssh(folder, "alice", "blue", NULL, &keys->forged);
	stored_ssh_key(&keys->forged, keys->points[0], &keys->keys[0]);
	stored_add_forged(folder, "alice", "desk", &keys->forged);
	stored_add_ssh(folder, "alice", "red", "restrict", &keys->forged);
	stored_ssh_key(&keys->forged, keys->points[1], &keys->keys[1]);
}

static void
finds_the_key_that_is_wanted(void **state)
{
	struct found found = { 0 };
	struct keys keys;
	struct att_buf line;

	enrol(*state, &keys);
	assert_int_equal(ask(*state, "alice", &keys.keys[1], &found), ATT_OK);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.errors[0], ATT_OK);
	assert_string_equal(found.labels[0], "red");
	att_buf_init(&line, 511);
	assert_int_equal(att_sk_key_put_line(&keys.keys[1], &line), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&line), att_bytes_text(found.lines[0])));
	assert_int_equal(found.opened, 1);
	assert_false(found.require_uv);
	att_buf_reset(&line);
	forged_reset(&keys.forged);
}

/* The credential that is no key of SSH is none here, however good it is. */
static void
finds_every_key_of_ssh(void **state)
{
	struct found found = { 0 };
	struct keys keys;

	enrol(*state, &keys);
	assert_int_equal(ask(*state, "alice", NULL, &found), ATT_OK);
	assert_int_equal(found.count, 2);
	assert_string_equal(found.labels[0], "blue");
	assert_string_equal(found.labels[1], "red");
	assert_string_not_equal(found.lines[0], found.lines[1]);
	assert_int_equal(found.opened, 1);
	forged_reset(&keys.forged);
}

/* Of another user, application, type or number; nothing else is opened. */
static void
knows_no_other_key(void **state)
{
	struct found found = { 0 };
	struct att_sk_key other;
	struct keys keys;

	enrol(*state, &keys);
	stored_add_unusable(*state, "bob", "k", 2);
	assert_int_equal(
	    ask(*state, "bob", &keys.keys[0], &found), ATT_ERR_SSH_KEY_UNKNOWN);
	assert_int_equal(
	    ask(*state, "bob", NULL, &found), ATT_ERR_SSH_KEY_UNKNOWN);
	assert_int_equal(
	    ask(*state, "eve", &keys.keys[0], &found), ATT_ERR_STORE_NO_USER);
	other = keys.keys[0];
	other.application = att_bytes_text("ssh:other");
	assert_int_equal(
	    ask(*state, "alice", &other, &found), ATT_ERR_SSH_KEY_UNKNOWN);
	other = keys.keys[0];
	other.kind = ATT_SK_ED25519;
	other.public_key.len = ATT_SK_ED25519_LEN;
	assert_int_equal(
	    ask(*state, "alice", &other, &found), ATT_ERR_SSH_KEY_UNKNOWN);
	keys.points[0][ATT_SK_POINT_LEN - 1] ^= 1;
	assert_int_equal(ask(*state, "alice", &keys.keys[0], &found),
	    ATT_ERR_SSH_KEY_UNKNOWN);
	assert_int_equal(found.count, 0);
	assert_int_equal(found.opened, 0);
	forged_reset(&keys.forged);
}

static void
refuses_what_nobody_vouches_for_any_more(void **state)
{
	char *root = scratch_path(*state, "roots/forge.pem");
	struct found found = { 0 };
	struct keys keys;

	enrol(*state, &keys);
	assert_int_equal(unlink(root), 0);
	assert_int_equal(ask(*state, "alice", &keys.keys[0], &found), ATT_OK);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.errors[0], ATT_ERR_ANCHOR_UNKNOWN);
	free(root);
	forged_reset(&keys.forged);
}

/* A record that was moved to another user is that of the first one still. */
static void
refuses_the_record_of_another_user(void **state)
{
	char *from = scratch_path(*state, "store/alice");
	char *to = scratch_path(*state, "store/eve");
	struct found found = { 0 };
	struct keys keys;

	enrol(*state, &keys);
	assert_int_equal(rename(from, to), 0);
	assert_int_equal(ask(*state, "eve", &keys.keys[0], &found), ATT_OK);
	assert_int_equal(found.count, 1);
	assert_int_equal(found.errors[0], ATT_ERR_RECORD_CHALLENGE);
	free(from);
	free(to);
	forged_reset(&keys.forged);
}

static void
what_cannot_be_read_is_no_refusal(void **state)
{
	char *root = scratch_path(*state, "roots/bad.pem");
	char *store = scratch_path(*state, "store/alice");
	struct found found = { 0 };
	struct keys keys;

	enrol(*state, &keys);
	scratch_write_text(root, "no certificate\n");
	assert_int_equal(
	    ask(*state, "alice", &keys.keys[0], &found), ATT_ERR_ROOTS_INVALID);
	scratch_write_text(store, "record=9\n");
	assert_int_equal(ask(*state, "alice", &keys.keys[0], &found),
	    ATT_ERR_STORE_MALFORMED);
	assert_int_equal(found.count, 0);
	free(root);
	free(store);
	forged_reset(&keys.forged);
}

static void
ends_where_it_is_told_to(void **state)
{
	struct found found = { .stop = ATT_ERR_TOO_LARGE };
	struct keys keys;

	enrol(*state, &keys);
	assert_int_equal(ask(*state, "alice", NULL, &found), ATT_ERR_TOO_LARGE);
	assert_int_equal(found.count, 1);
	forged_reset(&keys.forged);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_the_key_that_is_wanted),
		TEST(finds_every_key_of_ssh),
		TEST(knows_no_other_key),
		TEST(refuses_what_nobody_vouches_for_any_more),
		TEST(refuses_the_record_of_another_user),
		TEST(what_cannot_be_read_is_no_refusal),
		TEST(ends_where_it_is_told_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
