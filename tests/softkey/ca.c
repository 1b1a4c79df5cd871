/* SPDX-License-Identifier: BSD-2-Clause */
/* Throw-away certification authorities for attestation. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "ca.h"
#include "ctap.h"
#include "fatal.h"
#include "keys.h"

#define DAY 86400L
#define VALID_DAYS (20 * 365)
#define AAGUID_OID "1.3.6.1.4.1.45724.1.1.4"
#define SERIAL_OID "1.3.6.1.4.1.45724.1.1.2"
#define FIDO_LEN 16
#define PATH_LEN 4096

static const uint8_t device_serial[FIDO_LEN] = { 's', 'o', 'f', 't', 'k', 'e',
	'y', ' ', 'n', 'u', 'm', 'b', 'e', 'r', ' ', '1' };

static void
add_name(X509_NAME *name, const char *field, const char *value)
{
	if (X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
		(const unsigned char *)value, -1, -1, 0) != 1)
		fatal("%s: cannot be %s of a certificate", value, field);
}

static void
set_subject(X509 *cert, const struct certificate_request *request)
{
	X509_NAME *name = X509_get_subject_name(cert);

	if (request->kind != CERT_U2F_LEAF) {
		add_name(name, "C", "SE");
		add_name(name, "O", "softkey");
	}
	if (request->kind == CERT_PACKED_LEAF)
		add_name(name, "OU", "Authenticator Attestation");
	add_name(name, "CN", request->name);
}

static void
add_extension(X509 *cert, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx_nodb(&ctx);
	X509V3_set_ctx(&ctx, issuer, cert, NULL, NULL, 0);
	ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	if (ext == NULL || X509_add_ext(cert, ext, -1) != 1)
		fatal("cannot add the extension %s", OBJ_nid2sn(nid));
	X509_EXTENSION_free(ext);
}

/* An extension of id-fido-gen-ce that holds an OCTET STRING. */
static void
add_fido(X509 *cert, const char *id, const uint8_t bytes[FIDO_LEN])
{
	uint8_t der[2 + FIDO_LEN] = { 0x04, FIDO_LEN };
	ASN1_OBJECT *oid = OBJ_txt2obj(id, 1);
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext;

	memcpy(der + 2, bytes, FIDO_LEN);
	if (oid == NULL || value == NULL ||
	    ASN1_OCTET_STRING_set(value, der, sizeof(der)) != 1 ||
	    (ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, value)) == NULL ||
	    X509_add_ext(cert, ext, -1) != 1)
		fatal("cannot add the extension %s", id);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	ASN1_OBJECT_free(oid);
}

static void
add_extensions(
    X509 *cert, X509 *issuer, const struct certificate_request *request)
{
	switch (request->kind) {
	case CERT_ROOT:
		add_extension(
		    cert, issuer, NID_basic_constraints, "critical,CA:TRUE");
		break;
	case CERT_INTERMEDIATE:
		add_extension(cert, issuer, NID_basic_constraints,
		    "critical,CA:TRUE,pathlen:0");
		break;
	case CERT_PACKED_LEAF:
		add_extension(
		    cert, issuer, NID_basic_constraints, "critical,CA:FALSE");
		break;
	case CERT_U2F_LEAF:
		return;
	}
	if (request->kind != CERT_PACKED_LEAF)
		add_extension(cert, issuer, NID_key_usage,
		    "critical,keyCertSign,cRLSign");
	add_extension(cert, issuer, NID_subject_key_identifier, "hash");
	add_extension(
	    cert, issuer, NID_authority_key_identifier, "keyid:always");
	if (request->aaguid != NULL && request->kind == CERT_PACKED_LEAF)
		add_fido(cert, AAGUID_OID, request->aaguid);
	if (request->has_serial)
		add_fido(cert, SERIAL_OID, device_serial);
}

static void
set_serial(X509 *cert)
{
	uint8_t bytes[16];
	BIGNUM *n;

	random_bytes(bytes, sizeof(bytes));
	bytes[0] = (bytes[0] & 0x7f) | 0x40;
	n = BN_bin2bn(bytes, sizeof(bytes), NULL);
	if (n == NULL ||
	    BN_to_ASN1_INTEGER(n, X509_get_serialNumber(cert)) == NULL)
		fatal("cannot set a serial number");
	BN_free(n);
}

void
ca_issue(struct issued *out, const struct certificate_request *request,
    const struct issued *issuer)
{
	X509 *cert = X509_new();
	EVP_PKEY *key = key_generate(COSE_ES256);
	X509 *signer = issuer != NULL ? issuer->cert : cert;

	if (cert == NULL || X509_set_version(cert, X509_VERSION_3) != 1)
		fatal("cannot make a certificate");
	set_serial(cert);
	set_subject(cert, request);
	if (X509_set_issuer_name(cert, X509_get_subject_name(signer)) != 1 ||
	    X509_gmtime_adj(X509_getm_notBefore(cert), -DAY) == NULL ||
	    X509_time_adj_ex(X509_getm_notAfter(cert), VALID_DAYS, 0, NULL) ==
		NULL ||
	    X509_set_pubkey(cert, key) != 1)
		fatal("cannot fill in a certificate");
	add_extensions(cert, signer, request);
	if (X509_sign(cert, issuer != NULL ? issuer->key : key, EVP_sha256()) ==
	    0)
		fatal("cannot sign a certificate");
	out->key = key;
	out->cert = cert;
}

void
issued_free(struct issued *issued)
{
	EVP_PKEY_free(issued->key);
	X509_free(issued->cert);
	*issued = (struct issued){ 0 };
}

static FILE *
open_in(const char *dir, const char *file, int flags, mode_t mode)
{
	char path[PATH_LEN];
	int n = snprintf(path, sizeof(path), "%s/%s", dir, file);
	bool is_read = (flags & O_ACCMODE) == O_RDONLY;
	FILE *stream;
	int fd;

	if (n < 0 || (size_t)n >= sizeof(path))
		fatal("%s: the name of the folder is too long", dir);
	if ((fd = open(path, flags | O_CLOEXEC, mode)) < 0) {
		if (is_read && errno == ENOENT)
			return NULL;
		fatal("%s: cannot be opened: %m", path);
	}
	if ((stream = fdopen(fd, is_read ? "r" : "w")) == NULL)
		fatal("%s: cannot be opened: %m", path);
	return stream;
}

static void
close_written(FILE *stream, const char *dir, const char *file)
{
	if (fclose(stream) != 0)
		fatal("%s/%s: cannot be written: %m", dir, file);
}

static void
write_key(const char *dir, const char *file, EVP_PKEY *key)
{
	FILE *f = open_in(dir, file, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (PEM_write_PKCS8PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) != 1)
		fatal("%s/%s: cannot be written", dir, file);
	close_written(f, dir, file);
}

static void
write_certs(const char *dir, const char *file, X509 *first, X509 *second)
{
	FILE *f = open_in(dir, file, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (PEM_write_X509(f, first) != 1 ||
	    (second != NULL && PEM_write_X509(f, second) != 1))
		fatal("%s/%s: cannot be written", dir, file);
	close_written(f, dir, file);
}

bool
ca_read_root(const char *dir, struct issued *root)
{
	FILE *cert = open_in(dir, "ca.pem", O_RDONLY, 0);
	FILE *key = open_in(dir, "ca.key", O_RDONLY, 0);

	if (cert != NULL && key != NULL) {
		root->cert = PEM_read_X509(cert, NULL, NULL, NULL);
		root->key = PEM_read_PrivateKey(key, NULL, NULL, NULL);
		if (root->cert == NULL || root->key == NULL)
			fatal("%s: ca.pem or ca.key is malformed", dir);
	}
	if (cert != NULL)
		fclose(cert);
	if (key != NULL)
		fclose(key);
	return root->cert != NULL;
}

static void
take_root(const struct ca_folder *folder, struct issued *root)
{
	struct certificate_request request = {
		.kind = CERT_ROOT,
		.name = folder->ca_name,
	};

	if (ca_read_root(folder->dir, root))
		return;
	ca_issue(root, &request, NULL);
	write_certs(folder->dir, "ca.pem", root->cert, NULL);
	write_key(folder->dir, "ca.key", root->key);
}

void
ca_write_folder(const struct ca_folder *folder)
{
	struct certificate_request middle_request = {
		.kind = CERT_INTERMEDIATE,
		.name = "softkey Attestation Intermediate",
	};
	struct certificate_request leaf_request = {
		.kind = folder->leaf,
		.name = folder->leaf_name,
		.aaguid = folder->aaguid,
	};
	struct issued root = { 0 };
	struct issued middle = { 0 };
	struct issued leaf = { 0 };

	if (mkdir(folder->dir, 0755) != 0 && errno != EEXIST)
		fatal("%s: cannot be made: %m", folder->dir);
	take_root(folder, &root);
	if (folder->intermediate) {
		ca_issue(&middle, &middle_request, &root);
		write_certs(folder->dir, "intermediate.pem", middle.cert, NULL);
	}
	ca_issue(&leaf, &leaf_request, folder->intermediate ? &middle : &root);
	write_certs(folder->dir, "leaf.pem", leaf.cert, NULL);
	write_certs(folder->dir, "attestation.pem", leaf.cert, middle.cert);
	write_key(folder->dir, "attestation.key", leaf.key);
	issued_free(&leaf);
	issued_free(&middle);
	issued_free(&root);
}
