/* SPDX-License-Identifier: BSD-2-Clause */
/* Fuzz target: a certificate of x5c, alone and as a path of its own. */
#include <stdlib.h>
#include <string.h>

#include "trust/anchors.h"
#include "trust/certificate.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_text(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text < 0x20 || *text > 0x7e)
			abort();
	}
}

/* Without an anchor no certificate can be accepted. */
static void
check_path(struct att_certificate *cert)
{
	struct att_certificate *x5c[] = { cert, cert };
	struct att_path_input input = {
		.x5c = x5c, .count = 2, .at = 1767225600, .allow_extra = true
	};
	struct att_anchors *anchors;
	struct att_anchor anchor;
	struct att_reason why = { 0 };

	if (att_anchors_new(&anchors) != ATT_OK)
		abort();
	if (att_path_verify(anchors, &input, &anchor, &why) == ATT_OK)
		abort();
	check_text(why.text);
	att_anchors_free(&anchors);
}

/* What is a certificate here is one for OpenSSL, too, and of the same key. */
static void
check_openssl(struct att_bytes der, const struct att_certificate *cert)
{
	const unsigned char *p = der.ptr;
	X509 *x509 = d2i_X509(NULL, &p, (long)der.len);

	if (x509 == NULL || p != der.ptr + der.len ||
	    EVP_PKEY_eq(
		X509_get0_pubkey(x509), att_certificate_get_key(cert)) != 1)
		abort();
	X509_free(x509);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	char subject[ATT_SUBJECT_MAX];
	uint8_t bytes[ATT_SHA256_LEN];
	uint32_t vendor;
	bool present;
	struct att_certificate *cert;

	if (att_certificate_decode(att_bytes(data, size), NULL, &cert, &why) !=
	    ATT_OK) {
		if (cert != NULL || why.code != ATT_ERR_CERTIFICATE_MALFORMED)
			abort();
		return 0;
	}
	check_openssl(att_bytes(data, size), cert);
	if (att_certificate_check_packed(cert, &why) != ATT_OK)
		check_text(why.text);
	if (att_certificate_check_tpm(cert, &vendor, &why) != ATT_OK)
		check_text(why.text);
	if (att_certificate_get_aaguid(cert, &present, bytes, &why) != ATT_OK)
		check_text(why.text);
	att_certificate_print_subject(cert, subject, sizeof(subject));
	check_text(subject);
	if (att_certificate_hash(cert, bytes) != ATT_OK ||
	    att_certificate_hash_key(cert, bytes) != ATT_OK)
		abort();
	check_path(cert);
	att_certificate_free(&cert);
	return 0;
}
