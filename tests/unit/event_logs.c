/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing logs of what a host measured. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/tpm_evidence.h"
#include "event_logs.h"
#include "forge.h"

enum {
	NO_ACTION = 3,
	SEPARATOR = 4
};

static void
put_number(struct att_buf *out, uint32_t value, size_t size)
{
	uint8_t bytes[4];

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	forge_put_raw(out, bytes, size);
}

static void
put_sized(struct att_buf *out, const void *ptr, size_t len)
{
	put_number(out, (uint32_t)len, 4);
	forge_put_raw(out, ptr, len);
}

static void
digest(const char *name, struct att_bytes data, uint8_t *out)
{
	if (EVP_Q_digest(NULL, name, NULL, data.ptr, data.len, out, NULL) != 1)
		abort();
}

static void
extend(struct event_pcrs *pcrs, uint32_t pcr, const uint8_t *value)
{
	uint8_t both[2 * ATT_TPM_SHA256_LEN];

	if (pcrs == NULL)
		return;
	memcpy(both, pcrs->values[pcr], ATT_TPM_SHA256_LEN);
	memcpy(both + ATT_TPM_SHA256_LEN, value, ATT_TPM_SHA256_LEN);
	digest("SHA256", att_bytes(both, sizeof(both)), pcrs->values[pcr]);
}

/* --- Firmware ------------------------------------------------------------- */

void
event_put_sha1(
    struct att_buf *log, uint32_t pcr, uint32_t type, struct att_bytes data)
{
	uint8_t sha1[ATT_TPM_SHA1_LEN] = { 0 };

	if (type != NO_ACTION)
		digest("SHA1", data, sha1);
	put_number(log, pcr, 4);
	put_number(log, type, 4);
	forge_put_raw(log, sha1, sizeof(sha1));
	put_sized(log, data.ptr, data.len);
}

void
event_put_spec_id(struct att_buf *log, bool has_sha1)
{
	struct att_buf spec;

	att_buf_init(&spec, 256);
	forge_put_raw(&spec, "Spec ID Event03\0\0\0\0\0\0\2\0\2", 24);
	put_number(&spec, has_sha1 ? 2 : 1, 4);
	if (has_sha1) {
		put_number(&spec, ATT_TPM_ALG_SHA1, 2);
		put_number(&spec, ATT_TPM_SHA1_LEN, 2);
	}
	put_number(&spec, ATT_TPM_ALG_SHA256, 2);
	put_number(&spec, ATT_TPM_SHA256_LEN, 2);
	put_number(&spec, 0, 1);
	event_put_sha1(log, 0, NO_ACTION, att_buf_get(&spec));
	att_buf_reset(&spec);
}

static void
put_agile(struct att_buf *log, uint32_t pcr, uint32_t type, bool has_sha1,
    struct att_bytes data)
{
	uint8_t value[ATT_TPM_SHA256_LEN] = { 0 };

	put_number(log, pcr, 4);
	put_number(log, type, 4);
	put_number(log, has_sha1 ? 2 : 1, 4);
	if (has_sha1) {
		digest("SHA1", data, value);
		put_number(log, ATT_TPM_ALG_SHA1, 2);
		forge_put_raw(log, value, ATT_TPM_SHA1_LEN);
	}
	digest("SHA256", data, value);
	put_number(log, ATT_TPM_ALG_SHA256, 2);
	forge_put_raw(log, value, ATT_TPM_SHA256_LEN);
	put_sized(log, data.ptr, data.len);
}

static void
extend_by(
    struct event_pcrs *pcrs, uint32_t pcr, uint32_t type, struct att_bytes data)
{
	uint8_t value[ATT_TPM_SHA256_LEN];

	digest("SHA256", data, value);
	if (type != NO_ACTION)
		extend(pcrs, pcr, value);
}

void
event_put_tcg(struct att_buf *log, struct event_pcrs *pcrs, uint32_t pcr,
    uint32_t type, const char *data)
{
	put_agile(log, pcr, type, false, att_bytes_text(data));
	extend_by(pcrs, pcr, type, att_bytes_text(data));
}

void
event_put_both(struct att_buf *log, struct event_pcrs *pcrs, uint32_t pcr,
    uint32_t type, struct att_bytes data)
{
	put_agile(log, pcr, type, true, data);
	extend_by(pcrs, pcr, type, data);
}

/* --- Kernel --------------------------------------------------------------- */

/* What is hashed into *hashed, what stands in the log into *out. */
static void
put_oldest(struct att_buf *out, struct att_buf *hashed, const char *file)
{
	static const uint8_t zeros[256];
	uint8_t sha1[ATT_TPM_SHA1_LEN];

	digest("SHA1", att_bytes_text(file), sha1);
	forge_put_raw(out, sha1, sizeof(sha1));
	put_sized(out, file, strlen(file));
	forge_put_raw(hashed, sha1, sizeof(sha1));
	forge_put_raw(hashed, file, strlen(file));
	forge_put_raw(hashed, zeros, sizeof(zeros) - strlen(file));
}

static void
put_fields(struct att_buf *data, const char *template, const char *file)
{
	uint8_t named[8 + ATT_TPM_SHA256_LEN];

	memcpy(named, "sha256:", 8);
	digest("SHA256", att_bytes_text(file), named + 8);
	put_sized(data, named, sizeof(named));
	put_sized(data, file, strlen(file) + 1);
	if (strcmp(template, "ima-sig") == 0)
		put_sized(data, "", 0);
	if (strcmp(template, "ima-buf") == 0)
		put_sized(data, "a buffer", 8);
}

static void
put_ima(struct att_buf *log, struct event_pcrs *pcrs, const char *template,
    const char *file, bool is_violation)
{
	uint8_t sha1[ATT_TPM_SHA1_LEN] = { 0 }, value[ATT_TPM_SHA256_LEN];
	struct att_buf data, hashed;
	bool is_oldest = strcmp(template, "ima") == 0;

	att_buf_init(&data, 4096);
	att_buf_init(&hashed, 4096);
	if (is_oldest)
		put_oldest(&data, &hashed, file);
	else
		put_fields(&data, template, file);
	if (!is_oldest)
		forge_put_raw(&hashed, data.ptr, data.len);
	memset(value, 0xff, sizeof(value));
	if (!is_violation) {
		digest("SHA1", att_buf_get(&hashed), sha1);
		digest("SHA256", att_buf_get(&hashed), value);
	}
	put_number(log, 10, 4);
	forge_put_raw(log, sha1, sizeof(sha1));
	put_sized(log, template, strlen(template));
	if (!is_oldest)
		put_number(log, (uint32_t)data.len, 4);
	forge_put_raw(log, data.ptr, data.len);
	extend(pcrs, 10, value);
	att_buf_reset(&hashed);
	att_buf_reset(&data);
}

void
event_put_ima(struct att_buf *log, struct event_pcrs *pcrs,
    const char *template, const char *file)
{
	put_ima(log, pcrs, template, file, false);
}

void
event_put_violation(
    struct att_buf *log, struct event_pcrs *pcrs, const char *file)
{
	put_ima(log, pcrs, "ima-ng", file, true);
}

void
event_put_start(
    struct att_buf *tcg, struct att_buf *ima, struct event_pcrs *pcrs)
{
	event_put_spec_id(tcg, false);
	event_put_tcg(tcg, pcrs, 0, 8, "a firmware");
	event_put_tcg(tcg, pcrs, 7, 0x80000001, "SecureBoot");
	for (uint32_t i = 0; i < 8; i++)
		event_put_tcg(tcg, pcrs, i, SEPARATOR, "----");
	event_put_tcg(tcg, pcrs, 4, 0x80000003, "a loader");
	event_put_ima(ima, pcrs, "ima-ng", "boot_aggregate");
	event_put_ima(ima, pcrs, "ima-ng", "/bin/sh");
}
