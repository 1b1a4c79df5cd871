/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Judges every mutation of every accepted vector; each has to be refused.
 *
 * usage: mutate [-s STRIDE] EXPECTED FOLDER [FORMAT-OR-NAME...]
 *
 * EXPECTED says which vectors of FOLDER are accepted, with which options; see
 * run.py. Of bits to turn over and lengths to cut at it takes only every
 * STRIDE-th (1: all of them).
 * Prints a TAP line per format with the count, and whatever is accepted all
 * the same together with the reason why that is right.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exceptions.h"
#include "mutation.h"
#include "vector.h"

enum {
	PLACE_MAX = 200,
	SHOWN_MAX = 20,
	REMEMBERED = 11 /* one mutation in so many is judged from memory, too */
};

/* What came of one format. */
struct tally {
	size_t vectors;
	unsigned long mutations;
	unsigned long accepted;
	unsigned long remembered;
	unsigned long excepted[EXCEPTIONS];
};

struct trial {
	const struct vector *vector;
	struct tally *tally;
};

/* Of a copy of its own, so that a sanitizer sees what is read past the end. */
static enum att_err
verify(const struct att_evidence *evidence, const struct att_options *opts,
    struct att_anchors *anchors, struct att_verdict *verdict)
{
	struct att_bytes object = evidence->attestation_object;
	struct att_evidence copied = *evidence;
	uint8_t *copy = malloc(object.len > 0 ? object.len : 1);
	struct att_reason why = { 0 };
	enum att_err r;

	if (copy == NULL)
		err(2, "malloc");
	memcpy(copy, object.ptr, object.len);
	copied.attestation_object.ptr = copy;
	r = att_attestation_verify(&copied, opts,
	    &(struct att_trust){ .anchors = anchors }, verdict, &why);
	verdict->credential_id = (struct att_bytes){ 0 };
	free(copy);
	return r;
}

static void
note_accepted(struct trial *t, const struct mutation *m,
    const struct att_verdict *verdict)
{
	char place[PLACE_MAX];
	const struct accepted accepted = { t->vector, m, verdict, place };
	const struct exception *e;

	mutation_print_place(&t->vector->evidence, m, place, sizeof(place));
	if ((e = exceptions_find(&accepted)) != NULL)
		t->tally->excepted[e - exceptions]++;
	else if (t->tally->accepted++ < SHOWN_MAX)
		printf("# accepted: %s: %s of %s\n", t->vector->name,
		    mutation_kind_name(m->kind), place);
}

/* Two entries of one key are wrong in every order. */
static bool
is_accepted_in_any_order(const struct vector *v, const struct mutation *m,
    struct att_verdict *verdict)
{
	struct att_options opts = *v->opts;

	opts.cbor_key_order = ATT_KEY_ORDER_ANY;
	return m->kind == MUTATION_DUPLICATE &&
	       verify(&m->evidence, &opts, v->anchors, verdict) == ATT_OK;
}

/* Who remembers the vector as it was has to say the same of a mutation. */
static void
judge_remembering(struct trial *t, const struct mutation *m, enum att_err cold,
    const struct att_anchor *anchor)
{
	const struct vector *v = t->vector;
	struct att_verdict verdict = { 0 };
	enum att_err warm;

	t->tally->remembered++;
	if (verify(&v->evidence, v->opts, v->remembering, &verdict) != ATT_OK)
		errx(1, "%s is not accepted from memory", v->name);
	warm = verify(&m->evidence, v->opts, v->remembering, &verdict);
	if (warm != cold ||
	    memcmp(&verdict.anchor, anchor, sizeof(*anchor)) != 0) {
		t->tally->accepted++;
		printf("# %s: after a %s %s, from memory %s\n", v->name,
		    mutation_kind_name(m->kind), att_err_code(cold),
		    att_err_code(warm));
	}
	att_verdict_reset(&verdict);
}

static void
judge(const struct mutation *m, void *context)
{
	struct att_verdict verdict = { 0 };
	struct trial *t = context;
	const struct vector *v = t->vector;
	enum att_err r;

	r = verify(&m->evidence, v->opts, v->anchors, &verdict);
	if (t->tally->mutations++ % REMEMBERED == 0)
		judge_remembering(t, m, r, &verdict.anchor);
	if (r == ATT_OK || is_accepted_in_any_order(v, m, &verdict))
		note_accepted(t, m, &verdict);
	att_verdict_reset(&verdict);
}

/* --- Which vectors ------------------------------------------------------ */

static struct tally tallies[ATT_FORMAT_COUNT];

static const char *
get_code(const json_t *row)
{
	const json_t *code = json_object_get(row, "relaxed");

	if (code == NULL)
		code = json_object_get(row, "default");
	return json_string_value(code);
}

static bool
is_wanted(const struct vector *v, char **words)
{
	const char *verdict =
	    json_string_value(json_object_get(v->json, "verdict"));

	if (verdict == NULL || strcmp(verdict, "valid") != 0)
		return false;
	if (*words == NULL)
		return true;
	for (; *words != NULL; words++) {
		if (strcmp(*words, v->name) == 0 ||
		    strcmp(*words, v->format) == 0)
			return true;
	}
	return false;
}

static struct tally *
find_tally(const struct vector *v)
{
	for (size_t i = 0; i < ATT_FORMAT_COUNT; i++) {
		if (strcmp(att_format_name((enum att_format)i), v->format) == 0)
			return &tallies[i];
	}
	errx(2, "%s: no format '%s'", v->name, v->format);
}

static void
try_vector(const struct vector *v, size_t stride)
{
	struct trial t = { .vector = v, .tally = find_tally(v) };
	struct att_verdict verdict = { 0 };

	if (verify(&v->evidence, v->opts, v->anchors, &verdict) != ATT_OK)
		errx(1, "%s is not accepted as it is", v->name);
	att_verdict_reset(&verdict);
	t.tally->vectors++;
	mutation_for_each(&v->evidence, stride, judge, &t);
}

static void
try_all(const json_t *expected, const char *folder, size_t stride, char **words)
{
	const char *name;
	json_t *row;

	/* The macro of the library casts its const away. */
	json_object_foreach((json_t *)(uintptr_t)expected, name, row)
	{
		struct vector v;

		if (strcmp(get_code(row), "accepted") != 0)
			continue;
		vector_load(&v, folder, name, row);
		if (is_wanted(&v, words))
			try_vector(&v, stride);
		vector_reset(&v);
	}
}

/* --- What came of it ---------------------------------------------------- */

static int
print_tallies(void)
{
	unsigned int number = 0;
	int status = 0;

	for (size_t i = 0; i < ATT_FORMAT_COUNT; i++) {
		const struct tally *t = &tallies[i];
		unsigned long excepted = 0;

		if (t->vectors == 0)
			continue;
		for (size_t j = 0; j < EXCEPTIONS; j++) {
			excepted += t->excepted[j];
			if (t->excepted[j] > 0)
				printf("# %lu accepted: %s of %s: %s\n",
				    t->excepted[j],
				    att_format_name((enum att_format)i),
				    exceptions[j].place, exceptions[j].reason);
		}
		printf("%sok %u - %s: %lu of %lu mutations of %zu vectors "
		       "refused, %lu rightly accepted; %lu from memory\n",
		    t->accepted > 0 ? "not " : "", ++number,
		    att_format_name((enum att_format)i),
		    t->mutations - t->accepted - excepted, t->mutations,
		    t->vectors, excepted, t->remembered);
		if (t->accepted > 0)
			status = 1;
	}
	printf("1..%u\n", number);
	return number > 0 ? status : 1;
}

int
main(int argc, char **argv)
{
	unsigned long stride = 1;
	json_error_t error;
	json_t *expected;
	int option;

	while ((option = getopt(argc, argv, "s:")) != -1) {
		if (option != 's' || (stride = strtoul(optarg, NULL, 10)) == 0)
			errx(2, "-s needs a number; see the head of mutate.c");
	}
	if (argc - optind < 2)
		errx(2, "usage: mutate [-s STRIDE] EXPECTED FOLDER [NAME...]");
	if ((expected = json_load_file(argv[optind], 0, &error)) == NULL)
		errx(2, "%s: %s", argv[optind], error.text);
	try_all(expected, argv[optind + 1], stride, argv + optind + 2);
	json_decref(expected);
	return print_tallies();
}
