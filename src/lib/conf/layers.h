/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Setting options layer by layer: what options.c and its readers share.
 *
 * A layer is one file or one list of arguments. Within a layer a
 * single-valued option may be set once, and a repeatable one grows; a value
 * of a later layer replaces what earlier ones left.
 */
#ifndef ATT_CONF_LAYERS_H
#define ATT_CONF_LAYERS_H

#include "conf/options.h"

/* Begins a layer and returns it. */
unsigned int att_options_begin_layer(struct att_options *opts);

/* One assignment; value NULL where only the name stands. All lent. */
struct att_assignment {
	unsigned int layer;
	const char *where;  /* prefix of messages */
	const char *source; /* as att_options_get_source() will say */
	const char *name;
	const char *value;
	bool may_lack_value; /* the bare name of a yesno option means yes */
};
enum att_err att_options_assign(struct att_options *opts,
    const struct att_assignment *assignment,
    struct att_reason *why) ATT_MUST_USE;

/* Bytes of content as the configuration file that messages call shown. */
enum att_err att_options_parse(struct att_options *opts,
    struct att_bytes content, const char *shown,
    struct att_reason *why) ATT_MUST_USE;

/* Module arguments after conf=FILE, as one layer. */
enum att_err att_options_parse_words(struct att_options *opts,
    const char *const *words, size_t count,
    struct att_reason *why) ATT_MUST_USE;

#endif
