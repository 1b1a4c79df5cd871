/* SPDX-License-Identifier: BSD-2-Clause */
/* Which devices to ask: the configured ones, or what udev knows. */
#ifndef ATT_AUTHENTICATOR_FIND_H
#define ATT_AUTHENTICATOR_FIND_H

#include <stddef.h>

#include "base/err.h"
#include "wire/device.h"

struct att_found {
	char *path;
	char name[ATT_DEVICE_NAME_MAX + 1]; /* printable ASCII */
};

struct att_found_list {
	struct att_found devices[ATT_DEVICES_MAX];
	size_t count;
};

/*
 * The given paths that exist, as they are; or, when none are given, the FIDO
 * devices on the USB bus (finder.h); at most ATT_DEVICES_MAX. The caller
 * resets the list. ATT_ERR_NO_MEMORY; ATT_ERR_SANDBOX, ATT_ERR_SYSTEM.
 */
enum att_err att_found_list_fill(const struct att_paths *given,
    struct att_found_list *list, struct att_reason *why) ATT_MUST_USE;

void att_found_list_reset(struct att_found_list *list);

/* Copies text to dst of size bytes, '?' for what is not printable ASCII. */
void att_text_print(char *dst, size_t size, const char *text);

#endif
