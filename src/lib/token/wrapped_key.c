/* SPDX-License-Identifier: BSD-2-Clause */
/* TPMKey of draft-bottomley-tpm2-keys-00, section 3.1, in DER within PEM. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/asn1t.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "token/wrapped_key.h"

#define PEM_NAME "TSS2 PRIVATE KEY"
#define LOADABLE "2.23.133.10.1.3" /* id-loadablekey, section 3.1.1 */

enum {
	DER_TRUE = 0xff
};

/* What is not needed but has to be recognized is any type. */
struct tpm_key {
	ASN1_OBJECT *type;
	ASN1_BOOLEAN empty_auth; /* tpm2_encodeobject 5.4 has it backwards */
	ASN1_TYPE *policy;
	ASN1_TYPE *secret;
	ASN1_TYPE *auth_policy;
	ASN1_TYPE *description;
	ASN1_BOOLEAN rsa_parent;
	ASN1_INTEGER *parent;
	ASN1_OCTET_STRING *public_part;
	ASN1_OCTET_STRING *private_part;
};

typedef struct tpm_key tpm_key;

ASN1_SEQUENCE(tpm_key) = {
	ASN1_SIMPLE(tpm_key, type, ASN1_OBJECT),
	ASN1_EXP_OPT(tpm_key, empty_auth, ASN1_BOOLEAN, 0),
	ASN1_EXP_OPT(tpm_key, policy, ASN1_ANY, 1),
	ASN1_EXP_OPT(tpm_key, secret, ASN1_ANY, 2),
	ASN1_EXP_OPT(tpm_key, auth_policy, ASN1_ANY, 3),
	ASN1_EXP_OPT(tpm_key, description, ASN1_ANY, 4),
	ASN1_EXP_OPT(tpm_key, rsa_parent, ASN1_BOOLEAN, 5),
	ASN1_SIMPLE(tpm_key, parent, ASN1_INTEGER),
	ASN1_SIMPLE(tpm_key, public_part, ASN1_OCTET_STRING),
	ASN1_SIMPLE(tpm_key, private_part, ASN1_OCTET_STRING),
} static_ASN1_SEQUENCE_END(tpm_key)

struct att_wrapped_key {
	tpm_key *decoded;
	uint32_t parent;
};

static enum att_err
refuse(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_CONF_VALUE, "%s", what);
}

/* The first PEM of that name; what else is in the file is skipped. */
static enum att_err
read_pem(struct att_bytes pem, unsigned char **derp, long *lenp,
    struct att_reason *why)
{
	BIO *bio;
	int r;

	if (pem.len > ATT_WRAPPED_KEY_MAX)
		return refuse(why, "too large for a key");
	if ((bio = BIO_new_mem_buf(pem.ptr, (int)pem.len)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	r = PEM_bytes_read_bio(derp, lenp, NULL, PEM_NAME, bio, NULL, NULL);
	BIO_free(bio);
	ERR_clear_error();
	if (r != 1)
		return refuse(why, "no \"" PEM_NAME "\" in PEM is in it, as "
				   "tpm2_encodeobject(1) writes one");
	return ATT_OK;
}

static enum att_err
decode(
    const unsigned char *der, long len, tpm_key **keyp, struct att_reason *why)
{
	const unsigned char *end = der;

	*keyp =
	    (tpm_key *)ASN1_item_d2i(NULL, &end, len, ASN1_ITEM_rptr(tpm_key));
	ERR_clear_error();
	if (*keyp == NULL || end != der + len)
		return refuse(
		    why, "its \"" PEM_NAME "\" is not the DER of one");
	return ATT_OK;
}

static bool
is_part(const ASN1_OCTET_STRING *part)
{
	int len = ASN1_STRING_length(part);

	return len > 0 && len <= ATT_WRAPPED_PART_MAX;
}

/* Some programs write a handle as a negative number: 0x81000001 of 32 bits. */
static enum att_err
read_parent(
    const ASN1_INTEGER *number, uint32_t *parent, struct att_reason *why)
{
	int64_t value;

	*parent = 0;
	if (ASN1_INTEGER_get_int64(&value, number) != 1 || value < INT32_MIN ||
	    value > UINT32_MAX || value == 0) {
		ERR_clear_error();
		return refuse(why, "its parent is not a handle of a TPM");
	}
	*parent = (uint32_t)value;
	return ATT_OK;
}

static enum att_err
check(const tpm_key *key, struct att_reason *why)
{
	char type[sizeof(LOADABLE) + 1];

	if (OBJ_obj2txt(type, sizeof(type), key->type, 1) < 0 ||
	    strcmp(type, LOADABLE) != 0 || key->secret != NULL)
		return refuse(why, "its key would have to be imported first; "
				   "expected one that "
				   "can be loaded");
	if (key->policy != NULL || key->auth_policy != NULL)
		return refuse(why,
		    "its key has a policy, which nobody satisfies at a login");
	if (!is_part(key->public_part) || !is_part(key->private_part))
		return refuse(why, "the parts of its key are not of a TPM");
	return ATT_OK;
}

enum att_err
att_wrapped_key_parse(
    struct att_bytes pem, struct att_wrapped_key **keyp, struct att_reason *why)
{
	struct att_wrapped_key *key = NULL;
	unsigned char *der = NULL;
	enum att_err err;
	long len = 0;

	*keyp = NULL;
	if ((err = read_pem(pem, &der, &len, why)) != ATT_OK)
		return err;
	if ((key = calloc(1, sizeof(*key))) == NULL)
		err = att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (err == ATT_OK)
		err = decode(der, len, &key->decoded, why);
	if (err == ATT_OK)
		err = check(key->decoded, why);
	if (err == ATT_OK)
		err = read_parent(key->decoded->parent, &key->parent, why);
	if (err == ATT_OK) {
		*keyp = key;
		key = NULL;
	}
	att_wrapped_key_free(&key);
	OPENSSL_free(der);
	return err;
}

void
att_wrapped_key_free(struct att_wrapped_key **keyp)
{
	if (*keyp == NULL)
		return;
	ASN1_item_free((ASN1_VALUE *)(*keyp)->decoded, ASN1_ITEM_rptr(tpm_key));
	free(*keyp);
	*keyp = NULL;
}

uint32_t
att_wrapped_key_get_parent(const struct att_wrapped_key *key)
{
	return key->parent;
}

bool
att_wrapped_key_is_below_rsa(const struct att_wrapped_key *key)
{
	return key->decoded->rsa_parent > 0;
}

static struct att_bytes
get_bytes(const ASN1_OCTET_STRING *part)
{
	return att_bytes(
	    ASN1_STRING_get0_data(part), (size_t)ASN1_STRING_length(part));
}

struct att_bytes
att_wrapped_key_get_public(const struct att_wrapped_key *key)
{
	return get_bytes(key->decoded->public_part);
}

struct att_bytes
att_wrapped_key_get_private(const struct att_wrapped_key *key)
{
	return get_bytes(key->decoded->private_part);
}

struct att_tpm_wrapped
att_wrapped_key_get(const struct att_wrapped_key *key)
{
	return (struct att_tpm_wrapped){
		.parent = key->parent,
		.is_rsa_parent = att_wrapped_key_is_below_rsa(key),
		.public_part = att_wrapped_key_get_public(key),
		.private_part = att_wrapped_key_get_private(key),
	};
}

/* --- Writing -------------------------------------------------------------- */

static bool
set_part(ASN1_OCTET_STRING *part, struct att_bytes bytes)
{
	return bytes.len > 0 && bytes.len <= ATT_WRAPPED_PART_MAX &&
	       ASN1_OCTET_STRING_set(part, bytes.ptr, (int)bytes.len) == 1;
}

static bool
fill(tpm_key *key, const struct att_tpm_wrapped *wrapped)
{
	ASN1_OBJECT_free(key->type);
	key->type = OBJ_txt2obj(LOADABLE, 1);
	key->empty_auth = DER_TRUE;
	if (wrapped->is_rsa_parent)
		key->rsa_parent = DER_TRUE;
	return key->type != NULL && wrapped->parent != 0 &&
	       ASN1_INTEGER_set_uint64(key->parent, wrapped->parent) == 1 &&
	       set_part(key->public_part, wrapped->public_part) &&
	       set_part(key->private_part, wrapped->private_part);
}

static enum att_err
put_pem(const tpm_key *key, struct att_buf *pem)
{
	enum att_err err = ATT_ERR_CRYPTO;
	unsigned char *der = NULL;
	BIO *bio = NULL;
	char *text;
	long len;
	int der_len;

	der_len = ASN1_item_i2d(
	    (const ASN1_VALUE *)key, &der, ASN1_ITEM_rptr(tpm_key));
	if (der_len > 0 && (bio = BIO_new(BIO_s_mem())) != NULL &&
	    PEM_write_bio(bio, PEM_NAME, "", der, der_len) > 0 &&
	    (len = BIO_get_mem_data(bio, &text)) > 0)
		err = att_buf_put(pem, text, (size_t)len);
	BIO_free(bio);
	OPENSSL_free(der);
	ERR_clear_error();
	return err;
}

enum att_err
att_wrapped_key_write(const struct att_tpm_wrapped *wrapped,
    struct att_buf *pem, struct att_reason *why)
{
	enum att_err err;
	tpm_key *key;

	key = (tpm_key *)ASN1_item_new(ASN1_ITEM_rptr(tpm_key));
	if (key == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if (fill(key, wrapped))
		err = put_pem(key, pem);
	else
		err = att_refuse(why, ATT_ERR_CONF_VALUE,
		    "a key that no file \"" PEM_NAME "\" could hold");
	ASN1_item_free((ASN1_VALUE *)key, ASN1_ITEM_rptr(tpm_key));
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}
