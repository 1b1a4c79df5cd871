/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between the verifier and the authenticator processes.
 *
 * The verifier starts pam_attest-authenticator once. It sends OPEN; the
 * program finds the devices, starts one sandboxed process for each, and
 * answers with a DEVICE message per device, each with the verifier's end of a
 * channel to that process, and DEVICES_END. From then on each channel is
 * independent: the process says READY (or FAILED) once its device has
 * answered CTAPHID_INIT and authenticatorGetInfo, then answers every
 * GET_ASSERTION or MAKE_CREDENTIAL with exactly one ASSERTION, CREDENTIAL or
 * FAILED. CANCEL ends a running operation with FAILED (CANCELLED); it is
 * ignored when nothing runs. Closing the channel ends the process.
 *
 * Everything that comes from an authenticator process is hostile bytes.
 */
#ifndef ATT_WIRE_DEVICE_H
#define ATT_WIRE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "conf/options.h"

enum {
	ATT_DEVICES_MAX = 16,
	ATT_DEVICE_PATH_MAX = 4096,
	ATT_DEVICE_NAME_MAX = 128,
	ATT_ALLOW_MAX = 64,   /* credential IDs in one request */
	ATT_BATCHES_MAX = 16, /* RP IDs in one request */
	ATT_PIN_MAX = 63,     /* CTAP 2.1, 6.5.1: bytes of UTF-8 */
	/*
	 * What no process of a login or a registration outlives: the longest
	 * timeout twice (proof and registration), and prompts.
	 */
	ATT_CEREMONY_SECONDS = 900,
};

/*
 * Encoders append to an empty buffer and refuse what no decoder would take;
 * decoders take the whole message, refuse anything left over, and give an
 * empty result when they refuse. ATT_ERR_MESSAGE_MALFORMED, NO_MEMORY,
 * TOO_LARGE. RP IDs have 1 to 253 bytes, user names 1 to 256, credential IDs
 * 1 to ATT_CREDENTIAL_ID_MAX.
 */

/*
 * OPEN: the paths to use, none to look for authenticators; at most
 * ATT_DEVICES_MAX.
 */
enum att_err att_open_encode(
    const struct att_paths *paths, struct att_buf *out) ATT_MUST_USE;
enum att_err att_open_decode(
    struct att_bytes message, struct att_paths *paths) ATT_MUST_USE;
void att_paths_reset(struct att_paths *paths);

/* DEVICE (a descriptor goes with it) and DEVICES_END. */
enum att_err att_device_encode(
    const char *path, struct att_buf *out) ATT_MUST_USE;
enum att_err att_device_decode(
    struct att_bytes message, char **pathp) ATT_MUST_USE;
enum att_err att_devices_end_encode(
    uint32_t count, struct att_buf *out) ATT_MUST_USE;
enum att_err att_devices_end_decode(
    struct att_bytes message, uint32_t *count) ATT_MUST_USE;

/* READY: what the authenticator says it can do. */
enum att_pin_state {
	ATT_PIN_UNSUPPORTED,
	ATT_PIN_UNSET,
	ATT_PIN_SET
};
enum {
	ATT_PIN_RETRIES_UNKNOWN = 255
};

struct att_ready {
	char name[ATT_DEVICE_NAME_MAX + 1]; /* printable ASCII, for people */
	bool is_fido2;			    /* false: a U2F key */
	bool has_uv;			    /* built-in verification, set up */
	enum att_pin_state pin;
	uint8_t pin_retries; /* asked for when pin is SET */
	uint8_t aaguid[16];  /* as claimed: for messages only */
};
enum att_err att_ready_encode(
    const struct att_ready *ready, struct att_buf *out) ATT_MUST_USE;
enum att_err att_ready_decode(
    struct att_bytes message, struct att_ready *ready) ATT_MUST_USE;

/* How the user is to be verified in a request. */
enum att_uv_mode {
	ATT_UV_NONE,
	ATT_UV_BUILT_IN,
	ATT_UV_PIN
};

/*
 * GET_ASSERTION. Batches hold the allow list of one RP ID each: at least one
 * batch, at least one ID in each. More than fit into ATT_MESSAGE_MAX bytes
 * are ATT_ERR_TOO_LARGE.
 */
struct att_allow_batch {
	const char *rp_id; /* lent, or owned after decoding */
	struct att_bytes ids[ATT_ALLOW_MAX];
	size_t count;
};
struct att_get_assertion {
	uint8_t client_data_hash[32];
	bool up; /* false: a silent look whether a credential is there */
	enum att_uv_mode uv;
	char pin[ATT_PIN_MAX + 1]; /* for ATT_UV_PIN only; wiped by _reset */
	struct att_allow_batch *batches;
	size_t batch_count;
};
/* Frees what att_get_assertion_decode() allocated, wipes the PIN. */
void att_get_assertion_reset(struct att_get_assertion *request);
enum att_err att_get_assertion_encode(
    const struct att_get_assertion *request, struct att_buf *out) ATT_MUST_USE;
/* IDs are lent by the message; batches and RP IDs are owned. */
enum att_err att_get_assertion_decode(
    struct att_bytes message, struct att_get_assertion *request) ATT_MUST_USE;

/* ASSERTION. All lent by the message. */
struct att_assertion_answer {
	uint32_t batch; /* index of the batch that was answered */
	struct att_bytes credential_id; /* also when CTAP left it out */
	struct att_bytes auth_data;	/* not wrapped in CBOR */
	struct att_bytes signature;
};
enum att_err att_assertion_encode(const struct att_assertion_answer *answer,
    struct att_buf *out) ATT_MUST_USE;
enum att_err att_assertion_decode(
    struct att_bytes message, struct att_assertion_answer *answer) ATT_MUST_USE;

/* MAKE_CREDENTIAL. */
struct att_make_credential {
	uint8_t client_data_hash[32];
	const char *rp_id; /* lent, or owned after decoding */
	uint8_t user_id[32];
	const char *user_name; /* likewise */
	enum att_uv_mode uv;
	char pin[ATT_PIN_MAX + 1];
	struct att_bytes exclude[ATT_ALLOW_MAX];
	size_t exclude_count;
};
void att_make_credential_reset(struct att_make_credential *request);
enum att_err att_make_credential_encode(
    const struct att_make_credential *request,
    struct att_buf *out) ATT_MUST_USE;
enum att_err att_make_credential_decode(
    struct att_bytes message, struct att_make_credential *request) ATT_MUST_USE;

/* CREDENTIAL: the attestation object, canonical CBOR. Lent. */
enum att_err att_credential_encode(
    struct att_bytes attestation_object, struct att_buf *out) ATT_MUST_USE;
enum att_err att_credential_decode(struct att_bytes message,
    struct att_bytes *attestation_object) ATT_MUST_USE;

/*
 * FAILED: why, in our terms, and the CTAP status (CTAP 2.1, 8.2) or the
 * library's own number, which only goes to the log.
 */
enum att_device_failure {
	ATT_FAILURE_NO_CREDENTIALS = 1,
	ATT_FAILURE_EXCLUDED,
	ATT_FAILURE_PIN_INVALID,
	ATT_FAILURE_PIN_BLOCKED,
	ATT_FAILURE_PIN_AUTH_BLOCKED,
	ATT_FAILURE_PIN_NOT_SET,
	ATT_FAILURE_UV, /* built-in verification refused or blocked */
	ATT_FAILURE_TIMEOUT,
	ATT_FAILURE_CANCELLED,
	ATT_FAILURE_BUSY,
	ATT_FAILURE_UNSUPPORTED, /* algorithm or option */
	ATT_FAILURE_DEVICE,	 /* anything else, malformed answers included */
	ATT_FAILURE_COUNT
};
struct att_failed {
	enum att_device_failure failure;
	uint32_t ctap_status;
	uint8_t pin_retries; /* after a PIN error; else RETRIES_UNKNOWN */
	char detail[ATT_DEVICE_NAME_MAX + 1]; /* printable ASCII, for the log */
};
enum att_err att_failed_encode(
    const struct att_failed *failed, struct att_buf *out) ATT_MUST_USE;
enum att_err att_failed_decode(
    struct att_bytes message, struct att_failed *failed) ATT_MUST_USE;

#endif
