/* SPDX-License-Identifier: BSD-2-Clause */
/* What runs in a virtual machine, for the claims that repeat it. */
#ifndef ATT_MAA_GUEST_OS_H
#define ATT_MAA_GUEST_OS_H

#include "base/bytes.h"

enum {
	ATT_GUEST_OS_TEXT_MAX = 63
};

/* What runs there: the service repeats it and believes it. */
struct att_guest_os {
	char distro[ATT_GUEST_OS_TEXT_MAX + 1]; /* "Debian GNU/Linux" */
	unsigned int major, minor;		/* of its version */
};

/*
 * From the text of os-release(5): NAME and VERSION_ID, "Linux" and 0.0 where
 * they are not there. What cannot be read is passed over: nothing hangs on it.
 */
void att_guest_os_read(struct att_bytes text, struct att_guest_os *os);

#endif
