/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and values in a query or a body: RFC 3986 sections 2.1 and 3.4. */
#ifndef ATT_MAA_FORM_H
#define ATT_MAA_FORM_H

#include "base/buf.h"

/*
 * Appends "name=value" and what parts it from what is there: "&", after a
 * name=value, and else nothing. Of value all that is not unreserved becomes
 * %XX, so that form decoders (application/x-www-form-urlencoded) read the
 * same. ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE.
 */
enum att_err att_form_put(
    struct att_buf *form, const char *name, const char *value) ATT_MUST_USE;

#endif
