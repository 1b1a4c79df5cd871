/* SPDX-License-Identifier: BSD-2-Clause */
/* What sshd is set to do, as sshd itself says it (sshd -T). */
#ifndef ATT_ATTESTCTL_SSHD_SETTINGS_H
#define ATT_ATTESTCTL_SSHD_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_SSHD_TEXT_MAX = 1 << 20 /* bytes that it may print */
};

struct att_sshd_setting {
	char *keyword; /* in lower case */
	char *value;   /* the rest of the line, "" where there is none */
};

struct att_sshd_settings {
	struct att_sshd_setting *list;
	size_t count;
};

/*
 * Reads what sshd -T has printed: a keyword and a value in each line. The
 * caller resets *settings, also after a failure. ATT_ERR_FILE_TYPE for what is
 * nothing of that kind, ATT_ERR_NO_MEMORY.
 */
enum att_err att_sshd_settings_parse(struct att_bytes text,
    struct att_sshd_settings *settings, struct att_reason *why) ATT_MUST_USE;
void att_sshd_settings_reset(struct att_sshd_settings *settings);

/* The first value of a keyword (in lower case), or NULL. Lent. */
const char *att_sshd_get(
    const struct att_sshd_settings *settings, const char *keyword);

/* Is it set to that value, in any case? */
bool att_sshd_is(const struct att_sshd_settings *settings, const char *keyword,
    const char *value);

/*
 * Has sshd say it: the program, with an empty environment. The text is
 * appended to an initialised buffer. config NULL: the file that it reads by
 * itself; user NULL: what holds where no Match does, else what holds for that
 * user from address.
 * ATT_ERR_SPAWN with what sshd said against it; ATT_ERR_FILE_*,
 * ATT_ERR_PEER_SILENT, ATT_ERR_TOO_LARGE, ATT_ERR_USAGE for a user or an
 * address that cannot be told.
 */
struct att_sshd_question {
	const char *program; /* absolute */
	const char *config;
	const char *user;
	const char *address;
	const char *host; /* the name of that address */
};
struct att_buf;
enum att_err att_sshd_ask(const struct att_sshd_question *question,
    struct att_buf *text, struct att_reason *why) ATT_MUST_USE;

#endif
