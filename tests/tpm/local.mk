# SPDX-License-Identifier: BSD-2-Clause
# The TPM of a host, by swtpm: who proves that it is the one of a token.
check_PROGRAMS += tests/tpm/prove
TESTS += tests/tpm/proofs.sh
EXTRA_DIST += tests/tpm/fake_tpm.py tests/tpm/lib.sh tests/tpm/proofs.sh
tests/tpm/proofs.log: tests/tpm/prove$(EXEEXT) pam_attest-tpm$(EXEEXT)

# The product's own source, but the program that it starts is the built one.
tests_tpm_prove_SOURCES = tests/tpm/prove.c src/lib/host/host_tpm.c
tests_tpm_prove_CPPFLAGS = $(AM_CPPFLAGS) -UATT_PROGRAMSDIR \
	-DATT_PROGRAMSDIR='"$(abs_top_builddir)"'
tests_tpm_prove_LDADD = libatt.la $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)

# A talk with the TPM of several requests: what a host attests.
check_PROGRAMS += tests/tpm/talk
tests_tpm_talk_SOURCES = tests/tpm/talk.c src/lib/wire/tpm_session.c
tests_tpm_talk_CPPFLAGS = $(tests_tpm_prove_CPPFLAGS)
tests_tpm_talk_LDADD = $(tests_tpm_prove_LDADD)
TESTS += tests/tpm/attest.sh
EXTRA_DIST += tests/tpm/attest.sh tests/tpm/check_evidence.py
tests/tpm/attest.log: tests/tpm/talk$(EXEEXT) pam_attest-tpm$(EXEEXT)

# attestctl, but the program that it starts is the built one.
check_PROGRAMS += tests/tpm/attestctl
tests_tpm_attestctl_SOURCES = src/attestctl/main.c src/lib/wire/tpm_session.c
tests_tpm_attestctl_CPPFLAGS = $(tests_tpm_prove_CPPFLAGS)
tests_tpm_attestctl_LDADD = $(attestctl_LDADD)
TESTS += tests/tpm/enrol.sh
EXTRA_DIST += tests/tpm/enrol.sh tests/tpm/enrolment.py
tests/tpm/enrol.log: tests/tpm/attestctl$(EXEEXT) pam_attest-tpm$(EXEEXT)

# The objects of the product as they are, but for where it looks for a key.
check_PROGRAMS += tests/tpm/sandbox_tpm
TESTS += tests/tpm/sandbox.sh
EXTRA_DIST += tests/tpm/sandbox.sh
tests/tpm/sandbox.log: tests/tpm/sandbox_tpm$(EXEEXT)
tests_tpm_sandbox_tpm_SOURCES = tests/tpm/sandbox_tpm.c \
	tests/module/sandbox_attempts.c tests/module/sandbox_attempts.h
tests_tpm_sandbox_tpm_CPPFLAGS = $(AM_CPPFLAGS) \
	-I$(top_srcdir)/tests/module $(TSS2_CFLAGS)
tests_tpm_sandbox_tpm_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=tpm_key_find \
	-Wl,--wrap=tpm_talk_activate
tests_tpm_sandbox_tpm_LDADD = $(pam_attest_tpm_LDADD)
