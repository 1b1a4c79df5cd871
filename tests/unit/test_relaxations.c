/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strict by default: each relaxation is one option with a name, which the
 * file, the arguments of the module and "attestctl verify --set" know alike.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf/options.h"
#include "scratch.h"

enum {
	OTHERS_MAX = 3
};

/* What people rely on: names, values and defaults never change. */
static const struct relaxation {
	const char *name;
	const char *strict; /* the default */
	const char *others[OTHERS_MAX];
} relaxations[] = {
	{ "attestation", "required", { "self", "none" } },
	{ "formats", "packed tpm fido-u2f android-key apple",
	    { "packed",
		"none packed tpm android-key android-safetynet fido-u2f "
		"apple compound" } },
	{ "tpm_sha1", "no", { "yes" } },
	{ "tpm_vendor_check", "yes", { "no" } },
	{ "tpm_attributes_check", "yes", { "no" } },
	{ "u2f_zero_aaguid", "yes", { "no" } },
	{ "android_key_lists", "tee", { "any", "absent" } },
	{ "backup_eligible", "no", { "yes" } },
	{ "cbor_key_order", "strict", { "any" } },
	{ "ecdsa_encoding", "der", { "any" } },
	{ "x5c_extra", "no", { "yes" } },
	{ "min_rsa_bits", "2048", { "3072", "16384" } },
	{ "require_aaguid_extension", "yes", { "no" } },
	{ "aaguid_allow", "",
	    { "d8522d9f-575b-4866-88a9-ba99fa02f35b "
	      "2fc0579f-8113-47ea-b116-bb5a8db9202a" } },
	{ "aaguid_deny", "", { "d8522d9f-575b-4866-88a9-ba99fa02f35b" } },
	{ "attestation_key_allow", "",
	    { "000102030405060708090a0b0c0d0e0f10111213 "
	      "ff0102030405060708090a0b0c0d0e0f10111213" } },
	{ "attestation_key_deny", "",
	    { "000102030405060708090a0b0c0d0e0f10111213" } },
};
enum {
	COUNT = sizeof(relaxations) / sizeof(relaxations[0])
};

/* The words of a list come back in an order of their own. */
static bool
has_the_words(const char *text, const char *words)
{
	char copy[256];
	char *rest = copy;
	const char *word;

	snprintf(copy, sizeof(copy), "%s", words);
	while ((word = strsep(&rest, " ")) != NULL) {
		if (strstr(text, word) == NULL)
			return false;
	}
	return strlen(text) == strlen(words);
}

static void
assert_is(
    const struct att_options *opts, const char *name, const char *expected)
{
	struct att_buf text;

	att_buf_init(&text, 4096);
	assert_int_equal(
	    att_options_print_value(opts, att_options_find(name), &text),
	    ATT_OK);
	assert_int_equal(att_buf_put_u8(&text, '\0'), ATT_OK);
	if (!has_the_words((const char *)text.ptr, expected))
		fail_msg("%s is '%s', expected '%s'", name,
		    (const char *)text.ptr, expected);
	att_buf_reset(&text);
}

static struct att_options *
new_options(void)
{
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	return opts;
}

/* A value of an option that the caller sets in one of three ways. */
typedef void set_fn(struct att_options *opts, const char *path,
    const char *name, const char *value);

static void
set_by_file(struct att_options *opts, const char *path, const char *name,
    const char *value)
{
	struct att_reason why = { 0 };
	char text[512];

	snprintf(text, sizeof(text), "%s = %s\n", name, value);
	scratch_write_text(path, text);
	if (att_options_read_file(opts, path, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
set_by_argument(struct att_options *opts, const char *path, const char *name,
    const char *value)
{
	struct att_reason why = { 0 };
	char conf[512], word[512];
	const char *const args[] = { conf, word };

	scratch_write_text(path, "");
	snprintf(conf, sizeof(conf), "conf=%s", path);
	snprintf(word, sizeof(word), "%s=%s", name, value);
	if (att_options_read_arguments(opts, args, 2, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
set_afterwards(struct att_options *opts, const char *path, const char *name,
    const char *value)
{
	struct att_reason why = { 0 };

	(void)path;
	if (att_options_set(opts, name, value, "--set", &why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
assert_sets(char *folder, set_fn *set)
{
	char *path = scratch_path(folder, "a.conf");

	for (size_t i = 0; i < COUNT; i++) {
		const struct relaxation *r = &relaxations[i];

		for (size_t j = 0; j < OTHERS_MAX && r->others[j] != NULL;
		     j++) {
			struct att_options *opts = new_options();

			assert_is(opts, r->name, r->strict);
			set(opts, path, r->name, r->others[j]);
			assert_is(opts, r->name, r->others[j]);
			for (size_t k = 0; k < COUNT; k++) {
				if (k != i)
					assert_is(opts, relaxations[k].name,
					    relaxations[k].strict);
			}
			att_options_free(&opts);
		}
	}
	free(path);
}

static void
the_file_knows_each(void **state)
{
	assert_sets(*state, set_by_file);
}

static void
the_arguments_of_the_module_know_each(void **state)
{
	assert_sets(*state, set_by_argument);
}

static void
set_of_attestctl_verify_knows_each(void **state)
{
	assert_sets(*state, set_afterwards);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_file_knows_each),
		TEST(the_arguments_of_the_module_know_each),
		TEST(set_of_attestctl_verify_knows_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
