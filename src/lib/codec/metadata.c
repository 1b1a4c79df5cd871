/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The payload of a FIDO metadata BLOB, FIDO Metadata Service 3.1 section
 * 3.1.6, by jansson.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/hex.h"
#include "codec/base64url.h"
#include "codec/metadata.h"

enum {
	ENTRIES_MAX = 65536,
	CERTIFICATE_MAX = 16384,
};

static const struct att_metadata_status_info infos[] = {
	[ATT_STATUS_UNKNOWN] = { "unknown", ATT_STATUS_KIND_NOTICE, 0 },
#define STATUS(symbol, name, kind, level)                                      \
	[ATT_STATUS_##symbol] = { name, ATT_STATUS_KIND_##kind, level },
#include "codec/metadata.def"
#undef STATUS
};

static const char *const attestations[] = {
#define ATTESTATION(symbol, name) [ATT_METADATA_##symbol] = name,
#include "codec/metadata.def"
#undef ATTESTATION
};

/* What is being read, for messages. */
struct place {
	size_t entry;
	struct att_reason *why;
};

const struct att_metadata_status_info *
att_metadata_status_get_info(enum att_metadata_status status)
{
	return &infos[status < ATT_STATUS_COUNT ? status : ATT_STATUS_UNKNOWN];
}

const char *
att_metadata_attestation_name(unsigned int attestation)
{
	return attestation < ATT_METADATA_ATTESTATION_COUNT
		   ? attestations[attestation]
		   : NULL;
}

static enum att_err
malformed(const struct place *place, const char *member, const char *expected)
{
	return att_refuse(place->why, ATT_ERR_METADATA_MALFORMED,
	    "entry %zu: \"%s\" is not %s", place->entry, member, expected);
}

static enum att_err
no_memory(const struct place *place)
{
	return att_refuse_plain(place->why, ATT_ERR_NO_MEMORY);
}

/* --- Values ------------------------------------------------------------- */

/* "YYYY-MM-DD" of a day there is, after 1970. */
static bool
read_day(const json_t *value, time_t *dayp)
{
	const char *text = json_string_value(value);
	char again[sizeof("YYYY-MM-DD")];
	struct tm tm = { 0 };

	*dayp = 0;
	if (text == NULL || json_string_length(value) != sizeof(again) - 1)
		return false;
	for (size_t i = 0; i < sizeof(again) - 1; i++) {
		if (i == 4 || i == 7 ? text[i] != '-'
				     : !isdigit((unsigned char)text[i]))
			return false;
	}
	tm.tm_year = (int)strtol(text, NULL, 10) - 1900;
	tm.tm_mon = (int)strtol(text + 5, NULL, 10) - 1;
	tm.tm_mday = (int)strtol(text + 8, NULL, 10);
	*dayp = timegm(&tm);
	/* timegm() mends the 31st of June; it comes out another day. */
	return *dayp > 0 &&
	       strftime(again, sizeof(again), "%Y-%m-%d", &tm) != 0 &&
	       strcmp(again, text) == 0;
}

static struct att_bytes
get_text(const json_t *value)
{
	return att_bytes(json_string_value(value), json_string_length(value));
}

/* base64, in which blanks and line ends may stand. */
static enum att_err
read_certificate(const json_t *value, uint8_t **ptrp, size_t *lenp)
{
	const char *text = json_string_value(value);
	size_t len = json_string_length(value), kept = 0;
	enum att_err err;
	char *packed;

	*ptrp = NULL;
	*lenp = 0;
	if (text == NULL || len > 2 * CERTIFICATE_MAX)
		return ATT_ERR_BASE64URL;
	if ((packed = malloc(len + 1)) == NULL)
		return ATT_ERR_NO_MEMORY;
	for (size_t i = 0; i < len; i++) {
		if (strchr(" \t\r\n", text[i]) == NULL || text[i] == '\0')
			packed[kept++] = text[i];
	}
	err = att_base64_decode(
	    att_bytes(packed, kept), CERTIFICATE_MAX, ptrp, lenp);
	free(packed);
	return err;
}

/* A version, or 0 where there is none; false for anything else. */
static bool
read_version(const json_t *object, json_int_t *version)
{
	const json_t *value = json_object_get(object, "authenticatorVersion");

	*version = json_integer_value(value);
	return value == NULL || (json_is_integer(value) && *version >= 0);
}

/* An array, or nothing at all where it may be missing. */
static bool
is_list(const json_t *value, bool may_be_missing)
{
	if (value == NULL)
		return may_be_missing;
	return json_is_array(value) &&
	       json_array_size(value) <= ATT_METADATA_LIST_MAX;
}

/* --- An entry ----------------------------------------------------------- */

static enum att_err
read_key_ids(const json_t *list, struct att_metadata_entry *entry,
    const struct place *place)
{
	static const char name[] = "attestationCertificateKeyIdentifiers";
	size_t count = json_array_size(list);

	if (!is_list(list, false) || count == 0)
		return malformed(place, name, "an array of 1 to 1024");
	if ((entry->ids = calloc(count, sizeof(*entry->ids))) == NULL)
		return no_memory(place);
	for (size_t i = 0; i < count; i++) {
		if (!att_hex_read(get_text(json_array_get(list, i)),
			entry->ids[i], ATT_METADATA_ID_LEN))
			return malformed(place, name, "of 40 hex digits each");
	}
	entry->id_count = count;
	entry->is_u2f = true;
	return ATT_OK;
}

static enum att_err
read_model(const json_t *object, struct att_metadata_entry *entry,
    const struct place *place)
{
	static const uint8_t zero[ATT_UUID_LEN];
	const json_t *said = json_object_get(
	    json_object_get(object, "metadataStatement"), "aaguid");
	uint8_t again[ATT_UUID_LEN];

	if ((entry->ids = calloc(1, sizeof(*entry->ids))) == NULL)
		return no_memory(place);
	if (!att_uuid_read(
		get_text(json_object_get(object, "aaguid")), entry->ids[0]))
		return malformed(place, "aaguid", "an AAGUID");
	if (memcmp(entry->ids[0], zero, ATT_UUID_LEN) == 0)
		return malformed(
		    place, "aaguid", "that of a model: it is zero");
	if (said != NULL &&
	    (!att_uuid_read(get_text(said), again) ||
		memcmp(again, entry->ids[0], ATT_UUID_LEN) != 0))
		return malformed(place, "aaguid", "what its statement says");
	entry->id_count = 1;
	return ATT_OK;
}

/* Exactly one of three; of UAF authenticators nothing is kept. */
static enum att_err
read_identity(const json_t *object, struct att_metadata_entry *entry,
    const struct place *place)
{
	const json_t *key_ids =
	    json_object_get(object, "attestationCertificateKeyIdentifiers");
	bool has_aaguid = json_object_get(object, "aaguid") != NULL;
	bool has_aaid = json_object_get(object, "aaid") != NULL;

	if (has_aaguid + has_aaid + (key_ids != NULL) != 1)
		return att_refuse(place->why, ATT_ERR_METADATA_MALFORMED,
		    "entry %zu: expected one of \"aaguid\", \"aaid\" and "
		    "\"attestationCertificateKeyIdentifiers\"",
		    place->entry);
	if (has_aaid)
		return ATT_OK;
	if (key_ids != NULL)
		return read_key_ids(key_ids, entry, place);
	return read_model(object, entry, place);
}

enum att_metadata_status
att_metadata_status_find(const char *name)
{
	for (size_t i = ATT_STATUS_UNKNOWN + 1; i < ATT_STATUS_COUNT; i++) {
		if (strcmp(infos[i].name, name) == 0)
			return (enum att_metadata_status)i;
	}
	return ATT_STATUS_UNKNOWN;
}

/*
 * Where nobody can tell which one key is meant, it is about all of them: a
 * slip in one report does not keep the others from being imported.
 */
static enum att_err
read_report_certificate(const json_t *object,
    struct att_metadata_report *report, const struct place *place)
{
	const json_t *batch = json_object_get(object, "batchCertificate");
	const json_t *one = json_object_get(object, "certificate");
	enum att_err err;

	if ((batch == NULL) == (one == NULL))
		return ATT_OK;
	err = read_certificate(batch != NULL ? batch : one,
	    &report->certificate, &report->certificate_len);
	return err == ATT_ERR_NO_MEMORY ? no_memory(place) : ATT_OK;
}

static enum att_err
read_report(const json_t *object, struct att_metadata_report *report,
    const struct place *place)
{
	const char *status =
	    json_string_value(json_object_get(object, "status"));
	const json_t *effective = json_object_get(object, "effectiveDate");
	const json_t *sunset = json_object_get(object, "sunsetDate");

	if (status == NULL || strlen(status) >= sizeof(report->name))
		return malformed(place, "status", "a name");
	memcpy(report->name, status, strlen(status) + 1);
	report->status = att_metadata_status_find(status);
	if (effective != NULL && !read_day(effective, &report->effective))
		return malformed(place, "effectiveDate", "a day");
	if (sunset != NULL && !read_day(sunset, &report->sunset))
		return malformed(place, "sunsetDate", "a day");
	return read_report_certificate(object, report, place);
}

static enum att_err
read_reports(const json_t *object, struct att_metadata_entry *entry,
    const struct place *place)
{
	const json_t *list = json_object_get(object, "statusReports");
	size_t count = json_array_size(list);
	enum att_err err;

	if (!is_list(list, false))
		return malformed(place, "statusReports", "an array");
	entry->reports = calloc(count + 1, sizeof(*entry->reports));
	if (entry->reports == NULL)
		return no_memory(place);
	for (size_t i = 0; i < count; i++) {
		err = read_report(
		    json_array_get(list, i), &entry->reports[i], place);
		entry->report_count = i + 1;
		if (err != ATT_OK)
			return err;
	}
	return ATT_OK;
}

static enum att_err
read_attestations(const json_t *statement, struct att_metadata_entry *entry,
    const struct place *place)
{
	const json_t *list = json_object_get(statement, "attestationTypes");

	if (!is_list(list, true))
		return malformed(place, "attestationTypes", "an array");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));

		if (name == NULL)
			return malformed(
			    place, "attestationTypes", "an array of strings");
		for (size_t k = 0; k < ATT_METADATA_ATTESTATION_COUNT; k++) {
			if (strcmp(attestations[k], name) == 0)
				entry->attestations |= 1U << k;
		}
	}
	return ATT_OK;
}

static enum att_err
read_roots(const json_t *statement, struct att_metadata_entry *entry,
    const struct place *place)
{
	const json_t *list =
	    json_object_get(statement, "attestationRootCertificates");
	size_t count = json_array_size(list);

	if (!is_list(list, true))
		return malformed(
		    place, "attestationRootCertificates", "an array");
	entry->roots = calloc(count + 1, sizeof(*entry->roots));
	if (entry->roots == NULL)
		return no_memory(place);
	for (size_t i = 0; i < count; i++) {
		struct att_metadata_root *root =
		    &entry->roots[entry->root_count];
		enum att_err err;

		err = read_certificate(
		    json_array_get(list, i), &root->ptr, &root->len);
		if (err == ATT_ERR_NO_MEMORY)
			return no_memory(place);
		if (err == ATT_OK)
			entry->root_count++;
		else
			entry->bad_root_count++;
	}
	return ATT_OK;
}

static enum att_err
read_statement(const json_t *statement, struct att_metadata_entry *entry,
    const struct place *place)
{
	const json_t *description = json_object_get(statement, "description");
	enum att_err err;

	if (statement != NULL && !json_is_object(statement))
		return malformed(place, "metadataStatement", "an object");
	if (description != NULL && !json_is_string(description))
		return malformed(place, "description", "a string");
	entry->description =
	    strndup(description != NULL ? json_string_value(description) : "",
		ATT_METADATA_DESCRIPTION);
	if (entry->description == NULL)
		return no_memory(place);
	if (statement == NULL)
		entry->attestations =
		    (1U << ATT_METADATA_ATTESTATION_COUNT) - 1;
	if ((err = read_attestations(statement, entry, place)) != ATT_OK)
		return err;
	return read_roots(statement, entry, place);
}

/* Section 3.1.4, UPDATE_AVAILABLE: is the statement about what it updates? */
static enum att_err
compare_versions(const json_t *object, struct att_metadata_entry *entry,
    const struct place *place)
{
	const json_t *list = json_object_get(object, "statusReports");
	json_int_t described, updated;

	if (!read_version(
		json_object_get(object, "metadataStatement"), &described))
		return malformed(place, "authenticatorVersion", "a number");
	for (size_t i = 0; i < entry->report_count; i++) {
		if (entry->reports[i].status != ATT_STATUS_UPDATE_AVAILABLE)
			continue;
		if (!read_version(json_array_get(list, i), &updated))
			return malformed(
			    place, "authenticatorVersion", "a number");
		entry->is_outdated |= updated > described;
	}
	return ATT_OK;
}

static enum att_err
read_entry(const json_t *object, struct att_metadata_entry *entry,
    const struct place *place)
{
	enum att_err err;

	if (!json_is_object(object))
		return att_refuse(place->why, ATT_ERR_METADATA_MALFORMED,
		    "entry %zu is not an object", place->entry);
	if ((err = read_identity(object, entry, place)) != ATT_OK ||
	    entry->id_count == 0)
		return err;
	if ((err = read_reports(object, entry, place)) != ATT_OK)
		return err;
	err = read_statement(
	    json_object_get(object, "metadataStatement"), entry, place);
	if (err != ATT_OK)
		return err;
	return compare_versions(object, entry, place);
}

static void
entry_reset(struct att_metadata_entry *entry)
{
	for (size_t i = 0; i < entry->root_count; i++)
		free(entry->roots[i].ptr);
	for (size_t i = 0; i < entry->report_count; i++)
		free(entry->reports[i].certificate);
	free(entry->roots);
	free(entry->reports);
	free(entry->ids);
	free(entry->description);
	*entry = (struct att_metadata_entry){ 0 };
}

/* --- The payload -------------------------------------------------------- */

static enum att_err
read_entries(
    const json_t *list, struct att_metadata *metadata, struct att_reason *why)
{
	struct place place = { 0, why };
	size_t count = json_array_size(list);
	enum att_err err;

	if (!json_is_array(list) || count > ENTRIES_MAX)
		return att_refuse(why, ATT_ERR_METADATA_MALFORMED,
		    "\"entries\" is not an array of at most %d", ENTRIES_MAX);
	metadata->entries = calloc(count + 1, sizeof(*metadata->entries));
	if (metadata->entries == NULL)
		return no_memory(&place);
	for (place.entry = 0; place.entry < count; place.entry++) {
		struct att_metadata_entry *entry =
		    &metadata->entries[metadata->count];

		err = read_entry(
		    json_array_get(list, place.entry), entry, &place);
		if (err == ATT_OK && entry->id_count > 0) {
			metadata->count++;
			continue;
		}
		entry_reset(entry);
		if (err != ATT_OK)
			return err;
		metadata->uaf_count++;
	}
	return ATT_OK;
}

static enum att_err
read_head(const json_t *payload, struct att_metadata *metadata,
    struct att_reason *why)
{
	const json_t *number = json_object_get(payload, "no");
	const char *legal =
	    json_string_value(json_object_get(payload, "legalHeader"));
	json_int_t value = json_integer_value(number);

	if (!json_is_integer(number) || value < 0)
		return att_refuse(
		    why, ATT_ERR_METADATA_MALFORMED, "\"no\" is not a number");
	metadata->number = (uint64_t)value;
	if (!read_day(
		json_object_get(payload, "nextUpdate"), &metadata->next_update))
		return att_refuse(why, ATT_ERR_METADATA_MALFORMED,
		    "\"nextUpdate\" is not a day");
	if (legal == NULL || strlen(legal) > ATT_METADATA_LEGAL_MAX)
		return att_refuse(why, ATT_ERR_METADATA_MALFORMED,
		    "\"legalHeader\" is not a string of at most %d bytes",
		    ATT_METADATA_LEGAL_MAX);
	if ((metadata->legal_header = strdup(legal)) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	return ATT_OK;
}

/* Only identities of one kind are compared with each other. */
struct identity {
	bool is_u2f;
	const uint8_t *id;
};

static int
compare(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;

	if (x->is_u2f != y->is_u2f)
		return x->is_u2f - y->is_u2f;
	return memcmp(x->id, y->id, ATT_METADATA_ID_LEN);
}

static enum att_err
check_identities(const struct att_metadata *metadata, struct att_reason *why)
{
	enum {
		SHOWN = 4 /* bytes */
	};
	char start[ATT_HEX_TEXT_SIZE(SHOWN)];
	struct identity *all;
	size_t count = 0, k = 0;
	enum att_err err = ATT_OK;

	for (size_t i = 0; i < metadata->count; i++)
		count += metadata->entries[i].id_count;
	if ((all = calloc(count + 1, sizeof(*all))) == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	for (size_t i = 0; i < metadata->count; i++) {
		const struct att_metadata_entry *entry = &metadata->entries[i];

		for (size_t j = 0; j < entry->id_count; j++)
			all[k++] =
			    (struct identity){ entry->is_u2f, entry->ids[j] };
	}
	qsort(all, count, sizeof(*all), compare);
	for (size_t i = 1; i < count && err == ATT_OK; i++) {
		if (compare(&all[i - 1], &all[i]) == 0) {
			att_hex_print(att_bytes(all[i].id, SHOWN), start);
			err = att_refuse(why, ATT_ERR_METADATA_MALFORMED,
			    "two entries have the same %s, beginning with %s",
			    all[i].is_u2f ? "key identifier" : "AAGUID", start);
		}
	}
	free(all);
	return err;
}

enum att_err
att_metadata_read(const struct json_t *payload, struct att_metadata **metadatap,
    struct att_reason *why)
{
	struct att_metadata *metadata = calloc(1, sizeof(*metadata));
	enum att_err err;

	*metadatap = NULL;
	if (metadata == NULL)
		return att_refuse_plain(why, ATT_ERR_NO_MEMORY);
	if ((err = read_head(payload, metadata, why)) != ATT_OK ||
	    (err = read_entries(json_object_get(payload, "entries"), metadata,
		 why)) != ATT_OK ||
	    (err = check_identities(metadata, why)) != ATT_OK)
		goto out;
	*metadatap = metadata;
	metadata = NULL;
out:
	att_metadata_free(&metadata);
	return err;
}

void
att_metadata_free(struct att_metadata **metadatap)
{
	struct att_metadata *metadata = *metadatap;

	if (metadata == NULL)
		return;
	for (size_t i = 0; i < metadata->count; i++)
		entry_reset(&metadata->entries[i]);
	free(metadata->entries);
	free(metadata->legal_header);
	free(metadata);
	*metadatap = NULL;
}
