/* SPDX-License-Identifier: BSD-2-Clause */
/* authenticatorGetInfo, CTAP 2.1 section 6.4 */
#include "ctap2.h"
#include "keys.h"

static void
put_versions(const struct softkey *sk, struct buf *out)
{
	cbor_put_int(out, 0x01);
	cbor_put_array(out, sk->opt->no_u2f ? 3 : 4);
	if (!sk->opt->no_u2f)
		cbor_put_text(out, "U2F_V2");
	cbor_put_text(out, "FIDO_2_0");
	cbor_put_text(out, "FIDO_2_1");
	cbor_put_text(out, "FIDO_2_1_PRE");
}

/* Canonical order: shorter names first, then by bytes. */
static void
put_options(const struct softkey *sk, struct buf *out)
{
	const struct options *opt = sk->opt;
	bool has_uv = opt->uv != UV_NONE;
	bool not_required = opt->uv_not_required || has_uv;

	cbor_put_int(out, 0x04);
	cbor_put_map(
	    out, 9 + (size_t)has_uv + (size_t)(sk->enterprise != NULL));
	if (sk->enterprise != NULL) {
		cbor_put_text(out, "ep");
		cbor_put_bool(out, true);
	}
	cbor_put_text(out, "rk");
	cbor_put_bool(out, true);
	cbor_put_text(out, "up");
	cbor_put_bool(out, true);
	if (has_uv) {
		cbor_put_text(out, "uv");
		cbor_put_bool(out, true);
	}
	cbor_put_text(out, "plat");
	cbor_put_bool(out, false);
	cbor_put_text(out, "alwaysUv");
	cbor_put_bool(out, opt->always_uv);
	cbor_put_text(out, "credMgmt");
	cbor_put_bool(out, true);
	cbor_put_text(out, "clientPin");
	cbor_put_bool(out, sk->state->has_pin);
	cbor_put_text(out, "pinUvAuthToken");
	cbor_put_bool(out, true);
	cbor_put_text(out, "makeCredUvNotRqd");
	cbor_put_bool(out, not_required && !opt->always_uv);
	cbor_put_text(out, "credentialMgmtPreview");
	cbor_put_bool(out, true);
}

static void
put_algorithms(struct buf *out)
{
	cbor_put_int(out, 0x0a);
	cbor_put_array(out, key_algorithm_count);
	for (unsigned int i = 0; i < key_algorithm_count; i++) {
		cbor_put_map(out, 2);
		cbor_put_text(out, "alg");
		cbor_put_int(out, key_algorithms[i]);
		cbor_put_text(out, "type");
		cbor_put_text(out, "public-key");
	}
}

static void
put_limits(const struct softkey *sk, struct buf *out)
{
	if (sk->opt->max_creds_in_list != 0) {
		cbor_put_int(out, 0x07);
		cbor_put_int(out, sk->opt->max_creds_in_list);
	}
	cbor_put_int(out, 0x08);
	cbor_put_int(out, sk->opt->credential_id_len);
	cbor_put_int(out, 0x09);
	cbor_put_array(out, 1);
	cbor_put_text(out, "usb");
}

static void
put_garbage(struct buf *out)
{
	random_bytes(buf_grow(out, 64), 64);
	out->data[1] = 0xff; /* a break outside of any item */
}

enum ctap_status
ctap2_get_info(struct softkey *sk, const cbor_item_t *request, struct buf *out)
{
	(void)request;
	if (has_fault(sk, FAULT_GARBAGE_GETINFO)) {
		put_garbage(out);
		return CTAP_OK;
	}
	cbor_put_map(out, sk->opt->max_creds_in_list != 0 ? 12 : 11);
	put_versions(sk, out);
	cbor_put_int(out, 0x02);
	cbor_put_array(out, 1);
	cbor_put_text(out, "credProtect");
	cbor_put_int(out, 0x03);
	cbor_put_bytes(out, sk->aaguid, AAGUID_LEN);
	put_options(sk, out);
	cbor_put_int(out, 0x05);
	cbor_put_int(out, sk->opt->max_message);
	cbor_put_int(out, 0x06);
	cbor_put_array(out, 2);
	cbor_put_int(out, 2);
	cbor_put_int(out, 1);
	put_limits(sk, out);
	put_algorithms(out);
	cbor_put_int(out, 0x0d);
	cbor_put_int(out, 4); /* minPINLength */
	cbor_put_int(out, 0x0e);
	cbor_put_int(out, 0x010000); /* firmwareVersion */
	return CTAP_OK;
}
