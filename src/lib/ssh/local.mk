# SPDX-License-Identifier: BSD-2-Clause
# What OpenSSH writes and reads: methods of a login, keys, attestations, options
# of keys.
libatt_la_SOURCES += \
	src/lib/ssh/auth_info.h src/lib/ssh/auth_info.c \
	src/lib/ssh/key_options.h src/lib/ssh/key_options.c \
	src/lib/ssh/sk_attest.h src/lib/ssh/sk_attest.c \
	src/lib/ssh/sk_key.h src/lib/ssh/sk_key.c \
	src/lib/ssh/sk_signature.h src/lib/ssh/sk_signature.c \
	src/lib/ssh/sshsig.h src/lib/ssh/sshsig.c \
	src/lib/ssh/wire.h src/lib/ssh/wire.c
