/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of the host's keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/host_keys.h"
#include "scratch.h"

static const uint8_t part[300] = { 0, 1, 2 };
static struct att_options *opts;
static struct att_reason why;
static char *aik, *key;

static int
set_up(void **state)
{
	if (scratch_setup(state) != 0 || att_options_new(&opts) != ATT_OK)
		return -1;
	aik = scratch_path(*state, "host.aik");
	key = scratch_path(*state, "host.key");
	if (att_options_set(opts, "host_aik", aik, "test", &why) != ATT_OK ||
	    att_options_set(opts, "host_key", key, "test", &why) != ATT_OK)
		return -1;
	return 0;
}

static int
tear_down(void **state)
{
	att_options_free(&opts);
	free(aik);
	free(key);
	return scratch_teardown(state);
}

static struct att_tpm_wrapped
made_example(void)
{
	return (struct att_tpm_wrapped){ .parent = 0x40000001,
		.public_part = att_bytes(part, 280),
		.private_part = att_bytes(part, 220) };
}

static void
write_file(const char *path, const struct att_buf *text, mode_t mode)
{
	FILE *out = fopen(path, "wb");

	assert_non_null(out);
	assert_int_equal(fwrite(text->ptr, 1, text->len, out), text->len);
	fclose(out);
	assert_int_equal(chmod(path, mode), 0);
}

static void
what_is_not_there_is_new(void **state)
{
	struct att_host_keys keys;

	(void)state;
	assert_int_equal(att_host_keys_load(opts, &keys, &why), ATT_OK);
	assert_true(keys.aik.is_new);
	assert_true(keys.key.is_new);
	assert_int_equal(keys.aik.handle, 0);
	att_host_keys_reset(&keys);
	assert_int_equal(
	    att_options_set(opts, "host_aik", "0x81000003", "test", &why),
	    ATT_OK);
	assert_int_equal(att_host_keys_load(opts, &keys, &why), ATT_OK);
	assert_false(keys.aik.is_new);
	assert_true(keys.aik.handle == 0x81000003);
	assert_int_equal(keys.aik.wrapped.public_part.len, 0);
	att_host_keys_reset(&keys);
}

static void
keys_that_were_made_are_found_again(void **state)
{
	const struct att_tpm_wrapped made = made_example();
	struct att_host_keys keys;
	struct att_buf pem;
	struct stat st;

	(void)state;
	umask(0);
	assert_int_equal(att_host_aik_save(opts, &made, &why), ATT_OK);
	assert_int_equal(stat(aik, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	assert_int_equal(att_host_key_print(&made, &pem, &why), ATT_OK);
	write_file(key, &pem, 0600);
	att_buf_reset(&pem);
	assert_int_equal(att_host_keys_load(opts, &keys, &why), ATT_OK);
	assert_false(keys.aik.is_new);
	assert_true(keys.aik.wrapped.parent == 0x40000001);
	assert_true(
	    att_bytes_is_equal(keys.aik.wrapped.public_part, made.public_part));
	assert_false(keys.key.is_new);
	assert_true(att_bytes_is_equal(
	    keys.key.wrapped.private_part, made.private_part));
	att_host_keys_reset(&keys);
}

static void
an_aik_is_never_replaced(void **state)
{
	struct att_tpm_wrapped made = made_example();
	struct att_host_keys keys;

	(void)state;
	assert_int_equal(att_host_aik_save(opts, &made, &why), ATT_OK);
	made.public_part.len = 100;
	assert_int_equal(
	    att_host_aik_save(opts, &made, &why), ATT_ERR_FILE_LOCKED);
	assert_non_null(strstr(why.text, aik));
	assert_int_equal(att_host_keys_load(opts, &keys, &why), ATT_OK);
	assert_int_equal(keys.aik.wrapped.public_part.len, 280);
	att_host_keys_reset(&keys);
}

/* Nothing was made, or the TPM keeps it. */
static void
nothing_is_written_of_nothing(void **state)
{
	static const struct att_tpm_wrapped none;
	const struct att_tpm_wrapped made = made_example();
	struct att_buf pem;

	(void)state;
	assert_int_equal(att_host_aik_save(opts, &none, &why), ATT_OK);
	assert_int_equal(access(aik, F_OK), -1);
	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	assert_int_equal(att_host_key_print(&none, &pem, &why), ATT_OK);
	assert_int_equal(pem.len, 0);
	assert_int_equal(
	    att_options_set(opts, "host_aik", "0x81000003", "test", &why),
	    ATT_OK);
	assert_int_equal(att_host_aik_save(opts, &made, &why), ATT_OK);
	assert_int_equal(access(aik, F_OK), -1);
}

static void
a_file_that_is_no_key_of_ours_is_refused(void **state)
{
	const struct att_tpm_wrapped made = made_example();
	struct att_host_keys keys;
	struct att_buf text;

	(void)state;
	att_buf_init(&text, ATT_WRAPPED_KEY_MAX);
	assert_int_equal(att_buf_put(&text, "no key", 6), ATT_OK);
	write_file(key, &text, 0600);
	assert_int_equal(
	    att_host_keys_load(opts, &keys, &why), ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, key));
	assert_non_null(strstr(why.text, "host_key"));
	att_host_keys_reset(&keys);
	assert_int_equal(att_host_aik_load(opts, &keys, &why), ATT_OK);
	att_host_keys_reset(&keys);
	att_buf_reset(&text);
	assert_int_equal(att_host_key_print(&made, &text, &why), ATT_OK);
	write_file(key, &text, 0622);
	assert_int_equal(
	    att_host_keys_load(opts, &keys, &why), ATT_ERR_FILE_PERMISSIONS);
	att_host_keys_reset(&keys);
	att_buf_reset(&text);
}

int
main(void)
{
#define KEYS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		KEYS(what_is_not_there_is_new),
		KEYS(keys_that_were_made_are_found_again),
		KEYS(an_aik_is_never_replaced),
		KEYS(nothing_is_written_of_nothing),
		KEYS(a_file_that_is_no_key_of_ours_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
