/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP of which every answer is known before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script_http.h"

static void
put(struct att_buf *text, const char *part)
{
	assert_int_equal(att_buf_put(text, part, strlen(part)), ATT_OK);
}

/* Not by printf(3), which leaves copies of secrets behind. */
static char *
write_down(const struct att_http_request *request)
{
	struct att_buf text;
	uint8_t *ptr;
	size_t len;

	att_buf_init(&text, 1 << 20);
	put(&text, request->method);
	put(&text, " ");
	put(&text, request->url);
	put(&text, "\n");
	for (size_t i = 0; i < request->header_count; i++) {
		put(&text, request->headers[i].name);
		put(&text, ": ");
		put(&text, request->headers[i].value);
		put(&text, "\n");
	}
	put(&text, "\n");
	assert_int_equal(
	    att_buf_put(&text, request->body.ptr, request->body.len), ATT_OK);
	assert_int_equal(att_buf_put_u8(&text, 0), ATT_OK);
	assert_int_equal(att_buf_take(&text, &ptr, &len), ATT_OK);
	return (char *)ptr;
}

static void
copy_header(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from == NULL ? "" : from);
}

static enum att_err
exchange(void *arg, const struct att_http_request *request,
    struct att_http_response *response, struct att_reason *why)
{
	struct script *script = arg;
	const struct script_answer *answer;

	assert_true(script->used < script->count);
	assert_true(request->max > 0);
	script->requests[script->used] = write_down(request);
	script->seconds[script->used] = request->seconds;
	script->is_platform[script->used] = request->is_platform;
	script->is_secret[script->used] = request->is_secret;
	answer = &script->answers[script->used++];
	att_http_response_reset(response);
	if (answer->err != ATT_OK)
		return att_refuse(
		    why, answer->err, "%s: as the script says", request->url);
	response->status = answer->status;
	copy_header(response->challenge, sizeof(response->challenge),
	    answer->challenge);
	copy_header(response->retry_after, sizeof(response->retry_after),
	    answer->retry_after);
	copy_header(response->request_id, sizeof(response->request_id),
	    answer->request_id);
	copy_header(response->content_type, sizeof(response->content_type),
	    answer->content_type == NULL ? "application/json; charset=utf-8"
					 : answer->content_type);
	att_buf_init(&response->body, request->max);
	if (answer->body == NULL)
		return ATT_OK;
	return att_refuse_plain(why,
	    att_buf_put(&response->body, answer->body, strlen(answer->body)));
}

static int64_t
now(void *arg)
{
	return ((struct script *)arg)->now;
}

static void
sleep_ms(void *arg, unsigned int ms)
{
	struct script *script = arg;

	assert_true(script->sleeps < SCRIPT_MAX);
	script->slept[script->sleeps++] = ms;
	script->now += ms / 1000;
}

static uint32_t
draw(void *arg)
{
	return ((struct script *)arg)->drawn;
}

void
script_begin(
    struct script *script, const struct script_answer *answers, size_t count)
{
	assert_true(count <= SCRIPT_MAX);
	*script = (struct script){
		.answers = answers,
		.count = count,
		.now = SCRIPT_NOW,
		.http = { exchange, script },
		.drawn = UINT32_MAX / 2 + 1,
		.time = { now, sleep_ms, draw, script },
	};
}

void
script_end(struct script *script)
{
	assert_int_equal(script->used, script->count);
	for (size_t i = 0; i < script->used; i++)
		free(script->requests[i]);
}

unsigned int
script_slept(const struct script *script)
{
	unsigned int ms = 0;

	for (size_t i = 0; i < script->sleeps; i++)
		ms += script->slept[i];
	return ms;
}
