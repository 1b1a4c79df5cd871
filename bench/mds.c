/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What metadata costs:
 *	mds find ROUNDS FOLDER AAGUID
 * prints how long a login takes to find that model in the index of the folder,
 * and the floor, which is to open the same file, look at it, read the same two
 * parts of it and hash them: FIND FLOOR BYTES, the medians in microseconds of
 * wall time, of rounds that take turns.
 *	mds run ROUNDS COMMAND [ARG]...
 * prints wall time and processor time in milliseconds, the medians, and the
 * most memory that a round had, in MB. A command that fails ends it.
 */
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/hex.h"
#include "codec/digest.h"
#include "times.h"
#include "trust/metadata_index.h"

enum {
	ROUNDS_MAX = 10000,
	FRONT_LEN_AT = 8,
	ROW_LEN = 61,
	ROW_OFFSET_AT = 21,
	CHECKSUM_LEN = 32
};

static double
median(double *values, size_t count)
{
	times_sort(values, count);
	return values[count / 2];
}

static size_t
rounds_of(const char *text)
{
	long rounds = strtol(text, NULL, 10);

	if (rounds < 1 || rounds > ROUNDS_MAX)
		errx(2, "%s: expected 1 to %d rounds", text, ROUNDS_MAX);
	return (size_t)rounds;
}

/* --- Finding a model ------------------------------------------------------ */

struct part {
	off_t offset;
	size_t len;
};

static uint32_t
number_at(const uint8_t *ptr)
{
	return (uint32_t)ptr[0] << 24 | (uint32_t)ptr[1] << 16 |
	       (uint32_t)ptr[2] << 8 | ptr[3];
}

/* The two parts of the file that a login reads, FORMAT.md section 8. */
static void
find_parts(const char *path, const struct att_model_id *id, struct part *parts)
{
	uint8_t *content, *row = NULL;
	uint8_t key[ROW_OFFSET_AT] = { id->is_u2f };
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0)
		err(1, "%s", path);
	content = malloc((size_t)st.st_size);
	if (content == NULL ||
	    read(fd, content, (size_t)st.st_size) != (ssize_t)st.st_size)
		err(1, "%s", path);
	close(fd);
	memcpy(key + 1, id->id, sizeof(id->id));
	parts[0] = (struct part){ 0, number_at(content + FRONT_LEN_AT) };
	for (size_t at = parts[0].len - CHECKSUM_LEN - ROW_LEN; at > ROW_LEN;
	     at -= ROW_LEN) {
		if (memcmp(content + at, key, sizeof(key)) == 0)
			row = content + at;
	}
	if (row == NULL)
		errx(1, "%s: no such model", path);
	parts[1].offset =
	    (off_t)(parts[0].len + number_at(row + ROW_OFFSET_AT));
	parts[1].len = number_at(row + ROW_OFFSET_AT + 4);
	free(content);
}

static double
time_floor(const char *path, const struct part *parts)
{
	static uint8_t buf[1 << 22];
	double begin = times_now_us(CLOCK_MONOTONIC);
	uint8_t sha256[32];
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &st) != 0)
		err(1, "%s", path);
	for (size_t i = 0; i < 2; i++) {
		if (parts[i].len > sizeof(buf) ||
		    pread(fd, buf, parts[i].len, parts[i].offset) !=
			(ssize_t)parts[i].len ||
		    att_sha256(att_bytes(buf, parts[i].len), sha256) != ATT_OK)
			err(1, "%s", path);
	}
	close(fd);
	return times_now_us(CLOCK_MONOTONIC) - begin;
}

static double
time_find(const char *folder, const struct att_model_id *id)
{
	const struct att_model *model;
	struct att_index *index;
	double begin = times_now_us(CLOCK_MONOTONIC), end;
	struct att_reason why;

	if (att_index_open(folder, &index, &why) != ATT_OK ||
	    att_index_find(index, id, &model, &why) != ATT_OK)
		errx(1, "%s", why.text);
	if (model == NULL)
		errx(1, "%s: no such model", folder);
	end = times_now_us(CLOCK_MONOTONIC);
	att_index_free(&index);
	return end - begin;
}

static void
find(size_t rounds, const char *folder, const char *aaguid)
{
	static double ours[ROUNDS_MAX], least[ROUNDS_MAX];
	struct att_model_id id = { 0 };
	struct part parts[2];
	char *path;

	if (!att_uuid_read(att_bytes_text(aaguid), id.id))
		errx(2, "%s: no AAGUID", aaguid);
	if (asprintf(&path, "%s/" ATT_INDEX_NAME, folder) < 0)
		err(1, "asprintf");
	find_parts(path, &id, parts);
	for (size_t i = 0; i < rounds; i++) {
		ours[i] = time_find(folder, &id);
		least[i] = time_floor(path, parts);
	}
	printf("%.1f %.1f %zu\n", median(ours, rounds), median(least, rounds),
	    parts[0].len + parts[1].len);
	free(path);
}

/* --- Running a command ---------------------------------------------------- */

static void
start(char **argv)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		err(127, "/dev/null");
	execv(argv[0], argv);
	err(127, "%s", argv[0]);
}

static void
run(size_t rounds, char **argv)
{
	static double wall[ROUNDS_MAX], cpu[ROUNDS_MAX];
	long most = 0;

	for (size_t i = 0; i < rounds; i++) {
		double begin = times_now_us(CLOCK_MONOTONIC);
		struct rusage usage;
		pid_t pid = fork();
		int status;

		if (pid < 0)
			err(1, "fork");
		if (pid == 0)
			start(argv);
		if (wait4(pid, &status, 0, &usage) != pid || status != 0)
			errx(1, "%s failed (status %x)", argv[0], status);
		wall[i] = (times_now_us(CLOCK_MONOTONIC) - begin) / 1e3;
		cpu[i] = times_usage_ms(&usage);
		most = usage.ru_maxrss > most ? usage.ru_maxrss : most;
	}
	printf("%.0f %.0f %.1f\n", median(wall, rounds), median(cpu, rounds),
	    (double)most / 1024);
}

int
main(int argc, char **argv)
{
	if (argc == 5 && strcmp(argv[1], "find") == 0)
		find(rounds_of(argv[2]), argv[3], argv[4]);
	else if (argc > 3 && strcmp(argv[1], "run") == 0)
		run(rounds_of(argv[2]), argv + 3);
	else
		errx(2, "wrong usage; see the head of bench/mds.c");
	return EXIT_SUCCESS;
}
