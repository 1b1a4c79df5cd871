/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * By what a command that stores nothing judges: the configuration, and what
 * its command line puts in its place (--roots, --intermediates, --set, --at).
 */
#ifndef ATT_ATTESTCTL_TERMS_H
#define ATT_ATTESTCTL_TERMS_H

#include <stddef.h>
#include <time.h>

#include "attestctl/command.h"
#include "base/err.h"
#include "conf/options.h"
#include "trust/trust.h"

/* Values in the order they were given; they are lent by argv. */
struct att_words {
	const char **words;
	size_t count;
};

struct att_terms {
	struct att_words roots;
	struct att_words intermediates;
	struct att_words settings;
	time_t at;
	struct att_options *opts; /* from att_terms_load() on */
	struct att_trust trust;	  /* likewise */
};

/* For a command line of argc words. ATT_ERR_NO_MEMORY. */
enum att_err att_terms_init(struct att_terms *terms, int argc) ATT_MUST_USE;
void att_terms_reset(struct att_terms *terms);

/* Codes of the options, beyond those that a command has of its own. */
enum att_terms_code {
	ATT_TERMS_ROOTS = 512,
	ATT_TERMS_INTERMEDIATES,
	ATT_TERMS_AT,
	ATT_TERMS_SET,
};

/*
 * Keeps the value of one of these options. ATT_ERR_USAGE for a time that is
 * none, and for any other code.
 */
enum att_err att_terms_take(struct att_terms *terms, int code,
    const char *value, struct att_reason *why) ATT_MUST_USE;

/*
 * Applies the settings to opts, which it takes over, and loads what is trusted
 * then; warns that metadata is stale. ATT_ERR_USAGE, CONF_*, ROOTS_INVALID,
 * METADATA_*, FILE_*.
 */
enum att_err att_terms_load(struct att_terms *terms, struct att_options *opts,
    struct att_reason *why) ATT_MUST_USE;

#endif
