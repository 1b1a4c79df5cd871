/* SPDX-License-Identifier: BSD-2-Clause */
/* One file from the fetcher: start it, take what it sends, end it. */
#include <string.h>

#include "wire/channel.h"
#include "wire/fetch.h"
#include "wire/process.h"

#define PROGRAM ATT_PROGRAMSDIR "/pam_attest-fetcher"

enum {
	END_GRACE_MS = 200,  /* for the process, after FETCHED */
	SLACK_MS = 10 * 1000 /* beyond what the fetcher gives itself */
};

static enum att_err
send_fetch(int channel, const struct att_fetch *fetch)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	if ((err = att_fetch_encode(fetch, &message)) == ATT_OK)
		err = att_channel_send(channel, &message, -1);
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

static enum att_err
receive(int channel, const struct att_fetch_progress *progress,
    struct att_buf *body, struct att_fetched *fetched)
{
	int64_t deadline = att_clock_ms() + ATT_FETCH_SECONDS * 1000 + SLACK_MS;
	struct att_buf message;
	bool is_done = false;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	do {
		err = att_channel_receive(channel, deadline, &message, NULL);
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

enum att_err
att_fetch_run(const struct att_fetch *fetch,
    const struct att_fetch_progress *progress, struct att_buf *body,
    struct att_fetched *fetched, struct att_reason *why)
{
	struct att_process process;
	enum att_err err;

	*fetched = (struct att_fetched){ 0 };
	if ((err = att_process_start(&process, PROGRAM, why)) != ATT_OK)
		return err;
	err = send_fetch(process.channel, fetch);
	if (err == ATT_OK)
		err = receive(process.channel, progress, body, fetched);
	att_process_end(&process, END_GRACE_MS);
	if (err != ATT_OK)
		return att_refuse(
		    why, err, "%s: %s", PROGRAM, att_err_text(err));
	if (fetched->result == ATT_FETCHED_FAILED)
		return att_refuse(why, ATT_ERR_FETCH,
		    "%s cannot be fetched: %s", fetch->url, fetched->text);
	if (fetched->result == ATT_FETCHED_SAME &&
	    fetch->have.etag[0] == '\0' && fetch->have.modified[0] == '\0')
		return att_refuse(why, ATT_ERR_FETCH,
		    "%s cannot be fetched: the server says that nothing has "
		    "changed, which nobody asked",
		    fetch->url);
	if (fetched->result != ATT_FETCHED_WHOLE)
		att_buf_reset(body);
	else if (body->len == 0)
		return att_refuse(why, ATT_ERR_FETCH,
		    "%s cannot be fetched: the server sent nothing",
		    fetch->url);
	return ATT_OK;
}
