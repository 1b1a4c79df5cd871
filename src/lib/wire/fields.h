/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields that several messages share, on top of base/buf.h. For the sources
 * of messages only: this folder, and remote. Errors as in login.h.
 */
#ifndef ATT_WIRE_FIELDS_H
#define ATT_WIRE_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* A cursor behind the type byte, which has to be type. */
enum att_err att_field_begin(
    struct att_bytes message, uint8_t type, struct att_reader *r) ATT_MUST_USE;

/* A string of min to max bytes. */
enum att_err att_field_put_bytes(struct att_buf *out, struct att_bytes v,
    size_t min, size_t max) ATT_MUST_USE;
enum att_err att_field_get_bytes(struct att_reader *r, size_t min, size_t max,
    struct att_bytes *out) ATT_MUST_USE;

/* Text of min to max bytes without NUL; the caller frees *outp. */
enum att_err att_field_put_text(
    struct att_buf *out, const char *v, size_t min, size_t max) ATT_MUST_USE;
enum att_err att_field_get_text(
    struct att_reader *r, size_t min, size_t max, char **outp) ATT_MUST_USE;

/* One byte in the range min to max. */
enum att_err att_field_put_choice(
    struct att_buf *out, unsigned int v, uint8_t min, uint8_t max) ATT_MUST_USE;
enum att_err att_field_get_choice(
    struct att_reader *r, uint8_t min, uint8_t max, uint8_t *out) ATT_MUST_USE;

/* One byte, 0 or 1. */
enum att_err att_field_get_bool(struct att_reader *r, bool *out) ATT_MUST_USE;

/* A uint32 in the range min to max. */
enum att_err att_field_put_number(
    struct att_buf *out, size_t v, uint32_t min, uint32_t max) ATT_MUST_USE;
enum att_err att_field_get_number(struct att_reader *r, uint32_t min,
    uint32_t max, uint32_t *out) ATT_MUST_USE;

/* Exactly len bytes, without a length before them. */
enum att_err att_field_get_array(
    struct att_reader *r, size_t len, uint8_t *out) ATT_MUST_USE;

#endif
