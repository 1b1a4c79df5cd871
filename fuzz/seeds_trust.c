/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes the inputs that the fuzz targets of trust start from:
 * fuzz/seeds_trust FOLDER makes FOLDER/certificate, FOLDER/der and
 * FOLDER/roots_pem.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "pki.h"

static const char *folder;

static void
write_seed(const char *target, const char *name, struct att_buf *content)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, target);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/%s/%s", folder, target, name);
	if ((file = fopen(path, "wb")) == NULL ||
	    fwrite(content->ptr, 1, content->len, file) != content->len ||
	    fclose(file) != 0) {
		perror(path);
		exit(1);
	}
	att_buf_reset(content);
}

/* As DER for one target and as PEM for the other. */
static void
write_certificate(const char *name, X509 *cert)
{
	struct att_buf buf;

	att_buf_init(&buf, 65536);
	pki_put_der(cert, &buf);
	write_seed("certificate", name, &buf);
	pki_put_der(cert, &buf);
	write_seed("der", name, &buf);
	pki_put_pem(cert, &buf);
	write_seed("roots_pem", name, &buf);
}

static void
write_file(X509 *a, X509 *b)
{
	struct att_buf buf;

	att_buf_init(&buf, 65536);
	if (att_buf_printf(&buf, "# two certificates\n\n") != ATT_OK)
		abort();
	pki_put_pem(a, &buf);
	pki_put_pem(b, &buf);
	write_seed("roots_pem", "two", &buf);
}

int
main(int argc, char **argv)
{
	static const struct pki_extension fido[] = {
		{ .oid = "1.3.6.1.4.1.45724.1.1.4",
		    .der = "\x04\x10"
			   "0123456789abcdef",
		    .der_len = 18 },
		{ .oid = "1.3.6.1.4.1.45724.1.1.5",
		    .der = "\x02\x01\x07",
		    .der_len = 3 },
		{ .oid = "2.5.29.30",
		    .der = "\x30\x07\xa0\x05\x30\x03\x82\x01x",
		    .der_len = 9 },
		{ 0 },
	};
	EVP_PKEY *key = pki_ec_key("P-256");
	const struct pki_spec root_spec = {
		.name = "root", .key = key, .usage = "keyCertSign"
	};
	const struct pki_spec old_spec = {
		.name = "old", .key = key, .is_version_1 = true
	};
	X509 *root = pki_make(&root_spec);
	X509 *old = pki_make(&old_spec);
	const struct pki_spec leaf_spec = { .key = key,
		.issuer = root,
		.constraints = "CA:FALSE",
		.more = fido };
	X509 *leaf = pki_make_leaf(pki_packed_subject, &leaf_spec);

	if (argc != 2) {
		fprintf(stderr, "usage: seeds_trust FOLDER\n");
		return 1;
	}
	folder = argv[1];
	write_certificate("root", root);
	write_certificate("version_1", old);
	write_certificate("leaf", leaf);
	write_file(root, leaf);
	X509_free(leaf);
	X509_free(old);
	X509_free(root);
	EVP_PKEY_free(key);
	return 0;
}
