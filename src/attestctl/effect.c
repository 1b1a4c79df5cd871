/* SPDX-License-Identifier: BSD-2-Clause */
/* Which stored credentials are accepted because of some certificates. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/effect.h"
#include "attestctl/stored.h"

void
att_effect_reset(struct att_effect *effect)
{
	for (size_t i = 0; i < effect->count; i++) {
		free(effect->rows[i].user);
		free(effect->rows[i].label);
	}
	free(effect->rows);
	*effect = (struct att_effect){ 0 };
}

bool
att_effect_is_same(const struct att_anchors *a, const struct att_anchors *b)
{
	struct att_anchor_item one, other;
	bool is_one, is_other;

	for (size_t i = 0;; i++) {
		is_one = att_anchors_get_item(a, i, &one);
		is_other = att_anchors_get_item(b, i, &other);
		if (!is_one || !is_other)
			return is_one == is_other;
		if (one.role != other.role || one.line != other.line ||
		    strcmp(one.shown, other.shown) != 0 ||
		    !att_bytes_is_equal(one.der, other.der))
			return false;
	}
}

/* --- Judging twice ------------------------------------------------------ */

struct comparison {
	const struct att_effect_question *question;
	struct att_judge without;
	struct att_effect *effect;
	char *user;	   /* whose credentials come one after another */
	size_t first_row;  /* of the user */
	size_t kept_count; /* of the user, accepted without them as well */
};

/* Of the user whose last credential has come. */
static void
end_user(struct comparison *c)
{
	for (size_t i = c->first_row; i < c->effect->count; i++)
		c->effect->rows[i].is_last = c->kept_count == 0;
	c->first_row = c->effect->count;
	c->kept_count = 0;
}

static enum att_err
begin_user(struct comparison *c, const char *user)
{
	if (c->user != NULL && strcmp(c->user, user) == 0)
		return ATT_OK;
	end_user(c);
	free(c->user);
	c->user = strdup(user);
	return c->user != NULL ? ATT_OK : ATT_ERR_NO_MEMORY;
}

static enum att_err
add_row(struct att_effect *effect, const struct att_judged *judged)
{
	struct att_effect_row *rows, *row;

	rows = reallocarray(effect->rows, effect->count + 1, sizeof(*rows));
	if (rows == NULL)
		return ATT_ERR_NO_MEMORY;
	effect->rows = rows;
	row = &rows[effect->count++];
	*row = (struct att_effect_row){ .user = strdup(judged->user),
		.label = strdup(judged->record->label) };
	return row->user != NULL && row->label != NULL ? ATT_OK
						       : ATT_ERR_NO_MEMORY;
}

static void
note_selected(void *arg, struct att_inventory_item *item)
{
	bool *is_touched = arg;

	*is_touched |= item->is_selected;
}

/*
 * A path that was found without them is found once they are gone. Of a
 * compound, others than the one that is reported are looked at, too.
 */
static bool
may_differ(const struct comparison *c, const struct att_judged *judged)
{
	bool is_touched = judged->verdict.type == ATT_TYPE_COMPOUND;

	if (!is_touched && judged->verdict.has_anchor)
		att_inventory_follow(c->question->inventory,
		    &judged->verdict.anchor, note_selected, &is_touched);
	return is_touched;
}

static enum att_err
compare(void *arg, const char *user, const struct att_record *record)
{
	struct comparison *c = arg;
	struct att_judged with, without = { 0 };
	enum att_err r;

	if ((r = begin_user(c, user)) != ATT_OK)
		return r;
	att_judge_record(c->question->judge, user, record, &with);
	if (with.err == ATT_OK && may_differ(c, &with))
		att_judge_record(&c->without, user, record, &without);
	if (with.err == ATT_OK && without.err == ATT_OK)
		c->kept_count++;
	else if (with.err == ATT_OK)
		r = add_row(c->effect, &with);
	att_judged_reset(&with);
	att_judged_reset(&without);
	return r;
}

/* --- Without them ------------------------------------------------------- */

static enum att_err
open_without(struct comparison *c, struct att_reason *why)
{
	const struct att_inventory *inventory = c->question->inventory;
	struct att_judge *without = &c->without;
	enum att_err r;

	r = att_invocation_options(c->question->invocation, &without->opts);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	if ((r = att_judge_load(without, why)) != ATT_OK)
		return r;
	if (!att_effect_is_same(
		without->trust.anchors, c->question->judge->trust.anchors))
		return att_refuse_plain(why, ATT_ERR_ROOTS_CHANGED);
	for (size_t i = inventory->count; i-- > 0;)
		if (inventory->items[i].is_selected)
			att_anchors_drop(without->trust.anchors, i);
	return ATT_OK;
}

enum att_err
att_effect_find(const struct att_effect_question *question,
    struct att_effect *effect, struct att_reason *why)
{
	struct comparison c = { .question = question, .effect = effect };
	struct att_stored stored = { .opts = question->judge->opts,
		.command = question->command,
		.visit = compare,
		.arg = &c };
	enum att_err r;

	*effect = (struct att_effect){ 0 };
	if ((r = open_without(&c, why)) != ATT_OK)
		goto out;
	if (att_stored_walk(&stored) != ATT_OK) {
		r = att_refuse(why, ATT_ERR_SYSTEM,
		    "whose credentials depend on it cannot be told");
		goto out;
	}
	end_user(&c);
	effect->is_partial = stored.is_partial;
	r = ATT_OK;
out:
	free(c.user);
	att_judge_close(&c.without);
	return r;
}

json_t *
att_effect_json(const struct att_effect *effect)
{
	json_t *list = json_array();

	for (size_t i = 0; i < effect->count; i++) {
		const struct att_effect_row *row = &effect->rows[i];

		list =
		    att_json_append(list, json_pack("{s:o, s:o, s:b}", "user",
					      att_json_text(row->user), "label",
					      att_json_text(row->label),
					      "is_last", (int)row->is_last));
	}
	return list;
}
