/* SPDX-License-Identifier: BSD-2-Clause */
/* A stored credential and what the present configuration says of it. */
#ifndef ATT_ATTESTCTL_JUDGED_H
#define ATT_ATTESTCTL_JUDGED_H

#include "attestation/verify.h"
#include "attestctl/out.h"
#include "conf/options.h"
#include "store/store.h"
#include "trust/trust.h"

/* What a judgement goes by: the options and what they trust. */
struct att_judge {
	struct att_options *opts;
	struct att_trust trust;
};

/* On failure the reason has been printed. The caller closes *judge. */
enum att_err att_judge_open(const struct att_invocation *invocation,
    struct att_judge *judge) ATT_MUST_USE;
void att_judge_close(struct att_judge *judge);

/* Loads what judge->opts trust. Errors of att_trust_open(). */
enum att_err att_judge_load(
    struct att_judge *judge, struct att_reason *why) ATT_MUST_USE;

/* What metadata says of a model. */
struct att_judged_model {
	char description[ATT_METADATA_DESCRIPTION + 1]; /* escape it */
	char status[ATT_METADATA_STATUS_LEN]; /* the present one; or empty */
	time_t since; /* of the status; 0: it does not say */
};

struct att_judged {
	const char *user;		 /* lent */
	const struct att_record *record; /* lent */
	struct att_bytes credential_id;	 /* lent by record; may be empty */
	struct att_verdict verdict;	 /* without the model */
	bool has_model;
	struct att_judged_model model;
	enum att_err err; /* ATT_OK: accepted today */
	struct att_reason why;
};

/* Judges record as a login of user would. The caller resets *judged. */
void att_judge_record(const struct att_judge *judge, const char *user,
    const struct att_record *record, struct att_judged *judged);
void att_judged_reset(struct att_judged *judged);

/*
 * How it went: refused is what the record itself does not stand up to.
 * Anything else that fails says nothing about it.
 */
enum att_exit att_judged_status(const struct att_judged *judged);
/* "accepted", "refused" or "unknown". Static. */
const char *att_judged_word(const struct att_judged *judged);

/* A fresh JSON object of all that is known, or NULL without memory. */
json_t *att_judged_json(const struct att_judged *judged);

#endif
