/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the tpm statement. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "statement.h"

static bool
is_mine(const struct forge_row *row)
{
	return forge_is_tpm(row->kind);
}

static void
judges_as_forged(void **state)
{
	(void)state;
	judge_rows(is_mine);
}

static void
gives_type_and_path(void **state)
{
	struct opened o;

	(void)state;
	open_row(&o, FORGE_TPM_FINE);
	assert_int_equal(verify_opened(&o), ATT_OK);
	assert_int_equal(o.result.type, ATT_TYPE_ATTCA);
	assert_int_equal(o.result.count, 1);
	assert_true(forge_is_same(o.result.x5c[0], o.forged.certs[0]));
	close_opened(&o);
}

/* A refusal says which field, and which option would relent. */
static void
names_the_check(void **state)
{
	static const struct {
		enum forge_defect defect;
		const char *text;
	} rows[] = {
		{ FORGE_TPM_VER_OTHER, "\"ver\"" },
		{ FORGE_TPM_ALG_SHA1, "tpm_sha1 = yes" },
		{ FORGE_TPM_NAME_SHA1, "tpm_sha1 = yes" },
		{ FORGE_TPM_PUBAREA_TRAILING, "1 bytes are left over" },
		{ FORGE_TPM_PUBAREA_SCHEME_BARE, "the hash of its scheme" },
		{ FORGE_TPM_KEY_Y, "another key than the ES256 credential" },
		{ FORGE_TPM_KEY_SCHEME, "another scheme than ES256" },
		{ FORGE_TPM_MAGIC_OTHER, "0xff544348" },
		{ FORGE_TPM_TYPE_QUOTE, "0x8018" },
		{ FORGE_TPM_EXTRA_DATA_OTHER, "SHA256" },
		{ FORGE_TPM_NAME_HANDLE, "name" },
		{ FORGE_TPM_VENDOR_FIDO, "id:FFFFF1D0" },
		{ FORGE_TPM_NOT_MADE_THERE, "sensitiveDataOrigin" },
	};
	struct opened o;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_row(&o, rows[i].defect);
		assert_int_not_equal(verify_opened(&o), ATT_OK);
		if (strstr(o.why.text, rows[i].text) == NULL)
			fail_msg("'%s' lacks '%s'", o.why.text, rows[i].text);
		close_opened(&o);
	}
}

/* The algorithm that attests decides about the hash, not the credential's. */
static void
algorithms_may_differ(void **state)
{
	static const struct forge_spec specs[] = {
		{ .kind = FORGE_KIND_TPM, .attestation_alg = -35 },
		{ .kind = FORGE_KIND_TPM, .attestation_alg = -37 },
		{ .kind = FORGE_KIND_TPM, .attestation_alg = -259 },
		{ .kind = FORGE_KIND_TPM_RSA,
		    .credential_alg = -37,
		    .attestation_alg = -36 },
	};
	struct opened o;

	(void)state;
	for (size_t i = 0; i < sizeof(specs) / sizeof(specs[0]); i++) {
		open_spec(&o, &specs[i]);
		assert_int_equal(verify_opened(&o), ATT_OK);
		close_opened(&o);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(gives_type_and_path),
		cmocka_unit_test(names_the_check),
		cmocka_unit_test(algorithms_may_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
