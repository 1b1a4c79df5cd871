/* SPDX-License-Identifier: BSD-2-Clause */
/* Who certifies the registrations that tests make: which root issues what. */
#include <stdlib.h>

#include "forge.h"

enum {
	ES256 = -7
};

static bool
is(const struct forged *f, enum forge_defect defect)
{
	return f->spec.defect == defect;
}

/* Nobody knows a root of this name. */
static bool
is_root_unknown(const struct forged *f)
{
	return is(f, FORGE_ROOT_UNKNOWN) || is(f, FORGE_APPLE_ROOT_UNKNOWN);
}

/* The root that is known is another one of the same name. */
static bool
is_root_other(const struct forged *f)
{
	return is(f, FORGE_ROOT_OTHER_KEY) || is(f, FORGE_U2F_ROOT_OTHER_KEY);
}

/* The root that whoever judges has as an anchor. Both parts are owned. */
static struct forge_authority
get_known_root(const struct forged *f)
{
	struct forge_authority root;

	if (f->spec.request == NULL) {
		root.key = forge_key(ES256);
		root.cert = forge_root(
		    root.key, is_root_unknown(f) ? "Other root" : "Forge root");
		return root;
	}
	root = f->spec.request->authority;
	if (EVP_PKEY_up_ref(root.key) != 1 || X509_up_ref(root.cert) != 1)
		abort();
	return root;
}

/* Takes the known root where it is the one that issues. */
static EVP_PKEY *
make_root(struct forged *f, struct forge_authority *known)
{
	EVP_PKEY *key;

	if (!is_root_unknown(f) && !is_root_other(f)) {
		f->root = known->cert;
		if (X509_up_ref(f->root) != 1 ||
		    EVP_PKEY_up_ref(known->key) != 1)
			abort();
		return known->key;
	}
	key = forge_key(ES256);
	f->root = is_root_other(f) ? forge_root_like(key, known->cert)
				   : forge_root(key, "Forge root");
	return key;
}

void
forge_certificates(struct forged *f)
{
	struct forge_authority known = get_known_root(f);
	EVP_PKEY *root_key = make_root(f, &known);
	EVP_PKEY *middle_key = forge_key(ES256);

	if (f->spec.kind == FORGE_KIND_APPLE) {
		f->certs[1] = forge_intermediate(
		    middle_key, root_key, f->root, f->spec.defect);
		f->certs[0] = forge_apple_leaf(f, middle_key, f->certs[1]);
	} else if (f->spec.kind == FORGE_KIND_CHAIN) {
		f->certs[1] = forge_intermediate(
		    middle_key, root_key, f->root, f->spec.defect);
		f->certs[0] = forge_leaf(
		    f->attestation, middle_key, f->certs[1], f->spec.defect);
	} else if (f->spec.kind == FORGE_KIND_ANDROID_KEY) {
		forge_android_key_certificates(f, middle_key, root_key);
	} else if (f->spec.kind == FORGE_KIND_COMPOUND) {
		forge_compound_certificates(f, root_key);
	} else if (f->spec.kind == FORGE_KIND_SAFETYNET) {
		f->certs[0] = forge_safetynet_leaf(
		    f->attestation, root_key, f->root, f->spec.defect);
	} else if (f->spec.kind == FORGE_KIND_U2F) {
		f->certs[0] = forge_u2f_leaf(
		    f->attestation, root_key, f->root, f->spec.defect);
	} else if (forge_is_tpm(f->spec.kind) &&
		   !is(f, FORGE_TPM_CERT_PACKED)) {
		f->certs[0] = forge_tpm_leaf(
		    f->attestation, root_key, f->root, f->spec.defect);
	} else {
		f->certs[0] = forge_leaf(
		    f->attestation, root_key, f->root, f->spec.defect);
	}
	X509_free(f->root);
	f->root = known.cert;
	EVP_PKEY_free(known.key);
	EVP_PKEY_free(root_key);
	EVP_PKEY_free(middle_key);
}
