/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeds for the targets of host tokens, by the key of known_key.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "known_key.h"
#include "seeds.h"
#include "service.h"

#define ISSUER "\"iss\":\"https://fuzz.attest.example\""
#define TIMES ",\"iat\":1767225000,\"nbf\":1767225000,\"exp\":1767253800"
#define TYPE(name) ",\"x-ms-attestation-type\":\"" name "\""

static const struct {
	const char *name;
	const char *claims;
} tokens[] = {
	{ "azurevm",
	    "{" ISSUER TIMES TYPE(
		"azurevm") ",\"secureboot\":true,"
			   "\"x-ms-policy-hash\":"
			   "\"wm9mHlvTU82e8UqoOy1Yj1FBRSNkfe99-69IYDq9eWs\","
			   "\"x-ms-azurevm-attested-pcrs\":[0,1,2,3,4,5,6,7],"
			   "\"x-ms-runtime\":{\"keys\":[{\"kty\":\"RSA\",\"e\":"
			   "\"AQAB\"}]}}" },
	{ "sevsnpvm", "{" ISSUER TIMES TYPE("sevsnpvm") "}" },
	{ "sgx", "{" ISSUER TIMES TYPE("sgx") ",\"tee\":\"sgx\"}" },
	{ "no_type", "{" ISSUER TIMES "}" },
	{ "tpm", "{" ISSUER TIMES TYPE("tpm") "}" },
	{ "grace", "{" ISSUER ",\"iat\":1767196800,\"exp\":1767225300" TYPE(
		       "azurevm") "}" },
	{ "expired", "{" ISSUER ",\"iat\":1767196800,\"exp\":1767224000" TYPE(
			 "azurevm") "}" },
	{ "old", "{" ISSUER ",\"iat\":1767190000,\"exp\":9007199254740992" TYPE(
		     "azurevm") "}" },
	{ "before_the_start",
	    "{" ISSUER
	    ",\"iat\":1700000000,\"exp\":1767225300" TYPE("azurevm") "}" },
	{ "future", "{" ISSUER ",\"iat\":1767226000,\"exp\":1767229000" TYPE(
			"azurevm") "}" },
	{ "other_issuer",
	    "{\"iss\":\"https://other.attest.example\"" TIMES TYPE(
		"azurevm") "}" },
	{ "real", "{" ISSUER ",\"iat\":1767225000.0,\"exp\":1e10}" },
	{ "twice", "{" ISSUER "," ISSUER TIMES "}" },
};

static void
write_text(const char *target, const char *name, const char *text)
{
	write_seed(target, name, att_bytes_text(text));
}

static void
write_token(const char *name, const char *header, const char *claims)
{
	struct att_buf text;

	att_buf_init(&text, KNOWN_KEY_LIMIT);
	known_key_sign(att_bytes_text(header), att_bytes_text(claims), &text);
	write_seed("token", name, att_buf_get(&text));
	att_buf_reset(&text);
}

static void
write_reports(void)
{
	struct service service;
	char *x5c, *header, *text;

	service_new(&service);
	x5c = service_x5c(
	    (X509 *const[]){ service.leaf, service.pca, service.root, NULL });
	header = service_text("{\"typ\":\"JWT\",\"alg\":\"RS256\",%s,\"kid\":"
			      "\"%s\"}",
	    x5c, service.report_kid);
	write_token("report", header, "{" ISSUER TIMES "}");
	text =
	    service_text("{\"keys\":[%s,{\"kty\":\"RSA\",\"kid\":\"%s\",%s}]}",
		"{}", service.report_kid, x5c);
	write_text("jwks", "report", text);
	free(text);
	free(header);
	free(x5c);
	service_reset(&service);
}

static void
write_sets(void)
{
	struct service service;
	char *jwk, *other, *text;

	service_new(&service);
	jwk = service_jwk(
	    service.enclave, service.kid, ",\"use\":\"sig\",\"alg\":\"RS256\"");
	other = service_jwk(service.stranger, service.kid, "");
	text = service_text("{\"keys\":[%s,%s,%s]}", jwk, jwk,
	    "{\"kty\":\"EC\",\"kid\":\"1\",\"crv\":\"P-256\"}");
	write_text("jwks", "numbers", text);
	free(text);
	text = service_text("{\"keys\":[%s,%s]}", jwk, other);
	write_text("jwks", "two_of_a_name", text);
	free(text);
	free(jwk);
	free(other);
	write_text("jwks", "known", known_key_get_jwks());
	write_text("jwks", "empty", "{\"keys\":[]}");
	service_reset(&service);
}

void
write_tokens(void)
{
	char *header = service_text(
	    "{\"alg\":\"RS256\",\"jku\":\"https://fuzz.attest.example/certs\","
	    "\"kid\":\"%s\",\"typ\":\"JWT\"}",
	    known_key_get_kid());

	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++) {
		write_token(tokens[i].name, header, tokens[i].claims);
		write_text("token_claims", tokens[i].name, tokens[i].claims);
	}
	write_token("alg_none", "{\"alg\":\"none\"}", "{}");
	write_token("no_kid", "{\"alg\":\"RS256\"}", tokens[0].claims);
	free(header);
	write_reports();
	write_sets();
}
