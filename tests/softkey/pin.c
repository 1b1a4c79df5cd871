/* SPDX-License-Identifier: BSD-2-Clause */
/* PIN/UV auth protocols 1 and 2 (CTAP 2.1 section 6.5.6, 6.5.7), the token */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "fatal.h"
#include "keys.h"
#include "pin.h"

#define P256_LEN 32
#define BLOCK 16
#define COSE_ECDH_ES_HKDF_256 (-25)

bool
pin_protocol_is_known(int64_t protocol)
{
	return protocol == 1 || protocol == 2;
}

void
pin_session_start(struct pin_session *session)
{
	pin_session_end(session);
	session->agreement = key_generate(COSE_ES256);
}

void
pin_session_end(struct pin_session *session)
{
	EVP_PKEY_free(session->agreement);
	explicit_bzero(session, sizeof(*session));
}

void
pin_session_new_token(
    struct pin_session *session, int64_t protocol, unsigned int permissions)
{
	random_bytes(session->token, sizeof(session->token));
	session->token_protocol = protocol;
	session->permissions = permissions;
	session->has_rp_id = false;
}

void
pin_put_agreement(struct buf *out, const struct pin_session *session)
{
	struct buf point = { 0 };

	key_put_point(&point, session->agreement);
	cbor_put_map(out, 5);
	cbor_put_int(out, 1);
	cbor_put_int(out, 2);
	cbor_put_int(out, 3);
	cbor_put_int(out, COSE_ECDH_ES_HKDF_256);
	cbor_put_int(out, -1);
	cbor_put_int(out, 1);
	cbor_put_int(out, -2);
	cbor_put_bytes(out, point.data + 1, P256_LEN);
	cbor_put_int(out, -3);
	cbor_put_bytes(out, point.data + 1 + P256_LEN, P256_LEN);
	buf_free(&point);
}

static EVP_PKEY *
peer_from_cose(const cbor_item_t *cose)
{
	uint8_t point[1 + 2 * P256_LEN] = { 0x04 };
	struct view x;
	struct view y;
	char group[] = "prime256v1";
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
		OSSL_PARAM_octet_string(
		    OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point)),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *peer = NULL;

	if (!cbor_read_bytes(cbor_find_int(cose, -2), &x) ||
	    !cbor_read_bytes(cbor_find_int(cose, -3), &y) ||
	    x.len != P256_LEN || y.len != P256_LEN)
		return NULL;
	memcpy(point + 1, x.data, P256_LEN);
	memcpy(point + 1 + P256_LEN, y.data, P256_LEN);
	ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
	    EVP_PKEY_fromdata(ctx, &peer, EVP_PKEY_PUBLIC_KEY, params) != 1)
		peer = NULL;
	EVP_PKEY_CTX_free(ctx);
	return peer;
}

static bool
derive(EVP_PKEY *own, EVP_PKEY *peer, uint8_t z[P256_LEN])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own, NULL);
	size_t len = P256_LEN;
	bool done = ctx != NULL && EVP_PKEY_derive_init(ctx) == 1 &&
		    EVP_PKEY_derive_set_peer(ctx, peer) == 1 &&
		    EVP_PKEY_derive(ctx, z, &len) == 1 && len == P256_LEN;

	EVP_PKEY_CTX_free(ctx);
	return done;
}

static void
hkdf(const uint8_t z[P256_LEN], const char *info, uint8_t out[32])
{
	static const uint8_t salt[32];
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
	size_t len = 32;

	if (ctx == NULL || EVP_PKEY_derive_init(ctx) != 1 ||
	    EVP_PKEY_CTX_set_hkdf_md(ctx, EVP_sha256()) != 1 ||
	    EVP_PKEY_CTX_set1_hkdf_salt(ctx, salt, sizeof(salt)) != 1 ||
	    EVP_PKEY_CTX_set1_hkdf_key(ctx, z, P256_LEN) != 1 ||
	    EVP_PKEY_CTX_add1_hkdf_info(
		ctx, (const unsigned char *)info, (int)strlen(info)) != 1 ||
	    EVP_PKEY_derive(ctx, out, &len) != 1)
		fatal("cannot derive a key");
	EVP_PKEY_CTX_free(ctx);
}

bool
pin_agree(const struct pin_session *session, int64_t protocol,
    const cbor_item_t *cose, struct pin_shared *shared)
{
	EVP_PKEY *peer = peer_from_cose(cose);
	uint8_t z[P256_LEN];

	if (peer == NULL || !derive(session->agreement, peer, z)) {
		EVP_PKEY_free(peer);
		return false;
	}
	EVP_PKEY_free(peer);
	shared->protocol = protocol;
	if (protocol == 1) {
		sha256(z, sizeof(z), shared->hmac_key);
		memcpy(shared->aes_key, shared->hmac_key, 32);
	} else {
		hkdf(z, "CTAP2 HMAC key", shared->hmac_key);
		hkdf(z, "CTAP2 AES key", shared->aes_key);
	}
	explicit_bzero(z, sizeof(z));
	return true;
}

bool
pin_verify(int64_t protocol, const uint8_t key[32], const struct buf *message,
    const struct view *sig)
{
	uint8_t mac[32];
	unsigned int len = sizeof(mac);

	if (sig->len != (protocol == 1 ? 16 : 32))
		return false;
	if (HMAC(EVP_sha256(), key, 32, message->data, message->len, mac,
		&len) == NULL)
		fatal("cannot compute an HMAC");
	return CRYPTO_memcmp(mac, sig->data, sig->len) == 0;
}

static void
run_cipher(const uint8_t key[32], const uint8_t iv[BLOCK], int encrypt,
    const struct view *in, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len;

	if (ctx == NULL ||
	    EVP_CipherInit_ex(ctx, EVP_aes_256_cbc(), NULL, key, iv, encrypt) !=
		1 ||
	    EVP_CIPHER_CTX_set_padding(ctx, 0) != 1 ||
	    EVP_CipherUpdate(ctx, out, &len, in->data, (int)in->len) != 1 ||
	    (size_t)len != in->len)
		fatal("cannot run AES");
	EVP_CIPHER_CTX_free(ctx);
}

bool
pin_decrypt(
    const struct pin_shared *shared, const struct view *in, struct buf *out)
{
	uint8_t iv[BLOCK] = { 0 };
	struct view text = *in;

	if (shared->protocol == 2) {
		if (text.len < BLOCK)
			return false;
		memcpy(iv, text.data, BLOCK);
		text.data += BLOCK;
		text.len -= BLOCK;
	}
	if (text.len == 0 || text.len % BLOCK != 0)
		return false;
	run_cipher(shared->aes_key, iv, 0, &text, buf_grow(out, text.len));
	return true;
}

void
pin_encrypt(
    const struct pin_shared *shared, const struct buf *plain, struct buf *out)
{
	uint8_t iv[BLOCK] = { 0 };
	struct view text = { plain->data, plain->len };

	if (shared->protocol == 2) {
		random_bytes(iv, sizeof(iv));
		buf_put(out, iv, sizeof(iv));
	}
	run_cipher(shared->aes_key, iv, 1, &text, buf_grow(out, text.len));
}
