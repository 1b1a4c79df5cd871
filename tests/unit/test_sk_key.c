/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of SSH keys that a security key holds (ssh/sk_key.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "codec/base64url.h"
#include "ssh/sk_key.h"
#include "ssh_keys.h"

static const struct row {
	const char *type, *base64, *fingerprint, *application;
	enum att_sk_kind kind;
	const char *certificate;
} rows[] = {
	{ SSH_ECDSA_TYPE, SSH_ECDSA_BASE64, SSH_ECDSA_FINGERPRINT,
	    SSH_ECDSA_APPLICATION, ATT_SK_ECDSA, SSH_ECDSA_CERTIFICATE_BASE64 },
	{ SSH_ED25519_TYPE, SSH_ED25519_BASE64, SSH_ED25519_FINGERPRINT,
	    SSH_ED25519_APPLICATION, ATT_SK_ED25519,
	    SSH_ED25519_CERTIFICATE_BASE64 },
};
enum {
	ROWS = sizeof(rows) / sizeof(rows[0])
};

/* Owned bytes of a base64 text. */
static struct att_bytes
decode(const char *base64)
{
	uint8_t *ptr;
	size_t len;

	assert_int_equal(att_base64_decode(att_bytes_text(base64),
			     ATT_SK_BLOB_MAX, &ptr, &len),
	    ATT_OK);
	return att_bytes(ptr, len);
}

static void
drop(struct att_bytes bytes)
{
	free((void *)(uintptr_t)bytes.ptr);
}

static enum att_err
parse_line(const char *text, struct att_reason *why)
{
	struct att_sk_line line;
	enum att_err err;

	*why = (struct att_reason){ 0 };
	err = att_sk_line_parse(att_bytes_text(text), &line, why);
	assert_int_equal(why->code, err);
	if (err != ATT_OK) {
		assert_null(line.blob);
		assert_int_equal(line.key.public_key.len, 0);
	}
	att_sk_line_reset(&line);
	return err;
}

static void
reads_what_ssh_keygen_wrote(void **state)
{
	char text[2048], fingerprint[ATT_SK_FINGERPRINT_SIZE];
	struct att_sk_line line;
	struct att_buf out;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		snprintf(text, sizeof(text), "\n%s %s alice@example (x)\r\n\n",
		    rows[i].type, rows[i].base64);
		assert_int_equal(
		    att_sk_line_parse(att_bytes_text(text), &line, NULL),
		    ATT_OK);
		assert_int_equal(line.key.kind, rows[i].kind);
		assert_false(line.key.is_certified);
		assert_true(att_bytes_is_equal(
		    line.key.application, att_bytes_text(rows[i].application)));
		assert_int_equal(
		    att_sk_key_fingerprint(&line.key, fingerprint), ATT_OK);
		assert_string_equal(fingerprint, rows[i].fingerprint);
		att_buf_init(&out, sizeof(text));
		assert_int_equal(att_sk_key_put_line(&line.key, &out), ATT_OK);
		snprintf(
		    text, sizeof(text), "%s %s", rows[i].type, rows[i].base64);
		assert_true(att_bytes_is_equal(
		    att_buf_get(&out), att_bytes_text(text)));
		att_buf_reset(&out);
		att_sk_line_reset(&line);
	}
}

static void
finds_the_key_inside_a_certificate(void **state)
{
	struct att_sk_key plain, inside;
	struct att_bytes a, b;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		a = decode(rows[i].base64);
		b = decode(rows[i].certificate);
		assert_int_equal(att_sk_key_parse(a, &plain, NULL), ATT_OK);
		assert_int_equal(
		    att_sk_key_parse_certified(b, &inside, NULL), ATT_OK);
		assert_true(inside.is_certified);
		assert_true(att_sk_key_is_equal(&plain, &inside));
		assert_int_equal(
		    att_sk_key_parse_certified(a, &inside, NULL), ATT_OK);
		assert_false(inside.is_certified);
		/* Where a certificate is no answer. */
		assert_int_equal(
		    att_sk_key_parse(b, &inside, NULL), ATT_ERR_SSH_KEY_TYPE);
		drop(a);
		drop(b);
	}
}

static void
refuses_each_cut_and_each_byte_more(void **state)
{
	uint8_t longer[ATT_SK_BLOB_MAX];
	struct att_sk_key key;
	struct att_bytes blobs[2];

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		blobs[0] = decode(rows[i].base64);
		blobs[1] = decode(rows[i].certificate);
		for (size_t n = 0; n < 2; n++) {
			for (size_t len = 0; len < blobs[n].len; len++) {
				assert_int_equal(
				    att_sk_key_parse_certified(
					att_bytes(blobs[n].ptr, len), &key,
					NULL),
				    ATT_ERR_SSH_KEY_MALFORMED);
				assert_int_equal(key.public_key.len, 0);
			}
			memcpy(longer, blobs[n].ptr, blobs[n].len);
			longer[blobs[n].len] = 0;
			assert_int_equal(
			    att_sk_key_parse_certified(
				att_bytes(longer, blobs[n].len + 1), &key,
				NULL),
			    ATT_ERR_SSH_KEY_MALFORMED);
			drop(blobs[n]);
		}
	}
}

static enum att_err
parse_parts(const char *type, const char *group, struct att_bytes numbers,
    const char *application)
{
	struct att_sk_key key;
	struct att_buf out;
	enum att_err err;

	att_buf_init(&out, 1000);
	assert_int_equal(att_buf_put_cstring(&out, type), ATT_OK);
	if (group != NULL)
		assert_int_equal(att_buf_put_cstring(&out, group), ATT_OK);
	assert_int_equal(att_buf_put_string(&out, numbers), ATT_OK);
	assert_int_equal(att_buf_put_cstring(&out, application), ATT_OK);
	err = att_sk_key_parse(att_buf_get(&out), &key, NULL);
	att_buf_reset(&out);
	return err;
}

static void
refuses_numbers_and_applications_that_are_none(void **state)
{
	static const uint8_t point[66] = { 4 }, compressed[65] = { 2 };
	char longest[ATT_SK_APPLICATION_MAX + 2];

	(void)state;
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(parse_parts(SSH_ECDSA_TYPE, "nistp256",
			     att_bytes(point, 65), "ssh:"),
	    ATT_OK);
	assert_int_equal(parse_parts(SSH_ED25519_TYPE, NULL,
			     att_bytes(point, 32), longest + 1),
	    ATT_OK);
	assert_int_equal(parse_parts(SSH_ECDSA_TYPE, "nistp384",
			     att_bytes(point, 65), "ssh:"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(parse_parts(SSH_ECDSA_TYPE, "nistp256",
			     att_bytes(point, 64), "ssh:"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(parse_parts(SSH_ECDSA_TYPE, "nistp256",
			     att_bytes(point, 66), "ssh:"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(parse_parts(SSH_ECDSA_TYPE, "nistp256",
			     att_bytes(compressed, 65), "ssh:"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(
	    parse_parts(SSH_ED25519_TYPE, NULL, att_bytes(point, 31), "ssh:"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(
	    parse_parts(SSH_ED25519_TYPE, NULL, att_bytes(point, 33), "ssh:"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(
	    parse_parts(SSH_ED25519_TYPE, NULL, att_bytes(point, 32), ""),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(
	    parse_parts(SSH_ED25519_TYPE, NULL, att_bytes(point, 32), "ssh: x"),
	    ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(
	    parse_parts(SSH_ED25519_TYPE, NULL, att_bytes(point, 32), longest),
	    ATT_ERR_SSH_KEY_MALFORMED);
}

static void
names_the_type_of_another_key(void **state)
{
	struct att_reason why;

	(void)state;
	assert_int_equal(
	    parse_line(SSH_PLAIN_LINE, &why), ATT_ERR_SSH_KEY_TYPE);
	assert_non_null(strstr(why.text, "\"" SSH_PLAIN_TYPE "\""));
	assert_int_equal(
	    parse_line(SSH_ECDSA_CERTIFICATE_LINE, &why), ATT_ERR_SSH_KEY_TYPE);
	assert_non_null(strstr(why.text, SSH_ECDSA_CERTIFICATE_TYPE));
}

static enum att_err
parse_words(const char *type, const char *base64, struct att_sk_line *line,
    struct att_reason *why)
{
	return att_sk_words_parse(
	    att_bytes_text(type), att_bytes_text(base64), line, why);
}

/* Certificates too: sshd offers both. */
static void
reads_the_words_of_sshd(void **state)
{
	static const struct {
		const char *type, *base64, *fingerprint;
		bool is_certified;
	} words[] = {
		{ SSH_ECDSA_TYPE, SSH_ECDSA_BASE64, SSH_ECDSA_FINGERPRINT,
		    false },
		{ SSH_ED25519_TYPE, SSH_ED25519_BASE64, SSH_ED25519_FINGERPRINT,
		    false },
		{ SSH_ECDSA_CERTIFICATE_TYPE, SSH_ECDSA_CERTIFICATE_BASE64,
		    SSH_ECDSA_FINGERPRINT, true },
		{ SSH_ED25519_CERTIFICATE_TYPE, SSH_ED25519_CERTIFICATE_BASE64,
		    SSH_ED25519_FINGERPRINT, true },
	};
	char fingerprint[ATT_SK_FINGERPRINT_SIZE];
	struct att_sk_line line;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(
		    parse_words(words[i].type, words[i].base64, &line, NULL),
		    ATT_OK);
		assert_int_equal(line.key.is_certified, words[i].is_certified);
		assert_int_equal(
		    att_sk_key_fingerprint(&line.key, fingerprint), ATT_OK);
		assert_string_equal(fingerprint, words[i].fingerprint);
		att_sk_line_reset(&line);
		/* The type of another row is not its own. */
		assert_int_equal(parse_words(words[(i + 1) % 4].type,
				     words[i].base64, &line, NULL),
		    ATT_ERR_SSH_KEY_MALFORMED);
		assert_null(line.blob);
	}
}

static void
says_which_other_key_sshd_names(void **state)
{
	struct att_sk_line line;
	struct att_reason why;

	(void)state;
	assert_int_equal(
	    parse_words(SSH_PLAIN_TYPE, SSH_PLAIN_BASE64, &line, &why),
	    ATT_ERR_SSH_KEY_TYPE);
	assert_null(line.blob);
	assert_non_null(strstr(why.text, SSH_PLAIN_FINGERPRINT ": "));
	assert_non_null(strstr(why.text, "\"" SSH_PLAIN_TYPE "\""));
	assert_int_equal(parse_words(SSH_ECDSA_TYPE, "?", &line, &why),
	    ATT_ERR_SSH_KEY_MALFORMED);
}

static void
refuses_lines_that_are_no_pub_file(void **state)
{
	static const char *const lines[] = {
		"",
		"\n\n",
		SSH_ECDSA_TYPE,
		SSH_ECDSA_BASE64,
		SSH_ED25519_TYPE " " SSH_ECDSA_BASE64,
		"ssh-rsa " SSH_ECDSA_BASE64,
		"restrict " SSH_ECDSA_LINE,
		"# " SSH_ECDSA_LINE,
		SSH_ECDSA_LINE "\n" SSH_ED25519_LINE,
		SSH_ECDSA_TYPE " " SSH_ECDSA_BASE64 "=",
		SSH_ECDSA_TYPE " " SSH_ECDSA_BASE64 "AAAA",
		SSH_ECDSA_TYPE " -" SSH_ECDSA_BASE64,
	};
	struct att_sk_line line;
	struct att_reason why;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(
		    parse_line(lines[i], &why), ATT_ERR_SSH_KEY_MALFORMED);
	assert_int_equal(att_sk_line_parse(att_bytes(SSH_ECDSA_LINE "\0",
					       sizeof(SSH_ECDSA_LINE)),
			     &line, NULL),
	    ATT_ERR_SSH_KEY_MALFORMED);
}

/* The credential of a key, as it stands in a verdict. */
static struct att_cose_key
cose_of(const struct att_sk_key *key)
{
	struct att_cose_key cose = { 0 };
	bool is_ecdsa = key->kind == ATT_SK_ECDSA;

	cose.algorithm =
	    att_cose_algorithm_find(is_ecdsa ? ATT_COSE_ES256 : ATT_COSE_EDDSA);
	cose.numbers[0] = att_bytes(key->public_key.ptr, 32);
	if (is_ecdsa)
		cose.numbers[1] = att_bytes(key->public_key.ptr + 32, 32);
	return cose;
}

static void
compares_with_a_credential(void **state)
{
	uint8_t numbers[ATT_SK_POINT_LEN - 1];
	struct att_sk_key keys[ROWS], made;
	struct att_bytes blobs[ROWS];
	struct att_cose_key cose;

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		blobs[i] = decode(rows[i].base64);
		assert_int_equal(
		    att_sk_key_parse(blobs[i], &keys[i], NULL), ATT_OK);
	}
	for (size_t i = 0; i < ROWS; i++) {
		cose = cose_of(&keys[i]);
		assert_int_equal(att_sk_key_make(&cose, rows[i].application,
				     numbers, &made, NULL),
		    ATT_OK);
		assert_true(att_sk_key_is_equal(&made, &keys[i]));
		assert_false(att_sk_key_is_equal(&made, &keys[1 - i]));
		numbers[31] ^= 1;
		assert_false(att_sk_key_is_equal(&made, &keys[i]));
		assert_int_equal(
		    att_sk_key_make(&cose, "ssh:other", numbers, &made, NULL),
		    ATT_OK);
		assert_false(att_sk_key_is_equal(&made, &keys[i]));
	}
	for (size_t i = 0; i < ROWS; i++)
		drop(blobs[i]);
}

static void
makes_no_key_of_another_credential(void **state)
{
	static const uint8_t number[48];
	uint8_t numbers[ATT_SK_POINT_LEN - 1];
	struct att_cose_key cose = {
		.algorithm = att_cose_algorithm_find(-35),
		.numbers = { att_bytes(number, 48), att_bytes(number, 48) },
	};
	struct att_sk_key key;

	(void)state;
	assert_int_equal(att_sk_key_make(&cose, "ssh:", numbers, &key, NULL),
	    ATT_ERR_SSH_KEY_TYPE);
	cose.algorithm = NULL;
	assert_int_equal(att_sk_key_make(&cose, "ssh:", numbers, &key, NULL),
	    ATT_ERR_SSH_KEY_TYPE);
	cose.algorithm = att_cose_algorithm_find(ATT_COSE_EDDSA);
	cose.numbers[0].len = 32;
	assert_int_equal(
	    att_sk_key_make(&cose, "ssh:", numbers, &key, NULL), ATT_OK);
	assert_int_equal(
	    att_sk_key_make(&cose, "pam://host", numbers, &key, NULL),
	    ATT_ERR_SSH_APPLICATION);
	assert_int_equal(att_sk_key_make(&cose, "ssh: x", numbers, &key, NULL),
	    ATT_ERR_SSH_APPLICATION);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_ssh_keygen_wrote),
		cmocka_unit_test(finds_the_key_inside_a_certificate),
		cmocka_unit_test(refuses_each_cut_and_each_byte_more),
		cmocka_unit_test(
		    refuses_numbers_and_applications_that_are_none),
		cmocka_unit_test(names_the_type_of_another_key),
		cmocka_unit_test(reads_the_words_of_sshd),
		cmocka_unit_test(says_which_other_key_sshd_names),
		cmocka_unit_test(refuses_lines_that_are_no_pub_file),
		cmocka_unit_test(compares_with_a_credential),
		cmocka_unit_test(makes_no_key_of_another_credential),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
