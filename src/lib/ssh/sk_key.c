/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading, comparing and writing SSH keys that a security key holds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "codec/base64url.h"
#include "codec/digest.h"
#include "ssh/sk_key.h"
#include "ssh/wire.h"

enum {
	UNCOMPRESSED = 4,
	TYPE_MAX = 256,
	SHOWN_MAX = 64
};

static const char curve[] = "nistp256";

/* PROTOCOL.u2f, "SSH U2F Key formats". */
static const struct type {
	const char *plain;
	const char *certified;
	enum att_sk_kind kind;
} types[] = {
	{ "sk-ecdsa-sha2-nistp256@openssh.com",
	    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", ATT_SK_ECDSA },
	{ "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com",
	    ATT_SK_ED25519 },
};

static const struct type *
find_row(enum att_sk_kind kind)
{
	return kind == ATT_SK_ED25519 ? &types[1] : &types[0];
}

const char *
att_sk_key_type(enum att_sk_kind kind)
{
	return find_row(kind)->plain;
}

bool
att_sk_is_application(const char *rp_id)
{
	return strncmp(rp_id, ATT_SK_APPLICATION_PREFIX,
		   sizeof(ATT_SK_APPLICATION_PREFIX) - 1) == 0;
}

/* --- Blobs --------------------------------------------------------------- */

static enum att_err
malformed(struct att_reason *why, const char *what)
{
	return att_refuse(why, ATT_ERR_SSH_KEY_MALFORMED,
	    "the SSH public key is malformed: %s", what);
}

static enum att_err
refuse_type(struct att_bytes name, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_SSH_KEY_TYPE,
	    "the SSH public key is of type \"%.*s\"; only %s and %s are held "
	    "by a security key",
	    name.len > SHOWN_MAX ? SHOWN_MAX : (int)name.len,
	    (const char *)name.ptr, types[0].plain, types[1].plain);
}

static enum att_err
find_type(struct att_bytes name, bool may_be_certified,
    const struct type **typep, struct att_sk_key *key, struct att_reason *why)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		*typep = &types[i];
		key->kind = types[i].kind;
		key->is_certified = att_bytes_is_equal(
		    name, att_bytes_text(types[i].certified));
		if (key->is_certified && may_be_certified)
			return ATT_OK;
		if (att_bytes_is_equal(name, att_bytes_text(types[i].plain)))
			return ATT_OK;
	}
	return refuse_type(name, why);
}

static bool
is_visible(struct att_bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] > '~')
			return false;
	return true;
}

static enum att_err
get_public_key(
    struct att_reader *r, struct att_sk_key *key, struct att_reason *why)
{
	size_t len =
	    key->kind == ATT_SK_ECDSA ? ATT_SK_POINT_LEN : ATT_SK_ED25519_LEN;

	if (key->kind == ATT_SK_ECDSA &&
	    att_ssh_get_expected(r, curve) != ATT_OK)
		return malformed(why, "its curve is not nistp256");
	if (att_ssh_get_sized(r, len, len, &key->public_key) != ATT_OK)
		return malformed(why, "its numbers have another length");
	if (key->kind == ATT_SK_ED25519)
		return ATT_OK;
	if (key->public_key.ptr[0] != UNCOMPRESSED)
		return malformed(why, "its point is not an uncompressed one");
	key->public_key = att_bytes(key->public_key.ptr + 1, len - 1);
	return ATT_OK;
}

static enum att_err
get_application(
    struct att_reader *r, struct att_sk_key *key, struct att_reason *why)
{
	if (att_ssh_get_sized(
		r, 1, ATT_SK_APPLICATION_MAX, &key->application) != ATT_OK ||
	    !is_visible(key->application))
		return malformed(
		    why, "its application is not 1 to 253 visible characters");
	return ATT_OK;
}

/*
 * PROTOCOL.certkeys, after the key: serial, type, key ID, principals, times,
 * critical options, extensions, reserved, the key that signed, the signature.
 */
static enum att_err
skip_certificate(struct att_reader *r, struct att_reason *why)
{
	struct att_bytes text;
	uint64_t number;
	uint32_t kind;

	if (att_reader_get_u64(r, &number) != ATT_OK ||
	    att_reader_get_u32(r, &kind) != ATT_OK ||
	    att_reader_get_string(r, ATT_SK_BLOB_MAX, &text) != ATT_OK ||
	    att_reader_get_string(r, ATT_SK_BLOB_MAX, &text) != ATT_OK ||
	    att_reader_get_u64(r, &number) != ATT_OK ||
	    att_reader_get_u64(r, &number) != ATT_OK)
		return malformed(why, "it is cut off in its certificate");
	for (int i = 0; i < 5; i++)
		if (att_reader_get_string(r, ATT_SK_BLOB_MAX, &text) != ATT_OK)
			return malformed(
			    why, "it is cut off in its certificate");
	return ATT_OK;
}

static enum att_err
parse(struct att_bytes blob, bool may_be_certified, struct att_sk_key *key,
    struct att_reason *why)
{
	struct att_reader r = att_reader(blob);
	const struct type *type;
	struct att_bytes text;
	enum att_err err;

	if (blob.len > ATT_SK_BLOB_MAX)
		return malformed(why, "it has more than 16384 bytes");
	if (att_ssh_get_sized(&r, 1, TYPE_MAX, &text) != ATT_OK)
		return malformed(why, "it does not begin with its type");
	err = find_type(text, may_be_certified, &type, key, why);
	if (err != ATT_OK)
		return err;
	if (key->is_certified &&
	    att_reader_get_string(&r, ATT_SK_BLOB_MAX, &text) != ATT_OK)
		return malformed(why, "its certificate has no nonce");
	if ((err = get_public_key(&r, key, why)) != ATT_OK ||
	    (err = get_application(&r, key, why)) != ATT_OK)
		return err;
	if (key->is_certified && (err = skip_certificate(&r, why)) != ATT_OK)
		return err;
	if (att_reader_end(&r) != ATT_OK)
		return malformed(why, "bytes are left over after it");
	return ATT_OK;
}

enum att_err
att_sk_key_parse(
    struct att_bytes blob, struct att_sk_key *key, struct att_reason *why)
{
	enum att_err err;

	*key = (struct att_sk_key){ 0 };
	if ((err = parse(blob, false, key, why)) != ATT_OK)
		*key = (struct att_sk_key){ 0 };
	return err;
}

enum att_err
att_sk_key_parse_certified(
    struct att_bytes blob, struct att_sk_key *key, struct att_reason *why)
{
	enum att_err err;

	*key = (struct att_sk_key){ 0 };
	if ((err = parse(blob, true, key, why)) != ATT_OK)
		*key = (struct att_sk_key){ 0 };
	return err;
}

static enum att_err
print_fingerprint(struct att_bytes blob, char text[ATT_SK_FINGERPRINT_SIZE])
{
	struct att_buf shown;
	uint8_t digest[32];
	enum att_err err;

	text[0] = '\0';
	att_buf_init(&shown, ATT_SK_FINGERPRINT_SIZE);
	if ((err = att_sha256(blob, digest)) == ATT_OK &&
	    (err = att_base64_encode(
		 att_bytes(digest, sizeof(digest)), &shown)) == ATT_OK)
		/* 44 characters, the last of which is padding. */
		snprintf(text, ATT_SK_FINGERPRINT_SIZE, "SHA256:%.43s",
		    (const char *)shown.ptr);
	att_buf_reset(&shown);
	return err;
}

/* --- Lines --------------------------------------------------------------- */

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool
is_line_end(uint8_t c)
{
	return c == '\n' || c == '\r';
}

/* Cuts off the next word, and the blanks before it. */
static struct att_bytes
next_word(struct att_bytes *text)
{
	struct att_bytes word;
	size_t len = 0;

	while (text->len > 0 && is_blank(text->ptr[0]))
		*text = att_bytes(text->ptr + 1, text->len - 1);
	while (len < text->len && !is_blank(text->ptr[len]))
		len++;
	word = att_bytes(text->ptr, len);
	*text = att_bytes(text->ptr + len, text->len - len);
	return word;
}

/* The only line that is not empty. */
static enum att_err
find_line(struct att_bytes *text, struct att_reason *why)
{
	while (text->len > 0 &&
	       (is_line_end(text->ptr[0]) || is_blank(text->ptr[0])))
		*text = att_bytes(text->ptr + 1, text->len - 1);
	while (text->len > 0 && (is_line_end(text->ptr[text->len - 1]) ||
				    is_blank(text->ptr[text->len - 1])))
		text->len--;
	if (text->len == 0)
		return malformed(why, "there is none");
	for (size_t i = 0; i < text->len; i++) {
		if (text->ptr[i] == '\0')
			return malformed(why, "it is not text");
		if (is_line_end(text->ptr[i]))
			return malformed(why, "there is more than one line");
	}
	return ATT_OK;
}

static enum att_err
decode_blob(
    struct att_bytes word, struct att_sk_line *line, struct att_reason *why)
{
	enum att_err err;

	err = att_base64_decode(
	    word, ATT_SK_BLOB_MAX, &line->blob, &line->blob_len);
	if (err == ATT_ERR_NO_MEMORY)
		return att_refuse_plain(why, err);
	if (err != ATT_OK)
		return malformed(
		    why, "no base64 follows its type, as in a .pub file");
	return ATT_OK;
}

/* The word before the base64 says nothing that the blob does not say. */
static enum att_err
check_type(struct att_bytes word, const struct att_sk_line *line,
    struct att_reason *why)
{
	const char *type = line->key.is_certified
			       ? find_row(line->key.kind)->certified
			       : att_sk_key_type(line->key.kind);

	if (att_bytes_is_equal(word, att_bytes_text(type)))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_SSH_KEY_MALFORMED,
	    "the SSH public key says that it is of type \"%.*s\", and is of "
	    "type \"%s\"",
	    word.len > SHOWN_MAX ? SHOWN_MAX : (int)word.len,
	    (const char *)word.ptr, type);
}

static enum att_err
parse_line(
    struct att_bytes text, struct att_sk_line *line, struct att_reason *why)
{
	struct att_bytes type;
	enum att_err err;

	if (text.len > ATT_SK_LINE_MAX)
		return malformed(why, "the file has more than 32768 bytes");
	if ((err = find_line(&text, why)) != ATT_OK)
		return err;
	type = next_word(&text);
	if ((err = decode_blob(next_word(&text), line, why)) != ATT_OK ||
	    (err = att_sk_key_parse(att_bytes(line->blob, line->blob_len),
		 &line->key, why)) != ATT_OK)
		return err;
	return check_type(type, line, why);
}

enum att_err
att_sk_line_parse(
    struct att_bytes text, struct att_sk_line *line, struct att_reason *why)
{
	enum att_err err;

	*line = (struct att_sk_line){ 0 };
	if ((err = parse_line(text, line, why)) != ATT_OK)
		att_sk_line_reset(line);
	return err;
}

/* Which key of another type it is: people compare fingerprints. */
static enum att_err
name_key(const struct att_sk_line *line, struct att_reason *why)
{
	char fingerprint[ATT_SK_FINGERPRINT_SIZE];
	struct att_reason type = *why;
	enum att_err err;

	err = print_fingerprint(
	    att_bytes(line->blob, line->blob_len), fingerprint);
	if (err != ATT_OK)
		return att_refuse_plain(why, err);
	return att_refuse(why, type.code, "%s: %s", fingerprint, type.text);
}

static enum att_err
parse_words(struct att_bytes type, struct att_bytes base64,
    struct att_sk_line *line, struct att_reason *why)
{
	enum att_err err;

	if ((err = decode_blob(base64, line, why)) != ATT_OK)
		return err;
	err = att_sk_key_parse_certified(
	    att_bytes(line->blob, line->blob_len), &line->key, why);
	if (err == ATT_ERR_SSH_KEY_TYPE && why != NULL)
		return name_key(line, why);
	return err != ATT_OK ? err : check_type(type, line, why);
}

enum att_err
att_sk_words_parse(struct att_bytes type, struct att_bytes base64,
    struct att_sk_line *line, struct att_reason *why)
{
	enum att_err err;

	*line = (struct att_sk_line){ 0 };
	if ((err = parse_words(type, base64, line, why)) != ATT_OK)
		att_sk_line_reset(line);
	return err;
}

void
att_sk_line_reset(struct att_sk_line *line)
{
	free(line->blob);
	*line = (struct att_sk_line){ 0 };
}

/* --- Credentials --------------------------------------------------------- */

static enum att_err
check_application(const char *rp_id, struct att_reason *why)
{
	struct att_bytes text = att_bytes_text(rp_id);

	if (text.len > 0 && text.len <= ATT_SK_APPLICATION_MAX &&
	    is_visible(text) && att_sk_is_application(rp_id))
		return ATT_OK;
	return att_refuse(why, ATT_ERR_SSH_APPLICATION,
	    "the application \"%s\" is not that of an SSH key, which begins "
	    "with \"ssh:\" and has at most 253 visible characters",
	    rp_id);
}

enum att_err
att_sk_key_make(const struct att_cose_key *cose, const char *rp_id,
    uint8_t numbers[ATT_SK_POINT_LEN - 1], struct att_sk_key *key,
    struct att_reason *why)
{
	int32_t id = cose->algorithm == NULL ? 0 : cose->algorithm->id;
	const struct att_bytes *parts = cose->numbers;
	enum att_err err;

	*key = (struct att_sk_key){ 0 };
	if ((err = check_application(rp_id, why)) != ATT_OK)
		return err;
	if (id == ATT_COSE_ES256 &&
	    parts[0].len + parts[1].len == ATT_SK_POINT_LEN - 1) {
		memcpy(numbers, parts[0].ptr, parts[0].len);
		memcpy(numbers + parts[0].len, parts[1].ptr, parts[1].len);
		key->kind = ATT_SK_ECDSA;
		key->public_key = att_bytes(numbers, ATT_SK_POINT_LEN - 1);
	} else if (id == ATT_COSE_EDDSA && parts[0].len == ATT_SK_ED25519_LEN) {
		memcpy(numbers, parts[0].ptr, ATT_SK_ED25519_LEN);
		key->kind = ATT_SK_ED25519;
		key->public_key = att_bytes(numbers, ATT_SK_ED25519_LEN);
	} else {
		return att_refuse(why, ATT_ERR_SSH_KEY_TYPE,
		    "SSH has no security keys of COSE algorithm %d", (int)id);
	}
	key->application = att_bytes_text(rp_id);
	return ATT_OK;
}

bool
att_sk_key_is_equal(const struct att_sk_key *a, const struct att_sk_key *b)
{
	return a->kind == b->kind &&
	       att_bytes_is_equal(a->public_key, b->public_key) &&
	       att_bytes_is_equal(a->application, b->application);
}

/* --- Writing ------------------------------------------------------------- */

static enum att_err
put_point(struct att_bytes numbers, struct att_buf *out)
{
	enum att_err err;

	if ((err = att_buf_put_cstring(out, curve)) != ATT_OK ||
	    (err = att_buf_put_u32(out, (uint32_t)numbers.len + 1)) != ATT_OK ||
	    (err = att_buf_put_u8(out, UNCOMPRESSED)) != ATT_OK)
		return err;
	return att_buf_put(out, numbers.ptr, numbers.len);
}

enum att_err
att_sk_key_put_blob(const struct att_sk_key *key, struct att_buf *out)
{
	enum att_err err;

	err = att_buf_put_cstring(out, att_sk_key_type(key->kind));
	if (err == ATT_OK)
		err = key->kind == ATT_SK_ECDSA
			  ? put_point(key->public_key, out)
			  : att_buf_put_string(out, key->public_key);
	if (err != ATT_OK)
		return err;
	return att_buf_put_string(out, key->application);
}

enum att_err
att_sk_key_put_line(const struct att_sk_key *key, struct att_buf *out)
{
	struct att_buf blob;
	enum att_err err;

	att_buf_init(&blob, ATT_SK_BLOB_MAX);
	if ((err = att_sk_key_put_blob(key, &blob)) == ATT_OK &&
	    (err = att_buf_printf(out, "%s ", att_sk_key_type(key->kind))) ==
		ATT_OK)
		err = att_base64_encode(att_buf_get(&blob), out);
	att_buf_reset(&blob);
	return err;
}

enum att_err
att_sk_key_fingerprint(
    const struct att_sk_key *key, char text[ATT_SK_FINGERPRINT_SIZE])
{
	struct att_buf blob;
	enum att_err err;

	text[0] = '\0';
	att_buf_init(&blob, ATT_SK_BLOB_MAX);
	if ((err = att_sk_key_put_blob(key, &blob)) == ATT_OK)
		err = print_fingerprint(att_buf_get(&blob), text);
	att_buf_reset(&blob);
	return err;
}
