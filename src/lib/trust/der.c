/* SPDX-License-Identifier: BSD-2-Clause */
/* Walking DER without decoding it. */
#include <stddef.h>

#include "trust/der.h"

enum {
	TAG_NUMBER = 0x1f,
	CONSTRUCTED = 0x20,
	CLASS = 0xc0,
	CLASS_CONTEXT = 0x80,
	MORE_OCTETS = 0x80,
	LONG_LENGTH = 0x80,
	DEPTH_MAX = 16,
};

/* Reads the length octets at at; X.690 8.1.3 with the limits of 10.1. */
static bool
read_length(struct att_bytes bytes, size_t *at, size_t *length)
{
	size_t octets;
	size_t value = 0;

	if (*at >= bytes.len)
		return false;
	value = bytes.ptr[(*at)++];
	if (value < LONG_LENGTH) {
		*length = value;
		return true;
	}
	octets = value - LONG_LENGTH;
	if (octets < 1 || octets > 3 || octets > bytes.len - *at)
		return false;
	if (bytes.ptr[*at] == 0)
		return false;
	for (value = 0; octets > 0; octets--)
		value = value << 8 | bytes.ptr[(*at)++];
	*length = value;
	return value >= LONG_LENGTH;
}

bool
att_der_take(struct att_bytes *left, struct att_der *element)
{
	size_t at = 1;
	size_t length;

	*element = (struct att_der){ 0 };
	if (left->len < 2 || (left->ptr[0] & TAG_NUMBER) == TAG_NUMBER)
		return false;
	if (!read_length(*left, &at, &length) || length > left->len - at)
		return false;
	element->tag = left->ptr[0];
	element->whole = att_bytes(left->ptr, at + length);
	element->content = att_bytes(left->ptr + at, length);
	*left = att_bytes(left->ptr + at + length, left->len - at - length);
	return true;
}

bool
att_der_take_tag(struct att_bytes *left, uint8_t tag, struct att_der *element)
{
	*element = (struct att_der){ 0 };
	if (left->len == 0 || left->ptr[0] != tag)
		return false;
	return att_der_take(left, element);
}

/*
 * Reads the identifier octets of an element of class context, constructed;
 * X.690 8.1.2.4 with one form per number.
 */
static bool
read_number(struct att_bytes bytes, size_t *at, uint32_t *number)
{
	uint8_t octet;
	uint32_t value = 0;

	if (*at >= bytes.len)
		return false;
	octet = bytes.ptr[(*at)++];
	if ((octet & (CLASS | CONSTRUCTED)) != (CLASS_CONTEXT | CONSTRUCTED))
		return false;
	*number = octet & TAG_NUMBER;
	if (*number != TAG_NUMBER)
		return true;
	for (int i = 0; i < 3 && *at < bytes.len; i++) {
		octet = bytes.ptr[(*at)++];
		value = value << 7 | (octet & 0x7f);
		if (value == 0)
			return false;
		if ((octet & MORE_OCTETS) == 0) {
			*number = value;
			return value >= TAG_NUMBER;
		}
	}
	return false;
}

bool
att_der_take_explicit(struct att_bytes *left, struct att_der_explicit *element)
{
	struct att_bytes content;
	uint32_t number;
	size_t at = 0;
	size_t length;

	*element = (struct att_der_explicit){ 0 };
	if (!read_number(*left, &at, &number) ||
	    !read_length(*left, &at, &length) || length > left->len - at)
		return false;
	content = att_bytes(left->ptr + at, length);
	if (!att_der_take(&content, &element->inner))
		return false;
	if (content.len != 0) {
		*element = (struct att_der_explicit){ 0 };
		return false;
	}
	element->number = number;
	*left = att_bytes(left->ptr + at + length, left->len - at - length);
	return true;
}

bool
att_der_get_uint(struct att_bytes content, uint32_t *value)
{
	uint32_t sum = 0;

	*value = 0;
	if (content.len == 0 || content.len > 5 || content.ptr[0] >= 0x80)
		return false;
	if (content.len > 1 && content.ptr[0] == 0 && content.ptr[1] < 0x80)
		return false;
	if (content.len == 5 && content.ptr[0] != 0)
		return false;
	for (size_t i = 0; i < content.len; i++)
		sum = sum << 8 | content.ptr[i];
	*value = sum;
	return true;
}

/* X.690 section 11.2.1; OpenSSL clears what it finds in unused bits. */
static bool
has_clear_unused_bits(struct att_bytes content)
{
	uint8_t unused;

	if (content.len == 0 || (unused = content.ptr[0]) > 7)
		return false;
	if (content.len == 1)
		return unused == 0;
	return (content.ptr[content.len - 1] & ((1U << unused) - 1)) == 0;
}

static bool
is_strict_below(struct att_bytes left, int depth)
{
	struct att_der element;

	while (left.len > 0) {
		if (!att_der_take(&left, &element))
			return false;
		if (element.tag == ATT_DER_BIT_STRING &&
		    !has_clear_unused_bits(element.content))
			return false;
		if ((element.tag & CONSTRUCTED) == 0)
			continue;
		if (depth >= DEPTH_MAX ||
		    !is_strict_below(element.content, depth + 1))
			return false;
	}
	return true;
}

bool
att_der_is_strict(struct att_bytes der)
{
	struct att_der element;
	struct att_bytes left = der;

	return att_der_take(&left, &element) && left.len == 0 &&
	       is_strict_below(der, 0);
}

bool
att_der_find_subject(struct att_bytes der, struct att_der_certificate *parts)
{
	struct att_bytes left = der;
	struct att_der element;

	*parts = (struct att_der_certificate){ 0 };
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &element) ||
	    left.len != 0)
		return false;
	left = element.content;
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &element))
		return false;
	left = element.content; /* TBSCertificate */
	if (left.len > 0 && left.ptr[0] == ATT_DER_CONTEXT_0 &&
	    !att_der_take(&left, &element)) /* version */
		return false;
	if (!att_der_take_tag(&left, ATT_DER_INTEGER, &element) ||  /* serial */
	    !att_der_take_tag(&left, ATT_DER_SEQUENCE, &element) || /* alg. */
	    !att_der_take_tag(&left, ATT_DER_SEQUENCE, &element) || /* issuer */
	    !att_der_take_tag(&left, ATT_DER_SEQUENCE, &element)) /* validity */
		return false;
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &element))
		return false;
	parts->subject = element.whole;
	if (!att_der_take_tag(&left, ATT_DER_SEQUENCE, &element))
		return false;
	parts->key = element.whole;
	return true;
}
