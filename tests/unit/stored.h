/* SPDX-License-Identifier: BSD-2-Clause */
/* Stores for commands of attestctl, in a scratch folder. */
#ifndef TESTS_UNIT_STORED_H
#define TESTS_UNIT_STORED_H

#include <jansson.h>

#include "capture.h"
#include "forge.h"
#include "ssh/sk_key.h"

/* Settings by which the format "none" is good enough. */
#define STORED_NONE "attestation = none\nformats = none\n"

/*
 * Runs a command by a configuration of these settings, whose folders all lie
 * in the scratch folder.
 */
void stored_run(const char *folder, const char *settings, command_fn *command,
    const char *const *words, struct captured *captured);

/* The root of a batch becomes the anchor. */
void stored_add_root(const char *folder, X509 *root);

/* The options of such a configuration, by the defaults; the caller frees. */
struct att_options *stored_options(const char *folder);

/* Adds one that is refused at every login: its key is none. */
void stored_add_unusable(const char *folder, const char *user,
    const char *label, unsigned char seed);

/* Adds a whole registration with format "none". */
void stored_add_usable(const char *folder, const char *user, const char *label);

/*
 * Adds one of a batch: the root of forged becomes an anchor, and forged the
 * registration that was made (forge_again()).
 */
void stored_add_forged(const char *folder, const char *user, const char *label,
    struct forged *forged);

/*
 * The same for a key of SSH, with the application "ssh:" and these options
 * (NULL: none).
 */
void stored_add_ssh(const char *folder, const char *user, const char *label,
    const char *options, struct forged *forged);

/* The key of that registration, as sshd would name it; lent by point. */
void stored_ssh_key(const struct forged *forged,
    uint8_t point[ATT_SK_POINT_LEN], struct att_sk_key *key);

/* A member of a JSON object that is text; else "(none)". Lent. */
const char *stored_text_of(const json_t *object, const char *name);

#endif
