/* SPDX-License-Identifier: BSD-2-Clause */
/* What libpam makes of a stack, and ways through it that miss our check. */
#include <stdlib.h>
#include <string.h>

#include <security/_pam_types.h>

#include "attestctl/pam_walk.h"

/* What is thought of the login so far: nothing, or a sign and a result. */
enum {
	UNDECIDED = 0,
	POSITIVE = 0x40, /* and the result */
	NEGATIVE = 0x80,
	MUST_FAIL = PAM_PERM_DENIED,
};

struct state {
	size_t at;
	uint8_t mood;
	uint8_t saved[ATT_PAM_LEVELS]; /* as of the begin of each substack */
};

/* --- One step ----------------------------------------------------------- */

static unsigned int
level_of(const struct att_pam_stack *stack, size_t at)
{
	return at < stack->count ? stack->entries[at].level : 0;
}

/* Steps behind the present entry, and into or out of substacks. */
static void
move_on(const struct att_pam_stack *stack, struct state *state, size_t last)
{
	unsigned int before = level_of(stack, state->at);
	unsigned int after = level_of(stack, last + 1);

	state->at = last + 1;
	if (after > before)
		state->saved[after] = state->mood;
	for (unsigned int i = after + 1; i < ATT_PAM_LEVELS; i++)
		state->saved[i] = UNDECIDED;
}

/* The last entry of the same substack, with those in it. */
static size_t
last_of_level(const struct att_pam_stack *stack, size_t at)
{
	unsigned int level = level_of(stack, at);

	while (at + 1 < stack->count && stack->entries[at + 1].level >= level)
		at++;
	return at;
}

/* Jumps over count entries of this level; a substack counts as one. */
static size_t
jump(const struct att_pam_stack *stack, size_t at, int *count)
{
	unsigned int level = level_of(stack, at);
	size_t end = last_of_level(stack, at);

	while (at<end && * count> 0) {
		do
			at++;
		while (at + 1 < stack->count &&
		       stack->entries[at + 1].level > level);
		--*count;
	}
	return at;
}

static bool
is_undisputed(uint8_t mood)
{
	return mood == UNDECIDED || mood == (POSITIVE | PAM_SUCCESS);
}

static uint8_t
spoil(uint8_t mood, int result)
{
	if ((mood & NEGATIVE) != 0)
		return mood;
	return (
	    uint8_t)(NEGATIVE | (result == PAM_IGNORE ? MUST_FAIL : result));
}

static void
step(const struct att_pam_stack *stack, struct state *state, int result)
{
	const struct att_pam_entry *entry = &stack->entries[state->at];
	int action = entry->actions[result];
	size_t last = state->at;
	bool ends = false;

	if (entry->kind == ATT_PAM_SUBSTACK) {
		move_on(stack, state, last);
		return;
	}
	if (action == ATT_PAM_RESET) {
		state->mood = state->saved[entry->level];
	} else if (action == ATT_PAM_OK || action == ATT_PAM_DONE) {
		if (is_undisputed(state->mood))
			state->mood = (uint8_t)(POSITIVE | result);
		ends = action == ATT_PAM_DONE && (state->mood & POSITIVE) != 0;
	} else if (action == ATT_PAM_BAD || action == ATT_PAM_DIE) {
		state->mood = spoil(state->mood, result);
		ends = action == ATT_PAM_DIE;
	} else if (action > 0) {
		last = jump(stack, last, &action);
		if (action > 0) /* too far */
			state->mood = NEGATIVE | MUST_FAIL;
	}
	move_on(stack, state, ends ? last_of_level(stack, last) : last);
}

/* What the entry at hand returns if it can. */
static int
result_of(const struct att_pam_entry *entry, int wanted)
{
	return entry->kind == ATT_PAM_MUST_FAIL ? MUST_FAIL : wanted;
}

/* A success that was held to be a failure is none. */
static int
get_result(uint8_t mood)
{
	int result = mood & ~(POSITIVE | NEGATIVE);

	if ((mood & POSITIVE) == 0 && result == PAM_SUCCESS)
		return MUST_FAIL;
	return result;
}

int
att_pam_walk(const struct att_pam_stack *stack, const int *results)
{
	struct state state = { 0 };

	while (state.at < stack->count)
		step(stack, &state,
		    result_of(&stack->entries[state.at], results[state.at]));
	return get_result(state.mood);
}

/* --- The search --------------------------------------------------------- */

struct node {
	struct state state;
	size_t next; /* the one before at the same entry, plus 1 */
	bool is_open;
};

struct search {
	const struct att_pam_search *input;
	struct att_pam_gaps *gaps;
	struct node *nodes;
	size_t count;
	size_t heads[ATT_PAM_ENTRIES + 1]; /* plus 1 */
	bool has_failed;
};

/* Failures are as good as each other, and there are fewer states. */
static uint8_t
simplify(uint8_t mood)
{
	if ((mood & NEGATIVE) != 0)
		return NEGATIVE | MUST_FAIL;
	if (mood == UNDECIDED || mood == (POSITIVE | PAM_SUCCESS) ||
	    mood == (POSITIVE | PAM_NEW_AUTHTOK_REQD))
		return mood;
	return POSITIVE | PAM_AUTH_ERR;
}

static bool
is_let_in(const struct search *search, uint8_t mood)
{
	return mood == (POSITIVE | PAM_SUCCESS) ||
	       (search->input->phase == ATT_PAM_ACCOUNT &&
		   mood == (POSITIVE | PAM_NEW_AUTHTOK_REQD));
}

static bool
is_module(const struct att_pam_entry *entry, const char *name)
{
	const char *slash = strrchr(entry->module, '/');

	return strcmp(slash == NULL ? entry->module : slash + 1, name) == 0;
}

/* May the module return that, as far as we know it? */
static bool
may_return(const struct search *search, size_t index, int result)
{
	const struct att_pam_entry *entry =
	    &search->input->stack->entries[index];

	if (result == PAM_INCOMPLETE)
		return false;
	if (entry->kind != ATT_PAM_MODULE)
		return result == MUST_FAIL;
	if (search->input->checks[index])
		return result != PAM_SUCCESS && result != PAM_IGNORE &&
		       result != PAM_NEW_AUTHTOK_REQD;
	if (is_module(entry, "pam_permit.so"))
		return result == PAM_SUCCESS;
	if (is_module(entry, "pam_deny.so"))
		return result == PAM_AUTH_ERR || result == PAM_ACCT_EXPIRED ||
		       result == PAM_SESSION_ERR;
	return true;
}

/* That entry is the reason why the rest is let in. */
static void
note_gap(struct search *search, size_t index, int result, size_t after)
{
	struct att_pam_gaps *gaps = search->gaps;
	bool is_ours = search->input->checks[index];
	bool is_skipped = false;
	struct att_pam_gap *gap = NULL;

	for (size_t i = index + 1; i < after && i < search->input->stack->count;
	     i++)
		is_skipped = is_skipped || search->input->checks[i];
	if (!is_ours && !is_skipped)
		return;
	for (size_t i = 0; i < gaps->count && gap == NULL; i++)
		gap = gaps->list[i].index == index ? &gaps->list[i] : NULL;
	if (gap == NULL) {
		gap = &gaps->list[gaps->count++];
		*gap = (struct att_pam_gap){ .index = index };
	}
	gap->is_ours = is_ours;
	gap->is_skipped = gap->is_skipped || (!is_ours && is_skipped);
	gap->codes |= UINT32_C(1) << result;
}

static bool
find_node(const struct search *search, const struct state *state, bool *is_open)
{
	for (size_t i = search->heads[state->at]; i != 0;
	     i = search->nodes[i - 1].next) {
		const struct state *known = &search->nodes[i - 1].state;

		if (known->mood == state->mood &&
		    memcmp(known->saved, state->saved, sizeof(known->saved)) ==
			0) {
			*is_open = search->nodes[i - 1].is_open;
			return true;
		}
	}
	return false;
}

static void
keep_node(struct search *search, const struct state *state, bool is_open)
{
	struct node *grown = reallocarray(
	    search->nodes, search->count + 1, sizeof(*search->nodes));

	if (grown == NULL) {
		search->has_failed = true;
		return;
	}
	search->nodes = grown;
	grown[search->count++] = (struct node){ .state = *state,
		.next = search->heads[state->at],
		.is_open = is_open };
	search->heads[state->at] = search->count;
}

/* Can it come to success from here? Entries only ever lead to later ones. */
static bool
explore(struct search *search, const struct state *from)
{
	const struct att_pam_stack *stack = search->input->stack;
	bool is_open = false;

	if (from->at >= stack->count)
		return is_let_in(search, from->mood);
	if (search->has_failed || find_node(search, from, &is_open))
		return is_open;
	for (int result = 0; result < ATT_PAM_CODES; result++) {
		struct state to = *from;

		if (!may_return(search, from->at, result))
			continue;
		step(stack, &to, result);
		to.mood = simplify(to.mood);
		if (!explore(search, &to))
			continue;
		is_open = true;
		note_gap(search, from->at, result, to.at);
	}
	keep_node(search, from, is_open);
	return is_open;
}

enum att_err
att_pam_gaps_find(const struct att_pam_search *input, struct att_pam_gaps *gaps)
{
	struct search *search = calloc(1, sizeof(*search));
	struct state begin = { 0 };
	bool has_failed;

	*gaps = (struct att_pam_gaps){ 0 };
	if (search == NULL)
		return ATT_ERR_NO_MEMORY;
	search->input = input;
	search->gaps = gaps;
	gaps->is_open = explore(search, &begin);
	has_failed = search->has_failed;
	free(search->nodes);
	free(search);
	return has_failed ? ATT_ERR_NO_MEMORY : ATT_OK;
}
