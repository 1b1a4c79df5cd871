/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profile of certificates of TPM attestation keys: WebAuthn Level 3
 * section 8.3.1, TCG EK Credential Profile for TPM Family 2.0 section 3.2.9.
 */
#include <string.h>

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "trust/certificate_parts.h"
#include "trust/der.h"
#include "trust/profile.h"

static const char san_field[] = "subjectAltName";
static const char san_wanted[] =
    "a critical one with one directoryName that describes the TPM";

/* 2.23.133.8.3, tcg-kp-AIKCertificate. */
static const uint8_t aik_oid[] = { 0x67, 0x81, 0x05, 0x08, 0x03 };
static const struct att_usage aik_usage = { { aik_oid, sizeof(aik_oid) },
	"2.23.133.8.3" };

/* One attribute of the directoryName: 2.23.133.2 and one more arc. */
struct tpm_attribute {
	uint8_t oid[5];
	const char *field;
	const char *wanted;
	size_t digits_min; /* after "id:"; 0: any text */
	size_t digits_max;
};
enum {
	MANUFACTURER,
	MODEL,
	VERSION,
	ATTRIBUTE_COUNT
};

/* Devices have versions of fewer digits than the eight of the profile. */
static const struct tpm_attribute attributes[ATTRIBUTE_COUNT] = {
	[MANUFACTURER] = { { 0x67, 0x81, 0x05, 0x02, 0x01 },
	    "the TPM manufacturer (2.23.133.2.1)",
	    "one UTF8String 'id:' and 8 digits 0-9 A-F", 8, 8 },
	[MODEL] = { { 0x67, 0x81, 0x05, 0x02, 0x02 },
	    "the TPM model (2.23.133.2.2)", "one UTF8String that is not empty",
	    0, 0 },
	[VERSION] = { { 0x67, 0x81, 0x05, 0x02, 0x03 },
	    "the TPM version (2.23.133.2.3)",
	    "one UTF8String 'id:' and 1 to 8 digits 0-9 A-F", 1, 8 },
};

static bool
is_oid(const ASN1_OBJECT *oid, const uint8_t der[5])
{
	return OBJ_length(oid) == 5 && memcmp(OBJ_get0_data(oid), der, 5) == 0;
}

static enum att_err
check_no_subject(const struct att_certificate *cert, struct att_reason *why)
{
	char subject[ATT_SUBJECT_MAX];

	if (X509_NAME_entry_count(cert->subject) == 0)
		return ATT_OK;
	att_certificate_print_subject(cert, subject, sizeof(subject));
	return att_profile_refuse(why, "the subject", subject, "an empty one");
}

/* --- The description of the TPM ----------------------------------------- */

static bool
is_digit(uint8_t c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
}

static bool
is_value_good(const struct tpm_attribute *attribute, struct att_bytes text)
{
	size_t digits = text.len < 3 ? 0 : text.len - 3;

	if (attribute->digits_max == 0)
		return text.len > 0;
	if (digits < attribute->digits_min || digits > attribute->digits_max ||
	    memcmp(text.ptr, "id:", 3) != 0)
		return false;
	for (size_t i = 3; i < text.len; i++) {
		if (!is_digit(text.ptr[i]))
			return false;
	}
	return true;
}

/* The one value of an attribute; it may stand in an RDN with others. */
static enum att_err
find_value(const X509_NAME *name, const struct tpm_attribute *attribute,
    struct att_bytes *value, struct att_reason *why)
{
	const ASN1_STRING *found = NULL;

	*value = att_bytes(NULL, 0);
	for (int i = 0; i < X509_NAME_entry_count(name); i++) {
		const X509_NAME_ENTRY *entry = X509_NAME_get_entry(name, i);

		if (!is_oid(X509_NAME_ENTRY_get_object(entry), attribute->oid))
			continue;
		if (found != NULL)
			return att_profile_refuse(why, attribute->field,
			    "more than once", attribute->wanted);
		found = X509_NAME_ENTRY_get_data(entry);
	}
	if (found == NULL)
		return att_profile_refuse(
		    why, attribute->field, "absent", attribute->wanted);
	*value = att_bytes(
	    ASN1_STRING_get0_data(found), (size_t)ASN1_STRING_length(found));
	if (ASN1_STRING_type(found) != V_ASN1_UTF8STRING ||
	    !is_value_good(attribute, *value))
		return att_profile_refuse(why, attribute->field,
		    "of another form", attribute->wanted);
	return ATT_OK;
}

static uint32_t
read_digits(struct att_bytes text)
{
	uint32_t v = 0;

	for (size_t i = 3; i < text.len; i++) {
		uint8_t c = text.ptr[i];

		v = v << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'A' + 10);
	}
	return v;
}

static enum att_err
read_description(
    const X509_NAME *name, uint32_t *manufacturer, struct att_reason *why)
{
	struct att_bytes values[ATTRIBUTE_COUNT];
	enum att_err r;

	for (size_t i = 0; i < ATTRIBUTE_COUNT; i++) {
		r = find_value(name, &attributes[i], &values[i], why);
		if (r != ATT_OK)
			return r;
	}
	*manufacturer = read_digits(values[MANUFACTURER]);
	return ATT_OK;
}

/* The directoryName if there is exactly one, whatever else there is. */
static const X509_NAME *
find_directory_name(const GENERAL_NAMES *names)
{
	const X509_NAME *found = NULL;

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type != GEN_DIRNAME)
			continue;
		if (found != NULL)
			return NULL;
		found = name->d.directoryName;
	}
	return found;
}

static enum att_err
read_names(
    const GENERAL_NAMES *names, uint32_t *manufacturer, struct att_reason *why)
{
	const X509_NAME *name = find_directory_name(names);

	if (name == NULL)
		return att_profile_refuse(why, san_field,
		    "without directoryName or with several", san_wanted);
	return read_description(name, manufacturer, why);
}

/* RFC 5280 section 4.2.1.6: without a subject it has to be critical. */
static enum att_err
read_alternative_name(const struct att_certificate *cert,
    uint32_t *manufacturer, struct att_reason *why)
{
	GENERAL_NAMES *names;
	enum att_err r;
	int critical;

	names =
	    att_profile_decode_extension(cert, NID_subject_alt_name, &critical);
	if (names == NULL)
		r = att_profile_refuse(
		    why, san_field, "absent or malformed", san_wanted);
	else if (critical != 1)
		r = att_profile_refuse(
		    why, san_field, "that is not critical", san_wanted);
	else
		r = read_names(names, manufacturer, why);
	GENERAL_NAMES_free(names);
	ERR_clear_error();
	return r;
}

static enum att_err
check_all(const struct att_certificate *cert, uint32_t *manufacturer,
    struct att_reason *why)
{
	enum att_err r;

	if ((r = att_profile_check_tpm_basics(cert, why)) != ATT_OK ||
	    (r = check_no_subject(cert, why)) != ATT_OK ||
	    (r = att_profile_check_usage(cert, &aik_usage, why)) != ATT_OK)
		return r;
	return read_alternative_name(cert, manufacturer, why);
}

/* OpenSSL takes longer for these extensions than for an RSA signature. */
enum att_err
att_certificate_check_tpm(struct att_certificate *cert, uint32_t *manufacturer,
    struct att_reason *why)
{
	enum att_err r;

	*manufacturer = 0;
	if (!cert->is_tpm) {
		r = check_all(cert, &cert->tpm_manufacturer, why);
		if (r != ATT_OK)
			return r;
		cert->is_tpm = true;
	}
	*manufacturer = cert->tpm_manufacturer;
	return ATT_OK;
}
