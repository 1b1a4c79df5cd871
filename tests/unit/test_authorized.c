/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sshd is told of the keys of a user, and what the log is:
 * ssh_keys/authorized.c and ssh_keys/system_log.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scratch.h"
#include "ssh_keys.h"
#include "ssh_keys/authorized.h"
#include "stored.h"

/* Alice, who has a key of SSH, and a registration that is none. */
struct home {
	const char *folder;
	struct forged forged;
	char line[512]; /* "TYPE KEY" of hers */
	int log[2];
	struct att_system_log system_log;
	struct att_options *opts;
};

static void
set_up(struct home *home, const char *folder, const char *options)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
		.defect = FORGE_FINE };
	uint8_t point[ATT_SK_POINT_LEN];
	struct att_sk_key key;
	struct att_buf line;

	*home = (struct home){ .folder = folder };
	forge(&spec, &home->forged);
	stored_add_forged(folder, "alice", "desk", &home->forged);
	stored_add_ssh(folder, "alice", "blue key", options, &home->forged);
	stored_ssh_key(&home->forged, point, &key);
	att_buf_init(&line, sizeof(home->line) - 1);
	assert_int_equal(att_sk_key_put_line(&key, &line), ATT_OK);
	memcpy(home->line, line.ptr, line.len);
	att_buf_reset(&line);
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
		home->log),
	    0);
	home->system_log = (struct att_system_log){ .fd = home->log[0] };
	home->opts = stored_options(folder);
}

static void
tear_down(struct home *home)
{
	forged_reset(&home->forged);
	att_options_free(&home->opts);
	close(home->log[0]);
	close(home->log[1]);
}

/* The answer for a line of type and key (NULL: all); the caller frees it. */
static char *
answer(struct home *home, const char *user, const char *offered,
    enum att_err expected)
{
	char words[4096] = "", *key = NULL;
	struct att_authorized asked = {
		.opts = home->opts, .log = &home->system_log, .user = user
	};
	struct att_reason why = { 0 };
	struct att_buf out;
	enum att_err r;
	char *text;

	if (offered != NULL) {
		snprintf(words, sizeof(words), "%s", offered);
		assert_non_null(key = strchr(words, ' '));
		*key++ = '\0';
		key[strcspn(key, " \n")] = '\0';
		asked.key_type = words;
		asked.key = key;
	}
	att_buf_init(&out, ATT_AUTHORIZED_MAX);
	r = att_authorized_put(&asked, &out, &why);
	if (r != expected)
		fail_msg("%s: %s", att_err_code(r), why.text);
	text = strndup(out.len > 0 ? (const char *)out.ptr : "", out.len);
	assert_non_null(text);
	att_buf_reset(&out);
	return text;
}

/* The one line of the log; "" if there is none. */
static const char *
logged(const struct home *home)
{
	static char line[4096];
	ssize_t n = recv(home->log[1], line, sizeof(line) - 1, 0);
	char byte;

	line[n > 0 ? n : 0] = '\0';
	assert_int_equal(recv(home->log[1], &byte, 1, 0), -1);
	return line;
}

static void
assert_logged(const struct home *home, const char *code, const char *more)
{
	const char *line = logged(home);
	char reason[64];

	snprintf(
	    reason, sizeof(reason), "refused: phase=ssh-keys reason=%s ", code);
	if (strncmp(line, "<85>", 4) != 0 || strstr(line, reason) == NULL ||
	    strstr(line, "pam_attest-ssh-keys[") == NULL ||
	    strstr(line, more) == NULL)
		fail_msg("not %s, %s: %s", code, more, line);
}

static void
assert_answer(struct home *home, const char *user, const char *offered,
    const char *expected)
{
	char *text = answer(home, user, offered, ATT_OK);

	assert_string_equal(text, expected);
	free(text);
}

static void
prints_the_key_that_is_offered(void **state)
{
	struct home home;
	char line[600];

	set_up(&home, *state, NULL);
	snprintf(line, sizeof(line), "%s blue key\n", home.line);
	assert_answer(&home, "alice", home.line, line);
	assert_answer(&home, "alice", NULL, line);
	assert_string_equal(logged(&home), "");
	tear_down(&home);
}

static void
prints_options_and_verification(void **state)
{
	static const char options[] =
	    "restrict,from=\"10.0.0.1\",command=\"echo \\\"a\\\"\"";
	struct home home;
	char line[800];

	set_up(&home, *state, options);
	snprintf(line, sizeof(line), "%s %s blue key\n", options, home.line);
	assert_answer(&home, "alice", home.line, line);
	home.opts->user_verification = ATT_USER_VERIFICATION_REQUIRED;
	snprintf(line, sizeof(line), "verify-required,%s %s blue key\n",
	    options, home.line);
	assert_answer(&home, "alice", home.line, line);
	tear_down(&home);
}

static void
prints_verification_alone(void **state)
{
	struct home home;
	char line[600];

	set_up(&home, *state, NULL);
	home.opts->user_verification = ATT_USER_VERIFICATION_REQUIRED;
	snprintf(
	    line, sizeof(line), "verify-required %s blue key\n", home.line);
	assert_answer(&home, "alice", home.line, line);
	tear_down(&home);
}

static void
refuses_a_key_that_is_not_stored(void **state)
{
	struct home home;

	set_up(&home, *state, NULL);
	assert_answer(&home, "alice", SSH_ECDSA_LINE, "");
	assert_logged(&home, "ssh-key-unknown", "user=\"alice\" key=\"SHA256:");
	tear_down(&home);
}

static void
refuses_the_key_of_another_user(void **state)
{
	struct home home;

	set_up(&home, *state, NULL);
	stored_add_unusable(*state, "bob", "k", 2);
	assert_answer(&home, "bob", home.line, "");
	assert_logged(&home, "ssh-key-unknown", "user=\"bob\" key=\"SHA256:");
	assert_answer(&home, "eve", home.line, "");
	assert_logged(&home, "no-credential", "user=\"eve\" key=\"SHA256:");
	tear_down(&home);
}

static void
refuses_a_key_that_nobody_vouches_for(void **state)
{
	char *root = scratch_path(*state, "roots/forge.pem");
	struct home home;

	set_up(&home, *state, NULL);
	assert_int_equal(unlink(root), 0);
	assert_answer(&home, "alice", home.line, "");
	assert_logged(&home, "anchor-unknown", "label=\"blue key\" text=\"");
	assert_answer(&home, "alice", NULL, "");
	assert_logged(&home, "anchor-unknown",
	    " aaguid=70616d5f-6174-7465-7374-20666f726765 format=packed ");
	free(root);
	tear_down(&home);
}

static void
refuses_a_model_that_is_denied(void **state)
{
	struct att_reason why = { 0 };
	struct home home;

	set_up(&home, *state, NULL);
	assert_int_equal(
	    att_options_set(home.opts, "aaguid_deny",
		"70616d5f-6174-7465-7374-20666f726765", "--set", &why),
	    ATT_OK);
	assert_answer(&home, "alice", home.line, "");
	assert_logged(&home, "aaguid-refused", "label=\"blue key\"");
	tear_down(&home);
}

/* Clients offer whatever they have: logged, but not as loudly. */
static void
refuses_keys_of_other_types(void **state)
{
	static const char *const others[] = { SSH_PLAIN_LINE,
		SSH_ECDSA_CERTIFICATE_LINE };
	static const char *const texts[] = { SSH_PLAIN_TYPE,
		"a certificate is not authorized" };
	struct home home;
	const char *line;

	set_up(&home, *state, NULL);
	for (size_t i = 0; i < 2; i++) {
		assert_answer(&home, "alice", others[i], "");
		line = logged(&home);
		assert_memory_equal(line, "<86>", 4);
		assert_non_null(strstr(line, " reason=ssh-key-type "));
		assert_non_null(strstr(line, "user=\"alice\""));
		assert_non_null(strstr(line, texts[i]));
	}
	tear_down(&home);
}

static void
refuses_words_that_are_no_key(void **state)
{
	struct home home;
	char words[600];

	set_up(&home, *state, NULL);
	snprintf(words, sizeof(words), "%sAAAA", home.line);
	assert_answer(&home, "alice", words, "");
	assert_logged(&home, "ssh-key-malformed", "user=\"alice\" text=");
	tear_down(&home);
}

static void
what_cannot_be_read_is_an_error(void **state)
{
	char *path = scratch_path(*state, "store/alice");
	struct home home;

	set_up(&home, *state, NULL);
	scratch_write_text(path, "record=9\n");
	free(answer(&home, "alice", home.line, ATT_ERR_STORE_MALFORMED));
	free(answer(&home, "alice", NULL, ATT_ERR_STORE_MALFORMED));
	assert_string_equal(logged(&home), "");
	free(path);
	tear_down(&home);
}

/* A name is as it likes, and cannot make a line of its own. */
static void
a_name_stays_in_its_field(void **state)
{
	struct home home;

	set_up(&home, *state, NULL);
	assert_answer(&home, "a\"b\nrefused: x", home.line, "");
	assert_logged(
	    &home, "no-credential", "user=\"a\\\"b\\x0arefused: x\" key=");
	tear_down(&home);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(prints_the_key_that_is_offered),
		TEST(prints_options_and_verification),
		TEST(prints_verification_alone),
		TEST(refuses_a_key_that_is_not_stored),
		TEST(refuses_the_key_of_another_user),
		TEST(refuses_a_key_that_nobody_vouches_for),
		TEST(refuses_a_model_that_is_denied),
		TEST(refuses_keys_of_other_types),
		TEST(refuses_words_that_are_no_key),
		TEST(what_cannot_be_read_is_an_error),
		TEST(a_name_stays_in_its_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
