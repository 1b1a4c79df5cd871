/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl host challenge: the registry's side of an enrolment. It runs on
 * any machine, and asks no TPM.
 */
#include <sys/random.h>

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "attestctl/arguments.h"
#include "attestctl/cmd_host.h"
#include "attestctl/endorsed.h"
#include "attestctl/enrolment.h"
#include "attestctl/make_credential.h"
#include "attestctl/out.h"
#include "base/file.h"

enum {
	STRUCTURE_MAX = 2048,
	SECRET_MODE = 0600
};

static const char usage[] =
    "usage: attestctl host challenge (--ca FILE... | --ek FILE)\n"
    "           --secret-out FILE [--out FILE] REQUEST|-\n"
    "\n"
    "For a registry of attestation keys: verifies what \"attestctl host "
    "endorse\"\n"
    "of a host said, and makes a challenge that only the TPM of its "
    "endorsement\n"
    "key can open, and only if the attestation key is in it. The host has "
    "proven\n"
    "that when \"attestctl host activate\" prints the secret. See\n"
    "attestctl-host(8).\n"
    "\n"
    "  -c, --ca FILE          authorities of endorsement keys, in PEM: the\n"
    "                         vendors of TPMs, with those in between\n"
    "  -e, --ek FILE          the endorsement key itself, a public key in PEM\n"
    "  -s, --secret-out FILE  write the secret to FILE, for the registry "
    "alone\n"
    "  -o, --out FILE         write the challenge to FILE instead of showing "
    "it\n"
    "  -h, --help             show this\n"
    "\n"
    "Exit status: 0 done, 1 refused, 2 cannot tell.\n";

static const struct option options[] = {
	{ "ca", required_argument, NULL, 'c' },
	{ "ek", required_argument, NULL, 'e' },
	{ "secret-out", required_argument, NULL, 's' },
	{ "out", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

struct work {
	struct att_anchors *authorities; /* NULL without --ca */
	EVP_PKEY *key;			 /* NULL without --ek */
	const char *ek;
	const char *secret_out;
	const char *out;
	struct att_reason why;
};

/* --- Whom to believe -------------------------------------------------------
 */

static enum att_err
add_authorities(struct work *work, const char *path)
{
	enum att_err err = ATT_OK;

	if (work->authorities == NULL)
		err = att_anchors_new(&work->authorities);
	if (err != ATT_OK)
		return att_refuse_plain(&work->why, err);
	return att_anchors_load(
	    work->authorities, ATT_ROLE_ANCHOR, path, false, &work->why);
}

static enum att_err
read_key(struct work *work)
{
	uint8_t *ptr = NULL;
	enum att_err err;
	size_t len = 0;
	BIO *bio;

	err = att_file_read_any(
	    work->ek, ATT_ENROLMENT_MAX, &ptr, &len, &work->why);
	if (err != ATT_OK)
		return err;
	if ((bio = BIO_new_mem_buf(ptr, (int)len)) != NULL)
		work->key = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	BIO_free(bio);
	free(ptr);
	ERR_clear_error();
	if (work->key == NULL)
		return att_refuse(&work->why, ATT_ERR_ROOTS_INVALID,
		    "%s (--ek) is no public key in PEM", work->ek);
	return ATT_OK;
}

static bool
take(void *arg, int letter, const char *value)
{
	struct work *work = arg;
	enum att_err err = ATT_OK;

	switch (letter) {
	case 'c':
		err = add_authorities(work, value);
		break;
	case 'e':
		work->ek = value;
		break;
	case 's':
		work->secret_out = value;
		break;
	default:
		work->out = value;
		break;
	}
	if (err != ATT_OK)
		att_out_reason("host challenge", err, &work->why);
	return err == ATT_OK;
}

static bool
is_usage_fit(const struct work *work)
{
	if (work->secret_out == NULL)
		att_out_error("host challenge",
		    "--secret-out is needed: a file for the secret that the "
		    "host has to find");
	else if ((work->authorities == NULL) == (work->ek == NULL))
		att_out_error("host challenge",
		    "--ca or --ek is needed, one of both: who vouches for "
		    "the endorsement key, or that key");
	else
		return true;
	return false;
}

/* --- The challenge ----------------------------------------------------------
 */

static enum att_err
save_secret(struct work *work, const uint8_t *secret)
{
	char *text =
	    att_text_base64url(att_bytes(secret, ATT_CREDENTIAL_SECRET_LEN));
	struct att_buf line;
	enum att_err err;

	if (text == NULL)
		return att_refuse_plain(&work->why, ATT_ERR_NO_MEMORY);
	att_buf_init(&line, STRUCTURE_MAX);
	err = att_buf_printf(&line, "%s\n", text);
	if (err == ATT_OK)
		err = att_enrolment_save(work->secret_out, att_buf_get(&line),
		    SECRET_MODE, &work->why);
	explicit_bzero(text, strlen(text));
	free(text);
	att_buf_reset(&line);
	return err == ATT_OK ? err : att_refuse_plain(&work->why, err);
}

static enum att_err
make(struct work *work, const struct att_credential_order *order,
    json_t **challengep)
{
	struct att_buf credential, seed;
	enum att_err err;

	*challengep = NULL;
	att_buf_init(&credential, STRUCTURE_MAX);
	att_buf_init(&seed, STRUCTURE_MAX);
	if ((err = att_credential_make(order, &credential, &seed)) != ATT_OK)
		err = att_refuse_plain(&work->why, err);
	else
		*challengep =
		    att_enrolment_make_challenge(att_buf_get(&credential),
			att_buf_get(&seed), order->aik_name);
	att_buf_reset(&credential);
	att_buf_reset(&seed);
	return err;
}

/* The secret is there before anybody can answer. */
static enum att_err
challenge(struct work *work, const struct att_tpm_endorsement *endorsement,
    struct att_bytes modulus)
{
	uint8_t secret[ATT_CREDENTIAL_SECRET_LEN];
	const struct att_credential_order order = { .ek_modulus = modulus,
		.aik_name = endorsement->aik_name,
		.secret = secret };
	json_t *root = NULL;
	enum att_err err;

	if (getrandom(secret, sizeof(secret), 0) != (ssize_t)sizeof(secret))
		return att_refuse_plain(&work->why, ATT_ERR_SYSTEM);
	err = make(work, &order, &root);
	if (err == ATT_OK)
		err = save_secret(work, secret);
	explicit_bzero(secret, sizeof(secret));
	if (err == ATT_OK)
		return att_enrolment_write(root, work->out, &work->why);
	json_decref(root);
	return err;
}

static enum att_err
run(struct work *work, const char *path)
{
	struct att_endorsed_trust trust = { .at = time(NULL) };
	struct att_enrolment request = { 0 };
	struct att_bytes modulus;
	enum att_err err = ATT_OK;

	if (work->ek != NULL)
		err = read_key(work);
	trust.authorities = work->authorities;
	trust.key = work->key;
	if (err == ATT_OK)
		err = att_enrolment_read_request(path, &request, &work->why);
	if (err == ATT_OK)
		err = att_endorsed_check(
		    &request.endorsement, &trust, &modulus, &work->why);
	if (err == ATT_OK)
		err = challenge(work, &request.endorsement, modulus);
	att_enrolment_reset(&request);
	return err;
}

enum att_exit
att_cmd_host_challenge(
    const struct att_invocation *invocation, int argc, char **argv)
{
	struct work work = { 0 };
	struct att_arguments args = { .name = "host challenge",
		.usage = usage,
		.options = options,
		.letters = "c:e:s:o:",
		.take = take,
		.arg = &work,
		.least = 1,
		.most = 1 };
	enum att_exit status = ATT_EXIT_UNKNOWN;
	enum att_err err;

	(void)invocation;
	if (att_arguments_parse(argc, argv, &args, &status)) {
		status = ATT_EXIT_UNKNOWN;
		if (is_usage_fit(&work)) {
			err = run(&work, args.operands[0]);
			if (err != ATT_OK)
				att_out_reason(args.name,
				    att_refuse_plain(&work.why, err),
				    &work.why);
			status = err == ATT_OK		   ? ATT_EXIT_DONE
				 : att_err_is_refusal(err) ? ATT_EXIT_REFUSED
							   : ATT_EXIT_UNKNOWN;
		}
	}
	att_anchors_free(&work.authorities);
	EVP_PKEY_free(work.key);
	return status;
}
