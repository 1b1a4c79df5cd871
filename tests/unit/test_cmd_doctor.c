/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attestctl doctor: attestctl/cmd_doctor.c, cmd_doctor_print.c, doctor.c and
 * every check of doctor_*.c, on a host that is right and with one thing wrong.
 * Whose files those of sshd are, and the real sshd, are in tests/system.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "doctored.h"
#include "scratch.h"

/* Checks that look at what is installed have no say here. */
static bool
is_of_files(const json_t *finding)
{
	const char *check = host_text_of(finding, "check");

	return strcmp(check, "files") == 0 || strcmp(check, "module") == 0 ||
	       strncmp(check, "keys-command-", strlen("keys-command-")) == 0;
}

/* --- One by one ---------------------------------------------------------- */

static void
finds_nothing_on_a_host_that_is_right(void **state)
{
	static const struct doctored nothing = { .settings = NULL };
	/* Keys alone, and whoever has none goes away. */
	static const struct doctored keys_alone = {
		.settings = "kbdinteractiveauthentication no\n",
		.pam = ACCOUNT SESSION REST,
		.conf = "ssh_keys = attested\n",
	};
	static const struct doctored both = {
		.settings = "authenticationmethods "
			    "publickey,keyboard-interactive:pam publickey\n",
	};
	const struct doctored *const fine[] = { &nothing, &keys_alone, &both };
	const json_t *finding;
	json_t *root;
	size_t i;

	for (size_t n = 0; n < sizeof(fine) / sizeof(fine[0]); n++) {
		root = doctored_ask(*state, fine[n]);
		json_array_foreach(json_object_get(root, "findings"), i,
		    finding) if (!is_of_files(finding))
		    fail_msg("%zu: %s: %s", n, host_text_of(finding, "object"),
			host_text_of(finding, "meaning"));
		json_decref(root);
	}
}

static const struct doctored wrongs[] = {
	/* What sshd lets in by. */
	{ .settings = "usepam no\n",
	    .severity = "open",
	    .check = "use-pam",
	    .object = "UsePAM no" },
	{ .settings = "passwordauthentication yes\n",
	    .pam = ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "password",
	    .object = "PasswordAuthentication yes" },
	{ .settings = "passwordauthentication yes\n",
	    .severity = "weak",
	    .check = "password",
	    .text = "none suffices" },
	{ .settings = "passwordauthentication yes\n"
		      "authenticationmethods publickey,password\n",
	    .severity = "weak",
	    .check = "password" },
	{ .pam = ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "keyboard-interactive",
	    .text = "service sshd" },
	{ .settings = "usepam no\n",
	    .severity = "open",
	    .check = "keyboard-interactive" },
	{ .settings = "hostbasedauthentication yes\n",
	    .severity = "open",
	    .check = "hostbased" },
	{ .settings = "hostbasedauthentication yes\n"
		      "authenticationmethods hostbased,publickey\n",
	    .severity = "weak",
	    .check = "hostbased" },
	{ .settings = "gssapiauthentication yes\n",
	    .severity = "open",
	    .check = "gssapi" },
	{ .settings = "permitemptypasswords yes\n",
	    .severity = "weak",
	    .check = "empty-passwords" },
	{ .settings = "permitemptypasswords yes\npasswordauthentication yes\n",
	    .pam = ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "empty-passwords" },
	{ .settings = "permitrootlogin prohibit-password\n",
	    .severity = "weak",
	    .check = "root-login",
	    .object = "PermitRootLogin prohibit-password" },
	{ .settings = "hostbasedauthentication yes\nauthenticationmethods "
		      "publickey hostbased,password hostbased\n",
	    .severity = "open",
	    .check = "methods",
	    .object = "AuthenticationMethods hostbased" },
	{ .settings = "authenticationmethods password\n",
	    .severity = "broken",
	    .check = "no-way-in" },
	/* Where keys come from. */
	{ .settings = "authorizedkeyscommand none\n"
		      "authorizedkeysfile .ssh/authorized_keys\n",
	    .severity = "weak",
	    .check = "keys-command",
	    .object = "AuthorizedKeysCommand none" },
	{ .settings = "authorizedkeyscommand none\n"
		      "authorizedkeysfile .ssh/authorized_keys\n",
	    .pam = AUTH ACCOUNT REST,
	    .severity = "open",
	    .check = "keys-command" },
	{ .settings = "authorizedkeyscommand /usr/bin/keys %u\n",
	    .pam = AUTH ACCOUNT REST,
	    .severity = "open",
	    .check = "keys-command",
	    .object = "/usr/bin/keys %u" },
	{ .settings = "authorizedkeyscommand " COMMAND " %u %k %t\n",
	    .severity = "broken",
	    .check = "keys-command",
	    .text = "%u %t %k" },
	{ .settings = "authorizedkeyscommand " COMMAND " %u\n",
	    .severity = "advice",
	    .check = "keys-command" },
	{ .settings = "authorizedkeyscommand " COMMAND
		      " --config /no/such.conf %u %t %k\n",
	    .severity = "broken",
	    .check = "configuration",
	    .object = "/no/such.conf" },
	{ .settings = "authorizedkeyscommanduser none\n",
	    .severity = "broken",
	    .check = "keys-command-user" },
	{ .settings = "authorizedkeyscommanduser root\n",
	    .severity = "weak",
	    .check = "keys-command-user",
	    .text = "root" },
	{ .settings = "authorizedkeyscommanduser nobody\n",
	    .severity = "weak",
	    .check = "keys-command-user",
	    .text = "more rights" },
	{ .settings = "authorizedkeyscommanduser no-such-user-here\n",
	    .severity = "broken",
	    .check = "keys-command-user",
	    .text = "no such user" },
	{ .settings = "authorizedkeysfile .ssh/authorized_keys\n",
	    .severity = "weak",
	    .check = "keys-file",
	    .text = "command=" },
	{ .settings = "authorizedkeysfile .ssh/authorized_keys\n",
	    .conf = "remote = respond\n",
	    .severity = "open",
	    .check = "keys-file",
	    .text = "attested or not" },
	/* Without PAM nobody asks the session line. */
	{ .settings = "usepam no\nauthorizedkeysfile .ssh/authorized_keys\n",
	    .severity = "open",
	    .check = "keys-file" },
	{ .settings = "trustedusercakeys /etc/ssh/ca.pub\n",
	    .severity = "weak",
	    .check = "certificates",
	    .object = "TrustedUserCAKeys /etc/ssh/ca.pub" },
	{ .settings = "trustedusercakeys /etc/ssh/ca.pub\n"
		      "authorizedprincipalsfile /etc/ssh/principals\n",
	    .pam = AUTH ACCOUNT REST,
	    .severity = "open",
	    .check = "certificates",
	    .object = "/etc/ssh/principals" },
	{ .settings = "pubkeyauthoptions none\n",
	    .severity = "weak",
	    .check = "key-options",
	    .text = "no-touch-required" },
	{ .conf = "ssh_keys = attested\nremote = respond\n"
		  "user_verification = required\n",
	    .severity = "weak",
	    .check = "key-options",
	    .text = "user_verification = required" },
	{ .settings = "pubkeyacceptedalgorithms "
		      "sk-ssh-ed25519@openssh.com,ssh-ed25519\n",
	    .severity = "advice",
	    .check = "key-algorithms",
	    .text = "ssh-ed25519;" },
	/* The stacks. */
	{ .pam = "auth sufficient pam_other.so\n" AUTH ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "pam-auth",
	    .object = "pam.d/sshd:1",
	    .text = "\"sufficient\" of pam_other.so" },
	{ .pam = "auth optional pam_attest.so\n" ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "pam-auth",
	    .object = "pam.d/sshd:1",
	    .text = "does not hear" },
	{ .pam = "auth [success=ok ignore=ignore default=ignore] "
		 "pam_attest.so\n" ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "pam-auth" },
	{ .pam = "auth [success=ok user_unknown=ignore default=die] "
		 "pam_attest.so\n" ACCOUNT SESSION REST,
	    .severity = "open",
	    .check = "pam-auth",
	    .text = "no key" },
	{ .settings = "kbdinteractiveauthentication no\n",
	    .pam = "auth optional pam_attest.so\n" ACCOUNT SESSION REST,
	    .severity = "weak",
	    .check = "pam-auth" },
	{ .pam = AUTH SESSION REST,
	    .severity = "weak",
	    .check = "pam-account",
	    .object = "(account)" },
	{ .pam = AUTH SESSION REST,
	    .conf = "ssh_keys = attested\nremote = respond\nhost = require\n"
		    "host_issuer = https://a\nhost_profile = "
		    "tpm-secure-boot\n",
	    .severity = "open",
	    .check = "pam-account",
	    .text = "host = require" },
	{ .pam = AUTH SESSION
	    "account [success=1 new_authtok_reqd=done "
	    "default=ignore] pam_unix.so\naccount requisite pam_deny.so\n"
	    "account required pam_permit.so\n" ACCOUNT,
	    .severity = "weak",
	    .check = "pam-account",
	    .object = "pam.d/sshd:3" },
	{ .pam = AUTH ACCOUNT REST,
	    .severity = "weak",
	    .check = "pam-session",
	    .object = "(session)" },
	{ .pam = AUTH ACCOUNT REST,
	    .settings = "authorizedkeysfile .ssh/authorized_keys\n",
	    .severity = "open",
	    .check = "pam-session" },
	{ .pam = AUTH ACCOUNT "session optional pam_attest.so\n" REST,
	    .settings = "authorizedkeysfile .ssh/authorized_keys\n",
	    .severity = "open",
	    .check = "pam-session",
	    .object = "pam.d/sshd:3" },
	{ .conf = "remote = respond\n",
	    .severity = "weak",
	    .check = "ssh-keys",
	    .object = "pam.d/sshd:3",
	    .text = "default" },
	{ .pam = AUTH ACCOUNT "session required pam_attest.so ssh_keys=off\n",
	    .settings = "authorizedkeysfile .ssh/authorized_keys\n",
	    .severity = "open",
	    .check = "ssh-keys",
	    .text = "argument" },
	{ .pam = AUTH ACCOUNT SESSION "auth include no-such-file\n",
	    .severity = "broken",
	    .check = "pam-lines",
	    .object = "pam.d/sshd:4" },
	{ .pam = "-" AUTH ACCOUNT SESSION REST,
	    .severity = "weak",
	    .check = "pam-lines",
	    .text = "-auth" },
	{ .settings = "pamservicename sshd-of-another-name\n",
	    .severity = "weak",
	    .check = "pam-service",
	    .object = "service sshd-of-another-name" },
	/* Our configuration. */
	{ .conf = "timout = 3\n",
	    .severity = "broken",
	    .check = "configuration",
	    .text = "timeout" },
	{ .pam = AUTH ACCOUNT "session required pam_attest.so ssh_key=on\n",
	    .severity = "broken",
	    .check = "configuration",
	    .object = "pam.d/sshd:3",
	    .text = "ssh_keys" },
	{ .pam = AUTH ACCOUNT SESSION
	    "account required pam_attest.so conf=/no/such.conf\n",
	    .severity = "broken",
	    .check = "configuration",
	    .object = "pam.d/sshd:4",
	    .text = "/no/such.conf" },
	{ .conf = "ssh_keys = attested\nremote = respond\n"
		  "attestation = self\n",
	    .severity = "open",
	    .check = "attestation",
	    .object = "a.conf:" },
	{ .pam = AUTH ACCOUNT
	    "session required pam_attest.so attestation=none\n",
	    .severity = "open",
	    .check = "attestation",
	    .object = "pam.d/sshd:3: attestation = none" },
	{ .conf = "ssh_keys = attested\nremote = respond\nmds = off\n",
	    .pam = AUTH ACCOUNT SESSION
	    "session required pam_attest.so ssh_keys=attested "
	    "credentials_dir=/no/such/folder\n",
	    .severity = "broken",
	    .check = "store",
	    .object = "credentials_dir = /no/such/folder" },
	{ .conf = "ssh_keys = attested\nremote = respond\nhost = report\n"
		  "host_issuer = https://a\nhost_profile = "
		  "tpm-secure-boot\n",
	    .severity = "weak",
	    .check = "host",
	    .text = "only writes" },
	{ .conf = "ssh_keys = attested\nremote = respond\nhost = require\n",
	    .severity = "broken",
	    .check = "host" },
	{ .settings = "kbdinteractiveauthentication no\n",
	    .severity = "broken",
	    .check = "remote",
	    .object = "remote = respond",
	    .text = "keyboard-interactive" },
	{ .pam = ACCOUNT SESSION REST,
	    .severity = "broken",
	    .check = "remote",
	    .text = "No auth line" },
	{ .conf = "ssh_keys = attested\n",
	    .severity = "broken",
	    .check = "remote",
	    .object = "pam.d/sshd:1",
	    .text = "remote = refuse" },
};

static void
finds_each_thing_that_is_wrong(void **state)
{
	for (size_t i = 0; i < sizeof(wrongs) / sizeof(wrongs[0]); i++) {
		const struct doctored *wrong = &wrongs[i];
		const json_t *found;
		json_t *root = doctored_ask(*state, wrong);

		found = doctored_get(root, wrong->check,
		    wrong->object == NULL ? "" : wrong->object);
		if (found == NULL)
			fail_msg("%zu: %s is not found", i, wrong->check);
		if (strcmp(host_text_of(found, "severity"), wrong->severity) !=
		    0)
			fail_msg("%zu: %s is %s, not %s", i, wrong->check,
			    host_text_of(found, "severity"), wrong->severity);
		if (wrong->text != NULL &&
		    strstr(host_text_of(found, "meaning"), wrong->text) == NULL)
			fail_msg("%zu: %s says: %s", i, wrong->check,
			    host_text_of(found, "meaning"));
		assert_true(strlen(host_text_of(found, "remedy")) > 10);
		json_decref(root);
	}
}

static void
says_that_no_key_is_accepted(void **state)
{
	static const struct doctored wrong = {
		.conf = "ssh_keys = attested\nremote = respond\nmds = off\n"
	};
	const struct host *host = *state;
	char *path = scratch_path(host->folder, "roots/forge.pem");
	json_t *root = doctored_ask(host, &wrong);

	assert_null(doctored_get(root, "anchors", ""));
	json_decref(root);
	assert_int_equal(remove(path), 0);
	free(path);
	root = doctored_ask(host, &wrong);
	assert_non_null(doctored_get(root, "anchors", "a.conf:1: roots_dir"));
	json_decref(root);
}

static void
finds_who_else_can_change_files(void **state)
{
	static const char *const names[] = { "pam.d/sshd", "a.conf", "store",
		"roots", "sshd_config", "pam.d" };
	static const struct doctored nothing = { .settings = NULL };
	const struct host *host = *state;
	json_t *root;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char *path = scratch_path(host->folder, names[i]);
		struct captured captured;

		doctored_write(host->folder, &nothing);
		assert_int_equal(chmod(path, 0775), 0);
		doctored_run(host, "--json", NULL, &captured);
		root = captured_json(&captured);
		if (doctored_get(root, "files", path) == NULL)
			fail_msg("%s is not found", names[i]);
		json_decref(root);
		captured_reset(&captured);
		assert_int_equal(chmod(path, 0755), 0);
		doctored_run(host, "--json", NULL, &captured);
		root = captured_json(&captured);
		if (doctored_get(root, "files", path) != NULL)
			fail_msg("%s is still found: %s", names[i],
			    host_text_of(
				doctored_get(root, "files", path), "meaning"));
		json_decref(root);
		captured_reset(&captured);
		free(path);
	}
}

/* --- The command ---------------------------------------------------------- */

/* The worst come first, and the last line counts them. */
static void
people_read_the_worst_first(void **state)
{
	static const struct doctored wrong = {
		.settings = "permitrootlogin yes\nhostbasedauthentication yes\n"
			    "pubkeyacceptedalgorithms ssh-rsa\n",
		.pam = AUTH ACCOUNT
		"session required pam_attest.so ssh_keys=attested "
		"attestation=none\n",
	};
	const struct host *host = *state;
	struct captured captured;
	const char *open, *later, *weak, *advice;

	doctored_write(host->folder, &wrong);
	doctored_run(host, NULL, NULL, &captured);
	open = strstr(captured.out, "open      HostbasedAuthentication yes\n"
				    "          Another machine's word");
	/* That of a later check. */
	later = strstr(captured.out, "sshd:3: attestation = none\n");
	weak = strstr(captured.out, "weak      PermitRootLogin yes\n");
	advice = strstr(captured.out, "advice    PubkeyAcceptedAlgorithms\n");
	assert_non_null(open);
	assert_true(open < later && later < weak && weak < advice);
	assert_non_null(strstr(captured.out, " checks made, "));
	assert_non_null(strstr(captured.out, ", 1 advice\n"));
	captured_reset(&captured);
}

static void
refuses_a_wrong_use(void **state)
{
	static const char *const uses[] = { "--pam-dir=relative", "--sshd=sshd",
		"--no-such", "operand" };
	struct captured captured;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		const char *const words[] = { "doctor", uses[i], NULL };

		host_run(*state, att_cmd_doctor, words, &captured);
		assert_int_equal(captured.status, ATT_EXIT_UNKNOWN);
		assert_string_equal(captured.out, "");
		assert_non_null(strstr(captured.err, "attestctl: doctor: "));
		captured_reset(&captured);
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, doctored_setup, doctored_teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(finds_nothing_on_a_host_that_is_right),
		TEST(finds_each_thing_that_is_wrong),
		TEST(says_that_no_key_is_accepted),
		TEST(finds_who_else_can_change_files),
		TEST(people_read_the_worst_first),
		TEST(refuses_a_wrong_use),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
