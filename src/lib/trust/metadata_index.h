/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The index of a FIDO metadata BLOB that was verified: what a login reads, one
 * small entry of it. FORMAT.md has every byte.
 */
#ifndef ATT_TRUST_METADATA_INDEX_H
#define ATT_TRUST_METADATA_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/buf.h"
#include "base/err.h"
#include "codec/metadata.h"
#include "trust/anchors.h"

enum {
	ATT_INDEX_MAX = 32 << 20, /* bytes of the file */
	ATT_INDEX_TABLE_MAX = 8 << 20
};

/* What an index says about the BLOB it was made of. */
struct att_index_head {
	uint64_t number;
	time_t next_update;
	time_t imported;
	uint8_t blob_sha256[32]; /* of the text of the BLOB */
	char legal_header[ATT_METADATA_LEGAL_MAX + 1];
	size_t identity_count;
};

/* A status report as the index has it. */
struct att_model_report {
	enum att_metadata_status status;
	char name[ATT_METADATA_STATUS_LEN];
	time_t effective; /* as in struct att_metadata_report */
	time_t sunset;
	bool is_of_one_key;	/* about this attestation key and no other */
	uint8_t key_sha256[32]; /* of its SubjectPublicKeyInfo */
};

/* What metadata says of one model. */
struct att_model {
	char description[ATT_METADATA_DESCRIPTION + 1]; /* escape it */
	uint32_t attestations; /* as in struct att_metadata_entry */
	bool is_u2f;
	/*
	 * False when an anchor of the entry does not parse, or its statement
	 * is outdated: then no anchor is used, and the entry does not count as
	 * one where metadata is required. What its reports say counts all the
	 * same.
	 */
	bool is_usable;
	struct att_model_report *reports;
	size_t report_count;
	struct att_anchors *anchors; /* owned; of this model and no other */
	size_t anchor_count;
	uint8_t sha256[32]; /* of its entry: of no other one */
};

/* One identity: of a FIDO2 model, or of an attestation key of U2F ones. */
struct att_model_id {
	bool is_u2f;
	uint8_t id[ATT_METADATA_ID_LEN];
};

/* Told of each entry that is not usable; index counts the entries kept. */
typedef void att_index_warn_fn(
    void *arg, const struct att_metadata_entry *entry, const char *what);

/*
 * Appends the index of metadata. head gives number, next_update, imported and
 * blob_sha256 (the first two have to be those of metadata). The certificate
 * of a report that cannot be read makes it one about every key.
 * ATT_ERR_TOO_LARGE, NO_MEMORY, CRYPTO.
 */
struct att_index_source {
	const struct att_metadata *metadata;
	time_t imported;
	uint8_t blob_sha256[32];
	att_index_warn_fn *warn; /* may be NULL */
	void *warn_arg;
};
enum att_err att_index_encode(
    const struct att_index_source *source, struct att_buf *out) ATT_MUST_USE;

/*
 * Makes the index in the folder dir, which is made if it is not there: the
 * old one or the new one is there at any time. *is_new is false, and nothing
 * changes, when the index there has the same number. The number of a damaged
 * one is not known, so that is replaced. ATT_ERR_METADATA_OLD for a smaller
 * number; ATT_ERR_FILE_*, ATT_ERR_STATE_LOCKED, ATT_ERR_SYSTEM and as
 * att_index_encode().
 */
enum att_err att_index_replace(const char *dir,
    const struct att_index_source *source, bool *is_new,
    struct att_reason *why) ATT_MUST_USE;

/*
 * Opens the index in the folder dir, which has to be ours (base/file.h), and
 * reads its head and its table of identities, whose checksum has to be right.
 * The caller frees *indexp. ATT_ERR_METADATA_MISSING when there is none,
 * ATT_ERR_METADATA_DAMAGED, ATT_ERR_FILE_*, ATT_ERR_NO_MEMORY.
 */
struct att_index;
enum att_err att_index_open(const char *dir, struct att_index **indexp,
    struct att_reason *why) ATT_MUST_USE;
void att_index_free(struct att_index **indexp);

/* Lent. */
const struct att_index_head *att_index_get_head(const struct att_index *index);

/*
 * Finds the entry of an identity, checks its checksum and keeps it; without
 * one *modelp is NULL. Lent by the index. ATT_ERR_METADATA_DAMAGED, NO_MEMORY,
 * CRYPTO.
 */
enum att_err att_index_find(const struct att_index *index,
    const struct att_model_id *id, const struct att_model **modelp,
    struct att_reason *why) ATT_MUST_USE;

/* The file's name in its folder. */
#define ATT_INDEX_NAME "index"

#endif
