# SPDX-License-Identifier: BSD-2-Clause
# The only program that uses tpm2-tss. Everything but main() is what the tests
# of its sandbox link, too.
noinst_LTLIBRARIES += libatt_tpm.la
libatt_tpm_la_SOURCES = \
	src/tpm/answer.h src/tpm/answer.c \
	src/tpm/connection.h src/tpm/connection.c \
	src/tpm/failure.h src/tpm/failure.c \
	src/tpm/key.h src/tpm/key.c src/tpm/key_ephemeral.c \
	src/tpm/key_wrapped.c \
	src/tpm/parent.h src/tpm/parent.c \
	src/tpm/proof.h src/tpm/proof.c \
	src/tpm/structure.h src/tpm/structure.c \
	src/tpm/kept.h src/tpm/kept.c \
	src/tpm/nv.h src/tpm/nv.c \
	src/tpm/quote.h src/tpm/quote.c \
	src/tpm/talk.h src/tpm/talk.c src/tpm/attest.c src/tpm/guest.c \
	src/tpm/endorsement.c
libatt_tpm_la_CPPFLAGS = $(AM_CPPFLAGS) $(TSS2_CFLAGS)
libatt_tpm_la_LIBADD =

programs_PROGRAMS += pam_attest-tpm
pam_attest_tpm_SOURCES = src/tpm/main.c
pam_attest_tpm_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_tpm_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_tpm_LDADD = libatt_tpm.la libatt.la libatt_lockdown.la \
	libatt_base.la $(TSS2_LIBS) $(CRYPTO_LIBS)
