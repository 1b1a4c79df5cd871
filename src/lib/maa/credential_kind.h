/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kinds of credentials share; for credential*.c alone. */
#ifndef ATT_MAA_CREDENTIAL_KIND_H
#define ATT_MAA_CREDENTIAL_KIND_H

#include "base/http.h"
#include "conf/options.h"
#include "maa/access_token.h"
#include "maa/credential.h"

struct att_credential {
	const struct att_options *opts;	 /* lent */
	const struct att_maa_time *time; /* lent */
	/* Lent, while a token is being obtained. */
	const struct att_http *http;
	struct att_access_token token;
	int64_t obtained; /* when token was, in seconds since 1970 */
	bool is_present;  /* IMDS has answered once */
};

/*
 * Obtains a token anew, by all that this takes. The caller resets *token, which
 * is zero at first.
 */
typedef enum att_err att_credential_obtain_fn(struct att_credential *credential,
    struct att_access_token *token, struct att_reason *why);

/* credential_aad.c: from the token endpoint of AAD. */
att_credential_obtain_fn att_credential_obtain_by_secret;
att_credential_obtain_fn att_credential_obtain_by_certificate;
att_credential_obtain_fn att_credential_obtain_by_workload;
/* credential_platform.c: from the machine below. */
att_credential_obtain_fn att_credential_obtain_from_imds;
att_credential_obtain_fn att_credential_obtain_from_app_service;
/* credential_arc.c */
att_credential_obtain_fn att_credential_obtain_from_arc;
/* credential_cli.c */
att_credential_obtain_fn att_credential_obtain_from_cli;

/*
 * Sends a request with retries, is_secret, for an answer of the size that a
 * token may have. The rest of *request is the caller's.
 */
enum att_err att_credential_exchange(struct att_credential *credential,
    struct att_http_request *request, struct att_http_response *response,
    struct att_reason *why) ATT_MUST_USE;

/*
 * The same, for an answer with a token. Whoever answers something else has
 * refused: an identity endpoint is called shown in the reason, NULL is AAD.
 */
enum att_err att_credential_request_token(struct att_credential *credential,
    struct att_http_request *request, const char *shown,
    struct att_access_token *token, struct att_reason *why) ATT_MUST_USE;

/*
 * The URL of an identity endpoint: maa_identity_url, or what base is without
 * it; path is appended unless it has one. Then the query: api-version,
 * resource, and the identity that was named; resource_name is what
 * maa_resource_id is called, NULL where none can be named. NUL-terminated.
 * ATT_ERR_MAA_CREDENTIAL for an identity that cannot be named.
 */
struct att_identity_endpoint {
	const char *shown; /* for messages */
	const char *base;  /* NULL: has to be configured */
	const char *path;
	const char *version;
	const char *resource_name;
};
enum att_err att_identity_put_url(const struct att_identity_endpoint *endpoint,
    const struct att_options *opts, struct att_buf *url,
    struct att_reason *why) ATT_MUST_USE;

/* GET of such a URL, past any proxy. What it gets is lent to it. */
struct att_http_request att_identity_get_request(const char *url,
    const struct att_http_header *headers, size_t header_count);

#endif
