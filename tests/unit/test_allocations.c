/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How much memory a judgement asks for: no piece is larger than ten times the
 * attestation object, whoever asks, OpenSSL included. So an object makes
 * nobody allocate what it only claims to hold.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "forge.h"

/* From the linker, see local.mk: what this program itself calls. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *ptr, size_t size);
void *__real_reallocarray(void *ptr, size_t count, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *ptr, size_t size);
void *__wrap_reallocarray(void *ptr, size_t count, size_t size);

static size_t largest;
static size_t pieces;

static void
count(size_t size)
{
	pieces++;
	if (size > largest)
		largest = size;
}

void *
__wrap_malloc(size_t size)
{
	count(size);
	return __real_malloc(size);
}

void *
__wrap_calloc(size_t number, size_t size)
{
	count(number * size);
	return __real_calloc(number, size);
}

void *
__wrap_realloc(void *ptr, size_t size)
{
	count(size);
	return __real_realloc(ptr, size);
}

void *
__wrap_reallocarray(void *ptr, size_t number, size_t size)
{
	count(number * size);
	return __real_reallocarray(ptr, number, size);
}

/*
 * For OpenSSL. Whenever it makes a key it lists all names of algorithms that it
 * knows, 3 kB whatever the object.
 */
static void *
openssl_malloc(size_t size, const char *file, int line)
{
	(void)line;
	if (strstr(file, "core_namemap") == NULL)
		count(size);
	return __real_malloc(size);
}

static void *
openssl_realloc(void *ptr, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	count(size);
	return __real_realloc(ptr, size);
}

static void
openssl_free(void *ptr, const char *file, int line)
{
	(void)file;
	(void)line;
	free(ptr);
}

/* What OpenSSL sets up once per process is not the object's. */
static void
judge(const struct forged *f, struct att_anchors *anchors)
{
	struct att_options opts = forge_make_options_for(f->spec.kind);
	struct att_evidence evidence = forged_get_evidence(f);
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };

	largest = 0;
	pieces = 0;
	if (att_attestation_verify(&evidence, &opts,
		&(struct att_trust){ .anchors = anchors }, &verdict,
		&why) != ATT_OK)
		fail_msg("%s", why.text);
	att_verdict_reset(&verdict);
}

static void
asks_for_little(void **state)
{
	const struct forge_row *row = *state;
	struct att_anchors *anchors;
	struct forged f;

	forge_row(row, &f);
	anchors = forged_make_anchors(&f);
	judge(&f, anchors);
	judge(&f, anchors);
	print_message("%s: %zu bytes, largest of %zu pieces %zu\n", row->name,
	    f.object.len, pieces, largest);
	assert_in_range(pieces, 1, 10000);
	assert_in_range(largest, 1, 10 * f.object.len);
	att_anchors_free(&anchors);
	forged_reset(&f);
}

int
main(void)
{
	struct CMUnitTest tests[FORGE_COUNT];
	size_t fine = 0;

	if (CRYPTO_set_mem_functions(
		openssl_malloc, openssl_realloc, openssl_free) != 1)
		return 1;
	for (size_t i = 0; i < FORGE_COUNT; i++) {
		if (forge_rows[i].error != ATT_OK)
			continue;
		tests[fine++] = (struct CMUnitTest){
			.name = forge_rows[i].name,
			.test_func = asks_for_little,
			.initial_state = (void *)(uintptr_t)&forge_rows[i],
		};
	}
	return _cmocka_run_group_tests("allocations", tests, fine, NULL, NULL);
}
