/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of a host that was judged. */
#include <stdio.h>

#include "attestctl/cmd_host.h"
#include "attestctl/cmd_token.h"
#include "attestctl/out.h"
#include "base/clock.h"
#include "base/hex.h"
#include "conf/value.h"

enum {
	SHA256_LEN = 32
};

static bool
is_bound(const struct att_host_answer *answer)
{
	return answer->verdict->binding.kind != ATT_BINDING_NONE;
}

/* --- JSON --------------------------------------------------------------- */

/* Facts, once it is known who signed. */
static json_t *
token_json(const struct att_host_answer *answer)
{
	const struct att_token_verdict *token = &answer->verdict->token;
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)];

	if (!answer->verdict->is_token_accepted)
		return json_null();
	att_hex_print(att_bytes(token->key_sha256, SHA256_LEN), sha256);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:s}", "type",
	    att_token_type_name(token->type), "issuer",
	    att_json_text(token->issuer), "issued", att_json_time(token->iat),
	    "expires", att_json_time(token->exp), "accepted_until",
	    att_json_time(att_host_accepted_until(answer->opts, token)),
	    "key_sha256", sha256);
}

static json_t *
binding_json(const struct att_host_answer *answer)
{
	const struct att_binding *binding = &answer->verdict->binding;
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)] = "";

	if (!is_bound(answer) || !att_binding_print_sha256(binding, sha256))
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s}", "kind",
	    att_binding_kind_name(binding->kind), "where", binding->where,
	    "sha256", sha256, "shown_by",
	    att_value_name_host_binding(answer->opts->host_binding));
}

static enum att_exit
print_json(const struct att_host_answer *answer, enum att_exit status)
{
	return att_out_json(
	    json_pack("{s:s, s:o, s:o, s:o, s:o, s:{s:s, s:s}}", "verdict",
		status == ATT_EXIT_DONE ? "accepted" : "refused", "reason",
		att_json_reason(answer->err, answer->why), "file",
		att_json_text(answer->opts->host_token), "token",
		token_json(answer), "binding", binding_json(answer), "gate",
		"host", att_value_name_host(answer->opts->host), "phase",
		att_value_name_host_phase(answer->opts->host_phase)),
	    status);
}

/* --- Text --------------------------------------------------------------- */

static void
print_token(const struct att_host_answer *answer)
{
	const struct att_token_verdict *token = &answer->verdict->token;

	att_out_fact("type:", att_token_type_name(token->type));
	att_out_fact("issuer:", token->issuer);
	att_out_fact_time("issued:", token->iat);
	att_out_fact_time("expires:", token->exp);
	att_out_fact_time(
	    "until:", att_host_accepted_until(answer->opts, token));
	if (token->in_grace)
		att_out_fact("", "it has expired, and counts for host_grace");
}

static void
print_binding(const struct att_host_answer *answer)
{
	const struct att_binding *binding = &answer->verdict->binding;
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)] = "";

	if (!is_bound(answer)) {
		att_out_fact("binding:",
		    "none: whoever has the file is this host (host_binding)");
		return;
	}
	printf("%-9s %s at %s\n",
	    "binding:", att_binding_kind_name(binding->kind), binding->where);
	if (att_binding_print_sha256(binding, sha256))
		printf("%-9s sha256 %s\n", "", sha256);
	if (answer->err == ATT_OK)
		printf("%-9s %s by \"%s\"\n", "",
		    answer->opts->host_binding == ATT_HOST_BINDING_PROOF
			? "proven"
			: "shown",
		    answer->opts->host_tcti);
}

static void
print_text(const struct att_host_answer *answer)
{
	const struct att_options *opts = answer->opts;

	att_out_fact(
	    "verdict:", answer->err == ATT_OK ? "accepted" : "refused");
	if (answer->err != ATT_OK)
		printf("%-9s %s: %s\n", "reason:", att_err_code(answer->err),
		    answer->why->text);
	att_out_fact("file:", opts->host_token);
	if (answer->verdict->is_token_accepted) {
		print_token(answer);
		print_binding(answer);
	}
	if (opts->host == ATT_HOST_OFF)
		att_out_fact("gate:", "off: no login asks for it (host)");
	else
		printf("%-9s %s, in %s\n",
		    "gate:", att_value_name_host(opts->host),
		    opts->host_phase == ATT_HOST_PHASE_BOTH
			? "auth and account"
			: att_value_name_host_phase(opts->host_phase));
}

/* ------------------------------------------------------------------------- */

bool
att_host_is_unknown(enum att_err err)
{
	switch (att_err_category(err)) {
	case ATT_CATEGORY_config:
	case ATT_CATEGORY_system:
	case ATT_CATEGORY_bug:
		return true;
	default:
		return false;
	}
}

enum att_exit
att_host_answer_print(const struct att_host_answer *answer, bool is_json)
{
	enum att_exit status =
	    answer->err == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_REFUSED;

	if (is_json)
		return print_json(answer, status);
	print_text(answer);
	return status;
}
