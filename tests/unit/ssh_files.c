/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing what ssh-keygen would: PROTOCOL.u2f of OpenSSH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include "attestation/object.h"
#include "codec/digest.h"
#include "ssh/sk_key.h"
#include "ssh_files.h"

enum {
	FILE_MAX = 65536
};

static void
put_public_key(
    const struct forged *forged, const char *application, struct att_buf *out)
{
	uint8_t numbers[ATT_SK_POINT_LEN];
	struct att_sk_key key = { .kind = ATT_SK_ECDSA,
		.application = att_bytes_text(application) };
	size_t len = sizeof(numbers);

	if (EVP_PKEY_is_a(forged->credential, "ED25519")) {
		assert_int_equal(EVP_PKEY_get_raw_public_key(
				     forged->credential, numbers, &len),
		    1);
		key.kind = ATT_SK_ED25519;
		key.public_key = att_bytes(numbers, len);
	} else {
		assert_int_equal(
		    EVP_PKEY_get_octet_string_param(forged->credential,
			OSSL_PKEY_PARAM_PUB_KEY, numbers, len, &len),
		    1);
		assert_int_equal(len, sizeof(numbers));
		key.public_key = att_bytes(numbers + 1, len - 1);
	}
	assert_int_equal(att_sk_key_put_line(&key, out), ATT_OK);
	assert_int_equal(att_buf_printf(out, " test@example\n"), ATT_OK);
}

/* A byte string of CBOR. */
static void
put_wrapped(struct att_bytes bytes, struct att_buf *out)
{
	struct att_buf item;

	att_buf_init(&item, FILE_MAX);
	if (bytes.len < 256) {
		assert_int_equal(att_buf_put_u8(&item, 0x58), ATT_OK);
		assert_int_equal(
		    att_buf_put_u8(&item, (uint8_t)bytes.len), ATT_OK);
	} else {
		assert_int_equal(att_buf_put_u8(&item, 0x59), ATT_OK);
		assert_int_equal(
		    att_buf_put_u16(&item, (uint16_t)bytes.len), ATT_OK);
	}
	assert_int_equal(att_buf_put(&item, bytes.ptr, bytes.len), ATT_OK);
	assert_int_equal(att_buf_put_string(out, att_buf_get(&item)), ATT_OK);
	att_buf_reset(&item);
}

static void
put_attestation(const struct forged *forged, struct att_buf *out)
{
	static const struct att_cbor_field fields[] = {
		{ "alg", 0, ATT_CBOR_INT, true },
		{ "sig", 0, ATT_CBOR_BYTES, true },
		{ "x5c", 0, ATT_CBOR_ARRAY, true },
	};
	static const struct att_cbor_schema schema = { "statement",
		ATT_ERR_STATEMENT_MALFORMED, 3, fields };
	const struct att_cbor_item *values[3];
	struct att_bytes sig = { .len = 0 }, certificate = { .len = 0 };
	struct att_object object;

	assert_int_equal(att_object_parse(att_buf_get(&forged->object),
			     ATT_CBOR_CANONICAL_ORDER, &object, NULL),
	    ATT_OK);
	assert_int_equal(att_cbor_get_fields(&object.doc, object.statement,
			     &schema, values, NULL),
	    ATT_OK);
	if (values[1] != NULL)
		sig = values[1]->value;
	if (values[2] != NULL)
		certificate = att_cbor_get_first(values[2])->value;
	assert_int_equal(att_buf_put_cstring(out, "ssh-sk-attest-v01"), ATT_OK);
	assert_int_equal(att_buf_put_string(out, certificate), ATT_OK);
	assert_int_equal(att_buf_put_string(out, sig), ATT_OK);
	put_wrapped(object.auth_data, out);
	assert_int_equal(att_buf_put_u32(out, 0), ATT_OK);
	assert_int_equal(att_buf_put_cstring(out, ""), ATT_OK);
}

void
ssh_files_write(const struct forged *forged, const char *application,
    struct ssh_files *files)
{
	att_buf_init(&files->public_key, FILE_MAX);
	att_buf_init(&files->attestation, FILE_MAX);
	put_public_key(forged, application == NULL ? "ssh:" : application,
	    &files->public_key);
	put_attestation(forged, &files->attestation);
}

void
ssh_files_make(const struct ssh_files_request *request, struct forged *forged,
    struct ssh_files *files)
{
	const char *application =
	    request->application == NULL ? "ssh:" : request->application;
	struct forge_request asked = { .is_verified =
					   !request->is_unverified &&
					   request->kind != FORGE_KIND_U2F,
		.time = FORGE_TIME };
	const struct forge_spec spec = { .kind = request->kind,
		.defect = request->defect,
		.credential_alg = request->alg,
		.request = &asked };

	assert_int_equal(
	    att_sha256(att_bytes_text(application), asked.rp_id_hash), ATT_OK);
	assert_int_equal(
	    att_sha256(request->challenge, asked.client_data_hash), ATT_OK);
	if (forged->root != NULL) {
		forge_again(&asked, forged);
	} else {
		asked.authority.key = forge_key(ATT_COSE_ES256);
		asked.authority.cert = forge_root(asked.authority.key,
		    request->root == NULL ? "Forge root" : request->root);
		forge(&spec, forged);
		X509_free(asked.authority.cert);
		EVP_PKEY_free(asked.authority.key);
	}
	forged->spec.request = NULL;
	ssh_files_write(forged, application, files);
}

void
ssh_files_reset(struct ssh_files *files)
{
	att_buf_reset(&files->public_key);
	att_buf_reset(&files->attestation);
}
