# SPDX-License-Identifier: BSD-2-Clause
# tests/lint/manual.py compares these pages with the lists in the sources.
dist_man_MANS += man/pam_attest.8 man/pam_attest.conf.5 man/attestctl.8 man/attestctl-verify.8 \
	man/attestctl-mds.8 man/attestctl-audit.8 man/attestctl-roots.8 \
	man/attestctl-token.8 man/attestctl-host.8 man/attestctl-maa.8 man/attestctl-ssh.8 \
	man/pam_attest-ssh-keys.8 \
	man/attestctl-doctor.8 man/attestctl-respond.8
