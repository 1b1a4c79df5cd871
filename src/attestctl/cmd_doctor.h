/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl doctor". */
#ifndef ATT_ATTESTCTL_CMD_DOCTOR_H
#define ATT_ATTESTCTL_CMD_DOCTOR_H

#include "attestctl/doctor.h"

/*
 * Prints what was found, and returns status, or ATT_EXIT_UNKNOWN when it could
 * not be printed, as was said.
 */
enum att_exit att_doctor_print(
    const struct att_doctor *doctor, enum att_exit status);
enum att_exit att_doctor_print_json(
    const struct att_doctor *doctor, enum att_exit status);

#endif
