/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers of HTTP are wiped: their bodies may be secrets. */
#include <string.h>

#include "base/http.h"

void
att_http_response_reset(struct att_http_response *response)
{
	att_buf_reset(&response->body);
	explicit_bzero(response, sizeof(*response));
}
