/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration, and what a command line puts in its place. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/moment.h"
#include "attestctl/out.h"
#include "attestctl/terms.h"

static enum att_err
make_words(struct att_words *words, int argc)
{
	words->words = calloc((size_t)argc, sizeof(*words->words));
	return words->words == NULL ? ATT_ERR_NO_MEMORY : ATT_OK;
}

enum att_err
att_terms_init(struct att_terms *terms, int argc)
{
	*terms = (struct att_terms){ .at = time(NULL) };
	if (make_words(&terms->roots, argc) != ATT_OK ||
	    make_words(&terms->intermediates, argc) != ATT_OK)
		return ATT_ERR_NO_MEMORY;
	return make_words(&terms->settings, argc);
}

void
att_terms_reset(struct att_terms *terms)
{
	att_trust_close(&terms->trust);
	att_options_free(&terms->opts);
	free(terms->roots.words);
	free(terms->intermediates.words);
	free(terms->settings.words);
	*terms = (struct att_terms){ 0 };
}

/* There are never more than words on the command line. */
static void
add(struct att_words *words, const char *word)
{
	words->words[words->count++] = word;
}

enum att_err
att_terms_take(struct att_terms *terms, int code, const char *value,
    struct att_reason *why)
{
	switch (code) {
	case ATT_TERMS_ROOTS:
		add(&terms->roots, value);
		return ATT_OK;
	case ATT_TERMS_INTERMEDIATES:
		add(&terms->intermediates, value);
		return ATT_OK;
	case ATT_TERMS_AT:
		return att_moment_take(value, &terms->at, why);
	case ATT_TERMS_SET:
		add(&terms->settings, value);
		return ATT_OK;
	default:
		return att_refuse(why, ATT_ERR_USAGE, "unknown option");
	}
}

static enum att_err
apply_setting(
    struct att_options *opts, const char *setting, struct att_reason *why)
{
	const char *equals = strchr(setting, '=');
	char *name;
	enum att_err r;

	if (equals == NULL || equals == setting)
		return att_refuse(why, ATT_ERR_USAGE,
		    "--set '%s' is not OPTION=VALUE", setting);
	if ((name = strndup(setting, (size_t)(equals - setting))) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	r = att_options_set(opts, name, equals + 1, "--set", why);
	free(name);
	return r;
}

/* The paths that were given, or the configured folder, which has to be ours. */
static enum att_err
load_role(
    struct att_terms *terms, enum att_anchor_role role, struct att_reason *why)
{
	const struct att_words *words =
	    role == ATT_ROLE_ANCHOR ? &terms->roots : &terms->intermediates;
	enum att_err r = ATT_OK;

	if (words->count == 0)
		return att_trust_load_role(
		    &terms->trust, terms->opts, role, why);
	for (size_t i = 0; i < words->count && r == ATT_OK; i++)
		r = att_anchors_load(
		    terms->trust.anchors, role, words->words[i], false, why);
	return r;
}

enum att_err
att_terms_load(
    struct att_terms *terms, struct att_options *opts, struct att_reason *why)
{
	enum att_err r = ATT_OK;

	terms->opts = opts;
	for (size_t i = 0; i < terms->settings.count && r == ATT_OK; i++)
		r = apply_setting(opts, terms->settings.words[i], why);
	if (r != ATT_OK)
		return r;
	if ((r = att_anchors_new(&terms->trust.anchors)) != ATT_OK)
		return att_refuse_plain(why, r);
	if ((r = load_role(terms, ATT_ROLE_ANCHOR, why)) != ATT_OK ||
	    (r = load_role(terms, ATT_ROLE_INTERMEDIATE, why)) != ATT_OK)
		return r;
	terms->trust.now = terms->at;
	if ((r = att_trust_load_metadata(&terms->trust, opts, why)) != ATT_OK)
		return r;
	if (terms->trust.is_stale)
		att_out_stale(opts);
	return ATT_OK;
}
