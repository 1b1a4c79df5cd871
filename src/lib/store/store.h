/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The file store: one file per user in credentials_dir, named by the
 * percent-encoded user name, replaced atomically under a lock of its own.
 */
#ifndef ATT_STORE_STORE_H
#define ATT_STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "store/credentials.h"

/*
 * The file name of a user: every byte outside [A-Za-z0-9_-] (and "." except
 * as the first character) as %XX. A file name longer than ATT_FILE_NAME_MAX
 * (249), an empty name and one with a NUL or more than ATT_USER_MAX bytes are
 * ATT_ERR_STORE_BAD_USER. Caller frees *namep.
 */
enum att_err att_store_file_name(const char *user, char **namep) ATT_MUST_USE;
/* The inverse, for listings: refuses any name the function above would not
 * have made. */
enum att_err att_store_user_name(
    const char *file_name, char **userp) ATT_MUST_USE;

/*
 * Is there a file for user? ATT_OK; ATT_ERR_STORE_NO_USER only when the
 * folder is readable (or absent) and has no such file; ATT_ERR_FILE_* else.
 * Reads no content.
 */
enum att_err att_store_probe(
    const char *dir, const char *user, struct att_reason *why) ATT_MUST_USE;

/*
 * Reads every credential of user. ATT_ERR_STORE_NO_USER as above and for a
 * file without records; ATT_ERR_STORE_MALFORMED names file and line;
 * ATT_ERR_FILE_*. The caller resets *creds.
 */
enum att_err att_store_load(const char *dir, const char *user,
    struct att_credentials *creds, struct att_reason *why) ATT_MUST_USE;

/*
 * Adds one credential, re-reading the file under its lock: other lines,
 * comments included, are kept byte for byte. The folder is made (not its
 * parents) if it does not exist. ATT_ERR_STORE_DUPLICATE for a label or
 * credential ID that is there, _FULL for more than att_credentials_check_room()
 * allows, _LOCKED, _MALFORMED, FILE_*, SYSTEM.
 *
 * expected (NULL: nothing) is what a decision that was made before a ceremony
 * of minutes relied on. It is checked under the lock, so no two ceremonies can
 * rely on the same state. ATT_ERR_SELF_ENROLL_REFUSED when it does not hold
 * any more; nothing is stored then.
 */
struct att_store_expectation {
	bool is_first;		    /* the file holds no record */
	struct att_bytes proven_id; /* len > 0: a record has this ID */
};
enum att_err att_store_add(const char *dir, const char *user,
    const struct att_record *record,
    const struct att_store_expectation *expected,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Removes the one credential whose label, or whose credential ID in
 * base64url (or a unique prefix of at least 8 characters), is given. The
 * file and its lock are removed with the last record. It waits up to 30 s for
 * the lock, att_store_add() 5 s. *removed (may be NULL) is the record that was
 * there; it is zeroed first and the caller resets it.
 * ATT_ERR_STORE_NOT_FOUND, ...
 */
enum att_err att_store_remove(const char *dir, const char *user,
    const char *label_or_id, struct att_record *removed,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Calls fn for each user that has a file, in no particular order, until it
 * returns something other than ATT_OK, which is returned. Names that begin
 * with "." (locks, stale temporary files) are passed over; so is any other
 * file whose name is not that of a user, but once all the users have been
 * visited that is ATT_ERR_STORE_MALFORMED, with the first of them. A folder
 * that does not exist has no users.
 */
enum att_err att_store_each_user(const char *dir,
    enum att_err (*fn)(const char *user, void *arg), void *arg,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Makes state_dir/counters, and state_dir if its parent exists: to be called
 * before the process is locked down. ATT_ERR_FILE_*, ATT_ERR_SYSTEM.
 */
enum att_err att_counter_prepare(
    const char *state_dir, struct att_reason *why) ATT_MUST_USE;

/*
 * Signature counters of this host, WebAuthn section 6.1.1: a file per
 * credential of a user under state_dir/counters, holding the last value. Its
 * name is the hex of SHA-256("pam_attest counter v1" || 0 || user || 0 ||
 * RP ID || 0 || length of the credential ID in 2 bytes || credential ID ||
 * credential public key), so nobody can raise the counter of another user by
 * registering a key with the same credential ID.
 *
 * att_counter_advance() compares and stores in one step under the lock of the
 * file: *seen is the stored value (0 if there is none). ATT_ERR_COUNTER when
 * now is not greater than it, except where both are zero; the stored value is
 * only ever raised. floor is the counter in the attested registration, used
 * when nothing is stored yet. Where now is zero nothing is ever stored, so
 * neither the lock nor the right to write is needed; else who is not root gets
 * ATT_ERR_STATE_READ_ONLY with what to do. ATT_ERR_STATE_MALFORMED,
 * ATT_ERR_STATE_LOCKED, ATT_ERR_FILE_*, ATT_ERR_SYSTEM, and those of
 * att_record_get_credential().
 */
struct att_counter {
	const char *state_dir;
	const char *user;
	const struct att_record *record; /* of the credential, lent */
	uint32_t floor;
	uint32_t now;
};
enum att_err att_counter_advance(const struct att_counter *counter,
    uint32_t *seen, struct att_reason *why) ATT_MUST_USE;

/*
 * Forgets the counter of a credential (floor and now are not looked at): its
 * file and the lock of that are removed. It is no error that there is none.
 * ATT_ERR_STATE_LOCKED, ATT_ERR_FILE_*, ATT_ERR_SYSTEM, and those of
 * att_record_get_credential().
 */
enum att_err att_counter_remove(
    const struct att_counter *counter, struct att_reason *why) ATT_MUST_USE;

/* The content of a counter file. ATT_ERR_STATE_MALFORMED. */
enum att_err att_counter_parse(
    struct att_bytes content, uint32_t *value) ATT_MUST_USE;

#endif
