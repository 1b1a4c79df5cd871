/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl roots show: one anchor or intermediate in full. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_roots.h"
#include "trust/model.h"

static const char usage[] =
    "usage: attestctl [--config FILE] roots show [--json] ID|FILE\n"
    "\n"
    "Shows an anchor or intermediate in full, and which stored credentials\n"
    "that are accepted today rest on it. It is named by its file, by\n"
    "FILE:LINE, or by at least the first 8 hexadecimal digits of its SHA-256\n"
    "or of its key identifier. Of a file, every certificate is shown.\n"
    "\n"
    "  -j, --json  print a list of objects\n"
    "  -h, --help  show this\n";

/* The credentials on one item. */
struct holders {
	struct att_table table;
	json_t *list;
};

struct showing {
	struct att_judge judge;
	struct att_inventory inventory;
	struct holders *holders; /* as many as there are items */
	bool is_json;
};

static const char *const headings[] = { "USER", "LABEL" };

static enum att_err
add_holder(
    void *arg, struct att_inventory_item *item, const struct att_judged *judged)
{
	struct showing *showing = arg;
	struct holders *holders =
	    &showing->holders[item - showing->inventory.items];
	const struct att_cell cells[] = {
		{ .text = judged->user },
		{ .text = judged->record->label },
	};

	if (!item->is_selected)
		return ATT_OK;
	if (!showing->is_json)
		return att_table_add(&holders->table, cells);
	holders->list = att_json_append(holders->list,
	    json_pack("{s:o, s:o}", "user", att_json_text(judged->user),
		"label", att_json_text(judged->record->label)));
	return holders->list != NULL ? ATT_OK : ATT_ERR_NO_MEMORY;
}

static enum att_err
make_holders(struct showing *showing)
{
	size_t count = showing->inventory.count;

	showing->holders = calloc(count + 1, sizeof(*showing->holders));
	if (showing->holders == NULL)
		return ATT_ERR_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		showing->holders[i].table.headings = headings;
		showing->holders[i].table.columns = 2;
		if (showing->is_json &&
		    (showing->holders[i].list = json_array()) == NULL)
			return ATT_ERR_NO_MEMORY;
	}
	return ATT_OK;
}

static void
drop_holders(struct showing *showing)
{
	if (showing->holders == NULL)
		return;
	for (size_t i = 0; i < showing->inventory.count; i++) {
		att_table_reset(&showing->holders[i].table);
		json_decref(showing->holders[i].list);
	}
	free(showing->holders);
}

/* --- Text --------------------------------------------------------------- */

static void
print_hex(const char *name, const uint8_t *bytes, size_t len)
{
	char text[ATT_ID_TEXT_SIZE];

	if (len > ATT_SHA256_LEN)
		len = ATT_SHA256_LEN;
	att_hex_print(att_bytes(bytes, len), text);
	printf("  %-12s %s\n", name, text);
}

static void
print_use(const struct att_certificate *cert)
{
	struct att_certificate_rules rules;
	EVP_PKEY *key = att_certificate_get_key(cert);

	att_certificate_get_rules(cert, &rules);
	printf("  %-12s %s, %d bits\n", "key", EVP_PKEY_get0_type_name(key),
	    EVP_PKEY_get_bits(key));
	printf("  %-12s %s", "CA",
	    rules.is_ca			  ? "yes"
	    : rules.has_basic_constraints ? "no"
					  : "not said");
	if (rules.is_ca && rules.path_len >= 0)
		printf(", path length %ld", rules.path_len);
	if (rules.is_ca && !rules.may_sign_certificates)
		printf(", and may not sign certificates");
	putchar('\n');
}

static void
print_content(const struct att_inventory *inventory, size_t index)
{
	const struct att_inventory_item *item = &inventory->items[index];
	struct att_certificate_dates dates =
	    att_certificate_get_dates(item->cert);
	struct att_bytes serial = att_certificate_get_serial(item->cert);
	char issuer[ATT_SUBJECT_MAX];
	char from[16], until[16];

	att_day_print((time_t)dates.begin, from);
	att_day_print((time_t)dates.end, until);
	att_certificate_print_issuer(item->cert, issuer, sizeof(issuer));
	print_hex("key SHA-256", item->key_sha256, sizeof(item->key_sha256));
	print_hex("key ID", item->key_id, sizeof(item->key_id));
	printf("  %-12s %s\n", "issuer", issuer);
	print_hex("serial", serial.ptr, serial.len);
	printf("  %-12s %s to %s\n", "valid", from, until);
	print_use(item->cert);
	for (unsigned int i = 0; i < ATT_FITNESS_COUNT; i++) {
		struct att_reason why;

		if (!item->has_doubt[i])
			continue;
		att_inventory_explain(
		    inventory, index, (enum att_fitness)i, &why);
		printf("  %-12s %s\n", "remark", why.text);
	}
}

static enum att_err
print_one(struct showing *showing, size_t index)
{
	const struct att_inventory_item *item =
	    &showing->inventory.items[index];
	char subject[ATT_SUBJECT_MAX] = "malformed";
	struct att_buf file;
	size_t width = 0;
	enum att_err r;

	if (item->cert != NULL)
		att_certificate_print_subject(
		    item->cert, subject, sizeof(subject));
	att_buf_init(&file, 1U << 16);
	r = att_out_escape(item->file, &file, &width);
	printf("%s %s\n", att_inventory_role_name(item->role), subject);
	printf("  %-12s %.*s:%zu\n", "file", (int)file.len,
	    (const char *)file.ptr, item->line);
	att_buf_reset(&file);
	print_hex("SHA-256", item->sha256, sizeof(item->sha256));
	if (item->cert != NULL)
		print_content(&showing->inventory, index);
	else
		printf("  %-12s %s\n", "remark", item->why.text);
	printf("  %-12s %zu\n", "credentials", item->credentials);
	if (r == ATT_OK && item->credentials > 0) {
		putchar('\n');
		r = att_table_print(&showing->holders[index].table);
	}
	return r;
}

static enum att_exit
print_text(struct showing *showing, enum att_exit status)
{
	bool is_first = true;

	for (size_t i = 0; i < showing->inventory.count; i++) {
		enum att_err r;

		if (!showing->inventory.items[i].is_selected)
			continue;
		if (!is_first)
			putchar('\n');
		is_first = false;
		if ((r = print_one(showing, i)) != ATT_OK) {
			att_out_reason(
			    "roots show", r, &showing->holders[i].table.why);
			return ATT_EXIT_UNKNOWN;
		}
	}
	return status;
}

/* --- JSON --------------------------------------------------------------- */

static json_t *
json_of_one(const struct showing *showing, size_t index)
{
	json_t *value = att_inventory_json(&showing->inventory, index);

	if (json_object_set(
		value, "rests_on_it", showing->holders[index].list) == 0)
		return value;
	json_decref(value);
	return NULL;
}

static enum att_exit
print_json(const struct showing *showing, enum att_exit status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < showing->inventory.count; i++) {
		if (!showing->inventory.items[i].is_selected)
			continue;
		list = att_json_append(list, json_of_one(showing, i));
	}
	return att_out_json(list, status);
}

/* ------------------------------------------------------------------------- */

static enum att_exit
print_failed(enum att_err err, const struct att_reason *why, bool is_json)
{
	enum att_exit status = err == ATT_ERR_ROOTS_NOT_FOUND
				   ? ATT_EXIT_REFUSED
				   : ATT_EXIT_UNKNOWN;

	att_out_reason("roots show", err, why);
	if (!is_json)
		return status;
	return att_out_json(
	    json_pack("{s:o}", "reason", att_json_reason(err, why)), status);
}

static enum att_exit
show(struct showing *showing, const char *word)
{
	struct att_roots_tally tally = { .judge = &showing->judge,
		.inventory = &showing->inventory,
		.fn = add_holder,
		.arg = showing };
	enum att_exit status = ATT_EXIT_DONE;
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_inventory_make(
	    showing->judge.trust.anchors, &showing->inventory, &why);
	if (r == ATT_OK)
		r = att_inventory_select(&showing->inventory, word, &why);
	if (r == ATT_OK)
		r = make_holders(showing);
	if (r != ATT_OK)
		return print_failed(r, &why, showing->is_json);
	if (att_roots_count(&tally) != ATT_OK || tally.is_partial)
		status = ATT_EXIT_UNKNOWN;
	return showing->is_json ? print_json(showing, status)
				: print_text(showing, status);
}

enum att_exit
att_roots_show(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_arguments args = { .name = "roots show",
		.usage = usage,
		.options = att_arguments_plain,
		.least = 1,
		.most = 1 };
	struct showing showing = { 0 };
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (att_judge_open(invocation, &showing.judge) != ATT_OK)
		return ATT_EXIT_UNKNOWN;
	showing.is_json = args.is_json;
	status = show(&showing, args.operands[0]);
	drop_holders(&showing);
	att_inventory_reset(&showing.inventory);
	att_judge_close(&showing.judge);
	return status;
}
