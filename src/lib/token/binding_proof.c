/* SPDX-License-Identifier: BSD-2-Clause */
/* Challenges, and what is an answer to one. Nothing of it is trusted. */
#include <sys/random.h>

#include <string.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "codec/public_key.h"
#include "codec/tpm_verify.h"
#include "token/binding.h"

enum {
	/* A TPM's clock may be off by 15 of 100: Part 1, clause 36.2; the
	 * reference has a sixth for it. */
	CLOCK_SLACK = 5,
	MS = 1000
};

static enum att_err
make_key(const struct att_binding *binding, EVP_PKEY **keyp)
{
	return att_public_key_make_rsa(att_binding_get_modulus(binding),
	    att_binding_get_exponent(binding), keyp);
}

/* --- The challenge -------------------------------------------------------- */

static enum att_err
encrypt(
    const struct att_binding *binding, struct att_binding_challenge *challenge)
{
	enum att_err err;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *key = NULL;
	size_t len = sizeof(challenge->sent);

	if ((err = make_key(binding, &key)) != ATT_OK)
		return err;
	err = ATT_ERR_CRYPTO;
	ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	if (ctx == NULL || EVP_PKEY_encrypt_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_encrypt(ctx, challenge->sent, &len, challenge->nonce,
		sizeof(challenge->nonce)) != 1)
		goto out;
	challenge->sent_len = len;
	err = ATT_OK;
out:
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return err;
}

enum att_err
att_binding_challenge_new(const struct att_binding *binding,
    struct att_binding_challenge *challenge, struct att_reason *why)
{
	enum att_err err = ATT_OK;

	*challenge = (struct att_binding_challenge){ 0 };
	if (getrandom(challenge->nonce, sizeof(challenge->nonce), 0) !=
	    (ssize_t)sizeof(challenge->nonce))
		return att_refuse_plain(why, ATT_ERR_SYSTEM);
	if (binding->kind == ATT_BINDING_EPHEMERAL_KEY) {
		err = encrypt(binding, challenge);
	} else {
		memcpy(challenge->sent, challenge->nonce,
		    sizeof(challenge->nonce));
		challenge->sent_len = sizeof(challenge->nonce);
	}
	if (err != ATT_OK)
		att_binding_challenge_reset(challenge);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

void
att_binding_challenge_reset(struct att_binding_challenge *challenge)
{
	explicit_bzero(challenge, sizeof(*challenge));
}

void
att_binding_put_signed(const uint8_t nonce[ATT_BINDING_CHALLENGE_LEN],
    uint8_t out[ATT_BINDING_SIGNED_LEN])
{
	memcpy(out, ATT_BINDING_DOMAIN, sizeof(ATT_BINDING_DOMAIN));
	memcpy(
	    out + sizeof(ATT_BINDING_DOMAIN), nonce, ATT_BINDING_CHALLENGE_LEN);
}

/* --- The key -------------------------------------------------------------- */

static bool
is_same_key(
    const struct att_binding *binding, const struct att_tpm_public *area)
{
	const uint8_t e[4] = { (uint8_t)(area->exponent >> 24),
		(uint8_t)(area->exponent >> 16), (uint8_t)(area->exponent >> 8),
		(uint8_t)area->exponent };
	struct att_bytes exponent = att_bytes(e, sizeof(e));

	while (exponent.len > 0 && exponent.ptr[0] == 0)
		exponent = att_bytes(exponent.ptr + 1, exponent.len - 1);
	return area->type == ATT_TPM_ALG_RSA &&
	       att_bytes_is_equal(
		   area->modulus, att_binding_get_modulus(binding)) &&
	       att_bytes_is_equal(exponent, att_binding_get_exponent(binding));
}

/* A service may say all attributes of the key, or those that matter alone. */
static bool
is_as_attested(uint32_t attested, uint32_t found)
{
	return (attested & ~(uint32_t)ATT_TPM_BOUND) == 0 || attested == found;
}

static enum att_err
read_key(const struct att_binding *binding, const struct att_proven *proven,
    struct att_tpm_public *area, struct att_reason *why)
{
	struct att_reason found = { 0 };

	if (att_tpm_public_parse(proven->public_area, area, &found) != ATT_OK)
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "what the TPM says of the key cannot be read: %s",
		    found.text);
	if (!is_same_key(binding, area))
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "the TPM shows another key than %s of the token",
		    binding->where);
	if ((area->attributes & ATT_TPM_BOUND) != ATT_TPM_BOUND)
		return att_refuse(why, ATT_ERR_BINDING_SOFTWARE,
		    "the key in the TPM has attributes 0x%08x, which lack "
		    "0x%08x: it may leave the TPM, or came from outside",
		    area->attributes,
		    ATT_TPM_BOUND & ~(unsigned int)area->attributes);
	if (!is_as_attested(binding->attributes, area->attributes))
		return att_refuse(why, ATT_ERR_BINDING_KEY,
		    "the key in the TPM has attributes 0x%08x, the token "
		    "says 0x%08x",
		    area->attributes, binding->attributes);
	return ATT_OK;
}

enum att_err
att_binding_check_key(const struct att_binding *binding,
    const struct att_proven *proven, struct att_reason *why)
{
	struct att_tpm_public area;

	return read_key(binding, proven, &area, why);
}

/* --- Signatures ----------------------------------------------------------- */

static enum att_err
verify(const struct att_binding *binding,
    const struct att_tpm_signature *signature, struct att_bytes message)
{
	EVP_PKEY *key = NULL;
	enum att_err err;

	if ((err = make_key(binding, &key)) != ATT_OK)
		return err;
	err = att_tpm_signature_verify(signature, key, message);
	EVP_PKEY_free(key);
	return err;
}

/* Of this key, by a scheme that it may use, over no less than SHA-256. */
static enum att_err
check_signature(const struct att_binding *binding,
    const struct att_tpm_public *area, const struct att_proven *proven,
    struct att_bytes message, struct att_reason *why)
{
	struct att_tpm_signature signature;
	struct att_reason found = { 0 };
	enum att_err err;

	if (att_tpm_signature_parse(proven->signature, &signature, &found) !=
	    ATT_OK)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "what the TPM signed cannot be read: %s", found.text);
	if (signature.hash == ATT_TPM_ALG_SHA1)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the TPM signed a hash of SHA-1, expected SHA-256 or a "
		    "longer one");
	if (area->scheme != ATT_TPM_ALG_NULL &&
	    (area->scheme != signature.scheme ||
		area->scheme_hash != signature.hash))
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the signature is by another scheme than that of the key");
	err = verify(binding, &signature, message);
	if (err == ATT_ERR_STATEMENT_SIGNATURE)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the signature over the challenge is not by the key %s of "
		    "the token",
		    binding->where);
	return err == ATT_OK ? err : att_refuse_plain(why, err);
}

/* --- Proofs --------------------------------------------------------------- */

static bool
is_nonce(const struct att_binding_challenge *challenge, struct att_bytes said)
{
	return said.len == sizeof(challenge->nonce) &&
	       CRYPTO_memcmp(said.ptr, challenge->nonce, said.len) == 0;
}

/*
 * A restricted key signs nothing that looks like a quote but quotes. Anybody
 * who may use another key can have it sign one that he wrote.
 */
static enum att_err
check_quote(const struct att_binding *binding,
    const struct att_binding_challenge *challenge,
    const struct att_tpm_public *area, const struct att_proven *proven,
    struct att_reason *why)
{
	struct att_tpm_quote quote;
	struct att_reason found = { 0 };

	if ((area->attributes & ATT_TPM_RESTRICTED) == 0 ||
	    (area->attributes & ATT_TPM_SIGN) == 0)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the TPM quotes by a key that is not for quotes alone");
	if (att_tpm_quote_parse(proven->attested, &quote, &found) != ATT_OK)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the quote cannot be read: %s", found.text);
	if (!is_nonce(challenge, quote.extra_data))
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the TPM answers another challenge than that of this "
		    "login");
	return check_signature(binding, area, proven, proven->attested, why);
}

static enum att_err
check_signed(const struct att_binding *binding,
    const struct att_binding_challenge *challenge,
    const struct att_tpm_public *area, const struct att_proven *proven,
    struct att_reason *why)
{
	uint8_t text[ATT_BINDING_SIGNED_LEN];

	if ((area->attributes & ATT_TPM_RESTRICTED) != 0 ||
	    (area->attributes & ATT_TPM_SIGN) == 0)
		return att_refuse(why, ATT_ERR_BINDING_PROOF,
		    "the TPM signs by a key that is not one to sign with");
	att_binding_put_signed(challenge->nonce, text);
	return check_signature(
	    binding, area, proven, att_bytes(text, sizeof(text)), why);
}

static enum att_err
check_decrypted(const struct att_binding_challenge *challenge,
    const struct att_proven *proven, struct att_reason *why)
{
	if (is_nonce(challenge, proven->plaintext))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_BINDING_PROOF,
	    "the TPM decrypts the challenge to something else");
}

enum att_err
att_binding_check_proof(const struct att_binding *binding,
    const struct att_binding_challenge *challenge,
    const struct att_proven *proven, struct att_reason *why)
{
	bool is_ephemeral = binding->kind == ATT_BINDING_EPHEMERAL_KEY;
	struct att_tpm_public area;
	enum att_err err;

	if ((err = read_key(binding, proven, &area, why)) != ATT_OK)
		return err;
	if (is_ephemeral && proven->proof == ATT_PROOF_DECRYPTED)
		return check_decrypted(challenge, proven, why);
	if (!is_ephemeral && proven->proof == ATT_PROOF_QUOTE)
		return check_quote(binding, challenge, &area, proven, why);
	if (!is_ephemeral && proven->proof == ATT_PROOF_SIGNATURE)
		return check_signed(binding, challenge, &area, proven, why);
	return att_refuse(why, ATT_ERR_BINDING_PROOF,
	    "the TPM answers in a way that proves nothing for %s of the token",
	    binding->where);
}

/* --- The start ------------------------------------------------------------ */

enum att_err
att_binding_check_start(uint64_t up_ms, const struct att_binding_times *times,
    struct att_reason *why)
{
	const uint64_t up = up_ms / MS;
	const int64_t age = (int64_t)times->now - times->issued;

	if (age <= (int64_t)times->leeway ||
	    up + up / CLOCK_SLACK >= (uint64_t)age - times->leeway)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_TOKEN_BOOT,
	    "the TPM was started %llu s ago, and the token was issued before "
	    "that, %lld s ago; a fresh one is needed",
	    (unsigned long long)up, (long long)age);
}
