/* SPDX-License-Identifier: BSD-2-Clause */
/* The options of the host gate together: conf/check_host.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "conf/options.h"
#include "written_options.h"

#define HASH "wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eWs"

static void
asks_for_a_provider_and_a_good_boot(void **state)
{
	static const struct {
		const char *words[11];
		const char *remedy; /* NULL: it is a gate */
	} cases[] = {
		{ { NULL }, NULL },
		{ { "host", "off" }, NULL },
		{ { "host", "require" }, "set host_issuer" },
		{ { "host", "report" }, "set host_issuer" },
		{ { "host", "require", "host_profile", "tpm-secure-boot" },
		    "set host_issuer" },
		{ { "host", "require", "host_issuer", "https://a" },
		    "set host_profile" },
		{ { "host", "report", "host_issuer", "https://a" },
		    "set host_profile" },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_profile", "none" },
		    "set host_profile" },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_profile", "tpm-secure-boot" },
		    NULL },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_require", "/secureboot == true" },
		    NULL },
		{ { "host", "report", "host_issuer", "https://a",
		      "host_policy_hash", HASH },
		    NULL },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_profile", "tpm-secure-boot", "host_type",
		      "azurevm sgx" },
		    "host_profile: tpm-secure-boot is for tokens of a type" },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_profile", "tpm-secure-boot", "host_type",
		      "azurevm tpm" },
		    NULL },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_require", "/iss exists", "host_type",
		      "sevsnpvm sgx" },
		    "host_type: no such token names a TPM" },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_require", "/iss exists", "host_type",
		      "sgx azurevm" },
		    NULL },
		{ { "host", "require", "host_issuer", "https://a",
		      "host_require", "/iss exists", "host_type", "sgx",
		      "host_binding", "none" },
		    NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct att_options *opts = options_of(cases[i].words);
		struct att_reason why = { 0 };
		enum att_err r = att_options_check_host(opts, &why);

		assert_int_equal(
		    r, cases[i].remedy == NULL ? ATT_OK : ATT_ERR_CONF_VALUE);
		if (cases[i].remedy != NULL) {
			assert_int_equal(strncmp(why.text, "F:7: host", 9), 0);
			assert_non_null(strstr(why.text, cases[i].remedy));
		}
		att_options_free(&opts);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asks_for_a_provider_and_a_good_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
