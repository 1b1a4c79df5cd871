/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor's checks of what sshd lets in by other things than SSH keys. */
#include <string.h>

#include "attestctl/doctor.h"

static void
look_at_pam(struct att_doctor *doctor)
{
	if (att_sshd_is(&doctor->sshd, "usepam", "yes"))
		return;
	att_doctor_find(doctor, ATT_SEVERITY_OPEN, "UsePAM no",
	    "sshd does not ask PAM: no line of pam_attest takes part in a "
	    "login.",
	    "Set in sshd_config: UsePAM yes");
}

static void
look_at_password(struct att_doctor *doctor)
{
	if (!att_sshd_is(&doctor->sshd, "passwordauthentication", "yes"))
		return;
	if (att_doctor_is_open(doctor, ATT_METHOD_PASSWORD))
		att_doctor_find(doctor, ATT_SEVERITY_OPEN,
		    "PasswordAuthentication yes",
		    "Whoever knows a password is let in without a security "
		    "key.",
		    "Set in sshd_config: PasswordAuthentication no");
	else
		att_doctor_find(doctor, ATT_SEVERITY_WEAK,
		    "PasswordAuthentication yes",
		    "Passwords are asked for, though none suffices: they can "
		    "be tried out, and phished.",
		    "Set in sshd_config: PasswordAuthentication no");
}

static void
look_at_kbdint(struct att_doctor *doctor)
{
	const struct att_doctor_phase *auth = &doctor->phases[ATT_GUARD_AUTH];

	/* A line that is there and can be gone around is named by its place. */
	if (!att_doctor_is_open(doctor, ATT_METHOD_KBDINT) ||
	    (auth->has_line && att_sshd_is(&doctor->sshd, "usepam", "yes")))
		return;
	att_doctor_find(doctor, ATT_SEVERITY_OPEN,
	    "KbdInteractiveAuthentication yes",
	    att_doctor_text(doctor,
		"keyboard-interactive lets in, and no auth line of "
		"pam_attest.so takes part for service %s.",
		doctor->orders.service),
	    "Set in sshd_config: KbdInteractiveAuthentication no; or put "
	    "first among the auth lines: auth required pam_attest.so "
	    "remote=respond");
}

static void
look_at_root(struct att_doctor *doctor)
{
	const char *value = att_sshd_get(&doctor->sshd, "permitrootlogin");

	if (value == NULL || strcmp(value, "no") == 0)
		return;
	att_doctor_find(doctor, ATT_SEVERITY_WEAK,
	    att_doctor_text(doctor, "PermitRootLogin %s", value),
	    "root can log in from elsewhere: the log does not say which "
	    "person it was, and one key is the whole machine.",
	    "Set in sshd_config: PermitRootLogin no; log in as a person, then "
	    "sudo");
}

static void
look_at_hostbased(struct att_doctor *doctor)
{
	if (!att_sshd_is(&doctor->sshd, "hostbasedauthentication", "yes"))
		return;
	att_doctor_find(doctor,
	    att_doctor_is_open(doctor, ATT_METHOD_HOSTBASED)
		? ATT_SEVERITY_OPEN
		: ATT_SEVERITY_WEAK,
	    "HostbasedAuthentication yes",
	    "Another machine's word for who its user is stands for a key.",
	    "Set in sshd_config: HostbasedAuthentication no");
}

static void
look_at_gssapi(struct att_doctor *doctor)
{
	const char *value = att_sshd_get(&doctor->sshd, "gssapiauthentication");

	/* sshd may be built without it. */
	if (value == NULL || strcmp(value, "yes") != 0)
		return;
	att_doctor_find(doctor,
	    att_doctor_is_open(doctor, ATT_METHOD_GSSAPI) ? ATT_SEVERITY_OPEN
							  : ATT_SEVERITY_WEAK,
	    "GSSAPIAuthentication yes",
	    "A Kerberos ticket stands for a key, however it was obtained.",
	    "Set in sshd_config: GSSAPIAuthentication no");
}

static void
look_at_empty(struct att_doctor *doctor)
{
	bool has_password =
	    att_sshd_is(&doctor->sshd, "passwordauthentication", "yes");

	if (!att_sshd_is(&doctor->sshd, "permitemptypasswords", "yes"))
		return;
	att_doctor_find(doctor,
	    has_password && att_doctor_is_open(doctor, ATT_METHOD_PASSWORD)
		? ATT_SEVERITY_OPEN
		: ATT_SEVERITY_WEAK,
	    "PermitEmptyPasswords yes",
	    "An account without a password can be entered with none.",
	    "Set in sshd_config: PermitEmptyPasswords no");
}

/* With "any" each method has its own check. */
static void
look_at_methods(struct att_doctor *doctor)
{
	for (size_t i = 0; doctor->is_method_list && i < doctor->way_count;
	     i++) {
		if (!doctor->ways[i].is_open)
			continue;
		att_doctor_find(doctor, ATT_SEVERITY_OPEN,
		    att_doctor_text(doctor, "AuthenticationMethods %s",
			doctor->ways[i].text),
		    "Nothing on this way asks for an attested key.",
		    "Take it out of AuthenticationMethods in sshd_config, or "
		    "mend what else is said here of its methods");
	}
}

static void
look_for_ways(struct att_doctor *doctor)
{
	if (doctor->way_count > 0)
		return;
	att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
	    att_doctor_text(doctor, "AuthenticationMethods %s",
		att_sshd_get(&doctor->sshd, "authenticationmethods")),
	    "Every way in needs a method that is switched off: nobody can log "
	    "in.",
	    "Set in sshd_config: PubkeyAuthentication yes, "
	    "AuthenticationMethods publickey");
}

/* What sshd -T says nothing of would otherwise pass as set well. */
static void
look_for_keywords(struct att_doctor *doctor)
{
	static const char *const needed[] = { "authenticationmethods",
		"authorizedkeyscommand", "authorizedkeyscommanduser",
		"authorizedkeysfile", "hostbasedauthentication",
		"kbdinteractiveauthentication", "passwordauthentication",
		"permitemptypasswords", "permitrootlogin",
		"pubkeyacceptedalgorithms", "pubkeyauthentication",
		"pubkeyauthoptions", "trustedusercakeys", "usepam" };

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (att_sshd_get(&doctor->sshd, needed[i]) == NULL)
			att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, needed[i],
			    "sshd -T says nothing of it: this sshd is older "
			    "than 8.7, or was built without it.",
			    "Look at what \"sshd -T\" prints, or use OpenSSH "
			    "8.7 or newer");
}

static void
look_at_match(struct att_doctor *doctor)
{
	const struct att_doctor_orders *orders = &doctor->orders;

	for (size_t i = 0; i < doctor->text.match_count; i++) {
		const struct att_sshd_match *match = &doctor->text.matches[i];
		const char *object = att_doctor_text(doctor,
		    "%s:%zu: %s under Match %s", match->file, match->line,
		    match->keyword, match->condition);

		if (orders->sshd.user == NULL)
			att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, object,
			    "What is said here does not hold for those whom "
			    "that Match means.",
			    "Ask about one of them: attestctl doctor --user "
			    "NAME [--address ADDRESS]");
		else
			att_doctor_find(doctor, ATT_SEVERITY_ADVICE, object,
			    att_doctor_text(doctor,
				"What is said here holds for %s from %s; it "
				"may be otherwise for others.",
				orders->sshd.user, orders->sshd.address),
			    "Ask about others as well: --user, --address");
	}
}

const struct att_doctor_check att_doctor_sshd_checks[] = {
	{ "keywords", ATT_NEED_SSHD, look_for_keywords },
	{ "use-pam", ATT_NEED_SSHD, look_at_pam },
	{ "password", ATT_NEED_BOTH, look_at_password },
	{ "keyboard-interactive", ATT_NEED_BOTH, look_at_kbdint },
	{ "empty-passwords", ATT_NEED_BOTH, look_at_empty },
	{ "hostbased", ATT_NEED_BOTH, look_at_hostbased },
	{ "gssapi", ATT_NEED_BOTH, look_at_gssapi },
	{ "methods", ATT_NEED_BOTH, look_at_methods },
	{ "no-way-in", ATT_NEED_SSHD, look_for_ways },
	{ "root-login", ATT_NEED_SSHD, look_at_root },
	{ "match", ATT_NEED_SSHD, look_at_match },
	{ NULL, ATT_NEED_NOTHING, NULL },
};
