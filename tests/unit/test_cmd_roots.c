/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl roots list and show: cmd_roots.c, cmd_roots_list.c,
 * cmd_roots_show.c, inventory.c and stored.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host.h"
#include "pki.h"
#include "scratch.h"

/* alice and bob rest on the root, bob through the intermediate, too. */
static void
set(struct host *host, void **state)
{
	host_set(host, *state);
	host_register(host, "alice", "blue key", &host->root);
	host_register(host, "bob", "one", &host->root);
	host_register(host, "bob", "two", &host->middle);
	host_register(host, "eve", "unknown", &host->stranger);
}

static json_int_t
count_of(const json_t *item)
{
	return json_integer_value(json_object_get(item, "credentials"));
}

static const json_t *
certificate_of(const json_t *item)
{
	return json_object_get(item, "certificate");
}

static void
shows_what_rests_on_each(void **state)
{
	static const char *const words[] = { "roots", "list", "--json", NULL };
	struct captured captured;
	const json_t *one;
	struct host host;
	char sha256[65];
	json_t *root;

	set(&host, state);
	host_run(&host, att_cmd_roots, words, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_int_equal(json_array_size(root), 2);
	one = json_array_get(root, 0);
	assert_string_equal(host_text_of(one, "role"), "anchor");
	assert_string_equal(host_text_of(certificate_of(one), "subject"),
	    "CN=Forge root,O=Forge");
	assert_string_equal(host_text_of(certificate_of(one), "not_before"),
	    "2024-01-01T00:00:00Z");
	host_print_sha256(host.root.cert, sha256);
	assert_string_equal(host_text_of(one, "sha256"), sha256);
	assert_int_equal(
	    strlen(host_text_of(certificate_of(one), "key_id")), 40);
	assert_int_equal(
	    strlen(host_text_of(certificate_of(one), "key_sha256")), 64);
	assert_non_null(strstr(host_text_of(one, "file"), "/roots/forge.pem"));
	assert_int_equal(json_integer_value(json_object_get(one, "line")), 1);
	assert_int_equal(count_of(one), 3);
	assert_int_equal(
	    json_array_size(json_object_get(certificate_of(one), "doubts")), 0);
	one = json_array_get(root, 1);
	assert_string_equal(host_text_of(one, "role"), "intermediate");
	assert_string_equal(host_text_of(certificate_of(one), "issuer"),
	    "CN=Forge root,O=Forge");
	assert_int_equal(count_of(one), 1);
	json_decref(root);
	captured_reset(&captured);
	host_clear(&host);
}

/* By OpenSSL, which computes them of its own reading. */
static void
identifiers_are_those_of_others(void **state)
{
	static const char *const words[] = { "roots", "list", "--json", NULL };
	unsigned char key_id[20], key_sha256[32];
	char hex[65];
	struct captured captured;
	struct host host;
	unsigned char *spki = NULL;
	json_t *root;
	int len;

	host_set(&host, *state);
	host_run(&host, att_cmd_roots, words, &captured);
	root = captured_json(&captured);
	assert_int_equal(
	    X509_pubkey_digest(host.root.cert, EVP_sha1(), key_id, NULL), 1);
	for (size_t i = 0; i < sizeof(key_id); i++)
		snprintf(hex + 2 * i, 3, "%02x", key_id[i]);
	assert_string_equal(
	    host_text_of(certificate_of(json_array_get(root, 0)), "key_id"),
	    hex);
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(host.root.cert), &spki);
	assert_true(len > 0);
	assert_int_equal(
	    EVP_Digest(spki, (size_t)len, key_sha256, NULL, EVP_sha256(), NULL),
	    1);
	for (size_t i = 0; i < sizeof(key_sha256); i++)
		snprintf(hex + 2 * i, 3, "%02x", key_sha256[i]);
	assert_string_equal(
	    host_text_of(certificate_of(json_array_get(root, 0)), "key_sha256"),
	    hex);
	OPENSSL_free(spki);
	json_decref(root);
	captured_reset(&captured);
	host_clear(&host);
}

static void
lists_a_table_that_aligns(void **state)
{
	static const char *const all[] = { "roots", "list", NULL };
	static const char *const some[] = { "roots", "list", "--intermediates",
		NULL };
	struct captured captured;
	struct host host;
	char *end;

	set(&host, state);
	host_run(&host, att_cmd_roots, all, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_int_equal(
	    strncmp(captured.out,
		"ROLE          CREDENTIALS  FROM        UNTIL       REMARK",
		55),
	    0);
	assert_non_null(
	    strstr(captured.out, "\nanchor        3            2024-01-01"));
	assert_non_null(
	    strstr(captured.out, "\nintermediate  1            2024-01-01"));
	assert_non_null(end = strstr(captured.out, "CN=Forge root,O=Forge\n"));
	captured_reset(&captured);
	host_run(&host, att_cmd_roots, some, &captured);
	assert_null(strstr(captured.out, "\nanchor "));
	assert_non_null(strstr(captured.out, "\nintermediate "));
	captured_reset(&captured);
	host_clear(&host);
}

/* One that has no more than a certificate's shape is shown, too. */
static void
marks_what_is_wrong(void **state)
{
	static const char *const words[] = { "roots", "list", NULL };
	const struct pki_spec expired = { .name = "old",
		.key = pki_ec_key("P-256"),
		.end = PKI_BEGIN + 86400 };
	const struct pki_spec leaf = { .name = "leaf",
		.key = expired.key,
		.constraints = "CA:FALSE",
		.begin = 4102444800 - 86400,
		.end = 4102444800 };
	const struct pki_spec curve = { .name = "tiny",
		.key = pki_rsa_key(1024) };
	X509 *certs[] = { pki_make(&expired), pki_make(&leaf), pki_make(&curve),
		NULL };
	struct captured captured;
	struct host host;

	host_set(&host, *state);
	host_write_certs(&host, "roots/odd.pem", "# three\n", certs);
	host_run(&host, att_cmd_roots, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_non_null(strstr(captured.out, "  2024-01-02  expired  "));
	assert_non_null(
	    strstr(captured.out, "  2100-01-01  not-ca, not yet valid  "));
	assert_non_null(strstr(captured.out, "  2030-01-01  weak  "));
	assert_non_null(strstr(captured.out, "/roots/odd.pem:2 "));
	captured_reset(&captured);
	for (size_t i = 0; i < 3; i++)
		X509_free(certs[i]);
	EVP_PKEY_free(expired.key);
	EVP_PKEY_free(curve.key);
	host_clear(&host);
}

static void
a_copy_carries_nothing(void **state)
{
	static const char *const words[] = { "roots", "list", "--json", NULL };
	struct captured captured;
	struct host host;
	json_t *root;

	set(&host, state);
	host_write_certs(
	    &host, "roots/twice.pem", "", (X509 *[]){ host.root.cert, NULL });
	host_run(&host, att_cmd_roots, words, &captured);
	root = captured_json(&captured);
	assert_int_equal(count_of(json_array_get(root, 0)), 3);
	assert_int_equal(count_of(json_array_get(root, 1)), 0);
	json_decref(root);
	captured_reset(&captured);
	host_clear(&host);
}

/* --- show ----------------------------------------------------------------- */

static void
assert_shows(const struct host *host, const char *word, const char *subject)
{
	const char *words[] = { "roots", "show", word, NULL };
	struct captured captured;

	host_run(host, att_cmd_roots, words, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_int_equal(strncmp(captured.out, subject, strlen(subject)), 0);
	captured_reset(&captured);
}

static void
shows_one_by_every_name(void **state)
{
	static const char root[] = "anchor CN=Forge root,O=Forge\n";
	static const char middle[] =
	    "intermediate CN=Forge intermediate,O=Forge\n";
	unsigned char key_id[20];
	struct host host;
	char hex[65], colons[24], *path;

	set(&host, state);
	assert_shows(&host, "forge.pem", root);
	assert_shows(&host, "forge.pem:1", root);
	assert_shows(&host, "middle.pem", middle);
	path = scratch_path(*state, "more/middle.pem");
	assert_shows(&host, path, middle);
	host_print_sha256(host.middle.cert, hex);
	assert_shows(&host, hex, middle);
	snprintf(colons, sizeof(colons), "%.2s:%.2s:%.2s:%.2s", hex, hex + 2,
	    hex + 4, hex + 6);
	assert_shows(&host, colons, middle);
	assert_int_equal(
	    X509_pubkey_digest(host.middle.cert, EVP_sha1(), key_id, NULL), 1);
	for (size_t i = 0; i < sizeof(key_id); i++)
		snprintf(hex + 2 * i, 3, "%02X", key_id[i]);
	assert_shows(&host, hex, middle);
	free(path);
	host_clear(&host);
}

static void
shows_whose_credentials_rest_on_it(void **state)
{
	static const char *const text[] = { "roots", "show", "forge.pem",
		NULL };
	static const char *const json[] = { "roots", "show", "--json",
		"middle.pem", NULL };
	struct captured captured;
	const json_t *one, *holder;
	struct host host;
	json_t *root;

	set(&host, state);
	host_run(&host, att_cmd_roots, text, &captured);
	assert_non_null(strstr(captured.out, "  credentials  3\n\n"
					     "USER   LABEL\n"
					     "alice  blue key\n"
					     "bob    one\n"
					     "bob    two\n"));
	assert_non_null(strstr(captured.out, "  key          EC, 256 bits\n"));
	assert_non_null(
	    strstr(captured.out, "  issuer       CN=Forge root,O=Forge\n"));
	captured_reset(&captured);
	host_run(&host, att_cmd_roots, json, &captured);
	root = captured_json(&captured);
	assert_int_equal(json_array_size(root), 1);
	one = json_array_get(root, 0);
	assert_true(json_is_true(json_object_get(
	    json_object_get(certificate_of(one), "issuing"), "is_ca")));
	assert_int_equal(
	    json_array_size(json_object_get(one, "rests_on_it")), 1);
	holder = json_array_get(json_object_get(one, "rests_on_it"), 0);
	assert_string_equal(host_text_of(holder, "user"), "bob");
	assert_string_equal(host_text_of(holder, "label"), "two");
	json_decref(root);
	captured_reset(&captured);
	host_clear(&host);
}

static void
assert_shows_nothing(
    const struct host *host, const char *word, const char *reason)
{
	const char *words[] = { "roots", "show", "--json", word, NULL };
	struct captured captured;
	json_t *root;

	host_run(host, att_cmd_roots, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	if (strstr(captured.err, reason) == NULL)
		fail_msg("'%s' lacks '%s'", captured.err, reason);
	root = captured_json(&captured);
	assert_string_equal(
	    host_text_of(json_object_get(root, "reason"), "code"),
	    "roots-not-found");
	json_decref(root);
	captured_reset(&captured);
}

static void
shows_nothing_that_is_not_meant_clearly(void **state)
{
	struct host host;
	char hex[65];

	set(&host, state);
	assert_shows_nothing(&host, "none.pem", "no configured certificate");
	assert_shows_nothing(&host, "forge.pem:2", "no configured certificate");
	assert_shows_nothing(&host, "forge.pe", "no configured certificate");
	assert_shows_nothing(&host, "0123abc", "at least 8");
	assert_shows_nothing(&host, "ffffffff", "no configured certificate");
	host_write_certs(
	    &host, "roots/twice.pem", "\n", (X509 *[]){ host.root.cert, NULL });
	host_print_sha256(host.root.cert, hex);
	hex[8] = '\0';
	assert_shows_nothing(&host, hex, "/roots/forge.pem:1 and ");
	assert_shows_nothing(&host, hex, "/roots/twice.pem:2 among them");
	host_write_certs(
	    &host, "more/forge.pem", "", (X509 *[]){ host.middle.cert, NULL });
	assert_shows_nothing(&host, "forge.pem", "/more/forge.pem:1");
	host_clear(&host);
}

static void
assert_is_wrong_use(
    const struct host *host, const char *const *words, const char *reason)
{
	struct captured captured;

	host_run(host, att_cmd_roots, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_string_equal(captured.out, "");
	if (strstr(captured.err, reason) == NULL)
		fail_msg("'%s' lacks '%s'", captured.err, reason);
	captured_reset(&captured);
}

static void
wrong_use_says_so(void **state)
{
	struct host host;

	host_set(&host, *state);
	assert_is_wrong_use(
	    &host, (const char *[]){ "roots", NULL }, "expected ");
	assert_is_wrong_use(
	    &host, (const char *[]){ "roots", "lost", NULL }, "expected ");
	assert_is_wrong_use(&host,
	    (const char *[]){ "roots", "list", "--none", NULL },
	    "roots list: unknown option --none");
	assert_is_wrong_use(
	    &host, (const char *[]){ "roots", "list", "x", NULL }, "expected");
	assert_is_wrong_use(&host,
	    (const char *[]){ "roots", "list", "-a", "-i", NULL }, "expected");
	assert_is_wrong_use(&host, (const char *[]){ "roots", "show", NULL },
	    "roots show: too few");
	host_clear(&host);
}

/* What cannot be read is told, and the rest is shown. */
static void
a_malformed_store_is_told_of(void **state)
{
	static const char *const words[] = { "roots", "list", NULL };
	char *path = scratch_path(*state, "store/bob");
	struct captured captured;
	struct host host;

	set(&host, state);
	scratch_write_text(path, "bad\n");
	host_run(&host, att_cmd_roots, words, &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "store/bob:1: "));
	assert_non_null(strstr(captured.out, "\nanchor        1 "));
	captured_reset(&captured);
	host_clear(&host);
	free(path);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shows_what_rests_on_each),
		TEST(identifiers_are_those_of_others),
		TEST(lists_a_table_that_aligns),
		TEST(marks_what_is_wrong),
		TEST(a_copy_carries_nothing),
		TEST(shows_one_by_every_name),
		TEST(shows_whose_credentials_rest_on_it),
		TEST(shows_nothing_that_is_not_meant_clearly),
		TEST(wrong_use_says_so),
		TEST(a_malformed_store_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
