/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of fuzz/seeds. */
#ifndef FUZZ_SEEDS_H
#define FUZZ_SEEDS_H

#include "base/bytes.h"

/* Writes FOLDER/target/name. */
void write_seed(const char *target, const char *name, struct att_bytes bytes);

/* Registrations by the keys of resign.h. */
void write_resigned(void);

/* Host tokens, their claims, and sets of keys. */
void write_tokens(void);

#endif
