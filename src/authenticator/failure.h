/* SPDX-License-Identifier: BSD-2-Clause */
/* What libfido2 and the device node say, as a FAILED message. */
#ifndef ATT_AUTHENTICATOR_FAILURE_H
#define ATT_AUTHENTICATOR_FAILURE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "wire/device.h"
#include "hid.h"

/*
 * The failure that a result of libfido2 other than FIDO_OK stands for, how
 * the device node fared included. detail says it in words for the log.
 */
void att_failure_from_fido(
    int result, const struct att_hid *hid, struct att_failed *failed);

/* The same for an error of our own; text may be NULL. */
void att_failure_from_err(
    enum att_err err, const char *text, struct att_failed *failed);

/* CTAP 2.1, 6.5.1: the retry counter has moved or says more. */
bool att_failure_is_about_pin(enum att_device_failure failure);

#endif
