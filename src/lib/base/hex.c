/* SPDX-License-Identifier: BSD-2-Clause */
/* Hexadecimal digits, read and printed. */
#include "base/hex.h"

/* How many bytes stand between the hyphens of a UUID. */
static const size_t uuid_groups[] = { 4, 2, 2, 2, 6 };

enum {
	UUID_GROUPS = sizeof(uuid_groups) / sizeof(uuid_groups[0])
};

void
att_hex_print(struct att_bytes bytes, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < bytes.len; i++) {
		*text++ = digits[bytes.ptr[i] >> 4];
		*text++ = digits[bytes.ptr[i] & 0x0f];
	}
	*text = '\0';
}

/* Not strtol(3) or isxdigit(3), which have a locale. */
static int
digit_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
att_hex_read(struct att_bytes text, uint8_t *bytes, size_t len)
{
	if (text.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++) {
		int high = digit_value(text.ptr[2 * i]);
		int low = digit_value(text.ptr[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

void
att_uuid_print(const uint8_t uuid[ATT_UUID_LEN], char text[ATT_UUID_TEXT_SIZE])
{
	for (size_t i = 0; i < UUID_GROUPS; i++) {
		if (i > 0)
			*text++ = '-';
		att_hex_print(att_bytes(uuid, uuid_groups[i]), text);
		text += 2 * uuid_groups[i];
		uuid += uuid_groups[i];
	}
}

bool
att_uuid_read(struct att_bytes text, uint8_t uuid[ATT_UUID_LEN])
{
	const uint8_t *p = text.ptr;

	if (text.len != ATT_UUID_TEXT_SIZE - 1)
		return false;
	for (size_t i = 0; i < UUID_GROUPS; i++) {
		if (i > 0 && *p++ != '-')
			return false;
		if (!att_hex_read(
			att_bytes(p, 2 * uuid_groups[i]), uuid, uuid_groups[i]))
			return false;
		p += 2 * uuid_groups[i];
		uuid += uuid_groups[i];
	}
	return true;
}
