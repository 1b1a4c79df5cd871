/* SPDX-License-Identifier: BSD-2-Clause */
/* A client's assertion about itself: maa/client_assertion.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "maa/client_assertion.h"
#include "maa/secret.h"
#include "pki.h"
#include "scratch.h"

/* Keys are made once; files of a test are in its folder. */
static EVP_PKEY *key, *other;

struct files {
	char *certificate, *private_key;
	X509 *leaf;
	struct att_client_assertion assertion;
};

static void
write_key(const char *path, EVP_PKEY *written, const char *passphrase)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	assert_int_equal(
	    PEM_write_bio_PKCS8PrivateKey(bio, written,
		passphrase == NULL ? NULL : EVP_aes_128_cbc(), passphrase,
		passphrase == NULL ? 0 : (int)strlen(passphrase), NULL, NULL),
	    1);
	len = BIO_get_mem_data(bio, &text);
	scratch_write(path, text, (size_t)len, 0600);
	BIO_free(bio);
}

/* The client's certificate, and above it count - 1 more. */
static void
begin(struct files *files, const char *folder, size_t count)
{
	struct pki_spec spec = { .name = "client", .key = key };
	struct att_buf pem;

	files->certificate = scratch_path(folder, "client.pem");
	files->private_key = scratch_path(folder, "client.key");
	files->leaf = pki_make(&spec);
	att_buf_init(&pem, 1 << 20);
	for (size_t i = 0; i < count; i++)
		pki_put_pem(files->leaf, &pem);
	scratch_write(files->certificate, (char *)pem.ptr, pem.len, 0644);
	att_buf_reset(&pem);
	write_key(files->private_key, key, NULL);
	files->assertion = (struct att_client_assertion){
		.certificate = files->certificate,
		.private_key = files->private_key,
		.client_id = "11111111-2222-3333-4444-555555555555",
		.audience = "https://login.example.org/t/oauth2/v2.0/token",
		.now = 1767225600,
	};
}

static void
end(struct files *files)
{
	X509_free(files->leaf);
	free(files->certificate);
	free(files->private_key);
}

/* A part of the text between dots, as JSON. */
static json_t *
part(const char *text, int index)
{
	uint8_t *json;
	json_t *value;
	size_t len;

	while (index-- > 0)
		text = strchr(text, '.') + 1;
	assert_int_equal(
	    att_base64url_decode(
		att_bytes(text, strcspn(text, ".")), 1 << 20, &json, &len),
	    ATT_OK);
	assert_non_null(value = json_loadb(
			    (char *)json, len, JSON_REJECT_DUPLICATES, NULL));
	free(json);
	return value;
}

static const char *
member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	assert_non_null(text);
	return text;
}

static void
verify(const char *text)
{
	const char *signature = strrchr(text, '.') + 1;
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *ctx;
	uint8_t *bytes;
	size_t len;

	assert_int_equal(
	    att_base64url_decode(att_bytes_text(signature), 1024, &bytes, &len),
	    ATT_OK);
	assert_int_equal(
	    EVP_DigestVerifyInit(md, &ctx, EVP_sha256(), NULL, key), 1);
	assert_int_equal(
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING), 1);
	/* Exactly as long as the hash: 32. */
	assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 32), 1);
	assert_int_equal(EVP_DigestVerify(md, bytes, len, (const uint8_t *)text,
			     (size_t)(signature - text) - 1),
	    1);
	EVP_MD_CTX_free(md);
	free(bytes);
}

static void
compare_thumbprint(const json_t *header, X509 *leaf)
{
	struct att_buf der, text;
	uint8_t digest[32];

	att_buf_init(&der, 1 << 16);
	att_buf_init(&text, 100);
	pki_put_der(leaf, &der);
	assert_int_equal(att_sha256(att_buf_get(&der), digest), ATT_OK);
	assert_int_equal(
	    att_base64url_encode(att_bytes(digest, 32), &text), ATT_OK);
	assert_int_equal(att_buf_put_u8(&text, 0), ATT_OK);
	assert_string_equal(member(header, "x5t#S256"), (char *)text.ptr);
	att_buf_reset(&der);
	att_buf_reset(&text);
}

static void
says_who_to_whom_and_when(void **state)
{
	struct att_reason why = { 0 };
	struct files files;
	json_t *header, *claims;
	char *text;

	begin(&files, *state, 3);
	assert_int_equal(
	    att_client_assertion_make(&files.assertion, &text, &why), ATT_OK);
	verify(text);
	header = part(text, 0);
	claims = part(text, 1);
	assert_int_equal(json_object_size(header), 4);
	assert_string_equal(member(header, "alg"), "PS256");
	assert_string_equal(member(header, "typ"), "JWT");
	assert_int_equal(json_array_size(json_object_get(header, "x5c")), 3);
	compare_thumbprint(header, files.leaf);
	assert_int_equal(json_object_size(claims), 6);
	assert_string_equal(member(claims, "aud"), files.assertion.audience);
	assert_string_equal(member(claims, "iss"), files.assertion.client_id);
	assert_string_equal(member(claims, "sub"), files.assertion.client_id);
	assert_int_equal(strlen(member(claims, "jti")), 32);
	assert_int_equal(
	    json_integer_value(json_object_get(claims, "nbf")), 1767225600);
	assert_int_equal(
	    json_integer_value(json_object_get(claims, "exp")), 1767226200);
	json_decref(header);
	json_decref(claims);
	att_secret_free(&text);
	end(&files);
}

static void
is_another_one_each_time(void **state)
{
	json_t *first, *second;
	struct files files;
	char *text, *again;

	begin(&files, *state, 1);
	assert_int_equal(
	    att_client_assertion_make(&files.assertion, &text, NULL), ATT_OK);
	assert_int_equal(
	    att_client_assertion_make(&files.assertion, &again, NULL), ATT_OK);
	first = part(text, 1);
	second = part(again, 1);
	assert_string_not_equal(member(first, "jti"), member(second, "jti"));
	json_decref(first);
	json_decref(second);
	att_secret_free(&text);
	att_secret_free(&again);
	end(&files);
}

static void
expect(const struct files *files, enum att_err expected, const char *said)
{
	struct att_reason why = { 0 };
	char *text;

	assert_int_equal(
	    att_client_assertion_make(&files->assertion, &text, &why),
	    expected);
	assert_null(text);
	assert_int_equal(why.code, expected);
	assert_non_null(strstr(why.text, said));
	assert_null(strstr(why.text, "PRIVATE"));
}

static void
rejects_keys_that_cannot_sign_for_it(void **state)
{
	EVP_PKEY *curve = pki_ec_key("P-256"), *small = pki_rsa_key(1024);
	struct files files;

	begin(&files, *state, 1);
	write_key(files.private_key, other, NULL);
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "is not the key of");
	write_key(files.private_key, curve, NULL);
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "RSA");
	write_key(files.private_key, small, NULL);
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "2048");
	EVP_PKEY_free(curve);
	EVP_PKEY_free(small);
	end(&files);
}

/* Nobody is asked for a passphrase, whose terminal this may be. */
static void
rejects_a_key_that_is_encrypted(void **state)
{
	struct files files;

	begin(&files, *state, 1);
	write_key(files.private_key, key, "hidden");
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "encrypted");
	end(&files);
}

static void
rejects_files_that_are_not_what_they_should_be(void **state)
{
	struct files files;

	begin(&files, *state, 1);
	assert_int_equal(chmod(files.private_key, 0644), 0);
	expect(&files, ATT_ERR_FILE_PERMISSIONS, "client.key");
	scratch_write(files.private_key, "hidden", 6, 0600);
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "client.key");
	scratch_write_text(files.certificate, "");
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "client.pem");
	scratch_write_text(files.certificate, "no PEM");
	expect(&files, ATT_ERR_ROOTS_INVALID, "client.pem");
	assert_int_equal(remove(files.certificate), 0);
	expect(&files, ATT_ERR_FILE_NOT_FOUND, "client.pem");
	end(&files);
}

static void
rejects_a_chain_without_end(void **state)
{
	struct files files;

	begin(&files, *state, ATT_CLIENT_CHAIN_MAX + 1);
	expect(&files, ATT_ERR_MAA_CREDENTIAL, "more than 8");
	end(&files);
}

static int
make_keys(void **state)
{
	(void)state;
	key = pki_rsa_key(2048);
	other = pki_rsa_key(2048);
	return 0;
}

static int
free_keys(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
	return 0;
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(says_who_to_whom_and_when),
		TEST(is_another_one_each_time),
		TEST(rejects_keys_that_cannot_sign_for_it),
		TEST(rejects_a_key_that_is_encrypted),
		TEST(rejects_files_that_are_not_what_they_should_be),
		TEST(rejects_a_chain_without_end),
	};

	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
