/* SPDX-License-Identifier: BSD-2-Clause */
/* The two keys of an enrolment, and who vouches for the first. */
#include <string.h>

#include <openssl/x509v3.h>

#include "attestctl/endorsed.h"
#include "codec/digest.h"
#include "codec/public_key.h"
#include "codec/tpm.h"

enum {
	EK_MODULUS_LEN = 256,
	AIK_MODULUS_LEN = 256,
	NAME_HEAD_LEN = 2
};

/* 2.23.133.8.1, tcg-kp-EKCertificate. */
#define EK_PURPOSE "2.23.133.8.1"

/* --- The endorsement key ---------------------------------------------------
 */

/* TPMT_PUBLIC by the template, but for the modulus that follows. */
static const uint8_t head_of_ek[] = {
	0x00, 0x01,		/* RSA */
	0x00, 0x0b,		/* SHA-256 */
	0x00, 0x03, 0x00, 0xb2, /* attributes */
	0x00, 0x20,		/* PolicyA, clause B.6 */
	0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xb3, 0xf8, 0x1a, 0x90, 0xcc, 0x8d,
	0x46, 0xa5, 0xd7, 0x24, 0xfd, 0x52, 0xd7, 0x6e, 0x06, 0x52, 0x0b, 0x64,
	0xf2, 0xa1, 0xda, 0x1b, 0x33, 0x14, 0x69, 0xaa, /* */
	0x00, 0x06, 0x00, 0x80, 0x00, 0x43,		/* AES-128-CFB */
	0x00, 0x10,					/* no scheme */
	0x08, 0x00,					/* 2048 bits */
	0x00, 0x00, 0x00, 0x00,				/* the usual exponent */
	0x01, 0x00					/* 256 bytes */
};

static enum att_err
find_modulus(
    struct att_bytes area, struct att_bytes *modulus, struct att_reason *why)
{
	*modulus = att_bytes(NULL, 0);
	if (area.len != sizeof(head_of_ek) + EK_MODULUS_LEN ||
	    memcmp(area.ptr, head_of_ek, sizeof(head_of_ek)) != 0)
		return att_refuse(why, ATT_ERR_TPM_PUBAREA,
		    "ek_public is not an endorsement key by the default "
		    "template for RSA of 2048 bits");
	*modulus = att_bytes(area.ptr + sizeof(head_of_ek), EK_MODULUS_LEN);
	return ATT_OK;
}

static enum att_err
compare(struct att_bytes modulus, EVP_PKEY *key, const char *whose,
    struct att_reason *why)
{
	static const uint8_t exponent[] = { 1, 0, 1 };
	EVP_PKEY *ek = NULL;
	enum att_err err;
	int r;

	err = att_public_key_make_rsa(
	    modulus, att_bytes(exponent, sizeof(exponent)), &ek);
	if (err != ATT_OK)
		return att_refuse(why, ATT_ERR_TPM_PUBAREA,
		    "ek_public has a modulus that is none");
	r = EVP_PKEY_eq(ek, key);
	EVP_PKEY_free(ek);
	if (r == 1)
		return ATT_OK;
	return att_refuse(
	    why, ATT_ERR_TPM_KEY, "ek_public is another key than %s", whose);
}

/* It is for endorsement keys where it says what it is for; and no CA. */
static enum att_err
check_profile(const struct att_certificate *cert, struct att_reason *why)
{
	static const uint8_t extended_key_usage[] = { 0x55, 0x1d, 0x25 };
	struct att_certificate_extension extension;
	struct att_certificate_rules rules;
	EXTENDED_KEY_USAGE *purposes;
	const unsigned char *p;
	bool is_for_it = false;
	char oid[64];

	att_certificate_get_rules(cert, &rules);
	if (rules.is_ca)
		return att_refuse(why, ATT_ERR_CERTIFICATE_PROFILE,
		    "ek_certificate is one of an authority");
	if (!att_certificate_find_extension(cert,
		att_bytes(extended_key_usage, sizeof(extended_key_usage)),
		&extension))
		return ATT_OK;
	p = extension.value.ptr;
	purposes = d2i_EXTENDED_KEY_USAGE(NULL, &p, (long)extension.value.len);
	for (int i = 0; i < sk_ASN1_OBJECT_num(purposes); i++)
		is_for_it |= OBJ_obj2txt(oid, sizeof(oid),
				 sk_ASN1_OBJECT_value(purposes, i), 1) > 0 &&
			     strcmp(oid, EK_PURPOSE) == 0;
	EXTENDED_KEY_USAGE_free(purposes);
	return is_for_it ? ATT_OK
			 : att_refuse(why, ATT_ERR_CERTIFICATE_PROFILE,
			       "ek_certificate is not for endorsement keys "
			       "(" EK_PURPOSE ")");
}

static enum att_err
check_path(struct att_certificate *cert, const struct att_endorsed_trust *trust,
    struct att_reason *why)
{
	const struct att_path_input input = {
		.x5c = &cert, .count = 1, .at = trust->at
	};
	struct att_anchor anchor;
	enum att_err err;

	err = att_path_verify(trust->authorities, &input, &anchor, why);
	return err == ATT_OK ? err
			     : att_refuse_within(why, err, "ek_certificate");
}

static enum att_err
check_certificate(const struct att_tpm_endorsement *endorsement,
    const struct att_endorsed_trust *trust, struct att_bytes modulus,
    struct att_reason *why)
{
	struct att_certificate *cert;
	enum att_err err;

	if (endorsement->ek_certificate.len == 0)
		return att_refuse(why, ATT_ERR_ANCHOR_UNKNOWN,
		    "there is no ek_certificate: the TPM has none, and only "
		    "who knows its key by other means can vouch for it "
		    "(--ek)");
	err = att_certificate_decode(
	    endorsement->ek_certificate, NULL, &cert, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "ek_certificate");
	if ((err = check_profile(cert, why)) == ATT_OK &&
	    (err = check_path(cert, trust, why)) == ATT_OK)
		err = compare(modulus, att_certificate_get_key(cert),
		    "the one of ek_certificate", why);
	att_certificate_free(&cert);
	return err;
}

/* --- The attestation key ----------------------------------------------------
 */

static enum att_err
check_name(const struct att_tpm_endorsement *endorsement, uint16_t alg,
    struct att_reason *why)
{
	uint8_t name[NAME_HEAD_LEN + ATT_SHA256_LEN] = { 0,
		ATT_TPM_ALG_SHA256 };
	enum att_err err;

	if (alg != ATT_TPM_ALG_SHA256)
		return att_refuse(why, ATT_ERR_TPM_PUBAREA,
		    "aik_public has names by algorithm 0x%04x, expected "
		    "SHA-256",
		    alg);
	err = att_sha256(endorsement->aik_public, name + NAME_HEAD_LEN);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	if (att_bytes_is_equal(
		att_bytes(name, sizeof(name)), endorsement->aik_name))
		return ATT_OK;
	return att_refuse(
	    why, ATT_ERR_TPM_NAME, "aik_name is not the name of aik_public");
}

static enum att_err
check_aik(const struct att_tpm_endorsement *endorsement, struct att_reason *why)
{
	const uint32_t wanted =
	    ATT_TPM_BOUND | ATT_TPM_RESTRICTED | ATT_TPM_SIGN;
	struct att_tpm_public area;
	enum att_err err;

	err = att_tpm_public_parse(endorsement->aik_public, &area, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "aik_public");
	if ((area.attributes & wanted) != wanted ||
	    (area.attributes & ATT_TPM_DECRYPT) != 0)
		return att_refuse(why, ATT_ERR_TPM_ATTRIBUTES,
		    "aik_public has attributes 0x%08x: it lacks 0x%08x, and "
		    "may not have 0x%08x; an attestation key is made in its "
		    "TPM, stays there, and signs only what that says",
		    area.attributes, wanted & ~area.attributes,
		    area.attributes & ATT_TPM_DECRYPT);
	if (area.type != ATT_TPM_ALG_RSA ||
	    area.modulus.len < AIK_MODULUS_LEN ||
	    area.scheme != ATT_TPM_ALG_RSASSA ||
	    area.scheme_hash != ATT_TPM_ALG_SHA256)
		return att_refuse(why, ATT_ERR_TPM_PUBAREA,
		    "aik_public is not an RSA key of 2048 bits or more that "
		    "signs by RSASSA with SHA-256");
	return check_name(endorsement, area.name_alg, why);
}

/* ----------------------------------------------------------------------------
 */

enum att_err
att_endorsed_check(const struct att_tpm_endorsement *endorsement,
    const struct att_endorsed_trust *trust, struct att_bytes *modulus,
    struct att_reason *why)
{
	enum att_err err;

	err = find_modulus(endorsement->ek_public, modulus, why);
	if (err == ATT_OK && trust->key != NULL)
		err = compare(*modulus, trust->key, "the one of --ek", why);
	else if (err == ATT_OK)
		err = check_certificate(endorsement, trust, *modulus, why);
	if (err == ATT_OK)
		err = check_aik(endorsement, why);
	return err;
}
