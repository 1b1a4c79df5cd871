/* SPDX-License-Identifier: BSD-2-Clause */
/* User handles. */
#include "codec/digest.h"
#include "store/record.h"
#include "verifier/user_id.h"

enum att_err
att_user_id_make(const char *user, uint8_t id[32])
{
	struct att_buf text;
	enum att_err r;

	att_buf_init(&text, ATT_USER_MAX + 64);
	if ((r = att_buf_printf(&text, "pam_attest user v1%c%s", 0, user)) ==
	    ATT_OK)
		r = att_sha256(att_buf_get(&text), id);
	att_buf_reset(&text);
	return r;
}
