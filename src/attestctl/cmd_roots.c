/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl roots: anchors and intermediates, attestctl-roots(8). */
#include "attestctl/arguments.h"
#include "attestctl/cmd_roots.h"
#include "attestctl/stored.h"

static const struct att_part list[] = {
	{ "add", att_roots_add },
	{ "list", att_roots_list },
	{ "remove", att_roots_remove },
	{ "show", att_roots_show },
};

static const char usage[] =
    "usage: attestctl [--config FILE] roots add [OPTION]... FILE|-\n"
    "       attestctl [--config FILE] roots list [OPTION]...\n"
    "       attestctl [--config FILE] roots remove [--yes] [--json] ID|FILE\n"
    "       attestctl [--config FILE] roots show [--json] ID|FILE\n"
    "\n"
    "Shows and changes the certificates that are trusted to vouch for "
    "security\n"
    "keys, and the intermediates that help to find a path to them. Each of "
    "the\n"
    "four has --help, too. See attestctl-roots(8).\n";

/* --- What rests on what ------------------------------------------------- */

/* One accepted credential, on its way up its path. */
struct passing {
	struct att_roots_tally *tally;
	const struct att_judged *judged;
	enum att_err err;
};

static void
pass(void *arg, struct att_inventory_item *item)
{
	struct passing *passing = arg;
	struct att_roots_tally *tally = passing->tally;

	item->credentials++;
	if (passing->err == ATT_OK && tally->fn != NULL)
		passing->err = tally->fn(tally->arg, item, passing->judged);
}

static enum att_err
visit(void *arg, const char *user, const struct att_record *record)
{
	struct att_roots_tally *tally = arg;
	struct att_judged judged;
	struct passing passing = { tally, &judged, ATT_OK };

	att_judge_record(tally->judge, user, record, &judged);
	if (judged.err == ATT_OK && judged.verdict.has_anchor)
		att_inventory_follow(
		    tally->inventory, &judged.verdict.anchor, pass, &passing);
	att_judged_reset(&judged);
	return passing.err;
}

enum att_err
att_roots_count(struct att_roots_tally *tally)
{
	struct att_stored stored = { .opts = tally->judge->opts,
		.command = "roots",
		.visit = visit,
		.arg = tally };
	enum att_err r;

	r = att_stored_walk(&stored);
	tally->is_partial = stored.is_partial;
	return r;
}

enum att_exit
att_cmd_roots(const struct att_invocation *invocation, int argc, char **argv)
{
	static const struct att_parts parts = { .command = "roots",
		.usage = usage,
		.list = list,
		.count = sizeof(list) / sizeof(list[0]) };

	return att_parts_run(&parts, invocation, argc, argv);
}
