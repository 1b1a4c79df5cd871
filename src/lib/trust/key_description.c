/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The KeyDescription extension, WebAuthn section 8.4.1. OpenSSL's templates
 * refuse what they do not know, and each version of Android adds tags, so this
 * is read by hand.
 */
#include "trust/certificate.h"
#include "trust/der.h"
#include "trust/key_description.h"

enum {
	TAGS_MAX = 64, /* in one list; some 50 are defined */
	TAG_PURPOSE = 1,
	TAG_ALL_APPLICATIONS = 600,
	TAG_ORIGIN = 702,
	PURPOSE_SIGN = 2,
};

/* 1.3.6.1.4.1.11129.2.1.17 */
static const uint8_t key_description_oid[] = { 0x2b, 0x06, 0x01, 0x04, 0x01,
	0xd6, 0x79, 0x02, 0x01, 0x11 };

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_KEY_DESCRIPTION_MALFORMED,
	    "the key description extension (1.3.6.1.4.1.11129.2.1.17): %s",
	    what);
}

static bool
take_uint(struct att_bytes *left, uint8_t tag, uint32_t *value)
{
	struct att_der element;

	return att_der_take_tag(left, tag, &element) &&
	       att_der_get_uint(element.content, value);
}

static bool
take_level(struct att_bytes *left, enum att_security_level *level)
{
	uint32_t value;

	if (!take_uint(left, ATT_DER_ENUMERATED, &value) ||
	    value > ATT_SECURITY_STRONG_BOX)
		return false;
	*level = (enum att_security_level)value;
	return true;
}

/* SET OF INTEGER */
static bool
read_purpose(
    const struct att_der *set, struct att_key_authorizations *authorizations)
{
	struct att_bytes left = set->content;
	uint32_t purpose;

	if (set->tag != ATT_DER_SET)
		return false;
	while (left.len > 0) {
		if (!take_uint(&left, ATT_DER_INTEGER, &purpose))
			return false;
		if (purpose == PURPOSE_SIGN)
			authorizations->may_sign = true;
	}
	authorizations->has_purpose = true;
	return true;
}

static bool
read_authorization(const struct att_der_explicit *element,
    struct att_key_authorizations *authorizations)
{
	switch (element->number) {
	case TAG_PURPOSE:
		return read_purpose(&element->inner, authorizations);
	case TAG_ALL_APPLICATIONS:
		authorizations->has_all_applications = true;
		return element->inner.tag == ATT_DER_NULL &&
		       element->inner.content.len == 0;
	case TAG_ORIGIN:
		authorizations->has_origin = true;
		return element->inner.tag == ATT_DER_INTEGER &&
		       att_der_get_uint(
			   element->inner.content, &authorizations->origin);
	default:
		return true;
	}
}

static bool
take_authorizations(
    struct att_bytes *left, struct att_key_authorizations *authorizations)
{
	struct att_der_explicit element;
	uint32_t seen[TAGS_MAX];
	struct att_der list;
	size_t count = 0;

	if (!att_der_take_tag(left, ATT_DER_SEQUENCE, &list))
		return false;
	while (list.content.len > 0) {
		if (count == TAGS_MAX ||
		    !att_der_take_explicit(&list.content, &element) ||
		    !read_authorization(&element, authorizations))
			return false;
		for (size_t i = 0; i < count; i++) {
			if (seen[i] == element.number)
				return false;
		}
		seen[count++] = element.number;
	}
	return true;
}

enum att_err
att_key_description_parse(struct att_bytes der,
    struct att_key_description *description, struct att_reason *why)
{
	struct att_bytes left = der;
	struct att_der element;
	uint32_t version;

	*description = (struct att_key_description){ 0 };
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &element) ||
	    left.len != 0)
		return malformed(why, "not one SEQUENCE");
	left = element.content;
	if (!take_uint(&left, ATT_DER_INTEGER, &description->version) ||
	    !take_level(&left, &description->attestation_level) ||
	    !take_uint(&left, ATT_DER_INTEGER, &version) ||
	    !take_level(&left, &description->key_level))
		return malformed(why, "versions or security levels");
	if (!att_der_take_tag(&left, ATT_DER_OCTET_STRING, &element))
		return malformed(why, "attestationChallenge");
	description->challenge = element.content;
	if (!att_der_take_tag(&left, ATT_DER_OCTET_STRING, &element))
		return malformed(why, "uniqueId");
	if (!take_authorizations(&left, &description->software))
		return malformed(why, "softwareEnforced is missing or not DER");
	if (!take_authorizations(&left, &description->tee))
		return malformed(why, "teeEnforced is missing or not DER");
	if (left.len != 0)
		return malformed(why, "bytes are left over");
	return ATT_OK;
}

static bool
find(const struct att_certificate *cert,
    struct att_certificate_extension *extension)
{
	return att_certificate_find_extension(cert,
	    att_bytes(key_description_oid, sizeof(key_description_oid)),
	    extension);
}

bool
att_certificate_has_key_description(const struct att_certificate *cert)
{
	struct att_certificate_extension extension;

	return find(cert, &extension);
}

enum att_err
att_certificate_get_key_description(const struct att_certificate *cert,
    struct att_key_description *description, struct att_reason *why)
{
	struct att_certificate_extension extension;

	*description = (struct att_key_description){ 0 };
	if (!find(cert, &extension))
		return att_refuse(why, ATT_ERR_KEY_DESCRIPTION_MISSING,
		    "the attestation certificate has no key description "
		    "extension (1.3.6.1.4.1.11129.2.1.17)");
	return att_key_description_parse(extension.value, description, why);
}
