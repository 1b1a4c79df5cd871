/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking again, after a moment. */
#include <sys/random.h>

#include <string.h>
#include <time.h>

#include "maa/retry.h"

enum {
	OK = 200,
	NOT_FOUND = 404,
	REQUEST_TIMEOUT = 408,
	GONE = 410,
	TOO_MANY_REQUESTS = 429,
	SERVER_ERROR = 500,
	DATE_LEN = sizeof("Sun, 22 Nov 2026 08:49:37 GMT") - 1,
};

static int64_t
real_now(void *arg)
{
	(void)arg;
	return (int64_t)time(NULL);
}

static void
real_sleep(void *arg, unsigned int ms)
{
	struct timespec left = { ms / 1000, (long)(ms % 1000) * 1000000L };

	(void)arg;
	while (nanosleep(&left, &left) != 0)
		;
}

/* No chance is no harm: then all wait for the same time. */
static uint32_t
real_draw(void *arg)
{
	uint32_t drawn;

	(void)arg;
	if (getrandom(&drawn, sizeof(drawn), GRND_NONBLOCK) !=
	    (ssize_t)sizeof(drawn))
		return UINT32_MAX / 2;
	return drawn;
}

const struct att_maa_time att_maa_time_real = { real_now, real_sleep, real_draw,
	NULL };

/* A part of span, from none to all of it. */
static unsigned int
draw_part(const struct att_maa_time *time, unsigned int span)
{
	return (
	    unsigned int)((uint64_t)time->draw(time->arg) * span / UINT32_MAX);
}

bool
att_retry_is_temporary(unsigned int status)
{
	return status == REQUEST_TIMEOUT || status == TOO_MANY_REQUESTS ||
	       status >= SERVER_ERROR;
}

static bool
is_transient(const struct att_retry *retry, enum att_err err,
    const struct att_http_response *response)
{
	if (err != ATT_OK)
		return err == ATT_ERR_MAA_UNREACHABLE;
	if (response->status == NOT_FOUND || response->status == GONE)
		return retry->is_identity;
	return att_retry_is_temporary(response->status);
}

/* RFC 9110 section 5.6.7, in the form of today; false for anything else. */
static bool
read_date(const char *text, int64_t *seconds)
{
	struct tm tm = { 0 };
	const char *end;

	if (strlen(text) != DATE_LEN)
		return false;
	end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &tm);
	if (end == NULL || *end != '\0')
		return false;
	*seconds = (int64_t)timegm(&tm);
	return true;
}

/* False for a text that says no time; one more than the limit for "long". */
static bool
read_retry_after(
    const char *text, const struct att_maa_time *time, int64_t *seconds)
{
	*seconds = 0;
	if (*text == '\0')
		return false;
	if (text[strspn(text, "0123456789")] == '\0') {
		for (; *text != '\0' && *seconds <= ATT_RETRY_AFTER_MAX; text++)
			*seconds = *seconds * 10 + (*text - '0');
		return true;
	}
	if (!read_date(text, seconds))
		return false;
	*seconds -= time->now(time->arg);
	if (*seconds < 0)
		*seconds = 0;
	return true;
}

/* How long to wait before request number try (from 1); false: not at all. */
static bool
find_delay(const struct att_retry *retry, unsigned int try,
    const struct att_http_response *response, unsigned int *ms)
{
	unsigned int doubled = ATT_RETRY_FIRST_MS;
	int64_t seconds;

	if (read_retry_after(response->retry_after, retry->time, &seconds) &&
	    seconds > 0) {
		*ms = (unsigned int)seconds * 1000;
		return seconds <= ATT_RETRY_AFTER_MAX;
	}
	while (--try > 0 && doubled < ATT_RETRY_LONGEST_MS)
		doubled *= 2;
	if (doubled > ATT_RETRY_LONGEST_MS)
		doubled = ATT_RETRY_LONGEST_MS;
	*ms = doubled - doubled / 4 + draw_part(retry->time, doubled / 2);
	return true;
}

/* The part of a wait for an update that is left: none says that it is over. */
static bool
find_update_delay(unsigned int *left_ms, unsigned int *ms)
{
	*ms = ATT_RETRY_UPDATED_MS;
	if (*left_ms < *ms)
		return false;
	*left_ms -= *ms;
	return true;
}

enum att_err
att_retry_exchange(const struct att_retry *retry, const struct att_http *http,
    const struct att_http_request *request, struct att_http_response *response,
    struct att_reason *why)
{
	unsigned int try = 0, update_ms = ATT_RETRY_UPDATED_SECONDS * 1000, ms;
	enum att_err err;

	for (;;) {
		err = http->exchange(http->arg, request, response, why);
		if (!is_transient(retry, err, response))
			return err;
		if (err == ATT_OK && response->status == GONE) {
			if (!find_update_delay(&update_ms, &ms))
				return err;
		} else if (try++ >= retry->max ||
			   !find_delay(retry, try, response, &ms))
			return err;
		retry->time->sleep(retry->time->arg, ms);
	}
}
