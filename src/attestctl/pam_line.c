/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines, words and control words of the files of PAM. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <security/_pam_types.h>

#include "attestctl/pam_stack.h"

enum {
	UNSET = -6
};

static const char blanks[] = " \t\n";

/* In the order of their numbers, and as they are written in brackets. */
static const char *const code_names[ATT_PAM_CODES] = {
	"success",
	"open_err",
	"symbol_err",
	"service_err",
	"system_err",
	"buf_err",
	"perm_denied",
	"auth_err",
	"cred_insufficient",
	"authinfo_unavail",
	"user_unknown",
	"maxtries",
	"new_authtok_reqd",
	"acct_expired",
	"session_err",
	"cred_unavail",
	"cred_expired",
	"cred_err",
	"no_module_data",
	"conv_err",
	"authtok_err",
	"authtok_recover_err",
	"authtok_lock_busy",
	"authtok_disable_aging",
	"try_again",
	"ignore",
	"abort",
	"authtok_expired",
	"module_unknown",
	"bad_item",
	"conv_again",
	"incomplete",
};

static const struct {
	const char *word;
	enum att_pam_action action;
} action_names[] = {
	{ "ignore", ATT_PAM_IGNORE },
	{ "ok", ATT_PAM_OK },
	{ "done", ATT_PAM_DONE },
	{ "bad", ATT_PAM_BAD },
	{ "die", ATT_PAM_DIE },
	{ "reset", ATT_PAM_RESET },
};

static const struct {
	const char *word;
	enum att_pam_action success; /* and new_authtok_reqd */
	enum att_pam_action ignore;
	enum att_pam_action other;
} controls[] = {
	{ "required", ATT_PAM_OK, ATT_PAM_IGNORE, ATT_PAM_BAD },
	{ "requisite", ATT_PAM_OK, ATT_PAM_IGNORE, ATT_PAM_DIE },
	{ "sufficient", ATT_PAM_DONE, ATT_PAM_IGNORE, ATT_PAM_IGNORE },
	{ "optional", ATT_PAM_OK, ATT_PAM_IGNORE, ATT_PAM_IGNORE },
};

const char *
att_pam_code_name(int code)
{
	return code >= 0 && code < ATT_PAM_CODES ? code_names[code] : "unknown";
}

/* --- Lines -------------------------------------------------------------- */

/* Cuts one line off; NULL at the end. */
static char *
cut(char **textp)
{
	char *line = *textp;
	size_t len = strcspn(line, "\n");

	if (*line == '\0')
		return NULL;
	*textp = line + len + (line[len] == '\n');
	line[len] = '\0';
	return line;
}

/*
 * Makes blanks of what is a comment, and of the backslash at the end. Does the
 * line go on? (After a comment it does not.)
 */
static bool
clean(char *line)
{
	char *comment = strchr(line, '#');
	size_t len;

	if (comment != NULL) {
		*comment = '\0';
		return false;
	}
	len = strlen(line);
	while (len > 0 && strchr(blanks, line[len - 1]) != NULL)
		len--;
	if (len == 0 || line[len - 1] != '\\')
		return false;
	line[len - 1] = ' ';
	return true;
}

/* Is there nothing in it but blanks and a comment? */
static bool
is_empty(const char *line)
{
	line += strspn(line, blanks);
	return *line == '\0' || *line == '#';
}

char *
att_pam_line_next(char **textp, size_t *line, bool *is_torn)
{
	char *begin = NULL, *part;
	bool goes_on;

	*is_torn = false;
	while ((part = cut(textp)) != NULL) {
		*line += 1;
		/* What is empty does not end what is to be continued. */
		if (is_empty(part)) {
			memset(part, ' ', strlen(part));
			continue;
		}
		goes_on = clean(part);
		if (begin == NULL)
			begin = part;
		if (!goes_on)
			break;
	}
	if (begin == NULL || part == NULL) {
		*is_torn = begin != NULL;
		return begin;
	}
	/* The parts become one again: what was cut between them is blank. */
	for (char *p = begin; p < part; p++)
		*p = *p == '\0' ? ' ' : *p;
	return begin;
}

/* --- Words -------------------------------------------------------------- */

/* "[a b\]c]" is one word, "a b]c". Returns what follows. */
static char *
close_bracket(char *word)
{
	char *to = word, *from = word;

	for (; *from != '\0' && *from != ']'; from++) {
		if (from[0] == '\\' && from[1] == ']')
			from++;
		*to++ = *from;
	}
	from += *from == ']';
	*to = '\0';
	return from;
}

char *
att_pam_word_next(char **textp)
{
	char *word = *textp + strspn(*textp, blanks);
	char *end;

	if (*word == '\0') {
		*textp = word;
		return NULL;
	}
	if (*word == '[') {
		*textp = close_bracket(++word);
		return word;
	}
	end = word + strcspn(word, blanks);
	*textp = *end == '\0' ? end : end + 1;
	*end = '\0';
	return word;
}

/* --- Controls ----------------------------------------------------------- */

static void
set_rest(int actions[ATT_PAM_CODES], int action)
{
	for (size_t i = 0; i < ATT_PAM_CODES; i++)
		actions[i] = actions[i] == UNSET ? action : actions[i];
}

static const char *
skip_space(const char *p)
{
	while (isspace((unsigned char)*p))
		p++;
	return p;
}

/* The longest of its kind is not what libpam takes, but the first one. */
static bool
take_code(const char **textp, int *code)
{
	static const char rest[] = "default";
	size_t len;

	for (*code = 0; *code < ATT_PAM_CODES; ++*code) {
		len = strlen(code_names[*code]);
		if (strncmp(*textp, code_names[*code], len) == 0) {
			*textp += len;
			return true;
		}
	}
	if (strncmp(*textp, rest, sizeof(rest) - 1) != 0)
		return false;
	*textp += sizeof(rest) - 1;
	return true;
}

static bool
take_action(const char **textp, int *action)
{
	const char *p = *textp;
	size_t len;

	for (size_t i = 0; i < sizeof(action_names) / sizeof(action_names[0]);
	     i++) {
		len = strlen(action_names[i].word);
		if (strncmp(p, action_names[i].word, len) == 0) {
			*action = action_names[i].action;
			*textp = p + len;
			return true;
		}
	}
	for (*action = 0; isdigit((unsigned char)*p); p++)
		*action = *action > ATT_PAM_ENTRIES ? *action
						    : *action * 10 + (*p - '0');
	*textp = p;
	return *action > 0;
}

/* value=action ... */
static bool
parse_pairs(const char *p, int actions[ATT_PAM_CODES])
{
	int code, action;

	for (p = skip_space(p); *p != '\0'; p = skip_space(p)) {
		if (!take_code(&p, &code))
			return false;
		p = skip_space(p);
		if (*p++ != '=')
			return false;
		p = skip_space(p);
		if (!take_action(&p, &action))
			return false;
		if (code < ATT_PAM_CODES)
			actions[code] = action;
		else
			set_rest(actions, action);
	}
	return true;
}

void
att_pam_control_parse(const char *control, int actions[ATT_PAM_CODES])
{
	for (size_t i = 0; i < ATT_PAM_CODES; i++)
		actions[i] = UNSET;
	for (size_t i = 0; i < sizeof(controls) / sizeof(controls[0]); i++) {
		if (strcasecmp(control, controls[i].word) != 0)
			continue;
		set_rest(actions, controls[i].other);
		actions[PAM_SUCCESS] = controls[i].success;
		actions[PAM_NEW_AUTHTOK_REQD] = controls[i].success;
		actions[PAM_IGNORE] = controls[i].ignore;
		return;
	}
	if (!parse_pairs(control, actions)) {
		for (size_t i = 0; i < ATT_PAM_CODES; i++)
			actions[i] = ATT_PAM_BAD;
	}
	/* What is not said is a failure. */
	set_rest(actions, ATT_PAM_BAD);
}
