/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges of HTTP shown to a person as they happen: option --verbose. */
#ifndef ATT_ATTESTCTL_MAA_TRACE_H
#define ATT_ATTESTCTL_MAA_TRACE_H

#include <stdio.h>

#include "base/http.h"

struct att_maa_trace {
	const struct att_http *carrier;
	FILE *out;
};

/*
 * What carrier carries, with a line for each thing said on out: the request
 * begins with "> ", the answer with "< ". Headers that show who asks have no
 * value there, nor is anything shown that has it again; of requests with
 * is_secret the bodies are only counted, and of the answer the status is all;
 * and of a token in another body the signature is left out, so that it is good
 * for nothing. Of a long body the beginning is shown. trace and carrier have to
 * last as long.
 */
struct att_http att_maa_trace_get(
    struct att_maa_trace *trace, const struct att_http *carrier, FILE *out);

#endif
