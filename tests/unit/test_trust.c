/* SPDX-License-Identifier: BSD-2-Clause */
/* What a judgement trusts: loaded from where the options say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "pki.h"
#include "scratch.h"
#include "trust/trust.h"

/* Options whose folders are those of a test. */
static struct att_options *
options_in(const char *folder)
{
	static const char *const names[][2] = { { "roots_dir", "roots" },
		{ "intermediates_dir", "between" }, { "mds_dir", "mds" } };
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
	put_certificate(*state, "mds");
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

/* --- Metadata ----------------------------------------------------------- */

enum {
	DAY = 86400
};

/* Folders and an index of no model, the next of which is due at next. */
static struct att_options *
options_with_index(const char *folder, time_t imported, time_t next)
{
	static char terms[] = "terms";
	const struct att_metadata metadata = {
		.number = 7, .next_update = next, .legal_header = terms
	};
	const struct att_index_source source = { .metadata = &metadata,
		.imported = imported };
	struct att_options *opts = options_in(folder);
	struct att_reason why = { 0 };
	bool is_new;

	put_certificate(folder, "roots");
	put_certificate(folder, "between");
	if (att_index_replace(opts->mds_dir, &source, &is_new, &why) != ATT_OK)
		fail_msg("%s", why.text);
	return opts;
}

static enum att_err
open_once(
    const struct att_options *opts, bool *is_stale, struct att_reason *why)
{
	struct att_trust trust;
	enum att_err err = att_trust_open(opts, &trust, why);

	*is_stale = trust.is_stale;
	assert_true(err != ATT_OK ||
		    (trust.metadata != NULL) == (opts->mds != ATT_MDS_OFF));
	att_trust_close(&trust);
	assert_null(trust.metadata);
	return err;
}

static void
overdue_metadata_is_told_or_refused(void **state)
{
	time_t now = time(NULL);
	struct att_options *opts =
	    options_with_index(*state, now - 9 * DAY, now - 5 * DAY);
	struct att_reason why = { 0 };
	bool is_stale;

	opts->mds_max_age = 6;
	opts->mds_stale = ATT_MDS_STALE_REFUSE;
	assert_int_equal(open_once(opts, &is_stale, &why), ATT_OK);
	assert_false(is_stale);
	opts->mds_max_age = 4;
	assert_int_equal(
	    open_once(opts, &is_stale, &why), ATT_ERR_METADATA_STALE);
	assert_non_null(strstr(why.text, "more than 4 days ago"));
	opts->mds_stale = ATT_MDS_STALE_WARN;
	assert_int_equal(open_once(opts, &is_stale, &why), ATT_OK);
	assert_true(is_stale);
	opts->mds = ATT_MDS_OFF;
	opts->mds_stale = ATT_MDS_STALE_REFUSE;
	assert_int_equal(open_once(opts, &is_stale, &why), ATT_OK);
	assert_false(is_stale);
	att_options_free(&opts);
}

static void
clock_set_back_takes_no_report_back(void **state)
{
	time_t now = time(NULL);
	struct att_options *opts =
	    options_with_index(*state, now + 3 * DAY, now + 30 * DAY);
	struct att_trust trust = { .now = now };

	assert_int_equal(att_trust_load_metadata(&trust, opts, NULL), ATT_OK);
	assert_int_equal(trust.now, now + 3 * DAY);
	att_trust_close(&trust);
	trust = (struct att_trust){ .now = now + 4 * DAY };
	assert_int_equal(att_trust_load_metadata(&trust, opts, NULL), ATT_OK);
	assert_int_equal(trust.now, now + 4 * DAY);
	att_trust_close(&trust);
	att_options_free(&opts);
}

static void
metadata_may_be_missing_where_nothing_needs_it(void **state)
{
	struct att_options *opts = options_in(*state);
	struct att_reason why = { 0 };
	struct att_trust trust = { .now = 0 };

	/* A folder that somebody configured has to be there. */
	assert_int_equal(att_trust_load_metadata(&trust, opts, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	put_certificate(*state, "mds");
	assert_int_equal(att_trust_load_metadata(&trust, opts, &why), ATT_OK);
	assert_null(trust.metadata);
	opts->mds = ATT_MDS_REQUIRE;
	assert_int_equal(att_trust_load_metadata(&trust, opts, &why),
	    ATT_ERR_METADATA_MISSING);
	opts->mds = ATT_MDS_USE;
	opts->min_certification = ATT_CERTIFICATION_FIPS140_L1;
	assert_int_equal(att_trust_load_metadata(&trust, opts, &why),
	    ATT_ERR_METADATA_MISSING);
	opts->mds = ATT_MDS_OFF;
	assert_int_equal(
	    att_trust_load_metadata(&trust, opts, &why), ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "min_certification"));
	opts->min_certification = ATT_CERTIFICATION_NONE;
	assert_int_equal(att_trust_load_metadata(&trust, opts, &why), ATT_OK);
	att_options_free(&opts);
}

static void
damaged_metadata_denies(void **state)
{
	time_t now = time(NULL);
	struct att_options *opts = options_with_index(*state, now, now);
	char *path = scratch_path(opts->mds_dir, ATT_INDEX_NAME);
	struct att_reason why = { 0 };
	bool is_stale;

	scratch_write_text(path, "attmds01 and then something else");
	assert_int_equal(
	    open_once(opts, &is_stale, &why), ATT_ERR_METADATA_DAMAGED);
	assert_non_null(strstr(why.text, "attestctl mds import"));
	free(path);
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
		IN_FOLDER(overdue_metadata_is_told_or_refused),
		IN_FOLDER(clock_set_back_takes_no_report_back),
		IN_FOLDER(metadata_may_be_missing_where_nothing_needs_it),
		IN_FOLDER(damaged_metadata_denies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
