/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl roots add: cmd_roots_add.c, offered.c, effect.c and
 * roots_folder.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <openssl/pem.h>

#include "attestctl/offered.h"
#include "host.h"
#include "pki.h"
#include "scratch.h"

static struct host host;

static int
setup(void **state)
{
	if (scratch_setup(state) != 0)
		return -1;
	host_set(&host, *state);
	return 0;
}

static int
teardown(void **state)
{
	host_clear(&host);
	return scratch_teardown(state);
}

/* roots add OPTION [VALUE] FILE; what is NULL is left out. */
static void
add(const char *option, const char *value, const char *name,
    struct captured *captured)
{
	char *path = scratch_path(host.folder, name);
	const char *words[8] = { "roots", "add" };
	size_t count = 2;

	if (option != NULL)
		words[count++] = option;
	if (value != NULL)
		words[count++] = value;
	words[count] = path;
	host_run(&host, att_cmd_roots, words, captured);
	free(path);
}

static size_t
count_files(const char *name)
{
	char *folder = scratch_path(host.folder, name);
	size_t count = scratch_count(folder, NULL);

	free(folder);
	return count;
}

/* Not a byte is left of an attempt, nor a lock. */
static void
assert_nothing_changed(void)
{
	char *roots = scratch_path(host.folder, "roots");
	char *more = scratch_path(host.folder, "more");

	assert_int_equal(count_files("roots"), 1);
	assert_int_equal(count_files("more"), 1);
	assert_int_equal(scratch_count(roots, "."), 2);
	assert_int_equal(scratch_count(more, "."), 2);
	free(roots);
	free(more);
}

static void
assert_refused(const char *name, const char *reason)
{
	struct captured captured;

	add(NULL, NULL, name, &captured);
	if (strstr(captured.err, reason) == NULL)
		fail_msg("'%s' lacks '%s'", captured.err, reason);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_string_equal(captured.out, "");
	captured_reset(&captured);
	assert_nothing_changed();
}

static void
assert_added(const char *option, const char *value, const char *name)
{
	struct captured captured;

	add(option, value, name, &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	captured_reset(&captured);
}

static void
write_cert(const char *name, X509 *cert)
{
	host_write_certs(&host, name, "", (X509 *[]){ cert, NULL });
}

static void
adds_and_says_who_is_let_in(void **state)
{
	char *made = scratch_path(*state, "roots/stranger.pem");
	struct captured captured;
	struct stat st;
	char *content;
	size_t len;

	host_register(&host, "eve", "one", &host.stranger);
	host_register(&host, "eve", "two", &host.stranger);
	host_register(&host, "bob", "key", &host.root);
	write_cert("offered", host.stranger.cert);
	add(NULL, NULL, "offered", &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	assert_int_equal(strncmp(captured.out, "added 1 anchor in ", 18), 0);
	assert_non_null(strstr(captured.out,
	    "/roots/stranger.pem\n  CN=Stranger,O=Forge\n"
	    "2 stored credentials are accepted now that were not before\n"));
	captured_reset(&captured);
	assert_int_equal(stat(made, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	content = scratch_read(made, &len);
	assert_int_equal(
	    strncmp(content, "# CN=Stranger,O=Forge\n-----BEGIN ", 33), 0);
	free(content);
	free(made);
}

static void
adds_der_as_an_intermediate_in_json(void **state)
{
	static const char *const words[] = { "roots", "add", "--json",
		"--intermediate", "--name", "a.pem", NULL, NULL };
	const char *all[8];
	char *path = scratch_path(*state, "offered");
	struct captured captured;
	struct att_buf der;
	json_t *root;

	att_buf_init(&der, 65536);
	pki_put_der(host.stranger.cert, &der);
	scratch_write(path, (char *)der.ptr, der.len, 0600);
	att_buf_reset(&der);
	memcpy(all, words, sizeof(all));
	all[6] = path;
	host_run(&host, att_cmd_roots, all, &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	root = captured_json(&captured);
	assert_non_null(
	    strstr(host_text_of(json_object_get(root, "added"), "file"),
		"/more/a.pem"));
	assert_int_equal(
	    json_array_size(json_object_get(root, "accepted_now")), 0);
	assert_true(json_is_null(json_object_get(root, "reason")));
	json_decref(root);
	captured_reset(&captured);
	free(path);
}

/* As "openssl x509 -text" and mail programs leave them. */
static void
adds_a_bundle_with_text_around_it(void **state)
{
	X509 *other = forge_root(host.middle.key, "Other root");
	struct captured captured;
	struct att_buf text;
	char *path = scratch_path(*state, "offered");

	att_buf_init(&text, 65536);
	assert_int_equal(
	    att_buf_printf(&text, "Certificate:\n  Data: x\r\n"), ATT_OK);
	pki_put_pem(host.stranger.cert, &text);
	assert_int_equal(att_buf_printf(&text, "subject=CN = Other\n"), ATT_OK);
	pki_put_pem(other, &text);
	scratch_write(path, (char *)text.ptr, text.len, 0644);
	add(NULL, NULL, "offered", &captured);
	assert_string_equal(captured.err, "");
	assert_int_equal(strncmp(captured.out, "added 2 anchors in ", 19), 0);
	captured_reset(&captured);
	assert_int_equal(count_files("roots"), 2);
	att_buf_reset(&text);
	free(path);
	X509_free(other);
}

static void
makes_the_folder(void **state)
{
	char *path = scratch_path(*state, "roots/forge.pem");
	char *folder = scratch_path(*state, "roots");
	struct stat st;

	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	write_cert("offered", host.stranger.cert);
	assert_added(NULL, NULL, "offered");
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	free(folder);
	free(path);
}

static void
names_are_unique(void **state)
{
	X509 *same = forge_root(host.middle.key, "Stranger");
	char *second = scratch_path(*state, "roots/stranger-2.pem");
	struct captured captured;

	write_cert("offered", host.stranger.cert);
	write_cert("other", same);
	assert_added(NULL, NULL, "offered");
	assert_added(NULL, NULL, "other");
	assert_int_equal(access(second, F_OK), 0);
	add("--allow", "duplicate", "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_DONE);
	captured_reset(&captured);
	add("--name", "stranger.pem", "other", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	captured_reset(&captured);
	assert_int_equal(count_files("roots"), 4);
	X509_free(same);
	free(second);
}

static void
names_are_made_of_subjects(void **state)
{
	static const struct {
		const char *subject;
		const char *stem;
	} cases[] = {
		{ "CN=Yubico FIDO Root CA Serial 450203556",
		    "yubico-fido-root-ca-serial-450203556" },
		{ "O=GoTrustID Inc.,CN=GoTrust FIDO2 Root CA 1",
		    "gotrust-fido2-root-ca-1" },
		{ "CN=a\\,CN=b/../c,O=x", "a-cn-b-c" },
		{ "O=x\\,CN=y,CN=z", "z" },
		{ "CN=Caf\\C3\\A9 1+O=x", "caf-1" },
		{ "serialNumber=f92009e853b6b045",
		    "serialnumber-f92009e853b6b045" },
		{ "CN=../../etc", "etc" },
		{ "CN=\\", "" },
		{ "CN=", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char stem[ATT_STEM_SIZE];

		att_offered_name(cases[i].subject, stem);
		assert_string_equal(stem, cases[i].stem);
	}
}

/* --- Refusals ----------------------------------------------------------- */

static void
refuses_what_is_no_certificate(void **state)
{
	char *path = scratch_path(*state, "offered");
	struct captured captured;

	scratch_write_text(path, "hello\n");
	assert_refused("offered", "offered has no certificate: expected PEM");
	scratch_write_text(path, "");
	assert_refused("offered", "has no certificate");
	scratch_write(path, "0\3\2\1\0", 5, 0644);
	assert_refused("offered", "offered is not a certificate");
	scratch_write_text(path, "text\n-----BEGIN CERTIFICATE-----\nMAMCAQA=\n"
				 "-----END CERTIFICATE-----\n");
	assert_refused("offered", "line 4: the block that ends here is not a");
	scratch_write_text(path, "-----BEGIN PKCS7-----\n");
	assert_refused("offered", "line 1: a PEM block that is not a CERT");
	/* Nothing allows that. */
	add("--allow", "weak", "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	captured_reset(&captured);
	add(NULL, NULL, "missing", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	captured_reset(&captured);
	assert_nothing_changed();
	free(path);
}

static void
refuses_a_private_key_beside_it(void **state)
{
	char *path = scratch_path(*state, "offered");
	struct att_buf text;
	unsigned char *der = NULL;
	char *pem;
	BIO *bio = BIO_new(BIO_s_mem());
	long len;

	att_buf_init(&text, 65536);
	pki_put_pem(host.stranger.cert, &text);
	assert_int_equal(PEM_write_bio_PKCS8PrivateKey(
			     bio, host.stranger.key, NULL, NULL, 0, NULL, NULL),
	    1);
	len = BIO_get_mem_data(bio, &pem);
	assert_int_equal(att_buf_put(&text, pem, (size_t)len), ATT_OK);
	scratch_write(path, (char *)text.ptr, text.len, 0600);
	assert_refused("offered", "a private key, which has no place");
	len = i2d_PrivateKey(host.stranger.key, &der);
	assert_true(len > 0);
	scratch_write(path, (char *)der, (size_t)len, 0600);
	assert_refused("offered", "a private key, which has no place");
	OPENSSL_free(der);
	BIO_free(bio);
	att_buf_reset(&text);
	free(path);
}

/* Refused as what it is, and added by whoever allows just that. */
static void
assert_allowed_only(
    const struct pki_spec *spec, const char *word, const char *reason)
{
	const char *other = strcmp(word, "weak") == 0 ? "date" : "weak";
	X509 *cert = pki_make(spec);
	char *name = NULL, *path;
	struct captured captured;

	write_cert("offered", cert);
	assert_refused("offered", reason);
	add("--allow", other, "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.err, word));
	captured_reset(&captured);
	assert_nothing_changed();
	assert_added("--allow", word, "offered");
	assert_true(asprintf(&name, "roots/%s.pem", spec->name) > 0);
	path = scratch_path(host.folder, name);
	assert_int_equal(unlink(path), 0);
	free(name);
	free(path);
	X509_free(cert);
}

static void
refuses_what_cannot_serve_unless_told_to(void **state)
{
	const struct pki_extension server[] = {
		{ .oid = "2.5.29.37", .value = "serverAuth" },
		{ .oid = NULL },
	};
	const struct pki_extension odd[] = {
		{ .oid = "1.2.3.4",
		    .der = "\5",
		    .der_len = 2,
		    .critical = true },
		{ .oid = NULL },
	};
	EVP_PKEY *key = pki_ec_key("P-256"), *weak = pki_rsa_key(1024);

	(void)state;
	assert_allowed_only(
	    &(struct pki_spec){
		.name = "old", .key = key, .end = PKI_BEGIN + 86400 },
	    "date", "expired on 2024-01-02; only registrations from before");
	assert_allowed_only(&(struct pki_spec){ .name = "young",
				.key = key,
				.begin = 4102444800,
				.end = 4102444900 },
	    "date", "is not valid before 2100-01-01");
	assert_allowed_only(&(struct pki_spec){ .name = "www",
				.key = key,
				.constraints = "CA:FALSE",
				.more = server },
	    "tls-server", "certificate of a TLS server");
	assert_allowed_only(
	    &(struct pki_spec){
		.name = "leaf", .key = key, .constraints = "CA:FALSE" },
	    "not-ca", "as an anchor it would stand for itself alone");
	assert_allowed_only(&(struct pki_spec){ .name = "weak", .key = weak },
	    "weak", "a key of less than 112 bits");
	assert_allowed_only(
	    &(struct pki_spec){ .name = "odd", .key = key, .more = odd },
	    "extension", "critical extension 1.2.3.4");
	EVP_PKEY_free(key);
	EVP_PKEY_free(weak);
}

static void
refuses_what_is_there_already(void **state)
{
	X509 *renewed = forge_root(host.root.key, "Forge root");
	struct captured captured;

	(void)state;
	write_cert("offered", host.root.cert);
	assert_refused("offered", "'CN=Forge root,O=Forge' is there already, "
				  "with the same key, in ");
	assert_refused("offered", "/roots/forge.pem:1 (--allow duplicate");
	write_cert("offered", renewed);
	assert_refused("offered", "/roots/forge.pem:1 (--allow duplicate");
	host_write_certs(&host, "offered", "",
	    (X509 *[]){ host.stranger.cert, host.stranger.cert, NULL });
	assert_refused("offered", "is there already");
	/* A cross-certificate of the same intermediate is another path. */
	write_cert("offered", host.middle.cert);
	add("--intermediate", NULL, "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_REFUSED);
	assert_non_null(strstr(captured.err, "/more/middle.pem:1"));
	captured_reset(&captured);
	X509_free(renewed);
	renewed = forge_intermediate(
	    host.middle.key, host.stranger.key, host.stranger.cert, FORGE_FINE);
	write_cert("offered", renewed);
	assert_added("--intermediate", NULL, "offered");
	X509_free(renewed);
}

static void
a_bundle_is_added_whole_or_not(void **state)
{
	const struct pki_spec old = { .name = "old",
		.key = host.stranger.key,
		.end = PKI_BEGIN + 86400 };
	X509 *certs[] = { host.stranger.cert, pki_make(&old), NULL };
	char *path = scratch_path(*state, "offered"), *text;
	size_t len;

	host_write_certs(&host, "offered", "# both\n", certs);
	assert_refused("offered", "'CN=old' expired");
	/* And by the line of the one that is broken. */
	text = scratch_read(path, &len);
	text[len - 40] = '!';
	scratch_write(path, text, len, 0644);
	assert_refused("offered", "not base64");
	free(text);
	free(path);
	X509_free(certs[1]);
}

static void
wrong_use_says_so(void **state)
{
	struct captured captured;

	(void)state;
	write_cert("offered", host.stranger.cert);
	static const char *const names[] = { "../a.pem", "a", ".a.pem", ".pem",
		"-a.pem", "a b.pem", "a\n.pem" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		add("--name", names[i], "offered", &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		assert_non_null(strstr(captured.err, "ends in .pem"));
		captured_reset(&captured);
	}
	add("--allow", "everything", "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "nothing to allow"));
	captured_reset(&captured);
	assert_nothing_changed();
}

/* Of several who add the same at once, one does. */
static void
adds_once_whoever_is_first(void **state)
{
	enum {
		ADDERS = 4
	};
	struct captured captured;
	pid_t pids[ADDERS];
	int status, added = 0, refused = 0;

	(void)state;
	write_cert("offered", host.stranger.cert);
	for (int i = 0; i < ADDERS; i++) {
		assert_true((pids[i] = fork()) >= 0);
		if (pids[i] == 0) {
			add(NULL, NULL, "offered", &captured);
			_exit((int)captured.status);
		}
	}
	for (int i = 0; i < ADDERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_true(WIFEXITED(status));
		added += WEXITSTATUS(status) == ATT_EXIT_DONE;
		refused += WEXITSTATUS(status) == ATT_EXIT_REFUSED;
	}
	assert_int_equal(added, 1);
	assert_int_equal(refused, ADDERS - 1);
	assert_int_equal(count_files("roots"), 2);
}

/* A folder that is a file is nothing to add to. */
static void
a_single_file_is_left_alone(void **state)
{
	char *folder = scratch_path(*state, "roots");
	char *file = scratch_path(*state, "roots/forge.pem");
	char *aside = scratch_path(*state, "aside");
	struct captured captured;

	assert_int_equal(rename(file, aside), 0);
	assert_int_equal(rmdir(folder), 0);
	assert_int_equal(rename(aside, folder), 0);
	write_cert("offered", host.stranger.cert);
	add(NULL, NULL, "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "/roots is not a folder"));
	captured_reset(&captured);
	free(folder);
	free(file);
	free(aside);
}

/* What others can write is not added to. */
static void
the_folder_has_to_be_ours(void **state)
{
	char *folder = scratch_path(*state, "roots");
	struct captured captured;

	write_cert("offered", host.stranger.cert);
	assert_int_equal(chmod(folder, 0777), 0);
	add(NULL, NULL, "offered", &captured);
	assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
	assert_non_null(strstr(captured.err, "chmod go-w"));
	captured_reset(&captured);
	assert_nothing_changed();
	free(folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(adds_and_says_who_is_let_in),
		TEST(adds_der_as_an_intermediate_in_json),
		TEST(adds_a_bundle_with_text_around_it),
		TEST(makes_the_folder),
		TEST(names_are_unique),
		TEST(names_are_made_of_subjects),
		TEST(refuses_what_is_no_certificate),
		TEST(refuses_a_private_key_beside_it),
		TEST(refuses_what_cannot_serve_unless_told_to),
		TEST(refuses_what_is_there_already),
		TEST(a_bundle_is_added_whole_or_not),
		TEST(wrong_use_says_so),
		TEST(adds_once_whoever_is_first),
		TEST(a_single_file_is_left_alone),
		TEST(the_folder_has_to_be_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
