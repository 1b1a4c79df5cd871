/* SPDX-License-Identifier: BSD-2-Clause */
/* The error list as a table, and the text of a refusal. */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <security/_pam_types.h>

#include "base/err.h"
#include "base/text.h"

static const struct {
	const char *code;
	const char *text;
	enum att_category category;
	int pam;
} errors[ATT_ERR_COUNT] = {
	[ATT_OK] = { "ok", "no error", ATT_CATEGORY_none, PAM_SYSTEM_ERR },
#define ERR(symbol, code, category, pam, text)                                 \
	[ATT_ERR_##symbol] = { code, text, ATT_CATEGORY_##category, pam },
#include "base/err.def"
#undef ERR
};

static enum att_err
known(enum att_err err)
{
	if ((unsigned int)err >= ATT_ERR_COUNT)
		return ATT_ERR_INTERNAL;
	return err;
}

const char *
att_err_code(enum att_err err)
{
	return errors[known(err)].code;
}

const char *
att_err_text(enum att_err err)
{
	return errors[known(err)].text;
}

enum att_category
att_err_category(enum att_err err)
{
	return errors[known(err)].category;
}

bool
att_err_is_refusal(enum att_err err)
{
	switch (att_err_category(err)) {
	case ATT_CATEGORY_input:
	case ATT_CATEGORY_policy:
	case ATT_CATEGORY_trust:
		return true;
	default:
		return false;
	}
}

int
att_err_pam(enum att_err err)
{
	return errors[known(err)].pam;
}

ATT_PRINTF(3, 0)
static void
set_reason(
    struct att_reason *why, enum att_err err, const char *fmt, va_list ap)
{
	char raw[2 * sizeof(why->text)]; /* what is cut here shows below */

	vsnprintf(raw, sizeof(raw), fmt, ap);
	why->code = err;
	att_text_escape(why->text, sizeof(why->text), raw);
}

void
att_reason_set(struct att_reason *why, enum att_err err, const char *fmt, ...)
{
	va_list ap;

	if (why == NULL)
		return;
	va_start(ap, fmt);
	set_reason(why, err, fmt, ap);
	va_end(ap);
}

enum att_err
att_refuse(struct att_reason *why, enum att_err err, const char *fmt, ...)
{
	va_list ap;

	if (why == NULL)
		return err;
	va_start(ap, fmt);
	set_reason(why, err, fmt, ap);
	va_end(ap);
	return err;
}

enum att_err
att_refuse_plain(struct att_reason *why, enum att_err err)
{
	if (err == ATT_OK || why == NULL)
		return err;
	if (why->code == err && why->text[0] != '\0')
		return err;
	return att_refuse(why, err, "%s", att_err_text(err));
}

enum att_err
att_refuse_within(
    struct att_reason *why, enum att_err err, const char *fmt, ...)
{
	char prefix[sizeof(why->text) / 2];
	char inner[sizeof(why->text)];
	va_list ap;

	if (why == NULL || err == ATT_OK)
		return err;
	va_start(ap, fmt);
	vsnprintf(prefix, sizeof(prefix), fmt, ap);
	va_end(ap);
	if (why->code == err && why->text[0] != '\0')
		memcpy(inner, why->text, sizeof(inner));
	else
		snprintf(inner, sizeof(inner), "%s", att_err_text(err));
	return att_refuse(why, err, "%s: %s", prefix, inner);
}
