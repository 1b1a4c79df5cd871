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

FUZZ_TARGETS += fuzz/fuzz_login_message fuzz/fuzz_device_message
fuzz_fuzz_login_message_SOURCES = fuzz/fuzz_login_message.c $(FUZZ_MAIN)
fuzz_fuzz_login_message_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_login_message_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_login_message_LDADD = libatt_base.la $(FUZZ_LIBS)
fuzz_fuzz_device_message_SOURCES = fuzz/fuzz_device_message.c $(FUZZ_MAIN)
fuzz_fuzz_device_message_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_device_message_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_device_message_LDADD = libatt_base.la $(FUZZ_LIBS)

# codec and attestation; "fuzz/seeds FOLDER" makes their corpora anew.
CODEC_FUZZ_LDADD = libatt.la $(FUZZ_LIBS)
FUZZ_TARGETS += fuzz/fuzz_assertion
fuzz_fuzz_assertion_SOURCES = fuzz/fuzz_assertion.c $(FUZZ_MAIN)
fuzz_fuzz_assertion_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_assertion_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_assertion_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_attestation_object
fuzz_fuzz_attestation_object_SOURCES = fuzz/fuzz_attestation_object.c $(FUZZ_MAIN)
fuzz_fuzz_attestation_object_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_attestation_object_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_attestation_object_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_authdata
fuzz_fuzz_authdata_SOURCES = fuzz/fuzz_authdata.c $(FUZZ_MAIN)
fuzz_fuzz_authdata_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_authdata_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_authdata_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_base64url
fuzz_fuzz_base64url_SOURCES = fuzz/fuzz_base64url.c $(FUZZ_MAIN)
fuzz_fuzz_base64url_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_base64url_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_base64url_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_android_key
fuzz_fuzz_android_key_SOURCES = fuzz/fuzz_android_key.c fuzz/statement.h \
	$(FUZZ_MAIN)
fuzz_fuzz_android_key_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_android_key_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_android_key_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_android_safetynet
fuzz_fuzz_android_safetynet_SOURCES = fuzz/fuzz_android_safetynet.c \
	fuzz/statement.h $(FUZZ_MAIN)
fuzz_fuzz_android_safetynet_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_android_safetynet_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_android_safetynet_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_jws
fuzz_fuzz_jws_SOURCES = fuzz/fuzz_jws.c $(FUZZ_MAIN)
fuzz_fuzz_jws_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_jws_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_jws_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_compound
fuzz_fuzz_compound_SOURCES = fuzz/fuzz_compound.c fuzz/statement.h $(FUZZ_MAIN)
fuzz_fuzz_compound_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_compound_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_compound_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_key_description
fuzz_fuzz_key_description_SOURCES = fuzz/fuzz_key_description.c $(FUZZ_MAIN)
fuzz_fuzz_key_description_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_key_description_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_key_description_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_apple
fuzz_fuzz_apple_SOURCES = fuzz/fuzz_apple.c fuzz/statement.h $(FUZZ_MAIN)
fuzz_fuzz_apple_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_apple_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_apple_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_fido_u2f
fuzz_fuzz_fido_u2f_SOURCES = fuzz/fuzz_fido_u2f.c fuzz/statement.h $(FUZZ_MAIN)
fuzz_fuzz_fido_u2f_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_fido_u2f_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_fido_u2f_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_tpm fuzz/fuzz_tpm_structures
fuzz_fuzz_tpm_SOURCES = fuzz/fuzz_tpm.c fuzz/statement.h $(FUZZ_MAIN)
fuzz_fuzz_tpm_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_tpm_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_tpm_LDADD = $(CODEC_FUZZ_LDADD)
fuzz_fuzz_tpm_structures_SOURCES = fuzz/fuzz_tpm_structures.c $(FUZZ_MAIN)
fuzz_fuzz_tpm_structures_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_tpm_structures_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_tpm_structures_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_cbor
fuzz_fuzz_cbor_SOURCES = fuzz/fuzz_cbor.c $(FUZZ_MAIN)
fuzz_fuzz_cbor_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_cbor_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_cbor_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_clientdata
fuzz_fuzz_clientdata_SOURCES = fuzz/fuzz_clientdata.c $(FUZZ_MAIN)
fuzz_fuzz_clientdata_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_clientdata_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_clientdata_LDADD = $(CODEC_FUZZ_LDADD)
FUZZ_TARGETS += fuzz/fuzz_cose_key
fuzz_fuzz_cose_key_SOURCES = fuzz/fuzz_cose_key.c $(FUZZ_MAIN)
fuzz_fuzz_cose_key_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_cose_key_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_cose_key_LDADD = $(CODEC_FUZZ_LDADD)
check_PROGRAMS += fuzz/seeds
fuzz_seeds_SOURCES = fuzz/seeds.c
fuzz_seeds_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/tests/unit
fuzz_seeds_LDADD = $(FORGE_LIBS)

# The configuration and the store.
STORE_FUZZ = fuzz/fuzz_arguments fuzz/fuzz_counter_file fuzz/fuzz_options \
	fuzz/fuzz_record_line fuzz/fuzz_store_file
FUZZ_TARGETS += $(STORE_FUZZ)
fuzz_fuzz_arguments_SOURCES = fuzz/fuzz_arguments.c $(FUZZ_MAIN)
fuzz_fuzz_arguments_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_arguments_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_arguments_LDADD = libatt.la $(FUZZ_LIBS)
fuzz_fuzz_counter_file_SOURCES = fuzz/fuzz_counter_file.c $(FUZZ_MAIN)
fuzz_fuzz_counter_file_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_counter_file_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_counter_file_LDADD = libatt.la $(FUZZ_LIBS)
fuzz_fuzz_options_SOURCES = fuzz/fuzz_options.c $(FUZZ_MAIN)
fuzz_fuzz_options_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_options_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_options_LDADD = libatt.la $(FUZZ_LIBS)
fuzz_fuzz_record_line_SOURCES = fuzz/fuzz_record_line.c $(FUZZ_MAIN)
fuzz_fuzz_record_line_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_record_line_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_record_line_LDADD = libatt.la $(FUZZ_LIBS)
fuzz_fuzz_store_file_SOURCES = fuzz/fuzz_store_file.c $(FUZZ_MAIN)
fuzz_fuzz_store_file_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_store_file_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_store_file_LDADD = libatt.la $(FUZZ_LIBS)

# trust
FUZZ_TARGETS += fuzz/fuzz_certificate fuzz/fuzz_roots_pem
fuzz_fuzz_certificate_SOURCES = fuzz/fuzz_certificate.c $(FUZZ_MAIN)
fuzz_fuzz_certificate_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_certificate_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_certificate_LDADD = libatt.la $(FUZZ_LIBS)
fuzz_fuzz_roots_pem_SOURCES = fuzz/fuzz_roots_pem.c $(FUZZ_MAIN)
fuzz_fuzz_roots_pem_CPPFLAGS = $(FUZZ_CPPFLAGS)
fuzz_fuzz_roots_pem_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_roots_pem_LDADD = libatt.la $(FUZZ_LIBS)
check_PROGRAMS += fuzz/seeds_trust
fuzz_seeds_trust_SOURCES = fuzz/seeds_trust.c tests/unit/pki.c
fuzz_seeds_trust_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/tests/unit
fuzz_seeds_trust_LDADD = libatt.la $(FUZZ_LIBS)

# The replies of security keys; nothing of libfido2 but constants.
FUZZ_TARGETS += fuzz/fuzz_reply
fuzz_fuzz_reply_SOURCES = fuzz/fuzz_reply.c src/authenticator/reply.c \
	$(FUZZ_MAIN)
fuzz_fuzz_reply_CPPFLAGS = $(FUZZ_CPPFLAGS) $(FIDO2_CFLAGS)
fuzz_fuzz_reply_LDFLAGS = $(FUZZ_LINK)
fuzz_fuzz_reply_LDADD = libatt.la $(FUZZ_LIBS)
