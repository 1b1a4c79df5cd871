/* SPDX-License-Identifier: BSD-2-Clause */
/* The record of every CTAPHID message, one line each. */
#include <stdbool.h>
#include <time.h>

#include "cbor_io.h"
#include "ctap.h"
#include "fatal.h"
#include "trace.h"

FILE *
trace_open(const char *path)
{
	FILE *trace;

	if (path == NULL)
		return NULL;
	if ((trace = fopen(path, "ae")) == NULL)
		fatal("%s: cannot write the trace: %m", path);
	setvbuf(trace, NULL, _IOLBF, 0);
	return trace;
}

static const char *
name_of_answer(uint8_t cmd, const uint8_t *data, size_t len)
{
	if (cmd == CTAPHID_CBOR && len > 0)
		return ctap_status_name(data[0]);
	if (cmd == CTAPHID_ERROR && len > 0)
		return ctaphid_error_name(data[0]);
	if (cmd == CTAPHID_KEEPALIVE && len > 0)
		return data[0] == KEEPALIVE_UPNEEDED ? "UPNEEDED"
						     : "PROCESSING";
	if (cmd == CTAPHID_MSG && len > 1 && data[len - 2] == 0x90)
		return "SW_NO_ERROR";
	if (cmd == CTAPHID_MSG && len > 1 && data[len - 2] == 0x69)
		return "SW_CONDITIONS_NOT_SATISFIED";
	if (cmd == CTAPHID_MSG)
		return "SW_ERROR";
	return "-";
}

static const char *
name_of_request(uint8_t cmd, const uint8_t *data, size_t len)
{
	if (cmd == CTAPHID_CBOR && len > 0)
		return ctap_command_name(data[0]);
	if (cmd == CTAPHID_MSG && len > 1)
		return u2f_command_name(data[1]);
	return "-";
}

static void
put_options(FILE *trace, const cbor_item_t *options)
{
	bool v;

	if (cbor_read_bool(cbor_find_text(options, "up"), &v))
		fprintf(trace, " up=%d", v);
	if (cbor_read_bool(cbor_find_text(options, "uv"), &v))
		fprintf(trace, " uv=%d", v);
	if (cbor_read_bool(cbor_find_text(options, "rk"), &v))
		fprintf(trace, " rk=%d", v);
}

static void
put_details(FILE *trace, uint8_t cmd, const cbor_item_t *map)
{
	int64_t sub;

	if (cmd == CTAP_GET_ASSERTION) {
		fprintf(trace, " list=%zu", cbor_count(cbor_find_int(map, 3)));
		put_options(trace, cbor_find_int(map, 5));
	} else if (cmd == CTAP_MAKE_CREDENTIAL) {
		fprintf(trace, " list=%zu", cbor_count(cbor_find_int(map, 5)));
		put_options(trace, cbor_find_int(map, 7));
	} else if (cmd == CTAP_CLIENT_PIN &&
		   cbor_read_int(cbor_find_int(map, 2), &sub)) {
		fprintf(trace, " %s", ctap_pin_subcommand_name(sub));
	}
}

void
trace_message(FILE *trace, enum direction dir, uint32_t cid, uint8_t cmd,
    const uint8_t *data, size_t len)
{
	bool in = dir == TRACE_IN;
	struct timespec now;
	cbor_item_t *map;

	if (trace == NULL)
		return;
	clock_gettime(CLOCK_REALTIME, &now);
	fprintf(trace, "%lld.%06ld %s %08x %s %s %zu", (long long)now.tv_sec,
	    now.tv_nsec / 1000, in ? "in" : "out", cid,
	    ctaphid_command_name(cmd),
	    in ? name_of_request(cmd, data, len)
	       : name_of_answer(cmd, data, len),
	    len);
	if (in && cmd == CTAPHID_CBOR && len > 1 &&
	    (map = cbor_parse_all(data + 1, len - 1)) != NULL) {
		put_details(trace, data[0], map);
		cbor_decref(&map);
	}
	fputc('\n', trace);
}
