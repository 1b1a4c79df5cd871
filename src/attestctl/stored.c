/* SPDX-License-Identifier: BSD-2-Clause */
/* A walk through every stored credential, user by user. */
#include "attestctl/out.h"
#include "attestctl/progress.h"
#include "attestctl/stored.h"
#include "attestctl/users.h"
#include "store/store.h"

/* A file that cannot be read does not hide the other users. */
static enum att_err
visit_user(
    struct att_stored *stored, struct att_progress *progress, const char *user)
{
	struct att_credentials creds;
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_store_load(stored->opts->credentials_dir, user, &creds, &why);
	if (r != ATT_OK && r != ATT_ERR_STORE_NO_USER) {
		att_progress_clear(progress);
		att_out_reason(user, r, &why);
		stored->is_partial = true;
	}
	r = ATT_OK;
	for (size_t i = 0; i < creds.count && r == ATT_OK; i++)
		r = stored->visit(stored->arg, user, &creds.records[i]);
	att_credentials_reset(&creds);
	return r;
}

static enum att_err
visit_users(struct att_stored *stored, const struct att_users *users)
{
	struct att_progress progress;
	enum att_err r = ATT_OK;

	att_progress_begin(&progress, stored->command, users->count);
	for (size_t i = 0; i < users->count && r == ATT_OK; i++) {
		r = visit_user(stored, &progress, att_users_get(users, i));
		att_progress_step(&progress, i + 1);
	}
	att_progress_clear(&progress);
	return r;
}

enum att_err
att_stored_walk(struct att_stored *stored)
{
	struct att_users users = { 0 };
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_users_collect(&users, stored->opts, &why);
	if (r == ATT_ERR_STORE_MALFORMED) {
		att_out_reason(stored->command, r, &why);
		stored->is_partial = true;
		r = ATT_OK;
	}
	att_users_sort(&users);
	if (r == ATT_OK)
		r = visit_users(stored, &users);
	if (r != ATT_OK)
		att_out_reason(stored->command, r, &why);
	att_users_reset(&users);
	return r;
}
