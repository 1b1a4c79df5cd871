/* SPDX-License-Identifier: BSD-2-Clause */
/* The credentials of one user: the content of one file of FORMAT.md. */
#ifndef ATT_STORE_CREDENTIALS_H
#define ATT_STORE_CREDENTIALS_H

#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"
#include "store/record.h"

enum {
	/* Of one user: all of it has to fit into one request of wire. */
	ATT_RECORDS_MAX = 64,
	ATT_RP_IDS_MAX = 16,
	ATT_ID_BYTES_MAX = 49152, /* of all credential IDs together */
	ATT_CREDENTIALS_FILE_MAX = ATT_RECORDS_MAX * ATT_RECORD_LINE_MAX,
};

/* Where the line of a record stands in the content, newline included. */
struct att_span {
	size_t start;
	size_t len;
};

struct att_credentials {
	struct att_record *records;
	struct att_span *spans; /* as many, in the same order */
	size_t count;
	size_t id_bytes; /* of all credential IDs */
};

/* Frees what creds own and zeroes them. */
void att_credentials_reset(struct att_credentials *creds);

/*
 * Parses the content of a file; shown is the path that messages name. No
 * record at all is no error here. The caller resets *creds, which is zeroed
 * first. ATT_ERR_STORE_MALFORMED with "FILE:LINE: ...", ATT_ERR_NO_MEMORY.
 */
enum att_err att_credentials_parse(struct att_bytes content, const char *shown,
    struct att_credentials *creds, struct att_reason *why) ATT_MUST_USE;

/*
 * Whether one more record is within the three limits above.
 * ATT_ERR_STORE_FULL names the limit.
 */
enum att_err att_credentials_check_room(const struct att_credentials *creds,
    const struct att_record *record, struct att_reason *why) ATT_MUST_USE;

/*
 * The index of the credential that a person means: by its label, or else by
 * its credential ID in base64url or a prefix of that of at least 8
 * characters. ATT_ERR_STORE_NOT_FOUND, also when a prefix is not unique.
 */
enum att_err att_credentials_find(const struct att_credentials *creds,
    const char *label_or_id, size_t *index,
    struct att_reason *why) ATT_MUST_USE;

#endif
