/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What follows from the metadata of one model: FIDO Metadata Service 3.1
 * section 3.1.3.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "trust/model.h"

static bool
is_in_force(const struct att_model_report *report, time_t now)
{
	return report->effective <= now &&
	       (report->sunset == 0 || now < report->sunset);
}

static enum att_metadata_status_kind
get_kind(const struct att_model_report *report)
{
	return att_metadata_status_get_info(report->status)->kind;
}

/* The latest in force, of one kind when that is not NULL. */
static const struct att_model_report *
find_latest(const struct att_model *model, time_t now,
    const enum att_metadata_status_kind *kind)
{
	const struct att_model_report *latest = NULL;

	for (size_t i = 0; i < model->report_count; i++) {
		const struct att_model_report *report = &model->reports[i];

		if (is_in_force(report, now) &&
		    (kind == NULL || get_kind(report) == *kind) &&
		    (latest == NULL || report->effective >= latest->effective))
			latest = report;
	}
	return latest;
}

const struct att_model_report *
att_model_get_status(const struct att_model *model, time_t now)
{
	return find_latest(model, now, NULL);
}

static bool
is_about(
    const struct att_model_report *report, const struct att_model_keys *keys)
{
	if (!report->is_of_one_key)
		return true;
	for (size_t i = 0; i < keys->count; i++) {
		if (memcmp(keys->sha256[i], report->key_sha256,
			sizeof(report->key_sha256)) == 0)
			return true;
	}
	return false;
}

/* Does the report, which is in force, say what holds now? */
static bool
is_present(const struct att_model *model, const struct att_model_report *report,
    time_t now)
{
	enum att_metadata_status_kind kind = get_kind(report);

	switch (kind) {
	case ATT_STATUS_KIND_COMPROMISE:
		return true;
	case ATT_STATUS_KIND_LEVEL:
	case ATT_STATUS_KIND_FIPS140:
		return report == find_latest(model, now, &kind);
	case ATT_STATUS_KIND_NOTICE:
		break;
	}
	return report == att_model_get_status(model, now);
}

const struct att_model_report *
att_model_find_denied(const struct att_model *model,
    const struct att_options *opts, time_t now,
    const struct att_model_keys *keys)
{
	for (size_t i = 0; i < model->report_count; i++) {
		const struct att_model_report *report = &model->reports[i];

		if (report->status != ATT_STATUS_UNKNOWN &&
		    (opts->mds_status_deny & UINT32_C(1) << report->status) !=
			0 &&
		    is_in_force(report, now) &&
		    is_present(model, report, now) && is_about(report, keys))
			return report;
	}
	return NULL;
}

/* The certification that a word of the option asks for. */
static enum att_metadata_status
get_wanted(enum att_choice_certification certification)
{
	static const enum att_metadata_status statuses[] = {
		[ATT_CERTIFICATION_L1] = ATT_STATUS_FIDO_CERTIFIED_L1,
		[ATT_CERTIFICATION_L1PLUS] = ATT_STATUS_FIDO_CERTIFIED_L1PLUS,
		[ATT_CERTIFICATION_L2] = ATT_STATUS_FIDO_CERTIFIED_L2,
		[ATT_CERTIFICATION_L2PLUS] = ATT_STATUS_FIDO_CERTIFIED_L2PLUS,
		[ATT_CERTIFICATION_L3] = ATT_STATUS_FIDO_CERTIFIED_L3,
		[ATT_CERTIFICATION_L3PLUS] = ATT_STATUS_FIDO_CERTIFIED_L3PLUS,
		[ATT_CERTIFICATION_FIPS140_L1] =
		    ATT_STATUS_FIPS140_CERTIFIED_L1,
		[ATT_CERTIFICATION_FIPS140_L2] =
		    ATT_STATUS_FIPS140_CERTIFIED_L2,
		[ATT_CERTIFICATION_FIPS140_L3] =
		    ATT_STATUS_FIPS140_CERTIFIED_L3,
		[ATT_CERTIFICATION_FIPS140_L4] =
		    ATT_STATUS_FIPS140_CERTIFIED_L4,
	};

	return statuses[certification];
}

bool
att_model_is_certified(
    const struct att_model *model, const struct att_options *opts, time_t now)
{
	const struct att_metadata_status_info *wanted, *have;
	const struct att_model_report *latest;

	if (opts->min_certification == ATT_CERTIFICATION_NONE)
		return true;
	wanted =
	    att_metadata_status_get_info(get_wanted(opts->min_certification));
	if ((latest = find_latest(model, now, &wanted->kind)) == NULL)
		return false;
	have = att_metadata_status_get_info(latest->status);
	return have->level >= wanted->level;
}

void
att_day_print(time_t day, char text[ATT_DAY_SHOWN])
{
	struct tm tm;

	if (day == 0 || gmtime_r(&day, &tm) == NULL ||
	    strftime(text, ATT_DAY_SHOWN, "%Y-%m-%d", &tm) == 0)
		memcpy(text, "-", sizeof("-"));
}

void
att_model_print_report(
    const struct att_model_report *report, char text[ATT_MODEL_REPORT_SHOWN])
{
	char day[ATT_DAY_SHOWN];
	size_t len;

	len = att_text_escape(text, ATT_MODEL_REPORT_SHOWN - 32, report->name);
	if (report->effective == 0)
		return;
	att_day_print(report->effective, day);
	snprintf(text + len, ATT_MODEL_REPORT_SHOWN - len, " since %s", day);
}
