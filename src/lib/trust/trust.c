/* SPDX-License-Identifier: BSD-2-Clause */
/* Loading what the configuration trusts. */
#include "trust/model.h"
#include "trust/trust.h"

enum {
	DAY = 86400
};

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

/* Nothing may depend on metadata where none is asked, or can be. */
static enum att_err
check_options(const struct att_options *opts, struct att_reason *why)
{
	if (opts->mds == ATT_MDS_OFF &&
	    opts->min_certification != ATT_CERTIFICATION_NONE)
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "min_certification needs metadata, and mds is off; set "
		    "mds to use or require");
	return ATT_OK;
}

static bool
is_needed(const struct att_options *opts)
{
	return opts->mds == ATT_MDS_REQUIRE ||
	       opts->min_certification != ATT_CERTIFICATION_NONE;
}

static enum att_err
check_age(struct att_trust *trust, const struct att_options *opts,
    struct att_reason *why)
{
	const struct att_index_head *head = att_index_get_head(trust->metadata);
	char day[ATT_DAY_SHOWN];

	if (trust->now - head->next_update < (time_t)opts->mds_max_age * DAY)
		return ATT_OK;
	trust->is_stale = true;
	if (opts->mds_stale == ATT_MDS_STALE_WARN)
		return ATT_OK;
	att_day_print(head->next_update, day);
	return att_refuse(why, ATT_ERR_METADATA_STALE,
	    "metadata no %llu in %s: the next was due on %s, more than %u "
	    "days ago (mds_max_age); run: attestctl mds update",
	    (unsigned long long)head->number, opts->mds_dir, day,
	    opts->mds_max_age);
}

enum att_err
att_trust_load_metadata(struct att_trust *trust, const struct att_options *opts,
    struct att_reason *why)
{
	const struct att_index_head *head;
	enum att_err err;

	if ((err = check_options(opts, why)) != ATT_OK)
		return err;
	if (opts->mds == ATT_MDS_OFF)
		return ATT_OK;
	if ((err = att_options_check_folder(opts, "mds_dir", why)) != ATT_OK)
		return err;
	err = att_index_open(opts->mds_dir, &trust->metadata, why);
	if (err == ATT_ERR_METADATA_MISSING && !is_needed(opts))
		return ATT_OK;
	if (err != ATT_OK)
		return err;
	head = att_index_get_head(trust->metadata);
	if (trust->now < head->imported)
		trust->now = head->imported;
	return check_age(trust, opts, why);
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
		ATT_OK ||
	    (err = att_trust_load_role(
		 trust, opts, ATT_ROLE_INTERMEDIATE, why)) != ATT_OK)
		return err;
	return att_trust_load_metadata(trust, opts, why);
}

void
att_trust_close(struct att_trust *trust)
{
	att_index_free(&trust->metadata);
	att_anchors_free(&trust->anchors);
}
