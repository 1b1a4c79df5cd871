/* SPDX-License-Identifier: BSD-2-Clause */
/* malloc(3) and its like, for libcurl; what is freed is wiped. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "fetcher/memory.h"

static void
wipe_and_free(void *ptr)
{
	if (ptr != NULL)
		explicit_bzero(ptr, malloc_usable_size(ptr));
	free(ptr);
}

/* realloc(3) would leave the old place as it was. */
static void *
move(void *ptr, size_t size)
{
	size_t old = ptr == NULL ? 0 : malloc_usable_size(ptr);
	void *new = malloc(size);

	if (new == NULL)
		return NULL;
	if (ptr != NULL)
		memcpy(new, ptr, old < size ? old : size);
	wipe_and_free(ptr);
	return new;
}

int
memory_begin_curl(void)
{
	return (int)curl_global_init_mem(
	    CURL_GLOBAL_DEFAULT, malloc, wipe_and_free, move, strdup, calloc);
}
