/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which stored credentials are accepted because of some of the configured
 * certificates: each is judged with them and without them.
 */
#ifndef ATT_ATTESTCTL_EFFECT_H
#define ATT_ATTESTCTL_EFFECT_H

#include <stdbool.h>
#include <stddef.h>

#include "attestctl/inventory.h"
#include "attestctl/judged.h"

/* A credential that is accepted with them only. */
struct att_effect_row {
	char *user;
	char *label;
	bool is_last; /* without them the user has none that is accepted */
};

struct att_effect {
	struct att_effect_row *rows; /* sorted by user */
	size_t count;
	bool is_partial; /* some could not be read, as was said */
};

/*
 * What the selected items of the inventory, which is that of the judge's
 * anchors, make a difference to. command is for messages. The caller resets
 * the effect. ATT_ERR_ROOTS_CHANGED when others are configured by now; those
 * of att_judge_load(); ATT_ERR_SYSTEM when what is stored cannot be listed,
 * which was said.
 */
struct att_effect_question {
	const struct att_invocation *invocation;
	const struct att_judge *judge;
	struct att_inventory *inventory;
	const char *command;
};
enum att_err att_effect_find(const struct att_effect_question *question,
    struct att_effect *effect, struct att_reason *why) ATT_MUST_USE;
void att_effect_reset(struct att_effect *effect);

/* A fresh JSON list of the rows, or NULL without memory. */
json_t *att_effect_json(const struct att_effect *effect);

/* Are both sets the same certificates at the same places? */
bool att_effect_is_same(
    const struct att_anchors *a, const struct att_anchors *b);

#endif
