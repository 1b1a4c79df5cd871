# SPDX-License-Identifier: BSD-2-Clause
# The tests of the authenticator process: what it does, and what it cannot.
check_PROGRAMS += tests/module/devicectl tests/module/sandbox_authenticator \
	tests/module/sandbox_unlocked tests/module/sandbox_landlock \
	tests/module/sandbox_ssh_keys tests/module/sandbox_verifier
TESTS += tests/module/sandbox.sh tests/module/sandbox_ssh_keys.sh \
	tests/module/authenticator.sh
EXTRA_DIST += tests/module/sandbox.sh tests/module/sandbox_ssh_keys.sh \
	tests/module/authenticator.sh

tests_module_devicectl_SOURCES = tests/module/devicectl.c
tests_module_devicectl_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_devicectl_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_module_devicectl_LDADD = libatt_base.la

# The objects of the product as they are; the linker puts other functions in
# the place of one of libfido2's and, where it says so, of the lock-down's.
SOURCES_OF_SANDBOX = tests/module/sandbox_attempts.h \
	tests/module/sandbox_attempts.c tests/module/sandbox_authenticator.c
CPPFLAGS_OF_SANDBOX = $(AM_CPPFLAGS) -I$(top_srcdir)/src $(FIDO2_CFLAGS)
LIBS_OF_SANDBOX = libatt_authenticator.la $(pam_attest_authenticator_LDADD)
WRAP_FILTER = -Wl,--wrap=att_lockdown_system_calls \
	-Wl,--wrap=att_lockdown_limits
WRAP_PATHS = -Wl,--wrap=att_lockdown_paths
LDFLAGS_OF_SANDBOX = $(PROGRAM_LDFLAGS) -Wl,--wrap=fido_dev_get_assert \
	-Wl,--wrap=fido_dev_info_manifest

tests_module_sandbox_authenticator_SOURCES = $(SOURCES_OF_SANDBOX)
tests_module_sandbox_authenticator_CPPFLAGS = $(CPPFLAGS_OF_SANDBOX)
tests_module_sandbox_authenticator_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_sandbox_authenticator_LDFLAGS = $(LDFLAGS_OF_SANDBOX)
tests_module_sandbox_authenticator_LDADD = $(LIBS_OF_SANDBOX)

tests_module_sandbox_unlocked_SOURCES = $(SOURCES_OF_SANDBOX) \
	tests/module/sandbox_unlocked.c
tests_module_sandbox_unlocked_CPPFLAGS = $(CPPFLAGS_OF_SANDBOX)
tests_module_sandbox_unlocked_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_sandbox_unlocked_LDFLAGS = $(LDFLAGS_OF_SANDBOX) \
	$(WRAP_FILTER) $(WRAP_PATHS)
tests_module_sandbox_unlocked_LDADD = $(LIBS_OF_SANDBOX)

tests_module_sandbox_landlock_SOURCES = $(SOURCES_OF_SANDBOX) \
	tests/module/sandbox_unlocked.c
tests_module_sandbox_landlock_CPPFLAGS = $(CPPFLAGS_OF_SANDBOX)
tests_module_sandbox_landlock_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_sandbox_landlock_LDFLAGS = $(LDFLAGS_OF_SANDBOX) $(WRAP_FILTER)
tests_module_sandbox_landlock_LDADD = $(LIBS_OF_SANDBOX)

tests_module_sandbox_verifier_SOURCES = tests/module/sandbox_attempts.h \
	tests/module/sandbox_attempts.c tests/module/sandbox_verifier.c
tests_module_sandbox_verifier_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_sandbox_verifier_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_module_sandbox_verifier_LDADD = libatt_lockdown.la libatt_base.la

# All of the program but what answers.
tests_module_sandbox_ssh_keys_SOURCES = tests/module/sandbox_attempts.h \
	tests/module/sandbox_attempts.c tests/module/sandbox_ssh_keys.c \
	src/ssh_keys/main.c src/ssh_keys/system_log.c
tests_module_sandbox_ssh_keys_CFLAGS = $(PROGRAM_CFLAGS)
tests_module_sandbox_ssh_keys_LDFLAGS = $(PROGRAM_LDFLAGS)
tests_module_sandbox_ssh_keys_LDADD = libatt.la libatt_lockdown.la \
	$(CRYPTO_LIBS)

# They start softkey and the program itself.
tests/module/sandbox.log: tests/softkey/softkey$(EXEEXT)
tests/module/authenticator.log: tests/softkey/softkey$(EXEEXT) \
	pam_attest-authenticator$(EXEEXT)
