/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A credential as it is stored: the registration itself, so that it can be
 * judged again at every login. FORMAT.md describes the line.
 */
#ifndef ATT_STORE_RECORD_H
#define ATT_STORE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "attestation/verify.h"
#include "base/buf.h"
#include "base/bytes.h"
#include "base/err.h"

enum {
	ATT_NONCE_LEN = 32,
	ATT_LABEL_MAX = 64, /* bytes of UTF-8 */
	ATT_RP_ID_MAX = 253,
	ATT_USER_MAX = 256,
	ATT_RECORD_OBJECT_MAX = 32768, /* bytes of an attestation object */
	ATT_RECORD_LINE_MAX = 65536,
};

struct att_record {
	char *label; /* unique within the user */
	char *rp_id;
	char *enrolled_by; /* "root", "self" or a user name */
	time_t time;	   /* of the registration */
	uint8_t nonce[ATT_NONCE_LEN];
	uint8_t *client_data;
	size_t client_data_len;
	uint8_t *attestation_object;
	size_t attestation_object_len;
	/*
	 * What an SSH key may do: exactly the text of att_ssh_options_print().
	 * NULL: whatever sshd allows by itself. A record with it is one of
	 * version 2, and its RP ID att_sk_is_application().
	 */
	char *ssh_options;
};

/* Frees what the record owns and zeroes it. */
void att_record_reset(struct att_record *record);

/*
 * The challenge of a registration:
 * SHA-256("pam_attest registration v1" || 0 || rp_id || 0 || user || 0 ||
 * nonce). ATT_ERR_CRYPTO.
 */
enum att_err att_registration_challenge(const char *rp_id, const char *user,
    const uint8_t nonce[ATT_NONCE_LEN], uint8_t challenge[32]) ATT_MUST_USE;

/*
 * Prepares the judgement of a record that was found under user: recomputes
 * the challenge, checks the client data against it, hashes RP ID and client
 * data. The client data of an SSH key is the challenge, and nothing else;
 * that of any other credential is never that. *evidence lends from record; its
 * require_uv is false, because user verification is judged at each login.
 * ATT_ERR_RECORD_CHALLENGE for a record of another user or RP ID,
 * ATT_ERR_CLIENT_DATA, ATT_ERR_CRYPTO, NO_MEMORY.
 */
enum att_err att_record_get_evidence(const struct att_record *record,
    const char *user, struct att_evidence *evidence,
    struct att_reason *why) ATT_MUST_USE;

/*
 * The credential ID and the credential public key (a COSE key, its form not
 * looked at) inside the attestation object, lent by record. Nothing is judged.
 * ATT_ERR_ATTOBJ_*, AUTHDATA_*, CBOR_*, CREDENTIAL_ID.
 */
enum att_err att_record_get_credential(const struct att_record *record,
    struct att_bytes *id, struct att_bytes *cose_key,
    struct att_reason *why) ATT_MUST_USE;

/* The ID alone, with the same errors. */
enum att_err att_record_get_credential_id(const struct att_record *record,
    struct att_bytes *id, struct att_reason *why) ATT_MUST_USE;

/*
 * One line without the newline. The caller resets *record, which is zeroed
 * first. ATT_ERR_STORE_MALFORMED names the field; ATT_ERR_NO_MEMORY.
 */
enum att_err att_record_parse(struct att_bytes line, struct att_record *record,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Appends the line of a record, which att_record_parse() would accept.
 * ATT_ERR_STORE_MALFORMED for a record that no line can hold, TOO_LARGE,
 * NO_MEMORY.
 */
enum att_err att_record_print(const struct att_record *record,
    struct att_buf *out, struct att_reason *why) ATT_MUST_USE;

/*
 * A label people may use: 1..64 bytes of UTF-8 without control characters
 * and whatever else att_text_escape() changes. ATT_ERR_USAGE.
 */
enum att_err att_label_check(
    const char *label, struct att_reason *why) ATT_MUST_USE;

#endif
