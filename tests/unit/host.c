/* SPDX-License-Identifier: BSD-2-Clause */
/* A host on which people have registered keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "codec/clientdata.h"
#include "codec/digest.h"
#include "host.h"
#include "pki.h"
#include "scratch.h"
#include "store/store.h"

enum {
	ES256 = -7
};

static void
make_folders(const struct host *host)
{
	static const char *const folders[] = { "roots", "more", "store" };
	char *path = scratch_path(host->folder, "a.conf"), *text = NULL;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *made = scratch_path(host->folder, folders[i]);

		assert_int_equal(mkdir(made, 0755), 0);
		free(made);
	}
	assert_true(
	    asprintf(&text,
		"roots_dir = %s/roots\nintermediates_dir = %s/more\n"
		"credentials_dir = %s/store\nstate_dir = %s/state\n"
		"formats = packed compound android-key\n",
		host->folder, host->folder, host->folder, host->folder) > 0);
	scratch_write_text(path, text);
	free(path);
	free(text);
}

void
host_set(struct host *host, const char *folder)
{
	*host = (struct host){ .folder = folder };
	make_folders(host);
	host->root.key = forge_key(ES256);
	host->root.cert = forge_root(host->root.key, "Forge root");
	host->middle.key = forge_key(ES256);
	host->middle.cert = forge_intermediate(
	    host->middle.key, host->root.key, host->root.cert, FORGE_FINE);
	host->stranger.key = forge_key(ES256);
	host->stranger.cert = forge_root(host->stranger.key, "Stranger");
	host_write_certs(
	    host, "roots/forge.pem", "", (X509 *[]){ host->root.cert, NULL });
	host_write_certs(
	    host, "more/middle.pem", "", (X509 *[]){ host->middle.cert, NULL });
}

static void
drop(struct forge_authority *authority)
{
	EVP_PKEY_free(authority->key);
	X509_free(authority->cert);
}

void
host_clear(struct host *host)
{
	drop(&host->root);
	drop(&host->middle);
	drop(&host->stranger);
}

void
host_write_certs(const struct host *host, const char *name, const char *text,
    X509 *const *certs)
{
	char *path = scratch_path(host->folder, name);
	struct att_buf content;

	att_buf_init(&content, 1U << 20);
	assert_int_equal(att_buf_printf(&content, "%s", text), ATT_OK);
	for (; *certs != NULL; certs++)
		pki_put_pem(*certs, &content);
	scratch_write(path, (char *)content.ptr, content.len, 0644);
	att_buf_reset(&content);
	free(path);
}

/* The client data of a record decides what is signed. */
static void
fill_client_data(
    struct att_record *record, const char *user, struct forge_request *request)
{
	uint8_t challenge[32];

	assert_int_equal(att_registration_challenge(
			     record->rp_id, user, record->nonce, challenge),
	    ATT_OK);
	free(record->client_data);
	assert_int_equal(att_client_data_make("webauthn.create", challenge,
			     record->rp_id, (char **)&record->client_data),
	    ATT_OK);
	record->client_data_len = strlen((char *)record->client_data);
	assert_int_equal(
	    att_sha256(att_bytes(record->client_data, record->client_data_len),
		request->client_data_hash),
	    ATT_OK);
	assert_int_equal(
	    att_sha256(att_bytes_text(record->rp_id), request->rp_id_hash),
	    ATT_OK);
}

void
host_register_as(const struct host *host, const char *user, const char *label,
    const struct forge_spec *spec, const struct forge_authority *authority)
{
	struct forge_request request = { .sign_count = 1,
		.is_verified = true,
		.time = FORGE_TIME,
		.authority = *authority };
	char *dir = scratch_path(host->folder, "store");
	struct forge_spec whole = *spec;
	struct att_reason why = { 0 };
	struct att_record record;
	struct forged forged;

	scratch_record(&record, user, label, 1);
	fill_client_data(&record, user, &request);
	whole.request = &request;
	forge(&whole, &forged);
	free(record.attestation_object);
	assert_int_equal(
	    att_buf_take(&forged.object, &record.attestation_object,
		&record.attestation_object_len),
	    ATT_OK);
	record.time = FORGE_TIME;
	if (att_store_add(dir, user, &record, NULL, &why) != ATT_OK)
		fail_msg("%s", why.text);
	forged_reset(&forged);
	att_record_reset(&record);
	free(dir);
}

void
host_register(const struct host *host, const char *user, const char *label,
    const struct forge_authority *authority)
{
	const struct forge_spec spec = { .kind = FORGE_KIND_BASIC,
		.defect = FORGE_FINE };

	host_register_as(host, user, label, &spec, authority);
}

void
host_run(const struct host *host, command_fn *command, const char *const *words,
    struct captured *captured)
{
	char *path = scratch_path(host->folder, "a.conf");

	capture(command, path, words, captured);
	free(path);
}

void
host_print_sha256(const X509 *cert, char *text)
{
	uint8_t sha256[32];

	assert_int_equal(X509_digest(cert, EVP_sha256(), sha256, NULL), 1);
	for (size_t i = 0; i < sizeof(sha256); i++)
		snprintf(text + 2 * i, 3, "%02x", sha256[i]);
}

const char *
host_text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "(none)" : text;
}
