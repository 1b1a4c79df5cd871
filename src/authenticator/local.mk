# SPDX-License-Identifier: BSD-2-Clause
# The only program that uses libfido2. Everything but main() is what the tests
# of its sandbox link, too.
noinst_LTLIBRARIES += libatt_authenticator.la
libatt_authenticator_la_SOURCES = \
	src/authenticator/find.h src/authenticator/find.c \
	src/authenticator/finder.h src/authenticator/finder.c \
	src/authenticator/hid.h src/authenticator/hid.c \
	src/authenticator/reply.h src/authenticator/reply.c \
	src/authenticator/failure.h src/authenticator/failure.c \
	src/authenticator/operation.h src/authenticator/chunk.c \
	src/authenticator/get_assertion.c src/authenticator/make_credential.c \
	src/authenticator/session.h src/authenticator/session.c \
	src/authenticator/supervisor.h src/authenticator/supervisor.c
libatt_authenticator_la_CPPFLAGS = $(AM_CPPFLAGS) $(FIDO2_CFLAGS) \
	$(CRYPTO_CFLAGS)
libatt_authenticator_la_LIBADD =

programs_PROGRAMS += pam_attest-authenticator
pam_attest_authenticator_SOURCES = src/authenticator/main.c
pam_attest_authenticator_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_authenticator_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_authenticator_LDADD = libatt_authenticator.la libatt.la \
	libatt_lockdown.la libatt_base.la $(FIDO2_LIBS) $(CRYPTO_LIBS)

include $(top_srcdir)/tests/module/sandbox.mk
