/* SPDX-License-Identifier: BSD-2-Clause */
/* The options: one table, their values, and where each came from. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "conf/layers.h"
#include "conf/value.h"

enum {
	SHOWN_MAX = 40, /* of an unknown name in a message */
	LAYER_DEFAULT = 0,
	LAYER_SET = 1, /* att_options_set(): may be set again */
	LAYER_FIRST = 2,
};

enum option_index {
#define OPTION(name, type, initial, min, max, text) OPTION_##name,
#include "conf/options.def"
#undef OPTION
	OPTION_COUNT
};

enum option_type {
#define ROW(type, ctype) TYPE_##type,
	ATT_VALUE_PLAIN_TYPES(ROW)
#undef ROW
#define CHOICE(type, symbol, word)
#define CHOICES(type, list) TYPE_##type,
#include "conf/choices.def"
#undef CHOICES
#undef CHOICE
};

/* What may be written, by type: "|required|self|none". */
#define CHOICE(type, symbol, word) "|" word
#define CHOICES(type, list) static const char words_##type[] = list;
#include "conf/choices.def"
#undef CHOICES
#undef CHOICE
static const char words_yesno[] = "|yes|no";
#define FORMAT(symbol, name) "|" name
static const char words_formats[] =
#include "conf/formats.def"
    ;
#undef FORMAT
#define TOKEN_TYPE(symbol, name) "|" name
static const char words_token_types[] =
#include "conf/token_types.def"
    ;
#undef TOKEN_TYPE
#define STATUS(symbol, name, kind, level) "|" name
static const char words_statuses[] =
#include "codec/metadata.def"
    ;
#undef STATUS

#define VALUES_yesno(min, max) words_yesno + 1
#define VALUES_number(min, max) #min ".." #max
#define VALUES_seconds(min, max) #min ".." #max
#define VALUES_word(min, max) ""
#define VALUES_path(min, max) ""
#define VALUES_duration(min, max) ""
#define VALUES_paths(min, max) ""
#define VALUES_urls(min, max) ""
#define VALUES_requirements(min, max) ""
#define VALUES_sha256s(min, max) ""
#define VALUES_token_types(min, max) words_token_types + 1
#define VALUES_aaguids(min, max) ""
#define VALUES_key_ids(min, max) ""
#define VALUES_formats(min, max) words_formats + 1
#define VALUES_statuses(min, max) words_statuses + 1
#define VALUES_pcrs(min, max) ""
#define VALUES_tpm_key(min, max) ""
#define VALUES_maybe_word(min, max) ""
#define VALUES_maybe_path(min, max) ""
#define VALUES_service_url(min, max) ""
#define VALUES_maybe_service_url(min, max) ""
#define VALUES_proxy_url(min, max) ""
#define VALUES_platform_url(min, max) ""
#define VALUES_mds(min, max) words_mds + 1
#define VALUES_certification(min, max) words_certification + 1
#define VALUES_mds_stale(min, max) words_mds_stale + 1
#define VALUES_attestation(min, max) words_attestation + 1
#define VALUES_key_order(min, max) words_key_order + 1
#define VALUES_ecdsa_encoding(min, max) words_ecdsa_encoding + 1
#define VALUES_android_key_lists(min, max) words_android_key_lists + 1
#define VALUES_user_verification(min, max) words_user_verification + 1
#define VALUES_counter(min, max) words_counter + 1
#define VALUES_self_enroll(min, max) words_self_enroll + 1
#define VALUES_ssh_keys(min, max) words_ssh_keys + 1
#define VALUES_remote(min, max) words_remote + 1
#define VALUES_agent(min, max) words_agent + 1
#define VALUES_agent_socket(min, max) words_agent_socket + 1
#define VALUES_host(min, max) words_host + 1
#define VALUES_host_phase(min, max) words_host_phase + 1
#define VALUES_host_profile(min, max) words_host_profile + 1
#define VALUES_host_binding(min, max) words_host_binding + 1
#define VALUES_maa_attestation(min, max) words_maa_attestation + 1
#define VALUES_maa_signers(min, max) words_maa_signers + 1
#define VALUES_maa_credential(min, max) words_maa_credential + 1

static const struct {
	struct att_option_info info;
	enum option_type type;
	unsigned int min;
	unsigned int max;
} table[OPTION_COUNT] = {
#define OPTION(name, type, initial, min, max, text)                            \
	{ { #name, #type, initial, VALUES_##type(min, max), text },            \
		TYPE_##type, min, max },
#include "conf/options.def"
#undef OPTION
};

/*
 * The struct that options.def asks for: the one that options.h writes out has
 * to have the same fields, of the same types, in the same order.
 */
#define ROW(type, ctype) typedef ctype field_##type;
ATT_VALUE_PLAIN_TYPES(ROW)
#undef ROW
#define CHOICE(type, symbol, word)
#define CHOICES(type, list) typedef enum att_choice_##type field_##type;
#include "conf/choices.def"
#undef CHOICES
#undef CHOICE

struct expected {
#define OPTION(name, type, initial, min, max, text) field_##type name;
#include "conf/options.def"
#undef OPTION
};

#define OPTION(name, type, initial, min, max, text)                            \
	_Static_assert(_Generic(((struct att_options *)0)->name,               \
			   field_##type : 1, default : 0),                     \
	    #name " has the same type in options.h and options.def");          \
	_Static_assert(offsetof(struct att_options, name) ==                   \
			   offsetof(struct expected, name),                    \
	    #name " has the same place in options.h and options.def");
#include "conf/options.def"
#undef OPTION
_Static_assert(sizeof(struct att_options) == sizeof(struct expected),
    "options.h has no field without a row in options.def");

/* What att_options_new() really makes; values comes first. */
struct state {
	struct att_options values;
	unsigned int last_layer;
	struct {
		unsigned int layer;
		char *source; /* NULL: the default */
	} origin[OPTION_COUNT];
};

static struct state *
state_of(struct att_options *opts)
{
	return (struct state *)(void *)opts;
}

static enum att_err
parse_value(struct att_options *opts, size_t index,
    const struct att_value *value, struct att_reason *why)
{
	switch ((enum option_index)index) {
#define OPTION(name, type, initial, min, max, text)                            \
	case OPTION_##name:                                                    \
		return att_value_parse_##type(value, &opts->name, why);
#include "conf/options.def"
#undef OPTION
	case OPTION_COUNT:
		break;
	}
	return att_refuse_plain(why, ATT_ERR_INTERNAL);
}

enum att_err
att_options_print_value(
    const struct att_options *opts, size_t index, struct att_buf *out)
{
	switch ((enum option_index)index) {
#define OPTION(name, type, initial, min, max, text)                            \
	case OPTION_##name:                                                    \
		return att_value_print_##type(&opts->name, out);
#include "conf/options.def"
#undef OPTION
	case OPTION_COUNT:
		break;
	}
	return ATT_ERR_INTERNAL;
}

static void
free_value(struct att_options *opts, size_t index)
{
	switch ((enum option_index)index) {
#define OPTION(name, type, initial, min, max, text)                            \
	case OPTION_##name:                                                    \
		att_value_free_##type(&opts->name);                            \
		break;
#include "conf/options.def"
#undef OPTION
	case OPTION_COUNT:
		break;
	}
}

static enum att_err
set_default(struct att_options *opts, size_t index)
{
	struct att_value value = {
		.where = "default",
		.name = table[index].info.name,
		.text = table[index].info.initial,
		.values = table[index].info.values,
		.min = table[index].min,
		.max = table[index].max,
	};

	if (value.text[0] == '\0')
		return ATT_OK;
	return parse_value(opts, index, &value, NULL);
}

enum att_err
att_options_new(struct att_options **optsp)
{
	struct att_options *opts;
	enum att_err r = ATT_OK;
	struct state *state;

	*optsp = NULL;
	if ((state = calloc(1, sizeof(*state))) == NULL)
		return ATT_ERR_NO_MEMORY;
	state->last_layer = LAYER_FIRST;
	opts = &state->values;
	for (size_t i = 0; i < OPTION_COUNT && r == ATT_OK; i++)
		r = set_default(opts, i);
	if (r != ATT_OK)
		att_options_free(&opts);
	*optsp = opts;
	return r;
}

void
att_options_free(struct att_options **optsp)
{
	struct att_options *opts = *optsp;

	*optsp = NULL;
	if (opts == NULL)
		return;
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		free_value(opts, i);
		free(state_of(opts)->origin[i].source);
	}
	free(state_of(opts));
}

/* Edit distance (Levenshtein) of two short names, case aside. */
static size_t
distance(const char *a, const char *b)
{
	enum {
		LONGEST = 64
	};
	size_t row[LONGEST + 1];
	size_t la = strlen(a), lb = strlen(b);

	if (la > LONGEST || lb > LONGEST)
		return LONGEST;
	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; i <= la; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t up = row[j];
			bool is_same = tolower((unsigned char)a[i - 1]) ==
				       tolower((unsigned char)b[j - 1]);
			size_t best = diagonal + (is_same ? 0 : 1);

			best = up + 1 < best ? up + 1 : best;
			best = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
			row[j] = best;
			diagonal = up;
		}
	}
	return row[lb];
}

/* The known name that is meant, or NULL when none is near. */
static const char *
nearest_name(const char *name)
{
	size_t best = 1 + strlen(name) / 3;
	const char *found = NULL;

	for (size_t i = 0; i < OPTION_COUNT; i++) {
		size_t d = distance(name, table[i].info.name);

		if (d <= best && (found == NULL || d < best)) {
			best = d;
			found = table[i].info.name;
		}
	}
	return found;
}

static enum att_err
refuse_unknown(const char *where, const char *name, struct att_reason *why)
{
	const char *near = nearest_name(name);

	return att_refuse(why, ATT_ERR_CONF_UNKNOWN_OPTION,
	    "%s: option \"%.*s\" is not known%s%s%s", where, SHOWN_MAX, name,
	    near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
	    near != NULL ? "\"?" : "; see pam_attest.conf(5)");
}

static enum att_err
find_option(
    const char *name, const char *where, size_t *index, struct att_reason *why)
{
	*index = att_options_find(name);
	return *index < OPTION_COUNT ? ATT_OK
				     : refuse_unknown(where, name, why);
}

static bool
is_repeatable(enum option_type type)
{
	return type == TYPE_paths || type == TYPE_urls ||
	       type == TYPE_requirements;
}

/* Whether this layer may still set the option; empties a list it replaces. */
static enum att_err
enter_layer(struct att_options *opts, size_t index,
    const struct att_assignment *assignment, struct att_reason *why)
{
	struct state *state = state_of(opts);
	bool is_list = is_repeatable(table[index].type);
	const char *source = state->origin[index].source;

	if (is_list && state->origin[index].layer != assignment->layer)
		free_value(opts, index);
	if (is_list || assignment->layer == LAYER_SET ||
	    state->origin[index].layer != assignment->layer)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_CONF_SYNTAX,
	    "%s: %s is set already (%s); remove one of the two",
	    assignment->where, assignment->name,
	    source == NULL ? "default" : source);
}

enum att_err
att_options_assign(struct att_options *opts,
    const struct att_assignment *assignment, struct att_reason *why)
{
	struct state *state = state_of(opts);
	struct att_value value = { .where = assignment->where };
	enum att_err r;
	char *source;
	size_t index;

	if ((r = find_option(
		 assignment->name, assignment->where, &index, why)) != ATT_OK)
		return r;
	value.name = table[index].info.name;
	value.text = assignment->value;
	if (value.text == NULL && assignment->may_lack_value &&
	    table[index].type == TYPE_yesno)
		value.text = "yes";
	if (value.text == NULL || value.text[0] == '\0')
		return att_refuse(why, ATT_ERR_CONF_VALUE,
		    "%s: %s has no value; write %s=VALUE", assignment->where,
		    value.name, value.name);
	value.values = table[index].info.values;
	value.min = table[index].min;
	value.max = table[index].max;
	if ((source = strdup(assignment->source)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((r = enter_layer(opts, index, assignment, why)) == ATT_OK &&
	    (r = parse_value(opts, index, &value, why)) == ATT_OK) {
		free(state->origin[index].source);
		state->origin[index].source = source;
		state->origin[index].layer = assignment->layer;
		source = NULL;
	}
	free(source);
	return r;
}

unsigned int
att_options_begin_layer(struct att_options *opts)
{
	return ++state_of(opts)->last_layer;
}

enum att_err
att_options_set(struct att_options *opts, const char *name, const char *value,
    const char *where, struct att_reason *why)
{
	struct att_assignment assignment = { .layer = LAYER_SET,
		.where = where,
		.source = where,
		.name = name,
		.value = value };

	return att_options_assign(opts, &assignment, why);
}

const char *
att_options_get_source(const struct att_options *opts, size_t index)
{
	const struct state *state = (const struct state *)(const void *)opts;

	if (index >= OPTION_COUNT || state->origin[index].source == NULL)
		return "default";
	return state->origin[index].source;
}

static bool
is_configured(const struct att_options *opts, size_t index)
{
	const struct state *state = (const struct state *)(const void *)opts;

	return state->origin[index].source != NULL;
}

static enum att_err
check_exists(const struct att_options *opts, size_t index, const char *path,
    struct att_reason *why)
{
	struct stat st;

	if (lstat(path, &st) == 0 || errno != ENOENT)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_FILE_NOT_FOUND,
	    "%s: %s: %s does not exist; make it, or name another folder",
	    att_options_get_source(opts, index), table[index].info.name, path);
}

enum att_err
att_options_check_folder(
    const struct att_options *opts, const char *name, struct att_reason *why)
{
	struct att_buf path;
	enum att_err r;
	size_t index;

	if ((r = find_option(name, "check", &index, why)) != ATT_OK)
		return r;
	if (table[index].type != TYPE_path)
		return att_refuse_plain(why, ATT_ERR_INTERNAL);
	if (!is_configured(opts, index))
		return ATT_OK;
	att_buf_init(&path, PATH_MAX);
	if ((r = att_options_print_value(opts, index, &path)) == ATT_OK &&
	    (r = att_buf_put_u8(&path, '\0')) == ATT_OK)
		r = check_exists(opts, index, (const char *)path.ptr, why);
	att_buf_reset(&path);
	return att_refuse_plain(why, r);
}

const struct att_option_info *
att_options_get_info(size_t index)
{
	return index < OPTION_COUNT ? &table[index].info : NULL;
}

size_t
att_options_find(const char *name)
{
	size_t i = 0;

	while (i < OPTION_COUNT && strcmp(name, table[i].info.name) != 0)
		i++;
	return i;
}
