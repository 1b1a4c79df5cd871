/* SPDX-License-Identifier: BSD-2-Clause */
/* Seeds for the targets of trust. */
#include <stdlib.h>

#include "pki.h"
#include "seeds.h"

/* As DER for one target and as PEM for the other. */
static void
write_certificate(const char *name, X509 *cert)
{
	struct att_buf buf;

	att_buf_init(&buf, 65536);
	pki_put_der(cert, &buf);
	write_seed_of("certificate", name, &buf);
	pki_put_der(cert, &buf);
	write_seed_of("der", name, &buf);
	pki_put_pem(cert, &buf);
	write_seed_of("roots_pem", name, &buf);
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
	write_seed_of("roots_pem", "two", &buf);
}

void
write_trust(void)
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

	write_certificate("root", root);
	write_certificate("version_1", old);
	write_certificate("leaf", leaf);
	write_file(root, leaf);
	X509_free(leaf);
	X509_free(old);
	X509_free(root);
	EVP_PKEY_free(key);
}
