/* SPDX-License-Identifier: BSD-2-Clause */
/* What each kind of credential sends, byte for byte: maa/credential_*.c. */
#include "credential_case.h"

#include <pwd.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "pki.h"

static void
a_secret_goes_into_a_form(void **state)
{
	(void)state;
	open_kind("client-secret", &granted, 1);
	assert_int_equal(get(), ATT_OK);
	assert_string_equal(script.requests[0],
	    "POST https://login.microsoftonline.com/tenant.example/oauth2/"
	    "v2.0/token\n"
	    "Content-Type: application/x-www-form-urlencoded\n"
	    "Accept: application/json\n\n"
	    "grant_type=client_credentials&client_id=client%2Bid%2F1&"
	    "client_secret=hidden%26~%2Bsecret&"
	    "scope=https%3A%2F%2Fattest.azure.net%2F.default");
	assert_false(script.is_platform[0]);
	close_kind();
}

static void
another_cloud_has_other_names(void **state)
{
	(void)state;
	set("maa_authority", "https://login.example.cn/");
	set("maa_audience", "https://attest.example.cn");
	open_kind("client-secret", &granted, 1);
	assert_int_equal(get(), ATT_OK);
	assert_non_null(strstr(script.requests[0],
	    "POST https://login.example.cn/tenant.example/oauth2/v2.0/"
	    "token\n"));
	assert_non_null(strstr(script.requests[0],
	    "&scope=https%3A%2F%2Fattest.example.cn%2F.default"));
	close_kind();
}

static void
a_federated_token_is_read_each_time(void **state)
{
	static const struct script_answer twice[] = {
		{ .status = 200, .body = TOKEN },
		{ .status = 200, .body = TOKEN },
	};
	static const char head[] =
	    "POST https://login.microsoftonline.com/tenant.example/oauth2/"
	    "v2.0/token\n"
	    "Content-Type: application/x-www-form-urlencoded\n"
	    "Accept: application/json\n\n"
	    "grant_type=client_credentials&client_id=client%2Bid%2F1&"
	    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
	    "client-assertion-type%3Ajwt-bearer&client_assertion=";
	char *link_path = scratch_path(*state, "link");

	/* As Kubernetes projects it. */
	assert_int_equal(symlink("assertion", link_path), 0);
	set("maa_assertion", link_path);
	open_kind("workload-identity", twice, 2);
	assert_int_equal(get(), ATT_OK);
	assert_memory_equal(script.requests[0], head, sizeof(head) - 1);
	assert_string_equal(script.requests[0] + sizeof(head) - 1,
	    "hidden.federated.token&"
	    "scope=https%3A%2F%2Fattest.azure.net%2F.default");
	scratch_write(assertion, "hidden.other.token", 18, 0600);
	att_credential_forget_token(credential);
	assert_int_equal(get(), ATT_OK);
	assert_string_equal(script.requests[1] + sizeof(head) - 1,
	    "hidden.other.token&"
	    "scope=https%3A%2F%2Fattest.azure.net%2F.default");
	close_kind();
	free(link_path);
}

static void
write_certificate(const char *folder)
{
	char *pem_path = scratch_path(folder, "client.pem");
	char *key_path = scratch_path(folder, "client.key"), *text;
	struct pki_spec spec = { .name = "client", .key = pki_rsa_key(2048) };
	X509 *cert = pki_make(&spec);
	BIO *bio = BIO_new(BIO_s_mem());
	struct att_buf pem;
	long len;

	att_buf_init(&pem, 10000);
	pki_put_pem(cert, &pem);
	scratch_write(pem_path, (char *)pem.ptr, pem.len, 0644);
	assert_int_equal(
	    PEM_write_bio_PrivateKey(bio, spec.key, NULL, NULL, 0, NULL, NULL),
	    1);
	len = BIO_get_mem_data(bio, &text);
	scratch_write(key_path, text, (size_t)len, 0600);
	set("maa_certificate", pem_path);
	set("maa_private_key", key_path);
	att_buf_reset(&pem);
	BIO_free(bio);
	X509_free(cert);
	EVP_PKEY_free(spec.key);
	free(pem_path);
	free(key_path);
}

static void
a_certificate_signs_an_assertion(void **state)
{
	static const char before[] =
	    "grant_type=client_credentials&client_id=client%2Bid%2F1&"
	    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
	    "client-assertion-type%3Ajwt-bearer&client_assertion=eyJ";
	const char *body;

	write_certificate(*state);
	open_kind("client-certificate", &granted, 1);
	assert_int_equal(get(), ATT_OK);
	assert_non_null(body = strstr(script.requests[0], "\n\n"));
	assert_memory_equal(body + 2, before, sizeof(before) - 1);
	/* Between them nothing but base64url and dots. */
	body += 2 + sizeof(before) - 1;
	body += strspn(body, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789-_.");
	assert_string_equal(
	    body, "&scope=https%3A%2F%2Fattest.azure.net%2F.default");
	close_kind();
}

static const char imds_url[] =
    "http://169.254.169.254/metadata/identity/oauth2/token?"
    "api-version=2018-02-01&resource=https%3A%2F%2Fattest.azure.net";

static void
compare_get(size_t index, const char *url, const char *headers)
{
	char *expected = NULL;

	assert_true(asprintf(&expected, "GET %s\n%s\n", url, headers) > 0);
	assert_string_equal(script.requests[index], expected);
	assert_true(script.is_platform[index]);
	explicit_bzero(expected, strlen(expected));
	free(expected);
}

static void
imds_is_looked_for_before_it_is_asked(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 400, .body = "{\"error\":\"invalid_request\"}" },
		{ .status = 200,
		    .body = "{\"access_token\":\"hidden-token\","
			    "\"client_id\":\"c\",\"expires_in\":\"3599\","
			    "\"expires_on\":\"1767229199\","
			    "\"ext_expires_in\":\"3599\","
			    "\"not_before\":\"1767225600\","
			    "\"resource\":\"https://attest.azure.net\","
			    "\"token_type\":\"Bearer\"}" },
		{ .status = 200, .body = TOKEN },
	};

	(void)state;
	set("maa_client_id", "none");
	open_kind("managed-identity", answers, COUNT(answers));
	assert_int_equal(get(), ATT_OK);
	compare_get(0, imds_url, "");
	assert_int_equal(script.seconds[0], 1);
	compare_get(1, imds_url, "Metadata: true\n");
	/* It is there. */
	att_credential_forget_token(credential);
	assert_int_equal(get(), ATT_OK);
	compare_get(2, imds_url, "Metadata: true\n");
	close_kind();
}

static void
one_of_several_identities_is_named(void **state)
{
	static const struct script_answer answers[] = {
		{ .status = 405 },
		{ .status = 200, .body = TOKEN },
	};
	static const struct {
		const char *option, *value, *query;
	} rows[] = {
		{ "maa_client_id", "a-b", "&client_id=a-b" },
		{ "maa_object_id", "a-b", "&object_id=a-b" },
		{ "maa_resource_id", "/subscriptions/s",
		    "&msi_res_id=%2Fsubscriptions%2Fs" },
	};
	char url[200];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		set("maa_client_id", "none");
		set("maa_object_id", "none");
		set(rows[i].option, rows[i].value);
		open_kind("managed-identity", answers, COUNT(answers));
		assert_int_equal(get(), ATT_OK);
		snprintf(url, sizeof(url), "%s%s", imds_url, rows[i].query);
		compare_get(1, url, "Metadata: true\n");
		close_kind();
	}
	set("maa_client_id", "a-b");
	open_kind("managed-identity", NULL, 0);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	close_kind();
}

static void
app_service_is_shown_its_header(void **state)
{
	(void)state;
	set("maa_client_id", "none");
	set("maa_resource_id", "r");
	set("maa_identity_url", "http://127.0.0.1:4141/msi/token");
	scratch_write(secret, "hidden-header", 13, 0600);
	open_kind("app-service", &granted, 1);
	assert_int_equal(get(), ATT_OK);
	compare_get(0,
	    "http://127.0.0.1:4141/msi/token?api-version=2019-08-01&"
	    "resource=https%3A%2F%2Fattest.azure.net&mi_res_id=r",
	    "X-IDENTITY-HEADER: hidden-header\n");
	close_kind();
	set("maa_identity_url", "http://127.0.0.1:4141");
	open_kind("app-service", &granted, 1);
	assert_int_equal(get(), ATT_OK);
	compare_get(0,
	    "http://127.0.0.1:4141/msi/token?api-version=2019-08-01&"
	    "resource=https%3A%2F%2Fattest.azure.net&mi_res_id=r",
	    "X-IDENTITY-HEADER: hidden-header\n");
	close_kind();
	set("maa_identity_url", "none");
	open_kind("app-service", NULL, 0);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "maa_identity_url"));
	close_kind();
}

static const char arc_url[] =
    "http://127.0.0.1:40342/metadata/identity/oauth2/token?"
    "api-version=2019-11-01&resource=https%3A%2F%2Fattest.azure.net";

/* Asks Arc, which answers the first request with a challenge. */
static enum att_err
get_from_arc(const char *challenge, bool is_answered)
{
	const struct script_answer answers[] = {
		{ .status = 401, .challenge = challenge },
		{ .status = 200, .body = TOKEN },
	};
	enum att_err err;

	open_kind("azure-arc", answers, is_answered ? 2 : 1);
	err = get();
	compare_get(0, arc_url, "Metadata: true\n");
	if (is_answered)
		compare_get(1, arc_url,
		    "Metadata: true\nAuthorization: Basic hidden-key\n");
	close_kind();
	return err;
}

static void
arc_is_told_what_is_in_its_file(void **state)
{
	char *path = scratch_path(*state, "1.key"), *challenge = NULL;

	set("maa_client_id", "none");
	set("maa_arc_folder", *state);
	scratch_write(path, "hidden-key", 10, 0600);
	assert_true(asprintf(&challenge, "Basic realm=%s", path) > 0);
	assert_int_equal(get_from_arc(challenge, true), ATT_OK);
	assert_int_equal(get_from_arc("Basic realm=/etc/shadow", false),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("secret", path), 0);
	assert_int_equal(
	    get_from_arc(challenge, false), ATT_ERR_MAA_CREDENTIAL);
	free(path);
	free(challenge);
}

static void
arc_knows_no_names_and_has_to_ask(void **state)
{
	(void)state;
	open_kind("azure-arc", NULL, 0);
	assert_int_equal(get(), ATT_ERR_MAA_CREDENTIAL);
	close_kind();
	set("maa_client_id", "none");
	open_kind("azure-arc", &granted, 1);
	assert_int_equal(get(), ATT_ERR_MAA_ANSWER);
	close_kind();
}

static const char az_script[] =
    "#!/bin/sh\n"
    "printf '%s ' \"$@\" >\"${0%/az}/asked\"\n"
    "env | sort | grep -v -e ^PWD= -e ^SHLVL= -e ^_= -e ^OLDPWD= "
    ">\"${0%/az}/given\"\n"
    ". \"${0%/az}/answer\"\n";

/* A program that others than root have made is not run at all. */
static bool
write_az(const char *folder, char **pathp)
{
	*pathp = scratch_path(folder, "az");
	scratch_write(*pathp, az_script, sizeof(az_script) - 1, 0755);
	set("maa_az", *pathp);
	if (geteuid() == 0)
		return true;
	open_kind("azure-cli", NULL, 0);
	assert_int_equal(get(), ATT_ERR_FILE_PERMISSIONS);
	close_kind();
	return false;
}

static void
compare_file(const char *folder, const char *name, const char *expected)
{
	char *path = scratch_path(folder, name), *text;
	size_t len;

	assert_non_null(text = scratch_read(path, &len));
	assert_string_equal(text, expected);
	free(text);
	free(path);
}

static enum att_err
get_from_cli(const char *folder, const char *answer)
{
	char *path = scratch_path(folder, "answer");
	enum att_err err;

	scratch_write_text(path, answer);
	open_kind("azure-cli", NULL, 0);
	err = get();
	close_kind();
	free(path);
	return err;
}

static void
the_cli_is_run_with_fixed_words(void **state)
{
	static const char answer[] =
	    "echo '{\"accessToken\": \"hidden-token\", "
	    "\"expiresOn\": \"2026-01-01 01:00:00.000000\", "
	    "\"expires_on\": 1767229200, \"tokenType\": \"Bearer\"}'";
	const struct passwd *user;
	char *path, *given;

	if (!write_az(*state, &path))
		goto out;
	assert_int_equal(get_from_cli(*state, answer), ATT_OK);
	compare_file(*state, "asked",
	    "account get-access-token --output json --resource "
	    "https://attest.azure.net --tenant tenant.example ");
	set("maa_tenant", "none");
	assert_int_equal(setenv("AZURE_CONFIG_DIR", "/nowhere", 1), 0);
	assert_int_equal(get_from_cli(*state, answer), ATT_OK);
	unsetenv("AZURE_CONFIG_DIR");
	compare_file(*state, "asked",
	    "account get-access-token --output json --resource "
	    "https://attest.azure.net ");
	assert_non_null(user = getpwuid(geteuid()));
	assert_true(asprintf(&given,
			"HOME=%s\nLC_ALL=C.UTF-8\n"
			"PATH=/usr/sbin:/usr/bin:/sbin:/bin\n",
			user->pw_dir) > 0);
	compare_file(*state, "given", given);
	free(given);
out:
	free(path);
}

static void
what_the_cli_says_is_not_repeated(void **state)
{
	char *path;

	if (!write_az(*state, &path))
		goto out;
	assert_int_equal(get_from_cli(*state,
			     "echo 'ERROR: hidden: Please run az login' >&2; "
			     "exit 1"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "exit status 1"));
	assert_int_equal(get_from_cli(*state,
			     "echo 'ERROR: AADSTS700016: hidden' >&2; exit 1"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "AADSTS700016"));
	assert_int_equal(
	    get_from_cli(*state, "kill -9 $$"), ATT_ERR_MAA_CREDENTIAL);
	assert_non_null(strstr(why.text, "signal 9"));
	assert_int_equal(
	    get_from_cli(*state, "echo '{\"accessToken\": \"hidden'"),
	    ATT_ERR_MAA_ANSWER);
	assert_int_equal(
	    get_from_cli(*state, "echo '{\"accessToken\":\"hidden\"}'; exit 1"),
	    ATT_ERR_MAA_CREDENTIAL);
	assert_int_equal(get_from_cli(*state, "while :; do echo hidden; done"),
	    ATT_ERR_TOO_LARGE);
	set("maa_timeout", "1s");
	assert_int_equal(get_from_cli(*state, "echo hidden; exec sleep 9"),
	    ATT_ERR_MAA_UNREACHABLE);
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(
	    get_from_cli(*state, "exit 1"), ATT_ERR_FILE_PERMISSIONS);
out:
	free(path);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_secret_goes_into_a_form),
		TEST(another_cloud_has_other_names),
		TEST(a_federated_token_is_read_each_time),
		TEST(a_certificate_signs_an_assertion),
		TEST(imds_is_looked_for_before_it_is_asked),
		TEST(one_of_several_identities_is_named),
		TEST(app_service_is_shown_its_header),
		TEST(arc_is_told_what_is_in_its_file),
		TEST(arc_knows_no_names_and_has_to_ask),
		TEST(the_cli_is_run_with_fixed_words),
		TEST(what_the_cli_says_is_not_repeated),
	};

	return cmocka_run_group_tests(tests, bind_now, NULL);
}
