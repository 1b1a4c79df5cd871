/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The bytes of an index file, shared by the code that writes one and the code
 * that reads one, and by nobody else; FORMAT.md describes them.
 */
#ifndef ATT_TRUST_METADATA_INDEX_FORM_H
#define ATT_TRUST_METADATA_INDEX_FORM_H

#include <string.h>

#include "codec/metadata.h"

#define ATT_INDEX_MAGIC "attmds01"
enum {
	ATT_INDEX_MAGIC_LEN = sizeof(ATT_INDEX_MAGIC) - 1,
	/* kind and identity, then offset, length and checksum of the entry */
	ATT_INDEX_KEY_LEN = 1 + ATT_METADATA_ID_LEN,
	ATT_INDEX_ROW_LEN = ATT_INDEX_KEY_LEN + 4 + 4 + 32
};

/* For qsort() and bsearch(): by what a row begins with. */
static inline int
att_index_compare_rows(const void *a, const void *b)
{
	return memcmp(a, b, ATT_INDEX_KEY_LEN);
}

#endif
