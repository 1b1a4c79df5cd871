/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of words, as sshd joins them. */
#include <string.h>

#include "ssh/auth_info.h"

/* The words of a line end at one blank each. */
static struct att_bytes
take_word(struct att_bytes *line)
{
	const uint8_t *blank =
	    line->len > 0 ? memchr(line->ptr, ' ', line->len) : NULL;
	struct att_bytes word = *line;

	if (blank == NULL) {
		*line = (struct att_bytes){ line->ptr + line->len, 0 };
		return word;
	}
	word.len = (size_t)(blank - line->ptr);
	line->ptr += word.len + 1;
	line->len -= word.len + 1;
	return word;
}

static bool
is_printable(struct att_bytes line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] < 0x20 || line.ptr[i] == 0x7f)
			return false;
	return true;
}

/* "publickey", with or without a submethod. */
static bool
is_publickey(struct att_bytes method)
{
	const char *const name = "publickey";
	const size_t len = strlen(name);

	return method.len >= len && memcmp(method.ptr, name, len) == 0 &&
	       (method.len == len || method.ptr[len] == '/');
}

static enum att_err
take_line(
    struct att_bytes *rest, struct att_bytes *line, struct att_reason *why)
{
	const uint8_t *end =
	    rest->len > 0 ? memchr(rest->ptr, '\n', rest->len) : NULL;

	if (end == NULL)
		return att_refuse(why, ATT_ERR_SSH_AUTH_INFO,
		    "SSH_AUTH_INFO_0: a line does not end");
	line->ptr = rest->ptr;
	line->len = (size_t)(end - rest->ptr);
	if (line->len == 0 || !is_printable(*line))
		return att_refuse(why, ATT_ERR_SSH_AUTH_INFO,
		    "SSH_AUTH_INFO_0: a line is empty or has a control "
		    "character");
	return ATT_OK;
}

enum att_err
att_ssh_auth_info_next(struct att_bytes *rest, struct att_ssh_method *method,
    struct att_reason *why)
{
	struct att_bytes line;
	size_t used;
	enum att_err r;

	memset(method, 0, sizeof(*method));
	if ((r = take_line(rest, &line, why)) != ATT_OK)
		return r;
	used = line.len + 1;
	if (is_publickey(take_word(&line))) {
		method->is_publickey = true;
		method->key_type = take_word(&line);
		method->key = take_word(&line);
		if (method->key_type.len == 0 || method->key.len == 0)
			return att_refuse(why, ATT_ERR_SSH_AUTH_INFO,
			    "SSH_AUTH_INFO_0: publickey without a key");
	}
	rest->ptr += used;
	rest->len -= used;
	return ATT_OK;
}
