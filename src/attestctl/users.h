/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of users, without the weight of an allocation each: a store may have
 * a hundred thousand of them, at 14 bytes or so a name.
 */
#ifndef ATT_ATTESTCTL_USERS_H
#define ATT_ATTESTCTL_USERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "conf/options.h"

/* All zero is an empty list. */
struct att_users {
	char *names; /* one after the other, each with its NUL */
	size_t names_len;
	size_t names_size;
	uint32_t *places; /* where each begins */
	size_t count;
	size_t places_size;
};

void att_users_reset(struct att_users *users);

/* ATT_ERR_NO_MEMORY, ATT_ERR_TOO_LARGE (a gigabyte of names). */
enum att_err att_users_add(
    struct att_users *users, const char *name) ATT_MUST_USE;

/*
 * Adds everybody who has a file in credentials_dir. Whatever is returned, the
 * users that were found are there: ATT_ERR_STORE_MALFORMED when one file is
 * not a user's; those of att_store_each_user() and att_options_check_folder().
 */
enum att_err att_users_collect(struct att_users *users,
    const struct att_options *opts, struct att_reason *why) ATT_MUST_USE;

/* Sorts by bytes; who is there twice stays once. */
void att_users_sort(struct att_users *users);

/* The name at index, lent until the next change. */
const char *att_users_get(const struct att_users *users, size_t index);

#endif
