/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over files and folders without libFuzzer: each input as
 * it is, then a fixed sequence of mutations of it, the same in every run.
 *
 * usage: fuzz_x [-m MUTATIONS] PATH...
 * Prints each path before it runs and the number of runs at the end.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
/* Not every target has one. */
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(
    uint8_t *data, size_t size, size_t max_size, unsigned int seed);

enum {
	INPUT_MAX = 1 << 20,
	GROWTH_MAX = 4096
};

static unsigned long mutations = 300;
static unsigned long files;
static unsigned long runs;

/* The generator of C17 7.22.2's example, for the same runs everywhere. */
static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1103515245u + 12345u;
	return (*state >> 16) & 0x7fff;
}

static uint32_t
random_below(uint32_t *state, size_t limit)
{
	uint32_t high = next_random(state);

	return ((high << 15) | next_random(state)) % (uint32_t)limit;
}

/*
 * Runs exactly size bytes at the end of their own allocation, so that a
 * sanitizer sees the first byte read past them.
 */
static void
run(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size > 0 ? size : 1);

	if (exact == NULL)
		err(2, "malloc");
	if (size > 0)
		memcpy(exact, data, size);
	if (LLVMFuzzerTestOneInput(exact, size) != 0)
		errx(1, "the target did not return 0");
	free(exact);
	runs++;
}

/* Changes data in one place; returns its new size. */
static size_t
mutate(uint8_t *data, size_t size, uint32_t *state)
{
	static const uint8_t edges[] = { 0x00, 0x7f, 0x80, 0xff };
	size_t at = random_below(state, size);

	switch (next_random(state) % 6) {
	case 0: /* one bit */
		data[at] ^= (uint8_t)(1u << (next_random(state) % 8));
		return size;
	case 1: /* one byte */
		data[at] = (uint8_t)next_random(state);
		return size;
	case 2: /* a byte at the edge of its range */
		data[at] = edges[next_random(state) % sizeof(edges)];
		return size;
	case 3: /* cut at the end */
		return at;
	case 4: /* cut out a byte */
		memmove(data + at, data + at + 1, size - at - 1);
		return size - 1;
	default: /* a byte more */
		memmove(data + at + 1, data + at, size - at);
		data[at] = (uint8_t)next_random(state);
		return size + 1;
	}
}

/* What libFuzzer offers to the mutators of targets. */
size_t
LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	static uint32_t state = 1;

	if (size == 0 || size >= max_size)
		return size;
	return mutate(data, size, &state);
}

/* Once in two by the mutator of the target, if it has one. */
static size_t
mutate_for_target(uint8_t *data, size_t size, size_t max_size, uint32_t *state)
{
	uint32_t seed = next_random(state);

	if (LLVMFuzzerCustomMutator != NULL && seed % 2 == 0)
		return LLVMFuzzerCustomMutator(data, size, max_size, seed);
	return mutate(data, size, state);
}

static void
run_mutations(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + GROWTH_MAX);
	uint32_t state = 1;

	if (copy == NULL)
		err(2, "malloc");
	for (unsigned long i = 0; i < mutations && size > 0; i++) {
		size_t changed = size;
		uint32_t steps = 1 + next_random(&state) % 4;

		memcpy(copy, data, size);
		while (steps-- > 0 && changed > 0)
			changed = mutate_for_target(
			    copy, changed, size + GROWTH_MAX - 8, &state);
		run(copy, changed);
	}
	free(copy);
}

static void
run_file(const char *path)
{
	uint8_t *data = malloc(INPUT_MAX);
	FILE *file = fopen(path, "re");
	size_t size;

	if (data == NULL || file == NULL)
		err(2, "%s", path);
	size = fread(data, 1, INPUT_MAX, file);
	if (ferror(file) || size == INPUT_MAX)
		errx(2, "%s: cannot be read or is too large", path);
	fclose(file);
	printf("%s\n", path);
	fflush(stdout);
	run(data, size);
	run_mutations(data, size);
	files++;
	free(data);
}

static void
run_folder(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);

	if (count < 0)
		err(2, "%s", path);
	for (int i = 0; i < count; i++) {
		char file[4096];

		if (entries[i]->d_name[0] != '.') {
			snprintf(file, sizeof(file), "%s/%s", path,
			    entries[i]->d_name);
			run_file(file);
		}
		free(entries[i]);
	}
	free(entries);
}

int
main(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "m:")) != -1) {
		if (option != 'm')
			errx(2, "usage: %s [-m MUTATIONS] PATH...", argv[0]);
		mutations = strtoul(optarg, NULL, 10);
	}
	for (int i = optind; i < argc; i++) {
		struct stat status;

		if (stat(argv[i], &status) != 0)
			err(2, "%s", argv[i]);
		if (S_ISDIR(status.st_mode))
			run_folder(argv[i]);
		else
			run_file(argv[i]);
	}
	printf("%lu files, %lu runs\n", files, runs);
	return files > 0 ? 0 : 1;
}
