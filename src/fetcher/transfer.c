/* SPDX-License-Identifier: BSD-2-Clause */
/* An exchange, RFC 9110, of which everything that may go wrong is bounded. */
#include "config.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "fetcher/memory.h"
#include "fetcher/transfer.h"
#include "wire/channel.h"

enum {
	REDIRECTS_MAX = 3,
	STALL_SECONDS = 15,
	STALL_RATE = 1024, /* bytes in a second; slower is stalled */
	OK = 200,
	NOT_MODIFIED = 304,
	LOOPBACK = 0x7f,
	LINK_LOCAL = 0xa9fe,
};

struct transfer {
	const struct att_fetch *fetch;
	struct att_fetched *fetched;
	int channel;
	CURL *curl;
	size_t have;
	bool is_too_large;
	bool is_encoded;  /* in a way that nobody asked for */
	bool is_far_away; /* and should be this machine */
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
	return memory_begin_curl();
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
	if (transfer->fetch->is_download && status_of(transfer->curl) != OK)
		return len;
	if (len > transfer->fetch->request.max - transfer->have) {
		transfer->is_too_large = true;
		return 0;
	}
	transfer->have += len;
	while (done < len) {
		size_t part = len - done < ATT_FETCH_PART_MAX
				  ? len - done
				  : ATT_FETCH_PART_MAX;

		if (!send_part(transfer, ptr + done, part))
			return 0;
		done += part;
	}
	return len;
}

/* Without the blanks around it; nothing, where it is too long or odd. */
static void
take_value(const char *ptr, size_t len, char *out, size_t max)
{
	while (len > 0 && strchr(" \t", *ptr) != NULL) {
		ptr++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", ptr[len - 1]) != NULL)
		len--;
	if (len > max || memchr(ptr, '\0', len) != NULL)
		return;
	memcpy(out, ptr, len);
	out[len] = '\0';
	if (!att_header_is_valid(out, max))
		out[0] = '\0';
}

/* A field of the answer's head; whatever is no field is ignored. */
static void
take_field(struct transfer *transfer, const char *line, size_t len)
{
	static const char encoding[] = "Content-Encoding";
	const char *colon = memchr(line, ':', len);
	size_t name = colon == NULL ? 0 : (size_t)(colon - line);
	char found[16] = "", *out;
	size_t max;

	if (colon == NULL)
		return;
	if (name == sizeof(encoding) - 1 &&
	    strncasecmp(line, encoding, name) == 0) {
		take_value(colon + 1, len - name - 1, found, sizeof(found) - 1);
		transfer->is_encoded = strcasecmp(found, "identity") != 0;
	}
	out = att_fetched_find_header(transfer->fetched, line, name, &max);
	if (out != NULL && out[0] == '\0')
		take_value(colon + 1, len - name - 1, out, max);
}

static size_t
take_header(char *line, size_t size, size_t count, void *arg)
{
	struct transfer *transfer = arg;
	size_t len = size * count;

	/* What came before was a redirect, or "continue". */
	if (len >= 5 && strncasecmp(line, "HTTP/", 5) == 0) {
		att_http_response_reset(&transfer->fetched->head);
		transfer->is_encoded = false;
	} else {
		take_field(transfer, line, len);
	}
	return transfer->is_encoded ? 0 : len;
}

/* --- What is asked for ---------------------------------------------------- */

static bool
add_line(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer == NULL)
		return false;
	*list = longer;
	return true;
}

/* "Name: value", or "Name;" for an empty value, as libcurl has it. */
static bool
add_header(struct curl_slist **list, const struct att_http_header *header)
{
	size_t size = strlen(header->name) + strlen(header->value) + 3;
	char *line = malloc(size);
	bool is_added;

	if (line == NULL)
		return false;
	snprintf(line, size, header->value[0] == '\0' ? "%s;" : "%s: %s",
	    header->name, header->value);
	is_added = add_line(list, line);
	explicit_bzero(line, size);
	free(line);
	return is_added;
}

/*
 * Without what libcurl would add for itself: a type of the body where none is
 * said, and a question whether to go on (RFC 9110 section 10.1.1).
 */
static bool
make_headers(const struct att_http_request *request, struct curl_slist **list)
{
	bool has_type = false;

	for (size_t i = 0; i < request->header_count; i++) {
		has_type |=
		    strcasecmp(request->headers[i].name, "Content-Type") == 0;
		if (!add_header(list, &request->headers[i]))
			return false;
	}
	return (has_type || add_line(list, "Content-Type:")) &&
	       add_line(list, "Expect:");
}

/* RFC 1122 section 3.2.1.3, RFC 3927; RFC 4291 sections 2.5.3, 2.5.6. */
static bool
is_near_v4(uint32_t address)
{
	return address >> 24 == LOOPBACK || address >> 16 == LINK_LOCAL;
}

static bool
is_near(const struct sockaddr *address)
{
	const struct sockaddr_in6 *v6 = (const void *)address;
	const struct sockaddr_in *v4 = (const void *)address;

	if (address->sa_family == AF_INET)
		return is_near_v4(ntohl(v4->sin_addr.s_addr));
	return address->sa_family == AF_INET6 &&
	       (IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr) ||
		   IN6_IS_ADDR_LINKLOCAL(&v6->sin6_addr));
}

/* Where a name leads is known when a socket is made, and not before. */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = arg;

	(void)purpose;
	if (transfer->fetch->request.is_platform && !is_near(&address->addr)) {
		transfer->is_far_away = true;
		return CURL_SOCKET_BAD;
	}
	return socket(address->family, address->socktype | SOCK_CLOEXEC,
	    address->protocol);
}

#define SET(option, value) (curl_easy_setopt(curl, option, value) == CURLE_OK)

static bool
set_bounds(CURL *curl, const struct att_fetch *fetch)
{
	const struct att_http_request *request = &fetch->request;
	const char *protocols = request->is_platform ? "http,https" : "https";

	return SET(CURLOPT_PROTOCOLS_STR, protocols) &&
	       SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) &&
	       SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L) &&
	       SET(CURLOPT_NOSIGNAL, 1L) &&
	       SET(CURLOPT_CONNECTTIMEOUT, (long)request->connect_seconds) &&
	       SET(CURLOPT_TIMEOUT, (long)request->seconds) &&
	       SET(CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)request->max);
}

static bool
set_download(CURL *curl, const struct att_fetch *fetch)
{
	if (!fetch->is_download)
		return SET(CURLOPT_FOLLOWLOCATION, 0L);
	return SET(CURLOPT_REDIR_PROTOCOLS_STR, "https") &&
	       SET(CURLOPT_FOLLOWLOCATION, 1L) &&
	       SET(CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX) &&
	       SET(CURLOPT_LOW_SPEED_LIMIT, (long)STALL_RATE) &&
	       SET(CURLOPT_LOW_SPEED_TIME, (long)STALL_SECONDS);
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
	    !SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ||
	    !SET(CURLOPT_PROXY_SSL_VERIFYPEER, 1L) ||
	    !SET(CURLOPT_PROXY_SSL_VERIFYHOST, 2L) ||
	    !SET(CURLOPT_PROXY_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2))
		return false;
	if (fetch->ca.len == 0)
		return true;
	return SET(CURLOPT_CAPATH, NULL) && SET(CURLOPT_CAINFO_BLOB, &ca) &&
	       SET(CURLOPT_PROXY_CAPATH, NULL) &&
	       SET(CURLOPT_PROXY_CAINFO_BLOB, &ca);
}

/* What the proxy is told has none of the headers for the server. */
static bool
set_way(CURL *curl, struct transfer *transfer)
{
	return SET(CURLOPT_URL, transfer->fetch->request.url) &&
	       SET(CURLOPT_PROXY, transfer->fetch->proxy) &&
	       SET(CURLOPT_NOPROXY, "") && SET(CURLOPT_HTTPPROXYTUNNEL, 1L) &&
	       SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE) &&
	       SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
	       SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	       SET(CURLOPT_OPENSOCKETDATA, transfer);
}

static bool
set_body(CURL *curl, const struct att_http_request *request)
{
	if (strcmp(request->method, "GET") == 0 && request->body.len == 0)
		return true;
	return SET(CURLOPT_POSTFIELDSIZE_LARGE,
		   (curl_off_t)request->body.len) &&
	       SET(CURLOPT_POSTFIELDS, request->body.len == 0
					   ? ""
					   : (const void *)request->body.ptr) &&
	       SET(CURLOPT_CUSTOMREQUEST, request->method);
}

static bool
set_request(
    CURL *curl, struct transfer *transfer, const struct curl_slist *headers)
{
	return SET(CURLOPT_USERAGENT, PACKAGE_NAME "/" PACKAGE_VERSION) &&
	       SET(CURLOPT_HTTPHEADER, headers) &&
	       SET(CURLOPT_ERRORBUFFER, transfer->error) &&
	       SET(CURLOPT_HEADERFUNCTION, take_header) &&
	       SET(CURLOPT_HEADERDATA, transfer) &&
	       SET(CURLOPT_WRITEFUNCTION, take_body) &&
	       SET(CURLOPT_WRITEDATA, transfer);
}
#undef SET

/* --- How it ended --------------------------------------------------------- */

static void
fail(struct att_fetched *fetched, const char *text)
{
	fetched->result = ATT_FETCHED_FAILED;
	snprintf(fetched->text, sizeof(fetched->text), "%s", text);
}

/* What libcurl has no words for. */
static const char *
words_of(const struct transfer *transfer, CURLcode code)
{
	if (transfer->is_far_away)
		return "it is neither on this machine nor on its link";
	if (transfer->is_encoded)
		return "the server sends an encoding that nobody asked for";
	return transfer->error[0] != '\0' ? transfer->error
					  : curl_easy_strerror(code);
}

static void
judge(struct transfer *transfer, CURLcode code)
{
	struct att_fetched *fetched = transfer->fetched;
	long status = status_of(transfer->curl);
	char text[80];

	fetched->head.status = (unsigned int)status;
	if (transfer->is_too_large || code == CURLE_FILESIZE_EXCEEDED) {
		fetched->result = ATT_FETCHED_TOO_LARGE;
	} else if (code != CURLE_OK) {
		fail(fetched, words_of(transfer, code));
	} else if (transfer->fetch->is_download && status != OK &&
		   status != NOT_MODIFIED) {
		snprintf(text, sizeof(text),
		    "the server answers with HTTP status %ld, expected 200",
		    status);
		fail(fetched, text);
	} else if (status < 100 || status > 599) {
		fail(fetched, "the server answers with no status of HTTP");
	} else {
		fetched->result = ATT_FETCHED_WHOLE;
		return;
	}
	att_http_response_reset(&fetched->head);
}

static CURLcode
perform(struct transfer *transfer, struct curl_slist **headers)
{
	const struct att_fetch *fetch = transfer->fetch;
	CURL *curl = transfer->curl;

	if (curl == NULL || !make_headers(&fetch->request, headers) ||
	    !set_bounds(curl, fetch) || !set_download(curl, fetch) ||
	    !set_trust(curl, fetch) || !set_way(curl, transfer) ||
	    !set_body(curl, &fetch->request) ||
	    !set_request(curl, transfer, *headers))
		return CURLE_FAILED_INIT;
	return curl_easy_perform(curl);
}

void
transfer_run(
    const struct att_fetch *fetch, int channel, struct att_fetched *fetched)
{
	struct transfer transfer = { .fetch = fetch,
		.fetched = fetched,
		.channel = channel,
		.curl = curl_easy_init() };
	struct curl_slist *headers = NULL;

	*fetched = (struct att_fetched){ .result = ATT_FETCHED_FAILED };
	judge(&transfer, perform(&transfer, &headers));
	curl_easy_cleanup(transfer.curl);
	curl_slist_free_all(headers);
}
