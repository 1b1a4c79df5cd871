/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether bytes are UTF-8: RFC 3629, shortest form, no surrogates. */
#ifndef ATT_CODEC_UTF8_H
#define ATT_CODEC_UTF8_H

#include <stdbool.h>

#include "base/bytes.h"

bool att_utf8_is_valid(struct att_bytes text);

#endif
