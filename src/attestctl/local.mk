# SPDX-License-Identifier: BSD-2-Clause
# Everything but main() is what its tests link, too.
noinst_LTLIBRARIES += libatt_attestctl.la
libatt_attestctl_la_SOURCES = \
	src/attestctl/arguments.h src/attestctl/arguments.c \
	src/attestctl/cmd_audit.h src/attestctl/cmd_audit.c \
	src/attestctl/cmd_audit_judge.c src/attestctl/cmd_audit_print.c \
	src/attestctl/cmd_config.c \
	src/attestctl/cmd_doctor.h src/attestctl/cmd_doctor.c \
	src/attestctl/cmd_doctor_print.c \
	src/attestctl/cmd_enroll.c \
	src/attestctl/cmd_host.h src/attestctl/cmd_host.c \
	src/attestctl/cmd_host_challenge.c src/attestctl/cmd_host_endorse.c \
	src/attestctl/cmd_host_print.c src/attestctl/cmd_host_profile.c \
	src/attestctl/cmd_host_refresh.c src/attestctl/cmd_host_status.c \
	src/attestctl/refresh.h src/attestctl/refresh.c \
	src/attestctl/refresh_tpm.c src/attestctl/refresh_guest.c \
	src/attestctl/cmd_list.c \
	src/attestctl/cmd_maa.h src/attestctl/cmd_maa.c \
	src/attestctl/cmd_maa_metadata.c src/attestctl/cmd_maa_signers.c \
	src/attestctl/cmd_mds.h src/attestctl/cmd_mds.c \
	src/attestctl/cmd_mds_blob.h src/attestctl/cmd_mds_blob.c \
	src/attestctl/cmd_mds_import.c src/attestctl/cmd_mds_show.c \
	src/attestctl/cmd_mds_update.c \
	src/attestctl/maa_open.h src/attestctl/maa_open.c \
	src/attestctl/maa_trace.h src/attestctl/maa_trace.c \
	src/attestctl/make_credential.h src/attestctl/make_credential.c \
	src/attestctl/mds_source.h src/attestctl/mds_source.c \
	src/attestctl/cmd_remove.c \
	src/attestctl/cmd_respond.c \
	src/attestctl/cmd_roots.h src/attestctl/cmd_roots.c \
	src/attestctl/cmd_roots_add.c \
	src/attestctl/cmd_roots_list.c src/attestctl/cmd_roots_remove.c \
	src/attestctl/cmd_roots_show.c \
	src/attestctl/cmd_ssh.h src/attestctl/cmd_ssh.c \
	src/attestctl/cmd_ssh_challenge.c src/attestctl/cmd_ssh_enroll.c \
	src/attestctl/cmd_ssh_verify.c \
	src/attestctl/cmd_token.h src/attestctl/cmd_token.c \
	src/attestctl/cmd_token_print.c src/attestctl/cmd_token_rows.c \
	src/attestctl/cmd_token_show.c src/attestctl/cmd_token_verify.c \
	src/attestctl/cmd_verify.h src/attestctl/cmd_verify.c \
	src/attestctl/cmd_verify_print.c \
	src/attestctl/command.h \
	src/attestctl/doctor.h src/attestctl/doctor.c \
	src/attestctl/doctor_conf.c src/attestctl/doctor_files.c \
	src/attestctl/doctor_gather.c src/attestctl/doctor_keys.c \
	src/attestctl/doctor_pam.c src/attestctl/doctor_sshd.c \
	src/attestctl/doctor_ways.c \
	src/attestctl/conversation.h src/attestctl/conversation.c \
	src/attestctl/effect.h src/attestctl/effect.c \
	src/attestctl/endorsed.h src/attestctl/endorsed.c \
	src/attestctl/enrolment.h src/attestctl/enrolment.c \
	src/attestctl/inventory.h src/attestctl/inventory.c \
	src/attestctl/invocation.c \
	src/attestctl/judged.h src/attestctl/judged.c \
	src/attestctl/judged_message.h src/attestctl/judged_message.c \
	src/attestctl/moment.h src/attestctl/moment.c \
	src/attestctl/offered.h src/attestctl/offered.c \
	src/attestctl/out.h src/attestctl/out.c \
	src/attestctl/pam_stack.h src/attestctl/pam_stack.c \
	src/attestctl/pam_line.c \
	src/attestctl/pam_walk.h src/attestctl/pam_walk.c \
	src/attestctl/prompt.h src/attestctl/prompt.c \
	src/attestctl/progress.h src/attestctl/progress.c \
	src/attestctl/roots_folder.h src/attestctl/roots_folder.c \
	src/attestctl/signers.h src/attestctl/signers.c \
	src/attestctl/sshd_settings.h src/attestctl/sshd_settings.c \
	src/attestctl/sshd_text.h src/attestctl/sshd_text.c \
	src/attestctl/stored.h src/attestctl/stored.c \
	src/attestctl/table.c \
	src/attestctl/terms.h src/attestctl/terms.c \
	src/attestctl/users.h src/attestctl/users.c \
	src/attestctl/workers.h src/attestctl/workers.c
libatt_attestctl_la_LIBADD =

sbin_PROGRAMS += attestctl
attestctl_SOURCES = src/attestctl/main.c
attestctl_CFLAGS = $(PROGRAM_CFLAGS)
attestctl_LDFLAGS = $(PROGRAM_LDFLAGS)
attestctl_LDADD = libatt_attestctl.la libatt.la libatt_lockdown.la \
	$(CBOR_LIBS) $(CRYPTO_LIBS) $(JANSSON_LIBS)
