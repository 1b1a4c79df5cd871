/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One operation of the client by the real fetcher, for exchanges.py:
 *
 *	client OPERATION FILE [OPTION=VALUE]...
 *
 * prints what came, or the code of what is wrong and why, and ends with 1; a
 * refusal of the service has its parts in a line of JSON after that. FILE is
 * what is sent, or "-"; OPERATION is metadata, signers, tpm, azure-guest, sgx
 * or open-enclave; or "exchange", which is one exchange of HTTP and prints the
 * status, what is kept of the head, and the body. Beside the options of the
 * configuration there are, for enclaves, "runtime", "runtime-json", "init",
 * "init-json" (names of files), "policy" and "nonce"; for exchanges "method",
 * "url", "header" (NAME:VALUE), "platform", "max" and "seconds".
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "attestctl/maa_open.h"
#include "base/file.h"
#include "codec/json.h"

enum {
	FILE_MAX = 64 << 20,
	HEADERS_MAX = 8,
};

/* What the command line says. */
struct question {
	struct att_options *opts;
	struct att_bytes sent;
	struct att_maa_enclave_request enclave;
	struct att_http_request request;
	struct att_http_header headers[HEADERS_MAX];
};

static struct att_maa_error error;

static struct att_bytes
read_all(const char *path)
{
	struct att_reason why = { 0 };
	uint8_t *ptr;
	size_t len;

	if (strcmp(path, "-") == 0)
		return att_bytes(NULL, 0);
	if (att_file_read_any(path, FILE_MAX, &ptr, &len, &why) != ATT_OK) {
		fprintf(stderr, "%s\n", why.text);
		exit(2);
	}
	return att_bytes(ptr, len);
}

static bool
set_held(struct question *question, const char *name, const char *value)
{
	struct att_maa_enclave *enclave = &question->enclave.enclave;
	bool is_runtime = strncmp(name, "runtime", 7) == 0;
	struct att_maa_held *held =
	    is_runtime ? &enclave->runtime : &enclave->init_time;

	if (!is_runtime && strncmp(name, "init", 4) != 0)
		return false;
	held->data = read_all(value);
	held->is_set = true;
	held->is_json = strstr(name, "-json") != NULL;
	return true;
}

static bool
set_header(struct question *question, const char *name, char *value)
{
	struct att_http_request *request = &question->request;
	char *colon = strchr(value, ':');

	if (strcmp(name, "header") != 0 || colon == NULL ||
	    request->header_count == HEADERS_MAX)
		return false;
	*colon = '\0';
	question->headers[request->header_count++] =
	    (struct att_http_header){ value, colon + 1 };
	return true;
}

static bool
set_exchange(struct question *question, const char *name, char *value)
{
	struct att_http_request *request = &question->request;

	if (strcmp(name, "method") == 0)
		request->method = value;
	else if (strcmp(name, "url") == 0)
		request->url = value;
	else if (strcmp(name, "platform") == 0)
		request->is_platform = true;
	else if (strcmp(name, "max") == 0)
		request->max = strtoul(value, NULL, 10);
	else if (strcmp(name, "seconds") == 0)
		request->seconds = (unsigned int)strtoul(value, NULL, 10);
	else
		return set_header(question, name, value);
	return true;
}

static enum att_err
take_word(struct question *question, char *word, struct att_reason *why)
{
	struct att_maa_enclave *enclave = &question->enclave.enclave;
	char *value = strchr(word, '=');

	if (value == NULL)
		return ATT_ERR_USAGE;
	*value++ = '\0';
	if (strcmp(word, "policy") == 0)
		enclave->draft_policy = value;
	else if (strcmp(word, "nonce") == 0)
		enclave->nonce = value;
	else if (!set_held(question, word, value) &&
		 !set_exchange(question, word, value))
		return att_options_set(
		    question->opts, word, value, "argument", why);
	return ATT_OK;
}

/* --- Operations ------------------------------------------------------------
 */

static enum att_err
print_metadata(const struct att_maa *maa, struct att_reason *why)
{
	struct json_t *metadata;
	enum att_err err;

	if ((err = att_maa_get_metadata(maa, &metadata, &error, why)) == ATT_OK)
		json_dumpf(metadata, stdout, JSON_COMPACT);
	att_json_free(&metadata);
	return err;
}

static enum att_err
exchange(const struct att_maa *maa, const struct question *question,
    struct att_reason *why)
{
	struct att_http_response response = { 0 };
	enum att_err err;

	err = maa->http->exchange(
	    maa->http->arg, &question->request, &response, why);
	if (err == ATT_OK) {
		printf("%u|%s|%s|%s|%s|%s|%s|%s|", response.status,
		    response.content_type, response.retry_after,
		    response.request_id, response.service_version,
		    response.challenge, response.etag, response.modified);
		fwrite(response.body.ptr, 1, response.body.len, stdout);
	}
	att_http_response_reset(&response);
	return err;
}

static enum att_err
run(const char *name, const struct att_maa *maa, struct question *question,
    struct att_reason *why)
{
	struct att_buf out;
	enum att_err err;

	if (strcmp(name, "metadata") == 0)
		return print_metadata(maa, why);
	if (strcmp(name, "exchange") == 0)
		return exchange(maa, question, why);
	att_buf_init(&out, ATT_MAA_ANSWER_MAX);
	question->enclave.kind =
	    strcmp(name, "sgx") == 0 ? ATT_MAA_SGX : ATT_MAA_OPEN_ENCLAVE;
	if (strcmp(name, "signers") == 0)
		err = att_maa_get_signers(maa, &out, &error, why);
	else if (strcmp(name, "tpm") == 0)
		err =
		    att_maa_attest_tpm(maa, question->sent, &out, &error, why);
	else if (strcmp(name, "azure-guest") == 0)
		err = att_maa_attest_azure_guest(
		    maa, question->sent, &out, &error, why);
	else
		err = att_maa_attest_enclave(
		    maa, &question->enclave, &out, &error, why);
	fwrite(out.ptr, 1, out.len, stdout);
	att_buf_reset(&out);
	return err;
}

static void
print_error(enum att_err err, const struct att_reason *why)
{
	json_t *parts = json_pack("{s:i, s:s, s:s, s:s}", "status",
	    (int)error.status, "code", error.code, "message", error.message,
	    "request", error.request_id);

	printf("%s: %s\n", att_err_code(err), why->text);
	if (parts == NULL || json_dumpf(parts, stdout, JSON_COMPACT) != 0)
		exit(2);
	json_decref(parts);
}

int
main(int argc, char **argv)
{
	struct att_maa_connection connection = { .ca = NULL };
	struct question question = { 0 };
	struct att_reason why = { 0 };
	enum att_err err = ATT_OK;

	if (argc < 3 || att_options_new(&question.opts) != ATT_OK)
		return 2;
	question.sent = read_all(argv[2]);
	question.enclave.enclave.evidence = question.sent;
	question.request = (struct att_http_request){ .method = "GET",
		.headers = question.headers,
		.body = question.sent,
		.max = 1 << 20 };
	for (int i = 3; i < argc && err == ATT_OK; i++)
		err = take_word(&question, argv[i], &why);
	if (err == ATT_OK)
		err = att_maa_open(&connection, question.opts, false, &why);
	if (err == ATT_OK)
		err = run(argv[1], &connection.maa, &question, &why);
	if (err != ATT_OK)
		print_error(err, &why);
	att_maa_close(&connection);
	att_options_free(&question.opts);
	free((void *)(uintptr_t)question.sent.ptr);
	free((void *)(uintptr_t)question.enclave.enclave.runtime.data.ptr);
	free((void *)(uintptr_t)question.enclave.enclave.init_time.data.ptr);
	return err == ATT_OK ? 0 : 1;
}
