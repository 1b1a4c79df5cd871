# SPDX-License-Identifier: BSD-2-Clause
# The only program that uses libcurl, and the only one that has the network.
programs_PROGRAMS += pam_attest-fetcher
pam_attest_fetcher_SOURCES = src/fetcher/main.c \
	src/fetcher/fetcher.h src/fetcher/fetcher.c \
	src/fetcher/memory.h src/fetcher/memory.c \
	src/fetcher/transfer.h src/fetcher/transfer.c
pam_attest_fetcher_CPPFLAGS = $(AM_CPPFLAGS) $(CURL_CFLAGS)
pam_attest_fetcher_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_fetcher_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_fetcher_LDADD = libatt.la libatt_lockdown.la libatt_base.la \
	$(CURL_LIBS)
