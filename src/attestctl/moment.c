/* SPDX-License-Identifier: BSD-2-Clause */
/* Points in time as people and scripts write them. */
#include <stdint.h>
#include <string.h>

#include "attestctl/moment.h"

static const int64_t year_9999_end = 253402300799;

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly digits decimal digits, from min to max. */
static bool
take_number(const char **text, int digits, int min, int max, int *value)
{
	*value = 0;
	for (int i = 0; i < digits; i++) {
		if (!is_digit(**text))
			return false;
		*value = *value * 10 + (*(*text)++ - '0');
	}
	return *value >= min && *value <= max;
}

static bool
take_char(const char **text, char c)
{
	if (**text != c)
		return false;
	(*text)++;
	return true;
}

static bool
parse_seconds(const char *text, time_t *at)
{
	int64_t seconds = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (!is_digit(*text))
			return false;
		seconds = seconds * 10 + (*text - '0');
		if (seconds > year_9999_end)
			return false;
	}
	*at = seconds;
	return true;
}

static int
days_in_month(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
		31 };
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && is_leap ? 29 : days[month - 1];
}

static bool
take_date(const char **text, struct tm *tm)
{
	int year, month, day;

	if (!take_number(text, 4, 1970, 9999, &year) || !take_char(text, '-') ||
	    !take_number(text, 2, 1, 12, &month) || !take_char(text, '-') ||
	    !take_number(text, 2, 1, days_in_month(year, month), &day))
		return false;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	tm->tm_mday = day;
	return true;
}

static bool
take_clock(const char **text, struct tm *tm)
{
	if (!take_number(text, 2, 0, 23, &tm->tm_hour) ||
	    !take_char(text, ':') ||
	    !take_number(text, 2, 0, 59, &tm->tm_min) ||
	    !take_char(text, ':') || !take_number(text, 2, 0, 60, &tm->tm_sec))
		return false;
	if (!take_char(text, '.'))
		return true;
	if (!is_digit(**text))
		return false;
	while (is_digit(**text))
		(*text)++;
	return true;
}

/* "Z" or "+HH:MM"; seconds to subtract. */
static bool
take_offset(const char **text, int *offset)
{
	int sign = **text == '-' ? -1 : 1;
	int hours, minutes;

	*offset = 0;
	if (take_char(text, 'Z') || take_char(text, 'z'))
		return true;
	if (!take_char(text, sign < 0 ? '-' : '+') ||
	    !take_number(text, 2, 0, 23, &hours) || !take_char(text, ':') ||
	    !take_number(text, 2, 0, 59, &minutes))
		return false;
	*offset = sign * (hours * 3600 + minutes * 60);
	return true;
}

bool
att_moment_parse(const char *text, time_t *at)
{
	struct tm tm = { 0 };
	time_t t;
	int offset;

	*at = 0;
	if (strchr(text, '-') == NULL)
		return parse_seconds(text, at);
	if (!take_date(&text, &tm) ||
	    (!take_char(&text, 'T') && !take_char(&text, 't')) ||
	    !take_clock(&text, &tm) || !take_offset(&text, &offset) ||
	    *text != '\0')
		return false;
	t = timegm(&tm) - offset;
	if (t < 0 || t > year_9999_end)
		return false;
	*at = t;
	return true;
}

enum att_err
att_moment_take(const char *text, time_t *at, struct att_reason *why)
{
	if (att_moment_parse(text, at))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_USAGE,
	    "--at '%s' is neither Unix seconds nor a time such as "
	    "2026-01-31T12:00:00Z",
	    text);
}
