/* SPDX-License-Identifier: BSD-2-Clause */
/* A folder of its own for each test, files in it, and records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "codec/attobj.h"
#include "codec/clientdata.h"
#include "codec/digest.h"
#include "scratch.h"

int
scratch_setup(void **state)
{
	const char *top = getenv("TMPDIR");
	char *path = NULL;

	if (asprintf(&path, "%s/att-test-XXXXXX", top == NULL ? "/tmp" : top) <
		0 ||
	    mkdtemp(path) == NULL || chmod(path, 0755) != 0)
		return -1;
	*state = path;
	return 0;
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

int
scratch_teardown(void **state)
{
	int r = nftw(*state, remove_entry, 16, FTW_DEPTH | FTW_PHYS);

	free(*state);
	return r;
}

char *
scratch_path(const char *folder, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", folder, name) > 0);
	return path;
}

void
scratch_write(const char *path, const char *content, size_t len, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, content, len), len);
	assert_int_equal(fchmod(fd, mode), 0);
	close(fd);
}

void
scratch_write_text(const char *path, const char *text)
{
	scratch_write(path, text, strlen(text), 0644);
}

char *
scratch_read(const char *path, size_t *len)
{
	FILE *file = fopen(path, "re");
	char *content = NULL;
	size_t size = 0;

	*len = 0;
	if (file == NULL)
		return NULL;
	while (!feof(file)) {
		content = realloc(content, size + 4097);
		assert_non_null(content);
		size += fread(content + size, 1, 4096, file);
		assert_false(ferror(file));
	}
	content[size] = '\0';
	*len = size;
	fclose(file);
	return content;
}

size_t
scratch_count(const char *folder, const char *prefix)
{
	DIR *stream = opendir(folder);
	struct dirent *entry;
	size_t count = 0;

	assert_non_null(stream);
	while ((entry = readdir(stream)) != NULL) {
		bool is_hidden = entry->d_name[0] == '.';

		if (prefix == NULL
			? !is_hidden
			: strncmp(entry->d_name, prefix, strlen(prefix)) == 0)
			count++;
	}
	closedir(stream);
	return count;
}

/* Authenticator data of a registration, WebAuthn section 6.1. */
static void
put_auth_data(struct att_buf *out, const char *rp_id, struct att_bytes id)
{
	static const uint8_t aaguid[16] = { 0x11, 0x22, 0x33, 0x44 };
	/* A COSE key whose form nobody looks at here: {1: 2, 3: -7}. */
	static const uint8_t key[] = { 0xa2, 0x01, 0x02, 0x03, 0x26 };
	uint8_t hash[32];

	assert_int_equal(att_sha256(att_bytes_text(rp_id), hash), ATT_OK);
	assert_int_equal(att_buf_put(out, hash, sizeof(hash)), ATT_OK);
	assert_int_equal(att_buf_put_u8(out, 0x41), ATT_OK);
	assert_int_equal(att_buf_put_u32(out, 7), ATT_OK);
	assert_int_equal(att_buf_put(out, aaguid, sizeof(aaguid)), ATT_OK);
	assert_int_equal(att_buf_put_u16(out, (uint16_t)id.len), ATT_OK);
	assert_int_equal(att_buf_put(out, id.ptr, id.len), ATT_OK);
	assert_int_equal(att_buf_put(out, key, sizeof(key)), ATT_OK);
}

void
scratch_record(struct att_record *record, const char *user, const char *label,
    unsigned char seed)
{
	uint8_t id[32];

	memset(id, seed, sizeof(id));
	scratch_record_of(record, user, label, att_bytes(id, sizeof(id)));
}

void
scratch_record_of(struct att_record *record, const char *user,
    const char *label, struct att_bytes id)
{
	static const uint8_t empty_map[] = { 0xa0 };
	struct att_buf auth_data, object;
	uint8_t challenge[32];

	*record = (struct att_record){ .time = 1767225600 };
	record->label = strdup(label);
	record->rp_id = strdup("pam_attest");
	record->enrolled_by = strdup("root");
	memset(record->nonce, id.ptr[0] ^ 0x5a, sizeof(record->nonce));
	assert_int_equal(att_registration_challenge(
			     record->rp_id, user, record->nonce, challenge),
	    ATT_OK);
	assert_int_equal(att_client_data_make("webauthn.create", challenge,
			     record->rp_id, (char **)&record->client_data),
	    ATT_OK);
	record->client_data_len = strlen((char *)record->client_data);
	att_buf_init(&auth_data, 2048);
	att_buf_init(&object, 4096);
	put_auth_data(&auth_data, record->rp_id, id);
	assert_int_equal(att_attestation_object_encode(att_bytes_text("none"),
			     att_bytes(empty_map, sizeof(empty_map)),
			     att_buf_get(&auth_data), &object),
	    ATT_OK);
	assert_int_equal(att_buf_take(&object, &record->attestation_object,
			     &record->attestation_object_len),
	    ATT_OK);
	att_buf_reset(&auth_data);
	att_buf_reset(&object);
}
