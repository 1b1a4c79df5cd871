/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs a command of attestctl and keeps what it prints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"

/* Puts a file in the place of a stream; returns the stream's descriptor. */
static int
divert(FILE *stream, FILE *file)
{
	int saved;

	fflush(stream);
	saved = dup(fileno(stream));
	assert_true(saved >= 0);
	assert_true(dup2(fileno(file), fileno(stream)) >= 0);
	return saved;
}

static char *
restore(FILE *stream, int saved, FILE *file)
{
	char *text = NULL;
	size_t size = 0;
	long len;

	fflush(stream);
	assert_true(dup2(saved, fileno(stream)) >= 0);
	close(saved);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	assert_true((len = ftell(file)) >= 0);
	size = (size_t)len;
	rewind(file);
	text = calloc(1, size + 1);
	assert_non_null(text);
	assert_int_equal(fread(text, 1, size, file), size);
	fclose(file);
	return text;
}

void
capture(command_fn *run, const char *config, const char *const *words,
    struct captured *captured)
{
	const struct att_invocation invocation = { config };
	FILE *out = tmpfile(), *err = tmpfile();
	char *argv[CAPTURE_WORDS + 1] = { NULL };
	int argc = 0, saved_out, saved_err;

	assert_non_null(out);
	assert_non_null(err);
	setlocale(LC_CTYPE, "C.UTF-8");
	for (; words[argc] != NULL; argc++) {
		assert_true(argc < CAPTURE_WORDS);
		argv[argc] = strdup(words[argc]);
	}
	saved_out = divert(stdout, out);
	saved_err = divert(stderr, err);
	captured->status = run(&invocation, argc, argv);
	captured->out = restore(stdout, saved_out, out);
	captured->err = restore(stderr, saved_err, err);
	/* getopt_long() may have changed the order, but lost none. */
	for (int i = 0; i < argc; i++)
		free(argv[i]);
}

void
captured_reset(struct captured *captured)
{
	free(captured->out);
	free(captured->err);
	captured->out = NULL;
	captured->err = NULL;
}

json_t *
captured_json(const struct captured *captured)
{
	json_error_t error;
	json_t *root =
	    json_loads(captured->out, JSON_REJECT_DUPLICATES, &error);

	if (root == NULL)
		fail_msg("%s in: %s", error.text, captured->out);
	return root;
}
