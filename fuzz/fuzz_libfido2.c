/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compares our judgement of packed and fido-u2f registrations with that of
 * libfido2: 32 bytes of client data hash, then an attestation object; as it
 * is, signed again, and with nothing odd but its authenticator data. What we
 * accept libfido2 has to accept, too, and to read in the same way, except
 * where the list below says why not.
 * libfido2 knows neither paths nor profiles, so it accepts much that we do
 * not.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <fido.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>

#include "attestation/authdata.h"
#include "attestation/object.h"
#include "attestation/verify.h"
#include "codec/cose.h"
#include "codec/digest.h"
#include "mutate_object.h"
#include "resign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char rp_id[] = "forge.example";

enum {
	FUZZ_TIME = 1767225600, /* 2026-01-01 */
	/* libfido2 puts all that EdDSA signs into so many bytes. */
	EDDSA_SIGNED_MAX = 1024
};

/* An object that we accept, and what it says. */
struct comparison {
	const struct att_evidence *evidence;
	const struct att_verdict *verdict;
	struct att_object object;
	struct att_auth_data data;
	struct att_cbor extensions;
	int64_t alg; /* of the statement */
	fido_cred_t *cred;
};

static void
refuted(const struct comparison *c, const char *what, int r)
{
	fprintf(stderr, "accepted here, but libfido2 says: %s: %s (%s)\n", what,
	    fido_strerr(r), att_format_name(c->object.format));
	abort();
}

/* How much of it is worth anything: shown at the end. */
static struct {
	unsigned long judged;
	unsigned long accepted;
	unsigned long compared; /* the rest is in the list of differences */
} counts;

static void
print_counts(void)
{
	fprintf(stderr, "%lu judged, %lu accepted, %lu compared\n",
	    counts.judged, counts.accepted, counts.compared);
	/* The corpus has objects that both accept. */
	if (counts.judged > 1000 && counts.compared == 0)
		abort();
}

/* --- Extensions --------------------------------------------------------- */

/* The value of an extension, NULL if it is not there. */
static const struct att_cbor_item *
find_extension(const struct comparison *c, const char *name)
{
	const struct att_cbor_item *map = &c->extensions.items[0], *key = NULL;

	for (uint64_t i = 0; i < map->number; i++) {
		key = i == 0 ? att_cbor_get_first(map)
			     : att_cbor_get_next(&c->extensions, key);
		if (att_cbor_is_text(key, name))
			return att_cbor_get_next(&c->extensions, key);
		key = att_cbor_get_next(&c->extensions, key);
	}
	return NULL;
}

static bool
is_bool(const struct att_cbor_item *value)
{
	return value == NULL || value->encoded.ptr[0] == 0xf4 ||
	       value->encoded.ptr[0] == 0xf5;
}

static bool
is_true(const struct att_cbor_item *value)
{
	return value != NULL && value->encoded.ptr[0] == 0xf5;
}

static bool
is_byte(const struct att_cbor_item *value, uint64_t max)
{
	return value == NULL || (value->type == ATT_CBOR_UINT &&
				    value->number > 0 && value->number <= max);
}

/* It wants to be told which extensions were asked for. */
static void
ask_for_extensions(const struct comparison *c)
{
	const struct att_cbor_item *protect = find_extension(c, "credProtect");
	const struct att_cbor_item *pin = find_extension(c, "minPinLength");
	int mask = 0, r;

	if (is_true(find_extension(c, "hmac-secret")))
		mask |= FIDO_EXT_HMAC_SECRET;
	if (is_true(find_extension(c, "credBlob")))
		mask |= FIDO_EXT_CRED_BLOB;
	if ((r = fido_cred_set_extensions(c->cred, mask)) != FIDO_OK)
		refuted(c, "extensions", r);
	if (protect != NULL &&
	    (r = fido_cred_set_prot(c->cred, (int)protect->number)) != FIDO_OK)
		refuted(c, "credProtect", r);
	if (pin != NULL &&
	    (r = fido_cred_set_pin_minlen(c->cred, pin->number)) != FIDO_OK)
		refuted(c, "minPinLength", r);
}

/* --- Where the two may differ ------------------------------------------- */

static bool
is_known(int64_t alg)
{
	return alg == COSE_ES256 || alg == COSE_ES384 || alg == COSE_EDDSA ||
	       alg == COSE_RS256;
}

static bool
has_unknown_credential(const struct comparison *c)
{
	return !is_known(c->verdict->algorithm);
}

static bool
has_unknown_attestation(const struct comparison *c)
{
	return !is_known(c->alg);
}

static bool
has_unusual_rsa(const struct comparison *c)
{
	const struct att_cose_key *key = &c->verdict->key;

	return c->verdict->algorithm == COSE_RS256 &&
	       (att_cose_key_get_rsa_bits(key) != 2048 ||
		   key->numbers[1].len != 3);
}

static bool
has_unusual_extension(const struct comparison *c)
{
	return !is_bool(find_extension(c, "hmac-secret")) ||
	       !is_bool(find_extension(c, "credBlob")) ||
	       !is_byte(find_extension(c, "credProtect"), 3) ||
	       !is_byte(find_extension(c, "minPinLength"), 255);
}

static bool
is_long_eddsa(const struct comparison *c)
{
	return c->alg == COSE_EDDSA &&
	       c->object.auth_data.len + 32 > EDDSA_SIGNED_MAX;
}

static const struct {
	bool (*holds)(const struct comparison *c);
	const char *reason;
} differences[] = {
	{ has_unknown_credential,
	    "libfido2 has credentials for ES256, ES384, EdDSA and RS256 only" },
	{ has_unknown_attestation, "and verifies only those signatures" },
	{ has_unusual_rsa,
	    "it has room for moduli of 2048 bits and exponents of 3 bytes" },
	{ has_unusual_extension,
	    "it reads the values of extensions that we do not rely on" },
	{ is_long_eddsa, "its buffer for what EdDSA signs is small" },
};

static bool
may_differ(const struct comparison *c)
{
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]);
	     i++) {
		if (differences[i].holds(c))
			return true;
	}
	return false;
}

/* --- The comparison ----------------------------------------------------- */

static void
check_key(const struct comparison *c)
{
	const uint8_t *theirs = fido_cred_pubkey_ptr(c->cred);
	const struct att_bytes *ours = c->verdict->key.numbers;
	size_t len = fido_cred_pubkey_len(c->cred);

	switch (c->verdict->algorithm) {
	case COSE_ES256:
	case COSE_ES384:
	case COSE_EDDSA: /* which has no y */
		if (ours[0].len + ours[1].len != len ||
		    memcmp(ours[0].ptr, theirs, ours[0].len) != 0 ||
		    (ours[1].len > 0 &&
			memcmp(ours[1].ptr, theirs + ours[0].len,
			    ours[1].len) != 0))
			abort();
		break;
	default: /* RSA has no form of its own */
		break;
	}
}

/* Both have to mean the same credential. */
static void
check_facts(const struct comparison *c)
{
	const struct att_verdict *v = c->verdict;

	if (!att_bytes_is_equal(
		v->credential_id, att_bytes(fido_cred_id_ptr(c->cred),
				      fido_cred_id_len(c->cred))) ||
	    memcmp(v->aaguid, fido_cred_aaguid_ptr(c->cred), 16) != 0 ||
	    v->flags != fido_cred_flags(c->cred) ||
	    v->sign_count != fido_cred_sigcount(c->cred))
		abort();
	check_key(c);
}

static void
fill(const struct comparison *c)
{
	const struct att_bytes data = c->object.auth_data;
	const struct att_bytes statement = c->object.statement->encoded;
	int r;

	if ((r = fido_cred_set_type(c->cred, c->verdict->algorithm)) !=
		FIDO_OK ||
	    (r = fido_cred_set_rp(c->cred, rp_id, NULL)) != FIDO_OK ||
	    (r = fido_cred_set_clientdata_hash(
		 c->cred, c->evidence->client_data_hash, 32)) != FIDO_OK ||
	    (r = fido_cred_set_fmt(
		 c->cred, att_format_name(c->object.format))) != FIDO_OK)
		refuted(c, "type, RP ID, hash or format", r);
	r = fido_cred_set_authdata_raw(c->cred, data.ptr, data.len);
	if (r != FIDO_OK)
		refuted(c, "authenticator data", r);
	ask_for_extensions(c);
	r = fido_cred_set_attstmt(c->cred, statement.ptr, statement.len);
	if (r != FIDO_OK)
		refuted(c, "statement", r);
}

static void
ask_libfido2(const struct comparison *c)
{
	int r;

	counts.compared++;
	fill(c);
	if (c->verdict->type == ATT_TYPE_SELF)
		r = fido_cred_verify_self(c->cred);
	else
		r = fido_cred_verify(c->cred);
	if (r != FIDO_OK)
		refuted(c, "verification", r);
	check_facts(c);
}

/* A statement without "alg" is by ES256. */
static int64_t
find_algorithm(const struct att_object *object)
{
	const struct att_cbor_item *item = object->statement + 1;
	int64_t alg = COSE_ES256;

	for (; item + 1 < &object->doc.items[object->statement->next]; item++) {
		if (att_cbor_is_text(item, "alg") &&
		    att_cbor_get_int(item + 1, &alg))
			break;
	}
	return alg;
}

static void
compare(const struct att_evidence *evidence, const struct att_verdict *verdict)
{
	struct comparison *c = calloc(1, sizeof(*c));
	struct att_reason why;

	if (c == NULL || (c->cred = fido_cred_new()) == NULL)
		abort();
	c->evidence = evidence;
	c->verdict = verdict;
	if (att_object_parse(evidence->attestation_object, ATT_CBOR_ANY_ORDER,
		&c->object, &why) != ATT_OK ||
	    att_auth_data_parse(c->object.auth_data, ATT_CEREMONY_REGISTRATION,
		&c->data, &why) != ATT_OK ||
	    (c->data.extensions.len > 0 &&
		att_cbor_read_first(c->data.extensions, &c->extensions, &why) !=
		    ATT_OK))
		abort();
	c->alg = find_algorithm(&c->object);
	if (!may_differ(c))
		ask_libfido2(c);
	fido_cred_free(&c->cred);
	free(c);
}

/* --- Our judgement ------------------------------------------------------ */

static struct att_anchors *
get_anchors(void)
{
	static struct att_anchors *anchors;
	struct att_reason why;
	BIO *bio;
	char *text;
	long len;

	if (anchors != NULL)
		return anchors;
	fido_init(0);
	if (atexit(print_counts) != 0)
		abort();
	if ((bio = BIO_new(BIO_s_mem())) == NULL ||
	    PEM_write_bio_X509(bio, resign_get_keys()->root_cert) != 1 ||
	    (len = BIO_get_mem_data(bio, &text)) <= 0 ||
	    att_anchors_new(&anchors) != ATT_OK ||
	    att_anchors_add_pem(anchors, ATT_ROLE_ANCHOR,
		att_bytes(text, (size_t)len), "root", &why) != ATT_OK)
		abort();
	BIO_free(bio);
	return anchors;
}

/* Everything relaxed: what is accepted then has to be right all the same. */
static void
judge(const uint8_t *client_data_hash, struct att_bytes object)
{
	static const struct att_options opts = {
		.attestation = ATT_ATTESTATION_SELF,
		.formats = 1U << ATT_FORMAT_PACKED | 1U << ATT_FORMAT_FIDO_U2F,
		.min_rsa_bits = 2048,
		.cbor_key_order = ATT_KEY_ORDER_ANY,
		.backup_eligible = true,
		.x5c_extra = true,
		.mds = ATT_MDS_USE,
		.min_certification = ATT_CERTIFICATION_NONE,
	};
	struct att_evidence evidence = { .time = FUZZ_TIME,
		.attestation_object = object };
	struct att_verdict verdict = { 0 };
	struct att_reason why = { 0 };

	memcpy(evidence.client_data_hash, client_data_hash, 32);
	if (att_sha256(att_bytes_text(rp_id), evidence.rp_id_hash) != ATT_OK)
		abort();
	counts.judged++;
	if (att_attestation_verify(&evidence, &opts,
		&(struct att_trust){ .anchors = get_anchors() }, &verdict,
		&why) == ATT_OK) {
		counts.accepted++;
		compare(&evidence, &verdict);
	}
	att_verdict_reset(&verdict);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_buf object;

	if (size < 32)
		return 0;
	judge(data, att_bytes(data + 32, size - 32));
	att_buf_init(&object, RESIGN_LIMIT);
	resign_object(att_bytes(data, size), &object);
	judge(data, att_buf_get(&object));
	att_buf_reset(&object);
	resign_auth_data(att_bytes(data, size), &object);
	judge(data, att_buf_get(&object));
	att_buf_reset(&object);
	return 0;
}
