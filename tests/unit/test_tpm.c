/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading the structures of a TPM. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/tpm.h"
#include "statement.h"

/* A copy of its own, so that reading past the end is seen by ASan. */
static enum att_err
parse_public(struct att_bytes in, struct att_reason *why)
{
	uint8_t *copy = malloc(in.len > 0 ? in.len : 1);
	struct att_tpm_public area;
	enum att_err err;

	assert_non_null(copy);
	if (in.len > 0)
		memcpy(copy, in.ptr, in.len);
	err = att_tpm_public_parse(att_bytes(copy, in.len), &area, why);
	free(copy);
	return err;
}

static enum att_err
parse_certify(struct att_bytes in, struct att_reason *why)
{
	uint8_t *copy = malloc(in.len > 0 ? in.len : 1);
	struct att_tpm_certify certify;
	enum att_err err;

	assert_non_null(copy);
	if (in.len > 0)
		memcpy(copy, in.ptr, in.len);
	err = att_tpm_certify_parse(att_bytes(copy, in.len), &certify, why);
	free(copy);
	return err;
}

/* A field of the statement that is forged. */
static struct att_bytes
get_field(const struct opened *o, const char *name)
{
	const struct att_cbor_item *item = att_cbor_get_first(o->statement.map);

	for (uint64_t i = 0; i < o->statement.map->number; i++) {
		bool is_it = att_cbor_is_text(item, name);

		item = att_cbor_get_next(o->statement.doc, item);
		if (is_it)
			return item->value;
		item = att_cbor_get_next(o->statement.doc, item);
	}
	fail_msg("no %s", name);
	return att_bytes(NULL, 0);
}

static const uint8_t ecc[] = { 0x00, 0x23, 0x00, 0x0b, 0x00, 0x06, 0x04, 0x72,
	0x00, 0x00, /* authPolicy */
	0x00, 0x10, 0x00, 0x18, 0x00, 0x0b, 0x00, 0x03, 0x00, 0x20, 0x00, 0x0b,
	0x00, 0x02, 0x00, 0x07, /* x, a zero before it */
	0x00, 0x01, 0x05 };

static void
reads_an_ecc_key(void **state)
{
	struct att_tpm_public area;

	(void)state;
	assert_int_equal(
	    att_tpm_public_parse(att_bytes(ecc, sizeof(ecc)), &area, NULL),
	    ATT_OK);
	assert_int_equal(area.type, ATT_TPM_ALG_ECC);
	assert_int_equal(area.name_alg, ATT_TPM_ALG_SHA256);
	assert_int_equal(area.attributes, 0x00060472);
	assert_int_equal(area.scheme, ATT_TPM_ALG_ECDSA);
	assert_int_equal(area.scheme_hash, ATT_TPM_ALG_SHA256);
	assert_int_equal(area.curve, ATT_TPM_ECC_NIST_P256);
	assert_int_equal(area.x.len, 1);
	assert_int_equal(area.x.ptr[0], 7);
	assert_int_equal(area.y.len, 1);
	assert_int_equal(area.y.ptr[0], 5);
}

static const uint8_t rsa[] = { 0x00, 0x01, 0x00, 0x04, 0x00, 0x04, 0x00, 0x00,
	0x00, 0x01, 0xaa, /* authPolicy */
	0x00, 0x10, 0x00, 0x16, 0x00, 0x0d, 0x00, 0x0b, 0x00, 0x00, 0x00, 0x00,
	0x00, 0x02, 0x05, 0x01 };

static void
reads_an_rsa_key(void **state)
{
	struct att_tpm_public area;

	(void)state;
	assert_int_equal(
	    att_tpm_public_parse(att_bytes(rsa, sizeof(rsa)), &area, NULL),
	    ATT_OK);
	assert_int_equal(area.type, ATT_TPM_ALG_RSA);
	assert_int_equal(area.name_alg, ATT_TPM_ALG_SHA1);
	assert_int_equal(area.scheme, ATT_TPM_ALG_RSAPSS);
	assert_int_equal(area.scheme_hash, ATT_TPM_ALG_SHA512);
	assert_int_equal(area.exponent, 65537);
	assert_int_equal(area.modulus.len, 2);
}

static void
rejects_every_truncation_and_any_more(void **state)
{
	static const enum forge_defect fine[] = { FORGE_TPM_FINE,
		FORGE_TPM_FINE_RSA, FORGE_TPM_FINE_ECDSA };
	struct att_reason why;
	struct opened o;

	(void)state;
	for (size_t i = 0; i < sizeof(fine) / sizeof(fine[0]); i++) {
		struct att_bytes area, info;

		open_row(&o, fine[i]);
		area = get_field(&o, "pubArea");
		info = get_field(&o, "certInfo");
		assert_int_equal(parse_public(area, &why), ATT_OK);
		assert_int_equal(parse_certify(info, &why), ATT_OK);
		for (size_t len = 0; len < area.len; len++)
			assert_int_equal(
			    parse_public(att_bytes(area.ptr, len), &why),
			    ATT_ERR_TPM_PUBAREA);
		for (size_t len = 0; len < info.len; len++)
			assert_int_equal(
			    parse_certify(att_bytes(info.ptr, len), &why),
			    ATT_ERR_TPM_CERTINFO);
		/* The next key of the map follows each of them. */
		assert_int_equal(
		    parse_public(att_bytes(area.ptr, area.len + 1), &why),
		    ATT_ERR_TPM_PUBAREA);
		assert_int_equal(
		    parse_certify(att_bytes(info.ptr, info.len + 1), &why),
		    ATT_ERR_TPM_CERTINFO);
		close_opened(&o);
	}
}

/* One byte changed in the good ECC key: which may be, which may not. */
static void
rejects_values_that_do_not_belong(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *text;
	} rows[] = {
		{ 1, 0x25, "the type" }, /* SYMCIPHER */
		{ 1, 0x01, "the RSA scheme" },
		{ 3, 0x10, "nameAlg" },	      /* NULL */
		{ 3, 0x27, "nameAlg" },	      /* SHA3_256 */
		{ 5, 0x0e, "reserved bits" }, /* x509sign of later revisions */
		{ 7, 0x73, "reserved bits" },
		{ 4, 0x80, "reserved bits" },
		{ 8, 0x01, "authPolicy" },
		{ 11, 0x06, "symmetric" },
		{ 13, 0x14, "the ECC scheme" },
		{ 15, 0x10, "the hash of its scheme" },
		{ 17, 0x10, "curveID" },
		{ 19, 0x18, "kdf" },
		{ 21, 0x10, "the hash of its scheme" },
		{ 23, 0x21, "x has 33 bytes" },
		{ 27, 0x02, "ends within y" },
	};
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[sizeof(ecc)];

		memcpy(bytes, ecc, sizeof(ecc));
		bytes[rows[i].at] = rows[i].value;
		assert_int_equal(
		    parse_public(att_bytes(bytes, sizeof(bytes)), &why),
		    ATT_ERR_TPM_PUBAREA);
		if (strstr(why.text, rows[i].text) == NULL)
			fail_msg("'%s' lacks '%s'", why.text, rows[i].text);
	}
}

static void
holds_the_modulus_to_its_size(void **state)
{
	struct att_reason why;
	uint8_t bytes[sizeof(rsa)];

	(void)state;
	memcpy(bytes, rsa, sizeof(rsa));
	bytes[18] = 0x10;
	assert_int_equal(parse_public(att_bytes(bytes, sizeof(bytes)), &why),
	    ATT_ERR_TPM_PUBAREA);
	assert_non_null(strstr(why.text, "11 bits, keyBits says 16"));
	bytes[18] = 0;
	bytes[24] = 0;
	bytes[23] = 0;
	assert_int_equal(
	    parse_public(att_bytes(bytes, sizeof(bytes) - 2), &why), ATT_OK);
}

/* Numbers that are empty are no key, either. */
static void
compares_keys(void **state)
{
	static const struct {
		enum forge_defect defect;
		enum att_err err;
	} rows[] = {
		{ FORGE_TPM_FINE, ATT_OK },
		{ FORGE_TPM_FINE_RSA, ATT_OK },
		{ FORGE_TPM_FINE_ZERO_PADDED, ATT_OK },
		{ FORGE_TPM_KEY_X, ATT_ERR_TPM_KEY },
		{ FORGE_TPM_KEY_MODULUS, ATT_ERR_TPM_KEY },
		{ FORGE_TPM_KEY_EXPONENT_SWAPPED, ATT_ERR_TPM_KEY },
		{ FORGE_TPM_KEY_OKP, ATT_ERR_TPM_KEY },
	};
	struct att_tpm_public area;
	struct opened o;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		open_row(&o, rows[i].defect);
		assert_int_equal(att_tpm_public_parse(
				     get_field(&o, "pubArea"), &area, &o.why),
		    ATT_OK);
		assert_int_equal(
		    att_tpm_public_compare(&area, &o.key, &o.why), rows[i].err);
		area.modulus.len = 0;
		area.x.len = 0;
		assert_int_equal(att_tpm_public_compare(&area, &o.key, &o.why),
		    ATT_ERR_TPM_KEY);
		close_opened(&o);
	}
}

static void
reads_a_certified_key(void **state)
{
	struct att_tpm_certify certify;
	struct opened o;

	(void)state;
	open_row(&o, FORGE_TPM_FINE);
	assert_int_equal(
	    att_tpm_certify_parse(get_field(&o, "certInfo"), &certify, NULL),
	    ATT_OK);
	assert_int_equal(certify.extra_data.len, 32);
	assert_int_equal(certify.name.len, 34);
	assert_memory_equal(certify.name.ptr, "\x00\x0b", 2);
	close_opened(&o);
}

static void
knows_the_hashes(void **state)
{
	(void)state;
	assert_string_equal(att_tpm_hash_find(0x0004), "SHA1");
	assert_string_equal(att_tpm_hash_find(0x000b), "SHA256");
	assert_string_equal(att_tpm_hash_find(0x000c), "SHA384");
	assert_string_equal(att_tpm_hash_find(0x000d), "SHA512");
	assert_null(att_tpm_hash_find(0x0010));
	assert_null(att_tpm_hash_find(0));
}

/* --- Quotes and signatures ------------------------------------------------ */

static const uint8_t quoted[] = { 0xff, 0x54, 0x43, 0x47, 0x80, 0x18, /* head */
	0x00, 0x02, 0xaa, 0xbb,				   /* qualifiedSigner */
	0x00, 0x03, 0x01, 0x02, 0x03,			   /* extraData */
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, /* clockInfo */
	0, 0, 0, 0, 0, 0, 0, 0,				   /* firmware */
	0, 0, 0, 2, 0x00, 0x0b, 0x03, 1, 2, 3, 0x00, 0x04, 0x00, /* PCRs */
	0x00, 0x01, 0xdd };

static enum att_err
parse_quote(struct att_bytes in, struct att_reason *why)
{
	uint8_t *copy = malloc(in.len > 0 ? in.len : 1);
	struct att_tpm_quote quote;
	enum att_err err;

	assert_non_null(copy);
	if (in.len > 0)
		memcpy(copy, in.ptr, in.len);
	err = att_tpm_quote_parse(att_bytes(copy, in.len), &quote, why);
	free(copy);
	return err;
}

static void
reads_a_quote(void **state)
{
	uint8_t longer[sizeof(quoted) + 1] = { 0 };
	struct att_tpm_quote quote;
	struct att_reason why;

	(void)state;
	assert_int_equal(att_tpm_quote_parse(
			     att_bytes(quoted, sizeof(quoted)), &quote, &why),
	    ATT_OK);
	assert_int_equal(quote.extra_data.len, 3);
	assert_memory_equal(quote.extra_data.ptr, "\1\2\3", 3);
	assert_int_equal(quote.bank_count, 2);
	assert_int_equal(quote.banks[0].hash, ATT_TPM_ALG_SHA256);
	assert_int_equal(quote.banks[0].pcrs, 0x030201);
	assert_int_equal(quote.banks[1].hash, ATT_TPM_ALG_SHA1);
	assert_int_equal(quote.banks[1].pcrs, 0);
	assert_int_equal(quote.pcr_digest.len, 1);
	assert_int_equal(quote.pcr_digest.ptr[0], 0xdd);
	for (size_t len = 0; len < sizeof(quoted); len++)
		assert_int_equal(parse_quote(att_bytes(quoted, len), &why),
		    ATT_ERR_TPM_CERTINFO);
	memcpy(longer, quoted, sizeof(quoted));
	assert_int_equal(parse_quote(att_bytes(longer, sizeof(longer)), &why),
	    ATT_ERR_TPM_CERTINFO);
}

/* TPMs have 24; a mask of ours has room for 32, and is never cut. */
static void
rejects_pcrs_that_cannot_be(void **state)
{
	uint8_t bytes[sizeof(quoted) + 2];
	const size_t at = 46, rest = at + 4; /* sizeofSelect; the next bank */
	struct att_reason why;

	(void)state;
	memcpy(bytes, quoted, at);
	memcpy(bytes + at, "\5\1\2\3\0", 5);
	memcpy(bytes + rest + 2, quoted + rest, sizeof(quoted) - rest);
	for (unsigned int last = 0; last < 2; last++) {
		bytes[at + 5] = (uint8_t)last;
		assert_int_equal(
		    parse_quote(att_bytes(bytes, sizeof(bytes)), &why),
		    last == 0 ? ATT_OK : ATT_ERR_TPM_CERTINFO);
	}
}

/* A certified key is no quote, and a quote no certified key. */
static void
keeps_quotes_and_certified_keys_apart(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum att_err err;
	} rows[] = {
		{ 0, 0xfe, ATT_ERR_TPM_MAGIC }, { 3, 0x46, ATT_ERR_TPM_MAGIC },
		{ 5, 0x17, ATT_ERR_TPM_TYPE },
		{ 40, 0x01, ATT_ERR_TPM_CERTINFO }, /* banks */
	};
	uint8_t bytes[sizeof(quoted)];
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		memcpy(bytes, quoted, sizeof(quoted));
		bytes[rows[i].at] = rows[i].value;
		assert_int_equal(
		    parse_quote(att_bytes(bytes, sizeof(bytes)), &why),
		    rows[i].err);
	}
	assert_int_equal(parse_certify(att_bytes(quoted, sizeof(quoted)), &why),
	    ATT_ERR_TPM_TYPE);
}

static void
reads_signatures_of_rsa_keys(void **state)
{
	static const uint8_t rsassa[] = { 0x00, 0x14, 0x00, 0x0b, 0x00, 0x02, 7,
		8, 9 };
	struct att_tpm_signature signature;
	uint8_t bytes[sizeof(rsassa)];
	struct att_reason why;

	(void)state;
	assert_int_equal(
	    att_tpm_signature_parse(att_bytes(rsassa, 8), &signature, &why),
	    ATT_OK);
	assert_int_equal(signature.scheme, ATT_TPM_ALG_RSASSA);
	assert_int_equal(signature.hash, ATT_TPM_ALG_SHA256);
	assert_int_equal(signature.bytes.len, 2);
	for (size_t len = 0; len <= sizeof(rsassa); len++)
		assert_int_equal(att_tpm_signature_parse(
				     att_bytes(rsassa, len), &signature, &why),
		    len == 8 ? ATT_OK : ATT_ERR_STATEMENT_SIGNATURE);
	for (int scheme = 0; scheme < 256; scheme++) {
		memcpy(bytes, rsassa, sizeof(bytes));
		bytes[1] = (uint8_t)scheme;
		assert_int_equal(att_tpm_signature_parse(
				     att_bytes(bytes, 8), &signature, &why),
		    scheme == 0x14 || scheme == 0x16
			? ATT_OK
			: ATT_ERR_STATEMENT_SIGNATURE);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_quote),
		cmocka_unit_test(rejects_pcrs_that_cannot_be),
		cmocka_unit_test(keeps_quotes_and_certified_keys_apart),
		cmocka_unit_test(reads_signatures_of_rsa_keys),
		cmocka_unit_test(reads_an_ecc_key),
		cmocka_unit_test(reads_an_rsa_key),
		cmocka_unit_test(rejects_every_truncation_and_any_more),
		cmocka_unit_test(rejects_values_that_do_not_belong),
		cmocka_unit_test(holds_the_modulus_to_its_size),
		cmocka_unit_test(compares_keys),
		cmocka_unit_test(reads_a_certified_key),
		cmocka_unit_test(knows_the_hashes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
