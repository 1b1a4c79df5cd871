/* SPDX-License-Identifier: BSD-2-Clause */
/* The index of metadata: written, read, damaged, replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pki.h"
#include "scratch.h"
#include "trust/certificate.h"
#include "trust/metadata_index.h"

static uint8_t ids[3][ATT_METADATA_ID_LEN] = { { 9, 1 }, { 2, 2 }, { 2, 3 } };
static char name_a[] = "A key", name_b[] = "B keys", terms[] = "terms";

/* Two entries: a model, and U2F keys by two identifiers. */
struct sample {
	struct att_metadata metadata;
	struct att_metadata_entry entries[2];
	struct att_metadata_report report;
	struct att_metadata_root root;
	struct att_buf der;
};

static void
sample_set(struct sample *sample)
{
	struct pki_spec spec = { .name = "vendor" };
	EVP_PKEY *key = spec.key = pki_ec_key("P-256");
	X509 *cert = pki_make(&spec);

	*sample = (struct sample){ 0 };
	att_buf_init(&sample->der, 65536);
	pki_put_der(cert, &sample->der);
	X509_free(cert);
	EVP_PKEY_free(key);
	sample->root.ptr = sample->der.ptr;
	sample->root.len = sample->der.len;
	sample->report = (struct att_metadata_report){
		.status = ATT_STATUS_ATTESTATION_KEY_COMPROMISE,
		.name = "ATTESTATION_KEY_COMPROMISE",
		.effective = 86400,
		.sunset = 172800,
		.certificate = sample->der.ptr,
		.certificate_len = sample->der.len,
	};
	sample->entries[0] = (struct att_metadata_entry){
		.ids = &ids[0],
		.id_count = 1,
		.description = name_a,
		.attestations = 1U << ATT_METADATA_ATTCA,
		.roots = &sample->root,
		.root_count = 1,
		.reports = &sample->report,
		.report_count = 1,
	};
	sample->entries[1] = (struct att_metadata_entry){
		.is_u2f = true,
		.ids = &ids[1],
		.id_count = 2,
		.description = name_b,
	};
	sample->metadata = (struct att_metadata){
		.number = 7,
		.next_update = 1796083200,
		.legal_header = terms,
		.entries = sample->entries,
		.count = 2,
	};
}

static void
count_warning(
    void *arg, const struct att_metadata_entry *entry, const char *what)
{
	(void)entry;
	(void)what;
	++*(size_t *)arg;
}

static enum att_err
replace(const char *dir, const struct sample *sample, bool *is_new,
    size_t *warnings)
{
	const struct att_index_source source = {
		.metadata = &sample->metadata,
		.imported = 1767225600,
		.blob_sha256 = { 1, 2, 3 },
		.warn = warnings == NULL ? NULL : count_warning,
		.warn_arg = warnings,
	};
	struct att_reason why = { 0 };

	return att_index_replace(dir, &source, is_new, &why);
}

/* Models are lent by the index, which stays open until the next is found. */
static struct att_index *opened;

static int
close_index(void **state)
{
	(void)state;
	att_index_free(&opened);
	return 0;
}

static enum att_err
find(const char *dir, bool is_u2f, const uint8_t *id,
    const struct att_model **modelp)
{
	struct att_model_id wanted = { .is_u2f = is_u2f };
	struct att_reason why = { 0 };
	enum att_err err;

	memcpy(wanted.id, id, ATT_METADATA_ID_LEN);
	*modelp = NULL;
	att_index_free(&opened);
	if ((err = att_index_open(dir, &opened, &why)) != ATT_OK) {
		assert_int_equal(why.code, err);
		return err;
	}
	return att_index_find(opened, &wanted, modelp, &why);
}

static void
says_again_what_it_was_told(void **state)
{
	char *dir = scratch_path(*state, "mds");
	struct att_index *index;
	const struct att_model *model;
	struct sample sample;
	struct att_anchor anchor;
	bool is_new;

	sample_set(&sample);
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	assert_true(is_new);
	assert_int_equal(att_index_open(dir, &index, NULL), ATT_OK);
	assert_int_equal(att_index_get_head(index)->number, 7);
	assert_int_equal(att_index_get_head(index)->next_update, 1796083200);
	assert_int_equal(att_index_get_head(index)->imported, 1767225600);
	assert_int_equal(att_index_get_head(index)->blob_sha256[2], 3);
	assert_string_equal(att_index_get_head(index)->legal_header, "terms");
	assert_int_equal(att_index_get_head(index)->identity_count, 3);
	att_index_free(&index);

	assert_int_equal(find(dir, false, ids[0], &model), ATT_OK);
	assert_string_equal(model->description, "A key");
	assert_int_equal(model->attestations, 1U << ATT_METADATA_ATTCA);
	assert_true(model->is_usable);
	assert_int_equal(model->report_count, 1);
	assert_int_equal(
	    model->reports[0].status, ATT_STATUS_ATTESTATION_KEY_COMPROMISE);
	assert_int_equal(model->reports[0].effective, 86400);
	assert_int_equal(model->reports[0].sunset, 172800);
	assert_true(model->reports[0].is_of_one_key);
	assert_int_equal(model->anchor_count, 1);
	assert_int_equal(
	    att_anchors_describe(model->anchors, 0, &anchor, NULL), ATT_OK);
	assert_string_equal(anchor.subject, "CN=vendor");
	for (int i = 1; i < 3; i++) {
		assert_int_equal(find(dir, true, ids[i], &model), ATT_OK);
		assert_string_equal(model->description, "B keys");
	}
	/* The same bytes as the other kind of identity are somebody else's. */
	assert_int_equal(find(dir, true, ids[0], &model), ATT_OK);
	assert_null(model);
	att_buf_reset(&sample.der);
	free(dir);
}

static void
metadata_never_goes_back(void **state)
{
	char *dir = scratch_path(*state, "mds");
	struct sample sample;
	bool is_new;

	sample_set(&sample);
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	assert_false(is_new);
	sample.metadata.number = 6;
	assert_int_equal(
	    replace(dir, &sample, &is_new, NULL), ATT_ERR_METADATA_OLD);
	sample.metadata.number = 8;
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	assert_true(is_new);
	att_buf_reset(&sample.der);
	free(dir);
}

static void
anchors_that_do_not_parse_make_an_entry_unusable(void **state)
{
	char *dir = scratch_path(*state, "mds");
	const struct att_model *model;
	struct sample sample;
	size_t warnings = 0;
	bool is_new;

	sample_set(&sample);
	sample.root.len--;
	sample.report.certificate_len--;
	assert_int_equal(replace(dir, &sample, &is_new, &warnings), ATT_OK);
	assert_int_equal(warnings, 1);
	assert_int_equal(find(dir, false, ids[0], &model), ATT_OK);
	assert_false(model->is_usable);
	assert_int_equal(model->anchor_count, 0);
	/* Nobody knows which key is meant: it is about all of them. */
	assert_false(model->reports[0].is_of_one_key);
	att_buf_reset(&sample.der);
	free(dir);
}

/* Whatever byte is changed, and wherever it is cut. */
static void
damage_is_noticed(void **state)
{
	char *dir = scratch_path(*state, "mds");
	char *path = scratch_path(dir, ATT_INDEX_NAME);
	const struct att_model *model;
	struct sample sample;
	size_t len, noticed = 0;
	char *content;
	bool is_new;

	sample_set(&sample);
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	content = scratch_read(path, &len);
	for (size_t i = 0; i < len; i++) {
		enum att_err a, b;

		content[i] ^= 1;
		scratch_write(path, content, len, 0644);
		content[i] ^= 1;
		a = find(dir, false, ids[0], &model);
		b = find(dir, true, ids[1], &model);
		noticed += a == ATT_ERR_METADATA_DAMAGED ||
			   b == ATT_ERR_METADATA_DAMAGED;
	}
	assert_int_equal(noticed, len);
	for (size_t cut = 0; cut < len; cut++) {
		scratch_write(path, content, cut, 0644);
		if (find(dir, true, ids[1], &model) == ATT_OK)
			assert_non_null(model);
	}
	scratch_write(path, content, len - 1, 0644);
	assert_int_equal(
	    find(dir, true, ids[1], &model), ATT_ERR_METADATA_DAMAGED);
	/* A damaged one is replaced: its number is nobody's word. */
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	free(content);
	free(path);
	free(dir);
	att_buf_reset(&sample.der);
}

static void
index_is_missing_or_of_somebody_else(void **state)
{
	char *dir = scratch_path(*state, "mds");
	char *path = scratch_path(dir, ATT_INDEX_NAME);
	const struct att_model *model;
	struct sample sample;
	size_t len;
	char *content;
	bool is_new;

	assert_int_equal(
	    find(dir, false, ids[0], &model), ATT_ERR_METADATA_MISSING);
	sample_set(&sample);
	assert_int_equal(replace(dir, &sample, &is_new, NULL), ATT_OK);
	content = scratch_read(path, &len);
	scratch_write(path, content, len, 0666);
	assert_int_equal(
	    find(dir, false, ids[0], &model), ATT_ERR_FILE_PERMISSIONS);
	free(content);
	free(path);
	free(dir);
	att_buf_reset(&sample.der);
}

int
main(void)
{
#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(says_again_what_it_was_told),
		IN_FOLDER(metadata_never_goes_back),
		IN_FOLDER(anchors_that_do_not_parse_make_an_entry_unusable),
		IN_FOLDER(damage_is_noticed),
		IN_FOLDER(index_is_missing_or_of_somebody_else),
	};

	return cmocka_run_group_tests(tests, NULL, close_index);
}
