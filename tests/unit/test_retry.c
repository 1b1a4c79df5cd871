/* SPDX-License-Identifier: BSD-2-Clause */
/* Asking again: maa/retry.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "script_http.h"

static const struct att_http_request request = {
	.method = "GET",
	.url = "https://example.org/",
	.max = 100,
};

#define COUNT(list) (sizeof(list) / sizeof(list[0]))

/* Asks, and compares the status of the last answer. */
static enum att_err
ask(struct script *script, unsigned int max, bool is_identity,
    unsigned int status)
{
	const struct att_retry retry = { &script->time, max, is_identity };
	struct att_http_response response = { 0 };
	struct att_reason why = { 0 };
	enum att_err err;

	err = att_retry_exchange(
	    &retry, &script->http, &request, &response, &why);
	assert_int_equal(response.status, status);
	if (err != ATT_OK)
		assert_int_equal(why.code, err);
	att_http_response_reset(&response);
	return err;
}

static void
a_good_answer_is_asked_for_once(void **state)
{
	static const struct script_answer answers[] = { { .status = 200 } };
	struct script script;

	(void)state;
	script_begin(&script, answers, COUNT(answers));
	assert_int_equal(ask(&script, 4, false, 200), ATT_OK);
	assert_int_equal(script.sleeps, 0);
	script_end(&script);
}

static void
what_stays_as_it_is_is_not_asked_again(void **state)
{
	static const struct script_answer rows[] = {
		{ .status = 301 },
		{ .status = 400 },
		{ .status = 401 },
		{ .status = 404 },
		{ .status = 410 },
		{ .err = ATT_ERR_TOO_LARGE },
		{ .err = ATT_ERR_SPAWN },
	};
	struct script script;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		script_begin(&script, &rows[i], 1);
		assert_int_equal(
		    ask(&script, 4, false, rows[i].status), rows[i].err);
		assert_int_equal(script.sleeps, 0);
		script_end(&script);
	}
}

static void
waits_twice_as_long_each_time(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 500 },
		{ .status = 503 },
		{ .status = 408 },
		{ .status = 429 },
		{ .err = ATT_ERR_MAA_UNREACHABLE },
		{ .status = 599 },
		{ .status = 502 },
		{ .status = 200 },
	};
	static const unsigned int slept[] = { 1000, 2000, 4000, 8000, 16000,
		30000, 30000 };
	struct script script;

	(void)state;
	script_begin(&script, answers, COUNT(answers));
	assert_int_equal(ask(&script, 10, false, 200), ATT_OK);
	assert_int_equal(script.sleeps, COUNT(slept));
	assert_memory_equal(script.slept, slept, sizeof(slept));
	script_end(&script);
}

/* Hosts that failed together do not come back together. */
static void
chance_makes_the_wait_longer_or_shorter(void **state)
{
	static const struct script_answer answers[] = { { .status = 500 },
		{ .status = 500 }, { .status = 429, .retry_after = "7" },
		{ .status = 200 } };
	static const struct {
		uint32_t drawn;
		unsigned int slept[3];
	} rows[] = {
		{ 0, { 750, 1500, 7000 } },
		{ UINT32_MAX, { 1250, 2500, 7000 } },
	};
	struct script script;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		script_begin(&script, answers, COUNT(answers));
		script.drawn = rows[i].drawn;
		assert_int_equal(ask(&script, 4, false, 200), ATT_OK);
		assert_int_equal(script.sleeps, 3);
		assert_memory_equal(
		    script.slept, rows[i].slept, sizeof(rows[i].slept));
		script_end(&script);
	}
	assert_int_not_equal(
	    att_maa_time_real.draw(NULL), att_maa_time_real.draw(NULL));
}

static void
gives_up_and_keeps_the_last_answer(void **state)
{
	static const struct script_answer busy[] = {
		{ .status = 503 },
		{ .status = 503 },
		{ .status = 429 },
	};
	static const struct script_answer gone[] = {
		{ .status = 503 },
		{ .err = ATT_ERR_MAA_UNREACHABLE },
	};
	struct script script;

	(void)state;
	script_begin(&script, busy, COUNT(busy));
	assert_int_equal(ask(&script, 2, false, 429), ATT_OK);
	assert_int_equal(script.sleeps, 2);
	script_end(&script);
	script_begin(&script, gone, COUNT(gone));
	assert_int_equal(ask(&script, 1, false, 0), ATT_ERR_MAA_UNREACHABLE);
	script_end(&script);
	script_begin(&script, busy, 1);
	assert_int_equal(ask(&script, 0, false, 503), ATT_OK);
	assert_int_equal(script.sleeps, 0);
	script_end(&script);
}

/* A row: Retry-After, and what is waited for; -1: it is given up. */
static void
waits_as_long_as_the_server_says(void **state)
{
	static const struct {
		const char *text;
		int ms;
	} rows[] = {
		{ "7", 7000 },
		{ "300", 300000 },
		{ "007", 7000 },
		{ "301", -1 },
		{ "99999999999999999999", -1 },
		{ "0", 1000 },
		{ "", 1000 },
		{ "-1", 1000 },
		{ "1.5", 1000 },
		{ "soon", 1000 },
		{ "Thu, 01 Jan 2026 00:00:09 GMT", 9000 },
		{ "Thu, 01 Jan 2026 00:05:01 GMT", -1 },
		{ "Wed, 31 Dec 2025 23:59:59 GMT", 1000 },
		{ "Thu, 01 Jan 2026 00:00:09 CET", 1000 },
		{ "Thu, 01 Jan 2026 00:00:9 GMTs", 1000 },
	};
	struct script_answer answers[] = { { .status = 429 },
		{ .status = 200 } };
	struct script script;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		answers[0].retry_after = rows[i].text;
		script_begin(&script, answers, rows[i].ms < 0 ? 1 : 2);
		assert_int_equal(
		    ask(&script, 1, false, rows[i].ms < 0 ? 429 : 200), ATT_OK);
		assert_int_equal(script_slept(&script),
		    rows[i].ms < 0 ? 0 : (unsigned int)rows[i].ms);
		script_end(&script);
	}
}

static void
an_identity_may_appear(void **state)
{
	static const struct script_answer answers[] = { { .status = 404 },
		{ .status = 200 } };
	struct script script;

	(void)state;
	script_begin(&script, answers, COUNT(answers));
	assert_int_equal(ask(&script, 1, true, 200), ATT_OK);
	assert_int_equal(script_slept(&script), 1000);
	script_end(&script);
}

static void
an_update_is_waited_for_and_no_longer(void **state)
{
	struct script_answer answers[9];
	struct script script;

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++)
		answers[i] = (struct script_answer){ .status = 410 };
	script_begin(&script, answers, 8);
	assert_int_equal(ask(&script, 0, true, 410), ATT_OK);
	assert_int_equal(script_slept(&script), 70000);
	script_end(&script);
	/* Other failures in between have their own tries. */
	answers[3].status = 500;
	answers[8].status = 200;
	script_begin(&script, answers, 9);
	assert_int_equal(ask(&script, 1, true, 200), ATT_OK);
	assert_int_equal(script_slept(&script), 71000);
	script_end(&script);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_answer_is_asked_for_once),
		cmocka_unit_test(what_stays_as_it_is_is_not_asked_again),
		cmocka_unit_test(waits_twice_as_long_each_time),
		cmocka_unit_test(chance_makes_the_wait_longer_or_shorter),
		cmocka_unit_test(gives_up_and_keeps_the_last_answer),
		cmocka_unit_test(waits_as_long_as_the_server_says),
		cmocka_unit_test(an_identity_may_appear),
		cmocka_unit_test(an_update_is_waited_for_and_no_longer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
