/* SPDX-License-Identifier: BSD-2-Clause */
/* The text of sshd_config(5): its files, and its blocks of Match. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "attestctl/sshd_text.h"
#include "base/file.h"

enum {
	FILE_MAX = 1 << 20,
	FILES_MAX = 256,
	DEPTH_MAX = 16, /* as sshd has it */
};

static const char blanks[] = " \t\r\f\"=";

/* What decides who is let in, of what may stand in a block of Match. */
static const char *const deciding[] = {
	"AuthenticationMethods",
	"AuthorizedKeysCommand",
	"AuthorizedKeysCommandUser",
	"AuthorizedKeysFile",
	"AuthorizedPrincipalsCommand",
	"AuthorizedPrincipalsFile",
	"ChallengeResponseAuthentication",
	"GSSAPIAuthentication",
	"HostbasedAuthentication",
	"KbdInteractiveAuthentication",
	"KerberosAuthentication",
	"PAMServiceName",
	"PasswordAuthentication",
	"PermitEmptyPasswords",
	"PermitRootLogin",
	"PubkeyAcceptedAlgorithms",
	"PubkeyAcceptedKeyTypes",
	"PubkeyAuthOptions",
	"PubkeyAuthentication",
	"SkeyAuthentication",
	"TrustedUserCAKeys",
};

struct reading {
	struct att_sshd_text *text;
	const char *folder;
	const char *file;
	size_t line;
	unsigned int depth;
	char *condition; /* of the block; NULL: none */
};

static enum att_err read_file(const struct reading *from, const char *path,
    bool may_be_missing, struct att_reason *why);

void
att_sshd_text_reset(struct att_sshd_text *text)
{
	for (size_t i = 0; i < text->match_count; i++) {
		free(text->matches[i].condition);
		free(text->matches[i].keyword);
	}
	for (size_t i = 0; i < text->file_count; i++)
		free(text->files[i]);
	free(text->matches);
	free(text->files);
	*text = (struct att_sshd_text){ 0 };
}

static enum att_err
remember(struct att_sshd_text *text, const char *path, const char **kept)
{
	char **grown;

	for (size_t i = 0; i < text->file_count; i++)
		if (strcmp(text->files[i], path) == 0) {
			*kept = text->files[i];
			return ATT_OK;
		}
	if (text->file_count == FILES_MAX)
		return ATT_ERR_TOO_LARGE;
	grown = reallocarray(text->files, text->file_count + 1, sizeof(*grown));
	if (grown == NULL)
		return ATT_ERR_NO_MEMORY;
	text->files = grown;
	if ((grown[text->file_count] = strdup(path)) == NULL)
		return ATT_ERR_NO_MEMORY;
	*kept = grown[text->file_count++];
	return ATT_OK;
}

static enum att_err
add_match(const struct reading *reading, const char *keyword)
{
	struct att_sshd_text *text = reading->text;
	struct att_sshd_match *grown,
	    match = { .file = reading->file, .line = reading->line };

	grown =
	    reallocarray(text->matches, text->match_count + 1, sizeof(*grown));
	if (grown == NULL)
		return ATT_ERR_NO_MEMORY;
	text->matches = grown;
	match.condition = strdup(reading->condition);
	match.keyword = strdup(keyword);
	grown[text->match_count++] = match;
	return match.condition == NULL || match.keyword == NULL
		   ? ATT_ERR_NO_MEMORY
		   : ATT_OK;
}

/* --- Lines -------------------------------------------------------------- */

/* The next word; quotes and the "=" of NAME=VALUE are as good as blanks. */
static char *
next_word(char **textp)
{
	char *word = *textp + strspn(*textp, blanks);
	char *end = word + strcspn(word, blanks);

	*textp = end + (*end != '\0');
	*end = '\0';
	return *word == '\0' || *word == '#' ? NULL : word;
}

static enum att_err
include_pattern(
    const struct reading *reading, const char *pattern, struct att_reason *why)
{
	enum att_err r = ATT_OK;
	glob_t found;
	char *path;
	int n;

	n = pattern[0] == '/'
		? asprintf(&path, "%s", pattern)
		: asprintf(&path, "%s/%s", reading->folder, pattern);
	if (n < 0)
		return ATT_ERR_NO_MEMORY;
	n = glob(path, 0, NULL, &found);
	if (n == GLOB_ABORTED || n == GLOB_NOSPACE)
		r = att_refuse(why, ATT_ERR_FILE_UNREADABLE,
		    "%s:%zu: %s cannot be searched", reading->file,
		    reading->line, path);
	for (size_t i = 0; n == 0 && i < found.gl_pathc && r == ATT_OK; i++)
		r = read_file(reading, found.gl_pathv[i], true, why);
	if (n == 0)
		globfree(&found);
	free(path);
	return r;
}

static enum att_err
include(struct reading *reading, char *rest, struct att_reason *why)
{
	enum att_err r = ATT_OK;
	char *pattern;

	if (reading->depth + 1 >= DEPTH_MAX)
		return att_refuse(why, ATT_ERR_TOO_LARGE,
		    "%s:%zu: files include each other more than %d deep",
		    reading->file, reading->line, DEPTH_MAX);
	while (r == ATT_OK && (pattern = next_word(&rest)) != NULL)
		r = include_pattern(reading, pattern, why);
	return r;
}

/* "Match all" ends a block, and is none where nothing stands before it. */
static enum att_err
begin_block(struct reading *reading, const char *condition)
{
	size_t len;

	condition += strspn(condition, " \t=");
	len = strcspn(condition, "#");
	while (len > 0 && strchr(" \t\r", condition[len - 1]) != NULL)
		len--;
	free(reading->condition);
	reading->condition = strndup(condition, len);
	return reading->condition == NULL ? ATT_ERR_NO_MEMORY : ATT_OK;
}

static enum att_err
take_line(struct reading *reading, char *line, struct att_reason *why)
{
	char *keyword = next_word(&line);

	if (keyword == NULL)
		return ATT_OK;
	if (strcasecmp(keyword, "Include") == 0)
		return include(reading, line, why);
	if (strcasecmp(keyword, "Match") == 0)
		return begin_block(reading, line);
	if (reading->condition == NULL)
		return ATT_OK;
	for (size_t i = 0; i < sizeof(deciding) / sizeof(deciding[0]); i++)
		if (strcasecmp(keyword, deciding[i]) == 0)
			return add_match(reading, deciding[i]);
	return ATT_OK;
}

/* --- Files -------------------------------------------------------------- */

static enum att_err
take_lines(struct reading *reading, char *text, struct att_reason *why)
{
	enum att_err r = ATT_OK;
	char *next;

	for (char *line = text; line != NULL && r == ATT_OK; line = next) {
		if ((next = strchr(line, '\n')) != NULL)
			*next++ = '\0';
		reading->line++;
		r = take_line(reading, line, why);
	}
	return r;
}

/* A block that begins in a file ends with it; one around it goes on. */
static enum att_err
read_file(const struct reading *from, const char *path, bool may_be_missing,
    struct att_reason *why)
{
	struct reading reading = *from;
	uint8_t *content = NULL;
	enum att_err r;
	size_t len;

	reading.line = 0;
	reading.depth++;
	reading.condition = NULL;
	r = att_file_read_any(path, FILE_MAX, &content, &len, why);
	if (r != ATT_OK)
		return r == ATT_ERR_FILE_NOT_FOUND && may_be_missing ? ATT_OK
								     : r;
	if (from->condition != NULL)
		reading.condition = strdup(from->condition);
	if (from->condition != NULL && reading.condition == NULL)
		r = ATT_ERR_NO_MEMORY;
	else if (strlen((char *)content) != len)
		r = att_refuse(why, ATT_ERR_FILE_TYPE,
		    "%s: there is a NUL byte in it", path);
	else if ((r = remember(from->text, path, &reading.file)) == ATT_OK)
		r = take_lines(&reading, (char *)content, why);
	free(reading.condition);
	free(content);
	return r == ATT_OK ? ATT_OK : att_refuse_plain(why, r);
}

enum att_err
att_sshd_text_read(const char *path, const char *folder,
    struct att_sshd_text *text, struct att_reason *why)
{
	const struct reading reading = { .text = text, .folder = folder };

	*text = (struct att_sshd_text){ 0 };
	return read_file(&reading, path, false, why);
}
