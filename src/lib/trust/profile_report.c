/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The profile of the certificates under which Microsoft Azure Attestation
 * signs its reports of TPMs: no standard has it, this is what they are.
 */
#include <openssl/asn1.h>
#include <openssl/err.h>
#include <openssl/objects.h>

#include "trust/certificate_parts.h"
#include "trust/profile.h"

/* 1.3.6.1.4.1.311.76.50.3 */
static const uint8_t report_oid[] = { 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37,
	0x4c, 0x32, 0x03 };
static const struct att_usage report_usage = {
	{ report_oid, sizeof(report_oid) },
	"1.3.6.1.4.1.311.76.50.3",
};

enum {
	DIGITAL_SIGNATURE = 0 /* bit of keyUsage, RFC 5280 section 4.2.1.3 */
};

/* One without keyUsage may be for anything, so this one has to say it. */
static enum att_err
check_signs(const struct att_certificate *cert, struct att_reason *why)
{
	ASN1_BIT_STRING *usage;
	bool is_there, signs;
	int critical;

	usage = att_profile_decode_extension(cert, NID_key_usage, &critical);
	is_there = usage != NULL;
	signs =
	    is_there && ASN1_BIT_STRING_get_bit(usage, DIGITAL_SIGNATURE) == 1;
	ASN1_BIT_STRING_free(usage);
	ERR_clear_error();
	if (signs)
		return ATT_OK;
	return att_profile_refuse(why, "keyUsage",
	    is_there ? "for something else" : "absent", "digitalSignature");
}

enum att_err
att_certificate_check_report(
    const struct att_certificate *cert, struct att_reason *why)
{
	enum att_err err;

	if ((err = att_profile_check_leaf(cert, why)) != ATT_OK ||
	    (err = check_signs(cert, why)) != ATT_OK)
		return err;
	return att_profile_check_usage(cert, &report_usage, why);
}
