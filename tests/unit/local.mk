# SPDX-License-Identifier: BSD-2-Clause
# Unit tests: one cmocka program per source file, src/**/x.c having
# tests/unit/test_x.c. To add one, add its name to UNIT_TESTS. What more than
# one of them needs is in libunit.la. A source that has its test elsewhere, or
# none, stands with its reason in tests/lint/untested.txt. A test finds files
# of the tree through the environment variable "srcdir", and may write only
# below TMPDIR or the present folder. More than 120 seconds is a failure.

UNIT_TESTS = \
	tests/unit/test_access_token \
	tests/unit/test_agent \
	tests/unit/test_agent_exchange \
	tests/unit/test_agent_login \
	tests/unit/test_agent_protocol \
	tests/unit/test_agent_socket \
	tests/unit/test_allocations \
	tests/unit/test_allow_list \
	tests/unit/test_anchors \
	tests/unit/test_arc_challenge \
	tests/unit/test_arguments \
	tests/unit/test_assertion \
	tests/unit/test_attobj \
	tests/unit/test_audit \
	tests/unit/test_authorized \
	tests/unit/test_gate \
	tests/unit/test_auth_info \
	tests/unit/test_authdata \
	tests/unit/test_azure_guest \
	tests/unit/test_base64url \
	tests/unit/test_binding \
	tests/unit/test_binding_proof \
	tests/unit/test_blob \
	tests/unit/test_buf \
	tests/unit/test_bypasses \
	tests/unit/test_candidates \
	tests/unit/test_cbor \
	tests/unit/test_cbor_get \
	tests/unit/test_ceremony \
	tests/unit/test_certificate \
	tests/unit/test_challenge \
	tests/unit/test_challenges \
	tests/unit/test_channel \
	tests/unit/test_check_host \
	tests/unit/test_check_maa \
	tests/unit/test_child \
	tests/unit/test_chunk \
	tests/unit/test_claims \
	tests/unit/test_client \
	tests/unit/test_client_assertion \
	tests/unit/test_clientdata \
	tests/unit/test_clock \
	tests/unit/test_cmd_audit \
	tests/unit/test_cmd_config \
	tests/unit/test_cmd_doctor \
	tests/unit/test_cmd_host \
	tests/unit/test_cmd_list \
	tests/unit/test_cmd_roots \
	tests/unit/test_cmd_roots_add \
	tests/unit/test_cmd_roots_remove \
	tests/unit/test_cmd_ssh \
	tests/unit/test_cmd_token \
	tests/unit/test_cmd_verify \
	tests/unit/test_cose \
	tests/unit/test_cose_key \
	tests/unit/test_counter \
	tests/unit/test_credential \
	tests/unit/test_credential_kinds \
	tests/unit/test_credentials \
	tests/unit/test_der \
	tests/unit/test_digest \
	tests/unit/test_doctor_gather \
	tests/unit/test_ecdsa \
	tests/unit/test_edwards \
	tests/unit/test_err \
	tests/unit/test_evidence \
	tests/unit/test_failure \
	tests/unit/test_fields \
	tests/unit/test_fitness \
	tests/unit/test_file \
	tests/unit/test_form \
	tests/unit/test_format \
	tests/unit/test_format_android_key \
	tests/unit/test_format_android_safetynet \
	tests/unit/test_format_apple \
	tests/unit/test_format_compound \
	tests/unit/test_format_fido_u2f \
	tests/unit/test_format_none \
	tests/unit/test_format_packed \
	tests/unit/test_format_tpm \
	tests/unit/test_get_assertion \
	tests/unit/test_guest_envelope \
	tests/unit/test_guest_os \
	tests/unit/test_hex \
	tests/unit/test_hid \
	tests/unit/test_host \
	tests/unit/test_host_keys \
	tests/unit/test_host_profile \
	tests/unit/test_ima_log \
	tests/unit/test_http \
	tests/unit/test_judged_message \
	tests/unit/test_json \
	tests/unit/test_json_pointer \
	tests/unit/test_json_text \
	tests/unit/test_kept \
	tests/unit/test_jwk \
	tests/unit/test_jwks \
	tests/unit/test_jws \
	tests/unit/test_key_description \
	tests/unit/test_key_options \
	tests/unit/test_label \
	tests/unit/test_lockdown \
	tests/unit/test_log_field \
	tests/unit/test_line \
	tests/unit/test_maa_client \
	tests/unit/test_maa_error \
	tests/unit/test_maa_open \
	tests/unit/test_maa_request \
	tests/unit/test_maa_signers \
	tests/unit/test_maa_trace \
	tests/unit/test_make_credential \
	tests/unit/test_mds_source \
	tests/unit/test_measured \
	tests/unit/test_memory \
	tests/unit/test_metadata \
	tests/unit/test_metadata_index \
	tests/unit/test_model \
	tests/unit/test_models \
	tests/unit/test_moment \
	tests/unit/test_oauth_error \
	tests/unit/test_needs_uv \
	tests/unit/test_object \
	tests/unit/test_options \
	tests/unit/test_out \
	tests/unit/test_pam_attest \
	tests/unit/test_path \
	tests/unit/test_path_issuers \
	tests/unit/test_pam_stack \
	tests/unit/test_pam_walk \
	tests/unit/test_pem \
	tests/unit/test_percent \
	tests/unit/test_process \
	tests/unit/test_profile \
	tests/unit/test_profile_report \
	tests/unit/test_profile_tpm \
	tests/unit/test_program \
	tests/unit/test_progress \
	tests/unit/test_prompt \
	tests/unit/test_public_key \
	tests/unit/test_read \
	tests/unit/test_record \
	tests/unit/test_relaxations \
	tests/unit/test_relay \
	tests/unit/test_reply \
	tests/unit/test_requirement \
	tests/unit/test_response \
	tests/unit/test_retry \
	tests/unit/test_rules \
	tests/unit/test_secret \
	tests/unit/test_signature \
	tests/unit/test_signer \
	tests/unit/test_sk_attest \
	tests/unit/test_sk_key \
	tests/unit/test_sk_signature \
	tests/unit/test_spawn \
	tests/unit/test_ssh_attestation \
	tests/unit/test_ssh_session \
	tests/unit/test_ssh_wire \
	tests/unit/test_ssh_credential \
	tests/unit/test_sshsig \
	tests/unit/test_sshd_settings \
	tests/unit/test_sshd_text \
	tests/unit/test_ssh_enrolment \
	tests/unit/test_ssh_registration \
	tests/unit/test_status_list \
	tests/unit/test_store \
	tests/unit/test_store_crash \
	tests/unit/test_subject_key \
	tests/unit/test_table \
	tests/unit/test_tcg_log \
	tests/unit/test_text \
	tests/unit/test_token \
	tests/unit/test_token_trust \
	tests/unit/test_tpm \
	tests/unit/test_tpm_check \
	tests/unit/test_tpm_exchange \
	tests/unit/test_tpm_reply \
	tests/unit/test_tpm_request \
	tests/unit/test_tpm_session \
	tests/unit/test_tpm_talk \
	tests/unit/test_tpm_vendors \
	tests/unit/test_tpm_verify \
	tests/unit/test_trust \
	tests/unit/test_user_id \
	tests/unit/test_users \
	tests/unit/test_utc \
	tests/unit/test_utf8 \
	tests/unit/test_value \
	tests/unit/test_value_duration \
	tests/unit/test_value_ids \
	tests/unit/test_value_lines \
	tests/unit/test_value_maybe \
	tests/unit/test_value_names \
	tests/unit/test_value_pcrs \
	tests/unit/test_verify \
	tests/unit/test_verify_models \
	tests/unit/test_wire_agent \
	tests/unit/test_wire_device \
	tests/unit/test_wire_fetch \
	tests/unit/test_wire_login \
	tests/unit/test_wire_request \
	tests/unit/test_wire_tpm \
	tests/unit/test_workers \
	tests/unit/test_wrapped_key
check_PROGRAMS += $(UNIT_TESTS)
TESTS += $(UNIT_TESTS) tests/unit/attestctl.sh
tests/unit/attestctl.log: attestctl
EXTRA_DIST += tests/unit/attestctl.sh tests/unit/credential_case.h \
	tests/unit/message_checks.h \
	tests/unit/pam_handle.h tests/unit/sent_json.h tests/unit/ssh_keys.h \
	tests/unit/value_checks.h tests/unit/written_options.h \
	tests/unit/no_cmocka/cmocka.h

# Stages, throw-away certificates and folders; and registrations, forged
# without cmocka because softkey answers with them, too.
check_LTLIBRARIES += tests/unit/libunit.la tests/unit/libforge.la
tests_unit_libunit_la_SOURCES = \
	tests/unit/attempt.c \
	tests/unit/attempt.h \
	tests/unit/capture.c \
	tests/unit/capture.h \
	tests/unit/doctored.c \
	tests/unit/doctored.h \
	tests/unit/event_logs.c \
	tests/unit/event_logs.h \
	tests/unit/guest_answer.c \
	tests/unit/guest_answer.h \
	tests/unit/host.c \
	tests/unit/host.h \
	tests/unit/pki.c \
	tests/unit/pki.h \
	tests/unit/scratch.c \
	tests/unit/scratch.h \
	tests/unit/script_http.c \
	tests/unit/script_http.h \
	tests/unit/service.c \
	tests/unit/service.h \
	tests/unit/ssh_files.c \
	tests/unit/ssh_files.h \
	tests/unit/stage.c \
	tests/unit/stage.h \
	tests/unit/statement_rows.c \
	tests/unit/stored.c \
	tests/unit/stored.h \
	tests/unit/tpm_double.c \
	tests/unit/tpm_double.h
tests_unit_libforge_la_SOURCES = \
	tests/unit/forge.c \
	tests/unit/forge.def \
	tests/unit/forge.h \
	tests/unit/forge_android_key.c \
	tests/unit/forge_apple.c \
	tests/unit/forge_cbor.c \
	tests/unit/forge_cert.c \
	tests/unit/forge_compound.c \
	tests/unit/forge_cose.c \
	tests/unit/forge_fido_u2f.c \
	tests/unit/forge_judge.c \
	tests/unit/forge_path.c \
	tests/unit/forge_safetynet.c \
	tests/unit/forge_tpm.c \
	tests/unit/forge_tpm_cert.c \
	tests/unit/rsa_key.c \
	tests/unit/rsa_key.h \
	tests/unit/statement.c \
	tests/unit/statement.h

# The module's own sources: a program cannot link the module itself.
tests_unit_test_pam_attest_SOURCES = tests/unit/test_pam_attest.c \
	src/module/pam_attest.c src/module/relay.c
tests_unit_test_pam_attest_LDADD = $(LDADD) $(PAM_LIBS)
tests_unit_test_relay_SOURCES = tests/unit/test_relay.c src/module/relay.c
tests_unit_test_relay_LDADD = $(LDADD) $(PAM_LIBS)
tests_unit_test_pam_walk_LDADD = $(LDADD) $(PAM_LIBS)

# Looks for secrets in what is freed.
tests_unit_test_credential_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free
tests_unit_test_credential_kinds_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=free

# A process that was taken over, without a process.
tests_unit_test_tpm_session_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=att_process_start -Wl,--wrap=att_process_end

# Counts what is allocated by the project and, through its hooks, by OpenSSL.
tests_unit_test_allocations_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=malloc -Wl,--wrap=calloc -Wl,--wrap=realloc \
	-Wl,--wrap=reallocarray

# The authenticator process, without a key.
KEY_LIBS = libatt_authenticator.la $(LDADD) libatt_lockdown.la $(FIDO2_LIBS)
tests_unit_test_chunk_LDADD = $(KEY_LIBS)
tests_unit_test_failure_LDADD = $(KEY_LIBS)
tests_unit_test_get_assertion_LDADD = $(KEY_LIBS)
tests_unit_test_get_assertion_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=fido_dev_get_assert
tests_unit_test_hid_LDADD = $(KEY_LIBS)
tests_unit_test_cmd_token_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=att_options_read_file
tests_unit_test_cmd_audit_LDADD = $(LDADD) libatt_lockdown.la
tests_unit_test_workers_LDADD = $(LDADD) libatt_lockdown.la
tests_unit_test_authorized_LDADD = libatt_ssh_keys.la $(LDADD)
tests_unit_test_lockdown_LDADD = libatt_lockdown.la $(LDADD)
tests_unit_test_agent_login_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=att_agent_open -Wl,--wrap=att_agent_find \
	-Wl,--wrap=att_agent_sign
tests_unit_test_agent_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=att_child_start
tests_unit_test_agent_exchange_LDADD = libatt_agent.la $(LDADD)
tests_unit_test_agent_protocol_LDADD = libatt_agent.la $(LDADD)
tests_unit_test_agent_socket_LDADD = libatt_agent.la $(LDADD)
tests_unit_test_make_credential_LDADD = $(KEY_LIBS)
tests_unit_test_make_credential_LDFLAGS = $(AM_LDFLAGS) \
	-Wl,--wrap=fido_dev_get_assert -Wl,--wrap=fido_dev_make_cred \
	-Wl,--wrap=fido_cred_fmt -Wl,--wrap=fido_cred_authdata_raw_ptr \
	-Wl,--wrap=fido_cred_authdata_raw_len \
	-Wl,--wrap=fido_cred_x5c_ptr -Wl,--wrap=fido_cred_x5c_len
tests_unit_test_reply_LDADD = $(KEY_LIBS)

# Started by test_client, as a verifier of many kinds.
check_PROGRAMS += tests/unit/fake_verifier

# No test may hang: programs, and scripts by their extension.
TEST_EXTENSIONS = .sh .py
LOG_COMPILER = timeout
AM_LOG_FLAGS = 120
SH_LOG_COMPILER = timeout
AM_SH_LOG_FLAGS = 300 $(BASH)
PY_LOG_COMPILER = timeout
AM_PY_LOG_FLAGS = 300 $(PYTHON3)
AM_TESTS_ENVIRONMENT = \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir;
