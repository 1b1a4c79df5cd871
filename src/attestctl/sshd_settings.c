/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd is set to do, as sshd itself says it (sshd -T). */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>

#include "attestctl/sshd_settings.h"
#include "base/buf.h"
#include "maa/program.h"

enum {
	SECONDS = 20,
	ERRORS_MAX = 400,
};

void
att_sshd_settings_reset(struct att_sshd_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->list[i].keyword);
		free(settings->list[i].value);
	}
	free(settings->list);
	*settings = (struct att_sshd_settings){ 0 };
}

const char *
att_sshd_get(const struct att_sshd_settings *settings, const char *keyword)
{
	for (size_t i = 0; i < settings->count; i++)
		if (strcmp(settings->list[i].keyword, keyword) == 0)
			return settings->list[i].value;
	return NULL;
}

bool
att_sshd_is(const struct att_sshd_settings *settings, const char *keyword,
    const char *value)
{
	const char *found = att_sshd_get(settings, keyword);

	return found != NULL && strcasecmp(found, value) == 0;
}

/* --- Reading ------------------------------------------------------------ */

static enum att_err
add(struct att_sshd_settings *settings, struct att_bytes line)
{
	struct att_sshd_setting *grown, *added;
	const char *text = (const char *)line.ptr;
	size_t len = 0;

	grown =
	    reallocarray(settings->list, settings->count + 1, sizeof(*grown));
	if (grown == NULL)
		return ATT_ERR_NO_MEMORY;
	settings->list = grown;
	added = &grown[settings->count];
	while (len < line.len && text[len] != ' ')
		len++;
	added->keyword = strndup(text, len);
	len += len < line.len;
	added->value = strndup(text + len, line.len - len);
	if (added->keyword == NULL || added->value == NULL) {
		free(added->keyword);
		free(added->value);
		return ATT_ERR_NO_MEMORY;
	}
	for (char *p = added->keyword; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	settings->count++;
	return ATT_OK;
}

static bool
is_setting(struct att_bytes line)
{
	return line.len > 0 && isalpha(line.ptr[0]) &&
	       memchr(line.ptr, '\0', line.len) == NULL;
}

enum att_err
att_sshd_settings_parse(struct att_bytes text,
    struct att_sshd_settings *settings, struct att_reason *why)
{
	const uint8_t *end = text.ptr + text.len, *next;
	enum att_err r = ATT_OK;

	*settings = (struct att_sshd_settings){ 0 };
	for (const uint8_t *p = text.ptr; p < end && r == ATT_OK; p = next) {
		const uint8_t *newline = memchr(p, '\n', (size_t)(end - p));
		struct att_bytes line;

		line = att_bytes(
		    p, (size_t)((newline == NULL ? end : newline) - p));
		next = newline == NULL ? end : newline + 1;
		if (!is_setting(line))
			return att_refuse(why, ATT_ERR_FILE_TYPE,
			    "line %zu is not a keyword and a value, as sshd -T "
			    "prints them",
			    settings->count + 1);
		r = add(settings, line);
	}
	if (r == ATT_OK && settings->count == 0)
		return att_refuse(
		    why, ATT_ERR_FILE_TYPE, "there is nothing in it");
	return r == ATT_OK ? ATT_OK : att_refuse_plain(why, r);
}

/* --- Asking ------------------------------------------------------------- */

/* A text that sshd takes as one value of -C. */
static enum att_err
check_word(const char *what, const char *word, struct att_reason *why)
{
	if (word[0] == '\0' || strpbrk(word, ",= \t\n") != NULL)
		return att_refuse(why, ATT_ERR_USAGE,
		    "sshd cannot be asked about the %s \"%s\"", what, word);
	return ATT_OK;
}

static enum att_err
make_connection(const struct att_sshd_question *question, char **textp,
    struct att_reason *why)
{
	enum att_err r;

	*textp = NULL;
	if (question->user == NULL)
		return ATT_OK;
	if ((r = check_word("user", question->user, why)) != ATT_OK ||
	    (r = check_word("address", question->address, why)) != ATT_OK ||
	    (r = check_word("host", question->host, why)) != ATT_OK)
		return r;
	if (asprintf(textp, "user=%s,host=%s,addr=%s", question->user,
		question->host, question->address) < 0) {
		*textp = NULL;
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	return ATT_OK;
}

/* The last line of what it said: the one before may be a warning. */
static enum att_err
refuse_answer(
    const char *program, struct att_bytes said, struct att_reason *why)
{
	const char *text = (const char *)said.ptr, *line = text;
	size_t len = said.len;

	while (len > 0 && isspace((unsigned char)text[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n')
			line = text + i + 1;
	if (len == 0)
		return att_refuse(why, ATT_ERR_SPAWN,
		    "%s -T failed and does not say why", program);
	return att_refuse(why, ATT_ERR_SPAWN, "%s -T says: %.*s", program,
	    (int)(text + len - line), line);
}

enum att_err
att_sshd_ask(const struct att_sshd_question *question, struct att_buf *text,
    struct att_reason *why)
{
	static const char *const nothing[] = { NULL };
	const char *argv[7] = { question->program, "-T", NULL };
	const struct att_program program = { .path = question->program,
		.argv = argv,
		.envp = nothing,
		.seconds = SECONDS };
	struct att_buf errors;
	char *connection;
	size_t argc = 2;
	enum att_err r;
	int status;

	if ((r = make_connection(question, &connection, why)) != ATT_OK)
		return r;
	if (question->config != NULL) {
		argv[argc++] = "-f";
		argv[argc++] = question->config;
	}
	if (connection != NULL) {
		argv[argc++] = "-C";
		argv[argc++] = connection;
	}
	att_buf_init(&errors, ERRORS_MAX);
	r = att_program_run(&program, text, &errors, &status, why);
	if (r == ATT_OK && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		r = refuse_answer(question->program, att_buf_get(&errors), why);
	att_buf_reset(&errors);
	free(connection);
	return r;
}
