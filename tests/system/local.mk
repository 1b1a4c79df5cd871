# SPDX-License-Identifier: BSD-2-Clause
# System tests: the real sudo, passwd and sshd, as root, in a mount namespace
# of their own. "make installcheck" runs them.
check_PROGRAMS += tests/system/log_listener
tests_system_log_listener_SOURCES = tests/system/log_listener.c
tests_system_log_listener_CFLAGS = $(PROGRAM_CFLAGS)
tests_system_log_listener_LDFLAGS = $(PROGRAM_LDFLAGS)

# -rpath makes a shared object of what is never installed.
check_LTLIBRARIES += tests/system/pam_snapshot.la
tests_system_pam_snapshot_la_SOURCES = tests/system/pam_snapshot.c \
	tests/module/snapshot.h tests/module/snapshot.c
tests_system_pam_snapshot_la_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/module
tests_system_pam_snapshot_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version \
	-shared -rpath $(abs_top_builddir)
tests_system_pam_snapshot_la_LIBADD = $(PAM_LIBS)

EXTRA_DIST += tests/system/run tests/system/lib.sh tests/system/sshd.sh \
	tests/system/case_agent.sh \
	tests/system/case_doctor.sh \
	tests/system/case_passwd.sh \
	tests/system/case_respond.sh \
	tests/system/case_ssh_keys.sh \
	tests/system/case_ssh_session.sh \
	tests/system/case_sshd.sh \
	tests/system/case_sudo.sh

# CASES='sudo' runs these alone.
.PHONY: installcheck-system check-system
installcheck-system: $(PROGRAMS_OF_TESTS) tests/system/log_listener \
	tests/system/pam_snapshot.la bench/manifest.so
	$(ENVIRONMENT_OF_TESTS) \
	LOG_LISTENER='$(abs_top_builddir)/tests/system/log_listener' \
	MANIFEST='$(abs_top_builddir)/bench/manifest.so' \
	PAM_SNAPSHOT='$(abs_top_builddir)/tests/system/.libs/pam_snapshot.so' \
	$(BASH) $(top_srcdir)/tests/system/run $(CASES)
check-system: installcheck-system
INSTALLCHECKS += installcheck-system
