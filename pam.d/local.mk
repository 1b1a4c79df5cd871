# SPDX-License-Identifier: BSD-2-Clause
# Examples: documentation, never installed where PAM would read them.
dist_examples_DATA = pam.d/sudo pam.d/sshd pam.d/login
examplesdir = $(docdir)/examples/pam.d
