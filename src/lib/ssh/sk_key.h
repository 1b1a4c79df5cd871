/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SSH keys that a security key holds: PROTOCOL.u2f of OpenSSH, RFC 4253
 * section 6.6, and PROTOCOL.certkeys.
 *
 * Such a key is a credential of WebAuthn whose RP ID is the application, by
 * default "ssh:". Everything is lent by the bytes that were read.
 */
#ifndef ATT_SSH_SK_KEY_H
#define ATT_SSH_SK_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"
#include "codec/cose.h"

/* What the application of a key that ssh-keygen made begins with. */
#define ATT_SK_APPLICATION_PREFIX "ssh:"

enum {
	ATT_SK_APPLICATION_MAX = 253, /* as ATT_RP_ID_MAX */
	ATT_SK_BLOB_MAX = 16384,      /* of a key, or of a certificate */
	ATT_SK_LINE_MAX = 32768,      /* of a file with one key */
	ATT_SK_POINT_LEN = 65,	      /* SEC 1 section 2.3.3, uncompressed */
	ATT_SK_ED25519_LEN = 32,
	/* "SHA256:", 43 characters, NUL */
	ATT_SK_FINGERPRINT_SIZE = 51,
};

enum att_sk_kind {
	ATT_SK_ECDSA = 1,   /* sk-ecdsa-sha2-nistp256@openssh.com */
	ATT_SK_ED25519 = 2, /* sk-ssh-ed25519@openssh.com */
};

struct att_sk_key {
	enum att_sk_kind kind;
	struct att_bytes application; /* 1 to 253 bytes of visible ASCII */
	/* The point x || y, without the 4 before it, or the Ed25519 key. */
	struct att_bytes public_key;
	bool is_certified; /* it was inside a certificate */
};

/* "sk-ssh-ed25519@openssh.com" and its like. Static. */
const char *att_sk_key_type(enum att_sk_kind kind);

/* Whether the RP ID of a credential is the application of an SSH key. */
bool att_sk_is_application(const char *rp_id);

/*
 * Reads the blob of a plain sk key, to its last byte. Whether its numbers are
 * a point of the curve is not looked at: it says nothing until it is compared
 * with a key that was attested. Zeroes on an error.
 * ATT_ERR_SSH_KEY_TYPE for any other type, which *why names, certificates, too;
 * ATT_ERR_SSH_KEY_MALFORMED.
 */
enum att_err att_sk_key_parse(struct att_bytes blob, struct att_sk_key *key,
    struct att_reason *why) ATT_MUST_USE;

/*
 * The same, or the key inside a certificate of one. What the certificate says
 * beside it is parsed to the last byte and not judged: sshd did that.
 */
enum att_err att_sk_key_parse_certified(struct att_bytes blob,
    struct att_sk_key *key, struct att_reason *why) ATT_MUST_USE;

/* One line of a file, taken apart. */
struct att_sk_line {
	uint8_t *blob; /* owned; key is lent by it */
	size_t blob_len;
	struct att_sk_key key;
};

/*
 * Reads what is in a .pub file: one line of type, base64 and, if there is one,
 * a comment, with nothing before the type. Empty lines around it are let
 * pass. The type has to be that of the blob. The caller resets *line, which is
 * zeroed first. Errors as above, NO_MEMORY.
 */
enum att_err att_sk_line_parse(struct att_bytes text, struct att_sk_line *line,
    struct att_reason *why) ATT_MUST_USE;
void att_sk_line_reset(struct att_sk_line *line);

/*
 * Reads two words by which sshd names a key that is offered or was used (%t
 * and %k of sshd_config(5), SSH_AUTH_INFO_0): its type and its base64. It may
 * be a certificate; the type has to be that of the blob. Of a key of another
 * type *why has the fingerprint, too. Otherwise as att_sk_line_parse().
 */
enum att_err att_sk_words_parse(struct att_bytes type, struct att_bytes base64,
    struct att_sk_line *line, struct att_reason *why) ATT_MUST_USE;

/*
 * The key of a credential: its COSE key (ES256 or EdDSA) and RP ID, both lent.
 * numbers holds the point, and has to live as long as *key.
 * ATT_ERR_SSH_KEY_TYPE for an algorithm that SSH has no such key of,
 * ATT_ERR_SSH_APPLICATION for an RP ID that none can have.
 */
enum att_err att_sk_key_make(const struct att_cose_key *cose, const char *rp_id,
    uint8_t numbers[ATT_SK_POINT_LEN - 1], struct att_sk_key *key,
    struct att_reason *why) ATT_MUST_USE;

/* Kind, public key and application; not whether it was certified. */
bool att_sk_key_is_equal(
    const struct att_sk_key *a, const struct att_sk_key *b);

/* Appends the blob of the plain key. ATT_ERR_NO_MEMORY, TOO_LARGE. */
enum att_err att_sk_key_put_blob(
    const struct att_sk_key *key, struct att_buf *out) ATT_MUST_USE;

/* Appends "TYPE BASE64", as a .pub file has it, without a newline. */
enum att_err att_sk_key_put_line(
    const struct att_sk_key *key, struct att_buf *out) ATT_MUST_USE;

/* What ssh-keygen -l shows, "SHA256:...". ATT_ERR_CRYPTO, NO_MEMORY. */
enum att_err att_sk_key_fingerprint(const struct att_sk_key *key,
    char text[ATT_SK_FINGERPRINT_SIZE]) ATT_MUST_USE;

#endif
