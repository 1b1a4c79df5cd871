/* SPDX-License-Identifier: BSD-2-Clause */
/* What "attestctl token verify" prints. */
#include <stdio.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "attestctl/cmd_token.h"
#include "base/hex.h"
#include "codec/public_key.h"
#include "token/binding.h"

enum {
	SHA256_LEN = 32
};

static enum att_exit
exit_of(const struct att_token_answer *answer)
{
	return answer->err == ATT_OK ? ATT_EXIT_DONE : ATT_EXIT_REFUSED;
}

/* --- What names the host ------------------------------------------------ */

bool
att_binding_print_sha256(const struct att_binding *binding, char *text)
{
	uint8_t sha256[SHA256_LEN];
	unsigned char *der = NULL;
	EVP_PKEY *key = NULL;
	int len = -1;
	bool is_done;

	if (att_public_key_make_rsa(att_binding_get_modulus(binding),
		att_binding_get_exponent(binding), &key) == ATT_OK)
		len = i2d_PUBKEY(key, &der);
	is_done = len > 0 && EVP_Digest(der, (size_t)len, sha256, NULL,
				 EVP_sha256(), NULL) == 1;
	if (is_done)
		att_hex_print(att_bytes(sha256, sizeof(sha256)), text);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	return is_done;
}

/* Of a token that was accepted only: nothing else may name a host. */
static enum att_err
read_binding(const struct att_token_answer *answer, struct att_binding *binding,
    struct att_reason *why)
{
	*binding = (struct att_binding){ .kind = ATT_BINDING_NONE };
	if (answer->err != ATT_OK)
		return answer->err;
	return att_binding_read(answer->token, binding, why);
}

/* --- JSON --------------------------------------------------------------- */

static json_t *
json_of_pcrs(const struct att_binding *binding)
{
	json_t *list = json_array();

	for (unsigned int i = 0; i < 32; i++) {
		if ((binding->pcrs >> i & 1) != 0)
			list = att_json_append(list, json_integer(i));
	}
	return list;
}

static json_t *
json_of_binding(const struct att_token_answer *answer)
{
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)] = "";
	struct att_reason why = { 0 };
	struct att_binding binding;
	enum att_err r;

	if (answer->err != ATT_OK)
		return json_null();
	r = read_binding(answer, &binding, &why);
	if (r != ATT_OK || !att_binding_print_sha256(&binding, sha256))
		return json_pack("{s:s, s:n, s:n, s:n, s:n, s:o}", "kind",
		    att_binding_kind_name(ATT_BINDING_NONE), "where", "sha256",
		    "modulus", "pcrs", "reason",
		    att_json_reason(r == ATT_OK ? ATT_ERR_CRYPTO : r, &why));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:n}", "kind",
	    att_binding_kind_name(binding.kind), "where", binding.where,
	    "sha256", sha256, "modulus",
	    att_json_base64url(att_binding_get_modulus(&binding)), "pcrs",
	    binding.kind == ATT_BINDING_EPHEMERAL_KEY ? json_of_pcrs(&binding)
						      : json_null(),
	    "reason");
}

static json_t *
json_of_key(const struct att_token_verdict *verdict)
{
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)];

	if (!verdict->is_signed)
		return json_null();
	att_hex_print(att_bytes(verdict->key_sha256, SHA256_LEN), sha256);
	return json_pack("{s:o, s:s, s:o}", "kid", att_json_text(verdict->kid),
	    "sha256", sha256, "authority",
	    verdict->anchor[0] == '\0' ? json_null()
				       : att_json_text(verdict->anchor));
}

static json_t *
copy_of(const struct json_t *value)
{
	return value == NULL ? json_null() : json_deep_copy(value);
}

enum att_exit
att_token_answer_print_json(const struct att_token_answer *answer)
{
	const struct att_token_verdict *verdict = answer->verdict;
	bool is_good = answer->err == ATT_OK;
	const struct json_t *header = NULL, *claims = NULL;

	if (answer->token != NULL) {
		header = att_token_get_header(answer->token);
		claims = att_token_get_claims(answer->token);
	}
	return att_out_json(
	    json_pack("{s:s, s:o, s:s?, s:o, s:o, s:o, s:o, s:o}", "verdict",
		is_good ? "accepted" : "refused", "reason",
		att_json_reason(answer->err, answer->why), "type",
		is_good && verdict->type < ATT_TOKEN_TYPE_COUNT
		    ? att_token_type_name(verdict->type)
		    : NULL,
		"key", json_of_key(verdict), "binding", json_of_binding(answer),
		"header", copy_of(header), "claims",
		copy_of(is_good ? claims : NULL), "unverified_claims",
		copy_of(is_good ? NULL : claims)),
	    exit_of(answer));
}

/* --- Text --------------------------------------------------------------- */

static void
print_key(const struct att_token_verdict *verdict)
{
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)];

	att_hex_print(att_bytes(verdict->key_sha256, SHA256_LEN), sha256);
	att_out_fact("key:", verdict->kid);
	printf("%-9s sha256 %s\n", "", sha256);
	if (verdict->anchor[0] != '\0')
		att_out_fact("below:", verdict->anchor);
}

static void
print_binding(const struct att_token_answer *answer)
{
	char sha256[ATT_HEX_TEXT_SIZE(SHA256_LEN)] = "";
	struct att_reason why = { 0 };
	struct att_binding binding;
	enum att_err r;

	r = read_binding(answer, &binding, &why);
	if (att_refuse_plain(&why, r) != ATT_OK) {
		printf("%-9s none: %s\n", "binding:", why.text);
		return;
	}
	printf("%-9s %s at %s\n",
	    "binding:", att_binding_kind_name(binding.kind), binding.where);
	if (att_binding_print_sha256(&binding, sha256))
		printf("%-9s sha256 %s\n", "", sha256);
}

static enum att_err
print_claims(const struct att_token *token, struct att_reason *why)
{
	static const char *const headings[] = { "CLAIM", "VALUE" };
	struct att_table table = { .headings = headings, .columns = 2 };
	enum att_err r;

	putchar('\n');
	r = att_token_rows_add(&table, NULL, att_token_get_claims(token));
	if (r == ATT_OK)
		r = att_table_print(&table);
	*why = table.why;
	att_table_reset(&table);
	return r;
}

static enum att_exit
print_accepted(const struct att_token_answer *answer)
{
	const struct att_token_verdict *verdict = answer->verdict;
	struct att_reason why = { 0 };
	enum att_err r;

	att_out_fact("type:", verdict->type < ATT_TOKEN_TYPE_COUNT
				  ? att_token_type_name(verdict->type)
				  : "no attestation");
	att_out_fact("issuer:", verdict->issuer);
	att_out_fact_time("issued:", verdict->iat);
	att_out_fact_time("expires:", verdict->exp);
	print_key(verdict);
	print_binding(answer);
	if ((r = print_claims(answer->token, &why)) == ATT_OK)
		return ATT_EXIT_DONE;
	att_out_reason("token verify", r, &why);
	return ATT_EXIT_UNKNOWN;
}

enum att_exit
att_token_answer_print_text(const struct att_token_answer *answer)
{
	if (answer->err == ATT_OK) {
		att_out_fact("verdict:", "accepted");
		return print_accepted(answer);
	}
	att_out_fact("verdict:", "refused");
	printf("%-9s %s: %s\n", "reason:", att_err_code(answer->err),
	    answer->why->text);
	if (answer->verdict->is_signed)
		print_key(answer->verdict);
	return ATT_EXIT_REFUSED;
}
