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

static const char publickey[] = "publickey";

/* auth2.c of OpenSSH; more: what follows the method, such as a client. */
static const struct method {
	const char *name;
	bool has_more;
} methods[] = {
	{ publickey, true },
	{ "password", false },
	{ "keyboard-interactive", false },
	{ "hostbased", true },
	{ "gssapi-with-mic", true },
	{ "gssapi-keyex", true },
	{ "none", false },
};

/* The method of a word, which may have a submethod; NULL: none of sshd's. */
static const struct method *
find_method(struct att_bytes word)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		const size_t len = strlen(methods[i].name);

		if (word.len >= len &&
		    memcmp(word.ptr, methods[i].name, len) == 0 &&
		    (word.len == len || word.ptr[len] == '/'))
			return &methods[i];
	}
	return NULL;
}

static enum att_err
refuse_method(struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_SSH_AUTH_INFO,
	    "SSH_AUTH_INFO_0: a line says what sshd does not say; did another "
	    "module, such as pam_env with user_readenv, change it? Put "
	    "pam_attest before it");
}

/* What follows a method that is not publickey. */
static enum att_err
check_more(
    const struct method *method, struct att_bytes more, struct att_reason *why)
{
	if (more.len > 0 && !method->has_more)
		return refuse_method(why);
	while (more.len > 0)
		if (find_method(take_word(&more)) == &methods[0])
			return refuse_method(why);
	return ATT_OK;
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

static enum att_err
take_key(struct att_bytes *line, struct att_ssh_method *method,
    struct att_reason *why)
{
	struct att_bytes type = take_word(line), key = take_word(line);

	if (type.len == 0 || key.len == 0)
		return att_refuse(why, ATT_ERR_SSH_AUTH_INFO,
		    "SSH_AUTH_INFO_0: publickey without a key");
	*method = (struct att_ssh_method){ true, type, key };
	return ATT_OK;
}

enum att_err
att_ssh_auth_info_next(struct att_bytes *rest, struct att_ssh_method *method,
    struct att_reason *why)
{
	const struct method *kind;
	struct att_bytes line;
	size_t used;
	enum att_err r;

	memset(method, 0, sizeof(*method));
	if ((r = take_line(rest, &line, why)) != ATT_OK)
		return r;
	used = line.len + 1;
	if ((kind = find_method(take_word(&line))) == NULL)
		return refuse_method(why);
	if (kind->name == publickey)
		r = take_key(&line, method, why);
	else
		r = check_more(kind, line, why);
	if (r != ATT_OK)
		return r;
	rest->ptr += used;
	rest->len -= used;
	return ATT_OK;
}
