/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Google's status list of Android key attestation: the serial numbers of
 * certificates that were revoked, in JSON, as the service at
 * android.googleapis.com/attestation/status gives it.
 */
#ifndef ATT_CODEC_STATUS_LIST_H
#define ATT_CODEC_STATUS_LIST_H

#include "base/bytes.h"
#include "base/err.h"

struct att_status_list;

/*
 * Reads a list: an object whose member "entries" is an object, each member of
 * which is named by a serial number in lower-case hexadecimal, without zeros
 * in front, and has a "status" that is REVOKED or SUSPENDED. Other members are
 * left alone; no name may be there twice. The caller frees *listp.
 * ATT_ERR_ROOTS_INVALID, ATT_ERR_NO_MEMORY.
 */
enum att_err att_status_list_parse(struct att_bytes text,
    struct att_status_list **listp, struct att_reason *why) ATT_MUST_USE;
void att_status_list_free(struct att_status_list **listp);

/*
 * The status of a certificate by its serial number, the content octets of the
 * INTEGER; NULL when the list does not name it. A suspended one counts as
 * long as the list has it. Lent by list.
 */
const char *att_status_list_find(
    const struct att_status_list *list, struct att_bytes serial);

#endif
