/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking DER without decoding it: enough to find the parts of a certificate
 * and to refuse what is BER but not DER (X.690 section 10.1).
 */
#ifndef ATT_TRUST_DER_H
#define ATT_TRUST_DER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"

/* Identifier octets of what certificates are made of. */
enum {
	ATT_DER_INTEGER = 0x02,
	ATT_DER_BIT_STRING = 0x03,
	ATT_DER_OCTET_STRING = 0x04,
	ATT_DER_NULL = 0x05,
	ATT_DER_OBJECT_IDENTIFIER = 0x06,
	ATT_DER_ENUMERATED = 0x0a,
	ATT_DER_SEQUENCE = 0x30,
	ATT_DER_SET = 0x31,
	ATT_DER_CONTEXT_0 = 0xa0, /* [0], constructed */
};

struct att_der {
	uint8_t tag;		  /* the identifier octet */
	struct att_bytes whole;	  /* identifier, length and content */
	struct att_bytes content; /* lent by the bytes walked over */
};

/*
 * Takes the element at the front of *left off it. False, with nothing taken,
 * unless it is complete and its length is definite and minimal. Tag numbers
 * above 30 do not occur in a certificate's own structure and are refused.
 */
bool att_der_take(struct att_bytes *left, struct att_der *element);

/* As above, and only an element with that identifier octet. */
bool att_der_take_tag(
    struct att_bytes *left, uint8_t tag, struct att_der *element);

/* An element of the form [number] EXPLICIT. */
struct att_der_explicit {
	uint32_t number;
	struct att_der inner; /* what the tag was put around */
};

/*
 * Takes an element of that form off *left, class context: its number is
 * below 2^21 and in the shortest form of X.690 section 8.1.2, also above 30,
 * and one element and nothing else is inside. False, with nothing taken,
 * otherwise.
 */
bool att_der_take_explicit(
    struct att_bytes *left, struct att_der_explicit *element);

/*
 * The value of an INTEGER or ENUMERATED from its content: not negative, in
 * the shortest form, below 2^32. False, with *value zero, otherwise.
 */
bool att_der_get_uint(struct att_bytes content, uint32_t *value);

/*
 * Are these bytes one element with nothing left over, lengths definite and
 * minimal all the way down, unused bits of bit strings zero? Other contents of
 * strings are not looked into.
 */
bool att_der_is_strict(struct att_bytes der);

/* The parts of a certificate that name its subject and key, still encoded. */
struct att_der_certificate {
	struct att_bytes subject; /* Name */
	struct att_bytes key;	  /* SubjectPublicKeyInfo */
};

/* Finds them; false if der is not laid out as RFC 5280 section 4.1 says. */
bool att_der_find_subject(
    struct att_bytes der, struct att_der_certificate *parts);

#endif
