/* SPDX-License-Identifier: BSD-2-Clause */
/* Options made into a client that speaks through the fetcher. */
#include <sys/prctl.h>
#include <sys/resource.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/maa_open.h"
#include "base/file.h"
#include "wire/fetch.h"

/* The CAs of the system, without a file. */
static enum att_err
read_ca(struct att_maa_connection *connection, const struct att_options *opts,
    struct att_reason *why)
{
	const struct att_file file = { .dirfd = AT_FDCWD,
		.name = opts->maa_ca,
		.shown = opts->maa_ca,
		.max = ATT_FETCH_CA_MAX };
	enum att_err err;
	size_t len;

	if (opts->maa_ca[0] == '\0')
		return ATT_OK;
	err = att_file_read(&file, &connection->ca, &len, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "maa_ca");
	if (len == 0)
		return att_refuse(why, ATT_ERR_ROOTS_INVALID,
		    "maa_ca: %s is empty, expected certificates as PEM",
		    opts->maa_ca);
	connection->fetcher.ca = att_bytes(connection->ca, len);
	return ATT_OK;
}

/* What is wiped later is in a dump of the process that dies before. */
static enum att_err
stay_out_of_dumps(struct att_reason *why)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return att_refuse(why, ATT_ERR_SYSTEM,
		    "dumps of this process cannot be kept from being made: %s",
		    strerror(errno));
	return ATT_OK;
}

enum att_err
att_maa_open(struct att_maa_connection *connection,
    const struct att_options *opts, bool is_verbose, struct att_reason *why)
{
	enum att_err err;

	*connection = (struct att_maa_connection){
		.fetcher = { .proxy = opts->maa_proxy,
		    .seconds = opts->maa_timeout,
		    .connect_seconds = opts->maa_connect_timeout },
	};
	if ((err = att_options_check_maa(opts, why)) != ATT_OK ||
	    (err = stay_out_of_dumps(why)) != ATT_OK ||
	    (err = read_ca(connection, opts, why)) != ATT_OK ||
	    (err = att_credential_open(opts, &connection->credential, why)) !=
		ATT_OK)
		return err;
	connection->carrier = att_http_fetcher_get(&connection->fetcher);
	connection->http = is_verbose ? att_maa_trace_get(&connection->trace,
					    &connection->carrier, stderr)
				      : connection->carrier;
	att_maa_init(
	    &connection->maa, opts, &connection->http, connection->credential);
	return ATT_OK;
}

void
att_maa_close(struct att_maa_connection *connection)
{
	att_credential_free(&connection->credential);
	free(connection->ca);
	*connection = (struct att_maa_connection){ 0 };
}
