/* SPDX-License-Identifier: BSD-2-Clause */
/* What follows from the status reports of a model: trust/model.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trust/model.h"

enum {
	DAY = 86400,
	NOW = 100 * DAY
};

static const struct att_model_keys no_keys;

static struct att_model_report
report(enum att_metadata_status status, time_t effective, time_t sunset)
{
	struct att_model_report made = {
		.status = status, .effective = effective, .sunset = sunset
	};

	strcpy(made.name, att_metadata_status_get_info(status)->name);
	return made;
}

static struct att_options
deny(enum att_metadata_status status)
{
	return (struct att_options){
		.mds_status_deny = UINT32_C(1) << status,
		.min_certification = ATT_CERTIFICATION_NONE,
	};
}

static bool
is_denied(struct att_model_report *reports, size_t count,
    enum att_metadata_status status)
{
	const struct att_model model = { .reports = reports,
		.report_count = count };
	const struct att_options opts = deny(status);

	return att_model_find_denied(&model, &opts, NOW, &no_keys) != NULL;
}

static void
report_counts_between_its_dates(void **state)
{
	static const struct {
		time_t effective, sunset;
		bool is_denied;
	} rows[] = {
		{ 0, 0, true },
		{ NOW, 0, true },
		{ NOW + 1, 0, false },
		{ 0, NOW + 1, true },
		{ 0, NOW, false },
		{ NOW - DAY, NOW + DAY, true },
		{ NOW - 2 * DAY, NOW - DAY, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct att_model_report one = report(
		    ATT_STATUS_REVOKED, rows[i].effective, rows[i].sunset);

		assert_int_equal(
		    is_denied(&one, 1, ATT_STATUS_REVOKED), rows[i].is_denied);
		assert_false(is_denied(&one, 1, ATT_STATUS_RETIRED));
	}
}

/* What was certified since does not undo that keys can be read out. */
static void
compromise_lasts_and_others_are_followed(void **state)
{
	struct att_model_report reports[] = {
		report(ATT_STATUS_USER_VERIFICATION_BYPASS, DAY, 0),
		report(ATT_STATUS_NOT_FIDO_CERTIFIED, 2 * DAY, 0),
		report(ATT_STATUS_FIDO_CERTIFIED_L2, 3 * DAY, 0),
	};

	(void)state;
	assert_true(is_denied(reports, 3, ATT_STATUS_USER_VERIFICATION_BYPASS));
	assert_false(is_denied(reports, 3, ATT_STATUS_NOT_FIDO_CERTIFIED));
	assert_true(is_denied(reports, 2, ATT_STATUS_NOT_FIDO_CERTIFIED));
}

/* Nobody is certified by an update, by another scheme or by a word. */
static void
certification_lasts_until_another_of_its_scheme(void **state)
{
	struct att_model_report reports[] = {
		report(ATT_STATUS_NOT_FIDO_CERTIFIED, DAY, 0),
		report(ATT_STATUS_UPDATE_AVAILABLE, 2 * DAY, 0),
		report(ATT_STATUS_FIPS140_CERTIFIED_L1, 3 * DAY, 0),
		report(ATT_STATUS_UNKNOWN, 4 * DAY, 0),
		report(ATT_STATUS_FIDO_CERTIFIED_L1, 5 * DAY, 0),
	};

	(void)state;
	assert_true(is_denied(reports, 4, ATT_STATUS_NOT_FIDO_CERTIFIED));
	assert_true(is_denied(reports, 5, ATT_STATUS_FIPS140_CERTIFIED_L1));
	assert_false(is_denied(reports, 5, ATT_STATUS_NOT_FIDO_CERTIFIED));
	assert_true(is_denied(reports, 2, ATT_STATUS_UPDATE_AVAILABLE));
	assert_false(is_denied(reports, 3, ATT_STATUS_UPDATE_AVAILABLE));
}

static void
status_that_is_not_known_denies_nothing(void **state)
{
	struct att_model_report one = report(ATT_STATUS_UNKNOWN, 0, 0);
	const struct att_model model = { .reports = &one, .report_count = 1 };
	const struct att_options opts = { .mds_status_deny = UINT32_MAX };

	(void)state;
	assert_null(att_model_find_denied(&model, &opts, NOW, &no_keys));
}

static void
key_compromise_is_about_that_key(void **state)
{
	uint8_t sha256[2][32] = { { 1 }, { 2 } };
	struct att_model_keys keys = { sha256, 2 };
	struct att_model_report one =
	    report(ATT_STATUS_ATTESTATION_KEY_COMPROMISE, DAY, 0);
	const struct att_model model = { .reports = &one, .report_count = 1 };
	const struct att_options opts =
	    deny(ATT_STATUS_ATTESTATION_KEY_COMPROMISE);

	(void)state;
	assert_non_null(att_model_find_denied(&model, &opts, NOW, &keys));
	one.is_of_one_key = true;
	one.key_sha256[0] = 3;
	assert_null(att_model_find_denied(&model, &opts, NOW, &keys));
	one.key_sha256[0] = 2;
	assert_non_null(att_model_find_denied(&model, &opts, NOW, &keys));
	keys.count = 1;
	assert_null(att_model_find_denied(&model, &opts, NOW, &keys));
}

static void
latest_report_is_the_status(void **state)
{
	struct att_model_report reports[] = {
		report(ATT_STATUS_FIDO_CERTIFIED_L1, 0, 0),
		report(ATT_STATUS_UPDATE_AVAILABLE, 9 * DAY, 0),
		report(ATT_STATUS_FIDO_CERTIFIED_L2, 5 * DAY, 0),
		report(ATT_STATUS_FIDO_CERTIFIED_L3, 9 * DAY, 0),
		report(ATT_STATUS_REVOKED, NOW + DAY, 0),
	};
	const struct att_model model = { .reports = reports,
		.report_count = 5 };
	const struct att_model nothing = { 0 };

	(void)state;
	assert_ptr_equal(att_model_get_status(&model, NOW), &reports[3]);
	assert_ptr_equal(att_model_get_status(&model, 6 * DAY), &reports[2]);
	assert_ptr_equal(att_model_get_status(&model, DAY), &reports[0]);
	assert_ptr_equal(att_model_get_status(&model, NOW + DAY), &reports[4]);
	assert_null(att_model_get_status(&nothing, NOW));
}

static bool
is_certified(
    enum att_metadata_status status, enum att_choice_certification wanted)
{
	/* The one before counts no more, nor what is not in force yet. */
	struct att_model_report reports[] = {
		report(ATT_STATUS_FIDO_CERTIFIED_L3PLUS, DAY, 2 * DAY),
		report(status, 3 * DAY, 0),
		report(ATT_STATUS_UPDATE_AVAILABLE, 4 * DAY, 0),
		report(ATT_STATUS_FIDO_CERTIFIED_L3PLUS, NOW + 1, 0),
		report(ATT_STATUS_FIPS140_CERTIFIED_L4, NOW + 1, 0),
	};
	const struct att_model model = { .reports = reports,
		.report_count = 5 };
	const struct att_options opts = { .min_certification = wanted };

	return att_model_is_certified(&model, &opts, NOW);
}

/* Section 3.1.4: each level includes those below, of its own scheme. */
static void
certification_is_compared_in_its_scheme(void **state)
{
	static const enum att_metadata_status fido[] = {
		ATT_STATUS_NOT_FIDO_CERTIFIED,
		ATT_STATUS_FIDO_CERTIFIED_L1,
		ATT_STATUS_FIDO_CERTIFIED_L1PLUS,
		ATT_STATUS_FIDO_CERTIFIED_L2,
		ATT_STATUS_FIDO_CERTIFIED_L2PLUS,
		ATT_STATUS_FIDO_CERTIFIED_L3,
		ATT_STATUS_FIDO_CERTIFIED_L3PLUS,
	};
	static const enum att_choice_certification wanted[] = {
		ATT_CERTIFICATION_NONE,
		ATT_CERTIFICATION_L1,
		ATT_CERTIFICATION_L1PLUS,
		ATT_CERTIFICATION_L2,
		ATT_CERTIFICATION_L2PLUS,
		ATT_CERTIFICATION_L3,
		ATT_CERTIFICATION_L3PLUS,
	};

	(void)state;
	for (size_t i = 0; i < 7; i++) {
		for (size_t k = 0; k < 7; k++)
			assert_int_equal(
			    is_certified(fido[i], wanted[k]), i >= k);
		assert_false(
		    is_certified(fido[i], ATT_CERTIFICATION_FIPS140_L1));
	}
	assert_true(
	    is_certified(ATT_STATUS_FIDO_CERTIFIED, ATT_CERTIFICATION_L1));
	assert_false(is_certified(
	    ATT_STATUS_SELF_ASSERTION_SUBMITTED, ATT_CERTIFICATION_L1));
	assert_true(is_certified(
	    ATT_STATUS_FIPS140_CERTIFIED_L3, ATT_CERTIFICATION_FIPS140_L2));
	assert_false(is_certified(
	    ATT_STATUS_FIPS140_CERTIFIED_L3, ATT_CERTIFICATION_FIPS140_L4));
	assert_false(is_certified(
	    ATT_STATUS_FIPS140_CERTIFIED_L4, ATT_CERTIFICATION_L1));
}

static void
report_is_printed_with_its_date(void **state)
{
	struct att_model_report one = report(ATT_STATUS_REVOKED, 1767225600, 0);
	char text[ATT_MODEL_REPORT_SHOWN];

	(void)state;
	att_model_print_report(&one, text);
	assert_string_equal(text, "REVOKED since 2026-01-01");
	one.effective = 0;
	att_model_print_report(&one, text);
	assert_string_equal(text, "REVOKED");
	memset(one.name, 0x1b, sizeof(one.name) - 1);
	one.effective = 1767225600;
	att_model_print_report(&one, text);
	assert_null(strchr(text, 0x1b));
	assert_non_null(strstr(text, " since 2026-01-01"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(report_counts_between_its_dates),
		cmocka_unit_test(compromise_lasts_and_others_are_followed),
		cmocka_unit_test(
		    certification_lasts_until_another_of_its_scheme),
		cmocka_unit_test(status_that_is_not_known_denies_nothing),
		cmocka_unit_test(key_compromise_is_about_that_key),
		cmocka_unit_test(latest_report_is_the_status),
		cmocka_unit_test(certification_is_compared_in_its_scheme),
		cmocka_unit_test(report_is_printed_with_its_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
