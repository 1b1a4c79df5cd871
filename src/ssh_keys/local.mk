# SPDX-License-Identifier: BSD-2-Clause
# Everything but main() is what its tests link, too.
noinst_LTLIBRARIES += libatt_ssh_keys.la
libatt_ssh_keys_la_SOURCES = \
	src/ssh_keys/authorized.h src/ssh_keys/authorized.c \
	src/ssh_keys/system_log.h src/ssh_keys/system_log.c
libatt_ssh_keys_la_LIBADD =

programs_PROGRAMS += pam_attest-ssh-keys
pam_attest_ssh_keys_SOURCES = src/ssh_keys/main.c
pam_attest_ssh_keys_CFLAGS = $(PROGRAM_CFLAGS)
pam_attest_ssh_keys_LDFLAGS = $(PROGRAM_LDFLAGS)
pam_attest_ssh_keys_LDADD = libatt_ssh_keys.la libatt.la libatt_lockdown.la \
	$(CRYPTO_LIBS)
