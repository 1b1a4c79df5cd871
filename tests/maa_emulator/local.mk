# SPDX-License-Identifier: BSD-2-Clause
# A double of the attestation service. The official client, recorded answers
# of the service and a TPM judge it; nothing here depends on how we compile.
MAA_TESTS = tests/maa_emulator/attested_hosts.py \
	tests/maa_emulator/behaviour.py \
	tests/maa_emulator/credentials.py \
	tests/maa_emulator/exchanges.py \
	tests/maa_emulator/guest_attestations.py \
	tests/maa_emulator/recordings.py tests/maa_emulator/sdk.sh \
	tests/maa_emulator/signers.py \
	tests/maa_emulator/tpm_attestations.py
if !SANITIZERS
TESTS += $(MAA_TESTS)
endif
EXTRA_DIST += $(MAA_TESTS) \
	tests/maa_emulator/azure_guest.py \
	tests/maa_emulator/base64url.py \
	tests/maa_emulator/boot.py \
	tests/maa_emulator/control.py \
	tests/maa_emulator/directory.py \
	tests/maa_emulator/emulator.py \
	tests/maa_emulator/enclaves.py \
	tests/maa_emulator/event_log.py \
	tests/maa_emulator/evidence.py \
	tests/maa_emulator/faults.py \
	tests/maa_emulator/host.py \
	tests/maa_emulator/identity.py \
	tests/maa_emulator/jws.py \
	tests/maa_emulator/lib.sh \
	tests/maa_emulator/measured.py \
	tests/maa_emulator/members.py \
	tests/maa_emulator/numbers_drawn.py \
	tests/maa_emulator/policies.py \
	tests/maa_emulator/policy_language.py \
	tests/maa_emulator/quotes.py \
	tests/maa_emulator/refusal.py \
	tests/maa_emulator/running.py \
	tests/maa_emulator/sdk.mjs \
	tests/maa_emulator/secure_boot.policy \
	tests/maa_emulator/server.py \
	tests/maa_emulator/service.py \
	tests/maa_emulator/signing.py \
	tests/maa_emulator/snp.py \
	tests/maa_emulator/tpm.py \
	tests/maa_emulator/tpm_structures.py

# What npm put there for sdk.sh, and keys that the tests share.
.PHONY: clean-maa-emulator
clean-maa-emulator:
	rm -rf tests/maa_emulator/npm tests/maa_emulator/keys
clean-local: clean-maa-emulator

tests/maa_emulator/behaviour.log: attestctl$(EXEEXT)
tests/maa_emulator/guest_attestations.log: attestctl$(EXEEXT)
tests/maa_emulator/tpm_attestations.log: attestctl$(EXEEXT)

# The product's own source, but the fetcher that it starts is the built one.
check_PROGRAMS += tests/maa_emulator/credential
tests_maa_emulator_credential_SOURCES = tests/maa_emulator/credential.c \
	src/lib/wire/fetch_run.c
tests_maa_emulator_credential_CPPFLAGS = $(AM_CPPFLAGS) -UATT_PROGRAMSDIR \
	-DATT_PROGRAMSDIR='"$(abs_top_builddir)"'
tests_maa_emulator_credential_LDADD = libatt.la $(CBOR_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS)
tests/maa_emulator/credentials.log: tests/maa_emulator/credential$(EXEEXT) \
	pam_attest-fetcher$(EXEEXT)

# attestctl itself, likewise.
check_PROGRAMS += tests/maa_emulator/attestctl
tests_maa_emulator_attestctl_SOURCES = src/attestctl/main.c \
	src/lib/host/host_tpm.c src/lib/wire/fetch_run.c \
	src/lib/wire/tpm_session.c
tests_maa_emulator_attestctl_CPPFLAGS = \
	$(tests_maa_emulator_credential_CPPFLAGS)
tests_maa_emulator_attestctl_LDADD = libatt_attestctl.la libatt.la \
	libatt_lockdown.la $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
tests/maa_emulator/attested_hosts.log tests/maa_emulator/signers.log: \
	tests/maa_emulator/attestctl$(EXEEXT) pam_attest-fetcher$(EXEEXT) \
	pam_attest-tpm$(EXEEXT)

check_PROGRAMS += tests/maa_emulator/client
tests_maa_emulator_client_SOURCES = tests/maa_emulator/client.c \
	src/lib/wire/fetch_run.c
tests_maa_emulator_client_CPPFLAGS = $(tests_maa_emulator_credential_CPPFLAGS)
tests_maa_emulator_client_LDADD = libatt_attestctl.la \
	$(tests_maa_emulator_credential_LDADD)
tests/maa_emulator/exchanges.log: tests/maa_emulator/client$(EXEEXT) \
	pam_attest-fetcher$(EXEEXT)
