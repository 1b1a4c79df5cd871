/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields of the messages about TPMs, on top of fields.h; both directions check
 * the same. For the sources of this folder only.
 */
#ifndef ATT_WIRE_TPM_FIELDS_H
#define ATT_WIRE_TPM_FIELDS_H

#include "base/buf.h"
#include "base/err.h"
#include "base/tpm_evidence.h"

/* Both parts and a parent, or nothing of it. */
enum att_err att_tpm_field_put_wrapped(
    struct att_buf *out, const struct att_tpm_wrapped *wrapped) ATT_MUST_USE;
enum att_err att_tpm_field_get_wrapped(
    struct att_reader *r, struct att_tpm_wrapped *wrapped) ATT_MUST_USE;

/* A key at a handle, a wrapped one, or a new one. */
enum att_err att_tpm_field_put_key(
    struct att_buf *out, const struct att_tpm_key *key) ATT_MUST_USE;
enum att_err att_tpm_field_get_key(
    struct att_reader *r, struct att_tpm_key *key) ATT_MUST_USE;

/* A bank that is known, and a digest for each of its PCRs. */
enum att_err att_tpm_field_put_bank(
    struct att_buf *out, const struct att_tpm_pcr_bank *bank) ATT_MUST_USE;
enum att_err att_tpm_field_get_bank(
    struct att_reader *r, struct att_tpm_pcr_bank *bank) ATT_MUST_USE;

#endif
