/* SPDX-License-Identifier: BSD-2-Clause */
/* One exchange by the fetcher: start it, tell it, take what it sends, end it.
 */
#include <string.h>

#include "wire/channel.h"
#include "wire/fetch.h"
#include "wire/process.h"

#define PROGRAM ATT_PROGRAMSDIR "/pam_attest-fetcher"

enum {
	END_GRACE_MS = 200,  /* for the process, after FETCHED */
	TICK_MS = 500,	     /* between two steps of progress, at most */
	SLACK_MS = 10 * 1000 /* beyond what the fetcher gives itself */
};

static enum att_err
send_parts(int channel, struct att_bytes bytes, struct att_buf *message)
{
	enum att_err err = ATT_OK;

	while (bytes.len > 0 && err == ATT_OK) {
		size_t len = bytes.len < ATT_FETCH_PART_MAX
				 ? bytes.len
				 : ATT_FETCH_PART_MAX;

		att_buf_reset(message);
		err = att_part_encode(att_bytes(bytes.ptr, len), message);
		if (err == ATT_OK)
			err = att_channel_send(channel, message, -1);
		bytes.ptr += len;
		bytes.len -= len;
	}
	return err;
}

static enum att_err
send_fetch(int channel, const struct att_fetch *fetch)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_fetch_encode(fetch, &message)) == ATT_OK &&
	    (err = att_channel_send(channel, &message, -1)) == ATT_OK &&
	    (err = send_parts(channel, fetch->ca, &message)) == ATT_OK)
		err = send_parts(channel, fetch->request.body, &message);
	att_buf_reset(&message);
	return err;
}

static enum att_err
take_body(struct att_bytes message, const struct att_fetch_progress *progress,
    struct att_buf *body)
{
	struct att_bytes part;
	enum att_err err;
	uint32_t expected;

	if ((err = att_body_decode(message, &part, &expected)) != ATT_OK ||
	    (err = att_buf_put(body, part.ptr, part.len)) != ATT_OK)
		/* The fetcher knows how much it may send. */
		return err == ATT_ERR_TOO_LARGE ? ATT_ERR_MESSAGE_MALFORMED
						: err;
	if (progress != NULL)
		progress->step(progress->arg, body->len, expected);
	return ATT_OK;
}

/* The next message; progress is told that there is none yet. */
static enum att_err
receive_message(int channel, int64_t deadline,
    const struct att_fetch_progress *progress, const struct att_buf *body,
    struct att_buf *message)
{
	int64_t tick;
	enum att_err err;

	for (;;) {
		tick = att_clock_ms() + TICK_MS;
		if (progress == NULL || tick >= deadline)
			return att_channel_receive(
			    channel, deadline, message, NULL);
		err = att_channel_receive(channel, tick, message, NULL);
		if (err != ATT_ERR_PEER_SILENT)
			return err;
		progress->step(progress->arg, body->len, 0);
	}
}

static enum att_err
receive(int channel, int64_t deadline,
    const struct att_fetch_progress *progress, struct att_buf *body,
    struct att_fetched *fetched)
{
	struct att_buf message;
	bool is_done = false;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	do {
		err = receive_message(
		    channel, deadline, progress, body, &message);
		if (err != ATT_OK)
			break;
		is_done = message.ptr[0] == ATT_MESSAGE_FETCHED;
		err = is_done
			  ? att_fetched_decode(att_buf_get(&message), fetched)
			  : take_body(att_buf_get(&message), progress, body);
	} while (err == ATT_OK && !is_done);
	att_buf_reset(&message);
	return err;
}

static enum att_err
check_result(const struct att_fetch *fetch, const struct att_fetched *fetched,
    struct att_reason *why)
{
	const char *url = fetch->request.url;

	if (fetched->result == ATT_FETCHED_WHOLE)
		return ATT_OK;
	if (fetched->result == ATT_FETCHED_TOO_LARGE)
		return att_refuse(why, ATT_ERR_TOO_LARGE,
		    "%s: the server sends more than %zu bytes", url,
		    fetch->request.max);
	return att_refuse(
	    why, ATT_ERR_FETCH, "%s cannot be fetched: %s", url, fetched->text);
}

enum att_err
att_fetch_run(const struct att_fetch *fetch,
    const struct att_fetch_progress *progress, struct att_buf *body,
    struct att_fetched *fetched, struct att_reason *why)
{
	struct att_process process;
	int64_t deadline;
	enum att_err err;

	*fetched = (struct att_fetched){ 0 };
	if ((err = att_process_start(&process, PROGRAM, why)) != ATT_OK)
		return err;
	err = send_fetch(process.channel, fetch);
	deadline =
	    att_clock_ms() + fetch->request.seconds * INT64_C(1000) + SLACK_MS;
	if (err == ATT_OK)
		err =
		    receive(process.channel, deadline, progress, body, fetched);
	att_process_end(&process, END_GRACE_MS);
	if (err != ATT_OK)
		err =
		    att_refuse(why, err, "%s: %s", PROGRAM, att_err_text(err));
	else
		err = check_result(fetch, fetched, why);
	if (err != ATT_OK)
		att_buf_reset(body);
	return err;
}
