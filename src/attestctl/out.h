/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What attestctl prints: aligned tables for people, JSON for scripts, one
 * line for what went wrong. Bytes from elsewhere are escaped: no control
 * character of a user name or label reaches a terminal.
 */
#ifndef ATT_ATTESTCTL_OUT_H
#define ATT_ATTESTCTL_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

#include "attestctl/command.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"
#include "trust/anchors.h"

/* Prints "attestctl: OBJECT: ..." as one line to standard error. */
void att_out_error(const char *object, const char *fmt, ...) ATT_PRINTF(2, 3);

/* The same with the text of why, or the general text of err without one. */
void att_out_reason(
    const char *object, enum att_err err, const struct att_reason *why);

/*
 * Prints a line of what is said of one thing: "issuer:" or "", and the value,
 * escaped, and cut where it is long. Values stand below each other. A time is
 * as att_clock_show_utc() writes it.
 */
void att_out_fact(const char *name, const char *value);
void att_out_fact_time(const char *name, int64_t seconds);

/* Warns that metadata is overdue for longer than mds_max_age. */
void att_out_stale(const struct att_options *opts);

/*
 * Appends text to out with what base/text.h escapes, and what the terminal's
 * character set cannot show, as \xNN; adds the columns it takes to *width.
 */
enum att_err att_out_escape(
    const char *text, struct att_buf *out, size_t *width) ATT_MUST_USE;

/*
 * Prints root to standard output and lets it go; root may be NULL when there
 * was no memory for it. Returns status, or ATT_EXIT_UNKNOWN on a failure.
 */
enum att_exit att_out_json(json_t *root, enum att_exit status);

/* Fresh JSON values: text (escaped when it is not UTF-8), base64url, UUID. */
json_t *att_json_text(const char *text);
json_t *att_json_base64url(struct att_bytes bytes);
json_t *att_json_aaguid(const uint8_t aaguid[16]);
/* {"subject": ..., "sha256": ...} */
json_t *att_json_anchor(const struct att_anchor *anchor);
/* Moves a fresh value to the end of list; both may be NULL. Returns list, or
 * NULL without memory, when it has let both go. */
json_t *att_json_append(json_t *list, json_t *value);
/* Seconds since 1970 as att_clock_show_utc() writes them. */
json_t *att_json_time(int64_t seconds);
/* {"code": ..., "text": ...}, or null for ATT_OK. */
json_t *att_json_reason(enum att_err err, const struct att_reason *why);

/* A fresh NUL-terminated text of bytes; free() it. NULL without memory. */
char *att_text_base64url(struct att_bytes bytes);

/* Colours appear on terminals only. */
enum att_style {
	ATT_STYLE_PLAIN,
	ATT_STYLE_GOOD,
	ATT_STYLE_BAD
};

struct att_cell {
	const char *text; /* lent; NULL is shown as "-" */
	enum att_style style;
};

/*
 * Rows that are waiting for the widths of their columns: in memory while they
 * are few, else in a temporary file that has no name.
 */
struct att_table {
	const char *const *headings; /* lent, columns of them */
	size_t columns;
	size_t rows;
	size_t *widths; /* of the widest cells so far */
	struct att_buf waiting;
	FILE *spool;
	struct att_reason why; /* what failed, for att_out_reason() */
};

/* Copies one row of cells. ATT_ERR_NO_MEMORY, ATT_ERR_SYSTEM. */
enum att_err att_table_add(
    struct att_table *table, const struct att_cell *cells) ATT_MUST_USE;
/*
 * Prints headings and rows to standard output; no rows, no headings. Once,
 * after the last row. ATT_ERR_NO_MEMORY, ATT_ERR_SYSTEM.
 */
enum att_err att_table_print(struct att_table *table) ATT_MUST_USE;
void att_table_reset(struct att_table *table);

#endif
