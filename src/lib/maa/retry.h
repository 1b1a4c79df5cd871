/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asking again: what may be different in a moment is asked again in a moment,
 * and in a longer one after that.
 */
#ifndef ATT_MAA_RETRY_H
#define ATT_MAA_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/http.h"

/* The time of day, waiting and chance, which a test has of its own. */
struct att_maa_time {
	int64_t (*now)(void *arg); /* seconds since 1970 */
	void (*sleep)(void *arg, unsigned int ms);
	uint32_t (*draw)(void *arg); /* any number is as likely as another */
	void *arg;
};
extern const struct att_maa_time att_maa_time_real;

enum {
	ATT_RETRY_FIRST_MS = 1000,	/* doubled each time */
	ATT_RETRY_LONGEST_MS = 30000,	/* but to no more than that */
	ATT_RETRY_AFTER_MAX = 300,	/* seconds that a server may want */
	ATT_RETRY_UPDATED_MS = 10000,	/* for an identity that is updated, */
	ATT_RETRY_UPDATED_SECONDS = 70, /* which takes no longer */
};

/* May the same request have another answer soon? 408, 429, 5xx. */
bool att_retry_is_temporary(unsigned int status);

struct att_retry {
	const struct att_maa_time *time;
	unsigned int max; /* requests after the first one */
	/*
	 * An endpoint of identities: 404 may be different in a moment, too;
	 * and 410 says that it is being updated, which is waited for whatever
	 * max says.
	 */
	bool is_identity;
};

/*
 * Sends a request until an answer came that will not be another one soon; or
 * max times more. That is 408, 429, 5xx, and none at all
 * (ATT_ERR_MAA_UNREACHABLE). Between them it waits as long as the server said
 * (Retry-After, RFC 9110 section 10.2.3), else for 1, 2, 4 ... 30 seconds, up
 * to a quarter longer or shorter, so that not all hosts come back at once; a
 * server that wants more than ATT_RETRY_AFTER_MAX is not asked again. What came
 * last is in *response, whatever its status, and so is what exchange() said.
 */
enum att_err att_retry_exchange(const struct att_retry *retry,
    const struct att_http *http, const struct att_http_request *request,
    struct att_http_response *response, struct att_reason *why) ATT_MUST_USE;

#endif
