/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of users, in one piece of memory. */
#include <stdlib.h>
#include <string.h>

#include "attestctl/users.h"
#include "store/store.h"

enum {
	NAMES_MAX = 1 << 30, /* bytes; a place is a uint32_t */
	FIRST_SIZE = 1024
};

void
att_users_reset(struct att_users *users)
{
	free(users->names);
	free(users->places);
	*users = (struct att_users){ 0 };
}

/*
 * Room for count more, growing by half: with twice as much, half of a long
 * list would lie idle.
 */
static enum att_err
reserve(void **ptrp, size_t *size, size_t used, size_t more)
{
	size_t wanted = *size < FIRST_SIZE ? FIRST_SIZE : *size;
	void *ptr;

	if (*ptrp != NULL && *size - used >= more)
		return ATT_OK;
	while (wanted - used < more)
		wanted += wanted / 2;
	if ((ptr = realloc(*ptrp, wanted)) == NULL)
		return ATT_ERR_NO_MEMORY;
	*ptrp = ptr;
	*size = wanted;
	return ATT_OK;
}

enum att_err
att_users_add(struct att_users *users, const char *name)
{
	size_t place = users->names_len, len = strlen(name) + 1;
	void *names = users->names, *places = users->places;
	enum att_err r;

	if (len > NAMES_MAX - place)
		return ATT_ERR_TOO_LARGE;
	r = reserve(&names, &users->names_size, place, len);
	users->names = names;
	if (r == ATT_OK)
		r = reserve(&places, &users->places_size,
		    users->count * sizeof(*users->places),
		    sizeof(*users->places));
	users->places = places;
	if (r != ATT_OK)
		return r;
	memcpy(users->names + place, name, len);
	users->names_len += len;
	users->places[users->count++] = (uint32_t)place;
	return ATT_OK;
}

static enum att_err
add_found(const char *user, void *arg)
{
	return att_users_add(arg, user);
}

enum att_err
att_users_collect(struct att_users *users, const struct att_options *opts,
    struct att_reason *why)
{
	enum att_err r;

	r = att_options_check_folder(opts, "credentials_dir", why);
	if (r != ATT_OK)
		return r;
	return att_store_each_user(
	    opts->credentials_dir, add_found, users, why);
}

static int
compare(const void *a, const void *b, void *names)
{
	const char *x = names, *y = names;

	return strcmp(x + *(const uint32_t *)a, y + *(const uint32_t *)b);
}

void
att_users_sort(struct att_users *users)
{
	size_t kept = 0;

	if (users->count == 0)
		return;
	qsort_r(users->places, users->count, sizeof(*users->places), compare,
	    users->names);
	for (size_t i = 1; i < users->count; i++) {
		if (strcmp(att_users_get(users, kept),
			att_users_get(users, i)) != 0)
			users->places[++kept] = users->places[i];
	}
	users->count = kept + 1;
}

const char *
att_users_get(const struct att_users *users, size_t index)
{
	return users->names + users->places[index];
}
