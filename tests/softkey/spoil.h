/* SPDX-License-Identifier: BSD-2-Clause */
/* Misbehaviour in the bytes of a finished answer. */
#ifndef SOFTKEY_SPOIL_H
#define SOFTKEY_SPOIL_H

#include "buf.h"
#include "misbehave.h"

/* Spoils a CTAP2 answer (status, map) as the fault says, if it does. */
void spoil_cbor(enum fault fault, struct buf *answer);

/* The same for a U2F answer (data, status word). */
void spoil_msg(enum fault fault, struct buf *answer);

#endif
