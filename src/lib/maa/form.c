/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and values in a query or a body. */
#include <string.h>

#include "maa/form.h"

/* RFC 3986 section 2.3. */
static bool
is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') ||
	       (c != '\0' && strchr("-._~", c) != NULL);
}

static enum att_err
put_value(struct att_buf *form, const char *value)
{
	enum att_err err = ATT_OK;

	for (; *value != '\0' && err == ATT_OK; value++) {
		if (is_unreserved(*value))
			err = att_buf_put(form, value, 1);
		else
			err = att_buf_printf(
			    form, "%%%02X", (unsigned int)(uint8_t)*value);
	}
	return err;
}

enum att_err
att_form_put(struct att_buf *form, const char *name, const char *value)
{
	bool is_first = form->len == 0 || form->ptr[form->len - 1] == '?';
	enum att_err err;

	err = att_buf_printf(form, "%s%s=", is_first ? "" : "&", name);
	return err == ATT_OK ? put_value(form, value) : err;
}
