/* SPDX-License-Identifier: BSD-2-Clause */
/* What a judgement trusts: loaded from where the options say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "pki.h"
#include "scratch.h"
#include "trust/trust.h"

/* Options whose folders are those of a test. */
static struct att_options *
options_in(const char *folder)
{
	static const char *const names[][2] = { { "roots_dir", "roots" },
		{ "intermediates_dir", "between" } };
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = scratch_path(folder, names[i][1]);

		assert_int_equal(
		    att_options_set(opts, names[i][0], path, "test", NULL),
		    ATT_OK);
		free(path);
	}
	return opts;
}

/* Makes the folder with one certificate of that name in it. */
static void
put_certificate(const char *folder, const char *name)
{
	char *path, *dir = scratch_path(folder, name);
	struct pki_spec spec = { .name = name };
	EVP_PKEY *key = spec.key = pki_ec_key("P-256");
	X509 *cert = pki_make(&spec);
	struct att_buf pem;

	assert_int_equal(mkdir(dir, 0755), 0);
	att_buf_init(&pem, 65536);
	pki_put_pem(cert, &pem);
	path = scratch_path(dir, "one.pem");
	scratch_write(path, (const char *)pem.ptr, pem.len, 0644);
	att_buf_reset(&pem);
	X509_free(cert);
	EVP_PKEY_free(key);
	free(path);
	free(dir);
}

static void
anchors_are_told_from_intermediates(void **state)
{
	struct att_options *opts = options_in(*state);
	struct att_reason why = { 0 };
	struct att_anchor anchor;
	struct att_trust trust;

	put_certificate(*state, "roots");
	put_certificate(*state, "between");
	assert_int_equal(att_trust_open(opts, &trust, &why), ATT_OK);
	assert_int_equal(att_anchors_get_count(trust.anchors), 1);
	assert_int_equal(
	    att_anchors_describe(trust.anchors, 0, &anchor, NULL), ATT_OK);
	assert_string_equal(anchor.subject, "CN=roots");
	assert_int_equal(
	    att_anchors_describe(trust.anchors, 1, &anchor, NULL), ATT_OK);
	assert_string_equal(anchor.subject, "CN=between");
	att_trust_close(&trust);
	assert_null(trust.anchors);
	att_options_free(&opts);
}

static void
configured_folder_has_to_be_there(void **state)
{
	struct att_options *opts = options_in(*state);
	struct att_reason why = { 0 };
	struct att_trust trust;

	assert_int_equal(
	    att_trust_open(opts, &trust, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_non_null(strstr(why.text, "roots_dir"));
	att_trust_close(&trust);
	put_certificate(*state, "roots");
	assert_int_equal(
	    att_trust_open(opts, &trust, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_non_null(strstr(why.text, "intermediates_dir"));
	att_trust_close(&trust);
	att_options_free(&opts);
}

int
main(void)
{
#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(anchors_are_told_from_intermediates),
		IN_FOLDER(configured_folder_has_to_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
