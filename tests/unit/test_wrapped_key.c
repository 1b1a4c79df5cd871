/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of files with a key that a TPM has wrapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bio.h>
#include <openssl/pem.h>

#include "forge.h"
#include "token/wrapped_key.h"

#define LOADABLE "\x06\x06\x67\x81\x05\x0a\x01\x03"
#define IMPORTABLE "\x06\x06\x67\x81\x05\x0a\x01\x04"
#define YES "\x01\x01\xff"
#define NO "\x01\x01\x00"
#define OWNER "\x02\x04\x40\x00\x00\x01"

/* What of a key a test says otherwise; bytes of DER. */
static struct key_spec {
	const char *type;
	struct att_bytes options;
	struct att_bytes parent;
	size_t public_len, private_len;
	struct att_bytes more;
} spec;

static int
begin(void **state)
{
	(void)state;
	spec = (struct key_spec){ .type = LOADABLE,
		.options = att_bytes("\xa0\x03" YES, 5),
		.parent = att_bytes(OWNER, 6),
		.public_len = 282,
		.private_len = 224 };
	return 0;
}

static void
put_head(struct att_buf *out, uint8_t tag, size_t len)
{
	forge_put_byte(out, tag);
	forge_put_byte(out, 0x82);
	forge_put_byte(out, (uint8_t)(len >> 8));
	forge_put_byte(out, (uint8_t)len);
}

static void
put_part(struct att_buf *out, size_t len)
{
	/* OpenSSL reads DER that is not the shortest, as a tool may write. */
	put_head(out, 0x04, len);
	for (size_t i = 0; i < len; i++)
		forge_put_byte(out, (uint8_t)i);
}

static void
put_der(struct att_buf *out)
{
	struct att_buf inside;

	att_buf_init(&inside, 65536);
	forge_put_raw(&inside, spec.type, 8);
	forge_put_raw(&inside, spec.options.ptr, spec.options.len);
	forge_put_raw(&inside, spec.parent.ptr, spec.parent.len);
	put_part(&inside, spec.public_len);
	put_part(&inside, spec.private_len);
	put_head(out, 0x30, inside.len);
	forge_put_raw(out, inside.ptr, inside.len);
	forge_put_raw(out, spec.more.ptr, spec.more.len);
	att_buf_reset(&inside);
}

static void
put_pem(struct att_buf *out, const char *name)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct att_buf der;
	char *text;
	long len;

	assert_non_null(bio);
	att_buf_init(&der, 65536);
	put_der(&der);
	assert_true(PEM_write_bio(bio, name, "", der.ptr, (long)der.len) > 0);
	len = BIO_get_mem_data(bio, &text);
	forge_put_raw(out, text, (size_t)len);
	BIO_free(bio);
	att_buf_reset(&der);
}

static struct att_reason why;

static enum att_err
parse_as(const char *name, struct att_wrapped_key **key)
{
	struct att_buf pem;
	enum att_err err;

	why = (struct att_reason){ 0 };
	att_buf_init(&pem, 65536);
	put_pem(&pem, name);
	err = att_wrapped_key_parse(att_buf_get(&pem), key, &why);
	assert_int_equal(why.code, err);
	assert_int_equal(*key != NULL, err == ATT_OK);
	att_buf_reset(&pem);
	return err;
}

static void
accepts(uint32_t parent, bool is_below_rsa)
{
	struct att_wrapped_key *key;

	if (parse_as("TSS2 PRIVATE KEY", &key) != ATT_OK)
		fail_msg("%s", why.text);
	assert_int_equal(att_wrapped_key_get_parent(key), parent);
	assert_int_equal(att_wrapped_key_is_below_rsa(key), is_below_rsa);
	assert_int_equal(att_wrapped_key_get_public(key).len, spec.public_len);
	assert_int_equal(
	    att_wrapped_key_get_private(key).len, spec.private_len);
	assert_int_equal(att_wrapped_key_get_private(key).ptr[3], 3);
	att_wrapped_key_free(&key);
	assert_null(key);
}

static void
refuses(const char *text)
{
	struct att_wrapped_key *key;

	assert_int_equal(
	    parse_as("TSS2 PRIVATE KEY", &key), ATT_ERR_CONF_VALUE);
	if (strstr(why.text, text) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, text);
}

static void
reads_what_tools_write(void **state)
{
	char path[4096];
	struct att_wrapped_key *key;
	uint8_t file[4096];
	FILE *in;
	size_t len;

	(void)state;
	accepts(0x40000001, false);
	/* of tpm2_encodeobject 5.4, which says that the key has a password */
	snprintf(path, sizeof(path), "%s/fuzz/corpus/wrapped_key/owner",
	    getenv("srcdir") != NULL ? getenv("srcdir") : ".");
	in = fopen(path, "rb");
	assert_non_null(in);
	len = fread(file, 1, sizeof(file), in);
	fclose(in);
	assert_int_equal(
	    att_wrapped_key_parse(att_bytes(file, len), &key, &why), ATT_OK);
	assert_int_equal(att_wrapped_key_get_parent(key), 0x40000001);
	assert_int_equal(att_wrapped_key_get_public(key).len, 282);
	att_wrapped_key_free(&key);
}

static void
members_may_be_there_or_not(void **state)
{
	(void)state;
	spec.options = att_bytes(NULL, 0);
	accepts(0x40000001, false);
	spec.options = att_bytes("\xa0\x03" NO, 5);
	accepts(0x40000001, false);
	spec.options = att_bytes("\xa0\x03" YES "\xa4\x03\x0c\x01x", 10);
	accepts(0x40000001, false);
	spec.options = att_bytes("\xa0\x03" YES "\xa5\x03" YES, 10);
	accepts(0x40000001, true);
	spec.options = att_bytes("\xa5\x03" NO, 5);
	accepts(0x40000001, false);
}

static void
the_parent_is_a_handle(void **state)
{
	(void)state;
	spec.parent = att_bytes("\x02\x05\x00\x81\x00\x00\x01", 7);
	accepts(0x81000001, false);
	/* as who writes a signed number of 32 bits */
	spec.parent = att_bytes("\x02\x04\x81\x00\x00\x01", 6);
	accepts(0x81000001, false);
	spec.parent = att_bytes("\x02\x01\x00", 3);
	refuses("not a handle");
	spec.parent = att_bytes("\x02\x05\x01\x81\x00\x00\x01", 7);
	refuses("not a handle");
	spec.parent = att_bytes("\x02\x05\xfe\x81\x00\x00\x01", 7);
	refuses("not a handle");
	spec.parent =
	    att_bytes("\x02\x09\x01\x00\x00\x00\x00\x81\x00\x00\x01", 11);
	refuses("not a handle");
}

static void
only_a_key_that_can_be_used_at_once(void **state)
{
	(void)state;
	spec.type = IMPORTABLE;
	refuses("imported first");
	spec.type = LOADABLE;
	spec.options = att_bytes("\xa2\x03\x04\x01x", 5);
	refuses("imported first");
	spec.options = att_bytes("\xa1\x02\x30\x00", 4);
	refuses("has a policy");
	spec.options = att_bytes("\xa3\x02\x30\x00", 4);
	refuses("has a policy");
}

static void
the_parts_have_a_size(void **state)
{
	(void)state;
	spec.public_len = ATT_WRAPPED_PART_MAX;
	spec.private_len = ATT_WRAPPED_PART_MAX;
	accepts(0x40000001, false);
	spec.public_len++;
	refuses("not of a TPM");
	spec.public_len = 0;
	refuses("not of a TPM");
	spec.public_len = 1;
	spec.private_len = 0;
	refuses("not of a TPM");
}

static void
anything_else_is_no_key(void **state)
{
	struct att_wrapped_key *key;
	static const char many[ATT_WRAPPED_KEY_MAX + 1];

	(void)state;
	spec.more = att_bytes("\x05\x00", 2);
	refuses("not the DER");
	spec.more = att_bytes(NULL, 0);
	spec.parent = att_bytes("\x04\x01x", 3);
	refuses("not the DER");
	begin(NULL);
	assert_int_equal(parse_as("PRIVATE KEY", &key), ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "tpm2_encodeobject(1)"));
	assert_int_equal(att_wrapped_key_parse(att_bytes("", 0), &key, &why),
	    ATT_ERR_CONF_VALUE);
	assert_int_equal(
	    att_wrapped_key_parse(att_bytes(many, sizeof(many)), &key, &why),
	    ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "too large"));
}

static const uint8_t part[ATT_WRAPPED_PART_MAX + 1] = { 1, 2, 3 };

static struct att_tpm_wrapped
wrapped_example(void)
{
	return (struct att_tpm_wrapped){ .parent = 0x40000001,
		.public_part = att_bytes(part, 282),
		.private_part = att_bytes(part + 1, 224) };
}

static void
what_is_written_is_read_again(void **state)
{
	static const uint32_t parents[] = { 0x40000001, 0x81000001, UINT32_MAX,
		1 };
	struct att_tpm_wrapped wrapped = wrapped_example(), again;
	struct att_wrapped_key *key;
	struct att_buf pem;

	(void)state;
	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	for (size_t i = 0; i < 8; i++) {
		wrapped.parent = parents[i / 2];
		wrapped.is_rsa_parent = i % 2 == 1;
		assert_int_equal(
		    att_wrapped_key_write(&wrapped, &pem, &why), ATT_OK);
		assert_int_equal(
		    att_wrapped_key_parse(att_buf_get(&pem), &key, &why),
		    ATT_OK);
		again = att_wrapped_key_get(key);
		assert_true(again.parent == wrapped.parent);
		assert_int_equal(again.is_rsa_parent, wrapped.is_rsa_parent);
		assert_true(
		    att_bytes_is_equal(again.public_part, wrapped.public_part));
		assert_true(att_bytes_is_equal(
		    again.private_part, wrapped.private_part));
		att_wrapped_key_free(&key);
		att_buf_reset(&pem);
	}
}

/* The draft has TRUE for a key without a password, and DER has 0xff for it. */
static void
a_key_without_a_password_is_said_to_be_one(void **state)
{
	static const uint8_t head[] = { 0x30, 0x82, 0x02, 0x14, 0x06, 0x06,
		0x67, 0x81, 0x05, 0x0a, 0x01, 0x03, 0xa0, 0x03, 0x01, 0x01,
		0xff, 0x02, 0x04, 0x40, 0x00, 0x00, 0x01, 0x04, 0x82, 0x01,
		0x1a, 0x01, 0x02, 0x03 };
	const struct att_tpm_wrapped wrapped = wrapped_example();
	unsigned char *der = NULL;
	struct att_buf pem;
	long len = 0;
	BIO *bio;

	(void)state;
	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	assert_int_equal(att_wrapped_key_write(&wrapped, &pem, &why), ATT_OK);
	bio = BIO_new_mem_buf(pem.ptr, (int)pem.len);
	assert_int_equal(PEM_bytes_read_bio(&der, &len, NULL,
			     "TSS2 PRIVATE KEY", bio, NULL, NULL),
	    1);
	assert_int_equal(len, 0x214 + 4);
	assert_memory_equal(der, head, sizeof(head));
	OPENSSL_free(der);
	BIO_free(bio);
	att_buf_reset(&pem);
}

static void
does_not_write(const struct att_tpm_wrapped *wrapped)
{
	struct att_buf pem;

	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	assert_int_equal(
	    att_wrapped_key_write(wrapped, &pem, &why), ATT_ERR_CONF_VALUE);
	assert_int_equal(pem.len, 0);
}

static void
what_would_not_be_read_is_not_written(void **state)
{
	struct att_tpm_wrapped wrapped = wrapped_example();

	(void)state;
	wrapped.parent = 0;
	does_not_write(&wrapped);
	wrapped = wrapped_example();
	wrapped.public_part.len = 0;
	does_not_write(&wrapped);
	wrapped.public_part.len = ATT_WRAPPED_PART_MAX + 1;
	does_not_write(&wrapped);
	wrapped = wrapped_example();
	wrapped.private_part.len = 0;
	does_not_write(&wrapped);
	wrapped.private_part = att_bytes(part, ATT_WRAPPED_PART_MAX + 1);
	does_not_write(&wrapped);
}

int
main(void)
{
#define KEY(test) cmocka_unit_test_setup(test, begin)
	const struct CMUnitTest tests[] = {
		KEY(reads_what_tools_write),
		KEY(members_may_be_there_or_not),
		KEY(the_parent_is_a_handle),
		KEY(only_a_key_that_can_be_used_at_once),
		KEY(the_parts_have_a_size),
		KEY(anything_else_is_no_key),
		KEY(what_is_written_is_read_again),
		KEY(a_key_without_a_password_is_said_to_be_one),
		KEY(what_would_not_be_read_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
