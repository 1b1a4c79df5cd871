/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A message channel between two of our processes: an AF_UNIX SOCK_SEQPACKET
 * socket pair, one packet a message, its first byte the type (PROTOCOL.md).
 * The kernel keeps messages apart, so a reader never sees a part of one.
 */
#ifndef ATT_WIRE_CHANNEL_H
#define ATT_WIRE_CHANNEL_H

#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"

enum {
	ATT_MESSAGE_MAX = 65536,
	ATT_SEND_WAIT_MS = 1000, /* a full socket is waited for this long */
};

/* The types, both ways. Values are stable within a protocol version. */
enum att_message_type {
	/* module or attestctl to verifier */
	ATT_MESSAGE_START = 1,
	ATT_MESSAGE_ANSWER = 2,
	ATT_MESSAGE_NO_ANSWER = 3,
	ATT_MESSAGE_CANCEL = 4,
	/* verifier to module or attestctl */
	ATT_MESSAGE_INFO = 16,
	ATT_MESSAGE_ERROR = 17,
	ATT_MESSAGE_PROMPT = 18,
	ATT_MESSAGE_LOG = 19,
	ATT_MESSAGE_RESULT = 20,
	ATT_MESSAGE_DEADLINE = 21,
	ATT_MESSAGE_RESPONSE = 22,
	/* verifier to authenticator processes (and CANCEL) */
	ATT_MESSAGE_OPEN = 32,
	ATT_MESSAGE_GET_ASSERTION = 33,
	ATT_MESSAGE_MAKE_CREDENTIAL = 34,
	/* authenticator processes to verifier */
	ATT_MESSAGE_DEVICE = 48,
	ATT_MESSAGE_DEVICES_END = 49,
	ATT_MESSAGE_READY = 50,
	ATT_MESSAGE_ASSERTION = 51,
	ATT_MESSAGE_CREDENTIAL = 52,
	ATT_MESSAGE_FAILED = 53,
	/* processes of "attestctl audit" to it */
	ATT_MESSAGE_WORK_READY = 64,
	ATT_MESSAGE_WORK_RESULTS = 65,
	ATT_MESSAGE_WORK_LEAVING = 66,
	ATT_MESSAGE_WORK_FAILED = 67,
	/* attestctl to fetcher */
	ATT_MESSAGE_FETCH = 72,
	ATT_MESSAGE_PART = 73,
	/* fetcher to attestctl */
	ATT_MESSAGE_BODY = 80,
	ATT_MESSAGE_FETCHED = 81,
	/* verifier to the process of the TPM */
	ATT_MESSAGE_TPM_REQUEST = 88,
	/* attestctl to the process of the TPM */
	ATT_MESSAGE_TPM_OPEN = 89,
	ATT_MESSAGE_TPM_ATTEST = 90,
	ATT_MESSAGE_TPM_SIGN = 91,
	ATT_MESSAGE_TPM_GUEST = 92,
	ATT_MESSAGE_TPM_DECRYPT = 93,
	ATT_MESSAGE_TPM_ENDORSE = 94,
	ATT_MESSAGE_TPM_ACTIVATE = 95,
	/* the process of the TPM to verifier */
	ATT_MESSAGE_TPM_ANSWER = 96,
	/* the process of the TPM to both */
	ATT_MESSAGE_TPM_FAILED = 97,
	/* the process of the TPM to attestctl */
	ATT_MESSAGE_TPM_OPENED = 98,
	ATT_MESSAGE_TPM_EVIDENCE = 99,
	ATT_MESSAGE_TPM_GUEST_EVIDENCE = 100,
	ATT_MESSAGE_TPM_ENDORSEMENT = 101,
	ATT_MESSAGE_TPM_BYTES = 102,
	/* verifier to the process of the SSH agent */
	ATT_MESSAGE_AGENT_OPEN = 104,
	ATT_MESSAGE_AGENT_FIND = 105,
	ATT_MESSAGE_AGENT_SIGN = 106,
	/* the process of the SSH agent to verifier */
	ATT_MESSAGE_AGENT_READY = 112,
	ATT_MESSAGE_AGENT_FOUND = 113,
	ATT_MESSAGE_AGENT_SIGNATURE = 114,
	ATT_MESSAGE_AGENT_FAILED = 115,
};

/* A connected pair, both ends O_CLOEXEC. ATT_ERR_SYSTEM. */
enum att_err att_channel_pair(int fds[2]) ATT_MUST_USE;

/*
 * Sends one message, type byte included in it, MSG_NOSIGNAL; passed_fd, if
 * not -1, goes with it (SCM_RIGHTS); the caller keeps it. Does not block for
 * ever: a socket that stays full for ATT_SEND_WAIT_MS is ATT_ERR_PEER_SILENT.
 * ATT_ERR_PEER_GONE, ATT_ERR_TOO_LARGE, ATT_ERR_SYSTEM; ATT_ERR_INTERNAL for
 * an empty message, which the other end could not tell from the end.
 */
enum att_err att_channel_send(
    int fd, const struct att_buf *message, int passed_fd) ATT_MUST_USE;

/*
 * Waits for one message until the monotonic deadline (milliseconds as from
 * att_clock_ms(); 0: no waiting; -1: no deadline) and puts it into *message,
 * which has to be initialised with limit ATT_MESSAGE_MAX. A descriptor that
 * comes along is given in *passed_fd if passed_fd is not NULL (else, and
 * whenever the message is refused, it is closed). ATT_ERR_PEER_SILENT at the
 * deadline, ATT_ERR_PEER_GONE, ATT_ERR_MESSAGE_MALFORMED (empty, truncated,
 * more than one descriptor), ATT_ERR_NO_MEMORY, ATT_ERR_SYSTEM. What the peer
 * sent before it went away is received first. *message is emptied first.
 */
enum att_err att_channel_receive(int fd, int64_t deadline,
    struct att_buf *message, int *passed_fd) ATT_MUST_USE;

#endif
