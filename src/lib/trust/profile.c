/* SPDX-License-Identifier: BSD-2-Clause */
/* The profiles of attestation certificates, and the FIDO extensions. */
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "trust/certificate_parts.h"
#include "trust/der.h"
#include "trust/key_description.h"
#include "trust/profile.h"

enum {
	AAGUID_LEN = 16
};

/* 1.3.6.1.4.1.45724.1.1, id-fido-gen-ce, without the last arc. */
static const uint8_t fido_arc[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0xe5,
	0x1c, 0x01, 0x01 };
enum fido_extension {
	FIDO_SERNUM = 2,
	FIDO_AAGUID = 4,
	FIDO_FW_VERSION = 5,
};

enum att_err
att_profile_refuse(struct att_reason *why, const char *field, const char *found,
    const char *wanted)
{
	return att_refuse(why, ATT_ERR_CERTIFICATE_PROFILE,
	    "the attestation certificate has %s %s, wanted %s", field, found,
	    wanted);
}

static enum att_err
check_version_3(const struct att_certificate *cert, struct att_reason *why)
{
	char found[24];

	if (cert->version == X509_VERSION_3)
		return ATT_OK;
	snprintf(found, sizeof(found), "%ld", cert->version + 1);
	return att_profile_refuse(why, "version", found, "3");
}

static enum att_err
check_not_ca(const struct att_certificate *cert, struct att_reason *why)
{
	const struct att_certificate_rules rules = cert->rules;

	if (!rules.has_basic_constraints)
		return att_profile_refuse(
		    why, "basicConstraints", "absent", "present with CA false");
	if (rules.is_ca)
		return att_profile_refuse(
		    why, "basicConstraints CA", "true", "false");
	return ATT_OK;
}

/* Where basicConstraints may be absent: that says no, too. */
static enum att_err
check_no_ca_claim(const struct att_certificate *cert, struct att_reason *why)
{
	const struct att_certificate_rules rules = cert->rules;

	if (rules.is_ca)
		return att_profile_refuse(
		    why, "basicConstraints CA", "true", "none or false");
	return ATT_OK;
}

/* --- Extended key usage ------------------------------------------------- */

void *
att_profile_decode_extension(
    const struct att_certificate *cert, int nid, int *critical)
{
	int at = X509v3_get_ext_by_NID(cert->extensions, nid, -1);
	const ASN1_OCTET_STRING *data;

	*critical = -1;
	if (at < 0)
		return NULL;
	data = X509_EXTENSION_get_data(
	    sk_X509_EXTENSION_value(cert->extensions, at));
	if (!att_der_is_strict(att_bytes(
		ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data))))
		return NULL;
	return att_certificate_get_extension(cert, nid, critical);
}

static bool
is_usage(const ASN1_OBJECT *found, const struct att_usage *usage)
{
	return att_bytes_is_equal(usage->oid,
	    att_bytes(OBJ_get0_data(found), (size_t)OBJ_length(found)));
}

enum att_err
att_profile_check_usage(const struct att_certificate *cert,
    const struct att_usage *usage, struct att_reason *why)
{
	EXTENDED_KEY_USAGE *usages;
	const char *found = "of something else";
	bool is_found = false;
	int critical;

	usages =
	    att_profile_decode_extension(cert, NID_ext_key_usage, &critical);
	if (usages == NULL)
		found = "absent or malformed";
	for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++)
		is_found |= is_usage(sk_ASN1_OBJECT_value(usages, i), usage);
	sk_ASN1_OBJECT_pop_free(usages, ASN1_OBJECT_free);
	ERR_clear_error();
	if (is_found)
		return ATT_OK;
	return att_profile_refuse(
	    why, "the extended key usage", found, usage->shown);
}

/*
 * RFC 5280 section 4.2.1.12: a certificate with extended key usages is for
 * those alone, and none of them is attestation. So the certificates of web
 * sites and of TPMs, whose owners sign with them as they like, vouch for
 * nothing here, whatever their issuer is trusted for.
 */
static enum att_err
check_no_other_use(const struct att_certificate *cert, struct att_reason *why)
{
	if (X509v3_get_ext_by_NID(cert->extensions, NID_ext_key_usage, -1) < 0)
		return ATT_OK;
	return att_profile_refuse(
	    why, "extendedKeyUsage", "for something else", "none");
}

/* Nor does a key that an application on Android made for itself. */
static enum att_err
check_no_android_key(const struct att_certificate *cert, struct att_reason *why)
{
	if (!att_certificate_has_key_description(cert))
		return ATT_OK;
	return att_profile_refuse(why,
	    "the description of an Android key (1.3.6.1.4.1.11129.2.1.17)",
	    "in another format", "none");
}

/* One attribute of the subject: there exactly once, of one type. */
struct name_rule {
	int nid;
	const char *field;
	int type;	   /* ASN.1 string type */
	const char *exact; /* or NULL: any that is not empty */
	bool is_country;
	const char *wanted;
};

/* WebAuthn Level 3 section 8.2.1. */
static const struct name_rule packed_subject[] = {
	{ NID_countryName, "subject C", V_ASN1_PRINTABLESTRING, NULL, true,
	    "one PrintableString of two capital letters" },
	{ NID_organizationName, "subject O", V_ASN1_UTF8STRING, NULL, false,
	    "one UTF8String that is not empty" },
	{ NID_organizationalUnitName, "subject OU", V_ASN1_UTF8STRING,
	    "Authenticator Attestation", false,
	    "one UTF8String 'Authenticator Attestation'" },
	{ NID_commonName, "subject CN", V_ASN1_UTF8STRING, NULL, false,
	    "one UTF8String that is not empty" },
};

static bool
is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_value_good(const struct name_rule *rule, const ASN1_STRING *value)
{
	struct att_bytes text = att_bytes(
	    ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));

	if (ASN1_STRING_type(value) != rule->type || text.len == 0)
		return false;
	if (rule->is_country)
		return text.len == 2 && is_capital(text.ptr[0]) &&
		       is_capital(text.ptr[1]);
	return rule->exact == NULL ||
	       att_bytes_is_equal(text, att_bytes_text(rule->exact));
}

/* "'text' (UTF8STRING)"; bytes outside printable ASCII are escaped. */
static void
print_value(const ASN1_STRING *value, char *text, size_t size)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data = NULL;
	long len = 0;

	if (bio != NULL &&
	    ASN1_STRING_print_ex(
		bio, value, ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB) >= 0)
		len = BIO_get_mem_data(bio, &data);
	if (len > 64)
		len = 64;
	snprintf(text, size, "'%.*s' (%s)", (int)len, data == NULL ? "" : data,
	    ASN1_tag2str(ASN1_STRING_type(value)));
	BIO_free(bio);
}

static enum att_err
check_attribute(
    const X509_NAME *name, const struct name_rule *rule, struct att_reason *why)
{
	int at = X509_NAME_get_index_by_NID(name, rule->nid, -1);
	const ASN1_STRING *value;
	char found[128];

	if (at < 0)
		return att_profile_refuse(
		    why, rule->field, "absent", rule->wanted);
	if (X509_NAME_get_index_by_NID(name, rule->nid, at) >= 0)
		return att_profile_refuse(
		    why, rule->field, "more than once", rule->wanted);
	value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));
	if (is_value_good(rule, value))
		return ATT_OK;
	print_value(value, found, sizeof(found));
	return att_profile_refuse(why, rule->field, found, rule->wanted);
}

static enum att_err
check_packed_subject(const struct att_certificate *cert, struct att_reason *why)
{
	const X509_NAME *name = cert->subject;
	size_t count = sizeof(packed_subject) / sizeof(packed_subject[0]);
	enum att_err r;

	for (size_t i = 0; i < count; i++) {
		r = check_attribute(name, &packed_subject[i], why);
		if (r != ATT_OK)
			return r;
	}
	return ATT_OK;
}

/* --- Extensions of the FIDO Alliance ----------------------------------------
 */

static bool
is_fido(const X509_EXTENSION *ext, enum fido_extension arc)
{
	/* OpenSSL's getter lacks the const. */
	const ASN1_OBJECT *oid =
	    X509_EXTENSION_get_object((X509_EXTENSION *)(uintptr_t)ext);
	const uint8_t *ptr = OBJ_get0_data(oid);

	return OBJ_length(oid) == sizeof(fido_arc) + 1 &&
	       memcmp(ptr, fido_arc, sizeof(fido_arc)) == 0 &&
	       ptr[sizeof(fido_arc)] == (uint8_t)arc;
}

struct fido_form {
	enum fido_extension arc;
	const char *field;
	uint8_t tag;	/* of the value inside extnValue */
	size_t len_min; /* of its content */
	size_t len_max;
	const char *wanted;
};

static const struct fido_form sernum_form = { FIDO_SERNUM,
	"the serial number extension (1.3.6.1.4.1.45724.1.1.2)",
	ATT_DER_OCTET_STRING, 1, 1024, "an OCTET STRING, not critical" };
static const struct fido_form aaguid_form = { FIDO_AAGUID,
	"the AAGUID extension (1.3.6.1.4.1.45724.1.1.4)", ATT_DER_OCTET_STRING,
	AAGUID_LEN, AAGUID_LEN, "an OCTET STRING of 16 bytes, not critical" };
static const struct fido_form fw_version_form = { FIDO_FW_VERSION,
	"the firmware version extension (1.3.6.1.4.1.45724.1.1.5)",
	ATT_DER_INTEGER, 1, 8, "an INTEGER of at least 0, not critical" };

/* The one value inside extnValue, or why not. */
static enum att_err
read_fido_value(const X509_EXTENSION *ext, const struct fido_form *form,
    struct att_bytes *value, struct att_reason *why)
{
	X509_EXTENSION *e = (X509_EXTENSION *)(uintptr_t)ext;
	const ASN1_OCTET_STRING *data = X509_EXTENSION_get_data(e);
	struct att_bytes left = att_bytes(
	    ASN1_STRING_get0_data(data), (size_t)ASN1_STRING_length(data));
	struct att_der element;

	if (X509_EXTENSION_get_critical(ext) != 0)
		return att_profile_refuse(
		    why, form->field, "critical", form->wanted);
	if (!att_der_take_tag(&left, form->tag, &element))
		return att_profile_refuse(
		    why, form->field, "of another type", form->wanted);
	if (left.len != 0)
		return att_profile_refuse(
		    why, form->field, "with bytes left over", form->wanted);
	if (element.content.len < form->len_min ||
	    element.content.len > form->len_max)
		return att_profile_refuse(
		    why, form->field, "of another length", form->wanted);
	if (form->tag == ATT_DER_INTEGER &&
	    (element.content.ptr[0] & 0x80) != 0)
		return att_profile_refuse(
		    why, form->field, "negative", form->wanted);
	*value = element.content;
	return ATT_OK;
}

/*
 * value->ptr is NULL when the certificate has no such extension; decoding has
 * refused a second one.
 */
static enum att_err
find_fido_value(const struct att_certificate *cert,
    const struct fido_form *form, struct att_bytes *value,
    struct att_reason *why)
{
	*value = att_bytes(NULL, 0);
	for (int i = 0; i < sk_X509_EXTENSION_num(cert->extensions); i++) {
		const X509_EXTENSION *ext =
		    sk_X509_EXTENSION_value(cert->extensions, i);

		if (is_fido(ext, form->arc))
			return read_fido_value(ext, form, value, why);
	}
	return ATT_OK;
}

/*
 * Section 8.2.1 for the AAGUID, section 8.2.2 for the serial number, which only
 * enterprise attestation has: that it was asked for, no statement says.
 */
static enum att_err
check_fido_extensions(
    const struct att_certificate *cert, struct att_reason *why)
{
	static const struct fido_form *const forms[] = { &sernum_form,
		&aaguid_form, &fw_version_form };
	struct att_bytes value;
	enum att_err r;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		r = find_fido_value(cert, forms[i], &value, why);
		if (r != ATT_OK)
			return r;
	}
	return ATT_OK;
}

enum att_err
att_certificate_get_aaguid(const struct att_certificate *cert, bool *present,
    uint8_t aaguid[AAGUID_LEN], struct att_reason *why)
{
	struct att_bytes value;
	enum att_err r;

	*present = false;
	memset(aaguid, 0, AAGUID_LEN);
	if ((r = find_fido_value(cert, &aaguid_form, &value, why)) != ATT_OK)
		return r;
	if (value.ptr != NULL) {
		*present = true;
		memcpy(aaguid, value.ptr, AAGUID_LEN);
	}
	return ATT_OK;
}

/* --- A profile is a list of checks, run in order -----------------------------
 */

typedef enum att_err check_fn(
    const struct att_certificate *cert, struct att_reason *why);

static check_fn *const packed_profile[] = { check_version_3,
	check_packed_subject, check_not_ca, check_no_other_use,
	check_no_android_key, check_fido_extensions, NULL };

static check_fn *const fido_u2f_profile[] = { check_no_ca_claim,
	check_no_other_use, check_no_android_key, check_fido_extensions, NULL };

static check_fn *const android_profile[] = { check_version_3, check_no_ca_claim,
	check_no_other_use, NULL };

static check_fn *const safetynet_profile[] = { check_version_3,
	check_no_ca_claim, NULL };

static check_fn *const tpm_profile[] = { check_version_3, check_not_ca,
	check_fido_extensions, NULL };

static check_fn *const leaf_profile[] = { check_version_3, check_not_ca, NULL };

static check_fn *const apple_profile[] = { check_version_3, check_not_ca,
	check_no_other_use, NULL };

static enum att_err
run_profile(check_fn *const *checks, const struct att_certificate *cert,
    struct att_reason *why)
{
	enum att_err r;

	for (; *checks != NULL; checks++) {
		if ((r = (*checks)(cert, why)) != ATT_OK)
			return r;
	}
	return ATT_OK;
}

enum att_err
att_certificate_check_packed(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(packed_profile, cert, why);
}

enum att_err
att_certificate_check_fido_u2f(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(fido_u2f_profile, cert, why);
}

enum att_err
att_certificate_check_android_key(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(android_profile, cert, why);
}

enum att_err
att_certificate_check_safetynet(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(safetynet_profile, cert, why);
}

enum att_err
att_certificate_check_apple(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(apple_profile, cert, why);
}

enum att_err
att_profile_check_tpm_basics(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(tpm_profile, cert, why);
}

enum att_err
att_profile_check_leaf(
    const struct att_certificate *cert, struct att_reason *why)
{
	return run_profile(leaf_profile, cert, why);
}
