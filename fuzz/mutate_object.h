/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The mutator of targets that read 32 bytes of client data hash, then an
 * attestation object: it changes one part and sets the lengths around it
 * right, so that what comes out can be parsed more often than not.
 */
#ifndef FUZZ_MUTATE_OBJECT_H
#define FUZZ_MUTATE_OBJECT_H

#include <stddef.h>
#include <stdint.h>

/* Of libFuzzer, or of replay.c. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/* Whoever includes this gets the mutator linked, too. */
__attribute__((used)) static size_t (*const object_mutator)(
    uint8_t *, size_t, size_t, unsigned int) = LLVMFuzzerCustomMutator;

#endif
