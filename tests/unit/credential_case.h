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
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

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

enum {
	STACK_SIZE = 1 << 20
};

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
		assert_true(script.is_secret[i]);
	for (size_t i = 0; i < script.used; i++)
		explicit_bzero(script.requests[i], strlen(script.requests[i]));
	script_end(&script);
}

/* What get() has done, on a stack that can be looked at afterwards. */
struct call {
	const char *token;
	enum att_err err;
};

static void *
get_token(void *arg)
{
	struct call *call = arg;

	call->err = att_credential_get_token(
	    credential, &script.http, &call->token, &why);
	return NULL;
}

/* No secret may be left on the stack either. */
static struct call
get_on_stack(void)
{
	void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct call call = { 0 };
	pthread_attr_t attr;
	pthread_t thread;

	assert_true(stack != MAP_FAILED);
	assert_int_equal(pthread_attr_init(&attr), 0);
	assert_int_equal(pthread_attr_setstack(&attr, stack, STACK_SIZE), 0);
	assert_int_equal(pthread_create(&thread, &attr, get_token, &call), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_attr_destroy(&attr);
	assert_null(memmem(stack, STACK_SIZE, mark, sizeof(mark) - 1));
	munmap(stack, STACK_SIZE);
	return call;
}

static enum att_err
get(void)
{
	const struct call call = get_on_stack();
	const char *token = call.token;
	enum att_err err = call.err;

	if (err == ATT_OK)
		assert_string_equal(token, "hidden-token");
	else {
		assert_null(token);
		assert_int_equal(why.code, err);
	}
	assert_null(strstr(why.text, mark));
	return err;
}

/*
 * A function of a library that is called for the first time is looked up by
 * the dynamic linker, which leaves the registers on the stack meanwhile. The
 * test is not about that.
 */
static int
bind_now(void **state)
{
	char *const argv[] = { (char *)(uintptr_t) "again", NULL };

	(void)state;
	if (getenv("LD_BIND_NOW") != NULL)
		return 0;
	if (setenv("LD_BIND_NOW", "1", 1) != 0)
		return -1;
	execv("/proc/self/exe", argv);
	return -1;
}

static const struct script_answer granted = { .status = 200, .body = TOKEN };

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

#endif
