/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A host on which people have registered keys: folders of anchors and
 * intermediates, and a store. Anything that fails in here fails the test.
 */
#ifndef TESTS_UNIT_HOST_H
#define TESTS_UNIT_HOST_H

#include "capture.h"
#include "forge.h"

struct host {
	const char *folder;		 /* lent */
	struct forge_authority root;	 /* in roots/forge.pem */
	struct forge_authority middle;	 /* by root; in more/middle.pem */
	struct forge_authority stranger; /* nowhere */
};

/* Everything lies in the folder, which has to be empty. */
void host_set(struct host *host, const char *folder);
void host_clear(struct host *host);

/* FOLDER/NAME gets these certificates, after text; NULL ends them. */
void host_write_certs(const struct host *host, const char *name,
    const char *text, X509 *const *certs);

/* A credential of user whose leaf this authority has issued. */
void host_register(const struct host *host, const char *user, const char *label,
    const struct forge_authority *authority);
/* A compound, with a packed and an android-key leaf of this authority. */
void host_register_as(const struct host *host, const char *user,
    const char *label, const struct forge_spec *spec,
    const struct forge_authority *authority);

/* Runs a command under the configuration of the host. */
void host_run(const struct host *host, command_fn *command,
    const char *const *words, struct captured *captured);

/* The hexadecimal SHA-256 of a certificate; text has room for 65. */
void host_print_sha256(const X509 *cert, char *text);

/* A member of a JSON object that is text; "(none)" where there is none. */
const char *host_text_of(const json_t *object, const char *name);

#endif
