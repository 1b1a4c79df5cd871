# SPDX-License-Identifier: BSD-2-Clause
# Fuzz targets: one per entry point for untrusted bytes, fuzz/fuzz_x.c with
#
#	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
#
# that always returns 0 and aborts where a promise is broken. Its inputs lie
# in fuzz/corpus/x/, small files of our own, at least one; fuzz/seeds
# makes most of them anew, in the FOLDER that is its argument. To add a target,
# add its name to FUZZ_TARGETS and a line for its LDADD.
#
# A target that reads attestation objects includes mutate_object.h: what that
# changes still parses. One that is to get past signatures calls resign.h. One
# that reads messages includes one_encoding.h.
#
# "make check" runs every target over its corpus and over some thousand
# mutations of it, with any compiler. Configured with CC=clang
# --enable-fuzzing, the same sources are libFuzzer targets and
# "fuzz/run.sh SECONDS" (in the build folder) runs each for that long.

FUZZ_TARGETS = \
	fuzz/fuzz_access_token \
	fuzz/fuzz_agent_answer \
	fuzz/fuzz_agent_message \
	fuzz/fuzz_android_key \
	fuzz/fuzz_android_safetynet \
	fuzz/fuzz_apple \
	fuzz/fuzz_arc_challenge \
	fuzz/fuzz_arguments \
	fuzz/fuzz_assertion \
	fuzz/fuzz_attestation_object \
	fuzz/fuzz_auth_info \
	fuzz/fuzz_authdata \
	fuzz/fuzz_base64url \
	fuzz/fuzz_blob \
	fuzz/fuzz_cbor \
	fuzz/fuzz_certificate \
	fuzz/fuzz_challenges \
	fuzz/fuzz_clientdata \
	fuzz/fuzz_compound \
	fuzz/fuzz_cose_key \
	fuzz/fuzz_counter_file \
	fuzz/fuzz_der \
	fuzz/fuzz_device_message \
	fuzz/fuzz_fetch_message \
	fuzz/fuzz_fido_u2f \
	fuzz/fuzz_guest_envelope \
	fuzz/fuzz_ima_log \
	fuzz/fuzz_judged_message \
	fuzz/fuzz_jwks \
	fuzz/fuzz_jws \
	fuzz/fuzz_key_description \
	fuzz/fuzz_key_options \
	fuzz/fuzz_libfido2 \
	fuzz/fuzz_login_message \
	fuzz/fuzz_none \
	fuzz/fuzz_maa_answer \
	fuzz/fuzz_metadata_index \
	fuzz/fuzz_options \
	fuzz/fuzz_packed \
	fuzz/fuzz_record_line \
	fuzz/fuzz_remote \
	fuzz/fuzz_reply \
	fuzz/fuzz_requirement \
	fuzz/fuzz_roots_pem \
	fuzz/fuzz_sk_attest \
	fuzz/fuzz_sk_key \
	fuzz/fuzz_ssh_enrolment \
	fuzz/fuzz_status_list \
	fuzz/fuzz_store_file \
	fuzz/fuzz_tcg_log \
	fuzz/fuzz_token \
	fuzz/fuzz_token_claims \
	fuzz/fuzz_tpm \
	fuzz/fuzz_tpm_reply \
	fuzz/fuzz_tpm_message \
	fuzz/fuzz_tpm_structures \
	fuzz/fuzz_wrapped_key
check_PROGRAMS += $(FUZZ_TARGETS)

if FUZZING
FUZZ_LIBS = $(FUZZ_LDFLAGS) $(LIBS_OF_FORGE)
else
check_LTLIBRARIES += fuzz/libreplay.la
fuzz_libreplay_la_SOURCES = fuzz/replay.c
FUZZ_LIBS = fuzz/libreplay.la $(LIBS_OF_FORGE)
endif
# Changing and signing attestation objects, and signing tokens.
check_LTLIBRARIES += fuzz/libobject.la
fuzz_libobject_la_SOURCES = fuzz/known_key.c fuzz/known_key.h \
	fuzz/mutate_object.c fuzz/mutate_object.h \
	fuzz/resign.c fuzz/resign.h
OBJECT_LIBS = fuzz/libobject.la $(FUZZ_LIBS)
fuzz_fuzz_access_token_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_agent_answer_LDADD = libatt_agent.la $(FUZZ_LIBS)
fuzz_fuzz_agent_message_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_arc_challenge_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_android_key_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_android_safetynet_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_apple_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_arguments_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_assertion_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_attestation_object_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_auth_info_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_authdata_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_base64url_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_blob_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_cbor_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_certificate_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_clientdata_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_compound_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_cose_key_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_counter_file_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_der_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_device_message_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_fetch_message_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_ima_log_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_guest_envelope_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_fido_u2f_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_judged_message_LDADD = libatt_attestctl.la $(FUZZ_LIBS)
fuzz_fuzz_jwks_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_jws_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_key_options_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_key_description_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_libfido2_LDADD = $(OBJECT_LIBS) $(FIDO2_LIBS)
fuzz_fuzz_login_message_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_none_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_maa_answer_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_metadata_index_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_options_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_packed_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_record_line_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_remote_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_requirement_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_roots_pem_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_status_list_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_tcg_log_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_store_file_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_token_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_token_claims_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_tpm_reply_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_tpm_LDADD = $(OBJECT_LIBS)
fuzz_fuzz_tpm_message_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_tpm_structures_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_wrapped_key_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_challenges_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_sk_attest_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_sk_key_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_ssh_enrolment_LDADD = $(FUZZ_LIBS)
fuzz_fuzz_reply_LDADD = $(FUZZ_LIBS) libatt_authenticator.la libatt.la

EXTRA_DIST += fuzz/minimise.sh fuzz/run.sh fuzz/corpus fuzz/replay_corpus.sh \
	fuzz/one_encoding.h fuzz/statement.h fuzz/token_question.h
TESTS += fuzz/replay_corpus.sh
fuzz/replay_corpus.log: $(FUZZ_TARGETS)
AM_TESTS_ENVIRONMENT += FUZZ_TARGETS='$(FUZZ_TARGETS)'; export FUZZ_TARGETS;

.PHONY: fuzz-targets
fuzz-targets: $(FUZZ_TARGETS)

check_PROGRAMS += fuzz/seeds
fuzz_seeds_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit
fuzz_seeds_SOURCES = fuzz/seeds.c fuzz/seeds.h fuzz/seeds_agent.c fuzz/seeds_maa.c \
	fuzz/seeds_resigned.c fuzz/seeds_token.c fuzz/seeds_trust.c
fuzz_seeds_LDADD = fuzz/libobject.la $(LDADD)
