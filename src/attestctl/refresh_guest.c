/* SPDX-License-Identifier: BSD-2-Clause */
/* The token of a virtual machine of Azure, by /attest/AzureGuest. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/out.h"
#include "attestctl/refresh.h"
#include "base/file.h"
#include "host/host_keys.h"
#include "maa/azure_guest.h"
#include "maa/measured.h"
#include "wire/tpm_session.h"

#define OS_RELEASE "/etc/os-release"

enum {
	OS_RELEASE_MAX = 65536,
	/* What the guest library of Azure has quoted on Linux. */
	GUEST_PCRS = 0xff
};

/* What one attestation has open. */
struct attempt {
	struct att_refresh *refresh;
	struct att_azure_guest *guest;
	struct att_tpm_session *session;
	struct att_host_keys keys;
	struct att_buf tcg;
	struct att_buf info;
	struct att_buf envelope;
};

static void
attempt_init(struct attempt *attempt, struct att_refresh *refresh)
{
	memset(attempt, 0, sizeof(*attempt));
	attempt->refresh = refresh;
	att_buf_init(&attempt->tcg, ATT_MEASURED_MAX);
	att_buf_init(&attempt->info, ATT_GUEST_INFO_MAX);
	att_buf_init(&attempt->envelope, ATT_MAA_ANSWER_MAX);
}

static void
attempt_reset(struct attempt *attempt)
{
	att_tpm_session_close(&attempt->session);
	att_azure_guest_free(&attempt->guest);
	att_host_keys_reset(&attempt->keys);
	att_buf_reset(&attempt->tcg);
	att_buf_reset(&attempt->info);
	att_buf_reset(&attempt->envelope);
}

/* Nothing hangs on it: what is not there is left out. */
static void
read_os(struct att_guest_os *os)
{
	struct att_reason why = { 0 };
	uint8_t *ptr = NULL;
	size_t len = 0;

	if (att_file_read_any(OS_RELEASE, OS_RELEASE_MAX, &ptr, &len, &why) !=
	    ATT_OK)
		len = 0;
	att_guest_os_read(att_bytes(ptr, len), os);
	free(ptr);
}

static enum att_err
ask_tpm(struct attempt *attempt, struct att_tpm_guest_evidence *evidence,
    struct att_reason *why)
{
	struct att_refresh *refresh = attempt->refresh;
	const struct att_options *opts = refresh->opts;
	struct att_tpm_guest request = { .pcrs = GUEST_PCRS };
	struct att_tpm_made made = { 0 };
	enum att_err err;

	att_refresh_tell(
	    refresh, "asking the TPM (\"%s\") for a quote", opts->host_tcti);
	if ((err = att_host_aik_load(opts, &attempt->keys, why)) != ATT_OK ||
	    (err = att_tpm_session_open(opts->host_tcti,
		 ATT_TPM_SESSION_SECONDS, &attempt->session, why)) != ATT_OK)
		return err;
	request.aik = attempt->keys.aik;
	err = att_tpm_session_guest(
	    attempt->session, &request, evidence, &made, why);
	if (err == ATT_OK && made.aik.private_part.len > 0)
		err = att_host_aik_save(opts, &made.aik, why);
	return att_refresh_explain(refresh, err, why);
}

static enum att_err
put_evidence(struct attempt *attempt,
    const struct att_tpm_guest_evidence *evidence, struct att_reason *why)
{
	struct att_guest_os os;
	const struct att_azure_guest_parts parts = {
		.evidence = evidence,
		.tcg_log = att_buf_get(&attempt->tcg),
		.os = &os,
		.isolation = ATT_GUEST_TRUSTED_LAUNCH,
	};
	const char *warning;
	enum att_err err;

	read_os(&os);
	err = att_azure_guest_put_evidence(
	    attempt->guest, &parts, &attempt->info, why);
	if (err != ATT_OK)
		return err;
	warning = att_azure_guest_get_warning(attempt->guest);
	if (warning[0] != '\0')
		att_out_error("host refresh", "%s", warning);
	return ATT_OK;
}

/* Only this TPM, as it is now, can open what the service sends. */
static enum att_err
open_envelope(struct attempt *attempt, struct att_reason *why)
{
	struct att_refresh *refresh = attempt->refresh;
	struct att_bytes wrapped, key;
	enum att_err err;

	if ((err = att_azure_guest_take_envelope(attempt->guest,
		 att_buf_get(&attempt->envelope), &wrapped, why)) != ATT_OK ||
	    (err = att_tpm_session_decrypt(
		 attempt->session, wrapped, &key, why)) != ATT_OK)
		return err;
	return att_azure_guest_take_key(
	    attempt->guest, key, &refresh->token, why);
}

enum att_err
att_refresh_obtain_guest(struct att_refresh *refresh, struct att_reason *why)
{
	struct att_tpm_guest_evidence evidence;
	struct attempt attempt;
	enum att_err err;

	attempt_init(&attempt, refresh);
	if ((err = att_refresh_read_log(
		 refresh, ATT_MEASURED_TCG, &attempt.tcg, why)) == ATT_OK &&
	    (err = att_azure_guest_new(&attempt.guest, why)) == ATT_OK &&
	    (err = ask_tpm(&attempt, &evidence, why)) == ATT_OK &&
	    (err = put_evidence(&attempt, &evidence, why)) == ATT_OK &&
	    (err = att_maa_attest_azure_guest(refresh->maa,
		 att_buf_get(&attempt.info), &attempt.envelope, &refresh->error,
		 why)) == ATT_OK)
		err = open_envelope(&attempt, why);
	attempt_reset(&attempt);
	return err;
}
