/* SPDX-License-Identifier: BSD-2-Clause */
/* A walk through every stored credential, user by user. */
#ifndef ATT_ATTESTCTL_STORED_H
#define ATT_ATTESTCTL_STORED_H

#include <stdbool.h>

#include "base/err.h"
#include "conf/options.h"
#include "store/record.h"

struct att_stored {
	const struct att_options *opts;
	const char *command; /* for messages, and the bar */
	/* What it returns ends the walk, unless it is ATT_OK. */
	enum att_err (*visit)(
	    void *arg, const char *user, const struct att_record *record);
	void *arg;
	bool is_partial; /* set when something could not be read */
};

/*
 * Users come sorted, the credentials of one user after another. A file that
 * cannot be read is told of on standard error and passed over. On failure the
 * reason has been printed.
 */
enum att_err att_stored_walk(struct att_stored *stored) ATT_MUST_USE;

#endif
