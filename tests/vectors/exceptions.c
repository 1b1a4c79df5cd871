/* SPDX-License-Identifier: BSD-2-Clause */
/* What no signature covers, or what an option permits. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attestation/object.h"
#include "exceptions.h"
#include "trust/certificate_parts.h"

#define KIND(kind) (1U << MUTATION_##kind)

/* --- Certificates of an object ------------------------------------------ */

/* The value under a key of a map, NULL if there is none. */
static const struct att_cbor_item *
find_value(const struct att_cbor *doc, const struct att_cbor_item *map,
    const char *key)
{
	const struct att_cbor_item *item = att_cbor_get_first(map);

	for (uint64_t i = 0; i < map->number; i++) {
		bool is_found = att_cbor_is_text(item, key);

		item = att_cbor_get_next(doc, item);
		if (is_found)
			return item;
		if (i + 1 < map->number)
			item = att_cbor_get_next(doc, item);
	}
	return NULL;
}

static const struct att_cbor_item *
find_element(
    const struct att_cbor *doc, const struct att_cbor_item *array, size_t index)
{
	const struct att_cbor_item *item;

	if (array == NULL || index >= array->number)
		return NULL;
	item = att_cbor_get_first(array);
	while (index-- > 0)
		item = att_cbor_get_next(doc, item);
	return item;
}

/*
 * The certificate x5c[index] of an object, of its part-th statement if it is
 * a compound; NULL if it has none. Owned by the caller.
 */
static struct att_certificate *
get_certificate(struct att_bytes bytes, size_t part, size_t index)
{
	struct att_object *object = calloc(1, sizeof(*object));
	const struct att_cbor_item *statement, *item = NULL;
	struct att_certificate *cert = NULL;

	if (object == NULL)
		abort();
	if (att_object_parse(bytes, ATT_CBOR_ANY_ORDER, object, NULL) ==
	    ATT_OK) {
		statement = object->statement;
		if (statement->type == ATT_CBOR_ARRAY)
			statement = find_value(&object->doc,
			    find_element(&object->doc, statement, part),
			    "attStmt");
		item = find_element(&object->doc,
		    find_value(&object->doc, statement, "x5c"), index);
	}
	if (item != NULL &&
	    att_certificate_decode(item->value, NULL, &cert, NULL) != ATT_OK)
		cert = NULL;
	free(object);
	return cert;
}

/* --- When an exception holds -------------------------------------------- */

static bool
may_be_in_any_order(const struct accepted *a)
{
	return a->vector->opts->cbor_key_order == ATT_KEY_ORDER_ANY;
}

static bool
may_name_a_model(const struct accepted *a)
{
	return !a->vector->opts->u2f_zero_aaguid;
}

/* Is the statement that was changed another than the one that vouches? */
static bool
is_beside_the_one_that_vouches(const struct accepted *a)
{
	uint8_t key[ATT_KEY_ID_LEN];
	bool is_other = false;
	struct att_certificate *leaf = NULL;
	size_t part;

	if (sscanf(a->place, "attStmt[%zu]", &part) == 1)
		leaf = get_certificate(
		    a->vector->evidence.attestation_object, part, 0);
	if (leaf != NULL && a->verdict->has_anchor) {
		att_certificate_get_key_id(leaf, key);
		is_other = memcmp(key, a->verdict->attestation_key,
			       ATT_KEY_ID_LEN) != 0;
	}
	att_certificate_free(&leaf);
	return is_other;
}

/* Which element of x5c is the place in? */
static struct att_certificate *
get_changed(const struct accepted *a, struct att_bytes object)
{
	size_t index;

	if (sscanf(a->place, "attStmt.x5c[%zu]", &index) != 1)
		return NULL;
	return get_certificate(object, 0, index);
}

/* A root, or what the vector has pinned. */
static bool
is_anchor(const struct accepted *a, const struct att_certificate *cert)
{
	uint8_t hash[32];

	return X509_NAME_cmp(cert->subject, cert->issuer) == 0 ||
	       (att_certificate_hash(cert, hash) == ATT_OK &&
		   memcmp(hash, a->verdict->anchor.sha256, 32) == 0);
}

/* Is the change in an anchor that x5c repeats, beside its name and key? */
static bool
is_anchor_still(const struct accepted *a)
{
	struct att_certificate *old =
	    get_changed(a, a->vector->evidence.attestation_object);
	struct att_certificate *new =
	    get_changed(a, a->mutation->evidence.attestation_object);
	bool is_same = old != NULL && new != NULL &&is_anchor(a, old) &&
		       X509_NAME_cmp(old->subject, new->subject) == 0 &&
		       EVP_PKEY_eq(att_certificate_get_key(old),
			   att_certificate_get_key(new)) == 1;

	att_certificate_free(&old);
	att_certificate_free(&new);
	return is_same;
}

static bool
was_anchor(const struct accepted *a)
{
	struct att_certificate *old =
	    get_changed(a, a->vector->evidence.attestation_object);
	bool was = old != NULL && is_anchor(a, old);

	att_certificate_free(&old);
	return was;
}

const struct exception exceptions[EXCEPTIONS] = {
	{ "none", KIND(FLIP), "authData.*", NULL,
	    "nothing is signed (WebAuthn 8.7)" },
	{ "none", KIND(TRUNCATE) | KIND(APPEND) | KIND(REMOVE),
	    "authData.extensions*", NULL, "nothing is signed (WebAuthn 8.7)" },
	{ "none", KIND(APPEND), "authData.credentialPublicKey*", NULL,
	    "a longer RSA key, and nothing is signed (WebAuthn 8.7)" },
	{ "none", KIND(FLIP), "clientDataHash*", NULL,
	    "nothing is signed (WebAuthn 8.7)" },
	{ "fido-u2f", KIND(FLIP), "authData.signCount*", NULL,
	    "U2F does not sign the counter of a registration (8.6)" },
	{ "fido-u2f", KIND(FLIP), "authData.aaguid*", may_name_a_model,
	    "u2f_zero_aaguid = no: nothing signs the AAGUID (8.6)" },
	{ "android-safetynet", KIND(FLIP) | KIND(TRUNCATE) | KIND(APPEND),
	    "attStmt.ver+*", NULL, "the version is not signed (8.5)" },
	{ "apple", KIND(REMOVE), "attStmt.alg", NULL,
	    "alg is not in 8.8; where it is, it has to be right" },
	{ "compound", KIND(FLIP) | KIND(DUPLICATE),
	    "attStmt\\[?\\].attStmt.x5c*", is_beside_the_one_that_vouches,
	    "the path of this part leads nowhere now; another one's does" },
	{ "compound", KIND(SWAP) | KIND(DUPLICATE) | KIND(REMOVE),
	    "attStmt\\[?\\]", NULL,
	    "parts have no order, count once, and two are enough (8.9)" },
	{ "*", KIND(FLIP), "attStmt.x5c\\[[1-9]\\]+*", is_anchor_still,
	    "an anchor in x5c counts by its name and key" },
	{ "*", KIND(REMOVE), "attStmt.x5c\\[[1-9]\\]+0", was_anchor,
	    "an anchor need not be in x5c" },
	{ "*", KIND(SWAP) | KIND(INDEFINITE), "*", may_be_in_any_order,
	    "cbor_key_order = any" },
};

const struct exception *
exceptions_find(const struct accepted *a)
{
	for (size_t i = 0; i < EXCEPTIONS; i++) {
		const struct exception *e = &exceptions[i];

		if ((e->kinds & (1U << a->mutation->kind)) != 0 &&
		    fnmatch(e->format, a->vector->format, 0) == 0 &&
		    fnmatch(e->place, a->place, 0) == 0 &&
		    (e->holds == NULL || e->holds(a)))
			return e;
	}
	return NULL;
}
