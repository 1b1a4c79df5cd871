/* SPDX-License-Identifier: BSD-2-Clause */
/* The two files of ssh-keygen for a registration that is forged. */
#ifndef TESTS_UNIT_SSH_FILES_H
#define TESTS_UNIT_SSH_FILES_H

#include "base/buf.h"
#include "forge.h"

struct ssh_files {
	struct att_buf public_key;
	struct att_buf attestation;
};

/* What is asked for; zeroes are an ES256 key for "ssh:" with packed. */
struct ssh_files_request {
	enum forge_kind kind;
	int32_t alg;		 /* of the credential; 0: ES256 */
	const char *application; /* NULL: "ssh:" */
	const char *root;	 /* its name; NULL: "Forge root" */
	struct att_bytes challenge;
	bool is_unverified;
	enum forge_defect defect;
};

/*
 * Forges a registration, or another one of the same batch where forged has a
 * root already (of packed and U2F), and writes the files of it. The caller
 * resets both.
 */
void ssh_files_make(const struct ssh_files_request *request,
    struct forged *forged, struct ssh_files *files);
void ssh_files_reset(struct ssh_files *files);

/* The files of a registration as it stands; application as above. */
void ssh_files_write(const struct forged *forged, const char *application,
    struct ssh_files *files);

#endif
