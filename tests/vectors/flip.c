/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Changes one bit of a token that is accepted, and each length of it; none of
 * that may be accepted.
 *
 * usage: flip STRIDE ISSUER TIME JWKS CA TOKEN
 *
 * JWKS or CA may be "-" for none. TIME is in seconds since 1970. Of all
 * changes it takes only every STRIDE-th (1: all of them): each bit of the
 * text, each bit of what the three parts decode to, each length to cut at,
 * each character to leave out, and each place to put one in. Prints a TAP line
 * with the count of each code; what is accepted is named.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "codec/base64url.h"
#include "codec/jws.h"
#include "conf/options.h"
#include "token/token.h"
#include "trust/anchors.h"

enum {
	PARTS = 3,
	SHOWN_MAX = 20
};

/* The token as it is accepted, and what came of its changes. */
static struct {
	const char *name;
	unsigned long stride;
	uint8_t *text;
	size_t len;
	struct att_options *opts;
	struct att_token_trust trust;
	unsigned long next;
	unsigned long count;
	unsigned long accepted;
	unsigned long codes[ATT_ERR_COUNT];
} flip;

/* Of a copy of its own, so that a sanitizer sees what is read past the end. */
static enum att_err
judge(const uint8_t *text, size_t len)
{
	struct att_token_verdict verdict;
	struct att_reason why = { 0 };
	struct att_token *token = NULL;
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum att_err r;

	if (copy == NULL)
		err(2, "malloc");
	memcpy(copy, text, len);
	r = att_token_parse(att_bytes(copy, len), &token, &why);
	free(copy);
	if (r == ATT_OK)
		r = att_token_verify(
		    token, flip.opts, &flip.trust, &verdict, &why);
	att_token_free(&token);
	return r;
}

static void
try(const char *what, size_t at, const uint8_t *text, size_t len)
{
	enum att_err r = judge(text, len);

	flip.count++;
	flip.codes[r]++;
	if (r == ATT_OK && flip.accepted++ < SHOWN_MAX)
		printf("# %s: accepted with %s %zu\n", flip.name, what, at);
	if (r != ATT_OK && !att_err_is_refusal(r))
		errx(2, "%s: %s %zu: %s", flip.name, what, at, att_err_code(r));
}

static bool
is_turn(void)
{
	return flip.next++ % flip.stride == 0;
}

/* --- Changes ------------------------------------------------------------ */

static void
flip_text(uint8_t *text)
{
	for (size_t i = 0; i < 8 * flip.len; i++) {
		if (!is_turn())
			continue;
		text[i / 8] ^= (uint8_t)(1U << i % 8);
		try("bit of the text", i, text, flip.len);
		text[i / 8] ^= (uint8_t)(1U << i % 8);
	}
}

/* The part that begins at from, anew with one bit of its bytes turned over. */
static void
flip_part(uint8_t *text, size_t from, size_t to)
{
	struct att_buf encoded;
	uint8_t *bytes;
	size_t len;

	if (att_base64url_decode(att_bytes(flip.text + from, to - from),
		flip.len, &bytes, &len) != ATT_OK)
		errx(2, "%s: not base64url", flip.name);
	for (size_t i = 0; i < 8 * len; i++) {
		if (!is_turn())
			continue;
		bytes[i / 8] ^= (uint8_t)(1U << i % 8);
		att_buf_init(&encoded, flip.len);
		if (att_base64url_encode(att_bytes(bytes, len), &encoded) !=
			ATT_OK ||
		    encoded.len != to - from)
			errx(2, "%s: cannot be encoded again", flip.name);
		memcpy(text + from, encoded.ptr, encoded.len);
		try(from == 0 ? "bit of the header" : "bit of a part", i, text,
		    flip.len);
		att_buf_reset(&encoded);
		bytes[i / 8] ^= (uint8_t)(1U << i % 8);
	}
	memcpy(text + from, flip.text + from, to - from);
	free(bytes);
}

static void
flip_parts(uint8_t *text)
{
	size_t from = 0;

	for (size_t i = 0; i < PARTS; i++) {
		const uint8_t *dot =
		    memchr(flip.text + from, '.', flip.len - from);
		size_t to = dot == NULL ? flip.len : (size_t)(dot - flip.text);

		flip_part(text, from, to);
		from = to + 1;
	}
}

static void
change_length(uint8_t *text)
{
	static const char inserted[] = "A.= \n";

	for (size_t i = 0; i < flip.len; i++) {
		if (is_turn())
			try("length", i, flip.text, i);
		if (is_turn()) {
			memcpy(text, flip.text, i);
			memcpy(text + i, flip.text + i + 1, flip.len - i - 1);
			try("nothing at", i, text, flip.len - 1);
		}
	}
	for (size_t i = 0; i <= flip.len; i++) {
		if (!is_turn())
			continue;
		memcpy(text, flip.text, i);
		text[i] = (uint8_t)inserted[i % (sizeof(inserted) - 1)];
		memcpy(text + i + 1, flip.text + i, flip.len - i);
		try("one more at", i, text, flip.len + 1);
	}
}

/* --- What it is about --------------------------------------------------- */

static void
must(enum att_err r, const struct att_reason *why)
{
	if (r != ATT_OK)
		errx(2, "%s: %s: %s", flip.name, att_err_code(r), why->text);
}

static void
open_trust(const char *jwks, const char *ca)
{
	struct att_reason why = { 0 };
	uint8_t *text;
	size_t len;

	if (strcmp(jwks, "-") != 0) {
		must(att_file_read_any(jwks, ATT_JWKS_MAX, &text, &len, &why),
		    &why);
		must(att_jwks_parse(
			 att_bytes(text, len), &flip.trust.jwks, &why),
		    &why);
		free(text);
	}
	if (strcmp(ca, "-") == 0)
		return;
	must(att_anchors_new(&flip.trust.authorities), &why);
	must(att_anchors_load(
		 flip.trust.authorities, ATT_ROLE_ANCHOR, ca, false, &why),
	    &why);
}

static void
open_token(const char *path)
{
	struct att_reason why = { 0 };
	uint8_t *file;
	size_t len;

	must(att_file_read_any(path, ATT_JWS_TOKEN_MAX, &file, &len, &why),
	    &why);
	flip.len = att_token_trim(att_bytes(file, len)).len;
	flip.text = file;
}

static int
report(void)
{
	printf("%s - of %lu changes of %s none is accepted:",
	    flip.accepted == 0 ? "ok" : "not ok", flip.count, flip.name);
	for (size_t i = 0; i < ATT_ERR_COUNT; i++) {
		if (flip.codes[i] > 0)
			printf(" %s %lu", att_err_code((enum att_err)i),
			    flip.codes[i]);
	}
	putchar('\n');
	/* Most of what can be read has to get as far as the signature. */
	if (flip.codes[ATT_ERR_TOKEN_SIGNATURE] == 0)
		errx(2, "%s: no signature was ever checked", flip.name);
	return flip.accepted == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	struct att_reason why = { 0 };
	const char *slash;
	uint8_t *text;
	int status;

	if (argc != 7)
		errx(2, "usage: flip STRIDE ISSUER TIME JWKS CA TOKEN");
	slash = strrchr(argv[6], '/');
	flip.name = slash == NULL ? argv[6] : slash + 1;
	flip.stride = strtoul(argv[1], NULL, 10);
	if (flip.stride == 0)
		errx(2, "the stride is at least 1");
	must(att_options_new(&flip.opts), &why);
	must(att_options_set(flip.opts, "host_issuer", argv[2], "flip", &why),
	    &why);
	open_trust(argv[4], argv[5]);
	flip.trust.now = (time_t)strtoll(argv[3], NULL, 10);
	flip.trust.is_any_type = true;
	open_token(argv[6]);
	if (judge(flip.text, flip.len) != ATT_OK)
		errx(2, "%s is not accepted as it is", flip.name);
	text = malloc(flip.len + 1);
	if (text == NULL)
		err(2, "malloc");
	memcpy(text, flip.text, flip.len);
	flip_text(text);
	flip_parts(text);
	change_length(text);
	status = report();
	free(text);
	free(flip.text);
	att_token_trust_close(&flip.trust);
	att_options_free(&flip.opts);
	return status;
}
