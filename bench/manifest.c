/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Preloaded for the bench only: programs that look for authenticators with
 * libfido2 find the one at BENCH_DEVICE. Not linked with libfido2, so that
 * what a PAM module maps can still be seen.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <fido.h>

/* libfido2 wants to see functions, and calls none of them for a path. */
static const fido_dev_io_t no_functions;

typedef int set_info(fido_dev_info_t *list, size_t index, const char *path,
    const char *manufacturer, const char *product, const fido_dev_io_t *io,
    const fido_dev_transport_t *transport);

static set_info *
find_set_info(void)
{
	void *library = dlopen("libfido2.so.1", RTLD_LAZY | RTLD_NOLOAD);
	void *symbol;
	set_info *found;

	if (library == NULL ||
	    (symbol = dlsym(library, "fido_dev_info_set")) == NULL)
		return NULL;
	memcpy(&found, &symbol, sizeof(found));
	return found;
}

__attribute__((visibility("default"))) int
fido_dev_info_manifest(fido_dev_info_t *list, size_t size, size_t *count)
{
	const char *path = getenv("BENCH_DEVICE");
	set_info *set = find_set_info();
	int r;

	*count = 0;
	if (path == NULL || set == NULL || size == 0)
		return FIDO_OK;
	if ((r = set(list, 0, path, "bench", "softkey", &no_functions, NULL)) ==
	    FIDO_OK)
		*count = 1;
	return r;
}
