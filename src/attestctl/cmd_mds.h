/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl mds". */
#ifndef ATT_ATTESTCTL_CMD_MDS_H
#define ATT_ATTESTCTL_CMD_MDS_H

#include "attestctl/command.h"

/* "import", "show", "status", "update": argv[0] is that word. */
enum att_exit att_mds_import(const struct att_invocation *, int, char **);
enum att_exit att_mds_show(const struct att_invocation *, int, char **);
enum att_exit att_mds_status(const struct att_invocation *, int, char **);
enum att_exit att_mds_update(const struct att_invocation *, int, char **);

#endif
