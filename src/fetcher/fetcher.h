/* SPDX-License-Identifier: BSD-2-Clause */
/* The whole program but main(). */
#ifndef FETCHER_FETCHER_H
#define FETCHER_FETCHER_H

/*
 * Leaves root, takes FETCH from descriptor 0, locks the process down, fetches
 * (transfer.h) and answers. The exit status of the process: a failure only
 * where nothing could be answered.
 */
int fetcher_run(void);

#endif
