/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl roots add: one more to vouch for security keys. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_roots.h"
#include "attestctl/effect.h"
#include "attestctl/offered.h"
#include "attestctl/roots_folder.h"

enum {
	FILE_MODE = 0644,
	NAMES_MAX = 1000,
	ALLOW_DUPLICATE = ATT_FITNESS_COUNT /* the last bit of allowed */
};

static const char duplicate[] = "duplicate";

static const char usage[] =
    "usage: attestctl [--config FILE] roots add [OPTION]... FILE|-\n"
    "\n"
    "Adds the certificates in FILE, PEM or DER, to those that are trusted to\n"
    "vouch for security keys: all of them or, if one cannot serve, none. Says\n"
    "which stored credentials are accepted from now on.\n"
    "\n"
    "  -i, --intermediate  add them to those that help to find a path\n"
    "  -n, --name NAME     the name of the file in the folder, instead of one\n"
    "                      made of the subject\n"
    "  -a, --allow WHAT    add them although they are that: tls-server,\n"
    "                      not-ca, weak, extension, date or duplicate, as\n"
    "                      attestctl-roots(8) explains; may be repeated\n"
    "  -j, --json          print an object\n"
    "  -h, --help          show this\n"
    "\n"
    "Exit status: 0 added, 1 refused, 2 cannot tell.\n";

static const struct option options[] = {
	{ "intermediate", no_argument, NULL, 'i' },
	{ "name", required_argument, NULL, 'n' },
	{ "allow", required_argument, NULL, 'a' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* One addition. */
struct addition {
	const char *file; /* FILE, as messages name it */
	const char *name; /* --name, or NULL */
	enum att_anchor_role role;
	unsigned int allowed; /* a bit for each enum att_fitness, and more */
	bool is_json;

	struct att_options *opts;    /* owned, as is all that follows */
	struct att_anchors *anchors; /* what is in the file */
	struct att_inventory offered;
	struct att_roots_folder folder;
	char *added; /* the path of the new file */
};

/* --- The command line --------------------------------------------------- */

static bool
refuse_use(const char *what, const char *value)
{
	att_out_error("roots add", "%s%s; see \"attestctl roots add --help\"",
	    what, value);
	return false;
}

static bool
allow(struct addition *a, const char *word)
{
	for (unsigned int i = 0; i < ATT_FITNESS_COUNT; i++) {
		if (strcmp(word, att_fitness_name((enum att_fitness)i)) == 0) {
			a->allowed |= 1U << i;
			return true;
		}
	}
	if (strcmp(word, duplicate) != 0)
		return refuse_use("there is nothing to allow named ", word);
	a->allowed |= 1U << ALLOW_DUPLICATE;
	return true;
}

/* What a folder lists, and a shell takes for one word. */
static bool
is_name(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && len <= ATT_FILE_NAME_MAX && name[0] != '.' &&
	       name[0] != '-' && strcmp(name + len - 4, ".pem") == 0 &&
	       strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

static bool
take_option(void *arg, int letter, const char *value)
{
	struct addition *a = arg;

	if (letter == 'a')
		return allow(a, value);
	if (letter == 'n')
		a->name = value;
	else
		a->role = ATT_ROLE_INTERMEDIATE;
	return true;
}

/* False when it is over already, with *status. */
static bool
parse(int argc, char **argv, struct addition *a, enum att_exit *status)
{
	struct att_arguments args = { .name = "roots add",
		.usage = usage,
		.options = options,
		.letters = "in:a:",
		.most = INT_MAX,
		.take = take_option,
		.arg = a };

	if (!att_arguments_parse(argc, argv, &args, status))
		return false;
	a->is_json = args.is_json;
	if (argc - optind != 1)
		return refuse_use("expected one FILE", "");
	if (a->name != NULL && !is_name(a->name))
		return refuse_use("a name has letters, digits, '.', '_' and "
				  "'-', does not begin with '.' or '-' and "
				  "ends in .pem; not ",
		    a->name);
	a->file =
	    strcmp(argv[optind], "-") == 0 ? "standard input" : argv[optind];
	return true;
}

/* --- What is offered ---------------------------------------------------- */

/* There may have been a private key in it. */
static enum att_err
read_file(struct addition *a, const char *path, struct att_reason *why)
{
	struct att_offer offer = { .role = a->role, .shown = a->file };
	enum att_err r;

	if ((r = att_anchors_new(&a->anchors)) != ATT_OK)
		return att_refuse_plain(why, r);
	r = att_file_read_any(
	    path, ATT_ROOTS_FILE_MAX, &offer.text, &offer.len, why);
	if (r == ATT_OK)
		r = att_offered_read(&offer, a->anchors, why);
	if (offer.text != NULL)
		explicit_bzero(offer.text, offer.len);
	free(offer.text);
	if (r != ATT_OK)
		return r;
	return att_inventory_make(a->anchors, &a->offered, why);
}

/* Where an offered certificate stands: "FILE", or "FILE: line N". */
static enum att_err
refuse_item(const struct addition *a, const struct att_inventory_item *item,
    const char *word, struct att_reason *why)
{
	char remedy[64] = "";

	if (word != NULL)
		snprintf(remedy, sizeof(remedy), " (--allow %s adds it)", word);
	if (item->line == 0)
		return att_refuse(
		    why, why->code, "%s: %.360s%s", a->file, why->text, remedy);
	return att_refuse(why, why->code, "%s: line %zu: %.360s%s", a->file,
	    item->line, why->text, remedy);
}

/* Each of them that nobody has allowed, in a line of its own. */
static enum att_err
check_item(const struct addition *a, size_t index, struct att_reason *why)
{
	const struct att_inventory_item *item = &a->offered.items[index];
	enum att_err r = ATT_OK;

	if (item->cert == NULL) {
		*why = item->why;
		return refuse_item(a, item, NULL, why);
	}
	for (unsigned int i = 0; i < ATT_FITNESS_COUNT && r == ATT_OK; i++) {
		if (!item->has_doubt[i] || (a->allowed >> i & 1) != 0)
			continue;
		att_inventory_explain(
		    &a->offered, index, (enum att_fitness)i, why);
		r = refuse_item(
		    a, item, att_fitness_name((enum att_fitness)i), why);
	}
	return r;
}

static enum att_err
check_offered(const struct addition *a, struct att_reason *why)
{
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < a->offered.count && r == ATT_OK; i++)
		r = check_item(a, i, why);
	return r;
}

/*
 * Of an anchor, subject and key are what counts. An intermediate of the same
 * holder by another issuer is on another path.
 */
static bool
is_same_holder(const struct att_inventory_item *item,
    const struct att_inventory_item *other)
{
	char issuer[ATT_SUBJECT_MAX], others[ATT_SUBJECT_MAX];

	if (item->role != other->role || item->cert == NULL ||
	    other->cert == NULL ||
	    !att_certificate_has_holder_of(item->cert, other->cert))
		return false;
	if (item->role == ATT_ROLE_ANCHOR)
		return true;
	att_certificate_print_issuer(item->cert, issuer, sizeof(issuer));
	att_certificate_print_issuer(other->cert, others, sizeof(others));
	return strcmp(issuer, others) == 0;
}

static enum att_err
check_duplicate(const struct addition *a, const struct att_inventory_item *item,
    const struct att_inventory_item *others, size_t count,
    struct att_reason *why)
{
	char subject[ATT_SUBJECT_MAX];
	struct att_reason inner;
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < count && r == ATT_OK; i++) {
		if (!is_same_holder(item, &others[i]))
			continue;
		att_certificate_print_subject(
		    item->cert, subject, sizeof(subject));
		r = att_refuse(&inner, ATT_ERR_ROOTS_DUPLICATE,
		    "'%.160s' is there already, with the same key, in %s:%zu",
		    subject, others[i].file, others[i].line);
		*why = inner;
		r = refuse_item(a, item, duplicate, why);
	}
	return r;
}

/* Against those that are configured, and those before it in the file. */
static enum att_err
check_duplicates(const struct addition *a, struct att_reason *why)
{
	struct att_inventory there = { 0 };
	enum att_err r = ATT_OK;

	if ((a->allowed >> ALLOW_DUPLICATE & 1) != 0)
		return ATT_OK;
	r = att_inventory_make(a->folder.trust.anchors, &there, why);
	for (size_t i = 0; i < a->offered.count && r == ATT_OK; i++) {
		const struct att_inventory_item *item = &a->offered.items[i];

		r = check_duplicate(a, item, there.items, there.count, why);
		if (r == ATT_OK)
			r = check_duplicate(a, item, a->offered.items, i, why);
	}
	att_inventory_reset(&there);
	return r;
}

/* --- Writing ------------------------------------------------------------ */

static bool
is_free(const struct addition *a, const char *name)
{
	struct stat st;

	return fstatat(a->folder.fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	       errno == ENOENT;
}

/* Of --name, or the first free one of the subject: stem, stem-2, stem-3. */
static enum att_err
choose_name(const struct addition *a, char **namep, struct att_reason *why)
{
	char subject[ATT_SUBJECT_MAX], stem[ATT_STEM_SIZE];
	char number[16] = "";

	*namep = NULL;
	if (a->name != NULL && !is_free(a, a->name))
		return att_refuse(why, ATT_ERR_ROOTS_DUPLICATE,
		    "%s/%s is there already; choose another --name",
		    a->folder.path, a->name);
	if (a->name != NULL)
		return (*namep = strdup(a->name)) != NULL
			   ? ATT_OK
			   : att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	att_certificate_print_subject(
	    a->offered.items[0].cert, subject, sizeof(subject));
	att_offered_name(subject, stem);
	for (int i = 1; i < NAMES_MAX; i++) {
		if (i > 1)
			snprintf(number, sizeof(number), "-%d", i);
		if (asprintf(namep, "%s%s.pem",
			stem[0] == '\0' ? "certificate" : stem, number) < 0) {
			*namep = NULL;
			return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
		}
		if (is_free(a, *namep))
			return ATT_OK;
		free(*namep);
		*namep = NULL;
	}
	return att_refuse(why, ATT_ERR_ROOTS_DUPLICATE,
	    "%s has %d files of that name; choose another with --name",
	    a->folder.path, NAMES_MAX);
}

static enum att_err
put_content(const struct addition *a, struct att_buf *out)
{
	char subject[ATT_SUBJECT_MAX];
	enum att_err r = ATT_OK;

	att_buf_init(out, ATT_ROOTS_FILE_MAX);
	for (size_t i = 0; i < a->offered.count && r == ATT_OK; i++) {
		const struct att_inventory_item *item = &a->offered.items[i];

		att_certificate_print_subject(
		    item->cert, subject, sizeof(subject));
		r = att_offered_write(item->der, subject, out);
	}
	return r;
}

/*
 * A folder that is too full, or anything else that would keep people from
 * logging in, is found out here; then the file goes again.
 */
static enum att_err
write_file(struct addition *a, const char *name, struct att_reason *why)
{
	struct att_file file = {
		.dirfd = a->folder.fd, .name = name, .max = ATT_ROOTS_FILE_MAX
	};
	struct att_buf content;
	struct att_reason ignored;
	enum att_err r;

	if (asprintf(&a->added, "%s/%s", a->folder.path, name) < 0) {
		a->added = NULL;
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	file.shown = a->added;
	if ((r = put_content(a, &content)) != ATT_OK)
		r = att_refuse_plain(why, r);
	else if ((r = att_file_replace(&file, att_buf_get(&content), FILE_MODE,
		      why)) == ATT_OK &&
		 (r = att_roots_folder_check(a->opts, why)) != ATT_OK &&
		 att_file_remove(&file, &ignored) != ATT_OK)
		r = att_refuse_within(why, r, "remove %s by hand", file.shown);
	att_buf_reset(&content);
	return r;
}

/* Under the lock: nobody adds the same in between. */
static enum att_err
add_file(struct addition *a, struct att_reason *why)
{
	char *name = NULL;
	enum att_err r;

	r = att_roots_folder_open(&a->folder, a->opts, a->role, true, why);
	if (r == ATT_OK)
		r = check_duplicates(a, why);
	if (r == ATT_OK)
		r = choose_name(a, &name, why);
	if (r == ATT_OK)
		r = write_file(a, name, why);
	att_roots_folder_close(&a->folder);
	free(name);
	return r;
}

/* --- What is said of it ------------------------------------------------- */

/* Who is let in by the new file. */
static enum att_err
find_effect(const struct att_invocation *invocation, const struct addition *a,
    struct att_effect *effect)
{
	struct att_inventory inventory = { 0 };
	struct att_reason why = { 0 };
	struct att_judge judge;
	const struct att_effect_question question = { invocation, &judge,
		&inventory, "roots add" };
	enum att_err r;

	if ((r = att_judge_open(invocation, &judge)) != ATT_OK)
		return r;
	r = att_inventory_make(judge.trust.anchors, &inventory, &why);
	for (size_t i = 0; i < inventory.count; i++)
		inventory.items[i].is_selected =
		    strcmp(inventory.items[i].file, a->added) == 0;
	if (r == ATT_OK)
		r = att_effect_find(&question, effect, &why);
	if (r != ATT_OK)
		att_out_reason("roots add", r, &why);
	att_inventory_reset(&inventory);
	att_judge_close(&judge);
	return r;
}

static json_t *
json_of_offered(const struct addition *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->offered.count; i++) {
		json_t *item = att_inventory_json(&a->offered, i);

		/* Where it came from is no news. */
		json_object_del(item, "file");
		json_object_del(item, "line");
		json_object_del(item, "credentials");
		list = att_json_append(list, item);
	}
	return list;
}

static enum att_exit
print_done(const struct addition *a, const struct att_effect *effect,
    enum att_exit status)
{
	char subject[ATT_SUBJECT_MAX];

	if (a->is_json)
		return att_out_json(
		    json_pack("{s:{s:o, s:o}, s:o, s:n}", "added", "file",
			att_json_text(a->added), "certificates",
			json_of_offered(a), "accepted_now",
			status == ATT_EXIT_DONE ? att_effect_json(effect)
						: json_null(),
			"reason"),
		    status);
	printf("added %zu %s%s in %s\n", a->offered.count,
	    att_inventory_role_name(a->role), a->offered.count == 1 ? "" : "s",
	    a->added);
	for (size_t i = 0; i < a->offered.count; i++) {
		att_certificate_print_subject(
		    a->offered.items[i].cert, subject, sizeof(subject));
		printf("  %s\n", subject);
	}
	if (effect->count > 0)
		printf("%zu stored credential%s accepted now that %s not "
		       "before\n",
		    effect->count, effect->count == 1 ? " is" : "s are",
		    effect->count == 1 ? "was" : "were");
	return status;
}

static enum att_exit
print_failed(
    const struct addition *a, enum att_err err, const struct att_reason *why)
{
	enum att_exit status =
	    att_err_is_refusal(err) ? ATT_EXIT_REFUSED : ATT_EXIT_UNKNOWN;

	att_out_reason("roots add", err, why);
	if (!a->is_json)
		return status;
	return att_out_json(json_pack("{s:n, s:o}", "added", "reason",
				att_json_reason(err, why)),
	    status);
}

static enum att_exit
add(const struct att_invocation *invocation, struct addition *a,
    const char *path)
{
	struct att_effect effect = { 0 };
	enum att_exit status = ATT_EXIT_DONE;
	struct att_reason why = { 0 };
	enum att_err r;

	if ((r = read_file(a, path, &why)) != ATT_OK ||
	    (r = check_offered(a, &why)) != ATT_OK ||
	    (r = add_file(a, &why)) != ATT_OK)
		return print_failed(a, r, &why);
	/* It is done, whatever can be told of what it does. */
	if (find_effect(invocation, a, &effect) != ATT_OK || effect.is_partial)
		status = ATT_EXIT_UNKNOWN;
	status = print_done(a, &effect, status);
	att_effect_reset(&effect);
	return status;
}

enum att_exit
att_roots_add(const struct att_invocation *invocation, int argc, char **argv)
{
	struct addition a = { .role = ATT_ROLE_ANCHOR };
	enum att_exit status;

	if (!parse(argc, argv, &a, &status) ||
	    att_invocation_options(invocation, &a.opts) != ATT_OK)
		return status;
	status = add(invocation, &a, argv[optind]);
	att_inventory_reset(&a.offered);
	att_anchors_free(&a.anchors);
	att_options_free(&a.opts);
	free(a.added);
	return status;
}
