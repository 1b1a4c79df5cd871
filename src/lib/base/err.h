/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The one error type of the project, and the reason that goes with it.
 *
 * Every function that can fail returns enum att_err; 0 is success. A function
 * that knows the object and the expectation also fills a struct att_reason,
 * which is what logs, people and JSON show. See err.def for the list.
 */
#ifndef ATT_BASE_ERR_H
#define ATT_BASE_ERR_H

#include <stdbool.h>

#define ATT_MUST_USE __attribute__((warn_unused_result))
#define ATT_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

enum att_err {
	ATT_OK = 0,
#define ERR(symbol, code, category, pam, text) ATT_ERR_##symbol,
#include "base/err.def"
#undef ERR
	ATT_ERR_COUNT
};

enum att_category {
	ATT_CATEGORY_none,
	ATT_CATEGORY_input,
	ATT_CATEGORY_policy,
	ATT_CATEGORY_trust,
	ATT_CATEGORY_user,
	ATT_CATEGORY_device,
	ATT_CATEGORY_config,
	ATT_CATEGORY_system,
	ATT_CATEGORY_bug,
};

/* The stable code ("ok" for ATT_OK). Never NULL; static storage. */
const char *att_err_code(enum att_err err);

/* The general text. Never NULL; static storage. */
const char *att_err_text(enum att_err err);

enum att_category att_err_category(enum att_err err);

/*
 * Is it a verdict on what was judged (input, policy or trust)? Anything else,
 * ATT_OK too, is about a person, a device, the configuration or this machine.
 */
bool att_err_is_refusal(enum att_err err);

/*
 * The PAM return code of an error. ATT_OK is deliberately not PAM_SUCCESS
 * here but PAM_SYSTEM_ERR: success is said in one place of the verifier only,
 * and never by translating a value.
 */
int att_err_pam(enum att_err err);

/*
 * Why something was refused: the object, what was expected, what to do.
 * text is always NUL-terminated and went through att_text_escape(), so it may
 * go to logs and terminals as it is; overlong text ends in "...".
 */
struct att_reason {
	enum att_err code;
	char text[480];
};

/* Sets *why (may be NULL). */
void att_reason_set(struct att_reason *why, enum att_err err, const char *fmt,
    ...) ATT_PRINTF(3, 4);

/*
 * Sets *why (may be NULL) and returns err, so that a check reads
 *	return att_refuse(why, ATT_ERR_UP_MISSING, "...");
 */
enum att_err att_refuse(struct att_reason *why, enum att_err err,
    const char *fmt, ...) ATT_PRINTF(3, 4) ATT_MUST_USE;

/*
 * Returns err; if *why does not describe it yet (another code, or no text),
 * puts the general text there. For errors that carry no detail of their own.
 */
enum att_err att_refuse_plain(
    struct att_reason *why, enum att_err err) ATT_MUST_USE;

/*
 * Puts "prefix: " before the text of *why: a caller that knows the file or
 * the record adds it to what the callee found. Returns why->code unchanged.
 */
enum att_err att_refuse_within(struct att_reason *why, enum att_err err,
    const char *fmt, ...) ATT_PRINTF(3, 4) ATT_MUST_USE;

#endif
