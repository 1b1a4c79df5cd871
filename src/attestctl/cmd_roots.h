/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl roots", and what they share. */
#ifndef ATT_ATTESTCTL_CMD_ROOTS_H
#define ATT_ATTESTCTL_CMD_ROOTS_H

#include "attestctl/command.h"
#include "attestctl/inventory.h"
#include "attestctl/judged.h"

/* argv[0] is the word: "add", "list", "remove", "show". */
enum att_exit att_roots_add(const struct att_invocation *, int, char **);
enum att_exit att_roots_list(const struct att_invocation *, int, char **);
enum att_exit att_roots_remove(const struct att_invocation *, int, char **);
enum att_exit att_roots_show(const struct att_invocation *, int, char **);

/*
 * Judges every stored credential, and calls fn for each item of the inventory
 * on the path of one that is accepted. *is_partial: some could not be read, as
 * was said. On failure the reason has been printed.
 */
struct att_roots_tally {
	const struct att_judge *judge;
	struct att_inventory *inventory; /* of its anchors */
	enum att_err (*fn)(void *arg, struct att_inventory_item *item,
	    const struct att_judged *judged);
	void *arg;
	bool is_partial;
};
enum att_err att_roots_count(struct att_roots_tally *tally) ATT_MUST_USE;

#endif
