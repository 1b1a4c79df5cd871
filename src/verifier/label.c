/* SPDX-License-Identifier: BSD-2-Clause */
/* Choosing the label of a new credential. */
#include <stdio.h>
#include <string.h>

#include "verifier/label.h"

static bool
is_taken(const struct att_credentials *existing, const char *label)
{
	for (size_t i = 0; i < existing->count; i++)
		if (strcmp(existing->records[i].label, label) == 0)
			return true;
	return false;
}

enum att_err
att_label_choose(const struct att_session *session,
    const struct att_credentials *existing, char **labelp,
    struct att_reason *why)
{
	const char *wanted = session->start.label;
	char text[32] = "";

	*labelp = NULL;
	if (wanted == NULL) {
		for (size_t n = 1; n <= existing->count + 1; n++) {
			snprintf(text, sizeof(text), "key-%zu", n);
			if (!is_taken(existing, text))
				break;
		}
		wanted = text;
	} else if (is_taken(existing, wanted)) {
		return att_refuse(why, ATT_ERR_STORE_DUPLICATE,
		    "%s has a credential with the label \"%s\" already; "
		    "choose another label",
		    session->start.user, wanted);
	}
	if ((*labelp = strdup(wanted)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	return ATT_OK;
}
