/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which keys an SSH agent is asked for, and when it is asked no more:
 * verifier/agent_login.c. The linker puts what stands below in the place of the
 * agent's process; real ones, and good signatures, are in
 * tests/system/case_agent.sh.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scratch.h"
#include "stored.h"
#include "verifier/agent_login.h"
#include "wire/channel.h"

enum att_err __wrap_att_agent_open(struct att_agent *agent,
    struct att_session *session, const char *path, struct att_reason *why);
enum att_err __wrap_att_agent_find(struct att_agent *agent,
    struct att_session *session, const struct att_agent_find *find,
    struct att_agent_found *found, struct att_reason *why);
enum att_err __wrap_att_agent_sign(struct att_agent *agent,
    struct att_session *session, struct att_agent_signing *signing,
    struct att_reason *why);

/* What the agent was asked, and what it answers. */
static struct {
	char path[64];
	size_t wanted;
	uint8_t key[ATT_AGENT_KEY_MAX]; /* the last one */
	size_t key_len;
	struct att_agent_found has;
	size_t signs, keys[4];
	uint8_t data[4][ATT_AGENT_DATA_MAX];
	size_t data_len;
	enum att_err answers[4]; /* ATT_OK: a signature that is none */
} asked;

static struct att_options *opts;
static struct forged forged;

enum att_err
__wrap_att_agent_open(struct att_agent *agent, struct att_session *session,
    const char *path, struct att_reason *why)
{
	(void)agent;
	(void)session;
	(void)why;
	strncpy(asked.path, path, sizeof(asked.path) - 1);
	return ATT_OK;
}

enum att_err
__wrap_att_agent_find(struct att_agent *agent, struct att_session *session,
    const struct att_agent_find *find, struct att_agent_found *found,
    struct att_reason *why)
{
	(void)agent;
	(void)session;
	(void)why;
	asked.wanted = find->count;
	asked.key_len = find->keys[find->count - 1].len;
	memcpy(asked.key, find->keys[find->count - 1].ptr, asked.key_len);
	*found = asked.has;
	return ATT_OK;
}

enum att_err
__wrap_att_agent_sign(struct att_agent *agent, struct att_session *session,
    struct att_agent_signing *signing, struct att_reason *why)
{
	size_t i = asked.signs++;

	(void)agent;
	(void)session;
	assert_true(i < 4);
	asked.keys[i] = signing->key;
	asked.data_len = signing->data.len;
	memcpy(asked.data[i], signing->data.ptr, signing->data.len);
	att_buf_init(&signing->message, ATT_MESSAGE_MAX);
	signing->signature = att_bytes("nonsense", 8);
	return asked.answers[i] == ATT_OK
		   ? ATT_OK
		   : att_refuse(why, asked.answers[i], "said the agent");
}

static int
set_up(void **state)
{
	assert_int_equal(scratch_setup(state), 0);
	opts = stored_options(*state);
	assert_int_equal(
	    att_options_set(opts, "agent", "sk", "test", NULL), ATT_OK);
	memset(&asked, 0, sizeof(asked));
	return 0;
}

static int
tear_down(void **state)
{
	forged_reset(&forged);
	att_options_free(&opts);
	return scratch_teardown(state);
}

static const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
	.defect = FORGE_FINE };

/* Two of SSH, and something else. */
static void
have_keys(const char *folder)
{
	forge(&spec, &forged);
	stored_add_forged(folder, "ann", "desk", &forged);
	stored_add_ssh(folder, "ann", "blue", NULL, &forged);
	stored_add_ssh(folder, "ann", "red", NULL, &forged);
	asked.has = (struct att_agent_found){ { 0, 1 }, 2 };
}

static enum att_err
decide(struct att_reason *why)
{
	char user[] = "ann", socket[] = "/pam", shown[] = "/shown";
	struct att_session session = {
		.fd = -1,
		.opts = opts,
		.host_name = "host",
		.start = { .phase = ATT_PHASE_AUTH,
		    .user = user,
		    .agent_socket = socket,
		    .agent_socket_shown = shown },
	};
	struct att_agent agent = { 0 };
	enum att_err r;

	*why = (struct att_reason){ .code = ATT_OK };
	r = att_agent_login_decide(&session, &agent, why);
	assert_int_equal(why->code, r);
	return r;
}
static void
the_option_says_where_the_agent_is_named(void **state)
{
	struct att_reason why;

	have_keys(*state);
	assert_int_equal(decide(&why), ATT_ERR_AGENT_MALFORMED);
	assert_string_equal(asked.path, "/pam");
	memset(&asked.path, 0, sizeof(asked.path));
	asked.signs = 0;
	assert_int_equal(
	    att_options_set(opts, "agent_socket", "environment", "test", NULL),
	    ATT_OK);
	assert_int_equal(decide(&why), ATT_ERR_AGENT_MALFORMED);
	assert_string_equal(asked.path, "/shown");
}

static void
without_a_name_there_is_no_agent(void **state)
{
	char empty[] = "", shown[] = "/shown";
	struct att_session session = {
		.opts = opts,
		.start = { .agent_socket_shown = shown },
	};
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(
	    att_agent_login_precheck(&session, &why), ATT_ERR_AGENT_MISSING);
	session.start.agent_socket = empty;
	assert_int_equal(
	    att_agent_login_precheck(&session, &why), ATT_ERR_AGENT_MISSING);
	session.start.agent_socket = shown;
	assert_int_equal(att_agent_login_precheck(&session, &why), ATT_OK);
}

/* What else the user has is nothing that an agent could use. */
static void
asks_for_ssh_keys_alone(void **state)
{
	uint8_t point[ATT_SK_POINT_LEN];
	struct att_sk_key key;
	struct att_buf blob;
	struct att_reason why;

	have_keys(*state);
	asked.has.count = 0;
	assert_int_equal(decide(&why), ATT_ERR_AGENT_NO_KEY);
	assert_int_equal(asked.wanted, 2);
	assert_int_equal(asked.signs, 0);
	stored_ssh_key(&forged, point, &key); /* of the one that came last */
	att_buf_init(&blob, ATT_AGENT_KEY_MAX);
	assert_int_equal(att_sk_key_put_blob(&key, &blob), ATT_OK);
	assert_true(att_bytes_is_equal(
	    att_buf_get(&blob), att_bytes(asked.key, asked.key_len)));
	att_buf_reset(&blob);
}

static void
without_an_ssh_key_no_agent_is_asked(void **state)
{
	struct att_reason why;

	forge(&spec, &forged);
	stored_add_forged(*state, "ann", "desk", &forged);
	assert_int_equal(decide(&why), ATT_ERR_AGENT_NO_KEY);
	assert_string_equal(asked.path, "");
}

static void
a_refusal_is_for_one_key(void **state)
{
	struct att_reason why;

	have_keys(*state);
	asked.answers[0] = asked.answers[1] = ATT_ERR_AGENT_REFUSED;
	assert_int_equal(decide(&why), ATT_ERR_AGENT_REFUSED);
	assert_int_equal(asked.signs, 2);
	assert_int_equal(asked.keys[0], 0);
	assert_int_equal(asked.keys[1], 1);
}

static void
anything_else_ends_it(void **state)
{
	static const enum att_err ends[] = { ATT_ERR_AGENT_TIMEOUT,
		ATT_ERR_AGENT_MALFORMED, ATT_ERR_AGENT_UNREACHABLE,
		ATT_ERR_CANCELLED, ATT_ERR_SYSTEM };
	struct att_reason why;

	have_keys(*state);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		asked.signs = 0;
		asked.answers[0] = ends[i];
		assert_int_equal(decide(&why), ends[i]);
		assert_int_equal(asked.signs, 1);
	}
}

/* A signature that is none says more than that the next key was not there. */
static void
the_most_telling_reason_is_kept(void **state)
{
	struct att_reason why;

	have_keys(*state);
	asked.answers[1] = ATT_ERR_AGENT_REFUSED;
	assert_int_equal(decide(&why), ATT_ERR_AGENT_MALFORMED);
	assert_int_equal(asked.signs, 2);
	asked.signs = 0;
	asked.answers[1] = ATT_ERR_AGENT_TIMEOUT;
	assert_int_equal(decide(&why), ATT_ERR_AGENT_MALFORMED);
	asked.signs = 0;
	asked.answers[1] = ATT_ERR_CANCELLED;
	assert_int_equal(decide(&why), ATT_ERR_CANCELLED);
}

static void
nothing_is_to_be_signed_twice(void **state)
{
	struct att_reason why;

	have_keys(*state);
	assert_int_equal(decide(&why), ATT_ERR_AGENT_MALFORMED);
	assert_int_equal(asked.signs, 2);
	assert_memory_equal(asked.data[0], "SSHSIG\0\0\0\12pam_attest", 20);
	assert_memory_not_equal(asked.data[0], asked.data[1], asked.data_len);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_option_says_where_the_agent_is_named),
		TEST(without_a_name_there_is_no_agent),
		TEST(asks_for_ssh_keys_alone),
		TEST(without_an_ssh_key_no_agent_is_asked),
		TEST(a_refusal_is_for_one_key),
		TEST(anything_else_ends_it),
		TEST(the_most_telling_reason_is_kept),
		TEST(nothing_is_to_be_signed_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
