/* SPDX-License-Identifier: BSD-2-Clause */
/* Attestation: the table of formats, and who vouches. */
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "attest.h"
#include "ca.h"
#include "cbor_io.h"
#include "fatal.h"
#include "keys.h"

#define OWN(name, fmt, zero_aaguid, help, put)                                 \
	{                                                                      \
		name, fmt, zero_aaguid, help, put, NULL                        \
	}
#define FORGED(name, fmt, help, defect)                                        \
	{                                                                      \
		name, fmt, false, help, NULL, defect                           \
	}

const struct attest_format attest_formats[] = {
	OWN("packed", "packed", false, "signed by the attestation key",
	    attest_put_packed),
	OWN("packed-self", "packed", false, "signed by the credential itself",
	    attest_put_packed_self),
	OWN("fido-u2f", "fido-u2f", true, "as a U2F key, ES256 only",
	    attest_put_fido_u2f),
	OWN("none", "none", true, "no statement", attest_put_none),
	FORGED("tpm", "tpm", "forged: a TPM, P-256", "tpm-fine"),
	FORGED(
	    "tpm-rsa", "tpm", "forged: a TPM, RSA, RS256 only", "tpm-fine-rsa"),
	FORGED("android-key", "android-key", "forged: a phone's key store",
	    "android-fine"),
	FORGED("android-safetynet", "android-safetynet",
	    "forged: a phone's vendor, over the network", "safetynet-fine"),
	FORGED("apple", "apple", "forged: anonymous", "apple-fine"),
	FORGED("compound", "compound", "forged: packed and android-key",
	    "compound-fine"),
	FORGED(NULL, NULL, NULL, NULL),
};

const struct attest_format *
attest_find_format(const char *name)
{
	const struct attest_format *f;

	for (f = attest_formats; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static FILE *
open_pem(const char *path)
{
	FILE *f = fopen(path, "re");

	if (f == NULL)
		fatal("%s: cannot be read: %m", path);
	return f;
}

static void
load_key(struct attester *attester, const char *path)
{
	FILE *f = open_pem(path);

	attester->key = PEM_read_PrivateKey(f, NULL, NULL, NULL);
	if (attester->key == NULL || key_alg(attester->key) == 0)
		fatal("%s: no private key of a known type in PEM", path);
	fclose(f);
}

static void
load_chain(struct attester *attester, const char *path)
{
	FILE *f = open_pem(path);
	X509 *cert;

	while ((cert = PEM_read_X509(f, NULL, NULL, NULL)) != NULL) {
		if (attester->chain_len == CHAIN_MAX)
			fatal("%s: more than %d certificates", path, CHAIN_MAX);
		attester->chain[attester->chain_len++] = cert;
	}
	ERR_clear_error();
	if (attester->chain_len == 0)
		fatal("%s: no certificate in PEM", path);
	fclose(f);
}

void
attest_get_authority(struct issued *out, const struct options *opt)
{
	struct certificate_request request = {
		.kind = CERT_ROOT,
		.name = "softkey Throw-Away CA",
	};

	if (opt->authority == NULL)
		ca_issue(out, &request, NULL);
	else if (!ca_read_root(opt->authority, out))
		fatal("%s: has no ca.pem and ca.key", opt->authority);
}

static void
certify(struct attester *attester, const struct options *opt,
    const struct certificate_request *request)
{
	struct issued root = { 0 };
	struct issued leaf = { 0 };

	attest_get_authority(&root, opt);
	ca_issue(&leaf, request, &root);
	attester->key = leaf.key;
	attester->chain[attester->chain_len++] = leaf.cert;
	issued_free(&root);
}

struct attester *
attester_new(const struct options *opt, const uint8_t aaguid[AAGUID_LEN])
{
	const struct certificate_request request = {
		.kind = CERT_PACKED_LEAF,
		.name = "softkey Throw-Away Attestation",
		.aaguid = aaguid,
	};
	struct attester *attester = must_alloc(1, sizeof(*attester));

	if (opt->attestation_key == NULL) {
		certify(attester, opt, &request);
		return attester;
	}
	load_key(attester, opt->attestation_key);
	load_chain(attester, opt->attestation_chain);
	return attester;
}

struct attester *
attester_new_enterprise(
    const struct options *opt, const uint8_t aaguid[AAGUID_LEN])
{
	const struct certificate_request request = {
		.kind = CERT_PACKED_LEAF,
		.name = "softkey Enterprise Attestation",
		.aaguid = aaguid,
		.has_serial = true,
	};
	struct attester *attester = must_alloc(1, sizeof(*attester));

	certify(attester, opt, &request);
	return attester;
}

void
attester_free(struct attester **attesterp)
{
	struct attester *attester = *attesterp;

	if (attester == NULL)
		return;
	EVP_PKEY_free(attester->key);
	for (size_t i = 0; i < attester->chain_len; i++)
		X509_free(attester->chain[i]);
	free(attester);
	*attesterp = NULL;
}

bool
attest_read_aaguid(const char *chain, uint8_t aaguid[AAGUID_LEN])
{
	static const uint8_t head[] = { 0x04, AAGUID_LEN };
	struct attester from = { 0 };
	ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.45724.1.1.4", 1);
	const ASN1_OCTET_STRING *value = NULL;
	int at;
	bool found;

	load_chain(&from, chain);
	at = X509_get_ext_by_OBJ(from.chain[0], oid, -1);
	if (at >= 0)
		value =
		    X509_EXTENSION_get_data(X509_get_ext(from.chain[0], at));
	found = value != NULL &&
		ASN1_STRING_length(value) == sizeof(head) + AAGUID_LEN &&
		memcmp(ASN1_STRING_get0_data(value), head, sizeof(head)) == 0;
	if (found)
		memcpy(aaguid, ASN1_STRING_get0_data(value) + sizeof(head),
		    AAGUID_LEN);
	ASN1_OBJECT_free(oid);
	for (size_t i = 0; i < from.chain_len; i++)
		X509_free(from.chain[i]);
	return found;
}

void
attest_put_x5c(struct buf *out, const struct attester *attester, size_t max)
{
	size_t n = attester->chain_len < max ? attester->chain_len : max;
	unsigned char *der;
	int len;

	cbor_put_text(out, "x5c");
	cbor_put_array(out, n);
	for (size_t i = 0; i < n; i++) {
		der = NULL;
		if ((len = i2d_X509(attester->chain[i], &der)) <= 0)
			fatal("cannot encode a certificate");
		cbor_put_bytes(out, der, (size_t)len);
		OPENSSL_free(der);
	}
}
