/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys and banks of PCRs in messages. */
#include "wire/fields.h"
#include "wire/tpm.h"
#include "wire/tpm_fields.h"

/* Persistent handles: TPM 2.0 Library, Part 2, clause 7.2. */
#define PERSISTENT UINT32_C(0x81)

enum {
	TYPE_SHIFT = 24 /* of a handle */
};

/* --- Wrapped keys -------------------------------------------------------- */

/* Both parts or none; and no number stands for what is not there. */
static bool
is_wrapped_fit(const struct att_tpm_wrapped *wrapped)
{
	if (wrapped->public_part.len == 0)
		return wrapped->private_part.len == 0 && wrapped->parent == 0 &&
		       !wrapped->is_rsa_parent;
	return wrapped->private_part.len > 0 && wrapped->parent != 0;
}

enum att_err
att_tpm_field_put_wrapped(
    struct att_buf *out, const struct att_tpm_wrapped *wrapped)
{
	enum att_err err;

	if (!is_wrapped_fit(wrapped))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u32(out, wrapped->parent)) != ATT_OK ||
	    (err = att_buf_put_u8(out, wrapped->is_rsa_parent)) != ATT_OK ||
	    (err = att_field_put_bytes(
		 out, wrapped->public_part, 0, ATT_TPM_BLOB_MAX)) != ATT_OK)
		return err;
	return att_field_put_bytes(
	    out, wrapped->private_part, 0, ATT_TPM_BLOB_MAX);
}

enum att_err
att_tpm_field_get_wrapped(struct att_reader *r, struct att_tpm_wrapped *wrapped)
{
	enum att_err err;

	if ((err = att_reader_get_u32(r, &wrapped->parent)) != ATT_OK ||
	    (err = att_field_get_bool(r, &wrapped->is_rsa_parent)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 0, ATT_TPM_BLOB_MAX, &wrapped->public_part)) != ATT_OK ||
	    (err = att_field_get_bytes(
		 r, 0, ATT_TPM_BLOB_MAX, &wrapped->private_part)) != ATT_OK)
		return err;
	return is_wrapped_fit(wrapped) ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED;
}

/* --- Keys ---------------------------------------------------------------- */

static bool
is_key_fit(const struct att_tpm_key *key)
{
	bool has_parts = key->wrapped.public_part.len > 0;

	if (key->handle != 0 && key->handle >> TYPE_SHIFT != PERSISTENT)
		return false;
	if (key->is_new)
		return !has_parts;
	return has_parts != (key->handle != 0);
}

enum att_err
att_tpm_field_put_key(struct att_buf *out, const struct att_tpm_key *key)
{
	enum att_err err;

	if (!is_key_fit(key))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u8(out, key->is_new)) != ATT_OK ||
	    (err = att_buf_put_u32(out, key->handle)) != ATT_OK)
		return err;
	return att_tpm_field_put_wrapped(out, &key->wrapped);
}

enum att_err
att_tpm_field_get_key(struct att_reader *r, struct att_tpm_key *key)
{
	enum att_err err;

	if ((err = att_field_get_bool(r, &key->is_new)) != ATT_OK ||
	    (err = att_reader_get_u32(r, &key->handle)) != ATT_OK ||
	    (err = att_tpm_field_get_wrapped(r, &key->wrapped)) != ATT_OK)
		return err;
	return is_key_fit(key) ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED;
}

/* --- PCRs ---------------------------------------------------------------- */

static size_t
count_pcrs(uint32_t pcrs)
{
	size_t count = 0;

	for (; pcrs != 0; pcrs &= pcrs - 1)
		count++;
	return count;
}

static bool
is_bank_fit(const struct att_tpm_pcr_bank *bank)
{
	size_t count = count_pcrs(bank->pcrs);

	if (count == 0 || bank->pcrs > ATT_TPM_PCRS_MAX)
		return false;
	switch (bank->algorithm) {
	case ATT_TPM_ALG_SHA1:
		return bank->digests.len == count * ATT_TPM_SHA1_LEN;
	case ATT_TPM_ALG_SHA256:
		return bank->digests.len == count * ATT_TPM_SHA256_LEN;
	default:
		return false;
	}
}

enum att_err
att_tpm_field_put_bank(struct att_buf *out, const struct att_tpm_pcr_bank *bank)
{
	enum att_err err;

	if (!is_bank_fit(bank))
		return ATT_ERR_MESSAGE_MALFORMED;
	if ((err = att_buf_put_u16(out, bank->algorithm)) != ATT_OK ||
	    (err = att_buf_put_u32(out, bank->pcrs)) != ATT_OK)
		return err;
	return att_buf_put_string(out, bank->digests);
}

enum att_err
att_tpm_field_get_bank(struct att_reader *r, struct att_tpm_pcr_bank *bank)
{
	enum att_err err;

	if ((err = att_reader_get_u16(r, &bank->algorithm)) != ATT_OK ||
	    (err = att_reader_get_u32(r, &bank->pcrs)) != ATT_OK ||
	    (err = att_reader_get_string(
		 r, ATT_TPM_PCR_COUNT * ATT_TPM_SHA256_LEN, &bank->digests)) !=
		ATT_OK)
		return err;
	return is_bank_fit(bank) ? ATT_OK : ATT_ERR_MESSAGE_MALFORMED;
}
