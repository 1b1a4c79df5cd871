# SPDX-License-Identifier: BSD-2-Clause
# libc only: this is the part that the PAM module may link.
noinst_LTLIBRARIES += libatt_base.la
libatt_base_la_SOURCES = \
	src/lib/base/bytes.h \
	src/lib/base/err.h src/lib/base/err.def src/lib/base/err.c \
	src/lib/base/buf.h src/lib/base/buf.c \
	src/lib/base/spawn.h src/lib/base/spawn.c
libatt_base_la_LIBADD =
