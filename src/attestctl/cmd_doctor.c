/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl doctor: what of an SSH login is not enforced on this host. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_doctor.h"
#include "attestctl/out.h"

static const char usage[] =
    "usage: attestctl [--config FILE] doctor [OPTION]...\n"
    "\n"
    "Says what of an SSH login is not enforced on this host, and what to do "
    "about\n"
    "it: from what \"sshd -T\" prints, the files of PAM, and the "
    "configuration.\n"
    "Nothing is changed.\n"
    "\n"
    "      --user NAME         judge what sshd does with this user (Match)\n"
    "      --address ADDRESS   who comes from there; default: 192.0.2.1\n"
    "      --host NAME         which has this name; default: the address\n"
    "      --service NAME      the name under which sshd asks PAM; default: "
    "sshd\n"
    "      --pam-dir DIR       where PAM's files are, instead of /etc/pam.d\n"
    "      --sshd PATH         the program; default: /usr/sbin/sshd\n"
    "      --sshd-config FILE  what it reads; default: /etc/ssh/sshd_config\n"
    "      --settings FILE|-   what \"sshd -T\" has printed elsewhere\n"
    "  -j, --json              print an object with a list of findings\n"
    "  -h, --help              show this\n"
    "\n"
    "Exit status: 0 nothing was found but, perhaps, advice; 1 something was "
    "found;\n"
    "2 something could not be looked at.\n";

enum {
	OPTION_USER = 'u',
	OPTION_ADDRESS = 'a',
	OPTION_HOST = 'n',
	OPTION_SERVICE = 's',
	OPTION_PAM_DIR = 'p',
	OPTION_SSHD = 'd',
	OPTION_SSHD_CONFIG = 'f',
	OPTION_SETTINGS = 't',
};

static const struct option options[] = {
	{ "user", required_argument, NULL, OPTION_USER },
	{ "address", required_argument, NULL, OPTION_ADDRESS },
	{ "host", required_argument, NULL, OPTION_HOST },
	{ "service", required_argument, NULL, OPTION_SERVICE },
	{ "pam-dir", required_argument, NULL, OPTION_PAM_DIR },
	{ "sshd", required_argument, NULL, OPTION_SSHD },
	{ "sshd-config", required_argument, NULL, OPTION_SSHD_CONFIG },
	{ "settings", required_argument, NULL, OPTION_SETTINGS },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

/* What there is no short option for, and where it goes. */
static bool
take(void *arg, int letter, const char *value)
{
	struct att_doctor_orders *orders = arg;
	const struct {
		int letter;
		const char **to;
		bool is_path;
	} places[] = {
		{ OPTION_USER, &orders->sshd.user, false },
		{ OPTION_ADDRESS, &orders->sshd.address, false },
		{ OPTION_HOST, &orders->sshd.host, false },
		{ OPTION_SERVICE, &orders->service, false },
		{ OPTION_PAM_DIR, &orders->pam_folder, true },
		{ OPTION_SSHD, &orders->sshd.program, true },
		{ OPTION_SSHD_CONFIG, &orders->sshd.config, true },
		{ OPTION_SETTINGS, &orders->settings, false },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i].letter != letter)
			continue;
		if (places[i].is_path && value[0] != '/') {
			att_out_error("doctor",
			    "%s is not an absolute path, which is expected "
			    "here",
			    value);
			return false;
		}
		*places[i].to = value;
	}
	return true;
}

static const struct att_doctor_check *const tables[] = {
	att_doctor_sshd_checks,
	att_doctor_key_checks,
	att_doctor_pam_checks,
	att_doctor_conf_checks,
	att_doctor_file_checks,
};

static bool
can_look(const struct att_doctor *doctor, enum att_doctor_need need)
{
	return (need == ATT_NEED_NOTHING || need == ATT_NEED_PAM ||
		   doctor->has_sshd) &&
	       (need == ATT_NEED_NOTHING || need == ATT_NEED_SSHD ||
		   doctor->has_pam);
}

/* What was not looked at is said together: its reason has been said. */
static void
say_omitted(struct att_doctor *doctor, const char *names)
{
	if (names[0] == '\0')
		return;
	doctor->check = "omitted";
	att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, "checks not made", names,
	    "Mend what is said of sshd and PAM, and ask again");
}

static void
run_checks(struct att_doctor *doctor)
{
	const char *omitted = "";

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		for (const struct att_doctor_check *check = tables[i];
		     check->name != NULL; check++) {
			if (!can_look(doctor, check->need)) {
				omitted = att_doctor_text(doctor, "%s%s%s",
				    omitted, omitted[0] == '\0' ? "" : ", ",
				    check->name);
				continue;
			}
			doctor->check = check->name;
			check->look(doctor);
			doctor->check_count++;
		}
	}
	say_omitted(doctor, omitted);
}

static enum att_exit
get_status(const struct att_doctor *doctor)
{
	enum att_exit status = ATT_EXIT_DONE;

	for (size_t i = 0; i < doctor->count; i++) {
		if (doctor->findings[i].severity == ATT_SEVERITY_UNKNOWN)
			return ATT_EXIT_UNKNOWN;
		if (doctor->findings[i].severity != ATT_SEVERITY_ADVICE)
			status = ATT_EXIT_REFUSED;
	}
	return status;
}

enum att_exit
att_cmd_doctor(const struct att_invocation *invocation, int argc, char **argv)
{
	struct att_doctor doctor = { .orders = {
					 .invocation = invocation,
					 .sshd = { .program = "/usr/sbin/sshd",
					     .address = "192.0.2.1" },
				     } };
	struct att_arguments args = { .usage = usage,
		.options = options,
		.take = take,
		.arg = &doctor.orders };
	enum att_exit status;

	if (!att_arguments_parse(argc, argv, &args, &status))
		return status;
	if (doctor.orders.sshd.host == NULL)
		doctor.orders.sshd.host = doctor.orders.sshd.address;
	att_doctor_gather(&doctor);
	att_doctor_judge_ways(&doctor);
	run_checks(&doctor);
	att_doctor_sort(&doctor);
	status = get_status(&doctor);
	if (doctor.has_failed) {
		att_out_reason("doctor", ATT_ERR_NO_MEMORY, NULL);
		status = ATT_EXIT_UNKNOWN;
	} else
		status = args.is_json ? att_doctor_print_json(&doctor, status)
				      : att_doctor_print(&doctor, status);
	att_doctor_reset(&doctor);
	return status;
}
