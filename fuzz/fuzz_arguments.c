/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Module arguments, one per line of the input: a word that is accepted is
 * accepted in the file, too, but for bare names.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "conf/layers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	WORDS_MAX = 256
};

static size_t
split(char *text, const char *words[WORDS_MAX])
{
	size_t count = 0;

	while (text != NULL && count < WORDS_MAX)
		words[count++] = strsep(&text, "\n");
	return count;
}

static void
check_in_file(const char *word)
{
	struct att_options *opts;

	if (att_options_new(&opts) != ATT_OK)
		abort();
	/* Blanks at the ends of a value count in an argument only. */
	if (att_options_parse(opts, att_bytes_text(word), "F", NULL) != ATT_OK)
		abort();
	att_options_free(&opts);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *words[WORDS_MAX];
	struct att_reason why = { 0 };
	struct att_options *opts;
	enum att_err err;
	size_t count;
	char *text;

	if ((text = calloc(1, size + 1)) == NULL ||
	    att_options_new(&opts) != ATT_OK)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	count = split(text, words);
	err = att_options_parse_words(opts, words, count, &why);
	if (err != ATT_OK && (why.code != err || why.text[0] == '\0'))
		abort();
	for (size_t i = 0; i < count && err == ATT_OK; i++)
		if (strchr(words[i], '=') != NULL)
			check_in_file(words[i]);
	att_options_free(&opts);
	free(text);
	return 0;
}
