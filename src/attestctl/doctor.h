/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * "attestctl doctor": what is known of this host, the checks that look at it,
 * and what they find.
 */
#ifndef ATT_ATTESTCTL_DOCTOR_H
#define ATT_ATTESTCTL_DOCTOR_H

#include <stdbool.h>
#include <stddef.h>

#include "attestctl/command.h"
#include "attestctl/pam_stack.h"
#include "attestctl/pam_walk.h"
#include "attestctl/sshd_settings.h"
#include "attestctl/sshd_text.h"
#include "base/err.h"
#include "conf/options.h"

/* The worst one first. */
enum att_severity {
	ATT_SEVERITY_OPEN,    /* somebody gets in without what is promised */
	ATT_SEVERITY_UNKNOWN, /* that could not be looked at */
	ATT_SEVERITY_BROKEN,  /* who should get in is refused */
	ATT_SEVERITY_WEAK,    /* one mistake away from "open" */
	ATT_SEVERITY_ADVICE,  /* better otherwise; nothing is wrong */
	ATT_SEVERITY_COUNT
};

struct att_finding {
	enum att_severity severity;
	const char *check;  /* its name in the table */
	const char *object; /* FILE:LINE, or a keyword of sshd and its value */
	const char *meaning;
	const char *remedy;
};

/* What to look at. All lent. */
struct att_doctor_orders {
	const struct att_invocation *invocation;
	struct att_sshd_question sshd;
	const char *settings;	/* a file of what sshd -T said; NULL: ask it */
	const char *pam_folder; /* NULL: where libpam looks */
	const char *service;	/* NULL: the one that sshd names, or "sshd" */
};

/* One line of ours in a stack, with the configuration that it has. */
struct att_doctor_line {
	enum att_pam_phase phase;
	size_t index;		  /* of the entry */
	struct att_options *opts; /* NULL: it is wrong, as why says */
	struct att_reason why;
};

/* What decides in a phase: whether it can be gone around, and how. */
enum att_doctor_guard {
	ATT_GUARD_AUTH,	   /* a line of ours in auth */
	ATT_GUARD_ACCOUNT, /* one in account that asks the host or the key */
	ATT_GUARD_SESSION, /* one in session that asks the key */
	ATT_GUARD_COUNT
};
struct att_doctor_phase {
	bool is_closed;
	bool has_line; /* there is a line of ours, whatever it asks */
	struct att_pam_gaps gaps;
};

enum {
	ATT_METHOD_PUBLICKEY = 1 << 0,
	ATT_METHOD_PASSWORD = 1 << 1,
	ATT_METHOD_KBDINT = 1 << 2,
	ATT_METHOD_HOSTBASED = 1 << 3,
	ATT_METHOD_GSSAPI = 1 << 4,
};

/* Methods that together let in. */
struct att_doctor_way {
	unsigned int methods;
	const char *text; /* as AuthenticationMethods has it */
	bool is_open;	  /* none of them asks for an attested key */
};

/* AuthorizedKeysCommand, taken apart. Lent by the doctor. */
struct att_doctor_command {
	const char *program; /* NULL: there is none */
	const char *config;  /* of --config; NULL: none */
	const char *arguments;
	bool is_ours; /* by its name */
};

struct att_doctor {
	struct att_doctor_orders orders;

	struct att_sshd_settings sshd;
	struct att_sshd_text text;
	struct att_pam_service pam;
	bool has_sshd, has_text, has_pam;
	struct att_options *opts; /* without a line of PAM; NULL: it is wrong */
	struct att_doctor_command command;
	struct att_options *keys_opts; /* of its --config; NULL: opts */

	struct att_doctor_line *lines;
	size_t line_count;
	struct att_doctor_phase phases[ATT_GUARD_COUNT];
	struct att_doctor_way *ways;
	size_t way_count;
	bool is_method_list;  /* AuthenticationMethods says which ways */
	bool is_command_ours; /* keys come from pam_attest-ssh-keys alone */

	const char *check; /* the one that is running */
	struct att_finding *findings;
	size_t count;
	size_t check_count; /* that were made */
	char **texts;	    /* of findings */
	size_t text_count;
	bool has_failed; /* without memory */
};

/* --- Findings: doctor.c -------------------------------------------------- */

/*
 * A text that lasts as long as the doctor; "" without memory, which is told at
 * the end.
 */
const char *att_doctor_text(struct att_doctor *doctor, const char *fmt, ...)
    ATT_PRINTF(2, 3);

/*
 * Adds a finding of the running check. What the same check has said of the
 * same object is not said again.
 */
void att_doctor_find(struct att_doctor *doctor, enum att_severity severity,
    const char *object, const char *meaning, const char *remedy);

/* The worst ones first, those of the same severity in the order of checks. */
void att_doctor_sort(struct att_doctor *doctor);

void att_doctor_reset(struct att_doctor *doctor);

/* --- What is known: doctor_gather.c and doctor_ways.c --------------------- */

/* Reads all of it; what cannot be read is a finding. */
void att_doctor_gather(struct att_doctor *doctor);

/* Fills phases and ways, from what was read. */
void att_doctor_judge_ways(struct att_doctor *doctor);

/* Does a way of that method let in, with no attested key asked for? */
bool att_doctor_is_open(const struct att_doctor *doctor, unsigned int method);

/* Takes AuthorizedKeysCommand apart. */
void att_doctor_find_command(struct att_doctor *doctor);

/* Is there a way that needs the method? */
bool att_doctor_has_way(const struct att_doctor *doctor, unsigned int method);

/* "FILE:LINE" of an entry. */
const char *att_doctor_place(
    struct att_doctor *doctor, const struct att_pam_entry *entry);

/* The stack of a phase, and in words where it stands. */
const struct att_pam_stack *att_doctor_stack(
    const struct att_doctor *doctor, enum att_pam_phase phase);

/*
 * The configurations in use: first those of programs that no line of PAM
 * starts, where line is NULL, then those of our lines. NULL past the end.
 */
const struct att_options *att_doctor_options(const struct att_doctor *doctor,
    size_t index, const struct att_doctor_line **line);

/* --- Checks -------------------------------------------------------------- */

/* What has to be known for one. */
enum att_doctor_need {
	ATT_NEED_NOTHING,
	ATT_NEED_SSHD,
	ATT_NEED_PAM,
	ATT_NEED_BOTH,
};

struct att_doctor_check {
	const char *name;
	enum att_doctor_need need;
	void (*look)(struct att_doctor *doctor);
};

/* They end with a row without a name. */
extern const struct att_doctor_check att_doctor_sshd_checks[];
extern const struct att_doctor_check att_doctor_key_checks[];
extern const struct att_doctor_check att_doctor_pam_checks[];
extern const struct att_doctor_check att_doctor_conf_checks[];
extern const struct att_doctor_check att_doctor_file_checks[];

#endif
