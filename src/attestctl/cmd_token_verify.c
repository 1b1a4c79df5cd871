/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl token verify: judges a token as a login would, but for what only
 * the TPM and the clock of a host can say. Its options, output and exit status
 * are a contract with scripts: attestctl-token(8).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_token.h"
#include "attestctl/moment.h"
#include "base/file.h"
#include "codec/jws.h"
#include "conf/options.h"
#include "token/jwks.h"
#include "trust/anchors.h"

/* What may be given as often as one likes, or is an option of the gate. */
enum word {
	WORD_ISSUER,
	WORD_TYPE,
	WORD_POLICY_HASH,
	WORD_MAX_AGE,
	WORD_LEEWAY,
	WORD_REQUIRE,
	WORD_PROFILE,
	WORD_SETTING_COUNT,
	WORD_JWKS = WORD_SETTING_COUNT,
	WORD_CA,
	WORD_COUNT
};

static const struct setting {
	const char *flag;
	const char *option;
	enum {
		GIVEN_ONCE,
		GIVEN_AGAIN, /* each adds to the list of the option */
		GIVEN_IN_ONE /* all together are the list */
	} given;
} settings[WORD_SETTING_COUNT] = {
	[WORD_ISSUER] = { "--issuer", "host_issuer", GIVEN_AGAIN },
	[WORD_TYPE] = { "--type", "host_type", GIVEN_IN_ONE },
	[WORD_POLICY_HASH] = { "--policy-hash", "host_policy_hash",
	    GIVEN_IN_ONE },
	[WORD_MAX_AGE] = { "--max-age", "host_max_age", GIVEN_ONCE },
	[WORD_LEEWAY] = { "--leeway", "host_leeway", GIVEN_ONCE },
	[WORD_REQUIRE] = { "--require", "host_require", GIVEN_AGAIN },
	[WORD_PROFILE] = { "--profile", "host_profile", GIVEN_ONCE },
};

struct words {
	const char **list;
	size_t count;
};

/* The command line. */
struct request {
	bool is_json;
	struct words words[WORD_COUNT];
	time_t at;
	const char *file;
};

/* Everything a judgement needs, owned. */
struct judging {
	struct request request;
	struct att_options *opts;
	struct att_token_trust trust;
	uint8_t *file;
	struct att_token *token;
};

enum option_code {
	OPT_WORD = 256, /* and on: enum word */
	OPT_AT = OPT_WORD + WORD_COUNT,
	OPT_JSON,
};

static const struct option options[] = {
	{ "issuer", required_argument, NULL, OPT_WORD + WORD_ISSUER },
	{ "jwks", required_argument, NULL, OPT_WORD + WORD_JWKS },
	{ "ca", required_argument, NULL, OPT_WORD + WORD_CA },
	{ "type", required_argument, NULL, OPT_WORD + WORD_TYPE },
	{ "policy-hash", required_argument, NULL, OPT_WORD + WORD_POLICY_HASH },
	{ "max-age", required_argument, NULL, OPT_WORD + WORD_MAX_AGE },
	{ "leeway", required_argument, NULL, OPT_WORD + WORD_LEEWAY },
	{ "require", required_argument, NULL, OPT_WORD + WORD_REQUIRE },
	{ "profile", required_argument, NULL, OPT_WORD + WORD_PROFILE },
	{ "at", required_argument, NULL, OPT_AT },
	{ "json", no_argument, NULL, OPT_JSON },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static const char usage[] =
    "usage: attestctl [--config FILE] token verify [--json] --issuer URL...\n"
    "           (--jwks FILE | --ca FILE)... [--type TYPE]... [--at TIME]\n"
    "           [--policy-hash HASH]... [--max-age TIME] [--leeway TIME]\n"
    "           [--profile NAME] [--require 'POINTER OP VALUE']... FILE|-\n"
    "\n"
    "Judges a token of Microsoft Azure Attestation. The command line alone\n"
    "says how: what it leaves out has the built-in default or, where --config\n"
    "names a file, the value of that file.\n";

/* --- The command line --------------------------------------------------- */

static enum att_err
add_word(struct request *request, enum word word, const char *value,
    struct att_reason *why)
{
	struct words *words = &request->words[word];

	if (word < WORD_SETTING_COUNT && settings[word].given == GIVEN_ONCE &&
	    words->count > 0)
		return att_refuse(why, ATT_ERR_USAGE, "%s is given twice",
		    settings[word].flag);
	words->list[words->count++] = value;
	return ATT_OK;
}

static enum att_err
take_option(void *arg, int code, const char *value, struct att_reason *why)
{
	struct request *request = arg;

	if (code == OPT_JSON) {
		request->is_json = true;
		return ATT_OK;
	}
	if (code == OPT_AT)
		return att_moment_take(value, &request->at, why);
	return add_word(request, (enum word)(code - OPT_WORD), value, why);
}

/* *is_help: usage was asked for, nothing else was looked at. */
static enum att_err
parse(struct request *request, int argc, char **argv, bool *is_help,
    struct att_reason *why)
{
	struct att_question question = { .name = "token verify",
		.options = options,
		.take = take_option,
		.arg = request };
	enum att_err r;

	for (size_t i = 0; i < WORD_COUNT; i++) {
		struct words *words = &request->words[i];

		words->list = calloc((size_t)argc, sizeof(*words->list));
		if (words->list == NULL)
			return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	}
	request->at = time(NULL);
	r = att_question_parse(argc, argv, &question, why);
	*is_help = question.is_help;
	request->file = question.file;
	return r;
}

/* --- The options of the gate -------------------------------------------- */

/* "--type any", which no configuration can say. */
static enum att_err
take_any_type(struct judging *judging, struct att_reason *why)
{
	struct words *types = &judging->request.words[WORD_TYPE];
	bool has_any = false;

	for (size_t i = 0; i < types->count; i++)
		has_any = has_any || strcmp(types->list[i], "any") == 0;
	if (has_any && types->count > 1)
		return att_refuse(why, ATT_ERR_USAGE,
		    "--type any leaves nothing for another --type");
	if (has_any)
		types->count = 0;
	judging->trust.is_any_type = has_any;
	return ATT_OK;
}

static enum att_err
set_joined(struct att_options *opts, const struct setting *setting,
    const struct words *words, struct att_reason *why)
{
	struct att_buf list;
	enum att_err r = ATT_OK;

	att_buf_init(&list, ATT_JWS_TOKEN_MAX);
	for (size_t i = 0; i < words->count && r == ATT_OK; i++)
		r = att_buf_printf(
		    &list, "%s%s", i == 0 ? "" : " ", words->list[i]);
	if (r == ATT_OK)
		r = att_buf_put_u8(&list, '\0');
	if (r != ATT_OK)
		r = att_refuse_plain(why, r);
	else
		r = att_options_set(opts, setting->option,
		    (const char *)list.ptr, setting->flag, why);
	att_buf_reset(&list);
	return r;
}

static enum att_err
apply(struct att_options *opts, const struct setting *setting,
    const struct words *words, struct att_reason *why)
{
	enum att_err r = ATT_OK;

	if (setting->given == GIVEN_IN_ONE && words->count > 0)
		return set_joined(opts, setting, words, why);
	for (size_t i = 0; i < words->count && r == ATT_OK; i++)
		r = att_options_set(
		    opts, setting->option, words->list[i], setting->flag, why);
	return r;
}

static enum att_err
apply_settings(struct judging *judging, struct att_reason *why)
{
	enum att_err r;

	if ((r = take_any_type(judging, why)) != ATT_OK)
		return r;
	for (size_t i = 0; i < WORD_SETTING_COUNT && r == ATT_OK; i++)
		r = apply(judging->opts, &settings[i],
		    &judging->request.words[i], why);
	if (r == ATT_OK && judging->opts->host_issuer.count == 0)
		r = att_refuse(why, ATT_ERR_USAGE,
		    "--issuer is needed: the same keys sign for every provider "
		    "of the service, so a good signature does not say whose "
		    "policy was applied");
	return r;
}

/* --- Keys and authorities ----------------------------------------------- */

static enum att_err
load_keys(struct judging *judging, const char *path, struct att_reason *why)
{
	uint8_t *ptr;
	size_t len;
	enum att_err r;

	if (strcmp(path, "-") == 0)
		return att_refuse(why, ATT_ERR_USAGE,
		    "--jwks has to be a file: keys to trust do not come "
		    "through a pipe");
	r = att_file_read_any(path, ATT_JWKS_MAX, &ptr, &len, why);
	if (r != ATT_OK)
		return r;
	r = att_jwks_add(judging->trust.jwks, att_bytes(ptr, len), path, why);
	free(ptr);
	return r;
}

static enum att_err
load_trust(struct judging *judging, struct att_reason *why)
{
	const struct words *jwks = &judging->request.words[WORD_JWKS];
	const struct words *ca = &judging->request.words[WORD_CA];
	struct att_token_trust *trust = &judging->trust;
	enum att_err r;

	if ((r = att_jwks_new(&trust->jwks)) != ATT_OK ||
	    (r = att_anchors_new(&trust->authorities)) != ATT_OK)
		return att_refuse_plain(why, r);
	for (size_t i = 0; i < jwks->count && r == ATT_OK; i++)
		r = load_keys(judging, jwks->list[i], why);
	for (size_t i = 0; i < ca->count && r == ATT_OK; i++)
		r = att_anchors_load(trust->authorities, ATT_ROLE_ANCHOR,
		    ca->list[i], false, why);
	return r;
}

/* A token that is judged may be of another host: its start is no matter. */
static enum att_err
open_trust(struct judging *judging, bool has_config, struct att_reason *why)
{
	const struct request *request = &judging->request;
	bool is_any_type = judging->trust.is_any_type;
	enum att_err r;

	if (request->words[WORD_JWKS].count > 0 ||
	    request->words[WORD_CA].count > 0)
		r = load_trust(judging, why);
	else if (has_config)
		r = att_token_trust_open(judging->opts, &judging->trust, why);
	else
		r = att_refuse(why, ATT_ERR_USAGE,
		    "--jwks or --ca is needed: a file with the keys of the "
		    "service, or with the authority above its TPM reports");
	judging->trust.now = request->at;
	judging->trust.boot = 0;
	judging->trust.is_any_type = is_any_type;
	return r;
}

/* --- The command -------------------------------------------------------- */

enum att_err
att_token_file_read(const char *path, uint8_t **ptrp, struct att_bytes *text,
    struct att_reason *why)
{
	size_t len;
	enum att_err r;

	*text = (struct att_bytes){ 0 };
	r = att_file_read_any(path, ATT_JWS_TOKEN_MAX + 1, ptrp, &len, why);
	if (r == ATT_ERR_FILE_TOO_LARGE) /* its content is what is wrong */
		return att_refuse(why, ATT_ERR_JWS_MALFORMED,
		    "the token has more than %d bytes", ATT_JWS_TOKEN_MAX);
	if (r == ATT_OK)
		*text = att_token_trim(att_bytes(*ptrp, len));
	return r;
}

static enum att_err
gather(struct judging *judging, const struct att_invocation *invocation,
    struct att_reason *why)
{
	bool has_config = invocation->config != NULL;
	enum att_err r;

	r = att_options_new(&judging->opts);
	if (r == ATT_OK && has_config)
		r = att_options_read_file(
		    judging->opts, invocation->config, why);
	if (r != ATT_OK)
		return att_refuse_plain(why, r);
	if ((r = apply_settings(judging, why)) != ATT_OK)
		return r;
	return open_trust(judging, has_config, why);
}

static enum att_exit
fail(enum att_err err, const struct att_reason *why)
{
	att_out_reason("token verify", err, why);
	return ATT_EXIT_UNKNOWN;
}

static enum att_exit
judge(struct judging *judging)
{
	struct att_token_verdict verdict = { 0 };
	struct att_reason why = { 0 };
	struct att_token_answer answer = { .verdict = &verdict, .why = &why };
	struct att_bytes text;
	enum att_err r;

	r = att_token_file_read(
	    judging->request.file, &judging->file, &text, &why);
	if (r == ATT_OK)
		r = att_token_parse(text, &judging->token, &why);
	if (r == ATT_OK)
		r = att_token_verify(judging->token, judging->opts,
		    &judging->trust, &verdict, &why);
	if (att_refuse_plain(&why, r) != ATT_OK && !att_err_is_refusal(r))
		return fail(r, &why);
	answer.token = judging->token;
	answer.err = r;
	return judging->request.is_json ? att_token_answer_print_json(&answer)
					: att_token_answer_print_text(&answer);
}

static void
judging_reset(struct judging *judging)
{
	att_token_free(&judging->token);
	att_token_trust_close(&judging->trust);
	att_options_free(&judging->opts);
	free(judging->file);
	for (size_t i = 0; i < WORD_COUNT; i++)
		free(judging->request.words[i].list);
}

enum att_exit
att_cmd_token_verify(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct judging judging = { 0 };
	struct att_reason why = { 0 };
	enum att_exit status;
	bool is_help = false;
	enum att_err r;

	r = parse(&judging.request, argc, argv, &is_help, &why);
	if (r == ATT_OK && !is_help)
		r = gather(&judging, invocation, &why);
	if (r != ATT_OK) {
		status = fail(r, &why);
	} else if (is_help) {
		fputs(usage, stdout);
		status = ATT_EXIT_DONE;
	} else {
		status = judge(&judging);
	}
	judging_reset(&judging);
	return status;
}
