/* SPDX-License-Identifier: BSD-2-Clause */
/* A program of others that is run for what it prints: maa/program.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "maa/program.h"
#include "scratch.h"

static struct att_reason why;
static struct att_buf output, errors;

static int
setup(void **state)
{
	att_buf_init(&output, 1000);
	att_buf_init(&errors, 10);
	return scratch_setup(state);
}

static int
teardown(void **state)
{
	att_buf_reset(&output);
	att_buf_reset(&errors);
	return scratch_teardown(state);
}

/* Runs a line of the shell. */
static enum att_err
run(const char *line, unsigned int seconds, int *status)
{
	const char *const argv[] = { "sh", "-c", line, NULL };
	const char *const envp[] = { "ONLY=this", NULL };
	const struct att_program program = { "/bin/sh", argv, envp, seconds };

	return att_program_run(&program, &output, &errors, status, &why);
}

static bool
is_printed(const struct att_buf *buf, const char *text)
{
	return att_bytes_is_equal(att_buf_get(buf), att_bytes_text(text));
}

static void
reads_what_it_prints_and_how_it_ends(void **state)
{
	int status;

	(void)state;
	assert_int_equal(
	    run("echo a; echo b >&2; exit 3", 20, &status), ATT_OK);
	assert_true(is_printed(&output, "a\n"));
	assert_true(is_printed(&errors, "b\n"));
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	att_buf_reset(&output);
	assert_int_equal(run("kill -9 $$", 20, &status), ATT_OK);
	assert_true(WIFSIGNALED(status));
}

/* Whoever started us may have said that nobody waits for children. */
static void
waits_for_it_though_others_would_not(void **state)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before, now;
	int status;

	(void)state;
	assert_int_equal(sigaction(SIGCHLD, &ignore, &before), 0);
	assert_int_equal(run("exit 3", 20, &status), ATT_OK);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 3);
	assert_int_equal(sigaction(SIGCHLD, &before, &now), 0);
	assert_ptr_equal(now.sa_handler, SIG_IGN);
}

static void
gives_it_nothing_that_is_ours(void **state)
{
	int fd = open("/dev/null", O_RDONLY), status;

	(void)state;
	assert_int_equal(setenv("AZURE_CONFIG_DIR", "/nowhere", 1), 0);
	/* PWD, SHLVL and _ are the shell's own. */
	assert_int_equal(run("env | grep -v -e ^PWD= -e ^SHLVL= -e ^_=; "
			     "pwd; cat; ls /proc/self/fd",
			     20, &status),
	    ATT_OK);
	assert_int_equal(status, 0);
	/* 3 is the folder that ls reads. */
	assert_true(is_printed(&output, "ONLY=this\n/\n0\n1\n2\n3\n"));
	close(fd);
	unsetenv("AZURE_CONFIG_DIR");
}

static void
more_than_wanted_ends_it(void **state)
{
	int status;

	(void)state;
	assert_int_equal(
	    run("while :; do echo aaaaaaaaaaaaaaaaaaaa; done", 20, &status),
	    ATT_ERR_TOO_LARGE);
	assert_non_null(strstr(why.text, "/bin/sh"));
}

static void
more_of_errors_is_left_out(void **state)
{
	int status;

	(void)state;
	assert_int_equal(
	    run("i=0; while [ $i -lt 2000 ]; do "
		"echo 1234567890123456789012345678901234567890 >&2; "
		"i=$((i+1)); done; echo end",
		20, &status),
	    ATT_OK);
	assert_true(is_printed(&output, "end\n"));
	assert_int_equal(errors.len, 0);
}

/* What has ended may be there still until somebody has looked at it. */
static bool
is_alive(const char *pid)
{
	char *path = NULL, state = 'Z';
	FILE *file;

	assert_true(asprintf(&path, "/proc/%d/stat", atoi(pid)) > 0);
	if ((file = fopen(path, "re")) != NULL) {
		if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
			state = 'Z';
		fclose(file);
	}
	free(path);
	return state != 'Z' && state != 'X';
}

/* Who hangs is killed, and so is what it started. */
static void
its_time_ends(void **state)
{
	char *path = scratch_path(*state, "pid"), *pid, *line = NULL;
	int64_t begin = att_clock_ms();
	size_t len;
	int status;

	assert_true(
	    asprintf(&line, "sleep 100 & echo $! >%s; echo a; wait", path) > 0);
	assert_int_equal(run(line, 2, &status), ATT_ERR_PEER_SILENT);
	assert_in_range(att_clock_ms() - begin, 1900, 20000);
	pid = scratch_read(path, &len);
	for (int i = 0; i < 500 && is_alive(pid); i++)
		usleep(10000);
	assert_false(is_alive(pid));
	free(pid);
	free(path);
	free(line);
}

static void
closing_its_output_is_not_its_end(void **state)
{
	int status;

	(void)state;
	assert_int_equal(
	    run("exec >&- 2>&-; sleep 100", 1, &status), ATT_ERR_PEER_SILENT);
	assert_int_equal(
	    run("exec >&- 2>&-; sleep 0.1; exit 4", 20, &status), ATT_OK);
	assert_int_equal(WEXITSTATUS(status), 4);
}

static void
write_script(const char *path, mode_t mode)
{
	static const char script[] = "#!/bin/sh\necho ran\n";

	scratch_write(path, script, sizeof(script) - 1, mode);
}

static void
runs_no_program_that_is_none(void **state)
{
	char *absent = scratch_path(*state, "absent");
	char *plain = scratch_path(*state, "plain");

	write_script(plain, 0644);
	assert_int_equal(
	    att_program_check(absent, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_int_equal(
	    att_program_check("/bin/sh/x", &why), ATT_ERR_FILE_NOT_FOUND);
	assert_int_equal(att_program_check("/", &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(att_program_check("/bin/sh", &why), ATT_OK);
	assert_int_equal(att_program_check(plain, &why),
	    geteuid() == 0 ? ATT_ERR_FILE_TYPE : ATT_ERR_FILE_PERMISSIONS);
	free(absent);
	free(plain);
}

static enum att_err
run_path(const char *path)
{
	const char *const argv[] = { path, NULL };
	const char *const envp[] = { NULL };
	const struct att_program program = { path, argv, envp, 20 };
	enum att_err err;
	int status;

	att_buf_reset(&output);
	err = att_program_run(&program, &output, &errors, &status, &why);
	assert_true(is_printed(&output, err == ATT_OK ? "ran\n" : ""));
	return err;
}

static void
says_why_it_cannot_be_started(void **state)
{
	char *path = scratch_path(*state, "az");

	scratch_write(path, "#!/nowhere/sh\n", 14, 0755);
	assert_int_equal(run_path(path),
	    geteuid() == 0 ? ATT_ERR_SPAWN : ATT_ERR_FILE_PERMISSIONS);
	if (geteuid() == 0)
		assert_non_null(strstr(why.text, "No such file"));
	free(path);
}

static void
runs_no_program_that_others_can_change(void **state)
{
	char *folder = scratch_path(*state, "bin");
	char *path = scratch_path(folder, "az");
	char *link_path = scratch_path(*state, "link");

	assert_int_equal(mkdir(folder, 0755), 0);
	write_script(path, 0755);
	assert_int_equal(symlink("bin/az", link_path), 0);
	if (geteuid() != 0) {
		assert_int_equal(run_path(path), ATT_ERR_FILE_PERMISSIONS);
		goto out;
	}
	assert_int_equal(run_path(path), ATT_OK);
	assert_int_equal(run_path(link_path), ATT_OK);
	assert_int_equal(chmod(path, 0775), 0);
	assert_int_equal(run_path(path), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(run_path(link_path), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(chmod(folder, 0757), 0);
	assert_int_equal(run_path(path), ATT_ERR_FILE_PERMISSIONS);
	/* As /tmp: what is root's stays. */
	assert_int_equal(chmod(folder, 01777), 0);
	assert_int_equal(run_path(path), ATT_OK);
	assert_int_equal(chown(path, 4711, 0), 0);
	assert_int_equal(run_path(path), ATT_ERR_FILE_PERMISSIONS);
	assert_non_null(strstr(why.text, "4711"));
	assert_int_equal(chown(path, 0, 0), 0);
	assert_int_equal(chown(folder, 4711, 0), 0);
	assert_int_equal(run_path(path), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(chown(folder, 0, 0), 0);
	/* Who owns a link says which program of root is run. */
	assert_int_equal(lchown(link_path, 4711, 0), 0);
	assert_int_equal(run_path(link_path), ATT_ERR_FILE_PERMISSIONS);
out:
	free(folder);
	free(path);
	free(link_path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_what_it_prints_and_how_it_ends),
		TEST(waits_for_it_though_others_would_not),
		TEST(gives_it_nothing_that_is_ours),
		TEST(more_than_wanted_ends_it),
		TEST(more_of_errors_is_left_out),
		TEST(its_time_ends),
		TEST(closing_its_output_is_not_its_end),
		TEST(runs_no_program_that_is_none),
		TEST(says_why_it_cannot_be_started),
		TEST(runs_no_program_that_others_can_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
