/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl maa". */
#ifndef ATT_ATTESTCTL_CMD_MAA_H
#define ATT_ATTESTCTL_CMD_MAA_H

#include "attestctl/command.h"

/* argv[0] is the word: "metadata", "signers". */
enum att_exit att_cmd_maa_metadata(const struct att_invocation *, int, char **);
enum att_exit att_cmd_maa_signers(const struct att_invocation *, int, char **);

#endif
