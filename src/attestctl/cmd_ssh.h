/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl ssh". */
#ifndef ATT_ATTESTCTL_CMD_SSH_H
#define ATT_ATTESTCTL_CMD_SSH_H

#include "attestctl/command.h"

/* argv[0] is the word: "challenge", "enroll", "verify". */
enum att_exit att_ssh_challenge(const struct att_invocation *, int, char **);
enum att_exit att_ssh_enroll(const struct att_invocation *, int, char **);
enum att_exit att_ssh_verify(const struct att_invocation *, int, char **);

#endif
