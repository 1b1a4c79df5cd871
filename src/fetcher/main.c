/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * pam_attest-fetcher: makes one exchange of HTTP for attestctl, as nobody, and
 * decides nothing. What it hands on is believed by its signature alone.
 */
#include "fetcher/fetcher.h"

int
main(void)
{
	return fetcher_run();
}
