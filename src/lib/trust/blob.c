/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signature of a FIDO metadata BLOB, and who made it: FIDO Metadata
 * Service 3.1 section 3.1.7.
 */
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "codec/jws.h"
#include "trust/blob.h"
#include "trust/certificate_parts.h"
#include "trust/x5c.h"

static bool
is_service(X509 *cert)
{
	const unsigned int flags =
	    X509_CHECK_FLAG_NO_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;

	return (X509_get_extension_flags(cert) & EXFLAG_XKUSAGE) != 0 &&
	       (X509_get_extended_key_usage(cert) & XKU_SSL_SERVER) != 0 &&
	       X509_check_host(cert, ATT_BLOB_SIGNER, strlen(ATT_BLOB_SIGNER),
		   flags, NULL) == 1;
}

/* A certificate for nothing in particular, which no CA of the Web issues. */
static bool
is_plain(const X509 *cert)
{
	return X509_get_ext_by_NID(cert, NID_subject_alt_name, -1) < 0 &&
	       X509_get_ext_by_NID(cert, NID_ext_key_usage, -1) < 0;
}

static enum att_err
check_signer(const struct att_certificate *signer,
    const struct att_blob_input *input, struct att_reason *why)
{
	X509 *cert = att_certificate_make_x509(signer);
	char subject[ATT_SUBJECT_MAX];
	bool is_right;

	if (cert == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	is_right = is_service(cert) || (input->is_private && is_plain(cert));
	ERR_clear_error();
	X509_free(cert);
	if (is_right)
		return ATT_OK;
	att_certificate_print_subject(signer, subject, sizeof(subject));
	return att_refuse(why, ATT_ERR_METADATA_SIGNER,
	    "the BLOB is signed by '%s', which is not " ATT_BLOB_SIGNER,
	    subject);
}

static enum att_err
verify_path(const struct att_blob_input *input, const struct att_x5c *x5c,
    struct att_reason *why)
{
	const struct att_path_input path = {
		.x5c = x5c->list,
		.count = x5c->count,
		.at = input->at,
	};
	struct att_anchor anchor;

	return att_path_verify(input->roots, &path, &anchor, why);
}

/* The signer before the signature: what nobody signed has a signer, too. */
static enum att_err
verify_signature(const struct att_jws *jws, const struct att_blob_input *input,
    struct att_reason *why)
{
	struct att_x5c x5c = { 0 };
	enum att_err err;

	if ((err = att_x5c_decode(jws, &x5c, why)) != ATT_OK ||
	    (err = verify_path(input, &x5c, why)) != ATT_OK ||
	    (err = check_signer(x5c.list[0], input, why)) != ATT_OK)
		goto out;
	err = att_jws_verify(jws, att_certificate_get_key(x5c.list[0]), why);
	if (err == ATT_ERR_STATEMENT_SIGNATURE)
		err = att_refuse(why, ATT_ERR_METADATA_SIGNATURE,
		    "the signature of the BLOB does not verify");
out:
	att_x5c_reset(&x5c);
	return err;
}

enum att_err
att_blob_verify(const struct att_blob_input *input,
    struct att_metadata **metadatap, struct att_reason *why)
{
	struct att_bytes text = input->text;
	struct att_jws *jws = NULL;
	enum att_err err;

	*metadatap = NULL;
	while (text.len > 0 && (text.ptr[text.len - 1] == '\n' ||
				   text.ptr[text.len - 1] == '\r'))
		text.len--;
	if ((err = att_jws_parse_large(text, ATT_BLOB_MAX, &jws, why)) !=
	    ATT_OK)
		goto out;
	if ((err = verify_signature(jws, input, why)) != ATT_OK)
		goto out;
	err = att_metadata_read(att_jws_get_payload(jws), metadatap, why);
out:
	att_jws_free(&jws);
	return err;
}
