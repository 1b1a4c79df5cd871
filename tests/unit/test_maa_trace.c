/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges shown to a person: attestctl/maa_trace.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/maa_trace.h"
#include "script_http.h"

/* What is shown of one exchange; the caller frees it. */
static char *
show(const struct att_http_request *request, const struct script_answer *answer)
{
	struct att_http_response response = { 0 };
	struct att_reason why = { 0 };
	struct att_maa_trace trace;
	struct att_http http;
	struct script script;
	size_t len;
	char *text;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	script_begin(&script, answer, 1);
	http = att_maa_trace_get(&trace, &script.http, out);
	assert_int_equal(
	    http.exchange(http.arg, request, &response, &why), answer->err);
	assert_int_equal(why.code, answer->err);
	fclose(out);
	att_http_response_reset(&response);
	script_end(&script);
	return text;
}

static void
assert_shown(const struct att_http_request *request,
    const struct script_answer *answer, const char *wanted)
{
	char *text = show(request, answer);

	assert_string_equal(text, wanted);
	free(text);
}

static void
shows_what_is_said(void **state)
{
	static const struct att_http_header headers[] = {
		{ "Accept", "application/json" },
	};
	const struct att_http_request request = { .method = "POST",
		.url = "https://a/b",
		.headers = headers,
		.header_count = 1,
		.body = att_bytes_text("{\"x\":1}"),
		.max = 100 };

	(void)state;
	assert_shown(&request,
	    &(struct script_answer){ .status = 429,
		.body = "busy\r\n\x1b[31m",
		.content_type = "text/plain",
		.request_id = "r7",
		.retry_after = "5" },
	    "> POST https://a/b\n"
	    "> Accept: application/json\n"
	    "> {\"x\":1}\n"
	    "< HTTP status: 429\n"
	    "< Content-Type: text/plain\n"
	    "< Retry-After: 5\n"
	    "< x-ms-request-id: r7\n"
	    "< busy\\x0d\\x0a\\x1b[31m\n");
	assert_shown(&request,
	    &(struct script_answer){ .err = ATT_ERR_MAA_UNREACHABLE },
	    "> POST https://a/b\n"
	    "> Accept: application/json\n"
	    "> {\"x\":1}\n"
	    "< no answer: https://a/b: as the script says\n");
}

static void
shows_nobody_who_asks(void **state)
{
	static const struct att_http_header headers[] = {
		{ "authorization", "Bearer hidden" },
		{ "X-IDENTITY-HEADER", "hidden" },
		{ "Metadata", "true" },
	};
	const struct att_http_request request = { .method = "GET",
		.url = "https://a/b",
		.headers = headers,
		.header_count = 3,
		.max = 100 };
	char *text = show(&request, &(struct script_answer){ .status = 200 });

	(void)state;
	assert_null(strstr(text, "hidden"));
	assert_non_null(strstr(text, "> authorization: (not shown)\n"));
	assert_non_null(strstr(text, "> X-IDENTITY-HEADER: (not shown)\n"));
	assert_non_null(strstr(text, "> Metadata: true\n"));
	free(text);
}

static void
counts_what_is_secret(void **state)
{
	const struct att_http_request request = { .method = "POST",
		.url = "https://a/b",
		.body = att_bytes_text("client_secret=hidden"),
		.is_secret = true,
		.max = 100 };
	char *text =
	    show(&request, &(struct script_answer){ .status = 200,
			       .body = "{\"access_token\":\"hidden\"}" });

	(void)state;
	assert_null(strstr(text, "hidden"));
	assert_non_null(strstr(text, "> (20 bytes that are not shown)\n"));
	assert_non_null(strstr(text, "< (25 bytes that are not shown)\n"));
	free(text);
}

/* Whoever was told a secret may say it again. */
static void
shows_no_secret_that_comes_back(void **state)
{
	static const struct att_http_header header = { "Authorization",
		"Bearer hidden-token" };
	struct att_http_request request = { .method = "POST",
		.url = "https://a/b",
		.headers = &header,
		.header_count = 1,
		.max = 100 };
	const struct script_answer answer = { .status = 400,
		.body = "{\"error\":{\"message\":\"hidden-token\"}}",
		.challenge = "Bearer hidden-token",
		.content_type = "hidden-token",
		.request_id = "hidden-token",
		.retry_after = "hidden-token" };
	char *text = show(&request, &answer);

	(void)state;
	assert_null(strstr(text, "hidden"));
	assert_non_null(strstr(text, "< HTTP status: 400\n"));
	assert_non_null(strstr(text, "< (36 bytes that are not shown)\n"));
	free(text);
	/* Of a body that is secret nobody looks for parts. */
	request.is_secret = true;
	request.header_count = 0;
	text = show(&request, &answer);
	assert_null(strstr(text, "hidden"));
	assert_non_null(strstr(text, "< HTTP status: 400\n"));
	free(text);
}

static void
leaves_out_signatures(void **state)
{
	static const char *const cases[][2] = {
		{ "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.SIG-_natu",
		    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwcyJ9.*********" },
		{ "{\"token\":\"eyJh.eyJpc3MiOiJodHRwcyJ9.SIG\",\"b\":"
		  "\"eyJh.eyJpc3MiOiJodHRwcyJ9.SIG\"}",
		    "{\"token\":\"eyJh.eyJpc3MiOiJodHRwcyJ9.***\",\"b\":"
		    "\"eyJh.eyJpc3MiOiJodHRwcyJ9.***\"}" },
		{ "eyJh.eyJpc3MiOiJodHRwcyJ9", "eyJh.eyJpc3MiOiJodHRwcyJ9" },
		{ "https://a.b.c/", "https://a.b.c/" },
	};
	struct att_http_request request = {
		.method = "GET", .url = "https://a/b", .max = 1
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *text;

		request.body = att_bytes_text(cases[i][0]);
		text = show(&request, &(struct script_answer){ .status = 200 });
		assert_non_null(strstr(text, cases[i][1]));
		assert_null(strstr(text, "SIG"));
		free(text);
	}
}

/* A signature that begins where the text is cut is left out, too. */
static void
shows_the_beginning_of_much(void **state)
{
	struct att_http_request request = {
		.method = "GET", .url = "https://a/b", .max = 1
	};
	char body[2001] = "eyJh.";
	char *text;

	(void)state;
	memset(body + 5, 'b', 990);
	body[990] = '.';
	memset(body + 991, 'S', sizeof(body) - 992);
	request.body = att_bytes_text(body);
	text = show(&request, &(struct script_answer){ .status = 200 });
	assert_null(strstr(text, ".S"));
	assert_non_null(strstr(text, "b.***"));
	assert_non_null(strstr(text, "> ... 2000 bytes in all\n"));
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shows_what_is_said),
		cmocka_unit_test(shows_nobody_who_asks),
		cmocka_unit_test(counts_what_is_secret),
		cmocka_unit_test(shows_no_secret_that_comes_back),
		cmocka_unit_test(leaves_out_signatures),
		cmocka_unit_test(shows_the_beginning_of_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
