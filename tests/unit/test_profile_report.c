/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the profile of the certificates of TPM reports. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "service.h"

static struct service service;

static int
make_service(void **state)
{
	(void)state;
	service_new(&service);
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	service_reset(&service);
	return 0;
}

static enum att_err
check(struct pki_spec spec, struct att_reason *why)
{
	struct att_certificate *cert =
	    pki_pass(service_make_leaf(&service, spec));
	enum att_err err = att_certificate_check_report(cert, why);

	att_certificate_free(&cert);
	return err;
}

#define NONE                                                                   \
	{                                                                      \
		NULL, NULL, NULL, 0, false                                     \
	}
#define REPORT_USE "1.3.6.1.4.1.311.76.50.3"

static const struct pki_extension no_use[] = { NONE };
static const struct pki_extension web_use[] = {
	{ "2.5.29.37", "serverAuth,codeSigning", NULL, 0, false }, NONE
};
static const struct pki_extension any_use[] = {
	{ "2.5.29.37", "anyExtendedKeyUsage", NULL, 0, false }, NONE
};
static const struct pki_extension near_use[] = {
	{ "2.5.29.37", REPORT_USE ".1,1.3.6.1.4.1.311.76.50", NULL, 0, false },
	NONE
};
static const struct pki_extension both_uses[] = {
	{ "2.5.29.37", "serverAuth," REPORT_USE, NULL, 0, true }, NONE
};
static const struct pki_extension broken_use[] = {
	{ "2.5.29.37", NULL, "\x30\x01", 2, false }, NONE
};

static void
accepts_the_profile(void **state)
{
	struct att_reason why = { 0 };

	(void)state;
	if (check((struct pki_spec){ 0 }, &why) != ATT_OK ||
	    check((struct pki_spec){ .more = both_uses }, &why) != ATT_OK ||
	    check(
		(struct pki_spec){ .usage = "digitalSignature,nonRepudiation" },
		&why) != ATT_OK)
		fail_msg("%s", why.text);
}

static void
names_what_breaks_it(void **state)
{
	static const struct {
		struct pki_spec spec;
		const char *text;
	} cases[] = {
		{ { .is_version_1 = true }, "version 1" },
		{ { .constraints = "critical,CA:TRUE" }, "CA true" },
		{ { .constraints = "" }, "basicConstraints absent" },
		{ { .usage = "critical,keyEncipherment" },
		    "keyUsage for something else" },
		{ { .usage = "critical,keyCertSign" },
		    "keyUsage for something else" },
		{ { .more = no_use }, "extended key usage absent" },
		{ { .more = web_use }, "extended key usage of something else" },
		{ { .more = any_use }, "extended key usage of something else" },
		{ { .more = near_use },
		    "extended key usage of something else" },
		{ { .more = broken_use },
		    "extended key usage absent or malformed" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_reason why = { 0 };

		if (check(cases[i].spec, &why) != ATT_ERR_CERTIFICATE_PROFILE ||
		    strstr(why.text, cases[i].text) == NULL)
			fail_msg("%s: %s", cases[i].text, why.text);
	}
}

/* Without keyUsage it may be for anything, so nothing was said. */
static void
wants_a_key_usage(void **state)
{
	struct pki_spec spec = { .name = "No usage",
		.key = service.report,
		.issuer = service.pca,
		.issuer_key = service.pca_key,
		.constraints = "critical,CA:FALSE",
		.more = service_usage };
	struct att_certificate *cert = pki_pass(pki_make(&spec));
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(att_certificate_check_report(cert, &why),
	    ATT_ERR_CERTIFICATE_PROFILE);
	assert_non_null(strstr(why.text, "keyUsage absent"));
	att_certificate_free(&cert);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_the_profile),
		cmocka_unit_test(names_what_breaks_it),
		cmocka_unit_test(wants_a_key_usage),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
