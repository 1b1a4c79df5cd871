/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What sshd says of its methods: each step takes one line, whole; a key is two
 * words of it; and what is refused stays where it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "ssh/auth_info.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_word(struct att_bytes word, struct att_bytes line)
{
	if (word.len == 0 || word.ptr < line.ptr ||
	    word.ptr + word.len > line.ptr + line.len ||
	    memchr(word.ptr, ' ', word.len) != NULL ||
	    memchr(word.ptr, '\n', word.len) != NULL)
		abort();
}

static void
check_line(const struct att_ssh_method *method, struct att_bytes line)
{
	if (line.len < 2 ||
	    memchr(line.ptr, '\n', line.len) != line.ptr + line.len - 1)
		abort();
	if (method->is_publickey) {
		check_word(method->key_type, line);
		check_word(method->key, line);
	} else if (method->key_type.len > 0 || method->key.len > 0) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_bytes rest = att_bytes(data, size);

	while (rest.len > 0) {
		struct att_reason why = { .code = ATT_OK };
		struct att_bytes line = rest;
		struct att_ssh_method method;

		if (att_ssh_auth_info_next(&rest, &method, &why) != ATT_OK) {
			if (why.code != ATT_ERR_SSH_AUTH_INFO ||
			    rest.ptr != line.ptr || rest.len != line.len)
				abort();
			break;
		}
		line.len -= rest.len;
		check_line(&method, line);
	}
	return 0;
}
