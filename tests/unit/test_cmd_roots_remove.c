/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl roots remove: cmd_roots_remove.c, and effect.c the other way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"
#include "pki.h"
#include "scratch.h"

static struct host host;

/* alice has one key under the root; bob two, one of them elsewhere. */
static int
setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	host_set(&host, *state);
	host_write_certs(&host, "roots/stranger.pem", "",
	    (X509 *[]){ host.stranger.cert, NULL });
	host_register(&host, "alice", "blue key", &host.root);
	host_register(&host, "bob", "one", &host.stranger);
	host_register(&host, "bob", "two", &host.middle);
	return 0;
}

static int
teardown(void **state)
{
	host_clear(&host);
	return scratch_teardown(state);
}

static void
run(const char *option, const char *word, struct captured *captured)
{
	const char *words[] = { "roots", "remove", option, word, NULL };

	host_run(&host, att_cmd_roots, words, captured);
}

static bool
is_there(const char *name)
{
	char *path = scratch_path(host.folder, name);
	bool is_found = access(path, F_OK) == 0;

	free(path);
	return is_found;
}

static void
removes_an_anchor_and_says_whom_it_locks_out(void **state)
{
	char *roots = scratch_path(*state, "roots");
	struct captured captured;

	run("--yes", "forge.pem", &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, "/roots/forge.pem:\n"
					     "  anchor CN=Forge root,O=Forge\n"
					     "without that, these"));
	assert_non_null(strstr(captured.out, "\nUSER   LABEL     NOTE\n"
					     "alice  blue key  none left\n"
					     "bob    two       -\n"));
	assert_non_null(strstr(captured.out,
	    "removed 1 certificate; 2 credentials are not accepted any more, "
	    "and 1 user has none left\n"));
	captured_reset(&captured);
	assert_false(is_there("roots/forge.pem"));
	assert_int_equal(scratch_count(roots, "."), 2);
	free(roots);
}

static void
removes_an_intermediate_in_json(void **state)
{
	static const char *const words[] = { "roots", "remove", "--json",
		"--yes", "middle.pem", NULL };
	const json_t *rows, *row;
	struct captured captured;
	json_t *root;

	(void)state;
	host_run(&host, att_cmd_roots, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	rows = json_object_get(root, "not_accepted_now");
	assert_int_equal(json_array_size(rows), 1);
	row = json_array_get(rows, 0);
	assert_string_equal(host_text_of(row, "user"), "bob");
	assert_string_equal(host_text_of(row, "label"), "two");
	assert_true(json_is_false(json_object_get(row, "is_last")));
	row = json_array_get(json_object_get(root, "removed"), 0);
	assert_string_equal(host_text_of(row, "role"), "intermediate");
	json_decref(root);
	captured_reset(&captured);
	assert_false(is_there("more/middle.pem"));
}

/* A second copy, or another path, keeps people in. */
static void
what_is_there_twice_locks_nobody_out(void **state)
{
	struct captured captured;

	(void)state;
	host_write_certs(
	    &host, "roots/twice.pem", "", (X509 *[]){ host.root.cert, NULL });
	run("--yes", "forge.pem", &captured);
	assert_non_null(
	    strstr(captured.out, "no stored credential depends on that\n"));
	assert_non_null(
	    strstr(captured.out, "0 credentials are not accepted any more"));
	captured_reset(&captured);
	/* An anchor below is on the path, the root above is not needed. */
	host_write_certs(&host, "roots/middle.pem", "",
	    (X509 *[]){ host.middle.cert, NULL });
	run("--yes", "twice.pem", &captured);
	assert_non_null(strstr(captured.out, "\nalice  blue key  none left\n"));
	assert_null(strstr(captured.out, "\nbob "));
	captured_reset(&captured);
}

/* One part of a compound carries it; which one does not matter. */
static void
a_compound_is_judged_as_a_whole(void **state)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_COMPOUND,
		.defect = FORGE_COMPOUND_FINE };
	struct captured captured;

	(void)state;
	host_register_as(&host, "carol", "both", &spec, &host.root);
	run("--yes", "forge.pem", &captured);
	assert_non_null(strstr(captured.out, "\ncarol  both      none left\n"));
	captured_reset(&captured);
}

static void
without_a_terminal_it_needs_a_yes(void **state)
{
	static const char *const words[] = { "roots", "remove", "forge.pem",
		NULL };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int saved = dup(STDIN_FILENO);
	struct captured captured;

	(void)state;
	assert_int_equal(dup2(null, STDIN_FILENO), STDIN_FILENO);
	host_run(&host, att_cmd_roots, words, &captured);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.out, "alice  blue key  none left"));
	assert_non_null(strstr(captured.err, "no terminal to ask on; --yes"));
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
	close(null);
	close(saved);
}

/* A question would come before anybody is told what it is about. */
static void
with_json_it_needs_a_yes_on_a_terminal_too(void **state)
{
	static const char *const words[] = { "roots", "remove", "--json",
		"forge.pem", NULL };
	int saved = dup(STDIN_FILENO), master, slave;
	struct captured captured;
	json_t *root;

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_int_equal(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(write(master, "y\n", 2), 2);
	host_run(&host, att_cmd_roots, words, &captured);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "nobody is asked; --yes"));
	root = captured_json(&captured);
	assert_true(json_is_null(json_object_get(root, "removed")));
	assert_int_equal(
	    json_array_size(json_object_get(root, "not_accepted_now")), 2);
	json_decref(root);
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
	close(saved);
	close(master);
	close(slave);
}

/* --- On a terminal ------------------------------------------------------ */

/* Waits until the question stands on standard error of the parent. */
static void
wait_for_question(void)
{
	char path[64], text[4096];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/fd/2", (int)getppid());
	for (int i = 0; i < 2000; i++) {
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0) {
			len = pread(fd, text, sizeof(text) - 1, 0);
			text[len < 0 ? 0 : len] = '\0';
			close(fd);
			if (strstr(text, "[y/N] ") != NULL)
				return;
		}
		usleep(10000);
	}
	_exit(1);
}

/* Runs "remove forge.pem" and has somebody type that, after doing what. */
static void
run_on_terminal(
    const char *typed, void (*before)(void), struct captured *captured)
{
	static const char *const words[] = { "roots", "remove", "forge.pem",
		NULL };
	int saved = dup(STDIN_FILENO), master, slave, status;
	pid_t pid;

	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_true((pid = fork()) >= 0);
	if (pid == 0) {
		wait_for_question();
		if (before != NULL)
			before();
		_exit(write(master, typed, strlen(typed)) > 0 ? 0 : 1);
	}
	assert_int_equal(dup2(slave, STDIN_FILENO), STDIN_FILENO);
	clearerr(stdin);
	host_run(&host, att_cmd_roots, words, captured);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
	close(master);
	close(slave);
}

static void
asks_on_a_terminal(void **state)
{
	struct captured captured;

	(void)state;
	run_on_terminal("\n", NULL, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.out, "alice  blue key  none left"));
	assert_non_null(strstr(captured.err, "Remove it? [y/N] "));
	assert_non_null(strstr(captured.err, "nothing was removed"));
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
	run_on_terminal("yellow\n", NULL, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
	run_on_terminal("y\n", NULL, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	captured_reset(&captured);
	assert_false(is_there("roots/forge.pem"));
}

static void
remove_another(void)
{
	char *path = scratch_path(host.folder, "roots/stranger.pem");

	if (unlink(path) != 0)
		_exit(1);
	free(path);
}

static void
move_it_down(void)
{
	char *path = scratch_path(host.folder, "roots/forge.pem");
	char *text;
	FILE *file;
	size_t len;

	text = scratch_read(path, &len);
	if ((file = fopen(path, "w")) == NULL ||
	    fprintf(file, "# mine\n%s", text) < 0 || fclose(file) != 0)
		_exit(1);
	free(text);
	free(path);
}

/* The answer was about something else. */
static void
what_changed_in_between_is_not_removed(void **state)
{
	struct captured captured;

	(void)state;
	run_on_terminal("y\n", move_it_down, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "changed in the meantime"));
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
	run_on_terminal("y\n", remove_another, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "changed in the meantime"));
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
}

/* --- Files with several ------------------------------------------------- */

static void
put_block(struct att_buf *out, const char *comment, X509 *cert)
{
	assert_int_equal(att_buf_printf(out, "%s", comment), ATT_OK);
	pki_put_pem(cert, out);
}

static void
assert_content(const char *name, const struct att_buf *want)
{
	char *path = scratch_path(host.folder, name), *got;
	size_t len;

	assert_non_null(got = scratch_read(path, &len));
	assert_int_equal(len, want->len);
	assert_memory_equal(got, want->ptr, len);
	free(got);
	free(path);
}

/* With the comment right above it; every other byte stays. */
static void
takes_one_out_of_several(void **state)
{
	EVP_PKEY *key = pki_ec_key("P-256");
	const struct pki_spec spec[] = { { .name = "a", .key = key },
		{ .name = "b", .key = key }, { .name = "c", .key = key } };
	X509 *a = pki_make(&spec[0]), *b = pki_make(&spec[1]),
	     *c = pki_make(&spec[2]);
	char *path = scratch_path(*state, "roots/three.pem");
	struct captured captured;
	struct att_buf text;
	struct stat st;
	char hex[65];

	att_buf_init(&text, 65536);
	put_block(&text, "# of us\n\n# a\r\n", a);
	put_block(&text, "\n#\n# b, the second\n", b);
	put_block(&text, "#c\n", c);
	assert_int_equal(att_buf_printf(&text, "\n# end"), ATT_OK);
	scratch_write(path, (char *)text.ptr, text.len, 0600);
	host_print_sha256(b, hex);
	run("--yes", hex, &captured);
	if (captured.status != ATT_EXIT_DONE)
		fail_msg("%s", captured.err);
	assert_non_null(strstr(captured.out, "  anchor CN=b\n"));
	captured_reset(&captured);
	att_buf_reset(&text);
	put_block(&text, "# of us\n\n# a\r\n", a);
	put_block(&text, "\n#c\n", c);
	assert_int_equal(att_buf_printf(&text, "\n# end"), ATT_OK);
	assert_content("roots/three.pem", &text);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	run("--yes", "three.pem", &captured);
	assert_non_null(strstr(captured.out, "removed 2 certificates; "));
	captured_reset(&captured);
	assert_false(is_there("roots/three.pem"));
	att_buf_reset(&text);
	free(path);
	X509_free(a);
	X509_free(b);
	X509_free(c);
	EVP_PKEY_free(key);
}

static void
removes_nothing_that_is_not_meant_clearly(void **state)
{
	struct captured captured;
	char hex[65];

	(void)state;
	host_write_certs(
	    &host, "roots/twice.pem", "", (X509 *[]){ host.root.cert, NULL });
	host_print_sha256(host.root.cert, hex);
	run("--yes", hex, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.err, "/roots/twice.pem:1 among them"));
	captured_reset(&captured);
	run("--yes", "none.pem", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	captured_reset(&captured);
	run("--sure", "forge.pem", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	captured_reset(&captured);
	assert_true(is_there("roots/forge.pem"));
	assert_true(is_there("roots/twice.pem"));
}

/* Whose credentials cannot be read, cannot be told. */
static void
a_malformed_store_is_told_of(void **state)
{
	char *path = scratch_path(*state, "store/alice");
	struct captured captured;

	scratch_write_text(path, "bad\n");
	run("--yes", "forge.pem", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_false(is_there("roots/forge.pem"));
	assert_non_null(strstr(captured.err, "store/alice:1: "));
	assert_non_null(
	    strstr(captured.out, "what could not be read is not among them"));
	captured_reset(&captured);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(removes_an_anchor_and_says_whom_it_locks_out),
		TEST(removes_an_intermediate_in_json),
		TEST(what_is_there_twice_locks_nobody_out),
		TEST(a_compound_is_judged_as_a_whole),
		TEST(without_a_terminal_it_needs_a_yes),
		TEST(with_json_it_needs_a_yes_on_a_terminal_too),
		TEST(asks_on_a_terminal),
		TEST(what_changed_in_between_is_not_removed),
		TEST(takes_one_out_of_several),
		TEST(removes_nothing_that_is_not_meant_clearly),
		TEST(a_malformed_store_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
