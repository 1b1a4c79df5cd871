/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of keys, kept up to date: maa/signers.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "codec/json.h"
#include "maa/signers.h"
#include "service.h"
#include "token/jwks.h"

#define PROVIDER "https://provider.test"

enum {
	NOW = 1767225600,
	LIFE = 1000,
};

static struct service service;
static char *enclave, *stranger, *report; /* elements of "keys" */
static struct att_signers signers;
static struct att_buf out;
static struct att_reason why;

static int
make_service(void **state)
{
	X509 *certs[] = { NULL, NULL };
	char *x5c, *more;

	(void)state;
	service_new(&service);
	certs[0] = service.leaf;
	x5c = service_x5c(certs);
	more = service_text(",%s", x5c);
	enclave = service_jwk(service.enclave, service.kid, "");
	stranger = service_jwk(service.stranger, service.stranger_kid, "");
	report = service_jwk(service.report, service.report_kid, more);
	free(x5c);
	free(more);
	att_buf_init(&out, ATT_JWKS_MAX);
	return 0;
}

static int
drop_service(void **state)
{
	(void)state;
	att_buf_reset(&out);
	free(enclave);
	free(stranger);
	free(report);
	service_reset(&service);
	return 0;
}

static int
forget(void **state)
{
	(void)state;
	att_signers_free(&signers);
	att_buf_reset(&out);
	return 0;
}

static struct att_signers_merge
merge_of(const char *shown, const char *file)
{
	return (struct att_signers_merge){
		.shown = att_bytes_text(shown),
		.file =
		    file == NULL ? att_bytes(NULL, 0) : att_bytes_text(file),
		.file_shown = "FILE",
		.provider = PROVIDER,
		.is_only_provider = true,
		.now = NOW,
		.life = LIFE,
	};
}

/* A set of up to two elements that are copied. */
static char *
set_of(const char *first, const char *second)
{
	const char *const elements[] = { first, second };

	return service_set(elements, second == NULL ? 1 : 2);
}

static void
merge_ok(const struct att_signers_merge *merge)
{
	why = (struct att_reason){ 0 };
	if (att_signers_merge(merge, &out, &signers, &why) != ATT_OK)
		fail_msg("%s", why.text);
}

/* What the text of the result says of a key; NULL when it is not there. */
static const struct json_t *
find(const struct json_t *root, const char *kid)
{
	const struct json_t *keys = att_json_get(root, "keys");

	for (size_t i = 0; i < att_json_get_size(keys); i++) {
		const struct json_t *key = att_json_get_element(keys, i);

		if (strcmp(att_json_get_text(key, "kid"), kid) == 0)
			return key;
	}
	return NULL;
}

static struct json_t *
result(void)
{
	struct json_t *root;

	assert_int_equal(
	    att_json_parse_object(att_buf_get(&out), &root, &why), ATT_OK);
	return root;
}

static void
assert_state(const char *kid, enum att_signer_state state)
{
	for (size_t i = 0; i < signers.count; i++) {
		if (strcmp(signers.list[i].kid, kid) != 0)
			continue;
		assert_int_equal(signers.list[i].state, state);
		return;
	}
	fail_msg("%s is not told of", kid);
}

/* The text of the result, as the file of the next time. */
static char *
take_file(void)
{
	char *file = strndup((const char *)out.ptr, out.len);

	assert_non_null(file);
	forget(NULL);
	return file;
}

static void
the_first_set_is_taken_whole(void **state)
{
	char *shown = set_of(enclave, report);
	const struct att_signers_merge merge = merge_of(shown, NULL);
	const struct att_jwks_key *key;
	struct att_jwks *jwks;
	struct json_t *root;

	(void)state;
	merge_ok(&merge);
	assert_int_equal(signers.count, 2);
	assert_int_equal(att_signers_count(&signers, ATT_SIGNER_NEW), 2);
	assert_false(signers.list[0].is_report);
	assert_true(signers.list[1].is_report);
	root = result();
	assert_string_equal(
	    att_json_get_text(find(root, service.kid), "pam_attest_from"),
	    PROVIDER);
	assert_null(
	    att_json_get(find(root, service.kid), "pam_attest_retired"));
	att_json_free(&root);
	assert_int_equal(
	    att_jwks_parse(att_buf_get(&out), &jwks, &why), ATT_OK);
	assert_int_equal(att_jwks_get_count(jwks), 2);
	assert_int_equal(att_jwks_find(jwks, service.kid, &key, &why), ATT_OK);
	assert_memory_equal(key->sha256, signers.list[0].sha256, 32);
	att_jwks_free(&jwks);
	free(shown);
}

/* A key that is gone stays for as long as a token, and then goes, too. */
static void
a_retired_key_outlives_its_tokens(void **state)
{
	char *before = set_of(enclave, NULL), *after = set_of(stranger, NULL);
	struct att_signers_merge merge = merge_of(before, NULL);
	struct json_t *root;
	char *file;

	(void)state;
	merge_ok(&merge);
	file = take_file();
	for (int64_t now = NOW; now <= NOW + LIFE; now += LIFE) {
		int64_t retired;

		merge = merge_of(after, file);
		merge.now = now;
		merge_ok(&merge);
		assert_state(service.stranger_kid,
		    now == NOW ? ATT_SIGNER_NEW : ATT_SIGNER_KEPT);
		assert_state(service.kid, ATT_SIGNER_RETIRED);
		root = result();
		assert_true(att_json_get_count(
		    find(root, service.kid), "pam_attest_retired", &retired));
		assert_int_equal(retired, NOW);
		att_json_free(&root);
		free(file);
		file = take_file();
	}
	merge = merge_of(after, file);
	merge.now = NOW + LIFE + 1;
	merge_ok(&merge);
	assert_state(service.kid, ATT_SIGNER_DROPPED);
	root = result();
	assert_null(find(root, service.kid));
	assert_non_null(find(root, service.stranger_kid));
	att_json_free(&root);
	free(file);
	free(before);
	free(after);
}

static void
a_key_that_comes_back_is_not_retired(void **state)
{
	char *before = set_of(enclave, NULL), *after = set_of(stranger, NULL);
	struct att_signers_merge merge = merge_of(after, before);
	struct json_t *root;
	char *file;

	(void)state;
	merge_ok(&merge);
	file = take_file();
	merge = merge_of(before, file);
	merge.now = NOW + LIFE + 1;
	merge_ok(&merge);
	assert_state(service.kid, ATT_SIGNER_KEPT);
	/* That one is seen to be gone now only. */
	assert_state(service.stranger_kid, ATT_SIGNER_RETIRED);
	root = result();
	assert_null(
	    att_json_get(find(root, service.kid), "pam_attest_retired"));
	att_json_free(&root);
	free(file);
	free(before);
	free(after);
}

static void
keys_of_others_stay(void **state)
{
	char *shown = set_of(enclave, NULL), *file = set_of(stranger, NULL);
	struct att_signers_merge merge = merge_of(shown, file);
	char *other = service_jwk(service.report, service.report_kid,
	    ",\"pam_attest_from\":\"https://other.test\"");
	char *both;

	(void)state;
	merge.is_only_provider = false;
	merge_ok(&merge);
	assert_state(service.stranger_kid, ATT_SIGNER_OTHER);
	forget(NULL);
	merge.is_only_provider = true;
	merge_ok(&merge);
	assert_state(service.stranger_kid, ATT_SIGNER_RETIRED);
	forget(NULL);
	/* It says whose it is, so that it is told even with one provider. */
	both = set_of(other, stranger);
	merge = merge_of(shown, both);
	merge_ok(&merge);
	assert_state(service.report_kid, ATT_SIGNER_OTHER);
	assert_state(service.stranger_kid, ATT_SIGNER_RETIRED);
	free(both);
	free(other);
	free(shown);
	free(file);
}

/* What the provider says in our members is not believed. */
static void
the_provider_retires_nothing_itself(void **state)
{
	char *mine = service_jwk(service.enclave, service.kid,
	    ",\"pam_attest_retired\":1,\"pam_attest_from\":\"x\"");
	char *shown = set_of(mine, NULL);
	const struct att_signers_merge merge = merge_of(shown, NULL);
	struct json_t *root;

	(void)state;
	merge_ok(&merge);
	root = result();
	assert_null(
	    att_json_get(find(root, service.kid), "pam_attest_retired"));
	assert_string_equal(
	    att_json_get_text(find(root, service.kid), "pam_attest_from"),
	    PROVIDER);
	att_json_free(&root);
	free(shown);
	free(mine);
}

static void
a_time_to_come_is_no_time(void **state)
{
	char *old = service_jwk(service.stranger, service.stranger_kid,
	    ",\"pam_attest_retired\":1767225601");
	char *shown = set_of(enclave, NULL), *file = set_of(old, NULL);
	const struct att_signers_merge merge = merge_of(shown, file);

	(void)state;
	merge_ok(&merge);
	assert_int_equal(signers.list[1].retired, NOW);
	free(shown);
	free(file);
	free(old);
}

static void
tells_why_a_key_is_unfit(void **state)
{
	char *odd = service_jwk(service.report, service.stranger_kid, "");
	char *shown = set_of(enclave, odd);
	const struct att_signers_merge merge = merge_of(shown, NULL);

	(void)state;
	merge_ok(&merge);
	assert_true(signers.list[0].is_fit);
	assert_false(signers.list[1].is_fit);
	assert_non_null(strstr(signers.list[1].unfit, "was set aside"));
	free(shown);
	free(odd);
}

static void
refuses(const char *shown, const char *file, enum att_err code)
{
	const struct att_signers_merge merge = merge_of(shown, file);

	why = (struct att_reason){ 0 };
	assert_int_equal(att_signers_merge(&merge, &out, &signers, &why), code);
	assert_int_equal(why.code, code);
	assert_int_equal(out.len, 0);
	assert_int_equal(signers.count, 0);
}

static void
never_takes_a_set_without_a_fit_key(void **state)
{
	char *odd = service_jwk(service.report, service.stranger_kid, "");
	char *unfit = set_of(odd, NULL), *good = set_of(enclave, NULL);

	(void)state;
	refuses("{\"keys\":[]}", good, ATT_ERR_MAA_ANSWER);
	refuses("{\"keys\":{}}", good, ATT_ERR_MAA_ANSWER);
	refuses("{}", good, ATT_ERR_MAA_ANSWER);
	refuses("<html>", good, ATT_ERR_MAA_ANSWER);
	refuses(unfit, good, ATT_ERR_MAA_ANSWER);
	refuses(unfit, NULL, ATT_ERR_MAA_ANSWER);
	refuses(good, "", ATT_ERR_JWKS_INVALID);
	refuses(good, "{\"keys\":[", ATT_ERR_JWKS_INVALID);
	refuses(good, unfit, ATT_ERR_JWKS_INVALID);
	free(unfit);
	free(good);
	free(odd);
}

static void
refuses_another_key_of_the_same_name(void **state)
{
	const char *const elements[] = { enclave, stranger };
	char *odd = service_jwk(service.report, service.kid, "");
	char *twice = service_text("{\"keys\":[%s,%s]}", enclave, odd);
	char *good = service_set(elements, 2);

	(void)state;
	refuses(twice, good, ATT_ERR_MAA_ANSWER);
	refuses(twice, NULL, ATT_ERR_MAA_ANSWER);
	refuses(good, twice, ATT_ERR_JWKS_INVALID);
	free(twice);
	free(good);
	free(odd);
}

/* What is not fit has no say in what a name means. */
static void
a_fit_key_takes_the_place_of_another(void **state)
{
	char *odd = service_jwk(service.report, service.kid, "");
	char *unfit = set_of(odd, stranger), *good = set_of(enclave, stranger);
	struct att_signers_merge merge = merge_of(good, unfit);
	const struct att_jwks_key *key;
	struct att_jwks *jwks;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		merge_ok(&merge);
		assert_int_equal(
		    att_jwks_parse(att_buf_get(&out), &jwks, &why), ATT_OK);
		assert_int_equal(
		    att_jwks_find(jwks, service.kid, &key, &why), ATT_OK);
		att_jwks_free(&jwks);
		forget(NULL);
		merge = merge_of(unfit, good);
	}
	free(unfit);
	free(good);
	free(odd);
}

/* The service makes another certificate for everybody who asks. */
static void
what_is_the_same_stays_as_it_is(void **state)
{
	char *first = service_jwk(service.enclave, service.kid, ",\"x\":1");
	char *second = service_jwk(service.enclave, service.kid, ",\"x\":2");
	char *before = set_of(first, NULL), *after = set_of(second, NULL);
	struct att_signers_merge merge = merge_of(before, NULL);
	char *file;

	(void)state;
	merge_ok(&merge);
	file = take_file();
	merge = merge_of(after, file);
	merge_ok(&merge);
	assert_state(service.kid, ATT_SIGNER_KEPT);
	assert_true(
	    att_bytes_is_equal(att_buf_get(&out), att_bytes_text(file)));
	free(file);
	free(before);
	free(after);
	free(first);
	free(second);
}

int
main(void)
{
#define SIGNERS(test) cmocka_unit_test_teardown(test, forget)
	const struct CMUnitTest tests[] = {
		SIGNERS(the_first_set_is_taken_whole),
		SIGNERS(a_retired_key_outlives_its_tokens),
		SIGNERS(a_key_that_comes_back_is_not_retired),
		SIGNERS(keys_of_others_stay),
		SIGNERS(the_provider_retires_nothing_itself),
		SIGNERS(a_time_to_come_is_no_time),
		SIGNERS(tells_why_a_key_is_unfit),
		SIGNERS(never_takes_a_set_without_a_fit_key),
		SIGNERS(refuses_another_key_of_the_same_name),
		SIGNERS(a_fit_key_takes_the_place_of_another),
		SIGNERS(what_is_the_same_stays_as_it_is),
	};

	return cmocka_run_group_tests(tests, make_service, drop_service);
}
