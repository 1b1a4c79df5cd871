/* SPDX-License-Identifier: BSD-2-Clause */
/* The certificates of a file that somebody wants to be trusted. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "attestctl/offered.h"

static const char begin_any[] = "-----BEGIN ";
static const char begin_line[] = "-----BEGIN CERTIFICATE-----";
static const char end_line[] = "-----END CERTIFICATE-----";

enum {
	LINE_CHARS = 64, /* RFC 7468 section 2 */
	LINE_BYTES = LINE_CHARS / 4 * 3,
	DER_SEQUENCE = 0x30
};

/* --- Reading ------------------------------------------------------------ */

static enum att_err
refuse(const char *shown, size_t line, const char *what, struct att_reason *why)
{
	return att_refuse(why, ATT_ERR_CERTIFICATE_MALFORMED,
	    "%s: line %zu: %s", shown, line, what);
}

static const char private_key[] =
    "a private key, which has no place among anchors: whoever reads it could "
    "vouch for any key; give a file with the certificate alone";

static bool
has_prefix(struct att_bytes line, const char *prefix)
{
	return line.len >= strlen(prefix) &&
	       memcmp(line.ptr, prefix, strlen(prefix)) == 0;
}

static enum att_err
refuse_block(struct att_bytes line, const char *shown, size_t number,
    struct att_reason *why)
{
	if (memmem(line.ptr, line.len, "PRIVATE KEY", 11) != NULL)
		return refuse(shown, number, private_key, why);
	return refuse(shown, number,
	    "a PEM block that is not a CERTIFICATE; "
	    "\"openssl x509\" or \"openssl pkcs7 -print_certs\" may make one "
	    "of it",
	    why);
}

/* Lines outside of blocks become empty, so that the others keep their number.
 */
static enum att_err
blank_between(
    uint8_t *text, size_t len, const char *shown, struct att_reason *why)
{
	bool is_inside = false;
	size_t number = 1;

	for (size_t at = 0; at < len; number++) {
		uint8_t *end = memchr(text + at, '\n', len - at);
		size_t stop = end == NULL ? len : (size_t)(end - text);
		struct att_bytes line = att_bytes(text + at, stop - at);

		if (has_prefix(line, begin_line))
			is_inside = true;
		else if (has_prefix(line, begin_any))
			return refuse_block(line, shown, number, why);
		if (!is_inside && line.len > 0)
			memset(text + at, '#', line.len);
		if (has_prefix(line, end_line))
			is_inside = false;
		at = stop + 1;
	}
	return ATT_OK;
}

static bool
is_private_key(struct att_bytes der)
{
	const unsigned char *p = der.ptr;
	EVP_PKEY *key = d2i_AutoPrivateKey(NULL, &p, (long)der.len);
	bool is_key = key != NULL;

	EVP_PKEY_free(key);
	ERR_clear_error();
	return is_key;
}

static enum att_err
read_der(const struct att_offer *offer, struct att_anchors *anchors,
    struct att_reason *why)
{
	struct att_bytes der = att_bytes(offer->text, offer->len);

	if (is_private_key(der))
		return att_refuse(why, ATT_ERR_CERTIFICATE_MALFORMED, "%s: %s",
		    offer->shown, private_key);
	if (att_anchors_add_der(
		anchors, offer->role, der, offer->shown, NULL) == ATT_OK)
		return ATT_OK;
	return att_refuse(why, ATT_ERR_CERTIFICATE_MALFORMED,
	    "%s is not a certificate", offer->shown);
}

enum att_err
att_offered_read(const struct att_offer *offer, struct att_anchors *anchors,
    struct att_reason *why)
{
	struct att_bytes text = att_bytes(offer->text, offer->len);
	enum att_err r;

	if (text.len > 0 && text.ptr[0] == DER_SEQUENCE)
		return read_der(offer, anchors, why);
	if (memmem(text.ptr, text.len, begin_any, strlen(begin_any)) == NULL)
		return att_refuse(why, ATT_ERR_CERTIFICATE_MALFORMED,
		    "%s has no certificate: expected PEM or DER", offer->shown);
	r = blank_between(offer->text, offer->len, offer->shown, why);
	if (r != ATT_OK)
		return r;
	r = att_anchors_add_pem(anchors, offer->role, text, offer->shown, why);
	if (r == ATT_ERR_ROOTS_INVALID && why != NULL)
		r = why->code = ATT_ERR_CERTIFICATE_MALFORMED;
	return r;
}

/* --- Writing ------------------------------------------------------------ */

enum att_err
att_offered_write(
    struct att_bytes der, const char *subject, struct att_buf *out)
{
	unsigned char line[LINE_CHARS + 1];
	enum att_err r;

	r = att_buf_printf(out, "# %s\n%s\n", subject, begin_line);
	for (size_t at = 0; at < der.len && r == ATT_OK; at += LINE_BYTES) {
		size_t len =
		    der.len - at < LINE_BYTES ? der.len - at : LINE_BYTES;

		EVP_EncodeBlock(line, der.ptr + at, (int)len);
		r = att_buf_printf(out, "%s\n", (char *)line);
	}
	if (r == ATT_OK)
		r = att_buf_printf(out, "%s\n", end_line);
	return r;
}

/* RFC 2253 section 2.4: the text behind "CN=" up to a comma or plus sign that
 * is not escaped; all of it where there is none. */
static const char *
find_common_name(const char *subject, bool *is_whole)
{
	bool is_start = true;

	for (const char *at = subject; *at != '\0'; at++) {
		if (is_start && strncmp(at, "CN=", 3) == 0) {
			*is_whole = false;
			return at + 3;
		}
		is_start = *at == ',' || *at == '+';
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	*is_whole = true;
	return subject;
}

void
att_offered_name(const char *subject, char stem[ATT_STEM_SIZE])
{
	bool is_whole, is_pending = false;
	const char *at = find_common_name(subject, &is_whole);
	size_t len = 0;

	for (; *at != '\0' && len + 2 < ATT_STEM_SIZE; at++) {
		unsigned char c = (unsigned char)*at;

		if (!is_whole && (c == ',' || c == '+'))
			break;
		if (c == '\\') {
			/* An octet in hexadecimal, or a character. */
			is_pending = true;
			at += at[1] == '\0' ? 0
			      : isxdigit((unsigned char)at[1]) &&
				      isxdigit((unsigned char)at[2])
				  ? 2
				  : 1;
			continue;
		}
		if (c >= 0x80 || !isalnum(c)) {
			is_pending = true;
			continue;
		}
		if (is_pending && len > 0)
			stem[len++] = '-';
		is_pending = false;
		stem[len++] = (char)tolower(c);
	}
	stem[len] = '\0';
}
