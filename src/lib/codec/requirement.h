/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a claim of a host token has to be: "POINTER OPERATOR VALUE", such as
 *
 *	/secureboot == true
 *	/x-ms-policy/BootAppSVN >= 3
 *	/x-ms-tpm-request-key/info/tpm_certify/obj_attr mask 0x32
 *
 * POINTER is a JSON Pointer (RFC 6901), as a JSON string if it has blanks in
 * it. VALUE is JSON. Nothing is converted: a claim of another type than VALUE
 * passes neither == nor !=, 1 and 1.0 are different, and a claim that is
 * missing passes nothing.
 *
 *	==  !=		the same value, or another one; deep
 *	>=  <=		both integers, or both reals
 *	in		VALUE is an array, and the claim equals an element of it
 *	contains	the claim is an array, and an element of it equals VALUE
 *	exists		without a VALUE: the claim is there, null too
 *	mask		an integer that is not negative has all the bits of
 *VALUE, a number, decimal or hexadecimal after 0x
 */
#ifndef ATT_CODEC_REQUIREMENT_H
#define ATT_CODEC_REQUIREMENT_H

#include "base/err.h"

struct json_t;
struct att_requirement;

enum {
	ATT_REQUIREMENT_MAX = 4096 /* bytes of text */
};

/*
 * Reads one requirement. The caller frees *requirementp.
 * ATT_ERR_CONF_VALUE with what is wrong and what to write,
 * ATT_ERR_NO_MEMORY.
 */
enum att_err att_requirement_parse(const char *text,
    struct att_requirement **requirementp, struct att_reason *why) ATT_MUST_USE;

/*
 * The same for one that counts only if another one, condition, is met, which
 * stands for itself. For the profiles: nobody can write it down as an option.
 */
enum att_err att_requirement_parse_conditional(const char *condition,
    const char *text, struct att_requirement **requirementp,
    struct att_reason *why) ATT_MUST_USE;

void att_requirement_free(struct att_requirement **requirementp);

/* As it was written, without the condition; lent. */
const char *att_requirement_get_text(const struct att_requirement *requirement);

/*
 * Whether claims, a JSON object, are as required. ATT_ERR_TOKEN_CLAIM with the
 * pointer, the value found and the value wanted:
 *	/secureboot is false, wanted == true
 *	/x-ms-policy/a is missing (there is no /x-ms-policy), wanted == true
 */
enum att_err att_requirement_check(const struct att_requirement *requirement,
    const struct json_t *claims, struct att_reason *why) ATT_MUST_USE;

#endif
