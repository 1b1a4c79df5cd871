/* SPDX-License-Identifier: BSD-2-Clause */
/* Values that are times, with a unit: 90, 90s, 15m, 8h, 4d. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "conf/value.h"

/* The largest first. */
static const struct unit {
	char letter;
	unsigned int seconds;
} units[] = {
	{ 'd', 86400 },
	{ 'h', 3600 },
	{ 'm', 60 },
	{ 's', 1 },
};

enum {
	UNIT_COUNT = sizeof(units) / sizeof(units[0]),
	TEXT_SIZE = 16, /* of a printed time */
};

/* In the largest unit that leaves nothing over; no time has no unit. */
static void
write_duration(unsigned int seconds, char *text)
{
	size_t i = 0;

	if (seconds == 0) {
		snprintf(text, TEXT_SIZE, "0");
		return;
	}
	while (seconds % units[i].seconds != 0)
		i++;
	snprintf(text, TEXT_SIZE, "%u%c", seconds / units[i].seconds,
	    units[i].letter);
}

static enum att_err
refuse_duration(const struct att_value *value, struct att_reason *why)
{
	char min[TEXT_SIZE], max[TEXT_SIZE], expected[120];

	write_duration(value->min, min);
	write_duration(value->max, max);
	snprintf(expected, sizeof(expected),
	    "a time from %s to %s, such as 90s, 15m, 8h or 4d", min, max);
	return att_value_refuse(value, expected, why);
}

/* The seconds of a unit; 0 for what is none. No unit means seconds. */
static unsigned int
unit_seconds(const char *text)
{
	if (*text == '\0')
		return 1;
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (text[0] == units[i].letter && text[1] == '\0')
			return units[i].seconds;
	return 0;
}

/* Digits and a unit: no sign, blank, fraction or leading zero. */
enum att_err
att_value_parse_duration(
    const struct att_value *value, unsigned int *out, struct att_reason *why)
{
	const char *p = value->text;
	unsigned int unit;
	uint64_t v = 0;

	if (*p < '0' || *p > '9' || (*p == '0' && p[1] >= '0' && p[1] <= '9'))
		return refuse_duration(value, why);
	for (; *p >= '0' && *p <= '9'; p++) {
		if (v > UINT_MAX)
			return refuse_duration(value, why);
		v = v * 10 + (uint64_t)(*p - '0');
	}
	if ((unit = unit_seconds(p)) == 0)
		return refuse_duration(value, why);
	v *= unit;
	if (v < value->min || v > value->max)
		return refuse_duration(value, why);
	*out = (unsigned int)v;
	return ATT_OK;
}

enum att_err
att_value_print_duration(const unsigned int *v, struct att_buf *out)
{
	char text[TEXT_SIZE];

	write_duration(*v, text);
	return att_buf_printf(out, "%s", text);
}

void
att_value_free_duration(unsigned int *v)
{
	*v = 0;
}
