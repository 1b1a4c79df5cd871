/* SPDX-License-Identifier: BSD-2-Clause */
/* Making compound attestations for tests: packed, android-key and others. */
#include <stdlib.h>
#include <string.h>

#include "codec/cose.h"
#include "forge.h"

enum {
	LIMIT = 1 << 18
};

/*
 * One letter for each statement inside:
 *	P  packed		Q  packed, under a root nobody knows
 *	A  android-key		B  android-key, likewise
 *	a  android-key, signed by another key
 *	E  packed, its certificate expired
 *	S  packed, self		N  none
 *	C  compound		J  android-safetynet	X  an unknown format
 *	[  not a map		+  another key beside	-  no fmt
 *	s  packed, attStmt no map
 */
struct content {
	enum forge_defect defect;
	const char *parts;
};
static const struct content contents[] = {
	{ FORGE_COMPOUND_FINE, "PA" },
	{ FORGE_COMPOUND_FINE_SELF, "APS" },
	{ FORGE_COMPOUND_FINE_HALF, "QA" },
	{ FORGE_COMPOUND_FINE_OTHER_HALF, "PB" },
	{ FORGE_COMPOUND_EMPTY, "" },
	{ FORGE_COMPOUND_ONE, "P" },
	{ FORGE_COMPOUND_NINE, "PAPAPAPAP" },
	{ FORGE_COMPOUND_TWICE, "PP" },
	{ FORGE_COMPOUND_SELF, "PS" },
	{ FORGE_COMPOUND_NONE, "PN" },
	{ FORGE_COMPOUND_NESTED, "PAC" },
	{ FORGE_COMPOUND_UNKNOWN, "PAX" },
	{ FORGE_COMPOUND_REFUSED, "PAJ" },
	{ FORGE_COMPOUND_BAD_FIRST, "aP" },
	{ FORGE_COMPOUND_BAD_LAST, "PAa" },
	{ FORGE_COMPOUND_ELEMENT_ARRAY, "PA[" },
	{ FORGE_COMPOUND_ELEMENT_EXTRA, "PA+" },
	{ FORGE_COMPOUND_ELEMENT_NO_FMT, "PA-" },
	{ FORGE_COMPOUND_STATEMENT_ARRAY, "PAs" },
	{ FORGE_COMPOUND_EXPIRED, "AE" },
	{ FORGE_COMPOUND_UNANCHORED, "QB" },
};

static const char *
find_parts(enum forge_defect defect)
{
	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++) {
		if (contents[i].defect == defect)
			return contents[i].parts;
	}
	return contents[0].parts;
}

/* certs[0] is for packed and certs[1] for android-key, both of the root. */
void
forge_compound_certificates(struct forged *f, EVP_PKEY *root_key)
{
	struct forged android = *f;

	f->certs[0] = forge_leaf(f->attestation, root_key, f->root, FORGE_FINE);
	android.attestation = f->credential;
	android.spec.defect = FORGE_ANDROID_FINE;
	f->certs[1] = forge_android_key_leaf(&android, root_key, f->root);
}

/* A copy that is to get another statement, over the same data. */
static struct forged
borrow(const struct forged *f, enum forge_kind kind, enum forge_defect defect)
{
	struct forged inner = *f;

	inner.spec.kind = kind;
	inner.spec.defect = defect;
	inner.certs[1] = NULL;
	att_buf_init(&inner.statement, LIMIT);
	return inner;
}

static void
put_packed(struct forged *f, char part, EVP_PKEY *other_key, const X509 *other)
{
	struct forged inner = borrow(
	    f, part == 'S' ? FORGE_KIND_SELF : FORGE_KIND_BASIC, FORGE_FINE);

	if (part == 'Q')
		inner.certs[0] =
		    forge_leaf(f->attestation, other_key, other, FORGE_FINE);
	if (part == 'E')
		inner.certs[0] = forge_leaf(
		    f->attestation, other_key, other, FORGE_CERT_EXPIRED);
	forge_packed_statement(&inner);
	forge_put_raw(&f->statement, inner.statement.ptr, inner.statement.len);
	att_buf_reset(&inner.statement);
	if (inner.certs[0] != f->certs[0])
		X509_free(inner.certs[0]);
}

static void
put_android(struct forged *f, char part, EVP_PKEY *other_key, const X509 *other)
{
	struct forged inner = borrow(f, FORGE_KIND_ANDROID_KEY,
	    part == 'a' ? FORGE_ANDROID_SIG_OTHER_KEY : FORGE_ANDROID_FINE);

	inner.attestation = f->credential;
	inner.certs[0] = f->certs[1];
	if (part == 'B')
		inner.certs[0] =
		    forge_android_key_leaf(&inner, other_key, other);
	forge_android_key_statement(&inner);
	forge_put_raw(&f->statement, inner.statement.ptr, inner.statement.len);
	att_buf_reset(&inner.statement);
	if (inner.certs[0] != f->certs[1])
		X509_free(inner.certs[0]);
}

static const char *
choose_format(char part)
{
	switch (part) {
	case 'A':
	case 'B':
	case 'a':
		return "android-key";
	case 'N':
		return "none";
	case 'C':
		return "compound";
	case 'J':
		return "android-safetynet";
	case 'X':
		return "apple-appattest";
	default:
		return "packed";
	}
}

static void
put_statement(struct forged *f, char part, EVP_PKEY *other_key, X509 *other)
{
	if (strchr("PQSE+-", part) != NULL)
		put_packed(f, part, other_key, other);
	else if (strchr("ABa", part) != NULL)
		put_android(f, part, other_key, other);
	else if (part == 'C' || part == 's')
		forge_put_array(&f->statement, 0);
	else
		forge_put_map(&f->statement, 0);
}

static void
put_part(struct forged *f, char part, EVP_PKEY *other_key, X509 *other)
{
	struct att_buf *out = &f->statement;

	if (part == '[') {
		forge_put_array(out, 0);
		return;
	}
	forge_put_map(out, part == '-' ? 1 : part == '+' ? 3 : 2);
	if (part != '-') {
		forge_put_text(out, "fmt");
		forge_put_text(out, choose_format(part));
	}
	forge_put_text(out, "attStmt");
	put_statement(f, part, other_key, other);
	if (part == '+') {
		forge_put_text(out, "authData");
		forge_put_bytes(out, att_buf_get(&f->auth_data));
	}
}

void
forge_compound_statement(struct forged *f)
{
	const char *parts = find_parts(f->spec.defect);
	const size_t count = strlen(parts);
	EVP_PKEY *other_key = forge_key(ATT_COSE_ES256);
	X509 *other = forge_root(other_key, "Other root");

	if (f->spec.defect == FORGE_COMPOUND_MAP) {
		forge_put_map(&f->statement, 0);
	} else {
		forge_put_array(&f->statement, count);
		for (size_t i = 0; i < count; i++)
			put_part(f, parts[i], other_key, other);
	}
	X509_free(other);
	EVP_PKEY_free(other_key);
}
