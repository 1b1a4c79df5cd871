# SPDX-License-Identifier: BSD-2-Clause
# The TPM of a host, by swtpm: who proves that it is the one of a token.
check_PROGRAMS += tests/tpm/prove
TESTS += tests/tpm/proofs.sh
EXTRA_DIST += tests/tpm/fake_tpm.py tests/tpm/lib.sh tests/tpm/proofs.sh
tests/tpm/proofs.log: tests/tpm/prove$(EXEEXT) pam_attest-tpm$(EXEEXT)

# The verifier's own source, but the program that it starts is the built one.
tests_tpm_prove_SOURCES = tests/tpm/prove.c src/verifier/host_tpm.c
tests_tpm_prove_CPPFLAGS = $(AM_CPPFLAGS) -UATT_PROGRAMSDIR \
	-DATT_PROGRAMSDIR='"$(abs_top_builddir)"'
tests_tpm_prove_LDADD = libatt.la $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
