/* SPDX-License-Identifier: BSD-2-Clause */
/* A bar for work that takes long. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "attestctl/progress.h"
#include "base/clock.h"

enum {
	PATIENCE_MS = 2000, /* what takes less needs no bar */
	PERIOD_MS = 200,
	BAR_WIDTH = 24,
	MINUTE = 60
};

static const char line_off[] = "\r\033[K";

void
att_progress_begin(
    struct att_progress *progress, const char *what, uint64_t total)
{
	int64_t now = att_clock_ms();

	*progress = (struct att_progress){
		.what = what,
		.total = total,
		.begun = now,
		.next = isatty(STDERR_FILENO) ? now + PATIENCE_MS : -1,
	};
}

/* "40 s" or "12 min", rounded up. */
static void
print_time(int64_t ms, char *text, size_t size)
{
	int64_t seconds = (ms + 999) / 1000;

	if (seconds < 2 * MINUTE)
		snprintf(text, size, "%lld s", (long long)seconds);
	else
		snprintf(text, size, "%lld min",
		    (long long)((seconds + MINUTE - 1) / MINUTE));
}

void
att_progress_print(const struct att_progress *progress, uint64_t done,
    int64_t elapsed, char text[ATT_PROGRESS_TEXT])
{
	double share =
	    progress->total == 0 ? 0 : (double)done / (double)progress->total;
	char bar[BAR_WIDTH + 1], left[24] = "";

	if (progress->total == 0 && done == 0) {
		print_time(elapsed, left, sizeof(left));
		snprintf(text, ATT_PROGRESS_TEXT, "%.16s  waiting for %s",
		    progress->what, left);
		return;
	}
	if (progress->total == 0) {
		snprintf(text, ATT_PROGRESS_TEXT, "%.16s  %llu", progress->what,
		    (unsigned long long)done);
		return;
	}
	share = share > 1 ? 1 : share;
	memset(bar, '.', BAR_WIDTH);
	memset(bar, '#', (size_t)(share * BAR_WIDTH));
	bar[BAR_WIDTH] = '\0';
	if (share > 0 && share < 1) {
		char time[32];

		print_time((int64_t)((double)elapsed / share * (1 - share)),
		    time, sizeof(time));
		snprintf(left, sizeof(left), "  %.12s left", time);
	}
	snprintf(text, ATT_PROGRESS_TEXT, "%.16s  [%s] %3d%%%s", progress->what,
	    bar, (int)(share * 100), left);
}

void
att_progress_step(struct att_progress *progress, uint64_t done)
{
	char text[ATT_PROGRESS_TEXT];
	int64_t now;

	if (progress->next < 0 || (now = att_clock_ms()) < progress->next)
		return;
	att_progress_print(progress, done, now - progress->begun, text);
	fprintf(stderr, "%s%s", line_off, text);
	fflush(stderr);
	progress->is_shown = true;
	progress->next = now + PERIOD_MS;
}

void
att_progress_clear(struct att_progress *progress)
{
	if (!progress->is_shown)
		return;
	fputs(line_off, stderr);
	fflush(stderr);
	progress->is_shown = false;
}
