/* SPDX-License-Identifier: BSD-2-Clause */
/* Exchanges of HTTP as lines of text. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/maa_trace.h"
#include "base/text.h"

enum {
	SHOWN_MAX = 1000, /* bytes of a body */
	PART_MIN = 16,	  /* of a token; shorter words are no parts of one */
};

#define TOKEN_CHARACTERS                                                       \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

/* One line, whatever is in it. */
static void
print_line(FILE *out, const char *mark, const char *name, const char *text)
{
	size_t size = 4 * strlen(text) + 1;
	char *escaped = malloc(size);

	if (escaped == NULL)
		return;
	att_text_escape(escaped, size, text);
	fprintf(out, "%s %s%s%s\n", mark, name, name[0] == '\0' ? "" : ": ",
	    escaped);
	explicit_bzero(escaped, size);
	free(escaped);
}

/* "eyJ...": where a compact JWS has its second dot, NULL for what is none. */
static char *
find_signature(char *text)
{
	size_t header = strspn(text, TOKEN_CHARACTERS), claims;

	if (strncmp(text, "eyJ", 3) != 0 || text[header] != '.')
		return NULL;
	claims = strspn(text + header + 1, TOKEN_CHARACTERS);
	if (claims < PART_MIN || text[header + 1 + claims] != '.')
		return NULL;
	return text + header + 1 + claims + 1;
}

/* Signatures become stars, of all tokens that are there. */
static void
hide_signatures(char *text)
{
	char *signature;

	for (; *text != '\0'; text++) {
		if ((signature = find_signature(text)) == NULL)
			continue;
		for (text = signature;
		     *text != '\0' && strchr(TOKEN_CHARACTERS, *text) != NULL;
		     text++)
			*text = '*';
		if (*text == '\0')
			return;
	}
}

static void
print_body(FILE *out, const char *mark, struct att_bytes body)
{
	size_t len = body.len < SHOWN_MAX ? body.len : SHOWN_MAX;
	char count[60], *text;

	if (body.len == 0)
		return;
	/* All of it first: what is cut off might be what ends a token. */
	if ((text = strndup((const char *)body.ptr, body.len)) == NULL)
		return;
	hide_signatures(text);
	if (strlen(text) > len)
		text[len] = '\0';
	print_line(out, mark, "", text);
	explicit_bzero(text, strlen(text));
	free(text);
	if (len < body.len) {
		snprintf(
		    count, sizeof(count), "... %zu bytes in all", body.len);
		print_line(out, mark, "", count);
	}
}

static bool
is_one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcasecmp(name, *names) == 0)
			return true;
	return false;
}

/* Of a request that is a secret, only what is the same in all of them. */
static bool
is_shown(const struct att_http_request *request, const char *name)
{
	static const char *const secret[] = { "Authorization",
		"X-IDENTITY-HEADER", "secret", "Cookie", NULL };
	static const char *const harmless[] = { "Accept", "Content-Type",
		"Metadata", NULL };

	return request->is_secret ? is_one_of(name, harmless)
				  : !is_one_of(name, secret);
}

/* Whether a text has a header in it that is not shown, or its last word. */
static bool
is_repeated(const struct att_http_request *request, struct att_bytes text)
{
	for (size_t i = 0; i < request->header_count; i++) {
		const char *value = request->headers[i].value;
		const char *word = strrchr(value, ' ');

		if (is_shown(request, request->headers[i].name))
			continue;
		word = word == NULL ? value : word + 1;
		if (*word != '\0' && text.len > 0 &&
		    memmem(text.ptr, text.len, word, strlen(word)) != NULL)
			return true;
	}
	return false;
}

static void
print_hidden(FILE *out, const char *mark, size_t len)
{
	char text[60];

	snprintf(text, sizeof(text), "(%zu bytes that are not shown)", len);
	print_line(out, mark, "", text);
}

static void
print_request(FILE *out, const struct att_http_request *request)
{
	char *line = NULL;

	if (asprintf(&line, "%s %s", request->method, request->url) >= 0)
		print_line(out, ">", "", line);
	free(line);
	for (size_t i = 0; i < request->header_count; i++) {
		const struct att_http_header *header = &request->headers[i];

		print_line(out, ">", header->name,
		    is_shown(request, header->name) ? header->value
						    : "(not shown)");
	}
	if (request->is_secret && request->body.len > 0)
		print_hidden(out, ">", request->body.len);
	else
		print_body(out, ">", request->body);
}

static void
print_answer(FILE *out, const struct att_http_request *request,
    const struct att_http_response *response)
{
	const struct {
		const char *name, *value;
	} headers[] = {
		{ "Content-Type", response->content_type },
		{ "Retry-After", response->retry_after },
		{ "x-ms-request-id", response->request_id },
		{ "x-ms-maa-service-version", response->service_version },
		{ "WWW-Authenticate", response->challenge },
	};
	const struct att_bytes body = att_buf_get(&response->body);
	char status[40];

	snprintf(status, sizeof(status), "%u", response->status);
	print_line(out, "<", "HTTP status", status);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		if (headers[i].value[0] != '\0' && !request->is_secret &&
		    !is_repeated(request, att_bytes_text(headers[i].value)))
			print_line(out, "<", headers[i].name, headers[i].value);
	if (body.len > 0 && (request->is_secret || is_repeated(request, body)))
		print_hidden(out, "<", body.len);
	else
		print_body(out, "<", body);
}

static enum att_err
exchange(void *arg, const struct att_http_request *request,
    struct att_http_response *response, struct att_reason *why)
{
	const struct att_maa_trace *trace = arg;
	const struct att_http *carrier = trace->carrier;
	struct att_reason own = { 0 };
	enum att_err err;

	print_request(trace->out, request);
	err = carrier->exchange(carrier->arg, request, response, &own);
	if (err == ATT_OK)
		print_answer(trace->out, request, response);
	else
		print_line(trace->out, "<", "no answer", own.text);
	if (why != NULL && err != ATT_OK)
		*why = own;
	return err;
}

struct att_http
att_maa_trace_get(
    struct att_maa_trace *trace, const struct att_http *carrier, FILE *out)
{
	*trace = (struct att_maa_trace){ .carrier = carrier, .out = out };
	return (struct att_http){ .exchange = exchange, .arg = trace };
}
