/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers of CTAP 2.1 and U2F, and their names for the trace. */
#ifndef SOFTKEY_CTAP_H
#define SOFTKEY_CTAP_H

#include <stdint.h>

/* CTAPHID commands, CTAP 2.1 section 11.2.9 */
enum ctaphid_command {
	CTAPHID_PING = 0x01,
	CTAPHID_MSG = 0x03,
	CTAPHID_LOCK = 0x04,
	CTAPHID_INIT = 0x06,
	CTAPHID_WINK = 0x08,
	CTAPHID_CBOR = 0x10,
	CTAPHID_CANCEL = 0x11,
	CTAPHID_KEEPALIVE = 0x3b,
	CTAPHID_ERROR = 0x3f,
};

enum ctaphid_error {
	HIDERR_INVALID_CMD = 0x01,
	HIDERR_INVALID_PAR = 0x02,
	HIDERR_INVALID_LEN = 0x03,
	HIDERR_INVALID_SEQ = 0x04,
	HIDERR_MSG_TIMEOUT = 0x05,
	HIDERR_CHANNEL_BUSY = 0x06,
	HIDERR_INVALID_CHANNEL = 0x0b,
	HIDERR_OTHER = 0x7f,
};

enum keepalive_status {
	KEEPALIVE_PROCESSING = 1,
	KEEPALIVE_UPNEEDED = 2,
};

/* CTAP2 commands, section 6 */
enum ctap_command {
	CTAP_MAKE_CREDENTIAL = 0x01,
	CTAP_GET_ASSERTION = 0x02,
	CTAP_GET_INFO = 0x04,
	CTAP_CLIENT_PIN = 0x06,
	CTAP_RESET = 0x07,
	CTAP_GET_NEXT_ASSERTION = 0x08,
	CTAP_CREDENTIAL_MANAGEMENT = 0x0a,
	CTAP_SELECTION = 0x0b,
	CTAP_CREDENTIAL_MANAGEMENT_PREVIEW = 0x41,
};

/* Status codes, section 8.2. ABORTED is ours: no answer is to be sent. */
enum ctap_status {
	CTAP_OK = 0x00,
	CTAP_INVALID_COMMAND = 0x01,
	CTAP_INVALID_PARAMETER = 0x02,
	CTAP_INVALID_LENGTH = 0x03,
	CTAP_CBOR_UNEXPECTED_TYPE = 0x11,
	CTAP_INVALID_CBOR = 0x12,
	CTAP_MISSING_PARAMETER = 0x14,
	CTAP_LIMIT_EXCEEDED = 0x15,
	CTAP_CREDENTIAL_EXCLUDED = 0x19,
	CTAP_UNSUPPORTED_ALGORITHM = 0x26,
	CTAP_OPERATION_DENIED = 0x27,
	CTAP_KEY_STORE_FULL = 0x28,
	CTAP_UNSUPPORTED_OPTION = 0x2b,
	CTAP_INVALID_OPTION = 0x2c,
	CTAP_KEEPALIVE_CANCEL = 0x2d,
	CTAP_NO_CREDENTIALS = 0x2e,
	CTAP_USER_ACTION_TIMEOUT = 0x2f,
	CTAP_NOT_ALLOWED = 0x30,
	CTAP_PIN_INVALID = 0x31,
	CTAP_PIN_BLOCKED = 0x32,
	CTAP_PIN_AUTH_INVALID = 0x33,
	CTAP_PIN_AUTH_BLOCKED = 0x34,
	CTAP_PIN_NOT_SET = 0x35,
	CTAP_PUAT_REQUIRED = 0x36,
	CTAP_PIN_POLICY_VIOLATION = 0x37,
	CTAP_UV_BLOCKED = 0x3c,
	CTAP_INVALID_SUBCOMMAND = 0x3e,
	CTAP_UV_INVALID = 0x3f,
	CTAP_UNAUTHORIZED_PERMISSION = 0x40,
	CTAP_OTHER = 0x7f,
	CTAP_ABORTED = 0x1000,
};

/* COSE algorithm identifiers */
enum cose_alg {
	COSE_ES256 = -7,
	COSE_EDDSA = -8,
	COSE_ES384 = -35,
	COSE_RS256 = -257,
};

/* authData flags, WebAuthn section 6.1 */
#define FLAG_UP 0x01
#define FLAG_UV 0x04
#define FLAG_AT 0x40
#define FLAG_ED 0x80

#define SHA256_LEN 32
#define AAGUID_LEN 16

/* Names as the standards write them; "?" for a number without one. */
const char *ctaphid_command_name(uint8_t cmd);
const char *ctaphid_error_name(uint8_t err);
const char *ctap_command_name(uint8_t cmd);
const char *ctap_status_name(uint8_t status);
const char *ctap_pin_subcommand_name(int64_t sub);
const char *u2f_command_name(uint8_t ins);

#endif
