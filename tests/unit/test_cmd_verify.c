/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests of the contract that "attestctl verify" is for scripts. */
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

#include <jansson.h>

#include "attestctl/command.h"
#include "forge.h"
#include "pki.h"

enum {
	ARGS_MAX = 32,
	PATH_BYTES = 512
};

/* A registration on disk, and how to name what it was made for. */
static struct {
	char dir[64];
	char config[PATH_BYTES];
	char object[PATH_BYTES];
	char roots[PATH_BYTES];
	char nothing[PATH_BYTES];
	char rp_id_hash[65];
	char client_data_hash[65];
	struct forged forged;
} fixture;

/* In attestctl's main.c, which is not linked here. */
enum att_err
att_invocation_options(
    const struct att_invocation *invocation, struct att_options **optsp)
{
	struct att_reason why;
	enum att_err r;

	if ((r = att_options_new(optsp)) != ATT_OK)
		return r;
	r = att_options_read_file(*optsp, invocation->config, &why);
	if (r != ATT_OK)
		att_options_free(optsp);
	return r;
}

static void
write_file(char path[PATH_BYTES], const char *name, struct att_bytes content)
{
	FILE *f;

	snprintf(path, PATH_BYTES, "%s/%s", fixture.dir, name);
	if ((f = fopen(path, "wb")) == NULL ||
	    fwrite(content.ptr, 1, content.len, f) != content.len ||
	    fclose(f) != 0 || chmod(path, 0600) != 0)
		abort();
}

static void
print_hash(const uint8_t hash[32], char text[65])
{
	for (size_t i = 0; i < 32; i++)
		snprintf(text + 2 * i, 3, "%02X", hash[i]);
}

static int
make_fixture(void **state)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
		.defect = FORGE_FINE };
	const char *tmp = getenv("TMPDIR");
	struct att_buf pem;

	(void)state;
	snprintf(fixture.dir, sizeof(fixture.dir), "%s/verify.XXXXXX",
	    tmp == NULL || strlen(tmp) > 40 ? "/tmp" : tmp);
	if (mkdtemp(fixture.dir) == NULL)
		return -1;
	forge(&spec, &fixture.forged);
	att_buf_init(&pem, 65536);
	pki_put_pem(fixture.forged.root, &pem);
	write_file(fixture.roots, "roots.pem", att_buf_get(&pem));
	att_buf_reset(&pem);
	write_file(
	    fixture.object, "object", att_buf_get(&fixture.forged.object));
	write_file(fixture.config, "conf", att_bytes("", 0));
	snprintf(fixture.nothing, PATH_BYTES, "%s/nothing", fixture.dir);
	print_hash(fixture.forged.rp_id_hash, fixture.rp_id_hash);
	print_hash(fixture.forged.client_data_hash, fixture.client_data_hash);
	return mkdir(fixture.nothing, 0700);
}

static int
drop_fixture(void **state)
{
	char command[PATH_BYTES];

	(void)state;
	forged_reset(&fixture.forged);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture.dir);
	return system(command) == 0 ? 0 : -1;
}

/* What a run printed to standard output and standard error. */
struct printed {
	char out[8192];
	char err[2048];
};

static int
redirect(FILE *stream, int number, const char *name)
{
	char path[PATH_BYTES];
	int saved;
	FILE *f;

	fflush(stream);
	saved = dup(number);
	snprintf(path, sizeof(path), "%s/%s", fixture.dir, name);
	if (saved < 0 || (f = fopen(path, "wb")) == NULL ||
	    dup2(fileno(f), number) < 0)
		abort();
	fclose(f);
	return saved;
}

static void
restore(FILE *stream, int number, int saved)
{
	fflush(stream);
	if (dup2(saved, number) < 0)
		abort();
	close(saved);
}

static void
read_back(const char *name, char *text, size_t size)
{
	char path[PATH_BYTES];
	size_t len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", fixture.dir, name);
	if ((f = fopen(path, "rb")) == NULL)
		abort();
	len = fread(text, 1, size - 1, f);
	text[len] = '\0';
	fclose(f);
}

static enum att_exit
run(const char *const *args, struct printed *printed)
{
	const struct att_invocation invocation = { .config = fixture.config };
	char *owned[ARGS_MAX] = { NULL };
	char *argv[ARGS_MAX + 1] = { NULL }; /* getopt_long() sorts it */
	enum att_exit status;
	int argc = 0;
	int out;
	int err;

	for (; args[argc] != NULL; argc++)
		argv[argc] = owned[argc] = strdup(args[argc]);
	out = redirect(stdout, STDOUT_FILENO, "stdout");
	err = redirect(stderr, STDERR_FILENO, "stderr");
	status = att_cmd_verify(&invocation, argc, argv);
	restore(stdout, STDOUT_FILENO, out);
	restore(stderr, STDERR_FILENO, err);
	for (int i = 0; i < argc; i++)
		free(owned[i]);
	read_back("stdout", printed->out, sizeof(printed->out));
	read_back("stderr", printed->err, sizeof(printed->err));
	return status;
}

#define GOOD                                                                   \
	"verify", "--rp-id-hash", fixture.rp_id_hash, "--client-data-hash",    \
	    fixture.client_data_hash, "--at", "2026-01-01T00:00:00Z",          \
	    "--intermediates", fixture.nothing
#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static json_t *
parse(const char *text)
{
	static const char *const keys[] = { "verdict", "format",
		"attestation_type", "aaguid", "credential_id", "algorithm",
		"flags", "sign_count", "attestation_key", "anchor", "reason" };
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);

	if (root == NULL)
		fail_msg("not JSON: %s", text);
	assert_int_equal(json_object_size(root), 11);
	for (size_t i = 0; i < 11; i++)
		assert_non_null(json_object_get(root, keys[i]));
	return root;
}

static const char *
get(const json_t *root, const char *key)
{
	const char *text = json_string_value(json_object_get(root, key));

	return text == NULL ? "(none)" : text;
}

static void
says_all_of_what_it_accepts(void **state)
{
	struct printed printed;
	json_t *anchor;
	json_t *root;

	(void)state;
	assert_int_equal(
	    run(ARGS(GOOD, "--json", "--roots", fixture.roots, fixture.object),
		&printed),
	    ATT_EXIT_DONE);
	assert_string_equal(printed.err, "");
	root = parse(printed.out);
	assert_string_equal(get(root, "verdict"), "accepted");
	assert_string_equal(get(root, "format"), "packed");
	assert_string_equal(get(root, "attestation_type"), "basic");
	assert_int_equal(strlen(get(root, "aaguid")), 36);
	assert_string_equal(get(root, "algorithm"), "ES256");
	assert_true(json_is_string(json_object_get(root, "credential_id")));
	assert_true(json_is_integer(json_object_get(root, "sign_count")));
	assert_string_equal(json_string_value(json_array_get(
				json_object_get(root, "flags"), 0)),
	    "UP");
	assert_int_equal(strlen(get(root, "attestation_key")), 40);
	anchor = json_object_get(root, "anchor");
	assert_non_null(strstr(get(anchor, "subject"), "O=Forge"));
	assert_int_equal(strlen(get(anchor, "sha256")), 64);
	assert_true(json_is_null(json_object_get(root, "reason")));
	json_decref(root);
}

static void
says_why_it_refuses(void **state)
{
	struct printed printed;
	json_t *root;

	(void)state;
	assert_int_equal(run(ARGS(GOOD, "--json", "--roots", fixture.nothing,
				 fixture.object),
			     &printed),
	    ATT_EXIT_REFUSED);
	assert_string_equal(printed.err, "");
	root = parse(printed.out);
	assert_string_equal(get(root, "verdict"), "refused");
	assert_string_equal(
	    get(json_object_get(root, "reason"), "code"), "anchor-unknown");
	assert_string_not_equal(
	    get(json_object_get(root, "reason"), "text"), "");
	assert_true(json_is_null(json_object_get(root, "anchor")));
	assert_string_equal(get(root, "format"), "packed");
	json_decref(root);
}

static void
refuses_what_is_no_object(void **state)
{
	struct printed printed;
	json_t *root;

	(void)state;
	assert_int_equal(
	    run(ARGS(GOOD, "--json", "--roots", fixture.roots, fixture.roots),
		&printed),
	    ATT_EXIT_REFUSED);
	root = parse(printed.out);
	assert_true(json_is_null(json_object_get(root, "format")));
	assert_true(json_is_null(json_object_get(root, "flags")));
	assert_true(json_is_null(json_object_get(root, "sign_count")));
	json_decref(root);
	assert_int_equal(run(ARGS(GOOD, "--json", fixture.config), &printed),
	    ATT_EXIT_REFUSED);
}

static void
prints_text_for_people(void **state)
{
	struct printed printed;

	(void)state;
	assert_int_equal(
	    run(ARGS(GOOD, "--roots", fixture.roots, fixture.object), &printed),
	    ATT_EXIT_DONE);
	assert_int_equal(strncmp(printed.out, "verdict:    accepted\n", 21), 0);
	assert_non_null(strstr(printed.out, "\nalgorithm:  ES256\n"));
	assert_non_null(strstr(printed.out, "\nkey id:     "));
	assert_non_null(strstr(printed.out, "\nanchor:     CN="));
	assert_null(strstr(printed.out, "reason:"));
	assert_int_equal(
	    run(ARGS(GOOD, "--roots", fixture.nothing, fixture.object),
		&printed),
	    ATT_EXIT_REFUSED);
	assert_non_null(strstr(printed.out, "\nreason:     anchor-unknown: "));
	assert_null(strstr(printed.out, "anchor:"));
}

static void
obeys_settings(void **state)
{
	struct printed printed;
	json_t *root;

	(void)state;
	assert_int_equal(run(ARGS(GOOD, "--json", "--roots", fixture.roots,
				 "--set", "formats=tpm", fixture.object),
			     &printed),
	    ATT_EXIT_REFUSED);
	root = parse(printed.out);
	assert_string_equal(
	    get(json_object_get(root, "reason"), "code"), "format-refused");
	json_decref(root);
	assert_int_equal(
	    run(ARGS(GOOD, "--roots", fixture.roots, "--set", "formats=tpm",
		    "--set", "formats=packed", fixture.object),
		&printed),
	    ATT_EXIT_DONE);
}

static void
judges_at_the_time_given(void **state)
{
	struct printed printed;
	json_t *root;

	(void)state;
	assert_int_equal(run(ARGS(GOOD, "--json", "--roots", fixture.roots,
				 "--at", "0", fixture.object),
			     &printed),
	    ATT_EXIT_REFUSED);
	root = parse(printed.out);
	assert_string_equal(
	    get(json_object_get(root, "reason"), "code"), "certificate-date");
	json_decref(root);
}

/* The fixture's hashes are of no text; another RP ID has to be noticed. */
static void
hashes_rp_id_and_client_data(void **state)
{
	char client_data[PATH_BYTES];
	struct printed printed;
	json_t *root;

	(void)state;
	write_file(client_data, "client_data", att_bytes_text("{}"));
	assert_int_equal(run(ARGS("verify", "--json", "--rp-id",
				 "other.example", "--client-data", client_data,
				 "--roots", fixture.roots, fixture.object),
			     &printed),
	    ATT_EXIT_REFUSED);
	root = parse(printed.out);
	assert_string_equal(
	    get(json_object_get(root, "reason"), "code"), "rp-id-hash");
	json_decref(root);
	assert_int_equal(
	    run(ARGS("verify", "--json", "--rp-id-hash", fixture.rp_id_hash,
		    "--client-data", client_data, "--roots", fixture.roots,
		    fixture.object),
		&printed),
	    ATT_EXIT_REFUSED);
	root = parse(printed.out);
	assert_string_equal(get(json_object_get(root, "reason"), "code"),
	    "statement-signature");
	json_decref(root);
}

static void
assert_cannot_tell(const char *const *args, const char *reason)
{
	struct printed printed;
	const char *end;

	assert_int_equal(run(args, &printed), ATT_EXIT_UNKNOWN);
	assert_string_equal(printed.out, "");
	if (strstr(printed.err, reason) == NULL)
		fail_msg("'%s' lacks '%s'", printed.err, reason);
	end = strchr(printed.err, '\n');
	assert_non_null(end);
	assert_string_equal(end, "\n"); /* one line */
}

#define HASHES                                                                 \
	"--rp-id-hash", fixture.rp_id_hash, "--client-data-hash",              \
	    fixture.client_data_hash

static void
cannot_tell_when_used_wrongly(void **state)
{
	(void)state;
	assert_cannot_tell(ARGS("verify"), "FILE");
	assert_cannot_tell(ARGS("verify", "x"), "--rp-id");
	assert_cannot_tell(
	    ARGS("verify", "--rp-id", "x", "y"), "--client-data");
	assert_cannot_tell(
	    ARGS("verify", HASHES, "--rp-id", "x", "y"), "one of --rp-id");
	assert_cannot_tell(ARGS("verify", HASHES, "--client-data", "x", "y"),
	    "one of --client-data");
	assert_cannot_tell(ARGS("verify", HASHES, "a", "b"), "exactly one");
	assert_cannot_tell(ARGS("verify", HASHES, "--nonsense", "a"),
	    "'--nonsense' is not an option");
	assert_cannot_tell(
	    ARGS("verify", HASHES, "a", "--at"), "'--at' needs a value");
	assert_cannot_tell(
	    ARGS("verify", HASHES, "--at", "noon", "a"), "--at 'noon'");
	assert_cannot_tell(
	    ARGS("verify", "--rp-id-hash", "0011", "--client-data-hash",
		fixture.client_data_hash, fixture.object),
	    "--rp-id-hash has to be 64");
	assert_cannot_tell(ARGS("verify", "--rp-id", "", "--client-data-hash",
			       fixture.client_data_hash, fixture.object),
	    "1 to 253");
	assert_cannot_tell(ARGS("verify", "--rp-id", "a", "--rp-id", "b",
			       "--client-data", "x", "y"),
	    "--rp-id is given twice");
	assert_cannot_tell(
	    ARGS("verify", "--rp-id", "x", "--client-data", "-", "-"),
	    "standard input");
	assert_cannot_tell(
	    ARGS(GOOD, "--set", "formats", fixture.object), "OPTION=VALUE");
	assert_cannot_tell(
	    ARGS(GOOD, "--set", "formts=packed", fixture.object), "formts");
	assert_cannot_tell(
	    ARGS(GOOD, "--set", "timeout=never", fixture.object), "timeout");
}

static void
cannot_tell_when_files_fail(void **state)
{
	char missing[PATH_BYTES + 16];

	(void)state;
	snprintf(missing, sizeof(missing), "%s/missing", fixture.dir);
	assert_cannot_tell(
	    ARGS(GOOD, "--json", "--roots", fixture.roots, missing),
	    "missing does not exist");
	assert_cannot_tell(
	    ARGS(GOOD, "--roots", missing, fixture.object), "does not exist");
	assert_cannot_tell(
	    ARGS(GOOD, "--roots", fixture.object, fixture.object),
	    "object: line 1");
	assert_cannot_tell(
	    ARGS(GOOD, "--roots", fixture.roots, fixture.nothing), "folder");
}

static void
shows_its_usage(void **state)
{
	struct printed printed;

	(void)state;
	assert_int_equal(
	    run(ARGS("verify", "--help"), &printed), ATT_EXIT_DONE);
	assert_int_equal(
	    strncmp(printed.out, "usage: attestctl verify", 23), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_all_of_what_it_accepts),
		cmocka_unit_test(says_why_it_refuses),
		cmocka_unit_test(refuses_what_is_no_object),
		cmocka_unit_test(prints_text_for_people),
		cmocka_unit_test(obeys_settings),
		cmocka_unit_test(judges_at_the_time_given),
		cmocka_unit_test(hashes_rp_id_and_client_data),
		cmocka_unit_test(cannot_tell_when_used_wrongly),
		cmocka_unit_test(cannot_tell_when_files_fail),
		cmocka_unit_test(shows_its_usage),
	};

	return cmocka_run_group_tests(tests, make_fixture, drop_fixture);
}
