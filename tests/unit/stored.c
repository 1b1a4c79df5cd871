/* SPDX-License-Identifier: BSD-2-Clause */
/* Stores for commands of attestctl, in a scratch folder. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <openssl/pem.h>
#include <openssl/rand.h>

#include "codec/clientdata.h"
#include "codec/digest.h"
#include "scratch.h"
#include "store/store.h"
#include "stored.h"

static void
make_folders(const char *folder)
{
	static const char *const folders[] = { "roots", "more", "store" };

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *made = scratch_path(folder, folders[i]);

		assert_true(mkdir(made, 0755) == 0 || errno == EEXIST);
		free(made);
	}
}

/* Its path, which the caller frees. */
static char *
write_configuration(const char *folder, const char *settings)
{
	char *path = scratch_path(folder, "a.conf"), *text = NULL;

	make_folders(folder);
	assert_true(asprintf(&text,
			"%s"
			"roots_dir = %s/roots\nintermediates_dir = %s/more\n"
			"credentials_dir = %s/store\nstate_dir = %s/state\n",
			settings, folder, folder, folder, folder) > 0);
	scratch_write_text(path, text);
	free(text);
	return path;
}

void
stored_run(const char *folder, const char *settings, command_fn *command,
    const char *const *words, struct captured *captured)
{
	char *path = write_configuration(folder, settings);

	capture(command, path, words, captured);
	free(path);
}

struct att_options *
stored_options(const char *folder)
{
	char *path = write_configuration(folder, "");
	struct att_reason why = { 0 };
	struct att_options *opts;

	assert_int_equal(att_options_new(&opts), ATT_OK);
	if (att_options_read_file(opts, path, &why) != ATT_OK)
		fail_msg("%s", why.text);
	free(path);
	return opts;
}

static void
add(const char *folder, const char *user, const struct att_record *record)
{
	char *dir = scratch_path(folder, "store");
	struct att_reason why = { 0 };

	if (att_store_add(dir, user, record, NULL, &why) != ATT_OK)
		fail_msg("%s", why.text);
	free(dir);
}

void
stored_add_unusable(
    const char *folder, const char *user, const char *label, unsigned char seed)
{
	struct att_record record;

	scratch_record(&record, user, label, seed);
	add(folder, user, &record);
	att_record_reset(&record);
}

/* A record that waits for an attestation object. */
static void
begin_record(struct att_record *record, const char *user, const char *label,
    const char *rp_id)
{
	uint8_t challenge[32];

	scratch_record(record, user, label, 1);
	free(record->rp_id);
	free(record->client_data);
	free(record->attestation_object);
	record->rp_id = strdup(rp_id);
	assert_int_equal(RAND_bytes(record->nonce, ATT_NONCE_LEN), 1);
	assert_int_equal(att_registration_challenge(
			     record->rp_id, user, record->nonce, challenge),
	    ATT_OK);
	if (att_sk_is_application(rp_id)) {
		record->client_data = malloc(sizeof(challenge));
		assert_non_null(record->client_data);
		record->client_data_len = sizeof(challenge);
		memcpy(record->client_data, challenge, sizeof(challenge));
		return;
	}
	assert_int_equal(att_client_data_make("webauthn.create", challenge,
			     record->rp_id, (char **)&record->client_data),
	    ATT_OK);
	record->client_data_len = strlen((char *)record->client_data);
}

static void
finish_record(struct att_record *record, struct att_buf *object)
{
	assert_int_equal(att_buf_take(object, &record->attestation_object,
			     &record->attestation_object_len),
	    ATT_OK);
}

void
stored_add_usable(const char *folder, const char *user, const char *label)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_NONE,
		.defect = FORGE_FINE_NONE };
	struct att_record record;
	struct forged forged;

	begin_record(&record, user, label, "forge.example");
	forge(&spec, &forged);
	finish_record(&record, &forged.object);
	forged_reset(&forged);
	add(folder, user, &record);
	att_record_reset(&record);
}

void
stored_add_root(const char *folder, X509 *root)
{
	char *path = scratch_path(folder, "roots/forge.pem");
	FILE *file;

	make_folders(folder);
	assert_non_null(file = fopen(path, "we"));
	assert_int_equal(PEM_write_X509(file, root), 1);
	assert_int_equal(fchmod(fileno(file), 0644), 0);
	assert_int_equal(fclose(file), 0);
	free(path);
}

static void
add_forged(const char *folder, const char *user, struct att_record *record,
    struct forged *forged)
{
	struct forge_request request = { .is_verified = true,
		.time = FORGE_TIME };

	assert_int_equal(
	    att_sha256(att_bytes_text(record->rp_id), request.rp_id_hash),
	    ATT_OK);
	assert_int_equal(
	    att_sha256(att_bytes(record->client_data, record->client_data_len),
		request.client_data_hash),
	    ATT_OK);
	forge_again(&request, forged);
	finish_record(record, &forged->object);
	stored_add_root(folder, forged->root);
	add(folder, user, record);
}

void
stored_add_forged(const char *folder, const char *user, const char *label,
    struct forged *forged)
{
	struct att_record record;

	begin_record(&record, user, label, "forge.example");
	add_forged(folder, user, &record, forged);
	att_record_reset(&record);
}

void
stored_add_ssh(const char *folder, const char *user, const char *label,
    const char *options, struct forged *forged)
{
	struct att_record record;

	begin_record(&record, user, label, "ssh:");
	if (options != NULL)
		assert_non_null(record.ssh_options = strdup(options));
	add_forged(folder, user, &record, forged);
	att_record_reset(&record);
}

void
stored_ssh_key(const struct forged *forged, uint8_t point[ATT_SK_POINT_LEN],
    struct att_sk_key *key)
{
	size_t len = 0;

	assert_int_equal(EVP_PKEY_get_octet_string_param(forged->credential,
			     "pub", point, ATT_SK_POINT_LEN, &len),
	    1);
	assert_int_equal(len, ATT_SK_POINT_LEN);
	*key = (struct att_sk_key){
		.kind = ATT_SK_ECDSA,
		.application = att_bytes_text("ssh:"),
		.public_key = att_bytes(point + 1, ATT_SK_POINT_LEN - 1),
	};
}

const char *
stored_text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "(none)" : text;
}
