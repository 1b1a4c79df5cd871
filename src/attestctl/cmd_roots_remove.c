/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl roots remove: one less, and whom that locks out. */
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_roots.h"
#include "attestctl/effect.h"
#include "attestctl/roots_folder.h"
#include "trust/pem.h"

static const char usage[] =
    "usage: attestctl [--config FILE] roots remove [--yes] [--json] ID|FILE\n"
    "\n"
    "Removes an anchor or intermediate, or all of a file, named as for "
    "\"roots\n"
    "show\". Says first which stored credentials are accepted today and would\n"
    "not be without it, and asks.\n"
    "\n"
    "  -y, --yes   do not ask\n"
    "  -j, --json  print an object; nobody is asked, so without --yes nothing\n"
    "              is removed\n"
    "  -h, --help  show this\n"
    "\n"
    "Exit status: 0 removed, 1 refused, 2 cannot tell, or nobody to ask.\n";

static const struct option options[] = {
	{ "yes", no_argument, NULL, 'y' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* One removal. */
struct removal {
	const char *word; /* ID|FILE */
	bool is_sure;
	bool is_json;

	struct att_judge judge;
	struct att_inventory inventory;
	struct att_effect effect;
	const struct att_inventory_item *first; /* of those selected */
	size_t count;
};

/* False when it is over already, with *status. */
static bool
parse(int argc, char **argv, struct removal *removal, enum att_exit *status)
{
	struct att_arguments args = { .name = "roots remove",
		.usage = usage,
		.options = options,
		.letters = "y",
		.most = INT_MAX };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	removal->is_sure = att_arguments_has(&args, 'y');
	removal->is_json = args.is_json;
	removal->word = args.operands[0];
	if (removal->word == NULL || args.operands[1] != NULL) {
		att_out_error(args.name,
		    "expected one ID or FILE; see \"attestctl roots remove "
		    "--help\"");
		return false;
	}
	return true;
}

/* --- What it does ------------------------------------------------------- */

static enum att_err
find_out(const struct att_invocation *invocation, struct removal *removal,
    struct att_reason *why)
{
	struct att_inventory *inventory = &removal->inventory;
	const struct att_effect_question question = { invocation,
		&removal->judge, inventory, "roots remove" };
	enum att_err r;

	r = att_inventory_make(removal->judge.trust.anchors, inventory, why);
	if (r == ATT_OK)
		r = att_inventory_select(inventory, removal->word, why);
	for (size_t i = 0; i < inventory->count && r == ATT_OK; i++) {
		if (!inventory->items[i].is_selected)
			continue;
		if (removal->count++ == 0)
			removal->first = &inventory->items[i];
	}
	if (r != ATT_OK)
		return r;
	return att_effect_find(&question, &removal->effect, why);
}

static enum att_err
print_rows(const struct att_effect *effect)
{
	static const char *const headings[] = { "USER", "LABEL", "NOTE" };
	struct att_table table = { .headings = headings, .columns = 3 };
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < effect->count && r == ATT_OK; i++) {
		const struct att_effect_row *row = &effect->rows[i];
		const struct att_cell cells[] = {
			{ .text = row->user },
			{ .text = row->label },
			{ row->is_last ? "none left" : NULL,
			    row->is_last ? ATT_STYLE_BAD : ATT_STYLE_PLAIN },
		};

		r = att_table_add(&table, cells);
	}
	if (r == ATT_OK)
		r = att_table_print(&table);
	att_table_reset(&table);
	return r;
}

static enum att_err
print_effect(const struct removal *removal)
{
	const struct att_inventory *inventory = &removal->inventory;
	enum att_err r = ATT_OK;

	printf("in %s:\n", removal->first->file);
	for (size_t i = 0; i < inventory->count; i++) {
		const struct att_inventory_item *item = &inventory->items[i];
		char subject[ATT_SUBJECT_MAX] = "(malformed)";

		if (!item->is_selected)
			continue;
		if (item->cert != NULL)
			att_certificate_print_subject(
			    item->cert, subject, sizeof(subject));
		printf(
		    "  %s %s\n", att_inventory_role_name(item->role), subject);
	}
	if (removal->effect.count == 0) {
		puts("no stored credential depends on that");
	} else {
		puts("without that, these credentials are not accepted any "
		     "more:\n");
		r = print_rows(&removal->effect);
		putchar('\n');
	}
	if (removal->effect.is_partial)
		puts("what could not be read is not among them");
	return r;
}

/* --- The question ------------------------------------------------------- */

/* Anything but a yes is a no. */
static bool
is_confirmed(void)
{
	char *line = NULL;
	size_t size = 0;
	bool is_yes;

	fflush(stdout);
	fputs("Remove it? [y/N] ", stderr);
	fflush(stderr);
	is_yes = getline(&line, &size, stdin) > 0 &&
		 (strcmp(line, "y\n") == 0 || strcmp(line, "Y\n") == 0 ||
		     strcmp(line, "yes\n") == 0);
	free(line);
	return is_yes;
}

static enum att_err
ask(const struct removal *removal, struct att_reason *why)
{
	if (removal->is_sure)
		return ATT_OK;
	if (removal->is_json)
		return att_refuse(why, ATT_ERR_USAGE,
		    "nothing was removed: with --json nobody is asked; --yes "
		    "removes it without a question");
	if (!isatty(STDIN_FILENO))
		return att_refuse(why, ATT_ERR_USAGE,
		    "nothing was removed: there is no terminal to ask on; "
		    "--yes removes it without a question");
	if (!is_confirmed())
		return att_refuse(
		    why, ATT_ERR_CANCELLED, "nothing was removed");
	return ATT_OK;
}

/* --- The change --------------------------------------------------------- */

static bool
is_to_go(const struct removal *removal, const struct att_pem *pem,
    struct att_bytes der)
{
	const struct att_inventory *inventory = &removal->inventory;

	for (size_t i = 0; i < inventory->count; i++) {
		const struct att_inventory_item *item = &inventory->items[i];

		if (item->is_selected && item->line == pem->block_line &&
		    att_bytes_is_equal(item->der, der))
			return true;
	}
	return false;
}

/* A comment right above a certificate is about it. */
static const uint8_t *
find_comments(struct att_bytes text, const uint8_t *block)
{
	while (block > text.ptr) {
		const uint8_t *line = block - 1;

		while (line > text.ptr && line[-1] != '\n')
			line--;
		if (*line != '#')
			break;
		block = line;
	}
	return block;
}

/* All of text but the blocks that go; *kept of them stay. */
static enum att_err
cut(const struct removal *removal, struct att_bytes text, struct att_buf *out,
    size_t *kept, struct att_reason *why)
{
	const uint8_t *rest = text.ptr, *end = text.ptr + text.len;
	struct att_pem pem = att_pem(text);
	size_t gone = 0, len;
	enum att_err r;
	uint8_t *der;

	for (*kept = 0;;) {
		if ((r = att_pem_next(&pem, &der, &len, why)) != ATT_OK)
			return r;
		if (der == NULL)
			break;
		if (is_to_go(removal, &pem, att_bytes(der, len))) {
			const uint8_t *start =
			    find_comments(text, pem.block.ptr);

			r = att_buf_put(out, rest, (size_t)(start - rest));
			rest = pem.block.ptr + pem.block.len;
			gone++;
		} else {
			++*kept;
		}
		free(der);
		if (r != ATT_OK)
			return att_refuse_plain(why, r);
	}
	if (gone != removal->count)
		return att_refuse_plain(why, ATT_ERR_ROOTS_CHANGED);
	return att_refuse_plain(
	    why, att_buf_put(out, rest, (size_t)(end - rest)));
}

static enum att_err
change_file(const struct removal *removal, const struct att_file *file,
    struct att_reason *why)
{
	struct att_buf out;
	uint8_t *text = NULL;
	size_t len, kept;
	struct stat st;
	enum att_err r;

	att_buf_init(&out, ATT_ROOTS_FILE_MAX);
	if ((r = att_file_read(file, &text, &len, why)) != ATT_OK ||
	    (r = cut(removal, att_bytes(text, len), &out, &kept, why)) !=
		ATT_OK)
		goto out;
	if (kept == 0)
		r = att_file_remove(file, why);
	else if (fstatat(file->dirfd, file->name, &st, AT_SYMLINK_NOFOLLOW) !=
		 0)
		r = att_refuse_plain(why, ATT_ERR_ROOTS_CHANGED);
	else
		r = att_file_replace(
		    file, att_buf_get(&out), st.st_mode & 07777, why);
out:
	att_buf_reset(&out);
	free(text);
	return r;
}

/* Only if what is there is what the answer was about. */
static enum att_err
change(const struct removal *removal, struct att_reason *why)
{
	const struct att_inventory_item *first = removal->first;
	struct att_file file = { .name = first->name,
		.shown = first->file,
		.max = ATT_ROOTS_FILE_MAX };
	struct att_roots_folder folder;
	enum att_err r;

	r = att_roots_folder_open(
	    &folder, removal->judge.opts, first->role, false, why);
	file.dirfd = folder.fd;
	if (r == ATT_OK && !att_effect_is_same(folder.trust.anchors,
			       removal->judge.trust.anchors))
		r = att_refuse(why, ATT_ERR_ROOTS_CHANGED,
		    "nothing was removed: %s changed in the meantime; look "
		    "again",
		    folder.path);
	if (r == ATT_OK)
		r = change_file(removal, &file, why);
	att_roots_folder_close(&folder);
	return r;
}

/* --- What is said of it ------------------------------------------------- */

static json_t *
json_of_removed(const struct removal *removal)
{
	const struct att_inventory *inventory = &removal->inventory;
	json_t *list = json_array();

	for (size_t i = 0; i < inventory->count; i++) {
		json_t *item;

		if (!inventory->items[i].is_selected)
			continue;
		item = att_inventory_json(inventory, i);
		json_object_del(item, "credentials"); /* were not counted */
		list = att_json_append(list, item);
	}
	return list;
}

static size_t
count_locked_out(const struct att_effect *effect)
{
	size_t users = 0;

	for (size_t i = 0; i < effect->count; i++) {
		const struct att_effect_row *row = &effect->rows[i];

		users += row->is_last &&
			 (i == 0 || strcmp(row->user, row[-1].user) != 0);
	}
	return users;
}

static enum att_exit
print_done(const struct removal *removal)
{
	const struct att_effect *effect = &removal->effect;
	/* It is gone; whom that locks out is not told completely. */
	enum att_exit status =
	    effect->is_partial ? ATT_EXIT_UNKNOWN : ATT_EXIT_DONE;

	if (removal->is_json)
		return att_out_json(
		    json_pack("{s:o, s:o, s:b, s:n}", "removed",
			json_of_removed(removal), "not_accepted_now",
			att_effect_json(effect), "is_partial",
			(int)effect->is_partial, "reason"),
		    status);
	printf("removed %zu certificate%s; %zu credential%s not accepted any "
	       "more, and %zu user%s none left\n",
	    removal->count, removal->count == 1 ? "" : "s", effect->count,
	    effect->count == 1 ? " is" : "s are", count_locked_out(effect),
	    count_locked_out(effect) == 1 ? " has" : "s have");
	return status;
}

/* To be asked is the answer no; to have nobody to ask is none. */
static enum att_exit
exit_status(enum att_err err)
{
	return att_err_is_refusal(err) || err == ATT_ERR_CANCELLED
		   ? ATT_EXIT_REFUSED
		   : ATT_EXIT_UNKNOWN;
}

static enum att_exit
print_failed(const struct removal *removal, enum att_err err,
    const struct att_reason *why)
{
	att_out_reason("roots remove", err, why);
	if (!removal->is_json)
		return exit_status(err);
	return att_out_json(
	    json_pack("{s:n, s:o, s:b, s:o}", "removed", "not_accepted_now",
		att_effect_json(&removal->effect), "is_partial",
		(int)removal->effect.is_partial, "reason",
		att_json_reason(err, why)),
	    exit_status(err));
}

static enum att_exit
remove_it(const struct att_invocation *invocation, struct removal *removal)
{
	struct att_reason why = { 0 };
	enum att_err r;

	r = find_out(invocation, removal, &why);
	if (r == ATT_OK && !removal->is_json)
		r = att_refuse_plain(&why, print_effect(removal));
	if (r == ATT_OK)
		r = ask(removal, &why);
	if (r == ATT_OK)
		r = change(removal, &why);
	return r == ATT_OK ? print_done(removal)
			   : print_failed(removal, r, &why);
}

enum att_exit
att_roots_remove(const struct att_invocation *invocation, int argc, char **argv)
{
	struct removal removal = { 0 };
	enum att_exit status;

	if (!parse(argc, argv, &removal, &status))
		return status;
	if (att_judge_open(invocation, &removal.judge) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	status = remove_it(invocation, &removal);
	att_effect_reset(&removal.effect);
	att_inventory_reset(&removal.inventory);
	att_judge_close(&removal.judge);
	return status;
}
