/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of loading anchors and intermediates from files and folders. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "pki.h"
#include "trust/anchor_set.h"

enum {
	PATH_BYTES = 512
};

/* A scratch folder and a certificate to put there. */
static struct {
	char dir[64];
	EVP_PKEY *key;
	X509 *cert;
	struct att_buf pem;
} fixture;

static int
make_fixture(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct pki_spec spec = { .name = "a" };

	(void)state;
	snprintf(fixture.dir, sizeof(fixture.dir), "%s/anchors.XXXXXX",
	    tmp == NULL || strlen(tmp) > 40 ? "/tmp" : tmp);
	if (mkdtemp(fixture.dir) == NULL)
		return -1;
	fixture.key = spec.key = pki_ec_key("P-256");
	fixture.cert = pki_make(&spec);
	att_buf_init(&fixture.pem, 65536);
	pki_put_pem(fixture.cert, &fixture.pem);
	return 0;
}

static int
drop_fixture(void **state)
{
	char command[PATH_BYTES];

	(void)state;
	att_buf_reset(&fixture.pem);
	X509_free(fixture.cert);
	EVP_PKEY_free(fixture.key);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture.dir);
	return system(command) == 0 ? 0 : -1;
}

static const char *
path_of(const char *name)
{
	static char path[PATH_BYTES];

	snprintf(path, sizeof(path), "%s/%s", fixture.dir, name);
	return path;
}

static void
make_folder(const char *name)
{
	assert_int_equal(mkdir(path_of(name), 0755), 0);
}

/* before, the certificate count times, after. */
static void
write_file(
    const char *name, const char *before, size_t count, const char *after)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	fputs(before, f);
	for (size_t i = 0; i < count; i++)
		fwrite(fixture.pem.ptr, 1, fixture.pem.len, f);
	fputs(after, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path_of(name), 0644), 0);
}

static enum att_err
load(const char *name, bool strict, size_t *count, struct att_reason *why)
{
	struct att_anchors *anchors;
	enum att_err r;

	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	r = att_anchors_load(
	    anchors, ATT_ROLE_ANCHOR, path_of(name), strict, why);
	*count = att_anchors_get_count(anchors);
	att_anchors_free(&anchors);
	assert_null(anchors);
	return r;
}

static void
assert_loads(const char *name, size_t want)
{
	struct att_reason why = { 0 };
	size_t count;

	for (int strict = 0; strict < 2; strict++) {
		if (load(name, strict != 0, &count, &why) != ATT_OK)
			fail_msg("%s", why.text);
		assert_int_equal(count, want);
	}
}

static void
assert_refuses(
    const char *name, bool strict, enum att_err want, const char *reason)
{
	struct att_reason why = { 0 };
	size_t count;

	assert_int_equal(load(name, strict, &count, &why), want);
	if (strstr(why.text, reason) == NULL)
		fail_msg("'%s' lacks '%s'", why.text, reason);
}

static void
reads_files(void **state)
{
	(void)state;
	write_file("one.crt", "# a comment\n\n", 1, "# the end");
	write_file("many.crt", "", 70, "");
	assert_loads("one.crt", 1);
	assert_loads("many.crt", 70);
}

static void
reads_pem_files_of_a_folder(void **state)
{
	(void)state;
	make_folder("roots");
	assert_loads("roots", 0);
	write_file("roots/b.pem", "", 2, "");
	write_file("roots/a.pem", "", 1, "");
	write_file("roots/README", "not a certificate\n", 0, "");
	write_file("roots/.hidden.pem", "not a certificate\n", 0, "");
	write_file("roots/.pem", "not a certificate\n", 0, "");
	write_file("roots/a.pem.bak", "not a certificate\n", 0, "");
	assert_loads("roots", 3);
}

/* Beside the certificates, by its name, and held to its form. */
static void
reads_the_status_list_of_a_folder(void **state)
{
	(void)state;
	make_folder("listed");
	write_file("listed/a.pem", "", 1, "");
	write_file("listed/android-status.json", "{\"entries\": {}}\n", 0, "");
	assert_loads("listed", 1);
	write_file("listed/android-status.json", "# nothing\n", 0, "");
	assert_refuses("listed", true, ATT_ERR_ROOTS_INVALID,
	    "android-status.json: not a status list");
}

static void
tells_roles_apart(void **state)
{
	struct att_anchors *anchors;

	(void)state;
	write_file("roles.crt", "", 2, "");
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_load(anchors, ATT_ROLE_INTERMEDIATE,
			     path_of("roles.crt"), true, NULL),
	    ATT_OK);
	assert_int_equal(att_anchors_get_count(anchors), 0);
	assert_int_equal(att_anchors_load(anchors, ATT_ROLE_ANCHOR,
			     path_of("roles.crt"), true, NULL),
	    ATT_OK);
	assert_int_equal(att_anchors_get_count(anchors), 2);
	assert_int_equal(anchors->count, 4);
	att_anchors_free(&anchors);
	att_anchors_free(&anchors);
}

static void
a_missing_path_is_empty_only_when_configured(void **state)
{
	size_t count;

	(void)state;
	assert_int_equal(load("missing", true, &count, NULL), ATT_OK);
	assert_int_equal(count, 0);
	assert_refuses("missing", false, ATT_ERR_FILE_NOT_FOUND, "missing");
}

static void
refuses_what_is_not_a_certificate(void **state)
{
	(void)state;
	write_file("garbage.crt", "", 1, "garbage\n");
	write_file("empty.crt", "", 0, "");
	write_file("comment.crt", "# nothing\n", 0, "");
	write_file("der.crt",
	    "-----BEGIN CERTIFICATE-----\nMAMCAQA=\n"
	    "-----END CERTIFICATE-----\n",
	    0, "");
	write_file("key.crt", "-----BEGIN PRIVATE KEY-----\n", 0, "");
	assert_refuses(
	    "garbage.crt", true, ATT_ERR_ROOTS_INVALID, "garbage.crt: line");
	assert_refuses("empty.crt", true, ATT_ERR_ROOTS_INVALID,
	    "empty.crt has no certificate");
	assert_refuses(
	    "comment.crt", false, ATT_ERR_ROOTS_INVALID, "has no certificate");
	assert_refuses("der.crt", false, ATT_ERR_ROOTS_INVALID,
	    "der.crt: line 3: the block that ends here is not a certificate");
	assert_refuses(
	    "key.crt", true, ATT_ERR_ROOTS_INVALID, "not a CERTIFICATE");
}

static void
one_bad_file_refuses_the_folder(void **state)
{
	(void)state;
	make_folder("mixed");
	write_file("mixed/a.pem", "", 1, "");
	write_file("mixed/b.pem", "x\n", 0, "");
	assert_refuses(
	    "mixed", true, ATT_ERR_ROOTS_INVALID, "mixed/b.pem: line 1");
	assert_refuses(
	    "mixed", false, ATT_ERR_ROOTS_INVALID, "mixed/b.pem: line 1");
}

static void
strict_refuses_what_others_can_write(void **state)
{
	(void)state;
	write_file("open.crt", "", 1, "");
	assert_int_equal(chmod(path_of("open.crt"), 0666), 0);
	assert_refuses("open.crt", true, ATT_ERR_FILE_PERMISSIONS, "open.crt");
	make_folder("open");
	write_file("open/a.pem", "", 1, "");
	assert_int_equal(chmod(path_of("open/a.pem"), 0664), 0);
	assert_refuses("open", true, ATT_ERR_FILE_PERMISSIONS, "open/a.pem");
	assert_int_equal(chmod(path_of("open/a.pem"), 0644), 0);
	assert_loads("open", 1);
	assert_int_equal(chmod(path_of("open"), 0777), 0);
	assert_refuses("open", true, ATT_ERR_FILE_PERMISSIONS, "open");
}

static void
strict_follows_no_link(void **state)
{
	char target[PATH_BYTES];

	(void)state;
	make_folder("linked");
	write_file("target.crt", "", 1, "");
	snprintf(target, sizeof(target), "%s", path_of("target.crt"));
	assert_int_equal(symlink(target, path_of("linked/a.pem")), 0);
	assert_refuses("linked", true, ATT_ERR_FILE_TYPE, "linked/a.pem");
	assert_int_equal(symlink(target, path_of("link.crt")), 0);
	assert_refuses("link.crt", true, ATT_ERR_FILE_TYPE, "link.crt");
}

static void
lends_what_it_holds(void **state)
{
	struct att_anchor_item item;
	struct att_anchors *anchors;

	(void)state;
	write_file("items.crt", "# the first\n", 2, "");
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_load(anchors, ATT_ROLE_INTERMEDIATE,
			     path_of("items.crt"), true, NULL),
	    ATT_OK);
	assert_true(att_anchors_get_item(anchors, 0, &item));
	assert_int_equal(item.role, ATT_ROLE_INTERMEDIATE);
	assert_string_equal(item.shown, path_of("items.crt"));
	assert_int_equal(item.line, 2);
	assert_int_equal(att_anchors_add_der(anchors, ATT_ROLE_ANCHOR, item.der,
			     "memory", NULL),
	    ATT_OK);
	assert_true(att_anchors_get_item(anchors, 1, &item));
	assert_true(item.line > 2);
	assert_true(att_anchors_get_item(anchors, 2, &item));
	assert_int_equal(item.role, ATT_ROLE_ANCHOR);
	assert_string_equal(item.shown, "memory");
	assert_int_equal(item.line, 0);
	assert_false(att_anchors_get_item(anchors, 3, &item));
	assert_null(item.shown);
	att_anchors_free(&anchors);
}

static void
drops_one_and_keeps_the_others(void **state)
{
	struct att_anchor_item item;
	struct att_anchors *anchors;

	(void)state;
	write_file("three.crt", "", 2, "");
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_load(anchors, ATT_ROLE_ANCHOR,
			     path_of("three.crt"), true, NULL),
	    ATT_OK);
	assert_int_equal(att_anchors_add_pem(anchors, ATT_ROLE_INTERMEDIATE,
			     att_buf_get(&fixture.pem), "last", NULL),
	    ATT_OK);
	att_anchors_drop(anchors, 1);
	assert_int_equal(att_anchors_get_count(anchors), 1);
	assert_true(att_anchors_get_item(anchors, 0, &item));
	assert_int_equal(item.line, 1);
	assert_true(att_anchors_get_item(anchors, 1, &item));
	assert_string_equal(item.shown, "last");
	att_anchors_drop(anchors, 2);
	att_anchors_drop(anchors, 1);
	att_anchors_drop(anchors, 0);
	assert_false(att_anchors_get_item(anchors, 0, &item));
	assert_int_equal(att_anchors_add_pem(anchors, ATT_ROLE_ANCHOR,
			     att_buf_get(&fixture.pem), "again", NULL),
	    ATT_OK);
	assert_int_equal(att_anchors_get_count(anchors), 1);
	att_anchors_free(&anchors);
}

static void
decodes_at_need(void **state)
{
	struct att_anchors *anchors;
	struct att_certificate *again, *cert, *same;

	(void)state;
	assert_int_equal(att_anchors_new(&anchors), ATT_OK);
	assert_int_equal(att_anchors_add_pem(anchors, ATT_ROLE_ANCHOR,
			     att_buf_get(&fixture.pem), "x", NULL),
	    ATT_OK);
	assert_null(anchors->entries[0].cert);
	assert_int_equal(
	    att_anchor_entry_get_cert(&anchors->entries[0], &cert, NULL),
	    ATT_OK);
	same = pki_decode(fixture.cert);
	assert_true(att_certificate_is_equal(cert, same));
	assert_int_equal(
	    att_anchor_entry_get_cert(&anchors->entries[0], &again, NULL),
	    ATT_OK);
	assert_ptr_equal(cert, again);
	assert_true(att_anchor_entry_is_holder(&anchors->entries[0], same));
	att_certificate_free(&same);
	att_anchors_free(&anchors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_files),
		cmocka_unit_test(reads_pem_files_of_a_folder),
		cmocka_unit_test(reads_the_status_list_of_a_folder),
		cmocka_unit_test(tells_roles_apart),
		cmocka_unit_test(a_missing_path_is_empty_only_when_configured),
		cmocka_unit_test(refuses_what_is_not_a_certificate),
		cmocka_unit_test(one_bad_file_refuses_the_folder),
		cmocka_unit_test(strict_refuses_what_others_can_write),
		cmocka_unit_test(strict_follows_no_link),
		cmocka_unit_test(lends_what_it_holds),
		cmocka_unit_test(drops_one_and_keeps_the_others),
		cmocka_unit_test(decodes_at_need),
	};

	return cmocka_run_group_tests(tests, make_fixture, drop_fixture);
}
