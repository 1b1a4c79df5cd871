# SPDX-License-Identifier: BSD-2-Clause
# The only program that uses libfido2.
programs_PROGRAMS += pam_attest-authenticator
AUTHENTICATOR_SOURCES = \
	src/authenticator/find.h src/authenticator/find.c \
	src/authenticator/hid.h src/authenticator/hid.c \
	src/authenticator/reply.h src/authenticator/reply.c \
	src/authenticator/failure.h src/authenticator/failure.c \
	src/authenticator/operation.h src/authenticator/chunk.c \
	src/authenticator/assertion.c src/authenticator/credential.c \
	src/authenticator/session.h src/authenticator/session.c
pam_attest_authenticator_SOURCES = src/authenticator/main.c \
	$(AUTHENTICATOR_SOURCES)
pam_attest_authenticator_CPPFLAGS = $(AM_CPPFLAGS) $(FIDO2_CFLAGS) \
	$(CRYPTO_CFLAGS)
pam_attest_authenticator_LDADD = libatt.la libatt_lockdown.la \
	$(FIDO2_LIBS) $(CRYPTO_LIBS)
