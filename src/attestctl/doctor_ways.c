/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways in that sshd and PAM leave, and which of them ask for a key. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/doctor.h"

static const struct {
	unsigned int bit;
	const char *name; /* in AuthenticationMethods */
	const char *keyword;
} methods[] = {
	{ ATT_METHOD_PUBLICKEY, "publickey", "pubkeyauthentication" },
	{ ATT_METHOD_PASSWORD, "password", "passwordauthentication" },
	{ ATT_METHOD_KBDINT, "keyboard-interactive",
	    "kbdinteractiveauthentication" },
	{ ATT_METHOD_KBDINT, "keyboard-interactive",
	    "challengeresponseauthentication" },
	{ ATT_METHOD_HOSTBASED, "hostbased", "hostbasedauthentication" },
	{ ATT_METHOD_GSSAPI, "gssapi-with-mic", "gssapiauthentication" },
	{ ATT_METHOD_GSSAPI, "gssapi-keyex", "gssapiauthentication" },
};
enum {
	METHOD_COUNT = sizeof(methods) / sizeof(methods[0])
};

/* --- Guards ------------------------------------------------------------- */

/*
 * Does this line of ours let nobody pass without what the guard is for? One
 * whose configuration is wrong refuses everybody.
 */
static bool
is_check(enum att_doctor_guard guard, const struct att_options *opts)
{
	bool is_gate;

	if (opts == NULL || guard == ATT_GUARD_AUTH)
		return true;
	is_gate = opts->host == ATT_HOST_REQUIRE &&
		  opts->host_phase != ATT_HOST_PHASE_AUTH;
	return opts->ssh_keys == ATT_SSH_KEYS_ATTESTED ||
	       (guard == ATT_GUARD_ACCOUNT && is_gate);
}

static void
judge_phase(struct att_doctor *doctor, enum att_doctor_guard guard)
{
	static const enum att_pam_phase phases[] = { ATT_PAM_AUTH,
		ATT_PAM_ACCOUNT, ATT_PAM_SESSION };
	struct att_doctor_phase *judged = &doctor->phases[guard];
	bool checks[ATT_PAM_ENTRIES] = { false };
	const struct att_pam_search search = {
		.stack = att_doctor_stack(doctor, phases[guard]),
		.phase = phases[guard],
		.checks = checks,
	};

	for (size_t i = 0; i < doctor->line_count; i++) {
		const struct att_doctor_line *line = &doctor->lines[i];

		if (line->phase != phases[guard])
			continue;
		judged->has_line = true;
		checks[line->index] = is_check(guard, line->opts);
	}
	if (att_pam_gaps_find(&search, &judged->gaps) != ATT_OK)
		doctor->has_failed = true;
	judged->is_closed = doctor->has_pam && !judged->gaps.is_open;
}

/* --- Keys --------------------------------------------------------------- */

/* Cuts the first word off; NULL at the end. */
static const char *
take_word(struct att_doctor *doctor, const char **text)
{
	const char *begin = *text + strspn(*text, " \t");
	size_t len = strcspn(begin, " \t");

	*text = begin + len + strspn(begin + len, " \t");
	return len == 0 ? NULL
			: att_doctor_text(doctor, "%.*s", (int)len, begin);
}

void
att_doctor_find_command(struct att_doctor *doctor)
{
	static const char option[] = "--config",
			  name[] = "/pam_attest-ssh-keys";
	const char *rest = att_sshd_get(&doctor->sshd, "authorizedkeyscommand");
	struct att_doctor_command *command = &doctor->command;
	const char *word, *slash;

	if (rest == NULL || rest[0] != '/')
		return;
	command->program = take_word(doctor, &rest);
	slash = strrchr(command->program, '/');
	command->is_ours = slash != NULL && strcmp(slash, name) == 0;
	command->arguments = rest;
	word = take_word(doctor, &rest);
	if (word == NULL || strncmp(word, option, strlen(option)) != 0)
		return;
	if (strcmp(word, option) == 0)
		command->config = take_word(doctor, &rest);
	else if (word[strlen(option)] == '=')
		command->config = word + sizeof(option);
	command->arguments = rest;
}

/* Do keys come from our program alone? Its user and the like are checks. */
static bool
is_command_ours(const struct att_doctor *doctor)
{
	return doctor->command.is_ours &&
	       att_sshd_is(&doctor->sshd, "authorizedkeysfile", "none") &&
	       att_sshd_is(&doctor->sshd, "trustedusercakeys", "none");
}

/* --- Ways --------------------------------------------------------------- */

static unsigned int
get_enabled(const struct att_sshd_settings *sshd)
{
	unsigned int enabled = 0;

	for (size_t i = 0; i < METHOD_COUNT; i++) {
		const char *value = att_sshd_get(sshd, methods[i].keyword);

		if (value != NULL && strcmp(value, "no") != 0)
			enabled |= methods[i].bit;
	}
	return enabled;
}

/* A way is open when nothing on it asks for an attested key. */
static bool
is_open(const struct att_doctor *doctor, unsigned int way)
{
	bool has_pam = att_sshd_is(&doctor->sshd, "usepam", "yes");
	const struct att_doctor_phase *phases = doctor->phases;

	if ((way & ATT_METHOD_PUBLICKEY) != 0 &&
	    (doctor->is_command_ours ||
		(has_pam && phases[ATT_GUARD_SESSION].is_closed)))
		return false;
	return !has_pam ||
	       (way & (ATT_METHOD_KBDINT | ATT_METHOD_PASSWORD)) == 0 ||
	       !phases[ATT_GUARD_AUTH].is_closed;
}

static void
add_way(struct att_doctor *doctor, unsigned int way, const char *text)
{
	struct att_doctor_way *grown =
	    reallocarray(doctor->ways, doctor->way_count + 1, sizeof(*grown));

	if (grown == NULL) {
		doctor->has_failed = true;
		return;
	}
	doctor->ways = grown;
	grown[doctor->way_count++] = (struct att_doctor_way){
		.methods = way, .text = text, .is_open = is_open(doctor, way)
	};
}

/* The bit of a method that is enabled; "keyboard-interactive:pam" has it. */
static unsigned int
get_method(unsigned int enabled, const char *name, size_t len)
{
	const char *colon = memchr(name, ':', len);

	len = colon == NULL ? len : (size_t)(colon - name);
	for (size_t i = 0; i < METHOD_COUNT; i++)
		if (strlen(methods[i].name) == len &&
		    strncmp(methods[i].name, name, len) == 0)
			return methods[i].bit & enabled;
	return 0;
}

/* "publickey,password": 0 when one of them is not to be had. */
static unsigned int
get_way(unsigned int enabled, const char *list, size_t len)
{
	unsigned int way = 0, method;
	size_t part;

	for (size_t i = 0; i < len; i += part + 1) {
		for (part = 0; i + part < len && list[i + part] != ','; part++)
			;
		if ((method = get_method(enabled, list + i, part)) == 0)
			return 0;
		way |= method;
	}
	return way;
}

static void
judge_lists(struct att_doctor *doctor, unsigned int enabled, const char *lists)
{
	size_t len;

	for (const char *p = lists + strspn(lists, " "); *p != '\0';
	     p += len + strspn(p + len, " ")) {
		unsigned int way;

		len = strcspn(p, " ");
		if ((way = get_way(enabled, p, len)) != 0)
			add_way(doctor, way,
			    att_doctor_text(doctor, "%.*s", (int)len, p));
	}
}

static void
judge_methods(struct att_doctor *doctor)
{
	const char *lists =
	    att_sshd_get(&doctor->sshd, "authenticationmethods");
	unsigned int enabled = get_enabled(&doctor->sshd), done = 0;

	doctor->is_method_list = lists != NULL && strcmp(lists, "any") != 0;
	if (doctor->is_method_list) {
		judge_lists(doctor, enabled, lists);
		return;
	}
	for (size_t i = 0; i < METHOD_COUNT; i++) {
		if ((enabled & ~done & methods[i].bit) != 0)
			add_way(doctor, methods[i].bit, methods[i].name);
		done |= methods[i].bit;
	}
}

void
att_doctor_judge_ways(struct att_doctor *doctor)
{
	if (doctor->has_pam) {
		for (enum att_doctor_guard i = 0; i < ATT_GUARD_COUNT; i++)
			judge_phase(doctor, i);
	}
	if (doctor->has_sshd) {
		doctor->is_command_ours = is_command_ours(doctor);
		judge_methods(doctor);
	}
}

bool
att_doctor_is_open(const struct att_doctor *doctor, unsigned int method)
{
	for (size_t i = 0; i < doctor->way_count; i++)
		if (doctor->ways[i].is_open &&
		    (doctor->ways[i].methods & method) != 0)
			return true;
	return false;
}

bool
att_doctor_has_way(const struct att_doctor *doctor, unsigned int method)
{
	for (size_t i = 0; i < doctor->way_count; i++)
		if ((doctor->ways[i].methods & method) != 0)
			return true;
	return false;
}
