/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes every registration of forge.def as a vector of its own, in the form
 * of the shared ones: generate FOLDER makes FOLDER/packed/FINE.json and so on,
 * and FOLDER/expected.json with the options and the code for each. Keys are
 * fresh in every run.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <jansson.h>
#include <openssl/pem.h>

#include "base/hex.h"
#include "forge.h"

/* How registrations of a kind are shown and judged. */
struct kind {
	const char *format; /* and the folder */
	const char *type;
	const char *settings[2];
};

static const struct kind kinds[] = {
#define UV "user_verification=required"
	[FORGE_KIND_BASIC] = { "packed", "basic", { UV } },
	[FORGE_KIND_CHAIN] = { "packed", "basic", { UV } },
	[FORGE_KIND_SELF] = { "packed", "self", { UV, "attestation=self" } },
	[FORGE_KIND_NONE] = { "none", "none", { UV, "attestation=none" } },
	[FORGE_KIND_ANDROID_KEY] = { "android-key", "basic", { UV } },
	[FORGE_KIND_SAFETYNET] = { "android-safetynet", "basic",
	    { UV, "formats=android-safetynet" } },
	[FORGE_KIND_COMPOUND] = { "compound", "compound",
	    { UV, "formats=compound packed android-key" } },
	[FORGE_KIND_U2F] = { "fido-u2f", "basic", { NULL } },
	[FORGE_KIND_APPLE] = { "apple", "anonca", { UV } },
	[FORGE_KIND_TPM] = { "tpm", "attca", { UV } },
	[FORGE_KIND_TPM_RSA] = { "tpm", "attca", { UV } },
#undef UV
};

static json_t *
make_hex(struct att_bytes bytes)
{
	char *text = malloc(ATT_HEX_TEXT_SIZE(bytes.len));
	json_t *value;

	if (text == NULL)
		err(2, "malloc");
	att_hex_print(bytes, text);
	value = json_stringn(text, 2 * bytes.len);
	free(text);
	return value;
}

static json_t *
make_roots(const X509 *root)
{
	json_t *roots = json_array();
	BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long len;

	if (bio == NULL)
		errx(2, "out of memory");
	if (root != NULL) {
		if (PEM_write_bio_X509(bio, (X509 *)(uintptr_t)root) != 1)
			errx(2, "a root cannot be written");
		len = BIO_get_mem_data(bio, &text);
		json_array_append_new(roots, json_stringn(text, (size_t)len));
	}
	BIO_free(bio);
	return roots;
}

static json_t *
make_vector(const struct forge_row *row, const struct forged *f)
{
	bool is_fine = row->error == ATT_OK;

	return json_pack("{s:s, s:s, s:o, s:n, s:o, s:o, s:s, s:s, s:s, s:o, "
			 "s:[], s:s, s:s*}",
	    "name", row->name, "source", "tests/unit/forge.def", "rp_id_hash",
	    make_hex(att_bytes(f->rp_id_hash, 32)), "client_data_json",
	    "client_data_hash", make_hex(att_bytes(f->client_data_hash, 32)),
	    "attestation_object", make_hex(att_buf_get(&f->object)), "fmt",
	    kinds[row->kind].format, "verdict", is_fine ? "valid" : "invalid",
	    "attestation_type", kinds[row->kind].type, "trust_roots_pem",
	    make_roots(f->root), "untrusted_intermediates_pem", "validate_at",
	    "2026-01-01T00:00:00Z", "reason", is_fine ? NULL : row->name);
}

static json_t *
make_expectation(const struct forge_row *row)
{
	const struct kind *kind = &kinds[row->kind];
	json_t *settings = json_array();

	for (size_t i = 0; i < 2 && kind->settings[i] != NULL; i++)
		json_array_append_new(settings, json_string(kind->settings[i]));
	return json_pack("{s:o, s:s}", "set", settings, "relaxed",
	    row->error == ATT_OK ? "accepted" : att_err_code(row->error));
}

static void
write_json(const char *path, json_t *value)
{
	if (value == NULL || json_dump_file(value, path, JSON_INDENT(1)) != 0)
		err(2, "%s", path);
	json_decref(value);
}

static void
write_row(const char *folder, const struct forge_row *row, json_t *expected)
{
	const char *format = NULL;
	struct forged f;
	char path[4096];

	if (row->kind < sizeof(kinds) / sizeof(kinds[0]))
		format = kinds[row->kind].format;
	if (format == NULL)
		errx(2, "%s: add its kind to the table of generate.c",
		    row->name);
	snprintf(path, sizeof(path), "%s/%s", folder, format);
	if (mkdir(path, 0777) != 0 && errno != EEXIST)
		err(2, "%s", path);
	forge_row(row, &f);
	snprintf(
	    path, sizeof(path), "%s/%s/%s.json", folder, format, row->name);
	write_json(path, make_vector(row, &f));
	forged_reset(&f);
	snprintf(path, sizeof(path), "%s/%s", format, row->name);
	json_object_set_new(expected, path, make_expectation(row));
}

int
main(int argc, char **argv)
{
	json_t *expected = json_object();
	char path[4096];

	if (argc != 2)
		errx(2, "usage: generate FOLDER");
	if (mkdir(argv[1], 0777) != 0 && errno != EEXIST)
		err(2, "%s", argv[1]);
	for (size_t i = 0; i < FORGE_COUNT; i++)
		write_row(argv[1], &forge_rows[i], expected);
	snprintf(path, sizeof(path), "%s/expected.json", argv[1]);
	write_json(path, expected);
	printf("%d vectors in %s\n", FORGE_COUNT, argv[1]);
	return 0;
}
