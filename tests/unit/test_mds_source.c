/* SPDX-License-Identifier: BSD-2-Clause */
/* What is remembered of the server that gave the metadata. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "attestctl/mds_source.h"
#include "scratch.h"
#include "trust/metadata_index.h"

static const char url[] = "https://mds.example.org/";

static struct att_mds_source
example(void)
{
	return (struct att_mds_source){
		.url = url,
		.sha256 = { 1, 2, 3 },
		.validators = { .etag = "\"7\"", .modified = "Sunday" },
	};
}

/* An index of a BLOB whose hash begins with these bytes. */
static void
make_index_until(
    const char *dir, uint64_t number, uint8_t first, time_t next_update)
{
	char legal[] = "terms";
	const struct att_metadata metadata = { .number = number,
		.next_update = next_update,
		.legal_header = legal };
	const struct att_index_source source = {
		.metadata = &metadata,
		.blob_sha256 = { first, 2, 3 },
	};
	bool is_new;

	assert_int_equal(
	    att_index_replace(dir, &source, &is_new, NULL), ATT_OK);
	assert_true(is_new);
}

static void
make_index(const char *dir, uint64_t number, uint8_t first)
{
	make_index_until(dir, number, first, time(NULL) + 86400);
}

static bool
is_recalled(const char *dir, const char *of)
{
	struct att_validators have;

	memset(&have, 'x', sizeof(have));
	att_mds_source_recall(dir, of, &have);
	if (have.etag[0] == '\0') {
		assert_string_equal(have.modified, "");
		return false;
	}
	assert_string_equal(have.etag, "\"7\"");
	assert_string_equal(have.modified, "Sunday");
	return true;
}

/* Or a server that never has another one would keep it for ever. */
static void
what_is_overdue_is_asked_for_anew(void **state)
{
	const struct att_mds_source source = example();
	char *dir = scratch_path(*state, "mds");

	make_index(dir, 7, 1);
	assert_int_equal(att_mds_source_remember(dir, &source, NULL), ATT_OK);
	assert_true(is_recalled(dir, url));
	make_index_until(dir, 8, 1, time(NULL) - 1);
	assert_false(is_recalled(dir, url));
	free(dir);
}

static void
it_is_about_the_blob_that_is_there(void **state)
{
	const struct att_mds_source source = example();
	char *dir = scratch_path(*state, "mds");
	char *index = scratch_path(dir, ATT_INDEX_NAME);

	assert_false(is_recalled(dir, url));
	make_index(dir, 7, 1);
	assert_false(is_recalled(dir, url));
	assert_int_equal(att_mds_source_remember(dir, &source, NULL), ATT_OK);
	assert_true(is_recalled(dir, url));
	assert_false(is_recalled(dir, "https://mds.example.com/"));
	/* Another BLOB, from a file. */
	make_index(dir, 8, 9);
	assert_false(is_recalled(dir, url));
	/* The index is damaged, and gone. */
	make_index(dir, 9, 1);
	assert_true(is_recalled(dir, url));
	scratch_write_text(index, "attmds01");
	assert_false(is_recalled(dir, url));
	assert_int_equal(remove(index), 0);
	assert_false(is_recalled(dir, url));
	free(index);
	free(dir);
}

static void
what_is_no_word_of_ours_is_nothing(void **state)
{
	static const char of_no_blob[] =
	    "{\"url\": \"https://mds.example.org/\", \"sha256\": \"0102\", "
	    "\"etag\": \"\\\"7\\\"\"}";
	static const char *const wrong[] = { "", "{", "[]", "7",
		"{\"url\": 7, \"sha256\": 7}", of_no_blob };
	const struct att_mds_source source = example();
	char *dir = scratch_path(*state, "mds");
	char *path = scratch_path(dir, "source");
	size_t len;
	char *content;

	make_index(dir, 7, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		scratch_write_text(path, wrong[i]);
		assert_false(is_recalled(dir, url));
	}
	assert_int_equal(att_mds_source_remember(dir, &source, NULL), ATT_OK);
	assert_true(is_recalled(dir, url));
	/* Somebody else may have written it. */
	content = scratch_read(path, &len);
	scratch_write(path, content, len, 0666);
	assert_false(is_recalled(dir, url));
	free(content);
	free(path);
	free(dir);
}

/* A line end in it would be another line of the request. */
static void
a_validator_of_two_lines_is_none(void **state)
{
	struct att_mds_source source = example();
	char *dir = scratch_path(*state, "mds");

	make_index(dir, 7, 1);
	memcpy(source.validators.etag, "a\r\nX: b", 8);
	memcpy(source.validators.modified, "", 1);
	assert_int_equal(att_mds_source_remember(dir, &source, NULL), ATT_OK);
	assert_false(is_recalled(dir, url));
	free(dir);
}

static void
without_the_folder_nothing_is_remembered(void **state)
{
	const struct att_mds_source source = example();
	struct att_reason why = { 0 };
	char *dir = scratch_path(*state, "none");

	assert_int_equal(att_mds_source_remember(dir, &source, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	assert_int_equal(why.code, ATT_ERR_FILE_NOT_FOUND);
	free(dir);
}

int
main(void)
{
#define IN_FOLDER(test)                                                        \
	cmocka_unit_test_setup_teardown(test, scratch_setup, scratch_teardown)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(what_is_overdue_is_asked_for_anew),
		IN_FOLDER(it_is_about_the_blob_that_is_there),
		IN_FOLDER(what_is_no_word_of_ours_is_nothing),
		IN_FOLDER(a_validator_of_two_lines_is_none),
		IN_FOLDER(without_the_folder_nothing_is_remembered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
