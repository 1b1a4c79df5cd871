# SPDX-License-Identifier: BSD-2-Clause
# What OpenSSH writes and reads: options of keys.
libatt_la_SOURCES += \
	src/lib/ssh/key_options.h src/lib/ssh/key_options.c
