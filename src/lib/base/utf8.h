/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether bytes are UTF-8: RFC 3629, shortest form, no surrogates. */
#ifndef ATT_BASE_UTF8_H
#define ATT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/*
 * The length of the character at the start of text, which goes to *character;
 * 0 (and *character 0xffffffff, which is none) when there is none.
 */
size_t att_utf8_next(struct att_bytes text, uint32_t *character);

bool att_utf8_is_valid(struct att_bytes text);

#endif
