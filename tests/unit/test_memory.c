/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tests of what a set of anchors remembers: nothing that was seen before may
 * make a difference to any judgement.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attempt.h"
#include "codec/attobj.h"
#include "forge.h"
#include "pki.h"
#include "trust/memory.h"

enum {
	ROOM = 4
};

/* --- The memory itself -------------------------------------------------- */

static struct att_memory *
make_memory(size_t room)
{
	struct att_memory *memory;

	assert_int_equal(att_memory_new(room, &memory), ATT_OK);
	return memory;
}

static void
keep(struct att_memory *memory, const char *encoded,
    struct att_certificate *const *certs, size_t count)
{
	struct att_chain *chain =
	    att_memory_keep(memory, att_bytes_text(encoded), certs, count);

	assert_non_null(chain);
	att_chain_free(&chain);
}

static bool
is_kept(struct att_memory *memory, const char *encoded)
{
	struct att_chain *chain =
	    att_memory_find(memory, att_bytes_text(encoded));
	bool is_found = chain != NULL;

	att_chain_free(&chain);
	return is_found;
}

static void
finds_what_was_kept(void **state)
{
	struct att_certificate *certs[] = { pki_decode(pki.leaf),
		pki_decode(pki.inter) };
	struct att_memory *memory = make_memory(ROOM);
	struct att_certificate *const *found;
	struct att_chain *chain;
	size_t count;

	(void)state;
	keep(memory, "x5c", certs, 2);
	assert_false(is_kept(memory, "x5d"));
	assert_false(is_kept(memory, ""));
	chain = att_memory_find(memory, att_bytes_text("x5c"));
	assert_non_null(chain);
	found = att_chain_get(chain, &count);
	assert_int_equal(count, 2);
	assert_ptr_equal(found[0], certs[0]);
	assert_ptr_equal(found[1], certs[1]);
	/* Who holds something does not lose it. */
	att_certificate_free(&certs[0]);
	att_certificate_free(&certs[1]);
	att_memory_free(&memory);
	assert_non_null(att_certificate_get_key(found[0]));
	att_chain_free(&chain);
}

static void
keeps_no_more_than_it_has_room_for(void **state)
{
	struct att_certificate *cert = pki_decode(pki.leaf);
	struct att_memory *memory = make_memory(ROOM);
	struct att_memory *none = make_memory(0);
	char name[16];
	int kept = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%d", i);
		keep(memory, name, &cert, 1);
		assert_true(is_kept(memory, name));
	}
	for (int i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "%d", i);
		kept += is_kept(memory, name);
	}
	assert_in_range(kept, 1, ROOM);
	assert_null(att_memory_keep(none, att_bytes_text("x"), &cert, 1));
	assert_false(is_kept(none, "x"));
	att_certificate_free(&cert);
	att_memory_free(&none);
	att_memory_free(&memory);
}

/* Each part of the question counts. */
static void
answers_only_what_was_asked(void **state)
{
	struct att_certificate *certs[] = { pki_decode(pki.leaf),
		pki_decode(pki.inter) };
	struct att_memory *memory = make_memory(ROOM);
	struct att_chain *chain =
	    att_memory_keep(memory, att_bytes_text("x"), certs, 2);
	struct att_path_input input = { .x5c = certs, .count = 2, .at = 100 };
	struct att_path_question question = { &input, 7 };
	const struct att_path_answer answer = {
		.anchor = { .subject = "CN=root" }, .from = 90, .until = 110
	};
	struct att_anchor anchor;

	(void)state;
	assert_false(att_chain_find_path(chain, &question, &anchor));
	att_chain_keep_path(chain, &question, &answer);
	assert_true(att_chain_find_path(chain, &question, &anchor));
	assert_string_equal(anchor.subject, "CN=root");
	for (input.at = 80; input.at < 120; input.at++)
		assert_int_equal(att_chain_find_path(chain, &question, &anchor),
		    input.at >= 90 && input.at <= 110);
	input.at = 100;
	input.allow_extra = true;
	assert_false(att_chain_find_path(chain, &question, &anchor));
	input.allow_extra = false;
	question.generation = 8;
	assert_false(att_chain_find_path(chain, &question, &anchor));
	question.generation = 7;
	input.count = 1;
	assert_false(att_chain_find_path(chain, &question, &anchor));
	input.count = 2;
	input.x5c = (struct att_certificate *[]){ certs[1], certs[0] };
	assert_false(att_chain_find_path(chain, &question, &anchor));
	att_chain_free(&chain);
	att_certificate_free(&certs[0]);
	att_certificate_free(&certs[1]);
	att_memory_free(&memory);
}

/* --- Paths and time ----------------------------------------------------- */

static void
add(struct att_anchors *anchors, enum att_anchor_role role, X509 *cert)
{
	struct att_buf pem;

	att_buf_init(&pem, 65536);
	pki_put_pem(cert, &pem);
	assert_int_equal(att_anchors_add_pem(anchors, role, att_buf_get(&pem),
			     "test.pem", NULL),
	    ATT_OK);
	att_buf_reset(&pem);
}

static X509 *
make_between(
    EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, time_t begin, time_t end)
{
	const struct pki_spec spec = { .name = "between",
		.key = key,
		.issuer = issuer,
		.issuer_key = issuer_key,
		.begin = begin,
		.end = end };

	return pki_make(&spec);
}

/* Two intermediates with one key that last for different, overlapping times. */
enum {
	FIRST_END = PKI_NOW + 1000,
	SECOND_BEGIN = PKI_NOW + 500,
	SECOND_END = PKI_NOW + 2000
};

static struct att_anchors *
make_anchors(size_t room)
{
	X509 *first = make_between(
	    pki.inter_key, pki.root, pki.root_key, PKI_BEGIN, FIRST_END);
	X509 *second = make_between(
	    pki.inter_key, pki.root, pki.root_key, SECOND_BEGIN, SECOND_END);
	struct att_anchors *anchors;

	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_remember(anchors, room), ATT_OK);
	add(anchors, ATT_ROLE_INTERMEDIATE, first);
	add(anchors, ATT_ROLE_INTERMEDIATE, second);
	add(anchors, ATT_ROLE_ANCHOR, pki.root);
	X509_free(first);
	X509_free(second);
	return anchors;
}

/* Finds the path to leaf, which anchors may remember. */
static enum att_err
find(struct att_anchors *anchors, struct att_certificate *leaf, time_t at)
{
	struct att_memory *memory = att_anchors_get_memory(anchors);
	struct att_path_input input = { .x5c = &leaf, .count = 1, .at = at };
	struct att_anchor anchor;
	enum att_err err;

	input.chain = att_memory_find(memory, att_bytes_text("leaf"));
	if (input.chain == NULL)
		input.chain =
		    att_memory_keep(memory, att_bytes_text("leaf"), &leaf, 1);
	err = att_path_verify(anchors, &input, &anchor, NULL);
	assert_int_equal(anchor.subject[0] != '\0', err == ATT_OK);
	att_chain_free(&input.chain);
	return err;
}

/* Until the intermediate that it went through is not there any more. */
static void
remembers_the_whole_path(void **state)
{
	struct att_certificate *leaf = pki_decode(pki.leaf);
	struct att_path_input input = {
		.x5c = &leaf, .count = 1, .at = PKI_NOW
	};
	uint8_t sha256[ATT_SHA256_LEN];
	struct att_anchors *anchors;
	struct att_anchor anchor;

	(void)state;
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_remember(anchors, ROOM), ATT_OK);
	add(anchors, ATT_ROLE_ANCHOR, pki.root);
	add(anchors, ATT_ROLE_INTERMEDIATE, pki.inter);
	input.chain = att_memory_keep(
	    att_anchors_get_memory(anchors), att_bytes_text("leaf"), &leaf, 1);
	assert_int_equal(X509_digest(pki.inter, EVP_sha256(), sha256, NULL), 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(
		    att_path_verify(anchors, &input, &anchor, NULL), ATT_OK);
		assert_int_equal(anchor.helper_count, 1);
		assert_memory_equal(anchor.helpers[0], sha256, sizeof(sha256));
	}
	att_anchors_drop(anchors, 1);
	assert_int_equal(att_path_verify(anchors, &input, &anchor, NULL),
	    ATT_ERR_ANCHOR_UNKNOWN);
	att_chain_free(&input.chain);
	att_certificate_free(&leaf);
	att_anchors_free(&anchors);
}

/* Whatever was asked before, and whichever certificate ends or begins. */
static void
time_passes(void **state)
{
	static const time_t times[] = { PKI_BEGIN - 1, PKI_BEGIN, PKI_NOW,
		SECOND_BEGIN - 1, SECOND_BEGIN, FIRST_END, FIRST_END + 1,
		SECOND_END, SECOND_END + 1, PKI_END, PKI_END + 1 };
	const size_t count = sizeof(times) / sizeof(times[0]);
	X509 *between = make_between(
	    pki.inter_key, pki.root, pki.root_key, PKI_BEGIN, PKI_END);
	X509 *made = attempt_issue(
	    "leaf", pki.leaf_key, between, pki.inter_key, "CA:FALSE");
	struct att_certificate *leaf = pki_decode(made);
	struct att_anchors *fresh = make_anchors(0);

	(void)state;
	assert_int_equal(find(fresh, leaf, PKI_NOW), ATT_OK);
	assert_int_equal(find(fresh, leaf, FIRST_END + 1), ATT_OK);
	assert_int_not_equal(find(fresh, leaf, SECOND_END + 1), ATT_OK);
	for (size_t i = 0; i < count * count; i++) {
		struct att_anchors *warm = make_anchors(ROOM);
		time_t before = times[i / count], now = times[i % count];

		assert_int_equal(
		    find(warm, leaf, before), find(fresh, leaf, before));
		assert_int_equal(find(warm, leaf, now), find(fresh, leaf, now));
		att_anchors_free(&warm);
	}
	att_anchors_free(&fresh);
	att_certificate_free(&leaf);
	X509_free(made);
	X509_free(between);
}

/* --- Judgements --------------------------------------------------------- */

/* Judges once more what anchors have accepted. */
static enum att_err
judge(const struct forged *f, const struct att_options *opts,
    struct att_anchors *anchors, struct att_reason *why)
{
	struct att_evidence evidence = forged_get_evidence(f);
	struct att_verdict verdict = { 0 };
	enum att_err err;

	err = att_attestation_verify(&evidence, opts,
	    &(struct att_trust){ .anchors = anchors }, &verdict, why);
	att_verdict_reset(&verdict);
	return err;
}

static struct att_anchors *
make_warm(const struct forged *f, const struct att_options *opts)
{
	struct att_anchors *anchors = forged_make_anchors(f);

	assert_int_equal(att_anchors_remember(anchors, ROOM), ATT_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(judge(f, opts, anchors, NULL), ATT_OK);
	return anchors;
}

static void
makes_no_difference_to_any_row(void **state)
{
	const struct forge_row *row = *state;
	struct att_options opts = forge_make_options_for(row->kind);
	struct att_reason fresh = { 0 }, warm = { 0 };
	struct att_anchors *anchors, *memory;
	struct forged f;

	forge_row(row, &f);
	anchors = forged_make_anchors(&f);
	memory = forged_make_anchors(&f);
	assert_int_equal(att_anchors_remember(memory, ROOM), ATT_OK);
	assert_int_equal(judge(&f, &opts, anchors, &fresh), row->error);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(judge(&f, &opts, memory, &warm), row->error);
		assert_string_equal(warm.text, fresh.text);
	}
	att_anchors_free(&memory);
	att_anchors_free(&anchors);
	forged_reset(&f);
}

/* x5c_extra = yes may have accepted it before. */
static void
options_change(void **state)
{
	struct att_options opts = forge_make_options();
	uint8_t denied[1][ATT_AAGUID_LEN];
	struct att_anchors *anchors;
	struct forged f;

	(void)state;
	opts.x5c_extra = true;
	forge_row(&forge_rows[FORGE_X5C_UNRELATED], &f);
	anchors = make_warm(&f, &opts);
	opts.x5c_extra = false;
	assert_int_equal(
	    judge(&f, &opts, anchors, NULL), ATT_ERR_CERTIFICATE_EXTRA);
	opts.x5c_extra = true;
	memcpy(denied[0], forge_aaguid, sizeof(denied[0]));
	opts.aaguid_deny = (struct att_aaguids){ denied, 1 };
	assert_int_equal(
	    judge(&f, &opts, anchors, NULL), ATT_ERR_AAGUID_REFUSED);
	opts.aaguid_deny.count = 0;
	opts.formats = 0;
	assert_int_equal(
	    judge(&f, &opts, anchors, NULL), ATT_ERR_FORMAT_REFUSED);
	att_anchors_free(&anchors);
	forged_reset(&f);
}

static void
roots_change(void **state)
{
	const struct att_options opts = forge_make_options();
	struct att_anchors *anchors, *other;
	struct forged f, stranger;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE], &f);
	forge_row(&forge_rows[FORGE_FINE], &stranger);
	anchors = make_warm(&f, &opts);
	other = make_warm(&stranger, &opts);
	assert_int_equal(
	    judge(&f, &opts, other, NULL), ATT_ERR_CERTIFICATE_PATH);
	/* One more of the same name is one more to look at. */
	add(anchors, ATT_ROLE_ANCHOR, stranger.root);
	assert_int_equal(judge(&f, &opts, anchors, NULL), ATT_OK);
	assert_int_equal(judge(&stranger, &opts, anchors, NULL), ATT_OK);
	/* A set that forgets. */
	assert_int_equal(att_anchors_remember(anchors, 0), ATT_OK);
	assert_int_equal(judge(&f, &opts, anchors, NULL), ATT_OK);
	att_anchors_free(&other);
	att_anchors_free(&anchors);
	forged_reset(&stranger);
	forged_reset(&f);
}

/* What U2F accepts of a certificate is not enough for packed. */
static void
formats_change(void **state)
{
	const struct att_options opts = forge_make_options();
	struct att_anchors *anchors;
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_U2F_FINE], &f);
	anchors = make_warm(&f, &opts);
	att_buf_reset(&f.statement);
	att_buf_reset(&f.object);
	f.spec.defect = FORGE_FINE;
	forge_packed_statement(&f);
	assert_int_equal(att_attestation_object_encode(att_bytes_text("packed"),
			     att_buf_get(&f.statement),
			     att_buf_get(&f.auth_data), &f.object),
	    ATT_OK);
	assert_int_equal(
	    judge(&f, &opts, anchors, NULL), ATT_ERR_CERTIFICATE_PROFILE);
	att_anchors_free(&anchors);
	forged_reset(&f);
}

/* Every bit of what was signed, with the leaf known. */
static void
signatures_change(void **state)
{
	const struct att_options opts = forge_make_options();
	struct att_anchors *anchors;
	uint8_t *signed_data;
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE], &f);
	anchors = make_warm(&f, &opts);
	signed_data = memmem(
	    f.object.ptr, f.object.len, f.auth_data.ptr, f.auth_data.len);
	assert_non_null(signed_data);
	for (size_t bit = 0; bit < f.auth_data.len * 8; bit++) {
		signed_data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_not_equal(judge(&f, &opts, anchors, NULL), ATT_OK);
		signed_data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	f.client_data_hash[0] ^= 1;
	assert_int_equal(
	    judge(&f, &opts, anchors, NULL), ATT_ERR_STATEMENT_SIGNATURE);
	att_anchors_free(&anchors);
	forged_reset(&f);
}

/* Rows of every kind, and all that have something to do with certificates. */
static bool
is_of_interest(const struct forge_row *row)
{
	static const char *const parts[] = { "FINE", "CERT", "X5C", "ROOT",
		"INTERMEDIATE", "SIG", "COMPOUND" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (strstr(row->name, parts[i]) != NULL)
			return true;
	}
	return false;
}

int
main(void)
{
	static const struct CMUnitTest own[] = {
		cmocka_unit_test(finds_what_was_kept),
		cmocka_unit_test(keeps_no_more_than_it_has_room_for),
		cmocka_unit_test(answers_only_what_was_asked),
		cmocka_unit_test(remembers_the_whole_path),
		cmocka_unit_test(time_passes),
		cmocka_unit_test(options_change),
		cmocka_unit_test(roots_change),
		cmocka_unit_test(formats_change),
		cmocka_unit_test(signatures_change),
	};
	struct CMUnitTest rows[FORGE_COUNT];
	size_t count = 0;
	int failed;

	for (size_t i = 0; i < FORGE_COUNT; i++) {
		if (!is_of_interest(&forge_rows[i]))
			continue;
		rows[count++] = (struct CMUnitTest){
			.name = forge_rows[i].name,
			.test_func = makes_no_difference_to_any_row,
			.initial_state = (void *)(uintptr_t)&forge_rows[i],
		};
	}
	failed =
	    cmocka_run_group_tests(own, attempt_make_pki, attempt_drop_pki);
	return failed + _cmocka_run_group_tests(
			    "with a memory", rows, count, NULL, NULL);
}
