/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzzes the check of stored client data. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "codec/clientdata.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t challenge[ATT_CHALLENGE_LEN] = { 1, 2, 3 };
	struct att_reason why = { 0 };
	enum att_err err;
	char *json;

	err = att_client_data_check(att_bytes(data, size), "webauthn.create",
	    challenge, "example", &why);
	if (err != why.code)
		abort();
	if (err == ATT_OK && memmem(data, size, "webauthn.create", 15) == NULL)
		abort();
	/* Any text as RP ID: what is made is accepted, or not made at all. */
	if (size == 0 || size > 200 || data[size - 1] != '\0')
		return 0;
	if (att_client_data_make(
		"webauthn.get", challenge, (const char *)data, &json) != ATT_OK)
		return 0;
	if (att_client_data_check(att_bytes_text(json), "webauthn.get",
		challenge, (const char *)data, NULL) != ATT_OK)
		abort();
	free(json);
	return 0;
}
