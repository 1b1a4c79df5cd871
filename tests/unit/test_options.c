/* SPDX-License-Identifier: BSD-2-Clause */
/* The options as a table with values and sources: conf/options.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/requirement.h"
#include "conf/layers.h"
#include "conf/options.h"

static struct att_options *
new_options(void)
{
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	return opts;
}

static size_t
index_of(const char *name)
{
	size_t index = att_options_find(name);

	if (att_options_get_info(index) == NULL)
		fail_msg("no option %s", name);
	return index;
}

static const char *
source_of(const struct att_options *opts, const char *name)
{
	return att_options_get_source(opts, index_of(name));
}

static void
starts_with_the_defaults(void **state)
{
	struct att_options *opts = new_options();

	(void)state;
	assert_int_equal(opts->attestation, ATT_ATTESTATION_REQUIRED);
	assert_int_equal(opts->formats,
	    1u << ATT_FORMAT_PACKED | 1u << ATT_FORMAT_TPM |
		1u << ATT_FORMAT_FIDO_U2F | 1u << ATT_FORMAT_ANDROID_KEY |
		1u << ATT_FORMAT_APPLE);
	assert_int_equal(opts->aaguid_allow.count, 0);
	assert_int_equal(opts->attestation_key_allow.count, 0);
	assert_int_equal(opts->attestation_key_deny.count, 0);
	assert_true(opts->u2f_zero_aaguid);
	assert_int_equal(opts->device.count, 0);
	assert_true(opts->require_aaguid_extension);
	assert_false(opts->backup_eligible);
	assert_int_equal(opts->min_rsa_bits, 2048);
	assert_int_equal(opts->cbor_key_order, ATT_KEY_ORDER_STRICT);
	assert_int_equal(opts->ecdsa_encoding, ATT_ECDSA_ENCODING_DER);
	assert_string_equal(opts->roots_dir, ATT_CONFDIR "/roots.d");
	assert_int_equal(opts->counter, ATT_COUNTER_REFUSE);
	assert_int_equal(opts->timeout, 30);
	assert_string_equal(opts->rp_id, "pam_attest");
	assert_int_equal(opts->self_enroll, ATT_SELF_ENROLL_NEVER);
	assert_string_equal(opts->state_dir, ATT_STATEDIR);
	assert_string_equal(source_of(opts, "timeout"), "default");
	att_options_free(&opts);
	assert_null(opts);
	att_options_free(&opts);
}

static void
starts_with_the_defaults_of_the_gate(void **state)
{
	struct att_options *opts = new_options();

	(void)state;
	assert_int_equal(opts->host, ATT_HOST_OFF);
	assert_int_equal(opts->host_phase, ATT_HOST_PHASE_ACCOUNT);
	assert_string_equal(opts->host_token, ATT_STATEDIR "/host.jwt");
	assert_int_equal(opts->host_issuer.count, 0);
	assert_int_equal(
	    opts->host_type, 1u << ATT_TOKEN_TPM | 1u << ATT_TOKEN_AZUREVM);
	assert_int_equal(opts->host_policy_hash.count, 0);
	assert_string_equal(opts->host_jwks, ATT_CONFDIR "/maa-jwks.json");
	assert_string_equal(opts->host_ca, ATT_CONFDIR "/maa-ca.pem");
	assert_int_equal(opts->host_max_age, 8 * 3600);
	assert_int_equal(opts->host_leeway, 60);
	assert_int_equal(opts->host_grace, 0);
	assert_int_equal(opts->host_require.count, 0);
	assert_int_equal(opts->host_profile, ATT_HOST_PROFILE_NONE);
	assert_true(opts->host_same_boot);
	assert_int_equal(opts->host_binding, ATT_HOST_BINDING_PROOF);
	assert_string_equal(opts->host_tcti, "device:/dev/tpmrm0");
	assert_string_equal(opts->host_key, ATT_STATEDIR "/host.key");
	assert_int_equal(opts->host_tpm_timeout, 5);
	att_options_free(&opts);
}

static void
starts_with_the_defaults_of_obtaining(void **state)
{
	struct att_options *opts = new_options();

	(void)state;
	assert_string_equal(opts->maa_url, "");
	assert_int_equal(opts->maa_attestation, ATT_MAA_ATTESTATION_TPM);
	assert_string_equal(opts->maa_ca, "");
	assert_string_equal(opts->maa_proxy, "");
	assert_int_equal(opts->maa_connect_timeout, 10);
	assert_int_equal(opts->maa_timeout, 60);
	assert_int_equal(opts->maa_retries, 4);
	assert_int_equal(opts->maa_signers, ATT_MAA_SIGNERS_PINNED);
	assert_int_equal(opts->maa_pcrs, 0xffffff);
	assert_true(opts->maa_wrapped);
	assert_string_equal(opts->host_aik, ATT_STATEDIR "/host.aik");
	assert_int_equal(opts->maa_credential, ATT_MAA_CREDENTIAL_NONE);
	assert_string_equal(opts->maa_tenant, "");
	assert_string_equal(opts->maa_identity_url, "");
	att_options_free(&opts);
}

/* A struct that nobody filled asks for the most. */
static void
zero_is_the_strictest_choice(void **state)
{
	const struct att_options opts = { 0 };

	(void)state;
	assert_int_equal(opts.host, ATT_HOST_REQUIRE);
	assert_int_equal(opts.host_phase, ATT_HOST_PHASE_BOTH);
	assert_int_equal(opts.host_binding, ATT_HOST_BINDING_PROOF);
	assert_int_not_equal(opts.host_profile, ATT_HOST_PROFILE_NONE);
	assert_int_equal(opts.host_type, 0);
	assert_int_equal(opts.host_max_age, 0);
}

/* What is printed can be set again; the defaults are written so. */
static void
prints_every_default_as_written(void **state)
{
	struct att_options *opts = new_options(), *again = new_options();
	const struct att_option_info *info;
	struct att_buf text, second;

	(void)state;
	att_buf_init(&text, 4096);
	att_buf_init(&second, 4096);
	for (size_t i = 0; (info = att_options_get_info(i)) != NULL; i++) {
		att_buf_reset(&text);
		att_buf_reset(&second);
		assert_int_equal(
		    att_options_print_value(opts, i, &text), ATT_OK);
		assert_int_equal(att_buf_put_u8(&text, '\0'), ATT_OK);
		assert_true(strlen(info->text) > 0);
		if (strcmp(info->type, "formats") != 0)
			assert_string_equal((char *)text.ptr, info->initial);
		if (text.len == 1)
			continue;
		assert_int_equal(att_options_set(again, info->name,
				     (char *)text.ptr, "test", NULL),
		    ATT_OK);
		assert_int_equal(
		    att_options_print_value(again, i, &second), ATT_OK);
		assert_int_equal(att_buf_put_u8(&second, '\0'), ATT_OK);
		assert_true(att_bytes_is_equal(
		    att_buf_get(&text), att_buf_get(&second)));
	}
	assert_int_equal(
	    att_options_print_value(opts, 1000, &text), ATT_ERR_INTERNAL);
	att_buf_reset(&text);
	att_buf_reset(&second);
	att_options_free(&opts);
	att_options_free(&again);
}

static void
says_what_may_be_written(void **state)
{
	(void)state;
	assert_string_equal(
	    att_options_get_info(index_of("attestation"))->values,
	    "required|self|none");
	assert_string_equal(
	    att_options_get_info(index_of("timeout"))->values, "1..300");
	assert_string_equal(
	    att_options_get_info(index_of("cue"))->values, "yes|no");
	assert_string_equal(att_options_get_info(index_of("host"))->values,
	    "require|report|off");
	assert_string_equal(att_options_get_info(index_of("host_type"))->values,
	    "tpm|azurevm|sevsnpvm|sgx");
	assert_string_equal(
	    att_options_get_info(index_of("rp_id"))->values, "");
	assert_int_equal(
	    strncmp(att_options_get_info(index_of("formats"))->values,
		"none|packed|", 12),
	    0);
	assert_null(att_options_get_info(1000));
	assert_null(att_options_get_info(att_options_find("rp")));
}

static void
set_replaces_and_names_its_source(void **state)
{
	struct att_options *opts = new_options();
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(
	    att_options_set(opts, "timeout", "5", "--set", &why), ATT_OK);
	assert_int_equal(
	    att_options_set(opts, "timeout", "6", "--set", &why), ATT_OK);
	assert_int_equal(opts->timeout, 6);
	assert_string_equal(source_of(opts, "timeout"), "--set");
	assert_int_equal(
	    att_options_set(opts, "device", "/dev/a", "--set", &why), ATT_OK);
	assert_int_equal(
	    att_options_set(opts, "device", "/dev/b", "--set", &why), ATT_OK);
	assert_int_equal(opts->device.count, 2);
	att_options_free(&opts);
}

static void
names_the_nearest_option(void **state)
{
	static const struct {
		const char *name;
		const char *meant;
	} cases[] = {
		{ "timout", "\"timeout\"" },
		{ "Timeout", "\"timeout\"" },
		{ "user-verification", "\"user_verification\"" },
		{ "aaguid_alow", "\"aaguid_allow\"" },
		{ "roots", "pam_attest.conf(5)" },
		{ "nouserok", "pam_attest.conf(5)" },
		{ "", "pam_attest.conf(5)" },
	};
	struct att_options *opts = new_options();
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
		    att_options_set(opts, cases[i].name, "1", "--set", &why),
		    ATT_ERR_CONF_UNKNOWN_OPTION);
		assert_non_null(strstr(why.text, "--set: option \""));
		assert_non_null(strstr(why.text, cases[i].meant));
	}
	att_options_free(&opts);
}

static void
escapes_and_cuts_an_unknown_name(void **state)
{
	struct att_options *opts = new_options();
	struct att_reason why = { 0 };
	char large[5000];

	(void)state;
	memset(large, '\x1b', sizeof(large) - 1);
	large[sizeof(large) - 1] = '\0';
	assert_int_equal(att_options_set(opts, large, "1", "--set", &why),
	    ATT_ERR_CONF_UNKNOWN_OPTION);
	assert_null(strchr(why.text, '\x1b'));
	att_options_free(&opts);
}

static void
rejects_a_missing_value(void **state)
{
	struct att_options *opts = new_options();
	struct att_reason why = { 0 };

	(void)state;
	assert_int_equal(att_options_set(opts, "rp_id", "", "--set", &why),
	    ATT_ERR_CONF_VALUE);
	assert_int_equal(
	    att_options_set(opts, "aaguid_deny", "", "--set", &why),
	    ATT_ERR_CONF_VALUE);
	/* Only an argument may be a bare name. */
	assert_int_equal(att_options_set(opts, "debug", NULL, "--set", &why),
	    ATT_ERR_CONF_VALUE);
	assert_non_null(strstr(why.text, "write debug=VALUE"));
	att_options_free(&opts);
}

static void
a_refused_value_changes_nothing(void **state)
{
	struct att_options *opts = new_options();

	(void)state;
	assert_int_equal(
	    att_options_set(opts, "host", "required", "--set", NULL),
	    ATT_ERR_CONF_VALUE);
	assert_int_equal(opts->host, ATT_HOST_OFF);
	assert_string_equal(source_of(opts, "host"), "default");
	assert_int_equal(
	    att_options_set(opts, "min_rsa_bits", "1024", "--set", NULL),
	    ATT_ERR_CONF_VALUE);
	assert_int_equal(opts->min_rsa_bits, 2048);
	att_options_free(&opts);
}

static void
a_later_layer_replaces_a_list(void **state)
{
	struct att_options *opts = new_options();
	struct att_assignment device = {
		.where = "a", .source = "a", .name = "device", .value = "/dev/1"
	};

	(void)state;
	device.layer = att_options_begin_layer(opts);
	assert_int_equal(att_options_assign(opts, &device, NULL), ATT_OK);
	assert_int_equal(att_options_assign(opts, &device, NULL), ATT_OK);
	assert_int_equal(opts->device.count, 2);
	device.layer = att_options_begin_layer(opts);
	device.value = "/dev/2";
	assert_int_equal(att_options_assign(opts, &device, NULL), ATT_OK);
	assert_int_equal(opts->device.count, 1);
	assert_string_equal(opts->device.paths[0], "/dev/2");
	att_options_free(&opts);
}

static void
every_repeatable_option_grows_in_its_layer(void **state)
{
	struct att_options *opts = new_options();
	struct att_assignment issuer = { .where = "a",
		.source = "a",
		.name = "host_issuer",
		.value = "https://a" };

	(void)state;
	issuer.layer = att_options_begin_layer(opts);
	assert_int_equal(att_options_assign(opts, &issuer, NULL), ATT_OK);
	issuer.value = "https://b";
	assert_int_equal(att_options_assign(opts, &issuer, NULL), ATT_OK);
	assert_int_equal(opts->host_issuer.count, 2);
	assert_string_equal(opts->host_issuer.paths[1], "https://b");
	issuer.layer = att_options_begin_layer(opts);
	assert_int_equal(att_options_assign(opts, &issuer, NULL), ATT_OK);
	assert_int_equal(opts->host_issuer.count, 1);
	issuer.name = "host_require";
	issuer.value = "/a exists";
	assert_int_equal(att_options_assign(opts, &issuer, NULL), ATT_OK);
	issuer.value = "/b exists";
	assert_int_equal(att_options_assign(opts, &issuer, NULL), ATT_OK);
	assert_int_equal(opts->host_require.count, 2);
	issuer.layer = att_options_begin_layer(opts);
	assert_int_equal(att_options_assign(opts, &issuer, NULL), ATT_OK);
	assert_int_equal(opts->host_require.count, 1);
	assert_string_equal(
	    att_requirement_get_text(opts->host_require.list[0]), "/b exists");
	att_options_free(&opts);
}

/* "Not there" is not "empty" for what somebody wrote down. */
static void
a_configured_folder_has_to_be_there(void **state)
{
	static const char *const names[] = { "roots_dir", "intermediates_dir",
		"credentials_dir" };
	struct att_options *opts = new_options();
	struct att_reason why = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		/* The default needs not be there. */
		assert_int_equal(
		    att_options_check_folder(opts, names[i], &why), ATT_OK);
		assert_int_equal(att_options_set(opts, names[i],
				     "/no/such/folder", "F:7", &why),
		    ATT_OK);
		assert_int_equal(att_options_check_folder(opts, names[i], &why),
		    ATT_ERR_FILE_NOT_FOUND);
		assert_non_null(strstr(why.text, "F:7: "));
		assert_non_null(strstr(why.text, names[i]));
		assert_non_null(strstr(why.text, "/no/such/folder does not"));
		assert_int_equal(
		    att_options_set(opts, names[i], "/", "F:8", &why), ATT_OK);
		assert_int_equal(
		    att_options_check_folder(opts, names[i], &why), ATT_OK);
	}
	assert_int_equal(
	    att_options_check_folder(opts, "device", &why), ATT_ERR_INTERNAL);
	att_options_free(&opts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_with_the_defaults),
		cmocka_unit_test(starts_with_the_defaults_of_the_gate),
		cmocka_unit_test(starts_with_the_defaults_of_obtaining),
		cmocka_unit_test(zero_is_the_strictest_choice),
		cmocka_unit_test(prints_every_default_as_written),
		cmocka_unit_test(says_what_may_be_written),
		cmocka_unit_test(set_replaces_and_names_its_source),
		cmocka_unit_test(names_the_nearest_option),
		cmocka_unit_test(escapes_and_cuts_an_unknown_name),
		cmocka_unit_test(rejects_a_missing_value),
		cmocka_unit_test(a_refused_value_changes_nothing),
		cmocka_unit_test(a_later_layer_replaces_a_list),
		cmocka_unit_test(every_repeatable_option_grows_in_its_layer),
		cmocka_unit_test(a_configured_folder_has_to_be_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
