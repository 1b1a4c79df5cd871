/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests as FETCH messages. */
#include <string.h>

#include "wire/fetch.h"
#include "wire/http_fetcher.h"

static struct att_fetch
make_fetch(const struct att_http_fetcher *fetcher,
    const struct att_http_request *request)
{
	struct att_fetch fetch = { .request = *request,
		.proxy = request->is_platform ? "" : fetcher->proxy,
		.ca = fetcher->ca };

	if (fetch.request.seconds == 0)
		fetch.request.seconds = fetcher->seconds;
	if (fetch.request.connect_seconds == 0)
		fetch.request.connect_seconds = fetcher->connect_seconds;
	return fetch;
}

static enum att_err
exchange(void *arg, const struct att_http_request *request,
    struct att_http_response *response, struct att_reason *why)
{
	const struct att_http_fetcher *fetcher = arg;
	const struct att_fetch fetch = make_fetch(fetcher, request);
	struct att_fetched fetched;
	struct att_buf body;
	enum att_err err;

	att_http_response_reset(response);
	att_buf_init(&body, request->max);
	err = att_fetch_run(&fetch, fetcher->progress, &body, &fetched, why);
	if (err == ATT_OK) {
		*response = fetched.head;
		response->body = body;
	} else {
		att_buf_reset(&body);
	}
	if (err == ATT_ERR_FETCH)
		err = att_refuse(why, ATT_ERR_MAA_UNREACHABLE, "%s: %s",
		    request->url, fetched.text);
	att_http_response_reset(&fetched.head);
	return err;
}

struct att_http
att_http_fetcher_get(struct att_http_fetcher *fetcher)
{
	return (struct att_http){ .exchange = exchange, .arg = fetcher };
}
