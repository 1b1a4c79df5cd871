/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A metadata BLOB that is verified and kept: all of "mds import" and "mds
 * update" but where the BLOB is from.
 */
#ifndef ATT_ATTESTCTL_CMD_MDS_BLOB_H
#define ATT_ATTESTCTL_CMD_MDS_BLOB_H

#include "attestctl/command.h"
#include "trust/blob.h"

/* One command while it runs. What it owns goes with att_mds_blob_run(). */
struct att_mds_blob {
	const char *command;
	struct att_options *opts;      /* owned, as are roots and metadata */
	struct att_anchors *roots;     /* of the signer */
	struct att_metadata *metadata; /* NULL until it is verified */
	const char *operand;	       /* lent by argv; NULL: none was given */
	uint8_t *ptr;		       /* the BLOB, owned */
	size_t len;
	uint8_t sha256[32]; /* of the BLOB, once it is verified */
	time_t at;
	bool has_own_roots;
	bool is_json;
	size_t unusable; /* entries told of */
	bool is_new;
	bool is_same; /* get() found that the one that is kept is the one */
};

/* What the commands differ in. */
struct att_mds_blob_command {
	const char *name; /* "mds import" */
	const char *usage;
	bool needs_operand;
	/*
	 * Gets the BLOB into ptr and len, or says is_same. *shown, a path or
	 * a URL for messages, is lent until the command ends.
	 */
	enum att_err (*get)(struct att_mds_blob *blob, void *arg,
	    const char **shown, struct att_reason *why);
	/* Once it is kept; may be NULL. */
	void (*kept)(struct att_mds_blob *blob, void *arg);
	void *arg;
};
enum att_exit att_mds_blob_run(const struct att_mds_blob_command *command,
    const struct att_invocation *invocation, int argc, char **argv);

/* What get() refuses a BLOB of more than ATT_BLOB_MAX bytes with. */
enum att_err att_mds_blob_refuse_size(
    const char *shown, struct att_reason *why) ATT_MUST_USE;

#endif
