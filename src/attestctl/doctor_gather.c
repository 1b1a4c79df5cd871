/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading what the doctor looks at; what cannot be read is a finding. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/doctor.h"
#include "base/buf.h"
#include "base/file.h"

static const char sshd_config[] = "/etc/ssh/sshd_config";
static const char sshd_folder[] = "/etc/ssh";
static const char *const pam_folders[] = { "/etc/pam.d", "/usr/lib/pam.d",
	NULL };

static const char *
text_of(enum att_err err, const struct att_reason *why)
{
	return why->code == err && why->text[0] != '\0' ? why->text
							: att_err_text(err);
}

/* --- sshd --------------------------------------------------------------- */

static enum att_err
get_settings_text(const struct att_doctor_orders *orders, struct att_buf *text,
    struct att_reason *why)
{
	uint8_t *content = NULL;
	enum att_err r;
	size_t len;

	if (orders->settings == NULL)
		return att_sshd_ask(&orders->sshd, text, why);
	r = att_file_read_any(
	    orders->settings, ATT_SSHD_TEXT_MAX, &content, &len, why);
	if (r == ATT_OK)
		r = att_buf_put(text, content, len);
	free(content);
	return r;
}

static void
gather_settings(struct att_doctor *doctor)
{
	const struct att_doctor_orders *orders = &doctor->orders;
	struct att_reason why = { 0 };
	struct att_buf text;
	enum att_err r;

	att_buf_init(&text, ATT_SSHD_TEXT_MAX);
	r = get_settings_text(orders, &text, &why);
	if (r == ATT_OK)
		r = att_sshd_settings_parse(
		    att_buf_get(&text), &doctor->sshd, &why);
	att_buf_reset(&text);
	doctor->has_sshd = r == ATT_OK;
	if (r != ATT_OK)
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN,
		    orders->settings == NULL ? "sshd -T" : orders->settings,
		    att_doctor_text(doctor,
			"What sshd is set to do is not known: %s.",
			text_of(r, &why)),
		    "Run attestctl doctor as root on a host where "
		    "\"/usr/sbin/sshd -T\" prints its settings.");
}

/* sshd -T tells nobody for whom else something holds. */
static void
gather_text(struct att_doctor *doctor)
{
	const struct att_doctor_orders *orders = &doctor->orders;
	const char *path =
	    orders->sshd.config == NULL ? sshd_config : orders->sshd.config;
	struct att_reason why = { 0 };
	enum att_err r;

	if (orders->settings != NULL && orders->sshd.config == NULL) {
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, orders->settings,
		    "Whether a block of Match sets something else for some is "
		    "not known.",
		    "Name the file that it was made of: --sshd-config FILE.");
		return;
	}
	r = att_sshd_text_read(path, sshd_folder, &doctor->text, &why);
	doctor->has_text = r == ATT_OK;
	if (r != ATT_OK)
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN, path,
		    att_doctor_text(doctor,
			"Whether a block of Match sets something else for "
			"some is not known: %s.",
			text_of(r, &why)),
		    "Run attestctl doctor as root, or name the file: "
		    "--sshd-config FILE.");
}

/* --- PAM ---------------------------------------------------------------- */

/* Since OpenSSH 9.8 sshd says under which name it asks (PAMServiceName). */
static void
choose_service(struct att_doctor *doctor)
{
	const char *named = att_sshd_get(&doctor->sshd, "pamservicename");

	if (doctor->orders.service == NULL)
		doctor->orders.service =
		    named == NULL || named[0] == '\0' ? "sshd" : named;
}

static void
gather_pam(struct att_doctor *doctor)
{
	const char *const own[] = { doctor->orders.pam_folder, NULL };
	const struct att_pam_source source = {
		.folders = own[0] == NULL ? pam_folders : own,
		.service = doctor->orders.service,
	};
	struct att_reason why = { 0 };
	enum att_err r;

	r = att_pam_service_read(&source, &doctor->pam, &why);
	doctor->has_pam = r == ATT_OK;
	if (r != ATT_OK)
		att_doctor_find(doctor, ATT_SEVERITY_UNKNOWN,
		    att_doctor_text(
			doctor, "%s/%s", source.folders[0], source.service),
		    att_doctor_text(doctor, "What PAM asks is not known: %s.",
			text_of(r, &why)),
		    "Run attestctl doctor as root, and mend what it says.");
}

/* --- Our configuration -------------------------------------------------- */

/* As the verifier reads it; file is a default for "conf=FILE", or NULL. */
static enum att_err
read_options(const char *file, const struct att_pam_entry *entry,
    struct att_options **optsp, struct att_reason *why)
{
	size_t given = entry == NULL ? 0 : entry->arg_count;
	const char **args = calloc(given + 1, sizeof(*args));
	enum att_err r = ATT_ERR_NO_MEMORY;
	char *conf = NULL;
	size_t count = 0;

	*optsp = NULL;
	if (args == NULL)
		goto out;
	if (file != NULL &&
	    (given == 0 || strncmp(entry->args[0], "conf=", 5) != 0)) {
		if (asprintf(&conf, "conf=%s", file) < 0)
			conf = NULL;
		if ((args[count++] = conf) == NULL)
			goto out;
	}
	for (size_t i = 0; i < given; i++)
		args[count++] = entry->args[i];
	if ((r = att_options_new(optsp)) == ATT_OK)
		r = att_options_read_arguments(*optsp, args, count, why);
	if (r != ATT_OK)
		att_options_free(optsp);
out:
	free(conf);
	free(args);
	return r == ATT_OK ? ATT_OK : att_refuse_plain(why, r);
}

static void
add_line(struct att_doctor *doctor, enum att_pam_phase phase, size_t index)
{
	struct att_doctor_line *grown =
	    reallocarray(doctor->lines, doctor->line_count + 1, sizeof(*grown));
	struct att_doctor_line *line;

	if (grown == NULL) {
		doctor->has_failed = true;
		return;
	}
	doctor->lines = grown;
	line = &grown[doctor->line_count++];
	*line = (struct att_doctor_line){ .phase = phase, .index = index };
	/* What is wrong is a finding of the check of configurations. */
	if (read_options(doctor->orders.invocation->config,
		&doctor->pam.stacks[phase].entries[index], &line->opts,
		&line->why) != ATT_OK)
		line->opts = NULL;
}

static void
gather_lines(struct att_doctor *doctor)
{
	for (enum att_pam_phase phase = 0; phase < ATT_PAM_PHASES; phase++) {
		const struct att_pam_stack *stack = &doctor->pam.stacks[phase];

		for (size_t i = 0; i < stack->count; i++)
			if (att_pam_entry_is_ours(&stack->entries[i]))
				add_line(doctor, phase, i);
	}
}

static void
gather_file(
    struct att_doctor *doctor, const char *file, struct att_options **optsp)
{
	struct att_reason why = { 0 };

	if (read_options(file, NULL, optsp, &why) == ATT_OK)
		return;
	att_doctor_find(doctor, ATT_SEVERITY_BROKEN,
	    file == NULL ? "configuration" : file,
	    att_doctor_text(doctor,
		"It cannot be used, and every login that needs it is refused: "
		"%s.",
		why.text),
	    "Mend that line; \"attestctl config\" says whether it is right");
}

static void
gather_options(struct att_doctor *doctor)
{
	gather_file(doctor, doctor->orders.invocation->config, &doctor->opts);
	if (doctor->command.is_ours && doctor->command.config != NULL)
		gather_file(doctor, doctor->command.config, &doctor->keys_opts);
}

void
att_doctor_gather(struct att_doctor *doctor)
{
	doctor->check = "sshd";
	gather_settings(doctor);
	if (doctor->has_sshd)
		att_doctor_find_command(doctor);
	doctor->check = "match";
	gather_text(doctor);
	doctor->check = "pam";
	choose_service(doctor);
	gather_pam(doctor);
	if (doctor->has_pam)
		gather_lines(doctor);
	doctor->check = "configuration";
	gather_options(doctor);
}

const struct att_options *
att_doctor_options(const struct att_doctor *doctor, size_t index,
    const struct att_doctor_line **line)
{
	/* Those that are wrong are passed over. */
	*line = NULL;
	if (doctor->opts != NULL && index-- == 0)
		return doctor->opts;
	if (doctor->keys_opts != NULL && index-- == 0)
		return doctor->keys_opts;
	for (size_t i = 0; i < doctor->line_count; i++) {
		*line = &doctor->lines[i];
		if (doctor->lines[i].opts != NULL && index-- == 0)
			return doctor->lines[i].opts;
	}
	*line = NULL;
	return NULL;
}

const struct att_pam_stack *
att_doctor_stack(const struct att_doctor *doctor, enum att_pam_phase phase)
{
	return &doctor->pam.stacks[phase];
}

const char *
att_doctor_place(struct att_doctor *doctor, const struct att_pam_entry *entry)
{
	return att_doctor_text(doctor, "%s:%zu", entry->file, entry->line);
}
