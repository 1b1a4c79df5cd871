# SPDX-License-Identifier: BSD-2-Clause
programs_PROGRAMS += pam_attest-verifier
pam_attest_verifier_SOURCES = \
	src/verifier/main.c \
	src/verifier/audit.h src/verifier/audit.c \
	src/verifier/authenticators.h src/verifier/authenticators.c \
	src/verifier/candidates.h src/verifier/candidates.c \
	src/verifier/ceremony.h src/verifier/ceremony.c \
	src/verifier/login.h src/verifier/login.c \
	src/verifier/pin.h src/verifier/pin.c \
	src/verifier/registration.h src/verifier/registration.c \
	src/verifier/session.h src/verifier/session.c
pam_attest_verifier_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src \
	$(CRYPTO_CFLAGS)
pam_attest_verifier_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_verifier_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_verifier_LDADD = libatt.la libatt_lockdown.la libatt_base.la \
	$(CRYPTO_LIBS)
