/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fuzz target: the index file of metadata, and what is concluded from its
 * entries. The checksums are put right, or nothing behind them would ever be
 * read.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/digest.h"
#include "trust/metadata_index.h"
#include "trust/model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	FRONT_MIN = 44,
	/* magic, length; number, two times, a hash; then the legal header */
	LEGAL_AT = 8 + 4 + 3 * 8 + 32,
	ROW_LEN = 21 + 4 + 4 + 32,
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

static size_t
get_u32(const uint8_t *bytes)
{
	return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 |
	       (size_t)bytes[2] << 8 | bytes[3];
}

/* Each row ends with offset, length and checksum of its entry. */
static void
mend_rows(uint8_t *bytes, size_t size, size_t front)
{
	size_t at = LEGAL_AT;

	if (at + 4 > front)
		return;
	at += 4 + get_u32(bytes + at) + 4;
	for (; at + ROW_LEN + 32 <= front; at += ROW_LEN) {
		uint8_t *row = bytes + at + 21;
		size_t offset = get_u32(row), len = get_u32(row + 4);

		if (offset > size - front || len > size - front - offset)
			continue;
		if (att_sha256(att_bytes(bytes + front + offset, len),
			row + 8) != ATT_OK)
			abort();
	}
}

/* The length of the front stands behind the magic of eight bytes. */
static void
mend(uint8_t *bytes, size_t size)
{
	size_t front;

	if (size < FRONT_MIN)
		return;
	front = get_u32(bytes + 8);
	if (front < FRONT_MIN || front > size)
		return;
	mend_rows(bytes, size, front);
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

/* Every answer has to fit every other, whatever the reports are. */
static void
conclude(const struct att_model *model)
{
	static const struct att_options opts = {
		.mds_status_deny = UINT32_MAX,
		.min_certification = ATT_CERTIFICATION_L1,
	};
	const struct att_model_keys keys = { &model->sha256, 1 };
	const struct att_model_report *denied;
	char text[ATT_MODEL_REPORT_SHOWN];

	denied = att_model_find_denied(model, &opts, 1767225600, &keys);
	if (denied != NULL) {
		att_model_print_report(denied, text);
		if (text[0] == '\0' ||
		    att_model_get_status(model, 1767225600) == NULL)
			abort();
	}
	if (att_model_is_certified(model, &opts, 1767225600) &&
	    model->report_count == 0)
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
		if (model != NULL)
			conclude(model);
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
