/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of obtaining a token together: conf/check_maa.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "conf/options.h"
#include "written_options.h"

static void
asks_for_what_the_choices_need(void **state)
{
	static const struct {
		const char *words[9];
		const char *remedy; /* NULL: enough is said */
	} cases[] = {
		{ { NULL }, "default: maa_url: no provider is named" },
		{ { "maa_url", "https://a" }, NULL },
		{ { "host_issuer", "https://a" }, NULL },
		{ { "host_issuer", "https://a/b" },
		    "F:7: host_issuer: \"https://a/b\" has a path" },
		{ { "host_issuer", "https://a/b", "maa_url", "https://a" },
		    NULL },
		{ { "maa_url", "https://a", "maa_credential", "client-secret" },
		    "F:7: maa_credential: it needs maa_tenant" },
		{ { "maa_url", "https://a", "maa_credential", "client-secret",
		      "maa_client_id", "c" },
		    "it needs maa_tenant" },
		{ { "maa_url", "https://a", "maa_credential", "client-secret",
		      "maa_tenant", "t" },
		    "it needs maa_client_id" },
		{ { "maa_url", "https://a", "maa_credential", "client-secret",
		      "maa_tenant", "t", "maa_client_id", "c" },
		    NULL },
		{ { "maa_url", "https://a", "maa_credential",
		      "client-certificate", "maa_client_id", "c" },
		    "it needs maa_tenant" },
		{ { "maa_url", "https://a", "maa_credential",
		      "workload-identity", "maa_tenant", "t" },
		    "it needs maa_client_id" },
		{ { "maa_url", "https://a", "maa_credential",
		      "managed-identity" },
		    NULL },
		{ { "maa_url", "https://a", "maa_credential", "azure-arc" },
		    NULL },
		{ { "maa_url", "https://a", "maa_credential", "azure-cli" },
		    NULL },
		{ { "maa_url", "https://a", "maa_credential", "app-service" },
		    "it needs maa_identity_url" },
		{ { "maa_url", "https://a", "maa_credential", "app-service",
		      "maa_identity_url", "http://127.0.0.1:1/msi/token" },
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_options *opts = options_of(cases[i].words);
		struct att_reason why = { 0 };
		enum att_err r = att_options_check_maa(opts, &why);

		if (cases[i].remedy == NULL) {
			assert_int_equal(r, ATT_OK);
		} else {
			assert_int_equal(r, ATT_ERR_CONF_VALUE);
			assert_non_null(strstr(why.text, cases[i].remedy));
		}
		att_options_free(&opts);
	}
}

static void
takes_the_issuer_for_the_provider(void **state)
{
	const char *const words[] = { "host_issuer", "https://a", "host_issuer",
		"https://b", NULL };
	struct att_options *opts = options_of(words);

	(void)state;
	assert_string_equal(att_options_get_maa_url(opts), "https://a");
	assert_int_equal(
	    att_options_set(opts, "maa_url", "https://c/", "F:8", NULL),
	    ATT_OK);
	assert_string_equal(att_options_get_maa_url(opts), "https://c");
	att_options_free(&opts);
	assert_int_equal(att_options_new(&opts), ATT_OK);
	assert_null(att_options_get_maa_url(opts));
	att_options_free(&opts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_what_the_choices_need),
		cmocka_unit_test(takes_the_issuer_for_the_provider),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
