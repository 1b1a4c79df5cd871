/* SPDX-License-Identifier: BSD-2-Clause */
/* The ready lists of required claims: conf/host_profile.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "codec/base64url.h"
#include "codec/json_pointer.h"
#include "codec/requirement.h"
#include "conf/host_profile.h"
#include "conf/value.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define AZUREVM ATT_HOST_PROFILE_AZUREVM_TRUSTED_LAUNCH
#define TPM ATT_HOST_PROFILE_TPM_SECURE_BOOT

/* --- Claims -------------------------------------------------------------- */

/* A virtual machine with Trusted Launch, as the service describes one. */
static const char azurevm[] =
    "{\"exp\": 1662613487, \"iat\": 1662584687,"
    "\"iss\": \"https://sharedwus.wus.attest.azure.net\","
    "\"secureboot\": true, \"x-ms-attestation-type\": \"azurevm\","
    "\"x-ms-azurevm-attested-pcrs\": [0, 1, 2, 3, 4, 5, 6, 7],"
    "\"x-ms-azurevm-bootdebug-enabled\": false,"
    "\"x-ms-azurevm-dbvalidated\": true,"
    "\"x-ms-azurevm-dbxvalidated\": true,"
    "\"x-ms-azurevm-debuggersdisabled\": true,"
    "\"x-ms-azurevm-elam-enabled\": false,"
    "\"x-ms-azurevm-kerneldebug-enabled\": false,"
    "\"x-ms-azurevm-signingdisabled\": true,"
    "\"x-ms-azurevm-testsigning-enabled\": false,"
    "\"x-ms-azurevm-ostype\": \"Linux\"}";

/* What the claims of a confidential one have besides. */
static const char amd[] = "{\"x-ms-attestation-type\": \"sevsnpvm\","
			  "\"x-ms-compliance-status\": \"azure-compliant-cvm\","
			  "\"x-ms-sevsnpvm-is-debuggable\": false,"
			  "\"x-ms-sevsnpvm-vmpl\": 0}";
static const char intel[] = "{\"x-ms-attestation-type\": \"tdxvm\","
			    "\"x-ms-compliance-status\": "
			    "\"azure-compliant-cvm\","
			    "\"tdx_td_attributes_debug\": false,"
			    "\"tdx_seamsvn\": 2}";

static const char tpm[] =
    "{\"iss\": \"https://a.eus.attest.azure.net\", \"iat\": 1738083036,"
    "\"cnf\": {\"jwk\": {\"kty\": \"RSA\"}}, \"nonce\": \"AA\","
    "\"x-ms-policy\": {\"secureBootEnabled\": true, \"tpmVersion\": 2,"
    "\"aikValidated\": true, \"notSafeMode\": true},"
    "\"x-ms-tpm-request-key\": {\"jwk\": {\"kty\": \"RSA\"}, \"info\":"
    "{\"tpm_certify\": {\"name_alg\": 11, \"obj_attr\": 262258}}}}";

/* Claims that a profile looks at. */
struct looked_at {
	const char *pointer;
	bool may_be_missing;
};

static const struct looked_at azurevm_claims[] = {
	{ "/x-ms-attestation-type", false },
	{ "/secureboot", false },
	{ "/x-ms-azurevm-bootdebug-enabled", false },
	{ "/x-ms-azurevm-dbvalidated", false },
	{ "/x-ms-azurevm-dbxvalidated", false },
	{ "/x-ms-azurevm-debuggersdisabled", false },
	{ "/x-ms-azurevm-kerneldebug-enabled", false },
	{ "/x-ms-azurevm-testsigning-enabled", false },
	{ "/x-ms-isolation-tee/x-ms-attestation-type", false },
	{ "/x-ms-isolation-tee/x-ms-compliance-status", false },
	{ "/x-ms-isolation-tee/x-ms-sevsnpvm-is-debuggable", false },
	{ "/x-ms-isolation-tee/tdx_td_attributes_debug", false },
	{ NULL, false },
};
static const struct looked_at tpm_claims[] = {
	{ "/x-ms-policy/secureBootEnabled", false },
	{ "/x-ms-policy/aikValidated", true },
	{ "/x-ms-tpm-request-key/info/tpm_certify/obj_attr", false },
	{ NULL, false },
};

static json_t *
json_of(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	return json;
}

/* Claims of a virtual machine with or without (NULL) a part for a TEE. */
static json_t *
machine_of(const char *tee)
{
	json_t *claims = json_of(azurevm);

	if (tee != NULL)
		assert_int_equal(json_object_set_new(claims,
				     "x-ms-isolation-tee", json_of(tee)),
		    0);
	return claims;
}

static enum att_err
judge(enum att_choice_host_profile profile, const json_t *claims,
    struct att_reason *why)
{
	struct att_requirements requirements;
	enum att_err r;

	assert_int_equal(att_host_profile_parse(
			     att_host_profile_get(profile), &requirements, why),
	    ATT_OK);
	assert_true(requirements.count > 0);
	r = ATT_OK;
	for (size_t i = 0; i < requirements.count && r == ATT_OK; i++)
		r = att_requirement_check(requirements.list[i], claims, why);
	att_value_free_requirements(&requirements);
	return r;
}

/* --- One claim changed --------------------------------------------------- */

struct change {
	enum att_choice_host_profile profile;
	const struct looked_at *looked_at;
	json_t *claims;
	unsigned int refused; /* how often */
	unsigned int passed;
};

static const struct looked_at *
find_looked_at(const struct change *change, const char *pointer)
{
	const struct looked_at *at = change->looked_at;

	while (at->pointer != NULL && strcmp(at->pointer, pointer) != 0)
		at++;
	return at->pointer == NULL ? NULL : at;
}

/* Judges the claims as they are now, with the one at pointer changed. */
static void
judge_change(struct change *change, const char *pointer, bool is_missing)
{
	const struct looked_at *at = find_looked_at(change, pointer);
	bool is_refused = at != NULL && !(is_missing && at->may_be_missing);
	struct att_reason why = { 0 };
	enum att_err r = judge(change->profile, change->claims, &why);

	if (r != (is_refused ? ATT_ERR_TOKEN_CLAIM : ATT_OK))
		fail_msg("%s: %s", pointer, why.text);
	if (is_refused && (strncmp(why.text, pointer, strlen(pointer)) != 0 ||
			      why.text[strlen(pointer)] != ' '))
		fail_msg("%s: %s", pointer, why.text);
	if (is_refused)
		change->refused++;
	else
		change->passed++;
}

/* Another value of the same type. */
static json_t *
other_value(const json_t *value)
{
	char text[600];

	if (json_is_array(value))
		return json_pack("[O]", value);

	if (json_is_boolean(value))
		return json_boolean(json_is_false(value));
	if (json_is_integer(value))
		return json_integer(json_integer_value(value) ^ 0x2);
	snprintf(text, sizeof(text), "%.500sx", json_string_value(value));
	return json_string(text);
}

/* Changes one claim in every way there is, and puts it back. */
static void
change_claim(struct change *change, json_t *parent, const char *name,
    const char *pointer)
{
	json_t *value = json_incref(json_object_get(parent, name));
	json_t *others[] = { json_null(), json_array(), json_object(),
		json_integer(1), json_real(1.0), json_string("true"),
		other_value(value) };

	for (size_t i = 0; i < COUNT(others); i++) {
		/* Any integer with the bits is as good. */
		if (json_equal(others[i], value))
			json_decref(others[i]);
		else {
			json_object_set_new(parent, name, others[i]);
			judge_change(change, pointer, false);
		}
	}
	json_object_del(parent, name);
	judge_change(change, pointer, true);
	json_object_set_new(parent, name, value);
}

/* Changes one claim after the other, of objects in objects too. */
static void
change_claims(struct change *change, json_t *parent, const char *prefix)
{
	json_t *names = json_array(), *value;
	const char *name;
	size_t i;

	/* Changing an object ends a walk through it. */
	json_object_foreach(parent, name, value)
	    json_array_append_new(names, json_string(name));
	json_array_foreach(names, i, value)
	{
		char pointer[300];

		name = json_string_value(value);
		snprintf(
		    pointer, sizeof(pointer), "%.200s/%.90s", prefix, name);
		if (json_is_object(json_object_get(parent, name)))
			change_claims(
			    change, json_object_get(parent, name), pointer);
		else
			change_claim(change, parent, name, pointer);
	}
	json_decref(names);
}

static void
change_each_claim(struct change *change, unsigned int looked_at)
{
	struct att_reason why = { 0 };

	if (judge(change->profile, change->claims, &why) != ATT_OK)
		fail_msg("%s", why.text);
	change_claims(change, change->claims, "");
	assert_int_equal(judge(change->profile, change->claims, NULL), ATT_OK);
	/* Nearly each way to change a claim that is looked at. */
	assert_true(change->refused >= 6 * looked_at);
	assert_true(change->passed > change->refused / 2);
	json_decref(change->claims);
}

static void
every_claim_of_a_machine_counts(void **state)
{
	struct change plain = { AZUREVM, azurevm_claims, machine_of(NULL), 0,
		0 };
	struct change with_amd = { AZUREVM, azurevm_claims, machine_of(amd), 0,
		0 };
	struct change with_intel = { AZUREVM, azurevm_claims, machine_of(intel),
		0, 0 };

	(void)state;
	change_each_claim(&plain, 8);
	change_each_claim(&with_amd, 11);
	change_each_claim(&with_intel, 11);
}

static void
every_claim_of_a_tpm_counts(void **state)
{
	struct change with_tpm = { TPM, tpm_claims, json_of(tpm), 0, 0 };

	(void)state;
	change_each_claim(&with_tpm, 3);
}

/* --- More than one claim changed ----------------------------------------- */

static void
a_tee_is_judged_whole(void **state)
{
	static const char *const bad[] = { "null", "{}", "[]", "true",
		"\"sevsnpvm\"", "{\"x-ms-attestation-type\": \"sevsnpvm\"}",
		/* Of another kind, with what one that is known would say. */
		"{\"x-ms-attestation-type\": \"newvm\","
		"\"x-ms-compliance-status\": \"azure-compliant-cvm\","
		"\"x-ms-sevsnpvm-is-debuggable\": false}",
		/* What one kind says does not stand for the other. */
		"{\"x-ms-attestation-type\": \"tdxvm\","
		"\"x-ms-compliance-status\": \"azure-compliant-cvm\","
		"\"x-ms-sevsnpvm-is-debuggable\": false}",
		"{\"x-ms-attestation-type\": \"sevsnpvm\","
		"\"x-ms-compliance-status\": \"azure-compliant-cvm\","
		"\"tdx_td_attributes_debug\": false}" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		json_t *claims = machine_of(bad[i]);

		assert_int_equal(
		    judge(AZUREVM, claims, NULL), ATT_ERR_TOKEN_CLAIM);
		json_decref(claims);
	}
}

/* obj_attr of a TPMT_PUBLIC: fixedTPM 2, fixedParent 16, made there 32. */
static void
asks_for_a_key_that_stays(void **state)
{
	static const struct {
		json_int_t attributes;
		bool is_met;
	} cases[] = {
		{ 0x32, true },
		{ 0x40072, true },
		{ 0x60472, true },
		{ 0x30, false },
		{ 0x22, false },
		{ 0x12, false },
		{ 0x40070, false },
		{ 0x40062, false },
		{ 0x40052, false },
		{ 0, false },
		{ -1, false },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		json_t *claims = json_of(tpm);
		json_t *key = json_object_get(claims, "x-ms-tpm-request-key");

		json_object_set_new(
		    json_object_get(
			json_object_get(key, "info"), "tpm_certify"),
		    "obj_attr", json_integer(cases[i].attributes));
		assert_int_equal(judge(TPM, claims, NULL),
		    cases[i].is_met ? ATT_OK : ATT_ERR_TOKEN_CLAIM);
		json_decref(claims);
	}
}

static void
refuses_the_key_of_software(void **state)
{
	json_t *claims = json_of(tpm);
	struct att_reason why = { 0 };

	(void)state;
	json_object_set_new(json_object_get(claims, "x-ms-tpm-request-key"),
	    "info", json_of("{\"tpm_quote\": {\"hash_alg\": \"sha-256\"}}"));
	assert_int_equal(judge(TPM, claims, &why), ATT_ERR_TOKEN_CLAIM);
	assert_string_equal(why.text,
	    "/x-ms-tpm-request-key/info/tpm_certify/obj_attr is missing (there "
	    "is no /x-ms-tpm-request-key/info/tpm_certify), wanted mask 0x32");
	json_decref(claims);
}

static void
no_profile_takes_the_claims_of_another(void **state)
{
	json_t *machine = machine_of(amd), *report = json_of(tpm);

	(void)state;
	assert_int_equal(judge(TPM, machine, NULL), ATT_ERR_TOKEN_CLAIM);
	assert_int_equal(judge(AZUREVM, report, NULL), ATT_ERR_TOKEN_CLAIM);
	json_decref(machine);
	json_decref(report);
}

/* --- Real tokens --------------------------------------------------------- */

/* The claims of a token of others, not verified; NULL: not here. */
static json_t *
claims_of(const char *name)
{
	static char text[1 << 20];
	const char *vectors = getenv("VECTORS"), *top = getenv("srcdir");
	char path[4096], *begin, *end;
	uint8_t *json;
	json_t *claims;
	size_t len;
	FILE *file;

	if (vectors != NULL)
		snprintf(path, sizeof(path), "%s/maa/tokens/%s", vectors, name);
	else
		snprintf(path, sizeof(path),
		    "%s/../shared/vectors/maa/tokens/%s",
		    top == NULL ? "." : top, name);
	if ((file = fopen(path, "re")) == NULL)
		return NULL;
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	assert_non_null(begin = strchr(text, '.'));
	assert_non_null(end = strchr(++begin, '.'));
	assert_int_equal(
	    att_base64url_decode(att_bytes(begin, (size_t)(end - begin)),
		sizeof(text), &json, &len),
	    ATT_OK);
	claims = json_loadb((char *)json, len, JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(claims);
	free(json);
	return claims;
}

static void
accepts_real_machines(void **state)
{
	static const char *const names[] = {
		"azurevm-linux-ubuntu18-sharedwus.jwt",
		"azurevm-windows-sharedweu.jwt",
	};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct change change = { AZUREVM, azurevm_claims,
			claims_of(names[i]), 0, 0 };

		if (change.claims == NULL)
			skip();
		assert_int_equal(
		    judge(TPM, change.claims, NULL), ATT_ERR_TOKEN_CLAIM);
		change_each_claim(&change, 11);
	}
}

/* A policy of somebody who wrote other names: those are for host_require. */
static void
refuses_a_real_report_of_other_names(void **state)
{
	json_t *claims = claims_of("tpm-boot-claims.jwt");
	struct att_requirement *requirement;
	struct att_reason why = { 0 };

	(void)state;
	if (claims == NULL)
		skip();
	assert_int_equal(judge(AZUREVM, claims, NULL), ATT_ERR_TOKEN_CLAIM);
	assert_int_equal(judge(TPM, claims, &why), ATT_ERR_TOKEN_CLAIM);
	assert_string_equal(why.text,
	    "/x-ms-policy/secureBootEnabled is missing, wanted == true");
	assert_int_equal(
	    att_requirement_parse(
		"/x-ms-policy/SecureBootEnabled == true", &requirement, NULL),
	    ATT_OK);
	assert_int_equal(
	    att_requirement_check(requirement, claims, NULL), ATT_OK);
	att_requirement_free(&requirement);
	json_decref(claims);
}

/* Whatever else the service signs, with the same keys. */
static void
refuses_other_real_tokens(void **state)
{
	static const char *const names[] = { "certs-list-isolated.jwt",
		"certs-modify-IsPresent.jwt", "oe-isolated-simple.jwt",
		"policy-get-sgx-default.jwt", "policy-get-tpm-empty.jwt",
		"policy-set-tpm-signed-1.jwt", "policy-set-tpm-unsecured-1.jwt",
		"sgx-draftpolicy-algnone.jwt",
		"sgx-shared-runtime-binary.jwt" };

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		json_t *claims = claims_of(names[i]);

		if (claims == NULL)
			skip();
		assert_int_equal(
		    judge(AZUREVM, claims, NULL), ATT_ERR_TOKEN_CLAIM);
		assert_int_equal(judge(TPM, claims, NULL), ATT_ERR_TOKEN_CLAIM);
		json_decref(claims);
	}
}

/* --- The lists themselves ------------------------------------------------- */

static void
there_is_one_for_each_choice(void **state)
{
	struct att_requirements requirements;
	struct att_options *opts;

	(void)state;
	assert_int_equal(att_options_new(&opts), ATT_OK);
	for (int i = 0; i < ATT_HOST_PROFILE_NONE; i++) {
		const struct att_host_profile *profile =
		    att_host_profile_get((enum att_choice_host_profile)i);

		assert_int_equal(att_options_set(opts, "host_profile",
				     profile->name, "test", NULL),
		    ATT_OK);
		assert_int_equal(opts->host_profile, i);
		assert_int_not_equal(profile->types, 0);
		assert_int_equal(profile->types >> ATT_TOKEN_TYPE_COUNT, 0);
		assert_true(profile->count > 0);
		assert_int_equal(
		    att_host_profile_parse(profile, &requirements, NULL),
		    ATT_OK);
		assert_int_equal(requirements.count, profile->count);
		for (size_t n = 0; n < profile->count; n++)
			assert_string_equal(
			    att_requirement_get_text(requirements.list[n]),
			    profile->claims[n].requirement);
		att_value_free_requirements(&requirements);
	}
	att_options_free(&opts);
	assert_null(att_host_profile_get(ATT_HOST_PROFILE_NONE));
	assert_null(att_host_profile_get((enum att_choice_host_profile) - 1));
	assert_int_equal(
	    att_host_profile_parse(NULL, &requirements, NULL), ATT_OK);
	assert_int_equal(requirements.count, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_is_one_for_each_choice),
		cmocka_unit_test(every_claim_of_a_machine_counts),
		cmocka_unit_test(every_claim_of_a_tpm_counts),
		cmocka_unit_test(a_tee_is_judged_whole),
		cmocka_unit_test(asks_for_a_key_that_stays),
		cmocka_unit_test(refuses_the_key_of_software),
		cmocka_unit_test(no_profile_takes_the_claims_of_another),
		cmocka_unit_test(accepts_real_machines),
		cmocka_unit_test(refuses_a_real_report_of_other_names),
		cmocka_unit_test(refuses_other_real_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
