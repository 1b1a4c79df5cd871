/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways in which softkey can behave badly on purpose. */
#include <string.h>

#include "ctap.h"
#include "misbehave.h"

#define MAKE SCOPE_MAKECRED
#define GET SCOPE_GETASSERT
#define INFO SCOPE_GETINFO

struct row {
	const char *name;
	enum fault fault;
	unsigned int scope; /* the operations it is for, unless told */
	const char *help;
};

static const struct row rows[] = {
	{ "silent", FAULT_SILENT, SCOPE_ALL,
	    "answers INIT and then nothing at all" },
	{ "wrong-nonce", FAULT_WRONG_NONCE, SCOPE_ALL,
	    "answers INIT with another nonce" },
	{ "short-report", FAULT_SHORT_REPORT, MAKE | GET,
	    "answers with 20 bytes of a report instead of 64" },
	{ "wrong-channel", FAULT_WRONG_CHANNEL, MAKE | GET,
	    "answers on a channel that was not asked" },
	{ "oversized-length", FAULT_OVERSIZED_LENGTH, MAKE | GET,
	    "announces 65535 bytes of answer" },
	{ "bad-sequence", FAULT_BAD_SEQUENCE, MAKE | GET,
	    "swaps the numbers of the continuation reports" },
	{ "endless-keepalive", FAULT_ENDLESS_KEEPALIVE, MAKE | GET,
	    "sends keepalives for ever and does not heed CANCEL" },
	{ "disconnect", FAULT_DISCONNECT, MAKE | GET,
	    "is unplugged after the first report of the answer" },
	{ "hid-error", FAULT_HID_ERROR, MAKE | GET,
	    "answers CTAPHID_ERROR with ERR_OTHER" },
	{ "wrong-command", FAULT_WRONG_COMMAND, MAKE | GET,
	    "answers with CTAPHID_PING where CBOR or MSG was asked" },
	{ "garbage-getinfo", FAULT_GARBAGE_GETINFO, INFO,
	    "answers GetInfo with random bytes" },
	{ "unknown-status", FAULT_UNKNOWN_STATUS, MAKE | GET,
	    "answers with status 0xE7, which no standard knows" },
	{ "empty-reply", FAULT_EMPTY_REPLY, MAKE | GET,
	    "answers with a message of no bytes" },
	{ "truncated-cbor", FAULT_TRUNCATED_CBOR, MAKE | GET,
	    "leaves out the last 20 bytes of the CBOR map" },
	{ "trailing-cbor", FAULT_TRAILING_CBOR, MAKE | GET,
	    "adds a second CBOR item after the map" },
	{ "extra-cbor-key", FAULT_EXTRA_CBOR_KEY, MAKE | GET,
	    "adds key 127, which no standard knows, to the map" },
	{ "duplicate-cbor-key", FAULT_DUPLICATE_CBOR_KEY, MAKE | GET,
	    "has key 2 (authData) twice in the map" },
	{ "tagged-cbor", FAULT_TAGGED_CBOR, MAKE | GET,
	    "has the tag of CBOR (55799) before the map" },
	{ "long-cbor-key", FAULT_LONG_CBOR_KEY, MAKE | GET,
	    "writes the first key of the map in two bytes" },
	{ "indefinite-cbor", FAULT_INDEFINITE_CBOR, MAKE | GET,
	    "answers with a map that does not say how long it is" },
	{ "huge-cbor-length", FAULT_HUGE_CBOR_LENGTH, MAKE | GET,
	    "has a byte string that claims 2^63 bytes" },
	{ "deep-cbor", FAULT_DEEP_CBOR, MAKE | GET,
	    "answers with 500 arrays inside each other" },
	{ "noise", FAULT_NOISE, MAKE | GET,
	    "answers status OK and random bytes" },
	{ "wrong-rpidhash", FAULT_WRONG_RPIDHASH, MAKE | GET,
	    "puts the hash of another RP ID into authData" },
	{ "up-clear", FAULT_UP_CLEAR, MAKE | GET,
	    "signs authData without the user-present flag" },
	{ "uv-clear", FAULT_UV_CLEAR, MAKE | GET,
	    "signs authData without the user-verified flag" },
	{ "at-clear", FAULT_AT_CLEAR, MAKE,
	    "leaves the attested-data flag clear in a registration" },
	{ "counter-back", FAULT_COUNTER_BACK, GET,
	    "lets the signature counter go down" },
	{ "bad-signature", FAULT_BAD_SIGNATURE, MAKE | GET,
	    "signs over other data" },
	{ "empty-signature", FAULT_EMPTY_SIGNATURE, MAKE | GET,
	    "answers with a signature of no bytes" },
	{ "wrong-credential", FAULT_WRONG_CREDENTIAL, GET,
	    "answers with a credential that was not asked for" },
	{ "huge-credential-id", FAULT_HUGE_CREDENTIAL_ID, MAKE,
	    "makes a credential ID of 1024 bytes, one over the limit" },
	{ "wrong-aaguid", FAULT_WRONG_AAGUID, MAKE,
	    "puts an AAGUID into authData that is not the certificate's" },
	{ "wrong-algorithm", FAULT_WRONG_ALGORITHM, MAKE,
	    "says ESP256 (-9) where ES256 was asked for, about the same key" },
	{ "off-curve-key", FAULT_OFF_CURVE_KEY, MAKE,
	    "spoils the public key so that it is no point of the curve" },
	{ "unknown-format", FAULT_UNKNOWN_FORMAT, MAKE,
	    "names an attestation format that does not exist" },
	{ "enterprise-unasked", FAULT_ENTERPRISE_UNASKED, MAKE,
	    "gives its number away unasked (needs --enterprise)" },
	{ "repeat-credential", FAULT_REPEAT_CREDENTIAL, MAKE,
	    "excludes nothing, and answers with its last credential again" },
};

#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

enum fault
misbehave_find(const char *name)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].fault;
	return FAULT_NONE;
}

static unsigned int
default_scope(int fault)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		if ((int)rows[i].fault == fault)
			return rows[i].scope;
	return 0;
}

static unsigned int
scope_of_cbor(uint8_t cmd)
{
	switch (cmd) {
	case CTAP_MAKE_CREDENTIAL:
		return SCOPE_MAKECRED;
	case CTAP_GET_ASSERTION:
	case CTAP_GET_NEXT_ASSERTION:
		return SCOPE_GETASSERT;
	case CTAP_GET_INFO:
		return SCOPE_GETINFO;
	default:
		return SCOPE_OTHER;
	}
}

static unsigned int
scope_of_apdu(uint8_t ins)
{
	switch (ins) {
	case 0x01:
		return SCOPE_MAKECRED;
	case 0x02:
		return SCOPE_GETASSERT;
	default:
		return SCOPE_OTHER;
	}
}

static unsigned int
scope_of(uint8_t hid_cmd, const uint8_t *data, size_t len)
{
	if (hid_cmd == CTAPHID_CBOR && len > 0)
		return scope_of_cbor(data[0]);
	if (hid_cmd == CTAPHID_MSG && len > 1)
		return scope_of_apdu(data[1]);
	return SCOPE_OTHER;
}

enum fault
misbehave_for(
    const struct options *opt, uint8_t hid_cmd, const uint8_t *data, size_t len)
{
	unsigned int scope = opt->fault_scope;

	if (scope == 0)
		scope = default_scope(opt->fault);
	if ((scope & scope_of(hid_cmd, data, len)) == 0)
		return FAULT_NONE;
	return (enum fault)opt->fault;
}

void
misbehave_list(FILE *out)
{
	for (size_t i = 0; i < ROW_COUNT; i++)
		fprintf(out, "%-20s %s\n", rows[i].name, rows[i].help);
}
