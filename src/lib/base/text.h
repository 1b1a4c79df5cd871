/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text of others in logs and on terminals: what could do more there than
 * stand for itself is written as \xNN, a byte at a time.
 *
 * That is: control characters (C0, DEL, C1: U+0000 to U+001F, U+007F to
 * U+009F), bytes that are not UTF-8, and the characters that change the
 * direction or the line of what follows (U+061C, U+200E, U+200F, U+2028 to
 * U+202E, U+2066 to U+2069). A backslash is not escaped: the result is for
 * people and cannot be read back.
 */
#ifndef ATT_BASE_TEXT_H
#define ATT_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes src so into the size bytes at dst, NUL-terminated; text that does not
 * fit ends in "...", never in a part of a character or of an escape. Returns
 * the length without the NUL. With size 0 nothing is written. At most 4 bytes
 * come of each.
 */
size_t att_text_escape(char *dst, size_t size, const char *src);

/* Whether att_text_escape() would leave text as it is. */
bool att_text_is_printable(const char *text);

#endif
