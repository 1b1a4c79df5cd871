/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of fuzz/seeds. */
#ifndef FUZZ_SEEDS_H
#define FUZZ_SEEDS_H

#include "base/buf.h"
#include "base/bytes.h"

/* Writes FOLDER/target/name. */
void write_seed(const char *target, const char *name, struct att_bytes bytes);
/* The same of a buffer, which is empty then. */
void write_seed_of(
    const char *target, const char *name, struct att_buf *content);

/* Registrations by the keys of resign.h. */
void write_resigned(void);

/* Host tokens, their claims, and sets of keys. */
void write_tokens(void);

/* Certificates. */
void write_trust(void);

/* What a process and an SSH agent say to each other. */
void write_agent(void);

/* What a service and a TPM say while a token is obtained. */
void write_maa(void);

#endif
