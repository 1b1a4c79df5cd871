/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that decide who gets in: base/file.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "scratch.h"

/* Reads name in folder; the content is compared when it is not NULL. */
static enum att_err
read_named(const char *folder, const char *name, size_t max,
    const char *expected, struct att_reason *why)
{
	struct att_file file = { .name = name, .shown = name, .max = max };
	uint8_t *content;
	enum att_err r;
	size_t len;

	assert_int_equal(att_folder_open(folder, &file.dirfd, NULL), ATT_OK);
	r = att_file_read(&file, &content, &len, why);
	close(file.dirfd);
	if (r != ATT_OK) {
		assert_null(content);
		assert_int_equal(len, 0);
		assert_int_equal(why->code, r);
		assert_non_null(strstr(why->text, name));
	} else if (expected != NULL) {
		assert_int_equal(len, strlen(expected));
		assert_string_equal((char *)content, expected);
	}
	free(content);
	return r;
}

static void
reads_a_file_of_ours_whole(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "a");
	char *large = malloc(10001);

	scratch_write_text(path, "hello\n");
	assert_int_equal(read_named(*state, "a", 6, "hello\n", &why), ATT_OK);
	scratch_write_text(path, "");
	assert_int_equal(read_named(*state, "a", 0, "", &why), ATT_OK);
	memset(large, 'x', 10000);
	large[10000] = '\0';
	scratch_write_text(path, large);
	assert_int_equal(read_named(*state, "a", 10000, large, &why), ATT_OK);
	free(large);
	free(path);
}

static void
rejects_one_byte_too_many(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "a");

	scratch_write_text(path, "hello\n");
	assert_int_equal(
	    read_named(*state, "a", 5, NULL, &why), ATT_ERR_FILE_TOO_LARGE);
	free(path);
}

static void
only_enoent_is_not_found(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "dangling");

	assert_int_equal(read_named(*state, "absent", 9, NULL, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	assert_int_equal(symlink("absent", path), 0);
	assert_int_equal(
	    read_named(*state, "dangling", 9, NULL, &why), ATT_ERR_FILE_TYPE);
	free(path);
}

static void
rejects_links_folders_and_pipes(void **state)
{
	struct att_reason why = { 0 };
	char *real = scratch_path(*state, "real");
	char *link = scratch_path(*state, "link");
	char *folder = scratch_path(*state, "folder");
	char *pipe = scratch_path(*state, "pipe");

	scratch_write_text(real, "x");
	assert_int_equal(symlink("real", link), 0);
	assert_int_equal(mkdir(folder, 0755), 0);
	assert_int_equal(mkfifo(pipe, 0644), 0);
	assert_int_equal(
	    read_named(*state, "link", 9, NULL, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(
	    read_named(*state, "folder", 9, NULL, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(
	    read_named(*state, "pipe", 9, NULL, &why), ATT_ERR_FILE_TYPE);
	free(real);
	free(link);
	free(folder);
	free(pipe);
}

static void
rejects_what_others_can_write(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "a");

	scratch_write(path, "x", 1, 0664);
	assert_int_equal(
	    read_named(*state, "a", 9, NULL, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_non_null(strstr(why.text, "chmod go-w"));
	scratch_write(path, "x", 1, 0602);
	assert_int_equal(
	    read_named(*state, "a", 9, NULL, &why), ATT_ERR_FILE_PERMISSIONS);
	scratch_write(path, "x", 1, 0444);
	assert_int_equal(read_named(*state, "a", 9, "x", &why), ATT_OK);
	free(path);
}

static enum att_err
read_secret(const char *folder, struct att_reason *why)
{
	struct att_file file = { .name = "s", .shown = "s", .max = 9 };
	uint8_t *content;
	enum att_err r;
	size_t len;

	assert_int_equal(att_folder_open(folder, &file.dirfd, NULL), ATT_OK);
	r = att_file_read_secret(&file, &content, &len, why);
	close(file.dirfd);
	assert_int_equal(r == ATT_OK, content != NULL);
	if (r == ATT_OK) {
		assert_int_equal(len, 4);
		assert_string_equal((char *)content, "1234");
	}
	free(content);
	return r;
}

static void
rejects_a_secret_that_others_can_read(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "s");

	scratch_write(path, "1234", 4, 0600);
	assert_int_equal(read_secret(*state, &why), ATT_OK);
	scratch_write(path, "1234", 4, 0440);
	assert_int_equal(read_secret(*state, &why), ATT_OK);
	scratch_write(path, "1234", 4, 0604);
	assert_int_equal(read_secret(*state, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_non_null(strstr(why.text, "chmod go-rwx"));
	assert_null(strstr(why.text, "1234"));
	scratch_write(path, "1234", 4, 0620);
	assert_int_equal(read_secret(*state, &why), ATT_ERR_FILE_PERMISSIONS);
	if (geteuid() == 0) {
		scratch_write(path, "1234", 4, 0640);
		assert_int_equal(chown(path, 0, 4711), 0);
		assert_int_equal(
		    read_secret(*state, &why), ATT_ERR_FILE_PERMISSIONS);
	}
	free(path);
}

static void
follows_links_where_it_is_told_to(void **state)
{
	struct att_reason why = { 0 };
	char *real = scratch_path(*state, "real");
	char *path = scratch_path(*state, "link");
	struct att_file file = { AT_FDCWD, path, path, 9 };
	uint8_t *content;
	size_t len;

	scratch_write(real, "1234", 4, 0644);
	assert_int_equal(symlink("real", path), 0);
	assert_int_equal(
	    att_file_read_linked(&file, &content, &len, &why), ATT_OK);
	assert_int_equal(len, 4);
	free(content);
	/* What is at its end is ours all the same. */
	assert_int_equal(chmod(real, 0646), 0);
	assert_int_equal(att_file_read_linked(&file, &content, &len, &why),
	    ATT_ERR_FILE_PERMISSIONS);
	assert_null(content);
	assert_int_equal(unlink(real), 0);
	assert_int_equal(att_file_read_linked(&file, &content, &len, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	free(real);
	free(path);
}

/* Root gives the file away; others look at a file of root from a namespace
 * in which root has no number. */
static enum att_err
open_foreign_folder(const char *folder, struct att_reason *why)
{
	char map[64];
	int fd, uid = (int)geteuid();
	FILE *file;

	if (uid == 0) {
		assert_int_equal(chown(folder, 4711, 0), 0);
		return att_folder_open(folder, &fd, why);
	}
	snprintf(map, sizeof(map), "%d %d 1", uid, uid);
	assert_int_equal(unshare(CLONE_NEWUSER), 0);
	assert_non_null(file = fopen("/proc/self/uid_map", "we"));
	assert_true(fputs(map, file) >= 0);
	assert_int_equal(fclose(file), 0);
	return att_folder_open("/etc", &fd, why);
}

static void
rejects_another_owner(void **state)
{
	struct att_reason why = { 0 };
	enum att_err r;
	pid_t pid;
	int status;

	if ((pid = fork()) == 0) {
		r = open_foreign_folder(*state, &why);
		_exit(r == ATT_ERR_FILE_PERMISSIONS &&
			      strstr(why.text, "chown root") != NULL
			  ? 0
			  : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void
opens_only_folders_of_ours(void **state)
{
	struct att_reason why = { 0 };
	char *absent = scratch_path(*state, "absent");
	char *file = scratch_path(*state, "file");
	char *below = scratch_path(*state, "file/below");
	char *link = scratch_path(*state, "link");
	char *loose = scratch_path(*state, "loose");
	int fd;

	scratch_write_text(file, "x");
	assert_int_equal(symlink(".", link), 0);
	assert_int_equal(mkdir(loose, 0777), 0);
	assert_int_equal(chmod(loose, 0777), 0);
	assert_int_equal(
	    att_folder_open(absent, &fd, &why), ATT_ERR_FILE_NOT_FOUND);
	assert_int_equal(att_folder_open(file, &fd, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(att_folder_open(below, &fd, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(att_folder_open(link, &fd, &why), ATT_ERR_FILE_TYPE);
	assert_int_equal(
	    att_folder_open(loose, &fd, &why), ATT_ERR_FILE_PERMISSIONS);
	assert_int_equal(att_folder_open(*state, &fd, &why), ATT_OK);
	assert_true((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	close(fd);
	free(absent);
	free(file);
	free(below);
	free(link);
	free(loose);
}

static void
makes_a_folder_with_its_mode(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "new");
	char *deep = scratch_path(*state, "no/parent");
	mode_t saved = umask(077);
	struct stat st;
	int fd;

	assert_int_equal(att_folder_make(path, 0755, &fd, &why), ATT_OK);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	close(fd);
	/* What is there keeps its mode. */
	assert_int_equal(chmod(path, 0700), 0);
	assert_int_equal(att_folder_make(path, 0755, &fd, &why), ATT_OK);
	assert_int_equal(fstat(fd, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0700);
	close(fd);
	assert_int_equal(
	    att_folder_make(deep, 0755, &fd, &why), ATT_ERR_SYSTEM);
	umask(saved);
	free(path);
	free(deep);
}

static void
reads_any_file_a_person_names(void **state)
{
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "loose");
	char *link = scratch_path(*state, "link");
	uint8_t *content;
	size_t len;

	scratch_write(path, "x\0y", 3, 0666);
	assert_int_equal(symlink("loose", link), 0);
	assert_int_equal(
	    att_file_read_any(link, 3, &content, &len, &why), ATT_OK);
	assert_int_equal(len, 3);
	assert_memory_equal(content, "x\0y\0", 4);
	free(content);
	assert_int_equal(att_file_read_any(link, 2, &content, &len, &why),
	    ATT_ERR_FILE_TOO_LARGE);
	assert_int_equal(att_file_read_any(*state, 9, &content, &len, &why),
	    ATT_ERR_FILE_TYPE);
	assert_int_equal(att_file_read_any("/no/such", 9, &content, &len, &why),
	    ATT_ERR_FILE_NOT_FOUND);
	assert_null(content);
	free(path);
	free(link);
}

static void
reads_standard_input(void **state)
{
	int saved = dup(STDIN_FILENO), ends[2];
	uint8_t *content;
	size_t len;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "piped", 5), 5);
	close(ends[1]);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	close(ends[0]);
	assert_int_equal(
	    att_file_read_any("-", 9, &content, &len, NULL), ATT_OK);
	assert_string_equal((char *)content, "piped");
	free(content);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	close(saved);
}

static struct att_file
open_place(const char *folder, const char *name)
{
	struct att_file file = { .name = name, .shown = name, .max = 1000 };

	assert_int_equal(att_folder_open(folder, &file.dirfd, NULL), ATT_OK);
	return file;
}

static void
replaces_with_exactly_this_mode(void **state)
{
	struct att_file file = open_place(*state, "a");
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "a");
	mode_t saved = umask(077);
	struct stat st;

	assert_int_equal(
	    att_file_replace(&file, att_bytes_text("one"), 0644, &why), ATT_OK);
	assert_int_equal(
	    att_file_replace(&file, att_bytes_text("two"), 0644, &why), ATT_OK);
	umask(saved);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(read_named(*state, "a", 9, "two", &why), ATT_OK);
	assert_int_equal(scratch_count(*state, ".tmp-"), 0);
	close(file.dirfd);
	free(path);
}

static void
replaces_a_link_and_not_its_target(void **state)
{
	struct att_file file = open_place(*state, "a");
	char *path = scratch_path(*state, "a");
	char *target = scratch_path(*state, "target");
	char *content;
	size_t len;

	scratch_write_text(target, "target");
	assert_int_equal(symlink("target", path), 0);
	assert_int_equal(
	    att_file_replace(&file, att_bytes_text("new"), 0644, NULL), ATT_OK);
	content = scratch_read(target, &len);
	assert_string_equal(content, "target");
	free(content);
	close(file.dirfd);
	free(path);
	free(target);
}

/* RLIMIT_FSIZE fails the write as a full disk would. */
static void
keeps_the_old_content_when_the_disk_is_full(void **state)
{
	const struct rlimit none = { 2, RLIM_INFINITY };
	struct att_file file = open_place(*state, "a");
	struct att_reason why = { 0 };
	struct rlimit saved;
	char *path = scratch_path(*state, "a");

	scratch_write_text(path, "old content");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &saved), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
	assert_int_equal(
	    att_file_replace(&file, att_bytes_text("new content"), 0644, &why),
	    ATT_ERR_SYSTEM);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &saved), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(
	    read_named(*state, "a", 99, "old content", &why), ATT_OK);
	assert_int_equal(scratch_count(*state, ".tmp-"), 0);
	close(file.dirfd);
	free(path);
}

static void
refuses_to_write_more_than_can_be_read(void **state)
{
	struct att_file file = open_place(*state, "a");

	file.max = 2;
	assert_int_equal(
	    att_file_replace(&file, att_bytes_text("abc"), 0644, NULL),
	    ATT_ERR_FILE_TOO_LARGE);
	assert_int_equal(scratch_count(*state, NULL), 0);
	close(file.dirfd);
}

static void
removes_a_file_once(void **state)
{
	struct att_file file = open_place(*state, "a");
	struct att_reason why = { 0 };
	char *path = scratch_path(*state, "a");

	scratch_write_text(path, "x");
	assert_int_equal(att_file_remove(&file, &why), ATT_OK);
	assert_int_equal(att_file_remove(&file, &why), ATT_ERR_FILE_NOT_FOUND);
	close(file.dirfd);
	free(path);
}

static enum att_err
lock(const struct att_file *file, unsigned int ms, int *fdp,
    struct att_reason *why)
{
	const struct att_lock_wait wait = { ms, ATT_ERR_STATE_LOCKED };

	return att_file_lock(file, &wait, fdp, why);
}

static void
locks_out_others_until_closed(void **state)
{
	struct att_file file = open_place(*state, "a");
	struct att_file other = open_place(*state, "b");
	char *path = scratch_path(*state, ".lock-a");
	struct att_reason why = { 0 };
	int first, second, third;
	struct stat st;

	file.shown = "/folder/a";
	assert_int_equal(lock(&file, 0, &first, &why), ATT_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(lock(&file, 30, &second, &why), ATT_ERR_STATE_LOCKED);
	assert_int_equal(second, -1);
	assert_non_null(strstr(why.text, "fuser -v '/folder/.lock-a'"));
	/* Another file has another lock. */
	assert_int_equal(lock(&other, 0, &third, &why), ATT_OK);
	close(third);
	close(first);
	assert_int_equal(lock(&file, 0, &second, &why), ATT_OK);
	close(second);
	close(other.dirfd);
	free(path);
	close(file.dirfd);
}

static void
waits_for_a_lock_that_is_let_go(void **state)
{
	const struct timespec pause = { 0, 100 * 1000000L };
	struct att_file file = open_place(*state, "a");
	int fd, ready[2], status;
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if (lock(&file, 0, &fd, NULL) != ATT_OK ||
		    write(ready[1], "r", 1) != 1)
			_exit(1);
		nanosleep(&pause, NULL);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(lock(&file, 0, &fd, NULL), ATT_ERR_STATE_LOCKED);
	assert_int_equal(lock(&file, 10000, &fd, NULL), ATT_OK);
	close(fd);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(ready[0]);
	close(ready[1]);
	close(file.dirfd);
}

/* Who waited for a lock file that its holder removed takes the new one. */
static void
a_lock_that_was_removed_locks_nothing(void **state)
{
	const struct timespec pause = { 0, 100 * 1000000L };
	struct att_file file = open_place(*state, "a");
	int fd, held, ready[2], status;
	pid_t pid;
	char c;

	assert_int_equal(pipe(ready), 0);
	if ((pid = fork()) == 0) {
		if (lock(&file, 0, &fd, NULL) != ATT_OK ||
		    write(ready[1], "r", 1) != 1)
			_exit(1);
		nanosleep(&pause, NULL);
		att_file_lock_remove(&file);
		_exit(0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(lock(&file, 10000, &held, NULL), ATT_OK);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	/* Were it the removed one, this would be a second holder. */
	assert_int_equal(lock(&file, 0, &fd, NULL), ATT_ERR_STATE_LOCKED);
	att_file_lock_remove(&file);
	close(held);
	assert_int_equal(scratch_count(*state, ".lock-"), 0);
	close(ready[0]);
	close(ready[1]);
	close(file.dirfd);
}

static void
refuses_a_lock_that_is_a_link_or_loose(void **state)
{
	struct att_file file = open_place(*state, "a");
	char *path = scratch_path(*state, ".lock-a");
	int fd;

	assert_int_equal(symlink("elsewhere", path), 0);
	assert_int_equal(lock(&file, 0, &fd, NULL), ATT_ERR_FILE_TYPE);
	assert_int_equal(unlink(path), 0);
	scratch_write(path, "", 0, 0666);
	assert_int_equal(lock(&file, 0, &fd, NULL), ATT_ERR_FILE_PERMISSIONS);
	close(file.dirfd);
	free(path);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reads_a_file_of_ours_whole),
		TEST(rejects_one_byte_too_many),
		TEST(only_enoent_is_not_found),
		TEST(rejects_links_folders_and_pipes),
		TEST(rejects_what_others_can_write),
		TEST(rejects_a_secret_that_others_can_read),
		TEST(follows_links_where_it_is_told_to),
		TEST(rejects_another_owner),
		TEST(opens_only_folders_of_ours),
		TEST(makes_a_folder_with_its_mode),
		TEST(reads_any_file_a_person_names),
		TEST(reads_standard_input),
		TEST(replaces_with_exactly_this_mode),
		TEST(replaces_a_link_and_not_its_target),
		TEST(keeps_the_old_content_when_the_disk_is_full),
		TEST(refuses_to_write_more_than_can_be_read),
		TEST(removes_a_file_once),
		TEST(locks_out_others_until_closed),
		TEST(waits_for_a_lock_that_is_let_go),
		TEST(a_lock_that_was_removed_locks_nothing),
		TEST(refuses_a_lock_that_is_a_link_or_loose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
