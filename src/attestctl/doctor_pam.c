/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor's checks of the stacks of PAM. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <security/_pam_types.h>

#include "attestctl/doctor.h"

/* Where the first line of a phase stands, or the service where there is none.
 */
static const char *
get_first_place(struct att_doctor *doctor, enum att_pam_phase phase)
{
	const struct att_pam_stack *stack = att_doctor_stack(doctor, phase);

	if (stack->count == 0)
		return att_doctor_text(doctor, "service %s, %s",
		    doctor->orders.service, att_pam_phase_name(phase));
	return att_doctor_text(doctor, "%s:%zu (%s)", stack->entries[0].file,
	    stack->entries[0].line, att_pam_phase_name(phase));
}

static void
say_gap(struct att_doctor *doctor, const struct att_pam_gap *gap,
    enum att_severity severity, const struct att_pam_entry *entry)
{
	const char *object = att_doctor_place(doctor, entry);

	if (gap->is_skipped)
		att_doctor_find(doctor, severity, object,
		    att_doctor_text(doctor,
			"\"%s\" of %s lets in, or jumps, before pam_attest.so "
			"is asked.",
			entry->control, entry->module),
		    "Put the line of pam_attest.so before it");
	else if (gap->codes == UINT32_C(1) << PAM_USER_UNKNOWN)
		att_doctor_find(doctor, severity, object,
		    "user_unknown=...: whoever has no key enrolled goes on "
		    "without one.",
		    "Once everybody has a key, write: required");
	else
		att_doctor_find(doctor, severity, object,
		    att_doctor_text(doctor,
			"\"%s\" does not hear that pam_attest.so refuses.",
			entry->control),
		    "Write instead: required");
}

static void
say_gaps(struct att_doctor *doctor, enum att_pam_phase phase,
    const struct att_pam_gaps *gaps, enum att_severity severity)
{
	for (size_t i = 0; i < gaps->count; i++)
		say_gap(doctor, &gaps->list[i], severity,
		    &att_doctor_stack(doctor, phase)
			 ->entries[gaps->list[i].index]);
}

/* Who comes by keyboard-interactive or password, and is not asked for more. */
static void
look_at_auth(struct att_doctor *doctor)
{
	const struct att_doctor_phase *auth = &doctor->phases[ATT_GUARD_AUTH];

	if (auth->is_closed || !auth->has_line)
		return;
	say_gaps(doctor, ATT_PAM_AUTH, &auth->gaps,
	    att_doctor_is_open(
		doctor, ATT_METHOD_KBDINT | ATT_METHOD_PASSWORD) ||
		    !doctor->has_sshd
		? ATT_SEVERITY_OPEN
		: ATT_SEVERITY_WEAK);
}

/* What the configurations want of account: the gate, or keys. */
static void
get_wants(const struct att_doctor *doctor, bool *gate, bool *keys)
{
	const struct att_doctor_line *line;
	const struct att_options *opts;

	*gate = *keys = false;
	for (size_t i = 0;
	     (opts = att_doctor_options(doctor, i, &line)) != NULL; i++) {
		*gate = *gate || (opts->host == ATT_HOST_REQUIRE &&
				     opts->host_phase != ATT_HOST_PHASE_AUTH);
		*keys = *keys || opts->ssh_keys == ATT_SSH_KEYS_ATTESTED;
	}
}

static void
look_at_account(struct att_doctor *doctor)
{
	const struct att_doctor_phase *account =
	    &doctor->phases[ATT_GUARD_ACCOUNT];
	enum att_severity severity;
	bool gate, keys;

	get_wants(doctor, &gate, &keys);
	if (account->is_closed || (!gate && !keys))
		return;
	severity = gate ? ATT_SEVERITY_OPEN : ATT_SEVERITY_WEAK;
	if (account->gaps.count > 0)
		say_gaps(doctor, ATT_PAM_ACCOUNT, &account->gaps, severity);
	else if (!account->has_line)
		att_doctor_find(doctor, severity,
		    get_first_place(doctor, ATT_PAM_ACCOUNT),
		    gate ? "host = require, and no account line of "
			   "pam_attest.so asks the host."
			 : "No account line of pam_attest.so: a key is judged "
			   "when its session opens, not before.",
		    "Put first among the account lines: account required "
		    "pam_attest.so");
}

/* How bad it is that a key is not judged when a session opens. */
static enum att_severity
get_session_severity(const struct att_doctor *doctor)
{
	return doctor->has_sshd &&
		       !att_doctor_is_open(doctor, ATT_METHOD_PUBLICKEY)
		   ? ATT_SEVERITY_WEAK
		   : ATT_SEVERITY_OPEN;
}

/* Whoever comes without a key of SSH has none that could be judged. */
static bool
needs_session(const struct att_doctor *doctor)
{
	return !doctor->phases[ATT_GUARD_SESSION].is_closed &&
	       (!doctor->has_sshd ||
		   att_doctor_has_way(doctor, ATT_METHOD_PUBLICKEY));
}

static void
look_at_session(struct att_doctor *doctor)
{
	const struct att_doctor_phase *session =
	    &doctor->phases[ATT_GUARD_SESSION];
	enum att_severity severity = get_session_severity(doctor);

	if (!needs_session(doctor))
		return;
	if (session->gaps.count > 0)
		say_gaps(doctor, ATT_PAM_SESSION, &session->gaps, severity);
	else if (!session->has_line)
		att_doctor_find(doctor, severity,
		    get_first_place(doctor, ATT_PAM_SESSION),
		    "No session line of pam_attest.so: a key that sshd "
		    "accepted from elsewhere opens a session.",
		    "Put first among the session lines: session required "
		    "pam_attest.so");
}

/* Where a line of ours is, and asks nothing of keys. */
static void
look_at_keys_off(struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->line_count; i++) {
		const struct att_doctor_line *line = &doctor->lines[i];

		if (line->phase != ATT_PAM_SESSION || !needs_session(doctor) ||
		    line->opts == NULL ||
		    line->opts->ssh_keys == ATT_SSH_KEYS_ATTESTED)
			continue;
		att_doctor_find(doctor, get_session_severity(doctor),
		    att_doctor_place(
			doctor, &att_doctor_stack(doctor, line->phase)
				     ->entries[line->index]),
		    att_doctor_text(doctor,
			"ssh_keys = off (%s): a session opens whatever key it "
			"was that sshd accepted.",
			att_options_get_source(
			    line->opts, att_options_find("ssh_keys"))),
		    "Set in pam_attest.conf: ssh_keys = attested");
	}
}

static void
look_at_service(struct att_doctor *doctor)
{
	if (!doctor->pam.is_missing)
		return;
	att_doctor_find(doctor, ATT_SEVERITY_WEAK,
	    att_doctor_text(doctor, "service %s", doctor->orders.service),
	    "PAM has no file of that name, so \"other\" decides.",
	    "Is it the name under which sshd asks PAM? See --service");
}

/* Lines that libpam does not understand, or would not miss. */
static void
look_at_line(struct att_doctor *doctor, enum att_pam_phase phase,
    const struct att_pam_entry *entry)
{
	if (entry->kind == ATT_PAM_MUST_FAIL)
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
		    att_doctor_place(doctor, entry),
		    att_doctor_text(doctor,
			"libpam does not understand the line, which then "
			"refuses (%s): %s.",
			att_pam_phase_name(phase), entry->defect),
		    "Mend the line, see pam.conf(5)");
	if (att_pam_entry_is_ours(entry) && entry->is_silent)
		att_doctor_find(doctor, ATT_SEVERITY_WEAK,
		    att_doctor_place(doctor, entry),
		    att_doctor_text(doctor,
			"\"-%s\": were the module removed, nobody would be "
			"asked, and no log would say so.",
			att_pam_phase_name(phase)),
		    "Write the line without the \"-\"");
}

static void
look_at_lines(struct att_doctor *doctor)
{
	for (enum att_pam_phase phase = 0; phase < ATT_PAM_PHASES; phase++) {
		const struct att_pam_stack *stack =
		    att_doctor_stack(doctor, phase);

		for (size_t i = 0; i < stack->count; i++)
			look_at_line(doctor, phase, &stack->entries[i]);
	}
}

const struct att_doctor_check att_doctor_pam_checks[] = {
	{ "pam-service", ATT_NEED_PAM, look_at_service },
	{ "pam-auth", ATT_NEED_PAM, look_at_auth },
	{ "pam-account", ATT_NEED_PAM, look_at_account },
	{ "pam-session", ATT_NEED_PAM, look_at_session },
	{ "ssh-keys", ATT_NEED_PAM, look_at_keys_off },
	{ "pam-lines", ATT_NEED_PAM, look_at_lines },
	{ NULL, ATT_NEED_NOTHING, NULL },
};
