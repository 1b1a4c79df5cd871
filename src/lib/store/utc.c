/* SPDX-License-Identifier: BSD-2-Clause */
/* Times in files. */
#include "store/utc.h"

enum att_err
att_utc_print(time_t time, char text[ATT_UTC_SIZE])
{
	struct tm tm;

	if (time < 0 || gmtime_r(&time, &tm) == NULL ||
	    tm.tm_year > 9999 - 1900)
		return ATT_ERR_STORE_MALFORMED;
	strftime(text, ATT_UTC_SIZE, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return ATT_OK;
}

/* Two digits or four of a fixed place; what is no digit shows later. */
static int
number_at(const uint8_t *text, size_t at, size_t len)
{
	int v = 0;

	for (size_t i = at; i < at + len; i++)
		v = v * 10 + (text[i] - '0');
	return v;
}

/* Reads loosely, then compares with the one way to write what was read. */
enum att_err
att_utc_parse(struct att_bytes text, time_t *out)
{
	char printed[ATT_UTC_SIZE];
	struct tm tm = { 0 };
	time_t time;

	*out = 0;
	if (text.len != ATT_UTC_SIZE - 1)
		return ATT_ERR_STORE_MALFORMED;
	tm.tm_year = number_at(text.ptr, 0, 4) - 1900;
	tm.tm_mon = number_at(text.ptr, 5, 2) - 1;
	tm.tm_mday = number_at(text.ptr, 8, 2);
	tm.tm_hour = number_at(text.ptr, 11, 2);
	tm.tm_min = number_at(text.ptr, 14, 2);
	tm.tm_sec = number_at(text.ptr, 17, 2);
	time = timegm(&tm);
	if (att_utc_print(time, printed) != ATT_OK ||
	    !att_bytes_is_equal(text, att_bytes_text(printed)))
		return ATT_ERR_STORE_MALFORMED;
	*out = time;
	return ATT_OK;
}
