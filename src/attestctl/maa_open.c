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

/* --- What takes long -------------------------------------------------------
 */

enum {
	SLICE_MS = 500
};

static void
draw(void *arg, size_t have, size_t expected)
{
	struct att_progress *progress = arg;

	(void)expected;
	att_progress_step(progress, have);
}

static enum att_err
exchange(void *arg, const struct att_http_request *request,
    struct att_http_response *response, struct att_reason *why)
{
	struct att_maa_connection *connection = arg;
	enum att_err err;

	att_progress_begin(&connection->progress, "maa", 0);
	err = connection->carrier.exchange(
	    connection->carrier.arg, request, response, why);
	att_progress_clear(&connection->progress);
	return err;
}

/* Until the service is to be asked again, which may be in minutes. */
static void
sleep_drawn(void *arg, unsigned int ms)
{
	struct att_maa_connection *connection = arg;
	unsigned int slice;

	att_progress_begin(&connection->progress, "maa", 0);
	for (; ms > 0; ms -= slice) {
		slice = ms < SLICE_MS ? ms : SLICE_MS;
		att_maa_time_real.sleep(NULL, slice);
		att_progress_step(&connection->progress, 0);
	}
	att_progress_clear(&connection->progress);
}

static void
tell_of_waiting(struct att_maa_connection *connection)
{
	connection->drawn =
	    (struct att_fetch_progress){ draw, &connection->progress };
	connection->fetcher.progress = &connection->drawn;
	connection->patient = (struct att_http){ exchange, connection };
	connection->time = att_maa_time_real;
	connection->time.sleep = sleep_drawn;
	connection->time.arg = connection;
	connection->maa.retry.time = &connection->time;
	if (connection->credential != NULL)
		att_credential_set_time(
		    connection->credential, &connection->time);
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
	att_maa_init(
	    &connection->maa, opts, &connection->http, connection->credential);
	tell_of_waiting(connection);
	connection->http = is_verbose ? att_maa_trace_get(&connection->trace,
					    &connection->patient, stderr)
				      : connection->patient;
	return ATT_OK;
}

void
att_maa_close(struct att_maa_connection *connection)
{
	att_credential_free(&connection->credential);
	free(connection->ca);
	*connection = (struct att_maa_connection){ 0 };
}
