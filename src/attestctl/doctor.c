/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor finds: kept, sorted, let go. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/doctor.h"

/* Keeps a fresh text; NULL is the lack of memory. */
static const char *
keep(struct att_doctor *doctor, char *text)
{
	char **grown =
	    reallocarray(doctor->texts, doctor->text_count + 1, sizeof(*grown));

	if (grown != NULL)
		doctor->texts = grown;
	if (grown == NULL || text == NULL) {
		doctor->has_failed = true;
		free(text);
		return "";
	}
	grown[doctor->text_count++] = text;
	return text;
}

const char *
att_doctor_text(struct att_doctor *doctor, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&text, fmt, ap) < 0)
		text = NULL;
	va_end(ap);
	return keep(doctor, text);
}

void
att_doctor_find(struct att_doctor *doctor, enum att_severity severity,
    const char *object, const char *meaning, const char *remedy)
{
	struct att_finding *grown;

	for (size_t i = 0; i < doctor->count; i++)
		if (doctor->findings[i].check == doctor->check &&
		    strcmp(doctor->findings[i].object, object) == 0)
			return;
	grown =
	    reallocarray(doctor->findings, doctor->count + 1, sizeof(*grown));
	if (grown == NULL) {
		doctor->has_failed = true;
		return;
	}
	doctor->findings = grown;
	grown[doctor->count++] = (struct att_finding){ .severity = severity,
		.check = doctor->check,
		.object = keep(doctor, strdup(object)),
		.meaning = keep(doctor, strdup(meaning)),
		.remedy = keep(doctor, strdup(remedy)) };
}

/* They are few, and their order among equals stays. */
void
att_doctor_sort(struct att_doctor *doctor)
{
	for (size_t i = 1; i < doctor->count; i++) {
		struct att_finding moved = doctor->findings[i];
		size_t to = i;

		for (; to > 0 &&
		       doctor->findings[to - 1].severity > moved.severity;
		     to--)
			doctor->findings[to] = doctor->findings[to - 1];
		doctor->findings[to] = moved;
	}
}

void
att_doctor_reset(struct att_doctor *doctor)
{
	for (size_t i = 0; i < doctor->line_count; i++)
		att_options_free(&doctor->lines[i].opts);
	for (size_t i = 0; i < doctor->text_count; i++)
		free(doctor->texts[i]);
	free(doctor->lines);
	free(doctor->ways);
	free(doctor->findings);
	free(doctor->texts);
	att_options_free(&doctor->opts);
	att_options_free(&doctor->keys_opts);
	att_pam_service_reset(&doctor->pam);
	att_sshd_text_reset(&doctor->text);
	att_sshd_settings_reset(&doctor->sshd);
	*doctor = (struct att_doctor){ .orders = doctor->orders };
}
