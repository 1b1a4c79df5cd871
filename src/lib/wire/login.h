/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages between whoever asks for a decision (the PAM module, attestctl)
 * and the verifier. Encoders append to an empty buffer; decoders take the
 * whole message, refuse anything left over, and own nothing afterwards
 * unless said; what a decoder gives is empty or zero when it refuses. All
 * errors: ATT_ERR_MESSAGE_MALFORMED (encoders: for a value that no decoder
 * would take), NO_MEMORY, TOO_LARGE.
 */
#ifndef ATT_WIRE_LOGIN_H
#define ATT_WIRE_LOGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum {
	ATT_PROTOCOL_VERSION = 2,
	ATT_ITEM_MAX = 4096,	/* bytes of a PAM item, or of what is told */
	ATT_PROMPT_MAX = 20480, /* bytes: a challenge, and what to do with it */
	ATT_ANSWER_MAX = 45056, /* bytes: a PIN, or the line of a response */
	ATT_SSH_AUTH_INFO_MAX = 49152, /* certificates are long */
	ATT_PAYLOAD_MAX = 49152,
	ATT_ARGUMENTS_MAX = 256,
	ATT_DEADLINE_MAX = 600, /* seconds that one DEADLINE may ask for */
};

enum att_phase {
	ATT_PHASE_AUTH = 1,	  /* pam_sm_authenticate */
	ATT_PHASE_ACCOUNT = 2,	  /* pam_sm_acct_mgmt */
	ATT_PHASE_PRELIM = 3,	  /* pam_sm_chauthtok, PAM_PRELIM_CHECK */
	ATT_PHASE_PASSWORD = 4,	  /* pam_sm_chauthtok, PAM_UPDATE_AUTHTOK */
	ATT_PHASE_ENROLL = 5,	  /* attestctl enroll */
	ATT_PHASE_SESSION = 6,	  /* pam_sm_open_session */
	ATT_PHASE_SSH_ENROLL = 7, /* attestctl ssh enroll */
	ATT_PHASE_RESPOND = 8,	  /* attestctl respond */
};

/*
 * "auth", "account", "password" (for both steps of a registration), "enroll",
 * "session", "ssh-enroll", "respond"; "unknown" for anything else. Static.
 */
const char *att_phase_name(enum att_phase phase);

struct att_start {
	enum att_phase phase;
	uint32_t flags; /* PAM flags of the call */
	uint32_t uid;	/* real uid of the process that asks */
	uint32_t gid;	/* and its real gid */
	char *service;	/* NULL: the item is not set; "" is not NULL */
	char *user;
	char *ruser;
	char *rhost;
	char *tty;
	char *label; /* of a registration by attestctl: wanted, or NULL */
	/* From the PAM environment, where sshd and other modules put them. */
	char *ssh_auth_info; /* SSH_AUTH_INFO_0: "" is not NULL */
	char *agent_socket;  /* SSH_AUTH_SOCK */
	/* SSH_AUTH_SOCK as getenv(3) of the application shows it. */
	char *agent_socket_shown;
	bool is_remote;	  /* ATT_PHASE_ENROLL: the key is at another machine */
	uint8_t *payload; /* what the phase is about; NULL if empty */
	size_t payload_len;
	char **arguments; /* module arguments */
	size_t argument_count;
};

/* Frees what att_start_decode() allocated; *start is empty afterwards. */
void att_start_reset(struct att_start *start);

enum att_err att_start_encode(
    const struct att_start *start, struct att_buf *out) ATT_MUST_USE;
/* Also refuses an unknown version or phase. */
enum att_err att_start_decode(
    struct att_bytes message, struct att_start *start) ATT_MUST_USE;

/*
 * ANSWER, INFO, ERROR, RESPONSE: one text without NUL. INFO and ERROR have at
 * most ATT_ITEM_MAX bytes, ANSWER and RESPONSE (what "attestctl respond"
 * prints, in ATT_PHASE_RESPOND alone) ATT_ANSWER_MAX.
 */
enum att_err att_text_encode(
    uint8_t type, const char *text, struct att_buf *out) ATT_MUST_USE;
/* The caller frees *textp (wipe it if it is an answer). */
enum att_err att_text_decode(
    struct att_bytes message, uint8_t type, char **textp) ATT_MUST_USE;

/* PROMPT: echo or not, and the text, of at most ATT_PROMPT_MAX bytes. */
enum att_err att_prompt_encode(
    bool echo, const char *text, struct att_buf *out) ATT_MUST_USE;
enum att_err att_prompt_decode(
    struct att_bytes message, bool *echo, char **textp) ATT_MUST_USE;

/* LOG: syslog priority (LOG_ERR .. LOG_DEBUG, no facility) and the text. */
enum att_err att_log_encode(
    uint8_t priority, const char *text, struct att_buf *out) ATT_MUST_USE;
enum att_err att_log_decode(
    struct att_bytes message, uint8_t *priority, char **textp) ATT_MUST_USE;

/*
 * NO_ANSWER (the PAM error of the conversation: never PAM_SUCCESS), RESULT
 * (a PAM code). A number that is no PAM code is malformed both ways.
 */
enum att_err att_code_encode(
    uint8_t type, uint32_t code, struct att_buf *out) ATT_MUST_USE;
enum att_err att_code_decode(
    struct att_bytes message, uint8_t type, uint32_t *code) ATT_MUST_USE;

/*
 * DEADLINE: the sender answers within that many seconds from now, 1 to
 * ATT_DEADLINE_MAX, without counting the time a PROMPT waits for its answer.
 */
enum att_err att_deadline_encode(
    uint32_t seconds, struct att_buf *out) ATT_MUST_USE;
enum att_err att_deadline_decode(
    struct att_bytes message, uint32_t *seconds) ATT_MUST_USE;

/* CANCEL: no content. */
enum att_err att_cancel_encode(struct att_buf *out) ATT_MUST_USE;
enum att_err att_cancel_decode(struct att_bytes message) ATT_MUST_USE;

#endif
