# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets: one per entry point for untrusted bytes, fuzz/fuzz_x.c with
#
#	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#
# that always returns 0 and aborts where a promise is broken. Its inputs lie
# in fuzz/corpus/x/, small files of our own, at least one. Add a target with a
# block of this form:
#
#	FUZZ_TARGETS += fuzz/fuzz_x
#	fuzz_fuzz_x_SOURCES = fuzz/fuzz_x.c $(FUZZ_MAIN)
#	fuzz_fuzz_x_CPPFLAGS = $(FUZZ_CPPFLAGS)
#	fuzz_fuzz_x_LDFLAGS = $(FUZZ_LINK)
#	fuzz_fuzz_x_LDADD = libatt.la $(FUZZ_LIBS)
#
# (or libatt_base.la).
#
# "make check" runs every target over its corpus and over a few hundred
# mutations of each file, with any compiler. Configured with CC=clang
# --enable-fuzzing, the same sources are libFuzzer targets and
# "fuzz/run.sh SECONDS" (in the build folder) runs each for that long.

FUZZ_TARGETS =
check_PROGRAMS += $(FUZZ_TARGETS)

FUZZ_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src $(CBOR_CFLAGS) \
	$(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
FUZZ_LIBS = $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
if FUZZING
FUZZ_MAIN =
FUZZ_LINK = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
else
FUZZ_MAIN = fuzz/replay.c
FUZZ_LINK = $(AM_LDFLAGS)
endif

EXTRA_DIST += fuzz/replay.c fuzz/run.sh fuzz/corpus fuzz/replay_corpus.sh
TESTS += fuzz/replay_corpus.sh
fuzz/replay_corpus.log: $(FUZZ_TARGETS)
AM_TESTS_ENVIRONMENT += FUZZ_TARGETS='$(FUZZ_TARGETS)'; export FUZZ_TARGETS;

.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)
