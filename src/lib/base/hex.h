/* SPDX-License-Identifier: BSD-2-Clause */
/* Bytes as hexadecimal digits, and as UUIDs (RFC 9562 section 4). */
#ifndef ATT_BASE_HEX_H
#define ATT_BASE_HEX_H

#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_UUID_LEN = 16,
	ATT_UUID_TEXT_SIZE = 37, /* with the NUL */
};

/* The size of the text of as many bytes, with the NUL. */
#define ATT_HEX_TEXT_SIZE(len) (2 * (len) + 1)

/* Writes two lower-case digits for each byte, and a NUL. */
void att_hex_print(struct att_bytes bytes, char *text);

/*
 * Whether text is 2 * len digits of either case and nothing else: then they
 * are in bytes, of which anything may be there otherwise.
 */
bool att_hex_read(
    struct att_bytes text, uint8_t *bytes, size_t len) ATT_MUST_USE;

/* "d8522d9f-575b-4866-88a9-ba99fa02f35b", and a NUL. */
void att_uuid_print(
    const uint8_t uuid[ATT_UUID_LEN], char text[ATT_UUID_TEXT_SIZE]);

/* Like att_hex_read(), with the four hyphens. */
bool att_uuid_read(
    struct att_bytes text, uint8_t uuid[ATT_UUID_LEN]) ATT_MUST_USE;

#endif
