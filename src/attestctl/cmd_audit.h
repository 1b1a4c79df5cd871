/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of "attestctl audit". */
#ifndef ATT_ATTESTCTL_CMD_AUDIT_H
#define ATT_ATTESTCTL_CMD_AUDIT_H

#include "attestctl/judged_message.h"
#include "attestctl/out.h"
#include "attestctl/progress.h"
#include "attestctl/users.h"
#include "attestctl/workers.h"

/* What was found so far. */
struct att_audit_counts {
	size_t users;
	size_t credentials;
	size_t by_status[ATT_EXIT_UNKNOWN + 1];
	size_t by_reason[ATT_ERR_COUNT];
};

struct att_audit_report {
	bool is_json;
	bool refused_only;
	struct att_audit_counts counts;
	struct att_table table;
	struct att_progress progress;
	bool has_printed; /* an element of the JSON array */
	bool has_warned;  /* that metadata is overdue */
};

/* What all the processes have to do; the users are the items of the work. */
struct att_audit {
	struct att_judge judge; /* its trust: in the processes alone */
	struct att_users users;
	bool is_named; /* somebody asked for these users */
	bool has_told; /* in a process: that metadata is overdue */
	struct att_audit_report report;
};

/*
 * --- In the processes that judge: cmd_audit_judge.c
 *
 * As of struct att_work; arg is a struct att_audit.
 */
enum att_err att_audit_begin(void *arg, struct att_reason *why) ATT_MUST_USE;
enum att_err att_audit_judge(void *arg, size_t item, struct att_outlet *outlet,
    struct att_reason *why) ATT_MUST_USE;

/*
 * --- In the one that prints: cmd_audit_print.c
 *
 * Errors: ATT_ERR_NO_MEMORY, ATT_ERR_SYSTEM.
 */
void att_audit_report_begin(struct att_audit_report *report, size_t users);

/* Counts and shows what a process has found. */
enum att_err att_audit_report_add(struct att_audit_report *report,
    const struct att_judged_message *message,
    struct att_reason *why) ATT_MUST_USE;

/* What has waited, and the summary. */
enum att_err att_audit_report_end(
    struct att_audit_report *report, struct att_reason *why) ATT_MUST_USE;
void att_audit_report_reset(struct att_audit_report *report);

#endif
