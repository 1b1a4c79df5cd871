# SPDX-License-Identifier: BSD-2-Clause
# The only program that talks to SSH agents. Everything but main() is what its
# tests link, too.
noinst_LTLIBRARIES += libatt_agent.la
libatt_agent_la_SOURCES = \
	src/agent/exchange.h src/agent/exchange.c \
	src/agent/protocol.h src/agent/protocol.c \
	src/agent/serve.h src/agent/serve.c \
	src/agent/socket.h src/agent/socket.c
libatt_agent_la_LIBADD =

programs_PROGRAMS += pam_attest-agent
pam_attest_agent_SOURCES = src/agent/main.c
pam_attest_agent_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_agent_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_agent_LDADD = libatt_agent.la libatt.la libatt_lockdown.la \
	libatt_base.la
