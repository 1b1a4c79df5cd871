/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attestation files of OpenSSH: what is read has one encoding, and every
 * object that is made of it is one that the reader of objects takes.
 */
#include <stdint.h>
#include <stdlib.h>

#include "attestation/object.h"
#include "codec/attobj.h"
#include "codec/cose.h"
#include "ssh/sk_attest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Authenticator data as it stands wrapped, at the end of the file. */
static void
check_encoding(struct att_bytes in, const struct att_sk_attest *attest)
{
	struct att_buf out;

	att_buf_init(&out, 2 * ATT_SK_ATTEST_MAX);
	if (att_buf_put_cstring(&out, "ssh-sk-attest-v01") != ATT_OK ||
	    att_buf_put_string(&out, attest->certificate) != ATT_OK ||
	    att_buf_put_string(&out, attest->signature) != ATT_OK)
		abort();
	if (in.len < out.len + attest->auth_data.len ||
	    !att_bytes_is_equal(att_bytes(in.ptr, out.len), att_buf_get(&out)))
		abort();
	if (!att_bytes_is_equal(
		att_bytes(in.ptr + in.len - 8 - attest->auth_data.len,
		    attest->auth_data.len),
		attest->auth_data))
		abort();
	att_buf_reset(&out);
}

static void
check_object(
    const struct att_sk_attest *attest, enum att_sk_statement statement)
{
	static struct att_object object;
	struct att_buf out;
	enum att_err err;

	att_buf_init(&out, ATT_ATTESTATION_OBJECT_MAX);
	err =
	    att_sk_attest_make_object(attest, statement, ATT_COSE_ES256, &out);
	if (err != ATT_OK && err != ATT_ERR_SSH_ATTESTATION_MALFORMED)
		abort();
	if (err == ATT_OK &&
	    (att_object_parse(att_buf_get(&out), ATT_CBOR_CANONICAL_ORDER,
		 &object, NULL) != ATT_OK ||
		!att_bytes_is_equal(object.auth_data, attest->auth_data)))
		abort();
	att_buf_reset(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_sk_attest attest;
	enum att_err err;

	err = att_sk_attest_parse(att_bytes(data, size), &attest, &why);
	if (err != ATT_OK) {
		if (why.code != err || why.text[0] == '\0' ||
		    attest.auth_data.len != 0 || attest.certificate.len != 0)
			abort();
		return 0;
	}
	check_encoding(att_bytes(data, size), &attest);
	check_object(&attest, ATT_SK_PACKED);
	check_object(&attest, ATT_SK_FIDO_U2F);
	check_object(&attest, ATT_SK_NONE);
	return 0;
}
