/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the attestation files of OpenSSH (ssh/sk_attest.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/object.h"
#include "ssh/sk_attest.h"

/* What a file is made of; "auth" as authenticator data. */
struct parts {
	const char *magic, *certificate, *signature, *auth_data;
	uint32_t flags;
	const char *reserved;
};
static const struct parts good = { "ssh-sk-attest-v01", "leaf", "sig",
	"\x44"
	"auth",
	0, "" };

static void
put(const struct parts *parts, struct att_buf *out)
{
	att_buf_init(out, 2 * ATT_SK_ATTEST_MAX);
	assert_int_equal(att_buf_put_cstring(out, parts->magic), ATT_OK);
	assert_int_equal(att_buf_put_cstring(out, parts->certificate), ATT_OK);
	assert_int_equal(att_buf_put_cstring(out, parts->signature), ATT_OK);
	assert_int_equal(att_buf_put_cstring(out, parts->auth_data), ATT_OK);
	assert_int_equal(att_buf_put_u32(out, parts->flags), ATT_OK);
	assert_int_equal(att_buf_put_cstring(out, parts->reserved), ATT_OK);
}

static enum att_err
parse(const struct parts *parts, struct att_reason *why)
{
	struct att_sk_attest attest;
	struct att_buf file;
	enum att_err err;

	put(parts, &file);
	err = att_sk_attest_parse(att_buf_get(&file), &attest, why);
	if (err != ATT_OK)
		assert_int_equal(attest.auth_data.len, 0);
	att_buf_reset(&file);
	return err;
}

static void
takes_a_file_apart(void **state)
{
	struct att_sk_attest attest;
	struct att_buf file;

	(void)state;
	put(&good, &file);
	assert_int_equal(
	    att_sk_attest_parse(att_buf_get(&file), &attest, NULL), ATT_OK);
	assert_true(
	    att_bytes_is_equal(attest.certificate, att_bytes_text("leaf")));
	assert_true(
	    att_bytes_is_equal(attest.signature, att_bytes_text("sig")));
	assert_true(
	    att_bytes_is_equal(attest.auth_data, att_bytes_text("auth")));
	att_buf_reset(&file);
}

static void
refuses_other_versions(void **state)
{
	struct parts parts = good;
	struct att_reason why;

	(void)state;
	parts.magic = "ssh-sk-attest-v00";
	assert_int_equal(parse(&parts, &why), ATT_ERR_SSH_ATTESTATION_VERSION);
	assert_non_null(strstr(why.text, "lacks the authenticator data"));
	parts.magic = "ssh-sk-attest-v02";
	assert_int_equal(parse(&parts, &why), ATT_ERR_SSH_ATTESTATION_VERSION);
	assert_non_null(strstr(why.text, "\"ssh-sk-attest-v02\""));
	parts.magic = "";
	assert_int_equal(parse(&parts, &why), ATT_ERR_SSH_ATTESTATION_VERSION);
}

static void
refuses_what_is_no_such_file(void **state)
{
	struct att_sk_attest attest;

	(void)state;
	assert_int_equal(att_sk_attest_parse(att_bytes_text(""), &attest, NULL),
	    ATT_ERR_SSH_ATTESTATION_VERSION);
	assert_int_equal(att_sk_attest_parse(
			     att_bytes_text("sk-ssh-ed25519@openssh.com AAAA"),
			     &attest, NULL),
	    ATT_ERR_SSH_ATTESTATION_VERSION);
}

static void
refuses_each_cut_and_each_byte_more(void **state)
{
	const size_t magic = 4 + strlen(good.magic);
	struct att_sk_attest attest;
	struct att_buf file;
	enum att_err err;

	(void)state;
	put(&good, &file);
	for (size_t len = 0; len < file.len; len++) {
		err = att_sk_attest_parse(
		    att_bytes(file.ptr, len), &attest, NULL);
		assert_int_equal(err, len < magic
					  ? ATT_ERR_SSH_ATTESTATION_VERSION
					  : ATT_ERR_SSH_ATTESTATION_MALFORMED);
	}
	assert_int_equal(att_buf_put_u8(&file, 0), ATT_OK);
	assert_int_equal(att_sk_attest_parse(att_buf_get(&file), &attest, NULL),
	    ATT_ERR_SSH_ATTESTATION_MALFORMED);
	att_buf_reset(&file);
}

static void
refuses_what_is_reserved(void **state)
{
	struct parts parts = good;

	(void)state;
	parts.flags = 1;
	assert_int_equal(
	    parse(&parts, NULL), ATT_ERR_SSH_ATTESTATION_MALFORMED);
	parts.flags = 0;
	parts.reserved = "x";
	assert_int_equal(
	    parse(&parts, NULL), ATT_ERR_SSH_ATTESTATION_MALFORMED);
}

static void
refuses_authenticator_data_that_is_wrapped_otherwise(void **state)
{
	static const char *const rows[] = { "", "auth",
		"\x64"
		"auth",
		"\x45"
		"auth",
		"\x44"
		"auths",
		"\x58\x04"
		"auth",
		"\x81\x44"
		"auth" };
	struct parts parts = good;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		parts.auth_data = rows[i];
		assert_int_equal(
		    parse(&parts, NULL), ATT_ERR_SSH_ATTESTATION_MALFORMED);
	}
}

static void
refuses_a_certificate_without_a_signature(void **state)
{
	struct parts parts = good;

	(void)state;
	parts.signature = "";
	assert_int_equal(
	    parse(&parts, NULL), ATT_ERR_SSH_ATTESTATION_MALFORMED);
	parts.certificate = "";
	assert_int_equal(parse(&parts, NULL), ATT_OK);
}

/* The object of a file, and how the reader of such objects sees it. */
static enum att_err
make(const struct parts *parts, enum att_sk_statement statement,
    const char *expected, size_t len)
{
	struct att_buf file, object;
	struct att_sk_attest attest;
	struct att_object read;
	enum att_err err;

	put(parts, &file);
	assert_int_equal(
	    att_sk_attest_parse(att_buf_get(&file), &attest, NULL), ATT_OK);
	att_buf_init(&object, 1000);
	err = att_sk_attest_make_object(&attest, statement, -7, &object);
	if (err == ATT_OK) {
		assert_int_equal(object.len, len);
		assert_memory_equal(object.ptr, expected, len);
		assert_int_equal(att_object_parse(att_buf_get(&object),
				     ATT_CBOR_CANONICAL_ORDER, &read, NULL),
		    ATT_OK);
		assert_true(
		    att_bytes_is_equal(read.auth_data, att_bytes_text("auth")));
	}
	att_buf_reset(&object);
	att_buf_reset(&file);
	return err;
}

#define AUTH_DATA                                                              \
	"\x68"                                                                 \
	"authData"                                                             \
	"\x44"                                                                 \
	"auth"
#define MAKE(parts, statement, text)                                           \
	make(parts, statement, text, sizeof(text) - 1)

static void
makes_the_object_of_each_format(void **state)
{
	struct parts self = good, none = good;

	(void)state;
	self.certificate = "";
	none.certificate = none.signature = "";
	assert_int_equal(MAKE(&good, ATT_SK_PACKED,
			     "\xa3\x63"
			     "fmt"
			     "\x66"
			     "packed"
			     "\x67"
			     "attStmt"
			     "\xa3\x63"
			     "alg"
			     "\x26\x63"
			     "sig"
			     "\x43"
			     "sig"
			     "\x63"
			     "x5c"
			     "\x81\x44"
			     "leaf" AUTH_DATA),
	    ATT_OK);
	assert_int_equal(MAKE(&self, ATT_SK_PACKED,
			     "\xa3\x63"
			     "fmt"
			     "\x66"
			     "packed"
			     "\x67"
			     "attStmt"
			     "\xa2\x63"
			     "alg"
			     "\x26\x63"
			     "sig"
			     "\x43"
			     "sig" AUTH_DATA),
	    ATT_OK);
	assert_int_equal(MAKE(&good, ATT_SK_FIDO_U2F,
			     "\xa3\x63"
			     "fmt"
			     "\x68"
			     "fido-u2f"
			     "\x67"
			     "attStmt"
			     "\xa2\x63"
			     "sig"
			     "\x43"
			     "sig"
			     "\x63"
			     "x5c"
			     "\x81\x44"
			     "leaf" AUTH_DATA),
	    ATT_OK);
	assert_int_equal(MAKE(&none, ATT_SK_NONE,
			     "\xa3\x63"
			     "fmt"
			     "\x64"
			     "none"
			     "\x67"
			     "attStmt"
			     "\xa0" AUTH_DATA),
	    ATT_OK);
}

static void
makes_no_object_of_a_format_that_it_is_not_of(void **state)
{
	struct parts self = good, none = good;

	(void)state;
	self.certificate = "";
	none.certificate = none.signature = "";
	assert_int_equal(
	    MAKE(&good, ATT_SK_NONE, ""), ATT_ERR_SSH_ATTESTATION_MALFORMED);
	assert_int_equal(MAKE(&self, ATT_SK_FIDO_U2F, ""),
	    ATT_ERR_SSH_ATTESTATION_MALFORMED);
	assert_int_equal(
	    MAKE(&none, ATT_SK_PACKED, ""), ATT_ERR_SSH_ATTESTATION_MALFORMED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_a_file_apart),
		cmocka_unit_test(refuses_other_versions),
		cmocka_unit_test(refuses_what_is_no_such_file),
		cmocka_unit_test(refuses_each_cut_and_each_byte_more),
		cmocka_unit_test(refuses_what_is_reserved),
		cmocka_unit_test(
		    refuses_authenticator_data_that_is_wrapped_otherwise),
		cmocka_unit_test(refuses_a_certificate_without_a_signature),
		cmocka_unit_test(makes_the_object_of_each_format),
		cmocka_unit_test(makes_no_object_of_a_format_that_it_is_not_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
