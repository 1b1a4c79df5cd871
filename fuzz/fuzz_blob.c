/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the payload of a metadata BLOB, as if its signature had been
 * right, and the index that is made of it.
 */
#include <stdlib.h>

#include "codec/base64url.h"
#include "codec/jws.h"
#include "trust/blob.h"
#include "trust/metadata_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* {"alg":"RS256","x5c":["AAAA"]} */
static const char header[] = "eyJhbGciOiJSUzI1NiIsIng1YyI6WyJBQUFBIl19.";

static void
check_entry(const struct att_metadata_entry *entry)
{
	if (entry->id_count == 0 || entry->description == NULL ||
	    entry->attestations >> ATT_METADATA_ATTESTATION_COUNT != 0)
		abort();
	for (size_t i = 0; i < entry->report_count; i++) {
		if (entry->reports[i].status >= ATT_STATUS_COUNT ||
		    entry->reports[i].effective < 0 ||
		    entry->reports[i].sunset < 0)
			abort();
	}
}

static void
check_metadata(const struct att_metadata *metadata)
{
	const struct att_index_source source = { .metadata = metadata };
	struct att_buf index;
	enum att_err err;

	for (size_t i = 0; i < metadata->count; i++)
		check_entry(&metadata->entries[i]);
	att_buf_init(&index, ATT_INDEX_MAX);
	err = att_index_encode(&source, &index);
	if (err != ATT_OK && err != ATT_ERR_TOO_LARGE)
		abort();
	att_buf_reset(&index);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_metadata *metadata = NULL;
	struct att_reason why = { 0 };
	struct att_jws *jws = NULL;
	struct att_buf text;

	att_buf_init(&text, ATT_BLOB_MAX);
	if (att_buf_printf(&text, "%s", header) != ATT_OK ||
	    att_base64url_encode(att_bytes(data, size), &text) != ATT_OK ||
	    att_buf_printf(&text, ".AAAA") != ATT_OK)
		abort();
	if (att_jws_parse_large(att_buf_get(&text), ATT_BLOB_MAX, &jws, &why) ==
	    ATT_OK) {
		enum att_err err = att_metadata_read(
		    att_jws_get_payload(jws), &metadata, &why);

		if (err == ATT_OK)
			check_metadata(metadata);
		else if (err != ATT_ERR_METADATA_MALFORMED || why.code != err)
			abort();
	}
	att_metadata_free(&metadata);
	att_jws_free(&jws);
	att_buf_reset(&text);
	return 0;
}
