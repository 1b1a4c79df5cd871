/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Has a host attested, with the programs of this build for network and TPM:
 *
 *	attest_host FILE [OPTION=VALUE]...
 *
 * writes the token to FILE, and says "attested", or the code of what is wrong
 * and why; before that, what people should know. Keys are kept in host_aik and
 * host_key.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestctl/maa_open.h"
#include "codec/jws.h"
#include "host/host_keys.h"
#include "maa/azure_guest.h"
#include "maa/tpm_exchange.h"
#include "wire/tpm_session.h"

static struct att_options *opts;
static struct att_maa_connection connection;
static struct att_tpm_session *session;
static struct att_host_keys keys;
static struct att_buf tcg, ima, message, answer, token;
static struct att_reason why;

static void
tell(const char *text)
{
	if (text[0] != '\0')
		printf("note: %s\n", text);
}

static enum att_err
read_log(enum att_measured kind, const char *path, struct att_buf *log)
{
	enum att_err err;

	why = (struct att_reason){ 0 };
	err = att_measured_read(kind, path, log, &why);
	if (err == ATT_OK)
		tell(why.text);
	return err;
}

static enum att_err
write_file(const char *path, struct att_bytes bytes)
{
	FILE *file = fopen(path, "we");

	if (file == NULL ||
	    fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len ||
	    fclose(file) != 0)
		return ATT_ERR_SYSTEM;
	return ATT_OK;
}

/* Keys that were made, for the next time. */
static enum att_err
keep(const struct att_tpm_made *made)
{
	struct att_buf pem;
	enum att_err err;

	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	err = att_host_aik_save(opts, &made->aik, &why);
	if (err == ATT_OK)
		err = att_host_key_print(&made->key, &pem, &why);
	if (err == ATT_OK && pem.len > 0)
		err = write_file(opts->host_key, att_buf_get(&pem));
	att_buf_reset(&pem);
	return err;
}

/* --- A report of a TPM ---------------------------------------------------- */

/* The message goes to the service, and its answer to answer. */
static enum att_err
exchange_messages(void)
{
	att_buf_reset(&answer);
	return att_maa_attest_tpm(
	    &connection.maa, att_buf_get(&message), &answer, NULL, &why);
}

static enum att_err
ask_tpm(struct att_tpm_exchange *exchange, struct att_bytes challenge)
{
	const struct att_tpm_attest attest = { .aik = keys.aik,
		.key = keys.key,
		.pcrs = opts->maa_pcrs,
		.has_sha1 = true,
		.challenge = challenge };
	const struct att_tpm_logs logs = { att_buf_get(&tcg),
		att_buf_get(&ima) };
	struct att_tpm_evidence evidence;
	struct att_tpm_made made;
	struct att_bytes signature;
	uint8_t digest[ATT_TPM_DIGEST_LEN];
	enum att_err err;

	err = att_tpm_session_attest(session, &attest, &evidence, &made, &why);
	if (err == ATT_OK)
		err = keep(&made);
	if (err == ATT_OK)
		err = att_tpm_exchange_put_evidence(
		    exchange, &evidence, &logs, digest, &why);
	if (err != ATT_OK)
		return err;
	tell(att_tpm_exchange_get_warning(exchange));
	err = att_tpm_session_sign(session, digest, &signature, &why);
	att_buf_reset(&message);
	if (err == ATT_OK)
		err = att_tpm_exchange_take_signature(
		    exchange, signature, &message, &why);
	return err;
}

static enum att_err
attest_tpm(void)
{
	const struct att_tpm_exchange_params params = { "https://rp.example",
		opts->maa_wrapped };
	struct att_tpm_exchange *exchange;
	struct att_bytes challenge;
	enum att_err err;

	if ((err = att_tpm_exchange_new(&params, &exchange, &why)) != ATT_OK)
		return err;
	if ((err = att_tpm_exchange_begin(exchange, &message, &why)) ==
		ATT_OK &&
	    (err = exchange_messages()) == ATT_OK &&
	    (err = att_tpm_exchange_take_challenge(
		 exchange, att_buf_get(&answer), &challenge, &why)) == ATT_OK &&
	    (err = ask_tpm(exchange, challenge)) == ATT_OK &&
	    (err = exchange_messages()) == ATT_OK)
		err = att_tpm_exchange_take_report(
		    exchange, att_buf_get(&answer), &token, &why);
	att_tpm_exchange_free(&exchange);
	return err;
}

/* --- A machine of Azure --------------------------------------------------- */

static enum att_err
put_guest(struct att_azure_guest *guest)
{
	const struct att_tpm_guest ask = { keys.aik, opts->maa_pcrs };
	const struct att_guest_os os = { "Debian GNU/Linux", 12, 5 };
	struct att_tpm_guest_evidence evidence;
	const struct att_azure_guest_parts parts = { .evidence = &evidence,
		.tcg_log = att_buf_get(&tcg),
		.os = &os,
		.isolation = ATT_GUEST_TRUSTED_LAUNCH };
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_session_guest(session, &ask, &evidence, &made, &why);
	if (err == ATT_OK)
		err = keep(&made);
	if (err == ATT_OK)
		err =
		    att_azure_guest_put_evidence(guest, &parts, &message, &why);
	if (err == ATT_OK)
		tell(att_azure_guest_get_warning(guest));
	return err;
}

static enum att_err
attest_guest(void)
{
	struct att_azure_guest *guest;
	struct att_bytes wrapped, key;
	enum att_err err;

	if ((err = att_azure_guest_new(&guest, &why)) != ATT_OK)
		return err;
	if ((err = put_guest(guest)) == ATT_OK &&
	    (err = att_maa_attest_azure_guest(&connection.maa,
		 att_buf_get(&message), &answer, NULL, &why)) == ATT_OK &&
	    (err = att_azure_guest_take_envelope(
		 guest, att_buf_get(&answer), &wrapped, &why)) == ATT_OK &&
	    (err = att_tpm_session_decrypt(session, wrapped, &key, &why)) ==
		ATT_OK)
		err = att_azure_guest_take_key(guest, key, &token, &why);
	att_azure_guest_free(&guest);
	return err;
}

/* --- All of it ------------------------------------------------------------ */

static enum att_err
open_all(char **words)
{
	enum att_err err = ATT_OK;

	for (; *words != NULL && err == ATT_OK; words++) {
		char *value = strchr(*words, '=');

		if (value == NULL)
			return ATT_ERR_USAGE;
		*value++ = '\0';
		err = att_options_set(opts, *words, value, "argument", &why);
	}
	if (err != ATT_OK ||
	    (err = att_maa_open(&connection, opts, false, &why)) != ATT_OK ||
	    (err = read_log(ATT_MEASURED_TCG, opts->host_tcg_log, &tcg)) !=
		ATT_OK ||
	    (err = read_log(ATT_MEASURED_IMA, opts->host_ima_log, &ima)) !=
		ATT_OK ||
	    (err = att_host_keys_load(opts, &keys, &why)) != ATT_OK)
		return err;
	return att_tpm_session_open(
	    opts->host_tcti, ATT_TPM_SESSION_SECONDS, &session, &why);
}

static enum att_err
run(char **words)
{
	enum att_err err;

	att_buf_init(&tcg, ATT_MEASURED_MAX);
	att_buf_init(&ima, ATT_MEASURED_MAX);
	att_buf_init(&message, ATT_TPM_MESSAGE_MAX);
	att_buf_init(&answer, ATT_MAA_ANSWER_MAX);
	att_buf_init(&token, ATT_JWS_TOKEN_MAX);
	if ((err = open_all(words + 1)) == ATT_OK)
		err = opts->maa_attestation == ATT_MAA_ATTESTATION_TPM
			  ? attest_tpm()
			  : attest_guest();
	if (err == ATT_OK)
		err = write_file(words[0], att_buf_get(&token));
	att_tpm_session_close(&session);
	att_host_keys_reset(&keys);
	att_maa_close(&connection);
	att_buf_reset(&tcg);
	att_buf_reset(&ima);
	att_buf_reset(&message);
	att_buf_reset(&answer);
	att_buf_reset(&token);
	return err;
}

int
main(int argc, char **argv)
{
	enum att_err err;

	if (argc < 2 || att_options_new(&opts) != ATT_OK)
		return EXIT_FAILURE;
	err = run(argv + 1);
	att_options_free(&opts);
	if (err == ATT_OK)
		puts("attested");
	else
		printf("%s: %s\n", att_err_code(err), why.text);
	return err == ATT_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
