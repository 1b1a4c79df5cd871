# SPDX-License-Identifier: BSD-2-Clause
# libc only: this is the part that the PAM module may link.
noinst_LTLIBRARIES += libatt_base.la
libatt_base_la_SOURCES = \
	src/lib/base/bytes.h \
	src/lib/base/err.h src/lib/base/err.def src/lib/base/err.c \
	src/lib/base/buf.h src/lib/base/buf.c \
	src/lib/base/clock.h src/lib/base/clock.c \
	src/lib/base/hex.h src/lib/base/hex.c \
	src/lib/base/log_field.h src/lib/base/log_field.c \
	src/lib/base/spawn.h src/lib/base/spawn.c \
	src/lib/base/text.h src/lib/base/text.c \
	src/lib/base/tpm_evidence.h \
	src/lib/base/utf8.h src/lib/base/utf8.c
libatt_base_la_LIBADD =

# For the programs only: libseccomp never comes into the PAM module.
noinst_LTLIBRARIES += libatt_lockdown.la
libatt_lockdown_la_SOURCES = \
	src/lib/base/lockdown.h src/lib/base/lockdown.c \
	src/lib/base/lockdown_landlock.c src/lib/base/lockdown_seccomp.c
libatt_lockdown_la_CPPFLAGS = $(AM_CPPFLAGS) $(SECCOMP_CFLAGS)
libatt_lockdown_la_LIBADD = libatt_base.la $(SECCOMP_LIBS)
