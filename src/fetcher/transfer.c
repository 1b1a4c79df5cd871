/* SPDX-License-Identifier: BSD-2-Clause */
/* A GET request, RFC 9110, of which everything that may go wrong is bounded. */
#include "config.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "fetcher/transfer.h"
#include "wire/channel.h"

enum {
	REDIRECTS_MAX = 3,
	CONNECT_SECONDS = 30,
	STALL_SECONDS = 15,
	STALL_RATE = 1024 /* bytes in a second; slower is stalled */
};

struct transfer {
	const struct att_fetch *fetch;
	struct att_fetched *fetched;
	int channel;
	CURL *curl;
	size_t have;
	bool is_too_large;
	char error[CURL_ERROR_SIZE];
};

uint16_t
transfer_port(const char *url)
{
	CURLU *parts = curl_url();
	char *text = NULL;
	unsigned long port = 0;

	if (parts != NULL && curl_url_set(parts, CURLUPART_URL, url, 0) == 0 &&
	    curl_url_get(parts, CURLUPART_PORT, &text, CURLU_DEFAULT_PORT) == 0)
		port = strtoul(text, NULL, 10);
	curl_free(text);
	curl_url_cleanup(parts);
	return port <= UINT16_MAX ? (uint16_t)port : 0;
}

int
transfer_begin(void)
{
	return curl_global_init(CURL_GLOBAL_DEFAULT);
}

void
transfer_end(void)
{
	curl_global_cleanup();
}

/* --- What comes ----------------------------------------------------------- */

static long
status_of(CURL *curl)
{
	long status = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static uint32_t
expected_of(CURL *curl)
{
	curl_off_t length = -1;

	curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
	return length > 0 && length <= UINT32_MAX ? (uint32_t)length : 0;
}

static bool
send_part(const struct transfer *transfer, const char *ptr, size_t len)
{
	struct att_buf message;
	enum att_err err;

	att_buf_init(&message, ATT_MESSAGE_MAX);
	err = att_body_encode(
	    att_bytes(ptr, len), expected_of(transfer->curl), &message);
	if (err == ATT_OK)
		err = att_channel_send(transfer->channel, &message, -1);
	att_buf_reset(&message);
	return err == ATT_OK;
}

/* Whatever is returned but the length ends the transfer. */
static size_t
take_body(char *ptr, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t len = size * count, done = 0;

	/* The page that goes with a refusal is nobody's file. */
	if (status_of(transfer->curl) != 200)
		return len;
	if (len > transfer->fetch->max - transfer->have) {
		transfer->is_too_large = true;
		return 0;
	}
	transfer->have += len;
	while (done < len) {
		size_t part = len - done < ATT_FETCH_BODY_MAX
				  ? len - done
				  : ATT_FETCH_BODY_MAX;

		if (!send_part(transfer, ptr + done, part))
			return 0;
		done += part;
	}
	return len;
}

/* The value of a header of that name, without the blanks around it. */
static void
take_value(const char *line, size_t len, const char *name, char *out)
{
	size_t begin = strlen(name);

	if (len < begin || strncasecmp(line, name, begin) != 0)
		return;
	while (begin < len && strchr(" \t", line[begin]) != NULL)
		begin++;
	while (len > begin && strchr(" \t\r\n", line[len - 1]) != NULL)
		len--;
	if (len - begin > ATT_FETCH_VALIDATOR_MAX)
		return;
	memcpy(out, line + begin, len - begin);
	out[len - begin] = '\0';
	if (!att_validator_is_valid(out))
		out[0] = '\0';
}

static size_t
take_header(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	struct att_validators *validators = &transfer->fetched->validators;
	size_t len = size * count;

	/* Of a response before, which was a redirect. */
	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0)
		*validators = (struct att_validators){ 0 };
	take_value(line, len, "ETag:", validators->etag);
	take_value(line, len, "Last-Modified:", validators->modified);
	return len;
}

/* --- What is asked for ---------------------------------------------------- */

/* RFC 9110 section 13.1; no memory is no condition, which is no harm. */
static struct curl_slist *
make_conditions(const struct att_validators *have)
{
	char line[ATT_FETCH_VALIDATOR_MAX + 32];
	struct curl_slist *list = NULL, *longer;

	if (have->etag[0] != '\0') {
		snprintf(line, sizeof(line), "If-None-Match: %s", have->etag);
		list = curl_slist_append(NULL, line);
	}
	if (have->modified[0] != '\0') {
		snprintf(line, sizeof(line), "If-Modified-Since: %s",
		    have->modified);
		longer = curl_slist_append(list, line);
		list = longer == NULL ? list : longer;
	}
	return list;
}

#define SET(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

static bool
set_bounds(CURL *curl, const struct att_fetch *fetch)
{
	return SET(CURLOPT_PROTOCOLS_STR, "https") &&
	       SET(CURLOPT_REDIR_PROTOCOLS_STR, "https") &&
	       SET(CURLOPT_FOLLOWLOCATION, 1L) &&
	       SET(CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX) &&
	       SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
	       SET(CURLOPT_PROXY, "") && SET(CURLOPT_NOSIGNAL, 1L) &&
	       SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS) &&
	       SET(CURLOPT_LOW_SPEED_LIMIT, (long)STALL_RATE) &&
	       SET(CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS) &&
	       SET(CURLOPT_TIMEOUT, (long)ATT_FETCH_SECONDS) &&
	       SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)fetch->max);
}

static bool
set_trust(CURL *curl, const struct att_fetch *fetch)
{
	struct curl_blob ca = {
		.data = (void *)(uintptr_t)fetch->ca.ptr,
		.len = fetch->ca.len,
		.flags = CURL_BLOB_COPY,
	};

	if (!SET(CURLOPT_SSL_VERIFYPEER, 1L) ||
	    !SET(CURLOPT_SSL_VERIFYHOST, 2L) ||
	    !SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2))
		return false;
	if (fetch->ca.len == 0)
		return true;
	return SET(CURLOPT_CAPATH, NULL) && SET(CURLOPT_CAINFO_BLOB, &ca);
}

static bool
set_request(
    CURL *curl, struct transfer *transfer, const struct curl_slist *conditions)
{
	return SET(CURLOPT_URL, transfer->fetch->url) &&
	       SET(CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION) &&
	       SET(CURLOPT_HTTPHEADER, conditions) &&
	       SET(CURLOPT_ERRORBUFFER, transfer->error) &&
	       SET(CURLOPT_HEADERFUNCTION, take_header) &&
	       SET(CURLOPT_HEADERDATA, transfer) &&
	       SET(CURLOPT_WRITEFUNCTION, take_body) &&
	       SET(CURLOPT_WRITEDATA, transfer);
}
#undef SET

/* --- How it ended --------------------------------------------------------- */

static void
judge(struct transfer *transfer, CURLcode code)
{
	struct att_fetched *fetched = transfer->fetched;
	long status = status_of(transfer->curl);

	if (transfer->is_too_large || code == CURLE_FILESIZE_EXCEEDED) {
		fetched->result = ATT_FETCHED_TOO_LARGE;
	} else if (code != CURLE_OK) {
		fetched->result = ATT_FETCHED_FAILED;
		snprintf(fetched->text, sizeof(fetched->text), "%s",
		    transfer->error[0] != '\0' ? transfer->error
					       : curl_easy_strerror(code));
	} else if (status == 304) {
		fetched->result = ATT_FETCHED_SAME;
	} else if (status == 200) {
		fetched->result = ATT_FETCHED_WHOLE;
		return;
	} else {
		fetched->result = ATT_FETCHED_FAILED;
		snprintf(fetched->text, sizeof(fetched->text),
		    "the server answers with HTTP status %ld, expected 200",
		    status);
	}
	fetched->validators = (struct att_validators){ 0 };
}

void
transfer_run(
    const struct att_fetch *fetch, int channel, struct att_fetched *fetched)
{
	struct transfer transfer = { .fetch = fetch,
		.fetched = fetched,
		.channel = channel,
		.curl = curl_easy_init() };
	struct curl_slist *conditions = make_conditions(&fetch->have);
	CURLcode code = CURLE_FAILED_INIT;

	*fetched = (struct att_fetched){ .result = ATT_FETCHED_FAILED };
	if (transfer.curl != NULL && set_bounds(transfer.curl, fetch) &&
	    set_trust(transfer.curl, fetch) &&
	    set_request(transfer.curl, &transfer, conditions))
		code = curl_easy_perform(transfer.curl);
	judge(&transfer, code);
	curl_easy_cleanup(transfer.curl);
	curl_slist_free_all(conditions);
}
