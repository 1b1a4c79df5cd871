/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that a judgement trusts: the certificates that the configuration names,
 * and what the imported metadata says of models.
 */
#ifndef ATT_TRUST_TRUST_H
#define ATT_TRUST_TRUST_H

#include <stdbool.h>
#include <time.h>

#include "base/err.h"
#include "conf/options.h"
#include "trust/anchors.h"
#include "trust/metadata_index.h"

struct att_trust {
	struct att_anchors *anchors; /* NULL: a set of none */
	struct att_index *metadata;  /* NULL: not asked */
	time_t now;		     /* when metadata is asked */
	bool is_stale; /* overdue for too long, and accepted (mds_stale) */
};

/*
 * Loads what the options name. The folders have to be ours (base/file.h), and
 * those that somebody configured have to be there. *trust is cleared first;
 * the caller closes it, also after a failure.
 * ATT_ERR_FILE_*, ATT_ERR_ROOTS_INVALID, ATT_ERR_CONF_VALUE,
 * ATT_ERR_METADATA_MISSING, _DAMAGED, _STALE, ATT_ERR_NO_MEMORY.
 */
enum att_err att_trust_open(const struct att_options *opts,
    struct att_trust *trust, struct att_reason *why) ATT_MUST_USE;
void att_trust_close(struct att_trust *trust);

/*
 * The parts of that. anchors has been made, or now has been set.
 *
 * Metadata is judged at now, but never before it was imported: whoever sets
 * the clock back does not take back what was reported. Where the option mds is
 * "use" there may be none in the folder that is the default.
 * Errors likewise.
 */
enum att_err att_trust_load_role(struct att_trust *trust,
    const struct att_options *opts, enum att_anchor_role role,
    struct att_reason *why) ATT_MUST_USE;
enum att_err att_trust_load_metadata(struct att_trust *trust,
    const struct att_options *opts, struct att_reason *why) ATT_MUST_USE;

#endif
