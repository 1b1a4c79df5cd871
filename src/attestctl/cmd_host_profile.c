/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl host profile: what the host gate asks for. */
#include <stdio.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_host.h"
#include "attestctl/out.h"
#include "conf/host_profile.h"
#include "conf/value.h"

enum {
	LINE_MAX_LEN = 78,
	TEXT_MAX = 200, /* of a list of types, or of names */
};

static const char usage[] =
    "usage: attestctl host profile [--json] [NAME]\n"
    "\n"
    "Shows what a ready list of claims, the value of host_profile in\n"
    "pam_attest.conf(5), asks of a host's token: as lines of that file, to be\n"
    "copied and changed. Without NAME, the lists there are. The configuration\n"
    "is not read. See attestctl-host(8).\n"
    "\n"
    "  -j, --json  print an object, or a list of objects\n"
    "  -h, --help  show this\n";

static const struct att_host_profile *
get_profile(int i)
{
	return att_host_profile_get((enum att_choice_host_profile)i);
}

static const struct att_host_profile *
find_profile(const char *name)
{
	for (int i = 0; i < ATT_HOST_PROFILE_NONE; i++)
		if (strcmp(get_profile(i)->name, name) == 0)
			return get_profile(i);
	return NULL;
}

/* "tpm azurevm", as host_type has it. */
static void
write_types(const struct att_host_profile *profile, char text[TEXT_MAX])
{
	size_t len = 0;

	text[0] = '\0';
	for (unsigned int i = 0; i < ATT_TOKEN_TYPE_COUNT; i++)
		if ((profile->types & 1U << i) != 0 && len < TEXT_MAX)
			len += (size_t)snprintf(text + len, TEXT_MAX - len,
			    "%s%s", len == 0 ? "" : " ",
			    att_token_type_name((enum att_token_type)i));
}

/* --- Text --------------------------------------------------------------- */

/* A comment, with its lines broken between words. */
static void
print_comment(const char *text)
{
	while (*text != '\0') {
		size_t len = strlen(text), last = len;

		if (len > LINE_MAX_LEN - 2)
			for (last = LINE_MAX_LEN - 2; text[last] != ' ';)
				last--;
		printf("# %.*s\n", (int)last, text);
		text += last;
		text += strspn(text, " ");
	}
}

/* What has a condition is no option: the line is there, and does nothing. */
static void
print_claim(const struct att_host_claim *claim)
{
	bool is_conditional = claim->condition != NULL;

	print_comment(claim->text);
	if (is_conditional)
		printf("# counts if: %s\n", claim->condition);
	printf("%shost_require = %s\n", is_conditional ? "#" : "",
	    claim->requirement);
}

static void
print_profile(const struct att_host_profile *profile)
{
	char types[TEXT_MAX];

	write_types(profile, types);
	print_comment(profile->text);
	printf("host_type = %s\n", types);
	for (size_t i = 0; i < profile->count; i++)
		print_claim(&profile->claims[i]);
}

static enum att_exit
print_table(void)
{
	static const char *const headings[] = { "PROFILE", "TYPE", "CLAIMS",
		"TEXT" };
	struct att_table table = { .headings = headings, .columns = 4 };
	enum att_err r = ATT_OK;

	for (int i = 0; i < ATT_HOST_PROFILE_NONE && r == ATT_OK; i++) {
		const struct att_host_profile *profile = get_profile(i);
		char types[TEXT_MAX], count[16];
		const struct att_cell cells[] = {
			{ .text = profile->name },
			{ .text = types },
			{ .text = count },
			{ .text = profile->text },
		};

		write_types(profile, types);
		snprintf(count, sizeof(count), "%zu", profile->count);
		r = att_table_add(&table, cells);
	}
	if (r == ATT_OK)
		r = att_table_print(&table);
	if (r != ATT_OK)
		att_out_reason("host profile", r, &table.why);
	att_table_reset(&table);
	return r == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_UNKNOWN;
}

/* --- JSON --------------------------------------------------------------- */

static json_t *
claims_json(const struct att_host_profile *profile)
{
	json_t *list = json_array();

	for (size_t i = 0; i < profile->count; i++) {
		const struct att_host_claim *claim = &profile->claims[i];

		list = att_json_append(list,
		    json_pack("{s:s?, s:s, s:s}", "if", claim->condition,
			"require", claim->requirement, "text", claim->text));
	}
	return list;
}

static json_t *
profile_json(const struct att_host_profile *profile)
{
	json_t *types = json_array();

	for (unsigned int i = 0; i < ATT_TOKEN_TYPE_COUNT; i++)
		if ((profile->types & 1U << i) != 0)
			types = att_json_append(types,
			    json_string(
				att_token_type_name((enum att_token_type)i)));
	return json_pack("{s:s, s:s, s:o, s:o}", "profile", profile->name,
	    "text", profile->text, "types", types, "claims",
	    claims_json(profile));
}

static enum att_exit
print_json(const struct att_host_profile *profile)
{
	json_t *list = json_array();

	if (profile != NULL) {
		json_decref(list);
		return att_out_json(profile_json(profile), ATT_EXIT_DONE);
	}
	for (int i = 0; i < ATT_HOST_PROFILE_NONE; i++)
		list = att_json_append(list, profile_json(get_profile(i)));
	return att_out_json(list, ATT_EXIT_DONE);
}

/* ------------------------------------------------------------------------- */

static enum att_exit
refuse_name(const char *name)
{
	char names[TEXT_MAX];
	size_t len = 0;

	names[0] = '\0';
	for (int i = 0; i < ATT_HOST_PROFILE_NONE && len < sizeof(names); i++)
		len += (size_t)snprintf(names + len, sizeof(names) - len,
		    "%s%s", i == 0 ? "" : " or ", get_profile(i)->name);
	att_out_error("host profile", "expected %s, found \"%s\"", names, name);
	return ATT_EXIT_UNKNOWN;
}

enum att_exit
att_cmd_host_profile(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "host profile",
		.usage = usage,
		.options = att_arguments_plain,
		.most = 1 };
	const struct att_host_profile *profile = NULL;
	enum att_exit status;

	(void)invocation;
	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (args.operands[0] != NULL &&
	    (profile = find_profile(args.operands[0])) == NULL)
		return refuse_name(args.operands[0]);
	if (args.is_json)
		return print_json(profile);
	if (profile == NULL)
		return print_table();
	print_profile(profile);
	return ATT_EXIT_DONE;
}
