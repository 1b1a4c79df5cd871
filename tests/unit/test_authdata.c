/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of parsing authenticator data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/authdata.h"
#include "forge.h"

static enum att_err
parse(struct att_bytes bytes, enum att_ceremony ceremony,
    struct att_auth_data *data)
{
	uint8_t *copy = malloc(bytes.len > 0 ? bytes.len : 1);
	struct att_reason why = { 0 };
	enum att_err err;

	assert_non_null(copy);
	if (bytes.len > 0)
		memcpy(copy, bytes.ptr, bytes.len);
	err = att_auth_data_parse(
	    att_bytes(copy, bytes.len), ceremony, data, &why);
	assert_int_equal(why.code, err);
	free(copy);
	return err;
}

/* What the object says does not matter here: authenticator data alone. */
static void
judges_as_forged(void **state)
{
	struct att_auth_data data;
	struct forged f;
	enum att_err err;
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < FORGE_COUNT; i++) {
		const char *name = forge_rows[i].name;

		if (strncmp(name, "AUTHDATA_", 9) != 0 &&
		    strncmp(name, "FLAGS_", 6) != 0 &&
		    strncmp(name, "CREDENTIAL_", 11) != 0 &&
		    strncmp(name, "EXTENSIONS_", 11) != 0 &&
		    strncmp(name, "FINE", 4) != 0)
			continue;
		if (forge_rows[i].error == ATT_ERR_STATEMENT_SIGNATURE ||
		    forge_rows[i].error == ATT_ERR_BACKUP_ELIGIBLE)
			continue;
		forge_row(&forge_rows[i], &f);
		err = parse(att_buf_get(&f.auth_data),
		    ATT_CEREMONY_REGISTRATION, &data);
		if (err == ATT_OK) {
			err = att_auth_data_parse(att_buf_get(&f.auth_data),
			    ATT_CEREMONY_REGISTRATION, &data, NULL);
			assert_int_equal(err, ATT_OK);
			err = att_auth_data_check(
			    &data, f.rp_id_hash, true, NULL);
		}
		assert_int_equal(err, forge_rows[i].error);
		forged_reset(&f);
		count++;
	}
	assert_int_equal(count, 5 + 4 + 7 + 3 + 3);
}

static void
lends_the_fields(void **state)
{
	struct att_auth_data data;
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE_EXTENSIONS], &f);
	assert_int_equal(att_auth_data_parse(att_buf_get(&f.auth_data),
			     ATT_CEREMONY_REGISTRATION, &data, NULL),
	    ATT_OK);
	assert_ptr_equal(data.rp_id_hash, f.auth_data.ptr);
	assert_int_equal(data.flags, 0xc5);
	assert_int_equal(data.sign_count, 7);
	assert_memory_equal(data.aaguid, forge_aaguid, 16);
	assert_int_equal(data.credential_id.len, 32);
	assert_ptr_equal(data.credential_id.ptr, f.auth_data.ptr + 55);
	assert_int_equal(data.cose_key.len, 77);
	assert_int_equal(data.extensions.len, 14);
	assert_int_equal(data.cred_protect, ATT_CRED_PROTECT_OPTIONAL_WITH_ID);
	assert_ptr_equal(data.extensions.ptr + data.extensions.len,
	    f.auth_data.ptr + f.auth_data.len);
	forged_reset(&f);
}

/* CTAP 2.1 section 12.1: levels 1 to 3; anything else protects nothing. */
static void
reads_the_level_of_protection(void **state)
{
	static const struct {
		const char *extensions;
		size_t len;
		uint8_t level;
	} rows[] = {
		{ "\xa1\x6b"
		  "credProtect\x01",
		    14, ATT_CRED_PROTECT_OPTIONAL },
		{ "\xa1\x6b"
		  "credProtect\x03",
		    14, ATT_CRED_PROTECT_REQUIRED },
		{ "\xa1\x6b"
		  "credProtect\x04",
		    14, ATT_CRED_PROTECT_UNKNOWN },
		{ "\xa1\x6b"
		  "credProtect\x22",
		    14, ATT_CRED_PROTECT_UNKNOWN },
		{ "\xa1\x6b"
		  "credProtect\xf5",
		    14, ATT_CRED_PROTECT_UNKNOWN },
		{ "\xa1\x6b"
		  "CredProtect\x03",
		    14, ATT_CRED_PROTECT_UNKNOWN },
		{ "\xa2\x61"
		  "a\xa1\x61"
		  "b\x01\x6b"
		  "credProtect\x03",
		    20, ATT_CRED_PROTECT_REQUIRED },
		{ "\xa1\x61"
		  "a\xa1\x6b"
		  "credProtect\x03",
		    17, ATT_CRED_PROTECT_UNKNOWN },
	};
	uint8_t bytes[37 + 32] = { [32] = ATT_FLAG_UP | ATT_FLAG_ED };
	struct att_auth_data data;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(bytes + 37, rows[i].extensions, rows[i].len);
		assert_int_equal(parse(att_bytes(bytes, 37 + rows[i].len),
				     ATT_CEREMONY_ASSERTION, &data),
		    ATT_OK);
		assert_int_equal(data.cred_protect, rows[i].level);
	}
}

static void
rejects_every_truncation(void **state)
{
	struct att_auth_data data;
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_FINE_EXTENSIONS], &f);
	for (size_t len = 0; len < f.auth_data.len; len++)
		assert_int_not_equal(parse(att_bytes(f.auth_data.ptr, len),
					 ATT_CEREMONY_REGISTRATION, &data),
		    ATT_OK);
	forged_reset(&f);
}

static void
parses_assertions(void **state)
{
	uint8_t bytes[37 + 3] = { 0 };
	struct att_auth_data data;

	(void)state;
	bytes[32] = ATT_FLAG_UP;
	bytes[36] = 9;
	assert_int_equal(
	    parse(att_bytes(bytes, 37), ATT_CEREMONY_ASSERTION, &data), ATT_OK);
	assert_int_equal(data.sign_count, 9);
	assert_null(data.aaguid);
	assert_int_equal(
	    parse(att_bytes(bytes, 36), ATT_CEREMONY_ASSERTION, &data),
	    ATT_ERR_AUTHDATA_MALFORMED);
	assert_int_equal(
	    parse(att_bytes(bytes, 38), ATT_CEREMONY_ASSERTION, &data),
	    ATT_ERR_AUTHDATA_TRAILING);
	assert_int_equal(
	    parse(att_bytes(bytes, 37), ATT_CEREMONY_REGISTRATION, &data),
	    ATT_ERR_AUTHDATA_FLAGS);
	bytes[32] = ATT_FLAG_UP | ATT_FLAG_ED;
	bytes[37] = 0xa0;
	assert_int_equal(
	    parse(att_bytes(bytes, 38), ATT_CEREMONY_ASSERTION, &data), ATT_OK);
	assert_int_equal(
	    parse(att_bytes(bytes, 39), ATT_CEREMONY_ASSERTION, &data),
	    ATT_ERR_AUTHDATA_TRAILING);
	bytes[32] = ATT_FLAG_UP | ATT_FLAG_AT;
	assert_int_equal(
	    parse(att_bytes(bytes, 40), ATT_CEREMONY_ASSERTION, &data),
	    ATT_ERR_AUTHDATA_FLAGS);
}

static void
uv_counts_only_if_required(void **state)
{
	uint8_t bytes[37] = { 0 };
	const uint8_t hash[32] = { 0 };
	struct att_auth_data data;

	(void)state;
	bytes[32] = ATT_FLAG_UP;
	assert_int_equal(att_auth_data_parse(att_bytes(bytes, 37),
			     ATT_CEREMONY_ASSERTION, &data, NULL),
	    ATT_OK);
	assert_int_equal(att_auth_data_check(&data, hash, false, NULL), ATT_OK);
	assert_int_equal(
	    att_auth_data_check(&data, hash, true, NULL), ATT_ERR_UV_MISSING);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(judges_as_forged),
		cmocka_unit_test(lends_the_fields),
		cmocka_unit_test(reads_the_level_of_protection),
		cmocka_unit_test(rejects_every_truncation),
		cmocka_unit_test(parses_assertions),
		cmocka_unit_test(uv_counts_only_if_required),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
