/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl ssh". */
#ifndef ATT_ATTESTCTL_CMD_SSH_H
#define ATT_ATTESTCTL_CMD_SSH_H

#include "attestctl/command.h"
#include "base/bytes.h"
#include "base/err.h"

/* argv[0] is the word: "challenge", "enroll", "verify". */
enum att_exit att_ssh_challenge(const struct att_invocation *, int, char **);
enum att_exit att_ssh_enroll(const struct att_invocation *, int, char **);
enum att_exit att_ssh_verify(const struct att_invocation *, int, char **);

/*
 * A file of at most max bytes that somebody brought, whoever it belongs to.
 * *bytes is lent by *owned, which the caller frees. Errors of
 * att_file_read_any().
 */
enum att_err att_ssh_read_file(const char *path, size_t max, uint8_t **owned,
    struct att_bytes *bytes, struct att_reason *why) ATT_MUST_USE;

#endif
