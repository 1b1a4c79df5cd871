# SPDX-License-Identifier: BSD-2-Clause
# Module tests: the installed module in PAM applications of our own and in
# pamtester, as an ordinary user. "make installcheck" runs them.
check_PROGRAMS += tests/module/pamhost tests/module/fake_verifier \
	tests/module/fake_authenticator

# Its syslog() and malloc() have to be the ones that libpam finds.
tests_module_pamhost_SOURCES = tests/module/pamhost.c \
	tests/module/asking.h tests/module/asking.c \
	tests/module/snapshot.h tests/module/snapshot.c
tests_module_pamhost_CFLAGS = $(PROGRAM_CFLAGS) -fvisibility=default
tests_module_pamhost_LDFLAGS = $(PROGRAM_LDFLAGS) -export-dynamic
tests_module_pamhost_LDADD = $(PAM_LIBS)

tests_module_fake_verifier_SOURCES = tests/module/fake_verifier.c
tests_module_fake_verifier_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_fake_verifier_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_module_fake_verifier_LDADD = libatt_base.la

tests_module_fake_authenticator_SOURCES = tests/module/fake_authenticator.c
tests_module_fake_authenticator_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_fake_authenticator_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_module_fake_authenticator_LDADD = libatt_base.la

EXTRA_DIST += tests/module/run tests/module/lib.sh \
	tests/module/case_caller.sh \
	tests/module/case_codes.sh \
	tests/module/case_counter.sh \
	tests/module/case_defects.sh \
	tests/module/case_evidence.sh \
	tests/module/case_formats.sh \
	tests/module/case_host.sh \
	tests/module/case_host_tpm.sh \
	tests/module/case_refresh.sh \
	tests/module/case_hostile.sh \
	tests/module/case_keys.sh \
	tests/module/case_login.sh \
	tests/module/case_metadata.sh \
	tests/module/case_misbehave.sh \
	tests/module/case_names.sh \
	tests/module/case_options.sh \
	tests/module/case_pamtester.sh \
	tests/module/case_permissions.sh \
	tests/module/case_pin.sh \
	tests/module/case_policy.sh \
	tests/module/case_roots.sh \
	tests/module/case_processes.sh \
	tests/module/case_registration.sh \
	tests/module/case_remote.sh \
	tests/module/case_ssh_import.sh \
	tests/module/case_respond.sh tests/remote_lines.py \
	tests/module/case_u2f.sh

if SANITIZERS
ATT_SANITIZED = yes
else
ATT_SANITIZED = no
endif

# Where the installed tree is, for tests of processes and for the bench.
ENVIRONMENT_OF_TESTS = \
	ATT_MODULE='$(DESTDIR)$(pamdir)/pam_attest.so' \
	ATT_PROGRAMS='$(programsdir)' \
	ATTESTCTL='$(DESTDIR)$(sbindir)/attestctl' \
	ATT_SANITIZED='$(ATT_SANITIZED)' \
	SOFTKEY='$(abs_top_builddir)/tests/softkey/softkey' \
	PAMHOST='$(abs_top_builddir)/tests/module/pamhost' \
	FAKE_VERIFIER='$(abs_top_builddir)/tests/module/fake_verifier' \
	FAKE_AUTHENTICATOR='$(abs_top_builddir)/tests/module/fake_authenticator'
PROGRAMS_OF_TESTS = tests/softkey/softkey tests/module/pamhost \
	tests/module/fake_verifier tests/module/fake_authenticator

# CASES='pin keys' runs these alone.
.PHONY: installcheck-module check-module
installcheck-module: $(PROGRAMS_OF_TESTS)
	$(ENVIRONMENT_OF_TESTS) $(BASH) $(top_srcdir)/tests/module/run $(CASES)
check-module: installcheck-module
INSTALLCHECKS += installcheck-module

# "attestctl mds update" and the process that fetches.
EXTRA_DIST += tests/module/update.sh tests/module/metadata_server.py \
	tests/module/units.sh
check_PROGRAMS += tests/module/sandbox_fetcher
tests_module_sandbox_fetcher_SOURCES = tests/module/sandbox_attempts.h \
	tests/module/sandbox_attempts.c tests/module/sandbox_fetcher.c \
	src/fetcher/fetcher.h src/fetcher/fetcher.c
tests_module_sandbox_fetcher_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_sandbox_fetcher_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_module_sandbox_fetcher_LDADD = libatt.la libatt_lockdown.la \
	libatt_base.la

.PHONY: installcheck-update installcheck-units
installcheck-update: tests/module/sandbox_fetcher
	$(ENVIRONMENT_OF_TESTS) top_srcdir='$(abs_top_srcdir)' \
	    SANDBOX_FETCHER='$(abs_top_builddir)/tests/module/sandbox_fetcher' \
	    $(BASH) $(top_srcdir)/tests/module/update.sh
INSTALLCHECKS += installcheck-update

if SYSTEMD_UNITS

installcheck-units:
	$(BASH) $(top_srcdir)/tests/module/units.sh \
	    '$(DESTDIR)$(systemdsystemunitdir)'
INSTALLCHECKS += installcheck-units
endif
BASH = bash
