/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables whose columns align, whatever script their cells are in. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/out.h"

enum {
	GAP = 2,
	CELL_MAX = 1 << 16
};

static const char heading_on[] = "\033[1m";
static const char good_on[] = "\033[32m";
static const char bad_on[] = "\033[31m";
static const char style_off[] = "\033[0m";

void
att_table_reset(struct att_table *table)
{
	for (size_t i = 0; i < table->rows * table->columns; i++)
		free(table->cells[i].text);
	free(table->cells);
	table->cells = NULL;
	table->rows = 0;
}

/* Escapes once, when the cell comes in. */
static enum att_err
copy_text(const char *text, char **out)
{
	struct att_buf buf;
	size_t width = 0, len;
	enum att_err r;

	*out = NULL;
	att_buf_init(&buf, CELL_MAX);
	if ((r = att_out_escape(text == NULL ? "-" : text, &buf, &width)) ==
		ATT_OK &&
	    (r = att_buf_put_u8(&buf, '\0')) == ATT_OK)
		r = att_buf_take(&buf, (uint8_t **)out, &len);
	att_buf_reset(&buf);
	return r;
}

enum att_err
att_table_add(struct att_table *table, const struct att_cell *cells)
{
	size_t used = table->rows * table->columns;
	enum att_err r = ATT_OK;
	void *grown;

	grown = reallocarray(
	    table->cells, used + table->columns, sizeof(*table->cells));
	if (grown == NULL)
		return ATT_ERR_NO_MEMORY;
	table->cells = grown;
	memset(&table->cells[used], 0, table->columns * sizeof(*table->cells));
	table->rows++;
	for (size_t i = 0; i < table->columns && r == ATT_OK; i++) {
		r = copy_text(cells[i].text, &table->cells[used + i].text);
		table->cells[used + i].style = cells[i].style;
	}
	return r;
}

static size_t
width_of(const char *text)
{
	struct att_buf buf;
	size_t width = 0;

	att_buf_init(&buf, CELL_MAX);
	if (att_out_escape(text, &buf, &width) != ATT_OK)
		width = strlen(text);
	att_buf_reset(&buf);
	return width;
}

static size_t
column_width(const struct att_table *table, size_t column)
{
	size_t widest = width_of(table->headings[column]);

	for (size_t row = 0; row < table->rows; row++) {
		size_t width =
		    width_of(table->cells[row * table->columns + column].text);

		widest = width > widest ? width : widest;
	}
	return widest;
}

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
static void
print_line(const struct att_table *table, const size_t *widths, size_t row,
    bool is_coloured)
{
	for (size_t i = 0; i < table->columns; i++) {
		bool is_heading = row == 0;
		size_t at = (row - 1) * table->columns + i;
		const char *text =
		    is_heading ? table->headings[i] : table->cells[at].text;
		const char *style =
		    is_heading
			? (is_coloured ? heading_on : NULL)
			: style_text(table->cells[at].style, is_coloured);
		size_t pad = i + 1 == table->columns
				 ? 0
				 : widths[i] + GAP - width_of(text);

		print_cell(text, style, pad);
	}
	putchar('\n');
}

enum att_err
att_table_print(const struct att_table *table)
{
	bool is_coloured = isatty(STDOUT_FILENO);
	size_t *widths;

	if (table->rows == 0)
		return ATT_OK;
	if ((widths = calloc(table->columns, sizeof(*widths))) == NULL)
		return ATT_ERR_NO_MEMORY;
	for (size_t i = 0; i < table->columns; i++)
		widths[i] = column_width(table, i);
	for (size_t row = 0; row <= table->rows; row++)
		print_line(table, widths, row, is_coloured);
	free(widths);
	return ATT_OK;
}
