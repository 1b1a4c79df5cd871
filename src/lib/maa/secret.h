/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets that are texts: read from files, checked, and wiped. */
#ifndef ATT_MAA_SECRET_H
#define ATT_MAA_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum {
	ATT_SECRET_MAX = 4096 /* bytes of a file with a secret of one line */
};

/*
 * Reads a secret of one line: visible ASCII without blanks, one end of line
 * after it or none, ATT_SECRET_MAX bytes in all. The file is one as
 * att_file_read_secret() has it. The caller frees *textp with
 * att_secret_free(). ATT_ERR_FILE_*, ATT_ERR_MAA_CREDENTIAL with the name of
 * the file and nothing of the content, ATT_ERR_NO_MEMORY.
 */
enum att_err att_secret_read(
    const char *path, char **textp, struct att_reason *why) ATT_MUST_USE;

/*
 * Makes that of len bytes with a NUL after them, in place: the end of the line
 * is cut off. False for what is no such line, or is empty.
 */
bool att_secret_take_line(char *text, size_t len);

/* Characters of a token68, RFC 9110 section 11.2; not empty. */
bool att_secret_is_token68(const char *text);

/* Wipes and frees a text, or len bytes; NULL-safe, leaves NULL. */
void att_secret_free(char **textp);
void att_secret_free_bytes(uint8_t **ptrp, size_t len);

#endif
