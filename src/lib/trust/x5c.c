/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificates of a JWS. */
#include "trust/x5c.h"

enum att_err
att_x5c_decode(
    const struct att_jws *jws, struct att_x5c *x5c, struct att_reason *why)
{
	enum att_err err;

	for (size_t i = 0; i < att_jws_get_count(jws); i++) {
		err = att_certificate_decode(
		    att_jws_get_certificate(jws, i), NULL, &x5c->list[i], why);
		if (err != ATT_OK)
			return att_refuse_within(why, err, "x5c[%zu]", i);
		x5c->count = i + 1;
	}
	return ATT_OK;
}

void
att_x5c_reset(struct att_x5c *x5c)
{
	for (size_t i = 0; i < x5c->count; i++)
		att_certificate_free(&x5c->list[i]);
	*x5c = (struct att_x5c){ 0 };
}
