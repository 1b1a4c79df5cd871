/* SPDX-License-Identifier: BSD-2-Clause */
/* What a key remembers: credentials, PIN, signature counter. */
#ifndef SOFTKEY_STATE_H
#define SOFTKEY_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <openssl/evp.h>

#include "ctap.h"

#define PIN_HASH_LEN 16
#define PIN_RETRIES_MAX 8
#define UV_RETRIES_MAX 3
#define CREDENTIAL_ID_MAX 1024

/* Values of credProtect */
#define PROTECT_UV_OPTIONAL 1
#define PROTECT_UV_OR_LIST 2
#define PROTECT_UV 3

/* An owned stretch of bytes; text has a NUL after it. */
struct blob {
	uint8_t *data;
	size_t len;
};

struct credential {
	uint8_t id[CREDENTIAL_ID_MAX];
	size_t id_len;
	uint8_t rp_id_hash[SHA256_LEN];
	EVP_PKEY *key;
	bool resident;
	uint8_t protection; /* credProtect, section 12.1 */
	struct blob rp_id;  /* empty for U2F registrations */
	struct blob user_id;
	struct blob user_name;
	struct blob user_display_name;
};

struct state {
	const char *path; /* NULL: memory only */
	struct credential **credentials;
	size_t count;
	uint32_t counter; /* what the next signature reports */
	bool has_pin;
	uint8_t pin_hash[PIN_HASH_LEN]; /* LEFT(SHA-256(PIN), 16) */
	unsigned int pin_retries;
	unsigned int pin_failures; /* in a row since the start, not saved */
	unsigned int uv_retries;   /* not saved */
};

/* Loads path when it exists. Ends the process when it is malformed. */
struct state *state_open(const char *path);
void state_free(struct state **state);

/* Writes the file anew and renames it into place; without a path nothing
 * happens. There is no fsync: a key under test may forget in a crash of
 * the machine, never tear its file. */
void state_save(const struct state *state);

/* Takes the credential. The same RP and user replace a resident one. */
void state_add(struct state *state, struct credential *cred);

/* Frees the credential at place i. */
void state_remove(struct state *state, size_t i);

/* Forgets credentials and PIN; the counter goes on. */
void state_reset(struct state *state);

/* The credential of that ID and RP, or NULL. */
struct credential *state_find(const struct state *state, const uint8_t *id,
    size_t id_len, const uint8_t rp_id_hash[SHA256_LEN]);

void state_set_pin(struct state *state, const void *pin, size_t len);

/* A new credential with a fresh key and an ID of id_len bytes. */
struct credential *credential_new(enum cose_alg alg, size_t id_len);
/* The same with a key, which is taken, and an ID of somebody else's. */
struct credential *credential_new_of(
    EVP_PKEY *key, const uint8_t *id, size_t id_len);
void credential_free(struct credential **cred);

void blob_set(struct blob *blob, const void *data, size_t len);

#endif
