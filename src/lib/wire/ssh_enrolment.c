/* SPDX-License-Identifier: BSD-2-Clause */
/* The payload of the registration of an SSH key. */
#include "wire/fields.h"
#include "wire/ssh_enrolment.h"

enum att_err
att_ssh_enrolment_encode(
    const struct att_ssh_enrolment *enrolment, struct att_buf *out)
{
	struct att_bytes challenge = enrolment->challenge;
	enum att_err r;

	if (!enrolment->has_challenge && challenge.len > 0)
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((r = att_field_put_bytes(out, enrolment->public_key, 0,
		 ATT_SSH_PUBLIC_KEY_MAX)) != ATT_OK ||
	    (r = att_field_put_bytes(out, enrolment->attestation, 0,
		 ATT_SSH_ATTESTATION_MAX)) != ATT_OK ||
	    (r = att_buf_put_u8(out, enrolment->has_challenge)) != ATT_OK)
		return r;
	if (enrolment->has_challenge &&
	    (r = att_field_put_bytes(
		 out, challenge, 0, ATT_SSH_CHALLENGE_MAX)) != ATT_OK)
		return r;
	return att_field_put_bytes(
	    out, enrolment->options, 0, ATT_SSH_OPTIONS_TEXT_MAX);
}

static enum att_err
get_all(struct att_reader *r, struct att_ssh_enrolment *enrolment)
{
	enum att_err err;

	if ((err = att_field_get_bytes(r, 0, ATT_SSH_PUBLIC_KEY_MAX,
		 &enrolment->public_key)) != ATT_OK ||
	    (err = att_field_get_bytes(r, 0, ATT_SSH_ATTESTATION_MAX,
		 &enrolment->attestation)) != ATT_OK ||
	    (err = att_field_get_bool(r, &enrolment->has_challenge)) != ATT_OK)
		return err;
	if (enrolment->has_challenge &&
	    (err = att_field_get_bytes(
		 r, 0, ATT_SSH_CHALLENGE_MAX, &enrolment->challenge)) != ATT_OK)
		return err;
	if ((err = att_field_get_bytes(r, 0, ATT_SSH_OPTIONS_TEXT_MAX,
		 &enrolment->options)) != ATT_OK)
		return err;
	return att_reader_end(r);
}

enum att_err
att_ssh_enrolment_decode(
    struct att_bytes payload, struct att_ssh_enrolment *enrolment)
{
	struct att_reader r = att_reader(payload);
	enum att_err err;

	*enrolment = (struct att_ssh_enrolment){ 0 };
	if ((err = get_all(&r, enrolment)) != ATT_OK)
		*enrolment = (struct att_ssh_enrolment){ 0 };
	return err;
}
