/* SPDX-License-Identifier: BSD-2-Clause */
/* attestctl doctor: what was found, for people and for programs. */
#include <stdio.h>

#include "attestctl/cmd_doctor.h"
#include "attestctl/out.h"

static const char *const words[ATT_SEVERITY_COUNT] = { "open", "unknown",
	"broken", "weak", "advice" };

static size_t
get_count(const struct att_doctor *doctor, enum att_severity severity)
{
	size_t count = 0;

	for (size_t i = 0; i < doctor->count; i++)
		count += doctor->findings[i].severity == severity;
	return count;
}

/* --- People ------------------------------------------------------------- */

/* The object, what it means, what to do: a line each. */
static enum att_err
add_rows(struct att_table *table, const struct att_finding *finding)
{
	bool is_bad = finding->severity <= ATT_SEVERITY_BROKEN;
	const struct att_cell rows[][2] = {
		{ { words[finding->severity],
		      is_bad ? ATT_STYLE_BAD : ATT_STYLE_PLAIN },
		    { .text = finding->object } },
		{ { .text = "" }, { .text = finding->meaning } },
		{ { .text = "" }, { .text = finding->remedy } },
	};
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < 3 && r == ATT_OK; i++)
		r = att_table_add(table, rows[i]);
	return r;
}

static void
print_sum(const struct att_doctor *doctor)
{
	const char *gap = doctor->count == 0 ? "" : "\n";

	printf("%s%zu checks made", gap, doctor->check_count);
	if (doctor->count == 0) {
		puts(": nothing found");
		return;
	}
	for (enum att_severity i = 0; i < ATT_SEVERITY_COUNT; i++)
		if (get_count(doctor, i) > 0)
			printf(", %zu %s", get_count(doctor, i), words[i]);
	putchar('\n');
}

enum att_exit
att_doctor_print(const struct att_doctor *doctor, enum att_exit status)
{
	static const char *const headings[] = { "SEVERITY",
		"WHERE, WHAT IT MEANS, WHAT TO DO" };
	struct att_table table = { .headings = headings, .columns = 2 };
	enum att_err r = ATT_OK;

	for (size_t i = 0; i < doctor->count && r == ATT_OK; i++)
		r = add_rows(&table, &doctor->findings[i]);
	if (r == ATT_OK)
		r = att_table_print(&table);
	if (r == ATT_OK)
		print_sum(doctor);
	else
		att_out_reason("doctor", r, &table.why);
	att_table_reset(&table);
	return r == ATT_OK ? status : ATT_EXIT_UNKNOWN;
}

/* --- Programs ----------------------------------------------------------- */

static json_t *
make_finding(const struct att_finding *finding)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "severity",
	    words[finding->severity], "check", finding->check, "object",
	    att_json_text(finding->object), "meaning",
	    att_json_text(finding->meaning), "remedy",
	    att_json_text(finding->remedy));
}

static json_t *
make_counts(const struct att_doctor *doctor)
{
	json_t *counts = json_object();

	for (enum att_severity i = 0; i < ATT_SEVERITY_COUNT; i++)
		if (json_object_set_new(counts, words[i],
			json_integer((json_int_t)get_count(doctor, i))) != 0) {
			json_decref(counts);
			return NULL;
		}
	return counts;
}

enum att_exit
att_doctor_print_json(const struct att_doctor *doctor, enum att_exit status)
{
	json_t *list = json_array();

	for (size_t i = 0; i < doctor->count && list != NULL; i++)
		list =
		    att_json_append(list, make_finding(&doctor->findings[i]));
	return att_out_json(json_pack("{s:I, s:o, s:o}", "checks",
				(json_int_t)doctor->check_count, "counts",
				make_counts(doctor), "findings", list),
	    status);
}
