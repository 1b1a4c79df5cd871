# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/token/binding.h src/lib/token/binding.c \
	src/lib/token/binding_proof.c \
	src/lib/token/claims.c \
	src/lib/token/jwks.c src/lib/token/jwks.h \
	src/lib/token/signer.c \
	src/lib/token/token.c src/lib/token/token.h \
	src/lib/token/token_parts.h \
	src/lib/token/trust.c \
	src/lib/token/wrapped_key.h src/lib/token/wrapped_key.c
