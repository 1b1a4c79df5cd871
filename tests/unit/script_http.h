/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An att_http whose answers are a table, and a clock that stands still but for
 * the waiting. What was asked is kept as text:
 *
 *	METHOD URL
 *	NAME: VALUE
 *
 *	BODY
 */
#ifndef TESTS_UNIT_SCRIPT_HTTP_H
#define TESTS_UNIT_SCRIPT_HTTP_H

#include "base/http.h"
#include "maa/retry.h"

enum {
	SCRIPT_MAX = 32,
	SCRIPT_NOW = 1767225600, /* 2026-01-01 */
};

struct script_answer {
	enum att_err err; /* ATT_OK: the rest counts */
	unsigned int status;
	const char *body; /* NULL: none */
	const char *challenge;
	const char *retry_after;
	const char *content_type; /* NULL: application/json */
	const char *request_id;
};

struct script {
	const struct script_answer *answers;
	size_t count;
	size_t used;
	char *requests[SCRIPT_MAX];
	unsigned int seconds[SCRIPT_MAX]; /* of each request */
	bool is_platform[SCRIPT_MAX];
	bool is_secret[SCRIPT_MAX];
	int64_t now;
	unsigned int slept[SCRIPT_MAX]; /* ms */
	size_t sleeps;
	/* What chance gives: the middle, in which nothing is left to it. */
	uint32_t drawn;
	struct att_http http;
	struct att_maa_time time;
};

/* Fails the test when more is asked than there are answers. */
void script_begin(
    struct script *script, const struct script_answer *answers, size_t count);
/* Frees the texts; fails the test unless every answer was asked for. */
void script_end(struct script *script);
/* All that was waited for, in ms. */
unsigned int script_slept(const struct script *script);

#endif
