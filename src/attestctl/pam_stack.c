/* SPDX-License-Identifier: BSD-2-Clause */
/* The stacks of a service of PAM, read from its files. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attestctl/pam_stack.h"
#include "base/file.h"

enum {
	FILE_MAX = 1 << 20,
	FILES_MAX = 128,
};

static const char module_name[] = "pam_attest.so";

/* One file that is being read, and what for. */
struct reading {
	const struct att_pam_source *source;
	struct att_pam_service *service;
	struct att_pam_stack *stacks; /* where entries go */
	const char *file;
	size_t line;
	enum att_pam_phase wanted; /* ATT_PAM_ANY: all of them */
	unsigned int depth;	   /* of files */
	unsigned int level;	   /* of substacks */
};

/* One line of it, taken apart. All lent. */
struct parts {
	enum att_pam_phase phase;
	bool is_silent;
	char *control;
	char *module; /* or the file to include */
	char *rest;
	const char *defect;
};

static enum att_err read_file(const struct reading *from, const char *name,
    bool *is_found, struct att_reason *why);

const char *
att_pam_phase_name(enum att_pam_phase phase)
{
	static const char *const names[] = { "auth", "account", "session" };

	return phase < ATT_PAM_PHASES ? names[phase] : "password";
}

bool
att_pam_entry_is_ours(const struct att_pam_entry *entry)
{
	const char *slash = strrchr(entry->module, '/');

	return entry->kind == ATT_PAM_MODULE &&
	       strcmp(slash == NULL ? entry->module : slash + 1, module_name) ==
		   0;
}

/* --- Entries ------------------------------------------------------------ */

static void
reset_entry(struct att_pam_entry *entry)
{
	for (size_t i = 0; i < entry->arg_count; i++)
		free(entry->args[i]);
	free(entry->args);
	free(entry->control);
	free(entry->module);
}

static void
reset_stack(struct att_pam_stack *stack)
{
	for (size_t i = 0; i < stack->count; i++)
		reset_entry(&stack->entries[i]);
	free(stack->entries);
	*stack = (struct att_pam_stack){ 0 };
}

void
att_pam_service_reset(struct att_pam_service *service)
{
	for (size_t i = 0; i < ATT_PAM_PHASES; i++)
		reset_stack(&service->stacks[i]);
	for (size_t i = 0; i < service->file_count; i++)
		free(service->files[i]);
	free(service->files);
	*service = (struct att_pam_service){ 0 };
}

static enum att_err
split_arguments(char *rest, struct att_pam_entry *entry)
{
	char **grown, *word;

	if ((entry->args = calloc(1, sizeof(char *))) == NULL)
		return ATT_ERR_NO_MEMORY;
	while (rest != NULL && (word = att_pam_word_next(&rest)) != NULL) {
		grown = reallocarray(
		    entry->args, entry->arg_count + 2, sizeof(char *));
		if (grown == NULL)
			return ATT_ERR_NO_MEMORY;
		entry->args = grown;
		if ((grown[entry->arg_count] = strdup(word)) == NULL)
			return ATT_ERR_NO_MEMORY;
		grown[++entry->arg_count] = NULL;
	}
	return ATT_OK;
}

static enum att_err
fill_entry(struct att_pam_entry *entry, const struct reading *reading,
    const struct parts *parts)
{
	*entry = (struct att_pam_entry){ .level = reading->level,
		.is_silent = parts->is_silent,
		.file = reading->file,
		.line = reading->line,
		.defect = parts->defect };
	entry->kind =
	    parts->defect == NULL ? ATT_PAM_MODULE : ATT_PAM_MUST_FAIL;
	att_pam_control_parse(
	    parts->control == NULL ? "" : parts->control, entry->actions);
	entry->control = strdup(parts->control == NULL ? "" : parts->control);
	entry->module = strdup(parts->module == NULL ? "" : parts->module);
	if (entry->control == NULL || entry->module == NULL)
		return ATT_ERR_NO_MEMORY;
	return split_arguments(parts->rest, entry);
}

static enum att_err
add_entry(const struct reading *reading, const struct parts *parts,
    struct att_reason *why)
{
	struct att_pam_stack *stack;
	struct att_pam_entry *grown;
	enum att_err r;

	if (parts->phase >= ATT_PAM_PHASES)
		return ATT_OK;
	stack = &reading->stacks[parts->phase];
	if (stack->count == ATT_PAM_ENTRIES)
		return att_refuse(why, ATT_ERR_TOO_LARGE,
		    "%s:%zu: the stack has more than %d lines", reading->file,
		    reading->line, ATT_PAM_ENTRIES);
	grown = reallocarray(stack->entries, stack->count + 1, sizeof(*grown));
	if (grown == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	stack->entries = grown;
	r = fill_entry(&grown[stack->count++], reading, parts);
	return r == ATT_OK ? ATT_OK : att_refuse_plain(why, r);
}

/* --- Lines -------------------------------------------------------------- */

/* What of the words of a line is missing, or not known. */
static void
take_phase(char *word, const struct reading *reading, struct parts *parts)
{
	static const struct {
		const char *word;
		enum att_pam_phase phase;
	} phases[] = {
		{ "auth", ATT_PAM_AUTH },
		{ "account", ATT_PAM_ACCOUNT },
		{ "session", ATT_PAM_SESSION },
		{ "password", ATT_PAM_PASSWORD },
	};

	parts->is_silent = word[0] == '-';
	word += parts->is_silent;
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		if (strcasecmp(word, phases[i].word) == 0) {
			parts->phase = phases[i].phase;
			return;
		}
	}
	/* As libpam does: it has to stand somewhere, and there it hurts. */
	parts->phase =
	    reading->wanted == ATT_PAM_ANY ? ATT_PAM_AUTH : reading->wanted;
	parts->defect = "the type is none of auth, account, password, session";
}

/*
 * What a line includes: the file, in the same stack or in one of its own. A
 * file that is missing is a failure where it would stand.
 */
static enum att_err
include(const struct reading *reading, struct parts *parts, bool is_substack,
    struct att_reason *why)
{
	struct reading next = *reading;
	struct att_pam_stack *stack;
	bool is_found = false;
	enum att_err r;

	next.wanted = parts->phase;
	next.depth++;
	if (is_substack && parts->phase < ATT_PAM_PHASES) {
		if ((r = add_entry(reading, parts, why)) != ATT_OK)
			return r;
		stack = &reading->stacks[parts->phase];
		stack->entries[stack->count - 1].kind = ATT_PAM_SUBSTACK;
		next.level++;
	}
	if (next.depth < ATT_PAM_LEVELS && parts->module != NULL &&
	    (r = read_file(&next, parts->module, &is_found, why)) != ATT_OK)
		return r;
	if (is_found)
		return ATT_OK;
	parts->control = NULL;
	parts->defect = "what it includes does not exist, or includes itself";
	if (parts->phase != ATT_PAM_ANY)
		return add_entry(reading, parts, why);
	for (parts->phase = 0; parts->phase < ATT_PAM_PHASES; parts->phase++)
		if ((r = add_entry(reading, parts, why)) != ATT_OK)
			return r;
	return ATT_OK;
}

static enum att_err
take_line(struct reading *reading, char *text, struct att_reason *why)
{
	struct parts parts = { .phase = reading->wanted };
	char *word = att_pam_word_next(&text);

	if (strcmp(word, "@include") == 0) {
		parts.module = att_pam_word_next(&text);
		return include(reading, &parts, false, why);
	}
	take_phase(word, reading, &parts);
	if (reading->wanted != ATT_PAM_ANY && parts.phase != reading->wanted)
		return ATT_OK;
	parts.control = att_pam_word_next(&text);
	parts.module = att_pam_word_next(&text);
	if (parts.control == NULL)
		parts.defect = "there is no control word";
	else if (strcasecmp(parts.control, "include") == 0)
		return include(reading, &parts, false, why);
	else if (strcasecmp(parts.control, "substack") == 0)
		return include(reading, &parts, true, why);
	else if (parts.module == NULL)
		parts.defect = "there is no module";
	parts.rest = text;
	return add_entry(reading, &parts, why);
}

static enum att_err
take_lines(struct reading *reading, char *text, struct att_reason *why)
{
	enum att_err r = ATT_OK;
	bool is_torn = false;
	char *line;

	while (r == ATT_OK && (line = att_pam_line_next(
				   &text, &reading->line, &is_torn)) != NULL) {
		if (is_torn)
			return att_refuse(why, ATT_ERR_FILE_TYPE,
			    "%s:%zu: the last line ends in a backslash, and "
			    "libpam reads none of the file",
			    reading->file, reading->line);
		r = take_line(reading, line, why);
	}
	return r;
}

/* --- Files -------------------------------------------------------------- */

/* The service remembers which files it was read from. */
static enum att_err
remember(struct att_pam_service *service, const char *path, const char **kept)
{
	char **grown;

	for (size_t i = 0; i < service->file_count; i++)
		if (strcmp(service->files[i], path) == 0) {
			*kept = service->files[i];
			return ATT_OK;
		}
	if (service->file_count == FILES_MAX)
		return ATT_ERR_TOO_LARGE;
	grown = reallocarray(
	    service->files, service->file_count + 1, sizeof(*grown));
	if (grown == NULL)
		return ATT_ERR_NO_MEMORY;
	service->files = grown;
	if ((grown[service->file_count] = strdup(path)) == NULL)
		return ATT_ERR_NO_MEMORY;
	*kept = grown[service->file_count++];
	return ATT_OK;
}

static enum att_err
read_path(const struct reading *from, const char *path, bool *is_found,
    struct att_reason *why)
{
	struct reading reading = *from;
	uint8_t *content = NULL;
	enum att_err r;
	size_t len;

	r = att_file_read_any(path, FILE_MAX, &content, &len, why);
	if (r == ATT_ERR_FILE_NOT_FOUND)
		return ATT_OK;
	if (r != ATT_OK)
		return r;
	*is_found = true;
	reading.line = 0;
	if (strlen((char *)content) != len)
		r = att_refuse(why, ATT_ERR_FILE_TYPE,
		    "%s: there is a NUL byte in it", path);
	else if ((r = remember(from->service, path, &reading.file)) == ATT_OK)
		r = take_lines(&reading, (char *)content, why);
	else
		r = att_refuse_plain(why, r);
	free(content);
	return r;
}

/* An absolute path, or a name in one of the folders. */
static enum att_err
read_file(const struct reading *from, const char *name, bool *is_found,
    struct att_reason *why)
{
	const char *const *folder = from->source->folders;
	enum att_err r = ATT_OK;
	char *path;

	*is_found = false;
	if (name[0] == '/')
		return read_path(from, name, is_found, why);
	for (; *folder != NULL && !*is_found && r == ATT_OK; folder++) {
		if (asprintf(&path, "%s/%s", *folder, name) < 0)
			return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		r = read_path(from, path, is_found, why);
		free(path);
	}
	return r;
}

static enum att_err
read_other(const struct att_pam_source *source, struct att_pam_service *service,
    struct att_reason *why)
{
	struct att_pam_stack other[ATT_PAM_PHASES] = { 0 };
	struct reading reading = { .source = source,
		.service = service,
		.stacks = other,
		.wanted = ATT_PAM_ANY };
	enum att_err r;
	bool is_found;

	r = read_file(&reading, "other", &is_found, why);
	for (size_t i = 0; i < ATT_PAM_PHASES; i++) {
		if (service->stacks[i].count == 0) {
			service->stacks[i] = other[i];
			service->stacks[i].is_other = true;
		} else
			reset_stack(&other[i]);
	}
	return r;
}

enum att_err
att_pam_service_read(const struct att_pam_source *source,
    struct att_pam_service *service, struct att_reason *why)
{
	struct reading reading = { .source = source,
		.service = service,
		.stacks = service->stacks,
		.wanted = ATT_PAM_ANY };
	enum att_err r;
	bool is_found;

	*service = (struct att_pam_service){ 0 };
	if ((r = read_file(&reading, source->service, &is_found, why)) !=
	    ATT_OK)
		return r;
	service->is_missing = !is_found;
	for (size_t i = 0; i < ATT_PAM_PHASES; i++)
		if (service->stacks[i].count == 0)
			return read_other(source, service, why);
	return ATT_OK;
}
