# SPDX-License-Identifier: BSD-2-Clause
# Everything but main() is what its tests link, too.
noinst_LTLIBRARIES += libatt_verifier.la
libatt_verifier_la_SOURCES = \
	src/verifier/agent.h src/verifier/agent.c \
	src/verifier/agent_login.h src/verifier/agent_login.c \
	src/verifier/allow_list.h src/verifier/allow_list.c \
	src/verifier/attempt.h src/verifier/attempt.c \
	src/verifier/audit.h src/verifier/audit.c \
	src/verifier/authenticators.h src/verifier/authenticators.c \
	src/verifier/candidates.h src/verifier/candidates.c \
	src/verifier/ceremony.h src/verifier/ceremony.c \
	src/verifier/gate.h src/verifier/gate.c \
	src/verifier/label.h src/verifier/label.c \
	src/verifier/login.h src/verifier/login.c \
	src/verifier/pin.h src/verifier/pin.c \
	src/verifier/proof.h src/verifier/proof.c \
	src/verifier/registration.h src/verifier/registration.c \
	src/verifier/respond.h src/verifier/respond.c \
	src/verifier/responder.h src/verifier/responder.c \
	src/verifier/session.h src/verifier/session.c \
	src/verifier/ssh_challenge.h src/verifier/ssh_challenge.c \
	src/verifier/ssh_registration.h src/verifier/ssh_registration.c \
	src/verifier/ssh_session.h src/verifier/ssh_session.c \
	src/verifier/user_id.h src/verifier/user_id.c
libatt_verifier_la_LIBADD =

programs_PROGRAMS += pam_attest-verifier
pam_attest_verifier_SOURCES = src/verifier/main.c
pam_attest_verifier_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_verifier_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_verifier_LDADD = libatt_verifier.la libatt.la libatt_lockdown.la \
	$(CRYPTO_LIBS)
