/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload of a FIDO metadata BLOB: FIDO Metadata Service 3.1 section 3.1.6
 * and, of each statement in it, what a verifier can use. What signed it is
 * judged elsewhere (trust/blob.h).
 */
#ifndef ATT_CODEC_METADATA_H
#define ATT_CODEC_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/err.h"

enum att_metadata_status {
	ATT_STATUS_UNKNOWN, /* a name that is not in metadata.def */
#define STATUS(symbol, name, kind, level) ATT_STATUS_##symbol,
#include "codec/metadata.def"
#undef STATUS
	ATT_STATUS_COUNT
};

enum att_metadata_status_kind {
	ATT_STATUS_KIND_NOTICE,
	ATT_STATUS_KIND_COMPROMISE,
	ATT_STATUS_KIND_LEVEL,
	ATT_STATUS_KIND_FIPS140,
};

/* What a status is; static. "unknown" is a notice. */
struct att_metadata_status_info {
	const char *name;
	enum att_metadata_status_kind kind;
	unsigned int level; /* its rank, where the kind has ranks */
};
const struct att_metadata_status_info *att_metadata_status_get_info(
    enum att_metadata_status status);

/* The status of that name, or ATT_STATUS_UNKNOWN. */
enum att_metadata_status att_metadata_status_find(const char *name);

enum att_metadata_attestation {
#define ATTESTATION(symbol, name) ATT_METADATA_##symbol,
#include "codec/metadata.def"
#undef ATTESTATION
	ATT_METADATA_ATTESTATION_COUNT
};

enum {
	ATT_METADATA_STATUS_LEN = 64,	/* of its name, NUL included */
	ATT_METADATA_ID_LEN = 20,	/* an AAGUID is followed by zeroes */
	ATT_METADATA_DESCRIPTION = 200, /* characters, by the specification */
	ATT_METADATA_LEGAL_MAX = 4096,
	ATT_METADATA_LIST_MAX = 1024 /* elements of an array in an entry */
};

/* The name of a way to attest; NULL past the end. Static. */
const char *att_metadata_attestation_name(unsigned int attestation);

/* One status report, section 3.1.3. */
struct att_metadata_report {
	enum att_metadata_status status;
	char name[ATT_METADATA_STATUS_LEN]; /* as it came, to be escaped */
	time_t effective; /* 0 o'clock UTC of that day; 0: since ever */
	time_t sunset;	  /* likewise; 0: for ever */
	/*
	 * Of an ATTESTATION_KEY_COMPROMISE that is about one certificate
	 * (certificate or batchCertificate, not both) and no others: DER,
	 * owned.
	 */
	uint8_t *certificate;
	size_t certificate_len;
};

/* DER of an attestationRootCertificates element; not looked into. */
struct att_metadata_root {
	uint8_t *ptr;
	size_t len;
};

/*
 * An entry for a FIDO2 authenticator, with one AAGUID, or for U2F ones, with
 * the identifiers of their attestation keys (RFC 5280 section 4.2.1.2 method
 * 1). Entries of UAF authenticators (aaid) are left out.
 */
struct att_metadata_entry {
	bool is_u2f;
	uint8_t (*ids)[ATT_METADATA_ID_LEN];
	size_t id_count;
	char *description; /* UTF-8 of anybody: escape before printing */
	/* Bits: 1 << enum att_metadata_attestation; all without a statement. */
	uint32_t attestations;
	/*
	 * An update is reported that the statement is older than, section
	 * 3.1.4: what it says is to be rejected.
	 */
	bool is_outdated;
	struct att_metadata_root *roots;
	size_t root_count;
	size_t bad_root_count; /* that were not base64, and left out */
	struct att_metadata_report *reports;
	size_t report_count;
};

struct att_metadata {
	uint64_t number;    /* "no": grows with each BLOB */
	time_t next_update; /* 0 o'clock UTC of that day */
	char *legal_header;
	struct att_metadata_entry *entries;
	size_t count;
	size_t uaf_count; /* entries left out */
};

/*
 * Reads the payload of a BLOB (att_jws_get_payload). Refused as a whole: a
 * member of the wrong type or missing, an entry with no or with two
 * identities or one that its statement contradicts, an identity in two
 * entries, the zero AAGUID, a date that is none. Members and status names that
 * are not known are let pass: the format grows. The caller frees *metadatap.
 * ATT_ERR_METADATA_MALFORMED naming entry and member, ATT_ERR_NO_MEMORY.
 */
struct json_t;
enum att_err att_metadata_read(const struct json_t *payload,
    struct att_metadata **metadatap, struct att_reason *why) ATT_MUST_USE;
void att_metadata_free(struct att_metadata **metadatap);

#endif
