/* SPDX-License-Identifier: BSD-2-Clause */
/* Misbehaviour in the bytes of a finished answer. */
#include <string.h>

#include "ctap.h"
#include "keys.h"
#include "spoil.h"

#define UNKNOWN_STATUS 0xe7
#define DEPTH 500
#define CUT 20

/* A status and then this. */
static void
replace_map(struct buf *answer, const void *data, size_t len)
{
	answer->len = 0;
	buf_put_u8(answer, CTAP_OK);
	buf_put(answer, data, len);
}

/* Appends one more pair; a CTAP2 map has its count in the head byte. */
static void
add_pair(struct buf *answer, const void *pair, size_t len)
{
	if (answer->len < 2)
		return;
	answer->data[1]++;
	buf_put(answer, pair, len);
}

/* Puts bytes before what stands at a place. */
static void
insert(struct buf *answer, size_t at, const void *bytes, size_t len)
{
	if (answer->len < at)
		return;
	buf_grow(answer, len);
	memmove(
	    answer->data + at + len, answer->data + at, answer->len - at - len);
	memcpy(answer->data + at, bytes, len);
}

static void
make_indefinite(struct buf *answer)
{
	if (answer->len < 2)
		return;
	answer->data[1] = 0xbf;
	buf_put_u8(answer, 0xff);
}

static void
cut(struct buf *answer)
{
	size_t n = answer->len > CUT ? CUT : answer->len / 2;

	answer->len -= n;
}

static void
nest(struct buf *answer)
{
	uint8_t arrays[DEPTH];

	memset(arrays, 0x81, sizeof(arrays));
	arrays[DEPTH - 1] = 0x00;
	replace_map(answer, arrays, sizeof(arrays));
}

static void
add_noise(struct buf *answer)
{
	uint8_t noise[200];

	random_bytes(noise, sizeof(noise));
	noise[0] = 0xff; /* never by chance a map */
	replace_map(answer, noise, sizeof(noise));
}

void
spoil_cbor(enum fault fault, struct buf *answer)
{
	static const uint8_t unknown = UNKNOWN_STATUS;
	static const uint8_t extra_pair[] = { 0x18, 0x7f, 0xf5 };
	static const uint8_t tag[] = { 0xd9, 0xd9, 0xf7 };
	static const uint8_t one_byte_more = 0x18;
	static const uint8_t second_auth_data[] = { 0x02, 0x41, 0x00 };
	static const uint8_t huge[] = { 0xa1, 0x02, 0x5b, 0x80, 0, 0, 0, 0, 0,
		0, 0, 0x55 };

	switch (fault) {
	case FAULT_UNKNOWN_STATUS:
		answer->len = 0;
		buf_put(answer, &unknown, 1);
		break;
	case FAULT_EMPTY_REPLY:
		answer->len = 0;
		break;
	case FAULT_TRUNCATED_CBOR:
		cut(answer);
		break;
	case FAULT_TRAILING_CBOR:
		buf_put_u8(answer, 0xf6);
		break;
	case FAULT_EXTRA_CBOR_KEY:
		add_pair(answer, extra_pair, sizeof(extra_pair));
		break;
	case FAULT_DUPLICATE_CBOR_KEY:
		add_pair(answer, second_auth_data, sizeof(second_auth_data));
		break;
	case FAULT_TAGGED_CBOR:
		insert(answer, 1, tag, sizeof(tag));
		break;
	case FAULT_LONG_CBOR_KEY:
		insert(answer, 2, &one_byte_more, 1);
		break;
	case FAULT_INDEFINITE_CBOR:
		make_indefinite(answer);
		break;
	case FAULT_HUGE_CBOR_LENGTH:
		replace_map(answer, huge, sizeof(huge));
		break;
	case FAULT_DEEP_CBOR:
		nest(answer);
		break;
	case FAULT_NOISE:
		add_noise(answer);
		break;
	default:
		break;
	}
}

void
spoil_msg(enum fault fault, struct buf *answer)
{
	static const uint8_t unknown[] = { 0x6f, UNKNOWN_STATUS };

	switch (fault) {
	case FAULT_UNKNOWN_STATUS:
		answer->len = 0;
		buf_put(answer, unknown, sizeof(unknown));
		break;
	case FAULT_EMPTY_REPLY:
		answer->len = 0;
		break;
	case FAULT_TRUNCATED_CBOR:
		cut(answer);
		break;
	case FAULT_TRAILING_CBOR:
		buf_put_u8(answer, 0xf6);
		break;
	case FAULT_NOISE:
		add_noise(answer);
		break;
	default:
		break;
	}
}
