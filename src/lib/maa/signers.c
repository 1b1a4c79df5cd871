/* SPDX-License-Identifier: BSD-2-Clause */
/* Two sets of keys made one. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/json.h"
#include "maa/signers.h"
#include "token/jwks.h"

static const char from_name[] = "pam_attest_from";
static const char retired_name[] = "pam_attest_retired";

/* A set on its way. */
struct merge {
	const struct att_signers_merge *given;
	struct att_jwks *shown_keys, *file_keys; /* NULL: no file */
	json_t *shown, *file;			 /* file: NULL: none */
	json_t *keys;				 /* what the result has */
	struct att_signers *signers;
};

void
att_signers_free(struct att_signers *signers)
{
	for (size_t i = 0; i < signers->count; i++)
		free(signers->list[i].kid);
	free(signers->list);
	*signers = (struct att_signers){ 0 };
}

size_t
att_signers_count(
    const struct att_signers *signers, enum att_signer_state state)
{
	size_t count = 0;

	for (size_t i = 0; i < signers->count; i++)
		count += signers->list[i].state == state;
	return count;
}

/* --- What is known of a key ------------------------------------------------
 */

static void
look_at_key(
    const struct att_jwks *jwks, const char *kid, struct att_signer *signer)
{
	const struct att_jwks_key *key;
	struct att_reason why = { 0 };

	signer->is_fit = att_jwks_find(jwks, kid, &key, &why) == ATT_OK;
	if (signer->is_fit) {
		signer->is_report = key->report_leaf != NULL;
		memcpy(signer->sha256, key->sha256, sizeof(signer->sha256));
	} else {
		snprintf(
		    signer->unfit, sizeof(signer->unfit), "%.199s", why.text);
	}
}

static enum att_err
note(struct merge *merge, const struct att_jwks *jwks, const char *kid,
    const struct att_signer *signer)
{
	struct att_signers *signers = merge->signers;
	struct att_signer *list = reallocarray(
	    signers->list, signers->count + 1, sizeof(*signers->list));
	char *copy = strdup(kid);

	if (list != NULL)
		signers->list = list;
	if (list == NULL || copy == NULL) {
		free(copy);
		return ATT_ERR_NO_MEMORY;
	}
	list[signers->count] = *signer;
	list[signers->count].kid = copy;
	look_at_key(jwks, kid, &list[signers->count]);
	signers->count++;
	return ATT_OK;
}

static const json_t *
find_key(const json_t *keys, const char *kid)
{
	const json_t *key;
	size_t i;

	json_array_foreach((json_t *)(uintptr_t)keys, i, key)
	{
		const char *name = att_json_get_text(key, "kid");

		if (name != NULL && strcmp(name, kid) == 0)
			return key;
	}
	return NULL;
}

/* --- What the provider shows ---------------------------------------------- */

static const struct att_jwks_key *
find_fit(const struct att_jwks *jwks, const char *kid)
{
	const struct att_jwks_key *key = NULL;

	if (jwks == NULL || att_jwks_find(jwks, kid, &key, NULL) != ATT_OK)
		return NULL;
	return key;
}

/*
 * Of a key that is in the file as well, what is there stays: the service makes
 * a new certificate of the same key for everybody who asks. What it shows takes
 * the place of what is not fit.
 */
static enum att_err
choose(const struct merge *merge, const char *kid, const json_t **keyp,
    struct att_reason *why)
{
	const struct att_jwks_key *shown = find_fit(merge->shown_keys, kid);
	const struct att_jwks_key *kept = find_fit(merge->file_keys, kid);

	if (kept == NULL)
		return ATT_OK;
	if (shown != NULL &&
	    memcmp(shown->sha256, kept->sha256, sizeof(kept->sha256)) != 0)
		return att_refuse(why, ATT_ERR_JWKS_INVALID,
		    "%s: \"kid\" %.64s is the name of another key at %s; "
		    "find out who published it",
		    merge->given->file_shown, kid, merge->given->provider);
	*keyp = find_key(json_object_get(merge->file, "keys"), kid);
	return ATT_OK;
}

static enum att_err
add_shown(struct merge *merge, const json_t *key)
{
	json_t *copy = json_deep_copy(key);
	enum att_err err = ATT_ERR_NO_MEMORY;

	/* Only we say these. */
	if (copy != NULL &&
	    (json_object_get(copy, retired_name) == NULL ||
		json_object_del(copy, retired_name) == 0) &&
	    json_object_set_new(
		copy, from_name, json_string(merge->given->provider)) == 0 &&
	    json_array_append(merge->keys, copy) == 0)
		err = ATT_OK;
	json_decref(copy);
	return err;
}

static enum att_err
take_shown(struct merge *merge, const json_t *key, struct att_reason *why)
{
	const char *kid = att_json_get_text(key, "kid");
	struct att_signer signer = { .state = ATT_SIGNER_NEW };
	enum att_err err;

	if (kid == NULL || find_key(merge->keys, kid) != NULL)
		return ATT_OK;
	if (find_key(json_object_get(merge->file, "keys"), kid) != NULL)
		signer.state = ATT_SIGNER_KEPT;
	if ((err = choose(merge, kid, &key, why)) != ATT_OK ||
	    (err = add_shown(merge, key)) != ATT_OK)
		return err;
	return note(merge,
	    find_fit(merge->file_keys, kid) != NULL ? merge->file_keys
						    : merge->shown_keys,
	    kid, &signer);
}

/* --- What is in the file ---------------------------------------------------
 */

static bool
is_of_provider(const struct merge *merge, const json_t *key)
{
	const char *from = att_json_get_text(key, from_name);

	if (from == NULL)
		return merge->given->is_only_provider;
	return strcmp(from, merge->given->provider) == 0;
}

/* A time to come is none: a clock was wrong when it was written. */
static int64_t
retired_since(const struct merge *merge, const json_t *key)
{
	int64_t retired;

	if (!att_json_get_count(key, retired_name, &retired) ||
	    retired > merge->given->now)
		return merge->given->now;
	return retired;
}

/* A key that the provider does not show, so what is there is all of it. */
static enum att_err
take_kept(struct merge *merge, const json_t *key, struct att_reason *why)
{
	const struct att_signers_merge *given = merge->given;
	const char *kid = att_json_get_text(key, "kid");
	struct att_signer signer = { .state = ATT_SIGNER_OTHER };
	enum att_err err = ATT_OK;
	json_t *copy;

	(void)why;
	if (kid == NULL || find_key(merge->keys, kid) != NULL)
		return ATT_OK;
	if ((copy = json_deep_copy(key)) == NULL)
		return ATT_ERR_NO_MEMORY;
	if (is_of_provider(merge, key)) {
		signer.retired = retired_since(merge, key);
		signer.state = given->now - signer.retired > given->life
				   ? ATT_SIGNER_DROPPED
				   : ATT_SIGNER_RETIRED;
		if (json_object_set_new(
			copy, retired_name, json_integer(signer.retired)) != 0)
			err = ATT_ERR_NO_MEMORY;
	}
	if (err == ATT_OK && signer.state != ATT_SIGNER_DROPPED &&
	    json_array_append(merge->keys, copy) != 0)
		err = ATT_ERR_NO_MEMORY;
	if (err == ATT_OK)
		err = note(merge, merge->file_keys, kid, &signer);
	json_decref(copy);
	return err;
}

typedef enum att_err take_fn(
    struct merge *merge, const json_t *key, struct att_reason *why);

static enum att_err
take_all(struct merge *merge, const json_t *root, take_fn *take,
    struct att_reason *why)
{
	const json_t *key;
	enum att_err err;
	size_t i;

	json_array_foreach(json_object_get(root, "keys"), i, key)
	{
		if ((err = take(merge, key, why)) != ATT_OK)
			return att_refuse_plain(why, err);
	}
	return ATT_OK;
}

/* --- All of it -------------------------------------------------------------
 */

/* Both are read as the gate reads them, so that only what it takes is kept. */
static enum att_err
read_sets(struct merge *merge, struct att_reason *why)
{
	const struct att_signers_merge *given = merge->given;
	enum att_err err;

	if ((err = att_jwks_new(&merge->shown_keys)) != ATT_OK)
		return att_refuse_plain(why, err);
	err =
	    att_jwks_add(merge->shown_keys, given->shown, given->provider, why);
	if (err == ATT_ERR_JWKS_INVALID && why != NULL)
		return att_refuse(why, ATT_ERR_MAA_ANSWER, "%s", why->text);
	if (err == ATT_ERR_JWKS_INVALID)
		return ATT_ERR_MAA_ANSWER;
	if (err != ATT_OK || (err = att_json_parse_object(
				  given->shown, &merge->shown, why)) != ATT_OK)
		return err;
	if (given->file.ptr == NULL)
		return ATT_OK;
	if ((err = att_jwks_new(&merge->file_keys)) != ATT_OK)
		return att_refuse_plain(why, err);
	if ((err = att_jwks_add(merge->file_keys, given->file,
		 given->file_shown, why)) != ATT_OK)
		return err;
	return att_json_parse_object(given->file, &merge->file, why);
}

/* What the gate will read, and that it will find what it is to find. */
static enum att_err
check_text(
    const struct merge *merge, struct att_bytes text, struct att_reason *why)
{
	struct att_jwks *jwks = NULL;
	enum att_err err;

	err = att_jwks_new(&jwks);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	err = att_jwks_add(jwks, text, merge->given->file_shown, why);
	if (err == ATT_OK && att_jwks_get_count(jwks) == 0)
		err = att_refuse_plain(why, ATT_ERR_INTERNAL);
	att_jwks_free(&jwks);
	return err;
}

static enum att_err
write_text(struct merge *merge, struct att_buf *out, struct att_reason *why)
{
	json_t *root = json_pack("{s:O}", "keys", merge->keys);
	char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
	enum att_err err = ATT_ERR_NO_MEMORY;

	json_decref(root);
	if (text != NULL &&
	    (err = att_buf_put(out, text, strlen(text))) == ATT_OK)
		err = att_buf_put_u8(out, '\n');
	free(text);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	return check_text(merge, att_buf_get(out), why);
}

enum att_err
att_signers_merge(const struct att_signers_merge *given, struct att_buf *out,
    struct att_signers *signers, struct att_reason *why)
{
	struct merge merge = { .given = given, .signers = signers };
	enum att_err err;

	*signers = (struct att_signers){ 0 };
	att_buf_reset(out);
	if ((merge.keys = json_array()) == NULL)
		err = att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	else if ((err = read_sets(&merge, why)) == ATT_OK &&
		 (err = take_all(&merge, merge.shown, take_shown, why)) ==
		     ATT_OK &&
		 (err = take_all(&merge, merge.file, take_kept, why)) == ATT_OK)
		err = write_text(&merge, out, why);
	att_jwks_free(&merge.shown_keys);
	att_jwks_free(&merge.file_keys);
	att_json_free(&merge.shown);
	att_json_free(&merge.file);
	json_decref(merge.keys);
	if (err != ATT_OK) {
		att_buf_reset(out);
		att_signers_free(signers);
	}
	return err;
}
