/* SPDX-License-Identifier: BSD-2-Clause */
/* Encoding ECDSA signatures, by OpenSSL. */
#include <openssl/ec.h>

#include "codec/ecdsa.h"

enum {
	TAG_INTEGER = 0x02,
	TAG_SEQUENCE = 0x30,
	LONG_FORM = 0x80,
	NUMBER_MAX = 128, /* octets; those of P-521 are 66 */
};

enum att_err
att_ecdsa_encode(struct att_bytes r, struct att_bytes s, struct att_buf *out)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	BIGNUM *bn_r = BN_bin2bn(r.ptr, (int)r.len, NULL);
	BIGNUM *bn_s = BN_bin2bn(s.ptr, (int)s.len, NULL);
	enum att_err err = ATT_ERR_NO_MEMORY;
	uint8_t *der = NULL;
	int len;

	if (sig == NULL || bn_r == NULL || bn_s == NULL ||
	    ECDSA_SIG_set0(sig, bn_r, bn_s) != 1)
		goto out;
	bn_r = bn_s = NULL; /* owned by sig */
	if ((len = i2d_ECDSA_SIG(sig, &der)) <= 0)
		goto out;
	err = att_buf_put(out, der, (size_t)len);
out:
	OPENSSL_free(der);
	BN_free(bn_r);
	BN_free(bn_s);
	ECDSA_SIG_free(sig);
	return err;
}

/* X.690 section 8.1.3: the short form, or the long one of up to two octets. */
static bool
take_length(struct att_reader *in, size_t *len)
{
	uint8_t first, octet;

	if (att_reader_get_u8(in, &first) != ATT_OK)
		return false;
	*len = first;
	if (first < LONG_FORM)
		return true;
	*len = 0;
	for (uint8_t left = first - LONG_FORM; left > 0; left--) {
		if (first > LONG_FORM + 2 ||
		    att_reader_get_u8(in, &octet) != ATT_OK)
			return false;
		*len = *len << 8 | octet;
	}
	return first > LONG_FORM;
}

static bool
take_element(struct att_reader *in, uint8_t tag, struct att_bytes *content)
{
	uint8_t found;
	size_t len;

	return att_reader_get_u8(in, &found) == ATT_OK && found == tag &&
	       take_length(in, &len) &&
	       att_reader_get(in, len, content) == ATT_OK;
}

/* X.690 section 10.1: the length stands in as few octets as it can. */
static bool
take_strict(struct att_reader *in, uint8_t tag, struct att_bytes *content)
{
	size_t before = in->left, head;

	if (!take_element(in, tag, content))
		return false;
	head = before - in->left - content->len;
	return head == (content->len < 0x80	  ? 2U
			   : content->len < 0x100 ? 3U
						  : 4U);
}

/* Section 8.3.2: so does a number; one below zero is no part of a signature. */
static bool
take_number(struct att_reader *in)
{
	struct att_bytes n;

	return take_strict(in, TAG_INTEGER, &n) && n.len > 0 &&
	       n.ptr[0] < 0x80 &&
	       (n.len == 1 || n.ptr[0] != 0 || n.ptr[1] >= 0x80);
}

bool
att_ecdsa_is_der(struct att_bytes signature)
{
	struct att_reader in = att_reader(signature);
	struct att_bytes content;

	if (!take_strict(&in, TAG_SEQUENCE, &content) ||
	    att_reader_end(&in) != ATT_OK)
		return false;
	in = att_reader(content);
	return take_number(&in) && take_number(&in) &&
	       att_reader_end(&in) == ATT_OK;
}

enum att_err
att_ecdsa_encode_anew(struct att_bytes ber, struct att_buf *out)
{
	struct att_reader in = att_reader(ber);
	struct att_bytes content, r, s;

	if (!take_element(&in, TAG_SEQUENCE, &content) ||
	    att_reader_end(&in) != ATT_OK)
		return ATT_ERR_SIGNATURE_ENCODING;
	in = att_reader(content);
	if (!take_element(&in, TAG_INTEGER, &r) ||
	    !take_element(&in, TAG_INTEGER, &s) ||
	    att_reader_end(&in) != ATT_OK)
		return ATT_ERR_SIGNATURE_ENCODING;
	if (r.len == 0 || r.len > NUMBER_MAX || s.len == 0 ||
	    s.len > NUMBER_MAX)
		return ATT_ERR_SIGNATURE_ENCODING;
	return att_ecdsa_encode(r, s, out);
}
