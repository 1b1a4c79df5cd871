/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the numbers of CTAP 2.1 and U2F. */
#include <stddef.h>

#include "ctap.h"

struct name {
	int64_t number;
	const char *name;
};

static const struct name hid_commands[] = {
	{ CTAPHID_PING, "PING" },
	{ CTAPHID_MSG, "MSG" },
	{ CTAPHID_LOCK, "LOCK" },
	{ CTAPHID_INIT, "INIT" },
	{ CTAPHID_WINK, "WINK" },
	{ CTAPHID_CBOR, "CBOR" },
	{ CTAPHID_CANCEL, "CANCEL" },
	{ CTAPHID_KEEPALIVE, "KEEPALIVE" },
	{ CTAPHID_ERROR, "ERROR" },
	{ 0, NULL },
};

static const struct name hid_errors[] = {
	{ HIDERR_INVALID_CMD, "ERR_INVALID_CMD" },
	{ HIDERR_INVALID_PAR, "ERR_INVALID_PAR" },
	{ HIDERR_INVALID_LEN, "ERR_INVALID_LEN" },
	{ HIDERR_INVALID_SEQ, "ERR_INVALID_SEQ" },
	{ HIDERR_MSG_TIMEOUT, "ERR_MSG_TIMEOUT" },
	{ HIDERR_CHANNEL_BUSY, "ERR_CHANNEL_BUSY" },
	{ HIDERR_INVALID_CHANNEL, "ERR_INVALID_CHANNEL" },
	{ HIDERR_OTHER, "ERR_OTHER" },
	{ 0, NULL },
};

static const struct name ctap_commands[] = {
	{ CTAP_MAKE_CREDENTIAL, "authenticatorMakeCredential" },
	{ CTAP_GET_ASSERTION, "authenticatorGetAssertion" },
	{ CTAP_GET_INFO, "authenticatorGetInfo" },
	{ CTAP_CLIENT_PIN, "authenticatorClientPIN" },
	{ CTAP_RESET, "authenticatorReset" },
	{ CTAP_GET_NEXT_ASSERTION, "authenticatorGetNextAssertion" },
	{ CTAP_CREDENTIAL_MANAGEMENT, "authenticatorCredentialManagement" },
	{ CTAP_CREDENTIAL_MANAGEMENT_PREVIEW,
	    "authenticatorCredentialManagement" },
	{ CTAP_SELECTION, "authenticatorSelection" },
	{ 0, NULL },
};

static const struct name statuses[] = {
	{ CTAP_OK, "CTAP2_OK" },
	{ CTAP_INVALID_COMMAND, "CTAP1_ERR_INVALID_COMMAND" },
	{ CTAP_INVALID_PARAMETER, "CTAP1_ERR_INVALID_PARAMETER" },
	{ CTAP_INVALID_LENGTH, "CTAP1_ERR_INVALID_LENGTH" },
	{ CTAP_CBOR_UNEXPECTED_TYPE, "CTAP2_ERR_CBOR_UNEXPECTED_TYPE" },
	{ CTAP_INVALID_CBOR, "CTAP2_ERR_INVALID_CBOR" },
	{ CTAP_MISSING_PARAMETER, "CTAP2_ERR_MISSING_PARAMETER" },
	{ CTAP_LIMIT_EXCEEDED, "CTAP2_ERR_LIMIT_EXCEEDED" },
	{ CTAP_CREDENTIAL_EXCLUDED, "CTAP2_ERR_CREDENTIAL_EXCLUDED" },
	{ CTAP_UNSUPPORTED_ALGORITHM, "CTAP2_ERR_UNSUPPORTED_ALGORITHM" },
	{ CTAP_OPERATION_DENIED, "CTAP2_ERR_OPERATION_DENIED" },
	{ CTAP_KEY_STORE_FULL, "CTAP2_ERR_KEY_STORE_FULL" },
	{ CTAP_UNSUPPORTED_OPTION, "CTAP2_ERR_UNSUPPORTED_OPTION" },
	{ CTAP_INVALID_OPTION, "CTAP2_ERR_INVALID_OPTION" },
	{ CTAP_KEEPALIVE_CANCEL, "CTAP2_ERR_KEEPALIVE_CANCEL" },
	{ CTAP_NO_CREDENTIALS, "CTAP2_ERR_NO_CREDENTIALS" },
	{ CTAP_USER_ACTION_TIMEOUT, "CTAP2_ERR_USER_ACTION_TIMEOUT" },
	{ CTAP_NOT_ALLOWED, "CTAP2_ERR_NOT_ALLOWED" },
	{ CTAP_PIN_INVALID, "CTAP2_ERR_PIN_INVALID" },
	{ CTAP_PIN_BLOCKED, "CTAP2_ERR_PIN_BLOCKED" },
	{ CTAP_PIN_AUTH_INVALID, "CTAP2_ERR_PIN_AUTH_INVALID" },
	{ CTAP_PIN_AUTH_BLOCKED, "CTAP2_ERR_PIN_AUTH_BLOCKED" },
	{ CTAP_PIN_NOT_SET, "CTAP2_ERR_PIN_NOT_SET" },
	{ CTAP_PUAT_REQUIRED, "CTAP2_ERR_PUAT_REQUIRED" },
	{ CTAP_PIN_POLICY_VIOLATION, "CTAP2_ERR_PIN_POLICY_VIOLATION" },
	{ CTAP_UV_BLOCKED, "CTAP2_ERR_UV_BLOCKED" },
	{ CTAP_INVALID_SUBCOMMAND, "CTAP2_ERR_INVALID_SUBCOMMAND" },
	{ CTAP_UV_INVALID, "CTAP2_ERR_UV_INVALID" },
	{ CTAP_UNAUTHORIZED_PERMISSION, "CTAP2_ERR_UNAUTHORIZED_PERMISSION" },
	{ CTAP_OTHER, "CTAP1_ERR_OTHER" },
	{ 0, NULL },
};

static const struct name pin_subcommands[] = {
	{ 0x01, "getPINRetries" },
	{ 0x02, "getKeyAgreement" },
	{ 0x03, "setPIN" },
	{ 0x04, "changePIN" },
	{ 0x05, "getPinToken" },
	{ 0x06, "getPinUvAuthTokenUsingUvWithPermissions" },
	{ 0x07, "getUVRetries" },
	{ 0x09, "getPinUvAuthTokenUsingPinWithPermissions" },
	{ 0, NULL },
};

static const struct name u2f_commands[] = {
	{ 0x01, "U2F_REGISTER" },
	{ 0x02, "U2F_AUTHENTICATE" },
	{ 0x03, "U2F_VERSION" },
	{ 0, NULL },
};

static const char *
find(const struct name *table, int64_t number)
{
	for (; table->name != NULL; table++)
		if (table->number == number)
			return table->name;
	return "?";
}

const char *
ctaphid_command_name(uint8_t cmd)
{
	return find(hid_commands, cmd);
}

const char *
ctaphid_error_name(uint8_t err)
{
	return find(hid_errors, err);
}

const char *
ctap_command_name(uint8_t cmd)
{
	return find(ctap_commands, cmd);
}

const char *
ctap_status_name(uint8_t status)
{
	return find(statuses, status);
}

const char *
ctap_pin_subcommand_name(int64_t sub)
{
	return find(pin_subcommands, sub);
}

const char *
u2f_command_name(uint8_t ins)
{
	return find(u2f_commands, ins);
}
