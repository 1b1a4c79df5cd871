/* SPDX-License-Identifier: BSD-2-Clause */
/* The payload of metadata BLOBs: codec/metadata.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "codec/metadata.h"

#define AAGUID "01020304-0506-0708-090a-0b0c0d0e0f10"
#define KEY_ID "000102030405060708090a0b0c0d0e0f10111213"
#define HEAD "\"legalHeader\":\"terms\",\"no\":7,\"nextUpdate\":\"2026-12-01\","

static enum att_err
read_text(const char *text, struct att_metadata **metadatap)
{
	struct att_reason why = { 0 };
	json_t *payload = json_loads(text, 0, NULL);
	enum att_err err;

	assert_non_null(payload);
	err = att_metadata_read(payload, metadatap, &why);
	json_decref(payload);
	assert_int_equal(why.code, err);
	if (err != ATT_OK)
		assert_null(*metadatap);
	return err;
}

/* The payload with these entries. */
static enum att_err
read_entries(const char *entries, struct att_metadata **metadatap)
{
	enum att_err err;
	char *text;

	assert_true(asprintf(&text, "{" HEAD "\"entries\":[%s]}", entries) > 0);
	err = read_text(text, metadatap);
	free(text);
	return err;
}

static void
reads_what_a_verifier_uses(void **state)
{
	struct att_metadata *metadata;
	const struct att_metadata_entry *entry;

	(void)state;
	assert_int_equal(
	    read_entries("{\"aaguid\":\"" AAGUID "\",\"statusReports\":["
			 "{\"status\":\"FIDO_CERTIFIED_L1plus\","
			 "\"effectiveDate\":\"2024-02-29\"},"
			 "{\"status\":\"SOMETHING_NEW\","
			 "\"sunsetDate\":\"2026-01-01\"},"
			 "{\"status\":\"ATTESTATION_KEY_COMPROMISE\","
			 "\"batchCertificate\":\"AA==\"}],"
			 "\"metadataStatement\":{\"description\":\"A key\","
			 "\"attestationTypes\":[\"attca\",\"new\"],"
			 "\"attestationRootCertificates\":"
			 "[\"AQ ID\\nBA==\",\"not base64\"]}},"
			 "{\"aaid\":\"1234#5678\"},"
			 "{\"attestationCertificateKeyIdentifiers\":[\"" KEY_ID
			 "\"],\"statusReports\":[]}",
		&metadata),
	    ATT_OK);
	assert_int_equal(metadata->number, 7);
	assert_int_equal(metadata->next_update, 1796083200);
	assert_string_equal(metadata->legal_header, "terms");
	assert_int_equal(metadata->count, 2);
	assert_int_equal(metadata->uaf_count, 1);
	entry = &metadata->entries[0];
	assert_false(entry->is_u2f);
	assert_memory_equal(entry->ids[0], "\1\2\3\4\5\6\7\10", 8);
	assert_int_equal(entry->ids[0][15], 16);
	assert_string_equal(entry->description, "A key");
	assert_int_equal(entry->attestations, 1U << ATT_METADATA_ATTCA);
	assert_int_equal(entry->root_count, 1);
	assert_int_equal(entry->roots[0].len, 4);
	assert_int_equal(entry->bad_root_count, 1);
	assert_int_equal(entry->report_count, 3);
	assert_int_equal(
	    entry->reports[0].status, ATT_STATUS_FIDO_CERTIFIED_L1PLUS);
	assert_int_equal(entry->reports[0].effective, 1709164800);
	assert_int_equal(entry->reports[1].status, ATT_STATUS_UNKNOWN);
	assert_string_equal(entry->reports[1].name, "SOMETHING_NEW");
	assert_int_equal(entry->reports[1].sunset, 1767225600);
	assert_int_equal(entry->reports[2].certificate_len, 1);
	assert_true(metadata->entries[1].is_u2f);
	assert_int_equal(metadata->entries[1].ids[0][19], 0x13);
	att_metadata_free(&metadata);
	assert_null(metadata);
}

static void
heads_have_to_be_whole(void **state)
{
	static const char *const texts[] = {
		"{}",
		"{\"legalHeader\":\"x\",\"nextUpdate\":\"2026-12-01\","
		"\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":\"7\","
		"\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":7.0,"
		"\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":-1,"
		"\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":7,\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":7,"
		"\"nextUpdate\":\"2026-02-30\",\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":7,"
		"\"nextUpdate\":\"2026-12-1\",\"entries\":[]}",
		"{\"legalHeader\":\"x\",\"no\":7,"
		"\"nextUpdate\":\"1969-12-01\",\"entries\":[]}",
		"{\"no\":7,\"nextUpdate\":\"2026-12-01\",\"entries\":[]}",
		"{" HEAD "\"entries\":{}}",
		"{\"legalHeader\":\"x\",\"no\":7,"
		"\"nextUpdate\":\"2026-12-01\"}",
	};
	struct att_metadata *metadata;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (read_text(texts[i], &metadata) !=
		    ATT_ERR_METADATA_MALFORMED)
			fail_msg("%s", texts[i]);
	}
}

/* Each is refused, and the whole BLOB with it. */
static void
entries_that_contradict_themselves_are_refused(void **state)
{
#define REPORTS "\"statusReports\":[]"
	static const char *const entries[] = {
		"1",
		"{" REPORTS "}",
		/* two identities */
		"{\"aaguid\":\"" AAGUID "\",\"aaid\":\"1#2\"," REPORTS "}",
		"{\"aaguid\":\"" AAGUID
		"\",\"attestationCertificateKeyIdentifiers\":[\"" KEY_ID
		"\"]," REPORTS "}",
		/* another one in the statement */
		"{\"aaguid\":\"" AAGUID "\"," REPORTS
		",\"metadataStatement\":{\"aaguid\":"
		"\"11111111-0506-0708-090a-0b0c0d0e0f10\"}}",
		/* the same in two entries */
		"{\"aaguid\":\"" AAGUID "\"," REPORTS "},{\"aaguid\":\"" AAGUID
		"\"," REPORTS "}",
		"{\"attestationCertificateKeyIdentifiers\":[\"" KEY_ID
		"\",\"" KEY_ID "\"]," REPORTS "}",
		/* no identity of anybody */
		"{\"aaguid\":\"00000000-0000-0000-0000-000000000000\"," REPORTS
		"}",
		"{\"aaguid\":\"0102030405060708090a0b0c0d0e0f10\"," REPORTS "}",
		"{\"aaguid\":\"01020304-0506-0708-090a-0b0c0d0e0f1g\"," REPORTS
		"}",
		"{\"aaguid\":\"01020304x0506-0708-090a-0b0c0d0e0f10\"," REPORTS
		"}",
		"{\"aaguid\":7," REPORTS "}",
		"{\"attestationCertificateKeyIdentifiers\":[]," REPORTS "}",
		"{\"attestationCertificateKeyIdentifiers\":\"" KEY_ID
		"\"," REPORTS "}",
		"{\"attestationCertificateKeyIdentifiers\":[\"0011\"]," REPORTS
		"}",
		/* members of the wrong kind */
		"{\"aaguid\":\"" AAGUID "\"}",
		"{\"aaguid\":\"" AAGUID "\",\"statusReports\":{}}",
		"{\"aaguid\":\"" AAGUID "\",\"statusReports\":[{}]}",
		"{\"aaguid\":\"" AAGUID
		"\",\"statusReports\":[{\"status\":1}]}",
		"{\"aaguid\":\"" AAGUID
		"\",\"statusReports\":[{\"status\":\"REVOKED\","
		"\"effectiveDate\":\"2026-13-01\"}]}",
		"{\"aaguid\":\"" AAGUID
		"\",\"statusReports\":[{\"status\":\"REVOKED\","
		"\"sunsetDate\":1}]}",
		"{\"aaguid\":\"" AAGUID "\"," REPORTS
		",\"metadataStatement\":[]}",
		"{\"aaguid\":\"" AAGUID "\"," REPORTS
		",\"metadataStatement\":{\"description\":1}}",
		"{\"aaguid\":\"" AAGUID "\"," REPORTS
		",\"metadataStatement\":{\"attestationTypes\":[1]}}",
		"{\"aaguid\":\"" AAGUID "\",\"statusReports\":[]"
		",\"metadataStatement\":{\"authenticatorVersion\":\"2\"}}",
		"{\"aaguid\":\"" AAGUID "\",\"statusReports\":"
		"[{\"status\":\"UPDATE_AVAILABLE\","
		"\"authenticatorVersion\":-1}]}",
		"{\"aaguid\":\"" AAGUID "\"," REPORTS
		",\"metadataStatement\":{\"attestationRootCertificates\":1}}",
	};
	struct att_metadata *metadata;

	(void)state;
	for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		if (read_entries(entries[i], &metadata) !=
		    ATT_ERR_METADATA_MALFORMED)
			fail_msg("%s", entries[i]);
	}
}

static void
statuses_have_names_and_kinds(void **state)
{
	(void)state;
	for (unsigned int i = 1; i < ATT_STATUS_COUNT; i++) {
		const struct att_metadata_status_info *info =
		    att_metadata_status_get_info(i);

		assert_int_equal(att_metadata_status_find(info->name), i);
	}
	assert_int_equal(att_metadata_status_find("revoked"), 0);
	assert_int_equal(att_metadata_status_get_info(ATT_STATUS_REVOKED)->kind,
	    ATT_STATUS_KIND_COMPROMISE);
	assert_int_equal(att_metadata_status_get_info(ATT_STATUS_COUNT)->kind,
	    ATT_STATUS_KIND_NOTICE);
	assert_string_equal(att_metadata_attestation_name(0), "basic_full");
	assert_null(
	    att_metadata_attestation_name(ATT_METADATA_ATTESTATION_COUNT));
}

/* The statement has to describe what the update made of the model. */
static void
statement_is_outdated_by_an_update(void **state)
{
	static const struct {
		const char *status;
		int described, updated;
		bool is_outdated;
	} rows[] = {
		{ "UPDATE_AVAILABLE", 2, 3, true },
		{ "UPDATE_AVAILABLE", 3, 3, false },
		{ "UPDATE_AVAILABLE", 4, 3, false },
		{ "FIDO_CERTIFIED", 2, 3, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct att_metadata *metadata;
		char *text;

		assert_true(asprintf(&text,
				"{\"aaguid\":\"" AAGUID "\",\"statusReports\":"
				"[{\"status\":\"%s\","
				"\"authenticatorVersion\":%d}],"
				"\"metadataStatement\":{"
				"\"authenticatorVersion\":%d}}",
				rows[i].status, rows[i].updated,
				rows[i].described) > 0);
		assert_int_equal(read_entries(text, &metadata), ATT_OK);
		assert_int_equal(
		    metadata->entries[0].is_outdated, rows[i].is_outdated);
		att_metadata_free(&metadata);
		free(text);
	}
}

/* A slip of a vendor is no way to keep everybody's reports away. */
static void
report_about_no_one_key_is_about_all(void **state)
{
	static const struct {
		const char *members;
		bool is_of_one;
	} rows[] = {
		{ ",\"certificate\":\"AA==\"", true },
		{ ",\"batchCertificate\":\"AA==\"", true },
		{ ",\"certificate\":\"not base64\"", false },
		{ ",\"certificate\":7", false },
		{ ",\"certificate\":\"AA==\",\"batchCertificate\":\"AQ==\"",
		    false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct att_metadata *metadata;
		char *text;

		assert_true(
		    asprintf(&text,
			"{\"aaguid\":\"" AAGUID "\",\"statusReports\":"
			"[{\"status\":\"ATTESTATION_KEY_COMPROMISE\"%s}]}",
			rows[i].members) > 0);
		assert_int_equal(read_entries(text, &metadata), ATT_OK);
		assert_int_equal(
		    metadata->entries[0].reports[0].certificate != NULL,
		    rows[i].is_of_one);
		att_metadata_free(&metadata);
		free(text);
	}
}

static void
entry_without_a_statement_allows_every_way(void **state)
{
	struct att_metadata *metadata;

	(void)state;
	assert_int_equal(
	    read_entries(
		"{\"aaguid\":\"" AAGUID "\",\"statusReports\":[]}", &metadata),
	    ATT_OK);
	assert_int_equal(metadata->entries[0].attestations,
	    (1U << ATT_METADATA_ATTESTATION_COUNT) - 1);
	att_metadata_free(&metadata);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statement_is_outdated_by_an_update),
		cmocka_unit_test(entry_without_a_statement_allows_every_way),
		cmocka_unit_test(report_about_no_one_key_is_about_all),
		cmocka_unit_test(reads_what_a_verifier_uses),
		cmocka_unit_test(heads_have_to_be_whole),
		cmocka_unit_test(
		    entries_that_contradict_themselves_are_refused),
		cmocka_unit_test(statuses_have_names_and_kinds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
