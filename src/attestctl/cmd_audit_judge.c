/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl audit, in the locked-down processes: reading and judging. */
#include "attestctl/cmd_audit.h"
#include "base/lockdown.h"
#include "store/store.h"

/* Reads the folders of the configuration, and nothing else. */
static enum att_err
lock_down(const struct att_options *opts, struct att_reason *why)
{
	const struct att_lockdown_path paths[] = {
		{ opts->roots_dir, ATT_ACCESS_READ },
		{ opts->intermediates_dir, ATT_ACCESS_READ },
		{ opts->credentials_dir, ATT_ACCESS_READ },
		{ opts->mds_dir, ATT_ACCESS_READ },
	};
	bool is_enforced;
	enum att_err r;

	/* A kernel without Landlock leaves the other restrictions. */
	r = att_lockdown_paths(
	    paths, sizeof(paths) / sizeof(paths[0]), &is_enforced, why);
	if (r != ATT_OK)
		return r;
	return att_lockdown_system_calls(ATT_LOCKDOWN_VERIFIER, why);
}

enum att_err
att_audit_begin(void *arg, struct att_reason *why)
{
	struct att_audit *audit = arg;
	enum att_err r;

	if ((r = lock_down(audit->judge.opts, why)) != ATT_OK)
		return r;
	return att_judge_load(&audit->judge, why);
}

static enum att_err
put_failure(const struct att_reason *why, struct att_outlet *outlet)
{
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_WORK_RESULT_MAX);
	if ((r = att_judged_encode_failure(why, &message)) == ATT_OK)
		r = att_outlet_put(outlet, att_buf_get(&message));
	att_buf_reset(&message);
	return r;
}

/* Whoever prints warns of it once, however many processes say so. */
static enum att_err
put_stale(struct att_audit *audit, struct att_outlet *outlet)
{
	struct att_buf message;
	enum att_err r;

	if (!audit->judge.trust.is_stale || audit->has_told)
		return ATT_OK;
	audit->has_told = true;
	att_buf_init(&message, ATT_WORK_RESULT_MAX);
	if ((r = att_judged_encode_stale(&message)) == ATT_OK)
		r = att_outlet_put(outlet, att_buf_get(&message));
	att_buf_reset(&message);
	return r;
}

static enum att_err
judge_record(const struct att_audit *audit, const char *user,
    const struct att_record *record, struct att_outlet *outlet)
{
	struct att_judged judged;
	struct att_buf message;
	enum att_err r;

	att_buf_init(&message, ATT_WORK_RESULT_MAX);
	att_judge_record(&audit->judge, user, record, &judged);
	if ((r = att_judged_encode(&judged, &message)) == ATT_OK)
		r = att_outlet_put(outlet, att_buf_get(&message));
	att_judged_reset(&judged);
	att_buf_reset(&message);
	return r;
}

/*
 * Whoever was removed since the folder was read is not missed; who was asked
 * for by name is.
 */
enum att_err
att_audit_judge(
    void *arg, size_t item, struct att_outlet *outlet, struct att_reason *why)
{
	struct att_audit *audit = arg;
	const char *user = att_users_get(&audit->users, item);
	const char *dir = audit->judge.opts->credentials_dir;
	struct att_credentials creds;
	enum att_err r;

	if ((r = put_stale(audit, outlet)) != ATT_OK)
		return r;
	r = att_store_load(dir, user, &creds, why);
	if (r == ATT_ERR_STORE_NO_USER && !audit->is_named)
		r = ATT_OK;
	else if (r != ATT_OK)
		r = put_failure(why, outlet);
	for (size_t i = 0; i < creds.count && r == ATT_OK; i++)
		r = judge_record(audit, user, &creds.records[i], outlet);
	att_credentials_reset(&creds);
	return r;
}
