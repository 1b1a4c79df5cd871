/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl verify: judges one attestation object as a login would. Its
 * options, output and exit status are a contract with scripts:
 * attestctl-verify(8).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_verify.h"
#include "attestctl/command.h"
#include "attestctl/out.h"
#include "attestctl/terms.h"
#include "attestation/verify.h"
#include "base/file.h"
#include "base/hex.h"
#include "codec/attobj.h"
#include "conf/options.h"
#include "store/record.h"
#include "trust/trust.h"

enum {
	CLIENT_DATA_MAX = 1 << 20,
	HASH_LEN = 32
};

/* The command line. */
struct request {
	bool json;
	const char *rp_id;
	const char *rp_id_hash;
	const char *client_data;
	const char *client_data_hash;
	struct att_terms terms;
	const char *file;
};

/* Everything a judgement needs, owned. */
struct verification {
	struct request request;
	struct att_evidence evidence;
	uint8_t *object;
	struct att_verdict verdict;
};

enum option_code {
	OPT_JSON = 256,
	OPT_RP_ID,
	OPT_RP_ID_HASH,
	OPT_CLIENT_DATA,
	OPT_CLIENT_DATA_HASH,
};

static const struct option options[] = {
	{ "json", no_argument, NULL, OPT_JSON },
	{ "rp-id", required_argument, NULL, OPT_RP_ID },
	{ "rp-id-hash", required_argument, NULL, OPT_RP_ID_HASH },
	{ "client-data", required_argument, NULL, OPT_CLIENT_DATA },
	{ "client-data-hash", required_argument, NULL, OPT_CLIENT_DATA_HASH },
	{ "roots", required_argument, NULL, ATT_TERMS_ROOTS },
	{ "intermediates", required_argument, NULL, ATT_TERMS_INTERMEDIATES },
	{ "at", required_argument, NULL, ATT_TERMS_AT },
	{ "set", required_argument, NULL, ATT_TERMS_SET },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: attestctl verify [--json] (--rp-id ID | --rp-id-hash HEX)\n"
    "           (--client-data FILE | --client-data-hash HEX)\n"
    "           [--roots PATH]... [--intermediates PATH]... [--at TIME]\n"
    "           [--set OPTION=VALUE]... FILE|-\n";

/* --- The command line ---------------------------------------------------- */

static enum att_err
set_once(const char **where, const char *value, const char *name,
    struct att_reason *why)
{
	if (*where != NULL)
		return att_refuse(
		    why, ATT_ERR_USAGE, "%s is given twice", name);
	*where = value;
	return ATT_OK;
}

static enum att_err
take_option(void *arg, int code, const char *value, struct att_reason *why)
{
	struct request *request = arg;

	switch (code) {
	case OPT_JSON:
		request->json = true;
		return ATT_OK;
	case OPT_RP_ID:
		return set_once(&request->rp_id, value, "--rp-id", why);
	case OPT_RP_ID_HASH:
		return set_once(
		    &request->rp_id_hash, value, "--rp-id-hash", why);
	case OPT_CLIENT_DATA:
		return set_once(
		    &request->client_data, value, "--client-data", why);
	case OPT_CLIENT_DATA_HASH:
		return set_once(&request->client_data_hash, value,
		    "--client-data-hash", why);
	default:
		return att_terms_take(&request->terms, code, value, why);
	}
}

static enum att_err
check_request(const struct request *request, struct att_reason *why)
{
	const char *rp_id = request->rp_id;

	if ((rp_id == NULL) == (request->rp_id_hash == NULL))
		return att_refuse(why, ATT_ERR_USAGE,
		    "one of --rp-id and --rp-id-hash is needed");
	if ((request->client_data == NULL) ==
	    (request->client_data_hash == NULL))
		return att_refuse(why, ATT_ERR_USAGE,
		    "one of --client-data and --client-data-hash is needed");
	if (rp_id != NULL &&
	    (rp_id[0] == '\0' || strlen(rp_id) > ATT_RP_ID_MAX))
		return att_refuse(why, ATT_ERR_USAGE,
		    "--rp-id has to have 1 to %d bytes", ATT_RP_ID_MAX);
	if (request->client_data != NULL &&
	    strcmp(request->client_data, "-") == 0 &&
	    strcmp(request->file, "-") == 0)
		return att_refuse(why, ATT_ERR_USAGE,
		    "only one of --client-data and FILE can be standard input");
	return ATT_OK;
}

/* *help: usage was asked for, nothing else was looked at. */
static enum att_err
parse(struct request *request, int argc, char **argv, bool *help,
    struct att_reason *why)
{
	struct att_question question = { .name = "verify",
		.options = options,
		.take = take_option,
		.arg = request };
	enum att_err r;

	if (att_terms_init(&request->terms, argc) != ATT_OK)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	r = att_question_parse(argc, argv, &question, why);
	*help = question.is_help;
	if (r != ATT_OK || *help)
		return r;
	request->file = question.file;
	return check_request(request, why);
}

/* --- Gathering ----------------------------------------------------------- */

static enum att_err
read_hash(const char *text, const char *name, uint8_t hash[HASH_LEN],
    struct att_reason *why)
{
	if (att_hex_read(att_bytes_text(text), hash, HASH_LEN))
		return ATT_OK;
	return att_refuse(
	    why, ATT_ERR_USAGE, "%s has to be 64 hexadecimal digits", name);
}

static enum att_err
hash_bytes(
    struct att_bytes bytes, uint8_t hash[HASH_LEN], struct att_reason *why)
{
	if (EVP_Digest(bytes.ptr, bytes.len, hash, NULL, EVP_sha256(), NULL) !=
	    1)
		return att_refuse_plain(why, ATT_ERR_CRYPTO);
	return ATT_OK;
}

static enum att_err
read_rp_id(struct verification *v, struct att_reason *why)
{
	if (v->request.rp_id_hash != NULL)
		return read_hash(v->request.rp_id_hash, "--rp-id-hash",
		    v->evidence.rp_id_hash, why);
	return hash_bytes(
	    att_bytes_text(v->request.rp_id), v->evidence.rp_id_hash, why);
}

static enum att_err
read_client_data(struct verification *v, struct att_reason *why)
{
	uint8_t *ptr;
	size_t len;
	enum att_err r;

	if (v->request.client_data_hash != NULL)
		return read_hash(v->request.client_data_hash,
		    "--client-data-hash", v->evidence.client_data_hash, why);
	r = att_file_read_any(
	    v->request.client_data, CLIENT_DATA_MAX, &ptr, &len, why);
	if (r != ATT_OK)
		return r;
	r = hash_bytes(att_bytes(ptr, len), v->evidence.client_data_hash, why);
	free(ptr);
	return r;
}

static enum att_err
read_object(struct verification *v, struct att_reason *why)
{
	size_t len;
	enum att_err r;

	r = att_file_read_any(
	    v->request.file, ATT_ATTESTATION_OBJECT_MAX, &v->object, &len, why);
	if (r == ATT_ERR_FILE_TOO_LARGE) /* its content is what is wrong */
		return att_refuse(why, ATT_ERR_TOO_LARGE,
		    "the attestation object has more than %d bytes",
		    ATT_ATTESTATION_OBJECT_MAX);
	v->evidence.attestation_object = att_bytes(v->object, len);
	return r;
}

static enum att_err
gather(struct verification *v, struct att_options *opts, struct att_reason *why)
{
	struct att_terms *terms = &v->request.terms;
	enum att_err r;

	if ((r = att_terms_load(terms, opts, why)) != ATT_OK ||
	    (r = read_rp_id(v, why)) != ATT_OK ||
	    (r = read_client_data(v, why)) != ATT_OK)
		return r;
	v->evidence.time = terms->at;
	v->evidence.require_uv =
	    opts->user_verification == ATT_USER_VERIFICATION_REQUIRED;
	return read_object(v, why);
}

/* --- The command --------------------------------------------------------- */

static enum att_exit
fail(const struct att_reason *why)
{
	att_out_error("verify", "%s", why->text);
	return ATT_EXIT_UNKNOWN;
}

static enum att_exit
verify(struct verification *v, struct att_options *opts)
{
	const struct att_terms *terms = &v->request.terms;
	struct att_reason why = { 0 };
	enum att_err r;

	r = gather(v, opts, &why);
	if (r == ATT_OK)
		r = att_attestation_verify(
		    &v->evidence, opts, &terms->trust, &v->verdict, &why);
	if (att_refuse_plain(&why, r) != ATT_OK && !att_err_is_refusal(r))
		return fail(&why);
	if (v->request.json)
		return att_verdict_print_json(&v->verdict, r, &why);
	return att_verdict_print_text(&v->verdict, r, &why);
}

static void
verification_reset(struct verification *v)
{
	att_verdict_reset(&v->verdict);
	att_terms_reset(&v->request.terms);
	free(v->object);
}

enum att_exit
att_cmd_verify(const struct att_invocation *invocation, int argc, char **argv)
{
	struct verification v = { 0 };
	struct att_options *opts;
	struct att_reason why = { 0 };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	bool help = false;

	if (parse(&v.request, argc, argv, &help, &why) != ATT_OK) {
		status = fail(&why);
	} else if (help) {
		fputs(usage, stdout);
		status = ATT_EXIT_DONE;
	} else if (att_invocation_options(invocation, &opts) == ATT_OK) {
		status = verify(&v, opts);
	}
	verification_reset(&v);
	return status;
}
