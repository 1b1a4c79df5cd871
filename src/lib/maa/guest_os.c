/* SPDX-License-Identifier: BSD-2-Clause */
/* The name of what runs in a virtual machine. */
#include <stdbool.h>
#include <string.h>

#include "base/utf8.h"
#include "maa/guest_os.h"

/* The value of a line "NAME=VALUE", without the quotes around it. */
static bool
is_value_of(struct att_bytes line, const char *name, struct att_bytes *value)
{
	size_t len = strlen(name);

	if (line.len <= len || memcmp(line.ptr, name, len) != 0 ||
	    line.ptr[len] != '=')
		return false;
	*value = att_bytes(line.ptr + len + 1, line.len - len - 1);
	if (value->len >= 2 && value->ptr[0] == value->ptr[value->len - 1] &&
	    (value->ptr[0] == '"' || value->ptr[0] == '\''))
		*value = att_bytes(value->ptr + 1, value->len - 2);
	return true;
}

static void
take_name(struct att_bytes value, struct att_guest_os *os)
{
	if (value.len == 0 || value.len > ATT_GUEST_OS_TEXT_MAX ||
	    !att_utf8_is_valid(value))
		return;
	memcpy(os->distro, value.ptr, value.len);
	os->distro[value.len] = '\0';
}

/* "12", "22.04": up to four digits each. */
static void
take_version(struct att_bytes value, struct att_guest_os *os)
{
	unsigned int numbers[2] = { 0 }, digits = 0, which = 0;

	for (size_t i = 0; i < value.len; i++) {
		uint8_t c = value.ptr[i];

		if (c == '.' && which == 0 && digits > 0) {
			which++;
			digits = 0;
		} else if (c >= '0' && c <= '9' && digits++ < 4) {
			numbers[which] = 10 * numbers[which] + c - '0';
		} else {
			break;
		}
	}
	os->major = numbers[0];
	os->minor = numbers[1];
}

void
att_guest_os_read(struct att_bytes text, struct att_guest_os *os)
{
	struct att_bytes line, value;

	*os = (struct att_guest_os){ .distro = "Linux" };
	while (text.len > 0) {
		const uint8_t *end = memchr(text.ptr, '\n', text.len);

		line = att_bytes(text.ptr,
		    end == NULL ? text.len : (size_t)(end - text.ptr));
		if (is_value_of(line, "NAME", &value))
			take_name(value, os);
		if (is_value_of(line, "VERSION_ID", &value))
			take_version(value, os);
		text = att_bytes(text.ptr + line.len + (end != NULL),
		    text.len - line.len - (end != NULL));
	}
}
