/* SPDX-License-Identifier: BSD-2-Clause */
/* A client of the service as the options have it: attestctl/maa_open.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "attestctl/maa_open.h"
#include "scratch.h"

static struct att_options *opts;
static struct att_maa_connection connection;

static void
set(const char *name, const char *value)
{
	assert_int_equal(
	    att_options_set(opts, name, value, "test", NULL), ATT_OK);
}

static int
setup(void **state)
{
	assert_int_equal(att_options_new(&opts), ATT_OK);
	set("maa_url", "https://a.example");
	return scratch_setup(state);
}

static int
teardown(void **state)
{
	att_maa_close(&connection);
	att_options_free(&opts);
	return scratch_teardown(state);
}

static void
no_dump_is_made_of_who_has_secrets(void **state)
{
	struct rlimit limit;

	(void)state;
	assert_int_equal(att_maa_open(&connection, opts, false, NULL), ATT_OK);
	assert_int_equal(prctl(PR_GET_DUMPABLE), 0);
	assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
	assert_int_equal(limit.rlim_cur, 0);
	assert_int_equal(limit.rlim_max, 0);
}

static void
asks_as_the_options_say(void **state)
{
	char *path = scratch_path(*state, "ca.pem");

	scratch_write_text(path, "PEM");
	set("maa_ca", path);
	set("maa_proxy", "http://proxy.example:3128");
	set("maa_timeout", "7s");
	set("maa_connect_timeout", "3s");
	set("maa_credential", "managed-identity");
	assert_int_equal(att_maa_open(&connection, opts, true, NULL), ATT_OK);
	assert_string_equal(
	    connection.fetcher.proxy, "http://proxy.example:3128");
	assert_int_equal(connection.fetcher.seconds, 7);
	assert_int_equal(connection.fetcher.connect_seconds, 3);
	assert_int_equal(connection.fetcher.ca.len, 3);
	assert_non_null(connection.credential);
	assert_ptr_equal(connection.maa.credential, connection.credential);
	free(path);
}

static void
refuses_what_nobody_can_be_asked_with(void **state)
{
	char *path = scratch_path(*state, "ca.pem");
	struct att_reason why = { 0 };

	set("maa_ca", path);
	assert_int_equal(att_maa_open(&connection, opts, false, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	scratch_write_text(path, "");
	assert_int_equal(att_maa_open(&connection, opts, false, &why),
	    ATT_ERR_ROOTS_INVALID);
	att_maa_close(&connection);
	set("maa_ca", "none");
	set("maa_credential", "client-secret");
	assert_int_equal(
	    att_maa_open(&connection, opts, false, &why), ATT_ERR_CONF_VALUE);
	set("maa_tenant", "..");
	set("maa_client_id", "c");
	assert_int_equal(
	    att_maa_open(&connection, opts, false, &why), ATT_ERR_CONF_VALUE);
	free(path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_dump_is_made_of_who_has_secrets),
		TEST(asks_as_the_options_say),
		TEST(refuses_what_nobody_can_be_asked_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
