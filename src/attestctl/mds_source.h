/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the imported metadata was fetched from, and what the server said it is
 * recognized by: the file "source" beside the index, FORMAT.md.
 */
#ifndef ATT_ATTESTCTL_MDS_SOURCE_H
#define ATT_ATTESTCTL_MDS_SOURCE_H

#include "base/err.h"
#include "base/http.h"

/*
 * What the server said a file is recognized by (RFC 9110 section 8.8), as it
 * said it; "" for nothing. Printable ASCII.
 */
struct att_validators {
	char etag[ATT_HTTP_VALIDATOR_MAX + 1];
	char modified[ATT_HTTP_VALIDATOR_MAX + 1]; /* Last-Modified */
};

struct att_mds_source {
	const char *url;
	uint8_t sha256[32]; /* of the BLOB */
	struct att_validators validators;
};

/*
 * Gives the validators of what url gave, if that is the BLOB whose index is in
 * dir, whole, readable and not overdue; else none: a server that is asked with
 * them may say that nothing has changed, and what would be kept then has to be
 * there.
 */
void att_mds_source_recall(
    const char *dir, const char *url, struct att_validators *validators);

/*
 * Remembers, by replacing the file atomically. ATT_ERR_FILE_*, ATT_ERR_SYSTEM,
 * STATE_LOCKED, NO_MEMORY.
 */
enum att_err att_mds_source_remember(const char *dir,
    const struct att_mds_source *source, struct att_reason *why) ATT_MUST_USE;

#endif
