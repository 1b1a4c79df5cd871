/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One decision: who asked for it, under which options, and the way to the
 * person and the log through whoever started us (PROTOCOL.md).
 */
#ifndef ATT_VERIFIER_SESSION_H
#define ATT_VERIFIER_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/hex.h"
#include "conf/options.h"
#include "wire/login.h"

/* What the audit line says beside the result; "" and false: not known. */
struct att_audit {
	char label[256];
	char aaguid[ATT_UUID_TEXT_SIZE];
	const char *format;
	char anchor[256];
	bool has_flags;
	uint8_t flags;
	bool has_counter;
	uint32_t counter;
};

/* What it says of the host's token, once that is believed; type NULL: none. */
struct att_audit_host {
	const char *type;
	char issuer[256];
	int64_t expires;
};

enum {
	ATT_HOST_NAME_MAX = 253
};

struct att_agent;
struct att_session {
	int fd; /* channel to the module or attestctl */
	struct att_start start;
	struct att_options *opts;
	struct att_agent *agent; /* agent.h; lent; of the caller */
	struct att_audit audit;
	struct att_audit_host host;
	bool is_host_refused; /* by the gate, not for what the person did */
	bool is_key_judged;   /* sshd said by which key, and it was judged */
	/* What people elsewhere know this host by; "": not looked up. */
	char host_name[ATT_HOST_NAME_MAX + 1];
	enum att_err broken; /* set once the channel failed; it stays so */
};

/*
 * Receives START within five seconds and reads the configuration it names.
 * On an error the session may still be able to log. Reset it in any case.
 */
enum att_err att_session_begin(
    struct att_session *session, int fd, struct att_reason *why) ATT_MUST_USE;
void att_session_reset(struct att_session *session);

/* A sentence for the person. A failure is kept in session->broken. */
void att_session_info(struct att_session *session, const char *fmt, ...)
    ATT_PRINTF(2, 3);
void att_session_error(struct att_session *session, const char *fmt, ...)
    ATT_PRINTF(2, 3);

/* A line for the log; priority as in syslog(3), LOG_DEBUG only if asked. */
void att_session_log(struct att_session *session, int priority, const char *fmt,
    ...) ATT_PRINTF(3, 4);

/* Tells the other side how long the next step may take. */
void att_session_expect(struct att_session *session, unsigned int seconds);

/*
 * Asks the person and waits for the answer without echo. The caller wipes
 * and frees *answerp, never NULL on ATT_OK. ATT_ERR_CANCELLED,
 * ATT_ERR_CONVERSATION, ATT_ERR_PEER_GONE, ATT_ERR_MESSAGE_MALFORMED.
 */
enum att_err att_session_ask(
    struct att_session *session, const char *text, char **answerp) ATT_MUST_USE;

/* The same with echo: what the person types is no secret. */
enum att_err att_session_ask_shown(
    struct att_session *session, const char *text, char **answerp) ATT_MUST_USE;

/* Hands over the line that attestctl respond prints. */
void att_session_respond(struct att_session *session, const char *line);

/*
 * Takes the message that is waiting on the channel outside a prompt: the only
 * one allowed is CANCEL. Returns ATT_ERR_CANCELLED, or what is wrong.
 */
enum att_err att_session_interrupted(struct att_session *session) ATT_MUST_USE;

/* Sends the result; the last message. */
void att_session_finish(struct att_session *session, uint32_t pam_code);

/* Is the caller somewhere else: PAM_RHOST, or the PAM_TTY of sshd? */
bool att_session_is_remote(const struct att_session *session);

/* Where a remote caller is, for people. Static, or lent. */
const char *att_session_get_rhost(const struct att_session *session);

#endif
