/* SPDX-License-Identifier: BSD-2-Clause */
/* U2F raw messages 1.2: register, authenticate, version */
#include <string.h>
#include <time.h>

#include <openssl/x509.h>

#include "fatal.h"
#include "keys.h"
#include "softkey.h"

#define INS_REGISTER 0x01
#define INS_AUTHENTICATE 0x02
#define INS_VERSION 0x03

#define P1_CHECK_ONLY 0x07
#define P1_ENFORCE 0x03
#define P1_DONT_ENFORCE 0x08

#define SW_NO_ERROR 0x9000
#define SW_CONDITIONS_NOT_SATISFIED 0x6985
#define SW_WRONG_DATA 0x6a80
#define SW_WRONG_LENGTH 0x6700
#define SW_INS_NOT_SUPPORTED 0x6d00
#define SW_CLA_NOT_SUPPORTED 0x6e00

/* A client that stops asking for this long has given up. */
#define POLL_GAP_MS 2000

struct apdu {
	uint8_t ins;
	uint8_t p1;
	const uint8_t *data;
	size_t len;
};

/* ISO 7816-4 in extended form; short form when a short length fits. */
static bool
parse_apdu(const uint8_t *bytes, size_t len, struct apdu *apdu)
{
	size_t lc;

	apdu->ins = bytes[1];
	apdu->p1 = bytes[2];
	apdu->data = NULL;
	apdu->len = 0;
	if (len <= 5)
		return true;
	if (bytes[4] != 0) {
		lc = bytes[4];
		apdu->data = bytes + 5;
		apdu->len = lc;
		return len - 5 == lc || len - 5 == lc + 1;
	}
	if (len < 7)
		return false;
	lc = (size_t)bytes[5] << 8 | bytes[6];
	if (len == 7) /* no data: this was Le */
		return true;
	apdu->data = bytes + 7;
	apdu->len = lc;
	return len - 7 == lc || len - 7 == lc + 2;
}

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* U2F clients ask again and again until somebody has touched the key. */
static bool
is_touched(struct softkey *sk)
{
	long now = now_ms();

	if (sk->opt->touch == TOUCH_AUTO)
		return true;
	if (sk->u2f_asked_ms == 0 || now - sk->u2f_seen_ms > POLL_GAP_MS)
		sk->u2f_asked_ms = now;
	sk->u2f_seen_ms = now;
	if (sk->opt->touch == TOUCH_NEVER ||
	    now - sk->u2f_asked_ms < sk->opt->touch_ms)
		return false;
	sk->u2f_asked_ms = 0;
	return true;
}

static void
put_cert(struct buf *out, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len <= 0)
		fatal("cannot encode a certificate");
	buf_put(out, der, (size_t)len);
	OPENSSL_free(der);
}

static struct credential *
make_credential(const struct softkey *sk, const uint8_t *application)
{
	long id_len = sk->opt->credential_id_len;
	struct credential *cred =
	    credential_new(COSE_ES256, id_len > 255 ? 255 : (size_t)id_len);

	memcpy(cred->rp_id_hash, application, SHA256_LEN);
	blob_set(&cred->rp_id, NULL, 0);
	blob_set(&cred->user_id, NULL, 0);
	blob_set(&cred->user_name, NULL, 0);
	blob_set(&cred->user_display_name, NULL, 0);
	return cred;
}

static unsigned int
answer_register(struct softkey *sk, const struct apdu *apdu, struct buf *out)
{
	struct buf message = { 0 };
	struct credential *cred;

	if (apdu->len != 2 * SHA256_LEN)
		return SW_WRONG_LENGTH;
	if (!is_touched(sk))
		return SW_CONDITIONS_NOT_SATISFIED;
	cred = make_credential(sk, apdu->data + SHA256_LEN);
	buf_put_u8(out, 0x05);
	key_put_point(out, cred->key);
	buf_put_u8(out, (uint8_t)cred->id_len);
	buf_put(out, cred->id, cred->id_len);
	put_cert(out, sk->attester->chain[0]);
	attest_put_u2f_message(&message, cred, apdu->data);
	sign_answer(sk, out, sk->attester->key, &message);
	buf_free(&message);
	state_add(sk->state, cred);
	state_save(sk->state);
	return SW_NO_ERROR;
}

static void
put_assertion(struct softkey *sk, const struct apdu *apdu,
    const struct credential *cred, struct buf *out)
{
	struct buf message = { 0 };
	uint8_t presence = apdu->p1 == P1_ENFORCE ? FLAG_UP : 0;

	if (has_fault(sk, FAULT_UP_CLEAR))
		presence = 0;
	buf_put_u8(out, presence);
	buf_put_be32(out, counter_take(sk));
	buf_put(&message, apdu->data + SHA256_LEN, SHA256_LEN);
	buf_put(&message, out->data, 5);
	buf_put(&message, apdu->data, SHA256_LEN);
	sign_answer(sk, out, cred->key, &message);
	buf_free(&message);
}

static unsigned int
answer_authenticate(
    struct softkey *sk, const struct apdu *apdu, struct buf *out)
{
	const struct credential *cred;
	size_t id_len;

	if (apdu->len < 2 * SHA256_LEN + 1)
		return SW_WRONG_LENGTH;
	id_len = apdu->data[2 * SHA256_LEN];
	if (apdu->len != 2 * SHA256_LEN + 1 + id_len)
		return SW_WRONG_LENGTH;
	cred = state_find(sk->state, apdu->data + 2 * SHA256_LEN + 1, id_len,
	    apdu->data + SHA256_LEN);
	if (cred == NULL || key_alg(cred->key) != COSE_ES256 ||
	    cred->protection == PROTECT_UV)
		return SW_WRONG_DATA;
	switch (apdu->p1) {
	case P1_CHECK_ONLY:
		return SW_CONDITIONS_NOT_SATISFIED;
	case P1_ENFORCE:
		if (!is_touched(sk))
			return SW_CONDITIONS_NOT_SATISFIED;
		break;
	case P1_DONT_ENFORCE:
		break;
	default:
		return SW_WRONG_DATA;
	}
	put_assertion(sk, apdu, cred, out);
	return SW_NO_ERROR;
}

static unsigned int
answer(struct softkey *sk, const uint8_t *bytes, size_t len, struct buf *out)
{
	struct apdu apdu;

	if (len < 4)
		return SW_WRONG_LENGTH;
	if (bytes[0] != 0)
		return SW_CLA_NOT_SUPPORTED;
	if (!parse_apdu(bytes, len, &apdu))
		return SW_WRONG_LENGTH;
	switch (apdu.ins) {
	case INS_REGISTER:
		return answer_register(sk, &apdu, out);
	case INS_AUTHENTICATE:
		return answer_authenticate(sk, &apdu, out);
	case INS_VERSION:
		buf_put(out, "U2F_V2", 6);
		return SW_NO_ERROR;
	default:
		return SW_INS_NOT_SUPPORTED;
	}
}

void
u2f_handle(
    struct softkey *sk, const uint8_t *bytes, size_t len, struct buf *out)
{
	unsigned int sw = answer(sk, bytes, len, out);

	buf_put_be16(out, (uint16_t)sw);
}
