# SPDX-License-Identifier: BSD-2-Clause
libatt_la_SOURCES += \
	src/lib/base/http.h src/lib/base/http.c \
	src/lib/maa/call.h src/lib/maa/call.c \
	src/lib/maa/client.h src/lib/maa/client.c \
	src/lib/maa/error.h src/lib/maa/error.c \
	src/lib/maa/request.h src/lib/maa/request.c \
	src/lib/maa/retry.h src/lib/maa/retry.c \
	src/lib/maa/signers.h src/lib/maa/signers.c

# Access tokens of AAD.
libatt_la_SOURCES += \
	src/lib/maa/access_token.h src/lib/maa/access_token.c \
	src/lib/maa/arc_challenge.h src/lib/maa/arc_challenge.c \
	src/lib/maa/client_assertion.h src/lib/maa/client_assertion.c \
	src/lib/maa/credential.h src/lib/maa/credential.c \
	src/lib/maa/credential_aad.c \
	src/lib/maa/credential_arc.c \
	src/lib/maa/credential_cli.c \
	src/lib/maa/credential_kind.h \
	src/lib/maa/credential_platform.c \
	src/lib/maa/form.h src/lib/maa/form.c \
	src/lib/maa/oauth_error.h src/lib/maa/oauth_error.c \
	src/lib/maa/program.h src/lib/maa/program.c \
	src/lib/maa/secret.h src/lib/maa/secret.c

# What a TPM says, and the logs of what it was told.
libatt_la_SOURCES += \
	src/lib/maa/azure_guest.h src/lib/maa/azure_guest.c \
	src/lib/maa/guest_envelope.h src/lib/maa/guest_envelope.c \
	src/lib/maa/guest_os.h src/lib/maa/guest_os.c \
	src/lib/maa/ima_log.h src/lib/maa/ima_log.c \
	src/lib/maa/json_text.h src/lib/maa/json_text.c \
	src/lib/maa/log_reader.h src/lib/maa/log_reader.c \
	src/lib/maa/measured.h src/lib/maa/measured.c \
	src/lib/maa/tcg_log.h src/lib/maa/tcg_log.c \
	src/lib/maa/tpm_check.h src/lib/maa/tpm_check.c \
	src/lib/maa/tpm_exchange.h src/lib/maa/tpm_exchange.c \
	src/lib/maa/tpm_reply.h src/lib/maa/tpm_reply.c \
	src/lib/maa/tpm_request.h src/lib/maa/tpm_request.c
