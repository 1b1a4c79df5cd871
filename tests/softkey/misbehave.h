/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways in which softkey can behave badly on purpose. */
#ifndef SOFTKEY_MISBEHAVE_H
#define SOFTKEY_MISBEHAVE_H

#include <stdio.h>

#include "options.h"

enum fault {
	FAULT_NONE,
	FAULT_SILENT,
	FAULT_WRONG_NONCE,
	FAULT_SHORT_REPORT,
	FAULT_WRONG_CHANNEL,
	FAULT_OVERSIZED_LENGTH,
	FAULT_BAD_SEQUENCE,
	FAULT_ENDLESS_KEEPALIVE,
	FAULT_DISCONNECT,
	FAULT_HID_ERROR,
	FAULT_WRONG_COMMAND,
	FAULT_GARBAGE_GETINFO,
	FAULT_UNKNOWN_STATUS,
	FAULT_EMPTY_REPLY,
	FAULT_TRUNCATED_CBOR,
	FAULT_TRAILING_CBOR,
	FAULT_EXTRA_CBOR_KEY,
	FAULT_DUPLICATE_CBOR_KEY,
	FAULT_TAGGED_CBOR,
	FAULT_LONG_CBOR_KEY,
	FAULT_INDEFINITE_CBOR,
	FAULT_HUGE_CBOR_LENGTH,
	FAULT_DEEP_CBOR,
	FAULT_NOISE,
	FAULT_WRONG_RPIDHASH,
	FAULT_UP_CLEAR,
	FAULT_UV_CLEAR,
	FAULT_AT_CLEAR,
	FAULT_COUNTER_BACK,
	FAULT_BAD_SIGNATURE,
	FAULT_EMPTY_SIGNATURE,
	FAULT_WRONG_CREDENTIAL,
	FAULT_HUGE_CREDENTIAL_ID,
	FAULT_WRONG_AAGUID,
	FAULT_WRONG_ALGORITHM,
	FAULT_OFF_CURVE_KEY,
	FAULT_UNKNOWN_FORMAT,
	FAULT_ENTERPRISE_UNASKED,
	FAULT_REPEAT_CREDENTIAL,
};

/* The fault called name, or FAULT_NONE when there is none. */
enum fault misbehave_find(const char *name);

/* The fault that applies to a message, given the options. data is the
 * message after reassembly: CTAP command byte or U2F APDU first. */
enum fault misbehave_for(const struct options *opt, uint8_t hid_cmd,
    const uint8_t *data, size_t len);

/* Prints the table, one fault a line. */
void misbehave_list(FILE *out);

#endif
