/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The value of one option: reading, writing and freeing it by type.
 *
 * For each type of options.def there is att_value_parse_TYPE(), which
 * replaces *out, or for a repeatable option appends to it;
 * att_value_print_TYPE(), which appends the text that would be read back to
 * the same value; and att_value_free_TYPE(), which leaves it empty.
 *
 * Parsing refuses with ATT_ERR_CONF_VALUE and a line that names the place,
 * the option, what it may be and what was found; *out is unchanged then.
 */
#ifndef ATT_CONF_VALUE_H
#define ATT_CONF_VALUE_H

#include "conf/options.h"

/* What was written, where, and what is allowed. All lent. */
struct att_value {
	const char *where; /* "FILE:LINE", "argument": prefix of messages */
	const char *name;  /* of the option */
	const char *text;
	const char *values; /* as in struct att_option_info */
	unsigned int min;   /* as in options.def */
	unsigned int max;
};

#define ATT_VALUE_FUNCTIONS(type, ctype)                                       \
	enum att_err att_value_parse_##type(const struct att_value *value,     \
	    ctype *out, struct att_reason *why) ATT_MUST_USE;                  \
	enum att_err att_value_print_##type(                                   \
	    ctype const *v, struct att_buf *out) ATT_MUST_USE;                 \
	void att_value_free_##type(ctype *v);

/* A row for each type of options.def and the type of its field. */
#define ATT_VALUE_PLAIN_TYPES(ROW)                                             \
	ROW(yesno, bool)                                                       \
	ROW(number, unsigned int)                                              \
	ROW(seconds, unsigned int)                                             \
	ROW(word, char *)                                                      \
	ROW(path, char *)                                                      \
	ROW(duration, unsigned int)                                            \
	ROW(paths, struct att_paths)                                           \
	ROW(urls, struct att_paths)                                            \
	ROW(requirements, struct att_requirements)                             \
	ROW(sha256s, struct att_digests)                                       \
	ROW(token_types, uint32_t)                                             \
	ROW(aaguids, struct att_aaguids)                                       \
	ROW(key_ids, struct att_key_ids)                                       \
	ROW(formats, uint32_t)                                                 \
	ROW(statuses, uint32_t)                                                \
	ROW(pcrs, uint32_t)                                                    \
	ROW(tpm_key, char *)                                                   \
	ROW(maybe_word, char *)                                                \
	ROW(maybe_path, char *)                                                \
	ROW(service_url, char *)                                               \
	ROW(maybe_service_url, char *)                                         \
	ROW(proxy_url, char *)                                                 \
	ROW(platform_url, char *)

ATT_VALUE_PLAIN_TYPES(ATT_VALUE_FUNCTIONS)

#define CHOICE(type, symbol, word)
/* Of these also the word alone, which is static; NULL for what is none. */
#define CHOICES(type, list)                                                    \
	ATT_VALUE_FUNCTIONS(type, enum att_choice_##type)                      \
	const char *att_value_name_##type(enum att_choice_##type v);
#include "conf/choices.def"
#undef CHOICES
#undef CHOICE

/* What the types share, for the files that read values. */

/* ATT_ERR_CONF_VALUE: "WHERE: NAME: expected EXPECTED, found ...". */
enum att_err att_value_refuse(const struct att_value *value,
    const char *expected, struct att_reason *why) ATT_MUST_USE;

/* Puts a copy of text in the place of *out. ATT_ERR_NO_MEMORY. */
enum att_err att_value_replace_text(
    char **out, const char *text, struct att_reason *why) ATT_MUST_USE;

/* An absolute path, shorter than PATH_MAX, without control characters? */
bool att_value_is_path(const char *text);

/*
 * Steps over blanks to the next word of a list; its length, 0 at the end.
 */
size_t att_value_next_word(const char **textp);

#endif
