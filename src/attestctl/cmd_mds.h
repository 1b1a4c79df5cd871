/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl mds". */
#ifndef ATT_ATTESTCTL_CMD_MDS_H
#define ATT_ATTESTCTL_CMD_MDS_H

#include <time.h>

#include "attestctl/command.h"

/* "import", "show", "status", "update": argv[0] is that word. */
enum att_exit att_mds_import(const struct att_invocation *, int, char **);
enum att_exit att_mds_show(const struct att_invocation *, int, char **);
enum att_exit att_mds_status(const struct att_invocation *, int, char **);
enum att_exit att_mds_update(const struct att_invocation *, int, char **);

/* "2021-12-01" of 0 o'clock UTC that day, "-" for 0. size has to be 16. */
void att_mds_print_day(time_t day, char text[16]);

#endif
