/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading what the configuration trusts. */
#include "trust/trust.h"

enum att_err
att_trust_load_role(struct att_trust *trust, const struct att_options *opts,
    enum att_anchor_role role, struct att_reason *why)
{
	bool is_anchor = role == ATT_ROLE_ANCHOR;
	enum att_err err;

	err = att_options_check_folder(
	    opts, is_anchor ? "roots_dir" : "intermediates_dir", why);
	if (err != ATT_OK)
		return err;
	return att_anchors_load(trust->anchors, role,
	    is_anchor ? opts->roots_dir : opts->intermediates_dir, true, why);
}

enum att_err
att_trust_open(const struct att_options *opts, struct att_trust *trust,
    struct att_reason *why)
{
	enum att_err err;

	*trust = (struct att_trust){ .now = time(NULL) };
	if ((err = att_anchors_new(&trust->anchors)) != ATT_OK)
		return att_refuse_plain(why, err);
	if ((err = att_trust_load_role(trust, opts, ATT_ROLE_ANCHOR, why)) !=
	    ATT_OK)
		return err;
	return att_trust_load_role(trust, opts, ATT_ROLE_INTERMEDIATE, why);
}

void
att_trust_close(struct att_trust *trust)
{
	att_index_free(&trust->metadata);
	att_anchors_free(&trust->anchors);
}
