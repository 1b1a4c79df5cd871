/* SPDX-License-Identifier: BSD-2-Clause */
/* What metadata says of a registration, judged with an index on disk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attestation/models.h"
#include "attestation/verify.h"
#include "forge.h"
#include "pki.h"
#include "scratch.h"

enum {
	DAY = 86400,
	NOW = FORGE_TIME + 100 * DAY
};

static char a_name[] = "Softkey 2\x1b[2J", terms[] = "terms";
static const uint8_t other_aaguid[ATT_AAGUID_LEN] = { 7, 7, 7 };

/* A registration, and the one entry that metadata has. */
struct world {
	char *folder;
	struct forged forged;
	struct att_options opts;
	bool is_anchored; /* the root of the registration is configured */
	struct att_metadata_entry entry;
	uint8_t id[1][ATT_METADATA_ID_LEN];
	struct att_metadata_report report;
	struct att_metadata_root root;
	struct att_buf root_der, report_der;
	size_t chains; /* to remember */
	struct att_trust trust;
};

static void
set_aaguid(struct world *w, const uint8_t aaguid[ATT_AAGUID_LEN])
{
	memset(w->id, 0, sizeof(w->id));
	memcpy(w->id[0], aaguid, ATT_AAGUID_LEN);
	w->entry.is_u2f = false;
}

/* The identifier of a certificate's key. */
static void
set_key(struct world *w, const X509 *cert)
{
	struct att_certificate *decoded = forge_decode(cert);

	att_certificate_get_key_id(decoded, w->id[0]);
	att_certificate_free(&decoded);
	w->entry.is_u2f = true;
}

/* The one anchor of the entry. */
static void
set_root(struct world *w, X509 *cert)
{
	att_buf_reset(&w->root_der);
	att_buf_init(&w->root_der, 65536);
	pki_put_der(cert, &w->root_der);
	w->root =
	    (struct att_metadata_root){ w->root_der.ptr, w->root_der.len };
	w->entry.roots = &w->root;
	w->entry.root_count = 1;
}

static void
set_report(struct world *w, enum att_metadata_status status, time_t effective)
{
	w->report = (struct att_metadata_report){ .status = status,
		.effective = effective };
	strcpy(w->report.name, att_metadata_status_get_info(status)->name);
	w->entry.reports = &w->report;
	w->entry.report_count = 1;
}

/* The report is about the key of a certificate and no other. */
static void
set_report_key(struct world *w, X509 *cert)
{
	att_buf_reset(&w->report_der);
	att_buf_init(&w->report_der, 65536);
	pki_put_der(cert, &w->report_der);
	w->report.certificate = w->report_der.ptr;
	w->report.certificate_len = w->report_der.len;
}

/* Everything passes: the entry is for the AAGUID, and says nothing bad. */
static struct world *
world_new(void **state, enum forge_defect defect)
{
	const struct forge_row *row = &forge_rows[defect];
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->folder = scratch_path(*state, "mds");
	forge_row(row, &w->forged);
	w->opts = forge_make_options_for(row->kind);
	w->opts.mds_status_deny = UINT32_C(1) << ATT_STATUS_REVOKED |
				  UINT32_C(1)
				      << ATT_STATUS_ATTESTATION_KEY_COMPROMISE;
	w->is_anchored = true;
	w->entry.ids = w->id;
	w->entry.id_count = 1;
	w->entry.description = a_name;
	w->entry.attestations =
	    1U << ATT_METADATA_BASIC_FULL | 1U << ATT_METADATA_BASIC_SURROGATE |
	    1U << ATT_METADATA_ATTCA | 1U << ATT_METADATA_ANONCA;
	set_aaguid(w, forge_aaguid);
	return w;
}

static void
world_free(struct world **wp)
{
	struct world *w = *wp;

	att_trust_close(&w->trust);
	forged_reset(&w->forged);
	att_buf_reset(&w->root_der);
	att_buf_reset(&w->report_der);
	free(w->folder);
	free(w);
	*wp = NULL;
}

/* Writes the index anew and opens it. */
static void
open_index(struct world *w)
{
	static uint64_t number;
	struct att_metadata metadata = {
		.number = ++number,
		.next_update = NOW + DAY,
		.legal_header = terms,
		.entries = &w->entry,
		.count = 1,
	};
	const struct att_index_source source = { .metadata = &metadata,
		.imported = FORGE_TIME };
	struct att_reason why = { 0 };
	bool is_new;

	att_index_free(&w->trust.metadata);
	if (att_index_replace(w->folder, &source, &is_new, &why) != ATT_OK ||
	    att_index_open(w->folder, &w->trust.metadata, &why) != ATT_OK)
		fail_msg("%s", why.text);
	assert_true(is_new);
}

static void
open_anchors(struct world *w)
{
	if (w->trust.anchors != NULL)
		return;
	if (w->is_anchored)
		w->trust.anchors = forged_make_anchors(&w->forged);
	else
		assert_int_equal(att_anchors_new(&w->trust.anchors), ATT_OK);
	assert_int_equal(
	    att_anchors_remember(w->trust.anchors, w->chains), ATT_OK);
}

static enum att_err
judge(struct world *w, struct att_reason *why)
{
	struct att_evidence evidence = forged_get_evidence(&w->forged);
	struct att_verdict verdict = { 0 };
	enum att_err err;

	open_index(w);
	open_anchors(w);
	w->trust.now = NOW;
	err = att_attestation_verify(
	    &evidence, &w->opts, &w->trust, &verdict, why);
	if (verdict.model != NULL)
		assert_string_equal(verdict.model->description, a_name);
	att_verdict_reset(&verdict);
	return err;
}

static enum att_err
judge_anew(struct world *w)
{
	struct att_reason why = { 0 };

	att_anchors_free(&w->trust.anchors);
	return judge(w, &why);
}

/* --- Against a model ---------------------------------------------------- */

/* A claim is good enough to refuse by: nobody gains by making it. */
static void
reported_model_is_refused_by_whatever_names_it(void **state)
{
	static const struct {
		enum forge_defect defect;
		enum {
			BY_AAGUID,
			BY_LEAF_KEY
		} by;
	} rows[] = {
		{ FORGE_FINE, BY_AAGUID },
		{ FORGE_FINE_CHAIN, BY_AAGUID },
		{ FORGE_FINE_SELF, BY_AAGUID },
		{ FORGE_FINE_NONE, BY_AAGUID },
		{ FORGE_ANDROID_FINE, BY_AAGUID },
		{ FORGE_TPM_FINE, BY_AAGUID },
		{ FORGE_COMPOUND_FINE, BY_AAGUID },
		{ FORGE_U2F_FINE_MODEL, BY_AAGUID },
		{ FORGE_U2F_FINE, BY_LEAF_KEY },
		{ FORGE_FINE, BY_LEAF_KEY },
		{ FORGE_APPLE_FINE, BY_LEAF_KEY },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_new(state, rows[i].defect);
		struct att_reason why = { 0 };

		if (rows[i].by == BY_LEAF_KEY)
			set_key(w, w->forged.certs[0]);
		assert_int_equal(judge(w, &why), ATT_OK);
		set_report(w, ATT_STATUS_REVOKED, NOW - DAY);
		assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
		assert_non_null(strstr(why.text, "REVOKED since 2026-04-10"));
		assert_null(strchr(why.text, 0x1b));
		set_report(w, ATT_STATUS_REVOKED, NOW + 1);
		assert_int_equal(judge(w, &why), ATT_OK);
		set_report(w, ATT_STATUS_RETIRED, NOW - DAY);
		assert_int_equal(judge(w, &why), ATT_OK);
		world_free(&w);
	}
}

/* Metadata 3.1.3: certificate; the keys of x5c, and that of the anchor. */
static void
compromised_key_is_refused_and_no_other(void **state)
{
	struct world *w = world_new(state, FORGE_FINE_CHAIN);
	struct att_reason why = { 0 };
	struct forged stranger;

	forge_row(&forge_rows[FORGE_FINE], &stranger);
	set_report(w, ATT_STATUS_ATTESTATION_KEY_COMPROMISE, NOW - DAY);
	assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
	set_report_key(w, stranger.certs[0]);
	assert_int_equal(judge(w, &why), ATT_OK);
	set_report_key(w, w->forged.certs[0]);
	assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
	set_report_key(w, w->forged.certs[1]);
	assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
	set_report_key(w, w->forged.root);
	assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
	forged_reset(&stranger);
	world_free(&w);
}

/* Metadata may name a model by its CA, and leaves need not name that. */
static void
model_is_named_by_the_key_of_its_anchor(void **state)
{
	static const enum forge_defect rows[] = { FORGE_U2F_FINE, FORGE_FINE,
		FORGE_FINE_CHAIN };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_new(state, rows[i]);
		struct att_reason why = { 0 };

		set_key(w, w->forged.root);
		assert_int_equal(judge(w, &why), ATT_OK);
		set_report(w, ATT_STATUS_REVOKED, NOW - DAY);
		assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
		set_report(w, ATT_STATUS_ATTESTATION_KEY_COMPROMISE, NOW - DAY);
		set_report_key(w, w->forged.root);
		assert_int_equal(judge(w, &why), ATT_ERR_METADATA_STATUS);
		w->entry.report_count = 0;
		w->entry.attestations = 1U << ATT_METADATA_BASIC_SURROGATE;
		assert_int_equal(judge(w, &why), ATT_ERR_METADATA_ATTESTATION);
		world_free(&w);
	}
}

/* Rule: attestationTypes contains what was delivered. */
static void
model_attests_as_metadata_says(void **state)
{
	static const struct {
		enum forge_defect defect;
		enum att_metadata_attestation way;
		enum att_err err;
	} rows[] = {
		{ FORGE_FINE, ATT_METADATA_BASIC_FULL, ATT_OK },
		{ FORGE_FINE, ATT_METADATA_ATTCA, ATT_OK },
		{ FORGE_FINE, ATT_METADATA_BASIC_SURROGATE,
		    ATT_ERR_METADATA_ATTESTATION },
		{ FORGE_FINE_SELF, ATT_METADATA_BASIC_SURROGATE, ATT_OK },
		{ FORGE_FINE_SELF, ATT_METADATA_BASIC_FULL,
		    ATT_ERR_METADATA_ATTESTATION },
		{ FORGE_FINE_NONE, ATT_METADATA_BASIC_FULL, ATT_OK },
		{ FORGE_TPM_FINE, ATT_METADATA_ATTCA, ATT_OK },
		{ FORGE_TPM_FINE, ATT_METADATA_BASIC_FULL,
		    ATT_ERR_METADATA_ATTESTATION },
		{ FORGE_U2F_FINE_MODEL, ATT_METADATA_BASIC_FULL, ATT_OK },
		{ FORGE_U2F_FINE_MODEL, ATT_METADATA_ECDAA,
		    ATT_ERR_METADATA_ATTESTATION },
		{ FORGE_ANDROID_FINE, ATT_METADATA_BASIC_FULL, ATT_OK },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_new(state, rows[i].defect);
		struct att_reason why = { 0 };

		w->entry.attestations = 1U << rows[i].way;
		assert_int_equal(judge(w, &why), rows[i].err);
		world_free(&w);
	}
}

/* --- For a model -------------------------------------------------------- */

static void
require_wants_an_entry_that_is_proven(void **state)
{
	static const struct {
		enum forge_defect defect;
		bool is_by_key;
		enum att_err err;
	} rows[] = {
		{ FORGE_FINE, false, ATT_OK },
		{ FORGE_FINE_CHAIN, false, ATT_OK },
		{ FORGE_COMPOUND_FINE, false, ATT_OK },
		{ FORGE_TPM_FINE_AAGUID, false, ATT_OK },
		{ FORGE_U2F_FINE_MODEL, false, ATT_OK },
		{ FORGE_U2F_FINE, true, ATT_OK },
		{ FORGE_APPLE_FINE, false, ATT_OK },
		/* Nobody vouches for the AAGUID. */
		{ FORGE_U2F_FINE, false, ATT_ERR_METADATA_NO_ENTRY },
		{ FORGE_FINE_SELF, false, ATT_ERR_METADATA_NO_ENTRY },
		{ FORGE_FINE_NONE, false, ATT_ERR_METADATA_NO_ENTRY },
		{ FORGE_TPM_FINE, false, ATT_ERR_METADATA_NO_ENTRY },
		{ FORGE_ANDROID_FINE, false, ATT_ERR_METADATA_NO_ENTRY },
		/* The AAGUID says which model, and that one is not there. */
		{ FORGE_FINE, true, ATT_ERR_METADATA_NO_ENTRY },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_new(state, rows[i].defect);

		if (rows[i].is_by_key)
			set_key(w, w->forged.certs[0]);
		w->opts.mds = ATT_MDS_REQUIRE;
		set_report(w, ATT_STATUS_FIDO_CERTIFIED_L2, FORGE_TIME);
		assert_int_equal(judge_anew(w), rows[i].err);
		w->opts.mds = ATT_MDS_USE;
		w->opts.min_certification = ATT_CERTIFICATION_L2;
		assert_int_equal(judge_anew(w), rows[i].err);
		w->opts.min_certification = ATT_CERTIFICATION_L2PLUS;
		assert_int_equal(judge_anew(w), rows[i].err == ATT_OK
						    ? ATT_ERR_METADATA_LEVEL
						    : rows[i].err);
		w->opts.min_certification = ATT_CERTIFICATION_NONE;
		assert_int_equal(judge_anew(w), ATT_OK);
		world_free(&w);
	}
}

static void
unknown_model_is_refused_where_one_is_required(void **state)
{
	struct world *w = world_new(state, FORGE_FINE);

	set_aaguid(w, other_aaguid);
	assert_int_equal(judge_anew(w), ATT_OK);
	w->opts.mds = ATT_MDS_REQUIRE;
	assert_int_equal(judge_anew(w), ATT_ERR_METADATA_NO_ENTRY);
	world_free(&w);
}

/* Whoever else is trusted has no say in what a model is. */
static void
model_is_proven_under_its_own_anchors(void **state)
{
	struct world *w = world_new(state, FORGE_FINE);
	struct forged stranger;

	forge_row(&forge_rows[FORGE_FINE], &stranger);
	w->opts.mds = ATT_MDS_REQUIRE;
	set_root(w, w->forged.root);
	assert_int_equal(judge_anew(w), ATT_OK);
	set_root(w, stranger.root);
	assert_int_equal(judge_anew(w), ATT_ERR_METADATA_NO_ENTRY);
	w->opts.mds = ATT_MDS_USE;
	assert_int_equal(judge_anew(w), ATT_OK);
	forged_reset(&stranger);
	world_free(&w);
}

/* An anchor that does not parse makes it none, but takes no report back. */
static void
unusable_entry_counts_against_only(void **state)
{
	struct world *w = world_new(state, FORGE_FINE);

	set_root(w, w->forged.root);
	w->root.len--;
	assert_int_equal(judge_anew(w), ATT_OK);
	w->is_anchored = false;
	assert_int_equal(judge_anew(w), ATT_ERR_ANCHOR_UNKNOWN);
	w->is_anchored = true;
	w->opts.mds = ATT_MDS_REQUIRE;
	assert_int_equal(judge_anew(w), ATT_ERR_METADATA_NO_ENTRY);
	w->root.len++;
	assert_int_equal(judge_anew(w), ATT_OK);
	w->entry.is_outdated = true;
	assert_int_equal(judge_anew(w), ATT_ERR_METADATA_NO_ENTRY);
	w->opts.mds = ATT_MDS_USE;
	set_report(w, ATT_STATUS_REVOKED, NOW - DAY);
	assert_int_equal(judge_anew(w), ATT_ERR_METADATA_STATUS);
	world_free(&w);
}

/* --- Anchors ------------------------------------------------------------ */

static void
anchors_of_an_entry_are_for_who_it_names(void **state)
{
	static const struct {
		enum forge_defect defect;
		bool is_by_key;
		enum att_err err;
	} rows[] = {
		{ FORGE_FINE, false, ATT_OK },
		{ FORGE_FINE_CHAIN, false, ATT_OK },
		{ FORGE_ANDROID_FINE, false, ATT_OK },
		{ FORGE_TPM_FINE, false, ATT_OK },
		{ FORGE_U2F_FINE_MODEL, false, ATT_OK },
		{ FORGE_U2F_FINE, true, ATT_OK },
		{ FORGE_APPLE_FINE, false, ATT_OK },
		{ FORGE_COMPOUND_FINE, false, ATT_OK },
		{ FORGE_U2F_FINE, false, ATT_ERR_ANCHOR_UNKNOWN },
		{ FORGE_FINE, true, ATT_ERR_ANCHOR_UNKNOWN },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_new(state, rows[i].defect);

		w->is_anchored = false;
		set_root(w, w->forged.root);
		if (rows[i].is_by_key)
			set_key(w, w->forged.certs[0]);
		assert_int_equal(judge_anew(w), rows[i].err);
		w->opts.mds =
		    rows[i].err == ATT_OK ? ATT_MDS_USE : ATT_MDS_REQUIRE;
		set_aaguid(w, other_aaguid);
		assert_int_equal(judge_anew(w),
		    rows[i].err == ATT_OK ? ATT_ERR_ANCHOR_UNKNOWN
					  : ATT_ERR_METADATA_NO_ENTRY);
		world_free(&w);
	}
}

/* Whoever sends a U2F registration may write any AAGUID into it. */
static void
claim_of_u2f_does_not_choose_anchors(void **state)
{
	struct world *w = world_new(state, FORGE_U2F_AAGUID);

	w->opts.u2f_zero_aaguid = false;
	set_root(w, w->forged.root);
	assert_int_equal(judge_anew(w), ATT_OK);
	w->is_anchored = false;
	assert_int_equal(judge_anew(w), ATT_ERR_ANCHOR_UNKNOWN);
	world_free(&w);
}

/* One more that is trusted, below that of the entry, locks nobody out. */
static void
nearer_anchor_takes_no_proof_away(void **state)
{
	struct world *w = world_new(state, FORGE_FINE_CHAIN);
	struct att_reason why = { 0 };
	struct att_buf der;

	set_root(w, w->forged.root);
	w->opts.mds = ATT_MDS_REQUIRE;
	assert_int_equal(judge(w, &why), ATT_OK);
	att_buf_init(&der, 65536);
	pki_put_der(w->forged.certs[1], &der);
	assert_int_equal(att_anchors_add_der(w->trust.anchors, ATT_ROLE_ANCHOR,
			     att_buf_get(&der), "nearer", &why),
	    ATT_OK);
	assert_int_equal(judge(w, &why), ATT_OK);
	att_buf_reset(&der);
	world_free(&w);
}

/* However many a vendor lists, and all of the name that is looked for. */
static void
anchors_of_an_entry_use_up_no_others_search(void **state)
{
	struct world *w = world_new(state, FORGE_FINE);
	struct att_metadata_root roots[40];
	struct forged stranger;

	forge_row(&forge_rows[FORGE_FINE], &stranger);
	set_root(w, stranger.root);
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		roots[i] = w->root;
	w->entry.roots = roots;
	w->entry.root_count = sizeof(roots) / sizeof(roots[0]);
	assert_int_equal(judge_anew(w), ATT_OK);
	w->is_anchored = false;
	assert_int_equal(judge_anew(w), ATT_ERR_CERTIFICATE_PATH);
	forged_reset(&stranger);
	world_free(&w);
}

/* 12 of the anchors of real metadata are leaves. */
static void
leaf_may_be_the_anchor_of_an_entry(void **state)
{
	struct world *w = world_new(state, FORGE_FINE);

	w->is_anchored = false;
	set_root(w, w->forged.certs[0]);
	assert_int_equal(judge_anew(w), ATT_OK);
	world_free(&w);
}

/* What is remembered of a batch does not outlive the entry. */
static void
remembered_path_is_not_that_of_another_entry(void **state)
{
	struct world *w = world_new(state, FORGE_FINE);
	struct att_reason why = { 0 };

	w->chains = 16;
	w->is_anchored = false;
	set_root(w, w->forged.root);
	assert_int_equal(judge(w, &why), ATT_OK);
	assert_int_equal(judge(w, &why), ATT_OK);
	set_aaguid(w, other_aaguid);
	assert_int_equal(judge(w, &why), ATT_ERR_ANCHOR_UNKNOWN);
	set_aaguid(w, forge_aaguid);
	set_root(w, w->forged.certs[0]);
	assert_int_equal(judge(w, &why), ATT_OK);
	w->entry.root_count = 0;
	assert_int_equal(judge(w, &why), ATT_ERR_ANCHOR_UNKNOWN);
	world_free(&w);
}

int
main(void)
{
#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(reported_model_is_refused_by_whatever_names_it),
		IN_FOLDER(compromised_key_is_refused_and_no_other),
		IN_FOLDER(model_is_named_by_the_key_of_its_anchor),
		IN_FOLDER(model_attests_as_metadata_says),
		IN_FOLDER(require_wants_an_entry_that_is_proven),
		IN_FOLDER(unknown_model_is_refused_where_one_is_required),
		IN_FOLDER(model_is_proven_under_its_own_anchors),
		IN_FOLDER(unusable_entry_counts_against_only),
		IN_FOLDER(anchors_of_an_entry_are_for_who_it_names),
		IN_FOLDER(claim_of_u2f_does_not_choose_anchors),
		IN_FOLDER(nearer_anchor_takes_no_proof_away),
		IN_FOLDER(anchors_of_an_entry_use_up_no_others_search),
		IN_FOLDER(leaf_may_be_the_anchor_of_an_entry),
		IN_FOLDER(remembered_path_is_not_that_of_another_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
