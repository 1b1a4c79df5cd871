# SPDX-License-Identifier: BSD-2-Clause
# System tests: the real sudo, passwd and sshd, as root, in a mount namespace
# of their own. "make installcheck" runs them.
check_PROGRAMS += tests/system/log_listener
tests_system_log_listener_SOURCES = tests/system/log_listener.c
tests_system_log_listener_CFLAGS = $(PROGRAM_CFLAGS)
tests_system_log_listener_LDFLAGS = $(PROGRAM_LDFLAGS)

EXTRA_DIST += tests/system/run tests/system/lib.sh \
	tests/system/case_passwd.sh \
	tests/system/case_sshd.sh \
	tests/system/case_sudo.sh

# CASES='sudo' runs these alone.
.PHONY: installcheck-system check-system
installcheck-system: $(PROGRAMS_OF_TESTS) tests/system/log_listener
	$(ENVIRONMENT_OF_TESTS) \
	LOG_LISTENER='$(abs_top_builddir)/tests/system/log_listener' \
	$(BASH) $(top_srcdir)/tests/system/run $(CASES)
check-system: installcheck-system
installcheck-local: installcheck-system
