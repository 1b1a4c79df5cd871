/* SPDX-License-Identifier: BSD-2-Clause */
/* Public keys for OpenSSL from their bare numbers. */
#include <string.h>

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/param_build.h>

#include "codec/public_key.h"

/* What OpenSSL does not take is *refused; *keyp is NULL then. */
static enum att_err
import_key(
    const char *type, OSSL_PARAM *params, enum att_err refused, EVP_PKEY **keyp)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	enum att_err err = ATT_ERR_CRYPTO;

	*keyp = NULL;
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1)
		goto out;
	err = refused;
	if (EVP_PKEY_fromdata(ctx, keyp, EVP_PKEY_PUBLIC_KEY, params) != 1)
		goto out;
	err = ATT_OK;
out:
	EVP_PKEY_CTX_free(ctx);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}

/* OpenSSL only reads what the parameters point to, but lacks the const. */
static enum att_err
import_ec(const char *group, struct att_bytes point, EVP_PKEY **keyp)
{
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    (char *)(uintptr_t)group, strlen(group)),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
		    (void *)(uintptr_t)point.ptr, point.len),
		OSSL_PARAM_construct_end(),
	};

	return import_key("EC", params, ATT_ERR_COSE_NOT_ON_CURVE, keyp);
}

static enum att_err
copy_ec(const EVP_PKEY *like, struct att_bytes point, EVP_PKEY **keyp)
{
	EVP_PKEY *key = EVP_PKEY_new();
	enum att_err err = ATT_ERR_CRYPTO;

	*keyp = NULL;
	if (key == NULL || EVP_PKEY_copy_parameters(key, like) != 1)
		goto out;
	err = ATT_ERR_COSE_NOT_ON_CURVE;
	if (EVP_PKEY_set1_encoded_public_key(key, point.ptr, point.len) != 1)
		goto out;
	*keyp = key;
	key = NULL;
	err = ATT_OK;
out:
	EVP_PKEY_free(key);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}

void
att_curves_reset(struct att_curves *curves)
{
	for (size_t i = 0; i < ATT_CURVES_MAX; i++) {
		EC_GROUP_free(curves->known[i].group);
		EVP_PKEY_free(curves->known[i].key);
	}
	*curves = (struct att_curves){ 0 };
}

/* The place of a curve, which may be empty yet; NULL where there is none. */
static struct att_curve *
find_curve(struct att_curves *curves, const char *name)
{
	for (size_t i = 0; curves != NULL && i < ATT_CURVES_MAX; i++) {
		struct att_curve *curve = &curves->known[i];

		if (curve->name == NULL)
			curve->name = name;
		if (strcmp(curve->name, name) == 0)
			return curve;
	}
	return NULL;
}

static EC_GROUP *
make_group(const char *name)
{
	return EC_GROUP_new_by_curve_name(OBJ_sn2nid(name));
}

/* OpenSSL takes the one octet of infinity, under which anybody can sign. */
static enum att_err
check_point(const EC_GROUP *group, struct att_bytes point)
{
	enum att_err err = ATT_ERR_COSE_NOT_ON_CURVE;
	EC_POINT *p = EC_POINT_new(group);

	if (p == NULL)
		return ATT_ERR_CRYPTO;
	if (point.len > 1 &&
	    EC_POINT_oct2point(group, p, point.ptr, point.len, NULL) == 1)
		err = ATT_OK;
	EC_POINT_free(p);
	return err;
}

enum att_err
att_public_key_check_ec(
    struct att_curves *curves, const char *name, struct att_bytes point)
{
	struct att_curve *curve = find_curve(curves, name);
	struct att_curve only = { 0 };
	enum att_err err = ATT_ERR_CRYPTO;

	if (curve == NULL)
		curve = &only;
	if (curve->group == NULL)
		curve->group = make_group(name);
	if (curve->group != NULL)
		err = check_point(curve->group, point);
	EC_GROUP_free(only.group);
	if (err != ATT_OK)
		ERR_clear_error();
	return err;
}

/* Infinity as above. */
enum att_err
att_public_key_make_ec(struct att_curves *curves, const char *name,
    struct att_bytes point, EVP_PKEY **keyp)
{
	struct att_curve *curve = find_curve(curves, name);
	enum att_err err;

	*keyp = NULL;
	if (point.len <= 1)
		return ATT_ERR_COSE_NOT_ON_CURVE;
	if (curve != NULL && curve->key != NULL)
		return copy_ec(curve->key, point, keyp);
	err = import_ec(name, point, keyp);
	if (err == ATT_OK && curve != NULL && EVP_PKEY_up_ref(*keyp) == 1)
		curve->key = *keyp;
	return err;
}

enum att_err
att_public_key_make_rsa(struct att_bytes n, struct att_bytes e, EVP_PKEY **keyp)
{
	BIGNUM *bn_n = BN_bin2bn(n.ptr, (int)n.len, NULL);
	BIGNUM *bn_e = BN_bin2bn(e.ptr, (int)e.len, NULL);
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	OSSL_PARAM *params = NULL;
	enum att_err err = ATT_ERR_NO_MEMORY;

	*keyp = NULL;
	if (bn_n == NULL || bn_e == NULL || bld == NULL ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn_n) != 1 ||
	    OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, bn_e) != 1 ||
	    (params = OSSL_PARAM_BLD_to_param(bld)) == NULL)
		goto out;
	err = import_key("RSA", params, ATT_ERR_COSE_MALFORMED, keyp);
out:
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	BN_free(bn_n);
	BN_free(bn_e);
	return err;
}
