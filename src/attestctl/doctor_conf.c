/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor's checks of our own configuration, and of who is trusted. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/doctor.h"
#include "base/buf.h"
#include "trust/trust.h"

enum {
	VALUE_MAX = 4096
};

/* One configuration, and the line that has it; NULL: programs of ours. */
struct looked_at {
	const struct att_options *opts;
	const struct att_doctor_line *line;
};

static void
for_each(struct att_doctor *doctor,
    void (*look)(struct att_doctor *, const struct looked_at *))
{
	struct looked_at one;

	for (size_t i = 0;
	     (one.opts = att_doctor_options(doctor, i, &one.line)) != NULL; i++)
		look(doctor, &one);
}

static const struct att_pam_entry *
get_entry(const struct att_doctor *doctor, const struct att_doctor_line *line)
{
	return &att_doctor_stack(doctor, line->phase)->entries[line->index];
}

/* "FILE:LINE: name = value", wherever it was set. */
static const char *
get_object(
    struct att_doctor *doctor, const struct looked_at *one, const char *name)
{
	size_t index = att_options_find(name);
	const char *source = att_options_get_source(one->opts, index);
	const char *object = "";
	struct att_buf value;

	if (strcmp(source, "argument") == 0 && one->line != NULL)
		source = att_doctor_place(doctor, get_entry(doctor, one->line));
	att_buf_init(&value, VALUE_MAX);
	if (att_options_print_value(one->opts, index, &value) == ATT_OK)
		object = att_doctor_text(doctor, "%s: %s = %.*s", source, name,
		    (int)value.len, (const char *)att_buf_get(&value).ptr);
	else
		doctor->has_failed = true;
	att_buf_reset(&value);
	return object;
}

/* --- Can it be used at all? --------------------------------------------- */

static void
look_at_validity(struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->line_count; i++) {
		const struct att_doctor_line *line = &doctor->lines[i];

		if (line->opts == NULL)
			att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
			    att_doctor_place(doctor, get_entry(doctor, line)),
			    att_doctor_text(doctor,
				"Its configuration cannot be used, and it "
				"refuses everybody: %s.",
				line->why.text),
			    "Mend the line that is named");
	}
}

static void
say_invalid(struct att_doctor *doctor, enum att_err err,
    const struct att_reason *why, const char *object)
{
	if (err == ATT_OK)
		return;
	att_doctor_find(doctor, ATT_SEVERITY_BROKEN, object,
	    att_doctor_text(doctor, "Logins are refused for it: %s.",
		why->code == err ? why->text : att_err_text(err)),
	    "Mend what is named");
}

static void
look_at_gate(struct att_doctor *doctor, const struct looked_at *one)
{
	struct att_reason why = { 0 };
	enum att_err err = att_options_check_host(one->opts, &why);

	say_invalid(doctor, err, &why, get_object(doctor, one, "host"));
	if (one->opts->host == ATT_HOST_REPORT)
		att_doctor_find(doctor, ATT_SEVERITY_WEAK,
		    get_object(doctor, one, "host"),
		    "The host gate only writes into the log whom it would "
		    "refuse.",
		    "Once the log is quiet, set in pam_attest.conf: host = "
		    "require");
}

static void
look_at_gates(struct att_doctor *doctor)
{
	for_each(doctor, look_at_gate);
}

/* --- Attestation -------------------------------------------------------- */

static void
look_at_one_attestation(struct att_doctor *doctor, const struct looked_at *one)
{
	if (one->opts->attestation == ATT_ATTESTATION_REQUIRED)
		return;
	att_doctor_find(doctor, ATT_SEVERITY_OPEN,
	    get_object(doctor, one, "attestation"),
	    one->opts->attestation == ATT_ATTESTATION_NONE
		? "A key of any make is accepted, and so is a program that "
		  "pretends to be one."
		: "A key may vouch for itself, and so may a program that "
		  "pretends to be one.",
	    "Set in pam_attest.conf: attestation = required");
}

static void
look_at_attestation(struct att_doctor *doctor)
{
	for_each(doctor, look_at_one_attestation);
}

static void
look_at_one_store(struct att_doctor *doctor, const struct looked_at *one)
{
	static const char *const folders[] = { "credentials_dir", "roots_dir",
		"intermediates_dir" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		struct att_reason why = { 0 };
		enum att_err err;

		err = att_options_check_folder(one->opts, folders[i], &why);
		say_invalid(
		    doctor, err, &why, get_object(doctor, one, folders[i]));
	}
}

static void
look_at_stores(struct att_doctor *doctor)
{
	for_each(doctor, look_at_one_store);
}

static bool
is_privilege(enum att_err err)
{
	return err == ATT_ERR_FILE_UNREADABLE;
}

static void
look_at_one_trust(struct att_doctor *doctor, const struct looked_at *one)
{
	const char *object = get_object(doctor, one, "roots_dir");
	struct att_reason why = { 0 };
	struct att_trust trust;
	enum att_err err;

	err = att_trust_open(one->opts, &trust, &why);
	if (is_privilege(err))
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, object,
		    att_doctor_text(
			doctor, "Whom it trusts is not known: %s.", why.text),
		    "Run attestctl doctor as root");
	else if (err != ATT_OK)
		say_invalid(doctor, err, &why, object);
	else if (trust.metadata == NULL &&
		 one->opts->attestation == ATT_ATTESTATION_REQUIRED &&
		 (trust.anchors == NULL ||
		     att_anchors_get_count(trust.anchors) == 0))
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, object,
		    "There is no trust anchor there, and no metadata: no key "
		    "is accepted.",
		    "attestctl roots add FILE, with the root of who made the "
		    "keys");
	att_trust_close(&trust);
}

static void
look_at_trust(struct att_doctor *doctor)
{
	for_each(doctor, look_at_one_trust);
}

/* --- Answers from elsewhere ---------------------------------------------- */

/* Does a line of auth ask those who come from another machine? */
static bool
asks_remote(const struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->line_count; i++)
		if (doctor->lines[i].phase == ATT_PAM_AUTH &&
		    doctor->lines[i].opts != NULL &&
		    (doctor->lines[i].opts->remote == ATT_REMOTE_RESPOND ||
			doctor->lines[i].opts->agent == ATT_AGENT_SK))
			return true;
	return false;
}

static void
look_at_one_remote(struct att_doctor *doctor, const struct looked_at *one)
{
	const char *object;

	if (one->opts->remote != ATT_REMOTE_RESPOND)
		return;
	object = get_object(doctor, one, "remote");
	if (!asks_remote(doctor))
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, object,
		    "No auth line of pam_attest.so shows anybody the line to "
		    "answer.",
		    att_doctor_text(doctor,
			"Put first among the auth lines of service %s: auth "
			"required pam_attest.so",
			doctor->orders.service));
	else if (!att_doctor_has_way(doctor, ATT_METHOD_KBDINT))
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, object,
		    "sshd shows nobody the line to answer: that needs "
		    "keyboard-interactive.",
		    "Set in sshd_config: KbdInteractiveAuthentication yes; or "
		    "in pam_attest.conf: remote = refuse");
}

/* A line that refuses everybody from elsewhere, where sshd asks it. */
static void
look_at_refusal(struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->line_count; i++) {
		const struct att_doctor_line *line = &doctor->lines[i];

		if (line->phase != ATT_PAM_AUTH || line->opts == NULL ||
		    asks_remote(doctor) ||
		    !att_doctor_has_way(
			doctor, ATT_METHOD_KBDINT | ATT_METHOD_PASSWORD))
			continue;
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
		    att_doctor_place(doctor, get_entry(doctor, line)),
		    "remote = refuse: everybody who comes from another "
		    "machine by password or keyboard-interactive is refused.",
		    "Set in sshd_config: KbdInteractiveAuthentication no; or "
		    "in pam_attest.conf: remote = respond");
	}
}

static void
look_at_remote(struct att_doctor *doctor)
{
	for_each(doctor, look_at_one_remote);
	look_at_refusal(doctor);
}

const struct att_doctor_check att_doctor_conf_checks[] = {
	{ "configuration", ATT_NEED_NOTHING, look_at_validity },
	{ "attestation", ATT_NEED_NOTHING, look_at_attestation },
	{ "store", ATT_NEED_NOTHING, look_at_stores },
	{ "anchors", ATT_NEED_NOTHING, look_at_trust },
	{ "host", ATT_NEED_NOTHING, look_at_gates },
	{ "remote", ATT_NEED_BOTH, look_at_remote },
	{ NULL, ATT_NEED_NOTHING, NULL },
};
