/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the types of RFC 4251 (ssh/wire.c). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ssh/wire.h"

#define BYTES(text) att_bytes(text, sizeof(text) - 1)

static enum att_err
get_mpint(struct att_bytes encoded, size_t max, struct att_bytes *out)
{
	struct att_reader r = att_reader(encoded);
	enum att_err err = att_ssh_get_mpint(&r, max, out);

	/* All of it, or nothing of it. */
	assert_int_equal(r.left, err == ATT_OK ? 0 : encoded.len);
	if (err != ATT_OK)
		assert_int_equal(out->len, 0);
	return err;
}

/* The examples of RFC 4251 section 5 that are not negative, and a boundary. */
static void
reads_and_writes_mpints(void **state)
{
	const struct {
		struct att_bytes encoded;
		struct att_bytes magnitude;
	} rows[] = {
		{ BYTES("\0\0\0\0"), BYTES("") },
		{ BYTES("\0\0\0\x08\x09\xa3\x78\xf9\xb2\xe3\x32\xa7"),
		    BYTES("\x09\xa3\x78\xf9\xb2\xe3\x32\xa7") },
		{ BYTES("\0\0\0\x02\0\x80"), BYTES("\x80") },
		{ BYTES("\0\0\0\x01\x7f"), BYTES("\x7f") },
	};
	struct att_bytes found;
	struct att_buf buf;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(get_mpint(rows[i].encoded, 8, &found), ATT_OK);
		assert_true(att_bytes_is_equal(found, rows[i].magnitude));
		att_buf_init(&buf, 100);
		assert_int_equal(
		    att_ssh_put_mpint(&buf, rows[i].magnitude), ATT_OK);
		assert_true(
		    att_bytes_is_equal(att_buf_get(&buf), rows[i].encoded));
		att_buf_reset(&buf);
	}
}

static void
leaves_leading_zeros_away(void **state)
{
	struct att_buf buf;

	(void)state;
	att_buf_init(&buf, 100);
	assert_int_equal(att_ssh_put_mpint(&buf, BYTES("\0\0\x01")), ATT_OK);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&buf), BYTES("\0\0\0\x01\x01")));
	att_buf_reset(&buf);
}

static void
refuses_mpints_in_another_form(void **state)
{
	const struct att_bytes rows[] = {
		BYTES("\0\0\0\x01\0"),		 /* zero with a byte */
		BYTES("\0\0\0\x02\0\x7f"),	 /* a zero too many */
		BYTES("\0\0\0\x03\0\0\x80"),	 /* likewise */
		BYTES("\0\0\0\x01\x80"),	 /* negative */
		BYTES("\0\0\0\x02\x01"),	 /* cut off */
		BYTES("\0\0\0\x03\x01\x02\x03"), /* larger than max */
		BYTES("\0\0\0\x04\0\x81\x02\x03"),
		BYTES("\0\0\0"),
	};
	struct att_bytes found;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(
		    get_mpint(rows[i], 2, &found), ATT_ERR_MESSAGE_MALFORMED);
}

static void
holds_strings_to_a_text_or_a_length(void **state)
{
	struct att_bytes encoded = BYTES("\0\0\0\x03"
					 "abc");
	struct att_reader r = att_reader(encoded);
	struct att_bytes found;

	(void)state;
	assert_int_equal(
	    att_ssh_get_expected(&r, "abd"), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    att_ssh_get_expected(&r, "ab"), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    att_ssh_get_expected(&r, "abcd"), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    att_ssh_get_sized(&r, 4, 5, &found), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(
	    att_ssh_get_sized(&r, 1, 2, &found), ATT_ERR_MESSAGE_MALFORMED);
	assert_int_equal(r.left, encoded.len);
	assert_int_equal(att_ssh_get_sized(&r, 3, 3, &found), ATT_OK);
	assert_true(att_bytes_is_equal(found, BYTES("abc")));
	r = att_reader(encoded);
	assert_int_equal(att_ssh_get_expected(&r, "abc"), ATT_OK);
	assert_int_equal(r.left, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_mpints),
		cmocka_unit_test(leaves_leading_zeros_away),
		cmocka_unit_test(refuses_mpints_in_another_form),
		cmocka_unit_test(holds_strings_to_a_text_or_a_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
