/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parsing authenticator data, WebAuthn Level 3 section 6.1, in the order of
 * its bytes.
 */
#include <string.h>

#include "attestation/authdata.h"
#include "base/buf.h"
#include "codec/cbor.h"

/* rpIdHash, flags, signCount; AAGUID and the length of the credential ID. */
enum {
	HEAD_LEN = 32 + 1 + 4,
	ATTESTED_LEN = 16 + 2
};
enum {
	FLAGS_RESERVED = 0x02 | 0x20
};

static const char what[] = "authenticator data";

/* Section 6.1: RFU bits are zero. Section 6.1.3: BS goes with BE only. */
static enum att_err
check_flags(uint8_t flags, enum att_ceremony ceremony, struct att_reason *why)
{
	bool is_registration = ceremony == ATT_CEREMONY_REGISTRATION;

	if ((flags & FLAGS_RESERVED) != 0)
		return att_refuse(why, ATT_ERR_AUTHDATA_FLAGS,
		    "%s: flags 0x%02x have a reserved bit", what, flags);
	if ((flags & ATT_FLAG_BS) != 0 && (flags & ATT_FLAG_BE) == 0)
		return att_refuse(why, ATT_ERR_AUTHDATA_FLAGS,
		    "%s: flags 0x%02x say backed up (BS) but not eligible for "
		    "backup (BE)",
		    what, flags);
	if (is_registration && (flags & ATT_FLAG_AT) == 0)
		return att_refuse(why, ATT_ERR_AUTHDATA_FLAGS,
		    "%s: flags 0x%02x lack AT, so there is no credential", what,
		    flags);
	if (!is_registration && (flags & ATT_FLAG_AT) != 0)
		return att_refuse(why, ATT_ERR_AUTHDATA_FLAGS,
		    "%s: flags 0x%02x of an assertion have AT", what, flags);
	return ATT_OK;
}

static enum att_err
parse_head(
    struct att_reader *r, struct att_auth_data *data, struct att_reason *why)
{
	struct att_bytes hash;

	if (r->left < HEAD_LEN)
		return att_refuse(why, ATT_ERR_AUTHDATA_MALFORMED,
		    "%s has %zu bytes, expected at least %d", what, r->left,
		    HEAD_LEN);
	if (att_reader_get(r, 32, &hash) != ATT_OK ||
	    att_reader_get_u8(r, &data->flags) != ATT_OK ||
	    att_reader_get_u32(r, &data->sign_count) != ATT_OK)
		return ATT_ERR_INTERNAL;
	data->rp_id_hash = hash.ptr;
	return ATT_OK;
}

/* One canonical CBOR item of unknown length. */
static enum att_err
parse_item(struct att_reader *r, struct att_cbor *doc, const char *name,
    struct att_reason *why)
{
	struct att_bytes taken;
	enum att_err err;

	err = att_cbor_read_first(att_bytes(r->ptr, r->left), doc, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "%s: %s", what, name);
	return att_reader_get(r, doc->items[0].encoded.len, &taken);
}

/* Section 7.1: no ID longer than 1023 bytes is registered. */
static enum att_err
parse_credential_id(
    struct att_reader *r, struct att_auth_data *data, struct att_reason *why)
{
	uint16_t len;

	if (att_reader_get_u16(r, &len) != ATT_OK)
		return ATT_ERR_INTERNAL;
	if (len == 0 || len > ATT_CREDENTIAL_ID_MAX)
		return att_refuse(why, ATT_ERR_CREDENTIAL_ID,
		    "%s: a credential ID of %u bytes, expected 1 to %d", what,
		    len, ATT_CREDENTIAL_ID_MAX);
	if (att_reader_get(r, len, &data->credential_id) != ATT_OK)
		return att_refuse(why, ATT_ERR_AUTHDATA_MALFORMED,
		    "%s ends inside the credential ID", what);
	return ATT_OK;
}

/* Attested credential data, section 6.5.1. */
static enum att_err
parse_credential(struct att_reader *r, struct att_auth_data *data,
    struct att_cbor *doc, struct att_reason *why)
{
	struct att_bytes aaguid;
	enum att_err err;

	if (r->left < ATTESTED_LEN)
		return att_refuse(why, ATT_ERR_AUTHDATA_MALFORMED,
		    "%s ends inside the attested credential data", what);
	if (att_reader_get(r, 16, &aaguid) != ATT_OK)
		return ATT_ERR_INTERNAL;
	data->aaguid = aaguid.ptr;
	if ((err = parse_credential_id(r, data, why)) != ATT_OK ||
	    (err = parse_item(r, doc, "public key", why)) != ATT_OK)
		return err;
	data->cose_key = doc->items[0].encoded;
	return ATT_OK;
}

/* CTAP 2.1 section 12.1; what is no level says nothing. */
static uint8_t
read_cred_protect(const struct att_cbor_item *value)
{
	if (value->type != ATT_CBOR_UINT ||
	    value->number > ATT_CRED_PROTECT_REQUIRED)
		return ATT_CRED_PROTECT_UNKNOWN;
	return (uint8_t)value->number;
}

/* Section 7.1: extensions nobody asked for may be there, and are ignored. */
static enum att_err
parse_extensions(struct att_reader *r, struct att_auth_data *data,
    struct att_cbor *doc, struct att_reason *why)
{
	const struct att_cbor_item *map = doc->items, *key, *value;
	enum att_err err;

	if ((err = parse_item(r, doc, "extensions", why)) != ATT_OK)
		return err;
	if (map->type != ATT_CBOR_MAP)
		return att_refuse(why, ATT_ERR_AUTHDATA_MALFORMED,
		    "%s: the extensions are not a CBOR map", what);
	key = att_cbor_get_first(map);
	for (uint64_t i = 0; i < map->number; i++) {
		if (key->type != ATT_CBOR_TEXT)
			return att_refuse(why, ATT_ERR_AUTHDATA_MALFORMED,
			    "%s: an extension has no name", what);
		value = att_cbor_get_next(doc, key);
		if (att_cbor_is_text(key, "credProtect"))
			data->cred_protect = read_cred_protect(value);
		key = att_cbor_get_next(doc, value);
	}
	data->extensions = map->encoded;
	return ATT_OK;
}

enum att_err
att_auth_data_parse(struct att_bytes in, enum att_ceremony ceremony,
    struct att_auth_data *data, struct att_reason *why)
{
	struct att_reader r = att_reader(in);
	struct att_cbor doc;
	enum att_err err;

	*data = (struct att_auth_data){ 0 };
	if ((err = parse_head(&r, data, why)) != ATT_OK ||
	    (err = check_flags(data->flags, ceremony, why)) != ATT_OK)
		return err;
	if ((data->flags & ATT_FLAG_AT) != 0 &&
	    (err = parse_credential(&r, data, &doc, why)) != ATT_OK)
		return err;
	if ((data->flags & ATT_FLAG_ED) != 0 &&
	    (err = parse_extensions(&r, data, &doc, why)) != ATT_OK)
		return err;
	if (att_reader_end(&r) != ATT_OK)
		return att_refuse(why, ATT_ERR_AUTHDATA_TRAILING,
		    "%s: %zu bytes are left over", what, r.left);
	return ATT_OK;
}

/* Sections 7.1 and 7.2: rpIdHash, UP, UV. */
enum att_err
att_auth_data_check(const struct att_auth_data *data,
    const uint8_t rp_id_hash[32], bool require_uv, struct att_reason *why)
{
	if (memcmp(data->rp_id_hash, rp_id_hash, 32) != 0)
		return att_refuse(why, ATT_ERR_RP_ID_HASH,
		    "%s was made for another RP ID", what);
	if ((data->flags & ATT_FLAG_UP) == 0)
		return att_refuse(why, ATT_ERR_UP_MISSING,
		    "%s says that nobody touched the authenticator", what);
	if (require_uv && (data->flags & ATT_FLAG_UV) == 0)
		return att_refuse(why, ATT_ERR_UV_MISSING,
		    "%s says that the authenticator did not verify the user",
		    what);
	return ATT_OK;
}
