# SPDX-License-Identifier: BSD-2-Clause
# The process that asks SSH agents: what it does, and what it cannot.
TESTS += tests/agent/agent.py
EXTRA_DIST += tests/agent/agent.py tests/agent/fake_agent.py
check_PROGRAMS += tests/agent/sandbox_agent tests/agent/sandbox_agent_unlocked
tests/agent/agent.log: pam_attest-agent$(EXEEXT)

# The objects of the product as they are, but for the reader of lists; and once
# more without lock-down.
SOURCES_OF_SANDBOX_AGENT = tests/module/sandbox_attempts.h \
	tests/module/sandbox_attempts.c tests/agent/sandbox_agent.c
CPPFLAGS_OF_SANDBOX_AGENT = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/module
LDFLAGS_OF_SANDBOX_AGENT = $(PROGRAM_LDFLAGS) -Wl,--wrap=agent_read_list

tests_agent_sandbox_agent_SOURCES = $(SOURCES_OF_SANDBOX_AGENT)
tests_agent_sandbox_agent_CPPFLAGS = $(CPPFLAGS_OF_SANDBOX_AGENT)
tests_agent_sandbox_agent_CFLAGS = $(PROGRAM_CFLAGS)
tests_agent_sandbox_agent_LDFLAGS = $(LDFLAGS_OF_SANDBOX_AGENT)
tests_agent_sandbox_agent_LDADD = $(pam_attest_agent_LDADD)

tests_agent_sandbox_agent_unlocked_SOURCES = $(SOURCES_OF_SANDBOX_AGENT) \
	tests/module/sandbox_unlocked.c
tests_agent_sandbox_agent_unlocked_CPPFLAGS = $(CPPFLAGS_OF_SANDBOX_AGENT)
tests_agent_sandbox_agent_unlocked_CFLAGS = $(PROGRAM_CFLAGS)
tests_agent_sandbox_agent_unlocked_LDFLAGS = $(LDFLAGS_OF_SANDBOX_AGENT) \
	$(WRAP_FILTER) $(WRAP_PATHS)
tests_agent_sandbox_agent_unlocked_LDADD = $(pam_attest_agent_LDADD)
