# SPDX-License-Identifier: BSD-2-Clause
# What OpenSSH writes and reads: methods of a login, options of keys.
libatt_la_SOURCES += \
	src/lib/ssh/auth_info.h src/lib/ssh/auth_info.c \
	src/lib/ssh/key_options.h src/lib/ssh/key_options.c
