/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory for libcurl that leaves nothing behind. */
#ifndef FETCHER_MEMORY_H
#define FETCHER_MEMORY_H

/*
 * curl_global_init() with functions that wipe what they free: requests and
 * answers may be secrets, and libcurl has copies of them. 0 on success.
 */
int memory_begin_curl(void);

#endif
