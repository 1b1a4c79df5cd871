/* SPDX-License-Identifier: BSD-2-Clause */
/* Stands in front of every unit test where configure did not find cmocka. */
#error "cmocka was not found; on Debian: apt-get install libcmocka-dev"
