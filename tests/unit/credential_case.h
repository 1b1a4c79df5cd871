/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A credential whose HTTP is a script. Every secret of a test has "hidden" in
 * it, and no memory that is freed may have that (the linker puts __wrap_free()
 * in the place of free()).
 */
#ifndef TESTS_UNIT_CREDENTIAL_CASE_H
#define TESTS_UNIT_CREDENTIAL_CASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "maa/credential.h"
#include "scratch.h"
#include "script_http.h"

void __real_free(void *ptr);
void __wrap_free(void *ptr);

static const char mark[] = "hidden";
static size_t freed, left_over;

void
__wrap_free(void *ptr)
{
	if (ptr != NULL) {
		freed++;
		left_over += memmem(ptr, malloc_usable_size(ptr), mark,
				 sizeof(mark) - 1) != NULL;
	}
	__real_free(ptr);
}

#define COUNT(list) (sizeof(list) / sizeof(list[0]))
#define TOKEN                                                                  \
	"{\"token_type\":\"Bearer\",\"expires_in\":3599,"                      \
	"\"access_token\":\"hidden-token\"}"

static struct att_options *opts;
static struct att_credential *credential;
static struct script script;
static struct att_reason why;
static char *secret, *assertion;

static void
set(const char *name, const char *value)
{
	assert_int_equal(
	    att_options_set(opts, name, value, "test", NULL), ATT_OK);
}

static int
setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	assert_int_equal(att_options_new(&opts), ATT_OK);
	set("maa_tenant", "tenant.example");
	set("maa_client_id", "client+id/1");
	set("maa_retries", "1");
	secret = scratch_path(*state, "secret");
	assertion = scratch_path(*state, "assertion");
	set("maa_secret", secret);
	set("maa_assertion", assertion);
	scratch_write(secret, "hidden&~+secret\n", 16, 0600);
	scratch_write(assertion, "hidden.federated.token\n", 23, 0600);
	why = (struct att_reason){ 0 };
	left_over = freed = 0;
	return 0;
}

static int
teardown(void **state)
{
	att_credential_free(&credential);
	att_options_free(&opts);
	assert_true(freed > 0);
	assert_int_equal(left_over, 0);
	free(secret);
	free(assertion);
	return scratch_teardown(state);
}

static void
open_kind(const char *kind, const struct script_answer *answers, size_t count)
{
	set("maa_credential", kind);
	assert_int_equal(att_credential_open(opts, &credential, &why), ATT_OK);
	script_begin(&script, answers, count);
	att_credential_set_time(credential, &script.time);
}

/* Ends the script; requests were compared before. */
static void
close_kind(void)
{
	att_credential_free(&credential);
	for (size_t i = 0; i < script.used; i++)
		explicit_bzero(script.requests[i], strlen(script.requests[i]));
	script_end(&script);
}

static enum att_err
get(void)
{
	const char *token;
	enum att_err err;

	err = att_credential_get_token(credential, &script.http, &token, &why);
	if (err == ATT_OK)
		assert_string_equal(token, "hidden-token");
	else {
		assert_null(token);
		assert_int_equal(why.code, err);
	}
	assert_null(strstr(why.text, mark));
	return err;
}

static const struct script_answer granted = { .status = 200, .body = TOKEN };

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
