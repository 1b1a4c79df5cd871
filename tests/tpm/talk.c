/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A talk with the TPM, as attestctl has it, one command after the other:
 *
 *	talk TCTI SECONDS COMMAND ARGUMENT... [, COMMAND ARGUMENT...]...
 *
 *	attest AIK KEY PCRS CHALLENGE [sha1]
 *	sign FILE			what is signed is its SHA-256
 *	guest AIK PCRS
 *	decrypt FILE
 *	endorse AIK
 *	activate AIK CREDENTIAL SECRET	files
 *	wait				for a line on standard input
 *
 * A key is "new", "new@0x81...", "0x81...", or a file. PCRS is a number,
 * CHALLENGE text. What comes back is written to files of the present folder,
 * by what it is; of keys that were made, aik.key and request.key. Prints "ok"
 * or "CODE: TEXT" for each command. The program of this build is started.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "codec/digest.h"
#include "token/wrapped_key.h"
#include "wire/tpm_session.h"

enum {
	LENT_MAX = 64,
	FILE_LIMIT = 65536,
	WORDS_MAX = 8
};

static struct att_tpm_session *session;
static struct att_reason why;

static void
give_up(const char *what)
{
	printf("%s\n", what);
	exit(2);
}

/* --- Files ---------------------------------------------------------------- */

/* What was read, and is lent until the end of the run. */
static struct {
	uint8_t *files[LENT_MAX];
	struct att_wrapped_key *keys[LENT_MAX];
	size_t file_count;
	size_t key_count;
} lent;

static void
free_lent(void)
{
	while (lent.file_count > 0)
		free(lent.files[--lent.file_count]);
	while (lent.key_count > 0)
		att_wrapped_key_free(&lent.keys[--lent.key_count]);
}

static struct att_bytes
read_all(const char *path)
{
	uint8_t *ptr = NULL;
	size_t len = 0;

	if (lent.file_count == LENT_MAX)
		give_up("too many files");
	if (att_file_read_any(path, FILE_LIMIT, &ptr, &len, &why) != ATT_OK)
		give_up(why.text);
	lent.files[lent.file_count++] = ptr;
	return att_bytes(ptr, len);
}

static void
save(const char *name, struct att_bytes bytes)
{
	FILE *out = fopen(name, "wb");

	if (out == NULL ||
	    (bytes.len > 0 &&
		fwrite(bytes.ptr, 1, bytes.len, out) != bytes.len) ||
	    fclose(out) != 0)
		give_up(name);
}

static void
save_key(const char *name, const struct att_tpm_wrapped *wrapped)
{
	struct att_buf pem;

	if (wrapped->public_part.len == 0)
		return;
	att_buf_init(&pem, ATT_WRAPPED_KEY_MAX);
	if (att_wrapped_key_write(wrapped, &pem, &why) != ATT_OK)
		give_up(why.text);
	save(name, att_buf_get(&pem));
	att_buf_reset(&pem);
}

static void
save_made(const struct att_tpm_made *made)
{
	save_key("aik.key", &made->aik);
	save_key("request.key", &made->key);
}

/* --- Keys ----------------------------------------------------------------- */

static struct att_tpm_key
read_key(const char *text)
{
	struct att_tpm_key key = { 0 };
	struct att_wrapped_key *file;

	if (strncmp(text, "new", 3) == 0) {
		key.is_new = true;
		text += strcspn(text, "@");
		text += *text == '@';
	}
	if (strncmp(text, "0x", 2) == 0)
		key.handle = (uint32_t)strtoul(text, NULL, 16);
	if (key.is_new || key.handle != 0)
		return key;
	if (lent.key_count == LENT_MAX)
		give_up("too many keys");
	if (att_wrapped_key_parse(read_all(text), &file, &why) != ATT_OK)
		give_up(why.text);
	lent.keys[lent.key_count++] = file;
	key.wrapped = att_wrapped_key_get(file);
	return key;
}

/* --- Commands ------------------------------------------------------------- */

static enum att_err
attest(char **words)
{
	const struct att_tpm_attest request = {
		.aik = read_key(words[1]),
		.key = read_key(words[2]),
		.pcrs = (uint32_t)strtoul(words[3], NULL, 0),
		.has_sha1 = words[5] != NULL,
		.challenge = att_bytes_text(words[4]),
	};
	struct att_tpm_evidence e;
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_session_attest(session, &request, &e, &made, &why);
	if (err != ATT_OK)
		return err;
	save("aik.public", e.aik_public);
	save("aik.crt", e.aik_certificate);
	save("quote", e.quote);
	save("quote.sig", e.quote_signature);
	save("key.public", e.key_public);
	save("certification", e.certification);
	save("certification.sig", e.certification_signature);
	for (size_t i = 0; i < ATT_TPM_BANKS_MAX; i++)
		save(i == 0 ? "bank0" : "bank1", e.banks[i].digests);
	save_made(&made);
	return ATT_OK;
}

static enum att_err
sign(char **words)
{
	uint8_t digest[ATT_TPM_DIGEST_LEN];
	struct att_bytes signature;
	enum att_err err;

	if (att_sha256(read_all(words[1]), digest) != ATT_OK)
		give_up("no SHA-256");
	err = att_tpm_session_sign(session, digest, &signature, &why);
	if (err == ATT_OK)
		save("signature", signature);
	return err;
}

static enum att_err
guest(char **words)
{
	const struct att_tpm_guest request = {
		.aik = read_key(words[1]),
		.pcrs = (uint32_t)strtoul(words[2], NULL, 0),
	};
	struct att_tpm_guest_evidence e;
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_session_guest(session, &request, &e, &made, &why);
	if (err != ATT_OK)
		return err;
	save("guest.aik", e.aik_public);
	save("guest.crt", e.aik_certificate);
	save("guest.quote", e.quote);
	save("guest.quote.sig", e.quote_signature);
	save("guest.key", e.key_public);
	save("guest.certification", e.certification);
	save("guest.certification.sig", e.certification_signature);
	save("guest.bank", e.bank.digests);
	save_made(&made);
	return ATT_OK;
}

static enum att_err
decrypt(char **words)
{
	struct att_bytes text;
	enum att_err err;

	err = att_tpm_session_decrypt(session, read_all(words[1]), &text, &why);
	if (err == ATT_OK)
		save("decrypted", text);
	return err;
}

static enum att_err
endorse(char **words)
{
	const struct att_tpm_key aik = read_key(words[1]);
	struct att_tpm_endorsement e;
	struct att_tpm_made made;
	enum att_err err;

	err = att_tpm_session_endorse(session, &aik, &e, &made, &why);
	if (err != ATT_OK)
		return err;
	save("ek.crt", e.ek_certificate);
	save("ek.public", e.ek_public);
	save("aik.public", e.aik_public);
	save("aik.name", e.aik_name);
	save_made(&made);
	return ATT_OK;
}

static enum att_err
activate(char **words)
{
	const struct att_tpm_activate request = {
		.aik = read_key(words[1]),
		.credential = read_all(words[2]),
		.secret = read_all(words[3]),
	};
	struct att_bytes secret;
	enum att_err err;

	err = att_tpm_session_activate(session, &request, &secret, &why);
	if (err == ATT_OK)
		save("secret", secret);
	return err;
}

static enum att_err
wait_for_line(char **words)
{
	(void)words;
	printf("waiting\n");
	fflush(stdout);
	while (getchar() != '\n' && !feof(stdin))
		;
	return ATT_OK;
}

static const struct {
	const char *name;
	int least; /* words behind it */
	enum att_err (*run)(char **words);
} commands[] = {
	{ "attest", 4, attest },
	{ "sign", 1, sign },
	{ "guest", 2, guest },
	{ "decrypt", 1, decrypt },
	{ "endorse", 1, endorse },
	{ "activate", 3, activate },
	{ "wait", 0, wait_for_line },
};

static bool
run(char **words, int count)
{
	enum att_err err = ATT_ERR_USAGE;

	why = (struct att_reason){ 0 };
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, words[0]) == 0 &&
		    count > commands[i].least)
			err = commands[i].run(words);
	if (err == ATT_OK)
		printf("ok\n");
	else
		printf("%s: %s\n", att_err_code(err), why.text);
	fflush(stdout);
	return err == ATT_OK;
}

int
main(int argc, char **argv)
{
	char *words[WORDS_MAX] = { NULL };
	bool is_fine = true;
	int count = 0;

	if (argc < 4)
		give_up("usage: talk TCTI SECONDS COMMAND...");
	if (att_tpm_session_open(argv[1], (unsigned int)atoi(argv[2]), &session,
		&why) != ATT_OK) {
		printf("%s: %s\n", att_err_code(why.code), why.text);
		return EXIT_FAILURE;
	}
	for (int i = 3; i <= argc; i++) {
		if (i < argc && strcmp(argv[i], ",") != 0) {
			if (count < WORDS_MAX - 1)
				words[count++] = argv[i];
			continue;
		}
		is_fine &= count > 0 && run(words, count);
		memset(words, 0, sizeof(words));
		count = 0;
	}
	att_tpm_session_close(&session);
	free_lent();
	return is_fine ? EXIT_SUCCESS : EXIT_FAILURE;
}
