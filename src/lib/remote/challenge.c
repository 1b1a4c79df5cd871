/* SPDX-License-Identifier: BSD-2-Clause */
/* Challenges: their form, strict in both directions, and what they hash to. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "codec/digest.h"
#include "remote/challenge.h"
#include "remote/line.h"
#include "wire/fields.h"

/* These numbers are part of the form. */
_Static_assert(ATT_USER_VERIFICATION_REQUIRED == 0 &&
		   ATT_USER_VERIFICATION_PREFERRED == 1 &&
		   ATT_USER_VERIFICATION_DISCOURAGED == 2,
    "another version of the challenge");

bool
att_remote_is_host(const char *host)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._:-";
	size_t len = strlen(host);

	return len > 0 && len <= ATT_REMOTE_HOST_MAX &&
	       strspn(host, allowed) == len;
}

static bool
is_name(const char *text, size_t max)
{
	size_t len = strlen(text);

	return len > 0 && len <= max && strchr(text, '"') == NULL &&
	       att_text_is_printable(text);
}

bool
att_remote_is_user(const char *user)
{
	return is_name(user, ATT_REMOTE_USER_MAX);
}

/* Everything that is not a matter of where fields begin and end. */
static bool
is_sound(const struct att_remote_challenge *challenge)
{
	if (!att_remote_is_host(challenge->host) ||
	    !att_remote_is_user(challenge->user) ||
	    !is_name(challenge->rp_id, ATT_REMOTE_RP_ID_MAX))
		return false;
	for (size_t i = 0; i < challenge->batch_count; i++)
		if (!is_name(challenge->batches[i].rp_id, ATT_REMOTE_RP_ID_MAX))
			return false;
	if (challenge->kind == ATT_REMOTE_LOGIN)
		return challenge->batch_count > 0;
	return challenge->batch_count == 0 ||
	       (challenge->batch_count == 1 &&
		   strcmp(challenge->batches[0].rp_id, challenge->rp_id) == 0);
}

static enum att_err
put_batch(struct att_buf *out, const struct att_allow_batch *batch)
{
	enum att_err r;

	if ((r = att_field_put_text(
		 out, batch->rp_id, 1, ATT_REMOTE_RP_ID_MAX)) != ATT_OK ||
	    (r = att_field_put_number(out, batch->count, 1, ATT_ALLOW_MAX)) !=
		ATT_OK)
		return r;
	for (size_t i = 0; r == ATT_OK && i < batch->count; i++)
		r = att_field_put_bytes(
		    out, batch->ids[i], 1, ATT_CREDENTIAL_ID_MAX);
	return r;
}

static enum att_err
put(const struct att_remote_challenge *challenge, struct att_buf *out)
{
	enum att_err r;

	if ((r = att_field_put_choice(out, challenge->kind, ATT_REMOTE_LOGIN,
		 ATT_REMOTE_REGISTRATION)) != ATT_OK ||
	    (r = att_buf_put(out, challenge->random, ATT_REMOTE_RANDOM_LEN)) !=
		ATT_OK ||
	    (r = att_field_put_text(
		 out, challenge->host, 1, ATT_REMOTE_HOST_MAX)) != ATT_OK ||
	    (r = att_field_put_text(
		 out, challenge->user, 1, ATT_REMOTE_USER_MAX)) != ATT_OK ||
	    (r = att_field_put_text(
		 out, challenge->rp_id, 1, ATT_REMOTE_RP_ID_MAX)) != ATT_OK ||
	    (r = att_field_put_choice(out, challenge->user_verification,
		 ATT_USER_VERIFICATION_REQUIRED,
		 ATT_USER_VERIFICATION_DISCOURAGED)) != ATT_OK ||
	    (r = att_field_put_number(out, challenge->seconds, 1,
		 ATT_REMOTE_SECONDS_MAX)) != ATT_OK ||
	    (r = att_field_put_number(
		 out, challenge->batch_count, 0, ATT_BATCHES_MAX)) != ATT_OK)
		return r;
	for (size_t i = 0; r == ATT_OK && i < challenge->batch_count; i++)
		r = put_batch(out, &challenge->batches[i]);
	return r;
}

/* What names a challenge: nothing in it can be exchanged for something else. */
static enum att_err
make_id(struct att_bytes message, uint8_t id[ATT_REMOTE_ID_LEN])
{
	uint8_t digest[32];
	enum att_err r = att_sha256(message, digest);

	memcpy(id, digest, ATT_REMOTE_ID_LEN);
	return r;
}

enum att_err
att_remote_challenge_print(const struct att_remote_challenge *challenge,
    struct att_buf *line, uint8_t id[ATT_REMOTE_ID_LEN])
{
	struct att_buf message;
	enum att_err r;

	memset(id, 0, ATT_REMOTE_ID_LEN);
	att_buf_init(&message, ATT_LINE_CHALLENGE_MAX);
	if (!is_sound(challenge))
		r = ATT_ERR_MESSAGE_MALFORMED;
	else if ((r = put(challenge, &message)) == ATT_OK &&
		 (r = make_id(att_buf_get(&message), id)) == ATT_OK)
		r = att_line_print(ATT_LINE_CHALLENGE, att_buf_get(&message),
		    ATT_LINE_CHALLENGE_MAX, line);
	att_buf_reset(&message);
	return r;
}

static void
free_text(const char **textp)
{
	free((void *)(uintptr_t)*textp);
	*textp = NULL;
}

void
att_remote_challenge_reset(struct att_remote_challenge *challenge)
{
	for (size_t i = 0; i < challenge->batch_count; i++)
		free_text(&challenge->batches[i].rp_id);
	free(challenge->batches);
	free_text(&challenge->host);
	free_text(&challenge->user);
	free_text(&challenge->rp_id);
	free(challenge->owned);
	memset(challenge, 0, sizeof(*challenge));
}

static enum att_err
get_name(struct att_reader *r, size_t max, const char **outp)
{
	char *text;
	enum att_err err = att_field_get_text(r, 1, max, &text);

	*outp = text;
	return err;
}

static enum att_err
get_batch(struct att_reader *r, struct att_allow_batch *batch)
{
	enum att_err err;
	uint32_t count;

	if ((err = get_name(r, ATT_REMOTE_RP_ID_MAX, &batch->rp_id)) !=
		ATT_OK ||
	    (err = att_field_get_number(r, 1, ATT_ALLOW_MAX, &count)) != ATT_OK)
		return err;
	batch->count = count;
	for (size_t i = 0; err == ATT_OK && i < count; i++)
		err = att_field_get_bytes(
		    r, 1, ATT_CREDENTIAL_ID_MAX, &batch->ids[i]);
	return err;
}

static enum att_err
get_batches(struct att_reader *r, struct att_remote_challenge *challenge)
{
	enum att_err err;
	uint32_t count;

	if ((err = att_field_get_number(r, 0, ATT_BATCHES_MAX, &count)) !=
		ATT_OK ||
	    count == 0)
		return err;
	challenge->batches = calloc(count, sizeof(*challenge->batches));
	if (challenge->batches == NULL)
		return ATT_ERR_NO_MEMORY;
	challenge->batch_count = count;
	for (size_t i = 0; err == ATT_OK && i < count; i++)
		err = get_batch(r, &challenge->batches[i]);
	return err;
}

static enum att_err
get(struct att_reader *r, struct att_remote_challenge *challenge)
{
	uint8_t kind, user_verification;
	enum att_err err;

	if ((err = att_field_get_choice(r, ATT_REMOTE_LOGIN,
		 ATT_REMOTE_REGISTRATION, &kind)) != ATT_OK ||
	    (err = att_field_get_array(
		 r, ATT_REMOTE_RANDOM_LEN, challenge->random)) != ATT_OK ||
	    (err = get_name(r, ATT_REMOTE_HOST_MAX, &challenge->host)) !=
		ATT_OK ||
	    (err = get_name(r, ATT_REMOTE_USER_MAX, &challenge->user)) !=
		ATT_OK ||
	    (err = get_name(r, ATT_REMOTE_RP_ID_MAX, &challenge->rp_id)) !=
		ATT_OK ||
	    (err = att_field_get_choice(r, ATT_USER_VERIFICATION_REQUIRED,
		 ATT_USER_VERIFICATION_DISCOURAGED, &user_verification)) !=
		ATT_OK ||
	    (err = att_field_get_number(r, 1, ATT_REMOTE_SECONDS_MAX,
		 &challenge->seconds)) != ATT_OK ||
	    (err = get_batches(r, challenge)) != ATT_OK ||
	    (err = att_reader_end(r)) != ATT_OK)
		return err;
	challenge->kind = kind;
	challenge->user_verification = user_verification;
	return is_sound(challenge) ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED;
}

enum att_err
att_remote_challenge_read(struct att_bytes line,
    struct att_remote_challenge *challenge, uint8_t id[ATT_REMOTE_ID_LEN],
    struct att_reason *why)
{
	struct att_line_message message;
	struct att_reader reader;
	enum att_err r;

	*challenge = (struct att_remote_challenge){ 0 };
	memset(id, 0, ATT_REMOTE_ID_LEN);
	if ((r = att_line_read(ATT_LINE_CHALLENGE, line, ATT_LINE_CHALLENGE_MAX,
		 &message, why)) != ATT_OK)
		return r;
	challenge->owned = message.ptr;
	reader = att_reader(att_bytes(message.ptr, message.len));
	if ((r = get(&reader, challenge)) == ATT_OK)
		r = make_id(att_bytes(message.ptr, message.len), id);
	if (r == ATT_ERR_MESSAGE_MALFORMED)
		r = att_refuse(why, ATT_ERR_CHALLENGE_MALFORMED,
		    "what is in the line is no challenge that pam_attest "
		    "makes; somebody else made it");
	if (r != ATT_OK)
		att_remote_challenge_reset(challenge);
	return att_refuse_plain(why, r);
}

/* Each text with its NUL, so that no two inputs look alike. */
static struct att_bytes
with_nul(const char *text)
{
	return att_bytes(text, strlen(text) + 1);
}

static enum att_err
hash(const struct att_bytes *parts, size_t count, uint8_t out[32])
{
	struct att_digest digest;
	enum att_err r;

	r = att_digest(NULL, "SHA256", parts, count, &digest);
	memcpy(out, digest.bytes, 32);
	return r;
}

enum att_err
att_remote_login_challenge(
    const struct att_remote_challenge *challenge, uint8_t out[32])
{
	const struct att_bytes parts[] = {
		with_nul("pam_attest remote login v1"),
		with_nul(challenge->host),
		with_nul(challenge->user),
		att_bytes(challenge->random, ATT_REMOTE_RANDOM_LEN),
	};

	return hash(parts, 4, out);
}

enum att_err
att_remote_registration_nonce(
    const struct att_remote_challenge *challenge, uint8_t nonce[32])
{
	const struct att_bytes parts[] = {
		with_nul("pam_attest remote registration v1"),
		with_nul(challenge->host),
		att_bytes(challenge->random, ATT_REMOTE_RANDOM_LEN),
	};

	return hash(parts, 3, nonce);
}
