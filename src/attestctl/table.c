/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables whose columns align, whatever script their cells are in. No row can
 * be printed before the last one has said how wide its cells are; so rows
 * wait, and memory does not grow with them.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/out.h"

enum {
	GAP = 2,
	CELL_MAX = 1 << 16,
	WAITING_MAX = 1 << 20,	/* bytes of one row, and a little */
	SPOOL_FROM = 256 * 1024 /* so many bytes wait in memory */
};

static const char heading_on[] = "\033[1m";
static const char good_on[] = "\033[32m";
static const char bad_on[] = "\033[31m";
static const char style_off[] = "\033[0m";

/* What stands before the text of a cell that waits. */
struct cell_head {
	size_t width;
	size_t len;
	enum att_style style;
};

void
att_table_reset(struct att_table *table)
{
	free(table->widths);
	att_buf_reset(&table->waiting);
	if (table->spool != NULL)
		fclose(table->spool);
	*table = (struct att_table){
		.headings = table->headings,
		.columns = table->columns,
	};
}

static enum att_err
refuse_spool(struct att_table *table)
{
	return att_refuse(&table->why, ATT_ERR_SYSTEM,
	    "the temporary file of the table cannot be used: %s; is there room "
	    "in %s?",
	    strerror(errno), P_tmpdir);
}

/* --- Adding ------------------------------------------------------------- */

static enum att_err
measure(const char *text, size_t *width)
{
	struct att_buf buf;
	enum att_err r;

	*width = 0;
	att_buf_init(&buf, CELL_MAX);
	r = att_out_escape(text, &buf, width);
	att_buf_reset(&buf);
	return r;
}

static enum att_err
begin(struct att_table *table)
{
	enum att_err r = ATT_OK;

	att_buf_init(&table->waiting, WAITING_MAX);
	table->widths = calloc(table->columns, sizeof(*table->widths));
	if (table->widths == NULL)
		return ATT_ERR_NO_MEMORY;
	for (size_t i = 0; i < table->columns && r == ATT_OK; i++)
		r = measure(table->headings[i], &table->widths[i]);
	return r;
}

/* Escapes once, when the cell comes in. */
static enum att_err
add_cell(struct att_buf *out, const struct att_cell *cell, size_t *widest)
{
	struct cell_head head = { .style = cell->style };
	struct att_buf text;
	enum att_err r;

	att_buf_init(&text, CELL_MAX);
	r = att_out_escape(
	    cell->text == NULL ? "-" : cell->text, &text, &head.width);
	head.len = text.len;
	if (r == ATT_OK &&
	    (r = att_buf_put(out, &head, sizeof(head))) == ATT_OK)
		r = att_buf_put(out, text.ptr, text.len);
	att_buf_reset(&text);
	*widest = head.width > *widest ? head.width : *widest;
	return r;
}

static enum att_err
move_to_spool(struct att_table *table)
{
	struct att_buf *waiting = &table->waiting;

	if (table->spool == NULL && (table->spool = tmpfile()) == NULL)
		return refuse_spool(table);
	if (fwrite(waiting->ptr, 1, waiting->len, table->spool) != waiting->len)
		return refuse_spool(table);
	waiting->len = 0;
	return ATT_OK;
}

enum att_err
att_table_add(struct att_table *table, const struct att_cell *cells)
{
	enum att_err r = ATT_OK;

	if (table->widths == NULL && (r = begin(table)) != ATT_OK)
		return r;
	for (size_t i = 0; i < table->columns && r == ATT_OK; i++)
		r = add_cell(&table->waiting, &cells[i], &table->widths[i]);
	if (r == ATT_OK && table->waiting.len >= SPOOL_FROM)
		r = move_to_spool(table);
	if (r == ATT_OK)
		table->rows++;
	return r;
}

/* --- Printing ----------------------------------------------------------- */

static void
print_cell(const char *text, const char *style, size_t pad)
{
	if (style != NULL)
		fputs(style, stdout);
	fputs(text, stdout);
	if (style != NULL)
		fputs(style_off, stdout);
	printf("%*s", (int)pad, "");
}

static const char *
style_text(enum att_style style, bool is_coloured)
{
	if (!is_coloured || style == ATT_STYLE_PLAIN)
		return NULL;
	return style == ATT_STYLE_GOOD ? good_on : bad_on;
}

/* One column after the other; the last one is not padded. */
static size_t
pad_of(const struct att_table *table, size_t column, size_t width)
{
	return column + 1 == table->columns
		   ? 0
		   : table->widths[column] + GAP - width;
}

static enum att_err
print_headings(const struct att_table *table, bool is_coloured)
{
	enum att_err r;
	size_t width;

	for (size_t i = 0; i < table->columns; i++) {
		if ((r = measure(table->headings[i], &width)) != ATT_OK)
			return r;
		print_cell(table->headings[i], is_coloured ? heading_on : NULL,
		    pad_of(table, i, width));
	}
	putchar('\n');
	return ATT_OK;
}

static bool
read_cell(FILE *from, struct cell_head *head, char text[CELL_MAX + 1])
{
	if (fread(head, sizeof(*head), 1, from) != 1 || head->len > CELL_MAX ||
	    fread(text, 1, head->len, from) != head->len)
		return false;
	text[head->len] = '\0';
	return true;
}

static enum att_err
print_rows(struct att_table *table, FILE *from, bool is_coloured)
{
	char *text = malloc(CELL_MAX + 1);
	enum att_err r = text == NULL ? ATT_ERR_NO_MEMORY : ATT_OK;
	struct cell_head head;

	for (size_t row = 0; row < table->rows && r == ATT_OK; row++) {
		for (size_t i = 0; i < table->columns && r == ATT_OK; i++) {
			if (!read_cell(from, &head, text))
				r = refuse_spool(table);
			else
				print_cell(text,
				    style_text(head.style, is_coloured),
				    pad_of(table, i, head.width));
		}
		if (r == ATT_OK)
			putchar('\n');
	}
	free(text);
	return r;
}

/* The rows from the first one on, wherever they are. */
static enum att_err
open_rows(struct att_table *table, FILE **fromp)
{
	struct att_buf *waiting = &table->waiting;
	enum att_err r;

	*fromp = table->spool;
	if (table->spool == NULL) {
		*fromp = fmemopen(waiting->ptr, waiting->len, "r");
		return *fromp == NULL ? ATT_ERR_NO_MEMORY : ATT_OK;
	}
	if ((r = move_to_spool(table)) != ATT_OK)
		return r;
	return fseek(table->spool, 0, SEEK_SET) == 0 ? ATT_OK
						     : refuse_spool(table);
}

enum att_err
att_table_print(struct att_table *table)
{
	bool is_coloured = isatty(STDOUT_FILENO);
	enum att_err r;
	FILE *from;

	if (table->rows == 0)
		return ATT_OK;
	if ((r = open_rows(table, &from)) == ATT_OK &&
	    (r = print_headings(table, is_coloured)) == ATT_OK)
		r = print_rows(table, from, is_coloured);
	if (from != NULL && from != table->spool)
		fclose(from);
	return r;
}
