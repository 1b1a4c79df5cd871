/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of what can serve as an anchor or an intermediate. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "pki.h"
#include "trust/fitness.h"

/* Only these doubts are there, in either role; reason is of the first. */
static void
assert_doubts(const struct pki_spec *spec, enum att_anchor_role role,
    unsigned int want, const char *reason)
{
	struct att_certificate *cert = pki_pass(pki_make(spec));
	const struct att_fitness_question question = { cert, role, PKI_NOW };

	for (unsigned int i = 0; i < ATT_FITNESS_COUNT; i++) {
		struct att_reason why = { 0 };
		bool is_fine = att_fitness_check(&question, (enum att_fitness)i,
				   &why) == ATT_OK;

		if (is_fine != ((want >> i & 1) == 0))
			fail_msg("%s of %s: %s",
			    att_fitness_name((enum att_fitness)i), spec->name,
			    why.text);
		if (is_fine)
			continue;
		if (strstr(why.text, reason) == NULL)
			fail_msg("'%s' lacks '%s'", why.text, reason);
		assert_non_null(strstr(why.text, spec->name));
	}
	att_certificate_free(&cert);
}

static void
a_root_and_an_intermediate_are_fine(void **state)
{
	struct pki_spec spec = { .name = "fine",
		.key = pki_ec_key("P-256"),
		.usage = "keyCertSign" };
	struct pki_extension server[] = {
		{ .oid = "2.5.29.37", .value = "serverAuth" },
		{ .oid = NULL },
	};

	(void)state;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 0, "");
	assert_doubts(&spec, ATT_ROLE_INTERMEDIATE, 0, "");
	/* A CA that may issue such certificates is a CA. */
	spec.more = server;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 0, "");
	EVP_PKEY_free(spec.key);
}

static void
a_tls_server_is_none(void **state)
{
	const struct pki_extension server[] = {
		{ .oid = "2.5.29.37", .value = "serverAuth" },
		{ .oid = NULL },
	};
	const struct pki_spec spec = { .name = "www",
		.key = pki_ec_key("P-256"),
		.constraints = "CA:FALSE",
		.more = server };

	(void)state;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_TLS_SERVER,
	    "the certificate of a TLS server");
	assert_doubts(&spec, ATT_ROLE_INTERMEDIATE,
	    1U << ATT_FITNESS_TLS_SERVER, "the certificate of a TLS server");
	EVP_PKEY_free(spec.key);
}

static void
what_is_no_ca_stands_for_itself(void **state)
{
	struct pki_spec spec = { .name = "leaf",
		.key = pki_rsa_key(1024),
		.constraints = "CA:FALSE" };

	(void)state;
	/* Its key signs no certificate. */
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_CA,
	    "would stand for itself alone");
	assert_doubts(&spec, ATT_ROLE_INTERMEDIATE,
	    1U << ATT_FITNESS_CA | 1U << ATT_FITNESS_STRENGTH, "path");
	spec.constraints = "";
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_CA,
	    "has no basicConstraints");
	spec.constraints = NULL;
	spec.usage = "digitalSignature";
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_CA,
	    "without keyCertSign");
	EVP_PKEY_free(spec.key);
}

static void
version_1_is_an_anchor_only(void **state)
{
	const struct pki_spec spec = { .name = "one",
		.key = pki_ec_key("P-256"),
		.constraints = "",
		.is_version_1 = true };

	(void)state;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 0, "");
	assert_doubts(&spec, ATT_ROLE_INTERMEDIATE, 1U << ATT_FITNESS_CA,
	    "no path would go through it");
	EVP_PKEY_free(spec.key);
}

static void
weak_is_what_paths_refuse(void **state)
{
	struct pki_spec spec = { .name = "weak", .key = pki_rsa_key(1024) };

	(void)state;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_STRENGTH,
	    "less than 112 bits");
	EVP_PKEY_free(spec.key);
	spec.key = pki_rsa_key(2048);
	spec.digest = EVP_md5();
	/* Nobody asks who signed an anchor. */
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 0, "");
	assert_doubts(&spec, ATT_ROLE_INTERMEDIATE, 1U << ATT_FITNESS_STRENGTH,
	    "a hash that is broken");
	EVP_PKEY_free(spec.key);
}

static void
extensions_have_to_be_understood(void **state)
{
	struct pki_extension more[] = {
		{ .oid = "1.2.3.4",
		    .der = "\5",
		    .der_len = 2,
		    .critical = true },
		{ .oid = NULL },
	};
	const struct pki_spec spec = {
		.name = "odd", .key = pki_ec_key("P-256"), .more = more
	};

	(void)state;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_EXTENSION,
	    "critical extension 1.2.3.4");
	more[0].critical = false;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 0, "");
	EVP_PKEY_free(spec.key);
}

static void
dates_have_to_be_of_now(void **state)
{
	struct pki_spec spec = { .name = "timed",
		.key = pki_ec_key("P-256"),
		.begin = PKI_NOW,
		.end = PKI_NOW };

	(void)state;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 0, "");
	spec.begin = PKI_BEGIN;
	spec.end = PKI_NOW - 1;
	assert_doubts(&spec, ATT_ROLE_ANCHOR, 1U << ATT_FITNESS_DATE,
	    "expired on 2025-12-31; only registrations from before");
	spec.begin = PKI_NOW + 1;
	spec.end = PKI_END;
	assert_doubts(&spec, ATT_ROLE_INTERMEDIATE, 1U << ATT_FITNESS_DATE,
	    "not valid before 2026-01-01");
	EVP_PKEY_free(spec.key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_root_and_an_intermediate_are_fine),
		cmocka_unit_test(a_tls_server_is_none),
		cmocka_unit_test(what_is_no_ca_stands_for_itself),
		cmocka_unit_test(version_1_is_an_anchor_only),
		cmocka_unit_test(weak_is_what_paths_refuse),
		cmocka_unit_test(extensions_have_to_be_understood),
		cmocka_unit_test(dates_have_to_be_of_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
