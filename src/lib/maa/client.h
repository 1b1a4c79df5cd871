/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client of Microsoft Azure Attestation: one provider, one operation a call.
 *
 * Requests are carried by an att_http, so nothing here has a network. Each has
 * an api-version (but for the metadata and keys, which have none), a random
 * x-ms-client-request-id, and is sent again as maa/retry.h says. An answer
 * counts when its status is 200, its type JSON, and its shape the documented
 * one; more members than that are no harm. Nothing is believed by its being
 * answered: a token is judged by src/lib/token, keys are what an administrator
 * keeps.
 *
 * All operations fail with ATT_ERR_MAA_REFUSED when the service said no, with
 * its words in *error as well (which may be NULL); ATT_ERR_MAA_ANSWER for an
 * answer that is none, or is too large; ATT_ERR_MAA_UNREACHABLE; those of the
 * credential; ATT_ERR_TOO_LARGE for a request of more than ATT_MAA_BODY_MAX;
 * ATT_ERR_NO_MEMORY, and those of starting a process. What the caller gets is
 * cleared first.
 */
#ifndef ATT_MAA_CLIENT_H
#define ATT_MAA_CLIENT_H

#include "base/http.h"
#include "conf/options.h"
#include "maa/credential.h"
#include "maa/error.h"
#include "maa/request.h"
#include "maa/retry.h"

struct json_t; /* jansson's */

enum {
	ATT_MAA_SIGNERS_MAX = 1 << 20, /* bytes; as ATT_JWKS_MAX */
	ATT_MAA_METADATA_MAX = 1 << 16,
	ATT_MAA_ANSWER_MAX = 2 << 20, /* a token, or what leads to one */
};

/* All lent. */
struct att_maa {
	const char *url;
	const char *api_version;
	const struct att_http *http;
	struct att_credential *credential; /* NULL: none */
	struct att_retry retry;		   /* its clock may be replaced */
};

/*
 * For options that att_options_check_maa() accepts. Nothing to free; opts, http
 * and credential have to last as long.
 */
void att_maa_init(struct att_maa *maa, const struct att_options *opts,
    const struct att_http *http, struct att_credential *credential);

/*
 * GET /.well-known/openid-configuration (OpenID Connect Discovery 1.0 section
 * 3): an object with the texts "issuer" and "jwks_uri". The caller frees
 * *metadata with att_json_free().
 */
enum att_err att_maa_get_metadata(const struct att_maa *maa,
    struct json_t **metadata, struct att_maa_error *error,
    struct att_reason *why) ATT_MUST_USE;

/*
 * GET /certs: the text of a JWK Set, an object with an array "keys"; whether a
 * key is fit is for token/jwks.h to say. *jwks has to be initialised with a
 * limit of ATT_MAA_SIGNERS_MAX.
 */
enum att_err att_maa_get_signers(const struct att_maa *maa,
    struct att_buf *jwks, struct att_maa_error *error,
    struct att_reason *why) ATT_MUST_USE;

/*
 * POST /attest/Tpm: one message of the exchange (maa/tpm_exchange.h) and the
 * answer to it, both text of JSON; with the access token, where there is a
 * credential. *answer has to be initialised with a limit of at least
 * ATT_MAA_ANSWER_MAX.
 */
enum att_err att_maa_attest_tpm(const struct att_maa *maa,
    struct att_bytes message, struct att_buf *answer,
    struct att_maa_error *error, struct att_reason *why) ATT_MUST_USE;

/*
 * POST /attest/AzureGuest: what was measured of a virtual machine, and the
 * envelope of a token, both text of JSON (maa/azure_guest.h). *envelope as
 * *answer above.
 */
enum att_err att_maa_attest_azure_guest(const struct att_maa *maa,
    struct att_bytes info, struct att_buf *envelope,
    struct att_maa_error *error, struct att_reason *why) ATT_MUST_USE;

/*
 * POST /attest/SgxEnclave, /attest/OpenEnclave: a token, as a compact JWS and
 * a NUL. *token as *answer above.
 */
enum att_maa_enclave_kind {
	ATT_MAA_SGX,
	ATT_MAA_OPEN_ENCLAVE
};
struct att_maa_enclave_request {
	enum att_maa_enclave_kind kind;
	struct att_maa_enclave enclave;
};
enum att_err att_maa_attest_enclave(const struct att_maa *maa,
    const struct att_maa_enclave_request *request, struct att_buf *token,
    struct att_maa_error *error, struct att_reason *why) ATT_MUST_USE;

#endif
