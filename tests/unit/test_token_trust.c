/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of token/trust.c: loading whom to believe about host tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "codec/requirement.h"
#include "conf/host_profile.h"
#include "scratch.h"
#include "service.h"
#include "trust/anchors.h"

static struct service service;
static char *jwks_text;

/* The paths that options.def has, where nothing lies on the test machine. */
static char usual_jwks[] = ATT_CONFDIR "/maa-jwks.json";
static char usual_ca[] = ATT_CONFDIR "/maa-ca.pem";

static int
make_service(void **state)
{
	char *jwk;

	(void)state;
	service_new(&service);
	jwk = service_jwk(service.enclave, service.kid, "");
	jwks_text = service_set((const char *const[]){ jwk }, 1);
	free(jwk);
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	free(jwks_text);
	service_reset(&service);
	return 0;
}

static void
write_ca(const char *path)
{
	struct att_buf pem;

	att_buf_init(&pem, 1 << 16);
	pki_put_pem(service.pca, &pem);
	scratch_write(path, (const char *)pem.ptr, pem.len, 0644);
	att_buf_reset(&pem);
}

static enum att_err
open_with(
    char *jwks, char *ca, struct att_token_trust *trust, struct att_reason *why)
{
	const struct att_options opts = { .host_jwks = jwks,
		.host_ca = ca,
		.host_profile = ATT_HOST_PROFILE_TPM_SECURE_BOOT };
	static const struct att_token_trust none;
	enum att_err err = att_token_trust_open(&opts, trust, why);

	if (err != ATT_OK) {
		assert_int_equal(why->code, err);
		assert_memory_equal(trust, &none, sizeof(none));
	}
	return err;
}

static void
loads_both_files(void **state)
{
	char *jwks = scratch_path(*state, "keys.json");
	char *ca = scratch_path(*state, "ca.pem");
	struct att_reason why = { 0 };
	struct att_token_trust trust;
	time_t now = time(NULL);

	scratch_write_text(jwks, jwks_text);
	write_ca(ca);
	if (open_with(jwks, ca, &trust, &why) != ATT_OK)
		fail_msg("%s", why.text);
	assert_int_equal(att_jwks_get_count(trust.jwks), 1);
	assert_int_equal(att_anchors_get_count(trust.authorities), 1);
	assert_in_range(trust.now, now, now + 5);
	assert_int_equal(trust.boot, 0);
	assert_false(trust.is_any_type);
	assert_string_equal(trust.profile->name, "tpm-secure-boot");
	assert_int_equal(trust.wanted.count, trust.profile->count);
	att_token_trust_close(&trust);
	assert_null(trust.jwks);
	assert_null(trust.authorities);
	att_token_trust_close(&trust);
	free(jwks);
	free(ca);
}

static void
takes_the_time_of_the_start(void **state)
{
	char *jwks = scratch_path(*state, "keys.json");
	struct att_options opts = {
		.host_jwks = jwks, .host_ca = usual_ca, .host_same_boot = true
	};
	struct att_token_trust trust;
	struct att_reason why = { 0 };
	struct timespec up;

	scratch_write_text(jwks, jwks_text);
	assert_int_equal(clock_gettime(CLOCK_BOOTTIME, &up), 0);
	assert_int_equal(att_token_trust_open(&opts, &trust, &why), ATT_OK);
	assert_in_range(trust.now - trust.boot, up.tv_sec, up.tv_sec + 5);
	att_token_trust_close(&trust);
	free(jwks);
}

static void
one_file_may_be_missing_at_its_usual_place(void **state)
{
	char *jwks = scratch_path(*state, "keys.json");
	char *ca = scratch_path(*state, "ca.pem");
	char *missing = scratch_path(*state, "missing");
	struct att_reason why = { 0 };
	struct att_token_trust trust;

	scratch_write_text(jwks, jwks_text);
	write_ca(ca);
	assert_int_equal(open_with(jwks, usual_ca, &trust, &why), ATT_OK);
	assert_null(trust.authorities);
	att_token_trust_close(&trust);
	assert_int_equal(open_with(usual_jwks, ca, &trust, &why), ATT_OK);
	assert_null(trust.jwks);
	att_token_trust_close(&trust);
	/* What was configured has to be there. */
	assert_int_equal(
	    open_with(jwks, missing, &trust, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_non_null(strstr(why.text, "host_ca"));
	assert_int_equal(
	    open_with(missing, ca, &trust, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_non_null(strstr(why.text, "host_jwks"));
	/* And something has to be. */
	assert_int_equal(open_with(usual_jwks, usual_ca, &trust, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	assert_non_null(strstr(why.text, "(host_jwks)"));
	assert_non_null(strstr(why.text, "(host_ca)"));
	free(jwks);
	free(ca);
	free(missing);
}

static void
refuses_files_of_others(void **state)
{
	char *jwks = scratch_path(*state, "keys.json");
	char *ca = scratch_path(*state, "ca.pem");
	struct att_reason why = { 0 };
	struct att_token_trust trust;

	scratch_write(jwks, jwks_text, strlen(jwks_text), 0666);
	write_ca(ca);
	assert_int_equal(
	    open_with(jwks, ca, &trust, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_non_null(strstr(why.text, jwks));
	free(jwks);
	free(ca);
}

static void
names_the_file_that_is_wrong(void **state)
{
	char *jwks = scratch_path(*state, "keys.json");
	char *ca = scratch_path(*state, "ca.pem");
	struct att_reason why = { 0 };
	struct att_token_trust trust;

	scratch_write_text(jwks, "{\"keys\":[]}");
	write_ca(ca);
	assert_int_equal(
	    open_with(jwks, ca, &trust, &why), ATT_ERR_JWKS_INVALID);
	assert_non_null(strstr(why.text, jwks));
	scratch_write_text(jwks, jwks_text);
	scratch_write_text(ca, "no certificate");
	assert_int_equal(
	    open_with(jwks, ca, &trust, &why), ATT_ERR_ROOTS_INVALID);
	assert_non_null(strstr(why.text, ca));
	/* Nor is an empty file no file. */
	scratch_write_text(ca, "");
	assert_int_equal(
	    open_with(jwks, ca, &trust, &why), ATT_ERR_ROOTS_INVALID);
	free(jwks);
	free(ca);
}

/* Whoever has many tokens reads the profile once, and only that one. */
static void
a_profile_that_was_read_before_is_held(void **state)
{
	char *header =
	    service_text("{\"alg\":\"RS256\",\"kid\":\"%s\"}", service.kid);
	struct service_question asked;
	struct att_requirement *list[1] = { NULL };
	struct att_reason why = { 0 };

	(void)state;
	service_ask(&service, &asked);
	assert_int_equal(
	    att_requirement_parse("/secureboot == true", &list[0], &why),
	    ATT_OK);
	asked.opts.host_profile = ATT_HOST_PROFILE_AZUREVM_TRUSTED_LAUNCH;
	asked.trust.profile = att_host_profile_get(asked.opts.host_profile);
	asked.trust.wanted = (struct att_requirements){ list, 1 };
	assert_int_equal(service_judge(&asked, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_CLAIM);
	assert_non_null(strstr(why.text, "/secureboot is missing"));
	assert_int_equal(
	    service_judge(&asked, service.enclave, header,
		SERVICE_CLAIMS(",\"x-ms-attestation-type\":\"azurevm\","
			       "\"secureboot\":true"),
		&why),
	    ATT_OK);
	/* What was read of another one says nothing about this one. */
	asked.trust.profile =
	    att_host_profile_get(ATT_HOST_PROFILE_TPM_SECURE_BOOT);
	asked.trust.wanted = (struct att_requirements){ 0 };
	assert_int_equal(service_judge(&asked, service.enclave, header,
			     SERVICE_AZUREVM, &why),
	    ATT_ERR_TOKEN_CLAIM);
	att_requirement_free(&list[0]);
	service_question_reset(&asked);
	free(header);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    loads_both_files, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(takes_the_time_of_the_start,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    one_file_may_be_missing_at_its_usual_place, scratch_setup,
		    scratch_teardown),
		cmocka_unit_test_setup_teardown(
		    refuses_files_of_others, scratch_setup, scratch_teardown),
		cmocka_unit_test_setup_teardown(names_the_file_that_is_wrong,
		    scratch_setup, scratch_teardown),
		cmocka_unit_test(a_profile_that_was_read_before_is_held),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
