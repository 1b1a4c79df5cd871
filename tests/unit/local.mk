# SPDX-License-Identifier: BSD-2-Clause
# Unit tests: one cmocka program per source file, src/**/x.c having
# tests/unit/test_x.c. Add a test with a block of this form:
#
#	check_PROGRAMS += tests/unit/test_x
#	TESTS += tests/unit/test_x
#	tests_unit_test_x_SOURCES = tests/unit/test_x.c
#	tests_unit_test_x_CPPFLAGS = $(UNIT_CPPFLAGS)
#	tests_unit_test_x_LDADD = libatt.la $(UNIT_LIBS)
#
# (or libatt_base.la). A source that has its test elsewhere, or none, stands
# with its reason in tests/lint/untested.txt. A test finds files of the tree
# through the environment variable "srcdir", and may write only below
# TMPDIR or the present folder. More than 120 seconds is a failure.

UNIT_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src $(CMOCKA_CFLAGS) \
	$(CBOR_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
UNIT_LIBS = $(CMOCKA_LIBS) $(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)

# Without cmocka every unit test fails to build, and says what is missing.
EXTRA_DIST += tests/unit/no_cmocka.h
if !HAVE_CMOCKA
UNIT_CPPFLAGS += -include $(top_srcdir)/tests/unit/no_cmocka.h
endif

# No test may hang: programs, and scripts by their extension.
TEST_EXTENSIONS = .sh .py
LOG_COMPILER = timeout
AM_LOG_FLAGS = 120
SH_LOG_COMPILER = timeout
AM_SH_LOG_FLAGS = 300 $(SHELL)
PY_LOG_COMPILER = timeout
AM_PY_LOG_FLAGS = 300 $(PYTHON3)
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir;

check_PROGRAMS += tests/unit/test_err tests/unit/test_buf tests/unit/test_spawn
TESTS += tests/unit/test_err tests/unit/test_buf tests/unit/test_spawn
tests_unit_test_err_SOURCES = tests/unit/test_err.c
tests_unit_test_err_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_err_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_buf_SOURCES = tests/unit/test_buf.c
tests_unit_test_buf_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_buf_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_spawn_SOURCES = tests/unit/test_spawn.c
tests_unit_test_spawn_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_spawn_LDADD = libatt_base.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_ceremony
TESTS += tests/unit/test_ceremony
tests_unit_test_ceremony_SOURCES = tests/unit/test_ceremony.c \
	tests/unit/stage.h tests/unit/stage.c \
	src/verifier/authenticators.c src/verifier/ceremony.c \
	src/verifier/pin.c src/verifier/session.c
tests_unit_test_ceremony_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_ceremony_LDADD = libatt.la libatt_base.la $(UNIT_LIBS)

# The messages of PROTOCOL.md and those who send them.
WIRE_TESTS = tests/unit/test_channel tests/unit/test_fields \
	tests/unit/test_wire_login tests/unit/test_wire_device \
	tests/unit/test_wire_request tests/unit/test_process \
	tests/unit/test_client tests/unit/test_relay tests/unit/test_pam_attest
EXTRA_DIST += tests/unit/message_checks.h tests/unit/pam_handle.h
check_PROGRAMS += $(WIRE_TESTS)
TESTS += $(WIRE_TESTS)
tests_unit_test_channel_SOURCES = tests/unit/test_channel.c
tests_unit_test_channel_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_channel_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_fields_SOURCES = tests/unit/test_fields.c
tests_unit_test_fields_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_fields_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_wire_login_SOURCES = tests/unit/test_wire_login.c
tests_unit_test_wire_login_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_wire_login_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_wire_device_SOURCES = tests/unit/test_wire_device.c
tests_unit_test_wire_device_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_wire_device_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_wire_request_SOURCES = tests/unit/test_wire_request.c
tests_unit_test_wire_request_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_wire_request_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_process_SOURCES = tests/unit/test_process.c
tests_unit_test_process_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_process_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_client_SOURCES = tests/unit/test_client.c
tests_unit_test_client_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_client_LDADD = libatt_base.la $(UNIT_LIBS)
tests_unit_test_relay_SOURCES = tests/unit/test_relay.c src/module/relay.c
tests_unit_test_relay_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_relay_LDADD = libatt_base.la $(UNIT_LIBS) $(PAM_LIBS)
tests_unit_test_pam_attest_SOURCES = tests/unit/test_pam_attest.c \
	src/module/pam_attest.c src/module/relay.c
tests_unit_test_pam_attest_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_pam_attest_LDADD = libatt_base.la $(UNIT_LIBS) $(PAM_LIBS)

# Started by test_client, as a verifier of many kinds.
check_PROGRAMS += tests/unit/fake_verifier
tests_unit_fake_verifier_SOURCES = tests/unit/fake_verifier.c
tests_unit_fake_verifier_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_fake_verifier_LDADD = libatt_base.la

# codec and attestation; forge makes the registrations they are tested with.
check_LTLIBRARIES += tests/unit/libforge.la
tests_unit_libforge_la_SOURCES = tests/unit/forge.c tests/unit/forge.h \
	tests/unit/forge.def tests/unit/forge_android_key.c \
	tests/unit/forge_cbor.c tests/unit/forge_compound.c \
	tests/unit/forge_safetynet.c \
	tests/unit/forge_cert.c tests/unit/forge_cose.c \
	tests/unit/forge_apple.c tests/unit/forge_fido_u2f.c \
	tests/unit/forge_judge.c tests/unit/forge_path.c \
	tests/unit/forge_tpm.c \
	tests/unit/forge_tpm_cert.c tests/unit/statement.c \
	tests/unit/statement.h
FORGE_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src $(CBOR_CFLAGS) \
	$(CRYPTO_CFLAGS) $(JANSSON_CFLAGS)
tests_unit_libforge_la_CPPFLAGS = $(FORGE_CPPFLAGS)
FORGE_LIBS = tests/unit/libforge.la libatt.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_attobj
TESTS += tests/unit/test_attobj
tests_unit_test_attobj_SOURCES = tests/unit/test_attobj.c
tests_unit_test_attobj_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_attobj_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_base64url
TESTS += tests/unit/test_base64url
tests_unit_test_base64url_SOURCES = tests/unit/test_base64url.c
tests_unit_test_base64url_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_base64url_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_cbor
TESTS += tests/unit/test_cbor
tests_unit_test_cbor_SOURCES = tests/unit/test_cbor.c
tests_unit_test_cbor_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cbor_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_cbor_get
TESTS += tests/unit/test_cbor_get
tests_unit_test_cbor_get_SOURCES = tests/unit/test_cbor_get.c
tests_unit_test_cbor_get_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cbor_get_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_clientdata
TESTS += tests/unit/test_clientdata
tests_unit_test_clientdata_SOURCES = tests/unit/test_clientdata.c
tests_unit_test_clientdata_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_clientdata_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_digest
TESTS += tests/unit/test_digest
tests_unit_test_digest_SOURCES = tests/unit/test_digest.c
tests_unit_test_digest_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_digest_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_utf8
TESTS += tests/unit/test_utf8
tests_unit_test_utf8_SOURCES = tests/unit/test_utf8.c
tests_unit_test_utf8_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_utf8_LDADD = libatt.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_cose
TESTS += tests/unit/test_cose
tests_unit_test_cose_SOURCES = tests/unit/test_cose.c
tests_unit_test_cose_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cose_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_cose_key
TESTS += tests/unit/test_cose_key
tests_unit_test_cose_key_SOURCES = tests/unit/test_cose_key.c
tests_unit_test_cose_key_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cose_key_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_signature
TESTS += tests/unit/test_signature
tests_unit_test_signature_SOURCES = tests/unit/test_signature.c
tests_unit_test_signature_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_signature_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_assertion
TESTS += tests/unit/test_assertion
tests_unit_test_assertion_SOURCES = tests/unit/test_assertion.c
tests_unit_test_assertion_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_assertion_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_authdata
TESTS += tests/unit/test_authdata
tests_unit_test_authdata_SOURCES = tests/unit/test_authdata.c
tests_unit_test_authdata_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_authdata_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format
TESTS += tests/unit/test_format
tests_unit_test_format_SOURCES = tests/unit/test_format.c
tests_unit_test_format_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_android_key
TESTS += tests/unit/test_format_android_key
tests_unit_test_format_android_key_SOURCES = \
	tests/unit/test_format_android_key.c
tests_unit_test_format_android_key_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_android_key_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_android_safetynet
TESTS += tests/unit/test_format_android_safetynet
tests_unit_test_format_android_safetynet_SOURCES = \
	tests/unit/test_format_android_safetynet.c
tests_unit_test_format_android_safetynet_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_android_safetynet_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_jws
TESTS += tests/unit/test_jws
tests_unit_test_jws_SOURCES = tests/unit/test_jws.c
tests_unit_test_jws_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_jws_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_compound
TESTS += tests/unit/test_format_compound
tests_unit_test_format_compound_SOURCES = tests/unit/test_format_compound.c
tests_unit_test_format_compound_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_compound_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_key_description
TESTS += tests/unit/test_key_description
tests_unit_test_key_description_SOURCES = tests/unit/test_key_description.c
tests_unit_test_key_description_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_key_description_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_fido_u2f
TESTS += tests/unit/test_format_fido_u2f
tests_unit_test_format_fido_u2f_SOURCES = tests/unit/test_format_fido_u2f.c
tests_unit_test_format_fido_u2f_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_fido_u2f_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_apple
TESTS += tests/unit/test_format_apple
tests_unit_test_format_apple_SOURCES = tests/unit/test_format_apple.c
tests_unit_test_format_apple_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_apple_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_none
TESTS += tests/unit/test_format_none
tests_unit_test_format_none_SOURCES = tests/unit/test_format_none.c
tests_unit_test_format_none_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_none_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_packed
TESTS += tests/unit/test_format_packed
tests_unit_test_format_packed_SOURCES = tests/unit/test_format_packed.c
tests_unit_test_format_packed_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_packed_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_tpm
TESTS += tests/unit/test_tpm
tests_unit_test_tpm_SOURCES = tests/unit/test_tpm.c
tests_unit_test_tpm_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_tpm_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_format_tpm
TESTS += tests/unit/test_format_tpm
tests_unit_test_format_tpm_SOURCES = tests/unit/test_format_tpm.c
tests_unit_test_format_tpm_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_format_tpm_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_object
TESTS += tests/unit/test_object
tests_unit_test_object_SOURCES = tests/unit/test_object.c
tests_unit_test_object_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_object_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_verify
TESTS += tests/unit/test_verify
tests_unit_test_verify_SOURCES = tests/unit/test_verify.c
tests_unit_test_verify_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_verify_LDADD = $(FORGE_LIBS)
check_PROGRAMS += tests/unit/test_verify_models
TESTS += tests/unit/test_verify_models
tests_unit_test_verify_models_SOURCES = tests/unit/test_verify_models.c
tests_unit_test_verify_models_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_verify_models_LDADD = $(FORGE_LIBS)

# Files, configuration and store.
STORE_TESTS = tests/unit/test_file tests/unit/test_value \
	tests/unit/test_value_ids \
	tests/unit/test_options tests/unit/test_read \
	tests/unit/test_percent tests/unit/test_record \
	tests/unit/test_evidence tests/unit/test_credentials \
	tests/unit/test_store tests/unit/test_store_crash \
	tests/unit/test_counter
EXTRA_DIST += tests/unit/scratch.h
check_PROGRAMS += $(STORE_TESTS)
TESTS += $(STORE_TESTS)
tests_unit_test_file_SOURCES = tests/unit/test_file.c tests/unit/scratch.c
tests_unit_test_file_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_file_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_value_SOURCES = tests/unit/test_value.c
tests_unit_test_value_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_value_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_value_ids_SOURCES = tests/unit/test_value_ids.c
tests_unit_test_value_ids_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_value_ids_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_options_SOURCES = tests/unit/test_options.c
tests_unit_test_options_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_options_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_read_SOURCES = tests/unit/test_read.c tests/unit/scratch.c
tests_unit_test_read_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_read_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_percent_SOURCES = tests/unit/test_percent.c
tests_unit_test_percent_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_percent_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_record_SOURCES = tests/unit/test_record.c tests/unit/scratch.c
tests_unit_test_record_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_record_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_evidence_SOURCES = tests/unit/test_evidence.c \
	tests/unit/scratch.c
tests_unit_test_evidence_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_evidence_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_credentials_SOURCES = tests/unit/test_credentials.c \
	tests/unit/scratch.c
tests_unit_test_credentials_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_credentials_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_store_SOURCES = tests/unit/test_store.c tests/unit/scratch.c
tests_unit_test_store_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_store_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_store_crash_SOURCES = tests/unit/test_store_crash.c \
	tests/unit/scratch.c
tests_unit_test_store_crash_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_store_crash_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_counter_SOURCES = tests/unit/test_counter.c \
	tests/unit/scratch.c
tests_unit_test_counter_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_counter_LDADD = libatt.la $(UNIT_LIBS)

# trust and attestctl verify
TRUST_TESTS = tests/unit/test_der tests/unit/test_pem \
	tests/unit/test_certificate tests/unit/test_profile \
	tests/unit/test_profile_tpm tests/unit/test_tpm_vendors \
	tests/unit/test_anchors tests/unit/test_rules tests/unit/test_path \
	tests/unit/test_path_issuers \
	tests/unit/test_moment tests/unit/test_cmd_verify
check_PROGRAMS += $(TRUST_TESTS)
TESTS += $(TRUST_TESTS)
tests_unit_test_der_SOURCES = tests/unit/test_der.c
tests_unit_test_der_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_der_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_pem_SOURCES = tests/unit/test_pem.c
tests_unit_test_pem_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_pem_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_certificate_SOURCES = tests/unit/test_certificate.c \
	tests/unit/pki.c tests/unit/pki.h
tests_unit_test_certificate_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_certificate_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_profile_SOURCES = tests/unit/test_profile.c \
	tests/unit/pki.c tests/unit/pki.h
tests_unit_test_profile_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_profile_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_profile_tpm_SOURCES = tests/unit/test_profile_tpm.c
tests_unit_test_profile_tpm_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_profile_tpm_LDADD = $(FORGE_LIBS)
tests_unit_test_tpm_vendors_SOURCES = tests/unit/test_tpm_vendors.c
tests_unit_test_tpm_vendors_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_tpm_vendors_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_anchors_SOURCES = tests/unit/test_anchors.c \
	tests/unit/pki.c tests/unit/pki.h
tests_unit_test_anchors_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_anchors_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_rules_SOURCES = tests/unit/test_rules.c \
	tests/unit/pki.c tests/unit/pki.h
tests_unit_test_rules_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_rules_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_path_SOURCES = tests/unit/test_path.c \
	tests/unit/attempt.c tests/unit/attempt.h \
	tests/unit/pki.c tests/unit/pki.h
tests_unit_test_path_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_path_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_path_issuers_SOURCES = tests/unit/test_path_issuers.c \
	tests/unit/attempt.c tests/unit/attempt.h \
	tests/unit/pki.c tests/unit/pki.h
tests_unit_test_path_issuers_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_path_issuers_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_moment_SOURCES = tests/unit/test_moment.c \
	src/attestctl/moment.c src/attestctl/moment.h
tests_unit_test_moment_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_moment_LDADD = libatt.la $(UNIT_LIBS)
tests_unit_test_cmd_verify_SOURCES = tests/unit/test_cmd_verify.c \
	tests/unit/pki.c tests/unit/pki.h \
	src/attestctl/cmd_verify.c src/attestctl/cmd_verify_print.c \
	src/attestctl/moment.c src/attestctl/out.c
tests_unit_test_cmd_verify_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cmd_verify_LDADD = $(FORGE_LIBS)

# The authenticator process, without a key.
KEY_LIBS = $(pam_attest_authenticator_LDADD) $(UNIT_LIBS)
KEY_CPPFLAGS = $(UNIT_CPPFLAGS) $(FIDO2_CFLAGS)
KEY_TESTS = tests/unit/test_reply tests/unit/test_chunk \
	tests/unit/test_failure tests/unit/test_hid \
	tests/unit/test_get_assertion tests/unit/test_make_credential
check_PROGRAMS += $(KEY_TESTS) tests/unit/test_lockdown
TESTS += $(KEY_TESTS) tests/unit/test_lockdown
tests_unit_test_reply_SOURCES = tests/unit/test_reply.c
tests_unit_test_reply_CPPFLAGS = $(KEY_CPPFLAGS)
tests_unit_test_reply_LDADD = $(KEY_LIBS)
tests_unit_test_chunk_SOURCES = tests/unit/test_chunk.c
tests_unit_test_chunk_CPPFLAGS = $(KEY_CPPFLAGS)
tests_unit_test_chunk_LDADD = $(KEY_LIBS)
tests_unit_test_failure_SOURCES = tests/unit/test_failure.c
tests_unit_test_failure_CPPFLAGS = $(KEY_CPPFLAGS)
tests_unit_test_failure_LDADD = $(KEY_LIBS)
tests_unit_test_hid_SOURCES = tests/unit/test_hid.c
tests_unit_test_hid_CPPFLAGS = $(KEY_CPPFLAGS)
tests_unit_test_hid_LDADD = $(KEY_LIBS)
tests_unit_test_get_assertion_SOURCES = tests/unit/test_get_assertion.c
tests_unit_test_get_assertion_CPPFLAGS = $(KEY_CPPFLAGS)
tests_unit_test_get_assertion_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=fido_dev_get_assert
tests_unit_test_get_assertion_LDADD = $(KEY_LIBS)
tests_unit_test_make_credential_SOURCES = tests/unit/test_make_credential.c
tests_unit_test_make_credential_CPPFLAGS = $(KEY_CPPFLAGS)
tests_unit_test_make_credential_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=fido_dev_get_assert -Wl,--wrap=fido_dev_make_cred \
	-Wl,--wrap=fido_cred_fmt -Wl,--wrap=fido_cred_authdata_raw_ptr \
	-Wl,--wrap=fido_cred_authdata_raw_len \
	-Wl,--wrap=fido_cred_x5c_ptr -Wl,--wrap=fido_cred_x5c_len
tests_unit_test_make_credential_LDADD = $(KEY_LIBS)
tests_unit_test_lockdown_SOURCES = tests/unit/test_lockdown.c
tests_unit_test_lockdown_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_lockdown_LDADD = libatt_lockdown.la libatt_base.la \
	$(UNIT_LIBS)

# The commands of attestctl, and its command line as a whole.
CTL_TESTS = tests/unit/test_out tests/unit/test_table \
	tests/unit/test_arguments tests/unit/test_cmd_config \
	tests/unit/test_cmd_list
CTL_LIBS = libatt.la libatt_base.la $(UNIT_LIBS)
CTL_COMMON = tests/unit/capture.c tests/unit/scratch.c \
	src/attestctl/arguments.c src/attestctl/invocation.c \
	src/attestctl/out.c src/attestctl/table.c
EXTRA_DIST += tests/unit/capture.h tests/unit/attestctl.sh
check_PROGRAMS += $(CTL_TESTS)
TESTS += $(CTL_TESTS) tests/unit/attestctl.sh
tests/unit/attestctl.log: attestctl
tests_unit_test_out_SOURCES = tests/unit/test_out.c tests/unit/capture.c \
	src/attestctl/out.c
tests_unit_test_out_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_out_LDADD = $(CTL_LIBS)
tests_unit_test_table_SOURCES = tests/unit/test_table.c \
	tests/unit/capture.c src/attestctl/out.c src/attestctl/table.c
tests_unit_test_table_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_table_LDADD = $(CTL_LIBS)
tests_unit_test_arguments_SOURCES = tests/unit/test_arguments.c \
	tests/unit/capture.c src/attestctl/arguments.c src/attestctl/out.c
tests_unit_test_arguments_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_arguments_LDADD = $(CTL_LIBS)
tests_unit_test_cmd_config_SOURCES = tests/unit/test_cmd_config.c \
	$(CTL_COMMON) src/attestctl/cmd_config.c
tests_unit_test_cmd_config_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cmd_config_LDADD = $(CTL_LIBS)
tests_unit_test_cmd_list_SOURCES = tests/unit/test_cmd_list.c \
	$(CTL_COMMON) src/attestctl/cmd_list.c \
	src/attestctl/cmd_remove.c src/attestctl/judged.c
tests_unit_test_cmd_list_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_cmd_list_LDADD = $(FORGE_LIBS)

check_PROGRAMS += tests/unit/test_audit
TESTS += tests/unit/test_audit
tests_unit_test_audit_SOURCES = tests/unit/test_audit.c \
	src/verifier/audit.c src/verifier/session.c
tests_unit_test_audit_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_audit_LDADD = libatt.la libatt_base.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_text
TESTS += tests/unit/test_text
tests_unit_test_text_SOURCES = tests/unit/test_text.c
tests_unit_test_text_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_text_LDADD = libatt_base.la $(UNIT_LIBS)

check_PROGRAMS += tests/unit/test_clock
TESTS += tests/unit/test_clock
tests_unit_test_clock_SOURCES = tests/unit/test_clock.c
tests_unit_test_clock_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_clock_LDADD = libatt_base.la $(UNIT_LIBS)
check_PROGRAMS += tests/unit/test_ecdsa
TESTS += tests/unit/test_ecdsa
tests_unit_test_ecdsa_SOURCES = tests/unit/test_ecdsa.c
tests_unit_test_ecdsa_CPPFLAGS = $(UNIT_CPPFLAGS)
tests_unit_test_ecdsa_LDADD = libatt.la $(UNIT_LIBS)
