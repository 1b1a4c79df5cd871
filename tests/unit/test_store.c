/* SPDX-License-Identifier: BSD-2-Clause */
/* The file store: store/store.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "scratch.h"
#include "store/store.h"

static void
assert_file_name(const char *user, const char *expected)
{
	char *name, *back;

	assert_int_equal(att_store_file_name(user, &name), ATT_OK);
	assert_string_equal(name, expected);
	assert_int_equal(att_store_user_name(name, &back), ATT_OK);
	assert_string_equal(back, user);
	free(name);
	free(back);
}

static void
names_files_by_user(void **state)
{
	(void)state;
	assert_file_name("alice", "alice");
	assert_file_name("alice@example.org", "alice%40example.org");
	assert_file_name("DOM\\alice", "DOM%5Calice");
	assert_file_name("..", "%2E.");
	assert_file_name(".lock", "%2Elock");
	assert_file_name(".tmp-x", "%2Etmp-x");
	assert_file_name("../../etc/shadow", "%2E.%2F..%2Fetc%2Fshadow");
	assert_file_name("a\nb", "a%0Ab");
}

static void
rejects_users_without_a_file_name(void **state)
{
	char large[ATT_USER_MAX + 2], *name;

	(void)state;
	assert_int_equal(
	    att_store_file_name("", &name), ATT_ERR_STORE_BAD_USER);
	assert_null(name);
	memset(large, 'a', sizeof(large) - 1);
	large[ATT_USER_MAX + 1] = '\0';
	assert_int_equal(
	    att_store_file_name(large, &name), ATT_ERR_STORE_BAD_USER);
	large[ATT_FILE_NAME_MAX] = '\0';
	assert_int_equal(att_store_file_name(large, &name), ATT_OK);
	assert_int_equal(strlen(name), NAME_MAX - strlen(".lock-"));
	free(name);
	/* One byte longer once it is encoded. */
	large[0] = '/';
	assert_int_equal(
	    att_store_file_name(large, &name), ATT_ERR_STORE_BAD_USER);
	assert_int_equal(
	    att_store_user_name("a b", &name), ATT_ERR_STORE_BAD_USER);
	assert_int_equal(
	    att_store_user_name("a~", &name), ATT_ERR_STORE_BAD_USER);
	assert_null(name);
}

static enum att_err
add(const char *dir, const char *user, const char *label, unsigned char seed,
    struct att_reason *why)
{
	struct att_record record;
	enum att_err r;

	scratch_record(&record, user, label, seed);
	r = att_store_add(dir, user, &record, NULL, why);
	att_record_reset(&record);
	return r;
}

/* How many credentials user has; the labels in order, each with a blank. */
static size_t
load(const char *dir, const char *user, char *labels, size_t size)
{
	struct att_credentials creds;
	struct att_reason why = { 0 };
	size_t count, used = 0;
	enum att_err r;

	r = att_store_load(dir, user, &creds, &why);
	if (r != ATT_OK && r != ATT_ERR_STORE_NO_USER)
		fail_msg("%s", why.text);
	labels[0] = '\0';
	for (size_t i = 0; i < creds.count; i++)
		used += (size_t)snprintf(
		    labels + used, size - used, "%s ", creds.records[i].label);
	count = creds.count;
	att_credentials_reset(&creds);
	return count;
}

static void
adds_and_removes(void **state)
{
	struct att_reason why = { 0 };
	struct att_record removed;
	char labels[100];

	assert_int_equal(add(*state, "alice", "one", 1, &why), ATT_OK);
	assert_int_equal(add(*state, "alice", "two", 2, &why), ATT_OK);
	assert_int_equal(add(*state, "bob", "one", 1, &why), ATT_OK);
	assert_int_equal(load(*state, "alice", labels, sizeof(labels)), 2);
	assert_string_equal(labels, "one two ");
	assert_int_equal(
	    att_store_remove(*state, "alice", "AQEBAQEB", &removed, &why),
	    ATT_OK);
	assert_string_equal(removed.label, "one");
	att_record_reset(&removed);
	assert_int_equal(load(*state, "alice", labels, sizeof(labels)), 1);
	assert_string_equal(labels, "two ");
	assert_int_equal(
	    att_store_remove(*state, "alice", "one", &removed, &why),
	    ATT_ERR_STORE_NOT_FOUND);
	assert_null(removed.label);
	assert_int_equal(
	    att_store_remove(*state, "alice", "two", NULL, &why), ATT_OK);
	assert_int_equal(
	    att_store_probe(*state, "alice", &why), ATT_ERR_STORE_NO_USER);
	assert_int_equal(load(*state, "bob", labels, sizeof(labels)), 1);
	assert_int_equal(att_store_remove(*state, "alice", "two", NULL, &why),
	    ATT_ERR_STORE_NO_USER);
}

static void
files_can_be_read_and_not_written_by_others(void **state)
{
	char *dir = scratch_path(*state, "made");
	char *path = scratch_path(dir, "alice");
	char *lock = scratch_path(dir, ".lock-alice");
	mode_t saved = umask(077);
	struct stat st;

	assert_int_equal(add(dir, "alice", "one", 1, NULL), ATT_OK);
	umask(saved);
	assert_int_equal(stat(dir, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(stat(lock, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	free(dir);
	free(path);
	free(lock);
}

static void
keeps_other_lines_byte_for_byte(void **state)
{
	char *path = scratch_path(*state, "alice");
	char *before, *after, *edited = NULL;
	size_t len, len_after;

	assert_int_equal(add(*state, "alice", "one", 1, NULL), ATT_OK);
	before = scratch_read(path, &len);
	assert_true(
	    asprintf(&edited, "#\t first \n\n%s\n# last\n", before) > 0);
	scratch_write_text(path, edited);
	assert_int_equal(add(*state, "alice", "two", 2, NULL), ATT_OK);
	after = scratch_read(path, &len_after);
	assert_memory_equal(after, edited, strlen(edited));
	free(after);
	assert_int_equal(
	    att_store_remove(*state, "alice", "two", NULL, NULL), ATT_OK);
	after = scratch_read(path, &len_after);
	assert_string_equal(after, edited);
	free(after);
	assert_int_equal(add(*state, "alice", "two", 2, NULL), ATT_OK);
	assert_int_equal(
	    att_store_remove(*state, "alice", "one", NULL, NULL), ATT_OK);
	after = scratch_read(path, &len_after);
	assert_memory_equal(after, "#\t first \n\n\n# last\nrecord=1 ", 28);
	free(after);
	free(before);
	free(edited);
	free(path);
}

static void
rejects_duplicates(void **state)
{
	struct att_reason why = { 0 };
	char labels[100];

	assert_int_equal(add(*state, "alice", "one", 1, &why), ATT_OK);
	assert_int_equal(
	    add(*state, "alice", "one", 2, &why), ATT_ERR_STORE_DUPLICATE);
	assert_non_null(strstr(why.text, "\"one\" is taken"));
	assert_int_equal(
	    add(*state, "alice", "two", 1, &why), ATT_ERR_STORE_DUPLICATE);
	assert_non_null(strstr(why.text, "label \"one\""));
	assert_int_equal(load(*state, "alice", labels, sizeof(labels)), 1);
}

static enum att_err
add_expecting(const char *dir, unsigned char seed,
    const struct att_store_expectation *expected, struct att_reason *why)
{
	struct att_record record;
	char label[8];
	enum att_err r;

	snprintf(label, sizeof(label), "k%d", seed);
	scratch_record(&record, "alice", label, seed);
	r = att_store_add(dir, "alice", &record, expected, why);
	att_record_reset(&record);
	return r;
}

static void
a_first_record_stays_the_first(void **state)
{
	const struct att_store_expectation first = { .is_first = true };
	char *alice = scratch_path(*state, "alice");
	struct att_reason why = { 0 };
	char labels[100];

	scratch_write_text(alice, "# no record\n");
	assert_int_equal(add_expecting(*state, 1, &first, &why), ATT_OK);
	assert_int_equal(add_expecting(*state, 2, &first, &why),
	    ATT_ERR_SELF_ENROLL_REFUSED);
	assert_int_equal(why.code, ATT_ERR_SELF_ENROLL_REFUSED);
	assert_non_null(strstr(why.text, "has 1 now"));
	assert_int_equal(load(*state, "alice", labels, sizeof(labels)), 1);
	free(alice);
}

static void
a_proven_record_has_to_be_there_still(void **state)
{
	struct att_store_expectation proven = { 0 };
	struct att_reason why = { 0 };
	char labels[100];
	uint8_t id[32];

	memset(id, 1, sizeof(id));
	proven.proven_id = att_bytes(id, sizeof(id));
	/* Not even a file is there. */
	assert_int_equal(add_expecting(*state, 3, &proven, &why),
	    ATT_ERR_SELF_ENROLL_REFUSED);
	assert_int_equal(scratch_count(*state, NULL), 0);
	assert_int_equal(add(*state, "alice", "one", 1, &why), ATT_OK);
	assert_int_equal(add_expecting(*state, 2, &proven, &why), ATT_OK);
	assert_int_equal(
	    att_store_remove(*state, "alice", "one", NULL, &why), ATT_OK);
	assert_int_equal(add_expecting(*state, 3, &proven, &why),
	    ATT_ERR_SELF_ENROLL_REFUSED);
	assert_non_null(strstr(why.text, "has been removed since"));
	assert_int_equal(load(*state, "alice", labels, sizeof(labels)), 1);
	assert_string_equal(labels, "k2 ");
}

static void
rejects_a_record_that_no_line_can_hold(void **state)
{
	struct att_record record;

	assert_int_not_equal(add(*state, "alice", "a\nb", 1, NULL), ATT_OK);
	scratch_record(&record, "alice", "one", 1);
	record.attestation_object_len = 3;
	assert_int_not_equal(
	    att_store_add(*state, "alice", &record, NULL, NULL), ATT_OK);
	att_record_reset(&record);
	assert_int_equal(scratch_count(*state, NULL), 0);
	assert_int_equal(scratch_count(*state, ".tmp-"), 0);
}

static void
holds_no_more_than_the_limit(void **state)
{
	struct att_reason why = { 0 };
	char labels[1000], label[16];

	for (int i = 0; i < ATT_RECORDS_MAX; i++) {
		snprintf(label, sizeof(label), "k%d", i);
		assert_int_equal(
		    add(*state, "alice", label, (unsigned char)(i + 1), &why),
		    ATT_OK);
	}
	assert_int_equal(
	    add(*state, "alice", "more", 200, &why), ATT_ERR_STORE_FULL);
	assert_int_equal(
	    load(*state, "alice", labels, sizeof(labels)), ATT_RECORDS_MAX);
}

static void
holds_no_more_rp_ids_than_the_limit(void **state)
{
	struct att_reason why = { 0 };
	struct att_record record;
	char text[16];

	for (int i = 0; i <= ATT_RP_IDS_MAX; i++) {
		enum att_err r;

		snprintf(text, sizeof(text), "k%d", i);
		scratch_record(&record, "alice", text, (unsigned char)(i + 1));
		free(record.rp_id);
		record.rp_id = strdup(text);
		r = att_store_add(*state, "alice", &record, NULL, &why);
		att_record_reset(&record);
		assert_int_equal(
		    r, i < ATT_RP_IDS_MAX ? ATT_OK : ATT_ERR_STORE_FULL);
	}
	assert_non_null(strstr(why.text, "more than 16 RP IDs"));
	/* One of an RP ID that is there fits. */
	scratch_record(&record, "alice", "more", 200);
	free(record.rp_id);
	record.rp_id = strdup("k0");
	assert_int_equal(
	    att_store_add(*state, "alice", &record, NULL, &why), ATT_OK);
	att_record_reset(&record);
}

static void
only_a_missing_file_is_no_credential(void **state)
{
	char *absent = scratch_path(*state, "absent");
	char *alice = scratch_path(*state, "alice");
	struct att_credentials creds;
	struct att_reason why = { 0 };

	assert_int_equal(
	    att_store_probe(absent, "alice", &why), ATT_ERR_STORE_NO_USER);
	assert_int_equal(
	    att_store_probe(*state, "alice", &why), ATT_ERR_STORE_NO_USER);
	assert_int_equal(att_store_load(*state, "alice", &creds, &why),
	    ATT_ERR_STORE_NO_USER);
	scratch_write_text(alice, "# nothing\n");
	assert_int_equal(att_store_probe(*state, "alice", &why), ATT_OK);
	assert_int_equal(att_store_load(*state, "alice", &creds, &why),
	    ATT_ERR_STORE_NO_USER);
	/* What is below something that is no folder is not "absent". */
	assert_int_equal(
	    att_store_probe(alice, "alice", &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(
	    att_store_probe(*state, "", &why), ATT_ERR_STORE_BAD_USER);
	free(absent);
	free(alice);
}

static void
rejects_files_that_are_not_ours(void **state)
{
	char *alice = scratch_path(*state, "alice");
	char *link = scratch_path(*state, "link");
	struct att_credentials creds;
	struct att_reason why = { 0 };

	assert_int_equal(add(*state, "alice", "one", 1, &why), ATT_OK);
	assert_int_equal(symlink("alice", link), 0);
	assert_int_equal(
	    att_store_load(*state, "link", &creds, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(
	    att_store_probe(*state, "link", &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(
	    add(*state, "link", "two", 2, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(chmod(alice, 0664), 0);
	assert_int_equal(att_store_load(*state, "alice", &creds, &why),
	    ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(
	    add(*state, "alice", "two", 2, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(att_store_remove(*state, "alice", "one", NULL, &why),
	    ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(chmod(alice, 0644), 0);
	assert_int_equal(chmod(*state, 0777), 0);
	assert_int_equal(att_store_load(*state, "alice", &creds, &why),
	    ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(
	    att_store_probe(*state, "alice", &why), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(
	    add(*state, "alice", "two", 2, &why), ATT_ERR_FILE_PERMISSIONS);
	free(alice);
	free(link);
}

static void
never_edits_a_malformed_file(void **state)
{
	char *alice = scratch_path(*state, "alice");
	struct att_reason why = { 0 };
	char *content;
	size_t len;

	scratch_write_text(alice, "# whole\nrecord=1 label=cut");
	assert_int_equal(
	    add(*state, "alice", "one", 1, &why), ATT_ERR_STORE_MALFORMED);
	assert_non_null(strstr(why.text, "alice:2: "));
	assert_int_equal(att_store_remove(*state, "alice", "cut", NULL, &why),
	    ATT_ERR_STORE_MALFORMED);
	content = scratch_read(alice, &len);
	assert_string_equal(content, "# whole\nrecord=1 label=cut");
	free(content);
	free(alice);
}

/* Holds the lock of a user's file in a process of its own for so long. */
static pid_t
hold_lock(const char *dir, const char *user, int seconds)
{
	const struct att_lock_wait wait = { 0, ATT_ERR_STORE_LOCKED };
	struct att_file file = { .name = user, .shown = user };
	int fd, ready[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if (att_folder_open(dir, &file.dirfd, NULL) != ATT_OK ||
		    att_file_lock(&file, &wait, &fd, NULL) != ATT_OK ||
		    write(ready[1], "r", 1) != 1)
			_exit(1);
		sleep((unsigned int)seconds);
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

/* A removal waits longer than an addition: 30 s, not 5. */
static void
gives_way_to_another_writer(void **state)
{
	struct att_reason why = { 0 };
	char labels[100];
	int status;
	pid_t pid;

	assert_int_equal(add(*state, "alice", "one", 1, &why), ATT_OK);
	pid = hold_lock(*state, "alice", 11);
	/* Neither readers nor another user need this lock. */
	assert_int_equal(load(*state, "alice", labels, sizeof(labels)), 1);
	assert_int_equal(add(*state, "bob", "one", 1, &why), ATT_OK);
	assert_int_equal(
	    add(*state, "alice", "two", 2, &why), ATT_ERR_STORE_LOCKED);
	assert_int_equal(
	    att_store_remove(*state, "alice", "one", NULL, &why), ATT_OK);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(add(*state, "alice", "two", 2, &why), ATT_OK);
	/* The locks go with the files. */
	assert_int_equal(
	    att_store_remove(*state, "alice", "two", NULL, &why), ATT_OK);
	assert_int_equal(
	    att_store_remove(*state, "bob", "one", NULL, &why), ATT_OK);
	assert_int_equal(scratch_count(*state, ".lock-"), 0);
}

static enum att_err
collect(const char *user, void *arg)
{
	char *names = arg;

	if (strcmp(user, "stop") == 0)
		return ATT_ERR_CANCELLED;
	strcat(names, user);
	strcat(names, " ");
	return ATT_OK;
}

static void
visits_every_user(void **state)
{
	char *absent = scratch_path(*state, "absent");
	char *stray = scratch_path(*state, ".tmp-alice");
	char *foreign = scratch_path(*state, "alice~");
	char *stop = scratch_path(*state, "stop");
	struct att_reason why = { 0 };
	char names[100] = "";

	assert_int_equal(
	    att_store_each_user(absent, collect, names, &why), ATT_OK);
	assert_int_equal(add(*state, "a/b", "one", 1, &why), ATT_OK);
	scratch_write_text(stray, "half");
	assert_int_equal(
	    att_store_each_user(*state, collect, names, &why), ATT_OK);
	assert_string_equal(names, "a/b ");
	scratch_write_text(foreign, "");
	names[0] = '\0';
	assert_int_equal(att_store_each_user(*state, collect, names, &why),
	    ATT_ERR_STORE_MALFORMED);
	assert_non_null(strstr(why.text, "alice~"));
	assert_string_equal(names, "a/b ");
	assert_int_equal(unlink(foreign), 0);
	scratch_write_text(stop, "");
	assert_int_equal(att_store_each_user(*state, collect, names, &why),
	    ATT_ERR_CANCELLED);
	free(absent);
	free(stray);
	free(foreign);
	free(stop);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_files_by_user),
		cmocka_unit_test(rejects_users_without_a_file_name),
		TEST(adds_and_removes),
		TEST(files_can_be_read_and_not_written_by_others),
		TEST(keeps_other_lines_byte_for_byte),
		TEST(rejects_duplicates),
		TEST(a_first_record_stays_the_first),
		TEST(a_proven_record_has_to_be_there_still),
		TEST(rejects_a_record_that_no_line_can_hold),
		TEST(holds_no_more_than_the_limit),
		TEST(holds_no_more_rp_ids_than_the_limit),
		TEST(only_a_missing_file_is_no_credential),
		TEST(rejects_files_that_are_not_ours),
		TEST(never_edits_a_malformed_file),
		TEST(gives_way_to_another_writer),
		TEST(visits_every_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
