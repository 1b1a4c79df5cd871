/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of statement formats and what they share. */
#include <stdlib.h>
#include <string.h>

#include "attestation/format.h"
#include "base/buf.h"
#include "codec/attobj.h"
#include "codec/digest.h"
#include "trust/certificate.h"
#include "trust/memory.h"

static att_format_verify_fn *const formats[ATT_FORMAT_COUNT] = {
	[ATT_FORMAT_NONE] = att_format_none_verify,
	[ATT_FORMAT_PACKED] = att_format_packed_verify,
	[ATT_FORMAT_TPM] = att_format_tpm_verify,
	[ATT_FORMAT_ANDROID_KEY] = att_format_android_key_verify,
	[ATT_FORMAT_ANDROID_SAFETYNET] = att_format_android_safetynet_verify,
	[ATT_FORMAT_FIDO_U2F] = att_format_fido_u2f_verify,
	[ATT_FORMAT_APPLE] = att_format_apple_verify,
	[ATT_FORMAT_COMPOUND] = att_format_compound_verify,
};

void
att_statement_result_reset(struct att_statement_result *result)
{
	for (size_t i = 0; i < result->count; i++)
		att_certificate_free(&result->x5c[i]);
	for (size_t i = 0; i < result->part_count; i++)
		att_statement_result_reset(&result->parts[i]);
	free(result->parts);
	att_chain_free(&result->chain);
	*result = (struct att_statement_result){ 0 };
}

enum att_err
att_statement_verify(const struct att_statement *statement,
    struct att_statement_result *result, struct att_reason *why)
{
	return formats[statement->format](statement, result, why);
}

static enum att_err
check_x5c(const struct att_statement *statement,
    const struct att_cbor_item *x5c, struct att_reason *why)
{
	const struct att_cbor_item *element;

	if (x5c->type != ATT_CBOR_ARRAY || x5c->number == 0 ||
	    x5c->number > ATT_X5C_MAX)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s statement: \"x5c\" is not an array of 1 to %d "
		    "certificates",
		    att_format_name(statement->format), ATT_X5C_MAX);
	element = att_cbor_get_first(x5c);
	for (uint64_t i = 0; i < x5c->number; i++) {
		if (element->type != ATT_CBOR_BYTES || element->value.len == 0)
			return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
			    "%s statement: x5c[%ju] is not a non-empty byte "
			    "string",
			    att_format_name(statement->format), (uintmax_t)i);
		element = att_cbor_get_next(statement->doc, element);
	}
	return ATT_OK;
}

/* What the anchors remember of these certificates, if they do. */
static bool
recall_x5c(struct att_memory *memory, struct att_bytes encoded,
    struct att_statement_result *result)
{
	struct att_certificate *const *certs;
	size_t count;

	if (memory == NULL ||
	    (result->chain = att_memory_find(memory, encoded)) == NULL)
		return false;
	certs = att_chain_get(result->chain, &count);
	for (; result->count < count; result->count++)
		result->x5c[result->count] =
		    att_certificate_share(certs[result->count]);
	return true;
}

enum att_err
att_statement_read_certificate(const struct att_statement *statement,
    struct att_bytes der, struct att_statement_result *result,
    struct att_reason *why)
{
	enum att_err err;

	err = att_certificate_decode(der,
	    att_memory_get_curves(statement->memory),
	    &result->x5c[result->count], why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[%zu]", result->count);
	result->count++;
	return ATT_OK;
}

enum att_err
att_statement_read_x5c(const struct att_statement *statement,
    const struct att_cbor_item *x5c, struct att_statement_result *result,
    struct att_reason *why)
{
	const struct att_cbor_item *element;
	enum att_err err;

	if ((err = check_x5c(statement, x5c, why)) != ATT_OK)
		return err;
	if (recall_x5c(statement->memory, x5c->encoded, result))
		return ATT_OK;
	element = att_cbor_get_first(x5c);
	for (size_t i = 0; i < x5c->number; i++) {
		err = att_statement_read_certificate(
		    statement, element->value, result, why);
		if (err != ATT_OK)
			return err;
		element = att_cbor_get_next(statement->doc, element);
	}
	if (statement->memory != NULL)
		result->chain = att_memory_keep(statement->memory, x5c->encoded,
		    result->x5c, result->count);
	return ATT_OK;
}

static const struct att_cose_algorithm *
find_algorithm(
    const struct att_statement *statement, const struct att_cbor_item *alg)
{
	int64_t id;

	if (!att_cbor_get_int(alg, &id))
		return NULL;
	if (id == ATT_COSE_RS1 && statement->format == ATT_FORMAT_TPM)
		return &att_cose_rs1;
	return att_cose_algorithm_find(id);
}

enum att_err
att_statement_read_signature(const struct att_statement *statement,
    const struct att_cbor_item *alg, const struct att_cbor_item *sig,
    struct att_statement_signature *signature, struct att_reason *why)
{
	signature->value = sig->value;
	if (sig->value.len == 0)
		return att_refuse(why, ATT_ERR_STATEMENT_MALFORMED,
		    "%s statement: \"sig\" is empty",
		    att_format_name(statement->format));
	signature->algorithm = find_algorithm(statement, alg);
	if (signature->algorithm == NULL)
		return att_refuse(why, ATT_ERR_STATEMENT_ALGORITHM,
		    "%s statement: its COSE algorithm is not supported",
		    att_format_name(statement->format));
	return ATT_OK;
}

/*
 * Sections 8.2 and 8.4: authenticator data and client data hash, joined; what
 * section 8.3 calls attToBeSigned.
 */
enum att_err
att_statement_verify_signature(const struct att_statement *statement,
    const struct att_statement_signature *signature, EVP_PKEY *key,
    const struct att_signed_data *data, struct att_reason *why)
{
	const struct att_bytes parts[] = {
		statement->auth_data_raw,
		att_bytes(statement->client_data_hash, 32),
	};
	const struct att_signed_data to_be_signed = { parts, 2 };
	enum att_err err;

	if (data == NULL)
		data = &to_be_signed;
	if (statement->opts->ecdsa_encoding == ATT_ECDSA_ENCODING_ANY)
		err = att_signature_verify_any(
		    signature->algorithm, key, data, signature->value, why);
	else
		err = att_signature_verify(
		    signature->algorithm, key, data, signature->value, why);
	if (err == ATT_ERR_SIGNATURE_ENCODING &&
	    statement->opts->ecdsa_encoding == ATT_ECDSA_ENCODING_DER)
		err = att_refuse(why, err,
		    "the %s signature is not in minimal DER; ecdsa_encoding = "
		    "any would accept that of some devices",
		    signature->algorithm->name);
	return att_refuse_within(
	    why, err, "%s statement", att_format_name(statement->format));
}

bool
att_statement_is_credential_key(
    const struct att_statement *statement, const EVP_PKEY *key)
{
	struct att_curves *curves = att_memory_get_curves(statement->memory);
	EVP_PKEY *credential = NULL;
	bool is_equal;

	is_equal =
	    att_cose_key_make(statement->key, curves, &credential) == ATT_OK &&
	    EVP_PKEY_eq(credential, key) == 1;
	EVP_PKEY_free(credential);
	return is_equal;
}

EVP_PKEY *
att_statement_get_key(const struct att_statement_result *result)
{
	return att_certificate_get_key(result->x5c[0]);
}

/* Sections 8.2 and 8.2.1: the AAGUID that the certificate names. */
enum att_err
att_statement_check_aaguid(const struct att_statement *statement,
    const struct att_certificate *leaf, struct att_reason *why)
{
	uint8_t aaguid[ATT_AAGUID_LEN];
	bool is_present;
	enum att_err err;

	err = att_certificate_get_aaguid(leaf, &is_present, aaguid, why);
	if (err != ATT_OK)
		return att_refuse_within(why, err, "x5c[0]");
	/* Section 8.3.1: the certificate of a TPM names the TPM. */
	if (!is_present && statement->opts->require_aaguid_extension &&
	    statement->format != ATT_FORMAT_TPM)
		return att_refuse(why, ATT_ERR_AAGUID_MISSING,
		    "the attestation certificate does not name the model; "
		    "require_aaguid_extension = no would accept that");
	if (is_present &&
	    memcmp(aaguid, statement->auth_data->aaguid, sizeof(aaguid)) != 0)
		return att_refuse(why, ATT_ERR_AAGUID_MISMATCH,
		    "the attestation certificate names another AAGUID than "
		    "authenticator data");
	return ATT_OK;
}

enum att_err
att_statement_hash(const struct att_statement *statement, uint8_t digest[32])
{
	struct att_buf joined;
	enum att_err err;

	att_buf_init(&joined, ATT_ATTESTATION_OBJECT_MAX + 32);
	if ((err = att_buf_put(&joined, statement->auth_data_raw.ptr,
		 statement->auth_data_raw.len)) == ATT_OK &&
	    (err = att_buf_put(&joined, statement->client_data_hash, 32)) ==
		ATT_OK)
		err = att_sha256(att_buf_get(&joined), digest);
	att_buf_reset(&joined);
	return err;
}

enum att_err
att_statement_check_rsa_size(const struct att_statement *statement,
    const EVP_PKEY *key, struct att_reason *why)
{
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	    bits >= (int)statement->opts->min_rsa_bits)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_RSA_SIZE,
	    "the attestation key is RSA with %d bits, min_rsa_bits is %u", bits,
	    statement->opts->min_rsa_bits);
}
