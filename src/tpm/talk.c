/* SPDX-License-Identifier: BSD-2-Clause */
/* Receiving requests and sending answers. */
#include <stdio.h>
#include <unistd.h>

#include "tpm/answer.h"
#include "tpm/talk.h"
#include "wire/channel.h"
#include "wire/tpm.h"

typedef enum att_err serve_fn(struct tpm_talk *talk, struct att_bytes message,
    struct att_buf *out, struct att_reason *why);

static serve_fn *
find(uint8_t type)
{
	static const struct {
		uint8_t type;
		serve_fn *serve;
	} requests[] = {
		{ ATT_MESSAGE_TPM_ATTEST, tpm_talk_attest },
		{ ATT_MESSAGE_TPM_SIGN, tpm_talk_sign },
		{ ATT_MESSAGE_TPM_GUEST, tpm_talk_guest },
		{ ATT_MESSAGE_TPM_DECRYPT, tpm_talk_decrypt },
		{ ATT_MESSAGE_TPM_ENDORSE, tpm_talk_endorse },
		{ ATT_MESSAGE_TPM_ACTIVATE, tpm_talk_activate },
	};

	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		if (requests[i].type == type)
			return requests[i].serve;
	}
	return NULL;
}

/* What was asked wrongly is nothing that an answer would mend. */
static bool
is_bug(enum att_err err)
{
	return att_err_category(err) == ATT_CATEGORY_bug ||
	       err == ATT_ERR_TOO_LARGE;
}

static enum att_err
serve(struct tpm_talk *talk, struct att_bytes message)
{
	serve_fn *serve_it = find(message.ptr[0]);
	struct att_reason why = { 0 };
	struct att_buf out;
	enum att_err err;

	if (serve_it == NULL)
		return ATT_ERR_MESSAGE_MALFORMED;
	att_buf_init(&out, ATT_MESSAGE_MAX);
	err = serve_it(talk, message, &out, &why);
	if (err == ATT_OK)
		err = att_channel_send(STDIN_FILENO, &out, -1);
	else if (!is_bug(err))
		err = tpm_send_failed(err, &why);
	att_buf_reset(&out);
	return err;
}

enum att_err
tpm_talk(struct tpm_talk *talk)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	do {
		err = att_channel_receive(STDIN_FILENO, -1, &message, NULL);
		if (err == ATT_OK)
			err = serve(talk, att_buf_get(&message));
	} while (err == ATT_OK);
	att_buf_reset(&message);
	return err == ATT_ERR_PEER_GONE ? ATT_OK : err;
}
