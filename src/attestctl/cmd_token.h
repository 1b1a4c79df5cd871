/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl token", and what they print. */
#ifndef ATT_ATTESTCTL_CMD_TOKEN_H
#define ATT_ATTESTCTL_CMD_TOKEN_H

#include <stdbool.h>

#include <jansson.h>

#include "attestctl/command.h"
#include "attestctl/out.h"
#include "token/binding.h"
#include "token/token.h"

/* argv[0] is the word: "show", "verify". */
enum att_exit att_cmd_token_show(const struct att_invocation *, int, char **);
enum att_exit att_cmd_token_verify(const struct att_invocation *, int, char **);

/*
 * The bytes of a file or, as "-", of standard input; *text lacks the newline
 * that a text file ends with. The caller frees *ptrp. What is larger than any
 * token is refused. ATT_ERR_FILE_*, ATT_ERR_JWS_MALFORMED, NO_MEMORY.
 */
enum att_err att_token_file_read(const char *path, uint8_t **ptrp,
    struct att_bytes *text, struct att_reason *why) ATT_MUST_USE;

/*
 * Adds a row for each member of an object, and of what it holds: its JSON
 * pointer as a requirement names it, and its value in JSON. Arrays of plain
 * values are one row. What is long is cut, times are told as dates, too. The
 * table has these two columns or, with a part, four: "unverified", part, and
 * these two. Errors as of att_table_add().
 */
enum att_err att_token_rows_add(struct att_table *table, const char *part,
    const json_t *object) ATT_MUST_USE;

/*
 * SHA-256 of the SubjectPublicKeyInfo, as the verdict has it of the key that
 * signed: 64 hexadecimal digits. False when OpenSSL does not do it.
 */
bool att_binding_print_sha256(const struct att_binding *binding, char *text);

/* What came out. Everything is lent. */
struct att_token_answer {
	const struct att_token *token; /* NULL: it could not be parsed */
	const struct att_token_verdict *verdict;
	enum att_err err;
	const struct att_reason *why;
};
enum att_exit att_token_answer_print_json(const struct att_token_answer *);
enum att_exit att_token_answer_print_text(const struct att_token_answer *);

#endif
