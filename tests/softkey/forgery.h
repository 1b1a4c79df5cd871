/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Registrations that tests/unit/forge makes: formats that no real key on a
 * USB port has, and one thing wrong with each of the others. Unit tests judge
 * the same ones, so every defect is written once.
 */
#ifndef SOFTKEY_FORGERY_H
#define SOFTKEY_FORGERY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "buf.h"
#include "ca.h"
#include "ctap.h"

struct forgery;

/* What a registration is made over. */
struct forgery_request {
	const uint8_t *rp_id_hash;
	const uint8_t *client_data_hash;
	uint32_t counter;
	bool is_verified;
};

/* The credential that came of it, if it is good for a login. */
struct forgery_credential {
	EVP_PKEY *key; /* owned by who asked; NULL for none */
	uint8_t id[64];
	size_t id_len;
};

/* Whether all names of a list, with commas between, are known. */
bool forgery_knows(const char *names);

/* Prints name, what vouches, and the code that a judge has to end with. */
void forgery_list(FILE *out);

/* One that goes through the names, and stays at the last. Takes authority. */
struct forgery *forgery_new(const char *names, struct issued *authority);
void forgery_free(struct forgery **forgery);

/* The model that certificates name, AAGUID_LEN bytes. */
const uint8_t *forgery_get_aaguid(void);

/* The algorithm of the next credential. */
enum cose_alg forgery_get_algorithm(const struct forgery *forgery);

/* Appends the map that answers MakeCredential. */
void forgery_put_answer(struct forgery *forgery,
    const struct forgery_request *request, struct buf *out,
    struct forgery_credential *cred);

#endif
