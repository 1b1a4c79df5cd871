/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of reading the description of an Android key. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "forge.h"
#include "trust/key_description.h"

#define DER(text) att_bytes(text, sizeof(text) - 1)

/* The fields before the lists: version 300, StrongBox and TEE. */
#define HEAD                                                                   \
	"\x02\x02\x01\x2c\x0a\x01\x02\x02\x02\x01\x2c\x0a\x01\x01"             \
	"\x04\x03"                                                             \
	"abc\x04\x01u"

static void
put_sequence(struct att_buf *out, struct att_bytes content)
{
	forge_put_raw(out, "\x30\x82", 2);
	forge_put_sized(out, content.ptr, content.len);
}

/* One KeyDescription; lists below 256 bytes do not occur in it. */
static enum att_err
parse(struct att_bytes fields, struct att_key_description *description)
{
	struct att_reason why = { 0 };
	struct att_buf whole;
	uint8_t *pad;
	enum att_err err;

	/* The reader must not look past the end. */
	att_buf_init(&whole, 1 << 17);
	if (fields.len >= 256) {
		put_sequence(&whole, fields);
	} else {
		forge_put_byte(&whole, 0x30);
		if (fields.len > 127)
			forge_put_byte(&whole, 0x81);
		forge_put_byte(&whole, (uint8_t)fields.len);
		forge_put_raw(&whole, fields.ptr, fields.len);
	}
	if ((pad = malloc(whole.len)) == NULL)
		abort();
	memcpy(pad, whole.ptr, whole.len);
	err = att_key_description_parse(
	    att_bytes(pad, whole.len), description, &why);
	if (err == ATT_OK)
		assert_true(description->challenge.ptr > pad &&
			    description->challenge.ptr < pad + whole.len);
	else
		assert_int_equal(why.code, err);
	description->challenge.ptr = NULL;
	free(pad);
	att_buf_reset(&whole);
	return err;
}

static void
reads_what_is_asked_for(void **state)
{
	struct att_key_description d;

	(void)state;
	assert_int_equal(parse(DER(HEAD "\x30\x0d\xbf\x84\x58\x02\x05\0"
					"\xbf\x85\x3d\x03\x02\x01\x05"
					"\x30\x1c"
					"\xa1\x08\x31\x06\x02\x01\x03\x02"
					"\x01\x02\xa2\x03\x02\x01\x03"
					"\xbf\x83\x77\x02\x05\0"
					"\xbf\x85\x3e\x03\x02\x01\x02"),
			     &d),
	    ATT_OK);
	assert_int_equal(d.version, 300);
	assert_int_equal(d.attestation_level, ATT_SECURITY_STRONG_BOX);
	assert_int_equal(d.key_level, ATT_SECURITY_TRUSTED_ENVIRONMENT);
	assert_int_equal(d.challenge.len, 3);
	assert_true(d.software.has_all_applications);
	assert_false(d.software.has_purpose);
	assert_false(d.software.has_origin);
	assert_false(d.tee.has_all_applications);
	assert_true(d.tee.has_purpose);
	assert_true(d.tee.may_sign);
	assert_true(d.tee.has_origin);
	assert_int_equal(d.tee.origin, 2);
}

static void
empty_lists_say_nothing(void **state)
{
	struct att_key_description d;

	(void)state;
	assert_int_equal(parse(DER(HEAD "\x30\0\x30\0"), &d), ATT_OK);
	assert_false(d.tee.has_purpose || d.tee.has_origin ||
		     d.software.has_purpose || d.software.has_origin);
}

static void
refuses_what_is_malformed(void **state)
{
	static const struct {
		const char *what;
		const char *text;
		size_t len;
	} cases[] = {
#define CASE(what, text) { what, text, sizeof(text) - 1 }
		CASE("nothing", ""),
		CASE("no lists", HEAD),
		CASE("one list", HEAD "\x30\0"),
		CASE("three lists", HEAD "\x30\0\x30\0\x30\0"),
		CASE("a list that is a SET", HEAD "\x31\0\x30\0"),
		CASE("a version that is negative", "\x02\x01\x80\x0a\x01\x01"
						   "\x02\x01\x01\x0a\x01\x01"
						   "\x04\0\x04\0\x30\0\x30\0"),
		CASE("a level that is an INTEGER", "\x02\x01\x03\x02\x01\x01"
						   "\x02\x01\x01\x0a\x01\x01"
						   "\x04\0\x04\0\x30\0\x30\0"),
		CASE("a level nobody knows", "\x02\x01\x03\x0a\x01\x01"
					     "\x02\x01\x01\x0a\x01\x03"
					     "\x04\0\x04\0\x30\0\x30\0"),
		CASE("a challenge that is text", "\x02\x01\x03\x0a\x01\x01"
						 "\x02\x01\x01\x0a\x01\x01"
						 "\x0c\0\x04\0\x30\0\x30\0"),
		CASE("a purpose outside a SET",
		    HEAD "\x30\0\x30\x05\xa1\x03\x02\x01\x02"),
		CASE("a purpose that is text",
		    HEAD "\x30\0\x30\x07\xa1\x05\x31\x03\x0c\x01\x02"),
		CASE("all applications that are not NULL",
		    HEAD "\x30\0\x30\x07\xbf\x84\x58\x03\x02\x01\0"),
		CASE("a NULL with content",
		    HEAD "\x30\0\x30\x07\xbf\x84\x58\x03\x05\x01\0"),
		CASE("an origin that is ENUMERATED",
		    HEAD "\x30\0\x30\x07\xbf\x85\x3e\x03\x0a\x01\0"),
		CASE("a negative origin",
		    HEAD "\x30\0\x30\x07\xbf\x85\x3e\x03\x02\x01\xff"),
		CASE("an implicit origin",
		    HEAD "\x30\0\x30\x04\x9f\x85\x3e\x01\0"),
		CASE("a tag twice", HEAD "\x30\0\x30\x0c\xbf\x83\x77\x02\x05\0"
					 "\xbf\x83\x77\x02\x05\0"),
#undef CASE
	};
	struct att_key_description d;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (parse(att_bytes(cases[i].text, cases[i].len), &d) !=
		    ATT_ERR_KEY_DESCRIPTION_MALFORMED)
			fail_msg("%s passes", cases[i].what);
	}
}

/* A list of that many tags, all different. */
static enum att_err
parse_many(size_t count)
{
	struct att_key_description d;
	struct att_buf fields, list;
	enum att_err err;

	att_buf_init(&fields, 1 << 16);
	att_buf_init(&list, 1 << 16);
	for (size_t i = 0; i < count; i++) {
		forge_put_raw(&list, "\xbf\x87", 2);
		forge_put_byte(&list, (uint8_t)i);
		forge_put_raw(&list, "\x02\x05\0", 3);
	}
	forge_put_raw(&fields, HEAD "\x30\0", sizeof(HEAD "\x30\0") - 1);
	put_sequence(&fields, att_buf_get(&list));
	err = parse(att_buf_get(&fields), &d);
	att_buf_reset(&fields);
	att_buf_reset(&list);
	return err;
}

static void
the_number_of_tags_is_limited(void **state)
{
	(void)state;
	assert_int_equal(parse_many(64), ATT_OK);
	assert_int_equal(parse_many(65), ATT_ERR_KEY_DESCRIPTION_MALFORMED);
}

static void
finds_the_extension(void **state)
{
	struct att_key_description d;
	struct att_reason why = { 0 };
	struct att_certificate *leaf, *root;
	struct forged f;

	(void)state;
	forge_row(&forge_rows[FORGE_ANDROID_FINE], &f);
	leaf = forge_decode(f.certs[0]);
	root = forge_decode(f.root);
	assert_true(att_certificate_has_key_description(leaf));
	assert_int_equal(
	    att_certificate_get_key_description(leaf, &d, &why), ATT_OK);
	assert_memory_equal(d.challenge.ptr, f.client_data_hash, 32);
	assert_true(d.tee.may_sign);
	assert_int_equal(att_certificate_get_key_description(root, &d, &why),
	    ATT_ERR_KEY_DESCRIPTION_MISSING);
	assert_int_equal(why.code, ATT_ERR_KEY_DESCRIPTION_MISSING);
	assert_false(att_certificate_has_key_description(root));
	att_certificate_free(&root);
	att_certificate_free(&leaf);
	forged_reset(&f);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_is_asked_for),
		cmocka_unit_test(empty_lists_say_nothing),
		cmocka_unit_test(refuses_what_is_malformed),
		cmocka_unit_test(the_number_of_tags_is_limited),
		cmocka_unit_test(finds_the_extension),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
