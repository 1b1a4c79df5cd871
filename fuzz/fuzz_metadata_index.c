/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the index file of metadata. The checksum of its front is put
 * right, or nothing behind it would ever be read.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/digest.h"
#include "trust/metadata_index.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FRONT_MIN = 44,
	INPUT_MAX = 65536
};

static char folder[64];

static void
remove_folder(void)
{
	char path[96];

	snprintf(path, sizeof(path), "%s/" ATT_INDEX_NAME, folder);
	unlink(path);
	rmdir(folder);
}

static void
make_folder(void)
{
	if (folder[0] != '\0')
		return;
	strcpy(folder, "/tmp/fuzz-index.XXXXXX");
	if (mkdtemp(folder) == NULL || atexit(remove_folder) != 0)
		abort();
}

/* The length of the front stands behind the magic of eight bytes. */
static void
mend(uint8_t *bytes, size_t size)
{
	size_t front;

	if (size < FRONT_MIN)
		return;
	front = (size_t)bytes[8] << 24 | (size_t)bytes[9] << 16 |
		(size_t)bytes[10] << 8 | bytes[11];
	if (front < FRONT_MIN || front > size)
		return;
	if (att_sha256(att_bytes(bytes, front - 32), bytes + front - 32) !=
	    ATT_OK)
		abort();
}

static void
write_index(const uint8_t *data, size_t size)
{
	static uint8_t bytes[INPUT_MAX];
	char path[96];
	int fd;

	memcpy(bytes, data, size);
	mend(bytes, size);
	snprintf(path, sizeof(path), "%s/" ATT_INDEX_NAME, folder);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd) != 0)
		abort();
}

static void
find_some(const struct att_index *index)
{
	static const uint8_t ids[3] = { 0, 1, 9 };
	struct att_reason why = { 0 };

	for (size_t i = 0; i < sizeof(ids); i++) {
		struct att_model_id id = { .is_u2f = ids[i] == 1,
			.id = { ids[i], 1 } };
		const struct att_model *model;
		enum att_err err;

		err = att_index_find(index, &id, &model, &why);
		if (err != ATT_OK && (model != NULL || why.code != err))
			abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct att_reason why = { 0 };
	struct att_index *index;
	enum att_err err;

	if (size > INPUT_MAX)
		return 0;
	make_folder();
	write_index(data, size);
	err = att_index_open(folder, &index, &why);
	if (err == ATT_OK)
		find_some(index);
	else if (index != NULL || why.code != err)
		abort();
	att_index_free(&index);
	return 0;
}
