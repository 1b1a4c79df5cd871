# SPDX-License-Identifier: BSD-2-Clause
# Our own vectors are made anew in each run. The shared ones are not part of
# this tree; without them the runners say how many they skipped.
check_PROGRAMS += tests/vectors/generate tests/vectors/kill_at \
	tests/vectors/mutate
tests_vectors_generate_SOURCES = tests/vectors/generate.c
tests_vectors_generate_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
tests_vectors_mutate_SOURCES = tests/vectors/mutate.c \
	tests/vectors/exceptions.c tests/vectors/exceptions.h \
	tests/vectors/mutation.c tests/vectors/mutation.h \
	tests/vectors/mutation_place.c tests/vectors/vector.c \
	tests/vectors/vector.h

TESTS += tests/vectors/run.py
EXTRA_DIST += tests/vectors/run.py tests/vectors/expected.json

TESTS += tests/vectors/generated.py tests/vectors/mutated.sh
EXTRA_DIST += tests/vectors/generated.py tests/vectors/mutated.sh
tests/vectors/generated.log: tests/vectors/generate
tests/vectors/mutated.log: tests/vectors/generate tests/vectors/mutate

# A sanitizer makes each judgement ten times as slow.
if SANITIZERS
AM_TESTS_ENVIRONMENT += \
	OWN_STRIDE=$${OWN_STRIDE:-7}; export OWN_STRIDE; \
	STRIDE=$${STRIDE:-997}; export STRIDE; \
	SANITIZERS=yes; export SANITIZERS;
endif

TESTS += tests/vectors/mds.sh tests/vectors/mds_attacks.sh \
	tests/vectors/mds_interrupted.sh
EXTRA_DIST += tests/vectors/blob.py tests/vectors/mds.sh \
	tests/vectors/mds_attacks.sh tests/vectors/mds_interrupted.sh \
	tests/vectors/mds_lib.sh
tests/vectors/mds.log: attestctl
tests/vectors/mds_attacks.log: attestctl
tests/vectors/mds_interrupted.log: attestctl tests/vectors/kill_at

# Attestations of ssh-keygen.
TESTS += tests/vectors/ssh.py
EXTRA_DIST += tests/vectors/ssh.py
tests/vectors/ssh.log: attestctl

# Tokens of hosts: the real ones, our own, and what attackers make of them.
check_PROGRAMS += tests/vectors/flip
TESTS += tests/vectors/token_attacks.py tests/vectors/token_command.sh \
	tests/vectors/flipped.sh
# Some 400 processes; what they read, flipped.sh reads with a sanitizer.
if !SANITIZERS
TESTS += tests/vectors/tokens.py
endif
EXTRA_DIST += tests/vectors/tokens.py tests/vectors/token_attacks.py \
	tests/vectors/token_command.sh tests/vectors/token_judge.py \
	tests/vectors/flipped.sh
tests/vectors/tokens.log: attestctl $(SERVICE)
tests/vectors/token_attacks.log: attestctl $(SERVICE)
tests/vectors/token_command.log: attestctl $(SERVICE)
tests/vectors/flipped.log: tests/vectors/flip $(SERVICE)

.PHONY: mutations
mutations: tests/vectors/generate tests/vectors/mutate tests/vectors/flip \
	$(SERVICE)
	$(AM_V_at)top_srcdir='$(abs_top_srcdir)' \
	    top_builddir='$(abs_top_builddir)' STRIDE=1 \
	    $(BASH) $(top_srcdir)/tests/vectors/mutated.sh
	$(AM_V_at)top_srcdir='$(abs_top_srcdir)' \
	    top_builddir='$(abs_top_builddir)' STRIDE=1 \
	    $(BASH) $(top_srcdir)/tests/vectors/flipped.sh
