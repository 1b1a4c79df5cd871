/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions on standard error, and one line from standard input. On a terminal
 * a line may be longer than what a terminal keeps of one (4,095 bytes), and a
 * secret is not shown; however this ends, the terminal is as it was.
 */
#ifndef ATT_ATTESTCTL_PROMPT_H
#define ATT_ATTESTCTL_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/*
 * Asks, and reads a line of at most max bytes, without its newline. Of what is
 * shown, lines of blanks before it are passed over: they come with a paste.
 * The caller wipes and frees *linep. ATT_ERR_CONVERSATION at the end of the
 * input, ATT_ERR_CANCELLED for a signal (SIGINT, SIGQUIT, SIGTERM or SIGHUP)
 * that was raised again once the terminal was as before, and that this program
 * survives; ATT_ERR_TOO_LARGE once the whole of a longer line was read,
 * ATT_ERR_NO_MEMORY, SYSTEM.
 */
enum att_err att_prompt_read(
    const char *text, bool is_shown, size_t max, char **linep) ATT_MUST_USE;

#endif
