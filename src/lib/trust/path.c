/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The path from an attestation certificate to a trust anchor: RFC 5280 section
 * 6.1, of the trust path that WebAuthn section 6.5.3 speaks of.
 *
 * A search by depth, because names alone do not tell which of several
 * certificates signed: vendors keep a name and change the key, and impostors
 * borrow one. OpenSSL verifies signatures and compares names; the rules are
 * ours, so that each refusal names the certificate and the rule.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "trust/anchor_set.h"
#include "trust/certificate_parts.h"
#include "trust/memory.h"
#include "trust/rules.h"

enum {
	PATH_MAX_LEN = 12,   /* certificates, anchor included */
	SIGNATURES_MAX = 32, /* verified in one search: bounds hostile input */
};

_Static_assert(PATH_MAX_LEN <= ATT_HELPERS_MAX + 2,
    "every certificate between leaf and anchor can be an intermediate");

/* How far a search came; the furthest failure is the one reported. */
enum progress {
	NOWHERE,
	NO_ISSUER,  /* nobody has the issuer's name */
	NOT_SIGNED, /* somebody has, but did not sign */
	BROKEN_RULE,
	LEFT_OVER, /* all is well but for elements of x5c that lie beside */
};

struct search {
	const struct att_anchors *set;	   /* of the intermediates */
	const struct att_anchors *anchors; /* the same, or those of a model */
	const struct att_path_input *input;
	struct att_certificate *path[PATH_MAX_LEN];
	size_t len;
	bool used[ATT_X5C_MAX];
	struct att_certificate *helpers[PATH_MAX_LEN]; /* of path, configured */
	size_t helper_count;
	unsigned int signatures;
	enum progress progress;
	struct att_reason furthest;
	enum att_err fatal; /* ends the search at once */
	struct att_path_answer found;
};

/*
 * The search would go the same way at every time between found.from and
 * found.until: narrows it to where the dates of one more certificate say what
 * they say now. That they may not have been looked at makes no difference.
 */
static void
narrow(struct search *s, const struct att_certificate *cert)
{
	const int64_t at = s->input->at;
	int64_t from = cert->begin, until = cert->end;

	if (at < cert->begin) {
		from = INT64_MIN;
		until = cert->begin - 1;
	} else if (at > cert->end) {
		from = cert->end + 1;
		until = INT64_MAX;
	}
	if (from > s->found.from)
		s->found.from = from;
	if (until < s->found.until)
		s->found.until = until;
}

static void
note(struct search *s, enum progress progress, const struct att_reason *why)
{
	if (s->fatal == ATT_OK && progress > s->progress) {
		s->progress = progress;
		s->furthest = *why;
	}
}

static bool
is_fatal(struct search *s, enum att_err r, const struct att_reason *why)
{
	if (r == ATT_OK)
		return false;
	s->fatal = r;
	s->furthest = *why;
	return true;
}

/* Also false, and fatal, when the budget is spent. */
static bool
is_signed_by(struct search *s, const struct att_certificate *cert,
    struct att_certificate *issuer)
{
	struct att_reason why = { 0 };

	if (s->signatures++ >= SIGNATURES_MAX) {
		(void)is_fatal(s,
		    att_refuse(&why, ATT_ERR_CERTIFICATE_PATH,
			"more than %d signatures would have to be verified to "
			"find a path",
			SIGNATURES_MAX),
		    &why);
		return false;
	}
	return att_certificate_is_signed_by(cert, issuer);
}

static void
note_not_signed(struct search *s, const struct att_certificate *cert,
    struct att_certificate *issuer)
{
	char subject[ATT_NAME_SHOWN];
	char of[ATT_NAME_SHOWN];
	struct att_reason why;

	att_certificate_print_subject(cert, subject, sizeof(subject));
	att_certificate_print_subject(issuer, of, sizeof(of));
	if (att_refuse(&why, ATT_ERR_CERTIFICATE_PATH,
		"the certificate '%s' was not signed by the key of '%s', which "
		"has the name of its issuer",
		subject, of) != ATT_OK)
		note(s, NOT_SIGNED, &why);
}

static void
note_no_issuer(struct search *s, const struct att_certificate *cert)
{
	const X509_NAME *name = cert->issuer;
	char subject[ATT_NAME_SHOWN];
	char issuer[ATT_NAME_SHOWN];
	struct att_reason why;
	enum att_err r;

	att_certificate_print_subject(cert, subject, sizeof(subject));
	att_certificate_print_name(name, issuer, sizeof(issuer));
	if (att_anchors_get_count(s->anchors) == 0)
		r = att_refuse(&why, ATT_ERR_ANCHOR_UNKNOWN,
		    "there is no trust anchor, so nothing vouches for '%s'",
		    subject);
	else if (X509_NAME_cmp(name, cert->subject) == 0)
		r = att_refuse(&why, ATT_ERR_ANCHOR_UNKNOWN,
		    "the certificate '%s' is self-signed and not one of the "
		    "trust anchors",
		    subject);
	else
		r = att_refuse(&why, ATT_ERR_ANCHOR_UNKNOWN,
		    "an intermediate is missing, or a trust anchor: no "
		    "other certificate is named '%s', the issuer of '%s'",
		    issuer, subject);
	if (r != ATT_OK)
		note(s, NO_ISSUER, &why);
}

static void
note_too_long(struct search *s)
{
	struct att_reason why;

	if (att_refuse(&why, ATT_ERR_CERTIFICATE_PATH,
		"the path is longer than %d certificates",
		PATH_MAX_LEN) != ATT_OK)
		note(s, BROKEN_RULE, &why);
}

/* --- The end of a path ------------------------------------------------------
 */

/* The order of x5c has to be that of the path. */
static bool
is_in_order(const struct search *s, size_t index)
{
	if (s->used[index])
		return false;
	for (size_t i = index + 1; i < s->input->count; i++) {
		if (s->used[i] && !s->input->allow_extra)
			return false;
	}
	return true;
}

/*
 * Every element of x5c on the path? Behind those that are, the anchor may be
 * there once, unless it is the leaf.
 */
static bool
is_x5c_used(struct search *s, struct att_anchor_entry *anchor,
    const struct att_certificate *cert)
{
	const struct att_path_input *input = s->input;
	char subject[ATT_NAME_SHOWN];
	struct att_reason why;
	bool is_seen = cert == s->path[0];

	if (input->allow_extra)
		return true;
	for (size_t i = 1; i < input->count; i++) {
		if (s->used[i])
			continue;
		if (!is_seen && is_in_order(s, i) &&
		    att_anchor_entry_is_holder(anchor, input->x5c[i])) {
			is_seen = true;
			continue;
		}
		att_certificate_print_subject(
		    input->x5c[i], subject, sizeof(subject));
		if (att_refuse(&why, ATT_ERR_CERTIFICATE_EXTRA,
			"element %zu of x5c, '%s', is not on the path to the "
			"trust anchor in its place (x5c_extra = yes accepts "
			"that)",
			i, subject) != ATT_OK)
			note(s, LEFT_OVER, &why);
		return false;
	}
	return true;
}

/* The key of the anchor is number 0, those of the helpers follow. */
static enum att_err
describe_key(
    const struct att_certificate *cert, size_t i, struct att_anchor *anchor)
{
	att_certificate_get_key_id(cert, anchor->key_ids[i]);
	return att_certificate_hash_key(cert, anchor->keys[i]);
}

static enum att_err
describe_path(const struct search *s, const struct att_certificate *cert,
    struct att_anchor *anchor)
{
	enum att_err r;

	if ((r = att_certificate_hash(cert, anchor->sha256)) != ATT_OK ||
	    (r = describe_key(cert, 0, anchor)) != ATT_OK)
		return r;
	for (size_t i = 0; i < s->helper_count && r == ATT_OK; i++) {
		r = att_certificate_hash(s->helpers[i], anchor->helpers[i]);
		if (r == ATT_OK)
			r = describe_key(s->helpers[i], 1 + i, anchor);
	}
	return r;
}

static bool
end_at(struct search *s, struct att_anchor_entry *entry,
    const struct att_certificate *cert)
{
	struct att_anchor *anchor = &s->found.anchor;
	struct att_reason why = { 0 };

	if (!is_x5c_used(s, entry, cert))
		return false;
	if (is_fatal(s, describe_path(s, cert, anchor), &why))
		return false;
	anchor->helper_count = s->helper_count;
	anchor->is_of_model = s->input->own != NULL;
	att_certificate_print_subject(
	    cert, anchor->subject, sizeof(anchor->subject));
	return true;
}

/* --- One step up
 * --------------------------------------------------------------- */

static bool
is_on_path(const struct search *s, const struct att_certificate *cert)
{
	for (size_t i = 0; i < s->len; i++) {
		if (att_certificate_is_equal(s->path[i], cert))
			return true;
	}
	return false;
}

/* Could issuer stand above the present end of the path? */
static bool
may_issue(struct search *s, struct att_certificate *issuer, bool is_anchor)
{
	struct att_issuing issuing = { .path = s->path,
		.len = s->len,
		.issuer = issuer,
		.is_anchor = is_anchor,
		.at = s->input->at };
	struct att_reason why = { 0 };
	enum att_err r;

	narrow(s, issuer);
	if (!is_signed_by(s, s->path[s->len - 1], issuer)) {
		note_not_signed(s, s->path[s->len - 1], issuer);
		return false;
	}
	if ((r = att_rules_check_issuing(&issuing, &why)) != ATT_OK) {
		note(s, BROKEN_RULE, &why);
		return false;
	}
	return true;
}

static bool extend(struct search *s);

static bool
extend_by(struct search *s, struct att_certificate *issuer)
{
	bool is_found;

	s->path[s->len++] = issuer;
	is_found = extend(s);
	s->len--;
	return is_found;
}

static bool
try_x5c(struct search *s)
{
	const X509_NAME *name = s->path[s->len - 1]->issuer;

	for (size_t i = 1; i < s->input->count && s->fatal == ATT_OK; i++) {
		struct att_certificate *issuer = s->input->x5c[i];

		if (!is_in_order(s, i) ||
		    X509_NAME_cmp(name, issuer->subject) != 0)
			continue;
		if (!may_issue(s, issuer, false))
			continue;
		s->used[i] = true;
		if (extend_by(s, issuer))
			return true;
		s->used[i] = false;
	}
	return false;
}

static bool
try_entry(struct search *s, struct att_anchor_entry *entry)
{
	struct att_reason why = { 0 };
	struct att_certificate *issuer;
	bool is_found;

	if (is_fatal(s, att_anchor_entry_get_cert(entry, &issuer, &why), &why))
		return false;
	if (is_on_path(s, issuer))
		return false;
	if (!may_issue(s, issuer, entry->role == ATT_ROLE_ANCHOR))
		return false;
	if (entry->role == ATT_ROLE_ANCHOR)
		return end_at(s, entry, issuer);
	s->helpers[s->helper_count++] = issuer;
	is_found = extend_by(s, issuer);
	s->helper_count--;
	return is_found;
}

/* What to look for among the configured certificates. */
struct sought {
	enum att_anchor_role role;
	bool exact; /* att_anchor_entry_is_named() */
};

static bool
try_configured(struct search *s, struct sought sought)
{
	const struct att_anchors *set =
	    sought.role == ATT_ROLE_ANCHOR ? s->anchors : s->set;
	const X509_NAME *name = s->path[s->len - 1]->issuer;
	struct att_reason why = { 0 };
	bool is_match;

	for (size_t i = 0; i < set->count && s->fatal == ATT_OK; i++) {
		struct att_anchor_entry *entry = &set->entries[i];

		if (entry->role != sought.role)
			continue;
		if (is_fatal(s,
			att_anchor_entry_is_named(
			    entry, name, sought.exact, &is_match, &why),
			&why))
			return false;
		if (!is_match)
			continue;
		if (try_entry(s, entry))
			return true;
	}
	return false;
}

/* Names that differ in their bytes are compared last: it is slow and rare. */
static bool
extend(struct search *s)
{
	static const struct sought anchor = { ATT_ROLE_ANCHOR, true };
	static const struct sought helper = { ATT_ROLE_INTERMEDIATE, true };
	static const struct sought like_anchor = { ATT_ROLE_ANCHOR, false };
	static const struct sought like_helper = { ATT_ROLE_INTERMEDIATE,
		false };

	if (s->len >= PATH_MAX_LEN) {
		note_too_long(s);
		return false;
	}
	if (try_configured(s, anchor) || try_x5c(s) ||
	    try_configured(s, helper) || try_configured(s, like_anchor) ||
	    try_configured(s, like_helper))
		return true;
	if (s->progress == NOWHERE)
		note_no_issuer(s, s->path[s->len - 1]);
	return false;
}

/* --- The leaf
 * ------------------------------------------------------------------- */

/*
 * Only bit by bit: nobody's signature protects the contents of a leaf that
 * has but the name and the key of an anchor.
 */
static bool
try_leaf_as_anchor(struct search *s)
{
	const struct att_anchors *set = s->anchors;
	const struct att_certificate *leaf = s->path[0];
	bool is_found = false;

	for (size_t i = 0; !is_found && i < set->count; i++) {
		struct att_anchor_entry *entry = &set->entries[i];

		is_found = entry->role == ATT_ROLE_ANCHOR &&
			   att_bytes_is_equal(att_bytes(entry->ptr, entry->len),
			       att_certificate_get_der(leaf)) &&
			   end_at(s, entry, leaf);
	}
	return is_found;
}

static enum att_err
search_path(struct search *s, struct att_reason *why)
{
	const struct att_path_input *input = s->input;
	enum att_err r;

	narrow(s, input->x5c[0]);
	if ((r = att_rules_check_any(input->x5c[0], input->at, why)) != ATT_OK)
		return r;
	s->path[s->len++] = input->x5c[0];
	s->used[0] = true;
	if (try_leaf_as_anchor(s) || extend(s))
		return ATT_OK;
	if (why != NULL)
		*why = s->furthest;
	r = s->fatal != ATT_OK ? s->fatal : s->furthest.code;
	return att_refuse_plain(why, r == ATT_OK ? ATT_ERR_INTERNAL : r);
}

enum att_err
att_path_verify(const struct att_anchors *anchors,
    const struct att_path_input *input, struct att_anchor *anchor,
    struct att_reason *why)
{
	const struct att_path_question question = { input,
		anchors->generation };
	struct search s = { .set = anchors,
		.anchors = input->own != NULL ? input->own : anchors,
		.input = input,
		.found = { .from = INT64_MIN, .until = INT64_MAX } };
	enum att_err r;

	*anchor = (struct att_anchor){ 0 };
	if (input->count == 0)
		return att_refuse(why, ATT_ERR_CERTIFICATE_PATH,
		    "there is no certificate to begin a path with");
	if (input->count > ATT_X5C_MAX)
		return att_refuse(why, ATT_ERR_CERTIFICATE_EXTRA,
		    "x5c has %zu certificates; at most %d are looked at",
		    input->count, ATT_X5C_MAX);
	if (input->chain != NULL &&
	    att_chain_find_path(input->chain, &question, anchor))
		return ATT_OK;
	if ((r = search_path(&s, why)) != ATT_OK)
		return r;
	if (input->chain != NULL)
		att_chain_keep_path(input->chain, &question, &s.found);
	*anchor = s.found.anchor;
	return ATT_OK;
}
