/* SPDX-License-Identifier: BSD-2-Clause */
/* The doctor's checks of where sshd takes SSH keys from, and which. */
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/doctor.h"
#include "config.h"

enum {
	GROUPS_MAX = 64
};

static const char set_our_command[] =
    "Set in sshd_config: AuthorizedKeysCommand " ATT_PROGRAMSDIR
    "/pam_attest-ssh-keys %u %t %k";

static bool
has_publickey(const struct att_doctor *doctor)
{
	return att_doctor_has_way(doctor, ATT_METHOD_PUBLICKEY);
}

static enum att_severity
get_severity(const struct att_doctor *doctor)
{
	return att_doctor_is_open(doctor, ATT_METHOD_PUBLICKEY)
		   ? ATT_SEVERITY_OPEN
		   : ATT_SEVERITY_WEAK;
}

/* A keyword and its value, NULL for "none". */
static const char *
get_value(const struct att_doctor *doctor, const char *keyword)
{
	const char *value = att_sshd_get(&doctor->sshd, keyword);

	return value == NULL || strcmp(value, "none") == 0 ? NULL : value;
}

static void
look_at_certificates(struct att_doctor *doctor)
{
	const char *file = get_value(doctor, "trustedusercakeys");

	if (file == NULL || !has_publickey(doctor))
		return;
	att_doctor_find(doctor, get_severity(doctor),
	    att_doctor_text(doctor, "TrustedUserCAKeys %s", file),
	    "A certificate of that authority logs in with whatever key is in "
	    "it, and without the options of the record.",
	    "Set in sshd_config: TrustedUserCAKeys none, and enrol the keys: "
	    "attestctl ssh enroll");
	if ((file = get_value(doctor, "authorizedprincipalscommand")) != NULL ||
	    (file = get_value(doctor, "authorizedprincipalsfile")) != NULL)
		att_doctor_find(doctor, get_severity(doctor),
		    att_doctor_text(doctor, "AuthorizedPrincipals %s", file),
		    "It says whose account a certificate of that authority "
		    "opens.",
		    "Without TrustedUserCAKeys it is not asked");
}

static void
look_at_file(struct att_doctor *doctor)
{
	const char *value = get_value(doctor, "authorizedkeysfile");

	if (value == NULL || !has_publickey(doctor))
		return;
	att_doctor_find(doctor, get_severity(doctor),
	    att_doctor_text(doctor, "AuthorizedKeysFile %s", value),
	    get_severity(doctor) == ATT_SEVERITY_OPEN
		? "Any key that a user puts there logs in, attested or not."
		: "A key that was enrolled with command= or from= can be put "
		  "there without them.",
	    "Set in sshd_config: AuthorizedKeysFile none");
}

/* With its name alone the user's keys are all judged, whichever is offered. */
static void
judge_arguments(
    struct att_doctor *doctor, const char *arguments, const char *object)
{
	if (strcmp(arguments, "%u") == 0)
		att_doctor_find(doctor, ATT_SEVERITY_ADVICE, object,
		    "Every key of the user is judged for each that is "
		    "offered, and none that is refused is named in the log.",
		    set_our_command);
	else if (strcmp(arguments, "%u %t %k") != 0)
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, object,
		    "pam_attest-ssh-keys has to be told the user, the type "
		    "and the key: %u %t %k, in this order.",
		    set_our_command);
}

static void
look_at_command(struct att_doctor *doctor)
{
	const char *value = get_value(doctor, "authorizedkeyscommand");
	const char *object;

	if (!has_publickey(doctor))
		return;
	object = att_doctor_text(
	    doctor, "AuthorizedKeysCommand %s", value == NULL ? "none" : value);
	if (value == NULL)
		att_doctor_find(doctor, get_severity(doctor), object,
		    "sshd does not ask which keys are enrolled: their "
		    "options (from=, command=) do not hold.",
		    set_our_command);
	else if (!doctor->command.is_ours)
		att_doctor_find(doctor, get_severity(doctor), object,
		    "Keys come from another program than "
		    "pam_attest-ssh-keys.",
		    set_our_command);
	else
		judge_arguments(doctor, doctor->command.arguments, object);
}

static bool
has_other_groups(const struct passwd *user)
{
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;

	if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0)
		return true;
	for (int i = 0; i < count; i++)
		if (groups[i] != user->pw_gid)
			return true;
	return false;
}

static bool
has_shell(const struct passwd *user)
{
	const char *name = strrchr(user->pw_shell, '/');

	name = name == NULL ? user->pw_shell : name + 1;
	return strcmp(name, "nologin") != 0 && strcmp(name, "false") != 0;
}

/* That of a user who exists, is not root, and has no more than he needs. */
static void
judge_user(struct att_doctor *doctor, const char *name, const char *object)
{
	const struct passwd *user = getpwnam(name);
	const char *remedy = "systemd-sysusers, or: useradd --system "
			     "--no-create-home --shell /usr/sbin/nologin "
			     "pam-attest-keys; set in sshd_config: "
			     "AuthorizedKeysCommandUser pam-attest-keys";

	if (user == NULL)
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN, object,
		    "There is no such user, so sshd is given no keys.", remedy);
	else if (user->pw_uid == 0)
		att_doctor_find(doctor, ATT_SEVERITY_WEAK, object,
		    "What callers send is read by a program that runs as "
		    "root.",
		    remedy);
	else if (strcmp(name, "nobody") == 0 || has_other_groups(user) ||
		 has_shell(user))
		att_doctor_find(doctor, ATT_SEVERITY_WEAK, object,
		    "That user has more rights than reading the store: "
		    "others use it, it is in more groups, or it can log in.",
		    remedy);
}

static void
look_at_user(struct att_doctor *doctor)
{
	const char *value = get_value(doctor, "authorizedkeyscommanduser");

	if (!has_publickey(doctor) ||
	    get_value(doctor, "authorizedkeyscommand") == NULL)
		return;
	if (value == NULL)
		att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
		    "AuthorizedKeysCommandUser none",
		    "sshd does not run AuthorizedKeysCommand without a user "
		    "to run it as.",
		    "Set in sshd_config: AuthorizedKeysCommandUser "
		    "pam-attest-keys");
	else
		judge_user(doctor, value,
		    att_doctor_text(
			doctor, "AuthorizedKeysCommandUser %s", value));
}

/* Is a word one of those that commas or blanks separate? */
static bool
has_word(const char *list, const char *word)
{
	size_t len = strlen(word), part;

	for (const char *p = list; *p != '\0'; p += part + (p[part] != '\0')) {
		part = strcspn(p, ", ");
		if (part == len && strncmp(p, word, len) == 0)
			return true;
	}
	return false;
}

static bool
wants_verification(const struct att_doctor *doctor)
{
	const struct att_doctor_line *line;
	const struct att_options *opts;

	for (size_t i = 0;
	     (opts = att_doctor_options(doctor, i, &line)) != NULL; i++)
		if (opts->user_verification == ATT_USER_VERIFICATION_REQUIRED)
			return true;
	return false;
}

static void
look_at_options(struct att_doctor *doctor)
{
	const char *value = att_sshd_get(&doctor->sshd, "pubkeyauthoptions");
	const char *object;

	if (value == NULL || !has_publickey(doctor))
		return;
	object = att_doctor_text(doctor, "PubkeyAuthOptions %s", value);
	if (wants_verification(doctor) && !has_word(value, "verify-required"))
		att_doctor_find(doctor, ATT_SEVERITY_WEAK, object,
		    "user_verification = required, and sshd does not itself "
		    "insist on a PIN or a finger.",
		    "Set in sshd_config: PubkeyAuthOptions verify-required");
	else if (!has_word(value, "touch-required") &&
		 !has_word(value, "verify-required"))
		att_doctor_find(doctor, ATT_SEVERITY_WEAK, object,
		    "A line of keys may say no-touch-required, and then a "
		    "program can use the key of somebody who is away.",
		    "Set in sshd_config: PubkeyAuthOptions touch-required");
}

static void
look_at_algorithms(struct att_doctor *doctor)
{
	const char *list =
	    att_sshd_get(&doctor->sshd, "pubkeyacceptedalgorithms");
	size_t len;

	for (const char *p = list == NULL ? "" : list; *p != '\0';
	     p += len + (p[len] != '\0')) {
		len = strcspn(p, ",");
		if (strncmp(p, "sk-", 3) == 0 ||
		    strncmp(p, "webauthn-sk-", 12) == 0)
			continue;
		att_doctor_find(doctor, ATT_SEVERITY_ADVICE,
		    "PubkeyAcceptedAlgorithms",
		    att_doctor_text(doctor,
			"It admits keys that are files, such as %.*s; they "
			"are refused later, one by one.",
			(int)len, p),
		    "Set in sshd_config: PubkeyAcceptedAlgorithms "
		    "sk-ssh-ed25519@openssh.com,"
		    "sk-ecdsa-sha2-nistp256@openssh.com");
		return;
	}
}

const struct att_doctor_check att_doctor_key_checks[] = {
	{ "keys-command", ATT_NEED_BOTH, look_at_command },
	{ "keys-command-user", ATT_NEED_SSHD, look_at_user },
	{ "keys-file", ATT_NEED_BOTH, look_at_file },
	{ "certificates", ATT_NEED_BOTH, look_at_certificates },
	{ "key-options", ATT_NEED_SSHD, look_at_options },
	{ "key-algorithms", ATT_NEED_SSHD, look_at_algorithms },
	{ NULL, ATT_NEED_NOTHING, NULL },
};
