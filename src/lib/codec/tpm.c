/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the structures of a TPM. Clauses are of TPM 2.0 Part 2, 01.38. */
#include <string.h>

#include "codec/tpm.h"
#include "base/buf.h"

enum {
	DIGEST_MAX = 64,     /* TPMU_HA, clause 10.3.1 */
	HASHED_MAX = 2 + 64, /* TPMT_HA, clause 10.3.2 */
	MODULUS_MAX = ATT_RSA_BITS_MAX / 8,
	EXPONENT_DEFAULT = 65537, /* clause 12.2.3.5 */
	/* Clock, two counts and a yes or no, clause 10.11.1; nothing is decided
	 * by it. */
	CLOCK_INFO_LEN = 8 + 4 + 4 + 1,
};

static const uint32_t attributes_known =
    ATT_TPM_FIXED_TPM | ATT_TPM_ST_CLEAR | ATT_TPM_FIXED_PARENT |
    ATT_TPM_SENSITIVE_DATA_ORIGIN | ATT_TPM_USER_WITH_AUTH |
    ATT_TPM_ADMIN_WITH_POLICY | ATT_TPM_NO_DA | ATT_TPM_ENCRYPTED_DUPLICATION |
    ATT_TPM_RESTRICTED | ATT_TPM_DECRYPT | ATT_TPM_SIGN;

static const struct {
	uint16_t alg;
	const char *name;
} hashes[] = {
	{ ATT_TPM_ALG_SHA1, "SHA1" },
	{ ATT_TPM_ALG_SHA256, "SHA256" },
	{ ATT_TPM_ALG_SHA384, "SHA384" },
	{ ATT_TPM_ALG_SHA512, "SHA512" },
};

/* size is that of a coordinate. */
static const struct curve {
	uint16_t id;
	int crv; /* of COSE */
	size_t size;
} curves[] = {
	{ ATT_TPM_ECC_NIST_P256, 1, 32 },
	{ ATT_TPM_ECC_NIST_P384, 2, 48 },
	{ ATT_TPM_ECC_NIST_P521, 3, 66 },
};

static const uint16_t rsa_schemes[] = { ATT_TPM_ALG_RSASSA,
	ATT_TPM_ALG_RSAPSS };
static const uint16_t ecc_schemes[] = { ATT_TPM_ALG_ECDSA };
static const uint16_t kdf_schemes[] = { ATT_TPM_ALG_MGF1,
	ATT_TPM_ALG_KDF1_SP800_56A, ATT_TPM_ALG_KDF2,
	ATT_TPM_ALG_KDF1_SP800_108 };

const char *
att_tpm_hash_find(uint16_t alg)
{
	for (size_t i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (hashes[i].alg == alg)
			return hashes[i].name;
	}
	return NULL;
}

static const struct curve *
find_curve(uint16_t id)
{
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		if (curves[i].id == id)
			return &curves[i];
	}
	return NULL;
}

/* --- Fields ------------------------------------------------------------- */

/* A structure under the cursor, and how it is refused. */
struct structure {
	struct att_reader reader;
	const char *name;
	enum att_err malformed;
	struct att_reason *why;
};

static enum att_err
refuse_field(const struct structure *s, const char *field, unsigned int value)
{
	return att_refuse(s->why, s->malformed, "%s: %s cannot be 0x%04x",
	    s->name, field, value);
}

static enum att_err
refuse_end(const struct structure *s, const char *field)
{
	return att_refuse(
	    s->why, s->malformed, "%s: ends within %s", s->name, field);
}

static enum att_err
get_u16(struct structure *s, const char *field, uint16_t *v)
{
	if (att_reader_get_u16(&s->reader, v) != ATT_OK)
		return refuse_end(s, field);
	return ATT_OK;
}

static enum att_err
get_u32(struct structure *s, const char *field, uint32_t *v)
{
	if (att_reader_get_u32(&s->reader, v) != ATT_OK)
		return refuse_end(s, field);
	return ATT_OK;
}

static enum att_err
skip(struct structure *s, const char *field, size_t len)
{
	struct att_bytes bytes;

	if (att_reader_get(&s->reader, len, &bytes) != ATT_OK)
		return refuse_end(s, field);
	return ATT_OK;
}

/* A TPM2B: two bytes of size and that many bytes. */
static enum att_err
get_sized(
    struct structure *s, const char *field, size_t max, struct att_bytes *bytes)
{
	uint16_t len;
	enum att_err err;

	if ((err = get_u16(s, field, &len)) != ATT_OK)
		return err;
	if (len > max)
		return att_refuse(s->why, s->malformed,
		    "%s: %s has %u bytes, at most %zu are possible", s->name,
		    field, len, max);
	if (att_reader_get(&s->reader, len, bytes) != ATT_OK)
		return refuse_end(s, field);
	return ATT_OK;
}

static enum att_err
get_hash(struct structure *s, const char *field, uint16_t *alg)
{
	enum att_err err;

	if ((err = get_u16(s, field, alg)) != ATT_OK)
		return err;
	if (att_tpm_hash_find(*alg) == NULL)
		return refuse_field(s, field, *alg);
	return ATT_OK;
}

static enum att_err
check_end(const struct structure *s)
{
	if (att_reader_end(&s->reader) == ATT_OK)
		return ATT_OK;
	return att_refuse(s->why, s->malformed, "%s: %zu bytes are left over",
	    s->name, s->reader.left);
}

/* The schemes that may stand in one place: each is followed by a hash. */
struct scheme_rule {
	const char *field;
	const uint16_t *schemes;
	size_t count;
};

/* TPM_ALG_NULL, or a scheme and its hash. */
static enum att_err
get_scheme(struct structure *s, const struct scheme_rule *rule,
    uint16_t *scheme, uint16_t *hash)
{
	enum att_err err;

	*hash = 0;
	if ((err = get_u16(s, rule->field, scheme)) != ATT_OK ||
	    *scheme == ATT_TPM_ALG_NULL)
		return err;
	for (size_t i = 0; i < rule->count; i++) {
		if (rule->schemes[i] == *scheme)
			return get_hash(s, "the hash of its scheme", hash);
	}
	return refuse_field(s, rule->field, *scheme);
}

/* --- TPMT_PUBLIC -------------------------------------------------------- */

/*
 * TPMT_SYM_DEF_OBJECT, clause 11.1.7: only a key that decrypts and is
 * restricted to it has another one than NULL (clause 12.2.3.5).
 */
static enum att_err
get_symmetric(struct structure *s)
{
	uint16_t alg;
	enum att_err err;

	if ((err = get_u16(s, "symmetric", &alg)) != ATT_OK)
		return err;
	if (alg != ATT_TPM_ALG_NULL)
		return refuse_field(s, "symmetric of a key that signs", alg);
	return ATT_OK;
}

static struct att_bytes
strip(struct att_bytes v)
{
	while (v.len > 0 && v.ptr[0] == 0)
		v = att_bytes(v.ptr + 1, v.len - 1);
	return v;
}

static enum att_err
check_modulus(
    const struct structure *s, struct att_bytes modulus, uint16_t key_bits)
{
	size_t bits = modulus.len * 8;

	if (modulus.len > 0) {
		for (uint8_t top = modulus.ptr[0]; top < 0x80;
		     top = (uint8_t)(top << 1))
			bits--;
	}
	if (bits == key_bits)
		return ATT_OK;
	return att_refuse(s->why, s->malformed,
	    "%s: the modulus has %zu bits, keyBits says %u", s->name, bits,
	    key_bits);
}

/* TPMS_RSA_PARMS, clause 12.2.3.5; TPM2B_PUBLIC_KEY_RSA, clause 11.2.4.5. */
static enum att_err
get_rsa(struct structure *s, struct att_tpm_public *area)
{
	static const struct scheme_rule rule = { "the RSA scheme", rsa_schemes,
		sizeof(rsa_schemes) / sizeof(rsa_schemes[0]) };
	uint16_t key_bits;
	enum att_err err;

	if ((err = get_symmetric(s)) != ATT_OK ||
	    (err = get_scheme(s, &rule, &area->scheme, &area->scheme_hash)) !=
		ATT_OK ||
	    (err = get_u16(s, "keyBits", &key_bits)) != ATT_OK ||
	    (err = get_u32(s, "exponent", &area->exponent)) != ATT_OK ||
	    (err = get_sized(s, "the modulus", MODULUS_MAX, &area->modulus)) !=
		ATT_OK)
		return err;
	if (area->exponent == 0)
		area->exponent = EXPONENT_DEFAULT;
	area->modulus = strip(area->modulus);
	return check_modulus(s, area->modulus, key_bits);
}

/* TPMT_KDF_SCHEME, clause 11.2.3.3: of no effect on signatures. */
static enum att_err
get_kdf(struct structure *s)
{
	static const struct scheme_rule rule = { "kdf", kdf_schemes,
		sizeof(kdf_schemes) / sizeof(kdf_schemes[0]) };
	uint16_t scheme, hash;

	return get_scheme(s, &rule, &scheme, &hash);
}

/* TPMS_ECC_PARMS, clause 12.2.3.6; TPMS_ECC_POINT, clause 11.2.5.2. */
static enum att_err
get_ecc(struct structure *s, struct att_tpm_public *area)
{
	static const struct scheme_rule rule = { "the ECC scheme", ecc_schemes,
		sizeof(ecc_schemes) / sizeof(ecc_schemes[0]) };
	const struct curve *curve;
	enum att_err err;

	if ((err = get_symmetric(s)) != ATT_OK ||
	    (err = get_scheme(s, &rule, &area->scheme, &area->scheme_hash)) !=
		ATT_OK ||
	    (err = get_u16(s, "curveID", &area->curve)) != ATT_OK)
		return err;
	if ((curve = find_curve(area->curve)) == NULL)
		return refuse_field(s, "curveID", area->curve);
	if ((err = get_kdf(s)) != ATT_OK ||
	    (err = get_sized(s, "x", curve->size, &area->x)) != ATT_OK ||
	    (err = get_sized(s, "y", curve->size, &area->y)) != ATT_OK)
		return err;
	area->x = strip(area->x);
	area->y = strip(area->y);
	return ATT_OK;
}

static enum att_err
get_attributes(struct structure *s, uint32_t *attributes)
{
	enum att_err err;

	if ((err = get_u32(s, "objectAttributes", attributes)) != ATT_OK)
		return err;
	if ((*attributes & ~attributes_known) != 0)
		return att_refuse(s->why, s->malformed,
		    "%s: objectAttributes 0x%08x have reserved bits set",
		    s->name, *attributes);
	return ATT_OK;
}

/* TPMU_PUBLIC_PARMS and TPMU_PUBLIC_ID, clauses 12.2.3.7 and 12.2.3.2. */
static enum att_err
get_key(struct structure *s, struct att_tpm_public *area)
{
	if (area->type == ATT_TPM_ALG_RSA)
		return get_rsa(s, area);
	if (area->type == ATT_TPM_ALG_ECC)
		return get_ecc(s, area);
	return refuse_field(s, "the type of a key that signs", area->type);
}

enum att_err
att_tpm_public_parse(
    struct att_bytes in, struct att_tpm_public *area, struct att_reason *why)
{
	struct structure s = { att_reader(in), "pubArea", ATT_ERR_TPM_PUBAREA,
		why };
	struct att_bytes policy;
	enum att_err err;

	*area = (struct att_tpm_public){ 0 };
	if ((err = get_u16(&s, "type", &area->type)) != ATT_OK ||
	    (err = get_hash(&s, "nameAlg", &area->name_alg)) != ATT_OK ||
	    (err = get_attributes(&s, &area->attributes)) != ATT_OK ||
	    (err = get_sized(&s, "authPolicy", DIGEST_MAX, &policy)) !=
		ATT_OK ||
	    (err = get_key(&s, area)) != ATT_OK)
		return err;
	return check_end(&s);
}

/* --- The same key ------------------------------------------------------- */

/* The same number? Either may have zeros before it. */
static bool
is_number(struct att_bytes a, struct att_bytes b)
{
	for (; a.len > 0 && a.ptr[0] == 0; a.len--)
		a.ptr++;
	for (; b.len > 0 && b.ptr[0] == 0; b.len--)
		b.ptr++;
	return att_bytes_is_equal(a, b);
}

static bool
is_same_rsa(const struct att_tpm_public *area, const struct att_cose_key *key)
{
	uint8_t exponent[4] = { (uint8_t)(area->exponent >> 24),
		(uint8_t)(area->exponent >> 16), (uint8_t)(area->exponent >> 8),
		(uint8_t)area->exponent };

	return is_number(area->modulus, key->numbers[0]) &&
	       is_number(
		   att_bytes(exponent, sizeof(exponent)), key->numbers[1]);
}

static bool
is_same_ecc(const struct att_tpm_public *area, const struct att_cose_key *key)
{
	const struct curve *curve = find_curve(area->curve);

	return curve != NULL && curve->crv == key->algorithm->crv &&
	       is_number(area->x, key->numbers[0]) &&
	       is_number(area->y, key->numbers[1]);
}

/* Credentials of any other key type are never those of a TPM. */
static bool
is_same_key(const struct att_tpm_public *area, const struct att_cose_key *key)
{
	if (area->type == ATT_TPM_ALG_RSA)
		return key->algorithm->kty == ATT_COSE_RSA &&
		       is_same_rsa(area, key);
	return area->type == ATT_TPM_ALG_ECC &&
	       key->algorithm->kty == ATT_COSE_EC2 && is_same_ecc(area, key);
}

/* A key bound to one scheme never signs by another. */
static bool
is_scheme_fit(const struct att_tpm_public *area,
    const struct att_cose_algorithm *algorithm)
{
	uint16_t scheme = ATT_TPM_ALG_ECDSA;
	const char *hash = att_tpm_hash_find(area->scheme_hash);

	if (area->scheme == ATT_TPM_ALG_NULL)
		return true;
	if (algorithm->kty == ATT_COSE_RSA)
		scheme =
		    algorithm->is_pss ? ATT_TPM_ALG_RSAPSS : ATT_TPM_ALG_RSASSA;
	return area->scheme == scheme && hash != NULL &&
	       strcmp(hash, algorithm->digest) == 0;
}

/* WebAuthn section 8.3: the key in pubArea is the credential's. */
enum att_err
att_tpm_public_compare(const struct att_tpm_public *area,
    const struct att_cose_key *key, struct att_reason *why)
{
	if (!is_same_key(area, key))
		return att_refuse(why, ATT_ERR_TPM_KEY,
		    "pubArea holds another key than the %s credential",
		    key->algorithm->name);
	if (!is_scheme_fit(area, key->algorithm))
		return att_refuse(why, ATT_ERR_TPM_KEY,
		    "pubArea binds the key to another scheme than %s",
		    key->algorithm->name);
	return ATT_OK;
}

/* --- TPMS_ATTEST -------------------------------------------------------- */

/* What says whether the rest is of the form that is read. */
static enum att_err
get_kind(struct structure *s, uint16_t wanted, const char *what)
{
	uint32_t magic;
	uint16_t type;
	enum att_err err;

	if ((err = get_u32(s, "magic", &magic)) != ATT_OK)
		return err;
	if (magic != ATT_TPM_GENERATED)
		return att_refuse(s->why, ATT_ERR_TPM_MAGIC,
		    "%s: magic is 0x%08x, a TPM writes 0x%08x", s->name, magic,
		    ATT_TPM_GENERATED);
	if ((err = get_u16(s, "type", &type)) != ATT_OK)
		return err;
	if (type != wanted)
		return att_refuse(s->why, ATT_ERR_TPM_TYPE,
		    "%s: type is 0x%04x, %s has 0x%04x", s->name, type, what,
		    wanted);
	return ATT_OK;
}

/* Who signed, what was given to be signed, and when: clause 10.12.8. */
static enum att_err
get_attest_head(struct structure *s, struct att_bytes *extra_data)
{
	struct att_bytes signer;
	enum att_err err;

	if ((err = get_sized(s, "qualifiedSigner", HASHED_MAX, &signer)) !=
		ATT_OK ||
	    (err = get_sized(s, "extraData", HASHED_MAX, extra_data)) !=
		ATT_OK ||
	    (err = skip(s, "clockInfo", CLOCK_INFO_LEN)) != ATT_OK)
		return err;
	return skip(s, "firmwareVersion", 8);
}

enum att_err
att_tpm_certify_parse(struct att_bytes in, struct att_tpm_certify *certify,
    struct att_reason *why)
{
	struct structure s = { att_reader(in), "certInfo", ATT_ERR_TPM_CERTINFO,
		why };
	struct att_bytes unused;
	enum att_err err;

	*certify = (struct att_tpm_certify){ 0 };
	if ((err = get_kind(
		 &s, ATT_TPM_ST_ATTEST_CERTIFY, "a certified key")) != ATT_OK ||
	    (err = get_attest_head(&s, &certify->extra_data)) != ATT_OK ||
	    (err = get_sized(&s, "name", HASHED_MAX, &certify->name)) !=
		ATT_OK ||
	    (err = get_sized(&s, "qualifiedName", HASHED_MAX, &unused)) !=
		ATT_OK)
		return err;
	return check_end(&s);
}

/* TPMS_PCR_SELECTION, clause 10.6.2: a byte has eight PCRs, the first lowest.
 */
static enum att_err
get_bank(struct structure *s, struct att_tpm_selection *bank)
{
	enum att_err err;
	uint8_t len, bits;

	if ((err = get_u16(s, "pcrSelect", &bank->hash)) != ATT_OK)
		return err;
	if (att_reader_get_u8(&s->reader, &len) != ATT_OK)
		return refuse_end(s, "pcrSelect");
	for (unsigned int i = 0; i < len; i++) {
		if (att_reader_get_u8(&s->reader, &bits) != ATT_OK)
			return refuse_end(s, "pcrSelect");
		if (i >= sizeof(bank->pcrs) && bits != 0)
			return refuse_field(s, "a PCR in pcrSelect", 8 * i);
		if (i < sizeof(bank->pcrs))
			bank->pcrs |= (uint32_t)bits << 8 * i;
	}
	return ATT_OK;
}

/* TPML_PCR_SELECTION, clause 10.9.7. */
static enum att_err
get_selection(struct structure *s, struct att_tpm_quote *quote)
{
	uint32_t count;
	enum att_err err;

	if ((err = get_u32(s, "pcrSelect", &count)) != ATT_OK)
		return err;
	if (count > ATT_TPM_SELECTIONS_MAX)
		return att_refuse(s->why, s->malformed,
		    "%s: pcrSelect has %u banks, at most %d are possible",
		    s->name, count, ATT_TPM_SELECTIONS_MAX);
	while (quote->bank_count < count) {
		err = get_bank(s, &quote->banks[quote->bank_count]);
		if (err != ATT_OK)
			return err;
		quote->bank_count++;
	}
	return ATT_OK;
}

/* TPMS_QUOTE_INFO, clause 10.12.1, in a TPMS_ATTEST. */
enum att_err
att_tpm_quote_parse(
    struct att_bytes in, struct att_tpm_quote *quote, struct att_reason *why)
{
	struct structure s = { att_reader(in), "quoted", ATT_ERR_TPM_CERTINFO,
		why };
	enum att_err err;

	*quote = (struct att_tpm_quote){ 0 };
	if ((err = get_kind(&s, ATT_TPM_ST_ATTEST_QUOTE, "a quote")) !=
		ATT_OK ||
	    (err = get_attest_head(&s, &quote->extra_data)) != ATT_OK ||
	    (err = get_selection(&s, quote)) != ATT_OK ||
	    (err = get_sized(
		 &s, "pcrDigest", DIGEST_MAX, &quote->pcr_digest)) != ATT_OK)
		return err;
	return check_end(&s);
}

/* --- TPMT_SIGNATURE ------------------------------------------------------- */

enum att_err
att_tpm_signature_parse(struct att_bytes in,
    struct att_tpm_signature *signature, struct att_reason *why)
{
	struct structure s = { att_reader(in), "signature",
		ATT_ERR_STATEMENT_SIGNATURE, why };
	enum att_err err;

	*signature = (struct att_tpm_signature){ 0 };
	if ((err = get_u16(&s, "sigAlg", &signature->scheme)) != ATT_OK)
		return err;
	if (signature->scheme != ATT_TPM_ALG_RSASSA &&
	    signature->scheme != ATT_TPM_ALG_RSAPSS)
		return refuse_field(&s, "sigAlg", signature->scheme);
	if ((err = get_hash(&s, "hash", &signature->hash)) != ATT_OK ||
	    (err = get_sized(&s, "sig", MODULUS_MAX, &signature->bytes)) !=
		ATT_OK)
		return err;
	return check_end(&s);
}
