/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bar for work that takes long: on standard error, only where that is a
 * terminal, and only once two seconds have passed.
 */
#ifndef ATT_ATTESTCTL_PROGRESS_H
#define ATT_ATTESTCTL_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct att_progress {
	const char *what; /* "audit"; lent */
	uint64_t total;	  /* how much there is to do; 0: nobody knows */
	int64_t begun;	  /* milliseconds as from att_clock_ms() */
	int64_t next;	  /* when to draw again; -1: never */
	bool is_shown;
};

enum {
	ATT_PROGRESS_TEXT = 80
};

void att_progress_begin(
    struct att_progress *progress, const char *what, uint64_t total);

/*
 * That much is done by now. Cheap enough for every step. Where nobody knows how
 * much there is, nothing is a wait.
 */
void att_progress_step(struct att_progress *progress, uint64_t done);

/*
 * Takes the bar off the terminal: before anything else is printed there, and
 * at the end. The next step may draw it again.
 */
void att_progress_clear(struct att_progress *progress);

/* What the bar shows that many milliseconds after the beginning. */
void att_progress_print(const struct att_progress *progress, uint64_t done,
    int64_t elapsed, char text[ATT_PROGRESS_TEXT]);

#endif
