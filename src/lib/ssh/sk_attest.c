/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the attestation files of OpenSSH. */
#include "codec/attobj.h"
#include "codec/cbor.h"
#include "ssh/sk_attest.h"
#include "ssh/wire.h"

enum {
	MAGIC_MAX = 64
};

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_SSH_ATTESTATION_MALFORMED,
	    "the attestation file is malformed: %s", what);
}

static enum att_err
check_version(struct att_reader *r, struct att_reason *why)
{
	struct att_bytes magic;

	if (att_reader_get_string(r, MAGIC_MAX, &magic) != ATT_OK)
		return att_refuse(why, ATT_ERR_SSH_ATTESTATION_VERSION,
		    "the file is none that ssh-keygen -O write-attestation "
		    "wrote: it does not begin with \"ssh-sk-attest-v01\"");
	if (att_bytes_is_equal(magic, att_bytes_text("ssh-sk-attest-v01")))
		return ATT_OK;
	if (att_bytes_is_equal(magic, att_bytes_text("ssh-sk-attest-v00")))
		return att_refuse(why, ATT_ERR_SSH_ATTESTATION_VERSION,
		    "the attestation file is of version ssh-sk-attest-v00, "
		    "which lacks the authenticator data that was signed: make "
		    "the key with ssh-keygen of OpenSSH 8.4 or later");
	return att_refuse(why, ATT_ERR_SSH_ATTESTATION_VERSION,
	    "the attestation file is of version \"%.*s\", this program knows "
	    "ssh-sk-attest-v01",
	    (int)magic.len, (const char *)magic.ptr);
}

/* Authenticator data is a CBOR byte string, and nothing else is there. */
static enum att_err
unwrap(struct att_bytes wrapped, struct att_bytes *out, struct att_reason *why)
{
	struct att_cbor doc;

	if (att_cbor_read(wrapped, ATT_CBOR_CANONICAL_ORDER, &doc, NULL) !=
		ATT_OK ||
	    doc.items[0].type != ATT_CBOR_BYTES)
		return malformed(
		    why, "authenticator data is not one CBOR byte string");
	*out = doc.items[0].value;
	return ATT_OK;
}

static enum att_err
check_reserved(struct att_reader *r, struct att_reason *why)
{
	struct att_bytes text;
	uint32_t flags;

	if (att_reader_get_u32(r, &flags) != ATT_OK ||
	    att_reader_get_string(r, ATT_SK_ATTEST_MAX, &text) != ATT_OK)
		return malformed(why, "it is cut off");
	if (flags != 0 || text.len != 0)
		return malformed(why,
		    "what is reserved is not zero, so it says something that "
		    "this program does not know");
	if (att_reader_end(r) != ATT_OK)
		return malformed(why, "bytes are left over after it");
	return ATT_OK;
}

static enum att_err
parse(
    struct att_bytes file, struct att_sk_attest *attest, struct att_reason *why)
{
	struct att_reader r = att_reader(file);
	struct att_bytes wrapped;
	enum att_err err;

	if (file.len > ATT_SK_ATTEST_MAX)
		return malformed(why, "it has more than 16384 bytes");
	if ((err = check_version(&r, why)) != ATT_OK)
		return err;
	if (att_reader_get_string(
		&r, ATT_SK_ATTEST_MAX, &attest->certificate) != ATT_OK ||
	    att_reader_get_string(&r, ATT_SK_ATTEST_MAX, &attest->signature) !=
		ATT_OK ||
	    att_reader_get_string(&r, ATT_SK_ATTEST_MAX, &wrapped) != ATT_OK)
		return malformed(why, "it is cut off");
	if ((err = check_reserved(&r, why)) != ATT_OK)
		return err;
	if (attest->certificate.len > 0 && attest->signature.len == 0)
		return malformed(why, "it has a certificate and no signature");
	return unwrap(wrapped, &attest->auth_data, why);
}

enum att_err
att_sk_attest_parse(
    struct att_bytes file, struct att_sk_attest *attest, struct att_reason *why)
{
	enum att_err err;

	*attest = (struct att_sk_attest){ 0 };
	if ((err = parse(file, attest, why)) != ATT_OK)
		*attest = (struct att_sk_attest){ 0 };
	return err;
}

static const char *const formats[] = {
	[ATT_SK_PACKED] = "packed",
	[ATT_SK_FIDO_U2F] = "fido-u2f",
	[ATT_SK_NONE] = "none",
};

/* Which parts a format has: none of them, the signature, or both. */
static bool
fits(const struct att_sk_attest *attest, enum att_sk_statement statement)
{
	switch (statement) {
	case ATT_SK_PACKED:
		return attest->signature.len > 0;
	case ATT_SK_FIDO_U2F:
		return attest->certificate.len > 0;
	case ATT_SK_NONE:
		return attest->signature.len == 0;
	}
	return false;
}

enum att_err
att_sk_attest_make_object(const struct att_sk_attest *attest,
    enum att_sk_statement statement, int32_t algorithm, struct att_buf *out)
{
	const struct att_statement_parts parts = {
		.has_alg = statement == ATT_SK_PACKED,
		.alg = algorithm,
		.sig = attest->signature,
		.certificate = attest->certificate,
	};
	struct att_buf encoded;
	enum att_err err;

	if (!fits(attest, statement))
		return ATT_ERR_SSH_ATTESTATION_MALFORMED;
	att_buf_init(&encoded, ATT_ATTESTATION_OBJECT_MAX);
	if ((err = att_statement_encode(&parts, &encoded)) == ATT_OK)
		err = att_attestation_object_encode(
		    att_bytes_text(formats[statement]), att_buf_get(&encoded),
		    attest->auth_data, out);
	att_buf_reset(&encoded);
	return err;
}
